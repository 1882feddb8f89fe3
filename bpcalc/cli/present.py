"""What `bpcalc grad` does: read, calculate, show."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from typing import Any

from bpcalc.calculations.gradient import calculate
from bpcalc.calculations.passes import evaluate
from bpcalc.cli import inputs
from bpcalc.cli.saying import say
from bpcalc.errors import BpcalcError, ExitStatus, Source
from bpcalc.reading.bindings import read_value
from bpcalc.reports.options import Options
from bpcalc.reports.report import Report
from bpcalc.reports.rows import Row
from bpcalc.reports.warning import Warning
from bpcalc.show import PEOPLE, Style, render
from bpcalc.writing.numerals import exact

# What --trace prints for each format that it has.
TRACES = {"table": "trace", "markdown": "trace_markdown", "json": "json"}


def present(expression: str | None, words: tuple[str, ...], given: dict[str, Any]) -> int:
    """Prints the result and returns the exit status."""
    source, values = read(expression, words, given)
    traced = given["trace"] or given["step"]
    if traced and (given["form"] not in TRACES or given["get"]):
        raise BpcalcError("a trace has the formats table, json and markdown")
    style = terminal_style(inputs.read_precision(given["precision"]), given["width"])
    wanted = [name.partition(".")[0] for name in given["get"] if name != "value"]
    only = wanted if given["get"] else () if given["form"] in ("plain", "env") and not traced else None
    options = Options(
        wrt=inputs.sequence("--wrt", given["wrt"]),
        of=given["of"],
        upstream=_upstream(given),
        convention=given["convention"],
        expand=inputs.sequence("--expand", given["expand"]),
        nodes=only,
        all=given["show_all"] or given["form"] not in PEOPLE,
        symbolic=False if given["get"] else given["symbolic"] or None,
        simplify=given["simplify"],
        trace=traced,
    )
    report = calculate(source, values, options)
    if given["step"] and _interactive() and given["form"] == "table":
        _step(report, style)
    else:
        form = TRACES.get(given["form"], given["form"]) if traced else given["form"]
        text = picked(report, given["get"]) if given["get"] else render(report, form, style)
        write(text)
    return conclude(report.warnings, given)


def read(expression: str | None, words: tuple[str, ...], given: dict[str, Any]) -> tuple[Source, dict[str, Any]]:
    """The program and the values that a command is given."""
    _one_reader(expression, words, given)
    source, words = inputs.read_program(expression, words, given["file"])
    values = inputs.read_values(words, given["bindings"])
    if given["of"] is not None and not given["of"].strip():
        raise BpcalcError("--of needs the name of a node")
    return source, values


def _one_reader(expression: str | None, words: tuple[str, ...], given: dict[str, Any]) -> None:
    """Raises BpcalcError where two things would be read from standard input, of which there is one."""
    readers = ["the program"] * ("-" in (expression, given["file"])) + ["the bindings"] * (given["bindings"] == "-")
    for word in (expression or "", *words, *given.get("tangent", ()), *given.get("vector", ())):
        name, _, text = word.partition("=")
        readers += [name.strip()] * (text.strip() == "@-")
    readers += ["--upstream"] * ((given.get("upstream") or "").strip() == "@-")
    if len(readers) > 1:
        raise BpcalcError(f"standard input cannot be both {readers[0]} and {readers[1]}")


def write(text: str) -> None:
    """The result, on standard output."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def conclude(warnings: Sequence[Warning], given: dict[str, Any]) -> ExitStatus:
    """Prints the warnings, and tells the exit status."""
    if not given["quiet"]:
        for warning in warnings:
            say("warning", warning.message)
    return ExitStatus.FAILED if given["strict"] and warnings else ExitStatus.OK


def _upstream(given: dict[str, Any]) -> Any:
    """The gradient that flows in. Where only values are asked for there is none, and any will do."""
    if given["upstream"] is not None:
        return _read_upstream(given["upstream"])
    names = given["get"]
    only_values = names and all(name == "value" or name.endswith(".value") for name in names)
    return 1.0 if only_values else None


def _read_upstream(text: str) -> Any:
    if not text.strip():
        raise BpcalcError("--upstream needs a value", hint="write --upstream 1")
    if text.strip().startswith("@"):
        from bpcalc.reading.files import read_array

        return read_array(text.strip()[1:])
    return read_value(text, evaluate, Source(f"--upstream {text}"), len("--upstream "))


def _interactive() -> bool:
    return sys.stdin.isatty() and sys.stdout.isatty()


def _step(report: Report, style: Style) -> None:
    """The trace piece by piece; Enter goes on."""
    from bpcalc.show.trace import chunks

    print("Enter for the next step, Ctrl-D for all that is left", file=sys.stderr)
    waits = True
    for lines in chunks(report, style):
        print("\n".join(lines), end="" if waits else "\n", flush=True)
        try:
            waits = waits and input("") is not None
        except EOFError:  # Ctrl-D: the rest at once
            waits = False
            print()


def picked(report: Report, names: tuple[str, ...]) -> str:
    """The bare numbers that `--get` asks for, one a line."""
    rows = iter(report.nodes)  # one for each name but `value`
    return "\n".join(exact(_pick(report, name, rows)) for name in names)


def _pick(report: Report, name: str, rows: Iterator[Row]) -> Any:
    label, dot, part = name.partition(".")
    if name == "value":
        return report.value
    if label == "value" and part == "grad" and "value" in report.gradient:
        return report.gradient["value"]
    if label == "value" or (dot and part not in ("value", "grad")):
        raise BpcalcError(f'--get takes NAME, value, NAME.value or NAME.grad, not "{name}"')
    row = next(rows)
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
