"""What things are called and how numbers are written, in one trace."""

from __future__ import annotations

from collections.abc import Collection
from functools import cached_property
from typing import Any
from unicodedata import normalize

from bpcalc.reports.circuit import Circuit
from bpcalc.reports.edges import Edge
from bpcalc.reports.names import Names
from bpcalc.reports.rows import readable
from bpcalc.reports.steps import Step, labels
from bpcalc.telling.equation import written
from bpcalc.telling.lines import Line
from bpcalc.telling.shape_words import shape_of
from bpcalc.writing.numerals import Laid

DOT, DOT_BEHIND = "\N{COMBINING DOT ABOVE}", "\N{DOT ABOVE}"


class Vocabulary:
    """The words of the trace of one circuit.

    digits  significant digits of its numbers; None: all
    labels  the nodes that have a name
    texts   the same, and numbers for parts without a variable that are long to write out
    copied  the nodes whose gradient is a sum over several uses
    """

    def __init__(self, circuit: Circuit, names: Names, digits: int | None, copied: Collection[int] = ()) -> None:
        self.circuit = circuit
        self.names = names
        self.digits = digits
        self.copied = copied
        self.graph = circuit.program.graph
        self.labels = labels(circuit, names)
        self.texts = readable(circuit, names) | self.labels
        self.of = circuit.of(names)
        self._taken = set(self.labels.values())
        self._parts = 0  # that have a name so far

    # Names

    def partial(self, node: int) -> str:
        """`∂f/∂x`"""
        return f"∂{self.of}/∂{self.labels[node]}"

    def branch(self, edge: Edge) -> str:
        """What an input's gradient is called: `∂f/∂x`, or `∂f/∂x via n1` where it is one of several."""
        if edge.source not in self.copied:
            return self.partial(edge.source)
        twice = self.graph.inputs[edge.node].count(edge.source) > 1
        return f"{self.partial(edge.source)} via {self.labels[edge.node]}" + twice * f", input {edge.place + 1}"

    @cached_property
    def dots(self) -> dict[int, str]:
        """What the tangents are called, by node."""
        return {node: dotted(label, self._taken) for node, label in self.labels.items()}

    @cached_property
    def small(self) -> str:
        """What a small step is called."""
        return letter(self._taken)

    def part(self) -> str:
        """A new name for a part of a long formula."""
        self._parts += 1
        while (name := f"part{self._parts}") in self._taken:
            self._parts += 1
        return name

    # Numbers

    def number(self, value: Any) -> str:
        return written(self.circuit.m, value, self.digits)

    def shown(self, start: str, value: Any, shapes: str, sign: str = " =", is_equation: bool = True) -> Line:
        """An equation, or the start of one, with what it gives: a number behind it, an array below it."""
        if not shape_of(value):
            return Line(f"{start}{sign} {self.number(value)}", shapes)
        rows = Laid.out(self.circuit.m, value, self.digits)
        # of a large array the shape, the norm and the extremes do
        return Line(start, shapes, rows if rows[0].startswith("[") else rows[:1], is_equation)

    def tangent(self, step: Step) -> Any:
        """The tangent of a step's node in the node's shape: 0 where nothing moves it."""
        m, value = self.circuit.m, self.circuit.values[step.node]
        return m.zero_like(value) if step.tangent is None else step.tangent

    @cached_property
    def kinks(self) -> list[int]:
        """The gates of a program with arrays that lie on a kink in some entry, in the order of the forward pass."""
        if not self.circuit.m.shaped:
            return []
        from bpcalc.engine.findings import kinks
        from bpcalc.telling.sentences import looked_at

        with self.circuit.m.quiet():
            return [found.node for found in kinks(looked_at(self.circuit)) if found.node in self.labels]

    def is_single(self, node: int) -> bool:
        """Is the gate's output a number, and are all its inputs?"""
        values, nodes = self.circuit.values, (node, *self.graph.inputs[node])
        return not self.graph.gates[node].pullback and not any(shape_of(values[one]) for one in nodes)


def dotted(name: str, taken: Collection[str] = ()) -> str:
    """What the tangent of `name` is called: ẋ, or ẋ1 as textbooks write it; behind a longer name the dot is `theta˙`.

    An i or j has its dot already, an accent leaves no room for one, and a name of the program may be ẋ itself.
    """
    first, rest = name[:1], name[1:].lstrip("_")
    is_letter = first.isalpha() and first not in "ij" and len(normalize("NFD", first)) == 1
    above = normalize("NFC", first + DOT) + name[1:]
    if is_letter and (not rest or rest.isdigit()) and above not in taken:
        return above
    return name + DOT_BEHIND


def letter(taken: Collection[str]) -> str:
    """What a small step is called where the names in `taken` are in use."""
    return next(one for one in ("h", "δ", "ε", "small_step") if one not in taken)
