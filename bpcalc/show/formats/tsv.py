"""Rows, separated by tabs. No cell has a tab or a newline in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bpcalc.show import Style
from bpcalc.show.listed import Listed, pieces

SHAPE = "rows"


def write(rows: Iterable[tuple[str, ...]], style: Style) -> Iterator[str]:
    line = "\t".join
    return pieces(rows.texts(line, rows.m.exact) if isinstance(rows, Listed) else map(line, rows), "\n")
