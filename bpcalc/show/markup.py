"""The table for a report: Markdown (GitHub's) and LaTeX.

May import errors, gate, latex, parse, report, show.grid, show.numbers. A row holds texts of the language; LaTeX is made by
reading them again, so that no formula is kept twice.
"""

from __future__ import annotations

from bpcalc.errors import BpcalcError, Source, columns
from bpcalc.gate import COMPARISON, GATES
from bpcalc.latex import latex as formula
from bpcalc.latex import names, number
from bpcalc.parse import Program, parse
from bpcalc.report import Report, Row
from bpcalc.show import Style
from bpcalc.show.grid import breadth
from bpcalc.show.numbers import eye

PADDED = 72  # columns: a source is aligned where its cells are not wider


def _equals(value: float, shown: str, equal: str, about: str) -> str:
    """The sign between an expression and its value as it is shown."""
    return equal if value != value or float(shown) == value else about


def _is_comparison(report: Report) -> bool:
    """Is the output a comparison? It gets brackets before its value: f = (a < b) = 1."""
    infix = GATES[report.nodes[-1].gate].infix if report.nodes and report.nodes[-1].gate in GATES else None
    return infix is not None and infix[1] == COMPARISON


def _padded(cells: list[str], widths: list[int], rules: list[str]) -> list[str]:
    gaps = [" " * (min(width, PADDED) - columns(cell)) for cell, width in zip(cells, widths, strict=True)]
    return [gap + c if rule == "r" else c + gap for c, gap, rule in zip(cells, gaps, rules, strict=True)]


# Markdown


def markdown(report: Report, style: Style) -> str:
    """The heading, and a table whose source is aligned too."""
    table = [["node", "is", "value", f"∂{report.of}/∂node", "as a formula"]]
    for row in report.nodes:
        shown = "input" if row.role == "input" else _code(row.expression)
        numbers = [eye(row.value, style.precision), eye(row.gradient, style.precision)]
        table.append([_code(row.name), shown, *numbers, _code(row.brief)])
    rules = ["l", "l", "r", "r", "l"]
    if not any(row.brief for row in report.nodes):
        table, rules = [line[:-1] for line in table], rules[:-1]
    widths = [max(3, breadth(cells)) for cells in zip(*table, strict=True)]
    dashes = ["-" * (min(w, PADDED) - 1) + (":" if rule == "r" else "-") for w, rule in zip(widths, rules, strict=True)]
    head, *rows = [_padded(line, widths, rules) for line in table]
    lines = [f"| {' | '.join(line)} |" for line in (head, dashes, *rows)]
    more = ["", f"{report.hidden:,} more nodes are not shown: `--all` shows them"] if report.hidden else []
    return "\n".join([_code(_heading(report, style.precision)), "", *lines, *more])


def _heading(report: Report, precision: int | None) -> str:
    shown = eye(report.value, precision)
    text, f = report.expression, report.output
    if _is_comparison(report):
        before, semicolon, last = text.rpartition("; ")
        text = f"{before}{semicolon}({last})" if not last.startswith(f"{f} = ") else text
    start = "" if "; " in text or text == f or text.startswith(f"{f} = ") else f"{f} = "
    return f"{start}{text} {_equals(report.value, shown, '=', '≈')} {shown}"


def _code(text: str) -> str:
    """The text as code; in a table a bar needs a backslash, in code too."""
    bar = r"\|"
    return f"`{text.replace('|', bar)}`" if text else ""


# LaTeX


def latex(report: Report, style: Style) -> str:
    """A displayed equation and a `tabular`; both compile with amsmath alone."""
    known = {row.name for row in report.nodes} | {report.output, report.of} | report.gradient.keys()
    words = names(sorted(known))
    derivative = rf"$\partial {words[report.of]} / \partial \text{{node}}$"
    table = [["node", "is", "value", derivative, "as a formula"]]
    table += [_cells(row, words, style.precision) for row in report.nodes]
    rules = ["l", "l", "r", "r", "l"]
    if not any(row.brief for row in report.nodes):
        table, rules = [line[:-1] for line in table], rules[:-1]
    widths = [breadth(cells) for cells in zip(*table, strict=True)]
    head, *rows = [rf"  {' & '.join(_padded(line, widths, rules))} \\" for line in table]
    more = ["", f"{report.hidden:,} more nodes are not shown."] if report.hidden else []
    return "\n".join([
        *_display(report, words, style.precision), "", rf"\begin{{tabular}}{{{''.join(rules)}}}",
        r"  \hline", head, r"  \hline", *rows, r"  \hline", r"\end{tabular}", *more,
    ])  # fmt: skip


def _cells(row: Row, words: dict[str, str], precision: int | None) -> list[str]:
    value = f"${number(eye(row.value, precision))}$"
    gradient = "" if row.gradient is None else f"${number(eye(row.gradient, precision))}$"
    shown = "input" if row.role == "input" else _math(row.expression, words)
    return [f"${words[row.name]}$", shown, value, gradient, _math(row.brief, words)]


def _math(text: str, words: dict[str, str]) -> str:
    """A program of the language as one formula in a line."""
    return f"${', '.join(left + right for left, right in _equations(text, words))}$" if text else ""


def _equations(text: str, words: dict[str, str]) -> list[tuple[str, str]]:
    """The statements of a program as ("q = ", "x + y"); the last one may have no name on the left."""
    program: Program = parse(Source(text), words)
    graph, output = program.graph, program.output
    given: dict[int, str] = {}
    for title, node in program.names.items():
        given.setdefault(node, title)
    defined = [node for node, title in given.items() if graph.leaves.get(node) != title]
    found = [(f"{words.get(given[node], given[node])} = ", formula(graph, node, given, words)) for node in defined]
    return found if defined and defined[-1] == output else [*found, ("", formula(graph, output, given, words))]


def _display(report: Report, words: dict[str, str], precision: int | None) -> list[str]:
    """The expression and its value as an equation of its own."""
    shown, f = eye(report.value, precision), words[report.output]
    value = f"{_equals(report.value, shown, '=', chr(92) + 'approx')} {number(shown)}"
    try:
        equations = _equations(report.expression, words)
    except BpcalcError:  # a long program stands in the report as it was typed, without its line breaks
        equations = [("", f)]
    left, right = equations[-1]
    if _is_comparison(report):
        equations[-1] = left, right = left, rf"\left({right}\right)"
    if not left and right != f:
        equations[-1] = (f"{f} = ", right)
    if len(equations) == 1:
        return [r"\[", f"  {''.join(equations[0])} {value}", r"\]"]
    lines = [f"  {left.replace('=', '&=')}{right}" for left, right in equations]
    lines = [rf"{line} \\" for line in lines[:-1]] + [f"{lines[-1]} {value}"]
    return [r"\[", r"\begin{aligned}", *lines, r"\end{aligned}", r"\]"]
