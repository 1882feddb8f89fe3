"""Every gate at its sample points, taken as the decimals that they are written as: 50 digits, by mpmath."""

from __future__ import annotations

from typing import Any

import mpmath
import numpy as np
import pytest
from certain import has_digits
from every import every
from mpmath import mpf
from reference import FORWARD, SCALARS, TAKEN_AS_CONSTANT, call, derivative, forward

from bpcalc import BpcalcError, gradient
from bpcalc.algebra.arrays import ARRAYS
from bpcalc.algebra.duals import Duals
from bpcalc.algebra.systems import exact, with_digits
from bpcalc.engine.forward import forward as forward_pass
from bpcalc.engine.reverse import backpropagate
from bpcalc.engine.tangent import pusher, tangents
from bpcalc.gate import Gate
from bpcalc.gates.arrays import GATES
from bpcalc.graph import Graph

pytest.importorskip("flint")
DIGITS = 50
SAMPLES = [(gate, sample) for gate in SCALARS.values() for sample in gate.samples]
ROUNDED = {"selu"}  # whose constants are doubles
LACKS = {"pinv", "eigvalsh", "eigh", "svdvals"}  # which these systems do not have, and say so
NO_SYMBOLS = {"expm"}
OF_ARRAYS = [(gate, sample) for gate in GATES.values() for sample in gate.samples]


def by_gate(case: tuple[Gate, Any]) -> str:
    return case[0].name


@every("gate, sample", SAMPLES, by=by_gate)
def test_value_and_gradient_have_fifty_right_digits(gate: Gate, sample: tuple[float, ...]) -> None:
    names = "abcdefgh"[: len(sample)]
    report = gradient(call(gate, list(names)), dict(zip(names, sample, strict=True)), digits=DIGITS, symbolic=False)
    with mpmath.workdps(400):
        typed = [mpf(repr(x)) for x in sample]
    digits = DIGITS if gate.name not in ROUNDED else 15
    assert has_digits(str(report.value), forward(gate.name, typed), digits)
    for place, name in enumerate(names):
        if place in gate.orders:
            assert name not in report.gradient
            continue
        right = derivative(FORWARD[gate.name], typed, place)
        found = str(report.gradient[name])
        if (gate.name, place) in TAKEN_AS_CONSTANT:
            assert found == "0"
        elif right is None:
            assert found == "nan"
        elif right == 0:
            assert found == "0"
        else:
            assert has_digits(found, right, min(digits, 40))  # the right value is a difference, and has no more


@every("system, gate, sample", [(way, *case) for way in (with_digits, exact) for case in OF_ARRAYS],
       by=lambda case: f"{case[0].__name__}, {case[1].family}")  # fmt: skip
def test_arrays_of_these_numbers_are_what_arrays_of_doubles_are(system: Any, gate: Gate, sample: Any) -> None:
    bound, graph = gate.bind(gate.chosen) if gate.options else gate, Graph()
    inputs = [graph.variable(f"x{place}") for place in range(len(sample))]
    output = graph.apply(bound, tuple(inputs))
    m = (system(30) if system is with_digits else system()).arrays
    if gate.name in LACKS | (NO_SYMBOLS if system is exact else set()):
        with pytest.raises(BpcalcError, match="does not have"):
            passes(m, graph, inputs, output, sample)
        return
    ours = m.settled(lambda: passes(m, graph, inputs, output, sample), lambda found: ())
    doubles = passes(ARRAYS, graph, inputs, output, sample)
    assert len(ours) == len(doubles)
    for mine, right in zip(ours, doubles, strict=True):
        assert mine.shape == right.shape
        np.testing.assert_allclose(mine, right, rtol=1e-8, atol=1e-14)


def passes(m: Any, graph: Graph, inputs: list[int], output: int, sample: Any) -> list[Any]:
    """The value, the gradients, the tangent and the second derivatives along ones, as doubles."""
    bound = {f"x{place}": m.value(np.array(x) if np.ndim(x) else x) for place, x in enumerate(sample)}
    with m.quiet():
        values = forward_pass(m, graph, bound, [output])
        needed, seed = bytearray(b"\1") * len(graph), m.spread(m.one, values[output])
        gradients = backpropagate(m, graph, values, output, seed, needed, "torch")
        found = [values[output], *(gradients[node] for node in inputs if gradients[node] is not None)]
        if inputs:
            moved = {node: m.spread(m.one, values[node]) for node in inputs}
            found += [one for one in [tangents(m, graph, values, moved, output, "torch")[output]] if one is not None]
            duals = Duals(m, pusher)
            lifted = duals.lift(values, tangents(m, graph, values, moved, output, "torch"))
            second = backpropagate(duals, graph, lifted, output, seed, needed, "torch")
            changes = [duals.change(second[node]) for node in inputs if second[node] is not None]
            found += [one for one in changes if one is not None]
        return [np.vectorize(float, otypes=[float])(np.asarray(m.dense(one), dtype=object)) for one in found]
