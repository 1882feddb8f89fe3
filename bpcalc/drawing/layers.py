"""Which column each vertex of a drawing stands in, and in which order: layered drawing, after Sugiyama.

Sugiyama, Tagawa, Toda, "Methods for visual understanding of hierarchical system structures" (1981): columns by longest
path, wires that pass columns get a vertex in each, and sweeps by barycenter undo crossings.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Sequence
from typing import NamedTuple

SWEEPS = 8  # over all columns, each way: more undo hardly a crossing
EXCHANGES = 400  # vertices up to which neighbours are exchanged too, which is quadratic in a column


class Edge(NamedTuple):
    """A wire from one vertex to another that stands behind it in the list.

    port  where it enters its target: how far below the middle
    """

    source: int
    target: int
    port: float = 0


class Layers(NamedTuple):
    """Vertices in columns.

    columns  the vertices of each column, from the top
    layer    the column of each vertex; those behind the given ones are the bends of wires that pass columns
    edges    between neighbouring columns only
    chains   the vertices of each given edge, from its source to its target
    """

    columns: list[list[int]]
    layer: list[int]
    edges: list[Edge]
    chains: list[list[int]]


def layered(count: int, edges: Sequence[Edge], loose: Sequence[bool], branches: Sequence[bool]) -> Layers:
    """The columns of `count` vertices, each with its sources before it.

    loose     the vertices that stand just before what they feed, not at the left
    branches  those that only carry a label on a wire: just behind their source
    """
    layer = _columns(count, edges, loose, branches)
    short, chains = _split(layer, edges)
    columns = _first_order(layer, short)
    _untangle(columns, short)
    return Layers(columns, layer, short, chains)


def _columns(count: int, edges: Sequence[Edge], loose: Sequence[bool], branches: Sequence[bool]) -> list[int]:
    """The column of each vertex: behind all its sources."""
    targets: list[list[int]] = [[] for _ in range(count)]
    sources: list[list[int]] = [[] for _ in range(count)]
    for edge in edges:
        targets[edge.source].append(edge.target)
        sources[edge.target].append(edge.source)
    layer = [0] * count
    for vertex in range(count):
        layer[vertex] = max((layer[source] + 1 for source in sources[vertex]), default=0)
    for vertex in range(count - 1, -1, -1):
        if loose[vertex] and targets[vertex]:
            latest = [layer[after] - 1 for one in targets[vertex] for after in (targets[one] if branches[one] else ())]
            latest += [layer[one] for one in targets[vertex] if not branches[one]]
            layer[vertex] = min(latest) - 1
    for vertex in range(count):
        if branches[vertex]:
            layer[vertex] = layer[sources[vertex][0]] + 1
    return layer


def _split(layer: list[int], edges: Sequence[Edge]) -> tuple[list[Edge], list[list[int]]]:
    """The edges cut at every column that they pass; `layer` gets the bends."""
    short: list[Edge] = []
    chains: list[list[int]] = []
    for edge in edges:
        chain = [edge.source]
        for column in range(layer[edge.source] + 1, layer[edge.target]):
            layer.append(column)
            short.append(Edge(chain[-1], len(layer) - 1))
            chain.append(len(layer) - 1)
        short.append(Edge(chain[-1], edge.target, edge.port))
        chains.append([*chain, edge.target])
    return short, chains


def _first_order(layer: Sequence[int], edges: Sequence[Edge]) -> list[list[int]]:
    """Each column in the order of a walk back from the outputs, operand by operand: of a tree no wires cross."""
    sources: list[list[Edge]] = [[] for _ in layer]
    feeds = [False] * len(layer)
    for edge in edges:
        sources[edge.target].append(edge)
        feeds[edge.source] = True
    columns: list[list[int]] = [[] for _ in range(max(layer, default=0) + 1)]
    seen = [False] * len(layer)
    stack = [vertex for vertex in reversed(range(len(layer))) if not feeds[vertex]]
    while stack:
        vertex = stack.pop()
        if not seen[vertex]:
            seen[vertex] = True
            columns[layer[vertex]].append(vertex)
            stack.extend(edge.source for edge in sorted(sources[vertex], key=lambda edge: -edge.port))
    return columns


def _untangle(columns: list[list[int]], edges: Sequence[Edge]) -> None:
    """Orders the columns so that few wires cross; the best order that was met stays."""
    between: list[list[Edge]] = [[] for _ in columns]  # the edges that enter each column
    place = {vertex: (x, y) for x, column in enumerate(columns) for y, vertex in enumerate(column)}
    for edge in edges:
        between[place[edge.target][0]].append(edge)
    best, fewest = [list(column) for column in columns], _crossings(columns, between)
    for sweep in range(2 * SWEEPS):
        if not fewest:
            break
        _sweep(columns, between, forward=sweep % 2 == 0)
        if len(place) <= EXCHANGES:
            _exchange(columns, between)
        found = _crossings(columns, between)
        if found < fewest:
            best, fewest = [list(column) for column in columns], found
    columns[:] = best


def _sweep(columns: list[list[int]], between: list[list[Edge]], forward: bool) -> None:
    """Orders each column by where the neighbours of its vertices in the column before, or behind, stand on average."""
    order = range(1, len(columns)) if forward else range(len(columns) - 2, -1, -1)
    for x in order:
        fixed = {vertex: y for y, vertex in enumerate(columns[x - 1 if forward else x + 1])}
        ports: dict[int, list[float]] = {}
        for edge in between[x if forward else x + 1]:
            near, far = (edge.target, edge.source) if forward else (edge.source, edge.target)
            # half a place at most, so that operands are told apart and neighbours are not passed
            ports.setdefault(near, []).append(fixed[far] + (0 if forward else _nudge(edge.port)))
        means = {
            vertex: sum(ports[vertex]) / len(ports[vertex]) if vertex in ports else float(y)
            for y, vertex in enumerate(columns[x])
        }
        columns[x].sort(key=means.__getitem__)


def _nudge(port: float) -> float:
    """A port as a part of a place, between -1/2 and 1/2."""
    return port / (2 * (1 + abs(port)))


def _exchange(columns: list[list[int]], between: list[list[Edge]]) -> None:
    """Exchanges neighbours as long as that undoes crossings."""
    for x, column in enumerate(columns):
        incoming = _ends(between[x], columns[x - 1], "target") if x else {}
        outgoing = _ends(between[x + 1], columns[x + 1], "source") if x + 1 < len(columns) else {}
        improved = True
        while improved:
            improved = False
            for y in range(len(column) - 1):
                upper, lower = column[y], column[y + 1]
                now = _pairs(incoming, upper, lower) + _pairs(outgoing, upper, lower)
                then = _pairs(incoming, lower, upper) + _pairs(outgoing, lower, upper)
                if then < now:
                    column[y], column[y + 1] = lower, upper
                    improved = True


def _ends(edges: Sequence[Edge], others: Sequence[int], own: str) -> dict[int, list[float]]:
    """For each vertex of a column, where its edges end in the neighbouring column, from the top."""
    place = {vertex: y for y, vertex in enumerate(others)}
    ends: dict[int, list[float]] = {}
    for edge in edges:
        end = place[edge.source] if own == "target" else place[edge.target] + _nudge(edge.port)
        ends.setdefault(getattr(edge, own), []).append(end)
    return {vertex: sorted(found) for vertex, found in ends.items()}


def _pairs(ends: dict[int, list[float]], upper: int, lower: int) -> int:
    """How many edges of two vertices cross, the one above the other."""
    return sum(bisect_right([*ends.get(lower, ())], end - 1e-9) for end in ends.get(upper, ()))


def _crossings(columns: list[list[int]], between: list[list[Edge]]) -> int:
    """How many pairs of wires cross."""
    count = 0
    for x in range(1, len(columns)):
        start = {vertex: y for y, vertex in enumerate(columns[x - 1])}
        end = {vertex: y for y, vertex in enumerate(columns[x])}
        met: list[float] = []
        for _, far in sorted((start[edge.source], end[edge.target] + _nudge(edge.port)) for edge in between[x]):
            count += len(met) - bisect_right(met, far)
            insort(met, far)
    return count
