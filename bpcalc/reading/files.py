"""Arrays from files and from standard input: `.npy`, `.csv`, `.tsv`, `.txt`, `.json`.

Nothing is ever executed: the header of a `.npy`, a Python literal, is looked through and not evaluated.
"""

from __future__ import annotations

import io
import math
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import PurePath
from typing import Any

import numpy as np

from bpcalc.errors import BpcalcError, Source, Span

LARGEST = 2**33  # bytes of a file of numbers
DEEPEST = 32  # levels of nested lists: NumPy has 64 axes
MAGIC = b"\x93NUMPY"  # how a .npy begins
AXES = 64  # that an array of NumPy may have
# The entries of its header: {'descr': '<f8', 'fortran_order': False, 'shape': (3, 4), }
DESCR = re.compile(r"""['"]descr['"]\s*:\s*(?:u?['"]([^'"]+)['"]|(\[.*\]))""")
FORTRAN = re.compile(r"""['"]fortran_order['"]\s*:\s*(True|False)""")
SHAPE = re.compile(r"""['"]shape['"]\s*:\s*\(([0-9L,\s]*)\)""")
REAL = re.compile(r"[<>=|]?[fiub][0-9]{1,2}")
KNOWN = re.compile(r"[<>=|]?[cUSVMm][0-9]{0,9}(\[[0-9]{0,9}[a-zA-Z]{1,2}\])?")
# JSON has them as texts, TOML's parser hands its own words on.
SPECIAL = {
    "NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf, "nan": math.nan, "+nan": math.nan,
    "-nan": math.nan, "inf": math.inf, "+inf": math.inf, "-inf": -math.inf,
}  # fmt: skip


def read_array(path: str) -> Any:
    """The array in a file; `-` is standard input: JSON, or numbers separated by commas, tabs or blanks.

    Raises BpcalcError for a file that cannot be read, and for ragged or non-numeric data, with the row.
    """
    if not path:
        raise BpcalcError("@ needs the name of a file", hint="write x=@data.csv, or x=@- for standard input")
    shown = "standard input" if path == "-" else f'"{path}"'
    raw = _bytes(path, shown)
    kind = PurePath(path).suffix.lower()
    if kind == ".npy" or raw[:6] == MAGIC:
        return _npy(shown, raw)
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        hint = "an array is read from .npy, .csv, .tsv, .txt or .json" if raw[:2] == b"PK" else ""
        message = f"{shown} is not text in UTF-8: byte {error.start + 1} is {raw[error.start]:#04x}"
        raise BpcalcError(message, hint=hint) from None
    if kind == ".json" or text.lstrip()[:1] == "[":
        return _json(path, shown, text)
    separator = {".csv": ",", ".tsv": "\t"}.get(kind) or ("," if "," in text else "\t" if "\t" in text else None)
    return _rows(shown, _lines(shown, text, separator), separator)


def _bytes(path: str, shown: str) -> bytes:
    try:
        if path == "-":
            return sys.stdin.buffer.read(LARGEST)
        with open(path, "rb") as file:
            return file.read(LARGEST)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise BpcalcError(f"cannot read {shown}: {reason[:1].lower()}{reason[1:]}") from None


def _npy(shown: str, raw: bytes) -> Any:
    """The array in a .npy file; NumPy's own reader fails on rubbish in a dozen ways, and warns on the way."""
    broken = BpcalcError(f"cannot read {shown} as .npy: it is broken")
    if raw[:6] != MAGIC or raw[6:7] not in (b"\1", b"\2", b"\3"):
        raise broken
    start = 10 if raw[6] == 1 else 12
    stop = start + int.from_bytes(raw[8:start], "little")
    header = raw[start:stop].decode("latin-1")
    descr, fortran, shape = DESCR.search(header), FORTRAN.search(header), SHAPE.search(header)
    if descr is None or fortran is None or shape is None:
        raise broken
    kind = _kind(shown, descr[1] or descr[2], broken)
    sizes = [size.strip().removesuffix("L") for size in shape[1].rstrip(", ").split(",")] if shape[1].strip() else []
    if len(sizes) > AXES or not all(size.isdecimal() and len(size) < 16 for size in sizes):
        raise broken
    lengths = [*map(int, sizes)]
    if stop + math.prod(lengths) * kind.itemsize > len(raw):
        raise broken
    numbers = np.frombuffer(raw, kind, math.prod(lengths), stop)
    return numbers.reshape(lengths, order="F" if fortran[1] == "True" else "C").astype(float)[()]


def _kind(shown: str, name: str, broken: BpcalcError) -> Any:
    """NumPy's type of the entries of a .npy, whose header calls it so. Raises BpcalcError for no real numbers."""
    if name.lstrip("<>=|").startswith("O"):
        raise BpcalcError(f"cannot read {shown} as .npy: it holds Python objects")
    is_record = name.startswith("[")
    if not is_record and not REAL.fullmatch(name) and not KNOWN.fullmatch(name):
        raise broken
    try:
        kind = name if is_record else np.dtype(name)
    except (TypeError, ValueError):  # <f3
        raise broken from None
    if not REAL.fullmatch(name):
        raise BpcalcError(f"{shown} holds {kind}, and numbers are needed")
    return kind


