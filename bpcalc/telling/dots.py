"""What is said of `w·x` and `u×v` between arrays, once shapes are known: paper has other products there."""

from __future__ import annotations

from collections.abc import Callable

from bpcalc.errors import BpcalcError
from bpcalc.reading.lexer import locate, tokenize
from bpcalc.reading.operators import DOTS
from bpcalc.reading.places import place_of
from bpcalc.reading.program import Program
from bpcalc.reports.names import Names
from bpcalc.writing.unparse import shortened

QUOTED = 40

Shape = tuple[int, ...]


def check_dots(program: Program, shape: Callable[[int], Shape]) -> None:
    """Raises BpcalcError for a dot or a cross between two arrays.

    shape  the shape of a node
    """
    for node in program.dots:
        sizes = [shape(factor) for factor in program.graph.inputs[node]]
        if len(sizes) == 2 and all(sizes):
            raise _two_readings(program, node, sizes)


def _two_readings(program: Program, node: int, sizes: list[Shape]) -> BpcalcError:
    tokens, place = tokenize(program.source), place_of(program, node) or (0, 0)
    sign = next((token for token in tokens[place[0] : place[1] + 1] if token in DOTS), DOTS[0])
    left, right = (_factor(program, one) for one in program.graph.inputs[node])
    kinds = {len(size) for size in sizes}
    product = "the dot product" if kinds == {1} else "the product of matrices"
    hint = f"write {left}@{right} for {product}, {left}*{right} entry by entry"
    if sign == "×" and kinds == {1}:
        hint = f"write {left}*{right} entry by entry, {left}@{right} for the dot product"
    kind = {frozenset((1,)): "two vectors", frozenset((2,)): "two matrices"}.get(frozenset(kinds), "two arrays")
    message = f'"{sign}" between {kind} can be read two ways'
    return BpcalcError(message, hint=hint, span=locate(program.source, *place))


def _factor(program: Program, node: int) -> str:
    text = shortened(program.graph, node, Names(program, program.output).given, QUOTED)
    gate = program.graph.gates[node]
    return f"({text})" if gate.infix or gate.prefix else text
