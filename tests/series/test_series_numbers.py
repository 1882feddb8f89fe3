"""Series arithmetic on floats: the Taylor coefficients of every gate, and of gates within gates, by mpmath."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import mpmath
import pytest
from every import every
from mpmath import mpf
from reference import FORWARD, SCALARS, TAKEN_AS_CONSTANT

from bpcalc.algebra.floats import FLOATS
from bpcalc.algebra.series.algebra import PowerSeries
from bpcalc.algebra.series.node import NoSeriesError, Series
from bpcalc.engine.tangent import pusher
from bpcalc.gate import Gate

ORDER = 8
CASES = [(gate, one) for gate in SCALARS.values() for one in gate.samples if max(map(abs, one)) <= 1e9]


def algebra(order: int = ORDER) -> PowerSeries:
    return PowerSeries(FLOATS, pusher, lambda coefficient: [(float(coefficient), 0.0)], order)


def coefficients(m: PowerSeries, y: Any, order: int = ORDER) -> list[float]:
    return [float(m.coefficient(y, k)) for k in range(order + 1)]


def expected(function: Callable[[Any], Any], order: int = ORDER) -> list[Any]:
    """The coefficients of a function of the step, by differences at many digits."""
    with mpmath.workdps(60):
        return mpmath.taylor(function, 0, order)


def assert_close(found: Sequence[float], right: Sequence[Any], tolerance: float = 1e-11) -> None:
    for k, (one, exact) in enumerate(zip(found, right, strict=True)):
        scale = max(abs(exact), abs(right[0]) * mpf(10) ** -4)
        assert abs(one - exact) <= tolerance * scale + 1e-40, (k, one, exact)


def moved(gate: Gate, sample: tuple[float, ...]) -> list[float]:
    """How fast each input moves: not at all where the gate takes it as a constant."""
    still = TAKEN_AS_CONSTANT | {("where", 0)} | ({("power", 1)} if sample[0] < 0 else set())
    return [0.0 if (gate.name, place) in still else 0.25 / (place + 1) for place in range(len(sample))]


@every("gate, sample", CASES, by=lambda case: case[0].name)
def test_every_gate_has_the_coefficients_of_its_function(gate: Gate, sample: tuple[float, ...]) -> None:
    small = 2.0**-40 if gate.name in ("asin", "acos", "atanh", "acosh") else 2.0**-10
    steps = [rate * max(abs(x), 1.0) * small for rate, x in zip(moved(gate, sample), sample, strict=True)]
    m = algebra()
    t = m.variable(0)
    y = m.function(gate)(*[x + step * t if step else x for x, step in zip(sample, steps, strict=True)])
    if gate.name == "stop_gradient":
        assert coefficients(m, y) == [sample[0], *[0] * ORDER]
        return
    right = expected(lambda h: FORWARD[gate.name](*[mpf(x) + mpf(s) * h for x, s in zip(sample, steps, strict=True)]))
    if all(abs(one) < 1e300 for one in right):
        assert_close(coefficients(m, y), right, 1e-9)


OUTER: dict[str, Callable[[Any, Any], Any]] = {
    "exp": lambda m, x: m.exp(x), "sin": lambda m, x: m.sin(x), "cos": lambda m, x: m.cos(x),
    "tanh": lambda m, x: m.tanh(x), "atan": lambda m, x: m.atan(x), "erf": lambda m, x: m.erf(x),
    "log": lambda m, x: m.log(x * x + 1), "sqrt": lambda m, x: m.sqrt(x * x + 2), "cbrt": lambda m, x: m.cbrt(x + 3),
    "reciprocal": lambda m, x: m.divide(1, x * x + 1), "power": lambda m, x: m.power(x * x + 1, 1.75),
    "tower": lambda m, x: m.power(x * x + 1, x), "gamma": lambda m, x: m.gamma(x + 3), "cosh": lambda m, x: m.cosh(x),
    "digamma": lambda m, x: m.digamma(x + 3), "gelu": lambda m, x: m.gelu(x), "hypot": lambda m, x: m.hypot(x, 1.5),
    "atan2": lambda m, x: m.atan2(x, x + 3), "softplus": lambda m, x: m.softplus(x), "seventeenth":
    lambda m, x: m.power(x + 2, 17),
}  # fmt: skip


class Exact:
    """The functions of an algebra on mpmath numbers."""

    def __getattr__(self, name: str) -> Any:
        return FORWARD[name]


@pytest.mark.parametrize("outer", OUTER)
@pytest.mark.parametrize("inner", ["sin", "erf", "tower", "gelu", "reciprocal"])
def test_a_function_of_a_function_has_the_coefficients(outer: str, inner: str) -> None:
    for at in (0.0, 0.625, -0.375):
        m = algebra()
        y = OUTER[outer](m, OUTER[inner](m, m.variable(at)))

        def exact(h: Any, at: float = at) -> Any:
            return OUTER[outer](Exact(), OUTER[inner](Exact(), at + h))

        assert_close(coefficients(m, y), expected(exact), 1e-8)


def test_the_laws_of_series_hold() -> None:
    """Those of calculus, coefficient by coefficient: f*g/g is f, exp(log(f)) is f, sin^2 + cos^2 is 1, …"""
    m = algebra(20)
    t = m.variable(0.5)
    f, g = m.exp(m.sin(t)) + 1, m.cosh(t) * m.sqrt(t + 1)
    pairs = [
        (m.divide(f * g, g), f), (m.exp(m.log(f)), f), (m.log(m.exp(f)), f), (m.power(m.sqrt(g), 2), g),
        (m.power(m.cbrt(g), 3), g), (m.tan(m.atan(f)), f), (m.sinh(m.asinh(f)), f), (m.logit(m.sigmoid(f)), f),
        (m.power(m.sin(f), 2) + m.power(m.cos(f), 2), m.lift(1.0)), (m.power(f, -3), m.divide(1, f * f * f)),
        (m.derivative(f * g), m.derivative(f) * g + f * m.derivative(g)), (m.power(f, 0.5), m.sqrt(f)),
        (m.power(f, 20), m.power(m.power(f, 10), 2)), (m.max(f, 0.25), f), (m.abs(-f), f), (m.lgamma(f),
        m.log(m.gamma(f))), (m.where(f > 1, f, g), f), (m.expm1(f) + 1, m.exp(f)), (m.max(g, f, -f), m.max(f, g)),
    ]  # fmt: skip
    for found, right in pairs:
        for k in range(20):
            assert math.isclose(m.coefficient(found, k), m.coefficient(right, k), rel_tol=1e-8, abs_tol=1e-9)


# Zeros at the point


@pytest.mark.parametrize(
    ("function", "begins"),
    [
        (lambda m, t: m.divide(m.sin(t), t), [1, 0, -1 / 6, 0, 1 / 120]),
        (lambda m, t: m.divide(1, m.divide(1, t)), [0, 1, 0, 0]),
        (lambda m, t: t * m.divide(1, t * t), [0, 0]),  # the pole stands before these
        (lambda m, t: m.power(t, 3), [0, 0, 0, 1, 0]),
        (lambda m, t: m.power(t * t + t * t * t, 0.5), [0, 1, 0.5, -0.125]),
        (lambda m, t: m.cbrt(-t * t * t), [0, -1, 0]),
        (lambda m, t: m.abs(-t) - t, [0, 0, 0]),
        (lambda m, t: m.floor(-t) + m.ceil(t) + m.sign(-t), [-1, 0]),
        (lambda m, t: m.max(t, t * t), [0, 1, 0]),
        (lambda m, t: m.min(t, t * t), [0, 0, 1]),
        (lambda m, t: m.where(m.equal(t, 0), 5, t), [0, 1]),
        (lambda m, t: m.hypot(t, t), [0, math.sqrt(2), 0]),
        (lambda m, t: m.atan2(-t, -1.0), [-math.pi, 1, 0]),
        (lambda m, t: m.power(0 * t, 2), [0, 0]),
    ],
)
def test_zeros_are_cancelled_and_conditions_decided_beyond_the_point(
    function: Callable[[Any, Series], Any], begins: list[float]
) -> None:
    m = algebra()
    found = coefficients(m, function(m, m.variable(0)), len(begins) - 1)
    assert found == pytest.approx(begins, rel=1e-14, abs=1e-14)


@pytest.mark.parametrize(
    "function",
    [
        lambda m, t: m.log(t),
        lambda m, t: m.divide(t, t - t),
        lambda m, t: m.exp(m.divide(1, t)),
        lambda m, t: m.power(t, t),
        lambda m, t: m.sqrt(-t * t),
        lambda m, t: m.gamma(t),
        lambda m, t: m.divide(1, m.where(m.cos(t) > 2, t, 0 * m.exp(t))),
    ],
)
def test_what_has_no_series_says_so_every_time(function: Callable[[Any, Series], Any]) -> None:
    m = algebra()
    y = function(m, m.variable(0))
    for _ in range(2):
        with pytest.raises(NoSeriesError):
            coefficients(m, y)


def test_nothing_recurses() -> None:
    m = algebra(3)
    x = m.variable(0.0)
    for _ in range(20_000):
        x = m.sin(x)
    assert coefficients(m, x, 3) == pytest.approx([0, 1, 0, -20_000 / 6])
    y = m.exp(m.variable(0.0))
    assert coefficients(m, y, 1_200)[3] == 1 / 6
