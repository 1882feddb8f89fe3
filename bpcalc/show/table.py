"""The table: at a terminal with rich, elsewhere as plain aligned text.

May import report, show.grid, show.numbers, rich.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bpcalc.report import Report, Row
from bpcalc.show import Style
from bpcalc.show.grid import Grid, cut, fit, plain, printed, ruled
from bpcalc.show.heading import heading
from bpcalc.show.numbers import aligned, eye

if TYPE_CHECKING:
    from rich.text import Text

FORMULA = 72  # columns: a longer formula is shortened
# To fit a narrow terminal formulas shrink, then go; then what the node is. Names and numbers stay whole.
LEAST = {"formula": 12, "is": 8}
# The lectures' picture: values green, gradients red. The colours are the terminal's own, so they fit light and dark.
STYLES = {"name": "bold", "is": "", "value": "green", "gradient": "red", "formula": "red"}


def table(report: Report, style: Style) -> str:
    """One row a node, numbers under each other; a heading says what was computed."""
    grid = fit(_columns(report, style.precision), style.width, LEAST)
    lines = _rich(report, grid, style) if style.boxes else plain(grid)
    text, value = heading(report, style.precision)
    return "\n".join([cut(text + value, style.width, keep=len(value)), "", *lines, *_footer(report)])


def _footer(report: Report) -> list[str]:
    if not report.hidden:
        return []
    return ["", f"{report.hidden:,} more nodes are not shown: --all shows them"]


def _columns(report: Report, precision: int | None) -> Grid:
    """The cells by column, a heading first."""
    rows, f = report.nodes, report.of
    grid = {
        "name": ["node", *(row.name for row in rows)],
        "is": ["is", *(_is(row) for row in rows)],
        "value": ["value", *aligned([eye(row.value, precision) for row in rows])],
        "gradient": [f"∂{f}/∂node", *aligned([eye(row.gradient, precision) for row in rows])],
    }
    if any(row.brief for row in rows):
        grid["formula"] = ["as a formula", *(cut(row.brief, FORMULA) for row in rows)]
    return grid


def _is(row: Row) -> str:
    return "input" if row.role == "input" else row.expression


def _rich(report: Report, grid: Grid, style: Style) -> list[str]:
    drawn = ruled([cells[0] for cells in grid.values()])
    for place, row in enumerate(report.nodes):
        drawn_cells = [_cell(column, texts[place + 1], row) for column, texts in grid.items()]
        following = report.nodes[place + 1].role if place + 1 < len(report.nodes) else row.role
        drawn.add_row(*drawn_cells, end_section=following != row.role)
    return printed(drawn, style)


def _cell(column: str, text: str, row: Row) -> Text:
    from rich.text import Text

    style = STYLES[column]
    if row.role == "output":
        style = f"bold {style}".strip()
    elif row.role == "input" and column == "name":
        style = "bold cyan"
    elif row.role == "input" and column == "is":
        style = "dim"
    return Text(text, style=style)
