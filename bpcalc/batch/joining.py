"""Tables as text: how rows are written with their results behind them, as CSV, TSV or JSON Lines.

A row of the table's own kind stays as it is, byte for byte.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

from bpcalc.batch.delimited import MARKS, quoted
from bpcalc.batch.tables import JSONL, PARQUET, Decimal, Rows, Table
from bpcalc.errors import BpcalcError
from bpcalc.show.numbers import formed

NAMED = {"nan": '"NaN"', "inf": '"Infinity"', "-inf": '"-Infinity"'}  # what JSON has no numbers for

Results = Sequence[Sequence[float]]


class Joining(NamedTuple):
    """How a table is written: its first line, "" where it has none, and the text of rows with their results."""

    first: str
    rows: Callable[[Rows, Results], str]


def joining(table: Table, kind: str, new: Sequence[str], number: str = "") -> Joining:
    """How a table is written as one of this `kind`, with `new` columns. `number`: their form, as printf has it.

    Raises BpcalcError for what that kind cannot say, there or when a row has it.
    """
    write: Callable[[float], str] = (lambda one: formed(repr(one), number)) if number else repr
    if kind == JSONL:
        how = _in_front_of_brace if table.kind == JSONL else _as_object
        return Joining("", how(table, new, write))
    mark = MARKS[kind]
    tail = [quoted(one, mark) for one in new]
    if kind == table.kind:
        return Joining(mark.join([table.first, *tail]) + "\n", _behind(mark, len(new), write if number else None))
    first = mark.join([*(quoted(one, mark) for one in table.headings), *tail]) + "\n"
    cells = cells_of(table)

    def rows(some: Rows, results: Results) -> str:
        return "".join([
            mark.join([*(quoted(one, mark) for one in cells(place, parsed)), *map(write, found)]) + "\n"
            for place, parsed, found in zip(some.numbers, some.parsed, results, strict=True)
        ])  # fmt: skip

    return Joining(first, rows)


def _behind(mark: str, size: int, write: Callable[[float], str] | None) -> Callable[[Rows, Results], str]:
    """Rows as they stand, and their results."""
    if write is not None:
        return lambda rows, results: "".join([
            f"{text}{mark}{mark.join(map(write, found))}\n" for text, found in zip(rows.texts, results, strict=True)
        ])  # fmt: skip
    row = f"%s{mark}{mark.join(['%r'] * size)}\n"
    return lambda rows, results: "".join([
        row % (text, *found) for text, found in zip(rows.texts, results, strict=True)
    ])  # fmt: skip


# To cells


def cells_of(table: Table) -> Callable[[int, Any], Sequence[str]]:
    """The cells of a row, of its number and what it is parsed to."""
    if table.kind == PARQUET:
        words = {None: "", True: "true", False: "false"}
        return lambda number, parsed: [
            words[one] if one is None or isinstance(one, bool) else str(one) for one in parsed
        ]  # fmt: skip
    return _of_object(table) if table.kind == JSONL else lambda number, parsed: parsed


def _of_object(table: Table) -> Callable[[int, Any], list[str]]:
    """The cells of a row of JSON. Raises BpcalcError for a field that has no column."""
    headings, known = table.headings, {*table.headings}

    def cells(number: int, parsed: Any) -> list[str]:
        if not parsed.keys() <= known:
            name = next(one for one in parsed if one not in known)
            hint = "-o jsonl, or --save to a file of that ending, keeps every field"
            raise BpcalcError(f'{table.shown}, row {number}: the first row has no "{name}"', hint=hint)
        return [_cell(parsed.get(one)) for one in headings]

    return cells


def _cell(value: Any) -> str:
    """A value of JSON as a cell: texts as they are, nothing for null, lists and objects as JSON."""
    if isinstance(value, str):
        return value
    if isinstance(value, Decimal):
        return value.text
    return "" if value is None else json.dumps(value, ensure_ascii=False)


# To JSON


def _in_front_of_brace(
    table: Table, new: Sequence[str], write: Callable[[float], str]
) -> Callable[[Rows, Results], str]:
    """The results in front of an object's closing brace, so that all else stays as it was."""
    names = [json.dumps(one, ensure_ascii=False) for one in new]

    def line(number: int, text: str, parsed: Any, found: Sequence[float]) -> str:
        for name in new:
            if name in parsed:
                raise BpcalcError(f'{table.shown}, row {number} has a field "{name}" already', hint="add --prefix bp_")
        texts = [NAMED.get(one, one) for one in map(write, found)]
        fields = ", ".join([f"{name}: {one}" for name, one in zip(names, texts, strict=True)])
        return f"{text[:-1].rstrip()}{', ' if parsed else ''}{fields}}}\n"

    return lambda rows, results: "".join(map(line, rows.numbers, rows.texts, rows.parsed, results))


def _as_object(table: Table, new: Sequence[str], write: Callable[[float], str]) -> Callable[[Rows, Results], str]:
    """Rows of cells as objects: what is a number of JSON is one, and an empty cell is null."""
    headings = table.headings
    if twice := next((one for one in headings if headings.count(one) > 1), None):
        raise BpcalcError(f'{table.shown} has two columns "{twice}", and an object only one', hint="write it as .csv")
    names = [json.dumps(one, ensure_ascii=False) for one in (*headings, *new)]

    value = _typed if table.kind == PARQUET else _value

    def line(parsed: Iterable[Any], found: Sequence[float]) -> str:
        values = [*map(value, parsed), *(NAMED.get(one, one) for one in map(write, found))]
        return "{" + ", ".join([f"{name}: {value}" for name, value in zip(names, values, strict=True)]) + "}\n"

    return lambda rows, results: "".join(map(line, rows.parsed, results))


def _typed(value: Any) -> str:
    """A value of Parquet as JSON has it; what JSON does not know is a text."""
    if isinstance(value, float):
        return NAMED.get(repr(value), repr(value))
    return json.dumps(value, ensure_ascii=False, default=str)


def _value(cell: str) -> str:
    """A cell as JSON has it: `007` is a text, for no number begins with a 0."""
    if not cell:
        return "null"
    if cell[0] in "-0123456789" and cell[-1] in "0123456789":
        try:
            json.loads(cell)
        except (ValueError, RecursionError):
            pass
        else:
            return cell
    return json.dumps(cell, ensure_ascii=False)
