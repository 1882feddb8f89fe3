"""Numbers belong to the algebra: one more number system is one file, and every output speaks it."""

from __future__ import annotations

import json
from fractions import Fraction

import mpmath
import pytest

from bpcalc import gradient, hessian, jacobian, jvp
from bpcalc.algebra.many_digits import ManyDigits
from bpcalc.calculations.gradient import calculate
from bpcalc.calculations.passes import evaluate
from bpcalc.errors import Source
from bpcalc.reading.parser import parse
from bpcalc.reports.options import Options
from bpcalc.show import Style, render

DIGITS = 50
MANY_DIGITS = ManyDigits(DIGITS, spare=10, as_typed=True)
REPORT = gradient("0.1 + x/3", x="1/7", numbers=MANY_DIGITS)


def rounded(number: Fraction) -> str:
    """50 significant digits of a number between 0.1 and 1."""
    return f"0.{(number * 10**DIGITS + Fraction(1, 2)).__floor__():0{DIGITS}}".rstrip("0")


def test_the_value_and_the_gradient_are_right_to_fifty_digits() -> None:
    assert MANY_DIGITS.text(REPORT.value, None) == rounded(Fraction(31, 210))
    assert MANY_DIGITS.text(REPORT.gradient["x"], None) == rounded(Fraction(1, 3))
    assert MANY_DIGITS.text(REPORT["x"].value, None) == rounded(Fraction(1, 7))


@pytest.mark.parametrize("form", ["table", "trace", "csv", "tsv", "plain", "env", "json", "markdown", "latex"])
def test_every_format_has_all_digits(form: str) -> None:
    text = render(gradient("0.1 + x/3", x="1/7", numbers=MANY_DIGITS), form, Style(precision=DIGITS))
    if form == "trace":
        text = render(traced(), form, Style(precision=DIGITS))
    assert rounded(Fraction(31, 210)) in text
    assert rounded(Fraction(1, 3)) in text


def traced(x: str = "1/7") -> object:
    value = evaluate(parse(Source(x)), MANY_DIGITS)
    return calculate(Source("0.1 + x/3"), {"x": value}, Options(numbers=MANY_DIGITS, trace=True))


def test_in_json_they_are_texts() -> None:
    document = json.loads(render(REPORT, "json", Style()))
    assert document["value"] == rounded(Fraction(31, 210))
    assert document["gradient"] == {"x": rounded(Fraction(1, 3))}
    assert document["nodes"][-1]["local"] == [None, "1"]


def test_the_trace_puts_the_numbers_in_and_is_true() -> None:
    x = "0.1234567890123456789012345678901234567890"  # a third of it ends too
    text = render(traced(x), "trace", Style(precision=DIGITS))
    third = "0.041152263004115226300411522630041152263"
    assert f"n1 = x/3 = {x[:-1]}/3 = {third}" in text
    assert f"f = 0.1 + n1 = 0.1 + {third} = 0.141152263004115226300411522630041152263" in text


def test_a_literal_of_many_digits_is_the_decimal_as_typed() -> None:
    literal = "0.12345678901234567890123456789"
    assert MANY_DIGITS.text(gradient(f"{literal}*x", x=1, numbers=MANY_DIGITS).value, None) == literal.rstrip("0")


@pytest.mark.parametrize("program", ["sigmoid(x)*tanh(y)", "exp(-x^2)/(1 + y^2)", "relu(x - y)", "log(x + sqrt(y))"])
def test_gradients_are_those_of_mpmath(program: str) -> None:
    report = gradient(program, x="1/3", y="2/7", numbers=MANY_DIGITS)
    with mpmath.workdps(90):
        names = {"sigmoid": lambda t: 1 / (1 + mpmath.exp(-t)), "relu": lambda t: max(t, mpmath.mpf(0))}

        def function(x: mpmath.mpf, y: mpmath.mpf) -> mpmath.mpf:
            return eval(program.replace("^", "**"), {**vars(mpmath), **names, "x": x, "y": y})

        point = (mpmath.mpf(1) / 3, mpmath.mpf(2) / 7)
        for name, order in (("x", (1, 0)), ("y", (0, 1))):
            wanted = mpmath.diff(function, point, order)
            assert abs(mpmath.mpf(report.gradient[name]) - wanted) < mpmath.mpf(10) ** -45


def test_the_other_commands_speak_it_too() -> None:
    with MANY_DIGITS.quiet():
        third = MANY_DIGITS.value(1) / 3
        assert jvp("x^3", x="1/3", numbers=MANY_DIGITS).tangent == 3 * third**2
        assert jacobian("x^3", x="1/3", numbers=MANY_DIGITS).jacobian["x"] == 3 * third**2
        bend = hessian("x^3", x="1/3", numbers=MANY_DIGITS).hessian["x"]["x"]
        assert abs(bend - 6 * third) < MANY_DIGITS.value(1e-50)
