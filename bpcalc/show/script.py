"""The formats for scripts that need no library: plain, csv, tsv, env. Their numbers read back to the same double."""

from __future__ import annotations

from collections.abc import Iterable

from bpcalc.errors import BpcalcError
from bpcalc.reports.report import Report
from bpcalc.show import Style
from bpcalc.writing.numerals import exact, is_array

HEADER = ("name", "role", "gate", "expression", "value", "gradient", "symbolic")


def plain(report: Report, style: Style) -> str:
    """`NAME<TAB>NUMBER` a line, the output first as `value`."""
    lines = [f"{name}\t{exact(number)}" for name, number in report.gradient.items()]
    return "\n".join([f"value\t{exact(report.value)}", *lines])


def env(report: Report, style: Style) -> str:
    """Assignments for a shell's `eval`: `value=-12.0`, `d_x=-4.0`."""
    arrays = [name for name, number in {report.output: report.value, **report.gradient}.items() if is_array(number)]
    if arrays:
        hint = f"ask for -o json, or for one by name: --get {arrays[0]}"
        raise BpcalcError(f'a shell variable holds one number, and that of "{arrays[0]}" is an array', hint=hint)
    for name in report.gradient:
        if not name.isascii():
            hint = f"ask for it by name: --get {name}"
            raise BpcalcError(f'"{name}" cannot be part of a shell variable\'s name', hint=hint)
    lines = [f"d_{name}={exact(number)}" for name, number in report.gradient.items()]
    return "\n".join([f"value={exact(report.value)}", *lines])


def _cells(report: Report) -> Iterable[tuple[str, ...]]:
    yield HEADER
    for row in report.nodes:
        gradient = "" if row.gradient is None else exact(row.gradient)
        yield row.name, row.role, row.gate, row.expression, exact(row.value), gradient, row.symbolic


def csv(report: Report, style: Style) -> str:
    """The table's rows, separated by commas."""
    return commas(_cells(report))


def tsv(report: Report, style: Style) -> str:
    """The table's rows, separated by tabs."""
    return tabs(_cells(report))


def commas(rows: Iterable[tuple[str, ...]]) -> str:
    """RFC 4180, but lines end as Unix has them."""
    import csv as library
    import io

    text = io.StringIO()
    library.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().rstrip("\n")


def tabs(rows: Iterable[tuple[str, ...]]) -> str:
    """No cell has a tab or a newline in it."""
    return "\n".join(map("\t".join, rows))
