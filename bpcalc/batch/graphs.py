"""Both passes as a list of operations in layers, for engines that compute whole columns: each node is a column."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from bpcalc.batch.job import Job
from bpcalc.calculations.code import derivation
from bpcalc.gate import CONSTANT, INPUT
from bpcalc.graph import Graph


class Layers(NamedTuple):
    """A graph of both passes, its operations by how many others they stand behind.

    inputs   the node of each variable; aliases: the nodes that only name another
    layers   the operations of one layer need those before it only
    output   the program's; results: the node of each of the job's picks
    """

    graph: Graph
    inputs: Mapping[str, int]
    aliases: Mapping[int, int]
    layers: list[list[int]]
    output: int
    results: list[int]


def layers(job: Job) -> Layers:
    """The passes of a job whose picks are the value and gradients of variables. Raises BpcalcError for a wrong program.

    A variable that has no gradient at all has a node that is 0.
    """
    gradients = tuple(dict.fromkeys(pick for pick in job.picks if pick != "value"))
    options = job.options._replace(wrt=gradients or job.options.wrt)
    found = derivation(job.source, {}, {}, options, lessons=False)
    graph = found.graph
    aliases = {line.symbol: line.node for line in found.lines if line.symbol != line.node}
    inputs = {one.name: one.node for one in found.parameters}
    results = [found.output if pick == "value" else found.gradient[pick] for pick in job.picks]
    return Layers(graph, inputs, aliases, _sorted(graph, {*inputs.values()}, aliases, [found.output, *results]), found.output, results)


def _sorted(graph: Graph, inputs: set[int], aliases: Mapping[int, int], results: list[int]) -> list[list[int]]:
    """The operations that the results need, in layers."""
    depth: dict[int, int] = {}
    stack = [*results]
    found: list[list[int]] = []
    while stack:
        node = stack[-1]
        if node in depth:
            stack.pop()
            continue
        sources = (aliases[node],) if node in aliases else graph.inputs[node]
        if waiting := [source for source in sources if source not in depth]:
            stack.extend(waiting)
            continue
        stack.pop()
        behind = max((depth[source] for source in sources), default=0)
        is_leaf = node in inputs or graph.gates[node] in (INPUT, CONSTANT)
        depth[node] = behind if node in aliases or (is_leaf and not graph.inputs[node]) else behind + 1
        if depth[node] > behind:
            found += [[] for _ in range(depth[node] - len(found))]
            found[depth[node] - 1].append(node)
    return found
