"""The numbers of one row: by the compiled function where it has all that is asked for, else by both passes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import itemgetter
from typing import Any, NamedTuple

from bpcalc.batch.job import Job
from bpcalc.calculations.gradient import calculate
from bpcalc.calculations.passes import prepare
from bpcalc.emit.compiled import Function
from bpcalc.reports.report import Report
from bpcalc.show.views.gradient import find
from bpcalc.telling.warnings import may_break

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
    can_kink = program.inner or any(map(may_break, program.graph.kinds))
    gradients = [pick for pick in job.picks if pick != "value"]
    is_plain = not (m.shaped or job.options.upstream is not None or job.options.expand)
    results = _compiled if is_plain and {*program.variables}.issuperset(gradients) else _by_passes
    return Evaluation(results(job), _at_kink(job) if can_kink else None)


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


def _by_passes(job: Job) -> Callable[[Numbers], Numbers]:
    """By both passes over the graph: for arrays, and where nodes of the program are asked for."""

    def results(row: Numbers) -> Numbers:
        report = _report(job, row)
        return [_single(find(report, pick)) for pick in job.picks]

    return results


def _report(job: Job, row: Numbers) -> Report:
    values = {**job.bound, **dict(zip(job.variables, row, strict=True))}
    return calculate(job.source, values, job.options._replace(nodes=()))


def _single(number: Any) -> float:
    return float(number)


def _at_kink(job: Job) -> Callable[[Numbers], bool]:
    def kinks(row: Numbers) -> bool:
        return any(warning.kind == "kink" for warning in _report(job, row).warnings)

    return kinks
