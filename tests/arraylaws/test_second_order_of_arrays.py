"""Second derivatives of every array gate, with its options: the change of the gradient, and a symmetric matrix."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from cases import CASES, Case
from every import every

from bpcalc.algebra.arrays import ARRAYS
from bpcalc.algebra.duals import Duals
from bpcalc.engine.forward import forward
from bpcalc.engine.reverse import backpropagate
from bpcalc.engine.second import hessian_vector
from bpcalc.engine.tangent import pusher
from bpcalc.errors import Source
from bpcalc.reading.parser import parse
from bpcalc.reading.program import Program

LABELS = {"pick": 1, "softmax_loss": 1, "svm_loss": 1, "nll_loss": 1, "take_along": 1, "put_along": 1}
SMOOTH = [case for case in CASES if case.gate.differentiable and case.inputs]
EVERY_CASE = every("case", SMOOTH, by=lambda case: case.name)


def moving(case: Case) -> list[str]:
    return [name for place, name in enumerate(case.names) if place != LABELS.get(case.name)]


def numbers(shape: tuple[int, ...], seed: int) -> Any:
    return ARRAYS.value(np.random.default_rng(seed).normal(size=shape))


def directions(case: Case, seed: int) -> dict[str, Any]:
    return {name: numbers(np.shape(case.values[name]), seed + place) for place, name in enumerate(moving(case))}


def behind_other_gates(case: Case) -> tuple[Program, dict[str, Any]]:
    """A single number that has second derivatives where the gate alone is linear."""
    shape = np.shape(forward_of(parse(Source(case.program)), case.values))
    return parse(Source(f"q = {case.program}; sum(q*sin(q)) + sum(w*q)")), {**case.values, "w": numbers(shape, 3)}


def bound(program: Program, values: dict[str, Any]) -> dict[str, Any]:
    return {name: ARRAYS.value(values[name]) for name in program.variables}


def forward_of(program: Program, values: dict[str, Any]) -> Any:
    return forward(ARRAYS, program.graph, bound(program, values), [program.output])[program.output]


def gradients(program: Program, values: dict[str, Any], names: list[str]) -> dict[str, Any]:
    graph, output = program.graph, program.output
    computed = forward(ARRAYS, graph, bound(program, values), [output])
    needed = graph.carries([program.names[name] for name in names], output)
    found = backpropagate(ARRAYS, graph, computed, output, np.float64(1.0), needed, "torch")
    return {name: ARRAYS.dense(found[program.names[name]]) for name in names}


def products(program: Program, values: dict[str, Any], direction: dict[str, Any]) -> dict[str, Any]:
    """The Hessian times a direction, zeros where nothing changes."""
    graph, output = program.graph, program.output
    computed = forward(ARRAYS, graph, bound(program, values), [output])
    nodes = {name: program.names[name] for name in direction}
    given = {nodes[name]: tangent for name, tangent in direction.items()}
    found = hessian_vector(Duals(ARRAYS, pusher), graph, computed, output, given, graph.carries(nodes.values(), output))
    return {
        name: np.zeros(np.shape(computed[node])) if found[node] is None else found[node] for name, node in nodes.items()
    }


@EVERY_CASE
def test_the_product_is_the_change_of_the_gradient(case: Case) -> None:
    (program, values), direction, step = behind_other_gates(case), directions(case, 11), 1e-5
    found = products(program, values, direction)
    ends = [
        gradients(program, {**values, **{name: values[name] + side * t for name, t in direction.items()}}, [*direction])
        for side in (step, -step)
    ]
    for name in direction:
        expected = (ends[0][name] - ends[1][name]) / (2 * step)
        assert np.shape(found[name]) == np.shape(values[name])
        np.testing.assert_allclose(found[name], expected, rtol=1e-6, atol=1e-6 * (1 + np.max(np.abs(expected))))


@EVERY_CASE
def test_the_matrix_is_symmetric_to_rounding(case: Case) -> None:
    """<u, H v> = <v, H u>"""
    (program, values), u, v = behind_other_gates(case), directions(case, 11), directions(case, 31)
    left, right = products(program, values, v), products(program, values, u)
    terms = [(np.sum(u[name] * left[name]), np.sum(v[name] * right[name])) for name in u]
    size = sum(np.sum(np.abs(u[name] * left[name])) for name in u)
    assert sum(a for a, _ in terms) == pytest.approx(sum(b for _, b in terms), rel=1e-11, abs=1e-12 * (1 + size))
