"""Conditions as on paper and in Python: chains, and, or, not, choices. Python itself tells the right values."""

from __future__ import annotations

import random
import sys

import numpy as np
import pytest
from commandline import call

import bpcalc
from bpcalc.errors import BpcalcError, Source
from bpcalc.reading.parser import parse

TARGETS = ("python", "module", "numpy", "torch", "jax", "c", "rust", "javascript", "sql", "spreadsheet", "latex")
POINTS = ((0.0, 1.0, 2.0), (1.0, 1.0, 1.0), (-1.0, 0.0, 0.5), (3.0, 2.0, -1.0), (0.5, 0.0, 0.0))


def value(program: str, **values: object) -> object:
    return bpcalc.gradient(program, values, wrt=[]).value


def random_condition(draw: random.Random, depth: int) -> str:
    if depth == 0:
        operands = draw.choices(("x", "y", "z", "1", "x + y", "-z"), k=draw.choice((2, 2, 3, 4)))
        signs = draw.choices(("<", "<=", ">", ">=", "==", "!="), k=len(operands) - 1)
        return operands[0] + "".join(f" {sign} {one}" for sign, one in zip(signs, operands[1:], strict=True))
    kind = draw.randrange(5)
    parts = [random_condition(draw, depth - 1) for _ in range(3)]
    if kind == 0:
        return f"not {parts[0]}" if " or " not in parts[0] and " and " not in parts[0] else f"not ({parts[0]})"
    if kind == 1:
        return f"({parts[0]})"
    return parts[0] + draw.choice((" and ", " or ")) + parts[1]


@pytest.mark.parametrize("seed", range(4))
def test_random_conditions_mean_what_python_means(seed: int) -> None:
    draw = random.Random(seed)
    for _ in range(40):
        text = random_condition(draw, draw.randrange(4))
        x, y, z = draw.choice(POINTS)
        right = float(eval(text, {"x": x, "y": y, "z": z}))
        for pasted in (text, text.replace(" and ", " && ").replace(" or ", " ∨ ").replace("not ", "¬")):
            assert value(pasted.replace("<=", "≤"), x=x, y=y, z=z) == right, pasted


@pytest.mark.parametrize(("x", "y"), [(0.0, 0.0), (2.0, 0.0), (0.0, -1.0), (3.0, 4.0)])
def test_numbers_count_as_true_unless_0_and_the_result_is_0_or_1(x: float, y: float) -> None:
    assert value("x and y", x=x, y=y) == float(bool(x and y))
    assert value("x or y", x=x, y=y) == float(bool(x or y))
    assert value("not x", x=x) == float(not x)
    assert bpcalc.gradient("(x and y) + (x or y) + not_ + x", x=x, y=y, not_=1.0).gradient["x"] == 1.0


def test_a_chain_uses_its_middle_operand_once() -> None:
    program = parse(Source("0 < sin(x) <= y < 1"), {"x": 1.0, "y": 2.0})
    assert [gate.name for gate in program.graph.gates].count("sin") == 1
    assert bpcalc.diff("(a < b <= c)*x", {"x": ""})["x"] == "(a < b)*(b <= c)"
    assert value("a == b == c", a=2, b=2, c=2) == 1.0
    assert value("(a == b) == c", a=2, b=2, c=2) == 0.0


@pytest.mark.parametrize("x", [-1.0, 0.5, 1.5, 7.0])
def test_choices_are_right_associative(x: float) -> None:
    right = 10 if x < 0 else x**2 if x < 1 else (3 if x < 2 else 4) + 1
    assert value("x < 0 ? 10 : x < 1 ? x^2 : (x < 2 ? 3 : 4) + 1", x=x) == right
    assert value("0 < x and x < 1 ? x > 0.25 ? 1 : 2 : 3", x=x) == ((1 if x > 0.25 else 2) if 0 < x < 1 else 3)
    assert value("f(a) = a > 1 ? a : -a; f(x) + f(2*x)", x=x) == (x if x > 1 else -x) + (2 * x if 2 * x > 1 else -2 * x)


def test_a_choice_is_where() -> None:
    for short, long in (
        ("c > 0 ? a : b", "where(c > 0, a, b)"), ("0 < c < 1 ? a^2 : b", "where((0 < c)*(c < 1), a^2, b)"),
        ("c or a ? a : b", "where(max(c != 0, a != 0), a, b)"), ("2*(c ? a : b)", "2*where(c, a, b)"),
        ("max(c ? a : b, 3)", "max(where(c, a, b), 3)"), ("[c ? a : b, 1]", "[where(c, a, b), 1]"),
    ):  # fmt: skip
        one, other = (bpcalc.gradient(text, a=3.0, b=-1.0, c=0.5, upstream=1.0) for text in (short, long))
        assert (one.expression, one.gradient) == (other.expression, other.gradient)


