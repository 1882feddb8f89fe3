"""What `bpcalc grad` does: read, calculate, show.

May import everything.
"""

from __future__ import annotations

import os
import sys
from typing import Any

from bpcalc.bindings import read_value
from bpcalc.calculate import Options, calculate, evaluate
from bpcalc.cli import inputs
from bpcalc.errors import BpcalcError, ExitStatus
from bpcalc.report import Report
from bpcalc.show import PEOPLE, Style, render
from bpcalc.show.numbers import exact

# What --trace prints for each format that it has.
TRACES = {"table": "trace", "markdown": "trace_markdown", "json": "json"}


def present(expression: str | None, words: tuple[str, ...], given: dict[str, Any]) -> int:
    """Prints the result and returns the exit status."""
    source, words = inputs.read_program(expression, words, given["file"])
    if "-" in (expression, given["file"]) and given["bindings"] == "-":
        raise BpcalcError("standard input cannot be both the program and the bindings")
    values = inputs.read_values(words, given["bindings"])
    traced = given["trace"] or given["step"]
    if traced and (given["form"] not in TRACES or given["get"]):
        raise BpcalcError("a trace has the formats table, json and markdown")
    style = terminal_style(inputs.read_precision(given["precision"]), given["width"])
    wanted = [name.partition(".")[0] for name in given["get"]]
    only = wanted if given["get"] else () if given["form"] in ("plain", "env") and not traced else None
    options = Options(
        wrt=inputs.sequence(given["wrt"]),
        of=given["of"],
        upstream=read_value(given["upstream"], evaluate),
        convention=given["convention"],
        expand=inputs.sequence(given["expand"]),
        nodes=only,
        all=given["show_all"] or given["form"] not in PEOPLE,
        symbolic=True if given["symbolic"] else None,
        simplify=given["simplify"],
        trace=style.precision if traced else 0,
    )
    report = calculate(source, values, options)
    if given["step"] and _interactive() and given["form"] == "table":
        _step(report, style)
    else:
        form = TRACES.get(given["form"], given["form"]) if traced else given["form"]
        text = picked(report, given["get"]) if given["get"] else render(report, form, style)
        sys.stdout.write(text + "\n")
        sys.stdout.flush()
    if not given["quiet"]:
        for warning in report.warnings:
            print(f"warning: {warning.message}", file=sys.stderr)
    return ExitStatus.FAILED if given["strict"] and report.warnings else ExitStatus.OK


def _interactive() -> bool:
    return sys.stdin.isatty() and sys.stdout.isatty()


def _step(report: Report, style: Style) -> None:
    """The trace piece by piece; Enter goes on."""
    from bpcalc.show.trace import chunks

    for lines in chunks(report, style):
        print("\n".join(lines), end="", flush=True)
        input("")


def picked(report: Report, names: tuple[str, ...]) -> str:
    """The bare numbers that `--get` asks for, one a line."""
    return "\n".join(exact(_pick(report, name)) for name in names)


def _pick(report: Report, name: str) -> float:
    label, dot, part = name.partition(".")
    if name == "value":
        return report.value
    if dot and part not in ("value", "grad"):
        raise BpcalcError(f'--get takes NAME, value, NAME.value or NAME.grad, not "{name}"')
    row = report[label]
    number = row.value if part == "value" else row.gradient
    if number is None:
        raise BpcalcError(f'the gradient of "{label}" was not asked for', hint=f"add it: --wrt {label}")
    return number


def terminal_style(precision: int | None, width: int | None) -> Style:
    """How to show things here: colour and boxes on a terminal only, unless the environment says otherwise."""
    environment = os.environ
    capable = sys.stdout.isatty() and environment.get("TERM") not in ("dumb", "unknown")
    forced = environment.get("FORCE_COLOR", "") not in ("", "0")
    if width is None and sys.stdout.isatty():
        from shutil import get_terminal_size

        width = get_terminal_size().columns
    color = (capable or forced) and not environment.get("NO_COLOR")
    return Style(precision, width, boxes=capable or forced, color=color)
