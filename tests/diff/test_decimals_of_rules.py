"""The long decimals of a gate's rule stay decimals in formulas: selu has two, and their product is one."""

from __future__ import annotations

import re
from fractions import Fraction

import pytest

import bpcalc

# Klambauer and others (2017), as PyTorch has them
SCALE, ALPHA = Fraction("1.0507009873554805"), Fraction("1.6732632423543772")


@pytest.mark.parametrize(
    ("text", "order", "numbers"),
    [
        ("selu(x)", 1, [SCALE, SCALE * ALPHA]),
        ("selu(x)", 2, [SCALE * ALPHA]),
        ("3*selu(2*x)", 1, [6 * SCALE, 6 * SCALE * ALPHA]),
        ("selu(x)^2", 1, [2 * SCALE, ALPHA]),
        ("sum(selu(x)^2)", 1, [2 * SCALE, ALPHA]),
    ],
)
def test_a_formula_of_selu_has_decimals(text: str, order: int, numbers: list[Fraction]) -> None:
    shapes = {"x": "n"} if text.startswith("sum") else {}
    (found,) = bpcalc.diff(text, shapes, order=order).derivatives.values()
    assert "/" not in found.program
    written = [float(one) for one in re.findall(r"\d+\.\d+", found.program)]
    assert written == [float(one) for one in numbers]


def test_short_decimals_of_a_rule_are_fractions() -> None:
    (found,) = bpcalc.diff("x^3/3 + normal_cdf(x)*x", order=1).derivatives.values()
    assert "." not in found.program
