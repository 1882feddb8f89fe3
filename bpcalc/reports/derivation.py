"""A program with its backward pass written out, in one graph: what a program in another language is written from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from bpcalc.graph import Graph
from bpcalc.reports.circuit import Circuit
from bpcalc.reports.warning import Warning


class Parameter(NamedTuple):
    """An input of the function: its name in the program and its node.

    shape     () for a single number
    value     what it is checked at; given: what it was given, where all were
    is_moved  whether its gradient is asked for, so that finite differences can be compared with it
    """

    name: str
    node: int
    shape: tuple[int, ...]
    value: Any
    is_label: bool
    is_moved: bool
    given: Any = None


class Line(NamedTuple):
    """A line of the backward pass: the gradient of `of` is what `node` computes, and is called by `symbol` after it.

    note  the gate that hands it down and its pattern, in the lectures' words
    """

    of: int
    node: int
    symbol: int
    note: str
    gate: int


class Derivation(NamedTuple):
    """Both passes of a program as nodes of one graph. The program's nodes come first, then those of the backward pass.

    text        the program in bpcalc's own notation
    labels      the names of the program's nodes; given: those that the program names itself
    output      what is differentiated
    operations  the program's nodes that are computed, in the order of the forward pass
    lines       the backward pass, in its order: the output's own gradient first
    gradient    for each name that a gradient is asked for, the node that has it behind the lines
    shapes      the shape of each node; None: all are single numbers
    seed        the gradient that flows into the output
    is_singular whether a matrix has no inverse at the point
    circuit     both passes at the values that were given; else at those that were drawn
    is_given    whether all parameters were given values
    lectures    the nodes whose local gradient is written as the lectures do
    is_bound    whether the values that are checked at were given, not drawn
    """

    text: str
    graph: Graph
    labels: Mapping[int, str]
    given: Mapping[int, str]
    output: int
    operations: list[int]
    lines: list[Line]
    gradient: dict[str, int]
    parameters: list[Parameter]
    shapes: list[Any] | None
    seed: Any
    is_bound: bool
    convention: str
    is_singular: bool = False
    lectures: frozenset[int] = frozenset()
    circuit: Circuit | None = None
    is_given: bool = False
    warnings: tuple[Warning, ...] = ()

    def shape(self, node: int) -> tuple[int, ...]:
        """The shape of a node."""
        return () if self.shapes is None else self.shapes[node].shape

    @property
    def name(self) -> str:
        """The output's name."""
        return self.labels[self.output]
