"""Laws of the layout: nothing lies on anything else, and operands keep their order."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import pairwise

import pytest
from circuits import LECTURES, pictured, random_program
from every import several

from bpcalc.drawing import svg, text
from bpcalc.drawing.layout import Layout, Metrics, laid_out
from bpcalc.drawing.picture import Picture

RANDOM = {f"random {seed}": random_program(seed, 3 + 2 * seed) for seed in range(20)}
CIRCUITS = LECTURES | RANDOM
METRICS = {"svg": svg.METRICS, "text": text.METRICS, "svg with locals": svg.APART, "text with locals": text.APART}
NEAR = 1e-6

Rectangle = tuple[float, float, float, float]  # left, top, right, bottom
EVERY = pytest.mark.parametrize("unit", METRICS)
CIRCUIT = several("name", CIRCUITS)


@cache
def circuit(name: str, unit: str) -> Picture:
    return pictured(*CIRCUITS[name], locals="locals" in unit)


@cache
def laid(name: str, unit: str) -> Layout:
    return laid_out(circuit(name, unit), METRICS[unit])


def overlap(one: Rectangle, other: Rectangle) -> bool:
    return (
        one[0] < other[2] - NEAR and other[0] < one[2] - NEAR and one[1] < other[3] - NEAR and other[1] < one[3] - NEAR
    )


def boxes(layout: Layout) -> list[Rectangle]:
    return [(at.x - at.width / 2, at.y - at.height / 2, at.x + at.width / 2, at.y + at.height / 2)
            for at in layout.places]  # fmt: skip


def texts(layout: Layout, metrics: Metrics) -> Iterator[tuple[Rectangle, int]]:
    """Where each label stands, and the box that it belongs to."""
    half = 0.5 if metrics.whole else metrics.line / 2 * 0.8  # of the letters, without the space between lines
    for label in layout.labels:
        wide = max(map(metrics.text, label.lines)) / 2
        bottom = label.y + (len(label.lines) - 1) * metrics.line + half
        yield (label.x - wide, label.y - half, label.x + wide, bottom), label.box


def curves(layout: Layout) -> Iterator[Rectangle]:
    """The rectangles that the pieces of the wires stay within: a level piece is flat, a bent one between its ends."""
    for route in (*layout.routes, *layout.stubs):
        for (x, y), (to_x, to_y) in pairwise(route):
            yield (min(x, to_x), min(y, to_y), max(x, to_x), max(y, to_y))


def crosses(piece: Rectangle, box: Rectangle) -> bool:
    """Does a piece of a wire pass the inside of a box?"""
    inner = (box[0] + 0.1, box[1] + 0.1, box[2] - 0.1, box[3] - 0.1)
    return piece[0] < inner[2] and inner[0] < piece[2] and piece[1] <= inner[3] and inner[1] <= piece[3]


@EVERY
@CIRCUIT
def test_no_two_things_overlap(name: str, unit: str) -> None:
    layout = laid(name, unit)
    height = 1.0 if METRICS[unit].whole else 0.0
    solid = [(left, top - height / 2, right, bottom + height / 2) for left, top, right, bottom in boxes(layout)]
    things = [*solid, *(where for where, _ in texts(layout, METRICS[unit]))]
    assert not [(a, b) for a in range(len(things)) for b in range(a) if overlap(things[a], things[b])]


@EVERY
@CIRCUIT
def test_no_wire_crosses_a_box(name: str, unit: str) -> None:
    layout = laid(name, unit)
    for piece in curves(layout):
        # bent pieces lie between two columns, where no box is
        assert not [box for box in boxes(layout) if crosses(piece, box) and box[2] - box[0] > 0.2]


@EVERY
@CIRCUIT
def test_no_level_wire_runs_through_a_number(name: str, unit: str) -> None:
    layout = laid(name, unit)
    level = [piece for piece in curves(layout) if piece[1] == piece[3]]
    for (left, top, right, bottom), _ in texts(layout, METRICS[unit]):
        assert not [p for p in level if p[0] < right - NEAR and left < p[2] - NEAR and top < p[1] < bottom]


@EVERY
@CIRCUIT
def test_operands_enter_in_their_order(name: str, unit: str) -> None:
    picture = circuit(name, unit)
    layout = laid(name, unit)
    entries: dict[int, list[tuple[int, float]]] = {}
    for wire, route in zip(picture.wires, layout.routes, strict=True):
        entries.setdefault(wire.target, []).append((wire.place, route[-1][1]))
    for found in entries.values():
        heights = [y for _, y in sorted(found)]
        assert heights == sorted(heights)
        assert len({*heights}) == len(heights)


@CIRCUIT
def test_wires_lead_from_left_to_right_without_a_break(name: str) -> None:
    picture, layout = circuit(name, "svg"), laid(name, "svg")
    for wire, route in zip(picture.wires, layout.routes, strict=True):
        assert route[0] == layout.stubs[wire.source][1]
        at = layout.places[wire.target]
        assert route[-1][0] == pytest.approx(at.x - at.width / 2)
        assert all(x <= to_x + NEAR for (x, _), (to_x, _) in pairwise(route))


@CIRCUIT
def test_everything_lies_on_the_page(name: str) -> None:
    layout = laid(name, "svg")
    labels = [where for where, _ in texts(layout, svg.METRICS)]
    for left, top, right, bottom in (*boxes(layout), *curves(layout), *labels):
        assert left >= 0
        assert top >= 0
        assert right <= layout.width
        assert bottom <= layout.height


def crossings(picture: Picture) -> int:
    """How many pairs of wires cross between two columns."""
    layout = laid_out(picture, svg.METRICS)
    pieces = [
        (x, y, to_x, to_y)
        for route in layout.routes
        for (x, y), (to_x, to_y) in zip(route[::2], route[1::2], strict=False)
    ]
    return sum(
        (y - other_y) * (to_y - other_to) < 0
        for place, (x, y, _, to_y) in enumerate(pieces)
        for other_x, other_y, _, other_to in pieces[:place]
        if x == other_x
    )


@pytest.mark.parametrize("name", ["product", "neuron", "packed", "gates"])
def test_no_wires_of_a_tree_cross(name: str) -> None:
    assert crossings(pictured(*LECTURES[name])) == 0


@pytest.mark.parametrize("depth", [3, 5])
def test_a_full_tree_has_no_crossing_and_is_as_high_as_its_inputs(depth: int) -> None:
    names = [f"a{place}" for place in range(2**depth)]
    parts = [*names]
    while len(parts) > 1:
        parts = [f"({a}*{b})" for a, b in zip(parts[::2], parts[1::2], strict=True)]
    picture = pictured(parts[0], dict.fromkeys(names, 1.0))
    assert crossings(picture) == 0
    layout = laid_out(picture, svg.METRICS)
    inputs = [at.y for box, at in zip(picture.boxes, layout.places, strict=True) if box.kind == "input"]
    assert layout.height <= max(inputs) - min(inputs) + 100


def test_a_chain_is_level() -> None:
    layout = laid_out(pictured("exp(sin(tanh(cos(x))))", {"x": 1.0}), svg.METRICS)
    assert len({at.y for at in layout.places}) == 1


@pytest.mark.parametrize("unit", ["svg with locals", "text with locals"])
@CIRCUIT
def test_a_local_gradient_stands_above_its_own_wire_before_its_gate(name: str, unit: str) -> None:
    picture, metrics = circuit(name, unit), METRICS[unit]
    layout = laid(name, unit)
    found = [label for label in layout.labels if label.kind == "local"]
    assert [label.wire for label in found] == [place for place, wire in enumerate(picture.wires) if wire.local]
    for label in found:
        (left, y), (right, _) = layout.routes[label.wire][-2:]
        half = metrics.text(label.lines[0]) / 2
        assert left <= label.x - half
        assert label.x + half <= right
        assert y - label.y == metrics.lift
