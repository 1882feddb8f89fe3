"""Second derivatives of random programs: the same on floats and on arrays, beside the gradient of the plain pass."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from programs import PROGRAMS, VARIABLES, Program

from bpcalc.algebra.arrays import ARRAYS
from bpcalc.algebra.duals import Dual, Duals
from bpcalc.algebra.floats import FLOATS
from bpcalc.algebra.protocol import Algebra
from bpcalc.engine.forward import forward
from bpcalc.engine.reverse import backpropagate
from bpcalc.engine.tangent import pusher, tangents
from bpcalc.errors import Source
from bpcalc.reading.parser import parse

POINTS = st.tuples(*[st.sampled_from((-2.0, -0.5, 0.0, 0.3, 1.0, 4.0))] * len(VARIABLES))
DIRECTION = {"x": 1.0, "y": -0.5, "z": 2.0}


def both_passes(m: Algebra, text: str, point: tuple[float, ...]) -> dict[str, tuple[Any, Any, Any]]:
    """By variable: the gradient of the plain pass, the one beside the tangents, and its change along DIRECTION."""
    program = parse(Source(text))
    graph, output = program.graph, program.output
    values = forward(m, graph, {name: m.value(x) for name, x in zip(VARIABLES, point, strict=True)}, [output])
    nodes = {name: program.names[name] for name in program.variables}
    needed = graph.carries(nodes.values(), output)
    plain = backpropagate(m, graph, values, output, m.value(1.0), needed, "torch")
    given_tangents = {node: m.value(DIRECTION[name]) for name, node in nodes.items()}
    duals, moved = Duals(m, pusher), tangents(m, graph, values, given_tangents, output, "torch")
    found = backpropagate(duals, graph, duals.lift(values, moved), output, m.value(1.0), needed, "torch")

    def number(gradient: Any) -> float:
        return 0.0 if gradient is None else float(m.dense(gradient))

    return {
        name: (
            number(plain[node]),
            number(found[node].value if isinstance(found[node], Dual) else found[node]),
            number(duals.change(found[node])),
        )
        for name, node in nodes.items()
        if node <= output
    }


def same(a: float, b: float) -> bool:
    return a == b or (a != a and b != b) or math.isclose(a, b, rel_tol=1e-9)


@settings(max_examples=150)
@given(PROGRAMS, POINTS)
def test_floats_and_arrays_agree_and_the_gradient_is_that_of_the_plain_pass(
    program: Program, point: tuple[float, ...]
) -> None:
    text = program.text()
    on_floats = both_passes(FLOATS, text, point)
    with np.errstate(all="ignore"):
        on_arrays = both_passes(ARRAYS, text, point)
    for name, (plain, beside, change) in on_floats.items():
        assert repr(plain) == repr(beside)
        if all(math.isfinite(gradient) for gradient, _, _ in on_floats.values()):
            assert same(change, on_arrays[name][2]), (name, change, on_arrays[name][2])
        assert repr(on_arrays[name][0]) == repr(on_arrays[name][1])
