"""What the parser says of products and powers that are left open: what can be read two ways, and sin²(x).

Loaded with `mistakes`, and like these called only where one is made.
"""

from __future__ import annotations

from bpcalc.errors import BpcalcError
from bpcalc.reading.lexer import END, FROM_SUPERSCRIPT
from bpcalc.reading.mistakes import DEPTH, OPERATORS, closing, error_at, text_of
from bpcalc.reading.state import State


def power_of_function(state: State) -> BpcalcError:
    """`sin²(x)`; the place is the bracket."""
    stop = closing(state, state.place)
    power = state.tokens[state.place - 1].translate(FROM_SUPERSCRIPT)
    return _behind(state, text_of(state, state.place, stop), f"^{power}", state.place - 2, stop)


def _behind(state: State, argument: str, power: str, first: int, last: int) -> BpcalcError:
    hint = f"write {state.tokens[first]}{argument}{power}"
    return error_at(state, "the power of a function stands behind its brackets", hint, first, last)


def two_readings(state: State, division: bool) -> BpcalcError:
    """`1/2x`, `x^2y`: names both readings. The operator is the last before the place, its left operand before it."""
    from bpcalc.gates.arrays import SPELLINGS

    tokens, place = state.tokens, state.place
    symbol, depth, at = ("/", "÷", "∕") if division else ("^", "**", "√"), 0, place - 1
    while depth or tokens[at] not in symbol:
        depth -= DEPTH.get(tokens[at], 0)
        at -= 1
    operator, start = at, at - 1
    while start >= 0 and (depth or tokens[start] not in OPERATORS) and (division or start == operator - 1 or depth):
        depth -= DEPTH.get(tokens[start], 0)
        start -= 1
    stop = place
    while depth or (tokens[stop] not in OPERATORS and tokens[stop] not in ("*", "/", ")", END)) or stop == place:
        depth += DEPTH.get(tokens[stop], 0)
        stop += 1
        if tokens[stop] == "(" and not depth:
            depth, stop = 1, stop + 1
        if stop >= len(tokens) - 1:
            break
    left, middle, right = (
        text_of(state, start + 1, operator - 1), text_of(state, operator + 1, place - 1),
        text_of(state, place, stop - 1),
    )  # fmt: skip
    sign = tokens[operator] if tokens[operator] != "√" else "√"
    one = f"({left}{sign}{middle})*{right}" if division else f"{left}{sign}{middle}*{right}"
    two = f"{left}{sign}({middle}*{right})"
    whole = text_of(state, start + 1, stop - 1)
    if tokens[operator - 1] in SPELLINGS:
        argument = right if tokens[place] == "(" else f"({right})"
        return _behind(state, argument, f"^{middle}", start + 1, stop - 1)
    closed = whole.count("(") == whole.count(")")
    hint = f"write {one} or {two}" if closed else "put brackets around what belongs together"
    return error_at(state, f'"{whole}" can be read two ways', hint, start + 1, stop - 1)
