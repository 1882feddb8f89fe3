"""Published values of the special functions, and what PyTorch gives at the edges; alone and as entries of an array.

Sources: Abramowitz and Stegun (A&S), the Digital Library of Mathematical Functions, the OEIS; PyTorch 2.13 as measured.
"""

from __future__ import annotations

import math

import numpy as np
import pytest

from bpcalc import gradient

INF, NAN = math.inf, math.nan
PUBLISHED = {
    # A&S tables 9.1, 9.8, 9.11
    "besselj(0, 1)": 0.765197686557967, "besselj(1, 1)": 0.440050585744934, "besselj(0, 2)": 0.223890779141236,
    "besselj(2, 10)": 0.254630313685121, "bessely(0, 1)": 0.088256964215677, "bessely(1, 2)": -0.107032431540938,
    "besseli(0, 1)*exp(-1)": 0.465759607593640, "besseli(1, 1)*exp(-1)": 0.207910415349708,
    "besselk(0, 1)*exp(1)": 1.144463079806895, "besselk(1, 1)*exp(1)": 1.636153486263258,
    "besselj(1/2, pi/2)": 2 / math.pi, "besselj(-1, 1)": -0.440050585744934,
    # A&S table 5.1
    "sinint(1)": 0.946083070367183, "cosint(1)": 0.337403922900968, "expint(1)": 0.219383934395520,
    "sinint(10)": 1.658347594218874, "cosint(10)": -0.045456433004455, "expint(2)": 0.048900510708061,
    # A&S table 7.7, DLMF 7.23
    "fresnels(1)": 0.438259147390355, "fresnelc(1)": 0.779893400376823,
    "erfinv(0.5)": 0.476936276204470, "erfcx(0)": 1.0, "erfcx(1)": 0.427583576155807,
    # the omega constant, OEIS A030178
    "lambertw(1)": 0.567143290409784, "lambertw(e)": 1.0,
    "factorial(5)": 120.0, "factorial(-0.5)": math.sqrt(math.pi), "beta(1/2, 1/2)": math.pi, "beta(2, 3)": 1 / 12,
    # A&S table 26.1
    "normal_cdf(1.96)": 0.975002104851780, "normal_pdf(0)": 0.398942280401433, "normal_cdf(0)": 0.5,
    "normal_cdf(-10)": 7.61985302416052e-24, "normal_logcdf(-40)": -804.608442013754,
    "sec(pi/3)": 2.0, "csc(pi/6)": 2.0, "cot(pi/4)": 1.0, "asec(2)": math.pi / 3, "acsc(2)": math.pi / 6,
    "acot(1)": math.pi / 4, "acot(-1)": -math.pi / 4, "sech(0)": 1.0, "coth(1)": 1.313035285499331,
    "csch(1)": 0.850918128239322, "asech(0.5)": 1.316957896924817, "acsch(1)": 0.881373587019543,
    "acoth(2)": 0.549306144334055, "sinc(0)": 1.0, "sinc(pi/2)": 2 / math.pi,
    "selu(1)": 1.0507009873554805, "mish(1)": 0.865098388267310, "softsign(-3)": -0.75,
}  # fmt: skip


@pytest.mark.parametrize("text", PUBLISHED)
def test_published_values(text: str) -> None:
    assert gradient(text).value == pytest.approx(PUBLISHED[text], rel=2e-14, abs=1e-15)


