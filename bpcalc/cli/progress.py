"""A bar on standard error for what takes long: only after a second, and only on a terminal."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import Self

PATIENCE = 1.0  # seconds before a bar appears
EVERY = 0.1  # seconds between two states of it
WIDTH = 30  # of the bar


class Progress:
    """How far something is, of so many steps. Called with a title and the step; what it has written goes at the end.

    is_seen  does anybody look on?
    """

    def __init__(self, steps: int) -> None:
        self._steps = steps
        self._next = time.monotonic() + PATIENCE
        self.is_seen = sys.stderr.isatty()
        self._is_shown = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._is_shown:
            self._write("")

    def __call__(self, title: str, step: int) -> None:
        if not self.is_seen:
            return
        now = time.monotonic()
        if now >= self._next:
            self._next = now + EVERY
            self._is_shown = True
            filled = min(WIDTH, WIDTH * step // max(self._steps, 1))
            self._write(f"{title} {'━' * filled}{'─' * (WIDTH - filled)} {step:,} of {self._steps:,}")

    def _write(self, text: str) -> None:
        try:
            sys.stderr.write(f"\r\x1b[K{text}")
            sys.stderr.flush()
        except OSError:  # nobody looks on
            self.is_seen = False


class TableProgress(Progress):
    """How far a table is: its rows, how many a second, and the time that is left. Called with the rows and the part."""

    def __init__(self) -> None:
        super().__init__(0)
        self._start = time.monotonic()

    def rows(self, rows: int, part: float | None) -> None:
        """`part`: of the table that has been read, 0 to 1; None where that is not known."""
        now = time.monotonic()
        if not self.is_seen or now < self._next:
            return
        self._next = now + EVERY
        self._is_shown = True
        passed = now - self._start
        text = f"{rows:,} rows, {rows / passed:,.0f} a second"
        if part:
            filled = int(WIDTH * part)
            bar, left = "━" * filled + "─" * (WIDTH - filled), _time(passed * (1 - part) / part)
            text = f"{bar} {part:4.0%}  {text}, {left} left"
        self._write(text)


def _time(seconds: float) -> str:
    """`7 s`, `2:05 min`"""
    return f"{seconds:.0f} s" if seconds < 100 else f"{seconds // 60:.0f}:{seconds % 60:02.0f} min"
