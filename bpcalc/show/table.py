"""A table of nodes: at a terminal with rich, elsewhere as plain aligned text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from bpcalc.reports.rows import INPUTS, Row
from bpcalc.show import Style
from bpcalc.show.grid import Grid, fit, plain, printed, ruled
from bpcalc.writing.numerals import numbers

if TYPE_CHECKING:
    from rich.text import Text

# To fit a narrow terminal formulas shrink, then go; then what the node is. Names and numbers stay whole.
LEAST = {"formula": 12, "is": 8}
# The lectures' picture: values green, gradients red. The colours are the terminal's own, so they fit light and dark.
STYLES = {"name": "bold", "is": "", "value": "green", "gradient": "red", "formula": "red", "tangent": "magenta",
          "product": "bold red"}  # fmt: skip

# By column: its title, and the lines of the cell that each row has in it.
Columns = dict[str, tuple[str, list[list[str]]]]


def described(m: Any, rows: Sequence[Row], precision: int | None) -> Columns:
    """The columns that every table of nodes begins with."""
    return {
        "name": ("node", [[row.name] for row in rows]),
        "is": ("is", [[INPUTS.get(row.role, row.expression)] for row in rows]),
        "value": ("value", numbers(m, [row.value for row in rows], precision)),
    }


def drawn(roles: Sequence[str], columns: Columns, hidden: int, style: Style) -> list[str]:
    """The lines of a table of nodes, with a blank one before it, and what is told under it; `roles`: of each row."""
    # a matrix takes several lines; the other cells of its row are blank there
    heights = [max(map(len, cells)) for cells in zip(*(cells for _, cells in columns.values()), strict=True)]
    whole: Grid = {
        column: [
            title,
            *(_line(cell, k) for cell, height in zip(cells, heights, strict=True) for k in range(height)),
        ]
        for column, (title, cells) in columns.items()
    }
    grid = fit(whole, style.width, LEAST)
    left_out = [cells[0] for column, cells in whole.items() if column not in grid]
    tall = [role for role, height in zip(roles, heights, strict=True) for _ in range(height)]
    lines = _rich(tall, grid, style) if style.boxes else plain(grid)
    return ["", *lines, *_footer(hidden, left_out)]


def _footer(hidden: int, left_out: list[str]) -> list[str]:
    told = []
    if hidden:
        told.append(f"{hidden:,} more nodes are not shown: --all shows them")
    if left_out:
        names = " and ".join(f'"{title}"' for title in left_out)
        told.append(f"no room for {names}: widen it, or pipe to less -S")
    return ["", *told] if told else []


def _line(cell: list[str], place: int) -> str:
    return cell[place] if place < len(cell) else ""


def _rich(roles: Sequence[str], grid: Grid, style: Style) -> list[str]:
    """The grid with lines and colours; `roles` has what each of its lines is."""
    ruling = ruled([cells[0] for cells in grid.values()])
    for place, role in enumerate(roles):
        cells = [_cell(column, texts[place + 1], role) for column, texts in grid.items()]
        following = roles[place + 1] if place + 1 < len(roles) else role
        ruling.add_row(*cells, end_section=following != role)
    return printed(ruling, style)


def _cell(column: str, text: str, role: str) -> Text:
    from rich.text import Text

    style = STYLES.get(column, "")
    if role == "output":
        style = f"bold {style}".strip()
    elif role in INPUTS and column == "name":
        style = "bold cyan"
    elif role in INPUTS and column == "is":
        style = "dim"
    return Text(text, style=style)
