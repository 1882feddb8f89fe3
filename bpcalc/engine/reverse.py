"""The backward pass: the gradient of the output at every node, by the chain rule, from the output to the inputs.

May import gate, graph. One loop serves every algebra: with floats it gives numbers, with symbols formulas.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from bpcalc.gate import Gate
from bpcalc.graph import Graph


def backpropagate(
    m: Any, graph: Graph, values: Sequence[Any], output: int, seed: Any, needed: Sequence[int], convention: str
) -> list[Any]:
    """∂output/∂node for each node up to `output`, times `seed`; None where nothing flows.

    values   each node's value in the algebra `m`
    seed     the gradient that flows into the output: 1 for the gradient itself
    needed   for each node, whether its gradient is wanted: a rule runs only for an input that is
    A node that is used more than once is a copy gate: the gradients of its uses are added here, and only here.
    """
    gradients: list[Any] = [None] * (output + 1)
    gradients[output] = seed

    shaped = m.shaped

    def give(source: int, downstream: Any) -> None:
        if shaped:
            downstream = m.settle(downstream, values[source])
        before = gradients[source]
        gradients[source] = downstream if before is None else before + downstream

    gates, all_inputs, scale = graph.gates, graph.inputs, m.scale
    rules = {gate: gate.rules(convention) for gate in set(gates)}
    for node in range(output, -1, -1):
        upstream, inputs = gradients[node], all_inputs[node]
        if upstream is None or not inputs:
            continue
        gate = gates[node]
        count = len(inputs)
        # One and two inputs are written out: `rule(m, y, *xs)` would take three times as long.
        if gate.routes or gate.pullback or count > 2:
            xs = [values[source] for source in inputs]
            _many(m, gate, rules[gate], upstream, values[node], xs, inputs, needed, give)
        elif count == 2:
            a, b = inputs
            f, g = rules[gate]
            if f is not None and needed[a]:
                give(a, scale(upstream, f if f.__class__ is int else f(m, values[node], values[a], values[b])))
            if g is not None and needed[b]:
                give(b, scale(upstream, g if g.__class__ is int else g(m, values[node], values[a], values[b])))
        else:
            (a,) = inputs
            (f,) = rules[gate]
            if f is not None and needed[a]:
                give(a, scale(upstream, f if f.__class__ is int else f(m, values[node], values[a])))
    return gradients


def _many(
    m: Any, gate: Gate, rules: Any, upstream: Any, y: Any, xs: list[Any], inputs: Sequence[int],
    needed: Sequence[int], give: Callable[[int, Any], None],
) -> None:  # fmt: skip
    """The same for any number of inputs, and for routers."""
    if gate.variadic:
        rules = m.pull(rules, upstream, y, xs) if gate.pullback else rules(m, y, *xs)
    for source, rule in zip(inputs, rules, strict=True):
        if rule is not None and needed[source]:
            if gate.pullback:
                give(source, rule if gate.variadic else m.pull(rule, upstream, y, xs))
                continue
            factor = rule(m, y, *xs) if callable(rule) else rule
            downstream = m.route(upstream, factor) if gate.routes else m.scale(upstream, factor)
            if downstream is not None:
                give(source, downstream)


def local_gradients(m: Any, gate: Gate, y: Any, inputs: Sequence[Any], convention: str) -> list[Any]:
    """∂y/∂input for each input of a gate; None for an input that no gradient flows to, or whose entries mix."""
    if gate.pullback:
        return [None] * len(inputs)
    rules = gate.rules(convention)
    if gate.variadic:
        rules = rules(m, y, *inputs)
    return [rule(m, y, *inputs) if callable(rule) else rule for rule in rules]
