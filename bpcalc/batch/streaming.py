"""The engine that needs no package: a table goes through in blocks of rows, in memory that does not grow with it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, BinaryIO

from bpcalc.batch.counts import NAN, Counts
from bpcalc.batch.evaluation import Row, evaluation, single
from bpcalc.batch.job import Job
from bpcalc.batch.joining import joining
from bpcalc.batch.sums import Totals
from bpcalc.batch.tables import Decimal, Rows, Table
from bpcalc.errors import BpcalcError
from bpcalc.reading import cells as wrong

REST = "write nan where there is no number, or --on-error skip or nan"
Progress = Callable[[int, float | None], None]  # is told how many rows are done, and which part of the table


class Streaming:
    """A run over a table: every row with its results, or their exact total.

    policy  one of `POLICIES`
    chosen  which of the rows are taken; None: all
    """

    def __init__(
        self, job: Job, table: Table, policy: str, chosen: Callable[[Iterable[Rows]], Iterator[Rows]] | None = None,
        progress: Progress | None = None,
    ) -> None:  # fmt: skip
        self.job = job
        self.table = table
        self._evaluation = evaluation(job)
        self.counts = Counts(policy, self._evaluation.kinks)
        self._progress = progress
        self._blocks = chosen(table.blocks) if chosen else table.blocks
        columns = {name: heading for heading, name in job.columns.items()}
        self._columns = [columns[name] for name in self._evaluation.variables]
        self._take = table.take(self._columns) if self._columns else lambda parsed: ()

    def write_text(self, file: BinaryIO, kind: str, number: str = "", skip: int = 0) -> None:
        """Writes the rows with their results; `skip` of them are in the file already, behind its heading.

        Raises BpcalcError for a bad row where that is to end the run.
        """
        how = joining(self.table, kind, self.job.headings, number)
        first = "" if skip else how.first
        for rows, results in self.results():
            done = min(skip, len(results))
            skip -= done
            some = rows.at(range(done, len(results))) if done else rows
            # the heading goes with the first rows: a small table that is wrong prints nothing
            file.write((first + how.rows(some, results[done:])).encode(errors="surrogateescape"))
            first = ""
        file.write(first.encode(errors="surrogateescape"))

    def totals(self) -> Totals:
        """The sum of each result over all rows."""
        totals = Totals(len(self.job.picks))
        for rows, results in self._computed():
            numbers = [[*_entries(found)] for found in results] if self._evaluation.is_shaped else results
            self.counts.see(rows.numbers, numbers)
            totals.add(results)
        return totals

    def results(self) -> Iterator[tuple[Rows, list[Any]]]:
        """The rows of each block with their results, which are single numbers."""
        is_shaped, picks = self._evaluation.is_shaped, self.job.picks
        for rows, found in self._computed():
            results = [tuple(map(single, one, picks)) for one in found] if is_shaped else found
            self.counts.see(rows.numbers, results)
            yield rows, results

    def _computed(self) -> Iterator[tuple[Rows, list[Any]]]:
        compute, kinks = self._evaluation.results, self._evaluation.kinks
        missing = (float("nan"),) * len(self.job.picks)
        for block in self._blocks:
            rows, numbers, unknown = self._numbers(block)
            kinks.see(rows.numbers, numbers)
            results = compute(numbers)
            for place in unknown:
                results[place] = missing
            yield rows, results
            if self._progress is not None:
                self._progress(self.counts.rows, self.table.part())

    def _numbers(self, rows: Rows) -> tuple[Rows, list[Row], Sequence[int]]:
        """The rows that get results, their numbers, and the places of those that get NaN."""
        take = self._take
        if rows.is_plain and not rows.broken:
            try:
                numbers: list[Row] = [[*map(float, take(cells))] for cells in rows.parsed]
            except ValueError:
                return self._one_by_one(rows)
            total = sum(map(sum, numbers))
            if total - total == 0:  # no number is infinite
                return rows, numbers, ()
        return self._one_by_one(rows)

    def _one_by_one(self, rows: Rows) -> tuple[Rows, list[Row], Sequence[int]]:
        """The same where a row may be bad."""
        counts, kept, numbers, unknown = self.counts, list[int](), list[Row](), list[int]()
        for place, parsed in enumerate(rows.parsed):
            error = rows.broken.get(place)
            if error is not None:
                if counts.policy == NAN:  # what is no row has no place for a result
                    raise error
                counts.refuse(error)
                continue
            found = self._take(parsed)
            try:
                row: Row = [*map(_number, found)]
            except (ValueError, TypeError):
                counts.refuse(_no_number(self.table.shown, rows.numbers[place], self._columns, found))
                if counts.policy != NAN:
                    continue
                unknown.append(len(kept))
                row = [float("nan")] * len(found)
            kept.append(place)
            numbers.append(row)
        if len(kept) == len(rows.numbers):
            return rows, numbers, unknown
        return rows.at(kept), numbers, unknown


def _entries(results: Sequence[Any]) -> Iterator[float]:
    """The numbers of results, some of which may be arrays."""
    for one in results:
        yield from one.ravel().tolist() if hasattr(one, "ravel") else (float(one),)


def _number(cell: Any) -> float:
    """The number of a cell, or of a value of JSON. Raises ValueError or TypeError for what is none."""
    if isinstance(cell, str):
        number = wrong.number(cell)
        if number - number != 0 and "n" not in cell.lower():  # 1e400 is no infinity, but beyond the largest double
            raise ValueError
        return number
    if isinstance(cell, bool) or not isinstance(cell, int | float):
        raise TypeError
    try:
        number = float(cell)
    except OverflowError:
        raise ValueError from None
    if number - number != 0 and isinstance(cell, Decimal):
        raise ValueError
    return number


def _no_number(shown: str, row: int, headings: Sequence[str], found: Sequence[Any]) -> BpcalcError:
    """The error for a row that has no number where one is needed."""
    heading, cell = next(pair for pair in zip(headings, found, strict=True) if not _is_number(pair[1]))
    place = f'{shown}, row {row}, column "{heading}"'
    text = cell.strip() if isinstance(cell, str) else getattr(cell, "text", "") or json.dumps(cell, default=str)
    if text in ("", "null"):
        return BpcalcError(f"{place} is empty", hint=REST)
    shortened = text if len(text) <= wrong.LONG else f"{text[: wrong.LONG - 1]}…"
    if wrong.is_number(text):
        hint = "write inf, or --on-error skip or nan"
        return BpcalcError(f"{place}: {shortened} is beyond the largest double", hint=hint)
    meant = wrong.instead(text)
    hint = f"write {meant}, or --on-error skip or nan" if meant else REST
    return BpcalcError(f'{place}: "{shortened}" is not a number', hint=hint)


def _is_number(cell: Any) -> bool:
    try:
        _number(cell)
    except (ValueError, TypeError):
        return False
    return True
