"""What deserves a warning after both passes: kinks that were touched, and where NaN or infinity arose."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from bpcalc.engine.onesided import EDGE, WHERE, gate_side
from bpcalc.engine.reverse import local_gradients
from bpcalc.gate import Gate
from bpcalc.graph import Graph


class Touched(NamedTuple):
    """A node at a kink, and for each different input that carries a gradient its left and right local derivative."""

    node: int
    sides: dict[int, tuple[float, float]]


def kinks(
    m: Any, graph: Graph, values: list[float], gradients: Sequence[Any], carries: Sequence[int], output: int
) -> Iterator[Touched]:
    """The nodes at a kink that the gradient reached, or that blocked it, where the two sides differ or are infinite."""
    kinked = {gate for gate in set(graph.gates) if gate.kink is not None}
    if not kinked:
        return
    # a gate that lets no gradient through (floor) is met where the output depends on it
    met = active(graph, values, output) if any(not gate.differentiable for gate in kinked) else bytearray()
    for node, upstream in enumerate(gradients):
        gate, inputs = graph.gates[node], graph.inputs[node]
        if gate not in kinked or (upstream is None and (gate.differentiable or not met[node])):
            continue
        xs = [values[source] for source in inputs]
        if gate.kink.touched(*xs):  # type: ignore[union-attr]
            found = {source: _sides(m, gate, values[node], xs, inputs, source) for source in inputs if carries[source]}
            found = {source: sides for source, sides in found.items() if sides[0] != sides[1] or math.isinf(sides[0])}
            if found:
                yield Touched(node, found)


def _sides(m: Any, gate: Gate, y: float, xs: list[float], inputs: tuple[int, ...], source: int) -> tuple[float, float]:
    """The left and the right local derivative with respect to `source`, which may be more than one of the inputs."""
    step = [1.0 if other == source else 0.0 for other in inputs]
    return -gate_side(m, gate, y, xs, [-t for t in step]), gate_side(m, gate, y, xs, step)


def edges(graph: Graph, values: list[float], depends: Sequence[int], output: int) -> Iterator[int]:
    """What compares equal numbers: the `where` nodes with such a condition, and comparisons used as numbers."""
    at_edge = {
        node
        for node, gate in enumerate(graph.gates[: output + 1])
        if gate in EDGE and _equal(values, graph.inputs[node]) and any(depends[one] for one in graph.inputs[node])
    }
    if not at_edge:
        return
    met = active(graph, values, output)
    for node, inputs in enumerate(graph.inputs[: output + 1]):
        if not met[node]:
            continue
        if graph.gates[node] is WHERE and inputs[0] in at_edge:
            yield node
        numbers = inputs[1:] if graph.gates[node] is WHERE else inputs
        yield from (source for source in numbers if source in at_edge)
    if output in at_edge:
        yield output


def _equal(values: list[float], inputs: tuple[int, ...]) -> bool:
    return values[inputs[0]] == values[inputs[1]]


def active(graph: Graph, values: list[float], output: int) -> bytearray:
    """For each node: 1 where the output's value was computed from it, not counting branches that were not taken."""
    marks = bytearray(len(graph))
    marks[output] = 1
    for node in range(output, -1, -1):
        if marks[node]:
            inputs = graph.inputs[node]
            if graph.gates[node] is WHERE:
                inputs = (inputs[0], inputs[1] if values[inputs[0]] else inputs[2])
            for source in inputs:
                marks[source] = 1
    return marks


def arose_forward(graph: Graph, values: list[float], output: int) -> int | None:
    """The first node whose value is NaN or infinite although its inputs gave no cause."""
    isfinite = math.isfinite
    if all(map(isfinite, values)):
        return None
    marks = active(graph, values, output)
    for node, value in enumerate(values):
        if marks[node] and graph.inputs[node] and not isfinite(value):
            xs = [values[source] for source in graph.inputs[node]]
            if all(map(isfinite, xs)) or (value != value and not any(x != x for x in xs)):
                return node
    return None


def arose_backward(
    m: Any, graph: Graph, values: list[float], gradients: Sequence[Any], needed: Sequence[int], convention: str
) -> tuple[int, int] | None:
    """The first gate from the output on that made a finite upstream NaN or infinite, and the input it went to."""
    isfinite = math.isfinite
    if all(gradient is None or isfinite(gradient) for gradient in gradients):
        return None
    for node in range(len(gradients) - 1, -1, -1):
        upstream, inputs = gradients[node], graph.inputs[node]
        if upstream is None or not inputs or not isfinite(upstream):
            continue
        gate, xs = graph.gates[node], [values[source] for source in inputs]
        if any(x != x for x in (*xs, values[node])):
            continue  # the forward pass was at fault
        wanted = [needed[source] for source in inputs]
        locals_ = local_gradients(m, gate, values[node], xs, convention, wanted)
        for source, local in zip(inputs, locals_, strict=True):
            blocked = local is None or (gate.routes and not local)
            if not blocked and not isfinite(upstream * local):
                return node, source
    return None


def arose_in_tangents(
    graph: Graph, values: Sequence[Any], tangents: Sequence[Any], output: int, is_finite: Callable[[Any], Any]
) -> int | None:
    """The node where the NaN or infinity in the output's tangent arose; an input, where it was given so."""

    def is_bad(node: int) -> bool:
        return tangents[node] is not None and not is_finite(tangents[node])

    node = output
    if not is_bad(node):
        return None
    while bad := [source for source in graph.inputs[node] if is_bad(source)]:
        if graph.gates[node] is WHERE and not getattr(values[node], "shape", ()):
            node = graph.inputs[node][1 if values[graph.inputs[node][0]] else 2]
        else:
            node = bad[0]
    forward_at_fault = any(_has_nan(values[one]) for one in (node, *graph.inputs[node]))
    return None if forward_at_fault else node


def _has_nan(value: Any) -> bool:
    unequal = value != value
    return bool(unequal.any() if hasattr(unequal, "any") else unequal)
