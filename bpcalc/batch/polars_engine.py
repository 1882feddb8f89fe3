"""The engine that runs on Polars: tables are scanned, computed and written in pieces, on all cores."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, BinaryIO

from bpcalc.batch import tables
from bpcalc.batch.columnar import Block, Columnar, Task
from bpcalc.batch.counts import NAN as FILL
from bpcalc.batch.counts import SKIP
from bpcalc.batch.delimited import MARKS, quoted
from bpcalc.batch.frames import computed, touched
from bpcalc.batch.graphs import layers, passes
from bpcalc.batch.irregular import Irregular
from bpcalc.batch.kinks import watched
from bpcalc.batch.polars_tables import BAD, LINE, ROW, headings_of, of_parquet, of_text, wrong
from bpcalc.batch.sums import Totals
from bpcalc.errors import BpcalcError
from bpcalc.reading.streams import titled

# What a row's flags say: it has no number where one is needed; an infinite one; a result that is NaN, or infinite; it
# lies on the kink of a gate.
FLAGS, PLACE, SIZE = "bp flags", "bp place", "bp size"
TOGETHER = 100_000  # rows that are counted and written at once
PIECES = ("POLARS_CSV_CHUNK_SIZE", "1000000")  # bytes that Polars reads at once: it keeps dozens of them
MISSING, INFINITE_INPUT, NAN, INFINITE, TOUCHED = 1, 2, 4, 8, 16


class Frames(Columnar):
    """A run over a table."""

    def __init__(self, task: Task) -> None:
        os.environ.setdefault(*PIECES)
        headings, self._first, start = headings_of(task.path, task.kind)
        table = tables.Table(
            task.kind, titled(task.path), [*headings], self._first, iter(()), lambda names: tuple, lambda: None, start
        )
        super().__init__(task, table)
        wanted = [*self.job.columns]
        if task.is_text:
            self._source = of_text(task.path, task.kind, headings, self._first, start, wanted)
        else:
            self._source = of_parquet(task.path, headings, wanted)
        self._done = 0
        self._size = self._measured() if task.progress is not None else 0
        with self._told_by_polars():
            self._frame = self._computed(self._chosen(self._source.frame))

    def _chosen(self, frame: Any) -> Any:
        """Some of the rows."""
        import polars as pl

        if self.task.head:
            return frame.head(self.task.head)
        if not self.task.sample:
            return frame
        size = frame.select(pl.len()).collect(engine="streaming").item()
        return frame.with_row_index(PLACE).filter(pl.col(PLACE).is_in(self.task.places(size))).drop(PLACE)

    def _computed(self, frame: Any) -> Any:
        """The table with its results, and the flags of each row."""
        import polars as pl

        source, is_text = self._source, self.task.is_text
        found = passes(self.job)
        assert found.circuit is not None
        program, kinks = found.circuit.program.graph, self.counts.kinks
        at = watched(program, program.ancestors(found.output)) if kinks.is_possible and not kinks.sees_all else []
        plan = layers(found, [one for node, _ in at for one in (node, *program.inputs[node])])
        names = {name: heading for heading, name in self.job.columns.items()}
        self._own = own = {name: f"bp input {place}" for place, name in enumerate(self.variables)}
        cells = {name: source.numbers[names[name]] for name in own}
        self._texts = {name: f"bp text {place}" for place, name in enumerate(own)} if is_text else {}
        frame = frame.with_columns(cells[name].alias(title) for name, title in self._texts.items())
        texts = {name: pl.col(title) for name, title in self._texts.items()} or cells
        numbers = {name: text.cast(pl.Float64, strict=False) for name, text in texts.items()}
        frame = frame.with_columns(numbers[name].alias(title) for name, title in own.items())
        missing = pl.any_horizontal(pl.col(BAD), *(pl.col(title).is_null() for title in own.values()))
        columns: dict[str, Any] = {name: pl.col(title) for name, title in own.items()}
        bound = (one.name for one in found.parameters if one.name not in own)
        columns |= {name: pl.lit(float(self.job.bound[name])) for name in bound}
        frame, column = computed(frame.with_columns(missing.alias(BAD)), plan, columns)
        self._new = [f"bp result {place}" for place in range(len(self.job.headings))]
        results = {
            title: pl.when(pl.col(BAD)).then(float("nan")).otherwise(column(node).cast(pl.Float64))
            if not is_text and self.task.policy == FILL else column(node).cast(pl.Float64)
            for title, node in zip(self._new, plan.results, strict=True)
        }  # fmt: skip
        is_touched = touched(plan, column, program) if at else pl.lit(kinks.sees_all)
        frame = frame.with_columns(**results, **{"bp touched": is_touched})
        new = [pl.col(title) for title in self._new]
        given = [pl.col(title).is_infinite() for title in own.values()]
        is_infinite = pl.any_horizontal(given) if is_text else pl.lit(False)
        flags = {
            MISSING: pl.col(BAD), INFINITE_INPUT: is_infinite, NAN: pl.any_horizontal([one.is_nan() for one in new]),
            INFINITE: pl.any_horizontal([one.is_infinite() for one in new]), TOUCHED: pl.col("bp touched"),
        }  # fmt: skip
        flag = pl.sum_horizontal([is_so.fill_null(False).cast(pl.UInt8) * value for value, is_so in flags.items()])
        return frame.with_columns(flag.cast(pl.UInt8).alias(FLAGS))

    # What is done with the rows

    def blocks(self, is_kept: bool) -> Iterator[Block]:
        kept = [] if not is_kept else [self._source.line.alias(LINE)] if self.task.is_text else self._source.kept
        shown = kept if self.task.is_text else self._shown(kept)
        columns = self._frame.select(*shown, *self._extra(), *self._new)
        with self._told_by_polars():
            for batch in columns.collect_batches(chunk_size=TOGETHER, maintain_order=True, engine="streaming"):
                self._progressed(batch)
                yield self._block(batch, [] if not is_kept else [LINE] if self.task.is_text else kept)

    def _shown(self, kept: Sequence[str]) -> list[Any]:
        """The columns that pass through, as a text has them: times to the last digit, 32-bit floats as themselves."""
        import polars as pl

        kinds = self._frame.collect_schema()
        found = []
        for name in kept:
            column = pl.col(name)
            if isinstance(kinds[name], pl.Datetime):
                column = column.dt.to_string("iso:strict")
            elif kinds[name] == pl.Float32:
                column = column.cast(pl.String).cast(pl.Float64)
            found.append(column)
        return found

    def _block(self, batch: Any, kept: Sequence[str]) -> Block:
        """A batch as rows."""
        flags = batch[FLAGS]
        bad, infinite = ((flags & flag > 0).arg_true().to_list() for flag in (MISSING, INFINITE_INPUT))
        if infinite:
            self._check_infinities(batch[infinite])
        is_touched = flags & (TOUCHED | MISSING) == TOUCHED
        touched = []
        if is_touched.any():
            inputs = batch.filter(is_touched).select([*self._own.values()]).rows()
            touched = [*zip(is_touched.arg_true().to_list(), inputs, strict=True)]
        rows = batch[LINE].to_list() if kept == [LINE] else batch.select(kept).rows() if kept else []
        return Block(batch[ROW].to_list(), rows, batch.select(self._new).rows(), bad, touched)

    def write_text(self, file: BinaryIO, kind: str, number: str = "") -> None:
        is_text = self.task.is_text
        if kind not in MARKS or (is_text and kind != self.task.kind) or number:
            super().write_text(file, kind, number)
            return
        mark = MARKS[kind]
        titles = [*self._source.kept, *self._new]
        headings = [self._first] if is_text else [quoted(one, mark) for one in self.table.headings]
        new = [quoted(one, mark) for one in self.job.headings]
        first = f"{mark.join([*headings, *new])}\n".encode(errors="surrogateescape")
        def write(batch: Any) -> None:
            nonlocal first
            self._progressed(batch)
            batch, is_special = self._counted_of(batch)
            rows = _named(batch.select(titles), self._new) if is_special else batch.select(titles)
            style = "never" if is_text else "necessary"
            if first:  # nothing is printed of what Polars cannot write
                content = rows.write_csv(include_header=False, separator=mark, quote_style=style)
                file.write(first + content.encode())
                first = b""
            else:
                rows.write_csv(file, include_header=False, separator=mark, quote_style=style)
            self._told(batch)

        shown = titles if is_text else [*self._shown(self._source.kept), *self._new]
        self._run(lambda: self._frame.select(*shown, *self._extra()).sink_batches(write, chunk_size=TOGETHER))
        file.write(first)

    def write_parquet(self, path: str) -> None:
        """Writes the table with its results as Parquet; of a text the columns are the texts, and numbers those that
        are computed with. Raises Irregular, BpcalcError."""
        import polars as pl

        if twice := next((one for one in self.table.headings if [*self.table.headings].count(one) > 1), None):
            raise BpcalcError(f'{self.table.shown} has two columns "{twice}", and Parquet only one')
        cell = self._source.cell
        if not self.task.is_text:
            kept = [pl.col(one) for one in self._source.kept]
        elif cell is not None:
            own = {one: pl.col(self._own[name]) for one, name in self.job.columns.items()}
            kept = [own.get(one, cell(place)).alias(one) for place, one in enumerate(self.table.headings)]
        else:
            raise Irregular
        new = [pl.col(title).alias(one) for title, one in zip(self._new, self.job.headings, strict=True)]

        good = self._frame.filter(~pl.col(BAD)) if self.task.policy == SKIP else self._frame
        whole = good.select(*kept, *new).sink_parquet(path, lazy=True)

        def see(batch: Any) -> None:
            self._progressed(batch)
            self._told(self._counted_of(batch)[0])

        counted = self._frame.select(*self._extra()).sink_batches(see, chunk_size=TOGETHER, lazy=True)
        self._run(lambda: pl.collect_all([whole, counted], engine="streaming"))

    def totals(self) -> Totals:
        """The sum of each result over all rows. Raises Irregular, BpcalcError."""
        totals = Totals(len(self.job.picks))

        def add(batch: Any) -> None:
            self._progressed(batch)
            batch, _ = self._counted_of(batch)
            if len(batch):
                totals.add_columns([batch[title].to_list() for title in self._new])
            self._told(batch)

        columns = self._frame.select(*self._extra(), *self._new)
        self._run(lambda: columns.sink_batches(add, chunk_size=TOGETHER))
        return totals

    def _extra(self) -> list[Any]:
        """The columns that rows are counted by."""
        inputs = self._own.values() if self.counts.kinks.is_possible else ()
        is_measured = self.task.is_text and self.task.progress is not None
        sizes = [self._source.line.str.len_bytes().alias(SIZE)] if is_measured else []
        return [ROW, FLAGS, *self._texts.values(), *inputs, *sizes]

    def _told(self, batch: Any) -> None:
        """Tells how many rows are done."""
        self.counts.rows += len(batch)
        if self.task.progress is not None:
            self.task.progress(self.counts.rows, self.part())

    def _progressed(self, batch: Any) -> None:
        """Measures a batch: the bytes of a text, the rows of Parquet."""
        if self.task.progress is not None:
            self._done += batch[SIZE].sum() + len(batch) if self.task.is_text else len(batch)

    def part(self) -> float | None:
        return min(self._done / self._size, 1.0) if self._size else None

    def _measured(self) -> int:
        """The bytes of a text, the rows of Parquet."""
        import polars as pl

        if self.task.is_text:
            return os.path.getsize(self.task.path)
        rows: int = pl.scan_parquet(self.task.path, glob=False).select(pl.len()).collect().item()
        return rows

    def _run(self, action: Callable[[], Any]) -> None:
        """Runs a query."""
        with self._told_by_polars():
            action()

    @contextmanager
    def _told_by_polars(self) -> Iterator[None]:
        """What Polars cannot read is told as an error; of a text by the other engine, which knows the row."""
        import polars as pl

        try:
            yield
        except pl.exceptions.PolarsError as error:
            if self.task.is_text:
                raise Irregular(self.counts.rows) from None
            raise wrong(self.task.path, error) from None

    # What is counted

    def _counted_of(self, batch: Any) -> tuple[Any, bool]:
        """The rows of a batch that get results, counted; is one of these NaN or infinite?"""
        if not len(batch) or not batch[FLAGS].max():
            return batch, False
        is_missing = batch[FLAGS] & MISSING > 0
        if is_missing.any():
            self.refuse(batch.filter(is_missing)[ROW][0], int(is_missing.sum()))
            batch = batch.filter(~is_missing) if self.task.policy == SKIP else batch
        flags = batch[FLAGS]
        of = {flag: (flags & flag) > 0 for flag in (INFINITE_INPUT, NAN, INFINITE, TOUCHED)}
        if of[INFINITE_INPUT].any():
            self._check_infinities(batch.filter(of[INFINITE_INPUT]))
        is_special = of[NAN] | of[INFINITE]
        if is_special.any():
            first = batch.filter(is_special)[ROW][0]
            self.counts.add_all_infinite(first, int(of[NAN].sum()), int((is_special & ~of[NAN]).sum()))
        if of[TOUCHED].any():
            self._suspected(batch.filter(of[TOUCHED] & (flags & MISSING == 0)))
        return batch, bool(is_special.any())

    def _suspected(self, rows: Any) -> None:
        """Counts rows that may be at a kink, and looks at the first."""
        kinks = self.counts.kinks
        size = int(min(len(rows), kinks.left))
        looked = rows.head(size)
        kinks.add(zip(looked[ROW].to_list(), looked.select([*self._own.values()]).rows(), strict=True))
        kinks.pass_over(len(rows) - size)

    def empty(self, row: int) -> str:
        import polars as pl

        nulls = (pl.col(title).is_null() for title in self._own.values())
        found = self._frame.filter(pl.col(ROW) == row).select(nulls).collect().row(0)
        headings = {name: heading for heading, name in self.job.columns.items()}
        return next(headings[name] for name, is_null in zip(self._own, found, strict=True) if is_null)

    def _check_infinities(self, rows: Any) -> None:
        """1e400 is no infinity, but beyond the largest double: the other engine says so."""
        for title in self._texts.values():
            for cell in rows[title].to_list():
                if "n" not in cell.lower() and float(cell) in (float("inf"), float("-inf")):
                    raise Irregular(self.counts.rows)


def _named(rows: Any, new: Sequence[str]) -> Any:
    """Rows with NaN as the other engine writes it."""
    import polars as pl

    columns = {one: pl.col(one) for one in new}
    return rows.with_columns(
        pl.when(column.is_nan()).then(pl.lit("nan")).otherwise(column.cast(pl.String)).alias(one)
        for one, column in columns.items()
    )


def from_text(text: str, path: str, numbers: Sequence[str]) -> None:
    """Makes a Parquet file of a regular CSV, whose columns are texts but for `numbers`."""
    import polars as pl

    frame = pl.scan_csv(text, infer_schema=False, empty_string_is_null=False, glob=False)
    try:
        frame.with_columns(pl.col(one).cast(pl.Float64, strict=False) for one in numbers).sink_parquet(path)
    except pl.exceptions.PolarsError as error:
        raise wrong(path, error) from None
