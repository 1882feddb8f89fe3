"""What the parser says of notations that other languages, and paper, have and this one has not: what to write here.

Loaded with `mistakes`, and called where the parser stopped. Each function gives an error, or None where the text is
something else.
"""

from __future__ import annotations

import re

from bpcalc.errors import BpcalcError, did_you_mean
from bpcalc.reading.elsewhere import instead_of
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
from bpcalc.reading.lexer import END, TRANSPOSES, canonical, is_word, tokenize
from bpcalc.reading.program import Program
from bpcalc.reading.state import State

MODULES = frozenset(("np", "numpy", "jnp", "torch", "math", "F", "tf", "nn", "scipy", "linalg", "jax"))
METHODS = {"t": "x.T", "dot": "x@y", "matmul": "x@y", "mm": "x@y", "item": "x", "pow": "x^n", "square": "x^2"}
BASES = {"x": 16, "X": 16, "b": 2, "B": 2, "o": 8, "O": 8}
SPLIT = LOOSER | {"+", "-", "−", "*", "/", "@", "|", "‖"}


def other_notation(state: State) -> BpcalcError | None:
    """The error for the token at the place, where it belongs to a notation that is known."""
    token = state.tokens[state.place]
    tell = TOLD.get(token)
    found = tell(state) if tell else None
    return found or number(state) or _derivative(state)


def _bars(state: State) -> BpcalcError | None:
    """`|x|`, `||x||`, `‖x‖`; behind an operand `c1 || c2`"""
    tokens, place = state.tokens, state.place
    token = tokens[place]
    is_double = token == "|" and tokens[place + 1] == "|"
    if place and tokens[place - 1] not in SPLIT and tokens[place - 1] not in ("(", "[", "{", "^", "**"):
        left = start_of(tokens, place, LOOSER - {"<", ">", "<=", ">=", "==", "!=", "≤", "≥", "≠"})
        right = place + 1 + is_double
        one, two = text_of(state, left, place - 1), text_of(state, right, end_of(tokens, right, LOOSER_CONDITIONS))
        hint = f"write max({one}, {two}) where either condition shall hold" if one and two else ""
        return error_at(state, f'"{token * (1 + is_double)}" is no operator here', hint, place, place + is_double)
    first = place + 1 + is_double
    last = next((at for at in range(first, len(tokens)) if tokens[at] == token), 0)
    inside = text_of(state, first, last - 1) if last else ""
    name = "norm" if is_double or token == "‖" else "abs"
    what = "norm" if name == "norm" else "absolute value"
    hint = f"write {name}({inside or 'x'})"
    if name == "abs" and not inside:
        hint = "write abs(x) for the absolute value, norm(x) for the norm"
    last = last + is_double if last and tokens[last + is_double] == token else last
    return error_at(state, f"the {what} is not written with bars", hint, place, last or None)


LOOSER_CONDITIONS = frozenset(("=", ",", ";", "\n", "?", ":", "|", "&", END))


def _both(state: State) -> BpcalcError | None:
    """`c1 & c2`, `c1 && c2`"""
    tokens, place = state.tokens, state.place
    is_double = tokens[place + 1] == "&"
    first = start_of(tokens, place, LOOSER_CONDITIONS)
    right = place + 1 + is_double
    one, two = text_of(state, first, place - 1), text_of(state, right, end_of(tokens, right, LOOSER_CONDITIONS))
    if not one or not two:
        return None
    hint = f"write ({_bare(one)})*({_bare(two)}) where both conditions shall hold"
    return error_at(state, f'"{"&" * (1 + is_double)}" is no operator here', hint, place, place + is_double)


def _choice(state: State) -> BpcalcError | None:
    """`c ? a : b`"""
    tokens, place = state.tokens, state.place
    first = start_of(tokens, place, frozenset(("=", ",", ";", "\n", END)))
    colon = next((at for at in range(place, len(tokens)) if tokens[at] == ":"), 0)
    if not colon or first == place:
        return error_at(state, 'unexpected "?"', "write where(c, a, b) for a where c holds, else b")
    parts = (first, place - 1), (place + 1, colon - 1), (colon + 1, end_of(tokens, colon + 1, LOOSER_CONDITIONS))
    hint = f"write where({', '.join(text_of(state, *part) for part in parts)})"
    return error_at(state, "a choice is not written with ? and :", hint, place)


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


def _parts(state: State) -> BpcalcError | None:
    """`np.exp(x)`, `x.sum()`"""
    tokens, place = state.tokens, state.place
    before, word = tokens[place - 1], tokens[place + 1]
    if not is_word(word) or not place:
        return None
    message = "names have no parts: there is nothing behind a dot"
    if before in MODULES and before not in state.bound:
        at = place + 1
        while tokens[at + 1] == "." and is_word(tokens[at + 2]):
            at += 2
        written = tokens[at] if tokens[at + 1] != "(" else _called(state, tokens[at], _inside(state, at + 1))
        return error_at(state, message, _hint(written, tokens[at]), place - 1, at)
    operand = text_of(state, operand_start(tokens, place - 1), place - 1, most=200)
    if word in SIZES:
        hint = "a size has a name of its own: A:m,n in diff, n=3 beside the values"
        return error_at(state, message, hint, place, place + 1)
    if tokens[place + 2] != "(":
        return error_at(state, message, f"write {operand}.T" if word == "t" else "", place, place + 1)
    inside = _inside(state, place + 2)
    if word in METHODS:
        parts = {"x": operand, "y": inside, "n": inside}
        written = re.sub(r"\b[xyn]\b", lambda m: parts[m[0]], METHODS[word])
    else:
        written = _called(state, word, ", ".join(filter(None, (_bare(operand), inside))))
    return error_at(state, message, _hint(written, word), place, place + 1)


