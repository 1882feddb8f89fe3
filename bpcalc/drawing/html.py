"""The circuit as a page that steps through both passes: one file that needs nothing else, and no network."""

from __future__ import annotations

import json
from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import Any

from bpcalc.drawing.flows import edges_of
from bpcalc.drawing.folding import Fold
from bpcalc.drawing.opening import View, Views
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
{boxes}\
<form id="inputs" class="inputs" aria-label="inputs" hidden><button id="reset" type="button">Reset</button></form>
<p id="note" class="hint" role="status">{reason}</p>
<div id="told" class="told" role="status" aria-live="polite"></div>
<p class="hint">← and → step, Home and End go to the ends. Above a wire: the value; below: the gradient.</p>
"""


def html(shown: Views, precision: int | None, has_formulas: bool) -> str:
    """The page, with every step of both passes in it, and a drawing for each way in which its boxes may be open.

    Its inputs can be edited where a browser can compute it all.
    """
    first, *others = (_Part(view, precision, has_formulas) for view in shown.views)
    heading, reason = escape(first.view.picture.heading), first.found.reason
    body = BODY.format(
        heading=heading, drawing=first.drawing, boxes=_boxes(shown),
        reason=escape(reason and f"The inputs cannot be edited here: {reason}."),
    )  # fmt: skip
    parts = [first, *others]
    functions = ",\n".join(part.function for part in parts)
    known = {**first.data, "openable": list(shown.names), "others": [part.data for part in others]}
    return "\n".join([
        "<!DOCTYPE html>",
        '<html lang="en">',
        '<meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{heading}</title>",
        f"<style>\n{_own('page.css')}</style>",
        f"{body}<script id=\"data\" type=\"application/json\">{_json(known)}</script>",
        *(f'<template class="view">\n{part.drawing}</template>' for part in others),
        f"<script>\nconst COMPUTES = [\n{functions}\n];\n</script>",
        f"<script>\n{_own('page.js')}</script>",
        "</html>",
        "",
    ])  # fmt: skip


class _Part:
    """A view as the page has it: its drawing, its data, and the function that computes it again."""

    def __init__(self, view: View, precision: int | None, has_formulas: bool) -> None:
        self.view = view
        self.found = found = recomputed(view.picture, view.report, view.folds)
        self.drawing = svg(view.picture, room=ROOM if found.inputs else 0).replace(' role="img"', "", 1)
        self.function = f"(() => {{\n{found.function}\nreturn compute;\n}})()" if found.function else "null"
        self.data = {
            **_stepped(view), "open": list(view.open), "opens": view.opens,
            **data(view.picture, found, precision, has_formulas),
        }  # fmt: skip


def _boxes(shown: Views) -> str:
    """The buttons that open and close boxes."""
    if not shown.names:
        return ""
    more = ", ".join(shown.left_out)
    told = f'<span class="hint">--expand opens others: {escape(more)}</span>' * bool(more)
    words = map(escape, shown.names)
    buttons = "".join(f'<button type="button" data-name="{word}">{word}</button>' for word in words)
    return f'<div id="boxes" class="boxes" role="group" aria-label="boxes that open">{buttons}{told}</div>\n'


def _own(name: str) -> str:
    return (HERE / name).read_text("utf-8")


def _json(known: dict[str, Any]) -> str:
    """Data as JSON that cannot end the script that it stands in."""
    return json.dumps(known, ensure_ascii=False, allow_nan=False).replace("<", "\\u003c")


def _stepped(view: View) -> dict[str, Any]:
    """What the page steps through."""
    picture, report = view.picture, view.report
    return {
        "moments": [
            {
                "phase": one.phase, "active": one.active, "fed": list(one.fed), "values": sorted(one.values),
                "gradients": sorted(one.gradients), "branches": sorted(one.branches), "title": one.title,
                "says": one.says, "lines": list(one.lines),
            }
            for one in view.moments
        ],
        "questions": _questions(picture, report),
        "answers": _answers(picture, report, view.folds),
        "of": report.of,
        "zero": [wire.state == "zero" for wire in picture.wires],
    }  # fmt: skip


def _questions(picture: Picture, report: Report) -> list[str]:
    """What is asked of each wire: the gradient that its gate hands back on it."""
    uses = [wire.source for wire in picture.wires]
    boxes, f = picture.boxes, report.of
    return [
        f"∂{f}/∂{boxes[wire.source].label}" + f" via {boxes[wire.target].label}" * (uses.count(wire.source) > 1)
        for wire in picture.wires
    ]


def _answers(picture: Picture, report: Report, folds: Mapping[int, Fold]) -> list[float | None]:
    """The right answers; None where it is no single finite number, or none is handed back."""
    circuit = report.circuit
    answers: list[float | None] = []
    for wire in picture.wires:
        node, answer = picture.boxes[wire.target].node, None
        if wire.state != "still" and not circuit.m.shaped:
            downstream = edges_of(circuit, node, folds)[wire.input].downstream
            number = 0.0 if downstream is None else float(downstream)
            answer = number if number - number == 0 else None
        answers.append(answer)
    return answers
