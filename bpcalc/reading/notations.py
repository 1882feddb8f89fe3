"""What the parser says of notations that other languages, and paper, have and this one has not: what to write here.

Loaded with `mistakes`, and called where the parser stopped. Each function gives an error, or None where the text is
something else.
"""

from __future__ import annotations

import re

from bpcalc.errors import BpcalcError
from bpcalc.reading.arrayness import may_be_array
from bpcalc.reading.extents import (
    DEPTH,
    LOOSER,
    closing,
    end_of,
    error_at,
    operand_end,
    operand_start,
    start_of,
    text_of,
)
from bpcalc.reading.lexer import END, FRACTIONS, TRANSPOSES, canonical, is_word, tokenize
from bpcalc.reading.program import Program
from bpcalc.reading.state import State

BASES = {"x": 16, "X": 16, "b": 2, "B": 2, "o": 8, "O": 8}
SPLIT = LOOSER | {"+", "-", "−", "*", "/", "@", "|", "‖"}


def other_notation(state: State) -> BpcalcError | None:
    """The error for the token at the place, where it belongs to a notation that is known."""
    token = state.tokens[state.place]
    tell = TOLD.get(token)
    found = tell(state) if tell else None
    return found or number(state) or _fraction(state) or _derivative(state)


LOOSER_CONDITIONS = frozenset(("=", ",", ";", "\n", "?", ":", END))


def _degrees(state: State) -> BpcalcError | None:
    if not state.place:
        return None
    first = operand_start(state.tokens, state.place - 1)
    angle = text_of(state, first, state.place - 1)
    return error_at(state, "angles are in radians", f"write {angle}*pi/180", first, state.place)


def _derivative(state: State) -> BpcalcError | None:
    """`∂f/∂x`, and `d/dx x^2` where the operand behind dx stands without a sign."""
    tokens, place = state.tokens, state.place
    if tokens[place] == "∂":
        message = "a derivative is not written with ∂"
        word = tokens[place + 1] if is_word(tokens[place + 1]) else ""
        below = tokens[place + 4] if tokens[place + 2 : place + 4] == ["/", "∂"] else ""
        if word and is_word(below):
            return error_at(state, message, f"write grad({word}, {below})", place, place + 4)
        return error_at(state, message, "write grad(f, x) for that of f by x")
    return quotient_of_differentials(state)


def quotient_of_differentials(state: State) -> BpcalcError | None:
    """`d/dx x^2`, `d/dx (x^2)`; the place is the operand behind."""
    tokens, place = state.tokens, state.place
    for first in (place - 3, place - 4):  # d/dx x; a product's second factor is at the place: d/d x
        if first >= 0 and tokens[first : first + 2] == ["d", "/"] and tokens[first + 2][:1] == "d":
            name = tokens[first + 2][1:]
            if not name:
                return None
            formula = text_of(state, place, end_of(tokens, place, LOOSER), most=200)
            if not formula:
                return None
            if tokens[place] == "(" and closing(state, place) == end_of(tokens, place, LOOSER):
                formula = formula[1:-1]
            message = "a derivative is not written as a quotient"
            return error_at(state, message, f"write grad({formula}, {name})", first, first + 2)
    return None


def _inside(state: State, opening: int) -> str:
    return text_of(state, opening + 1, closing(state, opening) - 1, most=200)


def _bare(text: str) -> str:
    """A text without the brackets around all of it."""
    depth = 0
    for at, character in enumerate(text):
        depth += DEPTH.get(character, 0)
        if not depth and at < len(text) - 1:
            return text
    return text[1:-1] if text[:1] == "(" else text


def number(state: State) -> BpcalcError | None:
    """`0x10`, read as a product of a name"""
    tokens, place = state.tokens, state.place
    before, token = tokens[place - 1] if place else "", tokens[place]
    if before == "0" and token[0] in BASES and place not in state.layout.apart:
        try:
            number = int(token[1:], BASES[token[0]])
        except ValueError:
            return None
        return error_at(state, "numbers are decimal here", f"write {number}", place - 1, place)
    return None


