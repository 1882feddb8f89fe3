"""The circuit as a page that steps through both passes: one file that needs nothing else, and no network."""

from __future__ import annotations

import json
from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import Any

from bpcalc.drawing.moments import Moment
from bpcalc.drawing.picture import Picture
from bpcalc.drawing.recomputed import data, recomputed
from bpcalc.drawing.svg import SIZE, svg
from bpcalc.drawing.text_widths import width
from bpcalc.reports.report import Report

HERE = Path(__file__).parent
ROOM = width("-0.0000", SIZE)  # for a number that is put in
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
<form id="inputs" class="inputs" aria-label="inputs" hidden><button id="reset" type="button">Reset</button></form>
<p id="note" class="hint" role="status">{reason}</p>
<div id="told" class="told" role="status" aria-live="polite"></div>
<p class="hint">← and → step, Home and End go to the ends. Above a wire: the value; below: the gradient.</p>
"""


def html(
    picture: Picture, moments: Sequence[Moment], report: Report, precision: int | None, has_formulas: bool
) -> str:
    """The page, with every step of `moments` in it; its inputs can be edited where a browser can compute it all."""
    found = recomputed(picture, report)
    drawing = svg(picture, room=ROOM if found.inputs else 0).replace(' role="img"', "", 1)
    reason = found.reason and f"The inputs cannot be edited here: {found.reason}."
    body = BODY.format(heading=escape(picture.heading), drawing=drawing, reason=escape(reason))
    more = data(picture, found, precision, has_formulas)
    return "\n".join([
        "<!DOCTYPE html>",
        '<html lang="en">',
        '<meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{escape(picture.heading)}</title>",
        f"<style>\n{_own('page.css')}</style>",
        f"{body}<script id=\"data\" type=\"application/json\">{_data(picture, moments, report, more)}</script>",
        *[f"<script>\n{found.function}\n</script>"] * bool(found.function),
        f"<script>\n{_own('page.js')}</script>",
        "</html>",
        "",
    ])  # fmt: skip


def _own(name: str) -> str:
    return (HERE / name).read_text("utf-8")


def _data(picture: Picture, moments: Sequence[Moment], report: Report, more: dict[str, Any]) -> str:
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
        "of": report.of,
        "zero": [wire.state == "zero" for wire in picture.wires],
        **more,
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
