"""Whether a part of a program may be an array, as far as is known while it is read: before any shape or number is."""

from __future__ import annotations

from collections.abc import Mapping

from bpcalc.gate import CONSTANT, GRAD, INPUT, Gate
from bpcalc.graph import CONSTANTS
from bpcalc.reading.state import State

LIKE_THEIR_INPUT = ("softmax", "log_softmax", "cumsum", "cumprod", "sort")  # reductions by name only
SINGLE = ("trace", "det", "logdet", "dot")


def may_be_array(state: State, node: int) -> bool:
    """May a node of the graph that is read be an array? A variable is one if its value or its shape says so."""
    graph = state.graph
    found, stack = state.arrays.setdefault(id(graph), {}), [node]
    while stack:
        one = stack[-1]
        waiting = [source for source in graph.inputs[one] if source not in found]
        if waiting:
            stack += waiting
            continue
        stack.pop()
        gate = graph.gates[one]
        if gate is INPUT:
            found[one] = is_bound_to_array(state, str(graph.leaves[one]))
        else:
            found[one] = gate is not CONSTANT and _keeps(gate, [found[source] for source in graph.inputs[one]])
    return found[node]


def is_bound_to_array(state: State, name: str) -> bool:
    """Has a variable's value, or its declared shape, an axis? A function's parameter may have (its name ends in a
    bracket), where any variable has."""
    if not isinstance(state.bound, Mapping):
        return False
    if name[-1:] == "(":
        return any(getattr(value, "shape", ()) for value in state.bound.values())
    if state.asked is None and name not in state.bound:
        return name not in CONSTANTS  # it has no value yet, and will need one
    return bool(getattr(state.bound.get(name), "shape", ()))


def _keeps(gate: Gate, inputs: list[bool]) -> bool:
    if gate is GRAD:
        return inputs[1]
    if not gate.of_arrays or gate.name in LIKE_THEIR_INPUT:
        return any(inputs)
    if gate.family == "reduction":
        return any(inputs) and gate.options.get("axis") is not None
    if gate.family == "loss":
        return gate.options.get("reduction") == "none"
    return gate.name not in SINGLE
