"""Bars as on paper: `|x|` is the absolute value, `||x||` and `‖x‖` the norm, `‖x‖₁` another one; `(c1) | (c2)` an or.

Which bars belong together `bar_roles` finds. The grammar stands in `parser`; these functions work on its state.
"""

from __future__ import annotations

from bpcalc.errors import BpcalcError
from bpcalc.gate import BAR, OR, PRODUCT
from bpcalc.gates import GATES
from bpcalc.reading.bar_roles import CLOSES, JOINS, OPENS, STRAY, Written
from bpcalc.reading.extents import error_at, text_of
from bpcalc.reading.lexer import STOPS, SUPERSCRIPTS, canonical
from bpcalc.reading.operators import BARS, CONDITIONS, DIVISION, OPEN, POWERS, ROOT, TIMES, Operator
from bpcalc.reading.state import Frame, State

EITHER, NUMPYS = Operator(OR, CONDITIONS[OR]), Operator(BAR, CONDITIONS[BAR])
ENDS = STOPS | {")", "]", "}", ","}
INFINITE, ENTRIES = ("inf", "∞"), ("", "2", "F")  # the orders of the largest entry, and of the 2-norm


def open_bar(state: State) -> None:
    """A bar where an operand starts."""
    place, bars = state.place, state.roles
    if bars.roles[place] != OPENS:
        raise astray(state)
    if place not in bars.ends and place not in bars.twice:
        from bpcalc.reading.mistakes import bar_never_closed

        raise bar_never_closed(state, place)
    for _ in range(1 + (place in bars.twice)):
        state.frames.append(Frame(place, None))
        state.pending.append(OPEN)


def behind_operand(state: State) -> bool:
    """A bar behind an operand. True where an operand follows; else the place is still the bar."""
    place, bars = state.place, state.roles
    role, token = bars.roles[place], state.tokens[place]
    if role == STRAY:
        raise astray(state)
    if role == JOINS:
        if state.tokens[place + 1] in ENDS:
            raise astray(state)
        sign = NUMPYS if token == "|" else EITHER
        state.reduce(sign.least)
        if sign is NUMPYS:
            _check_product(state)
        state.pending.append(sign)
        state.place += 1
        return True
    _close(state)
    if role == CLOSES:
        if place in bars.twice:
            _close(state)
        return False
    if state.waiting() in (DIVISION, POWERS, ROOT):
        hint = "put brackets around what belongs together"
        raise error_at(state, "a product behind / can be read two ways", hint, place)
    state.reduce(PRODUCT)
    state.pending.append(TIMES)
    state.frames.append(Frame(place, None))
    state.pending.append(OPEN)
    state.place += 1
    return True


def _close(state: State) -> None:
    """Closes the innermost bar."""
    from bpcalc.reading.mistakes import never_opened

    frame, place = state.frames[-1] if state.frames else None, state.place
    if frame is None or state.tokens[frame.place] not in BARS:
        raise never_opened(state)
    state.reduce(1)
    operand = state.operands.pop()
    state.frames.pop()
    state.pending.pop()
    is_single = state.tokens[frame.place] == "|" or frame.place in state.roles.twice
    order = "abs" if is_single else _order(state)
    state.operands.append(_absolute(state, operand) if is_single else _norm(state, operand, order))
    state.bars.setdefault(id(state.graph), {})[operand] = Written(order, frame.place, place)


def _absolute(state: State, operand: int) -> int:
    return state.graph.apply(GATES["abs"], (operand,))


def _order(state: State) -> str:
    """What stands behind a norm as its index, `_1`, `₂`, `_∞`; the place is then the last token of that."""
    tokens, place = state.tokens, state.place
    after = tokens[place + 1]
    if after == "_" and tokens[place + 2] == "∞":
        state.place += 2
        return "∞"
    if tokens[place + 1 : place + 5] == ["_", "{", "∞", "}"]:
        state.place += 4
        return "∞"
    order = canonical(after)
    if after[:1] == "_" and len(order) > 1:
        state.place += 1
        return order[1:]
    if order != after and order.isdecimal() and after[0] not in SUPERSCRIPTS:
        state.place += 1
        return order
    return ""


def _norm(state: State, operand: int, order: str) -> int:
    """The node of a norm of one order."""
    from bpcalc.gates.arrays import GATES as ARRAYS

    graph = state.graph
    if order in ENTRIES:
        return graph.apply(ARRAYS["norm"].bind({}), (operand,))
    entries = graph.apply(GATES["abs"], (operand,))
    if order == "1":
        return graph.apply(ARRAYS["sum"].bind({}), (entries,))
    if order in INFINITE:
        return graph.apply(ARRAYS["amax"].bind({}), (entries,))
    if not order.isdecimal() or int(order) == 0:
        hint = "norms have the orders 1, 2, 3, …, inf and F"
        if order == "0":
            hint = f"write sum({_inside(state)} != 0) for the number of entries that are not 0"
        raise error_at(state, f'no norm has the order "{order}"', hint)
    power = graph.constant(float(order))
    total = graph.apply(ARRAYS["sum"].bind({}), (graph.apply(GATES["power"], (entries, power)),))
    return graph.apply(GATES["power"], (total, graph.apply(GATES["divide"], (graph.constant(1.0), power))))


def _inside(state: State) -> str:
    """The text between the bars whose closing one the place is near."""
    last = state.place
    while state.tokens[last] not in BARS:
        last -= 1
    first = next(opening for opening, end in state.roles.ends.items() if end == last)
    return text_of(state, first + 1, last - 1)


def _check_product(state: State) -> None:
    """Raises BpcalcError for `x |y|`, where x is no condition: a product without its sign."""
    from bpcalc.reading import conditions

    tokens, place = state.tokens, state.place
    last = next((at for at in range(place + 1, len(tokens)) if tokens[at] == "|"), 0)
    if not last or conditions.is_condition(state, state.operands[-1]):
        return
    before, inside = tokens[place - 1], text_of(state, place, last)
    from bpcalc.gates.arrays import SPELLINGS

    if before in SPELLINGS and before not in state.bound:
        raise error_at(state, f'"{before}" needs brackets', f"write {before}({inside})", place - 1)
    message = f'an operator is missing between "{before}" and "{inside}"'
    raise error_at(state, message, f"write {before}*{inside}")


def astray(state: State) -> BpcalcError:
    hint = "write abs(x) for the absolute value, norm(x) for the norm"
    return error_at(state, f'"{state.tokens[state.place]}" can be read two ways', hint)
