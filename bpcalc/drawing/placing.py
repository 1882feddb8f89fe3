"""How high each vertex of a drawing stands: as level with what it is joined to as the others of its column leave it.

In a column the order and the least distances are kept, and the squares of how far each vertex is from where it would
be level are least: isotonic regression by pooling neighbours (Barlow, Bartholomew, Bremner, Brunk 1972).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

from bpcalc.drawing.layers import Layers

ROUNDS = 24  # over all columns, each way of moving
MANY = 3000  # vertices, the bends of wires among them, beyond which there are fewer rounds: no one sees the difference
# how much it matters that a wire is level: between bends, into a gate of one input, else
BEND, ONLY, WIRE = 8.0, 3.0, 1.0


def heights(layers: Layers, above: Sequence[float], below: Sequence[float], gap: float) -> list[float]:
    """The height of each vertex, its middle line, downwards from 0.

    above, below  how far each vertex reaches from its middle line; `gap` stays free between two
    """
    joined = _joined(layers)
    distances = [
        [below[one] + above[other] + gap for one, other in pairwise(column)]
        for column in layers.columns
    ]
    height = [0.0] * len(layers.layer)
    for column, least in zip(layers.columns, distances, strict=True):
        for (one, other), distance in zip(pairwise(column), least, strict=True):
            height[other] = height[one] + distance
    places = {vertex: place for column in layers.columns for place, vertex in enumerate(column)}
    order = range(len(layers.columns))
    rounds = max(4, min(ROUNDS, ROUNDS * MANY // max(1, len(layers.layer))))
    for round_ in range(rounds):
        for x in order if round_ % 2 == 0 else reversed(order):
            _settle(layers.columns[x], distances[x], joined, height)
    for round_ in range(rounds):
        for x in order if round_ % 2 == 0 else reversed(order):
            _straighten(layers.columns[x], distances[x], joined, height)
        if round_ % 8 == 7 or round_ == rounds - 1:
            for chain in layers.chains:
                _level(chain, layers, distances, places, height)
    top = min((height[column[0]] - above[column[0]] for column in layers.columns if column), default=0.0)
    return [one - top for one in height]


Joined = list[list[tuple[int, float, float]]]


def _joined(layers: Layers) -> Joined:
    """For each vertex those that it is joined to: how far below them it would be level, and how much that matters."""
    real = {chain[end] for chain in layers.chains for end in (0, -1)}
    inputs = [0] * len(layers.layer)
    for edge in layers.edges:
        inputs[edge.target] += 1
    joined: Joined = [[] for _ in layers.layer]
    for source, target, port in layers.edges:
        bends = source not in real and target not in real
        weight = BEND if bends else ONLY if inputs[target] == 1 else WIRE
        joined[source].append((target, port, weight))
        joined[target].append((source, -port, weight))
    return joined


def _settle(column: Sequence[int], distances: Sequence[float], joined: Joined, height: list[float]) -> None:
    """Moves the vertices of a column to where they are level on average, as near as their order allows."""
    pools: list[list[float]] = []  # each: its mean, its weight, how many vertices; the offsets are taken off
    offset = 0.0
    offsets = []
    for place, vertex in enumerate(column):
        offset += distances[place - 1] if place else 0
        offsets.append(offset)
        ends = joined[vertex]
        weight = sum(each for _, _, each in ends) or 0.01
        wish = sum((height[end] + shift) * each for end, shift, each in ends) / weight if ends else height[vertex]
        pools.append([wish - offset, weight, 1])
        while len(pools) > 1 and pools[-2][0] >= pools[-1][0]:
            mean, more, size = pools.pop()
            last = pools[-1]
            last[0] = (last[0] * last[1] + mean * more) / (last[1] + more)
            last[1] += more
            last[2] += size
    found = (mean for mean, _, size in pools for _ in range(int(size)))
    for vertex, mean, shift in zip(column, found, offsets, strict=True):
        height[vertex] = mean + shift


def _straighten(column: Sequence[int], distances: Sequence[float], joined: Joined, height: list[float]) -> None:
    """Makes a wire level where its vertex has the room for it, and no other wire is bent more for it."""
    for place, vertex in enumerate(column):
        ends = joined[vertex]
        if not ends:
            continue
        least = height[column[place - 1]] + distances[place - 1] if place else -1e18
        most = height[column[place + 1]] - distances[place] if place + 1 < len(column) else 1e18
        wishes = [(height[end] + shift, each) for end, shift, each in ends]
        allowed = [wish for wish, _ in wishes if least <= wish <= most]
        best = min((height[vertex], *allowed), key=lambda at: _bent(at, wishes))
        height[vertex] = best


def _bent(at: float, wishes: Sequence[tuple[float, float]]) -> tuple[float, int]:
    """How much the wires of a vertex are bent at some height, and how many are not level."""
    bends = [(abs(at - wish), each) for wish, each in wishes]
    return round(sum(bend * each for bend, each in bends), 6), sum(bend > 1e-9 for bend, _ in bends)


def _level(
    chain: Sequence[int], layers: Layers, distances: Sequence[Sequence[float]], places: Mapping[int, int],
    height: list[float],
) -> None:  # fmt: skip
    """Makes a wire level over all columns that it passes, where they have the room: as near as can be to its source."""
    bends = chain[1:-1]
    least, most = -1e18, 1e18
    for vertex in bends:
        x, place = layers.layer[vertex], places[vertex]
        column = layers.columns[x]
        if place:
            least = max(least, height[column[place - 1]] + distances[x][place - 1])
        if place + 1 < len(column):
            most = min(most, height[column[place + 1]] - distances[x][place])
    if bends and least <= most:
        wish = min(max(height[chain[0]], least), most)
        for vertex in bends:
            height[vertex] = wish
