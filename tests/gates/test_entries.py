"""The catalogue's texts say what the lectures say, and what the gates do."""

from __future__ import annotations

import math
import shlex
from itertools import pairwise

import pytest

from bpcalc import BpcalcError, catalogue, gradient
from bpcalc.catalogue import Entry
from bpcalc.gate import CONVENTIONS, GATES, Gate

EVERY_GATE = pytest.mark.parametrize("gate", GATES.values(), ids=list(GATES))

# Local gradients as the lectures and textbooks write them.
TAUGHT = {
    "add": ("1", "1"),
    "subtract": ("1", "-1"),
    "multiply": ("b", "a"),
    "divide": ("1/b", "-a/b^2"),
    "negate": ("-1",),
    "power": ("n*x^(n - 1)", "x^n*log(x)"),
    "sqrt": ("1/(2*sqrt(x))",),
    "exp": ("exp(x)",),
    "log": ("1/x",),
    "sin": ("cos(x)",),
    "cos": ("-sin(x)",),
    "tan": ("1 + tan(x)^2",),
    "asin": ("1/sqrt(1 - x^2)",),
    "atan": ("1/(1 + x^2)",),
    "atan2": ("x/(x^2 + y^2)", "-y/(x^2 + y^2)"),
    "tanh": ("1 - tanh(x)^2",),
    "max": ("a > b", "b > a"),
    "where": (None, "c != 0", "c == 0"),
    "relu": ("x > 0",),
    "sigmoid": ("(1 - sigmoid(x))*sigmoid(x)",),
    "floor": (None,),
    "less": (None, None),
}


def entry(word: str) -> Entry:
    (gate,) = catalogue.find(word)
    return catalogue.entry(gate, whole=True)


def value(text: str, values: dict[str, float]) -> float:
    return gradient(text, {name: x for name, x in values.items() if name in text}).value


def bindings(command: str) -> tuple[str, dict[str, float]]:
    """The expression and the values of an example's command."""
    program, grad, expression, *words = shlex.split(command)
    assert (program, grad) == ("bpcalc", "grad")
    return expression, {name: float(text) for name, _, text in (word.partition("=") for word in words)}


@pytest.mark.parametrize("name", TAUGHT)
def test_local_gradients_stand_as_the_lectures_write_them(name: str) -> None:
    assert entry(name).local == TAUGHT[name]


@pytest.mark.parametrize(
    ("name", "formula"),
    [
        ("tanh", "(1/cosh(x))^2"),
        ("sigmoid", "sigmoid(x)*sigmoid(-x)"),
        ("asin", "1/sqrt((1 - x)*(1 + x))"),
        ("sin", None),
        ("multiply", None),
    ],
)
def test_another_formula_is_told_only_where_bpcalc_computes_with_one(name: str, formula: str | None) -> None:
    assert entry(name).computed[0] == formula


def test_packed_gates_are_told_in_elementary_gates() -> None:
    assert entry("sigmoid").packed == "1/(1 + exp(-x))"
    assert entry("relu").packed == "max(0, x)"
    assert entry("exp").packed is None


def test_every_gate_is_in_the_catalogue_once_and_families_stay_together() -> None:
    listed = catalogue.gates()
    families = [gate.family for gate in listed]
    assert sorted(gate.name for gate in listed) == sorted(GATES)
    assert families[:2] == ["arithmetic", "arithmetic"]
    assert len(set(families)) == 1 + sum(a != b for a, b in pairwise(families))
    assert set(catalogue.FAMILIES) == set(families)


@EVERY_GATE
def test_an_example_runs_and_gives_what_it_says(gate: Gate) -> None:
    example = catalogue.example(gate)
    expression, values = bindings(example.command)
    report = gradient(expression, values)
    assert (report.value, report.gradient) == (example.value, example.gradient)
    assert not report.warnings
    assert math.isfinite(report.value)


@EVERY_GATE
def test_the_formulas_give_the_gradient_of_the_example(gate: Gate) -> None:
    told = catalogue.entry(gate, whole=True)
    assert told.example
    _, values = bindings(told.example.command)
    for name, local, computed in zip(told.parameters, told.local, told.computed, strict=True):
        found = told.example.gradient[name]
        if local is None:
            assert found == 0
        for formula in filter(None, (local, computed)):
            assert value(formula, values) == pytest.approx(found, rel=1e-9)


@EVERY_GATE
def test_a_packed_gate_has_the_value_of_its_parts(gate: Gate) -> None:
    told = catalogue.entry(gate, whole=True)
    if told.packed:
        assert told.example
        assert value(told.packed, bindings(told.example.command)[1]) == pytest.approx(told.example.value, rel=1e-12)


@EVERY_GATE
def test_a_kink_is_shown_at_a_point_that_lies_on_it(gate: Gate) -> None:
    corner = catalogue.corner(gate)
    assert (corner is None) == (gate.kink is None)
    if corner and gate.kink:
        assert gate.kink.touched(*corner.point.values())
        assert list(corner.local) == list(CONVENTIONS)


def test_the_conventions_at_a_tie_are_those_of_the_lectures() -> None:
    corner = entry("max").corner
    assert corner
    assert len(set(corner.point.values())) == 1
    assert corner.local == {
        "torch": (0.5, 0.5), "jax": (0.5, 0.5), "first": (1.0, 0.0), "all": (1.0, 1.0), "none": (0.0, 0.0),
    }  # fmt: skip


def test_where_relu_turns_the_gradient_is_0_unless_all_is_asked_for() -> None:
    corner = entry("relu").corner
    assert corner
    assert corner.point == {"x": 0.0}
    assert {name for name, local in corner.local.items() if local == (1.0,)} == {"all"}


@pytest.mark.parametrize(
    ("word", "name"),
    [
        ("*", "multiply"), ("multiply", "multiply"), ("·", "multiply"), ("^", "power"), ("**", "power"),
        ("ln", "log"), ("arctan2", "atan2"), (">=", "greater_equal"), ("≤", "less_equal"), ("√", "sqrt"),
        ("σ", "sigmoid"), ("detach", "stop_gradient"),
    ],
)  # fmt: skip
def test_a_gate_is_found_by_every_word_and_sign(word: str, name: str) -> None:
    assert entry(word).name == name


def test_a_minus_sign_stands_for_two_gates() -> None:
    assert [gate.name for gate in catalogue.find("-")] == ["subtract", "negate"]


def test_an_unknown_gate_gets_a_hint() -> None:
    with pytest.raises(BpcalcError, match='no gate is called "sigmiod"') as error:
        catalogue.find("sigmiod")
    assert error.value.hint == "did you mean sigmoid?"
    with pytest.raises(BpcalcError) as error:
        catalogue.find("§§§")
    assert error.value.hint == "bpcalc gates lists them all"
