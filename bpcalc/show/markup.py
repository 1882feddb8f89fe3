"""The table for a report: Markdown (GitHub's) and LaTeX.

A row holds texts of the language; LaTeX is made by reading them again, so that no formula is kept twice.
"""

from __future__ import annotations

from typing import Any

from bpcalc.errors import BpcalcError, Source, columns
from bpcalc.reading.parse import Program, parse
from bpcalc.reports.report import INPUTS, Report, Row
from bpcalc.show import Style
from bpcalc.show.grid import breadth
from bpcalc.show.heading import equals, heading, is_comparison
from bpcalc.writing.latex import latex as formula
from bpcalc.writing.latex import name, names
from bpcalc.writing.latex import value as entries
from bpcalc.writing.numerals import ENTRIES, block, eye, is_array, summary
from bpcalc.writing.unparse import lengths, program_text

LONG = 20_000  # characters: a longer program is not written out
PADDED = 72  # columns: a source is aligned where its cells are not wider


def _padded(cells: list[str], widths: list[int], rules: list[str]) -> list[str]:
    gaps = [" " * (min(width, PADDED) - columns(cell)) for cell, width in zip(cells, widths, strict=True)]
    return [gap + c if rule == "r" else c + gap for c, gap, rule in zip(cells, gaps, rules, strict=True)]


# Markdown


def markdown(report: Report, style: Style) -> str:
    """The heading, and a table whose source is aligned too."""
    table = [["node", "is", "value", f"∂{report.of}/∂node", "as a formula"]]
    for row in report.nodes:
        shown = INPUTS.get(row.role) or _code(row.expression)
        numbers = [eye(row.value, style.precision), eye(row.gradient, style.precision)]
        table.append([_code(row.name), shown, *numbers, _code(_whole_formula(row))])
    rules = ["l", "l", "r", "r", "l"]
    if not any(row.brief for row in report.nodes):
        table, rules = [line[:-1] for line in table], rules[:-1]
    widths = [max(3, breadth(cells)) for cells in zip(*table, strict=True)]
    dashes = ["-" * (min(w, PADDED) - 1) + (":" if rule == "r" else "-") for w, rule in zip(widths, rules, strict=True)]
    head, *rows = [_padded(line, widths, rules) for line in table]
    lines = [f"| {' | '.join(line)} |" for line in (head, dashes, *rows)]
    more = ["", f"{report.hidden:,} more nodes are not shown: `--all` shows them"] if report.hidden else []
    return "\n".join([_code("".join(heading(report, style.precision))), "", *lines, *more])


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
    value = f"${_value(row.value, precision)}$"
    gradient = "" if row.gradient is None else f"${_value(row.gradient, precision)}$"
    shown = INPUTS.get(row.role) or _math(row.expression, words)
    return [f"${words[row.name]}$", shown, value, gradient, _math(_whole_formula(row), words)]


def _whole_formula(row: Row) -> str:
    """The formula for the eye, or where that was cut the complete one."""
    return row.symbolic if row.brief.endswith("…") else row.brief


def _value(value: Any, precision: int | None) -> str:
    """A number, a small array as a matrix, a large one summed up."""
    if not is_array(value):
        return entries(eye(value, precision))
    if not value.size or value.size > ENTRIES:
        return rf"\text{{{summary(value, precision) if value.size else block(value, precision)[0]}}}"

    def texts(nested: Any) -> Any:
        return list(map(texts, nested)) if isinstance(nested, list) else eye(nested, precision)

    return entries(texts(value.tolist()))


def _math(text: str, words: dict[str, str]) -> str:
    """A program of the language as one formula in a line."""
    return f"${', '.join(left + right for left, right in _equations(*_read(text, words), words))}$" if text else ""


def _read(text: str, words: dict[str, str]) -> tuple[Program, dict[int, str]]:
    """The program of a text of the report, and its names by node."""
    program = parse(Source(text), words)
    given: dict[int, str] = {}
    for title, node in program.names.items():
        given.setdefault(node, title)
    return program, given


def _equations(program: Program, given: dict[int, str], words: dict[str, str]) -> list[tuple[str, str]]:
    """The statements of a program as ("q = ", "x + y"); the last one may have no name on the left."""
    graph, output = program.graph, program.output
    defined = _defined(program, given)
    found = [
        (f"{words.get(given[node]) or name(given[node])} = ", formula(graph, node, given, words)) for node in defined
    ]
    return found if output in defined[-1:] else [*found, ("", formula(graph, output, given, words))]


def _defined(program: Program, given: dict[int, str]) -> list[int]:
    return [node for node, title in given.items() if program.graph.leaves.get(node) != title]


def _whole(report: Report, words: dict[str, str]) -> list[tuple[str, str]]:
    """The equations of the report's expression; none where that is too long to be written out.

    Then it stands in the report as it was typed, without its line breaks, and that may be another program.
    """
    try:
        program, given = _read(report.expression, words)
    except BpcalcError:
        return []
    sizes = lengths(program.graph, given, len(program.graph))
    written = {source for node in (*_defined(program, given), program.output) for source in program.graph.inputs[node]}
    if sum(sizes[node] for node in written) > LONG:
        return []
    definitions = {node: given[node] for node in _defined(program, given) if node != program.output}
    if program_text(program.graph, program.output, definitions, given) != report.expression:
        return []
    return _equations(program, given, words)


def _display(report: Report, words: dict[str, str], precision: int | None) -> list[str]:
    """The expression and its value as an equation of its own."""
    shown, f = eye(report.value, precision), words[report.output]
    value = f"{equals(report.value, shown, '=', chr(92) + 'approx')} {_value(report.value, precision)}"
    equations = _whole(report, words) or [("", f)]
    left, right = equations[-1]
    if is_comparison(report):
        right = rf"\left({right}\right)"
    equations[-1] = (left if left or right == f else f"{f} = ", right)
    if len(equations) == 1:
        return [r"\[", f"  {''.join(equations[0])} {value}", r"\]"]
    lines = [f"  {left.replace('=', '&=')}{right}" for left, right in equations]
    lines = [rf"{line} \\" for line in lines[:-1]] + [f"{lines[-1]} {value}"]
    return [r"\[", r"\begin{aligned}", *lines, r"\end{aligned}", r"\]"]
