"""Arrays from files and from standard input: `.npy`, `.csv`, `.tsv`, `.txt`, `.json`.

May import errors and NumPy (this file is loaded for `NAME=@FILE` only). Nothing is ever executed: `.npy` is read with
`allow_pickle=False`.
"""

from __future__ import annotations

import io
import sys
from pathlib import PurePath
from typing import Any

import numpy as np

from bpcalc.errors import BpcalcError

LARGEST = 2**33  # bytes of a file of numbers


def read_array(path: str) -> Any:
    """The array in a file; `-` is standard input: JSON, or numbers separated by commas, tabs or blanks.

    Raises BpcalcError for a file that cannot be read, and for ragged or non-numeric data, with the row.
    """
    raw = _bytes(path)
    kind = PurePath(path).suffix.lower()
    if kind == ".npy" or raw[:6] == b"\x93NUMPY":
        return _npy(path, raw)
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BpcalcError(f'"{path}" is not text in UTF-8: byte {error.start + 1} is {raw[error.start]:#04x}') from None
    if kind == ".json" or text.lstrip()[:1] == "[":
        return _json(path, text)
    separator = {".csv": ",", ".tsv": "\t"}.get(kind) or ("," if "," in text else None)
    return _rows(path, text, separator)


def _bytes(path: str) -> bytes:
    try:
        if path == "-":
            return sys.stdin.buffer.read(LARGEST)
        with open(path, "rb") as file:
            return file.read(LARGEST)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise BpcalcError(f'cannot read "{path}": {reason[:1].lower()}{reason[1:]}') from None


def _npy(path: str, raw: bytes) -> Any:
    try:
        array = np.load(io.BytesIO(raw), allow_pickle=False)
    except (ValueError, EOFError, OSError, SyntaxError) as error:
        reason = "it holds Python objects" if "pickle" in str(error) else "it is broken"
        raise BpcalcError(f'cannot read "{path}" as .npy: {reason}') from None
    if array.dtype.kind not in "fiub":
        raise BpcalcError(f'"{path}" holds {array.dtype}, not numbers')
    return array.astype(float)


def _json(path: str, text: str) -> Any:
    import json

    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BpcalcError(f'cannot read "{path}" as JSON: {error}') from None
    return from_lists(found, f'"{path}"')


def from_lists(found: Any, what: str) -> Any:
    """An array from nested lists of numbers, as JSON has them. `what` names it in errors."""
    special = {"NaN": np.nan, "Infinity": np.inf, "-Infinity": -np.inf}

    def number(entry: Any, place: str) -> float:
        if isinstance(entry, str) and entry in special:
            return float(special[entry])
        if isinstance(entry, bool) or not isinstance(entry, (int, float)):
            raise BpcalcError(f"{what}: the entry {place or 'itself'} is not a number")
        return float(entry)

    level = [("", found)]
    shape: list[int] = []
    while all(isinstance(entry, list) for _, entry in level) and level:
        size = len(level[0][1])
        for place, entry in level:
            if len(entry) != size:
                raise BpcalcError(f"{what}: row {place or 0} has {len(entry)} entries, the first has {size}")
        shape.append(size)
        if len(shape) > 32:
            raise BpcalcError(f"{what}: nested more than 32 deep")
        level = [(f"{place}[{k}]", one) for place, entry in level for k, one in enumerate(entry)]
    return np.array([number(entry, place) for place, entry in level], dtype=float).reshape(shape)


def _rows(path: str, text: str, separator: str | None) -> Any:
    """A matrix from lines of numbers; one line or one column is a vector. A first line of words is a heading."""
    rows: list[list[float]] = []
    for number, line in enumerate(text.splitlines(), start=1):
        cells = [cell.strip() for cell in (line.split(separator) if separator else line.split())]
        if not any(cells) or cells[0].startswith("#"):
            continue
        try:
            row = [_number(cell) for cell in cells]
        except ValueError as error:
            if not rows and not any(map(_is_number, cells)):
                continue
            raise BpcalcError(f'"{path}", row {number}: {error} is not a number') from None
        if rows and len(row) != len(rows[0]):
            raise BpcalcError(f'"{path}", row {number}: {len(row)} numbers, where the first row has {len(rows[0])}')
        rows.append(row)
    if not rows:
        raise BpcalcError(f'"{path}" has no numbers in it')
    array = np.array(rows, dtype=float)
    if array.shape == (1, 1):
        return array[0, 0]
    return array.ravel() if 1 in array.shape else array


def _number(cell: str) -> float:
    """A number as a file of data has it; Python's own underscores and wide digits are none."""
    if not cell.isascii() or "_" in cell or not cell:
        raise ValueError(f'"{cell}"')
    try:
        return float(cell)
    except ValueError:
        raise ValueError(f'"{cell[:40]}"') from None


def _is_number(cell: str) -> bool:
    try:
        _number(cell)
    except ValueError:
        return False
    return True
