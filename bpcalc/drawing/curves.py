"""The curves of a sweep as SVG: the value above, each gradient below it, places without a derivative marked."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from html import escape

from bpcalc.drawing import DIGITS
from bpcalc.drawing.svg import FOOT_LINE, SIZE, style
from bpcalc.drawing.text_widths import width
from bpcalc.reports.sweep import Sweep
from bpcalc.show.braille import reach
from bpcalc.show.views.sweep import CURVES, WORDS, broken, number

WIDE, TALL = 560.0, 130.0  # of a curve
MARGIN, GAP, TITLE = 20.0, 34.0, 22.0


def curves(report: Sweep) -> str:
    """A document of its own, which follows the reader's colour scheme."""
    f = report.names.output
    found = [(f, report.values, "value")]
    found += [(f"∂{f}/∂{name}", one, "gradient") for name, one in [*report.gradients.items()][:CURVES]]
    bounds = [reach(values, any(one.kind == "pole" for one in report.breaks)) for _, values, _ in found]
    side = max(width(number(end, DIGITS), SIZE) for pair in bounds for end in pair) + 12
    left = MARGIN + side
    legend = [
        f"{WORDS[kind]}, at {report.name} = {', '.join(number(one.at, 6) for one in report.breaks if one.kind == kind)}"
        for kind in dict.fromkeys(one.kind for one in report.breaks)
    ]
    across = left + WIDE + MARGIN + 10
    down = MARGIN + TITLE + len(found) * (TITLE + TALL + GAP) + len(legend) * FOOT_LINE
    heading = f"{report.names.expression()}, along {report.name} from " + " to ".join(
        number(end, 6) for end in (report.points[0], report.points[-1])
    )
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {across:.0f} {down:.0f}" width="{across:.0f}" '
        f'height="{down:.0f}" class="bpcalc" role="img" aria-label="{escape(heading)}">',
        f"<title>{escape(heading)}</title>",
        f"<style>{style('auto')}{_own()}</style>",
        f'<rect class="paper" width="{across:.0f}" height="{down:.0f}"/>',
        f'<text class="head" x="{MARGIN:.0f}" y="{MARGIN + 8:.0f}">{escape(heading)}</text>',
    ]
    top = MARGIN + TITLE + TITLE
    for (title, values, kind), (low, high) in zip(found, bounds, strict=True):
        lines += _panel(report, title, values, kind, (left, top), (low, high))
        top += TITLE + TALL + GAP
    for row, text in enumerate(legend):
        y = top - TITLE + row * FOOT_LINE
        lines.append(f'<text class="foot" x="{MARGIN:.0f}" y="{y:.0f}">{escape(text)}</text>')
    return "\n".join([*lines, "</svg>", ""])


def _own() -> str:
    return (
        ".bpcalc .head{text-anchor:start;font-weight:bold}.bpcalc .side{text-anchor:end}.bpcalc .curve{fill:none;"
        "stroke-width:2px}.bpcalc .curve.value{stroke:#2da44e}.bpcalc .curve.gradient{stroke:#e5534b}"
        ".bpcalc .mark{stroke-dasharray:3 3}"
    )


def _panel(
    report: Sweep, title: str, values: Sequence[float], kind: str, corner: tuple[float, float],
    bounds: tuple[float, float],
) -> Iterator[str]:  # fmt: skip
    (left, top), (low, high), (start, end) = corner, bounds, (report.points[0], report.points[-1])

    def at(x: float, y: float) -> tuple[float, float]:
        y = min(max(y, low - 9 * (high - low)), high + 9 * (high - low))
        return left + (x - start) / (end - start) * WIDE, top + (high - y) / (high - low) * TALL

    bottom = top + TALL
    yield f'<path class="wire" d="M{left:.1f} {top:.1f}V{bottom:.1f}H{left + WIDE:.1f}"/>'
    if low < 0 < high:
        yield f'<path class="wire still" d="M{left:.1f} {at(start, 0)[1]:.1f}H{left + WIDE:.1f}"/>'
    for one in report.breaks:
        x = at(one.at, low)[0]
        yield f'<path class="wire mark" d="M{x:.1f} {top:.1f}V{bottom:.1f}"/>'
    yield f'<svg x="{left:.1f}" y="{top - 1:.1f}" width="{WIDE:.1f}" height="{TALL + 2:.1f}">'  # what is outside is cut
    for run in _runs(*broken(report, values, at_kinks=kind == "gradient")):
        points = " ".join(f"{x - left:.1f},{y - top + 1:.1f}" for x, y in (at(*one) for one in run))
        yield f'<polyline class="curve {kind}" points="{points}"/>'
    yield "</svg>"
    yield f'<text class="{kind} head" x="{left:.1f}" y="{top - 8:.1f}">{escape(title)}</text>'
    for y, text in ((top, number(high, DIGITS)), (bottom, number(low, DIGITS))):
        yield f'<text class="side" x="{left - 6:.1f}" y="{y + SIZE * 0.36:.1f}">{escape(text)}</text>'
    for x, text in ((left, number(start, 6)), (left + WIDE, number(end, 6)), (left + WIDE / 2, report.name)):
        yield f'<text x="{x:.1f}" y="{bottom + 17:.1f}">{escape(text)}</text>'


def _runs(xs: Sequence[float], ys: Sequence[float]) -> Iterator[list[tuple[float, float]]]:
    """The pieces of a curve; a single point is a piece that is seen by its round end."""
    run: list[tuple[float, float]] = []
    for x, y in zip(xs, ys, strict=True):
        if math.isfinite(y):
            run.append((x, y))
        elif run:
            yield run
            run = []
    if run:
        yield run
