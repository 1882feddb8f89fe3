"""Words that stand for an argument: True, None, "mean", np.float32. The call's frame keeps their value, not a node."""

from __future__ import annotations

from typing import Any

from bpcalc.reading.state import State

# Types of numbers: those of real numbers change nothing here.
FLOATS = frozenset(("float", "float16", "float32", "float64", "double", "half", "bfloat16", "longdouble", "float_"))
OTHERS = frozenset(("int", "int8", "int16", "int32", "int64", "long", "bool", "bool_", "uint8", "complex", "object",
                    "complex64", "complex128"))  # fmt: skip
VALUES = {"True": True, "False": False, "None": None}
ENDS = frozenset((",", ")", "\n"))  # what stands behind an argument


class Word(str):
    """The name of a type, or of a device."""

    __slots__ = ()


def plain(state: State, at: int) -> Any:
    """The word that is all of the argument at a place; `...` where there is none."""
    token = state.tokens[at]
    if state.tokens[at + 1 : at + 2] and state.tokens[at + 1] not in ENDS:
        return ...
    if token in VALUES:
        return VALUES[token]
    if token[:1] in ("'", '"') and len(token) > 1:
        return token[1:-1]
    return Word(token) if token in FLOATS or token in OTHERS else ...


def keep(state: State, word: Any) -> int:
    """Keeps a word for the argument that is read; gives the node that stands in its place."""
    frame = state.frames[-1]
    frame.options[frame.keyword or str(len(frame.arguments))] = word
    return state.graph.constant(0.0)
