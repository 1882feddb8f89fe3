"""The pipeline of `bpcalc descend`: the program is prepared once, then each method goes down from the same start."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from bpcalc.calculations.descend.batches import batches, rows_of
from bpcalc.calculations.descend.lessons import lessons
from bpcalc.calculations.descend.loss import Compiler, Loss
from bpcalc.calculations.descend.methods import (
    METHODS,
    RATED,
    UPDATES,
    Enough,
    Here,
    follow,
    follow_batches,
    lbfgs,
    newton,
)  # fmt: skip
from bpcalc.calculations.descend.rays import bound
from bpcalc.calculations.descend.surface import surface
from bpcalc.calculations.descend.verdicts import verdict
from bpcalc.calculations.descend.watching import Watch
from bpcalc.calculations.jacobian import LARGEST
from bpcalc.calculations.passes import warnings_of
from bpcalc.errors import BpcalcError, Source
from bpcalc.reading import bindings
from bpcalc.reports.descent import FAILED, Descent, DescentReport
from bpcalc.reports.names import Names
from bpcalc.reports.options import Options
from bpcalc.reports.warning import Warning

RATE = 0.1
SMALL = 1e-6  # of the gradient at the start: a path that has come to less has converged, unless --until says otherwise
UNLIMITED = 10**9
MOST_STEPS = 100_000_000


class Request(NamedTuple):
    """What is asked of a descent.

    methods   names of METHODS
    rates     one for all, one for each method that takes one, or none: RATE
    until     the norm of the gradient that ends a path; None: all steps are made
    batch     rows a step; None: all of them. seed: of their order
    columns   the inputs that are columns of the data: they stay unless named
    is_whole  whether all points of a path are kept
    draws     whether the surface is wanted
    """

    methods: Sequence[str] = ("gradient",)
    rates: Sequence[float] = ()
    steps: int = 100
    until: float | None = None
    maximize: bool = False
    batch: int | None = None
    seed: int = 0
    columns: Sequence[str] = ()
    is_whole: bool = True
    draws: bool = False


Progress = Callable[[str, int], None]


def descend(
    source: Source, values: Mapping[str, Any], options: Options, request: Request, compiler: Compiler | None = None,
    progress: Progress | None = None,
) -> DescentReport:  # fmt: skip
    """Follows the gradient of a program from the values of its variables.

    compiler  makes a function of the program that gives the numbers of both passes faster
    progress  is told a method and its step
    Raises BpcalcError for anything that is wrong with the text, a name, a value or the request.
    """
    rates = _rates(request)
    names = _moving(source, values, options, request)
    sign = -1.0 if request.maximize else 1.0
    loss = Loss(source, values, options._replace(wrt=names), sign, compiler)
    _check_size(loss, request)
    batch = None
    if request.batch is not None:
        loss.rows, count = rows_of(loss.values({}), loss.moving, request.columns)
        batch = min(request.batch, count), count, request.seed
    descents = [_descent(loss, request, method, rate, batch, progress) for method, rate in rates]
    if options.trace and batch is None:
        descents = [_bounded(loss, one) for one in descents]
    twice = {one.method for one in descents if request.methods.count(one.method) > 1}
    descents = [
        one._replace(title=f"{one.method} {one.rate!r}") if one.method in twice else one for one in descents
    ]
    circuit = loss.circuit(descents[0].end.at)
    names_of = Names(circuit.program, circuit.output)
    return DescentReport(
        circuit, names_of, descents, loss.moving, request.maximize, traced=options.trace, batch=batch,
        surface=surface(loss, descents) if request.draws else None,
        warnings=(*_warnings(loss, values, circuit, descents[0].ended in FAILED), *_note(loss, options, request)),
    )  # fmt: skip


def _check_size(loss: Loss, request: Request) -> None:
    """Raises BpcalcError where Newton's method would form a Hessian that no memory should be asked to hold."""
    count = sum(math.prod(loss.m.shape(one)) for one in loss.begin().values())
    if "newton" in request.methods and count * count > LARGEST:
        message = f"Newton's method forms the Hessian, which has {count:,} x {count:,} entries here"
        raise BpcalcError(message, hint="lbfgs never forms it: --method lbfgs")


def _rates(request: Request) -> list[tuple[str, float | None]]:
    """Each method with its rate. Raises BpcalcError where there are too many or too few, or no method takes one."""
    if not request.methods:
        raise BpcalcError("a method is missing", hint=f"choose from {', '.join(METHODS)}")
    for name in request.methods:
        if name not in METHODS:
            raise BpcalcError(f'no method is called "{name}"', hint=f"choose from {', '.join(METHODS)}")
        if request.methods.count(name) > 1 and (name not in RATED or len(request.rates) < 2):
            raise BpcalcError(f'the method "{name}" stands there twice', hint="give each a rate: --rate 0.1,0.01")
    rated = [name for name in request.methods if name in RATED]
    if request.batch is not None and len(rated) < len(request.methods):
        name = next(name for name in request.methods if name not in RATED)
        raise BpcalcError(f"{name} needs the gradient of all rows", hint=f"with --batch take {', '.join(RATED)}")
    if request.rates and not rated:
        raise BpcalcError(f"{request.methods[0]} finds the length of its steps", hint="leave --rate out")
    given = request.rates or (RATE,)
    if len(given) not in (1, len(rated)):
        told = f"{len(rated)} methods" if len(rated) > 1 else rated[0]
        hint = "one rate for all, or one for each in their order"
        if len(rated) == 1:
            hint = f"to compare rates write --method {','.join([*rated * 2])}"
        raise BpcalcError(f"{len(given)} rates for {told}", hint=hint)
    for rate in given:
        if not (math.isfinite(rate) and rate > 0):
            hint = "--maximize goes up" if rate < 0 else ""
            raise BpcalcError(f"a rate is a number above 0, not {rate:g}", hint=hint)
    left = iter([*given] * len(rated) if len(given) == 1 else given)
    return [(name, next(left) if name in RATED else None) for name in request.methods]


