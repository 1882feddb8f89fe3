"""What deserves a warning: kinks that were touched, and what holds of the output there. Plain data, no words.

One set of functions for every algebra: of arrays all is found entry by entry, of numbers a place is ().
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from bpcalc.engine.bends import Bend, Between, bends, turns
from bpcalc.engine.directions import any_direction
from bpcalc.engine.forward import MISFITS
from bpcalc.engine.onesided import EDGE, directional, flowing, gate_side, jumps, sides, whole
from bpcalc.engine.reach import WHERE, active, back, fitted
from bpcalc.engine.smoothness import smooth_tangent
from bpcalc.engine.tangent import tangents
from bpcalc.gate import INPUT, Gate
from bpcalc.graph import Graph
from bpcalc.typed import Any, NamedTuple

WORK = 2_000_000  # steps that are made to look at the output's own sides, entry by entry; beyond it that is left
STEPS = 50  # what a gate on arrays costs beside its entries
SAMPLES = 4  # directions between the entries' own that are looked at
ALL_DIGITS = 1e15  # relative errors that grow by more than this leave no digit of a double
AGREE = 1e-9  # how closely two derivatives must agree to be one

Place = tuple[int, ...]


class Run(NamedTuple):
    """Both passes over a graph, as they are to be looked at.

    seed      the gradient that flows into the output
    needed    for each node, whether its gradient was asked for
    inputs    the nodes that the gradient is taken for
    duals     dual numbers over `m`, where second derivatives were taken
    """

    m: Any
    graph: Graph
    values: Sequence[Any]
    output: int
    seed: Any
    gradients: Sequence[Any]
    needed: Sequence[int]
    inputs: Sequence[int]
    convention: str
    duals: Any = None


class Places(NamedTuple):
    """How many entries, of how many, and the first one's index; of a number 1, 1 and ()."""

    hits: int
    size: int
    first: Place


class Sides(NamedTuple):
    """The derivatives of a gate to either side, when the entry `at` of an input moves."""

    at: Place
    left: Any
    right: Any


class Lost(NamedTuple):
    """A gate of whose result rounding leaves no digit: the matrices where, and how much the first grows errors."""

    node: int
    places: Places
    condition: float


class Touched(NamedTuple):
    """A gate at its kink: the entries of its result that lie on it, and for the first what each input does there."""

    node: int
    places: Places
    sides: dict[int, Sides]


class Edge(NamedTuple):
    """A `where` whose condition, or a comparison that, compares equal numbers."""

    node: int
    places: Places


class Whole(NamedTuple):
    """The derivative of the output, from either side, for the first entry of an input where it is not what was used.

    of    the entry of the output
    edge  what is at its edge, where that breaks the output; None where the output is smooth
    """

    node: int
    places: Places
    of: Place
    left: Any
    right: Any
    used: Any
    edge: int | None


def at_kinks(
    run: Run, order: int = 1, vector: Mapping[int, Any] | None = None
) -> Iterator[Touched | Edge | Whole | Bend | Between]:
    """All that is to be told of kinks and edges; nothing, where the output has a derivative and the gradient is that.

    order   of the derivatives that were taken. Of order 2 nothing is told only where the second derivatives too exist
            and are right
    vector  the one direction that second derivatives were taken in
    """
    touched, edges = list(kinks(run)), list(at_edges(run))
    causes = [*(one.node for one in edges), *(one.node for one in touched), *([turns(run)] if order > 1 else [])]
    if causes in ([], [None]):
        return
    second = bends(run, next(one for one in causes if one is not None), vector) if order > 1 else None
    if second is not None and second.is_smooth:
        return
    if _is_right(run):  # the gradient, so that only second derivatives are left to be told
        yield from second.found if second else ()
        return
    looked = _Output(run, edges[0].node if edges else None)
    told = looked.told() if looked.cost() <= WORK else None
    if order == 1 and told == [] and looked.entries == 1 and not (looked.bends or looked.doubts):
        return  # of one number the derivative exists if both sides agree
    yield from touched
    yield from told or ()
    yield from second.found if second else ()
    if any(one.edge is not None for one in told or ()) or (second and second.found):
        return
    if told is None or order > 1 or looked.doubts or looked.bends_between():
        yield from edges


