"""What was computed, in one line: `f = (x + y)*z = -12`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bpcalc.gate import COMPARISON
from bpcalc.writing.numerals import eye

if TYPE_CHECKING:
    from bpcalc.reports.check import CheckReport
    from bpcalc.reports.report import Report
    from bpcalc.reports.tangents import JvpReport


def heading(report: Report | JvpReport | CheckReport, precision: int | None) -> tuple[str, str]:
    """The expression, and what stands behind it: ` = -12`, or ` ≈ 0.731059` for a rounded value."""
    text, f, m = report.expression, report.output, report.circuit.m
    if is_comparison(report):
        before, semicolon, last = text.rpartition("; ")
        text = f"{before}{semicolon}({last})" if not last.startswith(f"{f} = ") else text
    start = "" if "; " in text or text == f or text.startswith(f"{f} = ") else f"{f} = "
    shown = eye(m, report.value, precision)
    return start + text, f" {equals(m, report.value, shown, '=', '≈')} {shown}"


def equals(m: Any, value: Any, shown: str, equal: str, about: str) -> str:
    """The sign between an expression and its value as it is shown."""
    return equal if shows_all(m, value, shown) else about


def shows_all(m: Any, value: Any, shown: str) -> bool:
    """Do the digits that are shown give the number exactly?"""
    if m.shape(value):
        return shown == eye(m, value, None)
    return bool(m.is_nan(value)) or bool(m.read(shown) == value)


def is_comparison(report: Report | JvpReport | CheckReport) -> bool:
    """Is the output a comparison? It gets brackets before its value: f = (a < b) = 1."""
    circuit = report.circuit
    infix = circuit.program.graph.gates[circuit.output].infix
    return infix is not None and infix[1] == COMPARISON
