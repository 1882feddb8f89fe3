"""What `bpcalc batch` finds beside a table: the total of all rows, and some of them to look at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bpcalc.reports.warning import Warning
from bpcalc.typed import Any, NamedTuple


class Total(NamedTuple):
    """The sum or the mean of a program's results over the rows of a table.

    m           the number system of the results
    expression  the program as it was understood; output: the name of its result
    how         "sum" or "mean"; rows: how many there were
    results     by what was asked for: `value`, `x` (the gradient), `q.value`, `q.grad`; each rounded once
    """

    m: Any
    expression: str
    output: str
    how: str
    rows: int
    results: Mapping[str, Any]
    warnings: Sequence[Warning] = ()


class Excerpt(NamedTuple):
    """Some rows of a table with their results.

    expression  the program as it was understood
    headings    of the table's columns; inputs: those that are variables; new: those of the results
    numbers     of the rows in the file; cells: as they stand there; results: the numbers of each row
    """

    expression: str
    headings: Sequence[str]
    inputs: Sequence[str]
    new: Sequence[str]
    numbers: Sequence[int]
    cells: Sequence[Sequence[str]]
    results: Sequence[Sequence[float]]
    warnings: Sequence[Warning] = ()
