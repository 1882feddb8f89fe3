"""The column "as a formula": each formula, read again with the numbers of the rows, gives the gradient beside it.

It is as short as `diff` writes it, and speaks of packed gates as the lectures do, as long as that holds.
"""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest
from columns import untrue
from every import several

from bpcalc import gradient
from bpcalc.gate import CONVENTIONS
from bpcalc.reports.rows import Row

ARRAYS = json.loads((Path(__file__).parents[1] / "arrays" / "programs.json").read_text(encoding="utf-8"))


def column(program: str, **values: Any) -> dict[str, str]:
    return {row.name: row.brief for row in gradient(program, values).nodes}


@several("record", ARRAYS, called=lambda record: record["name"])
def test_of_array_programs(record: dict[str, Any]) -> None:
    report = gradient(record["program"], record["bindings"], upstream=record.get("upstream", 1.0))
    assert untrue(report) == []


# What is shown for some inputs; derived by hand.
SHOWN: list[tuple[str, dict[str, Any], dict[str, str]]] = [
    ("1/x", {"x": 3.0}, {"x": "-1/x^2"}),
    ("x/y", {"x": 3.0, "y": 2.0}, {"x": "1/y", "y": "-x/y^2"}),
    ("1/(1 + x^2)", {"x": 3.0}, {"x": "-2*x/(1 + x^2)^2"}),
    ("x^3 + 2x^2 - 5x", {"x": 3.0}, {"x": "3*x^2 + 4*x - 5"}),
    ("x*x*x", {"x": 3.0}, {"x": "3*x^2"}),
    ("(x + y)*z", {"x": -2.0, "y": 5.0, "z": -4.0}, {"x": "z", "z": "x + y", "n1": "z", "f": "1"}),
    ("sum(Z*Z)/2", {"Z": [1.0, 2.0]}, {"Z": "Z", "n2": "1/2"}),
    ("sum(x^2)", {"x": [1.0, 2.0]}, {"x": "2*x", "n1": "ones(2)"}),
    ("sum((A@x - b)^2)", {"A": [[1.0, 2.0], [3.0, 4.0]], "x": [1.0, -1.0], "b": [0.0, 1.0]},
     {"x": "2*A.T @ (A@x - b)", "b": "-2*(A@x - b)"}),
    ("sigmoid(x)", {"x": 1.0}, {"x": "(1 - f)*f"}),
    ("s = sigmoid(x); s*y", {"x": 1.0, "y": 2.0}, {"x": "(1 - s)*s*y"}),
    ("sigmoid(w0*x0 + w1*x1 + w2)", {"w0": 2.0, "x0": -1.0, "w1": -3.0, "x1": -2.0, "w2": -3.0},
     {"w0": "(1 - f)*f*x0", "x1": "(1 - f)*f*w1", "w2": "(1 - f)*f", "n4": "(1 - f)*f"}),
    ("sum(sigmoid(X@w))", {"X": [[1.0, 2.0], [3.0, 4.0]], "w": [1.0, -1.0]}, {"w": "X.T @ ((1 - n2)*n2)"}),
    ("tanh(x)", {"x": 0.5}, {"x": "1 - tanh(x)^2"}),
    ("exp(x)", {"x": 0.5}, {"x": "exp(x)"}),
    ("sum(max(x, y)*z)", {"x": [1.0, 2.0], "y": [1.0, 2.0], "z": [1.0, 3.0]},
     {"x": "z*(x == n1)/((x == n1) + (y == n1))", "z": "max(x, y)"}),
    ("max(x)", {"x": [1.0, 1.0]}, {"x": "(x == max(x))/sum(x == max(x))"}),
]  # fmt: skip


@pytest.mark.parametrize(("program", "values", "formulas"), SHOWN, ids=[program for program, *_ in SHOWN])
def test_is_what_a_book_has(program: str, values: dict[str, Any], formulas: dict[str, str]) -> None:
    shown = column(program, **values)
    assert {name: shown[name] for name in formulas} == formulas
    assert untrue(gradient(program, values)) == []


@pytest.mark.parametrize("x", [-800.0, -40.0, -20.0, -2.0, 0.0, 2.0, 12.0, 16.0, 20.0, 40.0, 800.0, math.inf, math.nan])
@pytest.mark.parametrize("program", ["sigmoid(x)", "3*sigmoid(2*x)", "tanh(x)", "silu(x)", "softplus(x)", "gelu(x)"])
def test_the_lectures_form_stands_where_it_loses_no_digits(program: str, x: float) -> None:
    assert untrue(gradient(program, x=x)) == []


def test_near_1_the_form_that_loses_no_digits_stands() -> None:
    assert column("sigmoid(x)", x=2.0)["x"] == "(1 - f)*f"
    assert column("sigmoid(x)", x=40.0)["x"] == "sigmoid(x)*sigmoid(-x)"


@pytest.mark.parametrize("convention", CONVENTIONS)
@pytest.mark.parametrize(
    ("program", "values"),
    [
        ("max(x, y)*z", {"x": 1.0, "y": 1.0, "z": 3.0}),
        ("sum(min(x, y, z))", {"x": [1.0, 2.0], "y": [1.0, 2.0], "z": [1.0, 3.0]}),
        ("sum(max(X, axis=0)*w)", {"X": [[1.0, 1.0], [1.0, 2.0]], "w": [2.0, 3.0]}),
        ("sum(relu(x)*abs(y))", {"x": [0.0, 1.0], "y": [0.0, -1.0]}),
        ("clip(x, 0, 1)*norm([y, y])", {"x": 1.0, "y": 0.0}),
    ],
)
def test_at_kinks_in_every_convention(program: str, values: dict[str, Any], convention: str) -> None:
    assert untrue(gradient(program, values, convention=convention)) == []


@pytest.mark.parametrize(
    ("program", "values"),
    [
        ("exp(x)*e", {"x": 1.0, "e": 2.0}),  # names that are constants elsewhere
        ("pi*erf(x)", {"x": 1.0, "pi": 2.0}),
        ("f = x^2; n1 = f*x; n1*f", {"x": 3.0}),  # names that look like those that rows get
        ("a = 2; b = 3; a*b^2", {}),
        ("0.044715*x^3*0.7978845608028654", {"x": 0.7}),
        ("x^2*1e300*1e300", {"x": 0.5}),
        ("log(x^2 - 1)", {"x": 1.0}),
        ("x/x + 0*x", {"x": 0.0}),
    ],
)
def test_of_awkward_programs(program: str, values: dict[str, Any]) -> None:
    assert untrue(gradient(program, values)) == []


def test_of_a_long_program_nothing_is_looked_for() -> None:
    program = " + ".join(f"x^{k}" for k in range(2, 100))
    assert untrue(gradient(program, x=1.01)) == []


def test_an_untrue_formula_would_be_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Row, "brief", property(lambda row: "1/x^2"))
    assert [line.partition(":")[0] for line in untrue(gradient("1/x", x=3.0))] == ["x", "f"]
