"""Physicists' formulas, in their spelling: value and gradient at points inside the ranges, to 12 digits.

`feynman.csv` has 50 formulas of the Feynman Lectures as the AI Feynman benchmark lists them, `physics.csv` others of
that kind. The oracle is mpmath at 50 digits and more: the formula read by Python itself, with mpmath's functions.
"""

from __future__ import annotations

import csv
import random
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import mpmath
import pytest
from mpmath import mpf
from reference import untrue_formulas

from bpcalc import gradient

POINTS = 4
TOLERANCE = 1e-12
FUNCTIONS = {
    name: getattr(mpmath, name)
    for name in ("exp", "log", "ln", "sqrt", "sin", "cos", "tan", "cosh", "tanh", "expm1", "gamma", "erfc")
} | {
    "arcsin": mpmath.asin, "arccos": mpmath.acos, "arctan": mpmath.atan, "arctan2": mpmath.atan2,
    "arctanh": mpmath.atanh,
}  # fmt: skip
CONSTANTS = {"pi": mpmath.pi, "e": mpmath.e}


def formulas() -> list[Any]:
    found = []
    for stem in ("feynman", "physics"):
        with (Path(__file__).parent / f"{stem}.csv").open(encoding="utf-8", newline="") as file:
            found += [pytest.param(row["formula"], row["variables"], id=row["name"]) for row in csv.DictReader(file)]
    return found


def oracle(formula: str) -> Callable[[dict[str, Any]], Any]:
    """The formula as Python reads it: each name but a function's is looked up, each number has all its digits."""
    pattern = r"[A-Za-z_]\w*(?!\w*\()|\d+\.?\d*(?:e-?\d+)?"
    text = re.sub(rf"(?<!\w)(?:{pattern})", _translated, formula)
    code = compile(text, formula, "eval")
    return lambda values: eval(code, {"__builtins__": {}}, FUNCTIONS | {"mpf": mpf, "known": CONSTANTS | values})


def _translated(match: re.Match[str]) -> str:
    word = match.group()
    return f"mpf('{word}')" if word[0].isdigit() else f"known['{word}']"


def points(formula: str, variables: str) -> list[dict[str, float]]:
    """Random ones inside the ranges, the same at each run."""
    ranges = [part.split(":") for part in variables.split(";")]
    draw = random.Random(formula)
    return [{name: draw.uniform(float(low), float(high)) for name, low, high in ranges} for _ in range(POINTS)]


def test_all_formulas_are_there() -> None:
    assert len(formulas()) >= 50 + 30


@pytest.mark.parametrize(("formula", "variables"), formulas())
def test_value_and_gradient_agree_with_mpmath_to_12_digits(formula: str, variables: str) -> None:
    evaluate = oracle(formula)
    for values in points(formula, variables):
        report = gradient(formula, values)
        assert report.gradient.keys() == values.keys()
        assert not report.warnings
        with mpmath.workdps(120):
            exact = {name: mpf(x) for name, x in values.items()}
            assert relative_error(report.value, evaluate(exact)) < TOLERANCE
            for name, found in report.gradient.items():
                step = mpf(10) ** -40 * abs(exact[name])
                above, below = (evaluate(exact | {name: exact[name] + h}) for h in (step, -step))
                assert relative_error(found, (above - below) / (2 * step)) < TOLERANCE, (name, values)


def relative_error(found: float, exact: Any) -> float:
    return float(abs(found - exact) / abs(exact)) if exact else abs(found)


@pytest.mark.parametrize(("formula", "variables"), formulas())
def test_the_formulas_of_the_gradient_give_its_numbers(formula: str, variables: str) -> None:
    values = points(formula, variables)[0]
    assert untrue_formulas(gradient(formula, values), values) == []


def test_the_oracle_reads_a_formula_as_python_does() -> None:
    with mpmath.workdps(50):
        assert oracle("1/2*m*v**2 - sin(x1)")({"m": mpf(3), "v": mpf(2), "x1": mpf(0)}) == 6
        assert oracle("gamma(n)/gamma")({"n": mpf(5), "gamma": mpf(2)}) == 12
        assert oracle("lambda**-1")({"lambda": mpf(4)}) == mpf("0.25")
        assert oracle("1e-3*pi/pi")({}) == mpf(1) / 1000


def test_the_names_physicists_use_are_names() -> None:
    names = ("gamma", "beta", "I", "N", "h", "g_", "lambda", "E", "S", "Q", "O", "e", "pi", "max", "abs", "is", "in")
    names += ("digamma", "zeta", "theta_0", "mu_r", "epsilon", "σ", "ħ", "Δx", "lambd", "del", "None", "nan")
    report = gradient(" + ".join(f"{name}^2" for name in names), dict.fromkeys(names, 1.5))
    assert report.gradient == dict.fromkeys(names, 3.0)
