"""Numbers from text in rows and columns: `.csv`, `.tsv`, `.txt`, and what comes from standard input.

Every cell is a number. The first row may be a heading instead, where each of its cells is a name (`speed (m/s)`) and
rows follow it. Rows are numbered as the lines of the file, `#` begins a comment, and blank lines count for nothing.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Iterator
from typing import NamedTuple

from bpcalc.errors import BpcalcError
from bpcalc.reading import cells as wrong

SEPARATORS = {".csv": ",", ".tsv": "\t"}  # what the ending of a file's name says
QUOTED = re.compile(r'"[^"]*"|\S+')
TWO_READINGS = re.compile(r"[+-]?[0-9]+,[0-9]+(?:[eE][+-]?[0-9]+)?")  # two numbers, or one with a decimal comma
LONG = re.compile(r"[0-9][0-9.]{16}")  # more digits than a double is sure to keep
DECIMAL = re.compile(r",0[0-9]|^[+-]0+,")  # no whole number begins with 0


class Table(NamedTuple):
    """The numbers, row by row; how many stand in a row; and what is to be said where they could be read otherwise."""

    numbers: list[float] | array[float]
    columns: int
    doubt: str = ""


class Line(NamedTuple):
    """The cells of a line, and its number."""

    number: int
    cells: list[str]


def read_table(shown: str, text: str, ending: str) -> Table:
    """The numbers of a text. `shown` names it in errors, and the `ending` of its name tells the separator.

    Raises BpcalcError for the first cell that is no number, with its place and with what to write, and for rows of
    different lengths.
    """
    lines, separator = separated(text, ending)
    rest = text.partition("\n")[2]
    plain = rest.isascii() and "_" not in rest  # Python's own underscores and wide digits are no numbers
    long = LONG.search(text) is not None
    numbers: list[float] | array[float] = [] if long else array("d")
    columns, heading = 0, None
    for line in rows(shown, lines, separator):
        row = _row(line.cells, float if plain and not long and line.number > 1 else wrong.number)
        if row is None:
            if columns or heading or not all(map(wrong.is_title, line.cells)):
                raise wrong.no_number(shown, line.number, line.cells, separator, is_first=not columns and not heading)
            heading = line
            continue
        if columns and len(row) != columns:
            raise BpcalcError(f"{shown}, row {line.number}: {_count(len(row))}, where the first row has {columns}")
        _check_heading(shown, line.number, len(row), heading, separator)
        columns = len(row)
        numbers.extend(row)
        if float("inf") in row or float("-inf") in row:
            check_infinities(shown, line)
    if not columns and heading:
        raise wrong.no_number(shown, heading.number, heading.cells, separator, is_first=False)
    if not columns:
        raise BpcalcError(f"{shown} has no numbers in it")
    return Table(numbers, columns, _doubt(shown, lines, ending) if columns == 2 and not heading else "")


def separated(text: str, ending: str) -> tuple[list[str], str | None]:
    """The lines of a text, those of comments empty, and what separates their cells; None: blanks."""
    lines = text.split("\n")
    if "#" in text:
        lines = ["" if wrong.is_comment(line) else line for line in lines]
    return lines, SEPARATORS.get(ending) or next((mark for mark in ",\t" if any(mark in line for line in lines)), None)


def rows(shown: str, lines: list[str], separator: str | None) -> Iterator[Line]:
    """The lines that have any cells."""
    if separator is None:
        for number, line in enumerate(lines, start=1):
            cells = [cell.strip('"') for cell in QUOTED.findall(line)] if '"' in line else line.split()
            if cells:
                yield Line(number, cells)
        return
    import csv

    blanks = " " if separator == "\t" else None
    filled = (line if line.strip(blanks) else "" for line in lines)
    reader = csv.reader(filled, delimiter=separator, skipinitialspace=True, strict=True)
    number = 1  # of the line where a row begins: a cell in quotes may go over several
    try:
        for cells in reader:
            if cells:
                yield Line(number, cells)
            number = reader.line_num + 1
    except csv.Error as error:
        raise BpcalcError(f"{shown}, row {number}: {wrong.quotes(str(error))}") from None


def _row(cells: list[str], convert: Callable[[str], float]) -> list[float] | None:
    """The numbers of a line; None where a cell is none."""
    try:
        return list(map(convert, cells))
    except ValueError:
        return None


def _check_heading(shown: str, number: int, columns: int, heading: Line | None, separator: str | None) -> None:
    """Raises BpcalcError where a heading has names for other columns: with blanks for separators it may have several
    words for one, and a single cell is the title of the whole."""
    if heading and separator and len(heading.cells) not in (1, columns):
        names = f"{len(heading.cells)} names"
        raise BpcalcError(f"{shown}, row {number}: {_count(columns)}, where the heading has {names}")


def check_infinities(shown: str, line: Line) -> None:
    """Raises BpcalcError for an infinity that is not written as one."""
    for column, cell in enumerate(line.cells, start=1):
        if float(cell) in (float("inf"), float("-inf")) and "n" not in cell.lower():
            at = f", column {column}" if len(line.cells) > 1 else ""
            raise BpcalcError(f"{shown}, row {line.number}{at}: {cell.strip()[:40]} is beyond the largest double")


def _doubt(shown: str, lines: list[str], ending: str) -> str:
    """What is said of `0,5` in every row, which `seq` prints for 0.5 where decimals have commas.

    A file that is called `.csv` has commas for separators, unless its numbers look otherwise: `1,05`.
    """
    filled = [line.strip() for line in lines if line.strip()]
    is_declared = ending in SEPARATORS and not any(map(DECIMAL.search, filled))
    if is_declared or not all(map(TWO_READINGS.fullmatch, filled)):
        return ""
    first = filled[0]
    shape = f"a {len(filled)} x 2 matrix" if len(filled) > 1 else "two numbers"
    one, two = first.replace(",", "."), first.replace(",", ", ")
    return (
        f"{shown} is read as {shape}, for a comma separates numbers: "
        f'if "{first}" is one number, write {one}; if it is two, "{two}" leaves no doubt'
    )


def _count(numbers: int) -> str:
    return f"{numbers} {'number' if numbers == 1 else 'numbers'}"
