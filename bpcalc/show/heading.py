"""What was computed, in one line: `f = (x + y)*z = -12`."""

from __future__ import annotations

from bpcalc.errors import columns
from bpcalc.gate import COMPARISON
from bpcalc.show import Style
from bpcalc.show.grid import cut, wrapped
from bpcalc.typed import TYPE_CHECKING, Any
from bpcalc.writing.numerals import ENTRIES, count, eye, fitted, summary

if TYPE_CHECKING:
    from bpcalc.reports.check import CheckReport
    from bpcalc.reports.descent import DescentReport
    from bpcalc.reports.hessian import HessianReport
    from bpcalc.reports.jacobian import JacobianReport
    from bpcalc.reports.report import Report
    from bpcalc.reports.tangents import JvpReport

    Headed = Report | JvpReport | JacobianReport | HessianReport | CheckReport | DescentReport

INDENT = "  "  # of a value in lines of its own
LEAST = 12  # columns of the statements before the output that are worth showing


def heading(report: Report | JvpReport | CheckReport, precision: int | None) -> tuple[str, str]:
    """The expression, and what stands behind it: ` = -12`, or ` ≈ 0.731059` for a rounded value."""
    m = report.circuit.m
    before, last = parted(report)
    shown = eye(m, report.value, precision)
    return before + last, with_uncertainty(report) or behind(m, report.value, shown)


def parted(report: Headed) -> tuple[str, str]:
    """The statements before the output, `q = x + y; `, and the output with its name, `f = q*z`."""
    f = report.output
    before, semicolon, last = report.expression.rpartition("; ")
    if last != f and not last.startswith(f"{f} = "):
        last = f"{f} = ({last})" if is_comparison(report) else f"{f} = {last}"
    return before + semicolon, last


def headline(report: Headed, style: Style, apart: bool = False) -> list[str]:
    """What was computed, and what is to be said of how the numbers were come by."""
    said = report.circuit.m.told()
    return [*_headline(report, style, apart), *(wrapped(said, style) if said else [])]


def _headline(report: Headed, style: Style, apart: bool) -> list[str]:
    """`f = relu(x) = [1, 0, 3, 0]`; a value that does not fit the line has lines of its own.

    Of a program that is too long its beginning stays, and its output. `apart`: what is told of a large array always
    has a line of its own.
    """
    m, value, precision = report.circuit.m, report.value, style.precision
    (before, last), f = parted(report), report.output
    if count(m, value) > ENTRIES:
        told = summary(m, value, precision)
        if not apart and (style.width is None or columns(f"{before}{last}: {told}") <= style.width):
            return [f"{before}{last}: {told}"]
        return [shortened(before, last, "", style), *wrapped(f"{f} is {told}", style)]
    shown = eye(m, value, precision)
    told = with_uncertainty(report) or behind(m, value, shown)
    room = style.width or 100
    if m.shape(value) and columns(before + last + told) > room and columns(told) > room // 2:
        rows = fitted(m, value, precision, style.width and style.width - len(INDENT))
        return [shortened(before, last, "", style), *(INDENT + line for line in rows)]
    if style.width is not None and columns(f"{f} = …{told}") > style.width:
        return [shortened(before, last, "", style), INDENT + told.strip()]
    return [shortened(before, last, told, style)]


def with_uncertainty(report: Headed) -> str:
    """` = 10.0 ± 0.8` of an uncertain output; "" of others."""
    found = getattr(report, "uncertainty", None)
    if found is None:
        return ""
    from bpcalc.writing import uncertain

    return f" = {uncertain.with_uncertainty(found.value, found.uncertainty)}"


def shortened(before: str, last: str, behind: str, style: Style) -> str:
    """The heading in one line: first the statements before the output are cut, then its formula."""
    if style.width is None or columns(before + last + behind) <= style.width:
        return before + last + behind
    if before and columns(last + behind) + LEAST <= style.width:
        return f"{cut(before, style.width - columns(last + behind) - 1)} {last}{behind}"
    return cut(last + behind, style.width, keep=len(behind))


def behind(m: Any, value: Any, shown: str) -> str:
    """A value behind its expression: ` = -12`, ` ≈ 0.731059`."""
    sign = equals(m, value, shown, "=", "≈")
    return f" {shown}" if shown.startswith(sign) else f" {sign} {shown}"


def equals(m: Any, value: Any, shown: str, equal: str, about: str) -> str:
    """The sign between an expression and its value as it is shown."""
    return equal if shows_all(m, value, shown) else about


def shows_all(m: Any, value: Any, shown: str) -> bool:
    """Do the digits that are shown give the number exactly?"""
    if m.shape(value):
        return bool(m.is_exact(value)) and shown == eye(m, value, None)
    return bool(m.shows(value, shown))


def is_comparison(report: Headed) -> bool:
    """Is the output a comparison? It gets brackets before its value: f = (a < b) = 1."""
    circuit = report.circuit
    infix = circuit.program.graph.gates[circuit.output].infix
    return infix is not None and infix[1] == COMPARISON
