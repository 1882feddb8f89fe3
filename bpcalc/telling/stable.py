"""What does not overflow: the gates that stand for a formula whose exponential does, log(sum(exp(x))) and the like."""

from __future__ import annotations

from collections.abc import Callable

from bpcalc.gates import GATES
from bpcalc.graph import Graph

EXP, LOG, LOG1P, ADD, DIVIDE, NEGATE = (GATES[name] for name in ("exp", "log", "log1p", "add", "divide", "negate"))


def stable(graph: Graph, node: int, text: Callable[[int], str]) -> str:
    """`logsumexp(a)`, where `node` is an exponential that is infinite and the formula has a gate; nothing elsewhere.

    text  what an input is called
    """
    if graph.gates[node] is not EXP:
        return ""
    (x,) = graph.inputs[node]
    for user in _users(graph, node):
        gate, inputs = graph.gates[user], graph.inputs[user]
        after = [graph.gates[one] for one in _users(graph, user)]
        if gate.name == "sum" and LOG in after:
            return _call("logsumexp", text(x), gate.options)
        if gate.name == "sum" and any(
            graph.gates[one] is DIVIDE and graph.inputs[one] == (node, user) for one in _users(graph, user)
        ):
            return _call("softmax", text(x), gate.options)
        if gate is LOG1P:
            return f"softplus({text(x)})"
        if gate is ADD and any(graph.number(one) == 1 for one in inputs):
            if LOG in after:
                return f"softplus({text(x)})"
            for one in _users(graph, user):
                if graph.gates[one] is DIVIDE and graph.number(graph.inputs[one][0]) == 1:
                    inner = graph.inputs[x][0] if graph.gates[x] is NEGATE else None
                    return f"sigmoid({text(inner)})" if inner is not None else f"sigmoid(-({text(x)}))"
                if graph.gates[one] is DIVIDE and graph.inputs[one][0] == node:
                    return f"sigmoid({text(x)})"
    return ""


def _users(graph: Graph, node: int) -> list[int]:
    return [one for one, inputs in enumerate(graph.inputs) if node in inputs]


def _call(name: str, x: str, options: object) -> str:
    axis = options.get("axis") if hasattr(options, "get") else None
    return f"{name}({x})" if axis is None else f"{name}({x}, axis={list(axis) if isinstance(axis, tuple) else axis})"
