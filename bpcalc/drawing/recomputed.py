"""The arithmetic of a page: a function in JavaScript that computes every number of a picture from its inputs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import prod
from types import MappingProxyType
from typing import Any, NamedTuple

from bpcalc.calculations.every_use import CannotOpenError, every_use
from bpcalc.drawing.flows import edges_of, uses_of
from bpcalc.drawing.folding import Fold
from bpcalc.drawing.picture import Picture, Wire
from bpcalc.emit import CannotSayError, curly
from bpcalc.emit.javascript import STYLE
from bpcalc.emit.legal import Legal
from bpcalc.emit.plan import Plan, planned
from bpcalc.reports.circuit import Circuit
from bpcalc.reports.derivation import Derivation
from bpcalc.reports.report import Report
from bpcalc.writing.unparse import lengths, unparse

HOLE = "\ue000"  # around the place of a box whose number stands there
TIES, ZEROS = ("max", "min"), ("abs", "relu")  # gates that bend where inputs are equal, and where theirs is 0
Shape = tuple[int, ...]
Folds = Mapping[int, Fold]
NOTHING_FOLDED: Folds = MappingProxyType({})
LONG = 200  # characters of an expression that numbers are put into


class Entered(NamedTuple):
    """An input that can be put in."""

    box: int
    name: str
    shape: Shape
    texts: list[str]


class Recomputed(NamedTuple):
    """What a page needs to compute a picture again.

    inputs    of each input its box, its name, its shape, and its entries as texts, row by row
    function  `compute`: it takes the inputs' entries and gives {values, gradients} by box, {local, downstream} by wire;
              of an array a list of its entries, row by row
    lines     of each box what is computed there, with holes for numbers
    shapes    of each box; locals: of each wire that of its local gradient
    reason    why nothing can be computed here; "" where it can
    """

    inputs: list[Entered]
    function: str
    lines: list[str]
    reason: str = ""
    shapes: list[Shape] = []  # noqa: RUF012 (of a NamedTuple)
    locals: list[Shape] = []  # noqa: RUF012


def recomputed(picture: Picture, report: Report, folds: Folds = NOTHING_FOLDED) -> Recomputed:
    """The function of a picture; for large arrays, and where JavaScript lacks a gate, the reason why there is none."""
    circuit = report.circuit
    if not circuit.program.variables:
        return Recomputed([], "", [])
    if circuit.options.numbers is not None:
        return _none("the page computes with doubles, and these are other numbers")
    try:
        function = _function(picture, circuit, every_use(circuit, report.names), folds)
    except CannotSayError as error:
        return _none(f"the page computes with JavaScript, which has no {error}")
    except CannotOpenError as error:
        return _none(f"the page computes entry by entry: {error}")
    shape = circuit.m.shape
    edges = [edges_of(circuit, picture.boxes[wire.target].node, folds)[wire.input] for wire in picture.wires]
    return Recomputed(
        _inputs(picture, report), function, _lines(picture, report, folds),
        shapes=[shape(circuit.values[box.node]) for box in picture.boxes],
        locals=[() if edge.local is None else shape(edge.local) for edge in edges],
    )  # fmt: skip


def _none(reason: str) -> Recomputed:
    return Recomputed([], "", [], reason)


def _inputs(picture: Picture, report: Report) -> list[Entered]:
    """The inputs but for labels, which choose entries."""
    circuit, program, m = report.circuit, report.circuit.program, report.circuit.m
    at = {box.node: place for place, box in enumerate(picture.boxes)}
    found = []
    for name in program.variables:
        node = program.names[name]
        if node not in circuit.labels:
            value, shape = circuit.values[node], m.shape(circuit.values[node])
            texts = [m.entries.text(m.entry(value, place), None) for place in m.places(shape)]
            found.append(Entered(at.get(node, -1), name, shape, texts))
    return found


def _function(picture: Picture, circuit: Circuit, d: Derivation, folds: Folds) -> str:
    def make(more: frozenset[str]) -> Plan:
        return Plan(d, STYLE.table, Legal(STYLE.reserved | more | {"compute"}, is_ascii=True), every=lambda node: True)

    plan = planned(make, lambda plan: curly.called_by(plan, STYLE))
    found = plan.gradient

    def entries(name: str, node: int, missing: str) -> list[str]:
        """The text of a number, or those of the entries of an array."""
        shape = circuit.m.shape(circuit.values[node])
        return [found.get(f"{name} {place}", missing) for place in range(prod(shape))] if shape else [
            found.get(name, missing)]  # fmt: skip

    def written(texts: list[str], node: int) -> str:
        is_array = circuit.m.shape(circuit.values[node])
        return "null" if "null" in texts else f"[{', '.join(texts)}]" if is_array else texts[0]

    def number(name: str, node: int, missing: str) -> str:
        return written(entries(name, node, missing), node)

    def sum_of(node: int, wire: Wire) -> str | None:
        """What flows back through a wire: into a folded part, through all uses within it."""
        source = picture.boxes[wire.source].node
        uses = [(node, wire.input)]
        if node in folds:
            uses = [(use.node, use.place) for use in uses_of(circuit, folds[node], source) if use.carries]
        parts = [entries(f"downstream {one} {place}", source, "0") for one, place in uses]
        return written([" + ".join(entry) for entry in zip(*parts, strict=True)], source) if parts else None

    def local_of(node: int, wire: Wire) -> str | None:
        if node in folds:
            return None
        name = f"local {node} {wire.input}"
        texts = [text for key, text in found.items() if key.startswith(f"{name} ")]
        return f"[{', '.join(texts)}]" if texts else found.get(name)

    def listed(texts: Iterable[str | None]) -> str:
        return f"[{', '.join(text or 'null' for text in texts)}]"

    values = listed(number(f"value {box.node}", box.node, "null") for box in picture.boxes)
    gradients = listed(
        number(f"gradient {box.node}", box.node, "0") if box.gradient else None for box in picture.boxes
    )
    uses = [(picture.boxes[wire.target].node, wire) for wire in picture.wires]
    local = listed(local_of(node, wire) for node, wire in uses)
    downstream = listed(sum_of(node, wire) if wire.state != "still" else None for node, wire in uses)
    back = f"    return {{ values: {values}, gradients: {gradients}, local: {local}, downstream: {downstream} }};"
    head = f"function compute({', '.join(plan.inputs.values())}) {{"
    return "\n".join([*curly.preamble(plan, STYLE), head, *curly.passes(plan, STYLE), back, "}"])


def _lines(picture: Picture, report: Report, folds: Folds) -> list[str]:
    """Of each box its expression, with holes in the place of what has a box of its own; "" of a folded part."""
    graph, labels = report.circuit.program.graph, report.names.labels
    at = {box.node: place for place, box in enumerate(picture.boxes)}
    holes = {node: f"{HOLE}{at[node]}{HOLE}" for node in labels if node in at}
    sizes = lengths(graph, labels, report.names.node + 1)
    found = []
    for box in picture.boxes:
        text = ""
        if box.kind == "gate" and box.node not in folds and sizes[box.node] <= LONG:
            text = unparse(graph, box.node, {node: hole for node, hole in holes.items() if node != box.node})
        found.append(text)
    return found


def data(picture: Picture, found: Recomputed, precision: int | None, has_formulas: bool) -> dict[str, Any]:
    """What the page has to know beside the function."""
    return {
        "inputs": [one._asdict() for one in found.inputs],
        "shapes": found.shapes,
        "locals": found.locals,
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
