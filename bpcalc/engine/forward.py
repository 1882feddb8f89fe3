"""The forward pass: the value of every node, in one loop over the list."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from bpcalc.gate import INPUT, Gate
from bpcalc.graph import Graph
from bpcalc.typed import Any

# What an algebra of arrays raises where the inputs of a gate do not fit together.
MISFITS = (ValueError, IndexError, ArithmeticError, MemoryError)
# What the quick functions of an algebra raise where they have no result.
FAILS = (ValueError, ArithmeticError)


class ShapeError(Exception):
    """The inputs of `node` do not fit together; the cause tells why. `values` has those of the inputs, by node."""

    def __init__(self, node: int, values: Sequence[Any] | Mapping[int, Any]) -> None:
        super().__init__(node)
        self.node = node
        self.values = values


def forward(m: Any, graph: Graph, bindings: Mapping[str, Any], outputs: Iterable[int] = ()) -> list[Any]:
    """The value of each node in the algebra `m`. `bindings` has a value for every input's name.

    outputs  for arrays: the nodes that are wanted; only they and what they need are computed
    """
    if m.shaped:
        return _forward_arrays(m, graph, bindings, graph.ancestors(*outputs))
    values: list[Any] = [None] * len(graph)
    for node, value in zip(graph.variables.values(), _in_order(bindings, graph.variables), strict=True):
        values[node] = value
    for node in graph.constants:
        values[node] = m.constant(graph.leaves[node])
    functions = {gate: m.function(gate) for gate in graph.kinds if gate.parameters}
    if m.quick:
        try:
            return _loop(graph, values, {gate: m.quick.get(gate.name, total) for gate, total in functions.items()})
        except FAILS:
            pass  # somewhere the quick functions have no result: all of it again
    return _loop(graph, values, functions)


def _in_order(bindings: Mapping[str, Any], names: Collection[str]) -> Iterable[Any]:
    """The values of the names. Of a million names one by one, looking them up would be a third of the forward pass."""
    if len(bindings) == len(names) and [*bindings] == [*names]:
        return bindings.values()
    return map(bindings.__getitem__, names)


def _loop(graph: Graph, values: list[Any], functions: Mapping[Gate, Any]) -> list[Any]:
    """Fills in the values of the operations, which the leaves' stand before."""
    gates = graph.gates
    for node, inputs in enumerate(graph.inputs):
        count = len(inputs)
        if count == 2:
            a, b = inputs
            values[node] = functions[gates[node]](values[a], values[b])
        elif count == 1:
            values[node] = functions[gates[node]](values[inputs[0]])
        elif count:
            values[node] = functions[gates[node]](*[values[source] for source in inputs])
    return values


def _forward_arrays(m: Any, graph: Graph, bindings: Mapping[str, Any], wanted: Sequence[int]) -> list[Any]:
    """The same for arrays, whose shapes may not fit. Raises ShapeError."""
    values: list[Any] = []
    for node, (gate, inputs) in enumerate(zip(graph.gates, graph.inputs, strict=True)):
        if gate is INPUT:
            values.append(bindings[str(graph.leaves[node])])
        elif node in graph.leaves:
            values.append(m.constant(graph.leaves[node]))
        elif not wanted[node]:
            values.append(None)
        else:
            try:
                values.append(m.function(gate)(*[values[source] for source in inputs]))
            except MISFITS as error:
                raise ShapeError(node, values) from error
    return values
