"""The forward pass: the value of every node, in one loop over the list.

May import gate, graph.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bpcalc.gate import INPUT
from bpcalc.graph import Graph


def forward(m: Any, graph: Graph, bindings: Mapping[str, Any]) -> list[Any]:
    """The value of each node in the algebra `m`. `bindings` has a value for every input's name."""
    gates = graph.gates
    values: list[Any] = [None] * len(gates)
    for node, payload in graph.leaves.items():
        values[node] = bindings[payload] if gates[node] is INPUT else m.constant(payload)  # type: ignore[index]
    functions = {gate: m.function(gate) for gate in set(gates) if gate.parameters}
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
