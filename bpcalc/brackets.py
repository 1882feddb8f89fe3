"""The parts of the grammar that only arrays need: literals, indices, `.T`, options. Loaded when one of them is met.

May import errors, lexer, mistakes, gate, gates, graph. The functions work on the parser's stacks.

    array   = "[" expression { "," expression } "]"
    index   = atom "[" part { "," part } "]"          part = whole number | [number] ":" [number] [":" [number]]
    option  = name "=" ( expression | True | False | None | "text" | text )
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import bpcalc.gates.arrays  # noqa: F401 (fills GATES)
from bpcalc.errors import BpcalcError
from bpcalc.gate import GATES, Gate
from bpcalc.lexer import END, locate

if TYPE_CHECKING:
    from bpcalc.parse import Frame, _Parser

WORDS = {"True": True, "False": False, "None": None, "true": True, "false": False}
REDUCTIONS = ("sum", "mean", "none")
WHOLE = 2**31  # sizes and indices stay below this


def behind(parser: _Parser, token: str) -> None:
    """What stands directly behind an operand: an index, or `.T`."""
    index(parser) if token == "[" else transpose(parser)


def transpose(parser: _Parser) -> None:
    """`.T` behind an operand."""
    gate = GATES["transpose"].bind({})
    parser.operands[-1] = parser.graph.apply(gate, (parser.operands[-1],))


def index(parser: _Parser) -> None:
    """`[i, 1:, :]` behind an operand; leaves the place at the closing bracket."""
    tokens, opening = parser.tokens, parser.place
    parts: list[list[str]] = [[]]
    at = opening + 1
    while tokens[at] != "]":
        if tokens[at] in (END, ";", "\n", "[", "("):
            raise _error(parser, "an index is whole numbers and slices: x[0], x[1:, -1]", at)
        if tokens[at] == ",":
            parts.append([])
        else:
            parts[-1].append(tokens[at])
        at += 1
    if parts[-1] == [] and len(parts) > 1:
        parts.pop()
    key = tuple(_part(parser, "".join(part), opening) for part in parts)
    parser.operands[-1] = parser.graph.apply(GATES["index"].bind({"key": key}), (parser.operands[-1],))
    parser.place = at


def _part(parser: _Parser, text: str, at: int) -> int | tuple[int | None, ...]:
    pieces = text.replace("−", "-").split(":")
    if text in ("", ".", "..."):
        raise _error(parser, "an index is missing between the brackets", at)
    try:
        numbers = [int(piece) if piece else None for piece in pieces]
    except ValueError:
        raise _error(parser, f'the index "{text}" is no whole number or slice', at) from None
    if any(number is not None and abs(number) > WHOLE for number in numbers) or len(pieces) > 3:
        raise _error(parser, f'the index "{text}" is no whole number or slice', at)
    if len(numbers) == 1 and numbers[0] is not None:
        return numbers[0]
    if len(numbers) == 3 and numbers[2] == 0:
        raise _error(parser, "the step of a slice cannot be 0", at)
    return tuple([*numbers, None, None][:3])


def option_word(parser: _Parser) -> None:
    """Takes the value of `name=` where that is a word: True, a reduction's name. A 0 then stands in its place."""
    frame, token = parser.frames[-1], parser.tokens[parser.place + 1]
    assert isinstance(frame.called, Gate)
    options = GATES[frame.called.alone or frame.called.name].options
    if frame.keyword not in options:
        return
    text = token[1:-1] if token[:1] in "\"'" and token else token
    if frame.keyword == "key" and token[:1] in ("'", '"'):
        parts = text.replace(" ", "").split(",")
        frame.options["key"] = tuple(_part(parser, part, parser.place + 1) for part in parts)
    elif isinstance(options[frame.keyword], str):
        if text not in REDUCTIONS:
            raise _error(parser, f"{frame.keyword} is one of {', '.join(REDUCTIONS)}", parser.place + 1)
        frame.options[frame.keyword] = text
    elif token in WORDS:
        frame.options[frame.keyword] = WORDS[token]
    else:
        return
    parser.tokens[parser.place + 1] = "0"


def options_of(parser: _Parser, gate: Gate, frame: Frame) -> tuple[Gate, list[int]]:
    """The gate with its options chosen, and the arguments that are its inputs."""
    inputs = list(frame.arguments)
    if gate.variadic and len(inputs) == 1 and parser.graph.gates[inputs[0]] is GATES["array"]:
        inputs = list(parser.graph.inputs[inputs[0]])  # concat([a, b])
    chosen: dict[str, Any] = dict(frame.options)
    for name in [name for name in frame.keywords if name in gate.options]:
        value = _static(parser, frame.keywords.pop(name), name, frame.place)
        chosen.setdefault(name, value)
    if not gate.variadic:
        inputs, extra = inputs[: len(gate.parameters)], inputs[len(gate.parameters) :]
        _positional(parser, gate, extra, chosen, frame.place)
    for name in ("shape", "axes"):
        if isinstance(chosen.get(name), (int, float)):
            chosen[name] = (chosen[name],)
    if "keepdims" in chosen:
        chosen["keepdims"] = bool(chosen["keepdims"])
    return gate.bind(chosen), inputs


def _positional(parser: _Parser, gate: Gate, extra: list[int], chosen: dict[str, Any], place: int) -> None:
    """The arguments behind the inputs are options in their order; a shape takes all that are left."""
    names = [name for name in gate.options if name not in chosen]
    for position, node in enumerate(extra):
        if position >= len(names):
            if names and names[-1] in ("shape", "axes") and isinstance(chosen[names[-1]], tuple):
                chosen[names[-1]] += (_static(parser, node, names[-1], place),)
                continue
            raise _error(parser, f'"{gate.spelling}" takes no more than {len(names)} options', place)
        value = _static(parser, node, names[position], place)
        if names[position] in ("shape", "axes") and not isinstance(value, tuple):
            value = (value,)
        chosen[names[position]] = value


def _static(parser: _Parser, node: int, name: str, place: int) -> Any:
    """The value of an option: a number, or numbers in brackets."""
    graph = parser.graph
    if graph.gates[node] is GATES["array"]:
        return tuple(_static(parser, entry, name, place) for entry in graph.inputs[node])
    number = graph.number(node)
    if number is None:
        raise _error(parser, f"{name} is a plain number, or numbers in brackets", place)
    if name in ("first", "last"):
        return number
    if number != int(number) or abs(number) > WHOLE:
        raise _error(parser, f"{name} is a whole number", place)
    return int(number)


def _error(parser: _Parser, message: str, at: int) -> BpcalcError:
    return BpcalcError(message, span=locate(parser.source, at))
