"""What `bpcalc grad --sweep` found: curves, and a table of some of the points."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from bpcalc.errors import BpcalcError
from bpcalc.show import Style
from bpcalc.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bpcalc.reports.sweep import Sweep

COMMAND = "grad"
FORMATS = ("table", "json", "csv", "tsv")
ROWS = 12  # of the table there is one more, those at breaks not counted
TALL = 7  # lines of a curve
WIDEST = 76  # columns of a curve where there is no width to keep, and at most
CURVES = 3  # gradients that have a curve
MARKS = {"kink": "▲", "jump": "↕", "pole": "✕", "end": "|", "hole": "○"}
WORDS = {
    "kink": "kink: the slope jumps", "jump": "jump: the value jumps", "pole": "pole: no bound",
    "end": "end: no value beyond", "hole": "hole: no value at this point",
}  # fmt: skip


def table(report: Sweep, style: Style) -> str:
    """The curves of the value and the gradients, then numbers under each other."""
    from bpcalc.show.grid import Grid, fit, plain

    lines = _heading(report, style)
    curves = {report.names.output: report.values}
    curves |= {f"∂{report.names.output}/∂{name}": found for name, found in [*report.gradients.items()][:CURVES]}
    ends = [_ends(report, values) for values in curves.values()]
    wide = max(len(number(end, 4)) for pair in ends for end in pair)  # so that the curves stand under each other
    for place, (title, values) in enumerate(curves.items()):
        lines += ["", *_curve(report, title, values, wide, "31" if place else "32", style)]
    lines += _marks(report, style)
    grid: Grid = {title: [title, *cells] for title, cells in _columns(report, style.precision)}
    lines += ["", *plain(fit(grid, style.width, {}))]
    if report.left_out:
        lines += ["", f"not shown, for they are arrays: the gradients of {', '.join(report.left_out)}"]
    return "\n".join(lines)


def _heading(report: Sweep, style: Style) -> list[str]:
    from bpcalc.show.grid import cut, wrapped

    f, text = report.names.output, report.names.expression()
    last = text.rpartition("; ")[2]
    head = text if last == f or last.startswith(f"{f} = ") else f"{text[: len(text) - len(last)]}{f} = {last}"
    low, high = (number(one, style.precision) for one in (report.points[0], report.points[-1]))
    return [cut(head, style.width), *wrapped(f"along {report.name} from {low} to {high}", style)]


def _ends(report: Sweep, values: Sequence[float]) -> tuple[float, float]:
    """The least and the greatest value that a curve shows."""
    from bpcalc.show.braille import reach

    return reach(values, any(one.kind == "pole" for one in report.breaks))


def _curve(
    report: Sweep, title: str, values: Sequence[float], wide: int, color: str, style: Style
) -> list[str]:
    """A curve between its axes: the greatest and the least value at the left, in `wide` columns."""
    from bpcalc.show.braille import Canvas

    low, high = _ends(report, values)
    labels = number(high, 4), number(low, 4)
    width = max(10, min((style.width or WIDEST) - wide - 2, WIDEST))
    canvas = Canvas(width, TALL, (report.points[0], report.points[-1]), (low, high))
    xs, ys = broken(report, values, at_kinks=color == "31")
    canvas.curve(xs, ys)
    rows = canvas.lines()
    sides = [labels[0], *[""] * (TALL - 2), labels[1]]
    painted = [paint(row.rstrip(), color, style) for row in rows]
    lines = [paint(title, f"1;{color}", style)]
    lines += [f"{side:>{wide}} {'┤' if side else '│'}{row}" for side, row in zip(sides, painted, strict=True)]
    axis = ["─"] * width
    for one in report.breaks:
        axis[min(canvas.across(one.at) // 2, width - 1)] = MARKS[one.kind]
    lines.append(f"{'':>{wide}} ╰{''.join(axis)}")
    left, right = number(report.points[0], 6), number(report.points[-1], 6)
    room = width - len(left) - len(right)
    middle = f"{report.name:^{max(room, 1)}}" if room > len(report.name) + 1 else " "
    return [*lines, f"{'':>{wide}}  {left}{middle}{right}"]


def broken(report: Sweep, values: Sequence[float], at_kinks: bool) -> tuple[list[float], list[float]]:
    """The points of a curve, interrupted where it jumps; `at_kinks`: at kinks too, where gradients do."""
    xs, ys = [], []
    places = [one.at for one in report.breaks if at_kinks or one.kind != "kink"]
    before = -math.inf
    for x, y in zip(report.points, values, strict=True):
        if any(before <= at <= x for at in places):
            xs.append(x)
            ys.append(math.nan)
        xs.append(x)
        ys.append(y)
        before = x
    return xs, ys


def _marks(report: Sweep, style: Style) -> list[str]:
    """`▲ kink: the slope jumps, at x = 0`"""
    from bpcalc.show.grid import wrapped

    found: list[str] = []
    for kind, sign in MARKS.items():
        places = [number(one.at, style.precision) for one in report.breaks if one.kind == kind]
        told = ", ".join(places[:8]) + f" and {len(places) - 8} more" * (len(places) > 8)
        found += wrapped(f"{sign} {WORDS[kind]}, at {report.name} = {told}", style) if places else []
    return ["", *found] if found else []


def _columns(report: Sweep, precision: int | None) -> Iterator[tuple[str, list[str]]]:
    """Some of the points, from end to end."""
    step = (len(report.points) - 1) // ROWS
    chosen = range(0, len(report.points), step)
    columns = {report.name: report.points, report.names.output: report.values}
    columns |= {f"∂{report.names.output}/∂{name}": found for name, found in report.gradients.items()}
    for title, values in columns.items():
        texts = [number(values[place], precision) for place in chosen]
        signed = any(text.startswith("-") for text in texts)
        yield title, [text if text.startswith("-") or not signed else f" {text}" for text in texts]


def number(number: float, precision: int | None) -> str:
    """A number for people."""
    return repr(number or 0.0).removesuffix(".0") if precision is None else format(number, f"z.{precision}g")


def paint(text: str, color: str, style: Style) -> str:
    """A text in one of the terminal's colours, where there are colours."""
    return f"\x1b[{color}m{text}\x1b[0m" if style.color and text else text


def rows(report: Sweep, style: Style) -> Iterator[tuple[str, ...]]:
    """A row a point, all of them."""
    yield (report.name, report.names.output, *(f"d_{name}" for name in report.gradients))
    for place, x in enumerate(report.points):
        yield tuple(map(repr, (x, report.values[place], *(found[place] for found in report.gradients.values()))))


def document(report: Sweep, style: Style) -> dict[str, Any]:
    return {
        "expression": report.names.expression(), "output": report.names.output, "sweep": report.name,
        "points": report.points, "value": [*map(_json, report.values)],
        "gradient": {name: [*map(_json, found)] for name, found in report.gradients.items()},
        "breaks": [{"at": one.at, "kind": one.kind} for one in report.breaks],
    }  # fmt: skip


def _json(number: float) -> float | str:
    """JSON has no NaN and no infinity: these are texts."""
    return number if math.isfinite(number) else "NaN" if math.isnan(number) else "-Infinity"[number > 0 :]


def find(report: Sweep, name: str) -> Any:
    raise BpcalcError("--get takes one number, and a sweep has many", hint="-o csv has them all")
