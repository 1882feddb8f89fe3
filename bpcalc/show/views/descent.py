"""What `bpcalc descend` found: a plot of the output, a table of some steps, and how it ended."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

from bpcalc.errors import BpcalcError
from bpcalc.reports.descent import numbers
from bpcalc.show import Style, grid
from bpcalc.show.descent_plot import plot
from bpcalc.show.document import by_name, warned
from bpcalc.show.grid import Grid, cut, wrapped
from bpcalc.show.numbers import algebra
from bpcalc.show.views.sweep import paint
from bpcalc.telling.descent_words import bound, fall, first_step, formulas
from bpcalc.typed import TYPE_CHECKING, Any
from bpcalc.writing.numerals import aligned, exact, fitted

if TYPE_CHECKING:
    from bpcalc.reports.descent import Descent, DescentReport, Point

COMMAND = "descend"
FORMATS = ("table", "json", "plain", "csv", "tsv", "markdown")
ROWS = 10  # of the steps between the first few and the last
FIRST = 3  # steps that are always shown
COLUMNS = 6  # single numbers that have a column, at most
OWN = ("step", "value", "gradient_norm", "epoch", "method")  # columns that no input may be called like
BLOCK = "  "


def table(report: DescentReport, style: Style) -> str:
    """The plot, the steps or of several methods their ends, and how each ended."""
    return "\n".join([*_heading(report, style), "", *_body(report, style)])


def _body(report: DescentReport, style: Style) -> list[str]:
    several = len(report.descents) > 1
    lines = plot(report, style)
    laid, is_whole = _laid(report, _ends(report, style) if several else _steps(report, style), style)
    lines += ["", *laid]
    for one in report.descents:
        lines += _places(report, one, style) if not several and not is_whole else []
        lines += _verdict(one, style, several)
        lines += _places(report, one, style) if several and not is_whole else []
    return lines


def trace(report: DescentReport, style: Style) -> str:
    """The first step of each method with its numbers, then the table."""
    lines = _heading(report, style)
    for one in report.descents:
        lines += ["", paint(_title(one, len(report.descents) > 1), "1", style)]
        lines += [part for line in _told(report, one, style.precision) for part in wrapped(BLOCK + line, style)]
    return "\n".join([*lines, "", *_body(report, style)])


def _title(one: Descent, several: bool) -> str:
    return f"First step of {one.title}" if several else "First step"


def _told(report: DescentReport, one: Descent, precision: int | None) -> list[str]:
    lines = formulas(one.method, report.output, report.maximize)
    steps = first_step(report.circuit.m, one, report.maximize, precision)
    if not steps:
        return [*lines, "no step is made"]
    rate = [] if one.rate is None else [f"rate = {_text(one.rate, None)}"]
    told = fall(one, report.output, lambda x: _text(x, precision))
    told += ", over the first batch" * bool(report.batch)
    return [*lines, *rate, *steps, told, *filter(None, [bound(one, report.output, report.maximize)])]


def _text(x: float, precision: int | None) -> str:
    from bpcalc.show.views.sweep import number as written

    return written(x, precision)


def _heading(report: DescentReport, style: Style) -> list[str]:
    from bpcalc.show.heading import parted

    what = "gradient ascent" if report.maximize else "gradient descent"
    by = ", ".join(_named(one) for one in report.descents)
    if len(report.descents) > 1 or report.only.method != "gradient":
        what = f"{'maximized' if report.maximize else 'minimized'} by {by}"
    elif report.only.rate is not None:
        what += f" at rate {_text(report.only.rate, None)}"
    moves = ", ".join(report.moving[:8]) + (", …" if len(report.moving) > 8 else "")
    lines = [cut("".join(parted(report)), style.width), *wrapped(f"{what}; what moves: {moves}", style)]
    if report.batch:
        size, count, seed = report.batch
        lines += wrapped(f"batches of {size} of {count} rows, an epoch = {-(-count // size)} steps, seed {seed}; "
                         f"shown is {report.output} over all rows", style)  # fmt: skip
    return lines


def _named(one: Descent) -> str:
    return one.method if one.rate is None else f"{one.method} (rate {_text(one.rate, None)})"


# The table


def _chosen(path: Sequence[Point]) -> list[Point]:
    """Some points of a path: the first few, some at round steps, the last."""
    last = path[-1].step
    if len(path) <= FIRST + ROWS:
        return [*path]
    by = 10 ** math.floor(math.log10(max(last / ROWS, 1)))
    by *= next(times for times in (1, 2, 5, 10) if by * times * ROWS >= last)
    if path[0].epoch is not None:  # these are the ends of epochs, at steps of their own
        every = -(-len(path) // ROWS)
        return [one for place, one in enumerate(path) if place % every == 0 or one is path[-1]]
    return [one for one in path if one.step < FIRST or one.step % by == 0 or one is path[-1]]


def _steps(report: DescentReport, style: Style) -> list[list[str]]:
    """The columns of the steps of one method, a heading first."""
    points, f = _chosen(report.only.path), report.output
    columns = [["step", *(str(one.step) for one in points)]]
    if report.batch:
        columns.append(["epoch", *(str(one.epoch) for one in points)])
    columns += _column(f, [one.value for one in points], style)
    columns += _column(f"|∂{f}|", [one.norm for one in points], style)
    return columns + _moving([one.at for one in points], style)


def _moving(places: Sequence[Mapping[str, Any]], style: Style) -> list[list[str]]:
    """The columns of the single numbers that move, where these are few."""
    found = [numbers(at) for at in places]
    if not found or len(found[0]) > COLUMNS or any(len(one) != len(found[0]) for one in found):
        return []
    columns = []
    for name, entries in zip((name for name, _ in found[0]), zip(*found, strict=True), strict=True):
        columns += _column(name, [x for _, x in entries], style)
    return columns


def _ends(report: DescentReport, style: Style) -> list[list[str]]:
    """The columns of a table of where each method ended."""
    runs, f = report.descents, report.output
    columns = [["method", *(one.title for one in runs)]]
    columns.append(["rate", *("" if one.rate is None else _text(one.rate, None) for one in runs)])
    columns.append(["steps", *(str(one.end.step) for one in runs)])
    columns.append(["gradients", *(str(one.end.evaluations) for one in runs)])
    columns += _column(f, [one.end.value for one in runs], style)
    columns += _column(f"|∂{f}|", [one.end.norm for one in runs], style)
    columns += _moving([one.end.at for one in runs], style)
    return [*columns, ["ended", *(one.ended for one in runs)]]


def _column(title: str, values: Sequence[float], style: Style) -> list[list[str]]:
    return [[title, *aligned([_text(x, style.precision) for x in values])]]


def _laid(report: DescentReport, columns: list[list[str]], style: Style) -> tuple[list[str], bool]:
    """The columns side by side, and whether every input has one: where there is no room, the last inputs go first, the
    output never."""
    cells: Grid = {str(place): column for place, column in enumerate(columns)}
    places = {column[0]: str(place) for place, column in enumerate(columns)}
    first = 1 + max(int(place) for title, place in places.items() if title == f"|∂{report.output}|")
    going = [str(place) for place in range(len(columns) - 1, first - 1, -1) if columns[place][0] != "ended"]
    others = (f"|∂{report.output}|", "rate", "gradients", "epoch", "steps")
    going += [places[title] for title in others if title in places]
    fitted = grid.fit(cells, style.width, dict.fromkeys(going, grid.WIDEST))
    shown = {columns[int(place)][0] for place in fitted}
    lines = grid.plain(fitted)
    is_whole = all(name in shown for one in report.descents for name, _ in numbers(one.end.at))
    return [paint(lines[0], "1", style), *lines[1:]], is_whole


def _places(report: DescentReport, one: Descent, style: Style) -> list[str]:
    """Where the inputs ended, of which some have no column."""
    m = report.circuit.m
    if len(report.descents) > 1 and not any(m.shape(value) for value in one.end.at.values()):
        told = ", ".join(f"{name} = {_text(float(value), style.precision)}" for name, value in one.end.at.items())
        return wrapped(f"{BLOCK}ends at {told}", style)
    lines = [BLOCK + "ends at"] if len(report.descents) > 1 else ["", paint("ends at", "1", style)]
    for name, value in one.end.at.items():
        rows = fitted(m, value, style.precision, style.width and style.width - len(name) - 5) if m.shape(value) else [
            _text(float(value), style.precision)
        ]  # fmt: skip
        head = f"{BLOCK}{name} = "
        lines += [head + rows[0], *(" " * len(head) + row for row in rows[1:])]
    return lines


def _verdict(one: Descent, style: Style, several: bool) -> list[str]:
    color = "1;31" if one.ended in ("diverged", "nan") else "1;33" if one.ended == "oscillating" else "1;32"
    word = {"steps": "steps made", "nan": "NaN" if "NaN" in one.message else "not finite"}.get(one.ended, one.ended)
    color = "1" if one.ended == "steps" else color
    head = f"{one.title}: {word}" if several else word
    first, *rest = wrapped(f"{head}: {one.message}", style)
    told = paint(head, color, style) + first[len(head) :] if first.startswith(head) else first
    lines = ["", told, *rest]
    return lines + [part for remark in one.remarks for part in wrapped(f"{BLOCK}{remark}", style)]


# For scripts


def _check_names(report: DescentReport) -> None:
    """Raises BpcalcError where an input is called like a column of the path."""
    for name in report.moving:
        if name in OWN:
            hint = f"rename it in the program, or ask for its end: --get {name}.value"
            raise BpcalcError(f'the path has a column "{name}" of its own, and the program an input', hint=hint)


def rows(report: DescentReport, style: Style) -> Iterator[tuple[str, ...]]:
    """A row a point; of several methods each begins with its name."""
    _check_names(report)
    m, several = algebra(report, style.number), len(report.descents) > 1
    before = ("method",) if several else ()
    epoch = ("epoch",) if report.batch else ()
    yield (*before, "step", *epoch, "value", "gradient_norm", *report.moving)
    for one in report.descents:
        for point in one.path:
            cells = [m.entries.exact(x) for x in (point.value, point.norm)]
            cells += [exact(m, point.at[name]) for name in report.moving]
            head = ((one.title,) if several else ()) + (str(point.step),)
            yield (*head, *((str(point.epoch),) if report.batch else ()), *cells)


def pairs(report: DescentReport, style: Style) -> Iterator[tuple[str, str]]:
    """The rows without their heading: the step, and behind it the numbers."""
    found = rows(report, style)
    next(found)
    several = len(report.descents) > 1
    for row in found:
        head = "\t".join(row[:2]) if several else row[0]
        yield head, "\t".join(row[2 if several else 1 :])


def frame(report: DescentReport) -> dict[str, list[Any]]:
    """The rows as columns of numbers, for a frame."""
    _check_names(report)
    m, found = report.circuit.m, [(one, point) for one in report.descents for point in one.path]
    made: dict[str, list[Any]] = {"method": [one.title for one, _ in found]} if len(report.descents) > 1 else {}
    made["step"] = [point.step for _, point in found]
    if report.batch:
        made["epoch"] = [point.epoch for _, point in found]
    made |= {"value": [point.value for _, point in found], "gradient_norm": [point.norm for _, point in found]}
    return made | {name: [m.lists(point.at[name]) for _, point in found] for name in report.moving}


def document(report: DescentReport, style: Style) -> dict[str, Any]:
    """One method's path; of several one each under `descents`."""
    _check_names(report)
    head: dict[str, Any] = {"expression": report.expression, "output": report.output, "wrt": [*report.moving],
                            "maximize": report.maximize}  # fmt: skip
    if report.batch:
        head["batch"] = dict(zip(("size", "rows", "seed"), report.batch, strict=True))
    runs = [_run(report, one, style) for one in report.descents]
    body = runs[0] if len(runs) == 1 else {"descents": runs}
    return {**head, **body, "warnings": warned(report.warnings)}


