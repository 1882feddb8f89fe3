"""`--digits`: what others get wrong, measured; what is exact, what cannot be told, what is not finite."""

from __future__ import annotations

import copy
import json
import time
from fractions import Fraction
from pathlib import Path
from typing import Any

import mpmath
import numpy as np
import pytest
from certain import has_digits
from commandline import Result
from commandline import call as run
from mpmath import mpf

from bpcalc import BpcalcError, gradient, hessian, jacobian, jvp

flint = pytest.importorskip("flint")


def call(*words: str) -> Result:
    return run(words)


def hilbert(size: int) -> str:
    rows = (", ".join(f"1/{row + column + 1}" for column in range(size)) for row in range(size))
    return f"[[{'], ['.join(rows)}]]"


def hilbert_determinant(size: int) -> Fraction:
    """By its product formula (OEIS A005249)."""

    def superfactorial(n: int) -> int:
        product = factorial = 1
        for k in range(1, n):
            factorial *= k
            product *= factorial
        return product

    return Fraction(superfactorial(size) ** 4, superfactorial(2 * size))


def test_digits_that_cancel_are_made_up_for() -> None:
    report = gradient("(1 - cos(x))/x^2", x="1e-9", digits=50)
    with mpmath.workdps(200):
        x = mpf("1e-9")
        assert has_digits(str(report.value), (1 - mpmath.cos(x)) / x**2, 50)
        slope = mpmath.sin(x) / x**2 - 2 * (1 - mpmath.cos(x)) / x**3
        assert has_digits(str(report.gradient["x"]), slope, 50)


@pytest.mark.parametrize("power", [20, 300, 1500])
def test_also_where_thousands_cancel(power: int) -> None:
    report = gradient("(exp(x) - 1 - x)/x^2", x=f"1e-{power}", digits=30)
    with mpmath.workdps(60):  # 1/2 + x/6 + …, whose derivative is 1/6 + x/12 + …
        x = mpf(10) ** -power
        assert has_digits(str(report.value), mpf(1) / 2 + x / 6 + x**2 / 24, 30)
        assert has_digits(str(report.gradient["x"]), mpf(1) / 6 + x / 12 + x**2 / 40, 30)


def test_the_hilbert_matrix_needs_more_digits_and_no_error() -> None:
    report = gradient("det(H*s)", H=hilbert(30), s="1", wrt="s", digits=50, symbolic=False)
    right = hilbert_determinant(30)
    with mpmath.workdps(100):
        assert has_digits(str(report.value), mpf(right.numerator) / right.denominator, 50)
        assert has_digits(str(report.gradient["s"]), 30 * mpf(right.numerator) / right.denominator, 50)


def test_so_does_one_that_is_irrational() -> None:
    report = gradient("sum(inv(H*s))", H=hilbert(20), s="pi", wrt="s", digits=30, symbolic=False)
    with mpmath.workdps(80):
        total = mpf(20**2) / mpmath.pi  # the sum of the inverse of a Hilbert matrix is n^2
        assert has_digits(str(report.value), total, 30)
        assert has_digits(str(report.gradient["s"]), -total / mpmath.pi, 30)
    assert "digits were carried to have 30 right" in report.circuit.m.told()


def test_the_table_says_how_many_digits_it_took_where_that_is_many_more() -> None:
    words = ("(1 - cos(x))/x^2", "--digits", "20")
    assert "digits were carried to have 20 right" in call("grad", *words, "x=1e-200").out
    assert "carried" not in call("grad", *words, "x=1/3").out


def test_what_is_typed_is_a_decimal() -> None:
    assert str(gradient("x", x="0.1", digits=40).value) == "0.1"
    assert str(gradient("x*3", x=0.1, digits=40).value) == "0.3"
    assert str(gradient("0.1 + x", x="1/3", digits=20).value) == "0.43333333333333333333"
    typed = "0.12345678901234567890123456789"
    assert str(gradient("x", x=typed, digits=40).value) == typed
    assert str(gradient("x", x=Fraction(2, 3), digits=10).value) == "0.6666666667"
    assert str(gradient("x", x=mpf(1) / 4, digits=10).value) == "0.25"


