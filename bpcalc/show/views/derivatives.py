"""What `bpcalc diff` found: derivatives as formulas.

A formula of the language stays in one line, so that it can be copied.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from bpcalc.errors import columns
from bpcalc.show import Style
from bpcalc.show.document import warned
from bpcalc.show.fold import folded

if TYPE_CHECKING:
    from bpcalc.reports.derivatives import Check, Derivative, DiffReport

FORMATS = ("text", "plain", "unicode", "latex", "json")
MOST = 15  # digits that two numbers are said to agree to
NAME, RESULT = "1;36", "31"  # a terminal's own bold cyan, and red as gradients have
SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def text(report: DiffReport, style: Style) -> str:
    """Definitions first, then a line a derivative: ∂f/∂x = 2*x."""
    lines = [
        line
        for name, formula in report.definitions
        for line in _equation(_word(report, name), " = ", formula, report, style)
    ]
    titles = [_title(report, one) for one in report.derivatives.values()]
    wide = max(map(columns, titles), default=0)
    for title, one in zip(titles, report.derivatives.values(), strict=True):
        sign = " " * (wide - columns(title)) + (" ≈ " if report.point else " = ")
        lines += _equation(title, sign, one.text, report, style)
    notes = [_layout(report)] if report.layout else []
    notes += [checked(report, title, wide) for title in report.checks]
    return "\n".join([*lines, *[""] * bool(notes), *notes])


def _equation(left: str, sign: str, formula: str, report: DiffReport, style: Style) -> list[str]:
    """`∂f/∂x = 2x` in as many lines as it takes; a formula of the language takes one."""
    lines = [formula]
    if style.width is not None and report.notation == "unicode":
        lines = folded(formula, style.width - columns(left + sign))
    first, *others = [f"\x1b[{RESULT}m{line}\x1b[0m" for line in lines] if style.color else lines
    shown = f"\x1b[{NAME}m{left}\x1b[0m" if style.color else left
    return [shown + sign + first, *(" " * columns(left + sign) + line for line in others)]


def _word(report: DiffReport, name: str) -> str:
    """A name in the notation of the report."""
    return report.names.get(name, name)


def _title(report: DiffReport, derivative: Derivative) -> str:
    output = _word(report, report.output)
    if report.point:
        return f"{output} near {report.point}"
    order = len(derivative.over)
    below = "".join(f"∂{_word(report, name)}{_power(count)}" for name, count in Counter(derivative.over).items())
    return f"∂{_power(order)}{output}/{below}"


def _power(count: int) -> str:
    return str(count).translate(SUPERSCRIPTS) if count > 1 else ""


def _layout(report: DiffReport) -> str:
    if all(len(one.over) > 1 for one in report.derivatives.values()):
        return "rows: entries of the first name, columns: entries of the second"
    rows, columns = ("the input", report.output) if report.layout == "denominator" else (report.output, "the input")
    return f"{report.layout} layout: rows = entries of {rows}, columns = entries of {columns}"


def checked(report: DiffReport, title: str, wide: int = 0) -> str:
    """What the check of one derivative found: a line."""
    check = report.checks[title]
    name = "the polynomial" if report.point else _title(report, report.derivatives[title])
    name += " " * (wide - columns(name)) * (not report.point)
    if not check.points:
        return f"{name} could not be checked: {check.reason}"
    if check.holds:
        return f"{name} agrees with finite differences to {_digits(check)} digits ({_where(check)})"
    if check.reason:
        return f"{name} DIFFERS from finite differences: {check.reason} ({_where(check)})"
    percent = 100 * check.difference
    how = f"{percent:.0f}%" if percent > 10 else f"{percent:.2g}%"
    return f"{name} DIFFERS from finite differences by {how}{check.place} ({_where(check)})"


def _digits(check: Check) -> int:
    return min(MOST, math.floor(-math.log10(check.difference))) if check.difference else MOST


def _where(check: Check) -> str:
    points = f"{check.points} random points" if check.points > 1 else "1 point"
    return ", ".join([points, *(f"{size}={count}" for size, count in check.sizes.items())])


def unicode(report: DiffReport, style: Style) -> str:
    """The same, where the formulas of the report are in that notation."""
    return text(report, style)


def pairs(report: DiffReport, style: Style) -> Iterator[tuple[str, str]]:
    """Each derivative as a program; what is alone needs no title."""
    for title, one in report.derivatives.items():
        yield title if len(report.derivatives) > 1 else "", one.program


def latex(report: DiffReport, style: Style) -> str:
    """An align* environment."""
    lines = [f"{_word(report, name)} &= {formula}" for name, formula in report.definitions]
    near = rf" \quad \text{{near }} {report.point}" if report.point else ""
    sign = r"\approx" if report.point else "="
    lines += [f"{_latex_title(report, one)} &{sign} {one.text}{near}" for one in report.derivatives.values()]
    return "\\begin{align*}\n" + " \\\\\n".join(lines) + "\n\\end{align*}"


def _latex_title(report: DiffReport, derivative: Derivative) -> str:
    output, order = _word(report, report.output), len(derivative.over)
    if report.point:
        return output
    counted = Counter(derivative.over).items()
    below = r" \, ".join(rf"\partial {_word(report, name)}{_latex_power(count)}" for name, count in counted)
    return rf"\frac{{\partial{_latex_power(order)} {output}}}{{{below}}}"


def _latex_power(count: int) -> str:
    return f"^{{{count}}}" if count > 1 else ""


def document(report: DiffReport, style: Style) -> dict[str, Any]:
    found: dict[str, Any] = {
        "expression": report.expression,
        "output": report.output,
        "derivatives": {title: one.program for title, one in report.derivatives.items()},
        "shapes": {title: list(_sizes(one.shape)) for title, one in report.derivatives.items()},
        "layout": report.layout or None,
        "warnings": warned(report.warnings),
    }
    if report.point:
        found["point"] = report.point
    if report.checks:
        found["checks"] = {
            name: {"holds": check.holds, "points": check.points, "sizes": dict(check.sizes),
                   "difference": check.difference if check.difference - check.difference == 0 else None,
                   "undefined": check.undefined, "reason": check.reason or None}
            for name, check in report.checks.items()
        }  # fmt: skip
    return found


def _sizes(shape: Iterable[int]) -> Iterable[Any]:
    """A size that has a name is a text."""
    return (size if type(size) is int else str(size) for size in shape)