def _run(report: DescentReport, one: Descent, style: Style) -> dict[str, Any]:
    m = algebra(report, style.number)
    json = m.entries.json
    path = [
        {"step": point.step, **({"epoch": point.epoch} if report.batch else {}), "value": json(point.value),
         "gradient_norm": json(point.norm), **by_name(m, point.at)}
        for point in one.path
    ]  # fmt: skip
    found = {
        "method": one.method, "rate": None if one.rate is None else json(one.rate), "path": path,
        "final": by_name(m, one.end.at), "value": json(one.end.value), "gradient_norm": json(one.end.norm),
        "steps": one.end.step, "gradients": one.end.evaluations, "ended": one.ended, "message": one.message,
        "remarks": [*one.remarks],
    }  # fmt: skip
    return found | ({"first_step": _told(report, one, style.precision)} if report.traced else {})


def find(report: DescentReport, name: str) -> Any:
    """`x`: where an input ended; `value`, `gradient_norm`, `steps`, `ended`, `message`."""
    if len(report.descents) > 1:
        raise BpcalcError("--get is of one method, and here are several", hint="-o json has each of them")
    end = report.only.end
    if name in end.at:
        return end.at[name]
    own = {"value": end.value, "gradient_norm": end.norm, "steps": float(end.step), "ended": report.ended,
           "message": report.message}  # fmt: skip
    if name in own:
        return own[name]
    hint = f"ask for {', '.join([*report.moving[:6], *own])}, or the value of a node: NAME.value"
    raise BpcalcError(f'a descent has no result "{name}"', hint=hint)


