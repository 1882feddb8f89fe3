"""The circuit as a list with its wires in a gutter beside it: for terminals too narrow for a drawing."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from bpcalc.errors import columns as wide
from bpcalc.reading.program import Program
from bpcalc.reports.names import Names
from bpcalc.reports.rows import Row, Rows
from bpcalc.show import Style
from bpcalc.show.lanes import in_few_lanes, lanes

if TYPE_CHECKING:
    from bpcalc.reports.report import Report
    from bpcalc.show.table import Cells, Columns
    from bpcalc.writing.numerals import Short

ACTIVE = str.maketrans("●○◉◎", "◆◇◈◈")
WIDEST = 3  # the gutter has at most one part in so many of the width


class Stage(NamedTuple):
    """How far the passes are: the node whose step it is, and those whose values and gradients are there."""

    active: int
    values: frozenset[int]
    gradients: frozenset[int]


def beside(report: Report, style: Style, stage: Stage | None = None, highlight: int | None = None) -> list[str]:
    """The nodes of a report in an order that needs few lanes, and the gutter, as the lines of a table.

    stage      numbers that are not there yet are left out, and the gate whose step it is has another sign
    highlight  a node whose paths to the output are marked
    """
    from bpcalc.show.table import described, drawn, values

    circuit, names, precision = report.circuit, report.names, style.precision
    inputs = inputs_of(circuit.program, names)
    order = in_few_lanes(names.node, inputs)
    rows: list[Row] = [*Rows(circuit, names, order)]
    columns = described(circuit.m, rows, precision)
    columns["gradient"] = (f"∂{report.of}/∂node", values(circuit.m, [row.gradient for row in rows], precision))
    if stage is not None:
        columns["value"] = _only(columns["value"], [node in stage.values for node in order])
        columns["gradient"] = _only(columns["gradient"], [node in stage.gradients for node in order])
    active = order.index(stage.active) if stage is not None and stage.active in order else -1
    marked = _behind(highlight, order, inputs)
    columns = with_gutter(columns, order, inputs, style.width, active, marked or frozenset())
    return drawn([row.role for row in rows], columns, 0, style, _others(order, marked))[1:]


def _behind(node: int | None, order: Sequence[int], inputs: Mapping[int, Sequence[int]]) -> set[int] | None:
    """The nodes on the paths from a node on; None where none is marked."""
    if node is None:
        return None
    found = {node}
    for one in order:  # each behind its inputs
        if not found.isdisjoint(inputs[one]):
            found.add(one)
    return found


def _others(order: Sequence[int], marked: Collection[int] | None) -> list[bool]:
    """Of each row whether it is dim: where some are marked, the others are."""
    return [marked is not None and node not in marked for node in order]


def _only(column: tuple[str, Cells], there: Sequence[bool]) -> tuple[str, Cells]:
    """A column with blanks in the place of what is not there: it stays as wide."""
    title, made = column

    def cells(short: Short | None) -> list[list[str]]:
        return [
            cell if one else [" " * wide(line) for line in cell] for cell, one in zip(made(short), there, strict=True)
        ]

    return title, cells


def with_gutter(
    columns: Columns, nodes: Sequence[int], inputs: Mapping[int, Sequence[int]], width: int | None, active: int = -1,
    marked: Collection[int] = frozenset(),
) -> Columns:  # fmt: skip
    """The columns of a table of `nodes` with the gutter before them, unless it would leave them no room.

    active  the place of a node that has a sign of its own
    marked  nodes whose wires are heavy; without a gutter there is a sign before their names
    """
    from bpcalc.show.table import pointed_at

    beside_ = lanes(nodes, inputs, marked)
    if active >= 0:
        beside_[active] = beside_[active]._replace(row=beside_[active].row.translate(ACTIVE))
    if width is not None and max((len(lane.row) for lane in beside_), default=0) > width // WIDEST:
        return columns | {"name": pointed_at(columns["name"], [node in marked for node in nodes])}

    def cells(short: Short | None) -> list[list[str]]:
        others = [cells(short) for _, cells in columns.values()]
        heights = [max(map(len, row)) for row in zip(*others, strict=True)]
        return [[lane.row, *[lane.below] * (height - 1)] for lane, height in zip(beside_, heights, strict=True)]

    return {"gutter": ("", cells)} | columns


def inputs_of(program: Program, names: Names) -> dict[int, list[int]]:
    """For each node with a name, the nodes with names that its gate is put on: numbers are left out."""
    graph, labels = program.graph, names.labels
    return {node: [source for source in graph.inputs[node] if source in labels] for node in labels}


def structure(program: Program, names: Names, style: Style, highlight: int | None = None) -> list[str]:
    """The same of a program without values: what each node is."""
    from bpcalc.gate import INPUT
    from bpcalc.show.table import drawn, texts
    from bpcalc.writing.unparse import shortened

    inputs = inputs_of(program, names)
    order = in_few_lanes(names.node, inputs)
    graph, labels = program.graph, names.labels
    leaf = [graph.gates[node] is INPUT for node in order]
    told = ["input" if one else shortened(graph, node, labels, 200) for node, one in zip(order, leaf, strict=True)]
    columns: Columns = {"name": ("node", texts([labels[node] for node in order])), "is": ("is", texts(told))}
    other = ["output" if node == names.node else "node" for node in order]
    roles = ["input" if one else role for one, role in zip(leaf, other, strict=True)]
    marked = _behind(highlight, order, inputs)
    columns = with_gutter(columns, order, inputs, style.width, marked=marked or frozenset())
    return drawn(roles, columns, 0, style, _others(order, marked))[1:]
