"""What a format takes of the rows of a report, one by one: as data, or written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice

from bpcalc.typed import TYPE_CHECKING, Any, Generic, TypeVar

if TYPE_CHECKING:
    from bpcalc.reports.rows import Rows

T = TypeVar("T")
MANY = 200  # rows: fewer are not worth to look for what they have in common
TOGETHER = 500  # texts that are one piece of what is written


class Listed(Iterator[T], Generic[T]):
    """The data of every row; or `texts` of all of it.

    m         the number system that writes the numbers
    data      `data(m, row)`: what is taken of a row
    before    `before(row)`: what stands in front of it
    around    what stands in front of all rows, and what behind them
    is_plain  is a row nothing but its node's names and numbers?
    """

    def __init__(
        self, m: Any, rows: Rows[Any], data: Callable[[Any, Any], T],
        before: Callable[[Any], Iterable[T]] | None = None,
        around: tuple[Iterable[T], Iterable[T]] = ((), ()), is_plain: bool = True,
    ) -> None:  # fmt: skip
        self.m = m
        self.rows = rows
        self.data = data
        self._before = before
        self._first, self._last = around
        self._is_plain = is_plain
        self._each = self._one_by_one()

    def __next__(self) -> T:
        return next(self._each)

    def _one_by_one(self) -> Iterator[T]:
        yield from self._first
        for row in self.rows:
            yield from self._of(row)
        yield from self._last

    def _of(self, row: Any) -> Iterator[T]:
        if self._before is not None:
            yield from self._before(row)
        yield self.data(self.m, row)

    def texts(self, write: Callable[[T], str], number: Callable[[Any], str]) -> Iterator[str]:
        """The same, written: `write` gives the text of the data of a row, `number` that of a number as it is in it."""
        yield from map(write, self._first)
        yield from self._texts(write, number)
        yield from map(write, self._last)

    def _texts(self, write: Callable[[T], str], number: Callable[[Any], str]) -> Iterator[str]:
        def alone(row: Any) -> Iterator[str]:
            return map(write, self._of(row))

        if self._is_plain and len(self.rows) > MANY:
            from bpcalc.show.patterns import alike, have_patterns

            if have_patterns(self.rows):
                return alike(self.m, self.rows, lambda m, row: write(self.data(m, row)), number, alone)
        return (text for row in self.rows for text in alone(row))


def pieces(texts: Iterable[str], between: str) -> Iterator[str]:
    """The texts with something between them, many at once."""
    every, start = iter(texts), ""
    while some := [*islice(every, TOGETHER)]:
        yield start + between.join(some)
        start = between
