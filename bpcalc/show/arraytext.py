"""Arrays as text: small ones in full, large ones as shape, norm, extremes and corners. Works on nested lists.

May import show.numbers. NumPy is not named here: an array comes as an object with `shape`, `tolist` and `ravel`.
"""

from __future__ import annotations

import math
from typing import Any

from bpcalc.show.numbers import eye

ENTRIES = 24  # an array with more is summed up in one line of a table
CORNER = 3  # rows and columns at each end that a large matrix is shown with


def is_array(value: Any) -> bool:
    return bool(getattr(value, "shape", ()))


def cell(value: Any, precision: int | None) -> str:
    """An array in one line: `[1, -2, 3]`, or its shape and size."""
    if value.size <= ENTRIES:
        return _nested(value.tolist(), precision)
    return summary(value, precision)


def summary(value: Any, precision: int | None) -> str:
    """`(2000, 500), norm 996, from -4.8 to 4.9`"""
    flat = value.ravel()
    shown = 4 if precision is None else min(precision, 4)
    norm = math.sqrt(float((flat * flat).sum()))
    shape = " x ".join(map(str, value.shape))
    return f"{shape}, norm {eye(norm, shown)}, from {eye(float(flat.min()), shown)} to {eye(float(flat.max()), shown)}"


def _nested(entries: Any, precision: int | None) -> str:
    if not isinstance(entries, list):
        return eye(entries, precision)
    return f"[{', '.join(_nested(entry, precision) for entry in entries)}]"


def block(value: Any, precision: int | None) -> list[str]:
    """An array on lines of its own, numbers under each other; of a large one the corners."""
    rows = value.reshape(-1, value.shape[-1]) if value.ndim > 1 else value.reshape(1, -1)
    picked = [_ends(row.tolist(), precision) for row in _outer(rows)]
    widths = [max(len(row[k]) for row in picked) for k in range(len(picked[0]))]
    lines = ["  ".join(text.rjust(width) for text, width in zip(row, widths, strict=True)) for row in picked]
    if len(rows) > 2 * CORNER + 2:
        lines.insert(CORNER, "…")
    return lines


def _outer(rows: Any) -> Any:
    if len(rows) <= 2 * CORNER + 2:
        return rows
    return [*rows[:CORNER], *rows[-CORNER:]]


def _ends(row: list[float], precision: int | None) -> list[str]:
    texts = [eye(number, precision) for number in row]
    if len(texts) <= 2 * CORNER + 2:
        return texts
    return [*texts[:CORNER], "…", *texts[-CORNER:]]
