"""The lines of a table that is text: read from a file or a pipe some at a time, and known to be text."""

from __future__ import annotations

import codecs
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

from bpcalc.errors import BpcalcError
from bpcalc.reading.streams import decode, no_text, titled

SIZE = 2**16  # bytes that are read at once: about a thousand rows
LONGEST = 2**27  # bytes of a line


class Lines:
    """Whole lines, some at a time. What a pipe has is handed on at once, however little it is.

    shown   what the file is called in messages
    number  how many lines have been read
    """

    def __init__(self, file: BinaryIO, shown: str, size: int = 0) -> None:
        self.shown = shown
        self.number = 0
        self._file = file
        self._size = size
        self._read = 0
        self._is_first = True

    @classmethod
    @contextmanager
    def of(cls, path: str) -> Iterator[Lines]:
        """The lines of a file, or of standard input for `-`. Raises BpcalcError where it cannot be opened."""
        if path == "-":
            yield cls(sys.stdin.buffer, titled(path))
            return
        try:
            file = open(path, "rb", buffering=SIZE)  # noqa: SIM115 (closed below)
        except (OSError, ValueError) as error:
            raise unreadable(titled(path), error) from None
        with file:
            yield cls(file, titled(path), os.fstat(file.fileno()).st_size)

    @property
    def part(self) -> float | None:
        """How much of the file has been read, 0 to 1; None where its size is not known."""
        return min(self._read / self._size, 1.0) if self._size else None

    def some(self) -> str:
        """The next lines, each with its end, which is `\\n`; "" at the end of the file.

        Raises BpcalcError for what is no text in UTF-8, with the row.
        """
        try:
            raw = self._some()
        except OSError as error:
            raise unreadable(self.shown, error) from None
        if not raw:
            return ""
        self._read += len(raw)
        if self._is_first:
            self._is_first = False
            _check_kind(raw, self.shown)
            raw = raw.removeprefix(codecs.BOM_UTF8)
        text = self._decoded(raw)
        if "\r" in text:
            text = text.replace("\r\n", "\n").replace("\r", "\n")
        if text[-1:] != "\n":
            text += "\n"
        self.number += text.count("\n")
        return text

    def _some(self) -> bytes:
        """Bytes up to the end of a line."""
        read = getattr(self._file, "read1", self._file.read)
        raw: bytes = read(SIZE)
        if raw and not raw.endswith(b"\n"):
            raw += self._file.readline(LONGEST)
            if not raw.endswith(b"\n") and len(raw) > LONGEST:
                row = self.number + raw.count(b"\n") + 1
                raise BpcalcError(f"{self.shown}, row {row}: the line is longer than {LONGEST >> 20} MiB")
        return raw

    def _decoded(self, raw: bytes) -> str:
        try:
            text = raw.decode("utf-8")
        except UnicodeDecodeError as error:
            row = self.number + raw.count(b"\n", 0, error.start) + 1
            message = f"{self.shown}, row {row}: byte {raw[error.start]:#04x} is not text in UTF-8"
            raise BpcalcError(message, hint="iconv -f LATIN1 -t UTF-8 makes UTF-8 of Western European text") from None
        if "\0" in text:
            row = self.number + text.count("\n", 0, text.index("\0")) + 1
            raise BpcalcError(f"{self.shown}, row {row}: byte 0x00 is not text")
        return text


def unreadable(shown: str, error: Exception) -> BpcalcError:
    """The error for a file that the system does not hand out."""
    reason = getattr(error, "strerror", None) or str(error)
    return BpcalcError(f"cannot read {shown}: {reason[:1].lower()}{reason[1:]}")


def _check_kind(raw: bytes, shown: str) -> None:
    """Raises BpcalcError for a file that is of another kind, as its first bytes show."""
    if raw.startswith(b"PAR1"):
        raise BpcalcError(f"{shown} is a Parquet file", hint="its name ends with .parquet, or -i parquet says so")
    head = bytearray(raw[:4096])
    if 0 in head:
        raise no_text(head, shown)
    try:
        codecs.getincrementaldecoder("utf-8")().decode(bytes(head))  # the last character may be cut
    except UnicodeDecodeError as error:
        if error.start < 4:
            decode(head, shown)
