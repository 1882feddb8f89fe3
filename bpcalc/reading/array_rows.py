"""Arrays as other languages write them: `[1 2 3]`, `[1 2; 3 4]`, and tuples, `axis=(0, 1)`.

The grammar stands in `parser`; these functions work on its state, and are loaded when an array is met. An array's frame
keeps under `ROWS` the rows before the one that is read, and under `SPACED` that blanks part its entries.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bpcalc.gate import GRAD, Gate
from bpcalc.gates.arrays import GATES
from bpcalc.reading.extents import error_at
from bpcalc.reading.lexer import SUPERSCRIPTS
from bpcalc.reading.mistakes import never_closed
from bpcalc.reading.state import Frame

if TYPE_CHECKING:
    from bpcalc.reading.parser import Parser

ARRAY = GATES["array"]
ROWS, SPACED = ";", " "


def opens_tuple(parser: Parser) -> bool:
    """Do the innermost brackets, before whose first comma the place is, hold an array, as an argument of a gate?"""
    frame = parser.frames[-1]
    if len(parser.frames) > 1 and parser.tokens[frame.place] == "(":
        before, outer = parser.tokens[frame.place - 1], parser.frames[-2].called
        if before in ("(", ",", "=", "[") and isinstance(outer, Gate) and outer is not GRAD:
            frame.called = ARRAY
    return frame.called is not None


def is_entry(parser: Parser) -> bool:
    """Do blanks part the entries of the array, and is what stands at this place the next one?"""
    tokens, place, frame = parser.tokens, parser.place, parser.frames[-1]
    if frame.arguments and SPACED not in frame.options:
        return False  # commas part them
    return place in parser.layout.apart and (tokens[place] != "[" or _before(tokens, place) == "]")


def end_entry(parser: Parser) -> None:
    """Ends an entry before the operand at this place. Raises BpcalcError where both may be one product."""
    tokens, place = parser.tokens, parser.place
    token, before = tokens[place], _before(tokens, place)
    is_factor = before in (")", "]", "}") or before[0].isdigit() or before[0] in SUPERSCRIPTS
    if is_factor and token != "[" and (before in (")", "]", "}") or not (token[0].isdigit() or token[0] == ".")):
        hint = "put a comma between two entries, or * between two factors"
        raise error_at(parser, f'"{before} {token}" can be read two ways', hint, place - 1, place)
    parser.frames[-1].options[SPACED] = True
    parser.argument()


def end_row(parser: Parser) -> None:
    """Ends a row of a matrix at its `;`. Raises BpcalcError where another bracket is open."""
    if parser.tokens[parser.place] != ";" or parser.tokens[parser.frames[-1].place] != "[":
        raise never_closed(parser)
    parser.argument()
    frame = parser.frames[-1]
    _check(parser, frame)
    frame.options.setdefault(ROWS, []).append(parser.graph.apply(ARRAY, tuple(frame.arguments)))
    frame.arguments = []
    parser.place += 1


def end_array(parser: Parser, frame: Frame) -> None:
    """Looks at what stands between the brackets of an array at its end, and makes rows its entries."""
    _check(parser, frame)
    if rows := frame.options.pop(ROWS, None):
        frame.arguments = [*rows, parser.graph.apply(ARRAY, tuple(frame.arguments))]


def _check(parser: Parser, frame: Frame) -> None:
    """Raises BpcalcError where commas and blanks part entries of one array, and for `[1 -2]`, which has two readings."""
    is_spaced = SPACED in frame.options
    if is_spaced and frame.place in parser.layout.commas:
        at = parser.layout.commas[frame.place]
        raise error_at(parser, "commas and blanks part the entries of this array", "part all of them by commas", at)
    at = parser.layout.signs.get(frame.place) if is_spaced or len(frame.arguments) == 1 else None
    if at is not None and frame.place not in parser.layout.commas:
        left, right = parser.tokens[at - 1], parser.tokens[at] + parser.tokens[at + 1]
        hint = "put a comma between two entries, or a blank behind the sign"
        raise error_at(parser, f'"{left} {right}" can be read two ways', hint, at - 1, at + 1)


def _before(tokens: list[str], place: int) -> str:
    place -= 1
    while tokens[place] == "\n":
        place -= 1
    return tokens[place]
