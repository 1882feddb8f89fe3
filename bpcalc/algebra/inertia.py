"""How many eigenvalues of a symmetric matrix are positive, negative and 0, if its entries are known so well."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np

EXACT = 40  # rows up to which exact fractions are taken where the entries are exact
ROUNDING = 2.0**-52


class Inertia(NamedTuple):
    """The signs of the eigenvalues: `open` is how many are too small to tell.

    step  the largest entries that a vector can have which the matrix takes to one no larger than a given one, about
    """

    up: int
    down: int
    zero: int
    open: int
    step: Callable[[list[float]], list[float]] | None


def inertia(matrix: Any, errors: Any) -> Inertia:
    """The signs of the eigenvalues of a matrix whose entries may be off by `errors`.

    A matrix S H S has the same signs for every diagonal S (Sylvester's law of inertia): with one that brings the
    diagonal to about 1, inputs of very different units do not hide each other's.
    """
    errors = np.maximum(errors, errors.T)
    used = np.any((matrix != 0) | (errors != 0), axis=1)
    zero, matrix, errors = int(np.sum(~used)), matrix[np.ix_(used, used)], errors[np.ix_(used, used)]
    if not matrix.size:
        return Inertia(0, 0, zero, 0, None)
    with np.errstate(all="ignore"):
        scale = _scale(matrix, errors)
        scaled, off = scale[:, None] * matrix * scale, scale[:, None] * errors * scale
        is_diagonal = not np.any(np.tril(scaled, -1)) and not np.any(np.tril(off, -1))
        found = np.diagonal(scaled) if is_diagonal else np.linalg.eigvalsh(scaled)
        rounding = 0.0 if is_diagonal else 8 * len(scaled) * ROUNDING * np.linalg.norm(scaled)
        error = np.diagonal(off) if is_diagonal else np.linalg.norm(off) + rounding
    up, down = int(np.sum(found > error)), int(np.sum(found < -error))
    if up + down < len(found) and not np.any(errors) and len(found) <= EXACT:
        up, down, more = _signs([[Fraction(entry) for entry in row] for row in matrix.tolist()])
        return Inertia(up, down, zero + more, 0, None)
    least = float(np.min(np.abs(found) - error))

    def step(entries: list[float]) -> list[float]:
        length = float(np.linalg.norm(scale * np.asarray(entries)[used])) / least if least > 0 else float("inf")
        whole = np.zeros(len(used))
        whole[used] = scale * length
        return [float(one) for one in whole]

    return Inertia(up, down, zero, len(found) - up - down, step)


def _scale(matrix: Any, errors: Any) -> Any:
    """Powers of 2 that bring each diagonal entry to about 1; where it is 0, the largest entry of the row."""
    sizes = np.maximum(np.abs(np.diagonal(matrix)), np.diagonal(errors))
    rows = np.max(np.maximum(np.abs(matrix), errors), axis=1)
    sizes = np.where(sizes > 0, sizes, rows)
    return 2.0 ** -np.round(np.clip(np.log2(sizes), -1000, 1000) / 2)


def _signs(rows: list[list[Fraction]]) -> tuple[int, int, int]:
    """The same of exact entries, by elimination with pivots on the diagonal; where all of it is 0, pairs of rows."""
    up = down = 0
    while rows:
        size = range(len(rows))
        pivot = next((i for i in size if rows[i][i] != 0), None)
        if pivot is not None:
            up, down = (up + 1, down) if rows[pivot][pivot] > 0 else (up, down + 1)
            rows = _without(rows, pivot)
            continue
        pair = next(((i, j) for i in size for j in size if rows[i][j] != 0), None)
        if pair is None:
            break
        # adding row j to row i, and so of columns, leaves the signs, and makes a pivot
        i, j = pair
        rows = [[*row] for row in rows]
        rows[i] = [a + b for a, b in zip(rows[i], rows[j], strict=True)]
        for row in rows:
            row[i] += row[j]
    return up, down, len(rows)


def _without(rows: list[list[Fraction]], pivot: int) -> list[list[Fraction]]:
    """What is left of a symmetric matrix when one row and column are eliminated."""
    head, rest = rows[pivot], [i for i in range(len(rows)) if i != pivot]
    return [[rows[i][j] - rows[i][pivot] * head[j] / head[pivot] for j in rest] for i in rest]
