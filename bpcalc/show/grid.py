"""Columns of text: how wide they are, how they are made to fit, and how they are put side by side.

A grid has a column's cells under the column's name, a heading first.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from bpcalc.errors import columns
from bpcalc.show import Style

Grid = dict[str, list[str]]
Cell = tuple[str, str]  # a text, and how it looks

GAP = "  "
WIDEST = 10_000  # columns: nothing that was made to fit is squeezed once more
CODES = {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33", "magenta": "35", "cyan": "36"}

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


def painted(text: str, look: str, style: Style) -> str:
    """A text in colour: `look` is "bold red" or the like, or nothing."""
    codes = ";".join(CODES[word] for word in dict.fromkeys(look.split()))
    return f"\x1b[{codes}m{text}\x1b[0m" if codes and text and style.color else text


def ends_of(kinds: Sequence[str]) -> list[int]:
    """The places behind which another kind follows."""
    return [place for place, kind in enumerate(kinds[:-1]) if kind != kinds[place + 1]]


def ruled(
    headings: Sequence[str], rows: Sequence[Sequence[Cell]], style: Style, ends: Collection[int] = ()
) -> list[str]:
    """The lines of a table in the one look that all have: a line under the headings, none at the edges, and a blank one
    after the rows at the places `ends`. Nothing is cut or wrapped: the cells have been made to fit before."""
    table = [[(heading, "bold") for heading in headings], *rows]
    widths = [breadth([text for text, _ in column]) for column in zip(*table, strict=True)]
    lines = []
    for place, cells in enumerate(table, start=-1):
        line = ""
        for (text, look), width in zip(cells, widths, strict=True):
            line += painted(text, look, style) + " " * (width - columns(text)) + GAP
        lines.append(line.rstrip())
        if place in ends:
            lines.append("")
        if place < 0:
            lines.append("─" * (sum(widths) + len(GAP) * (len(widths) - 1)))
    return lines
