"""`bpcalc diff --equals`: is a derivative the formula that someone has for it?

Proved where both have the same normal form, or where SymPy finds their difference to be 0; else held against each other
at random points, of both signs, large and small, and on both sides of the numbers that the programs name: a kink is
there. Only where the function itself has a value: a formula for the derivative of log(x) need not be one for x < 0.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any, NamedTuple

from bpcalc.algebra.shapes import SHAPES, Shaped
from bpcalc.algebra.textbook.collect import collected
from bpcalc.algebra.textbook.terms import Terms
from bpcalc.calculations.diff.derivatives import Differentiator
from bpcalc.calculations.diff.request import Request
from bpcalc.calculations.inverses import inverted
from bpcalc.calculations.passes import evaluate
from bpcalc.calculations.verify.trials import Function, Trials, UntriedError, fitting
from bpcalc.engine.differences import largest
from bpcalc.engine.forward import ShapeError, forward
from bpcalc.errors import BpcalcError, Source, did_you_mean
from bpcalc.gate import CONSTANT, GRAD
from bpcalc.graph import Graph
from bpcalc.reading.lexer import locate
from bpcalc.reading.parser import parse
from bpcalc.reading.program import Program
from bpcalc.reports.derivatives import DiffReport, Equality
from bpcalc.telling import misfits
from bpcalc.writing.definitions import program as write

POINTS = 24  # at which both must have the same value, where there are as many
LEAST = 5  # fewer say nothing, unless there are no others
SIZES = 4  # that are tried until there are points
FAR = (1e-3, 30.0, 1e3)  # how much larger or smaller the numbers of other points are
NAMED = 12  # numbers of the programs that points are taken beside
SAME, OTHER = 1e-9, 1e-6  # relative differences: at most this, at least this
NOISE = 1e-12  # of the largest number on the way: what rounding may leave of it
TINY = 1e-290  # there doubles end

Shape = tuple[int, ...]


def compare(
    report: DiffReport, source: Source, declared: Mapping[str, Shape], values: Mapping[str, Source], request: Request,
    text: str,
) -> DiffReport:  # fmt: skip
    """The report with what is found of its one derivative and the formula `text`.

    The other arguments are those that it was made from. Raises BpcalcError where there are several derivatives, and
    for anything that is wrong with the formula.
    """
    if len(report.derivatives) != 1:
        hint = f"choose it: --wrt {next(iter(report.derivatives))}"
        raise BpcalcError(f"--equals is about one derivative, and there are {len(report.derivatives)}", hint=hint)
    ((title, one),) = report.derivatives.items()
    if request.taylor is not None:  # a polynomial is held against another one, not their values at the point
        values = {name: value for name, value in values.items() if name != title}
        request = request._replace(taylor=None, wrt=())
    d = Differentiator(source, declared, values, request)
    programs = [_read(d, Source(one.program)), _read(d, Source(text))]
    if GRAD in programs[1].graph.kinds:
        programs[1] = d.derived(programs[1])
    written = write(programs[1].graph, programs[1].output, {}, {*programs[1].graph.variables})
    m = d.textbook()
    formulas = [forward(m, p.graph, d.put_in(m, p.graph), [p.output])[p.output] for p in programs]
    given = {name: evaluate(parse(value)) for name, value in values.items()}
    asked = [name for group in request.wrt for name in group] or list(one.over) or d.variables
    if formulas[0].shape != formulas[1].shape:
        reason = f"its shape is {formulas[1].shape}, that of the derivative {formulas[0].shape}"
        return report._replace(equality=Equality(text, False, reason=reason))
    every = islice(fitting(source, request, asked, declared, given), SIZES)
    found = _tried(every, (one.program, written), text, programs, request)
    if found.holds is not False and _is_same(*formulas):
        found = Equality(text, True, "normal form")
    elif found.holds and not any(shape for shape in d.shapes.values()) and _is_proved(one.program, written):
        found = found._replace(how="SymPy")
    return report._replace(equality=found)


def _read(d: Differentiator, source: Source) -> Program:
    """A formula in the program's variables. Raises BpcalcError for another name, and for shapes that do not fit."""
    program = inverted(parse(source, d.bound), {name: Shaped(shape) for name, shape in d.shapes.items()})
    known = {*d.shapes, *d.declared, *d.values, *d.program.variables, *d.bound}
    for name in program.variables:
        if name not in known:
            hint = did_you_mean(name, known) or f"the names here are {', '.join(d.program.variables)}"
            span = locate(source, program.used[name])
            raise BpcalcError(f'no variable is called "{name}"', hint=hint, span=span)
    bound = {name: Shaped(d.shapes.get(name, d.declared.get(name, ()))) for name in program.variables}
    try:
        forward(SHAPES, program.graph, bound, [program.output])
    except ShapeError as error:
        raise misfits.misfit(program, error) from error
    return program


def _is_same(a: Terms, b: Terms) -> bool:
    """Have they the same normal form?"""
    difference = a.m.subtract(a, b)
    return not collected(a.m, difference).parts


def _is_proved(a: str, b: str) -> bool:
    """Does SymPy find the difference of two formulas to be 0?"""
    from bpcalc.calculations.simplify.proof import are_zero

    if any(mark in a + b for mark in ";\n#"):
        return False
    program = parse(Source(f"({a}) - ({b})"))
    return are_zero([(program.graph, program.output)]) == [True]


