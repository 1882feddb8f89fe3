"""Where everything of a picture stands: boxes, wires and what is written on them, in units of whoever draws it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from bpcalc.drawing.layers import Edge, Layers, layered
from bpcalc.drawing.picture import Box, Lines, Picture, named
from bpcalc.drawing.placing import heights

NEAR = 24  # boxes from which inputs stand next to what they feed, not all at the left
Point = tuple[float, float]


class Metrics(NamedTuple):
    """How large things are.

    text      the width of a line of text
    line      the height of a line
    lift      from a wire to the middle of the nearest line above or below it
    box       the width and the height of a box with so many inputs
    ports     how far each of so many inputs enters below the middle of a box
    pad       what stays free at either end of a text on a wire
    gap       what stays free between two things of a column; bend: how far a wire reaches to either side
    channel   how wide the space between two columns is, by the wires (from, to) that cross it
    margin    around the picture; whole: whether heights are whole numbers
    """

    text: Callable[[str], float]
    line: float
    lift: float
    box: Callable[[Box, int], tuple[float, float]]
    ports: Callable[[int], Sequence[float]]
    pad: float
    gap: float
    bend: float
    channel: Callable[[Sequence[tuple[float, float]]], float]
    margin: float
    whole: bool = False


class Place(NamedTuple):
    """A box: its middle, its width and height."""

    x: float
    y: float
    width: float
    height: float


class Label(NamedTuple):
    """What stands on a wire, with the middle of its first line; kind: "value", "gradient" or "local".

    box, wire  the places of what it belongs to, among the picture's boxes or wires; -1 where it is the other
    """

    x: float
    y: float
    lines: Lines
    kind: str
    box: int
    wire: int = -1


def owner(picture: Picture, label: Label) -> tuple[int, int]:
    """The box, or else the branch, with whose number a label is there: a local gradient once its gate has computed."""
    if label.kind == "local":
        return picture.wires[label.wire].target, -1
    return label.box, label.wire


class Layout(NamedTuple):
    """A picture with places.

    places  of the boxes; routes: of the wires, each a line through points: level, or bent between two columns
    stubs   the wire behind each box, which its values stand on
    dots    where the wire of a box branches
    """

    width: float
    height: float
    places: list[Place]
    routes: list[list[Point]]
    stubs: list[tuple[Point, Point]]
    dots: list[Point]
    labels: list[Label]


class _Vertex(NamedTuple):
    """A box, or the label of a branch: of the wire `wire`."""

    box: int
    wire: int = -1


def laid_out(picture: Picture, metrics: Metrics) -> Layout:
    """The picture with a place for everything in it."""
    return _Arrangement(picture, metrics).layout()


class _Arrangement:
    def __init__(self, picture: Picture, metrics: Metrics) -> None:
        self.picture, self.metrics = picture, metrics
        self.uses: list[list[int]] = [[] for _ in picture.boxes]
        self.inputs = [0] * len(picture.boxes)
        self.entries = [0.0] * len(picture.boxes)  # the room before a box for what is written at its entry
        for place, one in enumerate(picture.wires):
            self.uses[one.source].append(place)
            self.inputs[one.target] += 1
            if one.local:
                room = metrics.text(one.local[0]) + 2 * metrics.pad
                self.entries[one.target] = max(self.entries[one.target], room)
        self.vertices: list[_Vertex] = []
        self.of_box: list[int] = []
        self.branch: dict[int, int] = {}  # the vertex of a wire's label
        for box in range(len(picture.boxes)):
            self.of_box.append(len(self.vertices))
            self.vertices.append(_Vertex(box))
            for wire in self.uses[box] if len(self.uses[box]) > 1 else ():
                if self._branch_lines(wire):
                    self.branch[wire] = len(self.vertices)
                    self.vertices.append(_Vertex(box, wire))

    def _branch_lines(self, wire: int) -> Lines:
        """What stands below a branch: the gradient that comes back through it."""
        return self.picture.wires[wire].gradient if len(self.uses[self.picture.wires[wire].source]) > 1 else ()

    def layout(self) -> Layout:
        layers = self._layers()
        count, metrics = len(layers.layer), self.metrics
        above, below = [metrics.bend] * count, [metrics.bend] * count
        for vertex in range(len(self.vertices)):
            above[vertex], below[vertex] = self._extent(vertex)
        height = heights(layers, above, below, metrics.gap)
        if metrics.whole:
            height = [float(int(one + 0.5)) for one in height]
        height = [one + metrics.margin for one in height]
        return self._placed(layers, height, max(h + b for h, b in zip(height, below, strict=True)) + metrics.margin)

    def _layers(self) -> Layers:
        edges: list[Edge] = []
        self.wires: list[list[int]] = []  # for each wire its edges
        for place, wire in enumerate(self.picture.wires):
            start, end = self.of_box[wire.source], self.of_box[wire.target]
            port = self.metrics.ports(wire.of)[wire.place]
            own = [len(edges)]
            if place in self.branch:
                edges.append(Edge(start, self.branch[place]))
                start = self.branch[place]
                own.append(len(edges))
            edges.append(Edge(start, end, port))
            self.wires.append(own)
        near = len(self.picture.boxes) >= NEAR
        loose = [
            vertex.wire < 0 and not self.inputs[vertex.box] and (near or self._kind(vertex.box) == "constant")
            for vertex in self.vertices
        ]
        return layered(len(self.vertices), edges, loose, [vertex.wire >= 0 for vertex in self.vertices])

    def _kind(self, box: int) -> str:
        return self.picture.boxes[box].kind

    def _extent(self, vertex: int) -> tuple[float, float]:
        """How far a vertex reaches above and below its middle line."""
        metrics, (box, wire) = self.metrics, self.vertices[vertex]
        if wire >= 0:
            lines, up = self._branch_lines(wire), 0
            half = metrics.bend
        else:
            one = self.picture.boxes[box]
            lines, up = one.gradient, len(named(one))
            half = metrics.box(one, self.inputs[box])[1] / 2
        half_line = 0 if metrics.whole else metrics.line / 2  # a line of a grid is a row
        if wire < 0 and self.entries[box]:
            half = max(half, metrics.lift + half_line - metrics.ports(self.inputs[box])[0])
        above = metrics.lift + (up - 1) * metrics.line + half_line if up else 0
        below = metrics.lift + (len(lines) - 1) * metrics.line + half_line if lines else 0
        return max(half, above), max(half, below)

    def _local(self, wire: int, places: Sequence[Place]) -> Label:
        """Where the local gradient of a wire stands: above it, just before its gate."""
        metrics, one = self.metrics, self.picture.wires[wire]
        at, port = places[one.target], metrics.ports(one.of)[one.place]
        right = at.x - at.width / 2 - metrics.pad
        return Label(right - metrics.text(one.local[0]) / 2, at.y + port - metrics.lift, one.local, "local", -1, wire)

    def _label_width(self, vertex: int) -> float:
        """How long the wire behind a box must be, or the branch, for what is written on it."""
        metrics, (box, wire) = self.metrics, self.vertices[vertex]
        if wire >= 0:
            lines = self._branch_lines(wire)
        else:
            one = self.picture.boxes[box]
            lines = (*named(one), *one.gradient)
        widest = max((metrics.text(line) for line in lines), default=0)
        return widest + 2 * metrics.pad if widest else metrics.pad

    def _placed(self, layers: Layers, height: Sequence[float], total: float) -> Layout:
        metrics = self.metrics
        starts, middles, ends = self._columns(layers, height)
        places, stubs, dots, labels = [], [], [], []
        widest = [0.0] * len(starts)
        for box, vertex in enumerate(self.of_box):
            width, _ = metrics.box(self.picture.boxes[box], self.inputs[box])
            widest[layers.layer[vertex]] = max(widest[layers.layer[vertex]], width)
        for box, one in enumerate(self.picture.boxes):
            vertex = self.of_box[box]
            column, y = layers.layer[vertex], height[vertex]
            width, tall = metrics.box(one, self.inputs[box])
            x = middles[column]
            places.append(Place(x, y, width, tall))
            start, end = x + width / 2, ends[column]
            stubs.append(((start, y), (end, y)))
            middle = (x + widest[column] / 2 + end) / 2
            if len(self.uses[box]) > 1:
                dots.append((end, y))
            if one.value or one.name:
                lines = named(one)
                top = y - metrics.lift - (len(lines) - 1) * metrics.line
                labels.append(Label(middle, top, lines, "value", box))
            if one.gradient:
                labels.append(Label(middle, y + metrics.lift, one.gradient, "gradient", box))
        for wire, vertex in self.branch.items():
            column, y = layers.layer[vertex], height[vertex]
            middle = (starts[column] + ends[column]) / 2
            labels.append(Label(middle, y + metrics.lift, self._branch_lines(wire), "gradient", -1, wire))
        labels += [self._local(wire, places) for wire, one in enumerate(self.picture.wires) if one.local]
        routes = [self._route(wire, layers, height, places, starts, ends) for wire in range(len(self.picture.wires))]
        return Layout(ends[-1] + metrics.margin, total, places, routes, stubs, dots, labels)

    def _columns(self, layers: Layers, height: Sequence[float]) -> tuple[list[float], list[float], list[float]]:
        """Where each column begins, the middle of its boxes, and where its wires end."""
        metrics, at = self.metrics, self.metrics.margin
        crossing: list[list[tuple[float, float]]] = [[] for _ in layers.columns]
        for edge in layers.edges:
            crossing[layers.layer[edge.source]].append((height[edge.source], height[edge.target] + edge.port))
        starts, boxes, ends = [], [], []
        for x, column in enumerate(layers.columns):
            own = [vertex for vertex in column if vertex < len(self.vertices)]
            here = [vertex for vertex in own if self.vertices[vertex].wire < 0]
            box = max(
                (metrics.box(self.picture.boxes[self.vertices[one].box], self.inputs[self.vertices[one].box])[0]
                 for one in here), default=0.0,
            )  # fmt: skip
            stub = max((self._label_width(vertex) for vertex in here), default=0.0)
            branch = max((self._label_width(vertex) for vertex in own if vertex not in here), default=0.0)
            entry = max((self.entries[self.vertices[one].box] for one in here), default=0.0)
            starts.append(at)
            boxes.append(at + entry + box / 2)
            ends.append(at + max(entry + box + stub, branch))
            at = ends[-1] + (metrics.channel(crossing[x]) if x + 1 < len(layers.columns) else 0)
        return starts, boxes, ends

    def _route(
        self, wire: int, layers: Layers, height: Sequence[float], places: Sequence[Place], starts: Sequence[float],
        ends: Sequence[float],
    ) -> list[Point]:  # fmt: skip
        """The points of a wire from the end of its box's own wire to the box that it feeds."""
        one = self.picture.wires[wire]
        port = self.metrics.ports(one.of)[one.place]
        chains = [layers.chains[edge] for edge in self.wires[wire]]
        passed = [vertex for chain in chains for vertex in chain[1:]][:-1]
        source = self.of_box[one.source]
        points: list[Point] = [(ends[layers.layer[source]], height[source])]
        for vertex in passed:
            column = layers.layer[vertex]
            points += [(starts[column], height[vertex]), (ends[column], height[vertex])]
        place = places[one.target]
        y = place.y + port
        points += [(starts[layers.layer[self.of_box[one.target]]], y), (place.x - place.width / 2, y)]
        return points
