"""The catalogue's texts say what the lectures say, and what the gates do."""

from __future__ import annotations

import math
import shlex
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from every import several
from reference import at_kink

from bpcalc import BpcalcError, gradient
from bpcalc.calculations import catalogue
from bpcalc.calculations.catalogue import Entry
from bpcalc.calculations.passes import evaluate
from bpcalc.errors import Source
from bpcalc.gate import CONVENTIONS, Gate
from bpcalc.gates import GATES
from bpcalc.reading.parser import parse

EVERY_GATE = several("gate", GATES.values(), called=lambda gate: gate.name)

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


# What the lectures send on to each input of a gate whose entries mix, from the upstream g.
SENT_ON = {
    "matmul": ("g@b.T", "a.T@g"),
    "outer": ("g@b", "a@g"),
    "softmax": ("softmax(x)*(g - sum(g*softmax(x), axis=-1, keepdims=True))",),
    "inv": ("-inv(x).T@g@inv(x).T",),
    "det": ("g*det(x)*inv(x).T",),
    "logdet": ("g*inv(x).T",),
    "solve": ("-outer(solve(a.T, g), solve(a, b))", "solve(a.T, g)"),
    "sum": ("ones(3)*g",),
    "mean": ("ones(3)*(g/3)",),
    "norm": ("g*(x/norm(x))",),
    "amax": ("where(x == max(x), ones(3)*g, 0)",),
    "transpose": ("g.T",),
    "concat": ("g[0:2]", "g[2:5]"),
    "softmax_loss": ("g*(softmax(S) - one_hot(y, size=3))", None),
    "one_hot": (None,),
    "zeros": (),
}


def entry(word: str) -> Entry:
    gate, *_ = catalogue.find(word)
    return catalogue.entry(gate, whole=True)


def value(text: str, values: dict[str, Any]) -> Any:
    return gradient(text, {name: x for name, x in values.items() if name in text}, upstream=1.0).value


def bindings(command: str) -> tuple[str, dict[str, Any], Any]:
    """The expression, the values and the upstream of an example's command."""
    program, grad, expression, *words = shlex.split(command)
    assert (program, grad) == ("bpcalc", "grad")
    upstream = evaluate(parse(Source(words.pop()))) if "--upstream" in words else 1.0
    words = [word for word in words if word != "--upstream"]
    values = {name: evaluate(parse(Source(text))) for name, _, text in (word.partition("=") for word in words)}
    return expression, values, upstream


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
    expression, values, upstream = bindings(example.command)
    report = gradient(expression, values, upstream=upstream)
    assert np.array_equal(report.value, example.value)
    assert report.gradient.keys() == example.gradient.keys()
    assert all(np.array_equal(report.gradient[name], example.gradient[name]) for name in report.gradient)
    assert not report.warnings
    assert np.isfinite(report.value).all()


@EVERY_GATE
def test_the_formulas_give_the_gradient_of_the_example(gate: Gate) -> None:
    told = catalogue.entry(gate, whole=True)
    assert told.example
    _, values, upstream = bindings(told.example.command)
    for name, local, computed in zip(told.parameters, told.local, told.computed, strict=True):
        found = told.example.gradient.get(name, 0.0)
        if local is None and not told.downstream:
            assert found == 0
        for formula in filter(None, (local, computed)):
            assert value(formula, values) == pytest.approx(found, rel=1e-9)
    for name, downstream in zip(told.parameters, told.downstream, strict=False):
        if downstream is None:
            assert not np.any(told.example.gradient.get(name, 0.0))
        else:
            np.testing.assert_allclose(value(downstream, values | {"g": upstream}), told.example.gradient[name], 1e-12)


@pytest.mark.parametrize("gate", [gate for gate in GATES.values() if gate.packed], ids=lambda gate: gate.name)
def test_a_packed_gate_has_the_value_of_its_parts(gate: Gate) -> None:
    told = catalogue.entry(gate, whole=True)
    assert told.packed
    assert told.example
    _, values, _ = bindings(told.example.command)
    assert value(told.packed, values) == pytest.approx(told.example.value, rel=1e-12)


