"""Curves in characters: a braille character has two dots across and four down."""

from __future__ import annotations

import math
from collections.abc import Sequence

# The bit of each dot, by column and row.
DOTS = ((0x01, 0x02, 0x04, 0x40), (0x08, 0x10, 0x20, 0x80))
BLANK = 0x2800


class Canvas:
    """Cells of a plot over x from `left` to `right`, y from `bottom` to `top`."""

    def __init__(self, width: int, height: int, x: tuple[float, float], y: tuple[float, float]) -> None:
        self.width, self.height = width, height
        (self.left, self.right), (self.bottom, self.top) = x, y
        self.cells = [[0] * width for _ in range(height)]

    def across(self, x: float) -> int:
        """The column of dots at x."""
        return round((x - self.left) / (self.right - self.left) * (2 * self.width - 1))

    def down(self, y: float) -> float:
        """The row of dots at y, from the top; beyond the edge for what is outside."""
        return (self.top - y) / (self.top - self.bottom) * (4 * self.height - 1)

    def curve(self, xs: Sequence[float], ys: Sequence[float]) -> None:
        """A line through points; what is no number interrupts it."""
        before: tuple[int, float] | None = None
        for x, y in zip(xs, ys, strict=True):
            if not math.isfinite(y):
                before = None
                continue
            here = self.across(x), self.down(y)
            self._line(before or here, here)
            before = here

    def _line(self, start: tuple[int, float], end: tuple[int, float]) -> None:
        (x, y), (to_x, to_y) = start, end
        low, high = -1.0, 4.0 * self.height
        y, to_y = min(max(y, low), high), min(max(to_y, low), high)
        steps = max(abs(to_x - x), math.ceil(abs(to_y - y)), 1)
        for step in range(steps + 1):
            self._dot(round(x + (to_x - x) * step / steps), round(y + (to_y - y) * step / steps))

    def _dot(self, x: int, y: int) -> None:
        if 0 <= y < 4 * self.height and 0 <= x < 2 * self.width:
            self.cells[y // 4][x // 2] |= DOTS[x % 2][y % 4]

    def lines(self) -> list[str]:
        """The rows, with a dotted line at 0 where nothing else stands."""
        zero = self.down(0.0)
        axis = round(zero) // 4 if 0 <= zero < 4 * self.height else -1
        return [
            "".join(chr(BLANK + cell) if cell else "┈" if row == axis else " " for cell in cells)
            for row, cells in enumerate(self.cells)
        ]


def reach(values: Sequence[float], is_unbounded: bool) -> tuple[float, float]:
    """The least and the greatest value to show. Of a curve with a pole not what lies far outside its middle."""
    known = sorted(value for value in values if math.isfinite(value))
    if not known:
        return 0.0, 1.0
    if is_unbounded:
        first, third = known[len(known) // 4], known[len(known) * 3 // 4]
        room = 2 * (third - first)
        known = [value for value in known if first - room <= value <= third + room]
    low, high = known[0], known[-1]
    if low == high:
        return low - (abs(low) or 1.0), high + (abs(high) or 1.0)
    return low, high
