"""Formulas that numerical analysts warn of: `--ulp` tells how far they are off, where digits are lost, what keeps them.

The truth is mpmath's, of the formula by hand at the doubles that were given.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import mpmath
import pytest
from mpmath import mpf

from bpcalc import gradient

pytest.importorskip("flint")
ROOT, LOG, EXP = mpmath.sqrt, mpmath.log, mpmath.exp

# The formula, its doubles, by hand, how many digits cancel at least (None: lost otherwise), and the better form.
LOST: list[tuple[str, dict[str, Any], Callable[..., Any], int | None, str]] = [
    ("(1 - cos(x))/x^2", {"x": 1e-4}, lambda x: (1 - mpmath.cos(x)) / x**2, 7, "2*sin(x/2)^2"),
    ("exp(x) - 1", {"x": 1e-9}, mpmath.expm1, 8, "expm1(x)"),
    ("1 - exp(-x)", {"x": 1e-12}, lambda x: -mpmath.expm1(-x), 11, "-expm1(-x)"),
    ("log(1 + x)", {"x": 1e-9}, lambda x: LOG(1 + x), None, "log1p(x)"),
    ("x - sin(x)", {"x": 1e-3}, lambda x: x - mpmath.sin(x), 6, ""),
    ("sinh(x) - x", {"x": 1e-3}, lambda x: mpmath.sinh(x) - x, 6, ""),
    ("sqrt(x + 1) - sqrt(x)", {"x": 1e12}, lambda x: ROOT(x + 1) - ROOT(x), 12, "1/(sqrt(x + 1) + sqrt(x))"),
    ("sqrt(x^2 + 1) - x", {"x": 1e8}, lambda x: ROOT(x * x + 1) - x, 15, "1/(sqrt(x^2 + 1) + x)"),
    ("sqrt(x^2 - 1) - x", {"x": 1e8}, lambda x: ROOT(x * x - 1) - x, 15, "-1/(sqrt(x^2 - 1) + x)"),
    ("hypot(x, y) - x", {"x": 1e8, "y": 1.0}, lambda x, y: mpmath.hypot(x, y) - x, 15, "y^2/(hypot(x, y) + x)"),
    ("(-b + sqrt(b^2 - 4*a*c))/(2*a)", {"a": 1.0, "b": 1e8, "c": 1.0},
     lambda a, b, c: (-b + ROOT(b * b - 4 * a * c)) / (2 * a), 15, "-4*a*c/(b + sqrt(b^2 - 4*a*c))"),
    ("(-b - sqrt(b^2 - 4*a*c))/(2*a)", {"a": 1.0, "b": -1e8, "c": 1.0},
     lambda a, b, c: (-b - ROOT(b * b - 4 * a * c)) / (2 * a), 15, "4*a*c/(sqrt(b^2 - 4*a*c) - b)"),
    ("b^2 - 4*a*c", {"a": 94906265.625, "b": 189812534.0, "c": 94906268.375},
     lambda a, b, c: b * b - 4 * a * c, 15, ""),
    ("1 - tanh(x)", {"x": 20.0}, lambda x: 1 - mpmath.tanh(x), 17, "2*sigmoid(-2*x)"),
    ("1 - tanh(x)^2", {"x": 20.0}, lambda x: mpmath.sech(x) ** 2, 16, "1/cosh(x)^2"),
    ("(exp(x) - 1)/x", {"x": 1e-10}, lambda x: mpmath.expm1(x) / x, 9, "expm1(x)"),
    ("x^2 - y^2", {"x": 1e8 + 1, "y": 1e8}, lambda x, y: x * x - y * y, 7, "(x - y)*(x + y)"),
    ("(x + y)^2 - x^2", {"x": 1e8, "y": 1e-4}, lambda x, y: (x + y) ** 2 - x * x, 11, "x^2*expm1(2*log1p(y/x))"),
    ("1/(x + 1) - 1/x", {"x": 1e9}, lambda x: 1 / (x + 1) - 1 / x, 9, "-1/(x*(x + 1))"),
    ("x/(x + 1) - 1", {"x": 1e12}, lambda x: x / (x + 1) - 1, 12, "-1/(1 + x)"),
    ("tan(x) - sin(x)", {"x": 1e-5}, lambda x: mpmath.tan(x) - mpmath.sin(x), 10, "2*tan(x)*sin(x/2)^2"),
    ("sin(x + y) - sin(x)", {"x": 1.0, "y": 1e-12},
     lambda x, y: mpmath.sin(x + y) - mpmath.sin(x), 12, "2*cos(x + y/2)*sin(y/2)"),
    ("cos(x)^2 - sin(x)^2", {"x": 0.785398163}, lambda x: mpmath.cos(2 * x), 8, "cos(2*x)"),
    ("1 - erf(x)", {"x": 5.0}, mpmath.erfc, 11, "erfc(x)"),
    ("acos(1 - x)", {"x": 1e-14}, lambda x: mpmath.acos(1 - x), None, "2*asin(sqrt(x/2))"),
    ("exp(x) - exp(-x)", {"x": 1e-9}, lambda x: 2 * mpmath.sinh(x), 8, "2*sinh(x)"),
    ("(1 + x/n)^n", {"x": 1.0, "n": 1e12}, lambda x, n: (1 + x / n) ** n, None, "exp(n*log1p(x/n))"),
    ("(1 + x)^n - 1", {"x": 1e-9, "n": 12.0}, lambda x, n: (1 + x) ** n - 1, 7, "expm1(n*log1p(x))"),
    ("log(x) - log(y)", {"x": 1e10 + 1, "y": 1e10}, lambda x, y: LOG(x / y), 11, "log1p((x - y)/y)"),
    ("log(x + sqrt(x^2 + 1))", {"x": 1e-9}, mpmath.asinh, None, "asinh(x)"),
    ("log((1 + x)/(1 - x))", {"x": 1e-9}, lambda x: 2 * mpmath.atanh(x), None, "2*atanh(x)"),
    ("log(normal_cdf(x))", {"x": -40.0}, lambda x: LOG(mpmath.erfc(-x / ROOT(2)) / 2), None, "normal_logcdf(x)"),
    ("exp(x^2)*erfc(x)", {"x": 30.0}, lambda x: EXP(x * x) * mpmath.erfc(x), None, "erfcx(x)"),
    ("sqrt(x^2 + y^2)", {"x": 1e200, "y": 1e200}, mpmath.hypot, None, "hypot(x, y)"),
    ("1/(1 + exp(-x))", {"x": -800.0}, lambda x: 1 / (1 + EXP(-x)), None, "sigmoid(x)"),
    ("log(1 + exp(x))", {"x": 800.0}, lambda x: LOG(1 + EXP(x)), None, "softplus(x)"),
    ("log(gamma(x))", {"x": 200.0}, mpmath.loggamma, None, "lgamma(x)"),
    ("mean(x^2) - mean(x)^2", {"x": [1e8 + 1, 1e8 + 2, 1e8 + 3]}, lambda *x: mpf(2) / 3, 15, "var(x)"),
    ("log(sum(exp(x)))", {"x": [-1000.0, -1001.0]}, lambda *x: LOG(sum(map(EXP, x))), None, "logsumexp(x)"),
    ("333.75*y^6 + x^2*(11*x^2*y^2 - y^6 - 121*y^4 - 2) + 5.5*y^8 + x/(2*y)", {"x": 77617.0, "y": 33096.0},  # Rump's
     lambda x, y: mpf(333.75) * y**6 + x**2 * (11 * x**2 * y**2 - y**6 - 121 * y**4 - 2)
     + mpf(5.5) * y**8 + x / (2 * y), 17, ""),
]
KEPT = ["abs(x) - x/2", "(x - 1)^7", "x*y", "gamma(x)/gamma(x - 1)", "sqrt(1 - 1/x^2)", "hypot(x, y)", "log1p(x)"]


def numbers(values: dict[str, Any]) -> list[Any]:
    found = [one if isinstance(one, Sequence) else [one] for one in values.values()]
    return [mpf(x) for part in found for x in part]


@pytest.mark.parametrize(("text", "values", "right", "digits", "better"), LOST, ids=[case[0] for case in LOST])
def test_lost_digits_are_told(text: str, values: Any, right: Any, digits: int | None, better: str) -> None:
    report = gradient(text, values, ulp=True)
    found = report.accuracy
    assert found is not None
    with mpmath.workdps(120):
        truth = right(*numbers(values))
        assert abs(mpf(str(found.truth)) / truth - 1) < mpf(10) ** -16
    if digits is not None:
        assert max(getattr(one, "digits", 0) for one in found.lost) >= digits
    assert (found.rewrites[0].instead if found.rewrites else "") == better
    if better:
        assert found.rewrites[0].value < 2


@pytest.mark.parametrize("text", KEPT)
def test_where_no_digit_is_lost_nothing_is_told(text: str) -> None:
    values = {name: value for name, value in (("x", 3.7), ("y", 0.3)) if name in text}
    found = gradient(text, values, ulp=True).accuracy
    assert found is not None
    assert (found.lost, found.rewrites) == ((), ())
