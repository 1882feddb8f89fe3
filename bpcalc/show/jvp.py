"""Forward mode as text: a table with the tangent of every node, the trace, and the formats for scripts."""

from __future__ import annotations

import json as library
from collections.abc import Iterator
from textwrap import wrap
from typing import Any

from bpcalc.errors import BpcalcError
from bpcalc.reports.tangents import JvpReport, TangentRow
from bpcalc.show import Style
from bpcalc.show.grid import cut
from bpcalc.show.heading import equals, heading
from bpcalc.show.json_ import number, steps, warned
from bpcalc.show.script import commas, tabs
from bpcalc.show.table import described, drawn
from bpcalc.writing.numerals import ENTRIES, exact, eye, is_array, numbers

HEADER = ("name", "role", "gate", "expression", "value", "tangent")
RULE = "tangent = sum of local x tangent of each input"


def table(report: JvpReport, style: Style) -> str:
    """One row a node with its tangent; above what was computed, below what all directions would take."""
    columns = {
        **described(report.nodes, style.precision),
        "tangent": ("tangent", numbers([row.tangent for row in report.nodes], style.precision)),
    }
    text, value = heading(report, style.precision)
    lines = [cut(text + value, style.width, keep=len(value)), *_along(report, style)]
    lines += drawn([row.role for row in report.nodes], columns, report.hidden, style)
    return "\n".join([*lines, *(["", *_wrapped(cost(report), style)] if report.passes.forward else [])])


def _along(report: JvpReport, style: Style) -> list[str]:
    """`its derivative along x = 1 is -4`"""
    shown = eye(report.tangent, style.precision)
    sign = ":" if _is_long(report.tangent) else equals(report.tangent, shown, " is", " is about")
    ways = [
        f"{name} ({text})" if _is_long(tangent) else f"{name} = {text}"
        for name, tangent in report.direction.items()
        for text in [eye(tangent, style.precision)]
    ]
    return _wrapped(f"its derivative along {', '.join(ways)}{sign} {shown}", style) if ways else []


def _is_long(value: Any) -> bool:
    """Is only its size and its extremes told in a line?"""
    return is_array(value) and value.size > ENTRIES


def cost(report: JvpReport) -> str:
    """What the derivative in all directions takes in either mode."""
    forward, reverse = report.passes
    whole = "full Jacobian" if is_array(report.value) else "whole gradient"
    return (
        f"a forward pass gives the derivative in one direction; the {whole} takes "
        f"{_passes(forward, 'forward', 'input')} or {_passes(reverse, 'backward', 'output')}"
    )


def _passes(count: int, kind: str, side: str) -> str:
    """`3 forward passes (one for each input entry)`"""
    return f"1 {kind} pass" if count == 1 else f"{count:,} {kind} passes (one for each {side} entry)"


def _wrapped(line: str, style: Style) -> list[str]:
    return wrap(line, style.width, break_long_words=False) if style.width else [line]


def trace(report: JvpReport, style: Style) -> str:
    """Values and tangents step by step, then what they mean."""
    from bpcalc.show import trace as laid_out
    from bpcalc.telling.teller import tell

    width = style.width or laid_out.WIDEST
    steps = tell(report, style.precision)
    start, *gates = [step for step in steps if step.phase == "forward"]
    lines = [*laid_out.heading("Forward pass", RULE, style), *laid_out.told(start.lines, width)]
    for found in laid_out.forward_pass(gates, width):
        lines += found
    return "\n".join([*lines, *laid_out.meaning(steps, style)])


def plain(report: JvpReport, style: Style) -> str:
    """`value` and `tangent` of the output, each behind a TAB."""
    return f"value\t{exact(report.value)}\ntangent\t{exact(report.tangent)}"


def _cells(report: JvpReport) -> Iterator[tuple[str, ...]]:
    yield HEADER
    for row in report.nodes:
        yield row.name, row.role, row.gate, row.expression, exact(row.value), exact(row.tangent)


def csv(report: JvpReport, style: Style) -> str:
    """The table's rows, separated by commas."""
    return commas(_cells(report))


def tsv(report: JvpReport, style: Style) -> str:
    """The table's rows, separated by tabs."""
    return tabs(_cells(report))


def json(report: JvpReport, style: Style) -> str:
    """The whole report. The schema only grows."""
    document: dict[str, Any] = {
        "expression": report.expression,
        "output": report.output,
        "value": number(report.value),
        "tangent": number(report.tangent),
        "direction": {name: number(tangent) for name, tangent in report.direction.items()},
        "nodes": list(map(_node, report.nodes)),
        "passes": report.passes._asdict(),
        "warnings": warned(report.warnings),
    }
    if report.steps:
        document["steps"] = steps(report, style)
    return library.dumps(document, ensure_ascii=False, allow_nan=False)


def _node(row: TangentRow) -> dict[str, Any]:
    return {
        "name": row.name, "role": row.role, "gate": row.gate, "expression": row.expression,
        "inputs": list(row.inputs),
        "shape": list(getattr(row.value, "shape", ())), "value": number(row.value), "tangent": number(row.tangent),
    }  # fmt: skip


def picked(report: JvpReport, names: tuple[str, ...]) -> str:
    """The bare numbers that `--get` asks for, one a line."""
    rows = iter(report.nodes)  # one for each name but those of the output's numbers
    return "\n".join(exact(_pick(report, name, rows)) for name in names)


def _pick(report: JvpReport, name: str, rows: Iterator[TangentRow]) -> Any:
    _, dot, part = name.partition(".")
    if name in ("value", "tangent"):
        return report.value if name == "value" else report.tangent
    if dot and part not in ("value", "tangent"):
        raise BpcalcError(f'--get takes NAME, value, tangent, NAME.value or NAME.tangent, not "{name}"')
    row = next(rows)
    return row.value if part == "value" else row.tangent
