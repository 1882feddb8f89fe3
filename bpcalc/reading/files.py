"""Arrays from files and from standard input: `.npy`, `.csv`, `.tsv`, `.txt`, `.json`.

Nothing is ever executed: `.npy` is read with `allow_pickle=False`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from pathlib import PurePath
from typing import Any, NamedTuple

import numpy as np

from bpcalc.errors import BpcalcError, Source, Span
from bpcalc.gate import Literal
from bpcalc.graph import literal
from bpcalc.reading.cells import SPECIAL
from bpcalc.reading.columns import Columns, split_column
from bpcalc.reading.streams import decode, no_text, read_bytes, titled
from bpcalc.reading.tables import SEPARATORS, read_table

NPY = b"\x93NUMPY"  # how a file of NumPy begins
AXES = 64  # that an array of NumPy may have
LONGEST = 20  # digits of a size
# The entries of its header: {'descr': '<f8', 'fortran_order': False, 'shape': (3, 4), }
DESCR = re.compile(r"""['"]descr['"]\s*:\s*(?:u?['"]([^'"]+)['"]|(\[.*\]))""")
FORTRAN = re.compile(r"""['"]fortran_order['"]\s*:\s*(True|False)""")
SHAPE = re.compile(r"""['"]shape['"]\s*:\s*\(([0-9L,\s]*)\)""")
KNOWN = re.compile(r"[<>=|]?[fiubcOUSVMm][0-9]{0,9}(\[[0-9]{0,9}[a-zA-Z]{1,2}\])?")
DEEPEST = 32  # levels of nested lists: NumPy has 64 axes
READABLE = "an array is read from .npy, .csv, .tsv, .txt or .json"
LISTS = "an array is nested lists of numbers: [[1, 2]]"
WORDS = re.compile(r"(?<![\w\"+-])[+-]?(?:nan|inf)(?![\w\"])")  # as bpcalc prints them, which JSON calls otherwise


class TypedArray(np.ndarray):
    """An array of doubles which other number systems calculate anew: `within(m)` is the same in the algebra `m`.

    ranged: whether some of its entries are ranges
    """

    within: Any
    ranged: bool = False


def typed_array(numbers: Sequence[float], shape: Sequence[int]) -> Any:
    """Numbers as an array, which remembers the decimals of those that were typed with more digits than doubles have."""
    array = np.array(numbers, dtype=float).reshape(shape)
    if isinstance(numbers, list) and any(isinstance(one, Literal) for one in numbers):
        exact = np.array(numbers, dtype=object).reshape(shape)
        typed = array.view(TypedArray)
        typed.within = lambda m: m.value(exact)
        return typed
    return array


class UncertainArray(np.ndarray):
    """An array of numbers that were measured. uncertainty: the standard uncertainty of each, in an array like it."""

    uncertainty: Any

    @property
    def exact(self) -> Any:
        """The numbers alone."""
        return np.array(self, dtype=float)


def uncertain_array(array: Any, uncertainties: Sequence[float]) -> Any:
    """An array whose entries, row by row, have these uncertainties."""
    found = np.array(array, dtype=float).view(UncertainArray)
    found.uncertainty = np.array(uncertainties).reshape(found.shape)
    return found


def ranged_array(middles: Any, entries: Sequence[Any]) -> Any:
    """An array some of whose entries, row by row, are ranges; as doubles it has their middles."""
    found = np.array(middles, dtype=float).view(TypedArray)
    found.ranged = True

    def within(m: Any) -> Any:
        numbers = np.empty(len(entries), dtype=object)
        numbers[:] = [m.entries.value(one) for one in entries]
        return numbers.reshape(found.shape)

    found.within = within
    return found


class Read(NamedTuple):
    """An array, and what is to be told where its text could be read otherwise."""

    array: Any
    doubt: str = ""


def read_array(path: str) -> Read:
    """The array in a file; `-` is standard input: JSON, or numbers separated by commas, tabs or blanks.

    `data.csv:price` is a column by its heading. Raises BpcalcError for a file that cannot be read, and for ragged or
    non-numeric data, with the row.
    """
    if not path:
        raise BpcalcError("@ needs the name of a file", hint="write x=@data.csv, or x=@- for standard input")
    path, heading = split_column(path)
    shown, kind = titled(path), PurePath(path).suffix.lower()
    raw = read_bytes(path, NPY)
    if kind == ".npy" or raw.startswith(NPY):
        if heading is not None:
            raise no_columns(shown)
        return Read(_npy(shown, raw))
    hint = READABLE if raw.startswith(b"PK") else ""  # as .npz and .xlsx do
    text = decode(raw, shown, hint)
    if "\0" in text:
        raise no_text(raw, shown, hint)
    if kind == ".json" or (kind not in SEPARATORS and text.lstrip()[:1] in ("[", "{")):
        if heading is not None:
            raise no_columns(shown)
        return Read(_json(path, shown, text))
    if heading is not None:
        return Read(column(Columns(shown, text, kind).numbers(heading)))
    table = read_table(shown, text, kind)
    count = len(table.numbers)
    if count == 1:
        return Read(table.numbers[0])
    shape = (count,) if table.columns in (1, count) else (-1, table.columns)
    return Read(typed_array(table.numbers, shape), table.doubt)


def column(numbers: Sequence[float]) -> Any:
    """A column of a table: a vector, of one row a number, as a file of that column alone would be."""
    return typed_array(numbers, (len(numbers),)) if len(numbers) > 1 else numbers[0]


def no_columns(shown: str) -> BpcalcError:
    """The error for a heading that is asked of a file that is no table."""
    return BpcalcError(f"{shown} has no columns with headings", hint="a table is .csv, .tsv or .txt")


def _npy(shown: str, raw: bytearray) -> Any:
    """The array in a file of NumPy: what its header promises is held against its size before anything is made."""
    shape, by_columns, kind, start = _header(shown, raw)
    if kind.hasobject:
        raise _unreadable(shown, "it holds Python objects")
    if kind.kind not in "fiub":
        hint = "keep the real part: numpy.save(…, x.real)" if kind.kind == "c" else ""
        raise BpcalcError(f"{shown} holds {str(kind)[:60]}, and numbers are needed", hint=hint)
    count = math.prod(shape)
    if count * kind.itemsize > len(raw) - start:
        have = f"{len(raw) - start:,} of {count * kind.itemsize:,} bytes"
        raise _unreadable(shown, f"it is cut short, with {have}")
    try:
        array = np.frombuffer(raw, kind, count, start) if count else np.zeros(0)
        array = array.reshape(shape, order="F" if by_columns else "C")
    except ValueError:  # too many axes
        raise _unreadable(shown, "it is broken") from None
    return _doubles(shown, array)


def _header(shown: str, raw: bytearray) -> tuple[tuple[int, ...], bool, Any, int]:
    """The shape, whether column after column is stored, the kind of number, and where the numbers begin.

    NumPy's own reader fails on rubbish in a dozen ways, and warns on the way.
    """
    broken = _unreadable(shown, "it is broken")
    if len(raw) < 10 or raw[6] not in (1, 2, 3):
        raise broken
    start = 10 if raw[6] == 1 else 12
    stop = start + int.from_bytes(raw[8:start], "little")
    header = raw[start:stop].decode("latin-1")
    kind, by_columns, shape = DESCR.search(header), FORTRAN.search(header), SHAPE.search(header)
    if kind is None or by_columns is None or shape is None or not raw.startswith(NPY):
        raise broken
    sizes = [size.strip().removesuffix("L") for size in shape[1].rstrip(", ").split(",")] if shape[1].strip() else []
    if len(sizes) > AXES or not all(size.isdecimal() and len(size) < LONGEST for size in sizes):
        raise broken
    return tuple(map(int, sizes)), by_columns[1] == "True", _kind(shown, kind[1] or kind[2], broken), stop


def _kind(shown: str, name: str, broken: BpcalcError) -> Any:
    """NumPy's type of the entries, as a header calls it. Raises BpcalcError for records and rubbish."""
    if name.startswith("["):
        raise BpcalcError(f"{shown} holds {name[:60]}, and numbers are needed")
    if not KNOWN.fullmatch(name):
        raise broken
    try:
        return np.dtype(name)
    except (TypeError, ValueError):  # <f3
        raise broken from None


def _unreadable(shown: str, why: str) -> BpcalcError:
    return BpcalcError(f"cannot read {shown} as .npy: {why}")


def _doubles(shown: str, array: Any) -> Any:
    """The numbers as doubles. Raises BpcalcError for one that is larger than any."""
    with np.errstate(all="ignore"):
        found = array.astype(float, order="C")
    if array.dtype.itemsize > found.dtype.itemsize:
        beyond = np.argwhere(np.isinf(found) & np.isfinite(array))
        if len(beyond):
            raise _too_large(shown, tuple(beyond[0]))
    return found[()]


def _json(path: str, shown: str, text: str) -> Any:
    import json

    def read(text: str) -> Any:
        # integers of any length (Python itself refuses over 4300 digits), and NaN and Infinity as texts
        return json.loads(text, parse_int=literal, parse_float=literal, parse_constant=str)

    try:
        try:
            found = read(text)
        except json.JSONDecodeError:
            found = read(WORDS.sub(r'"\g<0>"', text))
    except json.JSONDecodeError as error:
        at = error.pos
        for word in WORDS.finditer(text):  # each has got two quotation marks
            at -= 2 * (word.start() < at)
        place = Span(Source(text, "standard input" if path == "-" else path), at, at + 1)
        raise BpcalcError(f"this is no JSON: {error.msg[:1].lower()}{error.msg[1:]}", span=place) from None
    except RecursionError:
        raise BpcalcError(f"{shown}: nested too deeply") from None
    return from_lists(found, shown)


def from_lists(found: Any, what: str) -> Any:
    """An array from nested lists of numbers, as JSON has them. `what` names it in errors.

    Raises BpcalcError for ragged lists, and for an entry that is no number, with its place.
    """
    level = [found]
    shape: list[int] = []
    while level and all(type(entry) is list for entry in level):
        size = len(level[0])
        for row, entry in enumerate(level):
            if len(entry) != size:
                have = f"{len(entry)} {'entry' if len(entry) == 1 else 'entries'}"
                raise BpcalcError(f"{what}: row {_place(row, shape)} has {have}, where the first has {size}")
        shape.append(size)
        if len(shape) > DEEPEST:
            raise BpcalcError(f"{what}: nested more than {DEEPEST} deep")
        level = [one for entry in level for one in entry]
    numbers = [_number(entry, what, shape, k) for k, entry in enumerate(level)]
    return typed_array(numbers, shape) if shape else numbers[0]


def _number(entry: Any, what: str, shape: list[int], k: int) -> float:
    """The number of the entry `k` of all."""
    if isinstance(entry, str) and entry in SPECIAL:
        return SPECIAL[entry]
    if isinstance(entry, bool) or not isinstance(entry, (int, float)):
        hint = "values by name are read by --bindings" if isinstance(entry, dict) and not shape else LISTS
        where = f"the entry {_place(k, shape)}" if shape else "the whole"
        raise BpcalcError(f"{what}: {where} is not a number", hint=hint)
    try:
        number = entry if isinstance(entry, float) else float(entry)
    except OverflowError:
        number = math.inf
    if math.isinf(number):
        raise _too_large(what, np.unravel_index(k, shape))
    return number


def _place(k: int, shape: Sequence[int]) -> str:
    """`[1][0]`: where the entry `k` of all stands."""
    return "".join(f"[{index}]" for index in np.unravel_index(k, tuple(shape)))


def _too_large(what: str, place: Sequence[Any]) -> BpcalcError:
    where = f"the entry {''.join(f'[{index}]' for index in place)}" if len(place) else "the whole"
    return BpcalcError(f"{what}: {where} is beyond the largest double", hint='infinity is written "Infinity"')
