"""The table: at a terminal with rich, elsewhere as plain aligned text.

May import report, show.grid, numerals, rich.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bpcalc.numerals import numbers
from bpcalc.report import INPUTS, Report, Row
from bpcalc.show import Style
from bpcalc.show.grid import Grid, cut, fit, plain, printed, ruled
from bpcalc.show.heading import heading

if TYPE_CHECKING:
    from rich.text import Text

FORMULA = 72  # columns: a longer formula is shortened
# To fit a narrow terminal formulas shrink, then go; then what the node is. Names and numbers stay whole.
LEAST = {"formula": 12, "is": 8}
# The lectures' picture: values green, gradients red. The colours are the terminal's own, so they fit light and dark.
STYLES = {"name": "bold", "is": "", "value": "green", "gradient": "red", "formula": "red"}


def table(report: Report, style: Style) -> str:
    """One row a node, numbers under each other; a heading says what was computed."""
    whole = _columns(report, style.precision)
    grid = fit(whole, style.width, LEAST)
    left_out = [cells[0] for column, cells in whole.items() if column not in grid]
    lines = _rich(report, grid, style) if style.boxes else plain(grid)
    text, value = heading(report, style.precision)
    return "\n".join([cut(text + value, style.width, keep=len(value)), "", *lines, *_footer(report, left_out)])


def _footer(report: Report, left_out: list[str]) -> list[str]:
    told = []
    if report.hidden:
        told.append(f"{report.hidden:,} more nodes are not shown: --all shows them")
    if left_out:
        columns = " and ".join(f'"{title}"' for title in left_out)
        told.append(f"no room for {columns}: widen it, or pipe to less -S")
    return ["", *told] if told else []


def _columns(report: Report, precision: int | None) -> Grid:
    """The cells by column, a heading first."""
    rows, f = report.nodes, report.of
    lines = {
        "name": [[row.name] for row in rows],
        "is": [[_is(row)] for row in rows],
        "value": numbers([row.value for row in rows], precision),
        "gradient": numbers([row.gradient for row in rows], precision),
    }
    titles = {"name": "node", "is": "is", "value": "value", "gradient": f"∂{f}/∂node", "formula": "as a formula"}
    if any(row.brief for row in rows):
        lines["formula"] = [[cut(row.brief, FORMULA)] for row in rows]
    # a matrix takes several lines; the other cells of its row are blank there
    heights = [max(map(len, cells)) for cells in zip(*lines.values(), strict=True)]
    return {
        column: [
            titles[column],
            *(_line(cell, k) for cell, height in zip(cells, heights, strict=True) for k in range(height)),
        ]
        for column, cells in lines.items()
    }


def _line(cell: list[str], place: int) -> str:
    return cell[place] if place < len(cell) else ""


def _height(row: Row, precision: int | None) -> int:
    return max(len(cell) for cell in numbers([row.value, row.gradient], precision))


def _is(row: Row) -> str:
    return INPUTS.get(row.role, row.expression)


def _rich(report: Report, grid: Grid, style: Style) -> list[str]:
    drawn = ruled([cells[0] for cells in grid.values()])
    rows = [row for row in report.nodes for _ in range(_height(row, style.precision))]
    for place, row in enumerate(rows):
        drawn_cells = [_cell(column, texts[place + 1], row) for column, texts in grid.items()]
        following = rows[place + 1].role if place + 1 < len(rows) else row.role
        drawn.add_row(*drawn_cells, end_section=following != row.role)
    return printed(drawn, style)


def _cell(column: str, text: str, row: Row) -> Text:
    from rich.text import Text

    style = STYLES[column]
    if row.role == "output":
        style = f"bold {style}".strip()
    elif row.role in INPUTS and column == "name":
        style = "bold cyan"
    elif row.role in INPUTS and column == "is":
        style = "dim"
    return Text(text, style=style)
