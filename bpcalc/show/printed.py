"""Reports as rich prints them: `rich.print(report)`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bpcalc.show import Style, render

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import Console, ConsoleOptions
    from rich.text import Text


class Printed:
    """A report for rich: the table, as wide as the console that it is printed on."""

    def __init__(self, report: Any) -> None:
        self.report = report

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[Text]:
        from rich.text import Text

        color = console.color_system is not None and not console.no_color
        digits = self.report.circuit.m.digits_shown if hasattr(self.report, "circuit") else 6
        style = Style(digits, options.max_width, boxes=console.is_terminal, color=color)
        view = type(self.report).__name__
        name = "text" if view == "DiffReport" else "table"
        yield Text.from_ansi(render(self.report, name, style), no_wrap=True, overflow="ignore")
