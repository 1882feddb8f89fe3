"""Where a comparison or a gate with a kink changes over: points that random numbers never hit."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise

from bpcalc.algebra.floats import FLOATS
from bpcalc.algebra.folding import COMPARISONS
from bpcalc.engine.forward import forward
from bpcalc.graph import Graph


def change_overs(
    graph: Graph, output: int, point: Mapping[str, float], name: str, grid: Sequence[float]
) -> Iterator[float]:
    """The values of one variable, between the first and the last of `grid`, at which a gate changes over.

    graph   of single numbers; output: the node that is asked about
    point   the values of the other variables
    """
    wanted = graph.ancestors(output)
    gates = [
        inputs for node, (gate, inputs) in enumerate(zip(graph.gates[: output + 1], graph.inputs, strict=False))
        if wanted[node] and (gate.kink is not None or gate in COMPARISONS)
    ]  # fmt: skip

    def sides(value: float) -> list[float]:
        """What changes its sign where each of the gates changes over."""
        values = forward(FLOATS, graph, {**point, name: value}, [output])
        return [
            side for inputs in gates
            for side in ([values[inputs[0]] - values[other] for other in inputs[1:]] or [values[inputs[0]]])
        ]  # fmt: skip

    if gates:
        for (low, before), (high, after) in pairwise([(value, sides(value)) for value in grid]):
            for place, (left, right) in enumerate(zip(before, after, strict=True)):
                if left * right <= 0 and left != right:
                    yield _root(lambda value, place=place: sides(value)[place], low, high)  # type: ignore[misc]


def _root(side: Callable[[float], float], low: float, high: float) -> float:
    """Where a function changes its sign, halved until no number stands between."""
    start = side(low)
    if start == 0:
        return low
    for _ in range(200):
        middle = (low + high) / 2
        if not low < middle < high:
            break
        now = side(middle)
        if now == 0:
            return middle
        low, high = (middle, high) if now * start > 0 else (low, middle)
    return high
