"""Texts that an engine of columns would read otherwise than they are meant: they are left to `streaming`."""

from __future__ import annotations

from typing import NamedTuple

from bpcalc.batch.lines import SIZE, unreadable
from bpcalc.reading.streams import titled

PIECE = 16 * SIZE  # bytes that are looked at together


class Irregular(Exception):  # noqa: N818 (it is no error: another engine takes over)
    """The table is not for this engine. `rows`: how many were written before that was seen."""

    def __init__(self, rows: int = 0) -> None:
        super().__init__(rows)
        self.rows = rows


class Seen(NamedTuple):
    """What a text has: quotes, lines without a character; in its first megabyte, lines that end with a separator."""

    quotes: bool
    blanks: bool
    open_ends: bool


def seen(path: str, mark: str, is_thorough: bool = True) -> Seen:
    """Looks through a file whose cells `mark` separates; for lines without a character, if that will do, at its ends.

    Raises Irregular for what no engine would tell: a NUL, a line that ends with CR.
    """
    quotes, blanks, open_ends, rest, is_first = False, False, False, b"", True
    try:
        with open(path, "rb") as file:
            while piece := file.read(PIECE):
                if is_first:
                    blanks = piece.startswith((b"\n", b"\r\n"))
                    open_ends = any(f"{mark}{end}".encode() in piece for end in ("\n", "\r\n"))
                piece = rest + piece
                rest = piece[-2:] if piece.endswith((b"\r", b"\n")) else b""  # the other half may come with the next
                if b"\0" in piece or _has_lone_return(piece):
                    raise Irregular
                quotes = quotes or b'"' in piece
                if is_thorough or is_first or len(piece) < PIECE:
                    blanks = blanks or b"\n\n" in piece or (b"\r" in piece and b"\n\r\n" in piece)
                is_first = False
    except OSError as error:
        raise unreadable(titled(path), error) from None
    if rest.endswith(b"\r"):
        raise Irregular
    return Seen(quotes, blanks, open_ends)


def _has_lone_return(piece: bytes) -> bool:
    """Is there a CR without LF? What ends the piece is not known yet."""
    if b"\r" not in piece:  # which is found faster than counted
        return False
    return piece.count(b"\r") != piece.count(b"\r\n") + piece.endswith(b"\r")