def test_slices_keep_their_colons() -> None:
    x = np.arange(5.0)
    assert value("sum(x[1:3]) > 2 ? sum(x[::2]) : x[-1]", x=x) == 6.0
    assert value("sum(x[1:3]) > 9 ? sum(x[::2]) : x[-1]", x=x) == 4.0


def test_arrays_are_compared_entry_by_entry() -> None:
    x = np.array([-1.0, 0.5, 2.0])
    inside = (x > 0) & (x < 1)
    assert np.array_equal(bpcalc.gradient("0 < x < 1 or x > 1", x=x, upstream=1.0).value, inside | (x > 1))
    assert np.array_equal(bpcalc.gradient("(x > 0) & (x < 1) | (x < 0)", x=x, upstream=1.0).value, x < 1)
    report = bpcalc.gradient("sum(0 < x < 1 ? x^2 : x)", x=x)
    assert np.array_equal(report.gradient["x"], np.where(inside, 2 * x, 1))


@pytest.mark.parametrize(
    ("program", "values"),
    [("and + or*not", {"and": 1, "or": 2, "not": 3}), ("not(x) = 1 - x; not(y)", {"y": 2}), ("not*2 + not", {"not": 3}),
     ("or = 2; or^2", {}), ("f(not, and) = not + and; f(1, 2)", {})],
)  # fmt: skip
def test_words_are_names_where_no_operator_stands(program: str, values: dict[str, float]) -> None:
    assert value(program, **values) == {"and": 7, "not(": -1, "not*": 9, "or =": 4, "f(no": 3}[program[:4].strip()]


def test_an_edge_is_told() -> None:
    found = call(["grad", "0 < x < 1 ? x^2 : 3x", "x=1", "--strict=kink"])
    assert found.status == 1
    assert "the comparison" in found.err
    assert call(["grad", "0 < x < 1 ? x^2 : 3x", "x=0.5", "--strict"]).status == 0
    # whichever of two conditions is the larger is no kink: nothing flows there
    assert call(["grad", "(x < 2 or x > -2)*x", "x=0.5", "--strict"]).status == 0


@pytest.mark.parametrize("target", TARGETS)
def test_every_code_target_writes_conditions(target: str) -> None:
    found = call(["code", "0 < x < 1 or not y > 2 ? x^2*y : |x|", "x=0.5", "y=3", "--to", target])
    assert (found.status, found.err) == (0, "")


def test_deep_and_long_conditions() -> None:
    count = 20_000
    assert value(" and ".join(["x"] * count), x=1.0) == 1.0
    assert value(" < ".join(map(str, range(count)))) == 1.0
    assert value("x ? " * count + "1" + " : 2" * count, x=1.0) == 1.0
    assert value("".join(f"x > {n} ? {n} : " for n in range(count, 0, -1)) + "0", x=7.5) == 7.0
    assert value("not " * count + "x", x=3.0) == 1.0
    assert sys.getrecursionlimit() < count


@pytest.mark.parametrize(
    "program", ["x ? y", "x : y", "x ? y : ", "? x : y", "(x ? y) : z", "x and", "not", "x not y", "x ?: y"]
)
def test_what_is_no_condition_is_refused(program: str) -> None:
    with pytest.raises(BpcalcError):
        value(program, x=1.0, y=1.0, z=1.0)


@pytest.mark.parametrize(
    ("text", "value", "slope"),
    [
        ("x if x > 0 else -x", 2.0, 1.0), ("-x if x > 3 else x*x", 4.0, 4.0),
        ("1 if x > 5 else 3*x if x > 1 else 4", 6.0, 3.0), ("max(5 if x < 1 else x, 0) + 1", 3.0, 1.0),
        ("[x if x > 1 else 1, 2][0]", 2.0, 1.0), ("y = x if x else 0; 2*y", 4.0, 2.0),
        ("f = lambda a: a*a if a > 0 else 0\nf(x)", 4.0, 4.0), ("(x > 0 ? 1 : 2) if x > 5 else 3*x", 6.0, 3.0),
    ],
)  # fmt: skip
def test_a_choice_as_python_has_it(text: str, value: float, slope: float) -> None:
    report = bpcalc.gradient(text, x=2.0)
    assert (report.value, report.gradient["x"]) == (value, slope)
