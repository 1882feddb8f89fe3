"""What `bpcalc diff` is given beside the program: values as formulas, shapes, and the names of sizes in these."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from bpcalc.algebra.shapes import SHAPES, Shaped
from bpcalc.calculations.inner_gradients import derive
from bpcalc.calculations.inverses import inverted
from bpcalc.engine.forward import ShapeError, forward
from bpcalc.errors import BpcalcError, Source
from bpcalc.gate import CONSTANT, INPUT
from bpcalc.gates import GATES
from bpcalc.graph import Graph
from bpcalc.reading.parser import parse
from bpcalc.reading.program import Program
from bpcalc.reading.sizes import Size
from bpcalc.reports.names import Names, fresh
from bpcalc.telling.misfits import misfit
from bpcalc.typed import Any, NamedTuple

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


class Weighted(NamedTuple):
    """A program behind whose output a loss stands.

    loss   the name of the loss, which is the output
    extra  the variables that only the upstream gradient has
    """

    program: Program
    loss: str
    extra: frozenset[str]


def weighted(
    program: Program, of: str | None, upstream: Source, bound: Mapping[str, Any], asked: Collection[str],
    shapes: Mapping[str, Shape],
) -> Weighted:  # fmt: skip
    """The program with a loss L behind it, for which ∂L/∂output is the upstream gradient: the sum of their products.

    of       the node that the gradient flows into; None: the last statement
    bound    what names mean, asked: those that are asked for (see `parse`); shapes: of the variables, by name
    Raises BpcalcError where the shapes differ.
    """
    shaped = {name: Shaped(shape) for name, shape in shapes.items()}
    weights = inverted(parse(upstream, bound, asked), shaped)
    node = program.output if of is None else Names(program, program.output).find(of)
    size = _shape(program, node, shaped)
    given = _shape(weights, weights.output, shaped)
    name = Names(program, node).output
    if given not in (size, ()):
        raise BpcalcError(f"the upstream gradient has the shape {_told(given)}, the output {name} has {_told(size)}")
    extra = frozenset(weights.graph.variables.keys() - program.graph.variables.keys())
    product = program.graph.apply(GATES["multiply"], (_copied(weights, program), node))
    if size:
        from bpcalc.gates.arrays import GATES as ARRAYS

        product = program.graph.apply(ARRAYS["sum"].bind({}), (product,))
    loss = fresh("L", program.names)
    program.names[loss] = program.output = product
    note = f"{loss} is a loss behind {name}, with ∂{loss}/∂{name} = {upstream.text.strip()}"
    program.remarks = [*program.remarks, *weights.remarks, ("note", loss, note)]
    return Weighted(program, loss, extra)


def _shape(program: Program, node: int, shaped: Mapping[str, Shaped]) -> Shape:
    bound = {name: shaped.get(name, Shaped(())) for name in program.variables}
    name = fresh("output", program.names)
    program.names[name] = node  # so that it is found where gradients inside are written out
    written = derive(program, bound, SHAPES, "torch")
    place = written.names[name]
    del program.names[name]
    try:
        return tuple(forward(SHAPES, written.graph, bound, [place])[place].shape)
    except ShapeError as error:
        raise misfit(program, error) from error


def _copied(source: Program, target: Program) -> int:
    """The output of one program in the graph of another."""
    graph, place = target.graph, list[int]()
    for node, (gate, inputs) in enumerate(zip(source.graph.gates, source.graph.inputs, strict=True)):
        payload = source.graph.leaves.get(node)
        if gate is INPUT:
            name = str(payload)
            if name not in target.names:
                target.names[name] = graph.variable(name)
                target.used[name] = 0
                target.variables.append(name)
            place.append(target.names[name])
        elif gate is CONSTANT:
            place.append(graph.constant(payload))  # type: ignore[arg-type]
        else:
            place.append(graph.apply(gate, tuple([place[one] for one in inputs])))
    return place[source.output]


def _told(shape: Shape) -> str:
    return f"({', '.join(map(str, shape))}{',' * (len(shape) == 1)})"
