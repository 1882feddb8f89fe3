"""What is said where shapes do not fit: the operation, both shapes, and the place in the source."""

from __future__ import annotations

from typing import Any

from bpcalc.engine.forward import ShapeError
from bpcalc.errors import BpcalcError, Span
from bpcalc.reading.lexer import locate
from bpcalc.reading.places import place_of
from bpcalc.reading.program import Program
from bpcalc.reports.names import Names
from bpcalc.writing.unparse import shortened

LONG = 60  # characters of an operation that is quoted


def misfit(program: Program, error: ShapeError) -> BpcalcError:
    """The error of a node whose inputs do not fit together."""
    graph, node = program.graph, error.node
    given = Names(program, program.output).given
    gate, shapes = graph.gates[node], [getattr(error.values[source], "shape", ()) for source in graph.inputs[node]]
    operation = shortened(graph, node, given, LONG)
    if gate.infix and len(graph.inputs[node]) == 2:
        left, right = (given.get(source) or shortened(graph, source, given, LONG) for source in graph.inputs[node])
        operation = f"{left} {gate.infix[0]} {right}"
    operation = operation if len(operation) <= LONG else f"{operation[: LONG - 2]}…"
    between = f" {gate.infix[0]} " if gate.infix else ", "
    reason = ": ".join(filter(None, [between.join(map(_cut, shapes)), _reason(gate, shapes, error)]))
    return BpcalcError(f"`{operation}`: {reason}", span=place(program, node))


def _cut(shape: tuple[int, ...]) -> str:
    text = str(shape)
    return text if len(text) <= 40 else f"{text[:36]} …)"


def _reason(gate: Any, shapes: list[tuple[int, ...]], error: ShapeError) -> str:
    if isinstance(error.__cause__, MemoryError):
        return "there is not enough memory for the result"
    from bpcalc.algebra.shapes import SHAPES, Shaped  # loaded for a mistake only

    try:
        SHAPES.function(gate)(*map(Shaped, shapes))
    except ValueError as wrong:
        return str(wrong)
    return str(error.__cause__).strip().rstrip(".")  # the shapes fit, but not the values: labels out of range


def place(program: Program, node: int) -> Span | None:
    """Where the operation of a node stands in the source."""
    found = place_of(program, node)
    return None if found is None else locate(program.source, *found)
