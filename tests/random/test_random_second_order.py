"""Second derivatives of random programs: the same on floats and on arrays, beside the gradient of the plain pass."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from bites import bites
from fitting import fitting
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

POINTS = st.fixed_dictionaries(dict.fromkeys(VARIABLES, st.sampled_from((-2.0, -0.5, 0.0, 0.3, 1.0, 4.0))))
DIRECTION = {"x": 1.0, "y": -0.5, "z": 2.0}


def both_passes(m: Algebra, text: str, point: dict[str, float]) -> dict[str, tuple[Any, Any, Any]]:
    """By variable: the gradient of the plain pass, the one beside the tangents, and its change along DIRECTION."""
    program = parse(Source(text))
    graph, output = program.graph, program.output
    values = forward(m, graph, {name: m.value(x) for name, x in point.items()}, [output])
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


def same(a: float, b: float, largest: float) -> bool:
    """Equal but for rounding, where terms as large as that may have cancelled."""
    return a == b or (a != a and b != b) or math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-12 * largest)


@bites()
@settings(max_examples=150)
@given(fitting() | st.tuples(PROGRAMS, POINTS))
def test_floats_and_arrays_agree_and_the_gradient_is_that_of_the_plain_pass(
    case: tuple[Program, dict[str, float]],
) -> bool:
    program, values = case
    text, point = program.text(), {name: float(x) for name, x in values.items()}
    on_floats = both_passes(FLOATS, text, point)
    with np.errstate(all="ignore"):
        on_arrays = both_passes(ARRAYS, text, point)
    finite = all(math.isfinite(gradient) for gradient, _, _ in on_floats.values())
    largest = max((1.0, *(abs(gradient) for gradient, _, _ in on_floats.values())))
    for name, (plain, beside, change) in on_floats.items():
        assert repr(plain) == repr(beside)
        assert repr(on_arrays[name][0]) == repr(on_arrays[name][1])
        assert not finite or same(change, on_arrays[name][2], largest), (name, change, on_arrays[name][2])
    return finite