def _json(path: str, shown: str, text: str) -> Any:
    import json

    try:
        # integers of any length (Python itself refuses over 4300 digits), and NaN and Infinity as texts
        found = json.loads(text, parse_int=float, parse_constant=str)
    except json.JSONDecodeError as error:
        place = Span(Source(text, "standard input" if path == "-" else path), error.pos, error.pos + 1)
        raise BpcalcError(f"this is no JSON: {error.msg[:1].lower()}{error.msg[1:]}", span=place) from None
    except RecursionError:
        raise BpcalcError(f"{shown}: nested too deeply") from None
    return from_lists(found, shown)


def from_lists(found: Any, what: str) -> Any:
    """An array from nested lists of numbers, as JSON has them. `what` names it in errors."""

    def number(entry: Any, place: str) -> float:
        if isinstance(entry, str) and entry in SPECIAL:
            return SPECIAL[entry]
        where = f"the entry {place}" if place else "the whole"
        if isinstance(entry, bool) or not isinstance(entry, (int, float)):
            raise BpcalcError(f"{what}: {where} is not a number", hint="an array is nested lists of numbers: [[1, 2]]")
        if math.isinf(entry):
            raise BpcalcError(f"{what}: {where} is beyond the largest double", hint='infinity is written "Infinity"')
        return float(entry)

    level = [("", found)]
    shape: list[int] = []
    while level and all(isinstance(entry, list) for _, entry in level):
        size = len(level[0][1])
        for place, entry in level:
            if len(entry) != size:
                have = f"{len(entry)} {'entry' if len(entry) == 1 else 'entries'}"
                raise BpcalcError(f"{what}: row {place} has {have}, where the first has {size}")
        shape.append(size)
        if len(shape) > DEEPEST:
            raise BpcalcError(f"{what}: nested more than {DEEPEST} deep")
        level = [(f"{place}[{k}]", one) for place, entry in level for k, one in enumerate(entry)]
    return np.array([number(entry, place) for place, entry in level], dtype=float).reshape(shape)[()]


def _lines(shown: str, text: str, separator: str | None) -> Iterable[tuple[int, list[str]]]:
    """The number and the cells of each line that has any."""
    lines = map(str.split, text.splitlines()) if separator is None else _cells(shown, text, separator)
    for number, cells in enumerate(lines, start=1):
        stripped = [cell.strip() for cell in cells]
        if any(stripped) and not stripped[0].startswith("#"):
            yield number, stripped


def _cells(shown: str, text: str, separator: str) -> Iterator[list[str]]:
    import csv

    number = 0
    try:
        for cells in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
            number += 1
            yield cells
    except csv.Error as error:  # a cell of over 100,000 characters
        raise BpcalcError(f"{shown}, row {number + 1}: {error}") from None


def _rows(shown: str, lines: Iterable[tuple[int, list[str]]], separator: str | None) -> Any:
    """A matrix from lines of numbers; one line or one column is a vector. A first line of words is a heading."""
    rows: list[list[float]] = []
    heading: tuple[int, list[str]] | None = None
    for number, cells in lines:
        if not rows and heading is None and not any(map(_is_number, cells)):
            heading = number, cells
            continue
        row = _row(shown, number, cells, separator)
        if rows and len(row) != len(rows[0]):
            raise BpcalcError(f"{shown}, row {number}: {_count(len(row))}, where the first row has {len(rows[0])}")
        rows.append(row)
    if not rows and heading is not None:
        _row(shown, *heading, separator)
    if not rows:
        raise BpcalcError(f"{shown} has no numbers in it")
    array = np.array(rows, dtype=float)
    if array.shape == (1, 1):
        return array[0, 0]
    return array.ravel() if 1 in array.shape else array


def _row(shown: str, number: int, cells: list[str], separator: str | None) -> list[float]:
    """The numbers of a line. Raises BpcalcError for a cell that is none."""
    row = []
    for column, cell in enumerate(cells, start=1):
        if not _is_number(cell):
            what = f': "{cell if len(cell) <= 40 else cell[:39] + "…"}" is not a number' if cell else " is empty"
            hint = "the columns are separated by commas" if separator != ";" and ";" in cell else ""
            at = f", column {column}" if len(cells) > 1 or not cell else ""
            raise BpcalcError(f"{shown}, row {number}{at}{what}", hint=hint)
        row.append(float(cell))
        if math.isinf(row[-1]) and "n" not in cell.lower():
            raise BpcalcError(f"{shown}, row {number}: {cell[:40]} is beyond the largest double")
    return row


def _count(numbers: int) -> str:
    return f"{numbers} {'number' if numbers == 1 else 'numbers'}"


def _is_number(cell: str) -> bool:
    """Is this a number as a file of data has it? Python's own underscores and wide digits are none."""
    if not cell.isascii() or "_" in cell or not cell:
        return False
    try:
        float(cell)
    except ValueError:
        return False
    return True
