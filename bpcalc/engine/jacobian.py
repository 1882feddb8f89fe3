"""The full Jacobian of an array-valued output, one pass an entry of the smaller side.

May import graph, engine.reverse, engine.tangent.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from bpcalc.engine.reverse import backpropagate
from bpcalc.engine.tangent import tangents
from bpcalc.graph import Graph


def jacobians(
    m: Any, graph: Graph, values: Sequence[Any], output: int, wrt: Sequence[int], needed: Sequence[int], convention: str
) -> tuple[dict[int, Any], str, int]:
    """∂output/∂input for each node of `wrt`, in denominator layout: axes of the input first, then of the output.

    Also the mode ("reverse" or "forward") and the number of passes: reverse takes one for each entry of the output,
    forward one for each entry of the inputs; the fewer are made.
    """
    shape = m.shape(values[output])
    rows, columns = math.prod(shape), sum(math.prod(m.shape(values[node])) for node in wrt)
    found = {node: m.zeros(shape=(*m.shape(values[node]), *shape)) for node in wrt}
    if rows <= columns:
        for place in m.places(shape):
            seed = m.unit(shape, place)
            gradients = backpropagate(m, graph, values, output, seed, needed, convention)
            for node in wrt:
                if node <= output and gradients[node] is not None:
                    found[node][(..., *place)] = m.dense(gradients[node])
        return found, "reverse", rows
    for node in wrt:
        size = m.shape(values[node])
        for place in m.places(size):
            column = tangents(m, graph, values, {node: m.unit(size, place)}, output, convention)[output]
            if column is not None:
                found[node][place] = m.dense(column)
    return found, "forward", columns
