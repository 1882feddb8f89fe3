"""The circuit as a page that steps through both passes: one file that needs nothing else, and no network."""

from __future__ import annotations

import json
from collections.abc import Sequence
from html import escape
from pathlib import Path

from bpcalc.drawing.moments import Moment
from bpcalc.drawing.picture import Picture
from bpcalc.drawing.svg import svg
from bpcalc.reports.report import Report

HERE = Path(__file__).parent
BODY = """\
<h1>{heading}</h1>
<div class="circuit" tabindex="0" role="group" aria-label="the circuit">
{drawing}</div>
<nav aria-label="steps">
<button id="first" aria-label="first step">|◀</button>
<button id="back" aria-label="step back">◀</button>
<button id="next" aria-label="next step">▶</button>
<button id="end" aria-label="last step">▶|</button>
<input id="slider" type="range" min="0" value="0" aria-label="step">
<span id="step" class="step"></span>
<label><input id="predict" type="checkbox"> predict each gradient first</label>
</nav>
<div id="told" class="told" role="status" aria-live="polite"></div>
<p class="hint">← and → step, Home and End go to the ends. Above a wire: the value; below: the gradient.</p>
"""


def html(picture: Picture, moments: Sequence[Moment], report: Report) -> str:
    """The page, with every step of `moments` in it."""
    drawing = svg(picture).replace(' role="img"', "", 1)
    body = BODY.format(heading=escape(picture.heading), drawing=drawing)
    return "\n".join([
        "<!DOCTYPE html>",
        '<html lang="en">',
        '<meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{escape(picture.heading)}</title>",
        f"<style>\n{_own('page.css')}</style>",
        f"{body}<script id=\"data\" type=\"application/json\">{_data(picture, moments, report)}</script>",
        f"<script>\n{_own('page.js')}</script>",
        "</html>",
        "",
    ])  # fmt: skip


def _own(name: str) -> str:
    return (HERE / name).read_text("utf-8")


def _data(picture: Picture, moments: Sequence[Moment], report: Report) -> str:
    """What the page steps through, as JSON that cannot end the script that it stands in."""
    data = {
        "moments": [
            {
                "phase": one.phase, "active": one.active, "fed": list(one.fed), "values": sorted(one.values),
                "gradients": sorted(one.gradients), "branches": sorted(one.branches), "title": one.title,
                "says": one.says, "lines": list(one.lines),
            }
            for one in moments
        ],
        "questions": _questions(picture, report),
        "answers": _answers(picture, report),
    }  # fmt: skip
    return json.dumps(data, ensure_ascii=False, allow_nan=False).replace("<", "\\u003c")


def _questions(picture: Picture, report: Report) -> list[str]:
    """What is asked of each wire: the gradient that its gate hands back on it."""
    uses = [wire.source for wire in picture.wires]
    boxes, f = picture.boxes, report.of
    return [
        f"∂{f}/∂{boxes[wire.source].label}" + f" via {boxes[wire.target].label}" * (uses.count(wire.source) > 1)
        for wire in picture.wires
    ]


def _answers(picture: Picture, report: Report) -> list[float | None]:
    """The right answers; None where it is no single finite number, or none is handed back."""
    circuit = report.circuit
    answers: list[float | None] = []
    for wire in picture.wires:
        node, answer = picture.boxes[wire.target].node, None
        if wire.state != "still" and not circuit.m.shaped:
            downstream = circuit.edges(node)[wire.input].downstream
            number = 0.0 if downstream is None else float(downstream)
            answer = number if number - number == 0 else None
        answers.append(answer)
    return answers
