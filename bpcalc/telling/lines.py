"""What a step of a trace is in words: plain frozen data, which the renderers lay out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple


class Line(NamedTuple):
    """An equation with what belongs to it, or a sentence.

    text    may be broken before an equals sign, a sentence between its words
    shapes  that meet in the equation: `(2,3)@(3,4) -> (2,4)`; they stand beside it
    rows    the numbers of an array, a line each; they stand below it
    """

    text: str
    shapes: str = ""
    rows: tuple[str, ...] = ()
    is_equation: bool = True


def sentence(text: str) -> Line:
    return Line(text, is_equation=False)


class Told(NamedTuple):
    """A step in words. Texts that a step of its kind does not have are empty.

    phase       "forward", "backward" or "meaning"; number: which gate of the forward pass it is, 0 for what is none
    node        what the step's node is called
    gate        the name of its gate, or "seed" or "copy"
    title       the gate on named inputs: `x + y`; pattern: what it does in the backward pass, as a clause
    lines       equations and sentences
    value       of the node; tangent: likewise, in forward mode only
    upstream    of a gate; downstream: what its inputs get, by name
    """

    phase: str
    number: int
    node: str
    gate: str
    lines: tuple[Line, ...]
    title: str = ""
    pattern: str = ""
    value: Any = None
    tangent: Any = None
    upstream: Any = None
    downstream: Mapping[str, Any] = {}
