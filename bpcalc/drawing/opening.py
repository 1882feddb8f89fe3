"""The boxes of a page that open and close: calls of the program's functions, and packed gates. Each way has a view."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import combinations
from typing import NamedTuple, Protocol

from bpcalc.drawing.folding import Fold
from bpcalc.drawing.moments import Moment
from bpcalc.drawing.picture import Picture
from bpcalc.errors import BpcalcError
from bpcalc.reading.program import Program
from bpcalc.reports.names import Names
from bpcalc.reports.report import Report

MOST_NAMES, MOST_BOXES = 3, 400  # of a page: what opens, and the boxes of all its views


class Drawn(Protocol):
    """What is asked of a drawing, which `draw` tells about."""

    program: Program
    names: Names
    report: Report | None
    gates: tuple[str, ...]

    @property
    def folds(self) -> Mapping[int, Fold]: ...

    @property
    def again(self) -> Callable[[Sequence[str], Sequence[str]], Drawn] | None: ...

    def picture(self, precision: int | None) -> Picture: ...

    def moments(self, picture: Picture, precision: int | None) -> list[Moment]: ...


class View(NamedTuple):
    """A drawing with some of the boxes open.

    folds   the boxes that are closed parts, by the node of their result
    open    the names that are; opens: of each box the name that opens it, "" where it is no box that opens
    """

    report: Report
    folds: Mapping[int, Fold]
    picture: Picture
    moments: list[Moment]
    open: tuple[str, ...]
    opens: list[str]


class Views(NamedTuple):
    """The views of a page, the first of which is shown first.

    names  what opens and closes; left_out: what else might
    """

    views: list[View]
    names: tuple[str, ...]
    left_out: tuple[str, ...]


def views(drawing: Drawn, picture: Picture, precision: int | None) -> Views:
    """The drawing as it is, and with its boxes open and closed otherwise. Raises BpcalcError where it has no steps."""
    functions = tuple(dict.fromkeys(name for name, *_ in drawing.program.calls))
    packed = _packed(drawing)
    every = (*functions, *packed)
    count = MOST_NAMES
    while count and len(picture.boxes) << min(count, len(every)) > MOST_BOXES:
        count -= 1
    names = every[:count]
    first = tuple(name for name in every if name in functions or name in drawing.gates)
    found = [_view(drawing, picture, first, names, precision)]
    for chosen in _choices(names):
        open_ = tuple(name for name in every if name in chosen or (name in first and name not in names))
        if open_ == first or drawing.again is None:
            continue
        closed = [name for name in functions if name not in open_]
        gates = [name for name in packed if name in open_] + ["all"] * ("all" in drawing.gates)
        try:
            other = drawing.again(closed, gates)
            found.append(_view(other, other.picture(precision), open_, names, precision))
        except BpcalcError:  # larger than what can be looked at: that box does not open
            continue
    shown = {name for view in found for name in names if (name in view.open) != (name in first)}
    return Views(found, tuple(name for name in names if name in shown), every[count:])


def _packed(drawing: Drawn) -> tuple[str, ...]:
    """The packed gates that the program has, and those that are open."""
    graph, wanted = drawing.program.graph, drawing.program.graph.ancestors(drawing.names.node)
    found = (gate.name for node, gate in enumerate(graph.gates) if wanted[node] and gate.packed)
    return tuple(dict.fromkeys((*(name for name in drawing.gates if name != "all"), *found)))


def _choices(names: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    for count in range(len(names) + 1):
        yield from combinations(names, count)


def _view(
    drawing: Drawn, picture: Picture, open_: tuple[str, ...], names: tuple[str, ...], precision: int | None
) -> View:
    calls = {result: name for name, result, _ in drawing.program.calls}
    opens = [
        calls.get(box.node, "") if box.node in drawing.folds else box.gate if box.gate in names else ""
        for box in picture.boxes
    ]
    moments = drawing.moments(picture, precision)
    assert drawing.report is not None  # it has the moments
    return View(drawing.report, drawing.folds, picture, moments, open_, opens)
