"""Linear algebra between bounds: of fractions as such, of points as Arb has it, of ranges entry by entry.

Arb's own routines take a matrix of ranges for a point with a large error: right, but wide. So small ones are written
out in their minors.
"""

from __future__ import annotations

from typing import Any

from bpcalc.algebra import flint_
from bpcalc.algebra.bounds.spans import ZERO, Span, from_ball, is_narrow, is_unbounded, is_unknown, nan, to_ball
from bpcalc.algebra.flint_ import Rows, are_finite, are_fractions


def product(m: Any, a: Rows, b: Rows) -> Rows | None:
    if not are_finite(a, b) or not (_are_points(a) and _are_points(b)):
        return None
    if are_fractions(a, b):
        return [[m.bounded(x) for x in row] for row in flint_.product(m.flint, a, b)]
    with m.precise():
        return _unpacked(_packed(m, a) * _packed(m, b))


def det(m: Any, rows: Rows) -> Any:
    if are_fractions(rows):
        return m.bounded(flint_.det(m.flint, rows))
    if len(rows) <= 3:
        return minors(m, rows)
    if not _are_bounded(rows):
        return nan
    with m.precise():
        return from_ball(_packed(m, rows).det())


def minors(m: Any, rows: Rows) -> Any:
    """A determinant of up to three rows, by its first."""
    if len(rows) == 1:
        return rows[0][0]
    if len(rows) == 2:
        (a, b), (c, d) = rows
        return m.minus(m.times(a, d), m.times(b, c))
    total: Any = ZERO
    for place, x in enumerate(rows[0]):
        part = m.times(x, minors(m, [[*row[:place], *row[place + 1 :]] for row in rows[1:]]))
        total = m.minus(total, part) if place % 2 else m.plus(total, part)
    return total


def _by_minors(m: Any, rows: Rows, right: Rows) -> Rows:
    """The solutions by Cramer's rule, each entry of a right side in turn."""
    det = minors(m, rows)
    found = []
    for place in range(len(rows)):
        line = []
        for column in range(len(right[0])):
            replaced = [
                [*row[:place], other[column], *row[place + 1 :]] for row, other in zip(rows, right, strict=True)
            ]
            line.append(m.over(minors(m, replaced), det))
        found.append(line)
    return found


def exponential(m: Any, rows: Rows) -> Rows | None:
    if not _are_bounded(rows):
        return [[nan for _ in row] for row in rows]
    with m.precise():
        return _unpacked(_packed(m, rows).exp())


def solve(m: Any, rows: Rows, right: Rows) -> Rows | None:
    if are_fractions(rows) and are_fractions(right):
        return flint_.solve(m.flint, rows, right) or [[nan for _ in row] for row in right]
    if not (_are_bounded(rows) and _are_bounded(right)):
        return [[nan for _ in row] for row in right]
    if len(rows) <= 3 and not _are_points(rows):
        return _by_minors(m, rows, right)
    with m.precise():
        try:
            return _unpacked(_packed(m, rows).solve(_packed(m, right)))
        except ZeroDivisionError:  # the matrix may be singular
            return [[nan for _ in row] for row in right]


def _packed(m: Any, rows: Rows) -> Any:
    return m.flint.arb_mat([[to_ball(m.flint, x) for x in row] for row in rows])


def _unpacked(matrix: Any) -> Rows:
    return [[from_ball(x) for x in row] for row in matrix.tolist()]


def _are_points(rows: Rows) -> bool:
    return all(not isinstance(x, Span) or is_narrow(x) for row in rows for x in row)


def _are_bounded(rows: Rows) -> bool:
    return not any(is_unknown(x) or is_unbounded(x) for row in rows for x in row)
