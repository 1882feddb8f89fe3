"""The parts of the grammar that only arrays need: literals, indices, `.T`, options. Loaded when one of them is met.

The functions work on the parser's stacks.

    array   = "[" expression { "," expression } "]"
    index   = atom "[" part { "," part } "]"          part = whole number | [size] ":" [size] [":" [size]]
    option  = name "=" ( expression of numbers and sizes | True | False | None | "text" | text )
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bpcalc.errors import BpcalcError
from bpcalc.gate import Gate
from bpcalc.gates.arrays import GATES
from bpcalc.reading import mistakes
from bpcalc.reading.gate_options import LISTS, checked, fits
from bpcalc.reading.lexer import END, locate
from bpcalc.reading.sizes import Size, read_size
from bpcalc.reading.static import UnknownError, written

if TYPE_CHECKING:
    from bpcalc.reading.calls import Calls, Frame

WORDS = {"True": True, "False": False, "None": None, "true": True, "false": False}
REDUCTIONS = ("sum", "mean", "none")
WHOLE = 2**31  # indices stay below this
COUNTS = ("shape", "size", "columns", "count")  # options that may be sizes with a name
SIGNS = ("-", "−", "+", ":")
TIMES = ("*", "^", "**")
INDEX = "an index is whole numbers and slices: x[0], x[1:, -1]"


def behind(parser: Calls, token: str) -> None:
    """What stands directly behind an operand: an index, or `.T`."""
    index(parser) if token == "[" else transpose(parser)


def transpose(parser: Calls) -> None:
    """`.T` behind an operand."""
    gate = GATES["transpose"].bind({})
    parser.operands[-1] = parser.graph.apply(gate, (parser.operands[-1],))


def index(parser: Calls) -> None:
    """`[i, 1:, :]` behind an operand; leaves the place at the closing bracket."""
    tokens, opening = parser.tokens, parser.place
    parts: list[list[int]] = [[]]  # the tokens of each part
    at = opening + 1
    while tokens[at] != "]":
        if tokens[at] in (END, ";", "\n"):
            raise mistakes.never_closed(parser, opening)
        if tokens[at] in ("[", "(", ")") or (parts[-1] and not {tokens[at], tokens[at - 1]} & {*SIGNS, *TIMES, ","}):
            raise _error(parser, INDEX, at)
        if tokens[at] == ",":
            parts.append([])
        else:
            parts[-1].append(at)
        at += 1
    if not parts[-1] and len(parts) > 1:
        parts.pop()
    key = tuple(
        _part(parser, "".join(tokens[one] for one in part), part[0] if part else opening, part[-1] if part else at)
        for part in parts
    )
    parser.place = at
    parser.operands[-1] = parser.graph.apply(GATES["index"].bind({"key": key}), (parser.operands[-1],))


def _part(parser: Calls, text: str, first: int, last: int) -> int | tuple[int | None, ...]:
    pieces = text.replace("−", "-").split(":")
    if not text:
        raise _error(parser, "an index is missing between the brackets", first, last)
    try:
        numbers = [_end(parser, piece, len(pieces) > 1) if piece else None for piece in pieces]
    except (ValueError, UnknownError):
        hint = "write : for an axis that is taken whole" if text[0] == "." else ""
        raise _error(parser, f'the index "{text}" is no whole number or slice', first, last, hint) from None
    if any(_is_huge(number) for number in numbers) or len(pieces) > 3:
        raise _error(parser, f'the index "{text}" is no whole number or slice', first, last)
    if len(numbers) == 1 and numbers[0] is not None:
        return numbers[0]
    if len(numbers) == 3 and numbers[2] == 0:
        raise _error(parser, "the step of a slice cannot be 0", first, last)
    return tuple([*numbers, None, None][:3])


def _is_huge(number: int | None) -> bool:
    return number is not None and not isinstance(number, Size) and abs(number) > WHOLE


def _end(parser: Calls, text: str, is_slice: bool) -> int:
    """A number in an index; at the ends of a slice a size may stand: `x[n:m + n]`."""

    def value(name: str) -> int:
        number = written(parser, parser.name(name), sizes=True)
        if number != number // 1:
            raise ValueError(f"{name} is no whole number")
        return number if isinstance(number, Size) else int(number)

    return read_size(text, value) if is_slice and not text.lstrip("+-").isdecimal() else int(text)


def option_word(parser: Calls) -> None:
    """Takes the value of `name=` where that is a word: True, a reduction's name. A 0 then stands in its place."""
    frame, at = parser.frames[-1], parser.place + 1
    token = parser.tokens[at]
    assert isinstance(frame.called, Gate)
    options = GATES[frame.called.alone or frame.called.name].options
    if frame.keyword not in options or frame.keyword in frame.keywords:
        return
    text = token[1:-1] if token[:1] in ("'", '"') and len(token) > 1 else token
    if frame.keyword == "key":
        if text == token:
            raise _error(parser, 'key is an index in quotes, for example "0, 1:"', at)
        parts = text.replace(" ", "").split(",")
        frame.options["key"] = tuple(_part(parser, part, at, at) for part in parts)
    elif isinstance(options[frame.keyword], str):
        if text not in REDUCTIONS:
            raise _error(parser, f"{frame.keyword} is one of {', '.join(REDUCTIONS)}", at)
        frame.options[frame.keyword] = text
    elif token in WORDS:
        frame.options[frame.keyword] = WORDS[token]
    else:
        return
    parser.tokens[at] = "0"


