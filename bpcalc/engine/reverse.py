"""The backward pass: the gradient of the output at every node, by the chain rule, from the output to the inputs.

One loop serves every algebra: with floats it gives numbers, with symbols formulas.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bpcalc.engine import shortcuts
from bpcalc.engine.forward import FAILS
from bpcalc.engine.shortcuts import CALL, OUTPUT, PAIR, SINGLE, SWAPS
from bpcalc.gate import Gate
from bpcalc.graph import Graph
from bpcalc.typed import Any


def backpropagate(
    m: Any, graph: Graph, values: Sequence[Any], output: int, seed: Any, needed: Sequence[int], convention: str
) -> list[Any]:
    """∂output/∂node for each node up to `output`, times `seed`; None where nothing flows.

    values   each node's value in the algebra `m`
    seed     the gradient that flows into the output: 1 for the gradient itself
    needed   for each node, whether its gradient is wanted: a rule runs only for an input that is
    A node that is used more than once is a copy gate: the gradients of its uses are added here, and only here.
    """
    kinds = set(graph.gates)
    if m.quick:
        try:
            steps = {gate: _step(m, gate, convention, m.quick) for gate in kinds}
            return _loop(m, graph, values, output, seed, needed, steps)
        except FAILS:
            pass
    return _loop(m, graph, values, output, seed, needed, {gate: _step(m, gate, convention, {}) for gate in kinds})


def _step(m: Any, gate: Gate, convention: str, quick: Mapping[str, Any]) -> tuple[Any, Any, Any]:
    """How the loop treats a gate: the shape of its rules (None: it is left to `_many`), and what that needs."""
    rules = m.rules(gate, convention)
    if is_general(m, gate) or not gate.parameters:
        return None, gate, callables(rules)
    if rules != gate.rules(convention):  # the algebra has its own
        return PAIR if len(rules) == 2 else SINGLE, callables(rules)[0], callables(rules)[-1]
    kind, name = shortcuts.shape(tuple(rules))
    if kind is CALL:
        function = quick.get(name) or getattr(m, name, None)
        return (CALL, function, None) if function else (SINGLE, rules[0], None)
    return kind, callables(rules)[0], callables(rules)[-1]


def _loop(
    m: Any, graph: Graph, values: Sequence[Any], output: int, seed: Any, needed: Sequence[int],
    steps: Mapping[Gate, tuple[Any, Any, Any]],
) -> list[Any]:  # fmt: skip
    gradients: list[Any] = [None] * (output + 1)
    gradients[output] = seed
    gates, all_inputs, scale = graph.gates, graph.inputs, m.scale
    swaps, call, hands_output = SWAPS, CALL, OUTPUT  # a function's own names are found sooner
    for node in range(output, -1, -1):
        upstream, inputs = gradients[node], all_inputs[node]
        if upstream is None or not inputs:
            continue
        kind, f, g = steps[gates[node]]
        # One and two inputs are written out: a loop with `rule(m, y, *xs)` would take three times as long.
        if kind is None:
            _many(m, f, g, upstream, node, values, inputs, needed, gradients)
            continue
        y = values[node]
        if len(inputs) == 2:
            first, source = inputs
            a, b = values[first], values[source]
            if f is not None and needed[first]:
                downstream = upstream if f is one else scale(upstream, b if kind is swaps else f(m, y, a, b))
                before = gradients[first]
                gradients[first] = downstream if before is None else before + downstream
            if g is None or not needed[source]:
                continue
            downstream = upstream if g is one else scale(upstream, a if kind is swaps else g(m, y, a, b))
        else:
            (source,) = inputs
            if f is None or not needed[source]:
                continue
            x = values[source]
            local = f(x) if kind is call else y if kind is hands_output else 1 if f is one else f(m, y, x)
            downstream = upstream if f is one else scale(upstream, local)
        before = gradients[source]
        gradients[source] = downstream if before is None else before + downstream
    return gradients


def is_general(m: Any, gate: Gate) -> bool:
    """Is the gate left to `_many`?"""
    return m.shaped or gate.routes or gate.variadic or len(gate.parameters) > 2


def one(m: Any, y: Any, *inputs: Any) -> int:
    """The rule of a local gradient of 1: the upstream is handed on as it is."""
    return 1


def minus_one(m: Any, y: Any, *inputs: Any) -> int:
    return -1


def callables(rules: Any) -> Any:
    """The rules with functions for the numbers 1 and -1."""
    return rules if callable(rules) else [one if rule == 1 else minus_one if rule == -1 else rule for rule in rules]


def _many(
    m: Any, gate: Gate, rules: Any, upstream: Any, node: int, values: Sequence[Any], inputs: Sequence[int],
    needed: Sequence[int], gradients: list[Any],
) -> None:  # fmt: skip
    """The same for any number of inputs, for routers, for gates whose entries mix, and for arrays."""
    y, xs = values[node], [values[source] for source in inputs]
    if gate.variadic:
        rules = m.pull(rules, upstream, y, xs) if gate.pullback else rules(m, y, *xs)
    for source, rule in zip(inputs, rules, strict=True):
        if rule is None or not needed[source]:
            continue
        if gate.pullback:
            downstream = rule if gate.variadic else m.pull(rule, upstream, y, xs)
        else:
            factor = rule(m, y, *xs) if callable(rule) else rule
            downstream = m.route(upstream, factor) if gate.routes else m.scale(upstream, factor)
        if downstream is not None and m.shaped:
            downstream = m.settle(downstream, values[source])
        if downstream is not None:
            before = gradients[source]
            gradients[source] = downstream if before is None else before + downstream


def edges(
    m: Any, graph: Graph, values: Sequence[Any], node: int, upstream: Any, needed: Sequence[int], convention: str
) -> list[tuple[Any, Any]]:
    """For each use of an input by the gate of `node`: its local gradient, and what it adds to the input's gradient.

    The local gradient is None where the entries mix, where no gradient flows and where none is needed; what is added
    is None where nothing flows. These are the numbers that `backpropagate` adds up.
    """
    gate, inputs, y = graph.gates[node], graph.inputs[node], values[node]
    xs = [values[source] for source in inputs]
    wanted = [needed[source] for source in inputs]
    downstream: list[Any] = [None] * len(xs)
    if upstream is not None:  # the loop's own step, where each use is an input of its own
        places = range(len(xs))
        _many(m, gate, m.rules(gate, convention), upstream, len(xs), [*xs, y], places, wanted, downstream)
    return list(zip(local_gradients(m, gate, y, xs, convention, wanted), downstream, strict=True))


def local_gradients(
    m: Any, gate: Gate, y: Any, inputs: Sequence[Any], convention: str, wanted: Sequence[float] | None = None
) -> list[Any]:
    """∂y/∂input for each input of a gate; None where no gradient flows, none is wanted, or the entries mix."""
    if gate.pullback:
        return [None] * len(inputs)
    rules = m.rules(gate, convention)
    if gate.variadic:
        rules = rules(m, y, *inputs)
    if wanted is not None:
        rules = [rule if want else None for rule, want in zip(rules, wanted, strict=True)]
    return [rule(m, y, *inputs) if callable(rule) else rule for rule in rules]
