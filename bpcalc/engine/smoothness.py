"""Does a function have a derivative where some of its parts have none?

A kink breaks nothing where all that meets there moves alike, as both sides of max(x, abs(x)) do at 1: linear functions
that agree in a direction of no pattern are one. Nor does it where a local gradient of 0 comes behind it, as in the
square of a norm at 0.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bpcalc.engine.onesided import EDGE, filled, flowing, gate_side, jumps, smooth_pushers, whole
from bpcalc.engine.reach import WHERE, fitted, onward
from bpcalc.engine.reverse import local_gradients
from bpcalc.gate import Gate
from bpcalc.graph import Graph
from bpcalc.typed import Any

ROUNDING = 1e-12  # how closely two tangents must agree to be one


class _BrokenError(Exception):
    """The function jumps, or has an infinite slope, or a part that does may reach it."""


def smooth_tangent(m: Any, graph: Graph, values: Sequence[Any], output: int, direction: Mapping[int, Any]) -> Any:
    """The derivative of `output` in a direction; None unless the output is seen to have a derivative.

    direction  a tangent of no pattern for each input that may move
    What is not seen to be harmless counts as broken.
    """
    try:
        return _Walk(m, graph, values, direction).to(output)
    except _BrokenError:
        return None


class _Walk:
    """Forward mode that marks what has no derivative.

    varies  the nodes that depend on what moves, if only to a higher order
    broken  the entries that have a bounded derivative to either side, but no derivative
    edge    the entries of comparisons that may change as soon as a step is made
    """

    def __init__(self, m: Any, graph: Graph, values: Sequence[Any], direction: Mapping[int, Any]) -> None:
        self.m = m
        self.graph = graph
        self.values = values
        self.direction = direction
        self.varies = bytearray(len(graph))
        self.broken: dict[int, Any] = {}
        self.edge: dict[int, Any] = {}

    def to(self, output: int) -> Any:
        m, graph, values, varies, broken = self.m, self.graph, self.values, self.varies, self.broken
        moved: list[Any] = [None] * (output + 1)
        for node, tangent in self.direction.items():
            moved[node], varies[node] = flowing(m, tangent), 1
        pushers = smooth_pushers(m, graph)
        for node in range(min(self.direction) + 1, output + 1):
            inputs, gate, y = graph.inputs[node], graph.gates[node], values[node]
            if node in self.direction or y is None or not any(varies[source] for source in inputs):
                continue
            varies[node] = 1
            ts, xs = [moved[source] for source in inputs], [values[source] for source in inputs]
            if gate in EDGE:
                at = (xs[0] == xs[1]) & (inputs[0] != inputs[1])
                if m.holds(at):
                    self.edge[node] = at
                continue
            if gate in pushers and not any(source in broken or source in self.edge for source in inputs):
                t = pushers[gate](y, xs, ts) if any(one is not None for one in ts) else None
            else:
                t = gate_side(m, gate, y, xs, ts)
                mark = self.mark(node, gate, xs, ts, t)
                if m.holds(mark):
                    broken[node] = fitted(m, mark, y)
            moved[node] = None if t is None else flowing(m, t)
        return None if output in broken or output in self.edge else whole(m, moved[output], values[output])

    def marks(self, inputs: Sequence[int]) -> list[Any]:
        return [self.broken.get(source, False) for source in inputs]

    def mark(self, node: int, gate: Gate, xs: Sequence[Any], ts: Sequence[Any], t: Any) -> Any:
        """Which entries of the gate's result have no derivative. Raises _BrokenError for more than a bend."""
        m, inputs, y = self.m, self.graph.inputs[node], self.values[node]
        marks = self.marks(inputs)
        if gate is WHERE:
            return self.choose(inputs, xs, ts, marks)
        if any(source in self.edge for source in inputs):
            raise _BrokenError
        at = gate.kink is not None and gate.kink.touched(m, y, *xs)
        if at is False or not m.holds(at):
            return self.through(gate, xs, y, marks, False)
        if jumps(gate):
            raise _BrokenError
        turned = [None if one is None else -m.dense(one) for one in ts]
        right, left = whole(m, t, y), -whole(m, gate_side(m, gate, y, xs, turned), y)
        bent = m.close(right, left, ROUNDING) == 0
        if m.holds(bent & (m.is_finite(right - left) == 0)):
            raise _BrokenError
        return self.through(gate, xs, y, marks, at) | bent

    def choose(self, inputs: Sequence[int], xs: Sequence[Any], ts: Sequence[Any], marks: Sequence[Any]) -> Any:
        """The same of a `where`, which breaks at its edge unless both branches are alike there."""
        m, (condition, *branches) = self.m, inputs
        if any(source in self.edge for source in branches):
            raise _BrokenError
        taken = (xs[0] != 0) & marks[1] | (xs[0] == 0) & marks[2]
        at = self.edge.get(condition, False)
        if self.varies[condition] and condition not in self.edge:  # a number, or a comparison away from its edge
            at = (xs[0] == 0) & (self.graph.gates[condition] not in EDGE)
        if not m.holds(at):
            return taken
        if m.holds(at & (m.close(*xs[1:], ROUNDING) == 0)):
            raise _BrokenError
        a, b = filled(m, xs[1:], ts[1:])
        return taken | at & (marks[1] | marks[2] | (m.close(a, b, ROUNDING) == 0))

    def through(self, gate: Gate, xs: Sequence[Any], y: Any, marks: Sequence[Any], at: Any) -> Any:
        """How far the marks of the inputs get: not where the local gradient is 0, unless a kink is there too (`at`)."""
        if all(mark is False for mark in marks):
            return False
        m = self.m
        if gate.pullback:
            return onward(m, gate, xs, y, marks)
        found: Any = False
        for local, mark in zip(local_gradients(m, gate, y, xs, "torch"), marks, strict=True):
            if mark is not False and local is not None:
                if m.holds(mark & (m.is_finite(local) == 0)):
                    raise _BrokenError
                found = found | mark & (at | (local != 0))
        return found
