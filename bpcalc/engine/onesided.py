"""One-sided derivatives: how a function changes in one direction only, also where it has no derivative.

Forward mode with tangents; at a kink the gate's own `one_sided` rule, and a comparison of equal numbers is decided by
the tangents (Griewank, "On stable piecewise linearization", 2013). The same loops serve every algebra; of arrays all
is decided entry by entry.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bpcalc.engine.reach import WHERE, Spread
from bpcalc.engine.tangent import push, pusher
from bpcalc.gate import Gate
from bpcalc.gates import GATES
from bpcalc.graph import Graph
from bpcalc.typed import Any

# What a comparison of equal numbers becomes a small step further, from the tangents of its two sides.
EDGE = {
    GATES["less"]: lambda a, b: a < b,
    GATES["less_equal"]: lambda a, b: a <= b,
    GATES["greater"]: lambda a, b: a > b,
    GATES["greater_equal"]: lambda a, b: a >= b,
    GATES["equal"]: lambda a, b: a == b,
    GATES["not_equal"]: lambda a, b: a != b,
}


def sides(
    m: Any, graph: Graph, values: Sequence[Any], output: int, source: int, place: tuple[int, ...] = (),
    doubts: set[int] | None = None,
) -> tuple[Any, Any]:  # fmt: skip
    """The left and the right derivative of `output` with respect to an entry of the node `source`."""
    unit = m.unit(m.shape(values[source]), place)
    backward = directional(m, graph, values, output, {source: -unit}, doubts)
    return -backward, directional(m, graph, values, output, {source: unit}, doubts)


def directional(
    m: Any, graph: Graph, values: Sequence[Any], output: int, tangents: Mapping[int, Any],
    doubts: set[int] | None = None,
) -> Any:  # fmt: skip
    """The derivative of `output` in the direction `tangents` only, in its shape: infinite where the output jumps.

    doubts  to this are added the comparisons of equal numbers that change alike, so that they may turn or not, as
            0 < x^2 at 0; here they are taken not to
    """
    moved: list[Any] = [None] * (output + 1)
    varies = bytearray(output + 1)  # what depends on the direction, if only to a higher order
    for node, tangent in tangents.items():
        moved[node], varies[node] = flowing(m, tangent), 1
    drifts = bytearray(varies)  # of that what is no step function, which stays between its jumps
    ahead = Spread(m, graph, values, {node: tangent != 0 for node, tangent in tangents.items()})
    limit: dict[int, Any] = {}  # the values that jump as soon as a step is made
    gates, all_inputs, pushers = graph.gates, graph.inputs, smooth_pushers(m, graph)
    for node in range(min(tangents) + 1, output + 1):
        inputs, y = all_inputs[node], values[node]
        if y is None or not [source for source in inputs if varies[source]] or node in tangents:
            continue
        varies[node] = 1
        drifts[node] = any(drifts[source] for source in inputs) and not _steps(gates[node])
        gate, ts, xs = gates[node], [moved[source] for source in inputs], [values[source] for source in inputs]
        jumped = bool(limit) and any(source in limit for source in inputs)
        if not jumped and gate in pushers:
            t = pushers[gate](y, xs, ts) if any(one is not None for one in ts) else None
        else:
            xs = [limit.get(source, x) for source, x in zip(inputs, xs, strict=True)] if jumped else xs
            if gate is WHERE and ts[0] is not None:  # any number but 0 is true
                xs[0], jumped = m.where((xs[0] == 0) & (m.dense(ts[0]) != 0), m.one, xs[0]), True
            if doubts is not None and node not in doubts:
                open_ = _undecided(m, gate, inputs, xs, ts, bool(drifts[inputs[0]]))
                if m.holds(open_) and m.holds(open_ & ahead[node]):
                    doubts.add(node)
            beyond = after(m, gate, y, xs, ts, jumped)
            if beyond is not None:
                limit[node] = y = beyond
            # beyond a jump it goes on as the gate's rules say
            t = smooth(m, gate, y, xs, ts) if jumps(gate) and node in limit else gate_side(m, gate, y, xs, ts)
        if t is not None:
            moved[node] = flowing(m, t)
    found = whole(m, moved[output], values[output])
    if output in limit:
        jump = limit[output] - values[output]
        return m.where(jump == 0, found, m.sign(jump) * float("inf"))
    return found


def _steps(gate: Gate) -> bool:
    """Does a gate change in jumps only, as a comparison and floor do?"""
    return not gate.differentiable and gate.name != "stop_gradient"


def _undecided(m: Any, gate: Gate, inputs: Sequence[int], xs: Sequence[Any], ts: Sequence[Any], drifts: bool) -> Any:
    """Where a comparison of two nodes has equal numbers with equal tangents; or a `where` a number as its condition
    that is 0 with a tangent of 0, and yet `drifts`, as x^2 does."""
    if gate is not WHERE and gate not in EDGE:
        return False
    a, b = (0.0 if t is None else m.dense(t) for t in ts[:2])
    if gate is WHERE:
        return drifts and (xs[0] == 0) & (a == 0)
    return (xs[0] == xs[1]) & (a == b) & (inputs[0] != inputs[1])


def flowing(m: Any, t: Any) -> Any:
    """A tangent of which nothing flows where it is 0: an infinite local gradient must not make NaN of it."""
    t = m.dense(t)
    return m.route(t, m.not_equal(t, 0))


def smooth_pushers(m: Any, graph: Graph) -> dict[Gate, Any]:
    """Forward mode for the gates of a graph that have neither kink nor edge."""
    plain = (gate for gate in graph.kinds if gate.kink is None and gate not in EDGE and gate is not WHERE)
    return {gate: pusher(m, gate, "torch") for gate in plain}


def jumps(gate: Gate) -> bool:
    return gate.kink is not None and gate.kink.limit is not None


def after(m: Any, gate: Gate, y: Any, xs: Sequence[Any], ts: Sequence[Any], jumped: bool = False) -> Any:
    """The value of a gate just beyond the point; None where it is the same. `jumped`: one of its inputs has."""
    found = m.function(gate)(*xs) if jumped else y
    if gate in EDGE:
        a, b = (0.0 if t is None else m.dense(t) for t in ts)
        found = m.where((xs[0] == xs[1]) & (a != b), m.where(EDGE[gate](a, b), 1.0, 0.0), found)
    elif jumps(gate):
        there = gate.kink.limit(m, found, xs, filled(m, xs, ts))  # type: ignore[union-attr]
        found = m.where(gate.kink.touched(m, found, *xs), there, found)  # type: ignore[union-attr]
    elif not jumped:
        return None
    other = (found != y) & (found == found)
    return m.where(other, found, y) if m.holds(other) else None


def gate_side(m: Any, gate: Gate, y: Any, xs: Sequence[Any], ts: Sequence[Any]) -> Any:
    """The derivative of one gate in the direction `ts` only, None standing for 0; None where nothing gets through."""
    kink = gate.kink
    if kink is None:
        return smooth(m, gate, y, xs, ts)
    if gate.pullback:
        return kink.one_sided(m, y, xs, filled(m, xs, ts))
    at = kink.touched(m, y, *xs)
    if not m.holds(at):
        return smooth(m, gate, y, xs, ts)
    there = kink.one_sided(m, y, xs, filled(m, xs, ts))
    return m.except_at(at, there, whole(m, smooth(m, gate, y, xs, ts), y)) if m.shaped else there


def smooth(m: Any, gate: Gate, y: Any, xs: Sequence[Any], ts: Sequence[Any]) -> Any:
    """The tangent that the gate's rules give; None where nothing gets through."""
    if not gate.differentiable:
        return None
    return push(m, gate, y, xs, [None if t is None else flowing(m, t) for t in ts], "torch")


def filled(m: Any, xs: Sequence[Any], ts: Sequence[Any]) -> list[Any]:
    """The tangents of the inputs as values, with zeros for None."""
    return [whole(m, t, x) for t, x in zip(ts, xs, strict=True)]


def whole(m: Any, t: Any, like: Any) -> Any:
    """A tangent of `like` as a value, 0 for None."""
    return m.zero_like(like) if t is None else m.dense(t)