EDGES = {
    # value and gradient by x; as PyTorch has them where it has the function
    "x % 3": [(5, 2, 1), (-5, 1, 1), (6, 0, 1), (INF, NAN, 1)],
    "5 % x": [(3, 2, -1), (-3, -1, 2), (INF, 5, 0)],
    "round(x)": [(0.5, 0, 0), (1.5, 2, 0), (2.5, 2, 0), (-0.5, 0, 0), (0.49999999999999994, 0, 0), (INF, INF, 0),
                 (4503599627370497.5, 4503599627370498, 0)],
    "hardtanh(x)": [(-1, -1, 0), (1, 1, 0), (0.5, 0.5, 1), (9, 1, 0)],
    "relu6(x)": [(0, 0, 0), (6, 6, 0), (3, 3, 1)],
    "selu(x)": [(0, 0, 1.7580993408473766)],
    "softsign(x)": [(0, 0, 1)],
    "mish(x)": [(1000, 1000, 1), (-1000, 0, 0)],
    "xlogy(x, 0)": [(0, 0, 0), (2, -INF, -INF)],
    "xlogy(0, x)": [(0, 0, 0), (-1, 0, 0), (2, 0, 0), (NAN, NAN, 0)],
    "logaddexp(x, 1000)": [(1000, 1000.6931471805599, 0.5), (INF, INF, 1)],
    "logaddexp(x, -inf)": [(-INF, -INF, 0.5), (1, 1, 1)],
    "logsigmoid(x)": [(-1000, -1000, 1), (1000, 0, 0)],
    "heaviside(x)": [(0, 0.5, 0), (-0.0, 0.5, 0), (3, 1, 0), (NAN, NAN, 0)],
    "normal_logcdf(x)": [(-40, -804.6084420137539, 40.02496884720726), (INF, 0, 0)],
    "erfcx(x)": [(30, 0.018795888861416754, -0.0006258354105073138), (INF, 0, 0)],
    "erfinv(x)": [(1, INF, INF), (-1, -INF, INF), (2, NAN, None)],
    "sinc(x)": [(0, 1, 0)],
    "lambertw(x)": [(0, 0, 1), (-1, NAN, NAN)],
    "coth(x)": [(0, INF, -INF), (1000, 1, 0)],
    "sech(x)": [(1000, 0, 0), (0, 1, 0)],
    "factorial(x)": [(-1, INF, -INF), (-2, NAN, NAN), (171, INF, INF)],
    "expint(x)": [(0, INF, -INF), (-1, NAN, None)],
    "cosint(x)": [(0, -INF, INF), (-1, NAN, None)],
    "bessely(0, x)": [(0, -INF, INF), (-1, NAN, NAN)],
    "besselj(0, x)": [(0, 1, 0), (INF, 0, 0), (-2, 0.223890779141236, 0.576724807756873)],
}  # fmt: skip


@pytest.mark.parametrize("text", EDGES)
def test_edges_alone_and_as_entries(text: str) -> None:
    for x, value, slope in EDGES[text]:
        report = gradient(text, x=x, symbolic=False)
        assert report.value == pytest.approx(value, rel=1e-14, nan_ok=True), x
        if slope is not None:
            assert report.gradient["x"] == pytest.approx(slope, rel=1e-14, nan_ok=True), x
    points = np.array([x for x, _, _ in EDGES[text]], dtype=float)
    found = gradient(text, x=points, upstream=np.ones(len(points)), symbolic=False)
    np.testing.assert_allclose(np.asarray(found.value), [value for _, value, _ in EDGES[text]], rtol=1e-14)
    for got, (x, _, slope) in zip(np.asarray(found.gradient["x"]), EDGES[text], strict=True):
        assert slope is None or got == pytest.approx(slope, rel=1e-14, nan_ok=True), x


def test_no_gradient_flows_to_an_order() -> None:
    report = gradient("besselj(n, x)", n=1, x=2)
    assert "n" not in report.gradient


def test_second_derivatives_keep_their_digits_far_out() -> None:
    """Against their asymptotic series: of the logarithm of the distribution the slope is -x + 1/x - …, DLMF 7.12.1."""
    curvature = gradient("grad(normal_logcdf(x), x)", x=-1e4, symbolic=False).gradient["x"]
    assert curvature == pytest.approx(-1 + 1e-8 - 6e-16, rel=1e-13)
    bend = gradient("grad(erfcx(x), x)", x=1e5, symbolic=False).gradient["x"]
    assert bend == pytest.approx(2 / math.sqrt(math.pi) * 1e-15 * (1 - 3e-10), rel=1e-13)
    assert gradient("grad(sinc(x), x)", x=0, symbolic=False).gradient["x"] == pytest.approx(-1 / 3, rel=1e-14)
    assert gradient("grad(grad(erfinv(x), x), x)", x=0, symbolic=False).gradient["x"] == pytest.approx(
        math.pi**1.5 / 4, rel=1e-14
    )


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("n!", "factorial(n)"), ("2n! + 1", "2*factorial(n) + 1"), ("-n!^2", "-(factorial(n)^2)"),
        ("2^n!", "2^factorial(n)"), ("n!(n - 1)", "factorial(n)*(n - 1)"), ("(n + 1)!/n!", "n + 1"),
        ("n! == 24", "1"), ("n != 4", "0"), ("n!=4", "0"), ("a[1]!", "factorial(3)"), ("abs(n)!", "24"),
        ("7 % n*2", "(7 % n)*2"), ("2*7 % n", "(2*7) % n"), ("-7 % n", "1"), ("7 % 2^2", "3"), ("n % 3 + 1", "2"),
        ("mod(7, n)", "7 % n"), ("remainder(7, n)", "3"),
    ],
)  # fmt: skip
def test_factorials_and_remainders_bind_as_on_paper_and_in_python(text: str, same: str) -> None:
    values = {"n": 4.0, **({"a": [1.0, 3.0]} if "a[" in text else {})}
    assert gradient(text, values).value == pytest.approx(gradient(same, {"n": 4.0} if "n" in same else {}).value)
