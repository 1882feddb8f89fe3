"""Rows, separated by commas: RFC 4180, but lines end as Unix has them."""

from __future__ import annotations

from collections.abc import Iterable

from bpcalc.show import Style

SHAPE = "rows"


def write(rows: Iterable[tuple[str, ...]], style: Style) -> str:
    import csv as library
    import io

    text = io.StringIO()
    library.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().rstrip("\n")
