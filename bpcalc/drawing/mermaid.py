"""The circuit for Mermaid, which lays it out itself; GitHub, GitLab and many editors show it."""

from __future__ import annotations

from collections.abc import Iterator

from bpcalc.drawing.picture import Box, Picture, handed_back, named, uses

# What ends a word or starts a piece of HTML or Markdown there; Mermaid writes entities with # in the place of &.
_SPECIAL = frozenset("\"#&<>;`|{}[]()*_~\\$%@")


def mermaid(picture: Picture) -> str:
    """The picture as a flowchart of Mermaid."""
    return "\n".join(["flowchart LR", *_nodes(picture), *_edges(picture), ""])


def _nodes(picture: Picture) -> Iterator[str]:
    used = uses(picture)
    for place, box in enumerate(picture.boxes):
        opened, closed = _frame(box)
        yield f'    b{place}{opened}"{_text(box.sign)}"{closed}'
        if not used[place]:
            yield f'    o{place}["{_text(picture.output)}"]'


def _frame(box: Box) -> tuple[str, str]:
    if box.kind != "gate":
        return "[", "]"
    return ("((", "))") if len(box.sign) <= 2 else ("([", "])")


def _edges(picture: Picture) -> Iterator[str]:
    used = uses(picture)
    for wire in picture.wires:
        box = picture.boxes[wire.source]
        below = (*handed_back(picture, wire, used), *wire.local)
        yield _edge(f"b{wire.source}", f"b{wire.target}", box, below, wire.state != "flows")
    for place, box in enumerate(picture.boxes):
        if not used[place]:
            yield _edge(f"b{place}", f"o{place}", box._replace(name=""), box.gradient, False)


def _edge(source: str, target: str, box: Box, gradient: tuple[str, ...], dotted: bool) -> str:
    """An arrow with the value above the gradient, which ∂ marks: there are no colours within a text."""
    rows = [_text(line) for line in named(box)]
    rows += [_text(line) if line.startswith("×") else f"∂ {_text(line)}" for line in gradient]
    arrow = "-.->" if dotted else "-->"
    label = f'|"{"<br/>".join(rows)}"|' if rows else ""
    return f"    {source} {arrow}{label} {target}"


def _text(text: str) -> str:
    """A text as Mermaid reads it: everything that could mean something there by its number."""
    return "".join(f"#{ord(one)};" if one in _SPECIAL else one for one in text) or " "
