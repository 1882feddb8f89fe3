"""A program and its derivatives as functions of numbers, at random sizes, and random points to try them at."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import chain, islice
from random import Random
from typing import Any, NamedTuple

from bpcalc.algebra.choice import algebra_for
from bpcalc.algebra.floats import FLOATS
from bpcalc.algebra.protocol import Algebra
from bpcalc.algebra.shapes import SHAPES, Shaped
from bpcalc.calculations.change_overs import change_overs
from bpcalc.calculations.diff.derivatives import opened
from bpcalc.calculations.diff.given import weighted
from bpcalc.calculations.diff.request import Request
from bpcalc.calculations.inner_gradients import derive
from bpcalc.calculations.inverses import inverted
from bpcalc.calculations.verify import draws
from bpcalc.engine.differences import largest
from bpcalc.engine.forward import ShapeError, forward
from bpcalc.errors import BpcalcError, Source
from bpcalc.gate import GRAD
from bpcalc.graph import Graph
from bpcalc.reading.parser import parse
from bpcalc.reading.program import Program
from bpcalc.reading.sizes import Size
from bpcalc.reports.names import Names
from bpcalc.telling.shape_words import shape_of

DRAWS = 200  # of numbers: not all functions are defined, or smooth, everywhere
GRID = (-30.0, -8.0, -4.0, -2.1, -1.2, -0.6, -0.3, -0.01, 0.01, 0.3, 0.6, 1.2, 2.1, 4.0, 8.0, 30.0)
CHANGES = 6  # places of a variable, between these, that are tried because something changes over there
AROUND = (2.0**-7, -(2.0**-7), 2.0**-13, -(2.0**-13))  # how far about such a place there must be values
LARGEST = 10**5  # entries of any array

Shape = tuple[int, ...]


class UntriedError(Exception):
    """A formula cannot be tried; the text says why."""


class Function(NamedTuple):
    """A node of a program as a function of numbers."""

    m: Algebra
    graph: Graph
    output: int

    def __call__(self, values: Mapping[str, Any]) -> Any:
        return self.nodes(values)[self.output]

    def nodes(self, values: Mapping[str, Any]) -> list[Any]:
        """The value of each node, None where it is not needed."""
        return forward(self.m, self.graph, {name: values[name] for name in self.graph.variables}, [self.output])


class Point(NamedTuple):
    """Numbers for every variable, sizes among them, and what is differentiated as a function of them."""

    values: Mapping[str, Any]
    function: Function


class Trials:
    """A program at some sizes.

    of        the name of the node that is differentiated; None: the last statement (a loss behind an upstream gradient)
    asked     the names that are differentiated by; intermediate nodes among them become variables (`inner`)
    given     the values of variables, which stay as they are
    sizes     the numbers that the names of sizes have, and the shapes of variables by them
    classes   of each label how many there are
    Raises BpcalcError or ShapeError where the sizes do not fit the program.
    """

    def __init__(
        self, source: Source, request: Request, asked: Sequence[str], given: Mapping[str, Any], sizes: dict[str, int],
        shapes: Mapping[str, Shape],
    ) -> None:  # fmt: skip
        self.source = source
        self.of = request.of
        self.asked = list(dict.fromkeys(asked))
        self.given = given
        self.sizes = sizes
        self.shapes = {**shapes, **{name: getattr(value, "shape", ()) for name, value in given.items()}}
        self.classes: dict[str, int] = {}
        self.inner: list[str] = []
        self.program = inverted(parse(source, self._bound(), asked), _shaped(self.shapes))
        if request.upstream is not None:
            known = self.shapes | dict.fromkeys(sizes, ())
            self.program, self.of, _ = weighted(self.program, self.of, request.upstream, self._bound(), asked, known)
        self._look()
        is_array = any(self.shapes.values()) or algebra_for(self.program.graph.kinds, given.values()).shaped
        self.m = _arrays() if is_array else FLOATS

    def _read(self, text: str) -> Program:
        return inverted(parse(Source(text), self._bound()), _shaped(self.shapes))

    def _bound(self) -> dict[str, Any]:
        return dict.fromkeys(self.asked, Shaped(())) | _shaped(self.shapes) | self.sizes

    def _look(self) -> None:
        """Notes what the shapes tell. Raises ShapeError where they do not fit."""
        shapes = dict.fromkeys(self.program.variables, ()) | self.shapes | dict.fromkeys(self.sizes, ())
        program = derive(self.program, _shaped(shapes), SHAPES, "torch")
        names, graph = program.names, program.graph
        self.inner = [name for name in self.asked if name in names and graph.inputs[names[name]]]
        nodes = _measured(program, shapes, [self._output(program), *(names[name] for name in self.inner)])
        self.shapes = shapes | {name: nodes[names[name]].shape for name in self.inner}
        self.is_large = _is_large(nodes)
        for gate, inputs in zip(graph.gates, graph.inputs, strict=True):
            if gate.family == "loss" and "y" in gate.parameters and nodes[inputs[0]] is not None:
                label = str(graph.leaves.get(inputs[gate.parameters.index("y")], ""))
                count = gate.options["size"] if gate.name == "one_hot" else nodes[inputs[0]].shape[-1]
                self.classes[label] = min(count, self.classes.get(label, count))

    def _output(self, program: Program) -> int:
        return program.output if self.of is None else Names(program, program.output).find(self.of)

    def formula(self, text: str) -> Function:
        """A derivative as it is printed.

        Raises BpcalcError or ShapeError where its shapes do not fit, UntriedError where arrays are too large.
        """
        program = self._read(text)
        if self.is_large or _is_large(_measured(program, self.shapes, [program.output])):
            raise UntriedError(f"an array has over {LARGEST:,} entries; name its sizes, as in x:n")
        m = _arrays() if algebra_for(program.graph.kinds, ()).shaped else self.m
        return Function(m, program.graph, program.output)

    def at(self, values: dict[str, Any]) -> Point:
        """The program as a function near these numbers, those of the intermediate nodes added."""
        program = self.program
        if GRAD in program.graph.kinds:
            program = derive(program, values, self.m, "torch")
        output = self._output(program)
        if self.inner:
            places = {name: program.names[name] for name in self.inner}
            found = forward(self.m, program.graph, values, places.values())
            values |= {name: found[place] for name, place in places.items()}
            program = opened(program, self.inner)
            output = program.names.get(self.of or "", program.output)
        return Point(values, Function(self.m, program.graph, output))

    # Points

    @property
    def free(self) -> list[str]:
        """The variables that get random numbers."""
        taken = {*self.given, *self.sizes, *self.inner}
        return [name for name in dict.fromkeys([*self.shapes, *self.asked]) if name not in taken]

    def points(self, seed: str, symmetric: Sequence[str], moves: bool) -> Iterator[tuple[Point, Point]]:
        """Random points, each with one around it.

        That is the same, unless `moves` is set and a variable that is differentiated by has a value: then it is moved,
        for a fault may not show at 0, or at 1. If nothing is random there is one point.
        """
        random, m, free = Random(seed), self.m, self.free
        moved = [name for name in self.asked if name in self.given] if moves else []
        for draw in range(DRAWS if free or moved else 1):
            values = self._numbers(random, draws.kinds(random, draw, free), symmetric)
            around = values | {name: m.value(draws.near(random, values[name])) for name in moved}
            try:
                here = self.at(values)
                yield here, self.at(around) if moved else here
            except (BpcalcError, ShapeError):  # labels that are computed, and not whole
                continue

    def special_points(self, seed: str, symmetric: Sequence[str]) -> Iterator[tuple[Point, str]]:
        """Points that random numbers never hit, each with what is special there: a number is 0, or something changes
        over with it, a comparison or a kink.

        Only points at which the program is defined, and about which it has values: at the edge of a domain, as that of
        x^y at x = 0, a formula may have none.
        """
        random, m = Random(seed), self.m
        for name in self.free:
            if name in self.classes or self.shapes.get(name, ()):
                continue
            values = self._numbers(random, dict.fromkeys(self.free, "signed"), symmetric)
            for value in dict.fromkeys((0.0, *self._change_overs(values, name))):
                try:
                    here = self.at(values | {name: m.value(value)})
                except (BpcalcError, ShapeError):
                    continue
                if _is_inside(here, name):
                    yield here, f" at {name} = {FLOATS.text(value, 6)}"

    def _numbers(self, random: Random, kinds: Mapping[str, str], symmetric: Sequence[str]) -> dict[str, Any]:
        """A value of every variable: those that are given, and random numbers of these kinds for the others."""
        m = self.m
        values = {name: m.value(value) for name, value in self.given.items()}
        for name in self.free:
            shape, classes = self.shapes.get(name, ()), self.classes.get(name)
            value = draws.labels(random, classes, shape) if classes else draws.numbers(random, kinds[name], shape)
            values[name] = m.value(draws.symmetric(value) if name in symmetric else value)
        return values | {name: m.value(float(size)) for name, size in self.sizes.items()}

    def _change_overs(self, values: Mapping[str, Any], name: str) -> Iterable[float]:
        """The values of a variable at which something changes over, where the others have these."""
        graph = self.program.graph
        if self.m is not FLOATS or self.inner or GRAD in graph.kinds:
            return ()
        return islice(change_overs(graph, self._output(self.program), values, name, GRID), CHANGES)


def _is_inside(point: Point, name: str) -> bool:
    """Is the program defined at a point, without infinity on the way, and are there values on both sides of it?"""
    x, function = point.values[name], point.function
    around = (function({**point.values, name: x + step}) for step in AROUND)
    return all(largest(value) < math.inf for value in chain(_on_the_way(function, point.values), around))


def _on_the_way(function: Function, values: Mapping[str, Any]) -> Iterator[Any]:
    """The values that the result is made of: of cases by a number the one that holds, not the others."""
    graph, nodes = function.graph, function.nodes(values)
    stack, seen = [function.output], {function.output}
    while stack:
        node = stack.pop()
        yield nodes[node]
        inputs = graph.inputs[node]
        if graph.gates[node].name == "where" and not shape_of(nodes[inputs[0]]):
            inputs = (inputs[0], inputs[1] if nodes[inputs[0]] else inputs[2])
        stack += [source for source in inputs if source not in seen]
        seen.update(inputs)


def fitting(
    source: Source, request: Request, asked: Sequence[str], declared: Mapping[str, Shape], given: Mapping[str, Any]
) -> Iterator[Trials]:
    """The program at sizes that it accepts (x[5] with x:n takes an n above 5), and at others after that."""
    names = {name for shape in declared.values() for one in shape if isinstance(one, Size) for name in one.names}
    values = {name: given[name] for name in names & given.keys()}
    if any(getattr(value, "shape", ()) or value % 1 != 0 for value in values.values()):
        return  # no size
    fixed = {name: int(value) for name, value in values.items()}
    for drawn in draws.sizes(Random(source.text), names - fixed.keys()):
        sizes = drawn | fixed
        shapes = {name: draws.known(shape, sizes) for name, shape in declared.items()}
        if all(size > 0 for shape in shapes.values() for size in shape):
            with suppress(BpcalcError, ShapeError):
                yield Trials(source, request, asked, given, sizes, shapes)


def _arrays() -> Algebra:
    from bpcalc.algebra.arrays import ARRAYS

    return ARRAYS


def _shaped(shapes: Mapping[str, Shape]) -> dict[str, Shaped]:
    return {name: Shaped(shape) for name, shape in shapes.items()}


def _measured(program: Program, shapes: Mapping[str, Shape], outputs: Sequence[int]) -> list[Any]:
    """The shape of each node. Raises ShapeError where they do not fit."""
    missing = dict.fromkeys(program.variables, ())
    return forward(SHAPES, program.graph, _shaped(missing | dict(shapes)), outputs)


def _is_large(nodes: Sequence[Any]) -> bool:
    return any(math.prod(one.shape) > LARGEST for one in nodes if one is not None)