def _fraction(state: State) -> BpcalcError | None:
    """`2½`"""
    token, before = state.tokens[state.place], state.tokens[state.place - 1] if state.place else ""
    if token not in FRACTIONS or not before[:1].isdecimal():
        return None
    hint = f"write {before} + {token} or {before}*{token}"
    return error_at(state, f'"{before}{token}" can be read two ways', hint, state.place - 1, state.place)


def exponent(state: State) -> BpcalcError | None:
    """`3e-.5`: a number that only looks like one with an exponent. The place is the e."""
    tokens, place = state.tokens, state.place
    sign, digits = tokens[place + 1], tokens[place + 2] if place + 2 < len(tokens) else ""
    if tokens[place] not in ("e", "E") or sign not in ("+", "-") or not re.fullmatch(r"\.[0-9]+", digits):
        return None
    if not state.layout.apart.isdisjoint((place, place + 1, place + 2)):
        return None
    number, power = tokens[place - 1], f"{'-' * (sign == '-')}0{digits}"
    hint = f"write {number}*10^({power}), or {number}*e {sign} 0{digits} for the constant e"
    return error_at(state, "the exponent of a number is whole", hint, place - 1, place + 2)


def _backslash(state: State) -> BpcalcError | None:
    tokens, place = state.tokens, state.place
    if not place or (is_word(tokens[place + 1]) and len(tokens[place + 1]) > 1) or tokens[place - 1] in SPLIT:
        return None
    first, last = operand_start(tokens, place - 1), operand_end(state, place + 1)
    left, right = text_of(state, first, place - 1), text_of(state, place + 1, last)
    return error_at(state, 'unexpected "\\"', f"write solve({left}, {right})", place) if right else None


OPPOSITE = "write not c for the opposite of a condition; != is the opposite of =="


def _not_equal(state: State) -> BpcalcError | None:
    if state.tokens[state.place + 1] == "=":
        return error_at(state, 'unexpected "~="', "the sign is !=", state.place, state.place + 1)
    return error_at(state, 'unexpected "~"', OPPOSITE)


def _negation(state: State) -> BpcalcError:
    return error_at(state, 'unexpected "!"', OPPOSITE)


def two_factorials(state: State) -> BpcalcError:
    """`n!!`; the place is the first sign."""
    first = operand_start(state.tokens, state.place - 1)
    once = f"factorial({text_of(state, first, state.place - 1)})"
    hint = f"write factorial({once}); there is no double factorial here"
    return error_at(state, '"!!" can be read two ways', hint, first, state.place + 1)


def percentage(state: State, sign: int) -> BpcalcError | None:
    """`50%`, and `5% + 3`, which could be a remainder; `sign` is the place of the %."""
    tokens = state.tokens
    if not sign or tokens[sign - 1] in SPLIT or tokens[sign - 1] == "%":
        return None
    first = operand_start(tokens, sign - 1)
    left = text_of(state, first, sign - 1)
    if tokens[sign + 1] in ("+", "-", "−"):
        plus, right = tokens[sign + 1], text_of(state, sign + 2, operand_end(state, sign + 2))
        hint = f"write {left}/100 {plus} {right}, or {left} % ({plus}{right}) for the remainder"
        return error_at(state, f'"{text_of(state, first, sign + 1)}" can be read two ways', hint, first, sign + 1)
    return error_at(state, "a percentage is divided by 100", f"write {left}/100", first, sign)


def _choice(state: State) -> BpcalcError | None:
    """`a if c` without its other branch; the place is the `if`"""
    if start_of(state.tokens, state.place, LOOSER_CONDITIONS) == state.place:
        return None
    return error_at(state, 'an "else" is missing behind this "if"', "write a if c else b")


def function_of(state: State) -> BpcalcError | None:
    """`lambda x: x^2`, where the place is the x"""
    tokens, place = state.tokens, state.place
    colon = tokens.index(":", place) if ":" in tokens[place:] else 0
    if not colon or tokens[place - 1] != "lambda":
        return None
    body = text_of(state, colon + 1, end_of(tokens, colon + 1, CLAUSES), 200)
    hint = f"write f({text_of(state, place, colon - 1)}) = {body}"
    return error_at(state, "a function is not written with lambda", hint, place - 1, colon)


