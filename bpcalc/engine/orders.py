"""Orders that move: a gate changes with its order (of a Bessel function, of a derivative), and has no gradient by it.

So where a gradient would have to flow into one, what is left of it is no gradient.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bpcalc.graph import Graph
from bpcalc.typed import NamedTuple


class Moving(NamedTuple):
    """A gate whose order moves: its node, and that of the order."""

    node: int
    order: int


def moving(graph: Graph, output: int, needed: Sequence[int]) -> Moving | None:
    """The last gate on the way to `output` whose order depends on what is differentiated by.

    needed  for each node, whether its gradient is asked for
    """
    if not has_orders(graph):
        return None
    reached = bytearray(output + 1)
    reached[output] = 1
    for node in range(output, -1, -1):
        if reached[node] and needed[node]:
            gate, inputs = graph.gates[node], graph.inputs[node]
            for place in gate.orders:
                if needed[inputs[place]]:
                    return Moving(node, inputs[place])
            for source in _flowing(graph, node):
                reached[source] = 1
    return None


def held(graph: Graph) -> frozenset[int]:
    """The inputs that are used in orders only: they carry no gradient, and are taken as they are."""
    if not has_orders(graph):
        return frozenset()
    used, free, ordered = (bytearray(len(graph)) for _ in range(3))
    for node in range(len(graph) - 1, -1, -1):
        inputs = graph.inputs[node]
        free[node] |= not used[node]
        for place in graph.gates[node].orders:
            ordered[inputs[place]] = 1
        for source in _flowing(graph, node):
            free[source] |= free[node]
            ordered[source] |= ordered[node]
        for source in inputs:
            used[source] = 1
    return frozenset(node for node in graph.leaves if ordered[node] and not free[node])


def has_orders(graph: Graph) -> bool:
    return any(gate.orders for gate in graph.kinds)


def _flowing(graph: Graph, node: int) -> Iterator[int]:
    """The inputs of a node that it hands a gradient on to."""
    gate, inputs = graph.gates[node], graph.inputs[node]
    rules = [True] * len(inputs) if gate.variadic else gate.pullback or gate.local
    return (source for source, rule in zip(inputs, rules, strict=True) if rule is not None)
