"""Tables as text, in blocks of rows: CSV, TSV and JSON Lines, read as they stand."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from operator import itemgetter
from typing import Any, NamedTuple

from bpcalc.batch.delimited import MARKS, Reader
from bpcalc.batch.lines import Lines
from bpcalc.errors import BpcalcError
from bpcalc.reading import cells as wrong

JSONL, PARQUET = "jsonl", "parquet"
TEXTS = (*MARKS, JSONL)  # the kinds of tables that are text
NUMBERS = "the first row names the columns: x,y"
OBJECTS = 'each line is an object: {"x": 1, "y": 2}'


class Rows(NamedTuple):
    """Some rows of a table.

    numbers   their numbers in the file; texts: as they stand there, without the line's end
    parsed    what they are: the cells, or an object of JSON
    broken    of the places of those that are no rows of the table: what is wrong with them
    is_plain  every cell is a text that `float` reads as it is meant
    """

    numbers: Sequence[int]
    texts: list[str]
    parsed: list[Any]
    broken: Mapping[int, BpcalcError]
    is_plain: bool

    def at(self, places: Iterable[int]) -> Rows:
        """The rows at some places."""
        found = [*places]
        broken = {new: self.broken[old] for new, old in enumerate(found) if old in self.broken}
        return Rows([self.numbers[one] for one in found], [self.texts[one] for one in found],
                    [self.parsed[one] for one in found], broken, self.is_plain)  # fmt: skip


class Table(NamedTuple):
    """A table as text.

    kind      of `TEXTS`, or Parquet, whose cells are values; shown: what it is called in messages
    headings  of its columns; first: the text of the heading, which JSON Lines have not; start: the lines it takes
    blocks    its rows, some at a time; take: of a parsed row what stands in some columns
    part      how much of it has been read, 0 to 1; None where that is not known
    """

    kind: str
    shown: str
    headings: list[str]
    first: str
    blocks: Iterator[Rows]
    take: Callable[[Sequence[str]], Callable[[Any], Sequence[Any]]]
    part: Callable[[], float | None]
    start: int = 0


def read(kind: str, lines: Lines) -> Table:
    """The table of a file. Raises BpcalcError for one without a heading, and later for what is no text."""
    return _objects(lines) if kind == JSONL else _delimited(kind, lines)


# CSV and TSV


def _delimited(kind: str, lines: Lines) -> Table:
    reader = Reader(lines, MARKS[kind])
    heading = reader.record()
    if heading is None:
        raise BpcalcError(f"{lines.shown} is empty", hint=NUMBERS)
    headings = [cell.strip() for cell in heading.cells]
    if not any(map(wrong.is_title, headings)):
        raise BpcalcError(f"{lines.shown} has no heading", hint=NUMBERS)

    def take(columns: Sequence[str]) -> Callable[[Any], Sequence[Any]]:
        places = [headings.index(one) for one in columns]
        if len(places) > 1:
            return itemgetter(*places)
        (place,) = places
        return lambda cells: (cells[place],)

    start = heading.number + heading.text.count("\n")
    rows = _cells(reader, headings, lines)
    return Table(kind, lines.shown, headings, heading.text, rows, take, lambda: lines.part, start)


def _cells(reader: Reader, headings: Sequence[str], lines: Lines) -> Iterator[Rows]:
    size = len(headings)
    for numbers, texts, cells, is_plain in reader.blocks():
        broken = {}
        if {*map(len, cells)} - {size}:
            broken = {
                place: BpcalcError(
                    f"{lines.shown}, row {numbers[place]}: {len(row)} cell{'s' if len(row) > 1 else ''}, "
                    f"where the heading has {size}", hint="--on-error skip leaves such rows out",
                )
                for place, row in enumerate(cells) if len(row) != size
            }  # fmt: skip
        yield Rows(numbers, texts, cells, broken, is_plain)


# JSON Lines


class Decimal(float):
    """A number of JSON, which keeps how it was written."""

    text: str

    def __new__(cls, text: str) -> Decimal:
        number = super().__new__(cls, text)
        number.text = text
        return number


def _objects(lines: Lines) -> Table:
    every = _blocks_of_objects(lines)
    first = next((rows for rows in every if rows.numbers), None)
    if first is None:
        raise BpcalcError(f"{lines.shown} is empty", hint=OBJECTS)
    if 0 in first.broken:
        raise first.broken[0]
    headings = [*first.parsed[0]]

    def blocks() -> Iterator[Rows]:
        yield first
        yield from every

    def take(columns: Sequence[str]) -> Callable[[Any], Sequence[Any]]:
        return lambda found: [_named(found.get(name)) for name in columns]

    return Table(JSONL, lines.shown, headings, "", blocks(), take, lambda: lines.part)


def _blocks_of_objects(lines: Lines) -> Iterator[Rows]:
    while text := lines.some():
        texts = text[:-1].split("\n")
        first = lines.number - len(texts) + 1
        rows = [(number, one.strip()) for number, one in enumerate(texts, start=first) if one and not one.isspace()]
        parsed, broken = [], {}
        for place, (number, one) in enumerate(rows):
            try:
                parsed.append(_object(lines.shown, number, one))
            except BpcalcError as error:
                parsed.append({})
                broken[place] = error
        yield Rows([number for number, _ in rows], [one for _, one in rows], parsed, broken, is_plain=False)


def _object(shown: str, number: int, text: str) -> dict[str, Any]:
    try:
        found = json.loads(text, parse_constant=wrong.SPECIAL.__getitem__, parse_float=Decimal)
    except ValueError as error:
        reason = str(getattr(error, "msg", error))
        raise BpcalcError(f"{shown}, row {number}: this is no JSON: {reason[:1].lower()}{reason[1:]}") from None
    except RecursionError:
        raise BpcalcError(f"{shown}, row {number}: this is nested too deeply") from None
    if not isinstance(found, dict):
        raise BpcalcError(f"{shown}, row {number}: this is no object", hint=OBJECTS)
    return found


def _named(value: Any) -> Any:
    """NaN and infinity, which JSON has as texts, as numbers."""
    return wrong.SPECIAL.get(value, value) if isinstance(value, str) else value