def test_rounding_is_that_of_the_number_itself() -> None:
    assert str(gradient("x", x="1/8", digits=2).value) == "0.12"  # a tie, to even
    assert str(gradient("x", x="3/8", digits=2).value) == "0.38"
    assert str(gradient("x", x="0.1250000000000000000000001", digits=2).value) == "0.13"
    assert str(gradient("x*pi/pi", x="0.125", digits=5).value) == "0.12500"  # irrational on the way, so with zeros
    assert str(gradient("exp(-x)", x="1e-30", digits=10).value) == "1.000000000"
    assert str(gradient("exp(log(x))", x="0.125", digits=2).value) == "0.12"  # a tie that no digits can decide
    assert str(gradient("exp(log(x))", x="0.375", digits=2).value) == "0.38"
    assert str(gradient("9.9996*x", x="1", digits=4).value) == "10"


def test_what_is_exactly_zero_is_zero() -> None:
    report = gradient("0*sin(x) + sin(0)*x + (1/3 - x)*exp(x) + relu(-x)", x="1/3", digits=30)
    assert str(report.value) == "0"
    report = gradient("x*y", x="0", y="pi", digits=10)
    assert (str(report.value), str(report.gradient["y"])) == ("0", "0")


def test_what_cannot_be_told_from_zero_says_so_and_how_near_it_is() -> None:
    report = gradient("sin(x)^2 + cos(x)^2 - 1", x="1", digits=20)
    number, _, bound = str(report.value).partition(" ± ")
    assert number == "0"
    assert mpf(bound) < mpf("1e-1000")
    document = json.loads(call("grad", "sin(x)", "x=pi", "--digits", "20", "-o", "json").out)
    assert document["value"].startswith("0 ± 1e-")
    assert document["gradient"] == {"x": "-1.0000000000000000000"}
    assert "\\pm" in call("grad", "sin(x)", "x=pi", "--digits", "20", "-o", "latex").out
    assert "value='0 ± 1e-" in call("grad", "sin(x)", "x=pi", "--digits", "20", "-o", "env").out


@pytest.mark.parametrize(
    ("program", "x", "node"),
    [("max(sin(x)^2 + cos(x)^2, 1)", "1", "max(n5, 1)"), ("1/sin(x)", "pi", "1/n1"),
     ("floor(sqrt(x)^2)", "2", "floor"),
     ("where(exp(log(x)) > x, 1, 2)", "3", "n2 > x"), ("sqrt(sin(x))", "pi", "sqrt(n1)"),
     ("relu(sin(x))", "pi", "relu")],
)  # fmt: skip
def test_a_decision_that_digits_cannot_make_is_an_error_with_its_node(program: str, x: str, node: str) -> None:
    with pytest.raises(BpcalcError) as caught:
        gradient(program, x=x, digits=20)
    assert node in caught.value.message
    assert "digits do not tell" in caught.value.hint


@pytest.mark.parametrize(
    ("program", "x", "value", "slope"),
    [("log(x)", "0", "-inf", "inf"), ("log(x)", "-1", "nan", "-1"), ("1/x", "0", "inf", "-inf"),
     ("sqrt(x)", "0", "0", "inf"), ("sqrt(x)", "-2", "nan", "nan"), ("asin(x)", "2", "nan", "nan"),
     ("atanh(x)", "1", "inf", "inf"), ("x*0", "inf", "nan", "0"), ("x - x", "inf", "nan", "0"),
     ("exp(x)", "-inf", "0", "0"), ("tanh(x)", "inf", "1", "0"), ("gamma(x)", "-2", "nan", "nan"),
     ("x^2", "nan", "nan", "nan"), ("max(x, 1)", "nan", "nan", "0"), ("acosh(x)", "1/2", "nan", "nan")],
)  # fmt: skip
def test_what_is_not_finite_is_as_in_doubles(program: str, x: str, value: str, slope: str) -> None:
    report, doubles = gradient(program, x=x, digits=20), gradient(program, x=x)
    assert (str(report.value), str(report.gradient["x"])) == (value, slope)
    for mine, right in ((report.value, doubles.value), (report.gradient["x"], doubles.gradient["x"])):
        np.testing.assert_equal(float(mine), right + 0.0)
    assert [warning.kind for warning in report.warnings] == [warning.kind for warning in doubles.warnings]


