"""What people and scripts see of `--bounds`: digits, ranges, JSON, warnings, errors."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any

import pytest
from commandline import call

pytest.importorskip("flint")

from bpcalc import gradient, jacobian, jvp
from bpcalc.algebra.bounds.spans import Span
from bpcalc.algebra.bounds.texts import between, text
from bpcalc.errors import BpcalcError

THIRD = Fraction(1, 3)


@pytest.mark.parametrize(
    ("raw", "digits", "shown"),
    [
        (Fraction(3), 6, "3"), (Fraction(-1, 8), 6, "-0.125"), (THIRD, 6, "0.333333…"), (-THIRD, 3, "-0.333…"),
        (Span(Fraction(1, 3), Fraction(2, 3)), 4, "[0.3333..0.6667]"), (Span(-THIRD, THIRD), 3, "[-0.334..0.334]"),
        (Span(Fraction(1999999, 10**6), Fraction(2000001, 10**6)), 3, "[1.99..2.01]"), (float("inf"), 6, "inf"),
        (Span(Fraction(1), float("inf")), 6, "[1..inf]"), (float("nan"), 6, "unknown"), (Fraction(0), 6, "0"),
        (Fraction(1, 3 * 10**30), 4, "3.333…e-31"), (Fraction(10**30, 3), 4, "3.333…e+29"),
        (Span(Fraction(0), Fraction(1, 10**30)), 4, "[0..1e-30]"), (Fraction(123456789), 3, "123000000…"),
    ],
)  # fmt: skip
def test_digits_that_are_certain_and_ranges(raw: Any, digits: int, shown: str) -> None:
    assert text(raw, digits) == shown


@pytest.mark.parametrize("x", [THIRD, -THIRD, Fraction(1, 7) ** 40, Fraction(2, 3) * 10**50, Fraction(10**18 - 1)])
@pytest.mark.parametrize("digits", [1, 2, 6, 17])
def test_ends_are_rounded_outwards(x: Fraction, digits: int) -> None:
    lo, hi = map(Fraction, between(x, digits))
    assert lo <= x <= hi
    assert hi - lo <= abs(x) * Fraction(10) ** (1 - digits)


def test_the_table_has_digits_and_ranges() -> None:
    found = call(["grad", "sigmoid(w*x)", "w=[1..2]", "x=-1", "--bounds"])
    assert found.status == 0
    assert "f = sigmoid(w*x) = [0.119202..0.268942]" in found.out
    assert "[1..2]" in found.out
    assert "0.26894…" in call(["grad", "sigmoid(x)", "x=-1", "--bounds", "--precision", "5"]).out


def test_json_has_two_texts_each() -> None:
    found = json.loads(call(["grad", "x^2/y", "x=[1..2]", "y=3", "--bounds", "-o", "json"]).out)
    assert found["value"] == ["0.33333333333333333", "1.3333333333333334"]
    assert found["gradient"]["x"] == ["0.66666666666666666", "1.3333333333333334"]
    assert found["nodes"][0]["value"] == ["1", "2"]
    assert json.loads(call(["grad", "log(x)", "x=[-1..2]", "--bounds", "-o", "json"]).out)["value"] == "unknown"
    assert json.loads(call(["grad", "1/x", "x=[0..2]", "--bounds", "-o", "json"]).out)["value"] == ["0.5", "Infinity"]


@pytest.mark.parametrize(
    ("arguments", "out"),
    [
        (["-o", "plain"], "value\t[1..4]\nx\t[2..4]\n"), (["--get", "x"], "[2..4]\n"), (["--get", "value"], "[1..4]\n"),
        (["-o", "env"], "value='[1..4]'\nd_x='[2..4]'\n"),
        (["-o", "csv"], "name,role,gate,expression,value,gradient,symbolic\nx,input,input,x,[1..2],[2..4],\n"
                        "f,output,power,x^2,[1..4],1,\n"),
    ],
)  # fmt: skip
def test_scripts_get_what_a_binding_reads(arguments: list[str], out: str) -> None:
    assert call(["grad", "x^2", "x=[1..2]", "--bounds", *arguments]).out == out


def test_a_shell_gets_arrays_of_ranges() -> None:
    found = call(["grad", "sum(x^2)", "x=[[1..2], 3]", "--bounds", "-o", "env"])
    assert found.out == "value='[10..13]'\nd_x=('[2..4]' 6)\n"


def test_what_is_printed_is_read_again() -> None:
    value = call(["grad", "exp(x)", "x=[1..2]", "--bounds", "--get", "value"]).out.strip()
    assert call(["grad", "log(y)", f"y={value}", "--bounds", "--get", "value"]).status == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["relu(x)", "x=[-1..1]"], "f = relu(x): the input may lie on either side of the kink"),
        (["abs(x)", "x=0"], "f = abs(x): the input may lie on either side of the kink"),
        (["max(x, y)", "x=[0..2]", "y=1"], "f = max(x, y): which input takes the gradient is open"),
        (["where(x > 0, x, 1)", "x=[-1..1]"], "the condition may hold or not"),
        (["floor(x)", "x=[0..2]"], "f = floor(x): it may jump within the bounds"),
        (["log(x)", "x=[-1..1]"], "f = log(x) is not known"), (["1/x", "x=[0..1]"], "f = 1/x has no end"),
        (["norm(x)", "x=[0, 0]"], "it may be 0, where it has a kink"),
        (["sum(relu(x))", "x=[[-1..1], 2]"], "n1 = relu(x): the input may lie on either side of the kink"),
    ],
)  # fmt: skip
def test_what_is_open_is_told(words: list[str], said: str) -> None:
    found = call(["grad", *words, "--bounds"])
    assert said in found.err
    assert found.status == 0
    assert call(["grad", *words, "--bounds", "--strict"]).status == 1


@pytest.mark.parametrize("words", [["relu(x)", "x=[1..2]"], ["max(x, y)", "x=[0..1]", "y=2"], ["x^2", "x=[-1..1]"]])
def test_what_is_not_open_is_not_told(words: list[str]) -> None:
    assert call(["grad", *words, "--bounds"]).err == ""


@pytest.mark.parametrize(
    ("arguments", "said", "hint"),
    [
        (["grad", "x", "x=[1..2]"], 'the value of "x" is a range', "add --bounds"),
        (["check", "x", "x=[1..2]"], 'the value of "x" is a range', "bpcalc grad --bounds takes ranges"),
        (["hessian", "x^2", "x=[1..2]"], 'the value of "x" is a range', "add --bounds"),
        (["hessian", "x^2", "x=[1..2]", "--bounds", "--eigenvalues"], "--eigenvalues is for doubles", "leave one out"),
        (["hessian", "x^2", "x=1", "--split", "4"], "--split is of --bounds", "add --bounds"),
        (["grad", "x", "x=[2..1]", "--bounds"], "the range ends before it begins", "the smaller end stands first"),
        (["grad", "x", "x=[1..]", "--bounds"], "a range has two ends", "goes to inf"),
        (["grad", "x", "x=[1...5]", "--bounds"], "two dots between two numbers", "[1 .. .5]"),
        (["grad", "x", "x=[1..nan]", "--bounds"], "an end of a range is not a number", ""),
        (["grad", "x", "x=2*[1..2]", "--bounds"], "a range stands alone", "x=[4.7..5.3]"),
        (["grad", "x", "x=1..2", "--bounds"], "a range stands alone", "x=[4.7..5.3]"),
        (["grad", "x", "x=1", "--bounds", "--exact"], "two number systems", "leave one of them out"),
        (["grad", "x", "x=1", "--bounds", "--digits", "5"], "two number systems", "leave one of them out"),
        (["grad", "x", "x=1", "--bounds", "--trace"], "a trace has single numbers", ""),
        (["grad", "x", "x=1", "--bounds", "--ulp"], "is for doubles", ""),
        (["grad", "x", "x=1", "--split", "4"], "--split is of --bounds", "add --bounds"),
        (["grad", "x", "x=1", "--bounds", "--split", "4"], "no value is one", "x=[4.7..5.3]"),
        (["grad", "x", "x=[0..inf]", "--bounds", "--split", "4"], "has no end", ""),
        (["grad", "x", "x=5±1", "--bounds"], "is uncertain", ""),
    ],
)  # fmt: skip
def test_errors(arguments: list[str], said: str, hint: str) -> None:
    found = call(arguments)
    assert (found.status, found.out) == (2, "")
    assert said in found.err
    assert hint in found.err


def test_forward_mode_and_jacobians_have_bounds_too() -> None:
    moved = jvp("x^2*y", x="[1..2]", y=3, tangent={"x": 1}, bounds=True)
    assert moved.circuit.m.json(moved.nodes.called("f").tangent) == ["6", "12"]
    found = jacobian("[x*y, x]", x="[1..2]", y=3, bounds=True)
    assert found.to_dict()["jacobian"] == {"x": [["3", "3"], ["1", "1"]], "y": [["1", "2"], ["0", "0"]]}


def test_python_has_bounds() -> None:
    report = gradient("x^2", x="[4.7..5.3]", bounds=True, split=4)
    assert report.to_dict()["value"] == ["22.09", "28.09"]
    interval = report.value.mpmath()
    assert (float(interval.a), float(interval.b)) == pytest.approx((22.09, 28.09))
    with pytest.raises(BpcalcError, match="is a range"):
        gradient("x^2", x="[1..2]")
    with pytest.raises(BpcalcError, match="split is of bounds"):
        gradient("x^2", x=1, split=4)


@pytest.mark.parametrize("width", ["40", "80", "120"])
def test_it_fits_a_narrow_terminal(width: str) -> None:
    found = call(["grad", "sigmoid(w*x + b)", "w=[1..2]", "x=-1", "b=0.5", "--bounds", "--width", width])
    assert max(map(len, found.out.splitlines())) <= int(width)
    assert "[0.182425..0.377541]" in found.out


def test_gates_without_bounds_say_so() -> None:
    found = call(["grad", "sum(order(x))", "x=[[1..2], [1.5..3]]", "--bounds"])
    assert found.status == 2
