"""The full Jacobian of an array-valued output, one pass an entry of the smaller side."""

from __future__ import annotations

import math
from collections.abc import Sequence

from bpcalc.engine.reverse import backpropagate
from bpcalc.engine.tangent import tangents
from bpcalc.graph import Graph
from bpcalc.typed import Any


def jacobians(
    m: Any, graph: Graph, values: Sequence[Any], output: int, wrt: Sequence[int], needed: Sequence[int],
    convention: str, mode: str = "",
) -> tuple[dict[int, Any], str, int]:  # fmt: skip
    """∂output/∂input for each node of `wrt`, in denominator layout: axes of the input first, then of the output.

    Also the mode ("reverse" or "forward", unless it is given) and the number of passes: reverse takes one for each
    entry of the output, forward one for each entry of the inputs; the fewer are made.
    """
    wrt = list(dict.fromkeys(wrt))
    shape = m.shape(values[output])
    outputs, entries = math.prod(shape), sum(math.prod(m.shape(values[node])) for node in wrt)
    mode = mode or ("reverse" if outputs <= entries else "forward")
    found = {node: m.zeros(shape=(*m.shape(values[node]), *shape)) for node in wrt}
    if mode == "reverse":
        for place in m.places(shape):
            gradients = backpropagate(m, graph, values, output, unit(m, shape, place), needed, convention)
            for node in wrt:
                if node <= output and gradients[node] is not None:
                    found[node][(..., *place)] = m.dense(gradients[node])
        return found, mode, outputs
    for node in wrt:
        size = m.shape(values[node])
        for place in m.places(size):
            tangent = tangents(m, graph, values, {node: unit(m, size, place)}, output, convention)[output]
            if tangent is not None:
                found[node][place] = m.dense(tangent)
    return found, mode, entries


def unit(m: Any, shape: tuple[int, ...], place: tuple[int, ...]) -> Any:
    """A 1 at one place. At the others nothing flows: a 0 there would become NaN where a local gradient is infinite."""
    unit = m.unit(shape, place)
    return m.route(unit, unit)