def _moving(
    source: Source, values: Mapping[str, Any], options: Options, request: Request
) -> tuple[str, ...]:  # fmt: skip
    """The inputs that are named, or every variable that carries a gradient but the columns of the data."""
    from bpcalc.calculations.directions import movable
    from bpcalc.calculations.passes import prepare

    _, program = prepare(source, values, options)
    bindings.complete(program, values)
    free = [name for name in movable(program) if name in program.variables]
    for name in options.wrt:
        node = program.names.get(name)
        if node is not None and name not in program.variables and node <= program.output:
            hint = f"these can: {', '.join(free)}" if free else "only a variable moves: write w=0 behind the program"
            raise BpcalcError(f'"{name}" is given by the program, so it cannot move', hint=hint)
    if options.wrt:
        return tuple(options.wrt)
    found = tuple(name for name in free if name not in request.columns)
    if not found:
        if request.columns and free:
            raise BpcalcError("every variable is a column of the data", hint=f"--wrt {free[0]} moves one all the same")
        named = next(iter(program.constants), "")
        hint = 'give one a name and a value: bpcalc descend "(w - 3)^2" w=0'
        if named:
            hint = f"{named} is a number of the program, which stays: leave it out there, and write {named}=… behind"
        raise BpcalcError("the program has no variable that could move", hint=hint)
    return found


def _descent(
    loss: Loss, request: Request, method: str, rate: float | None, batch: tuple[int, int, int] | None,
    progress: Progress | None,
) -> Descent:  # fmt: skip
    """One method, from the start to its end."""
    loss.evaluations = 0
    side_by_side = len(request.methods) > 1
    until = -1.0 if request.until is None else request.until
    watch = Watch(
        loss, request.steps, until, request.is_whole, (lambda step: progress(method, step)) if progress else None,
        budget=request.steps if side_by_side and rate is None else math.inf, epochs=batch is not None,
        rests=rate is None,
    )  # fmt: skip
    said = ""
    try:
        watch.check()
        said = _run(loss, request, method, rate, batch, watch)
    except Enough:
        pass
    enough = SMALL * watch.begin_norm if request.until is None else request.until
    found = verdict(watch, loss, method, rate, enough, said)
    told = lessons(watch, loss, method, rate, found.ended)
    return Descent(
        method, method, rate, watch.path(), found.ended, found.message, (*found.remarks, *told),
        watch.first,
    )  # fmt: skip


def _bounded(loss: Loss, descent: Descent) -> Descent:
    """A descent whose first step is along the gradient, with the rates that would fall there."""
    if descent.rate is None or descent.method == "adam":
        return descent
    at = loss.begin()
    return descent._replace(bound=bound(loss, at, *loss.look(at), descent.rate))


def _run(
    loss: Loss, request: Request, method: str, rate: float | None, batch: tuple[int, int, int] | None, watch: Watch
) -> str:
    if not request.steps:
        return ""
    if rate is None:
        if method == "newton":
            return newton(loss, request.steps, watch)
        budget = request.steps + 1 if len(request.methods) > 1 else UNLIMITED
        return lbfgs(loss, request.steps, budget, watch)
    update = UPDATES[method](rate, loss.m)
    if batch is None:
        return follow(update, loss, request.steps, watch)
    size, count, seed = batch
    an_epoch = -(-count // size)

    def visit(here: Here, step: int) -> None:
        watch(here, step, step // an_epoch)

    return follow_batches(update, loss, request.steps, batches(count, size, seed), visit, watch.began)


def _warnings(loss: Loss, values: Mapping[str, Any], circuit: Any, failed: bool) -> Iterator[Warning]:
    """What is to be told of the start and of the end, each once. Kinks on the way are the verdict's matter."""
    names, seen = Names(circuit.program, circuit.output), set()
    for one in (loss.start, circuit):
        for warning in warnings_of(one, names, values):
            key = (warning.kind, warning.node, "" if warning.kind == "kink" else warning.message)
            if failed and warning.kind == "nonfinite":
                continue  # the verdict tells it
            if key not in seen:
                seen.add(key)
                yield warning


def _note(loss: Loss, options: Options, request: Request) -> Iterator[Warning]:
    """What moves, where nobody said so and arrays are among it."""
    m, start = loss.m, loss.begin()
    if options.wrt or request.columns or len(start) < 2 or not any(map(m.shape, start.values())):
        return
    *others, last = start
    both = "both" if len(others) == 1 else "all"
    text = f"{', '.join(others)} and {last} {both} move, for --wrt names none"
    yield Warning("note", last, None, text)
