"""What the engines of columns have in common: how rows that come with their results are counted, written and summed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, BinaryIO, NamedTuple

from bpcalc.batch import choosing, tables
from bpcalc.batch.counts import SKIP, Counts
from bpcalc.batch.delimited import MARKS, cells
from bpcalc.batch.evaluation import evaluation
from bpcalc.batch.irregular import Irregular
from bpcalc.batch.job import Job, Planned
from bpcalc.batch.joining import joining
from bpcalc.batch.streaming import REST, Progress
from bpcalc.batch.sums import Totals
from bpcalc.batch.tables import PARQUET
from bpcalc.errors import BpcalcError

OURS = "bp "  # what the names of all columns that an engine adds begin with


class Task(NamedTuple):
    """What an engine is to do.

    path, kind  of the table; policy: for its bad rows
    planned     makes the job, of the table's headings and name
    head        how many rows are taken from the start; sample: how many are drawn; 0: all
    """

    path: str
    kind: str
    policy: str
    planned: Planned
    progress: Progress | None = None
    head: int = 0
    sample: int = 0

    @property
    def is_text(self) -> bool:
        """Is the table a file of lines?"""
        return self.kind != PARQUET

    def places(self, size: int) -> list[int]:
        """Which rows are drawn out of so many, the first being 0."""
        return choosing.drawn(self.sample, size)


class Block(NamedTuple):
    """Some rows as an engine hands them out, with their results.

    numbers  of the rows; kept: the lines of a text, or the values of Parquet's rows; [] where nobody asked for them
    bad      the places of those without a number; touched: of those that may lie on a kink, with their inputs
    """

    numbers: Sequence[int]
    kept: Sequence[Any]
    results: list[Any]
    bad: Sequence[int]
    touched: Sequence[tuple[int, Sequence[float]]]


class Columnar:
    """A run over a table: each of its public methods goes through it once.

    table   what it is called, and its columns; it hands out no rows
    counts  what was met on the way
    """

    def __init__(self, task: Task, table: tables.Table) -> None:
        self.task, self.table = task, table
        if taken := next((one for one in table.headings if one.startswith(OURS) and not task.is_text), ""):
            reason = f'names that begin with "{OURS}" are for columns on the way'
            raise BpcalcError(f'{table.shown} has a column "{taken}"', hint=f"call it something else: {reason}")
        self.job: Job = task.planned(table.headings, table.shown)
        evaluated = evaluation(self.job)
        if evaluated.is_shaped:
            raise Irregular
        self.counts = Counts(task.policy, evaluated.kinks)
        self.variables = evaluated.variables

    # What an engine has

    def blocks(self, is_kept: bool) -> Iterator[Block]:
        """All rows, some at a time. `is_kept`: the rows themselves are wanted, too."""
        raise NotImplementedError

    def empty(self, row: int) -> str:
        """The heading of the first column of this row that has no number where one is needed."""
        raise NotImplementedError

    # What is done with the rows

    def results(self) -> Iterator[tuple[tables.Rows, list[Any]]]:
        """The rows that get results, in cells or values, with these."""
        for rows, results in self._counted(True):
            if self.task.is_text:
                mark, shown = MARKS[self.task.kind], self.table.shown
                parsed = [cells(*one, mark, shown) for one in zip(rows.texts, rows.numbers, strict=True)]
                yield rows._replace(parsed=parsed), results
            else:
                yield rows, results

    def write_text(self, file: BinaryIO, kind: str, number: str = "") -> None:
        """Writes the table with its results. Raises Irregular, BpcalcError."""
        how = joining(self.table, kind, self.job.headings, number)
        first = how.first
        for rows, results in self._counted(True) if kind == self.table.kind else self.results():
            # the heading goes with the first rows: a small table that is wrong prints nothing
            file.write((first + how.rows(rows, results)).encode(errors="surrogateescape"))
            first = ""
        file.write(first.encode(errors="surrogateescape"))

    def totals(self) -> Totals:
        """The sum of each result over all rows. Raises Irregular, BpcalcError."""
        totals = Totals(len(self.job.picks))
        for _, results in self._counted(False):
            totals.add(results)
        return totals

    def _counted(self, is_kept: bool) -> Iterator[tuple[tables.Rows, list[Any]]]:
        """The rows that get results, with these."""
        counts = self.counts
        for block in self.blocks(is_kept):
            for place in block.bad:
                self.refuse(block.numbers[place])
            counts.kinks.add((block.numbers[place], inputs) for place, inputs in block.touched)
            is_left_out = {*block.bad} if self.task.policy == SKIP else {}
            taken = [one for one in range(len(block.numbers)) if one not in is_left_out] if is_left_out else None
            numbers, results = _at(block.numbers, taken), _at(block.results, taken)
            counts.see(numbers, results)
            kept = _at(block.kept, taken) if is_kept else [""] * len(numbers)
            texts, parsed = (kept, []) if self.task.is_text else ([""] * len(numbers), kept)
            yield tables.Rows(numbers, texts, parsed, {}, is_plain=False), results
            if self.task.progress is not None:
                self.task.progress(counts.rows, self.part())

    def part(self) -> float | None:
        """How much of the table is done, 0 to 1; None where nobody knows."""
        return None

    def refuse(self, row: int, count: int = 1) -> None:
        """Counts rows without a number, of which this is the first; of a text another engine tells them."""
        if self.task.is_text:
            raise Irregular(self.counts.rows)
        error = self.counts.bad  # of all that are left out only the first is told
        if error is None:
            error = BpcalcError(f'{self.table.shown}, row {row}, column "{self.empty(row)}" is empty', hint=REST)
        self.counts.refuse(error)
        self.counts.bad_rows += count - 1


def _at(some: Sequence[Any], places: Sequence[int] | None) -> Any:
    return some if places is None else [some[one] for one in places]
