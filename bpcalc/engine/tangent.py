"""Forward mode: a tangent of every node, from the inputs to the output, in one loop.

No gate needs a rule of its own: an elementwise gate's tangent is the sum of local*tangent, a linear gate is its own
pushforward, and a reduction sums the gradient of each result times the tangent.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from bpcalc.engine.reverse import callables, is_general, one
from bpcalc.gate import Gate
from bpcalc.graph import Graph
from bpcalc.typed import Any


def tangents(
    m: Any, graph: Graph, values: Sequence[Any], given: Mapping[int, Any], output: int, convention: str
) -> list[Any]:
    """The derivative of each node up to `output` in the direction `given` (a tangent by input node).

    None where a node does not depend on the direction. The tangent of a node has the node's shape; `m.dense` makes a
    plain value of it.
    """
    found: list[Any] = [None] * (output + 1)
    for node, tangent in given.items():
        if node <= output:
            found[node] = tangent
    gates, all_inputs = graph.gates, graph.inputs
    pushers = {gate: pusher(m, gate, convention) for gate in set(gates) if gate.parameters}
    for node in range(min(given, default=output) + 1, output + 1):
        inputs = all_inputs[node]
        # Without inputs, with one and with two is written out: a loop over them would take twice as long.
        if not inputs:
            continue
        xs: Sequence[Any]
        ts: Sequence[Any]
        if len(inputs) == 2:
            a, b = inputs
            xs, ts = (values[a], values[b]), (found[a], found[b])
            moves = ts[0] is not None or ts[1] is not None
        elif len(inputs) == 1:
            xs, ts = (values[inputs[0]],), (found[inputs[0]],)
            moves = ts[0] is not None
        else:
            xs, ts = [values[source] for source in inputs], [found[source] for source in inputs]
            moves = any(t is not None for t in ts)
        if moves and found[node] is None and values[node] is not None:
            found[node] = pushers[gates[node]](values[node], xs, ts)
    return found


def pusher(m: Any, gate: Gate, convention: str) -> Callable[[Any, Sequence[Any], Sequence[Any]], Any]:
    """`push` for one gate, made ready to be called often with (y, xs, ts)."""
    if is_general(m, gate):
        return lambda y, xs, ts: push(m, gate, y, xs, ts, convention)
    (f, g), scale = (*callables(m.rules(gate, convention)), None)[:2], m.scale

    def single(y: Any, xs: Sequence[Any], ts: Sequence[Any]) -> Any:
        return None if f is None else scale(ts[0], f(m, y, xs[0]))

    def pair(y: Any, xs: Sequence[Any], ts: Sequence[Any]) -> Any:
        s, t = ts
        if s is not None:
            s = s if f is one else None if f is None else scale(s, f(m, y, xs[0], xs[1]))
        if t is not None:
            t = t if g is one else None if g is None else scale(t, g(m, y, xs[0], xs[1]))
        return s if t is None else t if s is None else s + t

    return single if len(gate.parameters) == 1 else pair


def push(m: Any, gate: Gate, y: Any, xs: Sequence[Any], ts: Sequence[Any], convention: str) -> Any:
    """The tangent of one gate's output; None where nothing gets through, and of an array without entries: what is made
    of it does not move, and an infinite slope further on must not make NaN of that."""
    if m.shaped and 0 in m.shape(y):
        return None
    if not gate.pullback:
        terms = _scaled(m, gate, y, xs, ts, convention)
    elif gate.pushforward == "joint":
        whole = [m.zeros(shape=m.shape(x)) if t is None else m.dense(t) for x, t in zip(xs, ts, strict=True)]
        terms = [m.function(gate)(*whole)]
    else:
        terms = [_mixed(m, gate, place, y, xs, t, convention) for place, t in enumerate(ts) if t is not None]
    terms = [term for term in terms if term is not None]
    if not terms:
        return None
    total = terms[0]
    for term in terms[1:]:
        total = total + term
    return _whole(m, total, y, ts) if m.shaped else total


def _scaled(m: Any, gate: Gate, y: Any, xs: Sequence[Any], ts: Sequence[Any], convention: str) -> list[Any]:
    """local*tangent for each input of an elementwise gate. A rule runs only for an input that has a tangent."""
    rules = m.rules(gate, convention)
    if gate.variadic:
        rules = rules(m, y, *xs)
    terms = []
    for t, rule in zip(ts, rules, strict=True):
        if t is not None and rule is not None:
            local = rule(m, y, *xs) if callable(rule) else rule
            terms.append(m.route(t, local) if gate.routes else m.scale(t, local))
    return terms


def _whole(m: Any, total: Any, y: Any, ts: Sequence[Any]) -> Any:
    """A tangent in the shape of the output. Where nothing flows in a tangent, nothing flows behind the gate."""
    if m.shape(m.dense(total)) != m.shape(y):
        total = m.spread(m.dense(total), y)
    if not m.is_switched(total) and any(map(m.is_switched, ts)):
        return m.route(total, m.not_equal(total, 0))
    return total


def _mixed(m: Any, gate: Gate, place: int, y: Any, xs: Sequence[Any], t: Any, convention: str) -> Any:
    """One input's part in the tangent of a gate whose entries mix."""
    rules = m.rules(gate, convention)
    rule = rules if gate.variadic else rules[place]
    if rule is None:
        return None
    t = m.dense(t)
    if gate.pushforward == "linear":
        return m.function(gate)(*[t if at == place else x for at, x in enumerate(xs)])
    if gate.pushforward:
        return gate.pushforwards.get(convention, gate.pushforward)[place](m, t, y, *xs)
    # `scale`, not *: where a router has switched to another entry, an infinite tangent does not get through
    local = m.pull(rule, m.ones(shape=m.shape(y)), y, xs)
    return None if local is None else _summed(m, gate, m.dense(m.scale(local, t)), y)


def _summed(m: Any, gate: Gate, product: Any, y: Any) -> Any:
    """Sums what belongs to one entry of the result: along the gate's axis, else over the axes that the result lost."""
    if "axis" in gate.options:
        return m.sum(product, axis=gate.options["axis"], keepdims=gate.options.get("keepdims", False))
    lost = tuple(range(len(m.shape(y)), len(m.shape(product))))
    return m.sum(product, axis=lost, keepdims=False) if lost else product
