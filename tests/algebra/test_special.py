"""Tests of the gamma-family functions against mpmath, and of their special values."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterable
from typing import Any

import pytest

from bpcalc.algebra.special import digamma, gamma, lgamma, polygamma

mpmath: Any = pytest.importorskip("mpmath")

INF, NAN = math.inf, math.nan
HUGE, TINY = 1.7976931348623157e308, 5e-324
DIGAMMA_ZERO = 1.4616321449683622
POINTS = [
    *(1e-300, 1e-160, 1e-50, 1e-20, 1e-8, 1e-3, 0.1, 0.25, 0.5, 0.9, 1.1, 1.5, 2.5),
    *(3.0, 7.3, 10.0, 31.9, 31.999999999999996, 32.0, 32.5, 39.0, 50.5, 63.9, 64.0),
    *(100.25, 171.5, 171.6, 1e4, 1e8, 1e15, 1e16, 1e100, 1e300),
    *(1.0, math.nextafter(1, 0), math.nextafter(1, 2), 1 + 1e-9, 2 - 1e-9, 1.01),
    *(2.0, math.nextafter(2, 0), math.nextafter(2, 3), 0.99, 1.99, 2.01),
    *(-1e-300, -1e-20, -1e-8, -0.1, -0.5, -0.7, -1.5, -2.25, -7.9, -31.5, -31.9),
    *(-32.1, -32.5, -45.6, -50.5, -63.9, -64.1, -100.7, -170.5, -3 - 1e-12),
    *(-20 + 1e-12, -40 - 1e-12, -70 + 1e-12, -180 - 1e-10),
]


def seeded(count: int) -> list[float]:
    """Return count seeded points in each of [1e-8, 1e8], [0, 40] and [-50, 0]."""
    rng = random.Random(20)
    return [
        *(10 ** rng.uniform(-8, 8) for _ in range(count)),
        *(rng.uniform(0, 40) for _ in range(count)),
        *(rng.uniform(-50, 0) for _ in range(count)),
    ]


def worst(
    function: Callable[[float], float],
    reference: Callable[[Any], Any],
    points: Iterable[float],
) -> float:
    """Return the largest distance from the reference, in ulps of the reference."""
    result = 0.0
    with mpmath.workdps(60):
        for x in points:
            value, exact = function(x), reference(mpmath.mpf(x))
            nearest = float(exact)
            if math.isfinite(nearest) and math.isfinite(value):
                error = float(abs(mpmath.mpf(value) - exact) / math.ulp(nearest))
            else:
                error = 0.0 if value == nearest else INF
            result = max(result, error)
    return result


def same(value: float, expected: float) -> bool:
    """Tell whether two floats are equal, with NaN equal to NaN but not -0.0 to 0.0."""
    if math.isnan(expected):
        return math.isnan(value)
    return value == expected and math.copysign(1, value) == math.copysign(1, expected)


def zero_between(function: Callable[[float], float], a: float, b: float) -> float:
    """Return a float beside the sign change of function between a and b."""
    negative = function(a) < 0
    while (middle := (a + b) / 2) not in (a, b):
        a, b = (middle, b) if (function(middle) < 0) == negative else (a, middle)
    return a


def beside(point: float) -> list[float]:
    """Return the floats within three ulp of point."""
    return [point + k * math.ulp(point) for k in range(-3, 4)]


def log_abs_gamma(x: Any) -> Any:
    """Return ln|gamma(x)| by mpmath."""
    return mpmath.loggamma(x) if x > 200 else mpmath.log(abs(mpmath.gamma(x)))


def test_digamma_is_correctly_rounded() -> None:
    assert worst(digamma, mpmath.digamma, POINTS + seeded(60)) < 0.501


@pytest.mark.parametrize("n", range(1, 7))
def test_polygamma_is_correctly_rounded(n: int) -> None:
    points = POINTS + seeded(12)
    error = worst(lambda x: polygamma(n, x), lambda x: mpmath.polygamma(n, x), points)
    assert error < 0.501


def test_lgamma_is_within_three_ulp() -> None:
    points = POINTS + seeded(60)
    near = [x for x in points if abs(x) < 64]
    assert worst(lgamma, log_abs_gamma, near) < 0.501
    assert worst(lgamma, log_abs_gamma, points) < 3


def test_gamma_is_correctly_rounded() -> None:
    points = [x for x in POINTS + seeded(60) if x < 180]
    assert worst(gamma, mpmath.gamma, points) < 0.501


def test_gamma_of_a_positive_integer_is_the_rounded_factorial() -> None:
    for k in range(171):
        assert gamma(k + 1.0) == float(math.factorial(k))


def test_digamma_is_correctly_rounded_beside_its_zeros() -> None:
    zeros = [zero_between(digamma, k + 1e-9, k + 1 - 1e-9) for k in (-1, -8, -40, -70)]
    wider = [DIGAMMA_ZERO + s * 10.0**-k for k in range(1, 16) for s in (-1, 1)]
    points = [x for zero in [DIGAMMA_ZERO, *zeros] for x in beside(zero)]
    assert worst(digamma, mpmath.digamma, points + wider) < 0.501


@pytest.mark.parametrize("n", [2, 4, 6])
def test_polygamma_is_correctly_rounded_beside_its_zeros(n: int) -> None:
    def function(x: float) -> float:
        return polygamma(n, x)

    zeros = [zero_between(function, k + 1e-9, k + 1 - 1e-9) for k in (-2, -9, -40)]
    points = [x for zero in zeros for x in beside(zero)]
    assert worst(function, lambda x: mpmath.polygamma(n, x), points) < 0.501


def test_lgamma_is_correctly_rounded_beside_its_zeros() -> None:
    points = beside(zero_between(lgamma, -2.5, -2.9)) + beside(1.0) + beside(2.0)
    points += beside(zero_between(lgamma, -2.5, -2.1))
    assert worst(lgamma, log_abs_gamma, points) < 0.501


@pytest.mark.parametrize("n", [7, 20, 30])
def test_polygamma_of_a_higher_order_is_correctly_rounded(n: int) -> None:
    points = [0.01, 0.3, 4.7, 25.1, -0.3, -6.2]
    error = worst(lambda x: polygamma(n, x), lambda x: mpmath.polygamma(n, x), points)
    assert error < 0.501


@pytest.mark.parametrize(("n", "x"), [(170, 60.5), (171, 51.5), (172, 63.7), (300, 140.25), (1000, 500.5)])
def test_polygamma_about_the_largest_finite_factorial(n: int, x: float) -> None:
    with mpmath.workdps(30):
        # At so large an order nothing is left of the terms past these 300.
        total = mpmath.fsum((mpmath.mpf(x) + k) ** (-n - 1) for k in range(300))
        exact = float((-1) ** (n + 1) * mpmath.factorial(n) * total)
    assert polygamma(n, x) == pytest.approx(exact, rel=n * 1e-15, abs=0)


def test_polygamma_of_a_large_order_far_right_and_left() -> None:
    with mpmath.workdps(30):
        # mpmath's own polygamma loses digits here; three terms of DLMF 5.15.9 do not.
        x = mpmath.mpf(1e5)
        series = 1 + 60 / (2 * x) + 60 * 61 / (12 * x**2) - 60 * 61 * 62 * 63 / (720 * x**4)
        assert polygamma(60, 1e5) == -float(mpmath.factorial(59) / x**60 * series)
        x = mpmath.mpf(3000)
        series = 1 + 171 / (2 * x) + 171 * 172 / (12 * x**2) - 171 * 172 * 173 * 174 / (720 * x**4)
        exact = float(mpmath.factorial(170) / x**171 * series)
    assert polygamma(171, 3000.0) == pytest.approx(exact, rel=1e-11, abs=0)
    assert polygamma(172, -100.5) == polygamma(172, 101.5)
    assert polygamma(171, -0.3) == INF
    assert polygamma(172, -0.3) == INF
    assert polygamma(172, -0.7) == -INF


@pytest.mark.parametrize(
    ("x", "expected"),
    [
        *((0.0, -INF), (-0.0, INF), (INF, INF), (-INF, NAN), (NAN, NAN)),
        *((-1.0, NAN), (-2.0, NAN), (-1e15, NAN), (-1e300, NAN), (-HUGE, NAN)),
        *((1e-300, -1 / 1e-300), (-1e-300, 1 / 1e-300), (TINY, -INF), (-TINY, INF)),
        *((1e300, math.log(1e300)), (HUGE, math.log(HUGE))),
    ],
)
def test_digamma_special_values(x: float, expected: float) -> None:
    assert same(digamma(x), expected)
    assert same(polygamma(0.0, x), expected)


@pytest.mark.parametrize(
    ("n", "x", "expected"),
    [
        *((1, 0.0, INF), (1, -0.0, INF), (1, -1.0, INF), (3, -7.0, INF), (1, -1e300, INF)),
        *((2, 0.0, NAN), (2, -0.0, NAN), (2, -1.0, NAN), (4, -7.0, NAN), (2, -HUGE, NAN)),
        *((1, INF, 0.0), (2, INF, -0.0), (3, INF, 0.0), (171, INF, 0.0), (1e18, INF, -0.0)),
        *((1, -INF, NAN), (2, -INF, NAN), (1, NAN, NAN), (171, NAN, NAN)),
        *((-1, 1.0, NAN), (0.5, 1.0, NAN), (INF, 1.0, NAN), (-INF, 1.0, NAN), (NAN, 1.0, NAN)),
        *((1, TINY, INF), (2, TINY, -INF), (2, -TINY, INF), (171, TINY, INF)),
        *((1, 1e300, 1 / 1e300), (2, 1e300, -0.0), (3, HUGE, 0.0), (170, 1e300, -0.0)),
        *((2, 1e-100, -2 / 1e-100**3), (1e300, 2.0, -INF), (1e300, HUGE, -0.0)),
    ],
)
def test_polygamma_special_values(n: float, x: float, expected: float) -> None:
    assert same(polygamma(n, x), expected)


@pytest.mark.parametrize(
    ("x", "expected"),
    [
        *((0.0, INF), (-0.0, -INF), (INF, INF), (-INF, NAN), (NAN, NAN), (-1.0, NAN)),
        *((-1e300, NAN), (TINY, INF), (-TINY, -INF), (172.0, INF), (HUGE, INF)),
        *((171.62437695630272, 1.7976931348622299e308), (171.62437695630274, INF)),
        *((-176.5, -1.1940357341527994e-321), (-180.5, -0.0), (-181.5, 0.0), (-200.5, -0.0)),
        *((-1e15 + 0.5, 0.0), (0.5, 1.772453850905516), (1.0, 1.0), (5.0, 24.0)),
    ],
)
def test_gamma_special_values(x: float, expected: float) -> None:
    assert same(gamma(x), expected)


@pytest.mark.parametrize(
    ("x", "expected"),
    [
        *((0.0, INF), (-0.0, INF), (-1.0, INF), (-1e300, INF), (INF, INF), (-INF, INF)),
        *((NAN, NAN), (HUGE, INF), (1.0, 0.0), (2.0, 0.0), (TINY, 744.4400719213812)),
    ],
)
def test_lgamma_special_values(x: float, expected: float) -> None:
    assert same(lgamma(x), expected)


def test_every_pair_of_floats_answers_a_float() -> None:
    sizes = [0.0, TINY, 1e-300, 1e-9, 0.5, 1.0, 31.99, 64.5, 180.5, 1e15 - 0.5, 1e300]
    orders = [1.0, 2.0, 31.0, 169.0, 170.0, 171.0, 172.0, 1e6, 1e18, HUGE]
    for x in [s * size for size in [*sizes, HUGE, INF, NAN] for s in (1, -1)]:
        for function in (digamma, gamma, lgamma):
            assert type(function(x)) is float
        for n in orders:
            assert type(polygamma(n, x)) is float
