"""The circuit as data: boxes and wires with the places that the SVG has them at."""

from __future__ import annotations

from typing import Any

from bpcalc.drawing.layout import Label
from bpcalc.drawing.picture import Picture
from bpcalc.drawing.svg import placed
from bpcalc.show import SCHEMA
from bpcalc.version import __version__


def document(picture: Picture) -> dict[str, Any]:
    """The picture with its places, in units of a pixel."""
    layout = placed(picture)
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
                "height": _number(at.height), "value": list(box.value), "gradient": list(box.gradient),
            }
            for box, at in zip(picture.boxes, layout.places, strict=True)
        ],
        "wires": [
            {
                "source": wire.source, "target": wire.target, "input": wire.input, "state": wire.state,
                "gradient": list(wire.gradient), "local": list(wire.local),
                "points": [[_number(x), _number(y)] for x, y in route],
            }
            for wire, route in zip(picture.wires, layout.routes, strict=True)
        ],
        "labels": [_label(label) for label in layout.labels],
    }  # fmt: skip


def _label(label: Label) -> dict[str, Any]:
    return {
        "kind": label.kind, "lines": list(label.lines), "x": _number(label.x), "y": _number(label.y),
        "node": label.box if label.box >= 0 else None, "wire": label.wire if label.wire >= 0 else None,
    }  # fmt: skip


def _number(number: float) -> float:
    return round(number, 2)
