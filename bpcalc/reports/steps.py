"""The steps of a trace as data: what each gate did in each pass, in numbers. `telling` has the words for them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from bpcalc.engine.onesided import EDGE, directional, sides
from bpcalc.engine.reverse import local_gradients
from bpcalc.errors import BpcalcError
from bpcalc.gate import INPUT
from bpcalc.reports.circuit import Circuit, plain
from bpcalc.reports.edges import Edge
from bpcalc.reports.names import Names

MOST = 20_000  # nodes: a longer trace is for nobody to read
SIDES = 12  # inputs at which the output is looked at from either side: each takes a pass


class Term(NamedTuple):
    """What moves a node in forward mode: one input of its gate; of the output at last, one input of the program.

    place    which of the gate's inputs it is, from 0
    source   the input's node
    tangent  how fast it moves; None where it stays still
    local    ∂node/∂source through this use; None where the entries mix and where nothing gets through
    """

    place: int
    source: int
    tangent: Any
    local: Any = None


class Step(NamedTuple):
    """A step of a trace. Which of the numbers it has hangs on what it is.

    phase     "forward", "backward" or "meaning"
    kind      forward: "gate"; in forward mode "input", and "dual" for a gate with its tangent
              backward: "seed", where the gradient begins; "gate"; "copy", where the branches of a node meet
              meaning: "rate", what a gradient says of the output; in forward mode "way", what the output's tangent says
    node      whose step it is
    number    of a gate: which it is in the forward pass, from 1; of a rate: which of the names asked for, from 1
    value     of the node
    tangent   of the node, in forward mode; None where nothing moves it
    gradient  ∂output/∂node: the upstream of a gate, the sum at a copy gate
    edges     of a gate: every use of an input; of a copy gate: the node's own uses, from the output on
    terms     what moves the node, in forward mode
    still     of a gate: the nodes behind it that the gradient cannot reach, for it got through here last, and as 0
    sides     the output's derivatives to the left and to the right; None where they are not looked at
    """

    phase: str
    kind: str
    node: int
    number: int = 0
    value: Any = None
    tangent: Any = None
    gradient: Any = None
    edges: tuple[Edge, ...] = ()
    terms: tuple[Term, ...] = ()
    sides: tuple[Any, Any] | None = None
    still: tuple[int, ...] = ()


def labels(circuit: Circuit, names: Names) -> dict[int, str]:
    """What the nodes of a trace are called.

    What is computed from numbers alone has no name, unless the gradient of one of these was asked for.
    """
    graph, found = circuit.program.graph, dict(names.labels)
    if all(graph.gates[node] is INPUT for node in circuit.wrt.values()):
        return found
    wanted = graph.ancestors(circuit.output)
    taken, count = set(found.values()), 0
    for node, inputs in enumerate(graph.inputs[: circuit.output]):
        if inputs and wanted[node] and circuit.needed[node] and node not in found:
            count += 1
            while f"n{count}" in taken:
                count += 1
            found[node] = f"n{count}"
    return found


def steps(circuit: Circuit, names: Names) -> tuple[Step, ...]:
    """Both passes, and what the gradients mean. Raises BpcalcError for a graph of more than `MOST` nodes."""
    _refuse_long(circuit)
    named = labels(circuit, names)
    order = _order(circuit, named)
    forward = (Step("forward", "gate", node, number, circuit.values[node]) for node, number in order.items())
    return (*forward, *_backward(circuit, named, order), *_rates(circuit))


def _refuse_long(circuit: Circuit) -> None:
    if len(circuit.program.graph) > MOST:
        hint = "-o json has every node's numbers"
        raise BpcalcError(f"a trace of more than {MOST:,} nodes is too long", hint=hint)


def _order(circuit: Circuit, named: Mapping[int, str]) -> dict[int, int]:
    """The gates in the order of the forward pass, and which each is."""
    graph = circuit.program.graph
    wanted = graph.ancestors(circuit.output)
    gates = [node for node in range(circuit.output + 1) if node in named and graph.inputs[node] and wanted[node]]
    return {node: number for number, node in enumerate(gates, start=1)}


def _backward(circuit: Circuit, named: Mapping[int, str], order: Mapping[int, int]) -> Iterator[Step]:
    """The gates that the gradient reaches, and behind the last use of a node that has several its copy gate."""
    yield Step("backward", "seed", circuit.output, gradient=circuit.seed)
    reached = {node: circuit.edges(node) for node in reversed(order) if circuit.gradients[node] is not None}
    uses: dict[int, list[Edge]] = {}
    for edges in reached.values():
        for edge in edges:
            if edge.carries and edge.source in named:
                uses.setdefault(edge.source, []).append(edge)
    still = _unreached(circuit, named, reached)
    for node, edges in reached.items():
        upstream = plain(circuit.m, circuit.gradients[node])
        yield Step("backward", "gate", node, order[node], gradient=upstream, edges=edges, still=still.get(node, ()))
        for source in dict.fromkeys(edge.source for edge in edges):
            branches = uses.get(source, [])
            if len(branches) > 1 and branches[-1].node == node:
                total = plain(circuit.m, circuit.gradient(source))
                yield Step("backward", "copy", source, gradient=total, edges=tuple(branches))


def _unreached(
    circuit: Circuit, named: Mapping[int, str], reached: Mapping[int, tuple[Edge, ...]]
) -> dict[int, tuple[int, ...]]:
    """The nodes that carry a gradient and get none, by the last gate in the order of the pass that they lead to."""
    graph, found = circuit.program.graph, dict[int, tuple[int, ...]]()
    ends = {edge.source: node for node, edges in reached.items() for edge in edges if edge.carries}
    blocked = {source: node for source, node in ends.items() if circuit.gradients[source] is None}
    told: set[int] = set()
    for source, node in sorted(blocked.items(), key=lambda one: one[1]):
        behind, stack = list[int](), [source]
        while stack:
            for one in graph.inputs[stack.pop()]:
                if one not in told and circuit.needed[one] and circuit.gradients[one] is None:
                    told.add(one)
                    stack.append(one)
                    behind.append(one)
        found[node] = (*found.get(node, ()), *(one for one in sorted(behind) if one in named and one not in blocked))
    return found


def _rates(circuit: Circuit) -> Iterator[Step]:
    """For each input asked for, how the output changes with it; of very many the steepest first."""
    graph, output, looks = circuit.program.graph, circuit.output, SIDES if _bends(circuit) else 0
    numbered = [*enumerate(circuit.wrt.items(), start=1)]
    if len(numbered) > SIDES:
        numbered.sort(key=lambda one: -_size(circuit, one[1][1]))
    for number, (name, node) in numbered:
        if node == output and graph.gates[node] is not INPUT:
            continue
        both = None
        if looks and node <= output:
            looks -= 1
            left, right = sides(circuit.m, graph, circuit.values, output, node)
            both = left * circuit.seed, right * circuit.seed
        gradient = plain(circuit.m, circuit.gradient_by(name))
        yield Step("meaning", "rate", node, number, gradient=gradient, sides=both)


def _size(circuit: Circuit, node: int) -> float:
    """How large the gradient of a node is in its largest entry; infinite where that is not known."""
    m, gradient = circuit.m, circuit.gradient(node)
    if m.shaped and m.shape(gradient):
        gradient = m.amax(abs(gradient), axis=None) if math.prod(m.shape(gradient)) else m.zero
    entries = m.entries if m.shaped else m
    return math.inf if entries.is_nan(gradient) else float(abs(gradient))


def _bends(circuit: Circuit) -> bool:
    """May the output have different sides? They are known for single numbers only."""
    return not circuit.m.shaped and any(gate.kink or gate in EDGE for gate in circuit.program.graph.kinds)


def tangent_steps(
    circuit: Circuit, names: Names, direction: Mapping[str, Any], tangents: Sequence[Any]
) -> tuple[Step, ...]:
    """The inputs, the gates with their tangents, and what the output's tangent means. Raises BpcalcError like `steps`.

    direction  the tangents of the inputs that were given one, by name; tangents: of every node up to the output
    """
    _refuse_long(circuit)
    named, program = labels(circuit, names), circuit.program
    moving = {program.names[name]: tangent for name, tangent in direction.items()}
    order = _order(circuit, named)
    wanted = program.graph.ancestors(circuit.output)
    inputs = (program.names[name] for name in program.variables or program.constants)
    nodes = [node for node in dict.fromkeys((*inputs, *moving)) if wanted[node] or node in moving]
    return (
        *(Step("forward", "input", node, 0, circuit.values[node], moving.get(node)) for node in nodes),
        *(_dual(circuit, named, node, number, tangents) for node, number in order.items()),
        _way(circuit, moving, tangents),
    )


def _dual(circuit: Circuit, named: Mapping[int, str], node: int, number: int, tangents: Sequence[Any]) -> Step:
    """A gate with its tangent, as dual numbers have them together."""
    m, graph, values = circuit.m, circuit.program.graph, circuit.values
    inputs = graph.inputs[node]
    locals_ = local_gradients(
        m, graph.gates[node], values[node], [values[source] for source in inputs], circuit.options.convention,
        [source in named for source in inputs],
    )  # fmt: skip
    terms = tuple(
        Term(place, source, plain(m, tangents[source]), plain(m, local))
        for place, (source, local) in enumerate(zip(inputs, locals_, strict=True))
    )
    return Step("forward", "dual", node, number, values[node], plain(m, tangents[node]), terms=terms)


def _way(circuit: Circuit, moving: Mapping[int, Any], tangents: Sequence[Any]) -> Step:
    """How the output changes along the direction."""
    output, both = circuit.output, None
    ahead = {node: t for node, t in moving.items() if node <= output and t} if _bends(circuit) else {}
    if ahead:
        run = circuit.m, circuit.program.graph, circuit.values, output
        both = -directional(*run, {node: -t for node, t in ahead.items()}), directional(*run, ahead)
    terms = tuple(Term(place, source, tangent) for place, (source, tangent) in enumerate(moving.items()))
    return Step("meaning", "way", output, tangent=plain(circuit.m, tangents[output]), terms=terms, sides=both)
