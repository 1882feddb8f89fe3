"""Reports to text: tables, traces, and what scripts read.

Comes in:  a report, and a style: digits, width, colours
Goes out:  text
May use:   errors, gate, gates, graph, reading, writing, reports, telling

A renderer is one function `(report, style) -> str` in its own module and one word in `FORMATS`. Renderers never
compute: all they show stands in the report. Only this room and `cli` may name rich.
"""

from __future__ import annotations

from importlib import import_module
from typing import NamedTuple

from bpcalc.reports.report import Report

# Each format's module; the function there has the format's name.
FORMATS = {
    "table": "table", "plain": "script", "json": "json_", "csv": "script", "tsv": "script", "env": "script",
    "markdown": "markup", "latex": "markup", "trace": "trace", "trace_markdown": "trace",
}  # fmt: skip
PEOPLE = ("table", "markdown", "latex")  # formats for the eye: rounded numbers, shortened formulas


class Style(NamedTuple):
    """How a report is shown.

    precision  significant digits for people; None: the shortest text that reads back to the same double
    width      columns of the terminal; None: not to a terminal, so nothing is cut
    boxes      whether to draw lines; color: whether to colour
    """

    precision: int | None = 6
    width: int | None = None
    boxes: bool = False
    color: bool = False


def render(report: Report, form: str, style: Style) -> str:
    """The text of a report in one of `FORMATS`."""
    text: str = getattr(import_module(f"bpcalc.show.{FORMATS[form]}"), form)(report, style)
    return text
