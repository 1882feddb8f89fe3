"""Both passes of a job in one graph: compiled for a row, or as operations in layers for engines of whole columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from bpcalc.batch.job import Job
from bpcalc.calculations.code import derivation
from bpcalc.gate import CONSTANT, INPUT
from bpcalc.graph import Graph
from bpcalc.reports.derivation import Derivation
from bpcalc.reports.names import Names
from bpcalc.reports.options import Options


def label(pick: str) -> tuple[str, str]:
    """What a pick asks for: `q.value` is the value of q; `q.grad` and `q` are its gradient; `value` is the output's."""
    name, _, part = pick.rpartition(".")
    if name and part in ("value", "grad"):
        return name, part
    return ("", "value") if pick == "value" else (pick, "grad")


def options_of(job: Job) -> Options:
    """The options of a calculation that has all gradients a job asks for."""
    asked = (name for name, part in map(label, job.picks) if part == "grad")
    return job.options._replace(wrt=tuple(dict.fromkeys(asked)) or job.options.wrt, nodes=())


def passes(job: Job) -> Derivation:
    """The passes of a job on single numbers; its `gradient` has the node of each pick, by its place.

    Raises BpcalcError for a wrong program.
    """
    found = derivation(job.source, dict.fromkeys(job.variables, ()), job.bound, options_of(job), lessons=False)
    assert found.circuit is not None
    names = Names(found.circuit.program, found.output)
    nodes = {}
    for place, (name, part) in enumerate(map(label, job.picks)):
        if part == "value":
            nodes[f"{place}"] = names.find(name) if name else found.output
        else:
            nodes[f"{place}"] = found.gradient[name]
    # what a row gives comes first, so that a function takes it in order and what is bound by name
    return found._replace(gradient=nodes, parameters=sorted(found.parameters, key=lambda one: one.name in job.bound))


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


def layers(found: Derivation, others: Sequence[int] = ()) -> Layers:
    """The operations of a job's passes, in layers; `others`: nodes that are needed beside the results."""
    aliases = {line.symbol: line.node for line in found.lines if line.symbol != line.node}
    inputs = {one.name: one.node for one in found.parameters}
    results = [*found.gradient.values()]
    ordered = _sorted(found.graph, {*inputs.values()}, aliases, [*others, *results])
    return Layers(found.graph, inputs, aliases, ordered, found.output, results)


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
        sources = () if node in inputs else (aliases[node],) if node in aliases else graph.inputs[node]
        if waiting := [source for source in sources if source not in depth]:
            stack.extend(waiting)
            continue
        stack.pop()
        behind = max((depth[source] for source in sources), default=0)
        is_leaf = node in inputs or node in aliases or graph.gates[node] in (INPUT, CONSTANT)
        depth[node] = behind if is_leaf else behind + 1
        if not is_leaf:
            found += [[] for _ in range(depth[node] - len(found))]
            found[depth[node] - 1].append(node)
    return found
