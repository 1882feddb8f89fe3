"""The circuit for Graphviz, which lays it out itself: `dot -Tsvg circuit.dot`."""

from __future__ import annotations

from collections.abc import Iterator

from bpcalc.drawing.picture import Box, Lines, Picture, handed_back, uses
from bpcalc.drawing.svg import LIGHT

PAPER, INK, WIRE, VALUE, GRADIENT, QUIET, LOCAL = LIGHT


def dot(picture: Picture) -> str:
    """The picture as a program of the DOT language."""
    return "\n".join([
        f"// {_comment(picture.heading)}",
        "digraph circuit {",
        '  rankdir=LR; ordering=in; ranksep=0.6; nodesep=0.25; bgcolor="white";',
        f'  node [fontname="Helvetica", fontsize=13, color="{INK}", fontcolor="{INK}"];',
        f'  edge [fontname="Helvetica", fontsize=11, color="{WIRE}", arrowsize=0.6];',
        *_nodes(picture),
        *_edges(picture),
        "}",
        "",
    ])  # fmt: skip


def _nodes(picture: Picture) -> Iterator[str]:
    used = uses(picture)
    for place, box in enumerate(picture.boxes):
        shape = "plaintext" if box.kind != "gate" else "circle" if len(box.sign) <= 2 else "box"
        more = ', style="rounded"' if shape == "box" else ""
        bold = f"<b>{_html(box.sign)}</b>" if box.kind in ("input", "label") else _html(box.sign)
        yield f'  b{place} [shape={shape}{more}, label=<{bold}>, tooltip="{_quoted(_told(box))}"];'
        if not used[place]:
            yield f'  end{place} [shape=plaintext, label=<<b>{_html(picture.output)}</b>>];'


def _edges(picture: Picture) -> Iterator[str]:
    used = uses(picture)
    for wire in picture.wires:
        box = picture.boxes[wire.source]
        styles = {"flows": "", "zero": ", style=dashed", "still": ", style=dotted"}
        label = _label(box.name, box.value, handed_back(picture, wire, used))
        local = "".join(map(_html, wire.local))
        head = f', headlabel=<<font color="{LOCAL}">{local}</font>>, labeldistance=1.8' * bool(local)
        yield f"  b{wire.source} -> b{wire.target} [{label}{head}{styles[wire.state]}];"
    for place, box in enumerate(picture.boxes):
        if not used[place]:
            yield f"  b{place} -> end{place} [{_label('', box.value, box.gradient)}];"


def _label(name: str, value: Lines, gradient: Lines) -> str:
    """Name and value above the gradient, each in its colour."""
    rows = [f"<b>{_html(name)}</b>"] * bool(name)
    rows += [f'<font color="{VALUE}">{_html(line)}</font>' for line in value]
    rows += [f'<font color="{GRADIENT}">{_html(line)}</font>' for line in gradient]
    return f"label=<{'<br/>'.join(rows)}>" if rows else 'label=""'


def _told(box: Box) -> str:
    return f"{box.label} = {box.expression}: {box.gate}" if box.kind == "gate" else box.sign


def _html(text: str) -> str:
    for plain, escaped in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;")):
        text = text.replace(plain, escaped)
    return text or "&#160;"


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


def _comment(text: str) -> str:
    return " ".join(text.split())
