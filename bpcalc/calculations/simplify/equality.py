"""Is a formula equal to another one wherever that is finite? Tried at many points: of both signs, large and small, at 0
and where a comparison or a kink changes over, at the point that is asked about and around it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from itertools import islice
from random import Random

from bpcalc.algebra.floats import FLOATS
from bpcalc.calculations.change_overs import change_overs
from bpcalc.calculations.verify import draws
from bpcalc.engine.forward import forward
from bpcalc.engine.reverse import backpropagate
from bpcalc.gate import CONSTANT, INPUT
from bpcalc.graph import Graph

CLOSE = 1e-8  # relative difference that does not count
ROUNDING = 2.0**-50  # what rounding does to each value on the way, relative to itself, generously
ENOUGH = 8  # points at which the formulas must be known well enough to tell them apart
MOST = 400  # points that are tried
ABOUT = 12  # of them around the one that is asked about
RANDOM = 40  # of them anywhere
SPECIAL = (0.0, 1e-8, 1e-3, 0.5, 1.0, 2.0, 3.0, 30.0, 800.0, 1e5)  # sizes of either sign
BESIDE = 1e-6  # how far beside a change-over is tried too, relative to it
CHANGES = 24  # change-overs that are looked for

Point = dict[str, float]


def difference(graph: Graph, a: int, b: int, here: Mapping[str, float]) -> str:
    """Where and how node `b` differs from node `a`, in words; nothing where it does not.

    here  the point that is asked about, whose names are those of all variables
    """
    part, first, second = _part(graph, a, b)
    variables = list(part.variables)
    sure = 0
    for point in islice(_points(part, first, {name: here[name] for name in variables}), MOST):
        values = forward(FLOATS, part, point)
        x, y = values[first], values[second]
        if x - x != 0:
            continue
        if y - y != 0:
            return f"SymPy's form of it is {_number(y)} at {_place(point)}, where it is {_number(x)}"
        if x == y:
            sure += 1
            continue
        largest, noise = max(abs(x), abs(y)), _noise(part, values, first) + _noise(part, values, second)
        if abs(x - y) > CLOSE * largest + noise:
            return f"SymPy's form of it is {_number(y)} at {_place(point)}, where it is {_number(x)}"
        sure += noise <= CLOSE * largest
    if sure >= (ENOUGH if variables else 1):
        return ""
    return "there are too few points at which SymPy's form of it could be held against it"


def _part(graph: Graph, a: int, b: int) -> tuple[Graph, int, int]:
    """What the two nodes are computed from, as a graph of its own, and their places in it."""
    part, copies = Graph(), dict[int, int]()
    marks = graph.ancestors(a, b)
    for node, gate in enumerate(graph.gates[: max(a, b) + 1]):
        if marks[node]:
            payload = graph.leaves.get(node)
            if gate is INPUT:
                copies[node] = part.variable(str(payload))
            elif gate is CONSTANT:
                copies[node] = part.constant(payload)  # type: ignore[arg-type]
            else:
                copies[node] = part.apply(gate, tuple(copies[source] for source in graph.inputs[node]))
    return part, copies[a], copies[b]


def _noise(graph: Graph, values: list[float], output: int) -> float:
    """What rounding on the way to a node may make of its value: each rounding counts by its gradient."""
    every = bytes([1]) * len(graph)
    gradients = backpropagate(FLOATS, graph, values, output, 1.0, every, "torch")
    total = 0.0
    for gradient, value in zip(gradients, values, strict=False):
        if gradient is not None:
            effect = abs(gradient * value)
            total += effect if effect < math.inf else 0.0
    return ROUNDING * total


# Points


def _points(graph: Graph, first: int, here: Point) -> Iterator[Point]:
    random = Random(20_240_229)
    yield here
    if not here:
        return
    for attempt in range(ABOUT):
        wide = attempt % 2 == 0
        yield {name: value + (2 if wide else 0.1 * value) * random.uniform(-1, 1) for name, value in here.items()}
    for attempt in range(RANDOM):
        kind = draws.FIRST[attempt % len(draws.FIRST)]
        yield {name: draws.numbers(random, kind if attempt < RANDOM / 2 else random.choice(draws.THEN), ())
               for name in here}  # fmt: skip
    specials = _specials(graph)
    for value in specials:
        yield dict.fromkeys(here, value)
    yield from _changing(graph, first, here, specials, random)
    alone = [(name, value) for name in here for value in specials]
    random.shuffle(alone)  # so that none is left out for its place where there are too many
    for name, value in alone:
        for others in (here, {other: draws.numbers(random, "signed", ()) for other in here}):
            yield others | {name: value}


def _specials(graph: Graph) -> list[float]:
    """Numbers at which something may happen, of both signs: those that stand in the formulas among them."""
    written = [graph.number(node) for node in graph.constants]
    sizes = dict.fromkeys([*SPECIAL, *(abs(one) for one in written if one is not None and abs(one) < 1e6)])
    return list(dict.fromkeys(sign * size for size in sizes for sign in (1.0, -1.0)))


def _changing(graph: Graph, first: int, here: Point, specials: list[float], random: Random) -> Iterator[Point]:
    """Points at, and on both sides of, where a comparison or a gate with a kink changes over."""
    grid = sorted({*specials, *(random.uniform(-4, 4) for _ in range(20))})
    for name in here:
        for others in (here, {other: draws.numbers(random, "signed", ()) for other in here}):
            for root in islice(change_overs(graph, first, others, name, grid), CHANGES):
                for shift in (0.0, BESIDE, -BESIDE):
                    yield others | {name: root + shift * max(abs(root), 1.0)}


def _place(point: Mapping[str, float]) -> str:
    return ", ".join(f"{name} = {_number(value)}" for name, value in point.items()) or "this point"


def _number(value: float) -> str:
    return "NaN" if value != value else FLOATS.text(value, 6)
