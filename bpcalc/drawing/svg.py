"""The circuit as SVG: a file of its own, which follows the page's colour scheme unless a theme is chosen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from math import sqrt
from zlib import crc32

from bpcalc.drawing.layout import Label, Layout, Metrics, Point, laid_out, owner
from bpcalc.drawing.moments import Moment
from bpcalc.drawing.picture import Box, Picture, behind, has_locals, is_claimed, uses
from bpcalc.drawing.text_widths import width, wrapped

SIZE, SIGN = 13.0, 15.0  # the sizes of the fonts: of what stands on a wire, and in a box
CIRCLE = 32.0  # its diameter
BASE = 0.36  # from the middle of a line of text to the foot of its letters, in its size
FONT = "'Helvetica Neue', Helvetica, Arial, 'Liberation Sans', 'DejaVu Sans', sans-serif"
# paper, ink, wire, value, gradient, quiet text, local gradient: each 4.5 to 1 or more on the paper
LIGHT = ("#ffffff", "#1f2328", "#6e7781", "#116329", "#b3141d", "#59636e", "#0550ae")
DARK = ("#0d1117", "#e6edf3", "#8b949e", "#56d364", "#ff8a80", "#9aa4af", "#79c0ff")
THEMES = {"light": LIGHT, "dark": DARK}
FOOT_SIZE, FOOT_LINE = 12.0, 18.0
CAPTION = 480.0  # the room that is made for captions, at least
FOOT = "above a wire: the value; below: the gradient"
LOCALS = "; × before a gate: its local gradient"
WRONG = "; the thick wire: the first wrong claim, beside what is right"


def _box(box: Box, inputs: int) -> tuple[float, float]:
    """The size of a box: a circle for a short sign, a name without a frame for an input."""
    text = width(box.sign, SIGN)
    if box.kind != "gate":
        return text + 6, 22
    if text <= CIRCLE - 10 and inputs <= 3:
        return CIRCLE, CIRCLE
    return text + 20, max(CIRCLE, 12.0 * inputs + 8)


def _ports(inputs: int) -> list[float]:
    return [(place - (inputs - 1) / 2) * (16 if inputs == 2 else 12) for place in range(inputs)]


def _ports_apart(inputs: int) -> list[float]:
    """With room for a line of text between two wires."""
    return [(place - (inputs - 1) / 2) * 22 for place in range(inputs)]


def _box_apart(box: Box, inputs: int) -> tuple[float, float]:
    wide, tall = _box(box, min(inputs, 2))
    return wide, max(tall, 22.0 * inputs - 12)


def _channel(wires: Sequence[tuple[float, float]]) -> float:
    """Steep wires get more room to bend."""
    return 26 + min(64.0, max((abs(end - start) for start, end in wires), default=0) / 4)


METRICS = Metrics(
    text=lambda line: width(line, SIZE), line=16, lift=11, box=_box, ports=_ports, pad=9, gap=12, bend=5,
    channel=_channel, margin=20,
)  # fmt: skip
APART = METRICS._replace(box=_box_apart, ports=_ports_apart)


def placed(picture: Picture, room: float = 0) -> Layout:
    """The picture with places in pixels; `room`: what is kept for each number, at least."""
    metrics = APART if has_locals(picture) else METRICS
    return laid_out(picture, metrics._replace(text=lambda line: _kept(line, room)) if room else metrics)


def _kept(line: str, room: float) -> float:
    """The room for a line in which each number may become as wide as `room`; of an array it has several."""
    _, bracket, entries = line.partition("[")
    count = len(entries.split()) if bracket else 1
    return max(room if count == 1 else count * room + width("[]" + "  " * (count - 1), SIZE), width(line, SIZE))


def svg(picture: Picture, theme: str = "auto", room: float = 0) -> str:
    """The picture as an SVG document; `room`: what is kept for each number, at least."""
    captions = [(FOOT + LOCALS * has_locals(picture) + WRONG * (picture.wrong is not None),)] if picture.valued else []
    return _page(picture, placed(picture, room), theme, None, captions, 0)


def frames(picture: Picture, theme: str, moments: Sequence[Moment]) -> Iterator[str]:
    """A picture a step, everything at the same place in each: without what has not arrived yet, and the step told."""
    layout = placed(picture)
    room = max(layout.width - 2 * METRICS.margin, CAPTION)
    captions = [_caption(moment, room) for moment in moments]
    for place, moment in enumerate(moments):
        yield _page(picture, layout, theme, moment, captions, place)


def _caption(moment: Moment, room: float) -> list[str]:
    """What is told of a step, in lines that fit below the picture."""
    texts = [moment.title, *[moment.says] * bool(moment.says), *moment.lines]
    return [line for text in texts for line in wrapped(text, FOOT_SIZE, room)]


def _page(
    picture: Picture, layout: Layout, theme: str, moment: Moment | None, captions: Sequence[Sequence[str]], place: int
) -> str:
    """A document with the place for every caption below the picture, and one of them there."""
    longest = max((width(line, FOOT_SIZE) for caption in captions for line in caption), default=0.0)
    wide = max(layout.width, longest + 2 * METRICS.margin)
    mark = crc32(picture.heading.encode())  # several drawings may stand in one page
    tall = layout.height + max(map(len, captions), default=0) * FOOT_LINE
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_n(wide)} {_n(tall)}" width="{_n(wide)}" '
        f'height="{_n(tall)}" class="bpcalc" xml:space="preserve" role="img" '
        f'aria-labelledby="title{mark} summary{mark}">',
        f'<title id="title{mark}">{escape(picture.heading)}</title>',
        f'<desc id="summary{mark}">{escape(picture.summary)}</desc>',
        f"<style>{style(theme, is_claimed=picture.wrong is not None)}</style>",
        f'<rect class="paper" width="{_n(wide)}" height="{_n(tall)}"/>',
        *_wires(picture, layout, moment),
        *_boxes(picture, layout, moment),
        *(line for label in layout.labels for line in _label(picture, label, moment)),
    ]
    for row, line in enumerate(captions[place] if captions else ()):
        y = layout.height + row * FOOT_LINE + FOOT_SIZE / 2
        lines.append(f'<text class="foot" x="{_n(METRICS.margin)}" y="{_n(y)}">{escape(line)}</text>')
    return "\n".join([*lines, "</svg>", ""])


def style(theme: str, *, is_claimed: bool = False) -> str:
    """The style sheet; `auto` has both, and the reader's scheme chooses. Not all that show SVG know CSS variables.

    Every rule is for this drawing alone, which may stand within a page.
    """
    shapes = (
        f"text{{font-family:{FONT};font-size:{SIZE:g}px;text-anchor:middle;white-space:pre}}"
        f".sign{{font-size:{SIGN:g}px}}"
        ".input,.name{font-weight:bold}.foot{text-anchor:start}"
        f".foot{{font-size:{FOOT_SIZE:g}px}}"
        ".gate,.wire{stroke-width:1.5px}.wire{fill:none}.zero{stroke-dasharray:5 4}.still{stroke-dasharray:1.5 4}"
        ".faded{opacity:.3}.active{stroke-width:4px}.fed{stroke-width:3px}"
    )
    if is_claimed:
        shapes += ".wrong{stroke-width:5px}"
    chosen = _colours(THEMES.get(theme, LIGHT), is_claimed)
    dark = f"@media(prefers-color-scheme:dark){{{_own(_colours(DARK, is_claimed))}}}" if theme == "auto" else ""
    return _own(shapes + chosen) + dark


def _own(rules: str) -> str:
    """The rules for what stands in a drawing."""
    return "".join(
        f"{','.join(f'.bpcalc {one}' for one in rule.partition('{')[0].split(','))}{{{rule.partition('{')[2]}}}"
        for rule in rules.split("}") if rule
    )  # fmt: skip


def _colours(colours: Sequence[str], is_claimed: bool) -> str:
    paper, ink, wire, value, gradient, quiet, local = colours
    return (
        f"text,.name{{fill:{ink}}}.paper,.gate{{fill:{paper}}}.gate{{stroke:{ink}}}.wire{{stroke:{wire}}}"
        f".dot{{fill:{wire}}}.value{{fill:{value}}}.gradient{{fill:{gradient}}}.local{{fill:{local}}}.constant,.foot{{fill:{quiet}}}"
        + f".wrong{{stroke:{gradient}}}" * is_claimed
    )


def _n(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")


def _wires(picture: Picture, layout: Layout, moment: Moment | None) -> Iterator[str]:
    used, states = uses(picture), behind(picture)
    for place, (start, end) in enumerate(layout.stubs):
        look = _faded(picture, place) + _wrong(picture, place)
        yield _path([start, end], states[place], f'data-stub="{place}"', look)
        if not used[place]:
            x, y = end
            yield f'<path class="wire" d="M{_n(x - 6)} {_n(y - 4)}L{_n(x)} {_n(y)}L{_n(x - 6)} {_n(y + 4)}"/>'
    for place, (wire, route) in enumerate(zip(picture.wires, layout.routes, strict=True)):
        at = layout.places[wire.target]
        faded = _faded(picture, wire.source) or _faded(picture, wire.target)
        faded += _wrong(picture, wire.source) * (used[wire.source] == 1)  # of several, each hands back what is right
        faded += " fed" * bool(moment and place in moment.fed)
        points = [*route[:-1], rim(at.x, at.y, at.width, at.height, route[-1])]
        yield _path(points, wire.state, f'data-wire="{place}"', faded)
    for x, y in layout.dots:
        yield f'<circle class="dot" cx="{_n(x)}" cy="{_n(y)}" r="3"/>'


def rim(x: float, y: float, width: float, height: float, end: Point) -> Point:
    """Where a wire that ends at the left of a box meets it, if it is round."""
    if width == height == CIRCLE:
        return x - sqrt(max(0.0, (CIRCLE / 2) ** 2 - (end[1] - y) ** 2)), end[1]
    return end


def _faded(picture: Picture, box: int) -> str:
    """The mark of what is not on the paths that are marked."""
    return " faded" if picture.marked is not None and box not in picture.marked else ""


def _wrong(picture: Picture, box: int) -> str:
    """The mark of the wire that a wrong claim is about."""
    return " wrong" if picture.wrong is not None and picture.wrong.box == box else ""


def _path(points: Sequence[Point], state: str, data: str, faded: str) -> str:
    """A wire: straight where it is level, else a curve that is level at both ends."""
    x, y = points[0]
    steps = [f"M{_n(x)} {_n(y)}"]
    for next_x, next_y in points[1:]:
        if abs(next_y - y) < 0.05:
            steps.append(f"L{_n(next_x)} {_n(next_y)}")
        else:
            half = (x + next_x) / 2
            steps.append(f"C{_n(half)} {_n(y)} {_n(half)} {_n(next_y)} {_n(next_x)} {_n(next_y)}")
        x, y = next_x, next_y
    state = "" if state == "flows" else f" {state}"
    return f'<path class="wire{state}{faded}" {data} d="{"".join(steps)}"/>'


def _boxes(picture: Picture, layout: Layout, moment: Moment | None) -> Iterator[str]:
    for place, (box, at) in enumerate(zip(picture.boxes, layout.places, strict=True)):
        title = f"<title>{escape(_told(box))}</title>"
        faded = ' class="faded"' * bool(_faded(picture, place))
        yield f'<g data-box="{place}"{faded}>{title}'
        gate = "gate active" if moment and moment.active == place else "gate"
        if box.kind == "gate":
            if at.width == at.height == CIRCLE:
                yield f'<circle class="{gate}" cx="{_n(at.x)}" cy="{_n(at.y)}" r="{_n(CIRCLE / 2)}"/>'
            else:
                yield (
                    f'<rect class="{gate}" x="{_n(at.x - at.width / 2)}" y="{_n(at.y - at.height / 2)}" '
                    f'width="{_n(at.width)}" height="{_n(at.height)}" rx="{_n(min(16.0, at.height / 2))}"/>'
                )
        kind = "sign" if box.kind == "gate" else f"sign {box.kind if box.kind == 'constant' else 'input'}"
        yield f'<text class="{kind}" x="{_n(at.x)}" y="{_n(at.y + SIGN * BASE)}">{escape(box.sign)}</text></g>'


def _told(box: Box) -> str:
    """A box in words: what a reader hears, and a pointer that rests on it shows."""
    if box.kind != "gate":
        return f"{box.sign}: {'input' if box.kind != 'constant' else 'number'}"
    return f"{box.label} = {box.expression}: {box.gate}"


def _label(picture: Picture, label: Label, moment: Moment | None) -> Iterator[str]:
    """What stands on a wire, line by line; the name of a node in front of its value, and alone before that is there."""
    box, wire = owner(picture, label)
    data = f'data-of="{box}"' if wire < 0 else f'data-branch="{wire}"'
    data += f' data-local="{label.wire}"' * (label.kind == "local")
    name = picture.boxes[box].name if label.kind == "value" else ""
    faded = _faded(picture, box if wire < 0 else picture.wires[wire].source)
    there = moment is None or moment.shows(label.kind, box, wire)
    for place, line in enumerate(label.lines if there else label.lines[: bool(name)]):
        y = label.y + place * METRICS.line + SIZE * BASE
        text = escape(line)
        if name and place == 0:
            text = f'<tspan class="name">{escape(name)}</tspan>{escape(line[len(name) :]) if there else ""}'
        kind = "claimed" if label.kind == "gradient" and is_claimed(picture, box, place) else label.kind
        yield f'<text class="{kind}{faded}" {data} x="{_n(label.x)}" y="{_n(y)}">{text}</text>'
