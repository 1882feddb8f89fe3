"""Signatures of borrowed functions, and what a call gives for their parameters.

A signature is the text of the tables: the parameters in the library's order, blanks between them.

    x            an input: a part of the program
    lo?          an input that may be left out, or None
    parts*       inputs: all of them, or the entries of one array
    axis=None    an option, chosen when the program is written, with its default; axis= must be given
    shape*=      sizes: several numbers, or numbers in brackets
    dtype~       what does not change the numbers: type, device, place of the result
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple, NoReturn

from bpcalc.gate import Gate
from bpcalc.gates.arrays import GATES, SPELLINGS
from bpcalc.reading.extents import DEPTH, error_at
from bpcalc.reading.fixed import NotFixedError, fixed_number
from bpcalc.reading.mistakes import argument_place
from bpcalc.reading.python.words import FLOATS, Word
from bpcalc.reading.python.writer import Part, Writer
from bpcalc.reading.state import CALLED, Borrowed, Frame, State

HARMLESS = ("dtype", "device", "requires_grad", "copy", "inplace", "memory_format", "non_blocking", "label")
WORDED = ("reduction", "mode", "order", "approximate")  # options that are words
REDUCTIONS = ("mean", "sum", "none", "batchmean")
CONSTANTS = {"None": None, "True": True, "False": False}
# Other names for parameters: NumPy's, PyTorch's and TensorFlow's for the same.
SYNONYMS = {
    "dim": ("axis", "axes"), "dims": ("axes", "axis"), "keepdim": ("keepdims",), "perm": ("axes",),
    "input": ("x", "a", "S", "p"), "a": ("x", "parts"), "X": ("x",), "other": ("b",), "x1": ("a",), "x2": ("b",),
    "a_min": ("lo",), "min": ("lo",), "clip_value_min": ("lo",), "a_max": ("hi",), "max": ("hi",),
    "clip_value_max": ("hi",), "target": ("y", "t"), "labels": ("y", "t"), "logits": ("S", "x", "p"),
    "arrays": ("parts",), "tensors": ("parts",), "values": ("parts",), "object": ("x",), "data": ("x",),
    "p": ("order",), "shifts": ("shift",), "repeats": ("count",), "reps": ("counts",), "diagonal": ("k",),
    "num_classes": ("size",), "depth": ("size",), "pad_width": ("widths",), "constant_values": ("value",),
    "pad": ("widths",), "fill_value": ("value",), "sizes": ("shape",),
    "ord": ("order",), "exponent": ("n",), "correction": ("ddof",), "steps": ("count",), "num": ("count",),
    "newshape": ("shape",), "size": ("shape",), "condition": ("c",), "x": ("a", "c"), "y": ("b",), "tensor": ("x",),
    "negative_slope": ("slope",), "N": ("size",), "n": ("size",), "M": ("columns",), "m": ("columns",),
    "input_tensor": ("x",), "features": ("x",), "mat2": ("b",), "vec": ("b",), "self": ("x",), "start": ("first",),
    "end": ("last",), "stop": ("last",), "min_val": ("lo",), "max_val": ("hi",),
}  # fmt: skip


class Parameter(NamedTuple):
    name: str
    kind: str  # "", "?", "*", "=", "*=" or "~"
    default: Any = None


@cache
def parameters(signature: str) -> tuple[Parameter, ...]:
    """The parameters that a signature writes."""
    return tuple(map(_parameter, signature.split()))


def _parameter(text: str) -> Parameter:
    name = text.rstrip("?~*")
    if "=" not in text:
        return Parameter(name, text[len(name) :])
    name, _, default = text.partition("=")
    if name[-1] == "*":
        return Parameter(name[:-1], "*=")
    return Parameter(name, "=", CONSTANTS[default] if default in CONSTANTS else _number(default) if default else ...)


def _number(text: str) -> Any:
    try:
        return float(text)
    except ValueError:
        return text


def borrowed(name: str, signature: str, rule: Any) -> Borrowed:
    """The record of a function, from its line in a table."""
    return Borrowed(name, tuple(one.name for one in parameters(signature)), signature, rule)


def call(state: State, frame: Frame) -> int:
    """The node of a call at whose closing bracket the parser stands."""
    called = frame.called
    assert isinstance(called, Borrowed)
    m = Writer(state, called.name, frame.place)
    frame.options[CALLED] = True
    values = _bound(m, called, frame)
    if callable(called.rule):
        found: Part = called.rule(m, *values.values())
        return found.node
    gate: Gate | None = SPELLINGS.get(called.rule)
    if gate is None:
        m.refuse(f"{called.name} is not here")
    inputs = [value for value in values.values() if isinstance(value, Part)]
    options = {name: value for name, value in values.items() if not isinstance(value, Part)}
    given = {name: value for name, value in options.items() if name in gate.options or value is not None}
    return m.apply(gate, inputs, given).node


class Given(NamedTuple):
    """What a call gives for a parameter: a node, or the word that it stands for; and the argument's name or number."""

    node: int
    word: Any
    which: str | int


def _bound(m: Writer, called: Borrowed, frame: Frame) -> dict[str, Any]:
    """The values of the parameters, by name, without those that change nothing."""
    wanted = parameters(called.signature)
    given = _positional(m, wanted, frame)
    for keyword, node in frame.keywords.items():
        name = _known_as(wanted, keyword)
        if not name:
            takes = ", ".join(one.name for one in wanted)
            at = argument_place(m.state, frame, keyword)[0] - 2
            raise error_at(m.state, f'{called.name} has no "{keyword}" here', f"it takes {takes}", at)
        if name in given:
            m.refuse(f'"{name}" is given twice')
        given[name] = [Given(node, frame.options.get(keyword, ...), keyword)]
    values = {one.name: _value(m, frame, one, given.get(one.name, [])) for one in wanted}
    return {one.name: values[one.name] for one in wanted if one.kind != "~"}


