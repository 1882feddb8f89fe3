"""Bytes and text from files and from standard input.

They are read in pieces: nothing is reserved for what does not come, and what has no end is refused.
"""

from __future__ import annotations

import sys
from typing import BinaryIO

from bpcalc.errors import BpcalcError

PIECE = 2**20  # bytes that are read at a time
LARGEST = 2**30  # bytes of a text
LARGEST_BINARY = 2**33  # bytes of a file of numbers

UTF16 = "it is text in UTF-16: save it as UTF-8"
# How files begin that are no text in UTF-8, and what to do about them.
KINDS = {
    b"\xff\xfe": UTF16,
    b"\xfe\xff": UTF16,
    b"\x1f\x8b": "it is compressed: unpack it with gunzip",
    b"\x80": "it may be a pickle, which is never read, for it can run code",
}


def titled(path: str) -> str:
    """What a file is called in a message; `-` is standard input."""
    return "standard input" if path == "-" else f'"{path}"'


def read_text(path: str) -> str:
    """A file's text, or standard input's for `-`. Raises BpcalcError for a file that cannot be read as text."""
    return decode(read_bytes(path), titled(path))


def read_bytes(path: str, binary: bytes = b"") -> bytearray:
    """All bytes of a file, or of standard input for `-`. A file that begins with `binary` is known not to be text.

    Raises BpcalcError for what cannot be read or is too large, and as soon as a long text turns out to be none.
    """
    try:
        if path == "-":
            return _all(sys.stdin.buffer, titled(path), binary)
        with open(path, "rb") as file:
            return _all(file, titled(path), binary)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise BpcalcError(f"cannot read {titled(path)}: {reason[:1].lower()}{reason[1:]}") from None


def _all(file: BinaryIO, shown: str, binary: bytes) -> bytearray:
    raw = bytearray()
    while piece := file.read(PIECE):
        raw += piece
        is_text = not binary or not raw.startswith(binary)
        most = LARGEST if is_text else LARGEST_BINARY
        if len(raw) > most:
            raise BpcalcError(f"{shown} is larger than {most >> 30} GiB")
        if is_text and len(piece) == PIECE and b"\0" in piece:  # there may be no end of them, as in /dev/zero
            raise no_text(raw, shown)
    if piece is None:
        raise OSError(0, "it does not wait, and there is nothing to read yet")
    return raw


def no_text(raw: bytearray, shown: str, hint: str = "") -> BpcalcError:
    """The error for a NUL byte, which no text has. `hint` says what files may be read here."""
    return BpcalcError(f"{shown} is not text: byte {raw.index(0) + 1} is 0x00", hint=_kind(raw) or hint)


def decode(raw: bytearray, shown: str, hint: str = "") -> str:
    """The text of bytes in UTF-8, a line break as `\\n`. `hint` says what files may be read here."""
    try:
        return raw.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        message = f"{shown} is not text in UTF-8: byte {error.start + 1} is {raw[error.start]:#04x}"
        raise BpcalcError(message, hint=_kind(raw) or hint) from None


def _kind(raw: bytearray) -> str:
    """What a file may be that is no text, and what to do about it; nothing where it cannot be told."""
    evens, odds = raw[:4:2], raw[1:4:2]
    if b"\0\0" in (evens, odds) and evens != odds:
        return UTF16
    return next((what for start, what in KINDS.items() if raw.startswith(start)), "")
