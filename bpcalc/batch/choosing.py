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

    In one pass: Li's algorithm L, which skips most rows.
    """

    def chosen(blocks: Iterable[Rows]) -> Iterator[Rows]:
        random, seen = Random(0), 0
        kept: list[Rows] = []
        skips = _skips(random, count)
        following = 0
        for rows in blocks:
            size = len(rows.numbers)
            place = min(count - len(kept), size)
            kept += [rows.at([one]) for one in range(place)]
            if len(kept) == count and seen + size > count:
                following = following or count + next(skips)
                while following < seen + size:
                    kept[random.randrange(count)] = rows.at([following - seen])
                    following += 1 + next(skips)
            seen += size
        every = sorted(kept, key=lambda rows: rows.numbers[0])
        if every:
            yield _joined(every)

    return chosen


def drawn(count: int, size: int) -> list[int]:
    """The places of a sample of so many out of `size` rows."""
    return sorted(Random(0).sample(range(size), min(count, size)))


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
