"""Tables as lazy frames of Polars: what becomes of each row of the file until it has the numbers of the variables.

A CSV without quotes is read as cells, which stay texts: so a row stays as it is, byte for byte. One with quotes, blank
lines or lines that end with a separator is read as lines, of which the cells of variables are taken out. What is not as
regular as that takes raises `Irregular`, and the table is left to `streaming`, which tells the row.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from bpcalc.batch import tables
from bpcalc.batch.delimited import MARKS
from bpcalc.batch.irregular import seen
from bpcalc.batch.lines import Lines, unreadable
from bpcalc.errors import BpcalcError
from bpcalc.reading.streams import titled

NEVER = "\x1f"  # a separator that no text has; where one does, Polars complains of too many cells
LINE, ROW, CELL, CELLS, BAD = "bp line", "bp row", "bp cell", "bp cells", "bp bad"  # columns on the way
TOGETHER = 1000  # rows that are computed together
NUMERIC = ("Int", "UInt", "Float", "Decimal")  # how the types of numbers begin


class Source(NamedTuple):
    """A table, ready for the passes.

    frame     lazy: the columns that are `kept`, ROW with the row's number, BAD whether it is no row of the table
    headings  of the table; first: its heading as text
    kept      the columns that are written
    numbers   of each heading that was asked for the column of its cells, and what stands there is to become a number
    line      of a text, a row as it stands there
    cell      the text of a row in the column at a place; None: nobody knows
    """

    frame: Any
    headings: Sequence[str]
    first: str
    kept: Sequence[str]
    numbers: Mapping[str, Any]
    line: Any = None
    cell: Callable[[int], Any] | None = None


def headings_of(path: str, kind: str) -> tuple[Sequence[str], str, int]:
    """The headings of a table, its heading as text, and how many lines that takes."""
    if kind in MARKS:
        with Lines.of(path) as lines:
            found = tables.read(kind, lines)
            return found.headings, found.first, found.start
    import polars as pl

    try:
        with open(path, "rb"):  # the system's own words, where it cannot be read
            return pl.scan_parquet(path, glob=False).collect_schema().names(), "", 0
    except (OSError, ValueError) as error:
        raise unreadable(titled(path), error) from None
    except pl.exceptions.PolarsError as error:
        raise wrong(path, error) from None


def wrong(path: str, error: Exception) -> BpcalcError:
    """What Polars says of a file that it cannot read, or write."""
    reason = str(error).partition("\n")[0].strip().rstrip(".")
    hint = "-o jsonl, or --save to such a file, keeps lists" if "nested data" in reason else ""
    return BpcalcError(f"{titled(path)}: {reason[:200]}", hint=hint)


def of_text(path: str, kind: str, headings: Sequence[str], first: str, start: int, wanted: Sequence[str]) -> Source:
    """A CSV or TSV. `wanted`: the headings whose cells become numbers. Raises Irregular."""
    places = {heading: headings.index(heading) for heading in wanted}
    found = seen(path, MARKS[kind], is_thorough=False)
    if any(found):
        return _of_lines(path, kind, headings, first, start, places, found.quotes)
    import polars as pl

    titles = [f"{CELL} {place}" for place in range(len(headings))]
    cells = [pl.col(one) for one in titles]
    # Polars fills a short row with empty cells, and no other row ends with one
    frame = _scanned(path, MARKS[kind], titles, start).with_columns((cells[-1] == "").alias(BAD))
    line = pl.concat_str(cells, separator=MARKS[kind])
    numbers = {one: cells[place] for one, place in places.items()}
    return Source(frame, headings, first, titles, numbers, line, cells.__getitem__)


def _scanned(path: str, separator: str, titles: Sequence[str], start: int) -> Any:
    """A file as columns of texts, with ROW."""
    import polars as pl

    return pl.scan_csv(
        path, separator=separator, quote_char=None, has_header=False, skip_lines=start, infer_schema=False,
        schema=dict.fromkeys(titles, pl.String), empty_string_is_null=False, row_index_name=ROW,
        row_index_offset=start + 1, glob=False,
    )  # fmt: skip


def _of_lines(
    path: str, kind: str, headings: Sequence[str], first: str, start: int, places: Mapping[str, int], has_quotes: bool
) -> Source:
    """A text as lines; `places`: of the columns whose cells become numbers."""
    import polars as pl

    frame = _scanned(path, NEVER, [LINE], start).filter(pl.col(LINE) != "")
    line, whole = pl.col(LINE), pl.col(CELLS)
    if not has_quotes:
        cell: Callable[[int], Any] = lambda place: whole.list.get(place, null_on_oob=True)
        frame = frame.with_columns(line.str.split(MARKS[kind]).alias(CELLS))
        frame = frame.with_columns((whole.list.len() != len(headings)).alias(BAD))
        numbers = {one: cell(place) for one, place in places.items()}
        return Source(frame, headings, first, [LINE], numbers, line, cell)
    cells = _in_quotes(kind, len(headings), places)
    frame = frame.with_columns(line.str.extract_groups(cells).alias(CELLS))
    parts = {one: whole.struct.field(f"c{place}") for one, place in places.items()}
    frame = frame.with_columns(pl.any_horizontal([part.is_null() for part in parts.values()]).alias(BAD))
    numbers = {one: part.str.strip_chars('"') for one, part in parts.items()}
    return Source(frame, headings, first, [LINE], numbers, line)


def _in_quotes(kind: str, size: int, places: Mapping[str, int]) -> str:
    """The pattern of a line of so many cells, some in quotes, with a group for each of some places."""
    mark = re.escape(MARKS[kind])
    cell = rf'(?:"(?:[^"]|"")*"|[^"{mark}][^{mark}]*|)'
    wanted = {*places.values()}
    parts = [f"(?P<c{place}>{cell})" if place in wanted else cell for place in range(size)]
    return f"^{mark.join(parts)}$"


def rows_of_parquet(path: str) -> tables.Table:
    """A Parquet file as rows, for what is computed row by row. Its cells are the values themselves."""
    import polars as pl

    frame = pl.scan_parquet(path, glob=False)
    headings, _, _ = headings_of(path, "parquet")
    rows = frame.select(pl.len()).collect().item()
    done = 0

    def blocks() -> Iterator[tables.Rows]:
        nonlocal done
        for batch in frame.collect_batches(chunk_size=TOGETHER, maintain_order=True):
            numbers = range(done + 1, done + len(batch) + 1)
            yield tables.Rows(numbers, [""] * len(batch), batch.rows(), {}, is_plain=False)
            done += len(batch)

    def take(columns: Sequence[str]) -> Callable[[Any], Sequence[Any]]:
        places = [headings.index(one) for one in columns]
        return lambda row: [_plain(row[place]) for place in places]

    part = lambda: done / rows if rows else None
    return tables.Table(tables.PARQUET, titled(path), [*headings], "", blocks(), take, part)


def _plain(value: Any) -> Any:
    """A decimal is a number, too."""
    return float(value) if type(value).__name__ == "Decimal" else value


def of_parquet(path: str, headings: Sequence[str], wanted: Sequence[str]) -> Source:
    """A Parquet file. Raises BpcalcError for a column that is wanted and holds no numbers."""
    import polars as pl

    frame = pl.scan_parquet(path, row_index_name=ROW, row_index_offset=1, glob=False)
    schema = frame.collect_schema()
    for heading in wanted:
        if not str(schema[heading]).startswith(NUMERIC):
            raise BpcalcError(f'{titled(path)}, column "{heading}" holds no numbers, but {schema[heading]}')
    frame = frame.with_columns(pl.lit(False).alias(BAD))
    return Source(frame, headings, "", headings, {one: pl.col(one) for one in wanted})
