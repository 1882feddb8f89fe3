"""The engine that runs on DuckDB: the layers of both passes are one query, over a text or a Parquet file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, BinaryIO

from bpcalc.batch import queries, tables
from bpcalc.batch.counts import SKIP, Counts
from bpcalc.batch.delimited import MARKS
from bpcalc.batch.evaluation import evaluation
from bpcalc.batch.graphs import layers, passes
from bpcalc.batch.irregular import Irregular, seen
from bpcalc.batch.job import Planned
from bpcalc.batch.joining import joining
from bpcalc.batch.lines import Lines, unreadable
from bpcalc.batch.queries import quoted
from bpcalc.batch.streaming import REST, Progress
from bpcalc.batch.sums import Totals
from bpcalc.emit import CannotSayError
from bpcalc.emit.lowered import lowered
from bpcalc.errors import BpcalcError
from bpcalc.reading.streams import titled

TOGETHER = 20_000  # rows that are fetched at once
NEVER = 31  # the code of a separator that no text has
LINE, ROW, BAD = "bp line", "bp row", "bp bad"
NUMERIC = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT",
           "UHUGEINT", "FLOAT", "DOUBLE", "DECIMAL")  # fmt: skip


class Query:
    """A run over a table; see `polars_engine.Frames`, which does the same."""

    def __init__(self, path: str, kind: str, policy: str, planned: Planned, progress: Progress | None = None) -> None:
        import duckdb

        self.path, self.kind, self.policy = path, kind, policy
        self._progress = progress
        self._database = duckdb.connect()
        self._is_text = kind in MARKS
        if any(mark in path for mark in "*?["):
            if self._is_text:
                raise Irregular
            raise BpcalcError(f"DuckDB takes the name for a pattern: {titled(path)}", hint="leave --engine duckdb out")
        first = self._read()
        self.job = planned(self.headings, titled(path))
        evaluated = evaluation(self.job)
        if evaluated.is_shaped:
            raise Irregular
        self.counts = Counts(policy, evaluated.kinks)
        self._variables = evaluated.variables
        self._table = tables.Table(
            kind, titled(path), [*self.headings], first, iter(()), lambda names: tuple, lambda: None
        )
        try:
            self._plan = layers(lowered(passes(self.job), {*queries.OWN}))
        except CannotSayError as error:
            raise BpcalcError(f"DuckDB cannot compute {error}", hint="leave --engine duckdb out") from None

    def _read(self) -> str:
        """Looks at the table: its headings, and how it is read. Its heading as text."""
        if self._is_text:
            with Lines.of(self.path) as lines:
                found = tables.read(self.kind, lines)
            if any(seen(self.path)):
                raise Irregular
            self.headings: Sequence[str] = found.headings
            self._from = (
                f"(SELECT {quoted(LINE)}, row_number() OVER () + {found.start} AS {quoted(ROW)}, "
                f"string_split({quoted(LINE)}, {_text(MARKS[self.kind])}) AS {quoted('bp cells')} "
                f"FROM read_csv({_text(self.path)}, header=false, skip={found.start}, delim=chr({NEVER}), quote='', "
                f"escape='', auto_detect=false, columns={{{_text(LINE)}: 'VARCHAR'}}))"
            )
            return found.first
        file = f"read_parquet({_text(self.path)}, file_row_number=true)"
        self._from = f"(SELECT *, file_row_number + 1 AS {quoted(ROW)} FROM {file})"
        try:
            with open(self.path, "rb"), self._told():  # the system's own words, where it cannot be read
                query = f"DESCRIBE SELECT * FROM read_parquet({_text(self.path)})"
                described = self._database.execute(query).fetchall()
        except (OSError, ValueError) as error:
            raise unreadable(titled(self.path), error) from None
        self.headings = [row[0] for row in described]
        self._types = {row[0]: row[1] for row in described}
        return ""

    def _query(self, wanted: Sequence[str]) -> str:
        """The query for some columns, with all layers in front of it."""
        columns = {name: heading for heading, name in self.job.columns.items()}
        inputs, bad = {}, []
        first = []
        for place, name in enumerate(self._variables):
            heading, own = columns[name], quoted(f"bp input {place}")
            if self._is_text:
                cell = f"{quoted('bp cells')}[{[*self.headings].index(heading) + 1}]"
                first.append(f"CASE WHEN contains({cell}, '_') THEN NULL ELSE TRY_CAST({cell} AS DOUBLE) END AS {own}")
                bad.append(f"{own} IS NULL OR (isinf({own}) AND NOT contains(lower({cell}), 'n'))")
            else:
                if not str(self._types[heading]).startswith(NUMERIC):
                    message = f'column "{heading}" holds no numbers, but {self._types[heading]}'
                    raise BpcalcError(f"{titled(self.path)}, {message}")
                first.append(f"CAST({quoted(heading)} AS DOUBLE) AS {own}")
                bad.append(f"{own} IS NULL")
            inputs[name] = own
        if self._is_text:
            bad.append(f"len({quoted('bp cells')}) <> {len(self.headings)}")
        known = {**inputs, **{name: queries.number(float(value)) for name, value in self.job.bound.items()
                              if name in self._plan.inputs}}  # fmt: skip
        every, column = queries.steps(self._plan, known, {*wanted, quoted(BAD)})
        text = [f"WITH bp0 AS (SELECT *, {', '.join(first)} FROM {self._from} AS t)"]
        is_bad = " OR ".join(f"({one})" for one in bad)
        text.append(f", bp1 AS (SELECT *, coalesce({is_bad}, true) AS {quoted(BAD)} FROM bp0)")
        last = 1
        for last, layer in enumerate(every, start=2):
            text.append(f", bp{last} AS (SELECT {', '.join(layer)} FROM bp{last - 1})")
        nan = f"CASE WHEN {quoted(BAD)} THEN {queries.number(float('nan'))}"
        results = [
            f"CAST({nan} ELSE {column(node)} END AS DOUBLE) AS {quoted(one)}"
            for node, one in zip(self._plan.results, self._new, strict=True)
        ]
        return "\n".join([*text, f"SELECT {', '.join([*wanted, *results])} FROM bp{last}"])

    @property
    def _new(self) -> list[str]:
        return [f"bp result {place}" for place in range(len(self.job.headings))]

    @property
    def _own(self) -> list[str]:
        return [f"bp input {place}" for place in range(len(self._variables))]

    def write_text(self, file: BinaryIO, kind: str) -> None:
        """Writes the table with its results. Raises Irregular, BpcalcError."""
        if self._is_text and kind != self.kind:
            raise Irregular
        how = joining(self._table, kind, self.job.headings)
        first = how.first
        for rows, results in self._blocks([LINE] if self._is_text else [*self.headings]):
            file.write((first + how.rows(rows, results)).encode(errors="surrogateescape"))
            first = ""
        file.write(first.encode(errors="surrogateescape"))

    def totals(self) -> Totals:
        """The sum of each result over all rows. Raises Irregular, BpcalcError."""
        totals = Totals(len(self.job.picks))
        for _, results in self._blocks([]):
            totals.add(results)
        return totals

    def write_parquet(self, path: str) -> None:
        """Writes the table with its results as Parquet. Raises Irregular, BpcalcError."""
        if self._is_text:
            raise Irregular
        for _ in self._blocks([]):  # what is to be said, and whether a row ends the run
            pass
        kept = [quoted(one) for one in self.headings]
        new = [f"{quoted(one)} AS {quoted(title)}" for one, title in zip(self._new, self.job.headings, strict=True)]
        where = f" WHERE NOT {quoted(BAD)}" if self.policy == SKIP else ""
        query = f"SELECT {', '.join([*kept, *new])} FROM ({self._query([*kept, quoted(BAD)])}){where}"
        with self._told():
            self._database.execute(f"COPY ({query}) TO {_text(path)} (FORMAT parquet)")

    def _blocks(self, kept: Sequence[str]) -> Iterator[tuple[tables.Rows, list[Any]]]:
        """Rows with their results, some at a time; they are counted."""
        start, size = 2, len(kept)
        inputs = self._own if self.counts.kinks.is_possible else []
        wanted = [quoted(one) for one in (ROW, BAD, *kept, *inputs)]
        with self._told():
            found = self._database.execute(self._query(wanted))
            while some := found.fetchmany(TOGETHER):
                for row in some:
                    if row[1]:
                        self._refuse(row[0])
                some = [row for row in some if not row[1]] if self.policy == SKIP else some
                numbers = [row[0] for row in some]
                given = [row[start + size : start + size + len(inputs)] for row in some]
                results = [row[start + size + len(inputs) :] for row in some]
                if inputs:
                    good = [place for place, row in enumerate(some) if not row[1]]
                    self.counts.kinks.see([numbers[one] for one in good], [given[one] for one in good])
                self.counts.see(numbers, results)
                texts = [row[start] for row in some] if self._is_text and kept else [""] * len(some)
                yield tables.Rows(numbers, texts, [row[start : start + size] for row in some], {}, True), results
                if self._progress is not None:
                    self._progress(self.counts.rows, None)

    def _refuse(self, row: int) -> None:
        """Counts a row without a number; of a text another engine tells it."""
        if self._is_text:
            raise Irregular(self.counts.rows)
        self.counts.refuse(BpcalcError(f"{titled(self.path)}, row {row} has no number where one is needed", hint=REST))

    @contextmanager
    def _told(self) -> Iterator[None]:
        """What DuckDB cannot read is told as an error; of a text by the engine that knows the row."""
        import duckdb

        try:
            yield
        except duckdb.Error as error:
            if self._is_text:
                raise Irregular(self.counts.rows) from None
            raise BpcalcError(f"{titled(self.path)}: {str(error).partition(chr(10))[0][:200]}") from None


def _text(text: str) -> str:
    """A text as SQL has it."""
    return "'" + text.replace("'", "''") + "'"

