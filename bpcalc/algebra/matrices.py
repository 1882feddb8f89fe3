"""Linear algebra over numbers that are rational as long as they are, on the last two axes of arrays of objects.

Matrices of fractions are calculated with as such, so that a singular one is known to be; balls go through Arb's own
routines, which ask for more bits where a matrix is too close to singular; other numbers are eliminated one by one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from bpcalc.algebra.flint_ import Rows, are_finite
from bpcalc.algebra.number import Number
from bpcalc.algebra.rationals import ONE, ZERO, Rationals


class Matrices:
    """The functions of matrices over the numbers `m`."""

    def __init__(self, m: Rationals) -> None:
        self.m = m

    # One matrix at a time

    def _rows(self, x: Any) -> Rows:
        return [[self.m.raw(entry) for entry in row] for row in x]

    def _array(self, rows: Sequence[Sequence[Any]], shape: tuple[int, ...]) -> Any:
        found = np.empty(len(rows) * len(rows[0]) if rows else 0, dtype=object)
        for place, raw in enumerate(raw for row in rows for raw in row):
            found[place] = Number(self.m, raw)
        return found.reshape(shape)

    def _each(self, function: Callable[..., Any], x: Any, *others: Any) -> Any:
        """A function of rows of raw numbers on each matrix of a stack: a number, or rows; of what is not finite NaN."""
        x = np.asarray(x, dtype=object)
        if x.ndim < 2 or x.shape[-1] != x.shape[-2]:
            raise ValueError("no square matrices")
        whole = [x, *(np.asarray(one, dtype=object) for one in others)]
        stack = np.broadcast_shapes(*(one.shape[:-2] for one in whole))
        whole = [np.broadcast_to(one, stack + one.shape[-2:]) for one in whole]
        found: Any = None
        for place in np.ndindex(*stack):
            one = function(*(self._rows(part[place]) for part in whole))
            result = self._array(one, whole[-1].shape[-2:]) if isinstance(one, list) else Number(self.m, one)
            if not stack:
                return result
            if found is None:
                found = np.empty(stack + getattr(result, "shape", ()), dtype=object)
            found[place] = result
        return found

    def matmul(self, a: Any, b: Any) -> Any:
        a, b = np.asarray(a, dtype=object), np.asarray(b, dtype=object)
        if a.ndim == b.ndim == 2 and a.shape[1] == b.shape[0] and a.size and b.size:
            native = self.m.native_product(self._rows(a), self._rows(b))
            if native is not None:
                return self._array(native, (a.shape[0], b.shape[1]))
        found: Any = np.asarray(np.matmul(a, b), dtype=object)
        if not a.shape[-1]:  # sums of nothing, which NumPy has as its own 0
            found = np.zeros(found.shape)
        if not found.shape:
            return Number(self.m, self.m.raw(found))
        return self._array([[self.m.raw(x) for x in found.flat]], found.shape) if found.size else found

    def det(self, x: Any) -> Any:
        return self._each(self._det, x)

    def logdet(self, x: Any) -> Any:
        log = self.m.log
        return self._each(lambda rows: log(Number(self.m, self.m.absolute(self._det(rows)))).value, x)

    def inv(self, x: Any) -> Any:
        return self._each(lambda rows: self._solve(rows, _unit(len(rows))), x)

    def solve(self, a: Any, b: Any) -> Any:
        if np.shape(b)[-2 if np.ndim(b) > 1 else -1] != np.shape(a)[-1]:
            raise ValueError("the sizes differ")
        if np.ndim(b) == 1:
            return self._each(self._solve, a, np.asarray(b, dtype=object)[:, None])[..., 0]
        return self._each(self._solve, a, b)

    def expm(self, x: Any) -> Any:
        return self._each(self._expm, x)

    def _expm(self, rows: Rows) -> Rows:
        found = self.m.native_exp(rows) if are_finite(rows) else [[float("nan")] * len(rows) for _ in rows]
        if found is None:
            raise self.m.lacks("expm")
        return found

    def cholesky(self, x: Any) -> Any:
        return self._each(self._cholesky, x)

    def _cholesky(self, rows: Rows) -> Rows:
        """Of the symmetric part; NaN where that is not positive definite."""
        m, size = self.m, len(rows)
        nothing = [[float("nan")] * size for _ in rows]
        found: Rows = [[ZERO] * size for _ in rows]
        for row in range(size if are_finite(rows) else 0):
            for column in range(row + 1):
                rest = m.times(Fraction(1, 2), m.plus(rows[row][column], rows[column][row]))
                for place in range(column):
                    rest = m.minus(rest, m.times(found[row][place], found[column][place]))
                if row != column:
                    found[row][column] = m.over(rest, found[column][column])
                elif m.compare(rest, ZERO) == 1:
                    found[row][row] = m.raised(rest, Fraction(1, 2))
                else:
                    return nothing
        return found if are_finite(rows) else nothing

    def singular(self, x: Any) -> Any:
        """1 where the determinant is 0."""
        return self._each(lambda rows: Fraction(self.m.compare(self._det(rows), ZERO) == 0), x)

    def cofactors(self, x: Any) -> Any:
        return self._each(self._cofactors, x)

    def _det(self, rows: Rows) -> Any:
        if not are_finite(rows):
            return float("nan")
        if not rows:
            return ONE
        found = self.m.native_det(rows)
        return self._eliminated(rows, [])[0] if found is None else found

    def _solve(self, rows: Rows, right: Rows) -> Rows:
        if not are_finite(rows, right):
            return [[float("nan") for _ in row] for row in right]
        if not rows or not right[0]:
            return right
        found = self.m.native_solve(rows, right)
        if found is None:
            found = self._eliminated(rows, right)[1]
        return [[float("nan") for _ in row] for row in right] if found is None else found

    def _eliminated(self, rows: Rows, right: Rows) -> tuple[Any, Rows | None]:
        """The determinant, and the solutions for columns on the right: by Gauss and Jordan. None: it is singular."""
        m, size = self.m, len(rows)
        whole = [[*row, *(right[place] if right else [])] for place, row in enumerate(rows)]
        product: Any = ONE
        for column in range(size):
            lead = next((row for row in range(column, size) if m.compare(whole[row][column], ZERO) != 0), None)
            if lead is None:
                return ZERO, None
            if lead != column:
                whole[column], whole[lead] = whole[lead], whole[column]
                product = m.negative(product)
            pivot = whole[column][column]
            product = m.times(product, pivot)
            whole[column] = [m.over(x, pivot) for x in whole[column]]
            for row in range(size) if right else range(column + 1, size):
                factor = whole[row][column]
                if row != column and factor != ZERO:
                    pairs = zip(whole[row], whole[column], strict=True)
                    whole[row] = [m.minus(x, m.times(factor, y)) for x, y in pairs]
        return product, [row[size:] for row in whole]

    def _cofactors(self, rows: Rows) -> Rows:
        if not are_finite(rows):
            return [[float("nan")] * len(rows) for _ in rows]
        return [list(row) for row in zip(*adjugate(self.m, rows)[0], strict=True)]


def adjugate(m: Rationals, rows: Rows) -> tuple[Rows, Any]:
    """The adjugate of a matrix, and its determinant, by Faddeev and LeVerrier: it divides by whole numbers only."""
    size = len(rows)
    part, sign, trace = _unit(size), ONE, ONE
    for step in range(1, size + 1):
        whole = product(m, rows, part)
        trace = ZERO
        for place in range(size):
            trace = m.plus(trace, whole[place][place])
        trace = m.over(trace, Fraction(step))
        if step < size:
            sign = -sign
            part = [
                [m.minus(x, trace) if row == column else x for column, x in enumerate(line)]
                for row, line in enumerate(whole)
            ]
    return [[m.times(sign, x) for x in row] for row in part], m.times(sign, trace)


def product(m: Rationals, a: Rows, b: Rows) -> Rows:
    """The product of two matrices."""
    native = m.native_product(a, b)
    if native is not None:
        return native
    columns = list(zip(*b, strict=True))
    found = []
    for row in a:
        line = []
        for column in columns:
            total: Any = ZERO
            for x, y in zip(row, column, strict=True):
                total = m.plus(total, m.times(x, y))
            line.append(total)
        found.append(line)
    return found


def _unit(size: int) -> Rows:
    return [[ONE if row == column else ZERO for column in range(size)] for row in range(size)]
