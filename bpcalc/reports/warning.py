"""A warning: what was found, as data. Its sentence is made when it is shown."""

from __future__ import annotations

from collections.abc import Callable

from bpcalc.typed import Any, NamedTuple

KINDS = ("kink", "nonfinite", "rounding", "unused", "reading", "formula", "uncertainty")


class Warning(NamedTuple):
    """Something that whoever reads a result should know.

    kind     one of KINDS: "rounding" is of what has no digit left, "reading" of what could be read otherwise,
             "formula" of one that there is not, "uncertainty" of one that a tangent does
             not tell; or "note" where nothing is wrong, and it is told how the text was read
    node     the name of the row, the binding or the derivative that it is about
    finding  what was found: a record of `engine.findings` or `engine.nonfinite`, or how many more there are of a kind;
             None where the sentence says it all
    words    the sentence; or the function that makes it of the finding: the fact, and the rule that was used or ""
    """

    kind: str
    node: str
    finding: Any
    words: str | Callable[[Any], tuple[str, str]]

    @property
    def fact(self) -> str:
        """What was found, without the rule that was used there."""
        return self.words if isinstance(self.words, str) else self.words(self.finding)[0]

    @property
    def message(self) -> str:
        """The whole sentence."""
        return self.words if isinstance(self.words, str) else "; ".join(filter(None, self.words(self.finding)))

    def __repr__(self) -> str:
        return f"Warning(kind={self.kind!r}, node={self.node!r}, message={self.message!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Warning) and self._said() == other._said()

    def __hash__(self) -> int:
        return hash(self._said())

    def _said(self) -> tuple[str, str, str]:
        return self.kind, self.node, self.message

    def __reduce__(self) -> tuple[Any, ...]:
        """A copy has the sentence: what makes it, both passes over a graph, stays behind."""
        return Warning, (self.kind, self.node, self.finding, self.message)
