"""A descent as SVG: where two numbers move, their path over the contours of the output; else the output by step."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from html import escape

from bpcalc.drawing import DIGITS
from bpcalc.drawing.svg import FOOT_LINE, SIZE, style
from bpcalc.drawing.text_widths import width
from bpcalc.reports.descent import Descent, DescentReport, Surface, numbers
from bpcalc.show.braille import reach
from bpcalc.show.descent_plot import scaled
from bpcalc.show.views.sweep import number

LEVELS = 14  # contours
WIDE, TALL = 520.0, 520.0  # of the contours
LONG, LOW = 560.0, 220.0  # of the output by step
MARGIN, TITLE = 20.0, 30.0
COLOURS = ("#2da44e", "#4184e4", "#b76ae0", "#d4860b", "#e5534b")  # of the methods: each 3 to 1 or more on both papers

Corner = tuple[float, float]
Edge = tuple[int, int, bool]  # of the grid: a row, a column, and whether it goes across


def picture(report: DescentReport) -> str:
    """A document of its own, which follows the reader's colour scheme."""
    legend = [_told(one) for one in report.descents]
    extent = (WIDE, TALL) if report.surface else (LONG, LOW)
    heights, is_log = scaled(report.descents)
    low, high = reach([y for one in heights for y in one], is_unbounded=False)
    if report.surface:
        sides = [number(y, DIGITS) for y in (report.surface.ys[-1], report.surface.ys[0])]
        sides.append(report.surface.labels[1])
    else:
        sides = [number(10**y if is_log else y, DIGITS) for y in (high, low)]
    left, top = MARGIN + max(width(text, SIZE) for text in sides) + 12, MARGIN + TITLE
    foot = top + extent[1] + 30
    across = left + extent[0] + MARGIN + 10
    down = foot + (len(legend) + 1) * FOOT_LINE
    log = ", log scale" if is_log and not report.surface else ""
    heading = f"{_cut(report.names.expression(), extent[0] - width(log, SIZE))}{log}"
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {across:.0f} {down:.0f}" width="{across:.0f}" '
        f'height="{down:.0f}" class="bpcalc" role="img" aria-label="{escape(heading)}">',
        f"<title>{escape(heading)}</title>",
        f"<style>{style('auto')}{_own()}</style>",
        f'<rect class="paper" width="{across:.0f}" height="{down:.0f}"/>',
        f'<text class="head" x="{MARGIN:.0f}" y="{MARGIN + 8:.0f}">{escape(heading)}</text>',
    ]
    lines += _contours(report, report.surface, (left, top)) if report.surface else _curves(
        report, heights, (low, high), (left, top)
    )  # fmt: skip
    lines += _frame(sides, report, (left, top), extent)
    for place, text in enumerate(legend):
        y = foot + FOOT_LINE * (place + 0.6)
        color = COLOURS[place % len(COLOURS)]
        lines.append(f'<circle cx="{left + 4:.1f}" cy="{y - 4:.1f}" r="4" fill="{color}"/>')
        lines.append(f'<text class="foot" x="{left + 16:.1f}" y="{y:.1f}">{escape(text)}</text>')
    return "\n".join([*lines, "</svg>", ""])


def _cut(text: str, room: float) -> str:
    """A text in a width."""
    while width(text, SIZE) > room:
        text = f"{text[: len(text) * 9 // 10 - 1]}…"
    return text


def _told(one: Descent) -> str:
    """What the legend says of a method."""
    rate = "" if one.rate is None else f", rate {number(one.rate, None)}"
    ended = {"steps": "made", "nan": "ended by NaN or an infinity at"}.get(one.ended, one.ended)
    count = f"{one.end.step} step{'s' * (one.end.step != 1)}"
    how = f"{count} made" if ended == "made" else f"{ended} after {count}" if one.ended != "nan" else f"{ended} {count}"
    return f"{one.method}{rate}: {how}"


