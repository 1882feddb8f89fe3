"""How a text was understood: the program in bpcalc's own notation (`--show-reading`).

Read again with the same values it is the same graph, and so the same text.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

from bpcalc.algebra.shapes import SHAPES, Shaped
from bpcalc.calculations.inner_gradients import derive
from bpcalc.calculations.inverses import inverted
from bpcalc.calculations.passes import note_powers
from bpcalc.engine.forward import ShapeError, forward
from bpcalc.errors import BpcalcError, Source
from bpcalc.gate import ARGUMENT, INPUT, UNARY
from bpcalc.graph import Graph, decimal_text
from bpcalc.reading.parser import parse
from bpcalc.reading.program import Program
from bpcalc.reports.names import Names
from bpcalc.telling.misfits import misfit
from bpcalc.writing.definitions import defined
from bpcalc.writing.unparse import LANGUAGE, Namer, Parts, language_parts, write
from bpcalc.writing.unparse import needed as statements


class Understood(NamedTuple):
    """A program in bpcalc's own notation, and what is to be told about its reading."""

    text: str
    remarks: tuple[tuple[str, str, str], ...]


def understood(
    source: Source, bound: Mapping[str, Any], of: str | None = None, asked: Collection[str] | None = None
) -> Understood:
    """What a text means where names have these values, or shapes. A name that has neither is a single number.

    of     the node that is the output; None: the last statement
    asked  where names without a value are variables (`diff`): those that are asked for
    Raises BpcalcError, with the place, for a text that is no program, or has two readings.
    """
    program = parse(source, bound, asked)
    for name in program.variables:
        if isinstance(bound.get(name), BpcalcError):
            raise bound[name]
    shapes = {name: Shaped(getattr(bound.get(name), "shape", ())) for name in program.variables}
    program = inverted(program, shapes)
    written = derive(program, shapes, SHAPES, "torch")
    if ARGUMENT in program.graph.kinds:  # no text keeps arguments apart: grad(a*b, a) of f(x, x)
        program = written
    node = Names(program, program.output).find(of) if of else program.output
    needed = program.graph.ancestors(node)
    if asked is not None or all(name in bound for name in program.variables if needed[program.names[name]]):
        _check_shapes(written, shapes)
    return Understood(_text(program, node), (*program.remarks, *written.remarks[len(program.remarks) :]))


def _check_shapes(program: Program, shapes: Mapping[str, Any]) -> None:
    """Adds to the remarks what shapes tell. Raises BpcalcError where they do not fit, or tell of two readings."""
    try:
        shaped = forward(SHAPES, program.graph, shapes, [program.output, *program.names.values(), *program.shaped])
    except ShapeError as error:
        raise misfit(program, error) from error
    note_powers(program, lambda node: SHAPES.shape(shaped[node]))


def _text(program: Program, output: int) -> str:
    """The statements that the output needs, then the output under its own name."""
    graph, names = program.graph, Names(program, output)
    given = dict(names.given)
    if names.statements() is None:  # endless without more names
        taken = {*program.names, *graph.variables}
        given |= {node: name for node, name in defined(graph, [output], given, taken).items() if node not in given}
    inner = {node: name for node, name in given.items() if node != output}
    definitions = [node for node in inner if graph.gates[node] is not INPUT]
    dialect = LANGUAGE._replace(number=_number, parts=_parts)
    wanted = statements(graph, output, definitions, inner)
    lines = [f"{given[node]} = {write(graph, node, inner, dialect)}" for node in wanted]
    last = write(graph, output, inner, dialect)
    named = output in given and graph.gates[output] is not INPUT
    return "; ".join([*lines, f"{given[output]} = {last}" if named else last])


def _parts(graph: Graph, node: int, names: Namer) -> tuple[Parts, int]:
    """As the language has it, but for the sign of a product: -(x*y) is another graph than -x*y."""
    gate = graph.gates[node]
    if gate.prefix:
        return [gate.prefix, (graph.inputs[node][0], UNARY + 1)], UNARY
    return language_parts(graph, node, names)


def _number(value: float) -> str:
    """A number with the digits that were typed."""
    if value != value:
        return "nan"
    return decimal_text(value).removesuffix(".0")
