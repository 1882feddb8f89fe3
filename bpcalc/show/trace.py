"""The trace as text, and as markdown.

May import report, show.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bpcalc.errors import columns
from bpcalc.report import Report, Step
from bpcalc.show import Style

GATE = 47  # the column of the gates' names in the forward pass
SAYS = 20  # the column of the patterns in the backward pass, at least
INDENT = "     "


def trace(report: Report, style: Style) -> str:
    """Both passes, then what they mean."""
    return "\n".join(line for chunk in chunks(report, style) for line in chunk)


def chunks(report: Report, style: Style) -> Iterator[list[str]]:
    """The text of the trace in the pieces that `--step` stops between."""
    forward = [step for step in report.steps if step.phase == "forward"]
    if forward:
        yield [_bold("Forward pass", style)]
        column = max(GATE, *(len(INDENT) + columns(step.lines[0]) + 2 for step in forward))
        column = min(column, 2 * GATE)
        for step in forward:
            yield list(_fold(_columns(f"{step.number:>3}  {step.lines[0]}", column, step.gate), style))
        yield [""]
    heading = _bold("Backward pass", style) + " " * (GATE - len("Backward pass"))
    yield [heading + "downstream = upstream x local"]
    titles = [columns(step.title) for step in report.steps if step.phase == "backward"]
    column = max(SAYS, min(len(INDENT) + max(titles, default=0) + 2, 2 * SAYS))
    for step in report.steps:
        if step.phase == "backward":
            yield [line for text in _block(step, column) for line in _fold(text, style)]
    meaning = [step.lines[0] for step in report.steps if step.phase == "meaning"]
    if meaning:
        yield ["", _bold("What it means", style), *(f"  {line}" for line in meaning)]


def _block(step: Step, column: int) -> Iterator[str]:
    if step.title:
        number = f"{step.number:>3}" if step.number else "   "
        yield _columns(f"{number}  {step.title}", column, step.pattern)
    for line in step.lines:
        yield INDENT + line


def _columns(left: str, column: int, right: str) -> str:
    return f"{left}{' ' * max(2, column - columns(left))}{right}"


def _bold(text: str, style: Style) -> str:
    return f"\x1b[1m{text}\x1b[0m" if style.color else text


def _fold(line: str, style: Style) -> Iterable[str]:
    """The line in the width of the terminal, broken before an equals sign."""
    if style.width is None or columns(line) <= style.width:
        return [line]
    parts = line.split(" = ")
    lines, current = [], parts[0]
    for part in parts[1:]:
        if columns(f"{current} = {part}") <= style.width:
            current = f"{current} = {part}"
        else:
            lines.append(current)
            current = f"{INDENT}    = {part}"
    return [*lines, current]


def trace_markdown(report: Report, style: Style) -> str:
    """The trace for a report: headings, and each pass as a list."""
    lines = ["## Forward pass", ""]
    for step in report.steps:
        if step.phase == "forward":
            lines.append(f"{step.number}. `{step.lines[0]}` ({step.gate})")
    lines += ["", "## Backward pass", "", "downstream = upstream x local", ""]
    for step in report.steps:
        if step.phase == "backward":
            title = f"`{step.title}`: {step.pattern}" if step.title else "the output"
            lines.append(f"- {title}")
            lines += [f"  - `{line}`" if "=" in line else f"  - {line}" for line in step.lines]
    lines += ["", "## What it means", ""]
    lines += [f"- {step.lines[0]}" for step in report.steps if step.phase == "meaning"]
    return "\n".join(lines)
