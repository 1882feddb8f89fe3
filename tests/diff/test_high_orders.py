"""Derivatives of a high order: right, as short both ways as the shorter one, and refused where they would not end."""

from __future__ import annotations

import math
from typing import Any

import mpmath
import pytest
from commandline import call
from mpmath import mpf
from oracle import evaluate_number

from bpcalc import diff
from bpcalc.calculations.diff.derivatives import Differentiator
from bpcalc.calculations.diff.high_orders import HighOrders
from bpcalc.calculations.diff.request import Request
from bpcalc.engine.forward import forward
from bpcalc.errors import BpcalcError, Source
from bpcalc.writing.definitions import program

POINT = {name: mpf(value) for name, value in (("x", "0.6875"), ("y", "0.40625"), ("a", "0.8125"), ("b", "-0.34375"))}
# Programs, and the orders at which their formulas are tried.
CASES = {
    "exp(sin(x^2))": (8, 14, 20), "exp(sin(x))": (15, 20, 30), "tan(x)": (20, 30), "x^x": (9, 16),
    "gamma(x)": (10, 11), "exp(exp(exp(x)))": (8, 12), "sqrt(1 + sin(x))": (10, 16), "tanh(x)^3/cosh(x)": (9, 14),
    "(1 + x^2)^a": (10, 16), "x^a*exp(-b*x)": (12, 15), "exp(-(x - a)^2/(2*b^2))/b": (11, 20),
    "atan(x)*exp(x)": (14, 18),
    "sin(a*x)*cos(b*x)*exp(x)": (9, 14), "log(x)*exp(-x^2)": (12, 16), "relu(x)*exp(sin(x))": (8, 12),
    "where(x > 0, exp(sin(x)), cos(x))": (6, 9), "x^y*sin(x*y)": (8, 12), "erf(x)*sin(x)": (10,),
    "sigmoid(x)*x^2": (20,),
    "1/(1 + x + x^3)": (12, 16), "log(sin(x) + 2)": (8, 12), "lgamma(x)*sin(x)": (10,), "cbrt(1 + x^2)": (8, 12),
    "abs(sin(x))^3": (6, 9), "asinh(x)/x": (20,), "sin(x)/x": (20,),
}  # fmt: skip


def exact(text: str, order: int) -> Any:
    """The derivative of a text by x at the point, by differences, for which mpmath takes many times these digits."""
    with mpmath.workdps(40):
        return mpmath.diff(lambda x: evaluate_number(text, POINT | {"x": x}), POINT["x"], order)


@pytest.mark.parametrize("text", CASES)
def test_the_formula_is_the_derivative(text: str) -> None:
    over = {order: ",".join("x" * order) for order in CASES[text]}
    found = diff(text, wrt=[*over.values()])
    for order, names in over.items():
        with mpmath.workdps(60 + 2 * order):
            assert mpmath.almosteq(evaluate_number(found.derivatives[names].program, POINT), exact(text, order), 1e-25)


def test_mixed_derivatives() -> None:
    text, over = "exp(sin(x*y))*y^x", ["x,x,y,x,y,x,x", "y,y,x,x,x,x,x"]
    found = diff(text, wrt=over)
    with mpmath.workdps(60):
        for names in over:
            orders = (names.count("x"), names.count("y"))
            right = mpmath.diff(
                lambda x, y: evaluate_number(text, {"x": x, "y": y}), (POINT["x"], POINT["y"]), orders
            )
            assert mpmath.almosteq(evaluate_number(found.derivatives[names].program, POINT), right, 1e-25)


