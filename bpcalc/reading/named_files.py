"""Files of values by name, for `--bindings`: JSON, TOML, a table with headings, or lines of NAME=VALUE.

What a file is tells the ending of its name, `.json`, `.toml`, `.csv`, `.tsv` or `.env`; else what it begins with.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePath
from typing import Any

from bpcalc.errors import BpcalcError, Source, Span
from bpcalc.reading.bindings import Evaluate, Values, read_file, read_value
from bpcalc.reading.lexer import canonical, is_name
from bpcalc.reading.streams import titled
from bpcalc.reading.tables import SEPARATORS

# A line as shells have it, and as `-o env` prints it: `d_x=-4.0`, `export lr=0.1`, `w=(1 2 3)`.
ASSIGNMENT = re.compile(r"\s*(?:export\s+)?(?P<name>[^\s=]+)\s*=\s*(?P<value>.*?)\s*")
EMPTY = "zeros(0)"  # which has no brackets in the language
SHAPE = "_shape"  # the shape of an array `W` of several axes stands beside it, as `W_shape`


def read_named(path: str, text: str, evaluate: Evaluate) -> Values:
    """The values of a file. One that cannot be read is its error, which looking its name up raises.

    Raises BpcalcError for a file that is none of these, and for a name that is given twice.
    """
    kind = _kind(path, text)
    if kind == "table":
        return read_table(path, text)
    return _assigned(path, text, evaluate) if kind == "lines" else read_file(path, text, evaluate)


def _kind(path: str, text: str) -> str:
    ending = PurePath(path).suffix.lower()
    if ending in (".json", ".toml"):
        return "object"
    if ending in SEPARATORS:
        return "table"
    first = next((line for line in text.split("\n") if line.strip() and line.lstrip()[0] != "#"), "")
    match = ASSIGNMENT.fullmatch(first)
    if ending == ".env" or (match and is_name(match["name"])):
        return "lines"
    cells = re.split("[,\t]", first)
    return "table" if len(cells) > 1 and all(is_name(cell.strip().strip('"')) for cell in cells) else "object"


def read_table(path: str, text: str) -> Values:
    """The columns of a table by their headings, as vectors. One that is no numbers is its error, which looking its name
    up raises."""
    from bpcalc.reading.columns import Columns
    from bpcalc.reading.files import column

    columns, values = Columns(titled(path), text, PurePath(path).suffix.lower()), Values()
    for heading in filter(None, columns.headings):
        try:
            values[canonical(heading) if is_name(heading) else heading] = column(columns.numbers(heading))
        except BpcalcError as error:
            values[canonical(heading) if is_name(heading) else heading] = error
    return values


def _assigned(path: str, text: str, evaluate: Evaluate) -> Values:
    source, values = Source(text, "standard input" if path == "-" else path), Values()
    vectors: set[str] = set()
    for start, line in _lines(text):
        match = ASSIGNMENT.fullmatch(line)
        if not match or not is_name(match["name"]):
            span = Span(source, start, start + len(line))
            raise BpcalcError("this is no NAME=VALUE", hint="a value a line: x=2, w=(1 2 3) or W=[[1, 2], [3, 4]]",
                              span=span)  # fmt: skip
        name = canonical(match["name"])
        if name in values:
            raise BpcalcError(f'"{name}" is given two values', span=Span(source, start, start + len(line)))
        written, place = match["value"], start + match.start("value")
        if written[:1] in ("'", '"') and written[-1:] == written[:1] and len(written) > 1:
            written, place = written[1:-1], place + 1
        if written.startswith("(") and written.endswith(")") and "," not in written and is_list(written):
            vectors.add(name)
            written = f"[{', '.join(written[1:-1].split())}]" if written[1:-1].strip() else EMPTY
        try:
            values[name] = read_value(written, evaluate, source, place)
        except BpcalcError as error:
            values[name] = error
    return _shaped(values, vectors)


def is_list(text: str) -> bool:
    """Is `(1 2 3)` a shell's array? A number alone in brackets may be an expression, which is the same number."""
    return all(re.fullmatch(r"[-+\w.]+", one) for one in text[1:-1].split())


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """The lines that say something, each with its place in the text."""
    start = 0
    for line in text.split("\n"):
        if line.strip() and line.lstrip()[0] != "#":
            yield start, line
        start += len(line) + 1


def _shaped(values: Values, vectors: set[str]) -> Values:
    """Arrays of several axes, put together from their entries and their shape."""
    for name in vectors:
        beside = name + SHAPE
        if beside in vectors and not any(isinstance(dict.get(values, one), BpcalcError) for one in (name, beside)):
            entries, shape = values[name], tuple(int(size) for size in _flat(values[beside]))
            sizes = 1
            for size in shape:
                sizes *= size
            if sizes == len(_flat(entries)):
                values[name] = entries.reshape(shape)
                del values[beside]
    return values


def _flat(value: Any) -> list[float]:
    return value.tolist() if getattr(value, "shape", ()) else [value]