def _own() -> str:
    return (
        ".bpcalc .head{text-anchor:start;font-weight:bold}.bpcalc .foot{text-anchor:start}"
        ".bpcalc .side{text-anchor:end}.bpcalc .contour{fill:none;stroke-width:1px}"
        ".bpcalc .path{fill:none;stroke-width:2px;stroke-linejoin:round}"
    )


def _frame(
    sides: Sequence[str], report: DescentReport, corner: Corner, extent: tuple[float, float]
) -> Iterator[str]:
    """The axes and what stands at them."""
    (left, top), (wide, tall) = corner, extent
    yield f'<path class="wire" d="M{left:.1f} {top:.1f}V{top + tall:.1f}H{left + wide:.1f}"/>'
    heights = (top + 5, top + tall, top + tall / 2)
    for y, text in zip(heights, sides, strict=False):
        yield f'<text class="side" x="{left - 6:.1f}" y="{y + SIZE * 0.36:.1f}">{escape(text)}</text>'
    surface = report.surface
    last = max(one.end.step for one in report.descents) if len(report.descents) == 1 else max(
        one.end.evaluations for one in report.descents
    )  # fmt: skip
    by = "step" if len(report.descents) == 1 else "gradients taken"
    ends = (surface.xs[0], surface.xs[-1]) if surface else (0.0, float(last))
    below = surface.labels[0] if surface else by
    for x, text in ((left, number(ends[0], DIGITS if surface else 12)), (left + wide / 2, below),
                    (left + wide, number(ends[1], DIGITS if surface else 12))):  # fmt: skip
        yield f'<text x="{x:.1f}" y="{top + tall + 17:.1f}">{escape(text)}</text>'


def _within(lines: Sequence[str], corner: Corner, extent: tuple[float, float]) -> list[str]:
    """What is drawn in a frame: what is outside is cut."""
    (x, y), (wide, tall) = corner, extent
    return [f'<svg x="{x:.1f}" y="{y:.1f}" width="{wide:.1f}" height="{tall:.1f}">', *lines, "</svg>"]