def brackets(state: State) -> BpcalcError | None:
    """`f'(x)`; the place is the bracket"""

    tokens, place = state.tokens, state.place
    token, before = tokens[place], tokens[place - 1]
    if token not in ("{", "("):
        return None
    inside = _inside(state, place)
    if token == "(" and before in QUOTES and is_word(tokens[place - 2]):
        name = re.search(r"[^\W\d]\w*", inside)
        function, x = tokens[place - 2], name[0] if name else "x"
        hint = f"write grad({function}({inside}), {x})"
        if canonical(function) not in state.functions:
            hint = f"give the function first, {function}({x}) = …; its derivative is grad({function}({inside}), {x})"
        return error_at(state, "a derivative is not written with a quote", hint, place - 2, place - 1)
    return None


def transposed(state: State, name: str) -> BpcalcError | None:
    """`X^T(X@w - y)`"""
    tokens, place = state.tokens, state.place
    is_raised = tokens[place - 1] in ("^", "**") and may_be_array(state, state.operands[-1])
    if name != "T" or name in state.bound or not is_raised:
        return None
    base = text_of(state, operand_start(tokens, place - 2), place - 2)
    product = f"{base}^T@{text_of(state, place + 1, closing(state, place + 1), 200)}"
    return error_at(state, f'a sign is missing between "{base}^T" and the bracket', f"write {product}")


def braces(state: State) -> BpcalcError | None:
    """`x_{i,j}`, `frac{a}{b}`; the place is the name"""
    tokens, place = state.tokens, state.place
    name, inside, last = tokens[place], _inside(state, place + 1), closing(state, place + 1)
    if tokens[place + 1] != "{":
        return None
    if name[-1] == "_":
        index = re.sub(r"\W", "", inside)
        hint = f"write {name}{index}" if index else "put them behind the _"
        return error_at(state, "an index is letters and digits", hint, place, last)
    if name.endswith("frac") and tokens[last + 1] == "{":
        below = _inside(state, last + 1)
        return error_at(state, f'unknown function "{name}"', f"write ({inside})/({below})", place, last)
    return None


def _assignment(state: State) -> BpcalcError | None:
    """`x[0] = 1`, `x[0] += 1`, `x => 1`, `x =< 1`; the place is the last sign"""
    tokens, place = state.tokens, state.place
    before, token = tokens[place - 1] if place else "", tokens[place]
    last = place - 1 - (before in ("+", "-", "*", "/", "@"))
    if token == "=" and last > 1 and (tokens[last] == "]" or tokens[last - 1] == "."):
        message = "an entry or a part is given no value: a name is given once, and whole"
        first = operand_start(tokens, last)
        return error_at(state, message, "where(condition, a, b) chooses entry by entry", first, place)
    same = {"=>": ">=", "=<": "<=", "<>": "!=", "><": "!="}.get(before + token)
    if not same:
        return None
    return error_at(state, f'unexpected "{before}{token}"', f"the sign is {same}", place - 1, place)


QUOTES = TRANSPOSES - {".T", "ᵀ", "⊤"}
CLAUSES = LOOSER_CONDITIONS | {"and", "or", "if", "else"}
TOLD = {
    "°": _degrees, "\\": _backslash,
    "~": _not_equal, "!": _negation, "=": _assignment, ">": _assignment, "<": _assignment,
    "if": _choice,
}  # fmt: skip


def name_without_value(program: Program, name: str) -> str:
    """What to do about a name of another notation that has no value: `NaN`, `dL`, `T`; nothing for any other."""
    own = OWN.get(name.casefold(), "")
    if own and own != name:
        return f"write {own}"
    tokens, place = tokenize(program.source), program.used[name]
    is_quotient = re.fullmatch(r"d\w+", name) and tokens[place + 1] == "/"
    if is_quotient and re.fullmatch(r"d[^\W\d_]\w*", tokens[place + 2]):
        return f"for a derivative write grad({name[1:]}, {canonical(tokens[place + 2])[1:]})"
    if name == "T" and tokens[place - 1] in ("^", "**"):
        return "A^T is the transpose of an array, and this is none"
    return ""


OWN = {"nan": "nan", "inf": "inf", "infinity": "inf", "pi": "pi", "true": "1", "false": "0"}
