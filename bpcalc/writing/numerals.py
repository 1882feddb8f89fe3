"""Numbers and arrays as text, for people and for scripts.

Imports nothing of bpcalc. NumPy is not named here: an array is an object with `shape`, `reshape` and `tolist`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

ENTRIES = 24  # an array with more is summed up where it has one line only
CORNER = 3  # rows and columns at each end that a large array is shown with


def eye(value: float | None, precision: int | None) -> str:
    """For people: rounded to `precision` significant digits, never `-0`; None: all digits. Nothing for no value."""
    if value is None:
        return ""
    if is_array(value):
        return cell(value, precision)
    if precision is None:
        text = exact(value + 0.0 if value else 0.0)
        return text[:-2] if text.endswith(".0") else text
    return format(value, f"z.{precision}g")


def exact(value: Any) -> str:
    """For scripts: the shortest decimal that reads back to the same double; `nan`, `inf`, `-inf`."""
    if is_array(value):
        return nested(value.tolist())
    return repr(float(value))


def nested(entries: Any) -> str:
    """Nested lists of numbers, as JSON and the language have them."""
    if isinstance(entries, list):
        return f"[{', '.join(map(nested, entries))}]"
    return repr(entries)


def numbers(values: Sequence[Any], precision: int | None) -> list[list[str]]:
    """The lines of each value of a column: numbers aligned under each other, a matrix row by row."""
    single = aligned(["" if is_array(value) else eye(value, precision) for value in values])
    if not any(map(is_array, values)):
        return [[text] for text in single]
    return [block(value, precision) if is_array(value) else [text] for value, text in zip(values, single, strict=True)]


def is_array(value: Any) -> bool:
    """Does the value have entries?"""
    return bool(getattr(value, "shape", ()))


def shape_of(value: Any) -> tuple[int, ...]:
    """How many entries the value has along each axis; () for a single number."""
    return tuple(getattr(value, "shape", ()))


def aligned(texts: Sequence[str]) -> list[str]:
    """The texts padded so that their decimal points stand under each other."""
    splits = [_split(text) for text in texts]
    before = max((len(whole) for whole, _ in splits), default=0)
    after = max((len(rest) for _, rest in splits), default=0)
    return [whole.rjust(before) + rest.ljust(after) for whole, rest in splits]


def _split(text: str) -> tuple[str, str]:
    """The digits before the point, and the rest with the point."""
    for place, character in enumerate(text):
        if character in ".e":
            return text[:place], text[place:]
    return text, ""


def cell(value: Any, precision: int | None) -> str:
    """An array in one line: `[1, -2, 3]`, or its shape and size."""
    return _nested(value.tolist(), precision) if value.size <= ENTRIES else summary(value, precision)


def summary(value: Any, precision: int | None) -> str:
    """`2000 x 500, norm 996, -4.8 to 4.9`"""
    flat = value.reshape(-1)
    shape = " x ".join(map(str, value.shape)) + (" entries" if value.ndim == 1 else "")
    return f"{shape}, {extent(math.sqrt(float((flat * flat).sum())), float(flat.min()), float(flat.max()), precision)}"


def extent(norm: float, least: float, most: float, precision: int | None) -> str:
    """`norm 996, -4.8 to 4.9`"""
    shown = 4 if precision is None else min(precision, 4)
    return f"norm {eye(norm, shown)}, {eye(least, shown)} to {eye(most, shown)}"


def _nested(entries: Any, precision: int | None) -> str:
    if not isinstance(entries, list):
        return eye(entries, precision)
    return f"[{', '.join(_nested(entry, precision) for entry in entries)}]"


def block(value: Any, precision: int | None) -> list[str]:
    """An array on lines of its own: a vector in one, a matrix row by row, each column aligned at its points.

    A large one has a line with its shape, norm and extremes, then its corners.
    """
    if value.size == 0:
        return [f"empty, {' x '.join(map(str, value.shape))}"]
    rows = value.reshape(-1, value.shape[-1])
    large = len(rows) > 2 * CORNER + 2 or value.shape[-1] > 2 * CORNER + 2
    texts = [_ends([eye(number, precision) for number in row.tolist()]) for row in _ends(list(rows), None)]
    columns = [aligned([row[k] for row in texts]) for k in range(len(texts[0]))]
    lines = [f"[{'  '.join(row)}]" for row in zip(*columns, strict=True)]
    if len(rows) > 2 * CORNER + 2:
        lines[CORNER] = "…"
    return [summary(value, precision), *lines] if large else lines


def _ends(entries: list[Any], gap: Any = "…") -> list[Any]:
    """The entries, or of many the first and last few with a gap between."""
    if len(entries) <= 2 * CORNER + 2:
        return entries
    between = entries[CORNER] if gap is None else gap
    return [*entries[:CORNER], between, *entries[-CORNER:]]
