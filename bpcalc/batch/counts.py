"""What a run over a table met on the way, and what is said of it at the end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import isfinite
from typing import Any

from bpcalc.batch.kinks import Kinks
from bpcalc.errors import BpcalcError
from bpcalc.reports.warning import Warning

FAIL, SKIP, NAN = POLICIES = ("fail", "skip", "nan")  # what is done with a row that has no number where one is needed


class Counts:
    """The rows with results; those left out, or filled with NaN; those with a result that is NaN or infinite; kinks.

    bad    the error of the first row that was left out or filled
    first  the number of the first row with a result that is NaN or infinite
    """

    def __init__(self, policy: str, kinks: Kinks) -> None:
        self.policy = policy
        self.kinks = kinks
        self.rows = self.bad_rows = self.nans = self.infinite = self.first = 0
        self.bad: BpcalcError | None = None

    def refuse(self, error: BpcalcError) -> None:
        """Counts a bad row. Raises its error where that is to end the run."""
        if self.policy == FAIL:
            raise error
        self.bad = self.bad or error
        self.bad_rows += 1

    def see(self, numbers: Sequence[int], results: Sequence[Sequence[Any]]) -> None:
        """Counts rows with their results, which are single numbers."""
        self.rows += len(results)
        total = sum(map(sum, results))
        if total - total == 0:  # then all are finite
            return
        for number, found in zip(numbers, results, strict=True):
            if not all(map(isfinite, found)):
                self.add_infinite(number, any(one != one for one in found))

    def add_infinite(self, number: int, is_nan: bool) -> None:
        """Counts a row with a result that is NaN, or else infinite."""
        self.add_all_infinite(number, int(is_nan), int(not is_nan))

    def add_all_infinite(self, first: int, nans: int, infinite: int) -> None:
        """Counts rows with a result that is NaN, and others with an infinite one; `first`: the number of the first."""
        self.first = self.first or first
        self.nans += nans
        self.infinite += infinite

    def warnings(self) -> Iterator[Warning]:
        """What is to be said."""
        if self.bad is not None:
            what = "left out" if self.policy == SKIP else "given the result nan"
            are = "row was" if self.bad_rows == 1 else "rows were"
            text = f"{self.bad_rows:,} {are} {what}, the first for this: {self.bad.message}"
            yield Warning("reading", "", None, text)
        if count := self.nans + self.infinite:
            what = "NaN or infinite" if self.nans and self.infinite else "NaN" if self.nans else "infinite"
            text = f"{self._of_all(count, 'has', 'have')} a result that is {what}, the first is row {self.first}"
            yield Warning("nonfinite", "", None, text)
        yield from self._of_kinks()

    def _of_kinks(self) -> Iterator[Warning]:
        kinks = self.kinks
        unseen = kinks.suspects - kinks.looked
        if kinks.found:
            least = "at least " if unseen else ""
            at = self._of_all(kinks.found, "is", "are")
            words = f"{least}{at} at a kink, the first is row {kinks.first}: {kinks.message}"
            yield Warning("kink", "", None, words)
        if unseen:
            about = f"of {kinks.suspects:,} rows that may be at a kink the first {kinks.looked:,} were looked at"
            yield Warning("note", "", None, about)

    def _of_all(self, count: int, one: str, many: str) -> str:
        return f"{count:,} of {self.rows:,} row{'s' if self.rows != 1 else ''} {one if count == 1 else many}"