# At points


class _Met(NamedTuple):
    """What is found at one point: whether both are the same there, None where that tells nothing; and their values.

    is_near  they differ by more than rounding makes likely, and by less than one can rely on
    """

    same: bool | None
    values: tuple[Any, ...] = ()
    is_defined: bool = True
    is_near: bool = False


def _tried(
    every: Iterator[Trials], written: tuple[str, str], text: str, programs: list[Program], request: Request
) -> Equality:
    """What is found at random points, at the sizes where there are enough of them; `written`: both, to be read."""
    best, reason = 0, "no numbers were found at which both have a value"
    for trials in every:
        try:
            functions = trials.formula(written[0]), trials.formula(written[1])
        except UntriedError as error:
            return Equality(text, None, reason=str(error))
        except (BpcalcError, ShapeError):  # at these sizes
            continue
        found = near = 0
        for here in _points(trials, programs, request):
            met = _met(trials, here, *functions)
            if met.same is False:
                why = "" if met.is_defined else "it has no value there"
                shown = {name: value for name, value in here.items() if name in programs[0].variables}
                shown |= {name: here[name] for name in programs[1].variables if name in here}
                values, entry = _worst(*met.values)
                return Equality(text, False, points=found, point=shown, values=values, entry=entry, reason=why)
            found += met.same is True
            near += met.is_near
        if near > found:
            reason = "they differ by less than a millionth, which may be rounding"
            return Equality(text, None, points=found, reason=reason)
        best = max(best, found)
        if best >= LEAST or (best and not trials.free):
            return Equality(text, True, points=best)
    if best:
        reason = f"at {best} points they are the same, and no more were found at which both have a value"
    return Equality(text, None, points=best, reason=reason)


def _points(trials: Trials, programs: list[Program], request: Request) -> Iterator[dict[str, Any]]:
    """Numbers for every variable: as `draws` has them, then far from these, then beside the programs' own numbers."""
    every = trials.points(trials.source.text, request.symmetric, moves=False)
    drawn = [dict(here.values) for here, _ in islice(every, POINTS)]
    yield from drawn
    moved = [name for name in trials.free if name not in trials.classes]
    for values in drawn[:4]:
        yield from ({**values, **{name: scale * values[name] for name in moved}} for scale in FAR)
    graphs: list[Graph] = [trials.program.graph, *(program.graph for program in programs)]
    numbers = dict.fromkeys(abs(x) for graph in graphs for x in _numbers(graph))
    singles = [name for name in moved if not getattr(drawn[0][name], "shape", ())] if drawn else []
    for number in islice(numbers, NAMED):
        for place in (sign * number * beside for sign in (1.0, -1.0) for beside in (0.9, 1.1)):
            yield from ({**drawn[0], name: place} for name in singles)


def _numbers(graph: Graph) -> Iterator[float]:
    """The numbers that a program names."""
    for node, gate in enumerate(graph.gates):
        if gate is CONSTANT and isinstance(graph.leaves[node], (int, float)) and graph.leaves[node]:
            yield float(graph.leaves[node])


def _met(trials: Trials, values: dict[str, Any], derivative: Function, formula: Function) -> _Met:
    """What the derivative and the formula are at a point."""
    with trials.m.quiet():
        try:
            here = trials.at(dict(values))
            if not _is_finite(here.function(here.values)):
                return _Met(None)
            mine, theirs = derivative.nodes(here.values), formula.nodes(here.values)
        except (BpcalcError, ShapeError):  # labels that are computed, and not whole
            return _Met(None)
        a, b = mine[derivative.output], theirs[formula.output]
        if not _is_finite(a):
            return _Met(None)
        if not _is_finite(b):
            is_large = any(_is_infinite(value) for value in theirs)  # it may be the way there that is too large
            return _Met(None) if is_large else _Met(False, (a, b), is_defined=False)
        size, off = max(largest(a), largest(b)), largest(a - b)
        if off <= SAME * size:
            return _Met(True)
        noise = max(NOISE * max(_top(mine), _top(theirs)), TINY)
        if off <= noise:
            return _Met(None)
        return _Met(False, (a, b)) if off > OTHER * size else _Met(None, is_near=True)


def _worst(a: Any, b: Any) -> tuple[tuple[Any, Any], tuple[int, ...]]:
    """The entries of two arrays that differ most, and their place; of single numbers themselves."""
    shape = getattr(a, "shape", ())
    if not shape:
        return (a, b), ()
    first, second = a.reshape(-1).tolist(), b.reshape(-1).tolist()
    offs = [abs(x - y) for x, y in zip(first, second, strict=True)]
    at = next((place for place, off in enumerate(offs) if off != off), offs.index(max(offs)))
    entry: list[int] = []
    rest = at
    for size in reversed(shape):
        rest, place = divmod(rest, size)
        entry.insert(0, place)
    return (first[at], second[at]), tuple(entry)


def _is_finite(value: Any) -> bool:
    return bool(largest(value) < float("inf"))


def _is_infinite(value: Any) -> bool:
    if value is None:
        return False
    flat = value.reshape(-1).tolist() if getattr(value, "shape", ()) else [value]
    return any(abs(x) == float("inf") for x in flat)


def _top(nodes: list[Any]) -> float:
    """The largest finite number on the way to a value."""
    return max((size for size in (largest(x) for x in nodes if x is not None) if size < float("inf")), default=0.0)
