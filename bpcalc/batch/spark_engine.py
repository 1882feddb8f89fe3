"""The engine that runs on Spark, on this machine or on a cluster: the same layers as columns of its frames.

A table is a file, or a folder of Parquet parts, also where only the cluster reaches it (`hdfs://`, `s3a://`). Its rows
are numbered through all parts, in the order of their names.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import accumulate, islice
from typing import Any

from bpcalc.batch import queries, spark_dialect, tables
from bpcalc.batch.columnar import Block, Columnar, Task
from bpcalc.batch.counts import SKIP
from bpcalc.batch.delimited import MARKS
from bpcalc.batch.irregular import Irregular, seen
from bpcalc.batch.lines import Lines, unreadable
from bpcalc.batch.places import address, has_pattern, is_remote
from bpcalc.batch.queries import BAD, TOUCHED, Cell
from bpcalc.batch.spark_dialect import DIALECT, quoted
from bpcalc.batch.spark_session import session, told
from bpcalc.batch.spark_totals import exact_sums
from bpcalc.batch.sums import Totals
from bpcalc.emit import CannotSayError
from bpcalc.errors import BpcalcError
from bpcalc.reading.streams import titled

TOGETHER = 20_000  # rows that are handed on at once
DEEP = 16  # layers of one step: its columns may name those before them, but each takes Spark a round
LINE, ROW, CELLS, NAN, INFINITE = "bp line", "bp row", "bp cells", "bp nan", "bp infinite"
NUMERIC = ("tinyint", "smallint", "int", "bigint", "float", "double", "decimal")


class Cluster(Columnar):
    """A run over a table. `master`: where Spark runs."""

    def __init__(self, task: Task, master: str) -> None:
        self._session: Any = None
        self._master = master
        super().__init__(task, self._text(task) if task.is_text else self._parquet(task))
        try:
            self._asked = queries.query(
                self.job, self.variables, self.counts.kinks, self._cells(), DIALECT, self._is_no_row
            )
        except CannotSayError as error:
            raise BpcalcError(f"Spark cannot compute {error}", hint="leave --engine spark out") from None
        with self._told():
            self._frame = self._computed()

    # The table

    def _text(self, task: Task) -> tables.Table:
        """A text, as lines."""
        from pyspark.sql import functions as sql

        with Lines.of(task.path) as lines:
            found = tables.read(task.kind, lines)
        content = seen(task.path, MARKS[task.kind])
        if content.quotes or content.blanks or has_pattern(task.path):
            raise Irregular
        self._session = session(self._master)
        with told(found.shown):
            frame = self._session.read.text(address(task.path)).withColumnRenamed("value", LINE)
            # numbered in each partition, which counts from a number of its own
            sizes = {row[0]: row[1] for row in frame.groupBy(sql.spark_partition_id()).count().collect()}
            row = sql.monotonically_increasing_id().bitwiseAND(2**33 - 1) + 1
            frame = frame.select(LINE, (row + _starts(sizes, sql.spark_partition_id())).alias(ROW))
            cells = sql.expr(f"split({quoted(LINE)}, '{MARKS[task.kind]}', -1)").alias(CELLS)
            self._source = frame.where(sql.col(ROW) > found.start).select("*", cells)
        self._size = sum(sizes.values()) - found.start
        self._first, self._is_sorted = found.start + 1, True
        self._is_no_row = f"size({quoted(CELLS)}) <> {len(found.headings)} OR NOT is_valid_utf8({quoted(LINE)})"
        return found._replace(blocks=iter(()))

    def _parquet(self, task: Task) -> tables.Table:
        """Parquet: a file, or a folder of parts."""
        from pyspark.sql import functions as sql

        shown = titled(task.path)
        if not is_remote(task.path):
            _check(task.path)
        self._session = session(self._master)
        with told(shown):
            frame = self._session.read.parquet(address(task.path))
            headings = frame.columns
            self._types = {one.name: one.dataType.simpleString() for one in frame.schema}
            sizes = {row[0]: row[1] for row in frame.groupBy("_metadata.file_path").count().collect()}
            row = sql.col("_metadata.row_index") + 1 + _starts(sizes, sql.col("_metadata.file_path"))
            self._source = frame.select("*", row.alias(ROW))
        self._size, self._first, self._is_sorted, self._is_no_row = sum(sizes.values()), 1, len(sizes) < 2, ""
        return tables.Table(task.kind, shown, headings, "", iter(()), lambda names: tuple, lambda: None)

    def _cells(self) -> dict[str, Cell]:
        """Where the variables come from."""
        found = {}
        for heading, name in self.job.columns.items():
            if self.task.is_text:
                text = f"get({quoted(CELLS)}, {self.table.headings.index(heading)})"
                found[name] = spark_dialect.cell(text)
            elif self._types[heading].startswith(NUMERIC):
                found[name] = Cell(f"CAST({quoted(heading)} AS DOUBLE)")
            else:
                message = f'column "{heading}" holds no numbers, but {self._types[heading]}'
                raise BpcalcError(f"{self.table.shown}, {message}")
        return found

    def _computed(self) -> Any:
        """The table with its results."""
        from pyspark.sql import functions as sql

        frame = self._source
        if self.task.head:
            frame = frame.where(sql.col(ROW) < self._first + self.task.head)
        elif self.task.sample:
            places = [self._first + place for place in self.task.places(self._size)]
            frame = frame.where(sql.col(ROW).isin(places))
        self._chosen = frame
        layers = [*self._asked.layers, self._asked.results]
        for start in range(0, len(layers), DEEP):
            frame = frame.selectExpr("*", *(one for columns in layers[start : start + DEEP] for one in columns))
        return frame

    # What is done with the rows

    def blocks(self, is_kept: bool) -> Iterator[Block]:
        asked = self._asked
        kept = ([LINE] if self.task.is_text else self.table.headings) if is_kept else []
        inputs = asked.own if self.counts.kinks.is_possible else []
        wanted = [ROW, BAD, *kept, *inputs, *asked.new, *([TOUCHED] if inputs else [])]
        start = 2 + len(kept)
        behind = start + len(inputs)
        results = slice(behind, behind + len(asked.new))
        with self._told():
            for some in _together(self._ordered(self._frame).select(*map(quoted, wanted)).toLocalIterator()):
                touched = [(place, row[start:behind]) for place, row in enumerate(some) if row[-1]] if inputs else []
                rows = [row[2] for row in some] if self.task.is_text and kept else [row[2:start] for row in some]
                bad = [place for place, row in enumerate(some) if row[1]]
                yield Block([row[0] for row in some], rows, [row[results] for row in some], bad, touched)

    def part(self) -> float | None:
        return min(self.counts.rows / self._size, 1.0) if self._size else None

    def _ordered(self, frame: Any) -> Any:
        """In the order of the rows: Spark takes the parts of a folder by their size."""
        return frame if self._is_sorted else frame.orderBy(quoted(ROW))

    def empty(self, row: int) -> str:
        frame = self._chosen.selectExpr("*", *self._asked.layers[0]).where(f"{quoted(ROW)} = {row}")
        (found,) = frame.selectExpr(*(f"{quoted(one)} IS NULL" for one in self._asked.own)).collect()
        headings = {name: heading for heading, name in self.job.columns.items()}
        return next(headings[name] for name, is_empty in zip(self.variables, found, strict=True) if is_empty)

    def write_parquet(self, path: str) -> None:
        """Writes the table with its results as a folder of Parquet parts. Raises Irregular, BpcalcError."""
        with self._told():
            self._count()
            frame = self._ordered(self._good(self._frame))
            if self.task.is_text:
                own = dict(zip(self.variables, self._asked.own, strict=True))
                kept = [
                    f"{quoted(own[self.job.columns[one]])} AS {quoted(one)}" if one in self.job.columns
                    else f"get({quoted(CELLS)}, {place}) AS {quoted(one)}"
                    for place, one in enumerate(self.table.headings)
                ]  # fmt: skip
            else:
                kept = [quoted(one) for one in self.table.headings]
            new = [f"{quoted(one)} AS {quoted(title)}"
                   for one, title in zip(self._asked.new, self.job.headings, strict=True)]  # fmt: skip
            frame.selectExpr(*kept, *new).write.parquet(address(path))

    def totals(self) -> Totals:
        with self._told():
            self._count()
            return exact_sums(self._good(self._frame), self._asked.new, self.counts.rows)

    def _good(self, frame: Any) -> Any:
        return frame.where(f"NOT {quoted(BAD)}") if self.task.policy == SKIP else frame

    def _count(self) -> None:
        """Counts, on the cluster, what the rows meet."""
        special = [f"{quoted(one)} IN ({queries.number(float('inf'))}, {queries.number(-float('inf'))})"
                   for one in self._asked.new]  # fmt: skip
        nan = " OR ".join(f"isnan({quoted(one)})" for one in self._asked.new)
        is_touched = quoted(TOUCHED) if self.counts.kinks.is_possible else "false"
        is_infinite = " OR ".join(special)
        frame = self._frame.selectExpr("*", f"({nan}) AS {quoted(NAN)}", f"({is_infinite}) AS {quoted(INFINITE)}")
        (bad,) = frame.where(quoted(BAD)).selectExpr("count(*)", f"min({quoted(ROW)})").collect()
        if bad[0]:
            self.refuse(bad[1], bad[0])
        (found,) = self._good(frame).selectExpr(
            "count(*)", f"count_if({quoted(NAN)})", f"count_if({quoted(INFINITE)} AND NOT {quoted(NAN)})",
            f"min(CASE WHEN {quoted(NAN)} OR {quoted(INFINITE)} THEN {quoted(ROW)} END)", f"count_if({is_touched})",
        ).collect()  # fmt: skip
        self.counts.rows, nans, infinite, first, suspects = found
        if first is not None:
            self.counts.add_all_infinite(first, nans, infinite)
        kinks = self.counts.kinks
        if suspects:
            some = frame.where(is_touched).orderBy(quoted(ROW)).select(*map(quoted, (ROW, *self._asked.own)))
            most = int(min(suspects, kinks.left))
            rows = some.limit(most).collect()
            kinks.add((row[0], row[1:]) for row in rows)
            kinks.pass_over(suspects - len(rows))

    @contextmanager
    def _told(self) -> Iterator[None]:
        """What Spark cannot read is told as an error; of a text by the engine that knows the row."""
        with told(self.table.shown, (lambda: Irregular(self.counts.rows)) if self.task.is_text else None):
            yield


def _check(path: str) -> None:
    """Raises BpcalcError for what is no file or folder here, in the system's own words."""
    if has_pattern(path):
        raise BpcalcError(f"Spark takes the name for a pattern: {titled(path)}", hint="leave --engine spark out")
    try:
        os.close(os.open(path, os.O_RDONLY))
    except (OSError, ValueError) as error:
        raise unreadable(titled(path), error) from None


def _starts(sizes: Mapping[Any, int], key: Any) -> Any:
    """How many rows stand before a part of the table, which `key` tells; `sizes`: of each part."""
    from pyspark.sql import functions as sql

    parts = sorted(sizes)
    starts = accumulate((sizes[one] for one in parts[:-1]), initial=0)
    pairs = [sql.lit(one) for pair in zip(parts, starts, strict=True) for one in pair]
    return sql.element_at(sql.create_map(*pairs), key) if pairs else sql.lit(0)


def _together(rows: Iterable[Any]) -> Iterator[list[Any]]:
    """Rows, some at a time."""
    rows = iter(rows)
    while some := [*islice(rows, TOGETHER)]:
        yield some
