"""What `--get` picks out of a report: a few numbers or formulas, each under the name that it was asked for by."""

from __future__ import annotations

from collections.abc import Iterator

from bpcalc.show import Style
from bpcalc.show.document import number
from bpcalc.typed import TYPE_CHECKING, Any
from bpcalc.writing.numerals import exact, nested

if TYPE_CHECKING:
    from bpcalc.reports.picked import Picked

FORMATS = ("plain",)
OWN = ("value", "tangent", "eigenvalues")  # results of their own name; all others are derivatives


def _texts(report: Picked) -> Iterator[tuple[str, str]]:
    for name, one in report.found:
        if isinstance(one, str):
            yield name, one
        else:
            m = report.m
            yield name, nested(one, m.entries.exact) if isinstance(one, list) else exact(m, one)


def pairs(report: Picked, style: Style) -> Iterator[tuple[str, str]]:
    """Bare, one a line."""
    return (("", text) for _, text in _texts(report))


def rows(report: Picked, style: Style) -> Iterator[tuple[str, ...]]:
    """The names, and what they call."""
    yield tuple(name for name, _ in report.found)
    yield tuple(text for _, text in _texts(report))


def assignments(report: Picked, style: Style) -> Iterator[tuple[str, str, str]]:
    """`value`, `d_x`, `q_value`, `d_x_y`"""
    from bpcalc.show.formats.env import quoted

    for (_, one), (name, text) in zip(report.found, _texts(report), strict=True):
        yield variable(name, report.derivative), name, quoted(text) if isinstance(one, str) else text


def variable(name: str, derivative: str = "d") -> str:
    """What a shell calls it."""
    label, _, part = name.partition(".")
    if name in OWN:
        return name
    if part in OWN:
        return f"{label}_{part}"
    return f"{derivative}_{label if part == 'grad' else name.replace('.', '_').replace(',', '_')}"


def document(report: Picked, style: Style) -> dict[str, Any]:
    """An object by name."""
    return {name: _data(report.m, one) for name, one in report.found}


def _data(m: Any, one: Any) -> Any:
    if isinstance(one, str):
        return one
    return [m.entries.json(entry) for entry in one] if isinstance(one, list) else number(m, one)
