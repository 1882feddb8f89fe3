"""The circuit as data: boxes and wires with the places that the SVG has them at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bpcalc.drawing.flows import edges_of
from bpcalc.drawing.folding import Fold
from bpcalc.drawing.layout import Label
from bpcalc.drawing.picture import Box, Picture
from bpcalc.drawing.svg import placed
from bpcalc.reports.circuit import Circuit
from bpcalc.reports.edges import Edge
from bpcalc.show import SCHEMA
from bpcalc.show.document import number
from bpcalc.version import __version__


def document(picture: Picture, circuit: Circuit | None, folds: Mapping[int, Fold]) -> dict[str, Any]:
    """The picture with its places, in units of a pixel; numbers as they are, what is written of them among the labels.

    circuit  what the numbers come from, null without one; folds: the parts of it that are one box each
    """
    layout = placed(picture)
    edges = [() if circuit is None else edges_of(circuit, box.node, folds) for box in picture.boxes]
    return {
        "command": "graph",
        "version": __version__,
        "schema": SCHEMA,
        "expression": picture.heading,
        "output": picture.output,
        "width": _number(layout.width),
        "height": _number(layout.height),
        "nodes": [
            {
                "name": box.label or box.sign, "kind": box.kind, "gate": box.gate, "sign": box.sign,
                "expression": box.expression, "x": _number(at.x), "y": _number(at.y), "width": _number(at.width),
                "height": _number(at.height), **_numbers(circuit, box),
            }
            for box, at in zip(picture.boxes, layout.places, strict=True)
        ],
        "wires": [
            {
                "source": wire.source, "target": wire.target, "input": wire.input, "state": wire.state,
                **_flow(circuit, edges[wire.target], wire.input),
                "points": [[_number(x), _number(y)] for x, y in route],
            }
            for wire, route in zip(picture.wires, layout.routes, strict=True)
        ],
        "labels": [_label(label) for label in layout.labels],
    }  # fmt: skip


def _numbers(circuit: Circuit | None, box: Box) -> dict[str, Any]:
    if circuit is None:
        return {"value": None, "gradient": None}
    return {
        "value": number(circuit.m, circuit.values[box.node]),
        "gradient": number(circuit.m, circuit.gradient(box.node)),
    }


def _flow(circuit: Circuit | None, edges: Sequence[Edge], place: int) -> dict[str, Any]:
    """What a wire hands back, and the local gradient that it is multiplied by, where that is one factor."""
    if circuit is None or not edges[place].carries:
        return {"gradient": None, "local": None}
    m, edge = circuit.m, edges[place]
    downstream = m.zero_like(circuit.values[edge.source]) if edge.downstream is None else edge.downstream
    return {"gradient": number(m, downstream), "local": number(m, edge.local)}


def _label(label: Label) -> dict[str, Any]:
    return {
        "kind": label.kind, "lines": list(label.lines), "x": _number(label.x), "y": _number(label.y),
        "node": label.box if label.box >= 0 else None, "wire": label.wire if label.wire >= 0 else None,
    }  # fmt: skip


def _number(number: float) -> float:
    return round(number, 2)
