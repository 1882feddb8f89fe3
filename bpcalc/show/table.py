"""A table of nodes: at a terminal with lines and colours, elsewhere as plain aligned text."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import groupby

from bpcalc.reports.rows import INPUTS, Row
from bpcalc.show import Style
from bpcalc.show.grid import GAP, WIDEST, Grid, breadth, cut, ends_of, fit, plain, ruled, total, wrapped
from bpcalc.typed import Any
from bpcalc.writing.numerals import SHORTER, Short, numbers

# To fit a narrow terminal formulas shrink, then go; then what the node is. Names and numbers stay whole.
LEAST = {"formula": 12, "is": 8}
# The lectures' picture: values green, gradients red. The colours are the terminal's own, so they fit light and dark.
STYLES = {"name": "bold", "is": "", "value": "green", "gradient": "red", "formula": "red", "tangent": "magenta",
          "product": "bold red"}  # fmt: skip
MARKS = "◉◎◈"  # in the gutter, of nodes that are marked
SHORTEST = (None, *SHORTER)  # how far arrays are shortened, in the order of trying

CODES = {"name": "1", "value": "32", "gradient": "31", "tangent": "35", "product": "1;31"}  # the same for a list

# The lines of the cell that each row has in a column, with arrays as short as is asked for.
Cells = Callable[[Short | None], list[list[str]]]
# By column: its title, and its cells.
Columns = dict[str, tuple[str, Cells]]


def texts(cells: Sequence[str]) -> Cells:
    """A column of words and formulas."""
    lines = [[cell] for cell in cells]
    return lambda short: lines


def pointed_at(column: tuple[str, Cells], marked: Sequence[bool]) -> tuple[str, Cells]:
    """The column of names, with a sign before those that are marked."""
    title, made = column
    return title, texts([f"▸ {name}" if one else name for (name,), one in zip(made(None), marked, strict=True)])


def values(m: Any, found: Sequence[Any], precision: int | None) -> Cells:
    """A column of numbers and arrays."""
    return lambda short: numbers(m, found, precision, short)


def described(m: Any, rows: Sequence[Row], precision: int | None) -> Columns:
    """The columns that every table of nodes begins with."""
    return {
        "name": ("node", texts([row.name for row in rows])),
        "is": ("is", texts([INPUTS.get(row.role, row.expression) for row in rows])),
        "value": ("value", values(m, [row.value for row in rows], precision)),
    }


def drawn(
    roles: Sequence[str], columns: Columns, hidden: int, style: Style, dim: Sequence[bool] = ()
) -> list[str]:
    """The lines of a table of nodes, with a blank one before it, and what is told under it.

    roles  of each row what it is; dim: of each row whether it steps back, where any does

    Where it is wider than there is room, formulas are cut and arrays are shortened between their ends; then formulas
    go; then entries of arrays get fewer digits. What still has no room is no table, but a list.
    """
    for digits, group in groupby(SHORTEST[:-1], key=_digits):  # with the shape alone a table would say little
        ways = [(short, *_grid(columns, short)) for short in group]
        fitting = [(heights, fit(grid, style.width, LEAST)) for _, heights, grid in ways]
        fitting = [(heights, grid) for heights, grid in fitting if style.width is None or total(grid) <= style.width]
        if fitting:
            heights, grid = max(fitting, key=lambda way: len(way[1]))
            left_out = [title for column, (title, _) in columns.items() if column not in grid]
            looks = zip(roles, dim or [False] * len(roles), heights, strict=True)
            tall = [(role, is_dim) for role, is_dim, height in looks for _ in range(height)]
            lines = _ruled(tall, grid, style) if style.boxes else plain(grid)
            return ["", *lines, *_footer(hidden, left_out, digits, style)]
    if "gutter" in columns:  # a node is many lines here
        rows = columns["gutter"][1](None)
        marked = [any(sign in MARKS for sign in row[0]) for row in rows]
        columns = {**columns, "name": pointed_at(columns["name"], marked)}
        del columns["gutter"]
    lines = _listed(columns, style._replace(color=False))
    wide = style.width is not None and breadth(lines) > style.width
    return ["", *_listed(columns, style), *_footer(hidden, [], None, style, wide)]


def _digits(short: Short | None) -> int | None:
    return short.digits if short else None


def _grid(columns: Columns, short: Short | None) -> tuple[list[int], Grid]:
    """The lines that each row takes, and the grid of all lines."""
    made = {column: (title, cells(short)) for column, (title, cells) in columns.items()}
    # a matrix takes several lines; the other cells of its row are blank there
    heights = [max(map(len, cells)) for cells in zip(*(cells for _, cells in made.values()), strict=True)]
    return heights, {
        column: [
            title,
            *(_line(cell, k) for cell, height in zip(cells, heights, strict=True) for k in range(height)),
        ]
        for column, (title, cells) in made.items()
    }


def _listed(columns: Columns, style: Style) -> list[str]:
    """The nodes one under the other, each with its facts: in so little room numbers have no place side by side."""
    names, width = columns["name"][1](None), style.width or WIDEST
    facts = {column: title for column, (title, _) in columns.items() if column != "name"}
    made = {column: [columns[column][1](short) for short in SHORTEST] for column in facts}
    wide = max(breadth([title]) for title in facts.values())
    room = width - wide - 2 * len(GAP)
    lines = []
    for place, (name,) in enumerate(names):
        lines.append(_painted(name, "name", style))
        for column, title in facts.items():
            ways = [[line.strip() for line in cells[place]] for cells in made[column]]
            parts = next((way for way in ways if breadth(way) <= room), ways[-1])
            beside = breadth(parts) <= room or column in LEAST
            margin = GAP + title + " " * (wide - breadth([title])) + GAP if beside else 2 * GAP
            lines += [] if beside else [GAP + title]
            for part in filter(None, parts):
                lines.append(margin + _painted(cut(part, room) if column in LEAST else part, column, style))
                margin = " " * breadth([margin])
    return lines


def _painted(text: str, column: str, style: Style) -> str:
    code = CODES.get(column, "")
    return f"\x1b[{code}m{text}\x1b[0m" if code and style.color else text


def _footer(hidden: int, left_out: list[str], digits: int | None, style: Style, wide: bool = False) -> list[str]:
    told = []
    if hidden:
        told.append(f"{hidden:,} more nodes are not shown: --all shows them")
    if left_out:
        names = " and ".join(f'"{title}"' for title in left_out)
        told.append(f"no room for {names}: widen it, or pipe to less -S")
    if digits:
        told.append(f"the entries of arrays are rounded to {digits} digits: widen it, or pipe to less -S")
    if wide:
        told.append(f"names and numbers stay whole, some wider than {style.width} columns: widen it")
    return ["", *(part for line in told for part in wrapped(line, style))] if told else []


def _line(cell: list[str], place: int) -> str:
    return cell[place] if place < len(cell) else ""


def _ruled(looks: Sequence[tuple[str, bool]], grid: Grid, style: Style) -> list[str]:
    """The grid with lines and colours; `looks` has what each of its lines is, and whether it is dim."""
    rows = [
        [(texts[place], _look(column, role, is_dim)) for column, texts in grid.items()]
        for place, (role, is_dim) in enumerate(looks, start=1)
    ]
    ends = [] if "gutter" in grid else ends_of([role for role, _ in looks])  # the lines of a gutter go on
    return ruled([cells[0] for cells in grid.values()], rows, style, ends)


def _look(column: str, role: str, is_dim: bool) -> str:
    style = STYLES.get(column, "")
    if role == "output":
        style = f"bold {style}".strip()
    elif role in INPUTS and column == "name":
        style = "bold cyan"
    elif role in INPUTS and column == "is":
        style = "dim"
    if is_dim and column != "gutter":
        style = "dim"
    return style
