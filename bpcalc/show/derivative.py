"""Derivatives as formulas: a line each, the bare program for scripts, LaTeX, JSON.

May import report's data.
"""

from __future__ import annotations

import json as library
import math
from collections import Counter
from collections.abc import Iterable
from typing import Any

from bpcalc.reports import Check, Derivative, DiffReport

MOST = 15  # digits that two numbers are said to agree to
SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def text(report: DiffReport) -> str:
    """Definitions first, then a line a derivative: ∂f/∂x = 2*x."""
    lines = [f"{name} = {formula}" for name, formula in report.definitions]
    titles = [_title(report, one) for one in report.derivatives.values()]
    wide = max(map(len, titles), default=0)
    sign = "≈" if report.point else "="
    pairs = zip(titles, report.derivatives.values(), strict=True)
    lines += [f"{title.ljust(wide)} {sign} {one.text}" for title, one in pairs]
    notes = [_layout(report)] if report.layout else []
    notes += [checked(report, title) for title in report.checks]
    return "\n".join([*lines, *[""] * bool(notes), *notes])


def _title(report: DiffReport, derivative: Derivative) -> str:
    if report.point:
        return f"{report.output} near {report.point}"
    order = len(derivative.over)
    below = "".join(f"∂{name}{_power(count)}" for name, count in Counter(derivative.over).items())
    return f"∂{_power(order)}{report.output}/{below}"


def _power(count: int) -> str:
    return str(count).translate(SUPERSCRIPTS) if count > 1 else ""


def _layout(report: DiffReport) -> str:
    if all(len(one.over) > 1 for one in report.derivatives.values()):
        return "rows: entries of the first name, columns: entries of the second"
    rows, columns = ("the input", report.output) if report.layout == "denominator" else (report.output, "the input")
    return f"{report.layout} layout: rows = entries of {rows}, columns = entries of {columns}"


def checked(report: DiffReport, title: str) -> str:
    """What the check of one derivative found: a line."""
    check = report.checks[title]
    name = "the polynomial" if report.point else _title(report, report.derivatives[title])
    if not check.points:
        return f"{name} could not be checked: {check.reason}"
    if check.holds:
        digits = min(MOST, math.floor(-math.log10(check.difference))) if check.difference else MOST
        return f"{name} agrees with finite differences to {digits} digits ({_where(check)})"
    reason = f": {check.reason}" if check.reason else f" by {100 * check.difference:.2g}%"
    return f"{name} DIFFERS from finite differences{reason} ({_where(check)})"


def _where(check: Check) -> str:
    points = f"{check.points} random points" if check.points > 1 else "1 point"
    others = f"; at {check.undefined} more the formula gives NaN or infinity" if check.undefined else ""
    return ", ".join([points, *(f"{size}={count}" for size, count in check.sizes.items())]) + others


def plain(report: DiffReport) -> str:
    """The program alone where there is one, else `NAME<TAB>PROGRAM` a line."""
    if len(report.derivatives) == 1:
        (derivative,) = report.derivatives.values()
        return derivative.program
    return "\n".join(f"{title}\t{one.program}" for title, one in report.derivatives.items())


def latex(report: DiffReport) -> str:
    """An align* environment."""
    lines = [f"{name} &= {formula}" for name, formula in report.definitions]
    lines += [f"{_latex_title(report, one)} &= {one.text}" for one in report.derivatives.values()]
    return "\\begin{align*}\n" + " \\\\\n".join(lines) + "\n\\end{align*}"


def _latex_title(report: DiffReport, derivative: Derivative) -> str:
    order = len(derivative.over)
    below = " ".join(rf"\partial {name}{_latex_power(count)}" for name, count in Counter(derivative.over).items())
    return rf"\frac{{\partial{_latex_power(order)} {report.output}}}{{{below}}}"


def _latex_power(count: int) -> str:
    return f"^{{{count}}}" if count > 1 else ""


def json(report: DiffReport) -> str:
    """The whole report. The schema only grows."""
    document: dict[str, Any] = {
        "expression": report.expression,
        "output": report.output,
        "derivatives": {title: one.program for title, one in report.derivatives.items()},
        "shapes": {title: list(_sizes(one.shape)) for title, one in report.derivatives.items()},
        "layout": report.layout or None,
        "warnings": [{"kind": w.kind, "node": w.node, "message": w.message} for w in report.warnings],
    }
    if report.point:
        document["point"] = report.point
    if report.checks:
        document["checks"] = {
            name: {"holds": check.holds, "points": check.points, "sizes": dict(check.sizes),
                   "difference": check.difference if check.difference - check.difference == 0 else None,
                   "undefined": check.undefined, "reason": check.reason or None}
            for name, check in report.checks.items()
        }  # fmt: skip
    return library.dumps(document, ensure_ascii=False, allow_nan=False)


def _sizes(shape: Iterable[int]) -> Iterable[Any]:
    """A size that has a name is a text."""
    return (size if type(size) is int else str(size) for size in shape)
