"""What the parser says of a text that is no program. Each function looks at the parser where it stopped.

None of this costs anything until a mistake is made.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from bpcalc.errors import BpcalcError, Span, did_you_mean
from bpcalc.gate import GRAD, Gate
from bpcalc.gates import SPELLINGS
from bpcalc.reading.lexer import END, SUPERSCRIPTS, canonical, is_word, locate, strange

if TYPE_CHECKING:
    from bpcalc.reading.calls import Calls, Frame

OPERATORS = frozenset(("+", "-", "−", "<", ">", "<=", ">=", "==", "!=", "≤", "≥", "≠", "=", ",", ";", "\n", "(", "["))
DEPTH = {"(": 1, "[": 1, ")": -1, "]": -1}
# What other languages write with words.
WORDS = {
    "and": "conditions are numbers: write c1*c2 where both shall hold",
    "or": "conditions are numbers: write max(c1, c2) where either shall hold",
    "not": "conditions are numbers: write 1 - c, or the opposite comparison",
    "if": "write where(condition, a, b)",
    "for": "there are no loops: x^2 of an array is the squares of all its entries",
    "mod": "x - y*floor(x/y) is the remainder",
    "div": "floor(x/y) is the quotient of whole numbers",
}
# Functions that other languages have, and the language says otherwise.
ELSEWHERE = {
    "sec": "1/cos(x)", "csc": "1/sin(x)", "cot": "1/tan(x)", "ctg": "1/tan(x)", "tg": "tan(x)", "arctg": "atan(x)",
    "sech": "1/cosh(x)", "csch": "1/sinh(x)", "coth": "1/tanh(x)", "pow": "x^n", "factorial": "gamma(x + 1)",
    "mod": "x - y*floor(x/y)", "if": "where(condition, a, b)", "sgn": "sign(x)",
    **dict.fromkeys(("gradient", "derivative", "diff"), "grad(L, x)"),
}  # fmt: skip


def error_at(
    parser: Calls, message: str, hint: str = "", first: int | None = None, last: int | None = None
) -> BpcalcError:
    first = parser.place if first is None else first
    return BpcalcError(message, hint=hint, span=locate(parser.source, first, last))


def text_of(parser: Calls, first: int, last: int) -> str:
    """The source from one token to another, blanks folded; long texts are cut."""
    if last < first:
        return ""
    span = locate(parser.source, first, last)
    text = " ".join(parser.source.text[span.start : span.end].split())
    return text if len(text) <= 40 else text[:38] + "…"


def closing(parser: Calls, opening: int) -> int:
    """The place of the bracket that closes the one at `opening`; the last token's place if none does."""
    depth = 0
    for at in range(opening, len(parser.tokens)):
        depth += DEPTH.get(parser.tokens[at], 0)
        if depth == 0:
            return at
    return len(parser.tokens) - 2


def nothing(parser: Calls) -> BpcalcError:
    if parser.functions:
        name = next(iter(parser.functions))
        hint = f"end it with an expression to compute, such as {name}(2); to compare, write =="
        return error_at(parser, "the program only defines functions", hint)
    if parser.source.name is not None:
        return BpcalcError(f"{parser.source.name}: there is no expression in it")
    return BpcalcError("the expression is empty", hint='for example: bpcalc grad "(x+y)*z" x=-2 y=5 z=-4')


def given_before(parser: Calls, name: str, place: int) -> BpcalcError:
    taken = parser.names.keys() | parser.used.keys() | parser.functions.keys()
    fresh = next(f"{name}{n}" for n in range(2, len(taken) + 3) if f"{name}{n}" not in taken)
    if name in parser.used:
        return error_at(
            parser,
            f'"{name}" is used before it is given',
            f"give it before its first use, or use a fresh name: {fresh}",
            place,
        )
    return error_at(parser, f'the name "{name}" is given twice', f"use a fresh name: {fresh}", place)


def repeated_parameter(parser: Calls, first: int, last: int) -> BpcalcError:
    return error_at(parser, "a function's parameters need different names", first=first, last=last)


def no_operand(parser: Calls) -> BpcalcError:
    token, last = parser.tokens[parser.place], parser.place - 1
    while last > 0 and parser.tokens[last] == "\n":
        last -= 1
    before = parser.tokens[last] if last >= 0 else ""
    if token in (END, ";", "\n"):
        return error_at(parser, f'something is missing after "{before}"' if before else "the expression is empty")
    if token == ")" and before == "(":
        return error_at(parser, "there is nothing between the brackets", usage(parser))
    if token == before == "/":
        return error_at(parser, 'unexpected "//"', "floor(x/y) is the whole part of x/y", last, parser.place)
    if token == "]" and before == "[":
        hint = "for example [1, 2, 3]"
        return error_at(parser, "an array needs an entry between its brackets", hint, last, parser.place)
    if token[0] in SUPERSCRIPTS or token in ("*", "/", "@", "^", "**", ")", "]", ",", "<", ">", "<=", ">=", "==", "!="):
        return error_at(parser, f'an operand is missing before "{token}"')
    return strange(token, locate(parser.source, parser.place))


