"""The backward pass: the gradient of the output at every node, by the chain rule, from the output to the inputs.

One loop serves every algebra: with floats it gives numbers, with symbols formulas.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import compress

from bpcalc.engine import shortcuts
from bpcalc.engine.forward import FAILS
from bpcalc.engine.shortcuts import CALL, HANDS, OUTPUT, PAIR, SINGLE, SWAPS
from bpcalc.gate import Gate
from bpcalc.graph import Graph
from bpcalc.typed import Any

NEGATED = bytes([1]) + bytes(255)  # for `bytes.translate`: 1 where there was 0
UNWANTED = object()  # during the pass, in the place of a gradient that is not needed


def backpropagate(
    m: Any, graph: Graph, values: Sequence[Any], output: int, seed: Any, needed: Sequence[int], convention: str
) -> list[Any]:
    """∂output/∂node for each node up to `output`, times `seed`; None where nothing flows.

    values   each node's value in the algebra `m`
    seed     the gradient that flows into the output: 1 for the gradient itself
    needed   for each node, whether its gradient is wanted: a rule runs only for an input that is
    A node that is used more than once is a copy gate: the gradients of its uses are added here, and only here.
    """
    if m.quick:
        try:
            steps = {gate: _step(m, gate, convention, m.quick) for gate in graph.kinds}
            return _loop(m, graph, values, output, seed, needed, steps)
        except FAILS:
            pass
    return _loop(m, graph, values, output, seed, needed, {gate: _step(m, gate, convention, {}) for gate in graph.kinds})


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


def _loop(  # noqa: PLR0912 (each call that it spares is spared a million times)
    m: Any, graph: Graph, values: Sequence[Any], output: int, seed: Any, needed: Sequence[int],
    steps: Mapping[Gate, tuple[Any, Any, Any]],
) -> list[Any]:  # fmt: skip
    idle = [*compress(range(output), bytes(needed).translate(NEGATED))] if 0 in needed else []
    gradients = _blank(output, seed, idle)
    gates, all_inputs, scale = graph.gates, graph.inputs, m.scale
    hands, swaps, pair, call, unwanted = HANDS, SWAPS, PAIR, CALL, UNWANTED  # a function's own names are found sooner
    for node in range(output, -1, -1):
        inputs, upstream = all_inputs[node], gradients[node]
        if not inputs or upstream is None or upstream is unwanted:
            continue
        kind, f, g = steps[gates[node]]
        # Each shape is written out, for a loop with `rule(m, y, *xs)` would take three times as long. The second input
        # may be the first one again, so its gradient is read after that one's has grown.
        if kind is hands:
            first, source = inputs
            if (before := gradients[first]) is not unwanted:
                gradients[first] = upstream if before is None else before + upstream
            if (before := gradients[source]) is not unwanted:
                gradients[source] = upstream if before is None else before + upstream
        elif kind is swaps:
            first, source = inputs
            if (before := gradients[first]) is not unwanted:
                downstream = scale(upstream, values[source])
                gradients[first] = downstream if before is None else before + downstream
            if (before := gradients[source]) is not unwanted:
                downstream = scale(upstream, values[first])
                gradients[source] = downstream if before is None else before + downstream
        elif kind is call:
            (source,) = inputs
            if (before := gradients[source]) is not unwanted:
                downstream = scale(upstream, f(values[source]))
                gradients[source] = downstream if before is None else before + downstream
        elif kind is pair:
            first, source = inputs
            y, a, b = values[node], values[first], values[source]
            if f is not None and (before := gradients[first]) is not unwanted:
                downstream = upstream if f is one else scale(upstream, f(m, y, a, b))
                gradients[first] = downstream if before is None else before + downstream
            if g is not None and (before := gradients[source]) is not unwanted:
                downstream = upstream if g is one else scale(upstream, g(m, y, a, b))
                gradients[source] = downstream if before is None else before + downstream
        elif kind is None:
            _many(m, f, g, upstream, node, values, inputs, needed, gradients)
        elif f is not None and (before := gradients[inputs[0]]) is not unwanted:
            y, (source,) = values[node], inputs
            local = y if kind is OUTPUT else f(m, y, values[source])
            downstream = upstream if f is one else scale(upstream, local)
            gradients[source] = downstream if before is None else before + downstream
    for node in idle:
        gradients[node] = None
    return gradients


def _blank(output: int, seed: Any, idle: Sequence[int]) -> list[Any]:
    """The gradients before the pass. Those that are not needed are marked by what stands in their place: the pass reads
    that in any case, so it need not look into another list as well."""
    gradients: list[Any] = [None] * (output + 1)
    for node in idle:
        gradients[node] = UNWANTED
    gradients[output] = seed
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
