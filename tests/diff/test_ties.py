"""Formulas of switches: right where inputs tie on an interval, one chain for one condition, short branches."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from bpcalc import diff, gradient

# a program, its shapes, what it is differentiated by, values where inputs tie, and the derivative there by hand
TIES: list[tuple[str, dict[str, str], str, dict[str, Any], Any]] = [
    ("max(x, abs(x))", {}, "x", {"x": 2.0}, 1.0),
    ("max(x, abs(x))", {}, "x", {"x": -2.0}, -1.0),
    ("min(r*A, clip(r, 0.8, 1.2)*A)", {}, "r", {"r": 1.0, "A": -3.0}, -3.0),
    ("max(a, max(a, b))", {}, "a", {"a": 2.0, "b": 1.0}, 1.0),
    ("max(a, max(a, b))", {}, "b", {"a": 1.0, "b": 2.0}, 1.0),
    ("min(x, clip(x, 0, 1))", {}, "x", {"x": 0.5}, 1.0),
    ("max(x, relu(x))", {}, "x", {"x": 2.0}, 1.0),
    ("max(min(x, 1), min(x, 2))", {}, "x", {"x": 0.5}, 1.0),
    ("max(min(x, 1), min(x, 2))", {}, "x", {"x": 1.5}, 1.0),
    ("max(x, y, abs(x))", {}, "x", {"x": 3.0, "y": 1.0}, 1.0),
    ("relu(x) - relu(-x)", {}, "x", {"x": 0.0}, 1.0),
    ("max(x, x)", {}, "x", {"x": 3.0}, 1.0),
    ("min(x, x, y)", {}, "x", {"x": 3.0, "y": 5.0}, 1.0),
    ("max(x, y, 2*x/2)", {}, "x", {"x": 3.0, "y": 1.0}, 1.0),
    ("relu(1 - x) - relu(x - 1)", {}, "x", {"x": 1.0}, -1.0),
    ("sum(max(X, abs(X)))", {"X": "n"}, "X", {"X": [1.0, -2.0]}, [1.0, -1.0]),
    ("max(concat(x, x))", {"x": "2"}, "x", {"x": [1.0, 2.0]}, [0.0, 1.0]),
    ("min(stack(x, 2*x/2))", {"x": "n"}, "x", {"x": [1.0, 2.0]}, [1.0, 0.0]),
    ("max([x, x, y])", {}, "x", {"x": 2.0, "y": 1.0}, 1.0),
    ("sum(max(x + x[::-1]))", {"x": "2"}, "x", {"x": [1.0, 2.0]}, [1.0, 1.0]),
]


@pytest.mark.parametrize(("program", "shapes", "name", "values", "right"), TIES)
def test_where_inputs_tie_on_an_interval(
    program: str, shapes: dict[str, str], name: str, values: dict[str, Any], right: Any
) -> None:
    formula = diff(program, shapes, wrt=name).derivatives[name].program
    used = {one: value for one, value in values.items() if one in formula}
    found = gradient(formula, used, upstream=1.0).value
    np.testing.assert_allclose(np.broadcast_to(found, np.shape(right)), right)


@pytest.mark.parametrize(
    ("program", "right"),
    [
        ("max(x, abs(x))", "where(x > abs(x), 1, sign(x))"),
        ("max(x, 1 - x)", "where(x > 1 - x, 1, -1)"),
        ("max(0, x)", "where(x > 0, 1, 0)"),
        ("max(x, y) + min(x, y)", "1"),
        (
            "where(x <= 0, 15*x, where(x <= 1, 5*x, where(x < 2, 4*x + 1, where(x < 4, 8*x - 7, 12*x - 23))))",
            "where(x <= 0, 15, where(x <= 1, 5, where(x < 2, 4, where(x < 4, 8, 12))))",
        ),
        ("where(x > 0, 1 - (x/7 + 1)*exp(-x/7), 0)", "where(x > 0, x*exp(-x/7)/49, 0)"),
        ("where(x > 0, x^2, where(x > -1, x, 3*x))*where(x > 0, x, 1)", "where(x > 0, 3*x^2, where(x > -1, 1, 3))"),
        ("where(n != -1, x^(n + 1)/(n + 1), log(x))", "where(n != -1, x^n, 1/x)"),
        ("where(y > 0, x, 0) + where(0 < y, x, 2*x) + where(y <= 0, x, 5*x)", "where(y > 0, 7, 3)"),
    ],
)
def test_switches_of_one_condition_are_one_chain(program: str, right: str) -> None:
    assert diff(program, wrt="x")["x"] == right


@pytest.mark.parametrize(
    ("program", "right"),
    [
        # neither sqrt(x) > 1 nor sqrt(x) <= 1 holds at -1: the second branch is taken, in the formula too
        ("where(sqrt(x) > 1, 2, sin(x))", "where(sqrt(x) > 1, 0, cos(x))"),
        ("where(sqrt(x) <= 1, 2, sin(x))", "where(sqrt(x) <= 1, 0, cos(x))"),
        ("where(x^0.5 > 1, x^2, x)", "where(sqrt(x) > 1, 2*x, 1)"),
        ("where(x/y > 1, x^2, x)", "where(x/y > 1, 2*x, 1)"),
        ("where(log(x) < 0, x^2, x) + where(log(x) >= 0, x^2, x)", ""),
        ("where(x/2 + y^2 > 1, 2, sin(x))", "where(x/2 + y^2 <= 1, cos(x), 0)"),
    ],
)
def test_a_comparison_with_nan_has_no_opposite(program: str, right: str) -> None:
    formula = diff(program, wrt="x")["x"]
    assert formula == right or not right
    for x, y in ((-1.0, 2.0), (0.0, 0.0), (0.5, 0.25), (3.0, 2.0), (9.0, -1.0)):
        found = gradient(formula, {"x": x, "y": y}).value
        wanted = gradient(program, {"x": x, "y": y}).gradient["x"]
        assert found == pytest.approx(wanted, rel=1e-14), (x, y)


@pytest.mark.parametrize(
    "program",
    [
        "sum(where(x > 0, sum(where(x > 0, x, 0))*x, 0))",
        "prod(2 + sin(where(x > 0, x^2, x)))",
        "max(-x*tanh(where(x > 0, x, 2*x)))",
    ],
)
def test_what_stands_in_a_reduction_is_not_known_from_one_entry(program: str) -> None:
    formula = diff(program, {"x": "n"})["x"]
    values = {"x": [0.5, -2.0, 3.0]}
    np.testing.assert_allclose(gradient(formula, values, upstream=1.0).value, gradient(program, values).gradient["x"])


def test_deep_chains_of_switches_end() -> None:
    program = "x"
    for place in range(400):
        program = f"where(x > {place}, {place}*x, {program})"
    assert gradient(diff(program)["x"], {"x": 399.5}, upstream=1.0).value == 399
