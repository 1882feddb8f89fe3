"""How uncertain values are written, and what is none."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from commandline import call

from bpcalc import gradient
from bpcalc.calculations.passes import evaluate
from bpcalc.errors import BpcalcError
from bpcalc.reading.bindings import read_file, read_given, read_value
from bpcalc.writing.uncertain import with_uncertainty


@pytest.mark.parametrize(
    ("text", "value", "uncertainty"),
    [
        ("5±0.3", 5, 0.3), ("5+/-0.3", 5, 0.3), ("5+-0.3", 5, 0.3), ("5.0(3)", 5, 0.3), ("12.3(4)e-3", 12.3e-3, 0.4e-3),
        ("(5.0±0.3)e2", 500, 30), (" 5 ± 0.3 ", 5, 0.3), ("-5 +/- .3", -5, 0.3), ("5.0(30)", 5, 3), ("1.(2)", 1, 2),
        ("5±0", 5, 0), ("−5±1", -5, 1), ("1e3±2e1", 1000, 20), ("5(3)e2", 500, 300), ("1.00784(7)", 1.00784, 7e-5),
        ("6.67430(15)e-11", 6.6743e-11, 1.5e-15), ("(5 +- 1)e-3", 5e-3, 1e-3), ("5±00.30", 5, 0.3), (".5(1)", 0.5, 0.1),
        ("0.0(1)", 0, 0.1), ("-12.50(25)E+2", -1250, 25), ("5±1e-400", 5, 0),
    ],
)  # fmt: skip
def test_all_notations(text: str, value: float, uncertainty: float) -> None:
    found = read_given(text, evaluate)
    assert (float(found), found.uncertainty) == pytest.approx((value, uncertainty), rel=1e-15)


@pytest.mark.parametrize(
    ("text", "said", "hint"),
    [
        ("5±", "an uncertainty is missing behind ±", "5±0.3, 5+/-0.3"),
        ("±3", "is no uncertain value", "5±0.3, 5+/-0.3"),
        ("5(3", "never closed", ""), ("5±-0.3", "is not negative", ""), ("5+/--0.3", "is not negative", ""),
        ("5±nan", "is no number", ""), ("5±inf", "is no number", ""), ("nan±1", "is no uncertain value", ""),
        ("1e3±2%", "is no percentage", "1e3±20 has"), ("2.5±4 %", "is no percentage", "2.5±0.1 has"),
        ("2(3)", "may be 2±3, or 2 times 3", "2±3 and 2*3"), ("-2(3)", "or 2 times 3", "-2±3 and -2*3"),
        ("5.0(0.3)", "may be 5.0±0.3, or 5.0 times 0.3", "5.0*0.3"), ("5±1±2", "is no number", ""),
        ("x±3", "is no uncertain value", ""), ("5±x", "is no number", ""), ("5±1e400", "beyond the largest double", ""),
        ("(5±.3)e400", "beyond the largest double", ""), ("5±[1]", "is no", ""), ("[1±0.1, 2", "", ""),
        ("1/2±0.1", "is no uncertain value", ""), ("٣±1", "is no uncertain value", ""), ("5±1;2", "is no number", ""),
        ("[1±0.1, [2]]", "", ""), ("2*[1±0.1, 2]", "is no uncertain value", ""),
        ("[1±0.1]*2", "is no uncertain value", ""),
        ("[[1±0.1]*2, [3]]", "", ""), ("[1±0.1, [1..2]]", "ranges and uncertain values", ""), ("", "", ""),
    ],
)  # fmt: skip
def test_what_is_no_uncertain_value(text: str, said: str, hint: str) -> None:
    with pytest.raises(BpcalcError) as error:
        read_given(text, evaluate)
    assert said in error.value.message
    assert hint in error.value.hint


@pytest.mark.parametrize(
    ("text", "value"),
    [("5 + -0.3", 4.7), ("2(3+1)", 8), ("(1+2)(3)", 9), ("max(1, 2)", 2), ("5.0*(3)", 15), ("1e+3", 1000),
     ("sqrt(4)", 2), ("5.0 (3)", 15), ("2*(3)", 6), ("-(5)", -5)],
)  # fmt: skip
def test_expressions_stay_expressions(text: str, value: float) -> None:
    found = read_given(text, evaluate)
    assert found == pytest.approx(value)
    assert not hasattr(found, "uncertainty")


def test_elsewhere_than_in_values_nothing_is_uncertain() -> None:
    assert read_value("5.0(3)", evaluate) == 15
    assert call(["grad", "x", "x=1", "--upstream", "5.0(3)", "--get", "x"]).out == "15.0\n"
    assert "±" in call(["grad", "x", "x=1", "--upstream", "5±1"]).err


def test_arrays_have_uncertain_entries() -> None:
    found = read_given("[1±0.1, 2, 3.0(2)]", evaluate)
    assert np.array_equal(found, [1, 2, 3])
    assert found.uncertainty == pytest.approx([0.1, 0, 0.2])
    deep = read_given("[[1±0.1, 2±0.2], [3, sqrt(16)]]", evaluate)
    assert np.array_equal(deep, [[1, 2], [3, 4]])


def test_files_have_uncertain_values_as_texts() -> None:
    values = read_file("values.json", '{"x": "5±0.3", "y": 2}', evaluate)
    assert (values["x"].uncertainty, values["y"]) == (0.3, 2)


# By the rule, from the Review of Particle Physics: 0.827 ± 0.119 is 0.83 ± 0.12, and 0.827 ± 0.367 is 0.8 ± 0.4.
@pytest.mark.parametrize(
    ("value", "uncertainty", "text"),
    [
        (0.827, 0.119, "0.83 ± 0.12"), (0.827, 0.367, "0.8 ± 0.4"), (10, 0.781, "10.0 ± 0.8"),
        (14.674, 0.964, "14.7 ± 1.0"),
        (15, 1.0, "15.0 ± 1.0"), (1.23456, 0.000354, "1.23456 ± 0.00035"), (1.23456, 0.000355, "1.2346 ± 0.0004"),
        (1234.5, 56, "1230 ± 60"), (1234.5, 354, "1230 ± 350"), (0, 0.1, "0.00 ± 0.10"), (-0.04, 0.5, "0.0 ± 0.5"),
        (5e-7, 3e-8, "(5.00 ± 0.30)e-7"), (-1.5e12, 2e10, "(-1.500 ± 0.020)e12"), (3, 0, "3 ± 0"),
        (9.96, 0.0995, "9.96 ± 0.10"), (1e-20, 5, "0 ± 5"), (2.5, 0.949, "2.5 ± 0.9"), (2.5, 0.95, "2.5 ± 1.0"),
        (float("nan"), 1, "nan ± 1"), (1, float("inf"), "1 ± inf"),
    ],
)  # fmt: skip
def test_rounding_by_the_rule_of_the_particle_data_group(value: float, uncertainty: float, text: str) -> None:
    assert with_uncertainty(value, uncertainty) == text


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["check", "x", "x=5±1"], "values are exact"), (["jvp", "x", "x=5±1"], "values are exact"),
        (["hessian", "x", "x=5.0(3)"], "values are exact"), (["graph", "x", "x=5±1"], "values are exact"),
        (["code", "x", "x=5±1"], "values are exact"), (["grad", "x", "x=5±1", "--exact"], "values are exact"),
        (["grad", "x*y", "x=5±1", "--sweep", "y=0:1"], "values are exact"),
        (["grad", "x", "x=5±1", "--digits", "5"], "values are exact"),
        (["grad", "x", "x=5", "--correlation", "x,y=0.5"], "all are exact"),
        (["grad", "x", "x=5", "--monte-carlo", "100"], "all are exact"),
        (["grad", "x", "x=5±1", "--seed", "1"], "--seed is of --monte-carlo"),
        (["grad", "x*y", "x=5±1", "y=2", "--correlation", "x,y=0.5"], '"y" is no uncertain value'),
        (["grad", "x*y", "x=5±1", "y=2±1", "--correlation", "x,y=2"], "between -1 and 1"),
        (["grad", "x*y", "x=5±1", "y=2±1", "--correlation", "x,x=1"], "with itself"),
        (["grad", "x*y", "x=5±1", "y=2±1", "--correlation", "x=1"], "takes X,Y=R"),
        (["grad", "x*y", "x=5±1", "y=2±1", "--correlation", "x,y=a"], "is no number"),
        (["grad", "x*y", "x=5±1", "y=2±1", "--correlation", "x,y=.1", "--correlation", "y,x=.1"], "given twice"),
        (["grad", "x*y", "x=5±1", "y=2±1", "--correlation", "x,z=.1"], '"z" is no uncertain value'),
        (["grad", "x*[1,2]", "x=5±1", "--upstream", "1"], "is no single number"),
        (["grad", "x+y+z", "x=1±1", "y=1±1", "z=1±1", "--correlation", "x,y=0.9", "--correlation", "y,z=0.9",
          "--correlation", "x,z=-0.9"], "no numbers are correlated like this"),
    ],
)  # fmt: skip
def test_errors(arguments: list[str], said: str) -> None:
    found = call(arguments)
    assert (found.status, found.out) == (2, "")
    assert said in found.err


@pytest.mark.parametrize(
    "wrong", [{"x": 0.5}, {("x",): 0.5}, {("x", "y", "z"): 1}, {("x", "y"): "a"}, {("x", "y"): True}, [("x", "y")]]
)
def test_python_says_what_correlations_are(wrong: Any) -> None:
    with pytest.raises(BpcalcError):
        gradient("x*y", x="5±1", y="2±1", correlations=wrong)
