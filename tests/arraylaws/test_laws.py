"""Every array gate, with its options: value and gradients are those of its definition, forward and reverse mode agree,
and the symbolic gradient, read again, is the numeric one bit for bit, but for
the sign of a zero."""

from __future__ import annotations

from typing import Any

import numpy as np
from cases import CASES, Case
from definitions import DEFINITIONS as BASIC
from every import every
from further_definitions import FURTHER

from bpcalc import gradient
from bpcalc.algebra.arrays import ARRAYS
from bpcalc.algebra.shapes import SHAPES, Shaped
from bpcalc.engine.forward import forward
from bpcalc.engine.reverse import backpropagate
from bpcalc.engine.tangent import tangents
from bpcalc.errors import Source
from bpcalc.gates import GATES
from bpcalc.reading.parser import parse
from bpcalc.reading.program import Program
from bpcalc.reports.report import Report

EVERY_CASE = every("case", CASES, by=lambda case: case.name)
STEP = 1e-30  # into the complex plane: no digits are lost to a difference, however small the step
LABELS = {
    "pick": 1, "softmax_loss": 1, "svm_loss": 1, "one_hot": 0, "nll_loss": 1, "order": 0, "take_along": 1,
    "put_along": 1,
}  # fmt: skip
DEFINITIONS = {**BASIC, **FURTHER}


def numbers(shape: tuple[int, ...], seed: int) -> Any:
    return np.random.default_rng(seed).uniform(0.5, 2.0, shape) * np.where(
        np.arange(np.prod(shape)) % 2, 1, -1
    ).reshape(shape)


def defined(case: Case, inputs: Any) -> Any:
    """The gate's value by its definition."""
    options = {name: value for name, value in case.options.items() if name not in ("key", "axes") or value is not None}
    if "key" in options:
        options["key"] = tuple(slice(*part) if isinstance(part, tuple) else part for part in options["key"])
    return DEFINITIONS[case.name](*map(np.asarray, inputs), **options)


def sought(case: Case, place: int, upstream: Any) -> Any:
    """The gradient for one input by steps into the complex plane."""
    x = np.asarray(case.inputs[place])
    found = np.zeros(x.shape)
    for at in np.ndindex(*x.shape):
        stepped = x.astype(complex)
        stepped[at] += STEP * 1j
        inputs = [stepped if k == place else np.asarray(one).astype(complex) for k, one in enumerate(case.inputs)]
        found[at] = np.sum(np.imag(defined(case, inputs)) / STEP * upstream)
    return found


def run(case: Case) -> tuple[Report, Any]:
    upstream = numbers(np.shape(defined(case, case.inputs)), 5)
    return gradient(case.program, case.values, upstream=upstream if upstream.shape else float(upstream)), upstream


def inputs_with_gradient(case: Case) -> list[int]:
    return [place for place in range(len(case.inputs)) if place != LABELS.get(case.name)]


def test_every_array_gate_has_a_definition_and_a_case() -> None:
    gates = {name for name, gate in GATES.items() if gate.of_arrays}
    assert set(DEFINITIONS) == gates
    assert {case.name for case in CASES} == gates


@EVERY_CASE
def test_the_value_is_that_of_the_definition(case: Case) -> None:
    report, _ = run(case)
    expected = defined(case, case.inputs)
    assert np.shape(report.value) == np.shape(expected)
    np.testing.assert_allclose(report.value, expected, rtol=1e-13, atol=1e-14)


@EVERY_CASE
def test_each_gradient_is_that_of_the_definition_and_has_the_shape_of_its_input(case: Case) -> None:
    report, upstream = run(case)
    for place in inputs_with_gradient(case):
        found = report.gradient[case.names[place]]
        assert np.shape(found) == np.shape(case.inputs[place])
        if case.name != "singular":
            np.testing.assert_allclose(found, sought(case, place, upstream), rtol=1e-11, atol=1e-13)


