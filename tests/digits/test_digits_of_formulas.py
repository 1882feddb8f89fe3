"""Physicists' formulas to 50 digits, value and gradient, against mpmath at 120 digits and more."""

from __future__ import annotations

import csv
import random
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import mpmath
import pytest
from certain import has_digits
from mpmath import mpf

from bpcalc import gradient

pytest.importorskip("flint")
DIGITS, TRUTH, STEP = 50, 250, mpf(10) ** -70
FUNCTIONS = {
    name: getattr(mpmath, name)
    for name in ("exp", "log", "ln", "sqrt", "sin", "cos", "tan", "cosh", "tanh", "expm1", "gamma", "erfc")
} | {
    "arcsin": mpmath.asin, "arccos": mpmath.acos, "arctan": mpmath.atan, "arctan2": mpmath.atan2,
    "arctanh": mpmath.atanh, "pi": mpmath.pi, "e": mpmath.e, "mpf": mpf,
}  # fmt: skip


def formulas() -> list[Any]:
    folder = Path(__file__).parent.parent / "feynman"
    found = []
    for stem in ("feynman", "physics"):
        with (folder / f"{stem}.csv").open(encoding="utf-8", newline="") as file:
            found += [pytest.param(row["formula"], row["variables"], id=row["name"]) for row in csv.DictReader(file)]
    return found


def oracle(formula: str) -> Callable[..., Any]:
    """The formula as Python reads it, with every number a decimal of many digits and every name that of a value."""
    text = re.sub(r"(?<![\w.])(\d+\.?\d*(?:e-?\d+)?)", r"mpf('\1')", formula)
    text = re.sub(r"(?<!\w)([A-Za-z_]\w*)(?!\w*\()(?!\w*')", r"known['\1']", text)
    code = compile(text, formula, "eval")
    return lambda values: eval(code, {"__builtins__": {}}, FUNCTIONS | {"known": FUNCTIONS | values})


@pytest.mark.parametrize(("formula", "variables"), formulas())
def test_fifty_digits_are_right(formula: str, variables: str) -> None:
    ranges, draw = [part.split(":") for part in variables.split(";")], random.Random(formula)
    texts = {name: f"{draw.uniform(float(low), float(high)):.4f}" for name, low, high in ranges}
    report = gradient(formula, texts, digits=DIGITS, symbolic=False)
    function = oracle(formula)
    with mpmath.workdps(TRUTH):
        values = {name: mpf(text) for name, text in texts.items()}
        assert has_digits(str(report.value), function(values), DIGITS)
        for name, x in values.items():
            slope = (function(values | {name: x + STEP}) - function(values | {name: x - STEP})) / (2 * STEP)
            if abs(slope) < mpf(10) ** -100:
                assert str(report.gradient[name]) == "0" or "±" in str(report.gradient[name])
            else:
                assert has_digits(str(report.gradient[name]), slope, DIGITS)
