"""A program's output as a function of some of its nodes, the others as they are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bpcalc.engine.forward import MISFITS
from bpcalc.graph import Graph


class Moving:
    """`moving({node: value})` is upstream*output, one number. Only what depends on the nodes is computed again.

    m  an algebra that takes the values as they are: the circuit's own, or one of complex numbers
    """

    def __init__(
        self, m: Any, graph: Graph, values: Sequence[Any], output: int, seed: Any, sources: Iterable[int]
    ) -> None:
        self.m = m
        self.values = values
        self.output = output
        self.seed = seed
        sources = set(sources)
        wanted, moves = graph.ancestors(output), bytearray(len(graph))
        for node in sources:
            moves[node] = 1
        self.order: list[tuple[int, Any, tuple[int, ...]]] = []
        functions: dict[Any, Any] = {}
        for node in range(min(sources, default=0), output + 1):
            inputs, gate = graph.inputs[node], graph.gates[node]
            if node not in sources and wanted[node] and any(moves[source] for source in inputs):
                moves[node] = 1
                if gate not in functions:
                    functions[gate] = m.function(gate)
                self.order.append((node, functions[gate], inputs))
        self.gates = set(functions)

    def __call__(self, moved: Mapping[int, Any]) -> Any:
        values, found = self.values, dict(moved)
        try:
            for node, function, inputs in self.order:
                found[node] = function(*[found[one] if one in found else values[one] for one in inputs])
        except MISFITS:  # labels that are computed, and no longer whole
            return float("nan")
        return total(self.m, self.seed, found.get(self.output, values[self.output]))


def total(m: Any, seed: Any, value: Any) -> Any:
    """upstream*output, summed: what the gradients are of."""
    return m.sum(seed * value) if m.shaped else seed * value