def lost_digits(run: Run) -> Iterator[Lost]:
    """The gates that the output was computed from whose results have no digit that is right."""
    m, graph, values = run.m, run.graph, run.values
    if all(gate.condition is None for gate in graph.kinds):
        return
    met = active(m, graph, values, run.output)
    for node, gate in enumerate(graph.gates[: run.output + 1]):
        if gate.condition is None or met[node] is False:
            continue
        found = gate.condition(m, values[node], *(values[source] for source in graph.inputs[node]))
        if m.holds(found > ALL_DIGITS):
            places = Places(*m.marked(found > ALL_DIGITS))
            yield Lost(node, places, m.entry(found, places.first))


def kinks(run: Run) -> Iterator[Touched]:
    """The nodes at a kink that the gradient reached, or that blocked it, where the two sides differ or are infinite."""
    m, graph, values = run.m, run.graph, run.values
    kinked = {gate for gate in graph.kinds if gate.kink is not None}
    if not kinked:
        return
    # what lets no gradient through (floor) is met where the output depends on it, and what jumps (0^x as a condition) too
    leaping = {gate for gate in kinked if jumps(gate) or not gate.differentiable}
    met = active(m, graph, values, run.output) if leaping else ()
    for node, upstream in enumerate(run.gradients):
        gate = graph.gates[node]
        if gate not in kinked:
            continue
        reached = met[node] if upstream is None and gate in leaping and node <= run.output else m.live(upstream)
        if reached is False:
            continue
        xs = [values[source] for source in graph.inputs[node]]
        at = gate.kink.touched(m, values[node], *xs)  # type: ignore[union-attr]
        if not m.holds(at):
            continue
        found = (_mixed if gate.pullback else _elementwise)(run, node, gate, xs, at, reached)
        if found is not None:
            yield found


def _elementwise(run: Run, node: int, gate: Gate, xs: list[Any], at: Any, reached: Any) -> Touched | None:
    m, inputs, y = run.m, run.graph.inputs[node], run.values[node]
    both: dict[int, tuple[Any, Any, Any]] = {}
    some: Any = False
    for source in dict.fromkeys(inputs):
        if run.needed[source]:
            step = [1.0 if other == source else 0.0 for other in inputs]
            left = -gate.kink.one_sided(m, y, xs, [-t for t in step])  # type: ignore[union-attr]
            right = gate.kink.one_sided(m, y, xs, step)  # type: ignore[union-attr]
            apart = (left != right) | (m.is_finite(left) == 0)
            both[source] = left, right, apart
            some = some | apart
    some = some & at & reached
    if not m.holds(some):
        return None
    if not m.shaped:
        places = Places(1, 1, ())
        found = {source: Sides((), left, right) for source, (left, right, apart) in both.items() if apart}
        return Touched(node, places, found)
    places = Places(*m.marked(fitted(m, some, y)))
    found = {}
    for source, parts in both.items():
        left, right, apart = (m.entry(m.spread(part, y), places.first) for part in parts)
        if apart:
            found[source] = Sides(own_place(places.first, m.shape(run.values[source])), left, right)
    return Touched(node, places, found)


def own_place(place: Place, shape: Place) -> Place:
    """The entry of an input of this shape that stands, copied by broadcasting, at a place of the result."""
    behind = place[len(place) - len(shape) :]
    return tuple(0 if size == 1 else at for at, size in zip(behind, shape, strict=True))


