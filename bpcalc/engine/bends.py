"""Does a function have second derivatives where some of its parts have none, and are they those of the rules?"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

from bpcalc.engine.beside import Beside, Limit, Side, is_same, is_settled
from bpcalc.engine.directions import any_direction
from bpcalc.engine.forward import MISFITS
from bpcalc.engine.reach import active
from bpcalc.typed import Any, NamedTuple

WORK = 4_000_000  # steps that are made to look at every entry of the inputs; beyond it that is left
STEPS, NUMBER = 50, 5  # what a gate on arrays costs beside its entries, and one on numbers
PASSES = 20  # that following one direction takes, about
SAMPLES = 4  # directions between the entries' own that are looked at

Place = tuple[int, ...]


class Bend(NamedTuple):
    """A second derivative that is not what the rules of the gates give, or of which that cannot be told.

    node   the input that moves, and the entry of it; None where all move, along a vector that was given
    by     the input of whose gradient it is a derivative, and the entry
    hits   how many second derivatives of how many (`size`) are of this kind
    sort   "sides" (they differ), "smooth" (the function has it), "open" (not told by what is beside the point)
    left   its limits from either side; of "open" ones they mean nothing
    cause  the first node that has a kink, or is at its edge
    """

    node: int | None
    place: Place
    by: int
    at: Place
    hits: int
    size: int
    sort: str
    left: Any
    right: Any
    used: Any
    cause: int


class Between(NamedTuple):
    """The second derivatives do not fit together in directions between those of the entries, or were not looked at.

    is_told  whether that was seen; else there was too much to look at
    """

    node: int
    is_told: bool


class Bends(NamedTuple):
    """What was found; `is_smooth`: the function has second derivatives here, and they are those of the rules."""

    found: tuple[Bend | Between, ...]
    is_smooth: bool


def turns(run: Any) -> int | None:
    """The first gate that the output depends on at a place where only its second derivative breaks; None for none."""
    m, graph, values = run.m, run.graph, run.values
    if not any(gate.turns for gate in graph.kinds):
        return None
    met = active(m, graph, values, run.output)
    for node, gate in enumerate(graph.gates[: run.output + 1]):
        if gate.turns and met[node] is not False and run.needed[node]:
            xs = [values[source] for source in graph.inputs[node]]
            if m.holds(met[node] & gate.turns(m, values[node], *xs)):
                return node
    return None


def bends(run: Any, cause: int, vector: Mapping[int, Any] | None = None) -> Bends:
    """The second derivatives beside the point held against those of the rules.

    cause   the first node that has a kink, or is at its edge, there
    vector  only the derivatives in this direction are looked at; without it those for every entry of the inputs
    """
    look = _Look(run, cause)
    try:
        return look.along(vector) if vector is not None else look.everywhere()
    except MISFITS:  # a label that jumped out of the classes
        return Bends((Between(run.output, is_told=False),), is_smooth=False)


class _Look:
    def __init__(self, run: Any, cause: int) -> None:
        self.run = run
        self.cause = cause
        self.beside = Beside(run.duals, run.graph, run.values, run.output, run.inputs, run.needed)
        self.inputs = self.beside.wrt
        self.entries: int = sum(math.prod(run.m.shape(run.values[node])) for node in self.inputs)
        self.is_smooth = True

    def along(self, vector: Mapping[int, Any]) -> Bends:
        """In one direction."""
        if not vector or not self.inputs:
            return Bends((), is_smooth=True)
        if self.cost(1) > WORK:
            return Bends((Between(self.run.output, is_told=False),), is_smooth=False)
        found = _Found(self.run.m, None, (), self.cause)
        self.followed(vector, found)
        return Bends(tuple(found.told(self.entries)), self.is_smooth and not found.kinds)

    def everywhere(self) -> Bends:
        """In directions of no pattern, and in that of every entry."""
        if not self.entries:
            return Bends((), is_smooth=True)
        m = self.run.m
        if self.cost(self.entries) > WORK:
            fits = self.cost(SAMPLES) <= WORK and all(
                self.fits(direction, self.beside.here(direction)) for direction in self.samples()
            )
            return Bends(() if fits else (Between(self.run.output, is_told=False),), is_smooth=fits)
        founds, columns = [], []
        for node in self.inputs:
            shape = m.shape(self.run.values[node])
            for place in m.places(shape):
                found = _Found(m, node, place, self.cause)
                columns.append((node, place, self.followed({node: m.unit(shape, place)}, found)))
                founds.append(found)
        told = list(_joined(founds, self.entries**2))
        if any(one.sort != "smooth" for one in told):  # beside these it means little that others have limits
            return Bends(tuple(one for one in told if one.sort != "smooth"), is_smooth=False)
        looked = self.samples() if self.is_smooth and self.entries > 1 else ()
        if not all(self.fits(direction, self.combined(columns, direction)) for direction in looked):
            return Bends((Between(self.run.output, is_told=True),), is_smooth=False)
        return Bends(tuple(told), self.is_smooth and not told)

    def cost(self, directions: int) -> int:
        """About how many steps it takes to look at so many directions."""
        run = self.run
        values = (value for value in run.values[: run.output + 1] if value is not None)
        shaped = run.m.shaped
        each = sum(STEPS + int(math.prod(run.m.shape(value))) if shaped else NUMBER for value in values)
        return directions * PASSES * each

    def samples(self) -> Iterator[dict[int, Any]]:
        for start in range(SAMPLES):
            yield any_direction(self.run, self.inputs, 1.0 + start * self.entries)

    def sides(self, direction: Mapping[int, Any]) -> tuple[Side, Side]:
        """The limits from the left and from the right."""
        return self.beside.side(direction, -1), self.beside.side(direction, 1)

    def begins(self, left: Side, right: Side) -> bool:
        """Do value and gradient tend to the same from both sides? Else there is no second derivative."""
        m, here = self.run.m, self.run.values[self.run.output]
        return all(m.everywhere(is_same(m, side.output, here)) for side in (left, right)) and all(
            m.everywhere(is_same(m, left.gradient[node], right.gradient[node].value, right.gradient[node].error))
            for node in self.inputs
        )

    def followed(self, direction: Mapping[int, Any], found: _Found) -> dict[int, Limit]:
        """Looks at one direction. The limits from the right."""
        left, right = self.sides(direction)
        used = self.beside.here(direction)
        if self.begins(left, right):
            for node in self.inputs:
                found.compare(node, left.change[node], right.change[node], used[node])
        else:
            self.is_smooth = False
        return right.change

    def fits(self, direction: Mapping[int, Any], expected: Mapping[int, Any]) -> bool:
        """Are the second derivatives in a direction these, from both sides?"""
        m, both = self.run.m, self.sides(direction)
        return self.begins(*both) and all(
            m.everywhere(is_same(m, side.change[node], expected[node])) for side in both for node in self.inputs
        )

    def combined(
        self, columns: Sequence[tuple[int, Place, dict[int, Limit]]], direction: Mapping[int, Any]
    ) -> dict[int, Any]:
        """The second derivatives in a direction as they follow from those for each entry."""
        m, values = self.run.m, self.run.values
        total = {node: m.zero_like(values[node]) for node in self.inputs}
        for source, place, column in columns:
            factor = m.entry(direction[source], place)
            total = {node: total[node] + factor * column[node].value for node in self.inputs}
        return total


class _Found:
    """What was found in one direction: by kind how many entries, and the first."""

    def __init__(self, m: Any, node: int | None, place: Place, cause: int) -> None:
        self.m = m
        self.node = node
        self.place = place
        self.cause = cause
        self.kinds: dict[str, Bend] = {}

    def compare(self, by: int, left: Limit, right: Limit, used: Any) -> None:
        """Takes in the limits of one input's part."""
        m = self.m
        settled = is_settled(m, left) & is_settled(m, right)
        alike = is_same(m, left, right.value, right.error)
        right_used = is_same(m, right, used) & is_same(m, left, used)
        marks = {
            "sides": settled & (alike == 0),
            "smooth": settled & alike & (right_used == 0),
            "open": settled == 0,
        }
        for sort, mark in marks.items():
            if m.holds(mark):
                hits, _, at = m.marked(mark)
                before = self.kinds.get(sort)
                before_it, behind_it, by_rules = (m.entry(one, at) for one in (left.value, right.value, used))
                one = Bend(self.node, self.place, by, at, hits, 0, sort, before_it, behind_it, by_rules, self.cause)
                self.kinds[sort] = one if before is None else before._replace(hits=before.hits + hits)

    def told(self, size: int) -> Iterator[Bend]:
        return _joined([self], size)


def _joined(founds: Sequence[_Found], size: int) -> Iterator[Bend]:
    """The first of each kind, with the number of all."""
    for sort in ("sides", "smooth", "open"):
        some = [found.kinds[sort] for found in founds if sort in found.kinds]
        if some:
            yield some[0]._replace(hits=sum(one.hits for one in some), size=size)
