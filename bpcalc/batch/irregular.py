"""Texts that an engine of columns would read otherwise than they are meant: they are left to `streaming`."""

from __future__ import annotations

from typing import NamedTuple

from bpcalc.batch.lines import SIZE, unreadable
from bpcalc.reading.streams import titled


class Irregular(Exception):  # noqa: N818 (it is no error: another engine takes over)
    """The table is not for this engine. `rows`: how many were written before that was seen."""

    def __init__(self, rows: int = 0) -> None:
        super().__init__(rows)
        self.rows = rows


class Seen(NamedTuple):
    """What a text has: quotes, lines without a character."""

    quotes: bool
    blanks: bool


def seen(path: str) -> Seen:
    """Looks through a file. Raises Irregular for what no engine would tell: a NUL, a line that ends with CR."""
    quotes, blanks, rest = False, False, b""
    try:
        with open(path, "rb") as file:
            while piece := file.read(16 * SIZE):
                piece = rest + piece
                rest = b"\r" if piece.endswith(b"\r") else b""  # the other half of CRLF may come with the next piece
                piece = piece.removesuffix(rest)
                has_returns = b"\r" in piece  # which is found faster than counted
                if b"\0" in piece or (has_returns and piece.count(b"\r") != piece.count(b"\r\n")):
                    raise Irregular
                quotes = quotes or b'"' in piece
                blanks = blanks or b"\n\n" in piece or b"\n\r\n" in piece or piece.startswith((b"\n", b"\r\n"))
    except OSError as error:
        raise unreadable(titled(path), error) from None
    if rest:
        raise Irregular
    return Seen(quotes, blanks)
