"""What is said of powers of square matrices: `A^-1` on paper is the inverse, `A^2` there is A@A; here both are entry by
entry, as in NumPy.

Asked where arrays are computed, once their shapes are known.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import islice

from bpcalc.errors import BpcalcError
from bpcalc.gate import CONSTANT
from bpcalc.gates import GATES
from bpcalc.graph import Graph
from bpcalc.reading.lexer import locate, tokenize
from bpcalc.reading.places import place_of
from bpcalc.reading.program import Program
from bpcalc.reports.names import Names
from bpcalc.writing.unparse import shortened

POWER, TRANSPOSE = GATES["power"], "transpose"
TAKES_MATRICES = ("matmul", "trace", "det", "logdet", "inv", "solve")
ON_PAPER = re.compile(r"\^|[⁰¹²³⁴⁵⁶⁷⁸⁹⁻]")  # how a power is written that may be one of a matrix; A**2 is NumPy's
INVERSE = re.compile(r"\^[\s({]*[-−]\s*1(?![0-9.])")  # A⁻¹ is the inverse
MOST = 20  # powers that are looked at one by one, each of which has the text read again
WRITTEN_OUT = 4  # powers up to this are written as products
QUOTED = 40

Shape = tuple[int, ...]


def check_powers(program: Program, shape: Callable[[int], Shape]) -> list[tuple[str, str, str]]:
    """Notes on powers of square matrices that go straight into a product of matrices, a trace or a determinant.

    shape  the shape of a node
    Raises BpcalcError for `A^-1`.
    """
    if not ON_PAPER.search(program.source.text):
        return []
    found = [node for node in _powers(program.graph) if _is_square(shape(program.graph.inputs[node][0]))]
    notes = []
    if INVERSE.search(program.source.text):
        inverses = [node for node in found if program.graph.number(program.graph.inputs[node][1]) == -1]
        for node in inverses[:MOST]:
            notes += _check_inverse(program, node)
    return [*notes, *islice(_notes(program, found), MOST)] if found else []


def _powers(graph: Graph) -> Iterator[int]:
    """The powers with a plain number."""
    for node, gate in enumerate(graph.gates):
        if gate is POWER and graph.gates[graph.inputs[node][1]] is CONSTANT:
            yield node


def _is_square(shape: Shape) -> bool:
    return len(shape) > 1 and shape[-1] == shape[-2] and shape[-1] != 1


def _check_inverse(program: Program, node: int) -> list[tuple[str, str, str]]:
    """Raises BpcalcError for `A^-1`. Of `A^(-1)`, as bpcalc itself writes 1/A, there is a note."""
    place = place_of(program, node)
    if place is None or not _is_on_paper(program, place):
        return []
    base = _text(program, program.graph.inputs[node][0])
    if tokenize(program.source)[place[0] : place[0] + 2] == ["^", "("]:
        text = f"{_closed(base)}^(-1)"
        return [("note", text, f"{text} is entry by entry; the inverse of the matrix is inv({base})")]
    hint = f"write inv({base}) for the inverse, 1/{_closed(base)} for the reciprocals of the entries"
    message = f"`{_closed(base)}^-1` of a square matrix can be read two ways"
    raise BpcalcError(message, hint=hint, span=locate(program.source, *place))


def _is_on_paper(program: Program, place: tuple[int, int]) -> bool:
    """Is the power not written as NumPy or MATLAB write one entry by entry?"""
    return tokenize(program.source)[place[0]] not in ("**", ".^")


def _notes(program: Program, powers: list[int]) -> Iterator[tuple[str, str, str]]:
    graph = program.graph
    wanted = {node for node in powers if graph.number(graph.inputs[node][1]) != -1}
    reaches: dict[int, int] = {}  # a power, or its transpose: the power
    for node, (gate, inputs) in enumerate(zip(graph.gates, graph.inputs, strict=True)):
        if node in wanted:
            reaches[node] = node
        elif gate.name == TRANSPOSE and inputs[0] in reaches:
            reaches[node] = reaches[inputs[0]]
        elif gate.name in TAKES_MATRICES:
            for power in {reaches[one] for one in inputs if one in reaches} & wanted:
                wanted.discard(power)
                place = place_of(program, power)
                if place is not None and _is_on_paper(program, place):
                    yield "note", _text(program, power), _note(program, power)


def _note(program: Program, node: int) -> str:
    base, exponent = program.graph.inputs[node]
    text, number = _text(program, base), program.graph.number(exponent)
    told = f"{_text(program, node)} is entry by entry"
    if number not in range(2, WRITTEN_OUT + 1):
        return told
    return f"{told}; the power of the matrix is {'@'.join([_closed(text)] * int(number))}"  # type: ignore[arg-type]


def _text(program: Program, node: int) -> str:
    return shortened(program.graph, node, Names(program, program.output).given, QUOTED)


def _closed(text: str) -> str:
    return text if re.fullmatch(r"[\w.]+|\w+\([^()]*\)", text) else f"({text})"