def usage(parser: Calls) -> str:
    """How the function whose brackets are open is written."""
    called = parser.frames[-1].called if parser.frames else None
    if called is None:
        return ""
    names = called.takes() if isinstance(called, Gate) else [name.rstrip("(") for name in called.parameters]
    if parser.tokens[parser.frames[-1].place] == "[":
        return ""
    return f"write {_callee(parser, parser.frames[-1])}({', '.join(names)})"


def no_operator(parser: Calls) -> BpcalcError:
    tokens, place = parser.tokens, parser.place
    token, before, after = tokens[place], tokens[place - 1], tokens[place + 1]
    if token == "," and parser.frames:
        return error_at(parser, 'unexpected ","', "an array is written with square brackets: [1, 2]")
    if token == "," and before[:1].isdigit() and after[:1].isdigit():
        hint = f"write the number with a point, {before}.{after}, or an array as [{before}, {after}]"
        return error_at(parser, 'unexpected ","', hint)
    if token == ",":
        return error_at(parser, 'unexpected ","', "bindings stand after the expression: x=1 y=2")
    if before in WORDS or token in WORDS:
        at = place - (before in WORDS)
        return error_at(parser, f'"{tokens[at]}" is no operator here', WORDS[tokens[at]], at)
    if before in SPELLINGS and (is_word(token) or token[0].isdigit()):
        return error_at(parser, f'"{before}" needs brackets', f"write {before}({token})", place - 1)
    if before[:1].isdigit() and token.startswith("_"):
        plain = before + token.replace("_", "")
        return error_at(parser, "a number has no underscores", f"write {plain}", place - 1, place)
    if before[:1].isdigit() and token[0] == "." and token[1:2].isdigit() and not _apart(parser):
        return error_at(parser, "this is no number", "a number is written like 12.5 or 1.5e-3", place - 1, place)
    if is_word(token) or token[0].isdigit() or token[1:2].isdigit() or token in ("(", "√"):
        return _left_out(parser)
    if token == "." and is_word(after):
        message = "names have no parts: there is nothing behind a dot"
        return error_at(parser, message, "the transpose is written .T" * (after == "t"), first=place, last=place + 1)
    return strange(token, locate(parser.source, place))


def _apart(parser: Calls) -> bool:
    """Is there a blank before the token?"""
    start = locate(parser.source, parser.place).start
    return parser.source.text[start - 1].isspace()


def _left_out(parser: Calls) -> BpcalcError:
    """Two operands side by side."""
    tokens, place = parser.tokens, parser.place
    start = place - 1 - (tokens[place - 1][0] in SUPERSCRIPTS)
    stop = closing(parser, place) if tokens[place] == "(" else place + (tokens[place] == "√")
    left, right = text_of(parser, start, place - 1), text_of(parser, place, stop)
    if parser.frames and tokens[parser.frames[-1].place] == "[":
        return error_at(parser, f'a comma is missing between "{left}" and "{right}"', f"write {left}, {right}")
    return error_at(parser, f'an operator is missing between "{left}" and "{right}"', f"write {left}*{right}")


def no_function(parser: Calls, name: str) -> BpcalcError:
    last = closing(parser, parser.place + 1)
    inside = text_of(parser, parser.place + 1, last)
    if name == parser.defining:
        return error_at(parser, f'the function "{name}" uses itself', "write out the steps: bpcalc has no recursion")
    if name in parser.names or name in parser.bound or parser.tokens[parser.place] in parser.scope:
        return error_at(parser, f'"{name}" is a variable, not a function', f"write {name}*{inside}")
    known = (*SPELLINGS, GRAD.name, *parser.functions)
    hint = f"write {ELSEWHERE[name]}" if name in ELSEWHERE else did_you_mean(name, known)
    if parser.tokens[last + 1] == "=":
        hint = f"a function is defined with names between its brackets: {name}(a, b) = a*b"
    elif not hint:
        times = f"; to multiply, write {name}*{inside}" if len(name) < 3 and inside.endswith(")") else ""
        hint = f"bpcalc gates lists the functions{times}"
    return error_at(parser, f'unknown function "{name}"', hint)