SIZES = ("shape", "size", "ndim")


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


def _hint(written: str, word: str) -> str:
    from bpcalc.gates.arrays import SPELLINGS

    return f"write {written}" if written else did_you_mean(word, SPELLINGS) or f"there is no {word} here"


def _called(state: State, word: str, inside: str) -> str:
    """A call as this language writes it, of a function of a module or of a method; nothing for one that it has not."""
    from bpcalc.gates.arrays import SPELLINGS

    name = {"maximum": "max", "minimum": "min", "absolute": "abs"}.get(word, word)
    if name in SPELLINGS or name in state.functions:
        return f"{name}({inside})"
    return instead_of(word, inside)


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


def _not_equal(state: State) -> BpcalcError | None:
    if state.tokens[state.place + 1] == "=":
        return error_at(state, 'unexpected "~="', "the sign is !=", state.place, state.place + 1)
    return error_at(state, 'unexpected "~"', "a condition is turned round as 1 - c; != is the opposite of ==")


def _negation(state: State) -> BpcalcError:
    return error_at(state, 'unexpected "!"', "a condition is turned round as 1 - c; != is the opposite of ==")


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


def _word(state: State) -> BpcalcError | None:
    """`c1 and c2`, `c1 or c2`, `a if c else b`, `lambda x: x^2`; the place is one of the words."""
    tokens, place = state.tokens, state.place
    word, first = tokens[place], start_of(tokens, place, LOOSER_CONDITIONS)
    left = text_of(state, first, place - 1, 200)
    right = text_of(state, place + 1, end_of(tokens, place + 1, CLAUSES), 200)
    message = f'"{word}" is no operator here'
    if word == "and" and left and right:
        return error_at(state, message, f"write ({_bare(left)})*({_bare(right)}) where both conditions shall hold")
    if word == "or" and left and right:
        return error_at(state, message, f"write max({_bare(left)}, {_bare(right)}) where either condition shall hold")
    if word == "if" and left and "else" in tokens[place:]:
        other = place + tokens[place:].index("else")
        condition = text_of(state, place + 1, other - 1, 200)
        last = text_of(state, other + 1, end_of(tokens, other + 1, LOOSER_CONDITIONS), 200)
        return error_at(state, message, f"write where({condition}, {left}, {last})")
    return None


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
    """`x_{1}`, `max{0, x}`, `f'(x)`; the place is the bracket"""
    from bpcalc.gates.arrays import SPELLINGS

    tokens, place = state.tokens, state.place
    token, before = tokens[place], tokens[place - 1]
    if token not in ("{", "("):
        return None
    inside = _inside(state, place)
    if token == "{" and before[-1:] == "_" and closing(state, place) == place + 2:
        return error_at(state, "an index is not written in braces", f"write {before}{inside}", place - 1, place + 2)
    if token == "{" and before in SPELLINGS:
        return error_at(state, f'"{before}" needs round brackets', f"write {before}({inside})", place - 1, place)
    if token == "(" and before in TRANSPOSES and is_word(tokens[place - 2]):
        name = re.search(r"[^\W\d]\w*", inside)
        function, x = tokens[place - 2], name[0] if name else "x"
        hint = f"write grad({function}({inside}), {x})"
        if canonical(function) not in state.functions:
            hint = f"give the function first, {function}({x}) = …; its derivative is grad({function}({inside}), {x})"
        return error_at(state, "a derivative is not written with a quote", hint, place - 2, place - 1)
    return None


def _assignment(state: State) -> BpcalcError | None:
    """`x += 1`, `x => 1`, `x =< 1`; the place is the second sign"""
    tokens, place = state.tokens, state.place
    before, token = tokens[place - 1] if place else "", tokens[place]
    if token == "=" and before in ("+", "-", "*", "/", "@") and is_word(tokens[place - 2]):
        name, right = tokens[place - 2], text_of(state, place + 1, end_of(tokens, place + 1, CLAUSES), 200)
        hint = f"write {name}2 = {name} {before} {right}: a name is given once"
        return error_at(state, f'unexpected "{before}="', hint, place - 1, place)
    same = {"=>": ">=", "=<": "<=", "<>": "!=", "><": "!="}.get(before + token)
    if not same:
        return None
    return error_at(state, f'unexpected "{before}{token}"', f"the sign is {same}", place - 1, place)


CLAUSES = LOOSER_CONDITIONS | {"and", "or", "if", "else"}
TOLD = {
    "|": _bars, "‖": _bars, "∥": _bars, "&": _both, "?": _choice, "°": _degrees, ".": _parts, "\\": _backslash,
    "~": _not_equal, "!": _negation, "=": _assignment, ">": _assignment, "<": _assignment,
    **dict.fromkeys(("and", "or", "if"), _word),
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
