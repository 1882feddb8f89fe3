"""The ways that gates may go within the bounds: which there are, and which one is taken now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any


class Ways:
    """What is remembered of a calculation.

    met     where a gate may go either way, and what its slope is then, by a key for the place
    chosen  which of these is taken, by the same key; what is not there is both at once
    """

    def __init__(self) -> None:
        self.met: dict[Any, Sequence[Any]] = {}
        self.chosen: Mapping[Any, int] = {}
        self._is_aside = False

    def taken(self, key: Any, options: Sequence[Any]) -> int | None:
        """Which of several slopes is taken now; None: all of them."""
        if self._is_aside:
            return None
        self.met[key] = options
        return self.chosen.get(key)

    @contextmanager
    def aside(self) -> Iterator[None]:
        """While gates are calculated that are no nodes: no way is met or taken there."""
        before, self._is_aside = self._is_aside, True
        try:
            yield
        finally:
            self._is_aside = before
