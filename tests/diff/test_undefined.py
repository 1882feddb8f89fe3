"""Where there is no number: zeros over zeros, and infinities that meet. `diff` says NaN there, as `grad` does."""

from __future__ import annotations

import math

import numpy as np
import pytest
from commandline import call

from bpcalc import gradient
from bpcalc.calculations.diff.pipeline import differentiate
from bpcalc.calculations.diff.request import Request
from bpcalc.errors import Source
from bpcalc.reading.declarations import read_shapes
from bpcalc.reports.derivatives import Derivative

# a program, values, and the name that it is differentiated by
UNDEFINED = [
    ("a*sin(x)/x", {"x": "0"}, "a"),
    ("a*(x^2 - 1)/(x - 1)", {"x": "1"}, "a"),
    ("(x^2 - a)/(x - a)", {"x": "1", "a": "1"}, "x"),
    ("expm1(x)/x", {"x": "0"}, "x"),
    ("sin(x)/x", {"x": "0"}, "x"),
    ("x/x*a", {"x": "0"}, "a"),
    ("w*x/w", {"w": "0"}, "x"),
    ("sqrt(x)*sqrt(x)", {"x": "0"}, "x"),
    ("a*(x + 1)*(x - 2)/(x - 2)", {"x": "2"}, "a"),
    ("a*(inf - inf)", {}, "a"),
    ("a*inf/inf", {}, "a"),
    ("a*(inf*2 - inf)", {}, "a"),
    ("0/0*x", {}, "x"),
    ("x*0*log(0)", {}, "x"),
    ("x*log(0) - x*log(0)", {}, "x"),
    ("x*0*(y + inf)", {}, "x"),
    ("x*nan + x", {}, "x"),
]


def derivative(program: str, values: dict[str, str], name: str, shapes: tuple[str, ...] = ()) -> Derivative:
    texts = {name: Source(value) for name, value in values.items()}
    report = differentiate(Source(program), read_shapes(shapes), texts, Request(wrt=[(name,)]))
    return report.derivatives[name]


@pytest.mark.parametrize(("program", "values", "name"), UNDEFINED)
def test_what_grad_calls_nan_is_nan(program: str, values: dict[str, str], name: str) -> None:
    others = {one: "3" for one in "axyw" if one in program.replace("expm1", "") and one not in values}
    assert math.isnan(gradient(program, {**others, **values}).gradient[name])
    assert derivative(program, values, name).text == "nan"


@pytest.mark.parametrize("program", ["a*(inf - inf)", "a*inf/inf", "0/0*x", "sum(v*(inf - inf))"])
def test_nan_is_told(program: str) -> None:
    result = call(["diff", program, "v:n"] if "v" in program else ["diff", program])
    assert "warning: NaN first arises in the forward pass at" in result.err


@pytest.mark.parametrize(
    ("program", "values", "name", "right"),
    [
        ("0*x*log(y)", {}, "x", "0"),  # y is any number that log has a value at
        ("x/inf", {}, "x", "1/inf"),
        ("a*inf", {}, "a", "inf"),
        ("x + inf", {}, "x", "1"),
        ("a*exp(x)/exp(x)", {"x": "1000"}, "a", "1"),  # only numbers overflow
        ("x^y", {"x": "0", "y": "0"}, "x", "0"),
        ("log(x)", {"x": "-1"}, "x", "-1"),
        ("max(x, y)", {"x": "1", "y": "1"}, "x", "1/2"),  # as grad shares it, and as the warning says
        ("a*max(x, y)", {"x": "1", "y": "1"}, "x", "a/2"),
        ("min(x, y)", {"x": "1", "y": "1"}, "y", "1/2"),
        ("relu(x) + x", {"x": "0"}, "x", "1"),
        ("where(x == 0, a, a*sin(x)/x)", {"x": "0"}, "a", "1"),
    ],
)
def test_what_is_a_number_stays_one(program: str, values: dict[str, str], name: str, right: str) -> None:
    assert derivative(program, values, name).text == right


@pytest.mark.parametrize(
    ("program", "shapes", "values", "name"),
    [
        ("sum(x*y/y)", ["x:2"], {"y": "[0, 1]"}, "x"),
        ("sum(X/X)", [], {"X": "[[0, 1], [1, 0]]"}, "X"),
        ("sum(x^2/x)", [], {"x": "[0, 0]"}, "x"),
    ],
)
def test_entries_that_are_nan(program: str, shapes: list[str], values: dict[str, str], name: str) -> None:
    declared = {one.partition(":")[0]: "[3, 4]" for one in shapes}
    expected = gradient(program, {**declared, **values}).gradient[name]
    found = gradient(derivative(program, values, name, tuple(shapes)).program, {}, upstream=1.0).value
    np.testing.assert_array_equal(np.broadcast_to(found, np.shape(expected)), expected)
