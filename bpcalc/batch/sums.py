"""Sums that are rounded once: the same whatever the order of the rows, and however an engine cuts them up."""

from __future__ import annotations

from collections.abc import Iterable
from math import fsum, inf, isfinite, nan


class ExactSum:
    """A sum of doubles. `parts` add up to it exactly, as few as that takes; infinities and NaN are kept apart."""

    def __init__(self) -> None:
        self.parts: list[float] = []
        self.special = 0.0  # what the infinities and NaN among the numbers come to

    def add(self, numbers: Iterable[float]) -> None:
        """Adds numbers, any amount at once."""
        finite = []
        for number in numbers:
            if number - number == 0:
                finite.append(number)
            else:
                self.special += number
        if not finite:
            return
        finite += self.parts
        self.parts = []
        try:
            while part := fsum(finite):
                self.parts.append(part)
                finite.append(-part)
        except OverflowError:  # beyond the largest double on the way: in pieces half as large
            self._large(finite)

    def _large(self, numbers: list[float]) -> None:
        from fractions import Fraction

        exact = sum(map(Fraction, numbers), Fraction(0))
        self.parts = []
        try:
            while exact:
                part = float(exact)
                self.parts.append(part)
                exact -= Fraction(part)
        except OverflowError:
            self.special += inf if exact > 0 else -inf

    @property
    def value(self) -> float:
        """The sum, rounded once."""
        if self.special != 0 or not isfinite(self.special):
            return self.special
        return fsum(self.parts)


def mean(total: float, count: int) -> float:
    """The mean of so many numbers; of none there is none."""
    return total / count if count else nan