def options_of(parser: Calls, gate: Gate, frame: Frame) -> tuple[Gate, list[int]]:
    """The gate with its options chosen, and the arguments that are its inputs."""
    inputs, extra = list(frame.arguments), []
    if not gate.variadic:
        inputs, extra = inputs[: len(gate.parameters)], inputs[len(gate.parameters) :]
    elif len(inputs) == 1 and parser.graph.gates[inputs[0]] is GATES["array"]:
        inputs = list(parser.graph.inputs[inputs[0]])  # concat([a, b])
    chosen: dict[str, Any] = {}
    for name in [name for name in frame.keywords if name in gate.options]:
        place = mistakes.argument_place(parser, frame, name)
        node = frame.keywords.pop(name)
        if name in frame.options:
            given = frame.options[name]
            chosen[name] = _checked(parser, gate, name, given, place) if given in WORDS.values() else given
        else:
            chosen[name] = _checked(parser, gate, name, _static(parser, gate, node, name, place), place)
    whole = frame.place, parser.place
    for name, given in _positional(parser, gate, extra, whole):
        if name in chosen:
            raise _error(parser, f"{name} is given twice", *whole)
        chosen[name] = _checked(parser, gate, name, given, whole)
    for name, default in gate.options.items():
        if default is ... and name not in chosen:
            raise _error(parser, f'"{gate.spelling}" needs {name}', *whole, mistakes.usage(parser))
    if wrong := fits(gate, {**gate.options, **chosen}):
        raise _error(parser, wrong, *whole)
    return gate.bind(chosen), inputs


def _positional(parser: Calls, gate: Gate, extra: list[int], whole: tuple[int, int]) -> list[tuple[str, Any]]:
    """The arguments behind the inputs are options in their order; a shape takes all that are left."""
    names = list(gate.options)
    found: list[tuple[str, Any]] = []
    for position, node in enumerate(extra):
        is_further = bool(found) and found[-1][0] in LISTS
        name = found[-1][0] if is_further else names[min(position, len(names) - 1)]
        value = _static(parser, gate, node, name, whole)
        if is_further:
            found[-1] = name, found[-1][1] + (value if isinstance(value, tuple) else (value,))
        elif position >= len(names):
            most = len(gate.parameters) + len(names)
            message = f'"{gate.spelling}" takes no more than {most} inputs and options'
            raise _error(parser, message, *whole, mistakes.usage(parser))
        else:
            found.append((name, value if isinstance(value, tuple) or name not in LISTS else (value,)))
    return found


def _static(parser: Calls, gate: Gate, node: int, name: str, place: tuple[int, int]) -> Any:
    """The value of an option: a number, or numbers in brackets."""
    graph = parser.graph
    # no variable where it has a gradient: linspace(0, x, 3)
    sizes = name in COUNTS or gate.name == "arange"
    try:
        if graph.gates[node] is GATES["array"]:
            return tuple(written(parser, entry, sizes) for entry in graph.inputs[node])
        return written(parser, node, sizes)
    except UnknownError as unknown:
        hint = str(unknown)
        raise _error(parser, f"{name} is chosen when the program is written: a plain number", *place, hint) from None
    except ValueError as error:
        raise _error(parser, f"{name} is no number here: {error}", *place) from None


def _checked(parser: Calls, gate: Gate, name: str, given: Any, place: tuple[int, int]) -> Any:
    try:
        return checked(gate, name, given)
    except ValueError as error:
        raise _error(parser, str(error), *place) from None


def _error(parser: Calls, message: str, first: int, last: int | None = None, hint: str = "") -> BpcalcError:
    return BpcalcError(message, hint=hint, span=locate(parser.source, first, last))