def _positional(m: Writer, wanted: tuple[Parameter, ...], frame: Frame) -> dict[str, list[Given]]:
    given: dict[str, list[Given]] = {}
    waiting = iter(wanted)
    one = next(waiting, None)
    for number, node in enumerate(frame.arguments):
        if one is None:
            count = len(frame.arguments)
            m.refuse(f"{m.name} takes at most {len(wanted)} inputs and options, here are {count}")
        given.setdefault(one.name, []).append(Given(node, frame.options.get(str(number), ...), number))
        if one.kind not in ("*", "*="):
            one = next(waiting, None)
    return given


def _refuse(m: Writer, frame: Frame, which: str | int, message: str, hint: str = "") -> NoReturn:
    """Raises the error for one argument."""
    if isinstance(which, str):
        place = argument_place(m.state, frame, which)
    else:
        places = [*_places(m.state, frame)]
        at = which - (len(frame.arguments) - len(places))  # what a method belongs to stands in no brackets
        if at < 0:
            m.refuse(message, hint)
        place = places[at]
    raise error_at(m.state, message, hint, *place)


def _places(state: State, frame: Frame) -> Iterator[tuple[int, int]]:
    """The first and the last token of each argument without a name, of a call that ends at the place."""
    depth, first = 0, frame.place + 2
    for at in range(frame.place + 1, state.place + 1):
        depth += DEPTH.get(state.tokens[at], 0)
        if (depth == 1 and state.tokens[at] == ",") or (depth == 0 and at > first):
            if state.tokens[first + 1] != "=":
                yield first, at - 1
            first = at + 1


def _known_as(wanted: tuple[Parameter, ...], keyword: str) -> str:
    names = [one.name for one in wanted]
    return next((name for name in (keyword, *SYNONYMS.get(keyword, ())) if name in names), "")


def _value(m: Writer, frame: Frame, one: Parameter, given: list[Given]) -> Any:
    if one.kind in ("", "?"):
        return _input(m, frame, one, given)
    if one.kind == "*":
        parts = [_input(m, frame, one, [each]) for each in given]
        entries = m.entries(parts[0]) if len(parts) == 1 and parts[0] else None
        return entries or parts
    if one.kind == "*=":
        numbers = [_fixed(m, frame, one, each) for each in given]
        return numbers[0] if len(numbers) == 1 and isinstance(numbers[0], tuple) else tuple(numbers)
    if one.kind == "=":
        if not given and one.default is ...:
            m.refuse(f"{m.name} needs {one.name}")
        return _fixed(m, frame, one, given[0]) if given else one.default
    for each in given:
        _check_harmless(m, frame, one, each)
    return None


def _input(m: Writer, frame: Frame, one: Parameter, given: list[Given]) -> Part | None:
    if not given:
        if one.kind != "?":
            m.refuse(f"{m.name} needs {one.name}")
        return None
    if given[0].word is None and one.kind == "?":
        return None
    if given[0].word is not ...:
        _refuse(m, frame, given[0].which, f"{one.name} of {m.name} is a number or an array")
    return m.part(given[0].node)


def _fixed(m: Writer, frame: Frame, one: Parameter, given: Given) -> Any:
    """The value of an option: a word, a number, or numbers in brackets."""
    if isinstance(given.word, Word) or (isinstance(given.word, str) and one.name not in WORDED):
        _refuse(m, frame, given.which, f"{given.word} is no value of {one.name}")
    if one.name == "reduction" and given.word not in REDUCTIONS:
        _refuse(m, frame, given.which, f"reduction is one of {', '.join(REDUCTIONS)}")
    if given.word is not ...:
        return given.word
    graph, sizes = m.state.graph, one.name not in ("axis", "axes", "keepdims")
    try:
        if graph.gates[given.node] is GATES["array"]:
            entries = graph.inputs[given.node]
            if all(graph.gates[one] is GATES["array"] for one in entries):  # pairs for each axis
                return tuple(tuple(fixed_number(m.state, one, sizes) for one in graph.inputs[row]) for row in entries)
            return tuple(fixed_number(m.state, entry, sizes) for entry in entries)
        return fixed_number(m.state, given.node, sizes)
    except NotFixedError as unknown:
        message = f"{one.name} of {m.name} is chosen when the program is written: a plain number"
        _refuse(m, frame, given.which, message, str(unknown))
    except ValueError as error:
        _refuse(m, frame, given.which, f"{one.name} is no number here: {error}")


def _check_harmless(m: Writer, frame: Frame, one: Parameter, given: Given) -> None:
    """Raises BpcalcError for what would change the numbers: whole numbers as a type, an array for the result."""
    if one.name == "dtype" and given.word is not None and given.word not in FLOATS:
        hint = "all numbers are real numbers here: leave it out"
        _refuse(m, frame, given.which, f"this type of {m.name} would change the numbers", hint)
    is_harmless = one.name in HARMLESS or (one.name == "order" and given.word == "C")
    if given.word is ... or (given.word is not None and not is_harmless):
        _refuse(m, frame, given.which, f"{one.name} of {m.name} is not read here")
