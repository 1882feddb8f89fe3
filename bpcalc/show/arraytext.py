"""Arrays as text: small ones in full, large ones as shape, norm, extremes and corners.

May import numerals. NumPy is not named here: an array comes as an object with `shape`, `reshape` and `tolist`.
"""

from __future__ import annotations

import math
from typing import Any

from bpcalc.numerals import aligned, eye

ENTRIES = 24  # an array with more is summed up where it has one line only
CORNER = 3  # rows and columns at each end that a large array is shown with


def cell(value: Any, precision: int | None) -> str:
    """An array in one line: `[1, -2, 3]`, or its shape and size."""
    return _nested(value.tolist(), precision) if value.size <= ENTRIES else summary(value, precision)


def summary(value: Any, precision: int | None) -> str:
    """`2000 x 500, norm 996, -4.8 to 4.9`"""
    flat = value.reshape(-1)
    shown = 4 if precision is None else min(precision, 4)
    norm = math.sqrt(float((flat * flat).sum()))
    shape = " x ".join(map(str, value.shape)) + (" entries" if value.ndim == 1 else "")
    return f"{shape}, norm {eye(norm, shown)}, {eye(float(flat.min()), shown)} to {eye(float(flat.max()), shown)}"


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
