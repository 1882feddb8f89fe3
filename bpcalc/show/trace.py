"""The trace as text, and as markdown.

May import errors, report, show.
"""

from __future__ import annotations

from collections.abc import Iterator

from bpcalc.errors import columns
from bpcalc.report import Report, Step
from bpcalc.show import Style

GATE = 47  # the column of the gates' names in the forward pass
SAYS = 20  # the column of the patterns in the backward pass, at least
INDENT = "     "
RULE = "downstream = upstream x local"
WIDEST = 10**9  # columns where the output is not to a terminal: nothing is folded


def trace(report: Report, style: Style) -> str:
    """Both passes, then what they mean."""
    return "\n".join(line for chunk in chunks(report, style) for line in chunk)


def chunks(report: Report, style: Style) -> Iterator[list[str]]:
    """The text of the trace in the pieces that `--step` stops between."""
    width = style.width or WIDEST
    forward = [step for step in report.steps if step.phase == "forward"]
    if forward:
        yield [_bold("Forward pass", style)]
        longest = max(len(INDENT) + columns(step.lines[0]) + 2 for step in forward)
        column = min(max(GATE, longest), 2 * GATE, width - max(len(step.gate) for step in forward))
        for step in forward:
            *lines, last = _fold(f"{step.number:>3}  {step.lines[0]}", width)
            yield [*lines, *_beside(last, column, step.gate, width)]
        yield [""]
    heading = "Backward pass"
    yield _beside(heading, min(GATE, width - len(RULE)), RULE, width, _bold(heading, style))
    titles = [columns(step.title) for step in report.steps if step.phase == "backward"]
    column = max(SAYS, min(len(INDENT) + max(titles, default=0) + 2, 2 * SAYS))
    for step in report.steps:
        if step.phase == "backward":
            yield list(_block(step, column, width))
    meaning = [step.lines[0] for step in report.steps if step.phase == "meaning"]
    if meaning:
        yield ["", _bold("What it means", style), *(line for text in meaning for line in _wrap(text, width))]


def _block(step: Step, column: int, width: int) -> Iterator[str]:
    if step.title:
        number = f"{step.number:>3}" if step.number else "   "
        yield from _beside(f"{number}  {step.title}", column, step.pattern, width)
    for line in step.lines:
        yield from _fold(INDENT + line, width)


def _beside(left: str, column: int, right: str, width: int, shown: str = "") -> list[str]:
    """Two texts on a line, the second from `column` on, or on a line of its own where there is no room."""
    gap = max(2, column - columns(left))
    if columns(left) + gap + columns(right) > width:
        return [shown or left, *_wrap(right, width, 2 * INDENT)]
    return [f"{shown or left}{' ' * gap}{right}"]


def _bold(text: str, style: Style) -> str:
    return f"\x1b[1m{text}\x1b[0m" if style.color else text


def _fold(line: str, width: int) -> list[str]:
    """The line in the width of the terminal, broken before an equals sign."""
    if columns(line) <= width:
        return [line]
    parts = line.split(" = ")
    lines, current = [], parts[0]
    for part in parts[1:]:
        if columns(f"{current} = {part}") <= width:
            current = f"{current} = {part}"
        else:
            lines.append(current)
            current = f"{INDENT}    = {part}"
    return [*lines, current]


def _wrap(text: str, width: int, indent: str = "  ") -> list[str]:
    """A sentence in the width of the terminal."""
    if len(indent) + columns(text) <= width:
        return [indent + text]
    from textwrap import wrap

    return wrap(text, width, initial_indent=indent, subsequent_indent=f"{indent}  ")


def trace_markdown(report: Report, style: Style) -> str:
    """The trace for a report: headings, and each pass as a list."""
    lines = ["## Forward pass", ""]
    for step in report.steps:
        if step.phase == "forward":
            lines.append(f"{step.number}. `{step.lines[0]}` ({step.gate})")
    lines += ["", "## Backward pass", "", RULE, ""]
    for step in report.steps:
        if step.phase == "backward":
            title = f"`{step.title}`: {step.pattern}" if step.title else "the output"
            lines.append(f"- {title}")
            lines += [f"  - `{line}`" if "=" in line else f"  - {line}" for line in step.lines]
    lines += ["", "## What it means", ""]
    lines += [f"- {step.lines[0]}" for step in report.steps if step.phase == "meaning"]
    return "\n".join(lines)
