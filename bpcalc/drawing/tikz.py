"""The circuit for LaTeX, by TikZ: a document of its own that `pdflatex` makes a page of the picture's size."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bpcalc.drawing.layout import Label, Point
from bpcalc.drawing.picture import Box, Picture
from bpcalc.drawing.svg import CIRCLE, LIGHT, METRICS, placed, rim

SCALE = 0.75  # points of TeX for a pixel
COLOURS = dict(zip(("paper", "ink", "wire", "value", "gradient", "quiet", "local"), LIGHT, strict=True))
_SPECIAL = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#", "_": r"\_", "%": r"\%",
    "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "<": r"\ensuremath{<}", ">": r"\ensuremath{>}",
    "|": r"\ensuremath{|}", "-": r"\ensuremath{-}", "−": r"\ensuremath{-}", "×": r"\ensuremath{\times}",
    "∞": r"\ensuremath{\infty}", "…": r"\dots{}", "√": r"\ensuremath{\surd}", "*": r"\ensuremath{\ast}",
    "∂": r"\ensuremath{\partial}",
}  # fmt: skip


def tikz(picture: Picture) -> str:
    """The picture as a standalone document; the part between the `tikzpicture` lines goes into any other."""
    layout = placed(picture)
    return "\n".join([
        r"\documentclass[tikz,border=6pt]{standalone}",
        r"\usepackage[T1]{fontenc}",
        *(rf"\definecolor{{bp{name}}}{{HTML}}{{{colour[1:].upper()}}}" for name, colour in COLOURS.items()),
        r"\begin{document}",
        rf"\begin{{tikzpicture}}[x={SCALE}pt, y=-{SCALE}pt, font=\sffamily\small, line width=0.7pt,",
        r"  gate/.style={draw=bpink, fill=white, text=bpink, inner sep=0pt}, wire/.style={draw=bpwire},",
        r"  value/.style={text=bpvalue, inner sep=0pt}, gradient/.style={text=bpgradient, inner sep=0pt},",
        r"  local/.style={text=bplocal, inner sep=0pt}, zero/.style={dashed}, still/.style={dotted}]",
        *_wires(picture, layout.stubs, layout.routes, [(at.x, at.y, at.width, at.height) for at in layout.places]),
        *(rf"  \fill[bpwire] ({_n(x)},{_n(y)}) circle (2pt);" for x, y in layout.dots),
        *(_box(box, at.x, at.y, at.width, at.height) for box, at in zip(picture.boxes, layout.places, strict=True)),
        *(line for label in layout.labels for line in _label(picture, label)),
        r"\end{tikzpicture}",
        r"\end{document}",
        "",
    ])  # fmt: skip


def _wires(
    picture: Picture, stubs: Sequence[tuple[Point, Point]], routes: Sequence[Sequence[Point]],
    places: Sequence[tuple[float, float, float, float]],
) -> Iterator[str]:  # fmt: skip
    used = {wire.source for wire in picture.wires}
    states: dict[int, set[str]] = {}
    for wire in picture.wires:
        states.setdefault(wire.source, set()).add(wire.state)
    for place, points in enumerate(stubs):
        found = states.get(place, {"flows"})
        yield _path(points, "flows" if len(found) > 1 else next(iter(found)), "" if place in used else "->, ")
    for wire, route in zip(picture.wires, routes, strict=True):
        yield _path([*route[:-1], rim(*places[wire.target], route[-1])], wire.state, "")


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


def _box(box: Box, x: float, y: float, width: float, height: float) -> str:
    text, at = _text(box.sign), f"({_n(x)},{_n(y)})"
    if box.kind != "gate":
        colour = "bpquiet" if box.kind == "constant" else "bpink"
        weight = "" if box.kind == "constant" else r"\bfseries "
        return rf"  \node[text={colour}, inner sep=0pt] at {at} {{{weight}{text}}};"
    if width == height == CIRCLE:
        return rf"  \node[gate, circle, minimum size={_n(CIRCLE * SCALE)}pt] at {at} {{{text}}};"
    size = f"minimum width={_n(width * SCALE)}pt, minimum height={_n(height * SCALE)}pt"
    return rf"  \node[gate, rectangle, rounded corners=9pt, {size}] at {at} {{{text}}};"


def _label(picture: Picture, label: Label) -> Iterator[str]:
    name = picture.boxes[label.box].name if label.kind == "value" else ""
    for place, line in enumerate(label.lines):
        text = _text(line)
        if name and not place:
            text = rf"\textcolor{{bpink}}{{\textbf{{{_text(name)}}}}}{_text(line[len(name) :])}"
        yield rf"  \node[{label.kind}] at ({_n(label.x)},{_n(label.y + place * METRICS.line)}) {{{text}}};"


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
