"""What `bpcalc batch --reduce` finds: the value and the gradient of all rows together."""

from __future__ import annotations

from typing import Any, NamedTuple

from bpcalc.reports.shown import Shown
from bpcalc.reports.warning import Warning


class _Total(NamedTuple):
    expression: str
    how: str
    rows: int
    results: dict[str, Any]
    warnings: tuple[Warning, ...] = ()


class Total(_Total, Shown):
    """The sum or the mean of a program's results over the rows of a table.

    how      "sum" or "mean"; rows: how many there were
    results  by what was asked for: `value`, and the gradients by name; numbers, rounded once, or arrays of such
    """

    __slots__ = ()