# For reports of one's own


def markdown(report: DescentReport, style: Style) -> str:
    """The steps or the ends as a table, and how each method ended."""
    from bpcalc.show.markup import code

    columns = _ends(report, style) if len(report.descents) > 1 else _steps(report, style)
    cells = [[code(column[0]) if column[0] not in (*OWN, "rate", "steps", "gradients", "ended") else column[0],
              *column[1:]] for column in columns]  # fmt: skip
    head, *body = zip(*cells, strict=True)
    lines = [code(_heading(report, style._replace(width=None))[0]), ""]
    lines += [f"| {' | '.join(head)} |", f"|{'|'.join(' ---: ' for _ in head)}|"]
    lines += [f"| {' | '.join(text.strip() for text in row)} |" for row in body]
    for one in report.descents:
        lines += ["", f"**{one.title}, {one.ended}:** {one.message}", *(f"- {remark}" for remark in one.remarks)]
    return "\n".join(lines)


def trace_markdown(report: DescentReport, style: Style) -> str:
    """The first step in front of the table."""
    from bpcalc.show.markup import code

    lines = []
    for one in report.descents:
        lines += [f"**{_title(one, len(report.descents) > 1)}**", ""]
        lines += [f"- {code(line)}" for line in _told(report, one, style.precision)]
        lines.append("")
    return "\n".join([*lines, markdown(report, style)])