@EVERY_CASE
def test_each_gradient_is_the_difference_quotient_of_the_value(case: Case) -> None:
    """Of bpcalc's own values, so that value and gradient belong together."""
    if case.name in ("singular", "one_hot"):
        return
    report, upstream = run(case)
    for place in inputs_with_gradient(case):
        x, direction = np.asarray(case.inputs[place]), numbers(np.shape(case.inputs[place]), 7)
        ends = [
            gradient(case.program, {**case.values, case.names[place]: x + step * direction}, upstream=1.0).value
            for step in (1e-6, -1e-6)
        ]
        quotient = np.sum((ends[0] - ends[1]) / 2e-6 * upstream)
        slope = np.sum(report.gradient[case.names[place]] * direction)
        np.testing.assert_allclose(slope, quotient, rtol=1e-6, atol=1e-7)


def passes(case: Case) -> tuple[Program, list[Any], int]:
    program = parse(Source(case.program))
    values = forward(
        ARRAYS, program.graph, {name: ARRAYS.value(x) for name, x in case.values.items()}, [program.output]
    )
    return program, values, program.output


@EVERY_CASE
def test_forward_and_reverse_mode_are_transposes(case: Case) -> None:
    """<Jv, u> = <v, Jᵀu> in each input alone, and in all at once."""
    places = inputs_with_gradient(case)
    if not places:
        return
    program, values, output = passes(case)
    graph, upstream = program.graph, numbers(np.shape(values[output]), 5)
    given = {program.names[case.names[place]]: numbers(np.shape(case.inputs[place]), 11 + place) for place in places}
    needed = graph.carries(given, output)
    reverse = backpropagate(ARRAYS, graph, values, output, upstream, needed, "torch")
    for chosen in (given, *({node: tangent} for node, tangent in given.items())):
        found = tangents(ARRAYS, graph, values, chosen, output, "torch")[output]
        left = 0.0 if found is None else np.sum(ARRAYS.dense(found) * upstream)
        right = sum(
            np.sum(tangent * ARRAYS.dense(reverse[node]))
            for node, tangent in chosen.items()
            if reverse[node] is not None
        )
        np.testing.assert_allclose(left, right, rtol=1e-11, atol=1e-12)


def read_again(text: str, values: dict[str, Any]) -> Any:
    """The value of a program that bpcalc printed."""
    program = parse(Source(text), values)
    bound = {name: ARRAYS.value(values[name]) for name in program.variables}
    with ARRAYS.quiet():
        return forward(ARRAYS, program.graph, bound, [program.output])[program.output]


@EVERY_CASE
def test_the_program_is_read_again_as_itself(case: Case) -> None:
    program = parse(Source(case.program))
    assert program.graph.gates[program.output] is case.gate


@EVERY_CASE
def test_the_symbolic_gradient_read_again_is_the_numeric_one_bit_for_bit(case: Case) -> None:
    for upstream in (numbers(np.shape(defined(case, case.inputs)), 5), np.float64(1.0)):
        report = gradient(case.program, case.values, upstream=upstream if upstream.shape else float(upstream))
        for row in report.nodes:
            if row.gradient is not None:
                found = np.broadcast_to(read_again(row.symbolic, case.values), np.shape(row.gradient))
                np.testing.assert_array_equal(found, row.gradient, err_msg=row.symbolic)


@EVERY_CASE
def test_shapes_alone_are_those_of_the_numbers(case: Case) -> None:
    found = SHAPES.function(case.gate)(*(Shaped(np.shape(x)) for x in case.inputs))
    assert found.shape == np.shape(defined(case, case.inputs))


@EVERY_CASE
def test_behind_and_before_other_gates(case: Case) -> None:
    """The upstream is no constant, inputs are used twice, and the formulas still give the numbers."""
    if not inputs_with_gradient(case):
        return
    name = case.names[inputs_with_gradient(case)[0]]
    report = gradient(f"q = {case.program}; sum(q^2) + sum({name}*{name})*sum(q)", case.values)
    for row in report.nodes:
        if row.gradient is not None and row.symbolic:
            found = np.broadcast_to(read_again(row.symbolic, case.values), np.shape(row.gradient))
            np.testing.assert_array_equal(found, row.gradient, err_msg=row.symbolic)
