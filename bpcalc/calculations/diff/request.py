"""What `bpcalc diff` is asked for."""

from __future__ import annotations

from collections.abc import Sequence

from bpcalc.errors import Source
from bpcalc.typed import NamedTuple


class Request(NamedTuple):
    """What is asked for.

    wrt        the names to differentiate by, one after the other, for each derivative; none: every variable
    order      how often; None: as often as names are given; 0: not at all, the function itself, simplified
    of         the node that is differentiated; None: the last statement
    layout     of a vector by a vector: "denominator" or "numerator"
    symmetric  the matrices that equal their transpose
    simplify   whether SymPy simplifies the formulas
    taylor     the order of the Taylor polynomial that is wanted; None: none
    notation   "plain" (the language itself), "latex" or "unicode"
    programs   whether each formula is written as a program that stands alone too
    upstream   the gradient that flows into the output, as a formula of variables; None: 1
    expand     the packed gates that are written out in elementary ones, by name
    """

    wrt: Sequence[Sequence[str]] = ()
    order: int | None = None
    of: str | None = None
    layout: str = "denominator"
    symmetric: Sequence[str] = ()
    simplify: bool = False
    taylor: int | None = None
    notation: str = "plain"
    programs: bool = True
    upstream: Source | None = None
    expand: Sequence[str] = ()

    def asked(self) -> set[str]:
        """The names that are variables because something is asked of them."""
        return {name for group in self.wrt for name in group} | {*self.symmetric}
