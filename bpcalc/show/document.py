"""What the documents of all views have in common: numbers, warnings and steps as JSON has them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bpcalc.reports.report import Step, Warning


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


def by_name(parts: Mapping[str, Any]) -> dict[str, Any]:
    """Numbers by name."""
    return {name: number(part) for name, part in parts.items()}


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
