"""The engine that needs no package: a table goes through row by row, in memory that does not grow with it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from bpcalc.batch.evaluation import Numbers, evaluation
from bpcalc.batch.job import Job
from bpcalc.batch.sums import ExactSum
from bpcalc.batch.tables import Joined, Table
from bpcalc.errors import BpcalcError
from bpcalc.reading import cells as wrong

FAIL, SKIP, NAN = POLICIES = ("fail", "skip", "nan")  # what is done with a row that has no number where one is needed
TOGETHER = 500  # rows that are written at once
REST = "write nan where there is no number, or --on-error skip or nan"


class Counts:
    """What was met on the way: rows with results, those left out or filled with NaN, at kinks, and with a result NaN.

    bad  the error of the first row that was left out or filled
    """

    def __init__(self) -> None:
        self.rows = self.skipped = self.filled = self.kinks = self.nans = 0
        self.bad: BpcalcError | None = None


class Streaming:
    """A run over a table: every row with its results, or their exact total.

    policy    one of `POLICIES`
    progress  is told the number of rows, now and then
    """

    def __init__(self, job: Job, table: Table, policy: str, progress: Callable[[int], None] | None = None) -> None:
        self.job = job
        self.table = table
        self.policy = policy
        self.counts = Counts()
        self._progress = progress or (lambda rows: None)
        self._evaluation = evaluation(job)
        self._places = [table.headings.index(heading) for heading in job.columns]

    def lines(self, joined: Joined) -> Iterator[str]:
        """The rows with their results, some at a time. Raises BpcalcError for a bad row where that is to end the run."""
        some: list[str] = []
        for text, parsed, results in self._results():
            some.append(joined(text, parsed, results))
            if len(some) == TOGETHER:
                some.append("")
                yield "\n".join(some)
                some = []
                self._progress(self.counts.rows)
        if some:
            yield "\n".join(some) + "\n"

    def totals(self) -> list[ExactSum]:
        """The sum of each result over all rows."""
        sums = [ExactSum() for _ in self.job.picks]
        some: list[Numbers] = []
        for _, _, results in self._results():
            some.append(results)
            if len(some) == TOGETHER:
                _add(sums, some)
                self._progress(self.counts.rows)
        _add(sums, some)
        return sums

    def _results(self) -> Iterator[tuple[str, Any, Numbers]]:
        """The text of each row, the same parsed, and its results."""
        compute, at_kink = self._evaluation
        counts, missing = self.counts, (float("nan"),) * len(self.job.picks)
        for number, text, found, parsed in self.table.rows(self._places):
            try:
                # Python's own underscores and wide digits are no numbers
                row = [*map(float if text.isascii() and "_" not in text else _number, found)]
            except (ValueError, TypeError):
                try:
                    row = [*map(_number, found)]
                except (ValueError, TypeError):
                    self._count_bad(number, found)
                    if self.policy == NAN:
                        counts.rows += 1
                        yield text, parsed, missing
                    continue
            results = compute(row)
            counts.rows += 1
            for result in results:
                if result != result:
                    counts.nans += 1
                    break
            if at_kink is not None and at_kink(row):
                counts.kinks += 1
            yield text, parsed, results

    def _count_bad(self, number: int, found: Sequence[Any]) -> None:
        """Counts a row without a number where one is needed. Raises BpcalcError where that is to end the run."""
        error = _no_number(self.table.shown, number, [*self.job.columns], found)
        if self.policy == FAIL:
            raise error
        self.counts.bad = self.counts.bad or error
        if self.policy == SKIP:
            self.counts.skipped += 1
        else:
            self.counts.filled += 1


def _add(sums: Sequence[ExactSum], rows: list[Numbers]) -> None:
    for one, column in zip(sums, zip(*rows, strict=True), strict=False):  # of no rows there are no columns
        one.add(column)
    rows.clear()


def _number(cell: Any) -> float:
    """The number of a cell, or of a value of JSON. Raises ValueError or TypeError for what is none."""
    if isinstance(cell, str):
        return wrong.number(cell)
    if isinstance(cell, bool) or not isinstance(cell, int | float):
        raise TypeError
    return float(cell)


def _no_number(shown: str, row: int, headings: Sequence[str], found: Sequence[Any]) -> BpcalcError:
    """The error for a row that has no number where one is needed."""
    for heading, cell in zip(headings, found, strict=True):
        try:
            _number(cell)
        except (ValueError, TypeError):
            break
    place = f'{shown}, row {row}, column "{heading}"'
    text = cell.strip() if isinstance(cell, str) else json.dumps(cell)
    if text in ("", "null"):
        return BpcalcError(f"{place} is empty", hint=REST)
    shortened = text if len(text) <= wrong.LONG else f"{text[: wrong.LONG - 1]}…"
    meant = wrong.instead(text)
    hint = f"write {meant}, or --on-error skip or nan" if meant else REST
    return BpcalcError(f'{place}: "{shortened}" is not a number', hint=hint)
