"""What `bpcalc grad` found."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from bpcalc.errors import BpcalcError
from bpcalc.show import Style
from bpcalc.show.document import by_name, nodes, number, steps, warned
from bpcalc.show.listed import Listed
from bpcalc.show.numbers import algebra
from bpcalc.typed import TYPE_CHECKING, Any
from bpcalc.writing.numerals import exact, exactly

if TYPE_CHECKING:
    from bpcalc.reports.accuracy import Accuracy
    from bpcalc.reports.formulas import Formulas
    from bpcalc.reports.report import Report
    from bpcalc.reports.rows import Row
    from bpcalc.reports.uncertainty import Uncertainty
    from bpcalc.show.table import Columns

COMMAND = "grad"
FORMATS = ("table", "plain", "json", "csv", "tsv", "env", "markdown", "latex")
HEADER = ("name", "role", "gate", "expression", "value", "gradient", "symbolic")
FORMULA = 72  # columns: a longer formula is shortened where there is a width to keep
ALONE = 200  # nodes up to which each formula of a document stands alone


def table(report: Report, style: Style) -> str:
    """One row a node, numbers under each other; a heading says what was computed."""
    from bpcalc.show.heading import headline
    from bpcalc.show.table import drawn

    rows, found = [*report.nodes], columns(report, style)
    if style.gutter and not report.hidden:
        from bpcalc.show.gutter import inputs_of, with_gutter

        inputs = inputs_of(report.circuit.program, report.names)
        found = with_gutter(found, [row.node for row in rows], inputs, style.width)
    lines = drawn([row.role for row in rows], found, report.hidden, style)
    return "\n".join([*headline(report, style), *lines, *_parts(report, style), *_story(report, style)])


def _parts(report: Report, style: Style) -> list[str]:
    """The gradients by parts of arrays, which have no row of their own."""
    if not report.circuit.parts:
        return []
    from bpcalc.show.matrix import listed

    titled = {f"∂{report.of}/∂{name}": report.gradient[name] for name in report.circuit.parts}
    return ["", *listed(report.circuit.m, titled, style)]


def _story(report: Report, style: Style) -> Iterator[str]:
    """What uncertain values make of the output, and what `--ulp` found, under the table."""
    if report.uncertainty is not None:
        yield from _budget(report, report.uncertainty, style)
    if report.accuracy is not None:
        from bpcalc.show.grid import wrapped
        from bpcalc.telling.accuracy_words import sentences

        yield ""
        for sentence in sentences(report):
            yield from wrapped(sentence, style)


def _budget(report: Report, found: Uncertainty, style: Style) -> Iterator[str]:
    """What each uncertain input adds, as a table."""
    from bpcalc.show.grid import Grid, plain, total, wrapped
    from bpcalc.telling.uncertainty_words import budget, sentences
    from bpcalc.writing.numerals import aligned

    grid: Grid = {}
    for title, *cells in budget(report, found, style.precision):
        lined = cells if title == "input" else [cell.rjust(7) for cell in cells] if title == "share" else aligned(cells)
        grid[title] = [title, *lined]
    for spare in ("value", "contribution"):  # the table above has the one, and the columns beside make the other
        if style.width is not None and total(grid) > style.width:
            del grid[spare]
    yield ""
    yield from plain(grid)
    for sentence in sentences(report, found):
        yield from wrapped(sentence, style)


def columns(report: Report, style: Style) -> Columns:
    """The columns of the table: what each node is, its value, its gradient, and that as a formula where it has one."""
    from bpcalc.show.grid import cut
    from bpcalc.show.table import described, texts, values

    m, rows, f, precision = report.circuit.m, [*report.nodes], report.of, style.precision
    found = {
        **described(m, rows, precision),
        "gradient": (f"∂{f}/∂node", values(m, [row.gradient for row in rows], precision)),
    }
    if report.accuracy is not None:
        found = _with_ulps(found, [row.node for row in rows], report.accuracy)
    if any(formulas := [row.brief for row in rows]):
        most = None if style.width is None else max(FORMULA, style.width)
        found["formula"] = ("as a formula", texts([cut(formula, most) for formula in formulas]))
    return found


def _with_ulps(columns: Columns, nodes: Sequence[int], accuracy: Accuracy) -> Columns:
    """The columns, and behind values and gradients how far they are from the truth."""
    from bpcalc.show.table import texts
    from bpcalc.telling.accuracy_words import figure

    found: Columns = {}
    for name, column in columns.items():
        found[name] = column
        errors = {"value": accuracy.values, "gradient": accuracy.gradients}.get(name)
        if errors is not None:
            found[f"{name} ulp"] = ("ulp", texts([figure(errors.get(node)) for node in nodes]))
    return found


def markdown(report: Report, style: Style) -> str:
    from bpcalc.show import markup

    return markup.markdown(report, style)


def latex(report: Report, style: Style) -> str:
    from bpcalc.show import markup

    return markup.latex(report, style)


def trace(report: Report, style: Style) -> str:
    from bpcalc.show import trace as laid_out

    return "\n".join([laid_out.trace(report, style), *_story(report, style)])


def trace_markdown(report: Report, style: Style) -> str:
    from bpcalc.show import trace as laid_out

    return laid_out.trace_markdown(report, style)


def pairs(report: Report, style: Style) -> Iterator[tuple[str, str]]:
    """The output first as `value`, then each gradient."""
    exact = exactly(algebra(report, style.number))
    yield "value", exact(report.value)
    for name, gradient in report.gradient.items():
        yield name, exact(gradient)
    if report.uncertainty is not None:
        yield "uncertainty", exact(report.uncertainty.uncertainty)


def assignments(report: Report, style: Style) -> Iterator[tuple[str, str, str]]:
    """`value`, `d_x`"""
    exact = exactly(algebra(report, style.number))
    yield "value", report.output, exact(report.value)
    for name, gradient in report.gradient.items():
        yield f"d_{name}", name, exact(gradient)
    if report.uncertainty is not None:
        yield "uncertainty", report.output, exact(report.uncertainty.uncertainty)


def rows(report: Report, style: Style) -> Listed[tuple[str, ...]]:
    """A row a node."""
    m, found, blank = algebra(report, style.number), report.accuracy, [""] * (report.accuracy is not None)
    spread = _spread(report) if report.uncertainty is not None else None
    heading = (*HEADER, *["value_ulp", "gradient_ulp"] * len(blank), *["uncertainty"] * (spread is not None))
    parts = [
        (name, "part", "index", name, exact(m, part.of(report.circuit.values[report.circuit.wrt[name]])),
         exact(m, report.gradient[name]), "", *blank * 2)
        for name, part in report.circuit.parts.items()
    ]  # fmt: skip

    def more(row: Row) -> Iterator[Any]:
        if found is not None:
            yield from (found.values.get(row.node, ""), found.gradients.get(row.node, ""))
        if spread is not None:
            yield spread.get(row.name, "")

    is_plain = found is None and spread is None
    data = _cells if is_plain else lambda m, row: (*_cells(m, row), *map(str, more(row)))
    return Listed(m, report.nodes, data, around=([heading], parts), is_plain=is_plain)


def _cells(m: Any, row: Row) -> tuple[str, ...]:
    gradient = "" if row.gradient is None else exact(m, row.gradient)
    return row.name, row.role, row.gate, row.expression, exact(m, row.value), gradient, row.symbolic


def _spread(report: Report) -> dict[str, str]:
    """The uncertainties of the output and of the inputs that are single numbers, by name."""
    found, exact = report.uncertainty, exactly(algebra(report, "").entries)
    assert found is not None
    parts = {one.name: one.uncertainty for one in found.contributions}
    return {name: exact(one) for name, one in {**parts, report.output: found.uncertainty}.items()}


def document(report: Report, style: Style) -> dict[str, Any]:
    m = algebra(report, style.number)
    found: dict[str, Any] = {
        "expression": report.expression,
        "output": report.output,
        "value": number(m, report.value),
        "gradient": by_name(m, report.gradient),
        "nodes": nodes(
            m, report.nodes, _node, {"gradient": None, "symbolic": None},
            is_plain=report.formulas is None and report.accuracy is None,
        ),
    }  # fmt: skip
    if report.formulas is not None or report.accuracy is not None:
        found["nodes"] = [*found["nodes"]]  # more is put in
    if report.formulas is not None:
        named = {row.name for row in report.nodes}
        definitions = _formulas(report, report.formulas, (node for node in found["nodes"] if node["name"] in named))
        if definitions:
            found["definitions"] = definitions
    if report.accuracy is not None:
        from bpcalc.telling import accuracy_words

        found["ulp"] = accuracy_words.document(report)
        rows_of = {row.name: row.node for row in report.nodes}
        for node in found["nodes"]:
            if node["name"] in rows_of:
                node["ulp"] = accuracy_words.of_node(report, rows_of[node["name"]])
    if report.uncertainty is not None:
        from bpcalc.telling import uncertainty_words

        found |= uncertainty_words.document(report.uncertainty)
    found["warnings"] = warned(report.warnings)
    if report.steps:
        found["steps"] = steps(report, style)
    return found


def _node(m: Any, row: Row) -> dict[str, Any]:
    inputs = row.inputs
    node: dict[str, Any] = {
        "name": row.name, "role": row.role, "gate": row.gate, "expression": row.expression,
        "inputs": [*inputs],
        "shape": [*m.shape(row.value)], "value": number(m, row.value), "gradient": number(m, row.gradient),
    }  # fmt: skip
    if inputs:
        node["local"] = [number(m, local) for local in row.local]
    node["symbolic"] = None
    return node


def _formulas(report: Report, formulas: Formulas, nodes: Iterable[dict[str, Any]]) -> dict[str, str]:
    """Puts the formulas in: each a program that stands alone; in a large graph what they share is defined once."""
    rows = [*report.nodes]
    reached = [row.node for row in rows if row.node in formulas.nodes]
    definitions: dict[str, str] = {}
    texts: dict[int, str] = {}
    if len(rows) > ALONE:
        definitions, texts = formulas.programs(reached)
    for row, node in zip(rows, nodes, strict=True):
        node["symbolic"] = texts.get(row.node) or row.symbolic or None
    return definitions


def find(report: Report, name: str) -> Any:
    """`value`, `x` (the gradient), `q.value` or `q.grad`."""
    label, dot, part = name.partition(".")
    if name == "value":
        return report.value
    if name == "uncertainty" and report.uncertainty is not None:
        return report.circuit.m.value(report.uncertainty.uncertainty)
    if label in report.circuit.parts:
        return report.gradient[label]
    node = report.names.find(label)
    if label == "value" and part == "grad" and "value" in report.gradient:
        return report.gradient["value"]
    if label == "value" or (dot and part not in ("value", "grad")):
        raise BpcalcError(f'--get takes NAME, value, NAME.value or NAME.grad, not "{name}"')
    circuit = report.circuit
    found = circuit.values[node] if part == "value" else circuit.gradient(node)
    if found is None:
        raise BpcalcError(f'the gradient of "{label}" was not asked for', hint=f"add it: --wrt {label}")
    return found
