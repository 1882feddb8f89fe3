"""Which rows are at a kink: found where a gate of the program lies on its own, or compares equal numbers.

Only these rows are looked at as `grad` looks at its one point, which takes a hundred times as long as the passes; and
of these only the first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

from bpcalc.gate import COMPARISON, CONSTANT, Gate
from bpcalc.gates import GATES
from bpcalc.graph import Graph

Row = Sequence[float]
Touched = Callable[..., Any]  # (m, y, *inputs), as `Kink.touched`


LOOKED_AT = 1_000  # rows that are looked at as `grad` does, where the passes themselves are fast


class Kinks:
    """Counts the rows at a kink.

    suspects  rows that may be at one; looked: how many of these were looked at; found: those of them that are
    first     the number of the first that is; message: what `grad` says of it
    """

    def __init__(
        self, touched: Callable[[Row], bool] | None, look: Callable[[Row], str], always: bool = False,
        most: float = LOOKED_AT,
    ) -> None:  # fmt: skip
        self._touched = touched
        self._look = look
        self._always = always
        self._most = most
        self.suspects = self.looked = self.found = self.first = 0
        self.message = ""

    @property
    def is_possible(self) -> bool:
        """Can any row be at one?"""
        return self._always or self._touched is not None

    def pass_over(self, count: int) -> None:
        """Counts suspects that come behind the last that is looked at."""
        self.suspects += count

    @property
    def left(self) -> float:
        """How many more suspects are looked at."""
        return self._most - self.looked

    @property
    def sees_all(self) -> bool:
        """Is every row a suspect?"""
        return self._always

    def see(self, numbers: Sequence[int], rows: Sequence[Row]) -> None:
        """Looks for kinks in rows, whose numbers in the file are given."""
        if self._always:
            self.add(zip(numbers, rows, strict=True))
        elif self._touched is not None:
            touched = self._touched
            if hits := [place for place, row in enumerate(rows) if touched(row)]:
                self.add((numbers[place], rows[place]) for place in hits)

    def add(self, suspects: Iterable[tuple[int, Row]]) -> None:
        """Looks at rows that may be at a kink, each with its number."""
        for number, row in suspects:
            self.suspects += 1
            if self.looked < self._most:
                self.looked += 1
                if message := self._look(row):
                    self.found += 1
                    if self.found == 1:
                        self.first, self.message = number, message


class Watched(NamedTuple):
    """A node that may be at a kink, and the rule that says whether it is."""

    node: int
    touched: Touched


def watched(graph: Graph, wanted: Sequence[int]) -> list[Watched]:
    """The nodes among those `wanted` that some numbers bring to a kink or an edge."""
    found = []
    for node, gate in enumerate(graph.gates):
        rule = _rule(graph, node, gate) if wanted[node] else None
        if rule is not None and _is_possible(graph, node, rule):
            found.append(Watched(node, rule))
    return found


def _rule(graph: Graph, node: int, gate: Gate) -> Touched | None:
    if gate.kink is not None:
        touched: Touched = gate.kink.touched
        return touched
    if _compares(gate):
        return lambda m, y, a, b: a == b
    # a condition that is a comparison is watched itself; of other numbers all but 0 are true
    is_number = gate is GATES["where"] and not _compares(graph.gates[graph.inputs[node][0]])
    return (lambda m, y, c, a, b: c == 0) if is_number else None


def _compares(gate: Gate) -> bool:
    return gate.infix is not None and gate.infix[1] == COMPARISON


class _Unknown:
    """A number of which nothing is known: it may be equal to any other."""

    def __eq__(self, other: object) -> bool:
        return True

    __hash__ = None  # type: ignore[assignment]

    def __getattr__(self, name: str) -> Any:
        return lambda *inputs: self

    def _any(self, *other: Any) -> Any:
        return self

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __neg__ = _any

    def _may(self, other: Any) -> bool:
        return True

    __lt__ = __le__ = __gt__ = __ge__ = __ne__ = _may


def _is_possible(graph: Graph, node: int, rule: Touched) -> bool:
    """Can the numbers that are not constants bring the node to its kink? `x^2` is never at that of a power."""
    unknown = _Unknown()
    inputs = [
        graph.leaves[one] if graph.gates[one] is CONSTANT and isinstance(graph.leaves[one], float) else unknown
        for one in graph.inputs[node]
    ]
    return bool(rule(unknown, unknown, *inputs))
