"""Arrays as other languages write them: `[1 2 3]`, `[1 2; 3 4]`, and tuples, `axis=(0, 1)`.

The grammar stands in `parser`; these functions work on its state, and are loaded when an array is met. An array's frame
keeps under `ROWS` the rows before the one that is read, under `START` where that begins, and under `SPACED` that blanks
part its entries.
"""

from __future__ import annotations

from bpcalc.gate import GRAD, Gate
from bpcalc.gates.arrays import GATES
from bpcalc.reading.extents import error_at, operand_start
from bpcalc.reading.lexer import SUPERSCRIPTS, TRANSPOSES
from bpcalc.reading.mistakes import WORDS, never_closed
from bpcalc.reading.state import Borrowed, Frame, State

ARRAY = GATES["array"]
NESTED = 10  # brackets around a tuple that may be tuples too
ROWS, SPACED, START = ";", " ", "start"
DIGITS = frozenset("0123456789.")
ENDS = frozenset((",", ")", "]", ";", "\n", ""))


def opens_tuple(state: State) -> bool:
    """Do the innermost brackets, at whose first comma the place is, hold an array, as an argument or an entry?"""
    tokens, frame = state.tokens, state.frames[-1]
    if len(state.frames) < 2 or tokens[frame.place] != "(":
        return False
    before, outer = tokens[frame.place - 1], state.frames[-2]
    for further in state.frames[-3:-NESTED:-1]:
        if tokens[outer.place] != "(" or before not in ("(", ","):
            break
        outer = further  # ((0, 1), (2, 3))
    if before not in ("(", ",", "=", "[", ";") or tokens[outer.place] in ("(", "{"):
        return False
    if isinstance(outer.called, (Gate, Borrowed)) and outer.called is not GRAD and SPACED not in outer.options:
        frame.called = ARRAY
    return frame.called is not None


def is_entry(state: State) -> bool:
    """Do blanks part the entries of the array, and is what stands at this place the next one?"""
    tokens, place, frame = state.tokens, state.place, state.frames[-1]
    if frame.arguments and SPACED not in frame.options:
        return False  # commas part them
    before = _before(tokens, place)
    is_behind = tokens[place] in TRANSPOSES or tokens[place] in (".", "!")
    if is_behind or place not in state.layout.apart or not WORDS.keys().isdisjoint((before, tokens[place])):
        return False
    return tokens[place] != "[" or (before == "]" and _is_array(tokens, place))


def _is_array(tokens: list[str], place: int) -> bool:
    """Does the bracket at the place open an array behind another one, and no index?"""
    start = place - 1
    while tokens[start] == "\n":
        start -= 1
    inside = _inside(tokens, place)
    return bool(inside) and ":" not in inside and tokens[operand_start(tokens, start)] == "["


def _inside(tokens: list[str], opening: int) -> list[str]:
    """The tokens behind a bracket, up to the next one."""
    stop = opening + 1
    while tokens[stop] not in ("[", "]", ""):
        stop += 1
    return tokens[opening + 1 : stop + (tokens[stop] == "[")]


def check_entry(state: State) -> None:
    """Raises BpcalcError where the operand at this place and the one before it may be one product."""
    tokens, place = state.tokens, state.place
    token, before = tokens[place], _before(tokens, place)
    is_closed = before in (")", "]", "}")
    is_factor = is_closed or before[0] in DIGITS or before[0] in SUPERSCRIPTS or token == "√"
    inside = _inside(tokens, place) if token == "[" else []
    if inside and (len(inside) < 2 or "," in inside) and "[" not in inside:
        hint = "put a comma between two entries"
        raise error_at(state, "an array behind another, or its index: this can be read two ways", hint, place)
    if is_factor and token != "[" and (is_closed or token[0] not in DIGITS):
        hint = "put a comma between two entries, or * between two factors"
        raise error_at(state, f'"{before} {token}" can be read two ways', hint, place - 1, place)
    state.frames[-1].options[SPACED] = True


def check_row(state: State) -> None:
    """Raises BpcalcError for a `;` that is inside no array's brackets, but inside others."""
    if state.tokens[state.place] != ";" or state.tokens[state.frames[-1].place] != "[":
        raise never_closed(state)


def end_row(state: State) -> None:
    """Ends a row of a matrix at its `;`, whose last entry has been read."""
    frame = state.frames[-1]
    _check(state, frame)
    frame.options.setdefault(ROWS, []).append(state.graph.apply(ARRAY, tuple(frame.arguments)))
    frame.options.pop(SPACED, None)
    frame.options[START] = state.place
    frame.arguments = []
    state.place += 1


def end_array(state: State, frame: Frame) -> None:
    """Looks at what stands between the brackets of an array at its end, and makes rows its entries."""
    if state.tokens[frame.place] == "(":
        if state.tokens[state.place + 1] not in ENDS:
            hint = "an array is written with square brackets: [1, 2]"
            raise error_at(state, 'unexpected ","', hint, frame.place, state.place)
        return
    _check(state, frame)
    if rows := frame.options.pop(ROWS, None):
        frame.arguments = [*rows, state.graph.apply(ARRAY, tuple(frame.arguments))]


def _check(state: State, frame: Frame) -> None:
    """Raises BpcalcError where commas and blanks part entries of one row, and for `[1 -2]`, which has two readings."""
    if SPACED not in frame.options and len(frame.arguments) != 1:
        return
    first = frame.options.get(START, frame.place)
    for at in state.layout.commas.get(frame.place, ()):
        if first < at < state.place:
            hint = "part all of them by commas"
            raise error_at(state, "commas and blanks part the entries of this array", hint, at)
    at = state.layout.signs.get(frame.place, 0)
    if first < at < state.place:
        left, right = state.tokens[at - 1], state.tokens[at] + state.tokens[at + 1]
        hint = "put a comma between two entries, or a blank behind the sign"
        raise error_at(state, f'"{left} {right}" can be read two ways', hint, at - 1, at + 1)


def _before(tokens: list[str], place: int) -> str:
    place -= 1
    while tokens[place] == "\n":
        place -= 1
    return tokens[place]
