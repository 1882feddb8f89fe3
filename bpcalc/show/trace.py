"""The trace as text, and as markdown: the lines of the teller, laid out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from bpcalc.errors import columns
from bpcalc.gates import GATES
from bpcalc.reports.report import Report
from bpcalc.show import Style
from bpcalc.telling.lines import Line, Told
from bpcalc.telling.teller import tell
from bpcalc.writing.numerals import Laid

GATE = 47  # the column of the gates' names in the forward pass
SAYS = 20  # the column of the patterns in the backward pass, at least
INDENT = "     "
GAP = "   "  # between an equation and the shapes beside it
ROW = INDENT + "    "  # what the rows of an array below an equation begin with
SHAPES = 40  # columns of an equation, at most, behind which shapes stand under each other
EQUALS = " = "  # where an equation may be broken
RULE = "downstream = upstream x local"
WIDEST = 10**9  # columns where the output is not to a terminal: nothing is folded
# The colours of the tables: values green, gradients red.
VALUE, GRADIENT, TANGENT = "32", "31", "35"
RESULT = re.compile(r" [=≈] (\[[^=≈]*\]|[^\s=≈]+)(?=\s|,|$)(?!.* [=≈] )")  # what an equation gives


class Page(NamedTuple):
    """The columns that there are, and whether to colour."""

    width: int
    color: bool

    @classmethod
    def of(cls, style: Style) -> Page:
        return cls(style.width or WIDEST, style.color)


def trace(report: Report, style: Style) -> str:
    """Both passes, then what they mean."""
    return "\n".join(line for chunk in chunks(report, style) for line in chunk)


def chunks(report: Report, style: Style) -> Iterator[list[str]]:
    """The text of the trace in the pieces that `--step` stops between."""
    page, steps = Page.of(style), tell(report, style.precision)
    forward = [step for step in steps if step.phase == "forward"]
    backward = [step for step in steps if step.phase == "backward"]
    head: list[str] = []  # what stands above the next step
    if forward:
        head = [_bold("Forward pass", style)]
        for lines in forward_pass(forward, page):
            yield [*head, *lines]
            head = []
        head = [""]
    head += heading("Backward pass", RULE, style)
    titles = [columns(_title(step)) for step in backward]
    column = max(SAYS, min(len(INDENT) + max(titles, default=0) + 2, 2 * SAYS))
    for step in backward:
        yield [*head, *_block(step, column, page)]
        head = []
    if any(step.phase == "meaning" for step in steps):
        yield meaning(steps, style)


def heading(text: str, rule: str, style: Style) -> list[str]:
    """The title of a pass, and the rule that it goes by."""
    width = style.width or WIDEST
    return _beside(text, min(GATE, width - columns(rule)), rule, width, _bold(text, style))


def forward_pass(steps: Sequence[Told], page: Page) -> Iterator[list[str]]:
    """The lines of each step, the gate's name behind the first."""
    width = page.width
    firsts = _aligned([step.lines[0] for step in steps])
    gates = [_spelled(step.gate) for step in steps]
    longest = max((len(INDENT) + columns(_whole(line)) + 2 for line in firsts), default=0)
    column = min(max(GATE, longest), 2 * GATE, width - max(map(len, gates), default=0))
    for step, first, gate in zip(steps, firsts, gates, strict=True):
        lines = _equation(f"{step.number:>3}  ", first, width)
        *shown, last = _colored(lines, first, VALUE, page)
        shown += _beside(lines[-1], column, gate, width, last)
        yield [*shown, *_rows(first, VALUE, page), *told(step.lines[1:], TANGENT, page)]


def told(lines: Sequence[Line], color: str, page: Page) -> Iterator[str]:
    """Equations and the rows of arrays, in the width of the terminal; what they give in a colour."""
    for line in _aligned(lines):
        yield from _colored(_equation(INDENT, line, page.width), line, color, page)
        yield from _rows(line, color, page)


def _colored(lines: list[str], line: Line, color: str, page: Page) -> list[str]:
    """The lines of an equation with the number that it gives in a colour."""
    if not page.color or not line.is_equation or line.rows:
        return lines
    for place in reversed(range(len(lines))):
        if found := RESULT.search(lines[place]):
            start, end = found.span(1)
            text = lines[place]
            return [*lines[:place], text[:start] + _painted(text[start:end], color) + text[end:], *lines[place + 1 :]]
    return lines


def _painted(text: str, color: str) -> str:
    return f"\x1b[{color}m{text}\x1b[0m"


