"""Some rows of a table with what `bpcalc batch` computed of them, to look at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bpcalc.errors import BpcalcError, visible
from bpcalc.show import Style
from bpcalc.show.grid import GAP, breadth, cut, plain, ruled, wrapped
from bpcalc.typed import TYPE_CHECKING, Any
from bpcalc.writing.numerals import aligned

if TYPE_CHECKING:
    from bpcalc.reports.total import Excerpt

FORMATS = ("table",)
LONG = 30  # columns that a cell of the table takes at most
ROW = "row"  # the heading over the rows' numbers

Column = list[str]  # its heading, then its cells


def table(report: Excerpt, style: Style) -> str:
    """The rows as columns. What has no room side by side stands below; columns that nothing uses go first."""
    others = {*report.headings} - {*report.inputs}
    whole = [*_given(report, report.headings), *_found(report, style)]
    numbers = [ROW, *(str(one) for one in report.numbers)]
    left_out: Sequence[str] = ()
    if style.width is not None and _wide([numbers, *whole]) > style.width and others:
        left_out = [visible(one) for one in report.headings if one in others]
        whole = [*_given(report, [one for one in report.headings if one not in others]), *_found(report, style)]
    lines = [cut(visible(report.expression), style.width), ""]
    for place, part in enumerate(_parts(numbers, whole, style.width)):
        lines += [*([""] if place else []), *_drawn(part, style)]
    if not report.numbers:
        lines += ["", "the table has no rows"]
    if left_out:
        lines += ["", *wrapped(f"no room for the columns {', '.join(left_out)}", style)]
    return "\n".join(lines)


def _given(report: Excerpt, headings: Sequence[str]) -> list[Column]:
    """The columns of the table."""
    wanted = [place for place, heading in enumerate(report.headings) if heading in headings]
    return [
        [_short(report.headings[place]), *(_short(row[place]) for row in report.cells)] for place in wanted
    ]  # fmt: skip


def _short(text: str) -> str:
    return cut(visible(text), LONG)


def _found(report: Excerpt, style: Style) -> list[Column]:
    """The columns of the results."""
    return [
        [visible(heading), *aligned([_number(row[place], style.precision) for row in report.results])]
        for place, heading in enumerate(report.new)
    ]


def _number(number: float, precision: int | None) -> str:
    return repr(number or 0.0).removesuffix(".0") if precision is None else format(number, f"z.{precision}g")


def _wide(found: Sequence[Column]) -> int:
    return sum(breadth(cells) + len(GAP) for cells in found) - len(GAP)


def _parts(numbers: Column, whole: Sequence[Column], width: int | None) -> Iterator[list[Column]]:
    """The columns in parts that fit, each with the numbers of the rows."""
    part = [numbers]
    for column in whole:
        if width is not None and len(part) > 1 and _wide([*part, column]) > width:
            yield part
            part = [numbers]
        part.append(column)
    yield part


def _drawn(part: Sequence[Column], style: Style) -> list[str]:
    if not style.boxes:
        return plain({str(place): cells for place, cells in enumerate(part)})
    headings, *rows = zip(*part, strict=True)
    return ruled(headings, [[(cell, "") for cell in row] for row in rows], style)


def find(report: Excerpt, name: str) -> Any:
    raise BpcalcError("--get chooses columns here")
