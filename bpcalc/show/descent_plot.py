"""The plot of a descent in a terminal: the output by step, of several methods in one picture."""

from __future__ import annotations

import math
from collections.abc import Sequence

from bpcalc.show import Style
from bpcalc.show.braille import BLANK, Canvas, reach
from bpcalc.show.views.sweep import number, paint
from bpcalc.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from bpcalc.reports.descent import Descent, DescentReport

TALL = 9  # lines of the plot
WIDEST = 76  # columns of the plot where there is no width to keep, and at most
NARROW = 12
COLOURS = ("32", "34", "35", "33", "36")  # of the methods; what does not heed colours has the names beside the curves
STEEP = 100.0  # times as large as the smallest the largest value is where a log scale reads better


def plot(report: DescentReport, style: Style) -> list[str]:
    """The curves between their axes; nothing where there is no curve."""
    runs = [one for one in report.descents if len(one.path) > 1]
    heights, is_log = scaled(report.descents)
    if not runs or not any(map(math.isfinite, (y for one in heights for y in one))):
        value = number(report.only.end.value, style.precision)
        return [f"{report.output} = {value} at the start, and no step was made"]
    several = len(report.descents) > 1
    across = [[float(p.evaluations if several else p.step) for p in one.path] for one in report.descents]
    right = max(max(xs) for xs in across)
    low, high = reach([y for one in heights for y in one], is_unbounded=False)
    labels = [number(10**y if is_log else y, 4) for y in (high, low)]
    side = max(map(len, labels))
    names = max(len(one.title) for one in report.descents) + 1 if several else 0
    width = max(NARROW, min((style.width or WIDEST + side) - side - 2 - names, WIDEST))
    title = f"{report.output} by {'gradients taken' if several else 'step'}{', log scale' if is_log else ''}"
    layers = [_layer(xs, ys, width, (0.0, right or 1.0), (low, high)) for xs, ys in zip(across, heights, strict=True)]
    cells = _merged(layers, style)
    ends = _names(report.descents, heights, (low, high), style) if several else [""] * TALL
    sides = [labels[0], *[""] * (TALL - 2), labels[1]]
    lines = [paint(title, "1", style)]
    for text, row, end in zip(sides, cells, ends, strict=True):
        line = f"{text:>{side}} {'┤' if text else '│'}{row if end else row.rstrip()}"
        lines.append(f"{line} {end}" if end else line)
    lines.append(f"{'':>{side}} ╰{'─' * width}")
    last = number(right, 10)
    return [*lines, f"{'':>{side}}  0{last:>{width - 1}}"]


def scaled(runs: Sequence[Descent]) -> tuple[list[list[float]], bool]:
    """The heights of the points of each run: their values, or where these span powers of ten their logarithms."""
    values = [[point.value for point in one.path] for one in runs]
    known = [y for one in values for y in one if math.isfinite(y)]
    above = [y for y in known if y > 0]
    if not above or min(known) < 0 or max(above) < STEEP * min(above):
        return values, False
    least = min(above)
    return [[math.log10(max(y, least)) if math.isfinite(y) else math.nan for y in one] for one in values], True


def _layer(
    xs: Sequence[float], ys: Sequence[float], width: int, x: tuple[float, float], y: tuple[float, float]
) -> list[list[int]]:
    canvas = Canvas(width, TALL, x, y)
    canvas.curve([*xs], [*ys])
    return canvas.cells


def _merged(layers: Sequence[Sequence[Sequence[int]]], style: Style) -> list[str]:
    """The rows of all curves in one, each cell in the colour of the last curve through it."""
    rows = []
    for row in range(TALL):
        text, run, color = "", "", ""
        for cells in zip(*(layer[row] for layer in layers), strict=True):
            place = max((k for k, cell in enumerate(cells) if cell), default=-1)
            mark = chr(BLANK + _both(cells)) if place >= 0 else " "
            here = COLOURS[place % len(COLOURS)] if place >= 0 else color
            if here != color:
                text, run, color = text + (paint(run, color, style) if color else run), "", here
            run += mark
        known = run.rstrip(" ")
        rows.append(text + (paint(known, color, style) if color else known) + run[len(known) :])
    return rows


def _both(cells: Sequence[int]) -> int:
    found = 0
    for cell in cells:
        found |= cell
    return found


def _names(
    runs: Sequence[Descent], heights: Sequence[Sequence[float]], y: tuple[float, float], style: Style
) -> list[str]:
    """Beside each row the name of a method whose curve ends there, or as near as there is room."""
    found = [""] * TALL
    low, high = y
    order = sorted(range(len(runs)), key=lambda place: -_last(heights[place], high))
    for place in order:
        share = (high - _last(heights[place], high)) / (high - low)
        row = round(min(max(share, 0.0), 1.0) * (TALL - 1))
        free = min((k for k in range(TALL) if not found[k]), key=lambda k: (abs(k - row), -k), default=None)
        if free is not None:
            found[free] = paint(runs[place].title, COLOURS[place % len(COLOURS)], style)
    return found


def _last(heights: Sequence[float], otherwise: float) -> float:
    """Where a curve ends; what is beyond all bounds ends at the top."""
    return heights[-1] if math.isfinite(heights[-1]) else otherwise


