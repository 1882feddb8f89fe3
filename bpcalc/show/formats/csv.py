"""Rows, separated by commas: RFC 4180, but lines end as Unix has them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bpcalc.show import Style
from bpcalc.show.listed import Listed, pieces

SHAPE = "rows"


class _Itself:
    """Stands for a file: what is written is handed back."""

    @staticmethod
    def write(text: str) -> str:
        return text


def write(rows: Iterable[tuple[str, ...]], style: Style) -> Iterator[str]:
    import csv as library

    writer = library.writer(_Itself(), lineterminator="\n")

    def line(row: tuple[str, ...]) -> str:
        return str(writer.writerow(row))[:-1]

    return pieces(rows.texts(line, rows.m.exact) if isinstance(rows, Listed) else map(line, rows), "\n")
