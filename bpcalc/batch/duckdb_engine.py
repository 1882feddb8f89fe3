"""The engine that runs on DuckDB: the layers of both passes are one query, over a text or a Parquet file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

from bpcalc.batch import queries, tables
from bpcalc.batch.columnar import Block, Columnar, Task
from bpcalc.batch.counts import SKIP
from bpcalc.batch.delimited import MARKS
from bpcalc.batch.irregular import Irregular, seen
from bpcalc.batch.lines import Lines, unreadable
from bpcalc.batch.queries import BAD, Cell
from bpcalc.emit import CannotSayError
from bpcalc.errors import BpcalcError
from bpcalc.reading.streams import titled

TOGETHER = 20_000  # rows that are fetched at once
NEVER = 31  # the code of a separator that no text has
LINE, ROW, CELLS = "bp line", "bp row", "bp cells"
NUMERIC = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT",
           "UHUGEINT", "FLOAT", "DOUBLE", "DECIMAL")  # fmt: skip

TIMES = {"TIMESTAMP": ".%f", "TIMESTAMP_NS": ".%n"}  # and their digits


def quoted(name: str) -> str:
    """A name as an identifier."""
    return '"' + name.replace('"', '""') + '"'


OWN = {name: queries.function(name) for name in ("asinh", "acosh", "atanh", "cbrt", "log2", "log10")}
DIALECT = queries.Dialect({**queries.OWN, **OWN}, quoted)


class Database(Columnar):
    """A run over a table."""

    def __init__(self, task: Task) -> None:
        import duckdb

        self._database = duckdb.connect()
        if any(mark in task.path for mark in "*?["):
            if task.is_text:
                raise Irregular
            raise BpcalcError(
                f"DuckDB takes the name for a pattern: {titled(task.path)}", hint="leave --engine duckdb out"
            )
        self._types: Mapping[str, str] = {}
        super().__init__(task, self._text(task) if task.is_text else self._parquet(task))
        try:
            self._asked = queries.query(
                self.job, self.variables, self.counts.kinks, self._cells(), DIALECT, self._is_no_row
            )
        except CannotSayError as error:
            raise BpcalcError(f"DuckDB cannot compute {error}", hint="leave --engine duckdb out") from None

    def _text(self, task: Task) -> tables.Table:
        """How a text is read, as lines."""
        with Lines.of(task.path) as lines:
            found = tables.read(task.kind, lines)
        content = seen(task.path, MARKS[task.kind])
        if content.quotes or content.blanks:
            raise Irregular
        lines_of = (
            f"FROM read_csv({_text(task.path)}, header=false, skip={found.start}, delim=chr({NEVER}), quote='', "
            f"escape='', auto_detect=false, columns={{{_text(LINE)}: 'VARCHAR'}})"
        )
        self._from = (
            f"(SELECT {quoted(LINE)}, row_number() OVER () + {found.start} AS {quoted(ROW)}, "
            f"string_split({quoted(LINE)}, {_text(MARKS[task.kind])}) AS {quoted(CELLS)} {lines_of})"
        )
        self._is_no_row = f"len({quoted(CELLS)}) <> {len(found.headings)}"
        self._first = found.start + 1
        return found._replace(blocks=iter(()))

    def _parquet(self, task: Task) -> tables.Table:
        """How a Parquet file is read."""
        file = f"read_parquet({_text(task.path)}, file_row_number=true)"
        self._from = f"(SELECT *, file_row_number + 1 AS {quoted(ROW)} FROM {file})"
        self._is_no_row, self._first = "", 1
        shown = titled(task.path)
        try:
            with open(task.path, "rb"), _told(shown):  # the system's own words, where it cannot be read
                found = self._database.execute(f"DESCRIBE SELECT * FROM read_parquet({_text(task.path)})").fetchall()
        except (OSError, ValueError) as error:
            raise unreadable(shown, error) from None
        self._types = {row[0]: row[1] for row in found}
        return tables.Table(task.kind, shown, [*self._types], "", iter(()), lambda names: tuple, lambda: None)

    def _cells(self) -> dict[str, Cell]:
        """Where the variables come from."""
        found = {}
        for heading, name in self.job.columns.items():
            if self.task.is_text:
                cell = f"{quoted(CELLS)}[{self.table.headings.index(heading) + 1}]"
                as_number = f"CASE WHEN contains({cell}, '_') THEN NULL ELSE TRY_CAST({cell} AS DOUBLE) END"
                found[name] = Cell(as_number, partial(_is_too_large, cell))
            elif str(self._types[heading]).startswith(NUMERIC):
                found[name] = Cell(f"CAST({quoted(heading)} AS DOUBLE)")
            else:
                message = f'column "{heading}" holds no numbers, but {self._types[heading]}'
                raise BpcalcError(f"{self.table.shown}, {message}")
        return found

    def _query(self, wanted: Sequence[str], shown: Sequence[str], where: str = "") -> str:
        """The query for some columns, as they are shown, with all layers in front of it."""
        source = f"{self._from} AS t{self._chosen()}"
        text = []
        every = [["*"], ["*"], *([*dict.fromkeys((*wanted, quoted(BAD), *passed))] for passed in self._asked.passed)]
        for place, (before, columns) in enumerate(zip(every, self._asked.layers, strict=True)):
            layer = f"SELECT {', '.join((*before, *columns))} FROM {source}"
            text.append(f"{', ' if place else 'WITH '}bp{place} AS ({layer})")
            source = f"bp{place}"
        return "\n".join([*text, f"SELECT {', '.join([*shown, *self._asked.results])} FROM {source}{where}"])

    def _chosen(self) -> str:
        """Some of the rows."""
        if self.task.head:
            return f" LIMIT {self.task.head}"
        if not self.task.sample:
            return ""
        (size,) = self._database.execute(f"SELECT count(*) FROM {self._from} AS t").fetchone() or (0,)
        places = ", ".join(str(place + self._first) for place in self.task.places(size))
        return f" WHERE {quoted(ROW)} IN ({places or 'NULL'})"

    def blocks(self, is_kept: bool) -> Iterator[Block]:
        asked = self._asked
        kept = ([LINE] if self.task.is_text else self.table.headings) if is_kept else []
        inputs = asked.own if self.counts.kinks.is_possible else []
        first = [quoted(one) for one in (ROW, BAD, *kept, *inputs)]
        shown = [*first[:2], *map(self._shown, kept), *first[2 + len(kept) :]]
        start = 2 + len(kept)
        behind = start + len(inputs)
        results = slice(behind, behind + len(asked.new))
        with _told(self.table.shown, self):
            found = self._database.execute(self._query(first, shown))
            while some := found.fetchmany(TOGETHER):
                touched = [(place, row[start:behind]) for place, row in enumerate(some) if row[-1]] if inputs else []
                rows = [row[2] for row in some] if self.task.is_text and kept else [row[2:start] for row in some]
                bad = [place for place, row in enumerate(some) if row[1]]
                yield Block([row[0] for row in some], rows, [row[results] for row in some], bad, touched)

    def _shown(self, heading: str) -> str:
        """A column that passes through, as a text has it: times to the last digit, and a float of 32 bits as itself."""
        kind, column = self._types.get(heading, ""), quoted(heading)
        if kind in TIMES:
            return f"strftime({column}, '%Y-%m-%dT%H:%M:%S{TIMES[kind]}') AS {column}"
        return f"CAST(CAST({column} AS VARCHAR) AS DOUBLE) AS {column}" if kind == "FLOAT" else column

    def empty(self, row: int) -> str:
        own = ", ".join(f"{quoted(one)} IS NULL" for one in self._asked.own)
        query = f"SELECT {own} FROM (SELECT *, {', '.join(self._asked.layers[0])} FROM {self._from} AS t)"
        found = self._database.execute(f"{query} WHERE {quoted(ROW)} = {row}").fetchone() or ()
        headings = {name: heading for heading, name in self.job.columns.items()}
        return next(headings[name] for name, is_empty in zip(self.variables, found, strict=True) if is_empty)

    def write_parquet(self, path: str) -> None:
        """Writes the table with its results as Parquet. Raises Irregular, BpcalcError."""
        if self.task.is_text:
            raise Irregular
        for _ in self._counted(False):  # what is to be said, and whether a row ends the run
            pass
        kept = [quoted(one) for one in self.table.headings]
        new = [f"{quoted(one)} AS {quoted(title)}" for one, title in zip(self._asked.new, self.job.headings,
                                                                         strict=True)]  # fmt: skip
        where = f" WHERE NOT {quoted(BAD)}" if self.task.policy == SKIP else ""
        query = f"SELECT {', '.join([*kept, *new])} FROM ({self._query(kept, kept, where)})"
        with _told(self.table.shown):
            self._database.execute(f"COPY ({query}) TO {_text(path)} (FORMAT parquet)")


@contextmanager
def _told(shown: str, run: Any = None) -> Iterator[None]:
    """What DuckDB cannot read is told as an error; of a text by the engine that knows the row."""
    import duckdb

    try:
        yield
    except duckdb.Error as error:
        if run is not None and run.task.is_text:
            raise Irregular(run.counts.rows) from None
        raise BpcalcError(f"{shown}: {str(error).partition(chr(10))[0][:200]}") from None


def _is_too_large(cell: str, column: str) -> str:
    """1e400 is no infinity, but beyond the largest double."""
    return f"isinf({column}) AND NOT contains(lower({cell}), 'n')"


def _text(text: str) -> str:
    """A text as SQL has it."""
    return "'" + text.replace("'", "''") + "'"
