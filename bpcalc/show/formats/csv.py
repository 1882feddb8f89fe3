"""Rows, separated by commas: RFC 4180, but lines end as Unix has them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bpcalc.show import Style

SHAPE = "rows"


TOGETHER = 1000  # rows that are written at once


def write(rows: Iterable[tuple[str, ...]], style: Style) -> Iterator[str]:
    import csv as library
    import io
    from itertools import islice

    every, between = iter(rows), ""
    while some := [*islice(every, TOGETHER)]:
        text = io.StringIO()
        library.writer(text, lineterminator="\n").writerows(some)
        yield between + text.getvalue()[:-1]
        between = "\n"
