"""Reports as data frames of pandas or Polars: numbers as doubles, arrays as nested lists."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from importlib import import_module, util
from typing import Any

from bpcalc.errors import BpcalcError

LIBRARIES = ("pandas", "polars")


def frame(columns: dict[str, list[Any]], library: str | None = None) -> Any:
    """Columns as a frame. Raises BpcalcError where no library for frames is installed, or another one is named."""
    if library is not None and library not in LIBRARIES:
        raise BpcalcError(f'no library of frames is called "{library}"', hint=f"choose from {', '.join(LIBRARIES)}")
    found = next((one for one in ((library,) if library else LIBRARIES) if util.find_spec(one)), None)
    if found is None:
        wanted = library or "pandas or Polars"
        raise BpcalcError(f"a frame needs {wanted}, which is not installed", hint=f"pip install {library or 'pandas'}")
    module = import_module(found)
    if found == "polars":  # whose columns have one type: numbers beside arrays are objects of Python
        mixed = [name for name, column in columns.items() if any(isinstance(one, list) for one in column)]
        columns = columns | {name: module.Series(name, columns[name], dtype=module.Object) for name in mixed}
    return module.DataFrame(columns)


def of_nodes(report: Any, fields: Sequence[str]) -> dict[str, list[Any]]:
    """Fields of the nodes of a report."""
    m = report.circuit.m
    return {name: [_plain(m, getattr(row, name)) for row in report.nodes] for name in fields}


def of_rows(rows: Iterable[tuple[str, ...]], is_text: bool) -> dict[str, list[Any]]:
    """Rows under their heading; the last column is numbers, unless all is text."""
    heading, *found = rows
    convert = [str] * (len(heading) - 1) + [str if is_text else _number]
    return {name: [convert[place](row[place]) for row in found] for place, name in enumerate(heading)}


def _plain(m: Any, value: Any) -> Any:
    if value is None or isinstance(value, str):
        return value
    return m.lists(value) if m.shaped and m.shape(value) else _number(m.exact(value))


def _number(text: str) -> Any:
    """A double, where the number system has such."""
    try:
        return float(text)
    except ValueError:
        return text