def _mixed(run: Run, node: int, gate: Gate, xs: list[Any], at: Any, reached: Any) -> Touched | None:
    """The same of a gate whose entries mix: there one entry of the first input is moved, or another input's number."""
    m, inputs, y = run.m, run.graph.inputs[node], run.values[node]
    aligned = m.shape(at) == m.shape(y)  # else each result has several places that may lie on the kink
    at = at & reached if aligned else at
    if not m.holds(at) or not m.holds(reached):
        return None
    places, found, moved = Places(*m.marked(at)), dict[int, Sides](), 0
    for position, source in enumerate(inputs):
        if not run.needed[source]:
            continue
        tried = _corners(m, gate, xs, y, places.first if aligned else None) if position == 0 else ((),)
        for place in tried:
            if len(place) != len(m.shape(xs[position])):
                continue
            unit = m.unit(m.shape(xs[position]), place)
            left, right = (
                -gate_side(m, gate, y, xs, [-unit if other == position else None for other in range(len(xs))]),
                gate_side(m, gate, y, xs, [unit if other == position else None for other in range(len(xs))]),
            )
            left, right = (m.entry(one, places.first) if aligned else m.entry(m.sum(one), ()) for one in (left, right))
            moved += 1
            if left != right:
                found[source] = Sides(place, left, right)
                break
    return None if moved and not found else Touched(node, places, found)


TRIED = 64  # entries of a corner that are moved, each by itself, to see whether the sides differ


def _corners(m: Any, gate: Gate, xs: list[Any], y: Any, place: Place | None) -> Iterator[Place]:
    """The first entries of the first input that break the derivative, of the result at a place or of any.

    Of a matrix, whose entries all go into each eigenvalue, not every entry shows it.
    """
    corners = gate.kink.corners(m, y, *xs)  # type: ignore[union-attr]
    if place is not None:
        corners = corners & back(m, gate, xs, y, m.unit(m.shape(y), place) != 0)[0]
    if m.holds(corners):
        first = Places(*m.marked(corners)).first
        yield first
        others = (one for one in m.places(m.shape(corners)) if one != first and m.holds(m.entry(corners, one)))
        yield from islice(others, TRIED)


def at_edges(run: Run) -> Iterator[Edge]:
    """What compares equal numbers: the `where` nodes with such a condition, and comparisons used as numbers."""
    m, graph, values, output = run.m, run.graph, run.values, run.output
    if (EDGE.keys() | {WHERE}).isdisjoint(graph.kinds):
        return
    level: dict[int, Any] = {}  # by comparison and by `where`
    for node, gate in enumerate(graph.gates[: output + 1]):
        at: Any = False
        if gate in EDGE and values[node] is not None:
            a, b = graph.inputs[node]
            at = bool(run.needed[a] or run.needed[b]) and values[a] == values[b]
        elif gate is WHERE and values[node] is not None:
            condition = graph.inputs[node][0]
            # where it is no comparison, any number but 0 is true
            at = level.get(condition, False) | (run.needed[condition] and values[condition] == 0)
        if m.holds(at):
            level[node] = at
    if not level:
        return
    met = active(m, graph, values, output)
    found: dict[int, None] = {}
    for node, inputs in enumerate(graph.inputs[: output + 1]):
        if met[node] is not False:
            chooses = graph.gates[node] is WHERE
            found |= dict.fromkeys([node] if chooses and node in level else [])
            numbers = inputs[1:] if chooses else inputs
            found |= dict.fromkeys(one for one in numbers if one in level and graph.gates[one] is not WHERE)
    for node in dict.fromkeys((*found, *([output] if output in level else []))):
        if m.holds(at := met[node] & level[node]):
            yield Edge(node, Places(*m.marked(at)))


def _is_right(run: Run) -> bool:
    """Is the output seen to have a derivative, and the gradient to be that, at kinks of its parts?"""
    m, graph = run.m, run.graph
    inputs = [node for node in dict.fromkeys(run.inputs) if node <= run.output]
    if not inputs or any(graph.inputs[node] for node in inputs):
        return False
    if not all(m.all_finite(run.gradients[node]) for node in inputs if run.gradients[node] is not None):
        return False
    direction = any_direction(run, inputs, 1.0)
    exact = smooth_tangent(m, graph, run.values, run.output, direction)
    if exact is None or not m.all_finite(exact):
        return False
    return bool(m.everywhere(m.close(_by_the_rules(run, direction), exact, AGREE)))