def no_name(parser: Calls, place: int) -> BpcalcError:
    """For a name with a character in it that no name has, such as ½."""
    token, span = parser.tokens[place], locate(parser.source, place)
    at = next(at for at in range(len(token)) if not canonical(token[: at + 1]).isidentifier())
    return strange(token[at:], Span(parser.source, span.start + at, span.end))


def too_large(parser: Calls) -> BpcalcError:
    return error_at(parser, "this number is beyond the largest double, 1.8e308", "write inf for infinity")


def chained_comparison(parser: Calls) -> BpcalcError:
    return error_at(parser, "a comparison cannot follow another", "write (a < b)*(b < c): 1 where both hold, else 0")


def never_closed(parser: Calls, opening: int | None = None) -> BpcalcError:
    """For the bracket at `opening`, or the innermost one."""
    if opening is None:
        opening = parser.frames[-1].place
        opening += parser.tokens[opening] not in ("(", "[")  # a call's bracket stands behind the name
    hint = "add a ]" if parser.tokens[opening] == "[" else "add a )"
    if parser.tokens[opening] == "[" and parser.tokens[parser.place] == ";":
        hint = "a matrix is rows in brackets: [[1, 2], [3, 4]]"
    return error_at(parser, "this bracket is never closed", hint, opening)


def never_opened(parser: Calls) -> BpcalcError:
    token = parser.tokens[parser.place]
    if not parser.frames:
        return error_at(parser, f'this "{token}" closes nothing')
    opening = "(" if token == "]" else "["
    return error_at(parser, f'this "{token}" closes a "{opening}"', f"write {')' if token == ']' else ']'}")


def keyword_first(parser: Calls) -> BpcalcError:
    message = "an input without a name stands after one with a name"
    return error_at(parser, message, "inputs with a name come last", *_last_argument(parser))


def _last_argument(parser: Calls) -> tuple[int, int]:
    """The first and the last token of the argument that ends before the place."""
    at, depth = parser.place - 1, 0
    while depth or parser.tokens[at] != ",":
        depth -= DEPTH.get(parser.tokens[at], 0)
        at -= 1
    return at + 1, parser.place - 1


def no_variable(parser: Calls, frame: Frame) -> BpcalcError:
    """For grad(x^2, 3)."""
    given = _keyword(parser, frame, "w") > frame.place
    first, last = argument_place(parser, frame, "w") if given else _last_argument(parser)
    message = f'the second input of "{_callee(parser, frame)}" is a variable, not {text_of(parser, first, last)}'
    return error_at(parser, message, "a variable is a name, or a part of the first input: grad(x^2, x)", first, last)


def _callee(parser: Calls, frame: Frame) -> str:
    return parser.tokens[frame.place]


def wrong_option(parser: Calls, frame: Frame) -> BpcalcError:
    name, callee = frame.keyword or next(iter(frame.keywords)), _callee(parser, frame)
    at = _keyword(parser, frame, name)
    if not isinstance(frame.called, Gate):
        return error_at(parser, f'the inputs of "{callee}" are given without their names', usage(parser), at)
    parameters = () if frame.called.variadic else (*frame.called.parameters, *frame.called.options)
    if name in parameters[: len(frame.arguments)] or (name in frame.keywords and frame.keyword):
        return error_at(parser, f'"{name}" is given twice', first=at)
    hint = did_you_mean(name, parameters) or usage(parser)
    kind = "input or option" if frame.called.options else "input"
    return error_at(parser, f'"{callee}" has no {kind} called "{name}"', hint, at)


def argument_place(parser: Calls, frame: Frame, name: str) -> tuple[int, int]:
    """The first and the last token of the value in `name=value`."""
    first = last = _keyword(parser, frame, name) + 2
    depth = 0
    while last < parser.place and (depth or parser.tokens[last] != ","):
        depth += DEPTH.get(parser.tokens[last], 0)
        last += 1
    return first, max(first, last - 1)


def _keyword(parser: Calls, frame: Frame, name: str) -> int:
    """Where `name=` stands in a call: the last such place so far that is not inside inner brackets."""
    tokens, depth, found = parser.tokens, 0, frame.place
    for at in range(frame.place + 1, parser.place):
        depth += DEPTH.get(tokens[at], 0)
        if depth == 1 and tokens[at] == name and tokens[at + 1] == "=":
            found = at
    return found


def wrong_count(parser: Calls, frame: Frame, parameters: Sequence[str], defaults: Collection[str]) -> BpcalcError:
    most, least = len(parameters), len(parameters) - len(defaults)
    needs = f"{least}" if least == most else f"{least} or {most}"
    inputs = "input" if needs == "1" else "inputs"
    message = f'"{_callee(parser, frame)}" takes {needs} {inputs}, here are {len(frame.arguments)}'
    return error_at(parser, message, usage(parser), frame.place, parser.place)
