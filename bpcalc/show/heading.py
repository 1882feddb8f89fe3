"""What was computed, in one line: `f = (x + y)*z = -12`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bpcalc.gate import COMPARISON
from bpcalc.writing.numerals import eye, is_array

if TYPE_CHECKING:
    from bpcalc.reports.report import Report
    from bpcalc.reports.tangents import JvpReport


def heading(report: Report | JvpReport, precision: int | None) -> tuple[str, str]:
    """The expression, and what stands behind it: ` = -12`, or ` ≈ 0.731059` for a rounded value."""
    text, f = report.expression, report.output
    if is_comparison(report):
        before, semicolon, last = text.rpartition("; ")
        text = f"{before}{semicolon}({last})" if not last.startswith(f"{f} = ") else text
    start = "" if "; " in text or text == f or text.startswith(f"{f} = ") else f"{f} = "
    shown = eye(report.value, precision)
    return start + text, f" {equals(report.value, shown, '=', '≈')} {shown}"


def equals(value: Any, shown: str, equal: str, about: str) -> str:
    """The sign between an expression and its value as it is shown."""
    if is_array(value):
        return equal if shown == eye(value, None) else about
    return equal if value != value or float(shown) == value else about


def is_comparison(report: Report | JvpReport) -> bool:
    """Is the output a comparison? It gets brackets before its value: f = (a < b) = 1."""
    circuit = report.circuit
    infix = circuit.program.graph.gates[circuit.output].infix
    return infix is not None and infix[1] == COMPARISON
