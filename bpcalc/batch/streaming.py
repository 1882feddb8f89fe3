"""The engine that needs no package: a table goes through row by row, and all of it that is not new stays as it was."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from bpcalc.batch.delimited import Record, quoted, records
from bpcalc.batch.evaluation import Numbers, evaluation
from bpcalc.batch.job import Job
from bpcalc.batch.sums import ExactSum
from bpcalc.errors import BpcalcError
from bpcalc.reading import cells as wrong

FAIL, SKIP, NAN = POLICIES = ("fail", "skip", "nan")  # what is done with a row that has no number where one is needed
TOGETHER = 500  # rows that are written at once


class Table(NamedTuple):
    """A table as text: how its rows are read, and written with new cells behind them.

    shown     what it is called in messages
    headings  of its columns
    heading   makes the first line of the result; "" where it has none
    rows      each row's number, its text, and the cells of the variables' columns: texts, or numbers and null of JSON
    joined    a row with new cells
    """

    shown: str
    headings: Sequence[str]
    heading: Callable[[Sequence[str]], str]
    rows: Callable[[Sequence[int]], Iterator[tuple[int, str, Sequence[Any]]]]
    joined: Callable[[str, Numbers], str]


class Counts:
    """What was met on the way."""

    def __init__(self) -> None:
        self.rows = 0  # that have results
        self.skipped = 0
        self.kinks = 0
        self.nans = 0  # rows with a result that is NaN
        self.bad: BpcalcError | None = None  # the first row that was skipped or filled with NaN
        self.filled = 0


class Streaming:
    """Both kinds of runs over a table: every row written with its results, or their exact total.

    policy   one of `POLICIES`; numbers: how results are written
    progress is told the number of rows, now and then
    """

    def __init__(self, job: Job, table: Table, policy: str, progress: Callable[[int], None] | None = None) -> None:
        self.job = job
        self.table = table
        self.policy = policy
        self.counts = Counts()
        self.progress = progress
        self._evaluation = evaluation(job)
        self._places = [[*table.headings].index(heading) for heading in job.columns]

    def lines(self) -> Iterator[str]:
        """The table with its new columns, some rows at a time. Raises BpcalcError for a bad row, if that is asked for."""
        heading = self.table.heading(self.job.headings)
        if heading:
            yield heading + "\n"
        joined, some = self.table.joined, []
        for text, results in self._results():
            some.append(joined(text, results))
            if len(some) == TOGETHER:
                some.append("")
                yield "\n".join(some)
                some = []
                if self.progress:
                    self.progress(self.counts.rows)
        if some:
            yield "\n".join(some) + "\n"

    def totals(self) -> list[float]:
        """The sum of each result over all rows, rounded once."""
        sums = [ExactSum() for _ in self.job.picks]
        some: list[Numbers] = []
        for _, results in self._results():
            some.append(results)
            if len(some) == TOGETHER:
                _add(sums, some)
                if self.progress:
                    self.progress(self.counts.rows)
        _add(sums, some)
        return [one.value for one in sums]

    def _results(self) -> Iterator[tuple[str, Numbers]]:
        """The text of each row, and its results."""
        compute, at_kink = self._evaluation
        counts, missing = self.counts, (float("nan"),) * len(self.job.picks)
        for number, text, found in self.table.rows(self._places):
            try:
                row = [*map(float, found)]
                if not text.isascii() or "_" in text:  # Python's own underscores and wide digits are no numbers
                    row = [*map(_number, found)]
            except (ValueError, TypeError):
                try:
                    row = [*map(_number, found)]
                except (ValueError, TypeError):
                    self._is_bad(number, found)
                    if self.policy == NAN:
                        counts.rows += 1
                        yield text, missing
                    continue
            results = compute(row)
            counts.rows += 1
            for result in results:
                if result != result:
                    counts.nans += 1
                    break
            if at_kink is not None and at_kink(row):
                counts.kinks += 1
            yield text, results

    def _is_bad(self, number: int, found: Sequence[Any]) -> None:
        """Counts a row without a number where one is needed. Raises BpcalcError where it is to be one."""
        error = _no_number(self.table.shown, number, [*self.job.columns], found)
        if self.policy == FAIL:
            raise error
        self.counts.bad = self.counts.bad or error
        if self.policy == SKIP:
            self.counts.skipped += 1
        else:
            self.counts.filled += 1


def _add(sums: Sequence[ExactSum], rows: list[Numbers]) -> None:
    for one, column in zip(sums, zip(*rows, strict=True), strict=True):
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
    for heading, cell in zip(headings, found, strict=False):
        try:
            _number(cell)
        except (ValueError, TypeError):
            place = f'{shown}, row {row}, column "{heading}"'
            rest = "write nan where there is no number, or --on-error skip or nan"
            text = cell.strip() if isinstance(cell, str) else json.dumps(cell)
            if text in ("", "null"):
                return BpcalcError(f"{place} is empty", hint=rest)
            meant = wrong.instead(text)
            shortened = text if len(text) <= wrong.LONG else f"{text[: wrong.LONG - 1]}…"
            hint = f"write {meant}, or --on-error skip or nan" if meant else rest
            return BpcalcError(f'{place}: "{shortened}" is not a number', hint=hint)
    raise AssertionError("a row that is bad has a cell that is no number")


def delimited(lines: Iterable[str], mark: str, shown: str) -> Table:
    """A table of CSV or TSV. Raises BpcalcError for one without a heading."""
    every = records(lines, mark, shown)
    first = next(every, None)
    if first is None:
        raise BpcalcError(f"{shown} is empty", hint="its first row names the columns: x,y")
    headings = [cell.strip() for cell in first.cells]
    if not any(map(wrong.is_title, headings)) or any(map(wrong.is_number, headings)):
        raise BpcalcError(f"{shown} has no heading", hint="its first row would name the columns: x,y")
    size = len(headings)

    def rows(places: Sequence[int]) -> Iterator[tuple[int, str, Sequence[str]]]:
        for number, text, found in every:
            if len(found) != size:
                raise _uneven(shown, number, len(found), size)
            yield number, text, [found[place] for place in places]

    def joined(text: str, results: Numbers) -> str:
        return text + mark + mark.join(map(repr, results))

    def heading(made: Sequence[str]) -> str:
        return mark.join([first.text, *(quoted(one, mark) for one in made)])

    return Table(shown, headings, heading, rows, joined)


def _uneven(shown: str, number: int, count: int, size: int) -> BpcalcError:
    cells = f"{count} cell{'s' if count > 1 else ''}"
    return BpcalcError(f"{shown}, row {number}: {cells}, where the heading has {size}")


def is_blank(record: Record) -> bool:
    return not record.text.strip()