def test_the_edge_of_a_domain_is_not_rounded_away() -> None:
    assert str(gradient("asin(x)", x="1.0000000000000000000000000000001", digits=20).value) == "nan"
    assert str(gradient("log(x)", x="1e-1000", digits=20).value) == "-2302.5850929940456840"
    assert str(gradient("acos(x)", x="0.99999999999999999999999999999999", digits=10).value) == "1.414213562e-16"


@pytest.mark.parametrize("convention", ["torch", "jax", "first", "all", "none"])
@pytest.mark.parametrize("program", ["max(x, y)", "abs(x - y)", "relu(x - y)", "clip(x, y, 1)", "hypot(x - y, 0)"])
def test_kinks_follow_the_convention_and_are_told(program: str, convention: str) -> None:
    report, doubles = (
        gradient(program, x="1/4", y="1/4", convention=convention, digits=digits) for digits in (20, None)
    )
    for name in "xy":
        np.testing.assert_equal(float(report.gradient[name]), doubles.gradient[name] + 0.0)
    assert [w.message for w in report.warnings] == [w.message for w in doubles.warnings]


def test_huge_and_tiny_numbers_have_their_digits() -> None:
    report = gradient("exp(exp(x))", x="20", digits=10)
    with mpmath.workdps(40):
        assert has_digits(str(report.value), mpmath.exp(mpmath.exp(20)), 10)
    assert str(gradient("exp(-x)", x="1e6", digits=5).value) == "3.2968e-434295"


def test_a_chain_that_would_double_its_digits_ends() -> None:
    program = "; ".join(["y0 = x", *(f"y{k + 1} = 3.9*y{k}*(1 - y{k})" for k in range(40))])
    start = time.process_time()
    report = gradient(program, x="0.3", digits=20, symbolic=False)
    assert time.process_time() - start < 20  # exact fractions would have 10^12 digits
    with mpmath.workdps(80):
        y, slope = mpf("0.3"), mpf(1)
        for _ in range(40):
            y, slope = mpf("3.9") * y * (1 - y), slope * mpf("3.9") * (1 - 2 * y)
        assert has_digits(str(report.value), y, 20)
        assert has_digits(str(report.gradient["x"]), slope, 20)


def test_the_other_commands_speak_it() -> None:
    with mpmath.workdps(80):
        third = mpf(1) / 3
        assert has_digits(str(jvp("sin(x)", x="1/3", digits=40).tangent), mpmath.cos(third), 40)
        assert has_digits(str(hessian("sin(x)", x="1/3", digits=40).hessian["x"]["x"]), -mpmath.sin(third), 40)
        found = jacobian("[x*y, sin(x)]", x="1/3", y=2, digits=40).jacobian
        assert str(found["x"][0]) == "2"
        assert has_digits(str(found["x"][1]), mpmath.cos(third), 40)
        vector = hessian("sum(exp(x))", x=[0, 1], digits=40, vector={"x": [2, 3]}).product["x"]
        assert str(vector[0]) == "2"
        assert has_digits(str(vector[1]), 3 * mpmath.e, 40)


def test_results_become_what_other_libraries_have() -> None:
    report = gradient("sin(x)/3", x="1/3", digits=30)
    with mpmath.workdps(30):
        assert abs(report.value.mpmath() - mpmath.sin(mpf(1) / 3) / 3) < mpf(10) ** -30
    assert report["x"].value.fraction() == Fraction(1, 3)
    with pytest.raises(ValueError, match="no fraction"):
        report.value.fraction()
    assert float(report.value) == pytest.approx(0.10906489893205)


@pytest.mark.parametrize("way", [{"digits": 20}, {"exact": True}])
def test_reports_are_data_and_pictures_as_those_of_doubles(way: dict[str, Any]) -> None:
    for report in (gradient("sin(x)*y", x="1/3", y=2, **way), gradient("sum(sin(x))", x=[1, 2], **way)):
        assert report.to_dict()["value"] == str(report.value)
        assert str(report.value) in report._repr_html_()
        assert str(copy.deepcopy(report).value) == str(report.value)
        assert report._repr_latex_()


def test_the_number_system_of_flint_is_left_as_it_was() -> None:
    before = flint.ctx.prec
    report = gradient("sin(x)", x="1/3", digits=300)
    assert flint.ctx.prec == before
    assert str(report.value + 0) == str(report.value)
    assert flint.ctx.prec == before


