"""Some rows of a table: the first, or a sample that is drawn alike at every run."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from random import Random
from typing import Any

from bpcalc.batch.tables import Rows

Chosen = Callable[[Iterable[Rows]], Iterator[Rows]]


def first(count: int) -> Chosen:
    """The first rows."""

    def chosen(blocks: Iterable[Rows]) -> Iterator[Rows]:
        left = count
        for rows in blocks:
            size = min(left, len(rows.numbers))
            yield rows.at(range(size))
            left -= size
            if not left:
                return

    return chosen


def sample(count: int) -> Chosen:
    """So many rows, any of which is as likely as any other, in the order of the table; or all, where there are fewer.

    In one pass, and the same rows as `drawn` has.
    """

    def chosen(blocks: Iterable[Rows]) -> Iterator[Rows]:
        kept: dict[int, Rows] = {}
        draws, seen = _draws(count), 0
        place, wanted = next(draws)
        for rows in blocks:
            size = len(rows.numbers)
            while wanted < seen + size:
                kept[place] = rows.at([wanted - seen])
                place, wanted = next(draws)
            seen += size
        if kept:
            yield _joined(sorted(kept.values(), key=lambda rows: rows.numbers[0]))

    return chosen


def drawn(count: int, size: int) -> list[int]:
    """The places of a sample of so many out of `size` rows."""
    kept: dict[int, int] = {}
    for place, wanted in _draws(count):
        if wanted >= size:
            return sorted(kept.values())
        kept[place] = wanted
    raise AssertionError  # the draws have no end


def _draws(count: int) -> Iterator[tuple[int, int]]:
    """Which row of a table takes which place of a sample, in the order of the table, whose end nobody knows.

    Li's algorithm L, which skips most rows.
    """
    random = Random(0)
    yield from ((place, place) for place in range(count))
    wanted = count - 1
    for skipped in _skips(random, count):
        wanted += 1 + skipped
        yield random.randrange(count), wanted


def _skips(random: Random, count: int) -> Iterator[int]:
    """How many rows are passed over between two that are taken."""
    weight = 1.0
    while True:
        weight *= math.exp(math.log(1 - random.random()) / count)
        yield math.floor(math.log(1 - random.random()) / math.log1p(-weight)) if weight < 1 else 0


def _joined(every: list[Rows]) -> Rows:
    """Rows of one each as one block."""
    numbers: list[Any] = [one for rows in every for one in rows.numbers]
    return Rows(
        numbers, [one for rows in every for one in rows.texts], [one for rows in every for one in rows.parsed],
        {place: rows.broken[0] for place, rows in enumerate(every) if rows.broken},
        all(rows.is_plain for rows in every),
    )  # fmt: skip
