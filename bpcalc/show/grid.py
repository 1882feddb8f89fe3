"""Columns of text: how wide they are, how they are made to fit, and how they are put side by side.

A grid has a column's cells under the column's name, a heading first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bpcalc.errors import columns
from bpcalc.show import Style
from bpcalc.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.table import Table

Grid = dict[str, list[str]]

GAP = "  "
WIDEST = 10_000  # columns: nothing that was made to fit is squeezed once more


NUMBER = r"(?<![\w.])\d[\d.,]*(?:e[+-]?\d+)?"


def cut(text: str, width: int | None, keep: int = 0) -> str:
    """The text in at most `width` columns, not cut inside a number; the last `keep` characters always stay."""
    if width is None or columns(text) <= width:
        return text
    tail, head = text[len(text) - keep :], text[: len(text) - keep]
    room = width - 1 - columns(tail)
    for place, character in enumerate(head):
        room -= columns(character)
        if room < 0:
            return f"{head[: _before_number(head, place)]}…{tail}"
    return f"{head}…{tail}"


def _before_number(text: str, place: int) -> int:
    """The place, or where it lies inside a number, that of the number: a part of it would be another number."""
    import re

    for number in re.finditer(NUMBER, text):
        if number.start() < place < number.end():
            return number.start()
    return place


def wrapped(line: str, style: Style) -> list[str]:
    """A line of words in the width of a terminal."""
    if style.width is None or columns(line) <= style.width:
        return [line]
    from textwrap import wrap

    return wrap(line, style.width, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False)


def breadth(cells: Sequence[str]) -> int:
    """The columns that the widest cell takes."""
    return max(columns(cell) for cell in cells)


def total(grid: Grid) -> int:
    """The columns that all of the grid takes."""
    return sum(breadth(cells) + len(GAP) for cells in grid.values()) - len(GAP)


def fit(grid: Grid, width: int | None, least: Mapping[str, int]) -> Grid:
    """The grid made to fit: the columns in `least` shrink in that order, and go where less than that is left."""
    if width is None:
        return grid
    for column, enough in least.items():
        over = total(grid) - width
        if over > 0 and column in grid:
            room = breadth(grid[column]) - over
            if room >= enough:
                grid = grid | {column: [cut(cell, room) for cell in grid[column]]}
            else:
                grid = {name: cells for name, cells in grid.items() if name != column}
    return grid


def plain(grid: Grid) -> list[str]:
    """The lines of the grid as plain aligned text."""
    widths = [breadth(cells) for cells in grid.values()]
    lines = []
    for cells in zip(*grid.values(), strict=True):
        padded = [cell + " " * (width - columns(cell)) for cell, width in zip(cells, widths, strict=True)]
        lines.append(GAP.join(padded).rstrip())
    return lines


def ruled(headings: Sequence[str]) -> Table:
    """An empty rich table in the one look that all tables have: a line under the headings, none at the edges."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    drawn = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0), show_edge=False)
    for heading in headings:
        drawn.add_column(Text(heading), no_wrap=True, overflow="ignore", justify="left")
    return drawn


def printed(drawn: Table, style: Style) -> list[str]:
    """The lines of a rich table. Nothing is cut or wrapped: the cells have been made to fit before."""
    from io import StringIO

    from rich.console import Console

    text = StringIO()
    console = Console(
        file=text, width=WIDEST, force_terminal=style.color, highlight=False, markup=False,
        color_system="standard" if style.color else None, legacy_windows=False, emoji=False,
    )  # fmt: skip
    console.print(drawn, overflow="ignore", no_wrap=True, crop=False)
    return [line.rstrip() for line in text.getvalue().rstrip("\n").split("\n")]
