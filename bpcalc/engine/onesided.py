"""One-sided derivatives: how a function changes in one direction only, also where it has no derivative.

Forward mode with tangents; at a kink the gate's own `one_sided` rule, and a comparison of equal numbers is decided by
the tangents (Griewank, "On stable piecewise linearization", 2013).
"""

from __future__ import annotations

import math
from typing import Any

from bpcalc.engine.reverse import local_gradients
from bpcalc.gate import Gate
from bpcalc.gates import GATES
from bpcalc.graph import Graph

WHERE = GATES["where"]
# What a comparison of equal numbers becomes a small step further, from the tangents of its two sides.
EDGE = {
    GATES["less"]: lambda a, b: a < b,
    GATES["less_equal"]: lambda a, b: a <= b,
    GATES["greater"]: lambda a, b: a > b,
    GATES["greater_equal"]: lambda a, b: a >= b,
    GATES["equal"]: lambda a, b: a == b,
    GATES["not_equal"]: lambda a, b: a != b,
}


def sides(m: Any, graph: Graph, values: list[float], output: int, source: int) -> tuple[float, float]:
    """The left and the right derivative of `output` with respect to the node `source`."""
    return -directional(m, graph, values, output, {source: -1.0}), directional(m, graph, values, output, {source: 1.0})


def directional(m: Any, graph: Graph, values: list[float], output: int, tangents: dict[int, float]) -> float:
    """The derivative of `output` in the direction `tangents` only: infinite where the output jumps."""
    tangent = dict(tangents)
    limit: dict[int, float] = {}  # the values that jump as soon as a step is made
    for node in range(min(tangents) + 1, output + 1):
        inputs, gate = graph.inputs[node], graph.gates[node]
        if node in tangent or not any(source in tangent or source in limit for source in inputs):
            continue
        ts = [tangent.get(source, 0.0) for source in inputs]
        xs = [limit.get(source, values[source]) for source in inputs]
        y = _beyond(m, gate, values[node], xs, ts, any(source in limit for source in inputs))
        if y != values[node] and y == y:
            limit[node] = y
        if gate is WHERE:
            tangent[node] = ts[1] if xs[0] else ts[2]
        elif gate.differentiable:
            tangent[node] = gate_side(m, gate, y, xs, ts)
    if output in limit:
        return math.copysign(math.inf, limit[output] - values[output])
    return tangent.get(output, 0.0)


def _beyond(m: Any, gate: Gate, y: float, xs: list[float], ts: list[float], moved: bool) -> float:
    """The value of a gate just beyond the point; `moved`: one of its inputs has jumped."""
    if gate in EDGE and xs[0] == xs[1]:
        return float(EDGE[gate](*ts)) if ts[0] != ts[1] else y
    if gate.kink is not None and gate.kink.limit and gate.kink.touched(*xs):
        return float(gate.kink.limit(y, xs, ts))
    return float(m.function(gate)(*xs)) if moved else y


def gate_side(m: Any, gate: Gate, y: float, xs: list[float], ts: list[float]) -> float:
    """The derivative of one gate in the direction `ts` only."""
    if gate.kink is not None and gate.kink.touched(*xs):
        return float(gate.kink.one_sided(y, xs, ts))
    total = 0.0
    for local, t in zip(local_gradients(m, gate, y, xs, "torch", ts), ts, strict=True):
        if local is not None:
            total += local * t
    return total