def _path(points: Sequence[Corner], place: int, marked: bool) -> Iterator[str]:
    """A line through points, its pieces where it is interrupted; `marked`: with its points, start and end."""
    color = COLOURS[place % len(COLOURS)]
    run: list[str] = []
    for x, y in [*points, (math.nan, math.nan)]:
        if math.isfinite(x) and math.isfinite(y):
            run.append(f"{min(max(x, -9999.0), 9999.0):.1f},{min(max(y, -9999.0), 9999.0):.1f}")
        elif run:
            yield f'<polyline class="path" stroke="{color}" points="{" ".join(run)}"/>'
            run = []
    known = [(x, y) for x, y in points if abs(x) < 9999 and abs(y) < 9999]
    if marked and known:
        if len(known) <= 200:
            yield from (f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.2" fill="{color}"/>' for x, y in known)
        (x, y), (to_x, to_y) = known[0], known[-1]
        yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="5" class="path" stroke="{color}"/>'
        yield f'<circle cx="{to_x:.1f}" cy="{to_y:.1f}" r="5" fill="{color}"/>'


# The output by step


def _curves(
    report: DescentReport, heights: Sequence[Sequence[float]], y: tuple[float, float], corner: Corner
) -> list[str]:
    several, (low, high) = len(report.descents) > 1, y
    across = [[float(p.evaluations if several else p.step) for p in one.path] for one in report.descents]
    right = max(max(xs) for xs in across) or 1.0
    lines: list[str] = []
    for place, (xs, ys) in enumerate(zip(across, heights, strict=True)):
        points = [(x / right * LONG, (high - y) / (high - low) * LOW) for x, y in zip(xs, ys, strict=True)]
        lines += _path(points, place, marked=False)
    return _within(lines, corner, (LONG, LOW))


# Contours


def _contours(report: DescentReport, surface: Surface, corner: Corner) -> list[str]:
    (left, right), (bottom, top) = (surface.xs[0], surface.xs[-1]), (surface.ys[0], surface.ys[-1])

    def at(x: float, y: float) -> Corner:
        return (x - left) / (right - left) * WIDE, (top - y) / (top - bottom) * TALL

    lines: list[str] = []
    levels = _levels(surface)
    for place, level in enumerate(levels):
        shade = 0.95 - 0.6 * place / max(len(levels) - 1, 1)
        text = "".join(
            "M" + "L".join("{:.1f} {:.1f}".format(*at(*point)) for point in line) + "Z" * (line[0] == line[-1])
            for line in contour(surface, level)
        )
        if text:
            told = f"{report.names.output} = {number(level, DIGITS)}"
            lines.append(f'<path class="wire contour" style="opacity:{shade:.2f}" d="{text}"><title>{escape(told)}'
                         "</title></path>")  # fmt: skip
    for place, one in enumerate(report.descents):
        found = [[x for _, x in numbers(point.at)] for point in one.path]
        lines += _path([at(x, y) for x, y in found], place, marked=True)
    return _within(lines, corner, (WIDE, TALL))


def _levels(surface: Surface) -> list[float]:
    """The values that have a contour: closer together where the output is low, so that its floor is seen."""
    known = sorted(z for row in surface.values for z in row if math.isfinite(z))
    if not known:
        return []
    places = [((k + 0.8) / LEVELS) ** 1.6 for k in range(LEVELS)]
    return list(dict.fromkeys(known[int(place * (len(known) - 1))] for place in places))


def contour(surface: Surface, level: float) -> list[list[Corner]]:
    """The lines along which the output has a value, by marching squares: each a list of points, closed ones with their
    first point at the end too. Squares with a corner that is no finite number are left out."""
    links: dict[Edge, list[Edge]] = {}
    for row in range(len(surface.ys) - 1):
        for column in range(len(surface.xs) - 1):
            for a, b in _crossed(surface.values, row, column, level):
                links.setdefault(a, []).append(b)
                links.setdefault(b, []).append(a)
    lines = []
    ends = [edge for edge, others in links.items() if len(others) == 1]
    for start in [*ends, *links]:
        if links.get(start):
            lines.append([_point(surface, edge, level) for edge in _walk(links, start)])
    return lines


def _walk(links: Mapping[Edge, list[Edge]], start: Edge) -> list[Edge]:
    """The edges from one to where the line ends, or is back; their links are used up."""
    found = [start]
    while links[found[-1]]:
        here = found[-1]
        there = links[here].pop()
        links[there].remove(here)
        found.append(there)
    return found


def _crossed(values: Sequence[Sequence[float]], row: int, column: int, level: float) -> list[tuple[Edge, Edge]]:
    """The pairs of edges of a square between which a contour crosses it."""
    corners = (values[row][column], values[row][column + 1], values[row + 1][column + 1], values[row + 1][column])
    if not all(map(math.isfinite, corners)):
        return []
    edges = ((row, column, True), (row, column + 1, False), (row + 1, column, True), (row, column, False))
    above = [z > level for z in corners]
    met = [edge for k, edge in enumerate(edges) if above[k] != above[(k + 1) % 4]]
    if len(met) == 4:  # a saddle: its middle tells which corners belong together
        first = (sum(corners) / 4 > level) == above[0]
        return [(met[0], met[1]), (met[2], met[3])] if first else [(met[3], met[0]), (met[1], met[2])]
    return [(met[0], met[1])] if met else []


def _point(surface: Surface, edge: Edge, level: float) -> Corner:
    """Where the contour crosses an edge, on a straight line between its ends."""
    row, column, is_across = edge
    other = (row, column + 1) if is_across else (row + 1, column)
    a, b = surface.values[row][column], surface.values[other[0]][other[1]]
    part = (level - a) / (b - a) if math.isfinite(b - a) else 0.5
    x, y = surface.xs[column], surface.ys[row]
    return x + part * (surface.xs[other[1]] - x), y + part * (surface.ys[other[0]] - y)
