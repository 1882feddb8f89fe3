"""The table for a report: Markdown (GitHub's) and LaTeX.

Formulas are written from the nodes of the report, in either notation.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from bpcalc.errors import columns
from bpcalc.reports.report import Report
from bpcalc.reports.rows import INPUTS, Row
from bpcalc.reports.tangents import JvpReport, TangentRow
from bpcalc.reports.uncertainty import Uncertainty
from bpcalc.show import Style
from bpcalc.show.grid import breadth
from bpcalc.show.heading import equals, heading, is_comparison, with_uncertainty
from bpcalc.writing.latex import latex as formula
from bpcalc.writing.latex import name, names, number
from bpcalc.writing.latex import value as entries
from bpcalc.writing.numerals import ENTRIES, block, count, eye, summary
from bpcalc.writing.unparse import needed

TEXT = 64  # letters in a row: a narrower table fits the text of any page
PADDED = 72  # columns: a source is aligned where its cells are not wider


def _padded(cells: list[str], widths: list[int], rules: list[str]) -> list[str]:
    gaps = [" " * (min(width, PADDED) - columns(cell)) for cell, width in zip(cells, widths, strict=True)]
    return [gap + c if rule == "r" else c + gap for c, gap, rule in zip(cells, gaps, rules, strict=True)]


# Markdown


def _flow(row: Row) -> Any:
    """What a node has beside its value: its gradient, or in forward mode its tangent."""
    return row.tangent if isinstance(row, TangentRow) else row.gradient


def markdown(report: Report | JvpReport, style: Style) -> str:
    """The heading, and a table whose source is aligned too."""
    m = report.circuit.m
    flow = f"∂{report.of}/∂node" if isinstance(report, Report) else "tangent"
    table = [["node", "is", "value", flow, "as a formula"]]
    for row in report.nodes:
        shown = INPUTS.get(row.role) or code(row.expression)
        numbers = [eye(m, row.value, style.precision), eye(m, _flow(row), style.precision)]
        brief = row.brief
        # where the formula for the eye was cut, the complete one
        table.append([code(row.name), shown, *numbers, code(row.symbolic if brief.endswith("…") else brief)])
    rules = ["l", "l", "r", "r", "l"]
    if not any(line[-1] for line in table[1:]):
        table, rules = [line[:-1] for line in table], rules[:-1]
    widths = [max(3, breadth(cells)) for cells in zip(*table, strict=True)]
    dashes = ["-" * (min(w, PADDED) - 1) + (":" if rule == "r" else "-") for w, rule in zip(widths, rules, strict=True)]
    head, *rows = [_padded(line, widths, rules) for line in table]
    lines = [f"| {' | '.join(line)} |" for line in (head, dashes, *rows)]
    more = ["", f"{report.hidden:,} more nodes are not shown: `--all` shows them"] if report.hidden else []
    parts = [f"- {code(f'∂{report.of}/∂{name}')} = {eye(m, report.circuit.gradient_by(name), style.precision)}"
             for name in report.circuit.parts] if isinstance(report, Report) else []  # fmt: skip
    more += ["", *parts] if parts else []
    if isinstance(report, Report) and report.uncertainty is not None:
        more += _budget(report, report.uncertainty, style.precision)
    return "\n".join([code("".join(heading(report, style.precision))), "", *lines, *more])


def _budget(report: Report, found: Uncertainty, precision: int | None) -> list[str]:
    """What each uncertain input adds, as a table under the other, and what is told under it."""
    from bpcalc.telling.uncertainty_words import budget, sentences

    head, *rows = zip(*budget(report, found, precision), strict=True)
    lines = [f"| {' | '.join(line)} |" for line in (head, ("---", *["---:"] * (len(head) - 1)), *rows)]
    told = [part for sentence in sentences(report, found) for part in ("", sentence)]
    return ["", *lines, *told]


def code(text: str) -> str:
    """The text as code; in a table a bar needs a backslash, in code too."""
    bar = r"\|"
    return f"`{text.replace('|', bar)}`" if text else ""


# LaTeX


class Words(NamedTuple):
    """How the names of a report are written in LaTeX, and the digits of its numbers."""

    of: Mapping[str, str]
    precision: int | None


def latex(report: Report | JvpReport, style: Style) -> str:
    """A displayed equation and a `tabular`, or one of the two; a comment names the packages that they take.

    A table that may be wider than the text is scaled down to it, where it is.
    """
    of, inputs = (report.of, report.gradient) if isinstance(report, Report) else (report.output, report.direction)
    labels = report.names.labels
    words = names(sorted({*labels.values(), report.output, of, *inputs}))
    # a long part without a variable stands there as its number
    numbers = {label: number(label) for node, label in report.nodes.labels.items() if node not in labels}
    spelled = Words({**words, **numbers}, style.precision)
    formula_lines = [] if style.part == "table" else _display(report, spelled)
    flow = rf"$\partial {words[of]} / \partial \text{{node}}$" if isinstance(report, Report) else "tangent"
    table_lines = [] if style.part == "formula" else _tabular(report, spelled, flow)
    packages = ["amsmath", *["graphicx"] * any("resizebox" in line for line in table_lines)]
    between = [""] if formula_lines and table_lines else []
    return "\n".join([f"% \\usepackage{{{','.join(packages)}}}", *formula_lines, *between, *table_lines])


def _tabular(report: Report | JvpReport, words: Words, flow: str) -> list[str]:
    table = [["node", "is", "value", flow, "as a formula"]]
    table += [_cells(report, row, words) for row in report.nodes]
    rules = ["l", "l", "r", "r", "l"]
    if not any(line[-1] for line in table[1:]):
        table, rules = [line[:-1] for line in table], rules[:-1]
    widths = [breadth(cells) for cells in zip(*table, strict=True)]
    head, *rows = [rf"  {' & '.join(_padded(line, widths, rules))} \\" for line in table]
    more = ["", f"{report.hidden:,} more nodes are not shown."] if report.hidden else []
    lines = [rf"\begin{{tabular}}{{{''.join(rules)}}}", r"  \hline", head, r"  \hline", *rows, r"  \hline",
             r"\end{tabular}"]  # fmt: skip
    if sum(max(map(_about, cells)) + 2 for cells in zip(*table, strict=True)) > TEXT:
        scaled = r"\noindent\resizebox{\ifdim\width>\linewidth\linewidth\else\width\fi}{!}{"
        lines = [scaled + lines[0], *lines[1:-1], lines[-1] + "}"]
    return [*lines, *more]


def _about(cell: str) -> int:
    """About how many letters wide a cell is when it is set."""
    import re

    return columns(re.sub(r"\\[A-Za-z]+", "x", re.sub(r"\\(?:left|right|operatorname|text|[,;!])|[{}$^_ ]", "", cell)))


def _cells(report: Report | JvpReport, row: Row, words: Words) -> list[str]:
    m = report.circuit.m
    flow = _flow(row)
    gradient = "" if flow is None else f"${_value(m, flow, words.precision)}$"
    shown = INPUTS.get(row.role)
    if shown is None:
        shown = f"${formula(report.circuit.program.graph, row.node, report.nodes.labels, words.of)}$"
    return [f"${words.of[row.name]}$", shown, f"${_value(m, row.value, words.precision)}$", gradient,
            _formula(report, row, words)]  # fmt: skip


def _formula(report: Report | JvpReport, row: Row, words: Words) -> str:
    """The gradient as a formula in a line; where in terms of other rows it has no end, its shared parts come first."""
    formulas = report.formulas if isinstance(report, Report) else None
    if formulas is None or row.gradient is None:
        return ""
    if row.node not in formulas.nodes:
        return rf"${_zeros(report.circuit.m.shape(row.value))}$"
    graph, node, terms, _ = formulas.shown(row.node)
    if node in terms:
        return f"${words.of.get(terms[node]) or name(terms[node])}$"
    if not row.brief.endswith("…"):
        return f"${formula(graph, node, terms, words.of)}$"
    graph, node = formulas.graph, formulas.nodes[row.node]
    definitions = formulas.definitions(node)
    given = formulas.inputs | definitions
    parts = [
        f"{words.of.get(definitions[one]) or name(definitions[one])} = {formula(graph, one, given, words.of)}"
        for one in needed(graph, node, definitions, given)
    ]
    return f"${', '.join([*parts, formula(graph, node, given, words.of)])}$"


def _zeros(shape: tuple[int, ...]) -> str:
    """The formula of a gradient of zeros."""
    return rf"\operatorname{{zeros}}\left({', '.join(map(str, shape))}\right)" if shape else "0"


def _value(m: Any, value: Any, precision: int | None) -> str:
    """A number, a small array as a matrix, a large one summed up."""
    size = count(m, value)
    if not size or size > ENTRIES:
        return rf"\text{{{summary(m, value, precision) if size else block(m, value, precision)[0]}}}"

    def texts(nested: Any) -> Any:
        return list(map(texts, nested)) if isinstance(nested, list) else m.entries.text(nested, precision)

    return entries(texts(m.lists(value)))


def _equations(report: Report | JvpReport, words: Words) -> list[tuple[str, str]]:
    """The statements of the program as ("q = ", "x + y"), the output without a name; none where it is endless."""
    graph, names = report.circuit.program.graph, report.names
    statements = names.statements()
    if statements is None:
        return []
    given = {node: label for node, label in names.given.items() if node != names.node}
    found = [(f"{words.of[given[node]]} = ", formula(graph, node, given, words.of)) for node in statements]
    return [*found, ("", formula(graph, names.node, given, words.of))]


def _with_uncertainty(report: Report | JvpReport) -> str:
    r"""`= 10.0 \pm 0.8` of an uncertain output."""
    number, exponent, power = with_uncertainty(report).strip().replace("±", r"\pm").partition(")e")
    return rf"{number}) \cdot 10^{{{power}}}" if exponent else number


def _display(report: Report | JvpReport, words: Words) -> list[str]:
    """The expression and its value as an equation of its own."""
    m, f = report.circuit.m, words.of[report.output]
    shown = eye(m, report.value, words.precision)
    sign = equals(m, report.value, shown, "=", r"\approx")
    value = _with_uncertainty(report) or f"{sign} {_value(m, report.value, words.precision)}"
    equations = _equations(report, words) or [("", f)]
    left, right = equations[-1]
    if is_comparison(report):
        right = rf"\left({right}\right)"
    equations[-1] = (left if left or right == f else f"{f} = ", right)
    if len(equations) == 1:
        return [r"\[", f"  {''.join(equations[0])} {value}", r"\]"]
    lines = [f"  {left.replace('=', '&=')}{right}" for left, right in equations]
    lines = [rf"{line} \\" for line in lines[:-1]] + [f"{lines[-1]} {value}"]
    return [r"\[", r"\begin{aligned}", *lines, r"\end{aligned}", r"\]"]
