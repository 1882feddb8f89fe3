"""Infinities, NaN and overflow give what IEEE 754 and C say, never an exception."""

from __future__ import annotations

import itertools
import math

import pytest
from every import several
from reference import INF, NAN, SCALARS, call, named, same

from bpcalc import gradient
from bpcalc.gate import Gate

RESULTS = {
    INF: (
        "1/0", "exp(1000)", "0^-1", "0^-2", "(-10)^400", "10^400", "1e300*1e300", "inf + 1", "2^inf", "0.5^(-inf)",
        "cosh(1000)", "cosh(-1000)", "sinh(1000)", "expm1(1000)", "atanh(1)", "gamma(0)", "lgamma(0)", "lgamma(-3)",
        "gamma(200)", "sqrt(inf)", "log(inf)", "log2(inf)", "abs(-inf)", "max(inf, 1)", "hypot(inf, 1)", "-log(0)",
        "hypot(-inf, 0/0)", "softplus(inf)", "relu(inf)", "floor(inf)", "ceil(inf)", "cbrt(inf)", "logit(1)", "inf^2",
        "acosh(inf)", "asinh(inf)", "leaky_relu(inf)", "elu(inf)", "silu(inf)", "gelu(inf)", "polygamma(1, 0)",
    ),
    -INF: (
        "log(0)", "log(-0)", "log2(0)", "log10(0)", "log1p(-1)", "-1/0", "1/(-0)", "(-10)^401", "sinh(-1000)",
        "atanh(-1)", "logit(0)", "min(-inf, 3)", "digamma(0)", "cbrt(-inf)", "(-0)^-1", "(-inf)^3", "asinh(-inf)",
        "relu(0) - inf", "leaky_relu(-inf)", "floor(-inf)",
    ),
    NAN: (
        "log(-1)", "log2(-1)", "log10(-1)", "log1p(-2)", "0/0", "inf - inf", "inf/inf", "0*inf", "(-8)^(1/3)",
        "sqrt(-1)", "asin(2)", "acos(-2)", "acosh(0.5)", "atanh(2)", "sin(inf)", "cos(-inf)", "tan(inf)", "gamma(-1)",
        "digamma(-1)", "logit(2)", "logit(-1)", "max(0/0, 1)", "min(1, 0/0)", "max(1, 2, 0/0)", "clip(0/0, 0, 1)",
        "relu(0/0)", "abs(0/0)", "sign(0/0)", "floor(0/0)", "sigmoid(0/0)", "tanh(0/0)", "exp(0/0)", "hypot(0/0, 1)",
        "elu(0/0)", "where(1, 0/0, 1)", "polygamma(0.5, 1)", "gamma(-inf)", "atan2(0/0, 1)", "softplus(0/0)",
        "erf(0/0)",
    ),
    0.0: (
        "exp(-1000)", "1/inf", "2^(-inf)", "0.5^inf", "0^inf", "sigmoid(-inf)", "softplus(-inf)", "erfc(inf)",
        "exp(-inf)", "0/0 < 1", "0/0 == 0/0", "where(0, 0/0, 0)", "sign(0)", "1 - tanh(inf)", "cbrt(0)",
        "atan2(0, inf)",
    ),
    1.0: (
        "1^inf", "1^(0/0)", "(0/0)^0", "inf^0", "0^0", "(-1)^inf", "tanh(inf)", "sigmoid(inf)", "erf(inf)",
        "0/0 != 0/0", "inf == inf", "inf > 1e308", "where(1, 1, 0/0)", "where(inf, 1, 2)", "cos(0)", "gamma(1)",
        "erfc(0)", "sign(inf)",
    ),
    2.0: ("erfc(-inf)", "where(0/0 > 1, 1, 2)", "cbrt(8)", "sqrt(4)", "4^0.5", "log2(4)", "log10(100)", "gamma(3)"),
    -1.0: ("expm1(-inf)", "elu(-inf)", "tanh(-inf)", "sign(-inf)", "floor(-0.5)", "(-1)^3", "erf(-inf)"),
}  # fmt: skip


CASES = [(text, value) for value, texts in RESULTS.items() for text in texts]


@several("expression, expected", CASES)
def test_the_value_is_that_of_ieee_arithmetic(expression: str, expected: float) -> None:
    assert same(gradient(expression).value, expected)
    # and from a variable, so that nothing is known of it when it is read
    through = expression.replace("0/0", "(x*0/0)").replace("inf", "(x*inf)")
    assert same(gradient(through, x=1).value, expected)


@pytest.mark.parametrize(
    ("expression", "values", "expected"),
    [
        ("log(x)", {"x": 0}, {"x": INF}),
        ("1/x", {"x": 0}, {"x": -INF}),
        ("x/y", {"x": 0, "y": 0}, {"x": INF, "y": NAN}),
        ("exp(x)", {"x": 1000}, {"x": INF}),
        ("log(x)", {"x": -1}, {"x": -1}),
        ("sqrt(x)", {"x": -1}, {"x": NAN}),
        ("x*y", {"x": INF, "y": 0}, {"x": 0, "y": INF}),
        ("atanh(x)", {"x": 1}, {"x": INF}),
        ("asin(x)", {"x": 1}, {"x": INF}),
        ("acosh(x)", {"x": 1}, {"x": INF}),
        ("log1p(x)", {"x": -1}, {"x": INF}),
        ("cbrt(x)", {"x": 0}, {"x": INF}),
        ("x^n", {"x": 0, "n": -1}, {"x": -INF, "n": -INF}),
    ],
)
def test_the_gradient_is_that_of_ieee_arithmetic(
    expression: str, values: dict[str, float], expected: dict[str, float]
) -> None:
    found = gradient(expression, values).gradient
    assert all(same(found[name], expected[name]) for name in expected), found


@pytest.mark.parametrize("gate", SCALARS.values(), ids=list(SCALARS))
def test_no_input_makes_a_gate_raise(gate: Gate) -> None:
    corners = (0.0, -0.0, 1.0, -1.0, 0.5, 5e-324, 1.7976931348623157e308, -1e308, 171.7, INF, -INF, NAN)
    corners = corners if len(gate.samples[0]) < 3 else corners[::2]
    for inputs in itertools.product(corners, repeat=len(gate.samples[0])):
        values = named(gate, inputs)
        report = gradient(call(gate, list(values)), values, symbolic=False)
        assert isinstance(report.value, float)
        assert all(isinstance(found, float) for found in report.gradient.values())


def test_the_first_node_that_is_not_finite_is_named() -> None:
    report = gradient("q = x - 2; r = sqrt(q); sqrt(r)*0", x=1)
    assert [warning.node for warning in report.warnings if "forward" in warning.message] == ["r"]
    report = gradient("q = sqrt(x); q*2", x=0)
    assert math.isinf(report.gradient["x"])
    assert [(warning.kind, warning.node) for warning in report.warnings] == [("nonfinite", "x")]


def test_a_value_that_is_nan_from_the_start_is_told() -> None:
    """`relu` and `max` pass no gradient to NaN, so that the result may not show it."""
    for program in ("relu(x)", "max(x, 1)", "x + 1"):
        found = gradient(program, x=math.nan).warnings
        assert any(warning.kind == "nonfinite" and warning.node == "x" for warning in found)
