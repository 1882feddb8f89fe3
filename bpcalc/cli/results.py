"""What a command does with its report: shows it, says its warnings, and tells the exit status."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence

from bpcalc.cli.colours import are_forced, are_wanted, is_capable
from bpcalc.cli.declaring import Usual
from bpcalc.cli.saying import say
from bpcalc.errors import ExitStatus, visible
from bpcalc.show import Style, picked, pieces
from bpcalc.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bpcalc.reports.warning import Warning


def finish(report: Any, given: dict[str, Any]) -> int:
    """Shows a report as the options ask for it, and concludes."""
    show(report, given)
    return conclude(report, given)


def show(report: Any, given: dict[str, Any]) -> None:
    """Prints a report in the format that is asked for, or what `--get` asks for."""
    form, style = given["form"], style_of(given)
    if given.get("get"):
        write(picked(report, given["get"], form.picks, style))
    else:
        form_name = form.traced if given.get("trace") or given.get("step") else form.name
        write_pieces(pieces(report, form_name, style))


def write(text: str) -> None:
    """The result, on standard output."""
    write_pieces((text,))


def write_pieces(texts: Iterable[str]) -> None:
    """The same, as it is made."""
    sys.stdout.writelines(texts)
    sys.stdout.write("\n")
    sys.stdout.flush()


def conclude(report: Any, given: dict[str, Any]) -> int:
    """Prints the warnings, and tells the exit status."""
    return told(report.warnings, given)


def told(warnings: Sequence[Warning], given: dict[str, Any]) -> int:
    """Prints these warnings, and tells the exit status."""
    if not given["quiet"]:
        for warning in warnings:
            say("note" if warning.kind == "note" else "warning", visible(warning.message))
    return ExitStatus.FAILED if any(map(given["strict"], warnings)) else ExitStatus.OK


def style_of(given: dict[str, Any]) -> Style:
    """How to show things here: colour and boxes on a terminal only, unless the options or the environment say so."""
    width = given["width"]
    if width is None and sys.stdout.isatty():
        from shutil import get_terminal_size

        width = get_terminal_size().columns
    precision = given.get("precision", 6)
    if given.get("digits") is not None and isinstance(precision, Usual):
        precision = None  # all that were asked for
    return Style(
        precision,
        width,
        boxes=is_capable(sys.stdout) or are_forced(),
        color=are_wanted(sys.stdout),
        number=given.get("number") or "",
        prefix=given.get("prefix") or "",
        part=given.get("part") or "",
        gutter=bool(given.get("gutter")),
    )
