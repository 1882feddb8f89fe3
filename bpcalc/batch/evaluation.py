"""The numbers of one row: by the compiled function where it has all that is asked for, else by both passes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import itemgetter
from typing import Any, NamedTuple

from bpcalc.batch.job import Job
from bpcalc.batch.kinks import watched
from bpcalc.calculations.gradient import calculate
from bpcalc.calculations.passes import prepare
from bpcalc.emit.compiled import Function
from bpcalc.engine.forward import forward
from bpcalc.errors import BpcalcError
from bpcalc.reading.program import Program
from bpcalc.reports.report import Report
from bpcalc.show.views.gradient import find

Numbers = Sequence[float]


class Evaluation(NamedTuple):
    """What is computed of the numbers of a row, which stand in the order of the job's variables.

    results  the results, in the order of the job's picks
    kinks    is the row at a kink, so that `grad` would warn of it? None: no row of this program can be
    """

    results: Callable[[Numbers], Numbers]
    kinks: Callable[[Numbers], bool] | None


def evaluation(job: Job) -> Evaluation:
    """How the rows of a job are computed. Raises BpcalcError for what is wrong with the program."""
    m, program = prepare(job.source, {**dict.fromkeys(job.variables, 1.0), **job.bound}, job.options)
    gradients = {pick for pick in job.picks if pick != "value"}
    is_plain = job.options.upstream is None and not job.options.expand and gradients <= {*program.variables}
    results = _by_passes if not is_plain else _by_arrays if m.shaped else _compiled
    return Evaluation(results(job), _at_kink(job, m, program))


def _compiled(job: Job) -> Callable[[Numbers], Numbers]:
    """By the program's function, which is generated code."""
    gradients = tuple(dict.fromkeys(pick for pick in job.picks if pick != "value"))
    function = Function(job.source, job.options._replace(wrt=gradients or job.options.wrt))
    run = function.of_numbers
    bound = tuple(float(job.bound[name]) for name in function.parameters if name in job.bound)
    given = [*job.variables, *(name for name in function.parameters if name in job.bound)]
    order = [given.index(name) for name in function.parameters]
    arrange = None if order == [*range(len(order))] else itemgetter(*order, order[0])  # of one place it gives no tuple
    places = [function.asked.index(pick) + 1 if pick != "value" else 0 for pick in job.picks]
    pick = None if places == [*range(len(function.asked) + 1)] else itemgetter(*places, 0)

    def results(row: Numbers) -> Numbers:
        if bound:
            row = (*row, *bound)
        if arrange is not None:
            row = arrange(row)[:-1]
        value, found = run(*row)
        numbers = (value, *found)
        return numbers if pick is None else pick(numbers)[:-1]

    return results


def _by_arrays(job: Job) -> Callable[[Numbers], Numbers]:
    """By the function that is compiled for these shapes: a row gives single numbers."""
    gradients = tuple(dict.fromkeys(pick for pick in job.picks if pick != "value"))
    function = Function(job.source, job.options._replace(wrt=gradients or job.options.wrt))
    bound = {name: value for name, value in job.bound.items() if name in function.parameters}

    def results(row: Numbers) -> Numbers:
        value, found = function(**bound, **dict(zip(job.variables, row, strict=True)))
        return [_single(value, "value") if pick == "value" else _single(found[pick], pick) for pick in job.picks]

    return results


def _by_passes(job: Job) -> Callable[[Numbers], Numbers]:
    """By both passes over the graph: where nodes of the program are asked for, or packed gates are opened."""

    def results(row: Numbers) -> Numbers:
        report = _report(job, row)
        return [_single(find(report, pick), pick) for pick in job.picks]

    return results


def _report(job: Job, row: Numbers) -> Report:
    values = {**job.bound, **dict(zip(job.variables, row, strict=True))}
    return calculate(job.source, values, job.options._replace(nodes=()))


def _single(number: Any, pick: str) -> float:
    """A result as a cell has it. Raises BpcalcError for an array."""
    shape = getattr(number, "shape", ())
    if shape:
        hint = "ask for other columns with --get, or for the gradient of all rows together with --reduce sum"
        raise BpcalcError(f"a cell has room for one number, and {_called(pick)} has the shape {shape}", hint=hint)
    return float(number)


def _called(pick: str) -> str:
    return "the value" if pick == "value" else pick if pick.endswith(".value") else f"the gradient of {pick}"


def _at_kink(job: Job, m: Any, program: Program) -> Callable[[Numbers], bool] | None:
    """Whether `grad` would warn of a kink; asked only where a gate lies on its own."""
    graph = program.graph
    at = watched(graph, graph.ancestors(program.output))
    if not at and not program.inner:
        return None
    bound = {name: m.value(value) for name, value in job.bound.items() if name in graph.variables}

    def kinks(row: Numbers) -> bool:
        values = forward(m, graph, {**bound, **dict(zip(job.variables, row, strict=True))}, [program.output])
        inputs = graph.inputs
        touched = program.inner or any(
            values[node] is not None and m.holds(rule(m, values[node], *[values[one] for one in inputs[node]]))
            for node, rule in at
        )
        return bool(touched) and any(warning.kind == "kink" for warning in _report(job, row).warnings)

    return kinks
