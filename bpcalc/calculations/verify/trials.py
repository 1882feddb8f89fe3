"""A program and its derivatives as functions of numbers, at random sizes, and random points to try them at."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from random import Random
from typing import Any, NamedTuple

from bpcalc.algebra.choice import algebra_for
from bpcalc.algebra.floats import FLOATS
from bpcalc.algebra.protocol import Algebra
from bpcalc.algebra.shapes import SHAPES, Shaped
from bpcalc.calculations.diff.derivatives import opened
from bpcalc.calculations.inner_gradients import derive
from bpcalc.calculations.verify import draws
from bpcalc.engine.forward import ShapeError, forward
from bpcalc.errors import BpcalcError, Source
from bpcalc.gate import GRAD
from bpcalc.graph import Graph
from bpcalc.reading.parser import parse
from bpcalc.reading.program import Program
from bpcalc.reading.sizes import Size
from bpcalc.reports.names import Names

DRAWS = 200  # of numbers: not all functions are defined, or smooth, everywhere
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

    of        the name of the node that is differentiated; None: the last statement
    asked     the names that are differentiated by; intermediate nodes among them become variables (`inner`)
    given     the values of variables, which stay as they are
    sizes     the numbers that the names of sizes have, and the shapes of variables by them
    classes   of each label how many there are
    Raises BpcalcError or ShapeError where the sizes do not fit the program.
    """

    def __init__(
        self, source: Source, of: str | None, asked: Sequence[str], given: Mapping[str, Any], sizes: dict[str, int],
        shapes: Mapping[str, Shape],
    ) -> None:  # fmt: skip
        self.source = source
        self.of = of
        self.asked = list(dict.fromkeys(asked))
        self.given = given
        self.sizes = sizes
        self.shapes = {**shapes, **{name: getattr(value, "shape", ()) for name, value in given.items()}}
        self.classes: dict[str, int] = {}
        self.inner: list[str] = []
        self.program = self._read(source.text)
        self._look()
        is_array = any(self.shapes.values()) or algebra_for(self.program.graph.kinds, given.values()).shaped
        self.m = _arrays() if is_array else FLOATS

    def _read(self, text: str) -> Program:
        return parse(Source(text), dict.fromkeys(self.asked, Shaped(())) | _shaped(self.shapes) | self.sizes)

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
            kinds = draws.kinds(random, draw, free)
            values = {name: m.value(value) for name, value in self.given.items()}
            for name in free:
                shape, classes = self.shapes.get(name, ()), self.classes.get(name)
                value = draws.labels(random, classes, shape) if classes else draws.numbers(random, kinds[name], shape)
                values[name] = m.value(draws.symmetric(value) if name in symmetric else value)
            values |= {name: m.value(float(size)) for name, size in self.sizes.items()}
            around = values | {name: m.value(draws.near(random, values[name])) for name in moved}
            try:
                here = self.at(values)
                yield here, self.at(around) if moved else here
            except (BpcalcError, ShapeError):  # labels that are computed, and not whole
                continue


def fitting(
    source: Source, of: str | None, asked: Sequence[str], declared: Mapping[str, Shape], given: Mapping[str, Any]
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
                yield Trials(source, of, asked, given, sizes, shapes)


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
