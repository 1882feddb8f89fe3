"""The circuit in a terminal, drawn with the lines of Unicode: None where it does not fit."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from bpcalc.drawing.layout import Layout, Metrics, laid_out, owner
from bpcalc.drawing.moments import Moment
from bpcalc.drawing.picture import Box, Picture, has_locals, is_claimed
from bpcalc.errors import columns
from bpcalc.show.lines import SIGNS

# As the table has them.
SGR = {"value": "32", "gradient": "31", "local": "35", "input": "1;36", "name": "1", "gate": "1", "active": "7",
       "claimed": "1", "dim": "2"}  # fmt: skip

WIDEST = 400  # columns, also where nothing says how many there are: longer lines are no picture


def _box(box: Box, inputs: int) -> tuple[float, float]:
    """A name with a blank behind it; a gate in brackets, its inputs joined before it."""
    if box.kind != "gate":
        return columns(box.sign) + 1, 0
    return columns(box.sign) + 2 + (inputs > 1), 2 * (inputs // 2)


def _ports(inputs: int) -> list[float]:
    half = inputs // 2
    return [float(row) for row in range(-half, half + 1) if row or inputs % 2]


def _ports_apart(inputs: int) -> list[float]:
    """With a row for a text between two wires."""
    return [float(2 * place - inputs + 1) for place in range(inputs)]


def _box_apart(box: Box, inputs: int) -> tuple[float, float]:
    wide, _ = _box(box, inputs)
    return wide, 2.0 * max(inputs - 1, 0)


def _channel(wires: Sequence[tuple[float, float]]) -> float:
    tracks = _tracks([(int(start), int(end)) for start, end in wires])
    return 2 if tracks is None else 2 + max(tracks.values(), default=-1) + 1


METRICS = Metrics(
    text=columns, line=1, lift=1, box=_box, ports=_ports, pad=1, gap=1, bend=0, channel=_channel, margin=0, whole=True,
)  # fmt: skip
APART = METRICS._replace(box=_box_apart, ports=_ports_apart)


def _join(canvas: _Canvas, column: int, row: int, rows: Mapping[int, bool]) -> None:
    """The line before a gate that brings its inputs together: the rows that they enter in, and whether it is heavy."""
    heavy = [at for at, is_heavy in rows.items() if is_heavy]
    for at in range(min(rows), max(rows) + 1):
        ways = _ways("ud", min(rows), at, max(rows))
        canvas.ways[at, column] = {*ways, *"l" * (at in rows), *"r" * (at == row)}
        canvas.heavy[at, column] = {
            *"l" * (at in heavy),
            *"r" * (at == row and bool(heavy)),
            *"u" * any(one < at <= row or one >= at > row for one in heavy),
            *"d" * any(one <= at < row or one > at >= row for one in heavy),
        }


class Tangle(NamedTuple):
    """The wires of one channel that begin in the same row: one line that goes up and down, and its branches."""

    start: int
    ends: tuple[int, ...]

    @property
    def rows(self) -> tuple[int, int]:
        return min(self.start, *self.ends), max(self.start, *self.ends)


def _tracks(wires: Sequence[tuple[int, int]]) -> dict[int, int] | None:
    """In which column of a channel the wires that begin in each row turn; None where no order keeps them apart.

    A row in which one wire ends and another begins has the beginning one turn off first.
    """
    ends: dict[int, list[int]] = {}
    for start, end in wires:
        ends.setdefault(start, []).append(end)
    turning = {start: Tangle(start, tuple(found)) for start, found in ends.items() if set(found) != {start}}
    before = {  # for each those that must stand left of it
        start: {other for other in turning if other != start and other in tangle.ends}
        for start, tangle in turning.items()
    }
    tracks: dict[int, int] = {}
    while len(tracks) < len(turning):
        ready = [start for start in turning if start not in tracks and before[start] <= tracks.keys()]
        if not ready:
            return None
        for start in sorted(ready, key=lambda one: turning[one].rows):
            low, high = turning[start].rows
            track = max((tracks[other] + 1 for other in before[start]), default=0)
            taken = {
                tracks[other] for other in tracks if turning[other].rows[0] <= high and turning[other].rows[1] >= low
            }
            while track in taken:
                track += 1
            tracks[start] = track
    return tracks


class _Canvas:
    """Cells of a screen: lines as the ways that they go, and whose they are; texts on top of them.

    Lines of one box are joined where they meet; of two, the one that goes up and down passes in front.
    """

    def __init__(self) -> None:
        self.ways: dict[tuple[int, int], set[str]] = {}
        self.owner: dict[tuple[int, int], int] = {}
        self.texts: dict[tuple[int, int], tuple[str, str]] = {}
        self.heavy: dict[tuple[int, int], set[str]] = {}  # of the ways those that are heavy
        self.is_marked = False  # whether what is not heavy is dim

    def weigh(self, owners: Collection[int]) -> None:
        """Makes the lines of these boxes heavy; where lines are joined before a gate it is known already."""
        own = {cell: self.ways[cell] for cell, owner in self.owner.items() if owner in owners}
        self.heavy = own | self.heavy

    def level(self, row: int, left: int, right: int, owner: int) -> None:
        """A line from one column to another; it goes on behind a line of another box that stands there."""
        for column in range(left, right + 1):
            if self.owner.setdefault((row, column), owner) == owner:
                ways = self.ways.setdefault((row, column), set())
                ways |= _ways("lr", left, column, right)

    def upright(self, column: int, top: int, bottom: int, owner: int) -> None:
        """A line from one row to another, in front of others."""
        for row in range(top, bottom + 1):
            if self.owner.get((row, column)) != owner:
                self.owner[row, column] = owner
                self.ways[row, column] = set()
            self.ways[row, column] |= _ways("ud", top, row, bottom)

    def write(self, row: int, column: int, text: str, kind: str) -> None:
        for character in text:
            wide = columns(character)
            if wide == 0:
                continue
            self.texts[row, column] = character, kind
            for more in range(1, wide):
                self.texts[row, column + more] = "", kind
            column += wide

    def lines(self, colored: bool, rows: Sequence[int]) -> Iterator[str]:
        last = dict.fromkeys(rows, -1)
        for row, column in (*self.ways, *self.texts):
            last[row] = max(last[row], column)
        for row in rows:
            yield "".join(self._runs(row, last[row], colored)).rstrip()

    def _runs(self, row: int, last: int, colored: bool) -> Iterator[str]:
        shown = ""
        for column in range(last + 1):
            text, kind = self.texts.get((row, column), (None, ""))
            if text is None:
                ways, heavy = (frozenset(found.get((row, column), ())) for found in (self.ways, self.heavy))
                text = SIGNS.get((ways, heavy), " ")
                kind = "dim" if self.is_marked and ways and not heavy else ""
            code = SGR.get(kind, "") if colored else ""
            if code != shown:
                yield "\x1b[0m" * bool(shown) + f"\x1b[{code}m" * bool(code)
                shown = code
            yield text
        yield "\x1b[0m" * bool(shown)


def _ways(both: str, first: int, place: int, last: int) -> set[str]:
    """The ways that a line goes on at one of its places."""
    return set(both[place == first : 1 + (place < last)])


def art(picture: Picture, width: int | None, colored: bool) -> list[str] | None:
    """The lines of the drawing; None where it is wider than `width` (or `WIDEST`), or its wires meet."""
    found = arts(picture, width, colored, [None])
    return None if found is None else found[0]


def arts(
    picture: Picture, width: int | None, colored: bool, moments: Sequence[Moment | None]
) -> list[list[str]] | None:
    """A drawing at each moment, everything at the same place in each; None where it is as for `art`.

    A gate whose step it is stands in square brackets.
    """
    width = WIDEST if width is None else width
    if _least(picture) > width:
        return None
    layout = laid_out(picture, APART if has_locals(picture) else METRICS)
    if layout.width + 1 > width:
        return None
    wires = _Canvas()
    if not _draw_channels(wires, picture, layout):
        return None
    heavy = _heavy(picture)
    _draw_boxes(wires, picture, layout, heavy)
    wires.weigh(heavy)
    everything = {row for row, _ in (*wires.ways, *wires.texts, *_written(picture, layout, None).texts)}
    rows = range(min(everything), max(everything) + 1)
    found = []
    for moment in moments:
        canvas = _Canvas()
        canvas.ways, canvas.heavy = wires.ways, wires.heavy
        canvas.is_marked = picture.marked is not None
        canvas.texts = wires.texts | _written(picture, layout, moment).texts
        found.append([*canvas.lines(colored, rows)])
    return found


def _least(picture: Picture) -> float:
    """Columns that the picture takes at least, known before anything has a place: the boxes of its longest path."""
    reach = [0.0] * len(picture.boxes)
    for wire in sorted(picture.wires, key=lambda one: one.target):
        reach[wire.target] = max(reach[wire.target], reach[wire.source] + _box(picture.boxes[wire.source], 1)[0] + 2)
    return max(reach, default=0)


def _heavy(picture: Picture) -> frozenset[int]:
    """The boxes whose wires are heavy: those on the paths that are marked, or the one that a wrong claim is about."""
    if picture.wrong is not None:
        return frozenset({picture.wrong.box})
    return picture.marked or frozenset()


def _kind(picture: Picture, box: int, kind: str) -> str:
    """What a text of a box looks like: dim where others are marked."""
    return kind if picture.marked is None or box in picture.marked else "dim"


def _written(picture: Picture, layout: Layout, moment: Moment | None) -> _Canvas:
    """What stands on the wires at a moment, and the mark of the gate whose step it is."""
    canvas = _Canvas()
    for label in layout.labels:
        box, wire = owner(picture, label)
        there = moment is None or moment.shows(label.kind, box, wire)
        for place, line in enumerate(label.lines):
            left = int(label.x - columns(line) / 2 + 0.5)
            row = int(label.y) + place
            name = picture.boxes[label.box].name if label.kind == "value" and not place else ""
            of = box if wire < 0 else picture.wires[wire].source
            kind = "claimed" if label.kind == "gradient" and is_claimed(picture, box, place) else label.kind
            canvas.write(row, left, line * there, _kind(picture, of, kind))
            canvas.write(row, left, name, _kind(picture, of, "name"))
    if moment is not None and moment.active >= 0 and picture.boxes[moment.active].kind == "gate":
        at, sign = layout.places[moment.active], picture.boxes[moment.active].sign
        right = int(at.x + at.width / 2 + 0.5)
        canvas.write(int(at.y), right - columns(sign) - 2, f"[{sign}]", "active")
    return canvas


def _draw_channels(canvas: _Canvas, picture: Picture, layout: Layout) -> bool:
    """Draws the wires; False where those of a channel cannot be kept apart."""
    channels: dict[int, list[tuple[int, int, int]]] = {}
    owners: dict[tuple[int, int], int] = {}  # of the wires that begin in a row of a channel
    for wire, route in zip(picture.wires, layout.routes, strict=True):
        for (left, start), (right, end) in zip(route[0::2], route[1::2], strict=False):
            channels.setdefault(int(left), []).append((int(start), int(end), int(right)))
            owners[int(left), int(start)] = wire.source
        for (left, row), (right, _) in zip(route[1::2], route[2::2], strict=False):
            canvas.level(int(row), int(left), int(right), wire.source)
    for left, wires in channels.items():
        tracks = _tracks([(start, end) for start, end, _ in wires])
        if tracks is None:
            return False
        right = wires[0][2]
        for start, track in tracks.items():
            ends = [end for begin, end, _ in wires if begin == start]
            canvas.upright(left + 1 + track, min(start, *ends), max(start, *ends), owners[left, start])
        for start, end, _ in wires:
            column = left + 1 + tracks[start] if start in tracks else right
            canvas.level(start, left, column, owners[left, start])
            canvas.level(end, column, right, owners[left, start])
    return True


def _draw_boxes(canvas: _Canvas, picture: Picture, layout: Layout, heavy: Collection[int]) -> None:
    used = {wire.source for wire in picture.wires}
    inputs: dict[int, dict[int, bool]] = {}  # of a box the rows that its wires enter in, and whether they are heavy
    for wire, route in zip(picture.wires, layout.routes, strict=True):
        inputs.setdefault(wire.target, {})[int(route[-1][1])] = wire.source in heavy
    for place, (box, at, (start, end)) in enumerate(zip(picture.boxes, layout.places, layout.stubs, strict=True)):
        row, left = int(at.y), int(at.x - at.width / 2 + 0.5)
        canvas.level(row, int(start[0]), int(end[0]), place)
        if box.kind != "gate":
            canvas.write(row, left, box.sign, _kind(picture, place, "constant" if box.kind == "constant" else "input"))
        else:
            rows = inputs.get(place, {})
            if len(rows) > 1:
                _join(canvas, left, row, rows)
                left += 1
            canvas.write(row, left, f"({box.sign})", _kind(picture, place, "gate"))
        if place not in used:
            canvas.write(row, int(end[0]), "▶", "")
    for x, y in layout.dots:
        canvas.write(int(y), int(x), "●", "")
