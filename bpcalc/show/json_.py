"""JSON: one object. NaN and infinity are the strings "NaN", "Infinity", "-Infinity", for JSON has no such numbers."""

from __future__ import annotations

import json as library
from collections.abc import Iterable
from typing import Any

from bpcalc.reports.formulas import Formulas
from bpcalc.reports.report import Report, Step, Warning
from bpcalc.reports.rows import Row
from bpcalc.show import Style

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
        document["steps"] = list(map(told, report.steps))
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


def told(step: Step) -> dict[str, Any]:
    """A step of the trace."""
    fields: dict[str, Any] = {"phase": step.phase, "number": step.number, "node": step.node, "gate": step.gate}
    if step.phase == "forward":
        fields["value"] = number(step.value)
    if step.tangent is not None:
        fields["tangent"] = number(step.tangent)
    if step.phase == "backward":
        fields["pattern"] = step.pattern
        fields["upstream"] = number(step.upstream)
        fields["downstream"] = {name: number(value) for name, value in step.downstream.items()}
    return {**fields, "lines": list(step.lines)}
