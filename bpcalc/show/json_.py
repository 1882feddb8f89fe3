"""JSON: one object. NaN and infinity are the strings "NaN", "Infinity", "-Infinity", for JSON has no such numbers."""

from __future__ import annotations

import json as library
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from bpcalc.reports.formulas import Formulas
from bpcalc.reports.report import Report
from bpcalc.reports.rows import Row
from bpcalc.reports.warning import Warning
from bpcalc.show import Style

if TYPE_CHECKING:
    from bpcalc.reports.tangents import JvpReport
    from bpcalc.telling.lines import Line, Told

ALONE = 200  # nodes up to which each formula stands alone


def number(value: Any) -> Any:
    """A number as JSON has it."""
    if getattr(value, "shape", ()):
        return entries(value.tolist())
    if value is None:
        return None
    value = float(value)  # NumPy would warn of inf - inf
    if value - value == 0:
        return value
    return "NaN" if value != value else "Infinity" if value > 0 else "-Infinity"


def entries(nested: Any) -> Any:
    """The numbers of nested lists."""
    return list(map(entries, nested)) if isinstance(nested, list) else number(nested)


def json(report: Report, style: Style) -> str:
    """The whole report. The schema only grows."""
    document: dict[str, Any] = {
        "expression": report.expression,
        "output": report.output,
        "value": number(report.value),
        "gradient": {name: number(value) for name, value in report.gradient.items()},
        "nodes": [_node(row) for row in report.nodes],
    }
    if report.formulas is not None:
        definitions = _formulas(report, report.formulas, document["nodes"])
        if definitions:
            document["definitions"] = definitions
    document["warnings"] = warned(report.warnings)
    if report.steps:
        document["steps"] = steps(report, style)
    return library.dumps(document, ensure_ascii=False, allow_nan=False)


def _node(row: Row) -> dict[str, Any]:
    node: dict[str, Any] = {
        "name": row.name, "role": row.role, "gate": row.gate, "expression": row.expression,
        "inputs": list(row.inputs),
        "shape": list(getattr(row.value, "shape", ())), "value": number(row.value), "gradient": number(row.gradient),
    }  # fmt: skip
    if row.inputs:
        node["local"] = [number(local) for local in row.local]
    node["symbolic"] = None
    return node


def _formulas(report: Report, formulas: Formulas, nodes: list[dict[str, Any]]) -> dict[str, str]:
    """Puts the formulas in: each a program that stands alone; in a large graph what they share is defined once."""
    rows = [*report.nodes]
    reached = [row.node for row in rows if row.node in formulas.nodes]
    definitions: dict[str, str] = {}
    texts: dict[int, str] = {}
    if len(rows) > ALONE:
        definitions, texts = formulas.programs(reached)
    for row, node in zip(rows, nodes, strict=True):
        node["symbolic"] = texts.get(row.node) or row.symbolic or None
    return definitions


def warned(warnings: Iterable[Warning]) -> list[dict[str, str]]:
    """The warnings of a report."""
    return [{"kind": w.kind, "node": w.node, "message": w.message} for w in warnings]


def steps(report: Report | JvpReport, style: Style) -> list[dict[str, Any]]:
    """The steps of the trace."""
    from bpcalc.telling.teller import tell

    return list(map(_step, tell(report, style.precision)))


def _step(told: Told) -> dict[str, Any]:
    fields: dict[str, Any] = {"phase": told.phase, "number": told.number, "node": told.node, "gate": told.gate}
    if told.phase == "forward":
        fields["value"] = number(told.value)
    if told.tangent is not None:
        fields["tangent"] = number(told.tangent)
    if told.phase == "backward":
        fields["pattern"] = told.pattern
        fields["upstream"] = number(told.upstream)
        fields["downstream"] = {name: number(value) for name, value in told.downstream.items()}
    return {**fields, "lines": [text for line in told.lines for text in _texts(line)]}


def _texts(line: Line) -> Iterator[str]:
    """A line of the trace as JSON has it: shapes behind three blanks, each row of an array behind four."""
    yield f"{line.text}   {line.shapes}" if line.shapes else line.text
    yield from (f"    {row}" for row in line.rows)
