"""The table: at a terminal with rich, elsewhere as plain aligned text.

May import errors, report, show.numbers, rich.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bpcalc.errors import columns
from bpcalc.report import Report, Row
from bpcalc.show import Style
from bpcalc.show.numbers import aligned, eye

if TYPE_CHECKING:
    from rich.text import Text

FORMULA = 72  # columns: a longer formula is shortened
GAP = "  "
# The lectures' picture: values green, gradients red. The colours are the terminal's own, so they fit light and dark.
STYLES = {"name": "bold", "is": "", "value": "green", "gradient": "red", "formula": "red"}


def table(report: Report, style: Style) -> str:
    """One row a node, numbers under each other; a heading says what was computed."""
    grid = _fit(_columns(report, style.precision), style.width)
    lines = _rich(report, grid, style) if style.boxes else _plain(grid)
    return "\n".join([_heading(report, style), "", *lines, *_footer(report)])


def _heading(report: Report, style: Style) -> str:
    value = eye(report.value, style.precision)
    text = report.expression
    if "; " not in text and "\n" not in text and not text.startswith(f"{report.output} = "):
        text = f"{report.output} = {text}" if text != report.output else text
    return _cut(f"{text} = {value}", style.width, keep=len(f" = {value}"))


def _footer(report: Report) -> list[str]:
    if not report.hidden:
        return []
    return ["", f"{report.hidden:,} more nodes are not shown: --all shows them"]


def _columns(report: Report, precision: int | None) -> dict[str, list[str]]:
    """The cells by column, a heading first."""
    rows, f = report.nodes, report.of
    grid = {
        "name": ["node", *(row.name for row in rows)],
        "is": ["is", *(_is(row) for row in rows)],
        "value": ["value", *aligned([eye(row.value, precision) for row in rows])],
        "gradient": [f"∂{f}/∂node", *aligned([eye(row.gradient, precision) for row in rows])],
    }
    if any(row.brief for row in rows):
        grid["formula"] = ["as a formula", *(_cut(row.brief, FORMULA) for row in rows)]
    return grid


def _is(row: Row) -> str:
    return "input" if row.role == "input" else row.expression


def _cut(text: str, width: int | None, keep: int = 0) -> str:
    """The text in at most `width` columns; the last `keep` characters always stay."""
    if width is None or columns(text) <= width:
        return text
    tail = text[len(text) - keep :]
    head = text[: len(text) - keep]
    while head and columns(head) + 1 + columns(tail) > width:
        head = head[:-1]
    return f"{head}…{tail}"


def _width(cells: Sequence[str]) -> int:
    return max(columns(cell) for cell in cells)


def _fit(grid: dict[str, list[str]], width: int | None) -> dict[str, list[str]]:
    """The columns made to fit: formulas shrink, then go; then what the node is. Names and numbers stay whole."""
    if width is None:
        return grid
    for column, least in (("formula", 12), ("is", 8)):
        over = sum(_width(cells) + len(GAP) for cells in grid.values()) - len(GAP) - width
        if over > 0 and column in grid:
            room = _width(grid[column]) - over
            if room >= least:
                grid = grid | {column: [_cut(cell, room) for cell in grid[column]]}
            else:
                grid = {name: cells for name, cells in grid.items() if name != column}
    return grid


def _plain(grid: dict[str, list[str]]) -> list[str]:
    widths = [_width(cells) for cells in grid.values()]
    lines = []
    for cells in zip(*grid.values(), strict=True):
        padded = [cell + " " * (width - columns(cell)) for cell, width in zip(cells, widths, strict=True)]
        lines.append(GAP.join(padded).rstrip())
    return lines


def _rich(report: Report, grid: dict[str, list[str]], style: Style) -> list[str]:
    from io import StringIO

    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(
        file=StringIO(), width=style.width or 10_000, force_terminal=style.color, highlight=False, markup=False,
        color_system="standard" if style.color else None, legacy_windows=False, emoji=False,
    )  # fmt: skip
    drawn = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0), show_edge=False)
    for cells in grid.values():
        drawn.add_column(Text(cells[0]), no_wrap=True, overflow="ignore", justify="left")
    for place, row in enumerate(report.nodes):
        drawn_cells = [_cell(column, texts[place + 1], row) for column, texts in grid.items()]
        following = report.nodes[place + 1].role if place + 1 < len(report.nodes) else row.role
        drawn.add_row(*drawn_cells, end_section=following != row.role)
    console.print(drawn, overflow="ignore", no_wrap=True, crop=False)
    return [line.rstrip() for line in console.file.getvalue().rstrip("\n").split("\n")]  # type: ignore[attr-defined]


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
