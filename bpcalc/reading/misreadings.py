"""What the parser says of products and powers that are left open: what can be read two ways, and sin²(x).

Loaded with `mistakes`, and like these called only where one is made.
"""

from __future__ import annotations

from collections.abc import Sequence

from bpcalc.errors import BpcalcError
from bpcalc.reading.bar_roles import OPENS
from bpcalc.reading.extents import DEPTH, closing, error_at, operand_end, operand_start, text_of
from bpcalc.reading.lexer import END, FROM_SUPERSCRIPT, canonical, is_word
from bpcalc.reading.mistakes import OPERATORS, WORDS, no_operator
from bpcalc.reading.operators import BARS
from bpcalc.reading.state import State


def power_of_function(state: State) -> BpcalcError:
    """`sin²(x)`; the place is the bracket."""
    stop = closing(state, state.place)
    power = state.tokens[state.place - 1].translate(FROM_SUPERSCRIPT)
    return _behind(state, text_of(state, state.place, stop), f"^{power}", state.place - 2, stop)


def _behind(state: State, argument: str, power: str, first: int, last: int) -> BpcalcError:
    word = canonical(state.tokens[first])
    hint = f"write {word}{argument}{power}"
    if power.strip("^*(){} ") in ("-1", "−1"):
        inverse = INVERSES.get(word, "")
        reciprocal = f"1/{word}{argument}"
        hint = f"write {inverse}{argument} for the inverse function, {reciprocal} for the reciprocal"
        if not inverse:
            hint = f"write {reciprocal}"
        return error_at(state, f'"{word}^-1" can be read two ways', hint, first, last)
    return error_at(state, "the power of a function stands behind its brackets", hint, first, last)


ENDS = frozenset(("*", "/", END))
INVERSES = {word: f"a{word}" for word in ("sin", "cos", "tan", "sinh", "cosh", "tanh")} | {
    "exp": "log", "log": "exp", "ln": "exp", "sigmoid": "logit",
}  # fmt: skip


def _depth(state: State, at: int) -> int:
    """1 for a bracket or a bar that opens, -1 for one that closes."""
    token = state.tokens[at]
    if token in BARS:
        return 1 if state.roles.roles[at] == OPENS else -1
    return DEPTH.get(token, 0)


def two_products(state: State, parts: Sequence[str], division: bool) -> BpcalcError:
    """`1/xy`, where x and y have values and xy has none; the place is that name."""
    tokens, place = state.tokens, state.place
    operator = place - 1
    while tokens[operator] in ("-", "+", "−"):
        operator -= 1
    start = operator if tokens[operator] == "√" else operand_start(tokens, operator - 1)
    left, between = text_of(state, start, operator - 1), text_of(state, operator, place - 1)
    one = f"({left}{between}{parts[0]})" if division else f"{left}{between}{parts[0]}"
    product, rest = "*".join(parts), "*".join(parts[1:])
    hint = f"write {one}*{rest} or {left}{between[0]}({between[1:]}{product})"
    return error_at(state, f'"{text_of(state, start, place)}" can be read two ways', hint, start, place)


def two_readings(state: State, division: bool) -> BpcalcError:
    """`1/2x`, `x^2y`: names both readings. The operator is the last before the place, its left operand before it."""
    from bpcalc.gates.arrays import SPELLINGS
    from bpcalc.reading.notations import quotient_of_differentials

    if found := quotient_of_differentials(state):
        return found
    tokens, place = state.tokens, state.place
    if tokens[place] in WORDS:
        return no_operator(state)
    symbol, depth, at = ("/", "÷", "∕", "./") if division else ("^", "**", ".^", "√"), 0, place - 1
    while depth or tokens[at] not in symbol:
        depth -= DEPTH.get(tokens[at], 0)
        at -= 1
    operator, start = at, at - 1
    while start >= 0 and (depth or not (tokens[start] in OPERATORS or _depth(state, start) > 0)) and (
        division or start == operator - 1 or depth
    ):
        depth -= _depth(state, start)
        start -= 1
    stop = place
    while depth or stop == place or not (
        tokens[stop] in OPERATORS or tokens[stop] in ENDS or tokens[stop] in WORDS or _depth(state, stop) < 0
    ):
        depth += _depth(state, stop)
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


def check_brackets(state: State) -> None:
    """Raises BpcalcError for `[x + y]z`, which may be round brackets or an array; the place is the z."""
    tokens, place = state.tokens, state.place
    start, is_factor = operand_start(tokens, place - 1), is_word(tokens[place]) or tokens[place] in ("(", "[")
    array = state.operands[-1]
    if tokens[start] != "[" or not is_factor or len(state.graph.inputs[array]) != 1 or state.frames:
        return
    inside, factor = text_of(state, start + 1, place - 2, 200), text_of(state, place, operand_end(state, place))
    hint = f"write ({inside})*{factor} for brackets, [{inside}]*{factor} for an array"
    raise error_at(state, f'"[{inside}]{factor}" can be read two ways', hint, start, place)