@EVERY_GATE
def test_a_kink_is_shown_at_a_point_that_lies_on_it(gate: Gate) -> None:
    corner = catalogue.corner(gate)
    assert (corner is None) == (gate.kink is None)
    if corner and gate.kink:
        if not gate.of_arrays:
            assert at_kink(gate, tuple(corner.point.values()))
        assert list(corner.local) == list(CONVENTIONS)


def test_the_conventions_at_a_tie_are_those_of_the_lectures() -> None:
    corner = entry("max").corner
    assert corner
    assert len(set(corner.point.values())) == 1
    assert corner.local == {
        "torch": (0.5, 0.5), "jax": (0.5, 0.5), "first": (1.0, 0.0), "all": (1.0, 1.0), "none": (0.0, 0.0),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "local"),
    [
        ("amax", {"torch": [1 / 3, 1 / 3, 1 / 3], "first": [1, 0, 0], "all": [1, 1, 1], "none": [0, 0, 0]}),
        ("norm", {"torch": [0, 0, 0], "jax": [math.nan] * 3}),
        ("std", {"torch": [0, 0, 0], "jax": [math.nan] * 3}),
    ],
)
def test_the_conventions_of_reductions_at_equal_entries(name: str, local: dict[str, list[float]]) -> None:
    corner = catalogue.corner(GATES[name])
    assert corner
    assert np.ptp(corner.point["x"]) == 0
    for convention, expected in local.items():
        np.testing.assert_allclose(corner.local[convention][0], expected)


def test_an_svm_loss_has_a_corner_where_a_class_is_exactly_at_the_margin() -> None:
    corner = catalogue.corner(GATES["svm_loss"])
    assert corner
    scores, labels = corner.point["S"], corner.point["y"].astype(int)
    gaps = scores - scores[np.arange(len(scores)), labels][:, None] + corner.point["margin"]
    others = np.arange(scores.shape[1]) != labels[:, None]
    at, beyond = others & (gaps == 0), others & (gaps > 0)
    assert at.any()
    for convention in CONVENTIONS:
        hits = beyond | at if convention == "all" else beyond
        expected = hits.astype(float)
        expected[np.arange(len(scores)), labels] -= hits.sum(axis=1)
        np.testing.assert_array_equal(corner.local[convention][0], expected)


@pytest.mark.parametrize("name", SENT_ON)
def test_what_goes_on_to_the_inputs_stands_as_the_lectures_write_it(name: str) -> None:
    assert catalogue.entry(GATES[name]).downstream == SENT_ON[name]


@pytest.mark.parametrize(
    ("name", "signature"),
    [
        ("sum", "sum(x, axis=None, keepdims=False)"),
        ("amax", "max(x, axis=None, keepdims=False)"),
        ("svm_loss", "svm_loss(S, y, margin=1, reduction=sum)"),
        ("zeros", "zeros(shape)"),
        ("linspace", "linspace(first, last, count=50)"),
        ("concat", "concat(a, b, …, axis=0)"),
    ],
)
def test_a_signature_has_the_options_with_their_defaults(name: str, signature: str) -> None:
    assert catalogue.entry(GATES[name]).signature == signature


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
        ("σ", "sigmoid"), ("detach", "stop_gradient"), ("@", "matmul"), ("dot", "matmul"), (".T", "transpose"),
    ],
)  # fmt: skip
def test_a_gate_is_found_by_every_word_and_sign(word: str, name: str) -> None:
    assert entry(word).name == name


def test_a_minus_sign_stands_for_two_gates() -> None:
    assert [gate.name for gate in catalogue.find("-")] == ["subtract", "negate"]


def test_max_and_min_stand_for_a_reduction_too() -> None:
    assert [gate.name for gate in catalogue.find("max")] == ["max", "amax"]
    assert [gate.name for gate in catalogue.find("min")] == ["min", "amin"]
    assert entry("max").reduction == "amax"


def test_an_unknown_gate_gets_a_hint() -> None:
    with pytest.raises(BpcalcError, match='no gate is called "sigmiod"') as error:
        catalogue.find("sigmiod")
    assert error.value.hint == "did you mean sigmoid or logsigmoid?"
    with pytest.raises(BpcalcError) as error:
        catalogue.find("§§§")
    assert error.value.hint == "bpcalc gates lists them all"
