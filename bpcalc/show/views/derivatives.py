"""What `bpcalc diff` found: derivatives as formulas.

A formula of the language stays in one line, so that it can be copied.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator

from bpcalc.errors import BpcalcError, columns
from bpcalc.show import Style
from bpcalc.show.document import warned
from bpcalc.show.fold import folded
from bpcalc.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bpcalc.reports.derivatives import Check, Derivative, DiffReport

COMMAND = "diff"
FORMATS = ("text", "plain", "unicode", "markdown", "latex", "json")
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
    notes = _notes(report, wide)
    return "\n".join([*lines, *[""] * bool(notes), *notes])


def _notes(report: DiffReport, wide: int = 0) -> list[str]:
    """What is said below the formulas: the layout, and what checks found."""
    notes = [_layout(report)] if report.layout else []
    notes += [checked(report, title, wide) for title in report.checks]
    return [*notes, *([compared(report)] if report.equality else [])]


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
    if not order:
        return output
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


PROOFS = {"normal form": "the same formula", "SymPy": "proved by SymPy"}


def compared(report: DiffReport) -> str:
    """What `--equals` found: a line."""
    found = report.equality
    assert found is not None
    (one,) = report.derivatives.values()
    name = "the polynomial" if report.point else _title(report, one)
    if found.holds:
        points = f"the same at {found.points} random points" if found.points > 1 else "the same at 1 point"
        return f"{name} equals {found.formula}: {PROOFS.get(found.how) or f'{points}, not proved'}"
    if found.holds is None:
        return f"{name} and {found.formula}: undecided, {found.reason}"
    if not found.point:
        return f"{name} DIFFERS from {found.formula}{f': {found.reason}' if found.reason else ''}"
    singles = [f"{x} = {value:.6g}" for x, value in found.point.items() if not getattr(value, "shape", ())]
    at = f"at {', '.join(singles)}" if len(singles) == len(found.point) else "at random numbers"
    mine, theirs = (f"{float(value):.6g}" for value in found.values)
    what = f"entry [{', '.join(map(str, found.entry))}]" if found.entry else "it"
    return f"{name} DIFFERS from {found.formula}: {at} {what} is {mine}, and not {theirs}"


def _where(check: Check) -> str:
    points = f"{check.points} random points" if check.points > 1 else "1 point"
    return ", ".join([points, *(f"{size}={count}" for size, count in check.sizes.items())])


def unicode(report: DiffReport, style: Style) -> str:
    """The same, where the formulas of the report are in that notation."""
    return text(report, style)


def markdown(report: DiffReport, style: Style) -> str:
    """A table, formulas as code: definitions first, then a row a derivative; the notes below it."""
    from bpcalc.show.markup import code

    cells = [(code(name), code(formula)) for name, formula in report.definitions]
    cells += [(code(_title(report, one)), code(one.text)) for one in report.derivatives.values()]
    lines = [f"| {left} | {right} |" for left, right in [("derivative", "formula"), *cells]]
    notes = _notes(report)
    return "\n".join([lines[0], "| --- | --- |", *lines[1:], *(part for note in notes for part in ("", note))])


def pairs(report: DiffReport, style: Style) -> Iterator[tuple[str, str]]:
    """Each derivative as a program; what is alone needs no title."""
    for title, one in report.derivatives.items():
        yield title if len(report.derivatives) > 1 else "", one.program


def find(report: DiffReport, name: str) -> str:
    """A derivative by its title, `x` or `x,y`, as a program; of order 0 `value` or the output's own name."""
    own = report.derivatives.get("value")
    if own is not None and not own.over and name == report.output:
        name = "value"
    if name not in report.derivatives:
        by = " ".join(f"--wrt {title}" for title in (*report.derivatives, name))
        raise BpcalcError(f'the derivative by "{name}" was not asked for', hint=f"add it: {by}")
    return report.derivatives[name].program


def rows(report: DiffReport, style: Style) -> Iterator[tuple[str, ...]]:
    """A row a derivative."""
    yield "name", "derivative"
    for title, one in report.derivatives.items():
        yield title, one.program


def assignments(report: DiffReport, style: Style) -> Iterator[tuple[str, str, str]]:
    """`d_x='2*x'`"""
    from bpcalc.show.formats.env import quoted
    from bpcalc.show.views.picked import variable

    for title, one in report.derivatives.items():
        yield variable(title), title, quoted(one.program)


def latex(report: DiffReport, style: Style) -> str:
    """An align* environment, and a comment that names its package."""
    lines = [f"{_word(report, name)} &= {formula}" for name, formula in report.definitions]
    near = rf" \quad \text{{near }} {report.point}" if report.point else ""
    sign = r"\approx" if report.point else "="
    lines += [f"{_latex_title(report, one)} &{sign} {one.text}{near}" for one in report.derivatives.values()]
    return "% \\usepackage{amsmath}\n\\begin{align*}\n" + " \\\\\n".join(lines) + "\n\\end{align*}"


def _latex_title(report: DiffReport, derivative: Derivative) -> str:
    output, order = _word(report, report.output), len(derivative.over)
    if report.point or not order:
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
    found["point"] = report.point or None
    if report.checks:
        found["checks"] = {
            name: {"holds": check.holds, "points": check.points, "sizes": dict(check.sizes),
                   "difference": check.difference if check.difference - check.difference == 0 else None,
                   "undefined": check.undefined, "reason": check.reason or None}
            for name, check in report.checks.items()
        }  # fmt: skip
    if report.equality is not None:
        one = report.equality
        found["equals"] = {
            "formula": one.formula, "holds": one.holds, "how": one.how, "points": one.points,
            "at": {name: _data(value) for name, value in one.point.items()},
            "values": [_data(value) for value in one.values], "entry": list(one.entry), "message": compared(report),
        }  # fmt: skip
    return found


def _data(value: Any) -> Any:
    """A number of a point as JSON has it."""
    if getattr(value, "shape", ()):
        return [_data(one) for one in value]
    number = float(value)
    return number if math.isfinite(number) else "NaN" if math.isnan(number) else f"{'-' * (number < 0)}Infinity"


def _sizes(shape: Iterable[int]) -> Iterable[Any]:
    """A size that has a name is a text."""
    return (size if type(size) is int else str(size) for size in shape)