@pytest.mark.parametrize("text", [text for text in CASES if "where" not in text])
def test_both_ways_give_the_same_function(text: str) -> None:
    d = Differentiator(Source(text), {}, {}, Request(wrt=[("x",)]))
    m, graph = d.textbook(), d.program.graph
    value = forward(m, graph, {name: m.variable(name, ()) for name in graph.variables}, [d.output])[d.output]
    high = HighOrders(m, value)
    for order in (1, 2, 3, 5):
        passes = d.derivative(("x",) * order)
        other = m.node(high.derivative(("x",) * order))
        with mpmath.workdps(40):
            assert mpmath.almosteq(
                evaluate_number(program(passes.graph, passes.node, {}, ()), POINT),
                evaluate_number(program(m.graph, other, {}, ()), POINT), 1e-25,
            )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "order", "longest"),
    [
        ("exp(sin(x^2))", 8, 800), ("exp(sin(x^2))", 14, 4_200), ("exp(sin(x^2))", 20, 14_000),
        ("exp(sin(x))", 20, 1_600), ("x^x", 12, 1_700), ("gamma(x)", 12, 1_700), ("tan(x)", 100, 9_000),
        ("exp(-(x - a)^2/(2*b^2))/b", 20, 300),
    ],
)  # fmt: skip
def test_they_are_short(text: str, order: int, longest: int) -> None:
    assert len(diff(text, wrt="x", order=order).derivatives["x"].program) <= longest


def test_a_formula_grows_slowly_with_the_order() -> None:
    """Where both passes would make it two to four times as long each time: by 1.36 on average, from 412 characters on.

    Some orders are shorter than that allows, where sin^2 is written as 1 - cos^2, and the next one is not.
    """
    over = [",".join("x" * order) for order in range(6, 16)]
    found = diff("exp(sin(x^2))", wrt=over)
    lengths = [len(found.derivatives[names].program) for names in over]
    assert all(length < 412.5 * 1.36**later for later, length in enumerate(lengths))


def test_values_are_put_in() -> None:
    result = call(["diff", "exp(sin(x^2))", "x=0", "--wrt", "x", "--order", "12", "-o", "plain"])
    # 12! times the coefficient of x^12, that of t^6 in exp(sin(t)): -1/240
    assert (result.status, result.err, result.out) == (0, "", "-1995840\n")


# What would not end


def test_tangents_of_order_100_have_the_numbers_of_the_table() -> None:
    text = diff("tan(x)", order=99).derivatives["x"].program
    with mpmath.workdps(30):
        k = 50
        right = (-1) ** (k - 1) * mpf(4) ** k * (mpf(4) ** k - 1) * mpmath.bernoulli(2 * k) / (2 * k)
        assert mpmath.almosteq(evaluate_number(text, {"x": mpf(0)}), right, 1e-25)


@pytest.mark.parametrize(
    ("text", "order", "unit"),
    [("gamma(x)", 100, "terms"), ("x^x^x", 40, "terms"), ("exp(sin(x^2))", 100, "terms")],
)
def test_what_would_be_too_long_is_refused_with_its_size(text: str, order: int, unit: str) -> None:
    result = call(["diff", text, "--order", str(order)])
    assert (result.status, result.out) == (2, "")
    first, hint = result.err.splitlines()
    assert first.startswith(f"error: the derivative of order {order} would have over ")
    assert first.endswith(unit)
    assert int(first.split()[-2].replace(",", "")) > 3_000
    assert hint.endswith(f"there is --taylor {order}")


def test_formulas_of_arrays_are_refused_too() -> None:
    with pytest.raises(BpcalcError, match=r"the derivative of order 30 would have over [\d,^]+ characters"):
        diff("exp(sum(sin(x*v)))*norm(x*v)", {"v": "n"}, wrt="x", order=30)


@pytest.mark.parametrize("depth", [22, 60])
def test_gradients_of_gradients_are_refused_where_they_would_not_end(depth: int) -> None:
    text = "grad(" * depth + "exp(sin(x))" + ", x)" * depth
    for words in (["grad", text, "x=0.5"], ["diff", text]):
        result = call(words)
        assert (result.status, result.out) == (2, "")
        assert f"error: gradients nested {depth} deep would be taken over more than 10^" in result.err


def test_gradients_of_gradients_that_end_are_taken() -> None:
    for text, depth, at, right in (("exp(x)", 60, "0", 1.0), ("x^30", 24, "1", float(mpmath.ff(30, 24))),
                                   ("exp(sin(x))", 10, "0", -2951.0)):  # fmt: skip
        result = call(["grad", "grad(" * depth + text + ", x)" * depth, f"x={at}", "--get", "value"])
        assert result.status == 0
        assert math.isclose(float(result.out), right, rel_tol=1e-12)
