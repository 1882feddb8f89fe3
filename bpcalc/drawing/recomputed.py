"""The arithmetic of a page: a function in JavaScript that computes every number of a picture from its inputs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from bpcalc.calculations.every_use import every_use
from bpcalc.drawing.picture import Picture
from bpcalc.emit import CannotSayError, curly
from bpcalc.emit.javascript import STYLE
from bpcalc.emit.legal import Legal
from bpcalc.emit.plan import Plan, planned
from bpcalc.gate import INPUT
from bpcalc.reports.derivation import Derivation
from bpcalc.reports.report import Report
from bpcalc.writing.unparse import lengths, unparse

HOLE = "\ue000"  # around the place of a box whose number stands there
TIES, ZEROS = ("max", "min"), ("abs", "relu")  # gates that bend where inputs are equal, and where theirs is 0
LONG = 200  # characters of an expression that numbers are put into


class Recomputed(NamedTuple):
    """What a page needs to compute a picture again.

    inputs    of each input its box, its name and its value as a text
    function  `compute`: it takes the inputs' values and gives {values, gradients} by box, {local, downstream} by wire
    lines     of each box what is computed there, with holes for numbers
    reason    why nothing can be computed here; "" where it can
    """

    inputs: list[tuple[int, str, str]]
    function: str
    lines: list[str]
    reason: str = ""


def recomputed(picture: Picture, report: Report) -> Recomputed:
    """The function of a picture; for arrays, and where JavaScript lacks a gate, the reason why there is none."""
    circuit = report.circuit
    if not circuit.program.variables:
        return Recomputed([], "", [])
    if circuit.m.shaped:
        return _none("the page computes with single numbers, and there are arrays here")
    if circuit.options.numbers is not None:
        return _none("the page computes with doubles, and these are other numbers")
    try:
        function = _function(picture, every_use(circuit, report.names))
    except CannotSayError as error:
        return _none(f"the page computes with JavaScript, which has no {error}")
    return Recomputed(_inputs(picture, report), function, _lines(picture, report))


def _none(reason: str) -> Recomputed:
    return Recomputed([], "", [], reason)


def _inputs(picture: Picture, report: Report) -> list[tuple[int, str, str]]:
    circuit, program = report.circuit, report.circuit.program
    at = {box.node: place for place, box in enumerate(picture.boxes)}
    return [
        (at.get(node, -1), name, circuit.m.text(circuit.values[node], None))
        for name, node in ((name, program.names[name]) for name in program.variables)
    ]


def _function(picture: Picture, d: Derivation) -> str:
    def make(more: frozenset[str]) -> Plan:
        return Plan(d, STYLE.table, Legal(STYLE.reserved | more | {"compute"}, is_ascii=True), every=lambda node: True)

    plan = planned(make, lambda plan: curly.called_by(plan, STYLE))
    found = plan.gradient

    def listed(texts: Iterable[str | None]) -> str:
        return f"[{', '.join(text or 'null' for text in texts)}]"

    values = listed(found.get(f"value {box.node}") for box in picture.boxes)
    gradients = listed(
        found.get(f"gradient {box.node}", "0") if box.gradient else None for box in picture.boxes
    )
    uses = [(picture.boxes[wire.target].node, wire) for wire in picture.wires]
    local = listed(found.get(f"local {node} {wire.input}") for node, wire in uses)
    downstream = listed(
        found.get(f"downstream {node} {wire.input}", "0") if wire.state != "still" else None for node, wire in uses
    )
    back = f"    return {{ values: {values}, gradients: {gradients}, local: {local}, downstream: {downstream} }};"
    head = f"function compute({', '.join(plan.inputs.values())}) {{"
    return "\n".join([*curly.preamble(plan, STYLE), head, *curly.passes(plan, STYLE), back, "}"])


def _lines(picture: Picture, report: Report) -> list[str]:
    """Of each box its expression, with holes in the place of what has a box of its own."""
    graph, labels = report.circuit.program.graph, report.names.labels
    at = {box.node: place for place, box in enumerate(picture.boxes)}
    holes = {node: f"{HOLE}{at[node]}{HOLE}" for node in labels if node in at}
    sizes = lengths(graph, labels, report.names.node + 1)
    found = []
    for box in picture.boxes:
        text = ""
        if box.kind == "gate" and graph.gates[box.node] is not INPUT and sizes[box.node] <= LONG:
            text = unparse(graph, box.node, {node: hole for node, hole in holes.items() if node != box.node})
        found.append(text)
    return found


def data(picture: Picture, found: Recomputed, precision: int | None, has_formulas: bool) -> dict[str, Any]:
    """What the page has to know beside the function."""
    return {
        "inputs": [{"box": box, "name": name, "value": value} for box, name, value in found.inputs],
        "lines": found.lines,
        "expressions": [box.expression for box in picture.boxes],
        "labels": [box.label or box.sign for box in picture.boxes],
        "names": [box.name for box in picture.boxes],
        "wires": [[wire.source, wire.target] for wire in picture.wires],
        "still": [wire.state == "still" for wire in picture.wires],
        "digits": precision,
        "bends": _bends(picture),
        "formulas": has_formulas,
    }


def _bends(picture: Picture) -> list[tuple[str, str, list[int]]]:
    """The gates whose bends a page can see: each its name, what it is called, and the boxes that it takes."""
    sources: dict[int, list[int]] = {}
    for wire in picture.wires:
        sources.setdefault(wire.target, []).append(wire.source)
    return [
        (box.gate, box.expression, list(dict.fromkeys(sources[place])))
        for place, box in enumerate(picture.boxes) if box.gate in (*TIES, *ZEROS) and place in sources
    ]  # fmt: skip
