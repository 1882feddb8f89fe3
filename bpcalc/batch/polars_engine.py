"""The engine that runs on Polars: tables are scanned, computed and written in pieces, on all cores.

What a text table has that Polars reads otherwise than `streaming` (rows of another length, blank lines, cells that are
no numbers) raises `Irregular`, and the table is left to that engine, which tells the row.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, BinaryIO

from bpcalc.batch.evaluation import evaluation
from bpcalc.batch.frames import computed, free_titles, touched
from bpcalc.batch.graphs import layers
from bpcalc.batch.job import Job
from bpcalc.batch.streaming import Counts
from bpcalc.batch.sums import ExactSum
from bpcalc.batch.tables import JSONL, MARKS
from bpcalc.errors import BpcalcError

PARQUET = "parquet"
LOOKED_AT = 2_000  # rows on a gate's kink that are looked at one by one; the others are counted with these


class Irregular(Exception):
    """Polars would read the table otherwise than it is meant. `rows`: how many were written before that was seen."""

    def __init__(self, rows: int) -> None:
        super().__init__(rows)
        self.rows = rows


def scanned(path: str, kind: str) -> Any:
    """The lazy frame of a table. Of text every column is text: what is not computed with stays as it is."""
    import polars as pl

    if kind == PARQUET:
        return pl.scan_parquet(path)
    if kind == JSONL:
        return pl.scan_ndjson(path)
    return pl.scan_csv(path, separator=MARKS[kind], infer_schema=False, empty_string_is_null=False)


class Frames:
    """A run over a table. It fails at the first bad row: what else is to be done with one, `streaming` does."""

    def __init__(self, job: Job, path: str, kind: str, progress: Callable[[int], None] | None = None) -> None:
        import polars as pl

        self.job = job
        self.counts = Counts()
        self._is_text = kind in MARKS
        self._progress = progress or (lambda rows: None)
        self._at_kink = evaluation(job).kinks
        frame, passes = scanned(path, kind), layers(job)
        self._kept = frame.collect_schema().names()
        numbers = {name: pl.col(heading).cast(pl.Float64) for heading, name in job.columns.items()}
        frame, column = computed(frame, passes, numbers)
        results = [column(node).cast(pl.Float64).alias(one) for node, one in zip(passes.results, job.headings, strict=True)]
        at = touched(passes, column) if self._at_kink else None
        self._touched = free_titles([*self._kept, *job.headings])(0) if at is not None else ""
        self._frame = frame.select(
            *map(pl.col, self._kept), *results, *([] if at is None else [at.alias(self._touched)])
        )

    def write_text(self, file: BinaryIO, kind: str) -> None:
        """Writes the table with its results as CSV or TSV. Raises Irregular, BpcalcError."""
        is_first = True

        def write(batch: Any) -> None:
            nonlocal is_first
            self._count(batch)
            _as_text(batch.select(*self._kept, *self.job.headings), self.job.headings).write_csv(
                file, include_header=is_first, separator=MARKS[kind]
            )
            is_first = False
            self._progress(self.counts.rows)

        self._run(lambda: self._frame.sink_batches(write))
        if is_first:
            write(self._frame.head(0).collect())

    def write_parquet(self, path: str) -> None:
        """Writes the table with its results as Parquet. Raises Irregular, BpcalcError."""
        import polars as pl

        flags = self._frame.select(*self.job.headings, *filter(None, [self._touched]), *self._inputs())
        whole = self._frame.select(*self._kept, *self.job.headings).sink_parquet(path, lazy=True)
        self._run(lambda: pl.collect_all([whole, flags.sink_batches(self._count, lazy=True)], engine="streaming"))

    def totals(self) -> list[ExactSum]:
        """The sum of each result over all rows. Raises Irregular, BpcalcError."""
        sums = [ExactSum() for _ in self.job.picks]

        def add(batch: Any) -> None:
            self._count(batch)
            for one, heading in zip(sums, self.job.headings, strict=True):
                one.add(batch[heading].to_list())
            self._progress(self.counts.rows)

        self._run(lambda: self._frame.sink_batches(add))
        return sums
