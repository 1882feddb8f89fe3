"""What `bpcalc batch --reduce` found: the value and the gradient of all rows together."""

from __future__ import annotations

from collections.abc import Iterator

from bpcalc.errors import BpcalcError
from bpcalc.show import Style
from bpcalc.show.document import number, warned
from bpcalc.show.numbers import Written
from bpcalc.typed import TYPE_CHECKING, Any
from bpcalc.writing.numerals import exact, eye, fitted

if TYPE_CHECKING:
    from bpcalc.reports.total import Total

COMMAND = "batch"
FORMATS = ("table", "plain", "json", "csv", "tsv", "env", "markdown", "latex")
HEADER = ("name", "part", "number")


def table(report: Total, style: Style) -> str:
    """Of which rows what was added up, and a line for each result; a matrix below its name."""
    from bpcalc.show.grid import cut, plain, wrapped
    from bpcalc.writing.numerals import aligned

    m = report.m
    lines = [cut(report.expression, style.width), *wrapped(about(report), style), ""]
    single = {name: found for name, found in report.results.items() if not m.shape(found)}
    titles = [title(report, name) for name in single]
    numbers = aligned([eye(m, found, style.precision) for found in single.values()])
    lines += plain({"name": titles, "number": numbers}) if single else []
    for name, found in report.results.items():
        if m.shape(found):
            lines += [title(report, name), *fitted(m, found, style.precision, style.width)]
    return "\n".join(lines)


def about(report: Total) -> str:
    """`the mean of 3 rows`"""
    return f"the {report.how} of {report.rows:,} row{'s' if report.rows != 1 else ''}"


def title(report: Total, name: str) -> str:
    """`f`, `∂f/∂x`, and of a node `q`"""
    label, part = parted(name)
    return (label or report.output) if part == "value" else f"∂{report.output}/∂{label}"


def parted(name: str) -> tuple[str, str]:
    """The node and "value" or "gradient"; of the output's value no node."""
    label, _, part = name.rpartition(".")
    if label and part in ("value", "grad"):
        return label, "value" if part == "value" else "gradient"
    return ("", "value") if name == "value" else (name, "gradient")


def _numbers(report: Total, style: Style) -> Any:
    return Written(report.m, style.number) if style.number else report.m


def pairs(report: Total, style: Style) -> Iterator[tuple[str, str]]:
    """`value`, then the gradients by name; of a node `q.value`, `q.grad`."""
    m = _numbers(report, style)
    return ((name, exact(m, found)) for name, found in report.results.items())


def assignments(report: Total, style: Style) -> Iterator[tuple[str, str, str]]:
    """`value`, `d_x`; of a node `q_value`, `d_q`"""
    from bpcalc.show.views.picked import variable

    for name, text in pairs(report, style):
        yield variable(name), name, text


def rows(report: Total, style: Style) -> Iterator[tuple[str, ...]]:
    """A row a result."""
    yield HEADER
    m = _numbers(report, style)
    for name, found in report.results.items():
        label, part = parted(name)
        yield label or report.output, part, exact(m, found)


def document(report: Total, style: Style) -> dict[str, Any]:
    m = _numbers(report, style)
    found = {parted(name): number(m, one) for name, one in report.results.items()}
    values = {label: one for (label, part), one in found.items() if part == "value" and label}
    return {
        "expression": report.expression, "output": report.output, "reduce": report.how, "rows": report.rows,
        "value": found.get(("", "value")),
        "gradient": {label: one for (label, part), one in found.items() if part == "gradient"},
        **({"values": values} if values else {}),
        "warnings": warned(report.warnings),
    }  # fmt: skip


def markdown(report: Total, style: Style) -> str:
    """A table of names and numbers."""
    from bpcalc.show.markup import code

    lines = [f"{code(report.expression)}: {about(report)}", "", "| | |", "|---|--:|"]
    lines += [
        f"| {code(title(report, name))} | {eye(report.m, one, style.precision)} |"
        for name, one in report.results.items()
    ]
    return "\n".join(lines)


def latex(report: Total, style: Style) -> str:
    """The same, for a report."""
    from bpcalc.writing.latex import names, value

    m = report.m
    words = names(sorted({report.output, *(parted(name)[0] or report.output for name in report.results)}))
    f = words[report.output]

    def texts(nested: Any) -> Any:
        return [*map(texts, nested)] if isinstance(nested, list) else m.entries.text(nested, style.precision)

    lines = [r"% \usepackage{amsmath}", r"\begin{tabular}{lr}"]
    for name, one in report.results.items():
        label, part = parted(name)
        left = words[label or report.output] if part == "value" else rf"\partial {f} / \partial {words[label]}"
        lines.append(rf"  ${left}$ & ${value(texts(m.lists(one) if m.shaped else one))}$ \\")
    return "\n".join([*lines, r"\end{tabular}"])


def find(report: Total, name: str) -> Any:
    """What was asked for by this name."""
    if name not in report.results:
        raise BpcalcError(f'"{name}" was not asked for')
    return report.results[name]
