"""What the parser says of a text that is no program. Each function looks at the state where the parser stopped.

None of this costs anything until a mistake is made; then all gates are loaded, so that a text is told the same
whatever was read before it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from bpcalc.errors import BpcalcError, Span, did_you_mean
from bpcalc.gate import GRAD, Gate
from bpcalc.reading.arrayness import is_bound_to_array, may_be_array
from bpcalc.reading.extents import (
    DEPTH,
    LOOSER,
    closing,
    end_of,
    entry_by_entry,
    error_at,
    operand_end,
    operand_start,
    start_of,
    text_of,
)
from bpcalc.reading.lexer import FRACTIONS, STOPS, SUPERSCRIPTS, canonical, is_word, locate, signed_numbers, strange
from bpcalc.reading.operators import BARS, CLOSING
from bpcalc.reading.state import Frame, Function, State

SIGNS = frozenset(("<", ">", "<=", ">=", "==", "!=", "≤", "≥", "≠"))  # of comparisons
OPERATORS = SIGNS | {"+", "-", "−", "=", ",", ";", "\n", "(", "["}
LATER = ("*", "/", "%", "@", "^", "**", ")", "]", ",", "<", ">", "<=", ">=", "==", "!=")  # what an operand comes before
STARTS_A_NOTATION = (".", "∂", "!", "~", "=", "<", ">")
MANY = 8  # factors side by side
# What other languages write with words.
WORDS = {
    **{word: f"it stands between two conditions: write c1 {word} c2" for word in ("and", "or")},
    "not": "it stands before a condition: write not c",
    "if": "write where(condition, a, b)", "mod": "x % y is the remainder",
    "for": "there are no loops: x^2 of an array is the squares of all its entries",
    "div": "floor(x/y) is the quotient of whole numbers",
    **dict.fromkeys(("where", "at", "when", "with", "given"), "give names before: L = x^2; values come last: x=2"),
}


def nothing(state: State) -> BpcalcError:
    if state.functions:
        name = next(iter(state.functions))
        hint = f"end it with an expression to compute, such as {name}(2); to compare, write =="
        return error_at(state, "the program only defines functions", hint)
    if state.source.name is not None:
        return BpcalcError(f"{state.source.name}: there is no expression in it")
    return BpcalcError("the expression is empty", hint='for example: bpcalc grad "(x+y)*z" x=-2 y=5 z=-4')


def given_before(state: State, name: str, place: int) -> BpcalcError:
    taken = state.names.keys() | state.used.keys() | state.functions.keys()
    fresh = next(f"{name}{n}" for n in range(2, len(taken) + 3) if f"{name}{n}" not in taken)
    if name in state.used:
        return error_at(
            state,
            f'"{name}" is used before it is given',
            f"give it before its first use, or use a fresh name: {fresh}",
            place,
        )
    return error_at(state, f'the name "{name}" is given twice', f"use a fresh name: {fresh}", place)


def repeated_parameter(state: State, first: int, last: int) -> BpcalcError:
    return error_at(state, "a function's parameters need different names", first=first, last=last)


def no_operand(state: State) -> BpcalcError:
    token, last = state.tokens[state.place], state.place - 1
    while last > 0 and state.tokens[last] == "\n":
        last -= 1
    before = state.tokens[last] if last >= 0 else ""
    if token in STOPS and before != "%":
        return error_at(state, f'something is missing after "{before}"' if before else "the expression is empty")
    if token == ")" and before == "(":
        return error_at(state, "there is nothing between the brackets", usage(state))
    if token == before == "/":
        behind = state.place + 1 + (state.tokens[state.place + 1] == "=")  # x //= 2
        above = text_of(state, operand_start(state.tokens, last - 1), last - 1)
        below = text_of(state, behind, operand_end(state, behind))
        return error_at(state, 'unexpected "//"', f"write floor({above}/{below})", last, state.place)
    if token == "]" and before == "[":
        message = "an array needs an entry between its brackets"
        return error_at(state, message, "for example [1, 2, 3]", last, state.place)
    from bpcalc.reading import notations

    if before == "%" and (percentage := notations.percentage(state, last)):
        return percentage
    if token in STARTS_A_NOTATION and (found := notations.other_notation(state)):
        return found
    if token[0] in SUPERSCRIPTS or token in LATER:
        return error_at(state, f'an operand is missing before "{token}"')
    return strange(token, locate(state.source, state.place))


def check_number(state: State) -> None:
    """Raises BpcalcError for what only looks like a product: `0x10`, `3e-.5`."""
    from bpcalc.reading import notations

    if found := notations.number(state) or notations.exponent(state):
        raise found


def check_factors(state: State) -> None:
    """Raises BpcalcError for `(A + B)C`, where both are arrays: a product of matrices, or entry by entry?"""
    if may_be_array(state, state.operands[-1]):
        raise _left_out(state)


def usage(state: State) -> str:
    """How the function whose brackets are open is written."""
    called = state.frames[-1].called if state.frames else None
    if called is None:
        return ""
    names = called.takes() if isinstance(called, Gate) else [name.rstrip("(") for name in called.parameters]
    if state.tokens[state.frames[-1].place] == "[":
        return ""
    names = ['key="0, 1:"' if name == "key" else name for name in names]
    return f"write {_callee(state, state.frames[-1])}({', '.join(names)})"


def no_operator(state: State) -> BpcalcError:
    from bpcalc.gates.arrays import SPELLINGS
    from bpcalc.reading import notations

    tokens, place = state.tokens, state.place
    token, before = tokens[place], tokens[place - 1]
    if token == ",":
        return _comma(state)
    if before in WORDS or token in WORDS:
        at = place - (before in WORDS)
        state.place = at
        if found := notations.other_notation(state):
            return found
        return error_at(state, f'"{tokens[at]}" is no operator here', WORDS[tokens[at]], at)
    if before in SPELLINGS and (is_word(token) or token[0].isdigit() or token == "√"):
        argument = _argument(state) if before not in ("max", "min") else ", ".join(_factors(state, place))
        return error_at(state, f'"{before}" needs brackets', f"write {before}({argument})", place - 1)
    if before[:1].isdigit() and token.startswith("_"):
        plain = before + token.replace("_", "")
        return error_at(state, "a number has no underscores", f"write {plain}", place - 1, place)
    if before[:1].isdigit() and token[0] == "." and token[1:2].isdigit() and not _apart(state):
        return error_at(state, "this is no number", "a number is written like 12.5 or 1.5e-3", place - 1, place)
    found = notations.other_notation(state) or notations.function_of(state) or notations.brackets(state)
    if found:
        return found
    if is_word(token) or token[0].isdigit() or token[1:2].isdigit() or token in ("(", "√", "{", *FRACTIONS):
        return _left_out(state)
    return strange(token, locate(state.source, place))


def _apart(state: State) -> bool:
    """Is there a blank before the token?"""
    return state.source.text[locate(state.source, state.place).start - 1].isspace()


def _comma(state: State) -> BpcalcError:
    import re

    before, after = state.tokens[state.place - 1], state.tokens[state.place + 1]
    message, hint = 'unexpected ","', "bindings stand after the expression: x=1 y=2"
    if state.frames:
        hint = "an array is written with square brackets: [1, 2]"
    elif before[:1].isdecimal() and before != "0" and re.fullmatch(r"[0-9]{3}(\.[0-9]*)?", after):
        hint = f"write {before}{after} for one number, {_all_numbers(state)} for an array"
    elif before[:1].isdigit() and after[:1].isdigit():
        array = _all_numbers(state)
        is_pair = array.count(",") == 1
        hint = f"write {array}"
        if is_pair:
            hint = f"write the number with a point, {before}.{after}, or an array as {array}"
    return error_at(state, message, hint)


def _argument(state: State) -> str:
    """The argument of a function without brackets: `2*x` for `sin 2x`; the place is its first token."""
    tokens, at = state.tokens, state.place
    parts = []
    while True:
        last = operand_end(state, at)
        parts.append(text_of(state, at, last))
        after = tokens[last + 1]
        if not (is_word(after) and after not in WORDS and parts[-1][-1:].isdigit() and after not in state.functions):
            return "*".join(parts)
        at = last + 1


def _all_numbers(state: State) -> str:
    """The array of the numbers that stand side by side, or between commas: `[1, 2, 3]`. The place is inside them."""
    tokens, first, last = state.tokens, state.place - 1, state.place
    signed = ("-", "−", ",")
    while first > 0 and (tokens[first - 1][:1].isdigit() or tokens[first - 1] in signed):
        first -= 1
    while tokens[last + 1][:1].isdigit() or tokens[last + 1] in signed:
        last += 1
    return f"[{', '.join(signed_numbers(text_of(state, first, last, most=200)))}]"


def _left_out(state: State) -> BpcalcError:
    """Operands side by side."""
    tokens, place = state.tokens, state.place
    start = operand_start(tokens, place - 1)
    while start > 1 and tokens[start - 1] in ("^", "**", ".^"):
        start = operand_start(tokens, start - 2)
    left, right = text_of(state, start, place - 1), text_of(state, place, operand_end(state, place))
    if state.frames and tokens[state.frames[-1].place] == "[":
        return error_at(state, f'a comma is missing between "{left}" and "{right}"', f"write {left}, {right}")
    message = f'an operator is missing between "{left}" and "{right}"'
    factors = [left, *_factors(state, place)]
    product, hint = "*".join(factors), f"write {'*'.join(factors)}"
    is_number = tokens[place - 1][:1].isdecimal()
    if is_number and (tokens[place][:1].isdecimal() or tokens[place][:1] == "."):
        hint = f"write {_all_numbers(state)} for an array, {product} for a product"
    elif not is_number and state.operands and may_be_array(state, state.operands[-1]):
        word = canonical(tokens[place])
        if not is_word(word) or tokens[place + 1] == "(" or is_bound_to_array(state, word) or _is_given(state, word):
            hint = f"write {'@'.join(factors)} for the matrix product, {entry_by_entry(factors)} entry by entry"
    return error_at(state, message, hint)


def _factors(state: State, place: int) -> list[str]:
    """The texts of the operands that stand side by side from a place on."""
    tokens, found = state.tokens, list[str]()
    while len(found) < MANY and tokens[place] not in WORDS:
        if not (is_word(tokens[place]) or tokens[place][:1].isdigit() or tokens[place] in ("(", "√", "{")):
            break
        last = operand_end(state, place)
        found.append(text_of(state, place, last))
        place = last + 1
    return found or [text_of(state, place, operand_end(state, place))]


def _is_given(state: State, name: str) -> bool:
    """Does the program give the name something that may be an array?"""
    return name in state.names and may_be_array(state, state.names[name])


def no_function(state: State, name: str) -> BpcalcError:
    from bpcalc.gates.arrays import SPELLINGS
    from bpcalc.reading.elsewhere import MISSING, instead_of
    from bpcalc.reading.notations import braces, quotient_of_differentials, transposed

    if found := braces(state) or transposed(state, name):
        return found
    last = closing(state, state.place + 1)
    inside = text_of(state, state.place + 1, last)
    if name == "d" and state.tokens[last + 1 : last + 2] == ["/"] and state.tokens[last + 2][:1] == "d":
        hint = f"write grad({inside[1:-1]}, {state.tokens[last + 2][1:]})"
        return error_at(state, "a derivative is not written as a quotient", hint, state.place, last + 2)
    if name[0] == "d" and state.tokens[state.place - 2 : state.place] == ["d", "/"]:
        state.place += 1
        if found := quotient_of_differentials(state):
            return found
    if name == state.defining:
        return error_at(state, f'the function "{name}" uses itself', "write out the steps: bpcalc has no recursion")
    if name in state.names or name in state.bound or state.tokens[state.place] in state.scope:
        return error_at(state, f'"{name}" is a variable, not a function', _no_call(state, name, inside))
    known = (*SPELLINGS, GRAD.name, *state.functions)
    message = f'unknown function "{name}"'
    if state.tokens[last + 1] == "=":
        hint = f"a function is defined with names between its brackets: {name}(a, b) = a*b"
    elif written := instead_of(name, inside[1:-1]):
        hint = f"write {written}" + (f", or std({inside[1:-1]})" if name == "sigma" else "")
    elif name in MISSING or name.casefold() in MISSING:
        hint = MISSING[name if name in MISSING else name.casefold()]
    elif canonical(name).casefold() in ("pi", "e") and inside == "()":
        hint = f"write {canonical(name).casefold()}"
    else:
        hint = did_you_mean(name, known)
    if not hint:
        times = f"; to multiply, write {name}*{inside}" if len(name) < 3 and inside.endswith(")") else ""
        hint = f"bpcalc gates lists the functions{times}"
    return error_at(state, message, hint)


def _no_call(state: State, name: str, inside: str) -> str:
    """What to write for a variable with brackets behind it: a product, or the entry of an array."""
    node = state.names.get(name)
    is_array = is_bound_to_array(state, name) or (node is not None and may_be_array(state, node))
    if is_array and inside[1:-1] and inside[0] + inside[-1] == "()" and not inside[1:-1].strip("0123456789:, "):
        return f"write {name}[{inside[1:-1]}] for an entry; indices begin at 0"
    return f"write {name}*{inside}" if inside != "()" else f"write {name}"


def no_name(state: State, place: int) -> BpcalcError:
    """For a name with a character in it that no name has, such as ½."""
    token, span = state.tokens[place], locate(state.source, place)
    at = next(at for at in range(len(token)) if not canonical(token[: at + 1]).isidentifier())
    return strange(token[at:], Span(state.source, span.start + at, span.end))


def too_large(state: State) -> BpcalcError:
    return error_at(state, "this number is beyond the largest double, 1.8e308", "write inf for infinity")


def never_closed(state: State, opening: int | None = None) -> BpcalcError:
    """For the bracket at `opening`, or the innermost one."""
    if opening is None:
        opening = state.frames[-1].place
        if state.tokens[opening] in BARS:
            return bar_never_closed(state, opening)
        if state.tokens[opening] == "?":
            return error_at(state, 'this "?" has no ":"', "write where(c, a, b) for a where c holds, else b", opening)
        opening += state.tokens[opening] not in ("(", "[", "{")  # a call's bracket stands behind the name
    hint = f"add a {CLOSING.get(state.tokens[opening], ')')}"
    if state.tokens[opening] == "[" and state.tokens[state.place] == ";":
        hint = "a matrix is rows in brackets: [[1, 2], [3, 4]]"
    return error_at(state, "this bracket is never closed", hint, opening)


def bar_never_closed(state: State, opening: int) -> BpcalcError:
    tokens = state.tokens
    first, last = start_of(tokens, opening, LOOSER - SIGNS), end_of(tokens, opening + 1, LOOSER - SIGNS)
    hint = "write abs(x) for the absolute value, norm(x) for the norm"
    if SIGNS.intersection(tokens[first:opening]) and SIGNS.intersection(tokens[opening:last]):
        hint = f"write {text_of(state, first, opening - 1, 200)} or {text_of(state, opening + 1, last, 200)}"
    return error_at(state, f'this "{state.tokens[opening]}" is never closed', hint, opening)


def never_opened(state: State) -> BpcalcError:
    token = state.tokens[state.place]
    if not state.frames:
        return error_at(state, f'this "{token}" closes nothing')
    opening = state.tokens[state.frames[-1].place]
    if opening == "?" or opening in BARS:
        return never_closed(state)
    opening = opening if opening in CLOSING else "("
    return error_at(state, f'this "{token}" closes a "{opening}"', f"write {CLOSING.get(opening, ')')}")


def keyword_first(state: State) -> BpcalcError:
    message = "an input without a name stands after one with a name"
    return error_at(state, message, "inputs with a name come last", *_last_argument(state))


def _last_argument(state: State) -> tuple[int, int]:
    """The first and the last token of the argument that ends before the place."""
    at, depth = state.place - 1, 0
    while depth or state.tokens[at] != ",":
        depth -= DEPTH.get(state.tokens[at], 0)
        at -= 1
    return at + 1, state.place - 1


def no_variable(state: State, frame: Frame) -> BpcalcError:
    """For grad(x^2, 3)."""
    given = _keyword(state, frame, "w") > frame.place
    first, last = argument_place(state, frame, "w") if given else _last_argument(state)
    message = f'the second input of "{_callee(state, frame)}" is a variable, not {text_of(state, first, last)}'
    return error_at(state, message, "a variable is a name, or a part of the first input: grad(x^2, x)", first, last)


def _callee(state: State, frame: Frame) -> str:
    return state.tokens[frame.place]


def wrong_option(state: State, frame: Frame) -> BpcalcError:
    name, callee, called = frame.keyword or next(iter(frame.keywords)), _callee(state, frame), frame.called
    at = _keyword(state, frame, name)
    if isinstance(called, Function):
        return error_at(state, f'the inputs of "{callee}" are given without their names', usage(state), at)
    parameters = (*called.parameters, *called.options) if isinstance(called, Gate) and not called.variadic else ()
    if name in parameters[: len(frame.arguments)] or (name in frame.keywords and frame.keyword):
        return error_at(state, f'"{name}" is given twice', first=at)
    hint = did_you_mean(name, parameters) or usage(state)
    kind = "input or option" if isinstance(called, Gate) and called.options else "input"
    return error_at(state, f'"{callee}" has no {kind} called "{name}"', hint, at)


def argument_place(state: State, frame: Frame, name: str) -> tuple[int, int]:
    """The first and the last token of the value in `name=value`."""
    first = last = _keyword(state, frame, name) + 2
    depth = 0
    while last < state.place and (depth or state.tokens[last] != ","):
        depth += DEPTH.get(state.tokens[last], 0)
        last += 1
    return first, max(first, last - 1)


def _keyword(state: State, frame: Frame, name: str) -> int:
    """Where `name=` stands in a call: the last such place so far that is not inside inner brackets."""
    tokens, depth, found = state.tokens, 0, frame.place
    for at in range(frame.place + 1, state.place):
        depth += DEPTH.get(tokens[at], 0)
        if depth == 1 and tokens[at] == name and tokens[at + 1] == "=":
            found = at
    return found


def wrong_count(state: State, frame: Frame, parameters: Sequence[str], defaults: Collection[str]) -> BpcalcError:
    most, least = len(parameters), len(parameters) - len(defaults)
    needs = f"{least}" if least == most else f"{least} or {most}"
    inputs = "input" if needs == "1" else "inputs"
    message = f'"{_callee(state, frame)}" takes {needs} {inputs}, here are {len(frame.arguments)}'
    return error_at(state, message, usage(state), frame.place, state.place)
