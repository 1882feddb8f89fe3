"""Every gate's record has what its consumers take from it, so a new gate is complete or fails here."""

from __future__ import annotations

import math
import re

import pytest
from every import several
from reference import FORWARD, SCALARS, at_kink, call, named

from bpcalc import gradient
from bpcalc.gate import CONVENTIONS, Gate
from bpcalc.gates import SPELLINGS
from bpcalc.graph import CONSTANTS

EVERY_GATE = several("gate", SCALARS.values(), called=lambda gate: gate.name)


def test_every_gate_has_a_reference_and_every_reference_a_gate() -> None:
    assert set(FORWARD) == set(SCALARS)


@EVERY_GATE
def test_a_gate_has_what_the_catalogue_shows(gate: Gate) -> None:
    assert gate.formula
    assert gate.title
    assert gate.family
    assert gate.pattern
    assert gate.samples
    assert len(set(gate.parameters)) == len(gate.parameters) > 0


@EVERY_GATE
def test_a_gate_has_a_rule_for_each_input_in_every_form(gate: Gate) -> None:
    if not gate.variadic:
        for rules in (gate.local, *gate.conventions.values(), *([gate.lesson] if gate.lesson else [])):
            assert len(rules) == len(gate.parameters)
        assert {len(sample) for sample in gate.samples} == {len(gate.parameters)}
    assert all(math.isfinite(x) for sample in gate.samples for x in sample)
    assert list(gate.defaults) == list(gate.parameters[len(gate.parameters) - len(gate.defaults) :])
    assert len(gate.defaults) <= 1  # the printer leaves out one input at most


@EVERY_GATE
def test_a_gate_says_which_rule_each_convention_uses_at_its_kink(gate: Gate) -> None:
    assert set(gate.conventions) <= set(CONVENTIONS) - {"torch"}
    if gate.kink is None:
        assert not gate.conventions
    else:
        assert set(gate.kink.rule) == {"torch", *gate.conventions}
        assert all(gate.kink.says(convention) for convention in CONVENTIONS)
        assert not any(at_kink(gate, sample) for sample in gate.samples)


@EVERY_GATE
def test_a_gate_has_latex_that_takes_its_inputs(gate: Gate) -> None:
    inputs = [f"<{k}>" for k in range(len(gate.parameters))]
    filled = gate.latex.replace(":a}", "}").format(*inputs)  # :a asks for brackets
    assert filled.count("{") == filled.count("}")
    if "{0" in gate.latex:
        assert all(text in filled for text in inputs)


@EVERY_GATE
def test_a_gate_is_read_by_every_spelling(gate: Gate) -> None:
    values = named(gate, gate.samples[0])
    expected = gradient(call(gate, list(values)), values).value
    for word in (gate.name, *gate.aliases):
        assert SPELLINGS[word] is gate
        assert re.fullmatch("[a-z][a-z0-9_]*", word)
        assert word not in CONSTANTS
        assert gradient(f"{word}({', '.join(values)})", values).value == expected


@pytest.mark.parametrize("gate", [gate for gate in SCALARS.values() if gate.defaults], ids=lambda gate: gate.name)
def test_an_input_with_a_default_may_be_left_out_or_named(gate: Gate) -> None:
    for parameter, default in gate.defaults.items():
        values = named(gate, gate.samples[0]) | {parameter: default}
        shown = [name for name in values if name != parameter]
        expected = gradient(call(gate, list(values)), values)
        left_out = gradient(call(gate, shown), {name: values[name] for name in shown})
        by_name = gradient(call(gate, [*shown, f"{parameter} = {parameter}"]), values)
        assert left_out.value == expected.value == by_name.value
        assert left_out.gradient == {name: expected.gradient[name] for name in shown}
        assert by_name.gradient == expected.gradient
