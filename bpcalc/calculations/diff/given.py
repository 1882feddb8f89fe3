"""What `bpcalc diff` is given beside the program: values as formulas, shapes, and the names of sizes in these."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from bpcalc.algebra.shapes import SHAPES, Shaped
from bpcalc.engine.forward import forward
from bpcalc.errors import Source
from bpcalc.graph import Graph
from bpcalc.reading.parser import parse
from bpcalc.reading.sizes import Size

Shape = tuple[int, ...]


class Closed(NamedTuple):
    """What is put in for a name: a value as a formula, exact where a float would not be; or an intermediate node."""

    graph: Graph
    output: int
    shape: Shape

    @property
    def number(self) -> float | Shaped:
        """The value as the parser asks for it, which may be the size of an axis."""
        number = self.graph.number(self.output)
        return Shaped(self.shape) if number is None else number


def closed(source: Source) -> Closed:
    """A value that is put in, from its text."""
    program = parse(source)
    shaped = forward(SHAPES, program.graph, {}, [program.output])[program.output]
    return Closed(program.graph, program.output, shaped.shape)


def size_names(declared: Mapping[str, Shape]) -> set[str]:
    """The names that stand for sizes in the shapes."""
    return {name for shape in declared.values() for size in shape if isinstance(size, Size) for name in size.names}


def meanings(declared: Mapping[str, Shape], values: Mapping[str, Closed]) -> dict[str, Any]:
    """What names mean to the parser: shapes that are declared, values, sizes."""
    bound: dict[str, Any] = {name: Shaped(shape) for name, shape in declared.items()}
    bound |= {name: one.number for name, one in values.items()}
    return bound | {name: Size(name) for name in size_names(declared)}