def _by_the_rules(run: Run, direction: dict[int, Any]) -> Any:
    """The output's tangent as the rules have it."""
    moved = {node: flowing(run.m, tangent) for node, tangent in direction.items()}
    found = tangents(run.m, run.graph, run.values, moved, run.output, run.convention)[run.output]
    return whole(run.m, found, run.values[run.output])


class _Output:
    """The sides of the output itself, for every entry of the inputs.

    bends   whether they differ for any
    doubts  comparisons of equal numbers that the tangents leave open, so that the sides are not known
    """

    def __init__(self, run: Run, edge: int | None) -> None:
        self.run = run
        self.edge = edge
        self.bends = False
        self.doubts: set[int] = set()
        graph = run.graph
        self.inputs = [
            node for node in dict.fromkeys(run.inputs) if graph.gates[node] is INPUT and node <= run.output
        ]
        self.entries: int = sum(math.prod(run.m.shape(run.values[node])) for node in self.inputs)

    def cost(self) -> int:
        run = self.run
        if not run.m.shaped:
            return self.entries * run.output
        sizes = (math.prod(run.m.shape(value)) for value in run.values[: run.output + 1] if value is not None)
        return self.entries * sum(STEPS + int(size) for size in sizes)

    def told(self) -> list[Whole] | None:
        """For each input the entries where it is smooth and was not used so, and those where an edge breaks it.

        None where it cannot be told.
        """
        m, found = self.run.m, []
        try:
            for node in self.inputs:
                each = [(place, self.at(node, place)) for place in m.places(m.shape(self.run.values[node]))]
                for broken in (False, True):
                    some = [(place, one) for place, one in each if one is not None and (one[-1] is not None) == broken]
                    if some:
                        (first, (of, left, right, used, edge)), size = some[0], len(each)
                        found.append(Whole(node, Places(len(some), size, first), of, left, right, used, edge))
        except MISFITS:  # a label that jumped out of the classes
            return None
        return found

    def bends_between(self) -> bool:
        """Is the output no linear function of directions between those of the entries?"""
        run, m = self.run, self.run.m
        if self.edge is None or self.entries < 2:
            return False
        try:
            for start in range(SAMPLES):
                direction = any_direction(run, self.inputs, 1.0 + start * self.entries)
                turned = {node: -one for node, one in direction.items()}
                right, left = (directional(m, run.graph, run.values, run.output, way) for way in (direction, turned))
                used = _by_the_rules(run, direction)
                if any(m.holds((m.close(side, used, AGREE) == 0) & (side == side)) for side in (right, -left)):
                    return True
        except MISFITS:  # a label that jumped out of the classes
            return True
        return False

    def at(self, node: int, place: Place) -> tuple[Place, Any, Any, Any, int | None] | None:
        """What is to be told of one entry of an input; None where there is nothing."""
        run, m = self.run, self.run.m
        y, gradient = run.values[run.output], run.gradients[node]
        doubts: set[int] = set()
        left, right = sides(m, run.graph, run.values, run.output, node, place, doubts)
        self.doubts |= doubts
        if doubts:
            return None
        if m.shape(y):
            used = _by_the_rules(run, {node: m.unit(m.shape(run.values[node]), place)})
        else:
            left, right = left * run.seed, right * run.seed
            used = m.entry(whole(m, gradient, run.values[node]), place)
        smooth = m.close(left, right, AGREE)
        self.bends = self.bends or m.holds((smooth & m.is_finite(left)) == 0)
        other = smooth & (m.close(used, left, AGREE) == 0) & m.is_finite(left)
        broken = (smooth == 0) & (left == left) & (right == right)
        for at, edge in ((other, None), (broken, self.edge)):
            if m.holds(at) and (at is other or edge is not None):
                of = m.marked(at)[2]
                return (of, *(m.entry(one, of) for one in (left, right, used)), edge)
        return None
