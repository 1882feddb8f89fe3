"""What is said where shapes do not fit: the operation, both shapes, and the place in the source.

May import errors, engine, graph, lexer, names, parse, unparse.
"""

from __future__ import annotations

from typing import Any

from bpcalc.engine.forward import ShapeError
from bpcalc.errors import BpcalcError, Span
from bpcalc.lexer import locate
from bpcalc.names import Names
from bpcalc.parse import Program, place_of
from bpcalc.unparse import unparse


def misfit(program: Program, error: ShapeError) -> BpcalcError:
    """The error of a node whose inputs do not fit together."""
    graph, node = program.graph, error.node
    given = Names(program, program.output).given
    gate, shapes = graph.gates[node], [getattr(error.values[source], "shape", ()) for source in graph.inputs[node]]
    operation = unparse(graph, node, given)
    if gate.infix and len(graph.inputs[node]) == 2:
        left, right = (given.get(source) or unparse(graph, source, given) for source in graph.inputs[node])
        operation = f"{left} {gate.infix[0]} {right}"
    operation = operation if len(operation) <= 60 else f"{operation[:58]}…"
    between = f" {gate.infix[0]} " if gate.infix else ", "
    reason = ": ".join(filter(None, [between.join(map(_cut, shapes)), _reason(gate, shapes, error)]))
    return BpcalcError(f"`{operation}`: {reason}", span=_place(program, node))


def _cut(shape: tuple[int, ...]) -> str:
    text = str(shape)
    return text if len(text) <= 40 else f"{text[:36]} …)"


def _reason(gate: Any, shapes: list[tuple[int, ...]], error: ShapeError) -> str:
    if isinstance(error.__cause__, MemoryError):
        return "there is not enough memory for the result"
    if gate.shape:
        try:
            gate.shape(*shapes, **gate.options)
        except ValueError as wrong:
            return str(wrong)
    told = str(error.__cause__).strip().rstrip(".")
    if gate.infix or not gate.pullback or "broadcast" in told:
        for place, sizes in enumerate(_columns(shapes), start=1):
            different = {size for size in sizes if size != 1}
            if len(different) > 1:
                return f"sizes {' and '.join(map(str, sizes))} differ on axis -{place}, and neither is 1"
    return told


def _columns(shapes: list[tuple[int, ...]]) -> list[list[int]]:
    """The sizes axis by axis from the last one on, as broadcasting compares them."""
    longest = max(map(len, shapes), default=0)
    return [[shape[-place] for shape in shapes if len(shape) >= place] for place in range(1, longest + 1)]


def _place(program: Program, node: int) -> Span | None:
    found = place_of(program, node)
    return None if found is None else locate(program.source, *found)
