"""Reports as a notebook shows them: a table and the drawing, and as rich prints them in a terminal."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from bpcalc.drawing import DIGITS
from bpcalc.errors import BpcalcError
from bpcalc.show import Style, form, render

if TYPE_CHECKING:
    from bpcalc.reports.report import Report
    from bpcalc.show.printed import Printed

VIEW = {"Report": "gradient", "DiffReport": "derivatives", "JvpReport": "jvp"}  # those that have LaTeX
CELL = ' style="text-align:left;vertical-align:top;padding:2px 10px;white-space:pre;font-family:monospace"'
COLORED = {"value": "color:#1a7f37", "gradient": "color:#cf222e"}  # to be read on light and on dark paper


def as_html(report: Any) -> str:
    """The table, and below it the drawing where there is one."""
    if type(report).__name__ == "Report":
        return f"{_table(report)}\n{as_svg(report) or ''}"
    name = "text" if type(report).__name__ == "DiffReport" else "table"
    return f"<pre>{escape(render(report, name, _style(report)))}</pre>"


def _style(report: Any) -> Style:
    """As many digits as its numbers are shown with; a report of formulas alone has none."""
    return Style(report.circuit.m.digits_shown) if hasattr(report, "circuit") else Style()


def as_svg(report: Any) -> str | None:
    """The drawing; None for what has no circuit to draw, and one that is too large."""
    if type(report).__name__ != "Report":
        return None
    from bpcalc.drawing.draw import Drawing, Wish

    try:
        drawing = Drawing(report.circuit.program, report.names, report, Wish(), None)
    except BpcalcError:
        return None
    return drawing.text("svg", Style(DIGITS))


def as_latex(report: Any) -> str | None:
    """The formula as MathJax reads it; None for what has none."""
    view = VIEW.get(type(report).__name__)
    if view is None or form(view, "latex") is None:
        return None
    text = render(report, "latex", Style(part="formula"))
    return "\n".join(line for line in text.splitlines() if not line.startswith("%"))


def as_rich(report: Any) -> Printed:
    """What rich prints."""
    from bpcalc.show.printed import Printed

    return Printed(report)


def _table(report: Report) -> str:
    """A row a node, as in a terminal."""
    from bpcalc.show.heading import headline
    from bpcalc.show.views.gradient import columns

    style = _style(report)
    found = columns(report, style)
    made = {name: cells(None) for name, (_, cells) in found.items()}
    heads = "".join(f"<th{CELL}>{escape(title)}</th>" for title, _ in found.values())
    lines = [f"<p><code>{escape(line)}</code></p>" for line in headline(report, style)]
    lines += ["<table>", f"<thead><tr>{heads}</tr></thead>", "<tbody>"]
    for place in range(len(report.nodes)):
        cells = "".join(_cell(name, rows[place]) for name, rows in made.items())
        lines.append(f"<tr>{cells}</tr>")
    lines += ["</tbody>", "</table>"]
    if report.hidden:
        lines.append(f"<p>{report.hidden:,} more nodes are not shown</p>")
    return "\n".join(lines)


def _cell(column: str, lines: list[str]) -> str:
    look = CELL[:-1] + f';{COLORED[column]}"' if column in COLORED else CELL
    return f"<td{look}>{escape(chr(10).join(line.rstrip() for line in lines))}</td>"
