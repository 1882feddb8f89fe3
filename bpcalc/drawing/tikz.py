"""The circuit for LaTeX, by TikZ: a document of its own that `pdflatex` makes a page of the picture's size."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bpcalc.drawing.layout import Label, Layout, Point, owner
from bpcalc.drawing.moments import Moment
from bpcalc.drawing.picture import Box, Picture, behind, uses
from bpcalc.drawing.svg import CIRCLE, LIGHT, METRICS, placed, rim
from bpcalc.errors import BpcalcError

SCALE = 0.75  # points of TeX for a pixel
COLOURS = dict(zip(("paper", "ink", "wire", "value", "gradient", "quiet", "local"), LIGHT, strict=True))
_SPECIAL = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#", "_": r"\_", "%": r"\%",
    "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "<": r"\ensuremath{<}", ">": r"\ensuremath{>}",
    "|": r"\ensuremath{|}", "-": r"\ensuremath{-}", "−": r"\ensuremath{-}", "×": r"\ensuremath{\times}",
    "∞": r"\ensuremath{\infty}", "…": r"\dots{}", "√": r"\ensuremath{\surd}", "*": r"\ensuremath{\ast}",
    "∂": r"\ensuremath{\partial}",
}  # fmt: skip


LONGEST = 16_383.0  # points, the longest length of TeX
SLIDE, TALL = 400.0, 130.0  # points that a picture has on a slide, across and down: the caption stands below it

Steps = Sequence[Moment]


def tikz(picture: Picture) -> str:
    """The picture as a standalone document; the part between the `tikzpicture` lines goes into any other.

    Raises BpcalcError for one that is larger than TeX can measure.
    """
    layout = _measured(picture)
    return "\n".join([
        r"\documentclass[tikz,border=6pt]{standalone}",
        *_head(),
        r"\begin{document}",
        *_drawing(picture, layout, ()),
        r"\end{document}",
        "",
    ])  # fmt: skip


def slides(picture: Picture, moments: Steps) -> str:
    """A beamer document of one frame whose overlays are the steps of both passes: the circuit fills, captions below.

    Raises BpcalcError for a picture that is larger than TeX can measure.
    """
    layout = _measured(picture)
    factor = min(1.0, SLIDE / (layout.width * SCALE), TALL / (layout.height * SCALE))
    captions = [_caption(moment) for moment in moments]
    return "\n".join([
        r"\documentclass[aspectratio=169]{beamer}",
        r"\usepackage{tikz}",
        *_head(),
        r"\setbeamertemplate{navigation symbols}{}",
        r"\begin{document}",
        rf"\begin{{frame}}{{{_text(picture.heading)}}}",
        r"\centering",
        rf"\scalebox{{{factor:.3f}}}{{%",
        *_drawing(picture, layout, moments),
        "}",
        r"\par\bigskip",
        r"\begin{overlayarea}{\textwidth}{0.35\textheight}",
        *(rf"\only<{step}>{{{caption}}}%" for step, caption in enumerate(captions, start=1)),
        r"\end{overlayarea}",
        r"\end{frame}",
        r"\end{document}",
        "",
    ])  # fmt: skip


def _measured(picture: Picture) -> Layout:
    """The picture with its places, which are lengths of TeX."""
    layout = placed(picture)
    size = max(layout.width, layout.height) * SCALE
    if size > LONGEST:
        raise BpcalcError(f"the picture is {size:,.0f} points wide, and TeX has lengths of {LONGEST:,.0f} at most",
                          hint="draw a part of it with --of NAME, or save an .svg")  # fmt: skip
    return layout


def _caption(moment: Moment) -> str:
    lines = [rf"\textbf{{{_text(moment.title)}}}", *[_text(moment.says)] * bool(moment.says), *map(_text, moment.lines)]
    return r"\raggedright\footnotesize " + r"\\ ".join(lines)


def _head() -> list[str]:
    return [
        rf"\definecolor{{bp{name}}}{{HTML}}{{{colour[1:].upper()}}}" for name, colour in COLOURS.items()
    ]


def _drawing(picture: Picture, layout: Layout, moments: Steps) -> Iterator[str]:
    """The `tikzpicture`; with moments, every number from its step on, and the gate of each step marked."""
    yield rf"\begin{{tikzpicture}}[x={SCALE}pt, y=-{SCALE}pt, font=\sffamily\small, line width=0.7pt,"
    yield "  gate/.style={draw=bpink, fill=white, text=bpink, inner sep=0pt}, wire/.style={draw=bpwire},"
    yield "  value/.style={text=bpvalue, inner sep=0pt}, gradient/.style={text=bpgradient, inner sep=0pt},"
    yield "  local/.style={text=bplocal, inner sep=0pt}, zero/.style={dashed}, still/.style={dotted}]"
    places = [(at.x, at.y, at.width, at.height) for at in layout.places]
    yield from _wires(picture, layout.stubs, layout.routes, places, moments)
    yield from (rf"  \fill[bpwire] ({_n(x)},{_n(y)}) circle (2pt);" for x, y in layout.dots)
    for place, (box, at) in enumerate(zip(picture.boxes, places, strict=True)):
        yield _box(box, *at)
        if box.kind == "gate":
            yield from _from([moment.active == place for moment in moments], _box(box, *at, "line width=2pt, "))
    for label in layout.labels:
        yield from _label(picture, label, moments)
    yield r"\end{tikzpicture}"


def _from(there: Sequence[bool], line: str) -> Iterator[str]:
    """A line on the slides where it is there."""
    steps = [step for step, one in enumerate(there, start=1) if one]
    if steps:
        last = len(there)
        spans = f"{steps[0]}-" if steps == [*range(steps[0], last + 1)] else ",".join(map(str, steps))
        yield rf"  \onslide<{spans}>{{{line.strip()}}}"


def _wires(
    picture: Picture, stubs: Sequence[tuple[Point, Point]], routes: Sequence[Sequence[Point]],
    places: Sequence[tuple[float, float, float, float]], moments: Steps,
) -> Iterator[str]:  # fmt: skip
    used, states = uses(picture), behind(picture)
    for place, stub in enumerate(stubs):
        yield _path(stub, states[place], _look(picture, place) + "->, " * (not used[place]))
    for place, (wire, route) in enumerate(zip(picture.wires, routes, strict=True)):
        points = [*route[:-1], rim(*places[wire.target], route[-1])]
        yield _path(points, wire.state, _look(picture, wire.source) if used[wire.source] == 1 else "")
        yield from _from([place in moment.fed for moment in moments], _path(points, wire.state, "line width=1.6pt, "))


def _look(picture: Picture, box: int) -> str:
    """The wire that a wrong claim is about is thick."""
    return "line width=2.4pt, " if picture.wrong is not None and picture.wrong.box == box else ""


def _path(points: Sequence[Point], state: str, arrow: str) -> str:
    x, y = points[0]
    steps = [f"({_n(x)},{_n(y)})"]
    for next_x, next_y in points[1:]:
        half = (x + next_x) / 2
        if abs(next_y - y) < 0.05:
            steps.append(f"-- ({_n(next_x)},{_n(next_y)})")
        else:
            steps.append(f".. controls ({_n(half)},{_n(y)}) and ({_n(half)},{_n(next_y)})")
            steps.append(f".. ({_n(next_x)},{_n(next_y)})")
        x, y = next_x, next_y
    state = "" if state == "flows" else f", {state}"
    return rf"  \draw[{arrow}wire{state}] {' '.join(steps)};"


def _box(box: Box, x: float, y: float, width: float, height: float, look: str = "") -> str:
    text, at = _text(box.sign), f"({_n(x)},{_n(y)})"
    if box.kind != "gate":
        colour = "bpquiet" if box.kind == "constant" else "bpink"
        weight = "" if box.kind == "constant" else r"\bfseries "
        return rf"  \node[text={colour}, inner sep=0pt] at {at} {{{weight}{text}}};"
    if width == height == CIRCLE:
        return rf"  \node[gate, {look}circle, minimum size={_n(CIRCLE * SCALE)}pt] at {at} {{{text}}};"
    size = f"minimum width={_n(width * SCALE)}pt, minimum height={_n(height * SCALE)}pt"
    return rf"  \node[gate, {look}rectangle, rounded corners=9pt, {size}] at {at} {{{text}}};"


def _label(picture: Picture, label: Label, moments: Steps) -> Iterator[str]:
    name = picture.boxes[label.box].name if label.kind == "value" else ""
    there = [moment.shows(label.kind, *owner(picture, label)) for moment in moments]
    for place, line in enumerate(label.lines):
        at, text = f"({_n(label.x)},{_n(label.y + place * METRICS.line)})", _text(line)
        if name and not place:  # the name is there before the value, at its place
            bold, rest = rf"\textbf{{{_text(name)}}}", rf"\enspace {_text(line[len(name) :].strip())}"
            text = rf"\textcolor{{bpink}}{{{bold}}}{rest}"
            if moments:
                yield rf"  \node[{label.kind}, text=bpink] at {at} {{{bold}\phantom{{{rest}}}}};"
                text = rf"\phantom{{{bold}}}{rest}"
        node = rf"  \node[{label.kind}] at {at} {{{text}}};"
        yield from _from(there, node) if moments else [node]


def _n(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")


def _text(text: str) -> str:
    """A text as TeX prints it: Greek letters and the like as symbols, what it has no sign for by its number."""
    return "".join(map(_sign, text))


def _sign(character: str) -> str:
    from bpcalc.writing.latex import GREEK

    if character in _SPECIAL:
        return _SPECIAL[character]
    if character.isascii():
        return character
    word = GREEK.get(character)
    return rf"\ensuremath{{\{word}}}" if word else rf"\texttt{{U+{ord(character):04X}}}"
