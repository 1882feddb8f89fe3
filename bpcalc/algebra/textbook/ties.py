"""Whether entries of an array may be equal on more than single points: those of concat(x, x) are, not those of x."""

from __future__ import annotations

from bpcalc.algebra.textbook.terms import Operations, Terms
from bpcalc.gate import CONSTANT, INPUT
from bpcalc.gates.arrays import GATES

# Gates whose values are the same all along an interval.
FLAT = frozenset(
    one.name for one in GATES.values()
    if one.routes or (one.family == "piecewise" and one.name != "abs") or "hard" in one.name or not one.differentiable
)  # fmt: skip
MOVED = frozenset(("transpose", "reshape", "index", "squeeze"))  # each entry of theirs is one of the input's
MOST = 200  # nodes that are looked at


def tied_input(m: Operations, truth: Terms) -> int | None:
    """The array whose entries `sum(x == y) > 1` asks about."""
    node = m.sole(truth)
    while node is not None and m.graph.gates[node].name in ("greater", "multiply", "sum"):  # times ones, for keepdims
        node = m.graph.inputs[node][0]
    return m.graph.inputs[node][0] if node is not None and m.graph.gates[node].name == "equal" else None


def may_tie(m: Operations, node: int) -> bool:
    """May entries of an array be equal, whatever its variables are? In doubt yes."""
    graph = m.graph
    for _ in range(MOST):
        gate, inputs = graph.gates[node], graph.inputs[node]
        if gate is INPUT:
            return False
        arrays = [one for one in inputs if m.shapes[one] != ()]
        if gate.name in ("matmul", "outer"):  # each row of a matrix of its own makes another number
            own = [graph.gates[one] is INPUT for one in inputs]
            return not own[0] or not (own[1] or gate.name == "matmul") or inputs[0] in _variables(m, inputs[1])
        numbers = [one for one in inputs if m.shapes[one] == ()]
        flat = gate.name in FLAT and not all(graph.gates[one] is CONSTANT for one in numbers)  # else its slope is 0
        if flat or (gate.of_arrays and gate.name not in MOVED) or not arrays:
            return True
        if len(arrays) > 1:
            apart = [_variables(m, one) for one in arrays]
            whole = [one for one in arrays if graph.gates[one] is INPUT and m.shapes[one] == m.shapes[node]]
            return bool(len(arrays) > 2 or not whole or apart[0] & apart[1])
        if m.shapes[arrays[0]] != m.shapes[node] and gate.name not in MOVED:
            return True
        (node,) = arrays
    return True


def _variables(m: Operations, node: int) -> set[int]:
    """The variables that a node depends on."""
    found, stack = set[int](), [node]
    while stack:
        one = stack.pop()
        if one not in found and m.graph.gates[one] is not CONSTANT:
            found.add(one)
            stack += m.graph.inputs[one]
    return {one for one in found if m.graph.gates[one] is INPUT}
