"""CSV and TSV record by record: the text of each as it stands in the file, and its cells.

A record without quotes is a line, and its cells are what stands between the separators: nothing is faster in plain
Python. One with quotes, which may go over several lines, is left to the `csv` module.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from bpcalc.errors import BpcalcError
from bpcalc.reading.cells import quotes

MARKS = {"csv": ",", "tsv": "\t"}


class Record(NamedTuple):
    """A row: its number in the file, where the heading is row 1; its text without the line's end; its cells."""

    number: int
    text: str
    cells: list[str]


def records(lines: Iterable[str], mark: str, shown: str) -> Iterator[Record]:
    """The records of a file that was opened with `newline=""`. Lines without a character are no rows, but count.

    Raises BpcalcError for quotes that are never closed, with the row.
    """
    number, every = 0, iter(lines)
    for line in every:
        number += 1
        text = line.rstrip("\r\n")
        if '"' not in text:
            if text:
                yield Record(number, text, text.split(mark))
            continue
        first, parts, is_open = number, [line], line.count('"') % 2
        while is_open:
            more = next(every, None)
            if more is None:
                raise BpcalcError(f"{shown}, row {first}: a quotation mark is never closed")
            number += 1
            parts.append(more)
            is_open = more.count('"') % 2 == 0
        text = "".join(parts).rstrip("\r\n")
        yield Record(first, text, _quoted(text, mark, shown, first))


def _quoted(text: str, mark: str, shown: str, number: int) -> list[str]:
    import csv

    try:
        return next(csv.reader(text.splitlines(keepends=True), delimiter=mark, strict=True))
    except csv.Error as error:
        raise BpcalcError(f"{shown}, row {number}: {quotes(str(error))}") from None


def quoted(cell: str, mark: str) -> str:
    """A cell as CSV writes it."""
    return '"' + cell.replace('"', '""') + '"' if any(one in cell for one in (mark, '"', "\n", "\r")) else cell
