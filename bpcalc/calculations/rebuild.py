"""A program copied node by node, with some of its operations put otherwise."""

from __future__ import annotations

from collections.abc import Callable

from bpcalc.gate import CONSTANT, INPUT
from bpcalc.graph import Graph
from bpcalc.reading.program import Program

# `operation(node, inputs)` puts an operation of the program on the copies of its inputs, and gives its new node.
Operation = Callable[[int, tuple[int, ...]], int]


def rebuilt(program: Program, graph: Graph, operation: Operation) -> Program:
    """The program with all that its output and its names are computed from copied to the end of `graph`."""
    old = program.graph
    graph.shadowed |= old.shadowed
    titles = {program.names[name]: name for name in program.constants}
    wanted = old.ancestors(program.output, *program.names.values())
    place: list[int] = []
    for node, (gate, inputs) in enumerate(zip(old.gates, old.inputs, strict=True)):
        if not wanted[node]:
            copied = -1
        elif gate is INPUT:
            copied = graph.variable(str(old.leaves[node]))
        elif gate is CONSTANT:
            copied = graph.constant(old.leaves[node], titles.get(node, ""))
        else:
            copied = operation(node, tuple([place[source] for source in inputs]))
            copied = graph.named_literal(copied) if node in old.named else copied
        place.append(copied)
    names = {name: place[node] for name, node in program.names.items()}
    output = place[program.output]
    copy = Program(program.source, graph, names, output, program.used, program.idle, program.sizes)
    calls = [
        (name, place[result], tuple(place[one] for one in arguments))
        for name, result, arguments in program.calls
        if place[result] >= 0 and all(place[one] >= 0 for one in arguments)
    ]
    copy.inner = program.inner
    copy.bars = {place[node]: one for node, one in program.bars.items() if place[node] >= 0}
    copy.dots = {place[node]: one for node, one in program.dots.items() if place[node] >= 0}
    copy.tell(program.remarks, program.known, calls, program.functions)
    return copy
