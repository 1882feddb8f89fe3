"""CSV and TSV in blocks of records: the text of each as it stands in the file, and its cells.

A record without quotes is a line, and its cells are what stands between the separators: nothing is faster in plain
Python. One with quotes, which may go over several lines, is left to the `csv` module.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from bpcalc.batch.lines import Lines
from bpcalc.errors import BpcalcError
from bpcalc.reading.cells import quotes

MARKS = {"csv": ",", "tsv": "\t"}
LONGEST = 2**26  # characters of a cell in quotes


class Record(NamedTuple):
    """A row: the number of its first line, where the heading is row 1; its text without the line's end; its cells."""

    number: int
    text: str
    cells: list[str]


class Records(NamedTuple):
    """Some records, column by column of `Record`; `is_plain`: without underscores and digits beyond ASCII."""

    numbers: Sequence[int]
    texts: list[str]
    cells: list[list[str]]
    is_plain: bool


class Reader:
    """The records of a table. Lines without a character are no rows, but count.

    Raises BpcalcError for quotes that are never closed, with the row.
    """

    def __init__(self, lines: Lines, mark: str) -> None:
        self._source = lines
        self._mark = mark
        self._lines: list[str] = []
        self._at = 0  # of the lines that are taken
        self._is_regular = self._is_plain = True

    def record(self) -> Record | None:
        """The next record; None at the end."""
        while True:
            if self._at == len(self._lines) and not self._fill():
                return None
            text, number = self._take()
            if not text:
                continue
            if '"' not in text:
                return Record(number, text, text.split(self._mark))
            parts, is_open, size = [text], _stays_open(text, self._mark), 0
            while is_open:
                if (self._at == len(self._lines) and not self._fill()) or size > LONGEST:
                    raise BpcalcError(f"{self._source.shown}, row {number}: a quotation mark is never closed")
                more, _ = self._take()
                parts.append(more)
                size += len(more)
                is_open = _stays_open(more, self._mark, is_open)
            text = "\n".join(parts)
            return Record(number, text, cells(text, number, self._mark, self._source.shown))

    def blocks(self) -> Iterator[Records]:
        """All further records."""
        while self._at < len(self._lines) or self._fill():
            if self._is_regular:
                first = self._source.number - len(self._lines) + self._at + 1
                texts = self._lines[self._at :]
                self._at = len(self._lines)
                numbers = range(first, first + len(texts))
                mark = self._mark
                yield Records(numbers, texts, [text.split(mark) for text in texts], self._is_plain)
            else:
                yield self._one_by_one()

    def _one_by_one(self) -> Records:
        some = []
        last = self._source.number
        while self._at < len(self._lines) and self._source.number == last:
            if (record := self.record()) is None:
                break
            some.append(record)
        return Records([one.number for one in some], [one.text for one in some], [one.cells for one in some], False)

    def _fill(self) -> bool:
        text = self._source.some()
        self._lines, self._at = text[:-1].split("\n") if text else [], 0
        self._is_regular = '"' not in text and not text.startswith("\n") and "\n\n" not in text
        self._is_plain = text.isascii() and "_" not in text
        return bool(text)

    def _take(self) -> tuple[str, int]:
        """The next line, and its number."""
        self._at += 1
        return self._lines[self._at - 1], self._source.number - len(self._lines) + self._at


def cells(text: str, number: int, mark: str, shown: str) -> list[str]:
    """The cells of a record. Raises BpcalcError for quotes that are wrong, with the row's number."""
    if '"' not in text:
        return text.split(mark)
    import csv

    csv.field_size_limit(2**30)
    try:
        return next(csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True))
    except csv.Error as error:
        raise BpcalcError(f"{shown}, row {number}: {quotes(str(error))}") from None


def _stays_open(line: str, mark: str, is_open: bool = False) -> bool:
    """Does a cell in quotes go on behind the end of the line? `is_open`: it began with one that did."""
    at = 0
    while True:
        if is_open:
            at = line.find('"', at)
            if at < 0:
                return True
            if line.startswith('""', at):
                at += 2
                continue
            is_open = False
            at += 1
        elif line.startswith('"', at) and (at == 0 or line[at - 1] == mark):
            is_open = True
            at += 1
        else:
            at = line.find(mark, at) + 1
            if at == 0:
                return False


def quoted(cell: str, mark: str) -> str:
    """A cell as CSV writes it."""
    return '"' + cell.replace('"', '""') + '"' if any(one in cell for one in (mark, '"', "\n", "\r")) else cell
