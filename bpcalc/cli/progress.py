"""A bar on standard error for what takes long: only after a second, and only on a terminal."""

from __future__ import annotations

import sys
import time
from types import TracebackType

PATIENCE = 1.0  # seconds before a bar appears
EVERY = 0.1  # seconds between two states of it
WIDTH = 30  # of the bar


class Progress:
    """How far something is, of so many steps. Called with a title and the step; what it has written goes at the end."""

    def __init__(self, steps: int) -> None:
        self._steps = steps
        self._next = time.monotonic() + PATIENCE
        self._is_seen = sys.stderr.isatty()
        self._is_shown = False

    def __enter__(self) -> Progress:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._is_shown:
            self._write("")

    def __call__(self, title: str, step: int) -> None:
        if not self._is_seen:
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
            self._is_seen = False
