"""Sums that are rounded once: the same whatever the order of the rows, and however an engine cuts them up."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import fsum, inf, isfinite, nan
from typing import TYPE_CHECKING, Any

from bpcalc.errors import BpcalcError

if TYPE_CHECKING:
    from fractions import Fraction


class ExactSum:
    """A sum of doubles, kept exactly: as few doubles as that takes. Infinities and NaN are kept apart."""

    def __init__(self) -> None:
        self._parts: list[float] = []
        self._beyond: Fraction | None = None  # the whole sum, once it has been beyond the largest double
        self._special = 0.0  # what the infinities and NaN among the numbers come to

    def add(self, numbers: Iterable[float]) -> None:
        """Adds numbers, any amount at once."""
        finite = [*numbers]
        if not isfinite(sum(finite)):  # which it may be of finite numbers, too
            self._special += sum(one for one in finite if not isfinite(one))
            finite = [one for one in finite if isfinite(one)]
        if self._beyond is not None:
            self._beyond += _exact(finite)
            return
        finite += self._parts
        parts = []
        try:
            while part := fsum(finite):
                parts.append(part)
                finite.append(-part)
        except OverflowError:
            self._beyond = _exact([*finite, *parts])
        self._parts = parts

    def add_exact(self, exact: Fraction, special: float = 0.0) -> None:
        """Adds what is a sum already; `special`: what its infinities and NaN come to."""
        self._beyond = (self._beyond or 0) + exact + _exact(self._parts)
        self._parts = []
        self._special += special

    def value(self, count: int = 1) -> float:
        """The sum, or of so many numbers their mean, rounded once; the mean of none is NaN."""
        if not isfinite(self._special):
            return self._special
        if count == 0:
            return nan
        if count == 1 and self._beyond is None:
            return fsum(self._parts)
        exact = (_exact(self._parts) if self._beyond is None else self._beyond) / count
        try:
            return float(exact)
        except OverflowError:
            return inf if exact > 0 else -inf


def _exact(numbers: Iterable[float]) -> Fraction:
    from fractions import Fraction

    return sum(map(Fraction, numbers), Fraction(0))


class Totals:
    """The sums of each result over rows; of an array entry by entry.

    count  how many rows there were
    """

    def __init__(self, size: int, count: int = 0) -> None:
        self.count = count
        self._sums: list[list[ExactSum]] = [[] for _ in range(size)]
        self._shapes: list[tuple[int, ...]] = [()] * size

    def add(self, rows: Sequence[Sequence[Any]]) -> None:
        """Adds the results of rows. Raises BpcalcError for arrays of another shape than before."""
        self.add_columns([*zip(*rows, strict=True)])

    def add_columns(self, columns: Sequence[Sequence[Any]]) -> None:
        """The same, of the results one by one."""
        self.count += len(columns[0]) if columns else 0
        for place, column in enumerate(columns):
            shape = getattr(column[0], "shape", ())
            sums = self._sums[place]
            if not shape:
                sums += [] if sums else [ExactSum()]
                sums[0].add(map(float, column))
                continue
            if any(one.shape != shape for one in column) or (sums and self._shapes[place] != shape):
                raise BpcalcError("the gradients of the rows have different shapes, and no sum")
            self._shapes[place] = shape
            sums += [] if sums else [ExactSum() for _ in range(column[0].size)]
            for one, numbers in zip(sums, zip(*(array.ravel().tolist() for array in column), strict=True), strict=True):
                one.add(numbers)

    def add_exact(self, place: int, exact: Fraction, special: float = 0.0) -> None:
        """Adds to a result, a single number, what is a sum already; see `ExactSum`."""
        sums = self._sums[place]
        sums += [] if sums else [ExactSum()]
        sums[0].add_exact(exact, special)

    def of(self, place: int, is_mean: bool) -> Any:
        """The total of a result: nested lists for an array."""
        count = self.count if is_mean else 1
        sums = self._sums[place] or [ExactSum()]
        numbers: list[Any] = [one.value(count) for one in sums]
        shape = self._shapes[place]
        for size in reversed(shape[1:]):
            numbers = [numbers[start : start + size] for start in range(0, len(numbers), size)]
        return numbers if shape else numbers[0]
