"""A run of `bpcalc batch`: which engine has it, and what becomes of the table."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any, BinaryIO, NamedTuple

from bpcalc.batch import choosing, tables
from bpcalc.batch.counts import Counts
from bpcalc.batch.job import Job, plan
from bpcalc.batch.joining import cells_of
from bpcalc.batch.lines import Lines
from bpcalc.batch.places import is_remote
from bpcalc.batch.streaming import Progress, Streaming
from bpcalc.batch.sums import Totals
from bpcalc.batch.tables import PARQUET
from bpcalc.errors import BpcalcError, Source, did_you_mean
from bpcalc.reports.options import Options
from bpcalc.reports.total import Excerpt, Total
from bpcalc.reports.warning import Warning

KINDS = (*tables.TEXTS, PARQUET)
ENDINGS = {".csv": "csv", ".tsv": "tsv", ".tab": "tsv", ".jsonl": "jsonl", ".ndjson": "jsonl", ".parquet": PARQUET,
           ".pq": PARQUET}  # fmt: skip
AUTO, PYTHON, POLARS, DUCKDB, SPARK = ENGINES = ("auto", "python", "polars", "duckdb", "spark")
PACKAGES = {POLARS: "polars", DUCKDB: "duckdb", SPARK: "pyspark"}
INSTALL = {POLARS: "pip install 'bpcalc[data]'", DUCKDB: "pip install duckdb", SPARK: "pip install 'bpcalc[spark]'"}
HERE = "local[*]"  # Spark on all cores of this machine
LARGE = 4_000_000  # bytes of a text from which on it pays to start Polars
PACKED = {".gz": "gunzip -c", ".bz2": "bunzip2 -c", ".zst": "zstdcat", ".xz": "xzcat", ".zip": "unzip -p"}


class Asked(NamedTuple):
    """What is asked of a run.

    source  the program; bound: the values that are the same in every row; options: of every row's calculation
    path    of the table, `-` for standard input; kind: of `KINDS`
    picks   what is asked for of each row; prefix: of the new columns' names; policy: for bad rows, of `POLICIES`
    number  how numbers are written to text, as printf has it; "": the shortest that reads back
    head    how many rows are taken from the start; sample: how many are drawn; 0: all
    engine  of `ENGINES`; master: where Spark runs; is_total: only the total of all rows is asked for
    """

    source: Source
    bound: Mapping[str, Any]
    options: Options
    path: str
    kind: str
    picks: Sequence[str] = ()
    prefix: str = ""
    policy: str = "fail"
    number: str = ""
    head: int = 0
    sample: int = 0
    engine: str = AUTO
    master: str = HERE
    is_total: bool = False


def kind_of(path: str) -> str:
    """The kind of a table by the ending of its name. Raises BpcalcError for one that has none of those."""
    _, ending = os.path.splitext(path.lower().rstrip("/"))
    if ending in ENDINGS:
        return ENDINGS[ending]
    if ending in PACKED:
        raise BpcalcError(f'"{path}" is compressed', hint=f"{PACKED[ending]} {path} | bpcalc batch … -")
    if ending in (".xlsx", ".xls", ".ods"):
        raise BpcalcError(f'"{path}" is a spreadsheet', hint="save it as CSV there")
    close = did_you_mean(ending, [*ENDINGS]) if ending else ""
    message = f'the ending of "{path}" does not say what kind of table it is'
    raise BpcalcError(message, hint=close or f"-i says it: -i {', '.join(KINDS[:-1])} or {KINDS[-1]}")


def kind_written(path: str) -> str:
    """The kind of a table that is written to a file of this name. Raises BpcalcError for one that has none."""
    ending = os.path.splitext(path.lower())[1]
    if ending in ENDINGS:
        return ENDINGS[ending]
    hint = "its ending says how: .csv, .tsv, .jsonl or .parquet"
    raise BpcalcError(f'no table is written to a file called "{path}"', hint=hint)


class Run:
    """A table on its way. Each of its methods goes through it once; `warnings` is what to say of it then."""

    def __init__(self, asked: Asked, progress: Progress | None = None) -> None:
        self.asked = asked
        self._progress = progress
        self._job: Job | None = None
        self._counts: Counts | None = None
        self._engine = _engine(asked)

    @property
    def warnings(self) -> tuple[Warning, ...]:
        assert self._job is not None
        return (*self._job.told, *(self._counts.warnings() if self._counts else ()))

    def write(self, file: BinaryIO, kind: str) -> None:
        """Writes the table with its results as text."""
        written = 0
        if self._engine != PYTHON:
            from bpcalc.batch.irregular import Irregular

            try:
                self._columns().write_text(file, kind, self.asked.number)
                return
            except Irregular as seen:
                written = seen.rows
        with self._streaming() as run:
            run.write_text(file, kind, self.asked.number, skip=written)

    @property
    def writes_folders(self) -> bool:
        """Is Parquet a folder of parts that the engine makes itself?"""
        return self._engine == SPARK

    def write_parquet(self, path: str) -> None:
        """Writes it as Parquet: a file, or a folder where the engine writes these."""
        from bpcalc.batch.irregular import Irregular

        if self._engine != PYTHON:
            try:
                self._columns().write_parquet(path)
                return
            except Irregular:
                if self.asked.kind == PARQUET:
                    raise BpcalcError("a program of arrays writes a text", hint="--save FILE.csv or .jsonl") from None
        _need_polars("Parquet")
        from bpcalc.batch.polars_engine import from_text

        regular = f"{path}.csv"
        try:
            with open(regular, "wb") as file, self._streaming() as run:
                run.write_text(file, "csv")
            assert self._job is not None
            from_text(regular, path, [*self._job.columns, *self._job.headings])
        finally:
            if os.path.exists(regular):
                os.remove(regular)

    def total(self, how: str) -> Total:
        """The sum or the mean of all rows."""
        totals: Totals = self._gone_through(lambda run: run.totals())
        job = self._job
        assert job is not None
        found = {pick: totals.of(place, how == "mean") for place, pick in enumerate(job.picks)}
        if any(isinstance(one, list) for one in found.values()):
            from bpcalc.algebra.arrays import ARRAYS, own

            m: Any = ARRAYS
            found = {pick: own(one) for pick, one in found.items()}
        else:
            from bpcalc.algebra.floats import FLOATS

            m = FLOATS
        return Total(m, job.names.expression(), job.names.output, how, totals.count, found, self.warnings)

    def excerpt(self) -> Excerpt:
        """The rows as they are shown."""
        headings, numbers, cells, results = self._gone_through(_rows_of)
        job = self._job
        assert job is not None
        shown = job.names.expression()
        return Excerpt(shown, headings, [*job.columns], job.headings, numbers, cells, results, self.warnings)

    def _gone_through(self, action: Callable[[Any], Any]) -> Any:
        """What comes of a run, of the engine of columns if the table is for it."""
        if self._engine != PYTHON:
            from bpcalc.batch.irregular import Irregular

            with suppress(Irregular):
                return action(self._columns())
        with self._streaming() as run:
            return action(run)

    @contextmanager
    def _streaming(self) -> Iterator[Streaming]:
        asked = self.asked
        chosen = choosing.first(asked.head) if asked.head else choosing.sample(asked.sample) if asked.sample else None
        with self._table() as table:
            self._job = self._plan(table.headings, table.shown)
            run = Streaming(self._job, table, asked.policy, chosen, self._progress)
            self._counts = run.counts
            yield run

    @contextmanager
    def _table(self) -> Iterator[tables.Table]:
        """The table, row by row."""
        if self.asked.kind == PARQUET:
            if is_remote(self.asked.path) or os.path.isdir(self.asked.path):
                raise BpcalcError("a program of arrays is not for the engine spark", hint="give it one file")
            _need_polars("a program of arrays on Parquet")
            from bpcalc.batch.polars_tables import rows_of_parquet

            yield rows_of_parquet(self.asked.path)
            return
        with Lines.of(self.asked.path) as lines:
            yield tables.read(self.asked.kind, lines)

    def _columns(self) -> Any:
        """A run of the engine that computes columns."""
        from bpcalc.batch.columnar import Task

        def planned(headings: Sequence[str], shown: str) -> Job:
            self._job = self._plan(headings, shown)
            return self._job

        asked = self.asked
        task = Task(asked.path, asked.kind, asked.policy, planned, self._progress, asked.head, asked.sample)
        run: Any
        if self._engine == DUCKDB:
            from bpcalc.batch.duckdb_engine import Database

            run = Database(task)
        elif self._engine == SPARK:
            from bpcalc.batch.spark_engine import Cluster

            run = Cluster(task, asked.master)
        else:
            from bpcalc.batch.polars_engine import Frames

            run = Frames(task)
        self._counts = run.counts
        return run

    def _plan(self, headings: Sequence[str], shown: str) -> Job:
        asked = self.asked
        return plan(
            asked.source, asked.bound, asked.options, headings, shown, asked.picks, asked.prefix, asked.is_total
        )  # fmt: skip


def _engine(asked: Asked) -> str:
    """Which engine has the table. Raises BpcalcError where one must have it, and cannot."""
    is_parquet = asked.kind == PARQUET
    _check_place(asked)
    if is_parquet and asked.path == "-":
        raise BpcalcError("Parquet cannot be read from a pipe", hint="give the file's name")
    if is_parquet and asked.engine == PYTHON:
        raise BpcalcError("Parquet is not for the engine python", hint="leave --engine python out")
    is_small = bool(asked.head) or not _is_large(asked)
    if asked.engine == PYTHON or (asked.engine == AUTO and not is_parquet and is_small):
        return PYTHON
    wanted = POLARS if asked.engine == AUTO else asked.engine
    reason = _against(asked)
    if reason:
        if asked.engine == AUTO:
            return PYTHON
        raise BpcalcError(f"{reason} is not for the engine {wanted}", hint=f"leave --engine {wanted} out")
    if is_installed(PACKAGES[wanted]):
        return wanted
    if asked.engine == AUTO and not is_parquet:
        return PYTHON
    if asked.engine == AUTO:
        _need_polars("Parquet")
    raise BpcalcError(f"the engine {wanted} is not installed", hint=INSTALL[wanted])


def _check_place(asked: Asked) -> None:
    """Raises BpcalcError for a table that is where only Spark finds it."""
    if asked.engine == SPARK and (not is_remote(asked.path) or asked.kind == PARQUET):
        return
    if is_remote(asked.path):
        what = "Parquet" if asked.engine == SPARK else "a table on this machine"
        hint = "Spark reads Parquet from there" if asked.engine == SPARK else "--engine spark reads it, from Parquet"
        raise BpcalcError(f'"{asked.path}" is an address, and the engine {asked.engine} reads {what}', hint=hint)
    if asked.kind == PARQUET and os.path.isdir(asked.path):
        raise BpcalcError(f'"{asked.path}" is a folder', hint="--engine spark reads all Parquet files in it")


def _need_polars(what: str) -> None:
    if not is_installed(PACKAGES[POLARS]):
        raise BpcalcError(f"{what} needs Polars, which is not installed", hint=INSTALL[POLARS])


def _against(asked: Asked) -> str:
    """What of it only the engine of single rows does."""
    return "standard input" if asked.path == "-" else "JSON Lines" if asked.kind == tables.JSONL else ""


def _rows_of(run: Any) -> tuple[Sequence[str], list[int], list[Sequence[str]], list[Sequence[float]]]:
    """The headings of a run's table, and its rows: their numbers, cells and results."""
    write = cells_of(run.table)
    numbers: list[int] = []
    cells: list[Sequence[str]] = []
    results: list[Sequence[float]] = []
    for rows, found in run.results():
        numbers += rows.numbers
        cells += [*map(write, rows.numbers, rows.parsed)]
        results += found
    return run.table.headings, numbers, cells, results


def _is_large(asked: Asked) -> bool:
    try:
        return asked.path != "-" and os.path.getsize(asked.path) >= LARGE
    except (OSError, ValueError):
        return False


def is_installed(package: str) -> bool:
    from importlib.util import find_spec

    return find_spec(package) is not None
