"""What `bpcalc gates` found of a gate."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bpcalc.algebra.protocol import Algebra
from bpcalc.typed import Any, NamedTuple


@dataclass(frozen=True, slots=True)
class Example:
    """A command that runs, and what it gives: numbers, or arrays, of the algebra `m`."""

    command: str
    m: Algebra
    value: Any
    gradient: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Corner:
    """A point without a derivative, and by convention the local gradients there (None: no gradient flows).

    Of a gate whose entries mix, the gradients for an upstream of 1. The numbers are those of the algebra `m`.
    """

    m: Algebra
    point: dict[str, Any]
    local: dict[str, tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Entry:
    """One gate, as texts of the language.

    signature   `tanh(x)`, `elu(x, alpha=1)`, `max(a, b, …)`, `sum(x, axis=None, keepdims=False)`
    options     what is chosen when the program is written, with the default; `...` for what must be chosen
    operator    how it is written between or before its inputs, if it is
    spellings   every other spelling that the language reads
    local       for each input the local gradient as the lectures write it; None: no gradient flows to it
    computed    for each input the formula that bpcalc computes with, where that is another one; else None
    downstream  of a gate whose entries mix, in the place of local gradients: for each input the gradient that goes
                on to it, from the upstream g, for inputs of the example's shapes
    reduction   the gate that stands for it with one argument (`max(X)`)
    backward    what it does in the backward pass: its pattern, and the pattern in a clause
    kink        what is done where it has no derivative, by convention
    packed      the gate in elementary gates, where --expand opens it
    """

    name: str
    family: str
    signature: str
    parameters: tuple[str, ...]
    defaults: Mapping[str, float]
    options: Mapping[str, Any]
    variadic: bool
    aliases: tuple[str, ...]
    operator: str | None
    spellings: tuple[str, ...]
    formula: str
    local: tuple[str | None, ...]
    computed: tuple[str | None, ...]
    downstream: tuple[str | None, ...]
    reduction: str | None
    pattern: str
    backward: str
    kink: dict[str, str] | None
    packed: str | None
    corner: Corner | None = None
    example: Example | None = None


class Catalogue(NamedTuple):
    """Gates; `in_detail` where they were asked for by a word that stands for them."""

    entries: tuple[Entry, ...]
    in_detail: bool
