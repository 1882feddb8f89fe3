"""Tables as text, a row at a time: CSV, TSV and JSON Lines, read from any of them and written as any."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
from typing import Any, NamedTuple

from bpcalc.batch.delimited import MARKS, quoted, records
from bpcalc.errors import BpcalcError
from bpcalc.reading import cells as wrong
from bpcalc.reading.files import SPECIAL

JSONL = "jsonl"
TEXTS = (*MARKS, JSONL)  # the kinds of tables that are text
NAMED = {"nan": '"NaN"', "inf": '"Infinity"', "-inf": '"-Infinity"'}  # what JSON has no numbers for
NUMBERS = "the first row names the columns: x,y"
OBJECTS = 'each line is an object: {"x": 1, "y": 2}'

# A row's number in the file, its text, what stands in the columns that are asked for, and all of it parsed.
Row = tuple[int, str, Sequence[Any], Any]
# The text of a row with its results, of its text, what it parses to, and the results.
Joined = Callable[[str, Any, Sequence[float]], str]


class Table(NamedTuple):
    """A table as text.

    kind      of `TEXTS`; shown: what it is called in messages
    headings  of its columns; first: the text of the heading, which JSON Lines have not
    rows      the rows, with the cells at these places
    """

    kind: str
    shown: str
    headings: list[str]
    first: str
    rows: Callable[[Sequence[int]], Iterator[Row]]


def read(kind: str, lines: Iterable[str], shown: str) -> Table:
    """The table of a file that was opened with `newline=""`.

    Raises BpcalcError for one without a heading, and later, with its number, for a row that is none.
    """
    return _objects(lines, shown) if kind == JSONL else _delimited(kind, lines, shown)


def _delimited(kind: str, lines: Iterable[str], shown: str) -> Table:
    every = records(lines, MARKS[kind], shown)
    heading = next(every, None)
    if heading is None:
        raise BpcalcError(f"{shown} is empty", hint=NUMBERS)
    headings = [cell.strip() for cell in heading.cells]
    if not any(map(wrong.is_title, headings)) or any(map(wrong.is_number, headings)):
        raise BpcalcError(f"{shown} has no heading", hint=NUMBERS)
    size = len(headings)

    def rows(places: Sequence[int]) -> Iterator[Row]:
        for number, text, cells in every:
            if len(cells) != size:
                count = f"{len(cells)} cell{'s' if len(cells) > 1 else ''}"
                raise BpcalcError(f"{shown}, row {number}: {count}, where the heading has {size}")
            yield number, text, [cells[place] for place in places], cells

    return Table(kind, shown, headings, heading.text, rows)


def _objects(lines: Iterable[str], shown: str) -> Table:
    filled = ((number, text) for number, line in enumerate(lines, start=1) if (text := line.strip()))
    first = next(filled, None)
    if first is None:
        raise BpcalcError(f"{shown} is empty", hint=OBJECTS)
    headings = [*_object(shown, *first)]

    def rows(places: Sequence[int]) -> Iterator[Row]:
        names = [headings[place] for place in places]
        for number, text in chain([first], filled):
            found = _object(shown, number, text)
            yield number, text, [_named(found.get(name)) for name in names], found

    return Table(JSONL, shown, headings, "", rows)


class _Float(float):
    """A number of JSON, which keeps how it was written."""

    text: str

    def __new__(cls, text: str) -> _Float:
        number = super().__new__(cls, text)
        number.text = text
        return number


def _object(shown: str, number: int, text: str) -> dict[str, Any]:
    try:
        found = json.loads(text, parse_constant=SPECIAL.__getitem__, parse_float=_Float)
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
    return SPECIAL.get(value, value) if isinstance(value, str) else value


# Writing


def written(table: Table, kind: str, new: Sequence[str]) -> tuple[str, Joined]:
    """The first line of a table of this kind, "" where it has none, and how its rows are written.

    A row of the table's own kind stays as it is, byte for byte, and has the results behind it.
    """
    if kind == JSONL:
        return "", _in_front_of_brace(new) if table.kind == JSONL else _as_object(table.headings, new)
    mark = MARKS[kind]
    tail = [quoted(one, mark) for one in new]
    if kind == table.kind:
        return mark.join([table.first, *tail]), lambda text, _, results: f"{text}{mark}{mark.join(map(repr, results))}"
    headings = table.headings
    cells: Callable[[Any], Iterable[str]] = (
        (lambda parsed: [_cell(parsed.get(one)) for one in headings]) if table.kind == JSONL else lambda parsed: parsed
    )
    first = mark.join([*(quoted(one, mark) for one in headings), *tail])
    return first, lambda _, parsed, results: mark.join(
        [*(quoted(one, mark) for one in cells(parsed)), *map(repr, results)]
    )


def _cell(value: Any) -> str:
    """A value of JSON as a cell: texts as they are, nothing for null, lists and objects as JSON."""
    if isinstance(value, str):
        return value
    if isinstance(value, _Float):
        return value.text
    return "" if value is None else json.dumps(value, ensure_ascii=False)


def _in_front_of_brace(new: Sequence[str]) -> Joined:
    """The results in front of an object's closing brace, so that all else stays as it was."""
    names = [json.dumps(one, ensure_ascii=False) for one in new]

    def joined(text: str, parsed: Any, results: Sequence[float]) -> str:
        fields = ", ".join([f"{name}: {NAMED.get(one, one)}" for name, one in zip(names, map(repr, results), strict=True)])
        return f"{text[:-1].rstrip()}{', ' if parsed else ''}{fields}}}"

    return joined


def _as_object(headings: Sequence[str], new: Sequence[str]) -> Joined:
    """A row of cells as an object: what is a number of JSON is one, and an empty cell is null."""
    names = [json.dumps(one, ensure_ascii=False) for one in (*headings, *new)]

    def joined(_: str, parsed: Any, results: Sequence[float]) -> str:
        values = [*map(_value, parsed), *(NAMED.get(one, one) for one in map(repr, results))]
        return "{" + ", ".join([f"{name}: {value}" for name, value in zip(names, values, strict=True)]) + "}"

    return joined


def _value(cell: str) -> str:
    """A cell as JSON has it: `007` is a text, for no number begins with a 0."""
    if not cell:
        return "null"
    try:
        if isinstance(json.loads(cell, parse_constant=str), int | float) and not cell[-1:].isspace() and cell[0] not in "tf ":
            return cell
    except (ValueError, RecursionError):
        pass
    return json.dumps(cell, ensure_ascii=False)
