"""The trace as text, and as markdown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from bpcalc.errors import columns
from bpcalc.gates import GATES
from bpcalc.reports.report import GAP, ROW, Report, Step
from bpcalc.show import Style

GATE = 47  # the column of the gates' names in the forward pass
SAYS = 20  # the column of the patterns in the backward pass, at least
INDENT = "     "
SHAPES = 40  # columns of an equation, at most, behind which shapes stand under each other
RULE = "downstream = upstream x local"
WIDEST = 10**9  # columns where the output is not to a terminal: nothing is folded


def trace(report: Report, style: Style) -> str:
    """Both passes, then what they mean."""
    return "\n".join(line for chunk in chunks(report, style) for line in chunk)


def chunks(report: Report, style: Style) -> Iterator[list[str]]:
    """The text of the trace in the pieces that `--step` stops between."""
    width = style.width or WIDEST
    forward = [step for step in report.steps if step.phase == "forward"]
    head: list[str] = []  # what stands above the next step
    if forward:
        head = [_bold("Forward pass", style)]
        for lines in forward_pass(forward, width):
            yield [*head, *lines]
            head = []
        head = [""]
    head += heading("Backward pass", RULE, style)
    titles = [columns(step.title) for step in report.steps if step.phase == "backward"]
    column = max(SAYS, min(len(INDENT) + max(titles, default=0) + 2, 2 * SAYS))
    for step in report.steps:
        if step.phase == "backward":
            yield [*head, *_block(step, column, width)]
            head = []
    if any(step.phase == "meaning" for step in report.steps):
        yield meaning(report.steps, style)


def heading(text: str, rule: str, style: Style) -> list[str]:
    """The title of a pass, and the rule that it goes by."""
    width = style.width or WIDEST
    return _beside(text, min(GATE, width - columns(rule)), rule, width, _bold(text, style))


def forward_pass(steps: Sequence[Step], width: int) -> Iterator[list[str]]:
    """The lines of each step, the gate's name behind the first."""
    texts = _tabled([step.lines[0] for step in steps], SHAPES)
    gates = [_spelled(step.gate) for step in steps]
    longest = max((len(INDENT) + columns(text) + 2 for text in texts), default=0)
    column = min(max(GATE, longest), 2 * GATE, width - max(map(len, gates), default=0))
    for step, text, gate in zip(steps, texts, gates, strict=True):
        *lines, last = _equation(f"{step.number:>3}  ", text, width)
        yield [*lines, *_beside(last, column, gate, width), *told(step.lines[1:], width)]


def told(lines: Sequence[str], width: int) -> Iterator[str]:
    """Equations and the rows of arrays, in the width of the terminal."""
    for line in _tabled(lines, SHAPES):
        yield from _rows([line], width) if line.startswith(ROW) else _equation(INDENT, line, width)


def meaning(steps: Sequence[Step], style: Style) -> list[str]:
    """What the passes mean, under its title."""
    texts = [step.lines[0] for step in steps if step.phase == "meaning"]
    return ["", _bold("What it means", style), *(line for text in texts for line in _wrap(text, style.width or WIDEST))]


def _block(step: Step, column: int, width: int) -> Iterator[str]:
    if step.title:
        number = f"{step.number:>3}" if step.number else "   "
        yield from _beside(f"{number}  {step.title}", column, step.pattern, width)
    yield from told(step.lines, width)


def _tabled(lines: Sequence[str], most: int) -> list[str]:
    """The lines with their shapes under each other; a line of more than `most` columns stands for itself."""
    splits = [("", "", line) if line.startswith(ROW) else line.partition(GAP) for line in lines]
    widths = [columns(equation) for equation, gap, _ in splits if gap]
    column = max((one for one in widths if one <= most), default=0)
    return [
        f"{left}{' ' * max(0, column - columns(left))}{gap}{right}" if gap else left + right
        for left, gap, right in splits
    ]


def _equation(start: str, line: str, width: int) -> list[str]:
    """A line of the trace in the width of the terminal; shapes behind it go to a line of their own."""
    whole = start + line
    if columns(whole) <= width:
        return [whole]
    equation, _, shapes = line.partition(GAP)
    if not shapes and " = " in line:
        return _fold(whole, width)
    from textwrap import wrap

    lines = wrap(start + equation, width, subsequent_indent=2 * INDENT, break_long_words=False)
    return [*lines, *[2 * INDENT + shapes.strip()] * bool(shapes)]


def _rows(lines: Iterable[str], width: int) -> list[str]:
    """The rows of an array; where they are too wide, they are cut."""
    rows = [INDENT + line for line in lines]
    return [row if columns(row) <= width else f"{row[: width - 1]}…" for row in rows]


def _spelled(gate: str) -> str:
    """A gate's name as the language has it."""
    return GATES[gate].spelling if gate in GATES and not GATES[gate].infix else gate


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
            first, *rows = step.lines
            lines.append(f"{step.number}. {_code(first)} ({_spelled(step.gate)})")
            lines += _fenced(rows, "   ")
    lines += [""] * bool(lines[-1]) + ["## Backward pass", "", RULE, ""]
    for step in report.steps:
        if step.phase == "backward":
            title = f"`{step.title}`: {step.pattern}" if step.title else "the output"
            lines.append(f"- {title}")
            for is_rows, group in groupby(step.lines, key=lambda line: line.startswith(ROW)):
                found = list(group)
                lines += _fenced(found, "    ") if is_rows else [f"  - {_code(line)}" for line in found]
    lines += [""] * bool(lines[-1]) + ["## What it means", ""]
    lines += [f"- {step.lines[0]}" for step in report.steps if step.phase == "meaning"]
    return "\n".join(lines)


def _code(line: str) -> str:
    """A line's equation as code, and behind it its shapes."""
    equation, gap, shapes = line.partition(GAP)
    return (f"`{equation}`" if "=" in equation else equation) + (f", `{shapes}`" if gap else "")


def _fenced(rows: list[str], indent: str) -> list[str]:
    """The rows of an array as a block of code in a list."""
    if not rows:
        return []
    return ["", *(indent + line for line in ("```", *(row.removeprefix(ROW) for row in rows), "```")), ""]
