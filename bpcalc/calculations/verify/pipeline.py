"""`bpcalc diff --verify`: formulas held against finite differences at random sizes and numbers.

What is tried is the printed program, read again as anyone would read it. A derivative of a higher order is held
against differences of the one below, and so on down to the function itself.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice, tee
from random import Random
from typing import Any, NamedTuple

from bpcalc.calculations.diff.derivatives import Differentiator
from bpcalc.calculations.diff.request import Request
from bpcalc.calculations.passes import evaluate
from bpcalc.calculations.verify import draws
from bpcalc.calculations.verify.trials import Function, Point, Trials, UntriedError, fitting
from bpcalc.engine.differences import approach, largest, slope
from bpcalc.engine.forward import ShapeError
from bpcalc.errors import BpcalcError, Source
from bpcalc.reading.parser import parse
from bpcalc.reports.derivatives import Check, DiffReport
from bpcalc.telling.shape_words import shape_of
from bpcalc.writing.definitions import program

POINTS = 5  # at which a derivative is compared
CLOSE = 1e-5  # a larger relative difference is a failure
SURE = 1e-7  # differences that are not known as well as this tell nothing
FLOOR = 1e-6  # slopes this much smaller than the values that they are differences of count as 0
LOST = 1e-12  # what may be lost where the numbers on the way to a value are this much larger: log(1 + exp(-40))
LEAST = 1e-290  # and so do slopes of values that may have become 0 because no double is as small
NEAR = 2.0**-20  # the point of a Taylor polynomial the derivatives are much like there
BROKEN = 1e-2  # unless they differ by more than this
ENTRIES = 64  # of an input that are moved one by one; those of a larger one all together, in some directions
DIRECTIONS = 4
SCALES = tuple(4.0**power for power in range(-2, 6))  # how far from its point a Taylor polynomial is compared
NAMED = 4  # numbers that tell where a point is
SIZES = 8  # sizes that are tried until there are points: inv(A.T@A) takes more rows than columns
NO_SIZES = "no sizes were found that fit the expression"
NOWHERE = "finite differences give no answer at random points"
THERE = "finite differences give no answer there"

Shape = tuple[int, ...]


class WrongShapeError(Exception):
    """A formula has another shape than the differences; the text says so."""


class UndefinedError(Exception):
    """A formula gives NaN or infinity where there is a derivative."""


def verify(
    report: DiffReport, source: Source, declared: Mapping[str, Shape], values: Mapping[str, Source], request: Request,
    points: int = POINTS,
) -> DiffReport:  # fmt: skip
    """The report with a check of each of its derivatives, all of which come as programs (`request.programs`).

    The other arguments are those that it was made from; points: at how many each is compared.
    """
    given = {name: evaluate(parse(text)) for name, text in values.items()}
    tasks = _tasks(report, source, declared, values, request)
    asked = [name for task in tasks for name in (*task.over, task.name)]
    checks = {}
    every: Iterator[Trials] = islice(fitting(source, request, asked, declared, given), SIZES)
    for title, task in zip(report.derivatives, tasks, strict=True):
        every, these = tee(every)
        checks[title] = _best(task, these, request, points)
    return report._replace(checks=checks)


def _best(task: _Task, every: Iterable[Trials], request: Request, points: int) -> Check:
    """The check at the sizes where there are enough points, or the most."""
    best = None
    for trials in every:
        with trials.m.quiet():
            check = _check(trials, task, request, points)
        if best is None or check.points > best.points:
            best = check
        if best.points == points or (best.points and best.reason):
            break
    return best or _failed(NO_SIZES)


class _Task(NamedTuple):
    """One derivative, or one Taylor polynomial.

    over   the names that are differentiated by, one after the other
    name   the last of them, or the variable of the polynomial
    below  the texts of the derivatives that `text` is the next one to; a polynomial is made of all of them
    """

    over: tuple[str, ...]
    name: str
    below: Sequence[str]
    text: str


def _tasks(
    report: DiffReport, source: Source, declared: Mapping[str, Shape], values: Mapping[str, Source], request: Request
) -> list[_Task]:
    degree, overs = request.taylor, [one.over for one in report.derivatives.values()]
    if degree is not None:
        overs = [(name,) * degree for name in report.derivatives]
    wanted = [[over[: order + 1] for order in range(len(over) - (degree is None))] for over in overs]
    texts: dict[tuple[str, ...], str] = {}
    if any(wanted):
        d = Differentiator(source, declared, values, request)
        texts = {over: _text(d, over) for below in wanted for over in below}
    return [
        _Task(over, over[-1] if over else title, [texts[one] for one in below], derivative.program)
        for (title, derivative), over, below in zip(report.derivatives.items(), overs, wanted, strict=True)
    ]


def _text(d: Differentiator, over: tuple[str, ...]) -> str:
    """The derivative by these names as a program, no values put in."""
    one = d.derivative(over)
    return program(one.graph, one.node, {}, {*one.graph.variables, *d.program.names})


def _failed(reason: str, points: int = 0, sizes: Mapping[str, int] | None = None) -> Check:
    return Check(points, sizes or {}, math.nan, False, reason)


def _check(trials: Trials, task: _Task, request: Request, points: int) -> Check:
    """What is found at as many points as are wanted, or as there are."""
    seed = f"{','.join(task.over)}: {trials.source.text}"
    tally = _Tally()
    try:
        functions = [trials.formula(text) for text in (*task.below, task.text)]
        compared = _Compared(task.over, task.name, functions[:-1], functions[-1], request, Random(seed))
        for here, around in trials.points(seed, request.symmetric, bool(task.below)):
            tally.found += tally.compare(compared, here, around, _named(here, trials))
            if tally.found == points:
                break
        for here, place in trials.special_points(seed, request.symmetric) if tally.found else ():
            # formulas of matrices are those of matrices in general: of inv(t*A) not for t = 0
            tally.compare(compared, here, here, place, undefined=not trials.m.shaped)
    except (WrongShapeError, UntriedError) as error:
        return _failed(str(error), int(isinstance(error, WrongShapeError)), trials.sizes)
    except (BpcalcError, ShapeError):
        return _failed("the shapes in the formula do not fit", 1, trials.sizes)
    worst, found = tally.worst, tally.found
    if tally.undefined:  # NaN in the place of a number is as wrong as another number
        there = f"{tally.undefined_at}, though the function has a derivative there"
        reason = f"the formula gives NaN or infinity{there}"
        return Check(max(found, 1), trials.sizes, worst if found else math.nan, False, reason, tally.undefined)
    if not found:
        return _failed(NOWHERE if trials.free else THERE, 0, trials.sizes)
    return Check(found, trials.sizes, worst, worst <= CLOSE, place=tally.worst_at)


def _named(point: Point, trials: Trials) -> str:
    """Where a point is, in words; nothing where that would take too many numbers."""
    if any(trials.shapes.get(name, ()) for name in trials.free) or not 0 < len(trials.free) <= NAMED:
        return ""
    return " at " + ", ".join(f"{name} = {trials.m.text(point.values[name], 6)}" for name in trials.free)


class _Tally:
    """What comparisons at many points have found.

    found      the random points that told something
    worst      the largest difference, and where
    undefined  at how many points the formula has no value, though there is a derivative, and the first of them
    """

    def __init__(self) -> None:
        self.found = self.undefined = 0
        self.worst = 0.0
        self.worst_at = self.undefined_at = ""

    def compare(self, compared: _Compared, here: Point, around: Point, place: str, undefined: bool = True) -> bool:
        """Adds one point. Do differences tell something there?

        undefined  whether it counts where the formula has no value
        """
        try:
            difference = compared.at(here, around)
        except UndefinedError:
            self.undefined, self.undefined_at = self.undefined + undefined, self.undefined_at or place
            return False
        except ShapeError:  # labels that are computed, and not whole
            return False
        if difference is not None and difference > self.worst:
            self.worst, self.worst_at = difference, place
        return difference is not None


class _Compared(NamedTuple):
    """A formula and what it is held against.

    over    the names that are differentiated by, one after the other
    name    the last of them, or the variable of a Taylor polynomial
    below   the formulas that `last` is the derivative of, the first order first; all of them for a Taylor polynomial
    """

    over: tuple[str, ...]
    name: str
    below: Sequence[Function]
    last: Function
    request: Request
    random: Random

    def at(self, here: Point, around: Point) -> float | None:
        """The largest relative difference at a point; None where differences tell nothing there."""
        links = list(self._links(around, self.over[: len(self.below)], self.below))
        if self.request.taylor is not None:
            links.append(self._polynomial(here))
        elif None not in links:
            lower = self.below[-1] if self.below else here.function
            links.append(self._link(lower, self.last, here.values, self.name, not self.below))
        return None if None in links else max(filter(None, links), default=0.0)

    def _links(self, point: Point, names: Iterable[str], functions: Iterable[Function]) -> Iterator[float | None]:
        lower = point.function
        for name, upper in zip(names, functions, strict=True):
            yield self._link(lower, upper, point.values, name, lower is point.function)
            lower = upper

    def _link(
        self, lower: Function, upper: Function, values: Mapping[str, Any], name: str, is_first: bool
    ) -> float | None:
        """How far `upper` is from differences of `lower` by `name`."""

        def moved(value: Any) -> Any:
            return lower({**values, name: value})

        x, y, found = values[name], lower(values), upper(values)
        turned = is_first and self.request.layout == "denominator"
        shape = (*shape_of(x), *shape_of(y)) if turned else (*shape_of(y), *shape_of(x))
        if shape_of(found) != shape:
            raise WrongShapeError(f"its shape is {shape_of(found)}, that of the differences {shape}")
        if not _is_finite(y):
            return None
        is_defined = _is_finite(found)
        top, steepest = largest(found) if is_defined else 0.0, max(FLOOR * largest(y), LEAST)
        error = off = around = told_most = 0.0
        for direction in self._directions(x):
            told = slope(moved, x, y, direction, max(steepest, top))
            if told.error == math.inf:
                return None
            along = _along(found, direction, turned, shape_of(y))
            steepest, error = max(steepest, largest(told.value)), max(error, told.error)
            off, around = max(off, largest(along - told.value)), max(around, told.steepest)
            told_most = max(told_most, largest(told.value))
        least = FLOOR * around
        # as x^2 at 0: beside the slopes around the differences are 0, and the formula is 0 or surely not
        is_level = max(error, told_most) <= SURE * least and (not top or top > least)
        if error > SURE * steepest and not is_level:
            return None
        if not is_defined:
            raise UndefinedError
        if is_level:
            return float(top > 0)
        difference = off / max(steepest, top)
        is_lost = difference > SURE and off <= LOST * _magnitude(lower.nodes(values))
        return None if is_lost else difference

    def _directions(self, x: Any) -> Iterator[Any]:
        """One for each entry; for many entries some in which all of them move."""
        shape = shape_of(x)
        if not shape:
            yield 1.0
        elif x.size > ENTRIES:
            yield from (draws.signs(self.random, shape) for _ in range(DIRECTIONS))
        else:
            m = self.last.m
            yield from (m.unit(shape, place) for place in m.places(shape))

    def _polynomial(self, here: Point) -> float | None:
        """How far the polynomial is from the sum of the derivatives, relative to the terms, near and far.

        Each term counts most at some distance from the point.
        """
        functions, off, x = [here.function, *self.below], 0.0, here.values[self.name]
        terms = [function(here.values) / math.factorial(order) for order, function in enumerate(functions)]
        if not self._hold(here, functions, terms):
            found = approach(lambda at: here.function({**here.values, self.name: at}),
                             lambda at: self.last({**here.values, self.name: at}), x, len(terms))  # fmt: skip
            return None if found is None else found.closest if found.falls else 1.0
        for step in (sign * scale for scale in SCALES for sign in (1.0, -1.0)):
            powers = [term * step**order for order, term in enumerate(terms)]
            size = largest(sum(map(abs, powers)))
            found = self.last({**here.values, self.name: x + step})
            if _is_finite(found) and size < math.inf:
                off = max(off, largest(found - sum(powers)) / size if size else largest(found))
        return off


    def _hold(self, here: Point, functions: Sequence[Function], terms: Sequence[Any]) -> bool:
        """Are the derivatives at a point those near it? Their formulas may be NaN there, or those of another branch."""
        for way in (NEAR, -NEAR):
            near = {**here.values, self.name: here.values[self.name] + way}
            found = [function(near) / math.factorial(order) for order, function in enumerate(functions)]
            offs = [largest(a - b) for a, b in zip(found, terms, strict=True)]
            if not all(map(_is_finite, terms)) or any(off > BROKEN * max(map(largest, terms)) for off in offs):
                return False
        return True


def _along(found: Any, direction: Any, turned: bool, shape: Shape) -> Any:
    """The derivative in a direction. The axes of the input are the first ones of `found` if turned, else the last."""
    if not shape_of(direction):
        return found
    flat = direction.reshape(-1)
    rows = flat @ found.reshape(flat.size, -1) if turned else found.reshape(-1, flat.size) @ flat
    return rows.reshape(shape)


def _magnitude(nodes: Iterable[Any]) -> float:
    """The largest finite number on the way to a value."""
    sizes = [largest(value) for value in nodes if value is not None]
    return max((size for size in sizes if size < math.inf), default=0.0)


def _is_finite(value: Any) -> bool:
    return largest(value) < math.inf
