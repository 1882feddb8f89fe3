"""What is said where shapes do not fit: the operation, both shapes, and the place in the source."""

from __future__ import annotations

import re
from collections.abc import Mapping

from bpcalc.engine.forward import ShapeError
from bpcalc.errors import BpcalcError, Span
from bpcalc.reading.lexer import locate
from bpcalc.reading.places import place_of
from bpcalc.reading.program import Program
from bpcalc.reports.names import Names
from bpcalc.typed import Any
from bpcalc.writing.unparse import shortened

LONG, QUOTED = 60, 40  # characters of an operation, and of an operand, that is quoted


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
    is_misfit = not isinstance(error.__cause__, MemoryError)
    hint = _hint(program, node, shapes, given) if is_misfit else ""
    return BpcalcError(f"`{operation}`: {reason}", hint=hint, span=place(program, node))


def _hint(program: Program, node: int, shapes: list[tuple[int, ...]], given: Mapping[int, str]) -> str:
    """What may have been meant by a product or a norm."""
    graph = program.graph
    gate, inputs = graph.gates[node], graph.inputs[node]
    texts = [shortened(graph, source, given, QUOTED) for source in inputs]
    texts = [text if re.fullmatch(r"[\w.]+|\w+\([^()]*\)", text) else f"({text})" for text in texts]
    if gate.name == "norm" and gate.options["axis"] == 1 and len(shapes[0]) == 1:
        return f"write sum(abs({texts[0].removeprefix('(').removesuffix(')')})) for the 1-norm"
    if gate.name not in ("multiply", "matmul") or not all(shapes):
        return ""
    (left, right), ways = texts, [(0, 0), (1, 0), (0, 1)][gate.name == "matmul" :]
    for turned in ways:
        turns = [shape[::-1] if turn else shape for shape, turn in zip(shapes, turned, strict=True)]
        if any(turn and len(shape) != 2 for shape, turn in zip(shapes, turned, strict=True)) or not _multiply(*turns):
            continue
        product = f"{left}{'.T' * turned[0]}@{right}{'.T' * turned[1]}"
        return f"write {product} for the matrix product" if gate.name == "multiply" else f"the shapes of {product} fit"
    return ""


def _multiply(a: tuple[int, ...], b: tuple[int, ...]) -> bool:
    """Do two shapes fit together in a product of matrices?"""
    from bpcalc.algebra.shapes import SHAPES, Shaped

    try:
        SHAPES.matmul(Shaped(a), Shaped(b))
    except ValueError:
        return False
    return True


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
