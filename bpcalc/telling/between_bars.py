"""What is said of arrays between bars, once shapes are known: `|A|` of a matrix is its determinant on paper, or the
absolute values; `‖A‖₂` is no norm of its entries there.
"""

from __future__ import annotations

from collections.abc import Callable

from bpcalc.errors import BpcalcError
from bpcalc.reading.bar_roles import Written
from bpcalc.reading.lexer import locate
from bpcalc.reading.program import Program
from bpcalc.reports.names import Names
from bpcalc.writing.unparse import shortened

QUOTED = 40
ENTRIES = ("", "F")  # the orders of a norm of all entries, of a matrix too

Shape = tuple[int, ...]


def check_bars(program: Program, shape: Callable[[int], Shape]) -> list[tuple[str, str, str]]:
    """Notes on norms of matrices. Raises BpcalcError for bars with two readings.

    shape  the shape of a node
    """
    notes = []
    for node, one in program.bars.items():
        size = shape(node)
        if (one.order == "abs" and size) or (one.order not in (*ENTRIES, "abs") and len(size) > 1):
            raise _two_readings(program, node, one, size)
        if one.order == "" and len(size) > 1:
            text = f"norm({_text(program, node)})"
            notes.append(("note", text, f"{text} of a matrix is the root of the sum of its squares (Frobenius)"))
    return notes


def _two_readings(program: Program, node: int, one: Written, size: Shape) -> BpcalcError:
    x = _text(program, node)
    if one.order == "abs":
        other = f"norm({x}) for the length" if len(size) == 1 else f"norm({x}) for the norm"
        if len(size) == 2 and size[0] == size[1]:
            other = f"det({x}) for the determinant"
        kind = {1: "a vector", 2: "a matrix"}.get(len(size), "an array")
        message, hint = f"bars around {kind} can be read two ways", f"write {other}, abs({x}) entry by entry"
    else:
        message = f"the norm of order {one.order} of a matrix can be read two ways"
        hint = _of_matrices(x, one.order)
    return BpcalcError(message, hint=hint, span=locate(program.source, one.first, one.last))


def _of_matrices(x: str, order: str) -> str:
    """What to write for a norm of a matrix."""
    if order == "2":
        from bpcalc.gates.arrays import SPELLINGS

        stretch = f", max(svdvals({x})) for the largest stretch" if "svdvals" in SPELLINGS else ""
        return f"write norm({x}) for the root of the sum of the squares{stretch}"
    if order == "1":
        return f"write max(sum(abs({x}), axis=0)) for the largest column, sum(abs({x})) for the sum of all entries"
    if order in ("inf", "∞"):
        return f"write max(sum(abs({x}), axis=1)) for the largest row, max(abs({x})) for the largest entry"
    return f"write sum(abs({x})^{order})^(1/{order}) for the entries"


def _text(program: Program, node: int) -> str:
    return shortened(program.graph, node, Names(program, program.output).given, QUOTED)
