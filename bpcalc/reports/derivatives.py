"""What `bpcalc diff` found."""

from __future__ import annotations

from collections.abc import Mapping

from bpcalc.reports.shown import Shown
from bpcalc.reports.warning import Warning
from bpcalc.typed import Any, NamedTuple


class Derivative(NamedTuple):
    """One derivative as a formula.

    over     the names that it is differentiated by, one after the other
    text     in the notation that was asked for; parts that are shared have names (DiffReport.definitions)
    program  in the language, standing alone: its definitions first, if any
    """

    over: tuple[str, ...]
    text: str
    program: str
    shape: tuple[int, ...] = ()


class Check(NamedTuple):
    """How far a derivative was found to be from differences of the function at random numbers, at 0 and at kinks.

    points      random ones at which it was compared; 0 where it could not be
    sizes       the numbers that were taken for sizes
    difference  the largest one, relative to the largest entry; NaN where there is none
    reason      why it does not hold, where that is no matter of numbers
    undefined   at how many points the formula gave NaN or infinity though there is a derivative: so it does not hold
    place       where the largest difference was found, in words: " at x = 0"; nothing where that takes many numbers
    """

    points: int
    sizes: Mapping[str, int]
    difference: float
    holds: bool
    reason: str = ""
    undefined: int = 0
    place: str = ""


class Equality(NamedTuple):
    """Whether a derivative is a formula that someone has for it.

    formula  that one, as it was written
    holds    is it the derivative? None where this was not found out
    how      "normal form" or "SymPy", which prove it, or "points": random ones, of which there were so many `points`
    point    where the two differ, the numbers by name
    values   there: of the derivative, and of the formula; of arrays those of the entry where they differ most
    entry    its place; () where the derivative is a single number
    reason   why it does not hold, or is not known
    """

    formula: str
    holds: bool | None
    how: str = "points"
    points: int = 0
    point: Mapping[str, Any] = {}
    values: tuple[Any, ...] = ()
    entry: tuple[int, ...] = ()
    reason: str = ""


class _DiffReport(NamedTuple):
    expression: str
    output: str
    notation: str
    definitions: tuple[tuple[str, str], ...]
    derivatives: dict[str, Derivative]
    point: str = ""
    layout: str = ""
    checks: Mapping[str, Check] = {}
    warnings: tuple[Warning, ...] = ()
    names: Mapping[str, str] = {}
    equality: Equality | None = None


class DiffReport(_DiffReport, Shown):
    """Derivatives as formulas.

    notation     "plain" (the language), "latex" or "unicode"
    names        of variables and parts in that notation, where it writes them otherwise
    definitions  the parts that have a name: each name with its text in that notation
    derivatives  by title: "x", or "x,y" for a mixed one
    point        of a Taylor polynomial, the variable and its value; "" for derivatives
    layout       of vectors by vectors: "denominator" or "numerator"; "" where there are none
    equality     with a formula that was given (`--equals`)
    """

    __slots__ = ()

    def __getitem__(self, title: str) -> str:  # type: ignore[override]
        """The derivative of a title as a program: a report is asked by name, never by place."""
        return self.derivatives[title].program
