"""Rows, separated by tabs. No cell has a tab or a newline in it."""

from __future__ import annotations

from collections.abc import Iterable

from bpcalc.show import Style

SHAPE = "rows"


def write(rows: Iterable[tuple[str, ...]], style: Style) -> str:
    return "\n".join(map("\t".join, rows))