def meaning(steps: Sequence[Told], style: Style) -> list[str]:
    """What the passes mean, under its title."""
    texts = [step.lines[0].text for step in steps if step.phase == "meaning"]
    return ["", _bold("What it means", style), *(line for text in texts for line in _wrap(text, style.width or WIDEST))]


def _block(step: Told, column: int, page: Page) -> Iterator[str]:
    if step.pattern:
        number = f"{step.number:>3}" if step.number else "   "
        yield from _beside(f"{number}  {_title(step)}", column, step.pattern, page.width)
    yield from told(step.lines, GRADIENT, page)


def _aligned(lines: Sequence[Line]) -> list[Line]:
    """The lines with their shapes under each other; one of more than `SHAPES` columns stands for itself."""
    widths = [columns(line.text) for line in lines if line.shapes]
    column = max((one for one in widths if one <= SHAPES), default=0)
    return [
        line._replace(text=line.text + " " * max(0, column - columns(line.text))) if line.shapes else line
        for line in lines
    ]


def _whole(line: Line) -> str:
    """An equation with its shapes beside it."""
    return line.text + (GAP + line.shapes if line.shapes else "")


def _equation(start: str, line: Line, width: int) -> list[str]:
    """A line of the trace in the width of the terminal; shapes behind it go to a line of their own."""
    whole = start + _whole(line)
    if columns(whole) <= width:
        return [whole]
    if not line.shapes and EQUALS in line.text:
        return [part for folded in _fold(whole, width) for part in _broken(folded, width)]
    lines = _broken((start + line.text).rstrip(), width)
    return [*lines, *[2 * INDENT + line.shapes] * bool(line.shapes)]


def _broken(line: str, width: int) -> list[str]:
    """A line broken at its blanks, where it is too wide."""
    if columns(line) <= width:
        return [line]
    from textwrap import wrap

    return wrap(line, width, subsequent_indent=2 * INDENT, break_long_words=False, break_on_hyphens=False)


def _rows(line: Line, color: str, page: Page) -> list[str]:
    """The rows of an array; where they are too wide, they are shortened between their ends."""
    rows, room = line.rows, page.width - len(ROW)
    if max(map(columns, rows), default=0) > room:
        rows = tuple(rows.again(room)) if isinstance(rows, Laid) else tuple(", ".join(rows).split(", "))
    return [ROW + (_painted(row, color) if page.color else row) for row in rows]


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
    first, *parts = line.split(EQUALS)
    lines, current = [], first
    for part in parts:
        if columns(current + EQUALS + part) <= width:
            current += EQUALS + part
        else:
            lines.append(current)
            current = f"{INDENT}   {EQUALS}{part}"
    return [*lines, current]


def _wrap(text: str, width: int, indent: str = "  ") -> list[str]:
    """A sentence in the width of the terminal."""
    if len(indent) + columns(text) <= width:
        return [indent + text]
    from textwrap import wrap

    behind = f"{indent}  "
    return wrap(
        text, width, initial_indent=indent, subsequent_indent=behind, break_long_words=False, break_on_hyphens=False
    )


def trace_markdown(report: Report, style: Style) -> str:
    """The trace for a report: headings, and each pass as a list."""
    steps = tell(report, style.precision)
    lines = ["## Forward pass", ""]
    for step in steps:
        if step.phase == "forward":
            (line,) = step.lines
            lines.append(f"{step.number}. {_code(line)} ({_spelled(step.gate)})")
            lines += _fenced(line, "   ")
    lines += [""] * bool(lines[-1]) + ["## Backward pass", "", RULE, ""]
    for step in steps:
        if step.phase == "backward":
            lines.append(f"- `{_title(step)}`: {step.pattern}" if step.pattern else "- the output")
            for line in step.lines:
                lines += [f"  - {_code(line)}", *_fenced(line, "    ")]
    lines += [""] * bool(lines[-1]) + ["## What it means", ""]
    lines += [f"- {step.lines[0].text}" for step in steps if step.phase == "meaning"]
    return "\n".join(lines)


def _title(step: Told) -> str:
    """A block's heading: `q = x + y`; of a copy gate the node alone."""
    return f"{step.node} = {step.title}" if step.title else step.node


def _code(line: Line) -> str:
    """A line's equation as code, and behind it its shapes."""
    text = f"`{line.text}`" if line.is_equation else line.text
    return text + (f", `{line.shapes}`" if line.shapes else "")


def _fenced(line: Line, indent: str) -> list[str]:
    """The rows of an array as a block of code in a list."""
    if not line.rows:
        return []
    return ["", *(indent + row for row in ("```", *line.rows, "```")), ""]