def test_files_hold_decimals_as_they_were_typed(tmp_path: Path) -> None:
    long = "0.12345678901234567890123456789"
    (tmp_path / "x.csv").write_text("0.1\n0.3\n")
    (tmp_path / "long.csv").write_text(f"0.5,{long}\n1,2\n")
    (tmp_path / "named.csv").write_text(f"a,b\n1,{long}\n2,3\n")
    (tmp_path / "long.json").write_text(f"[[1, {long}], [12345678901234567890123456789, 0.25]]")
    (tmp_path / "b.json").write_text('{"x": [0.1, 0.3], "y": 0.12345678901234567890123456789, "z": "1/3"}')
    assert call("grad", "sum(x)", f"x=@{tmp_path}/x.csv", "--digits", "30", "--get", "value").out == "0.4\n"
    words = ("--bindings", f"{tmp_path}/b.json", "--digits", "30", "--get", "value")
    assert call("grad", "sum(x) + y", *words).out == "0.52345678901234567890123456789\n"
    assert call("grad", "y + z*0", *words).out == f"{long}\n"
    sums = {"long.csv": "3.62345678901234567890123456789", "named.csv:b": "3.12345678901234567890123456789",
            "long.json": "12345678901234567890123456790.37345678901234567890123456789"}  # fmt: skip
    for name, first in sums.items():
        found = call("grad", "sum(x)", f"x=@{tmp_path}/{name}", "--digits", "60", "--get", "value")
        assert found.out == f"{first}\n"
    np.save(tmp_path / "x.npy", [0.1, 0.2])
    assert call("grad", "sum(x)", f"x=@{tmp_path}/x.npy", "--exact", "--get", "value").out == "3/10\n"


@pytest.mark.parametrize("form", ["table", "json", "plain", "csv", "tsv", "env", "markdown", "latex"])
def test_every_format_has_all_digits(form: str) -> None:
    found = call("grad", "x/3", "x=1/7", "--digits", "40", "-o", form)
    assert found.status == 0
    assert "0.04761904761904761904761904761904761904762" in found.out  # 1/21


def test_precision_rounds_for_people_only() -> None:
    words = ("grad", "sin(x)", "x=1/3", "--digits", "30", "--precision", "8")
    assert "0.32719470" in call(*words).out
    assert "0.3271946967961522" not in call(*words).out
    assert call(*words, "-o", "plain").out.startswith("value\t0.327194696796152244173344085268\n")


@pytest.mark.parametrize(
    ("words", "said"),
    [(("--digits", "5", "--exact"), "two number systems"), (("--digits", "0"), "1 to 100000"),
     (("--digits", "5", "--sweep", "x=0:1"), "--sweep"),
     (("--digits", "5", "--number", "%.3f", "-o", "plain"), "--number"), (("--exact", "--simplify"), "--simplify")],
)  # fmt: skip
def test_what_does_not_go_together_is_an_error(words: tuple[str, ...], said: str) -> None:
    found = call("grad", "x^2", "x=2", *words)
    assert found.status == 2
    assert said in found.err
    assert found.out == ""


def test_python_takes_one_number_system() -> None:
    for wrong in ({"digits": 5, "exact": True}, {"digits": 0}, {"digits": "5"}, {"exact": 1}):
        with pytest.raises(BpcalcError):
            gradient("x", x=1, **wrong)


def least_squares(rows: int) -> tuple[str, dict[str, Any], Any]:
    program = "sum((X@b - y)^2)"
    x = [[1, Fraction(k, 7), Fraction(k, 7) ** 2] for k in range(rows)]
    y = [Fraction(3 * k + 1, 11) for k in range(rows)]
    b = [Fraction(1, 3), Fraction(-2, 5), Fraction(1, 9)]
    rest = [sum(p * q for p, q in zip(row, b, strict=True)) - t for row, t in zip(x, y, strict=True)]
    slopes = [2 * sum(r * row[k] for r, row in zip(rest, x, strict=True)) for k in range(3)]
    return program, {"X": x, "y": y, "b": b}, slopes


def test_the_gradient_of_least_squares_has_forty_digits() -> None:
    program, values, right = least_squares(25)
    found = gradient(program, values, wrt="b", digits=40).gradient["b"]
    with mpmath.workdps(60):
        for mine, exact in zip(found, right, strict=True):
            assert has_digits(str(mine), mpf(exact.numerator) / exact.denominator, 40)
