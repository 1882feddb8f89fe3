"""Which rows may be at a kink: where a gate of the program lies on its own, or compares equal numbers.

Only these rows are looked at as `grad` looks at its one point, which takes a hundred times as long as the passes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from bpcalc.gate import COMPARISON, CONSTANT, Gate
from bpcalc.gates import GATES
from bpcalc.graph import Graph

Touched = Callable[..., Any]  # (m, y, *inputs), as `Kink.touched`


class Watched(NamedTuple):
    """A node that may be at a kink, and the rule that says whether it is."""

    node: int
    touched: Touched


def watched(graph: Graph, wanted: Sequence[int]) -> list[Watched]:
    """The nodes among those `wanted` that some numbers bring to a kink or an edge."""
    found = []
    for node, gate in enumerate(graph.gates):
        rule = _rule(graph, node, gate) if wanted[node] else None
        if rule is not None and _is_possible(graph, node, rule):
            found.append(Watched(node, rule))
    return found


def _rule(graph: Graph, node: int, gate: Gate) -> Touched | None:
    if gate.kink is not None:
        touched: Touched = gate.kink.touched
        return touched
    if _compares(gate):
        return lambda m, y, a, b: a == b
    # a condition that is a comparison is watched itself; of other numbers all but 0 are true
    is_number = gate is GATES["where"] and not _compares(graph.gates[graph.inputs[node][0]])
    return (lambda m, y, c, a, b: c == 0) if is_number else None


def _compares(gate: Gate) -> bool:
    return gate.infix is not None and gate.infix[1] == COMPARISON


class _Unknown:
    """A number of which nothing is known: it may be equal to any other."""

    def __eq__(self, other: object) -> bool:
        return True

    __hash__ = None  # type: ignore[assignment]

    def __getattr__(self, name: str) -> Any:
        return lambda *inputs: self

    def _any(self, *other: Any) -> Any:
        return self

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __neg__ = _any

    def _may(self, other: Any) -> bool:
        return True

    __lt__ = __le__ = __gt__ = __ge__ = __ne__ = _may


def _is_possible(graph: Graph, node: int, rule: Touched) -> bool:
    """Can the numbers that are not constants bring the node to its kink? `x^2` is never at that of a power."""
    unknown = _Unknown()
    inputs = [
        graph.leaves[one] if graph.gates[one] is CONSTANT and isinstance(graph.leaves[one], float) else unknown
        for one in graph.inputs[node]
    ]
    return bool(rule(unknown, unknown, *inputs))
