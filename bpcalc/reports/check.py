"""What `bpcalc check` found: backprop beside independent ways, and claimed gradients beside the right ones."""

from __future__ import annotations

from collections.abc import Mapping

from bpcalc.reports.answer import Answer
from bpcalc.reports.circuit import Circuit
from bpcalc.reports.names import Names
from bpcalc.reports.warning import Warning
from bpcalc.typed import Any, NamedTuple

AGREES, DIFFERS, KINK, UNDECIDED = "agrees", "differs", "kink", "undecided"
RIGHT, FOLLOWS, WRONG = "right", "follows", "wrong"
# The ways that backprop is held against, and their headings in a table.
WAYS = {
    "differences": "differences", "complex_step": "complex step", "forward": "forward mode", "formula": "formula",
    "digits": "30 digits",
}  # fmt: skip
POINTS = {RIGHT: 1.0, FOLLOWS: 0.5, WRONG: 0.0}


class Check(NamedTuple):
    """One name that is differentiated by.

    value, backprop  of the name; arrays whole
    ways             its gradient by each of `WAYS`, arrays whole; None where a way does not apply
    place            the entry of an array that is worst, in every way; () for a single number
    relative_error   the largest there, as CS231n has it: |a - b|/max(|a|, |b|)
    points           at how many random points it was looked at, of which this is the worst; 0: at the values given
    """

    name: str
    value: Any
    backprop: Any
    ways: Mapping[str, Any]
    place: tuple[int, ...]
    relative_error: float | None
    verdict: str
    message: str
    points: int = 0


class Mistake(NamedTuple):
    """A common mistake that gives exactly the claim: its kind, and a sentence in the lectures' words."""

    kind: str
    sentence: str


class Claim(NamedTuple):
    """A claimed gradient.

    exercise  the title of its exercise; None where there is one program only
    claim     as it was written; `claimed`: its value at the point
    gradient  the right value there
    how       why it is right, or what it was judged by
    m         the algebra of the values
    """

    exercise: str | None
    name: str
    claim: str
    claimed: Any
    gradient: Any
    verdict: str
    how: str
    mistakes: tuple[Mistake, ...]
    message: str
    m: Any


class _CheckReport(NamedTuple):
    circuit: Circuit
    names: Names
    checks: tuple[Check, ...] = ()
    claims: tuple[Claim, ...] = ()
    warnings: tuple[Warning, ...] = ()
    is_sheet: bool = False


class CheckReport(_CheckReport, Answer):
    """A program's checks, and its claims or those of a sheet.

    circuit   the program with its numbers
    is_sheet  whether the claims are of several programs, of which `circuit` is the last
    """

    __slots__ = ()

    @property
    def right(self) -> float:
        """The score: 1 for a right claim, a half for one that follows from a wrong one."""
        return sum(POINTS[claim.verdict] for claim in self.claims)

    @property
    def agrees(self) -> bool:
        """Does nothing differ?"""
        is_right = self.right == len(self.claims) and not self.is_forward_wrong
        return is_right and not any(check.verdict == DIFFERS for check in self.checks)

    @property
    def is_forward_wrong(self) -> bool:
        """Has a person's own forward pass, whose gradients are right, another value than the program?"""
        return any(mistake.kind == "forward" for claim in self.claims for mistake in claim.mistakes)
