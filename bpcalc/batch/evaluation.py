"""The numbers of rows: by generated code where all are single numbers, else by both passes over the graph."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import starmap
from math import inf
from typing import Any, NamedTuple

from bpcalc.batch.graphs import label, options_of, passes
from bpcalc.batch.job import Job
from bpcalc.batch.kinks import Kinks, Watched, watched
from bpcalc.calculations.passes import prepare, run, warnings_of
from bpcalc.emit.compiled import compiled_numbers
from bpcalc.errors import BpcalcError
from bpcalc.gate import GRAD
from bpcalc.reading.parser import parse
from bpcalc.reports.circuit import Circuit
from bpcalc.reports.derivation import Derivation
from bpcalc.reports.names import Names

Row = Sequence[float]


class Evaluation(NamedTuple):
    """What is computed of rows.

    variables  that a row gives, in the order in which its numbers are expected
    results    of rows: what was asked for of each, in the order of the job's picks
    kinks      which rows are at a kink, so that `grad` would warn of them
    is_shaped  whether there are arrays: the results may be some then
    """

    variables: tuple[str, ...]
    results: Callable[[Sequence[Row]], list[Any]]
    kinks: Kinks
    is_shaped: bool = False


def evaluation(job: Job) -> Evaluation:
    """How the rows of a job are computed. Raises BpcalcError for what is wrong with the program."""
    values = {**dict.fromkeys(job.variables, 1.0), **job.bound}
    m, program = prepare(job.source, values, job.options)
    if m.shaped:
        at = _Passes(job, job.variables)
        return Evaluation(job.variables, at.results, Kinks(None, at.kink, always=True, most=inf), is_shaped=True)
    found = passes(job)
    variables = tuple(one.name for one in found.parameters if one.name not in job.bound)
    nodes = watched(program.graph, program.graph.ancestors(found.output))
    touched = None if program.inner else _touched(job, found, nodes)
    kinks = Kinks(touched, _Passes(job, variables).kink, always=bool(program.inner))
    return Evaluation(variables, _compiled(job, found), kinks)


def _compiled(job: Job, found: Derivation) -> Callable[[Sequence[Row]], list[Any]]:
    """The results of rows, by generated code."""
    call = _of_columns(job, found)
    if job.picks[0] == "value" and "value" not in job.picks[1:]:  # which the code returns in front of the others
        call = _of_columns(job, found._replace(gradient={k: v for k, v in found.gradient.items() if k != "0"}))
        return lambda rows: [(value, *rest) for value, rest in starmap(call, rows)]
    return lambda rows: [rest for _, rest in starmap(call, rows)]


def _of_columns(job: Job, found: Derivation) -> Callable[..., tuple[float, tuple[float, ...]]]:
    """A function of the numbers of a row: what is bound is known to it."""
    call = compiled_numbers(found)
    places = {one.name: f"x{place}" for place, one in enumerate(found.parameters)}
    bound = {place: float(job.bound[name]) for name, place in places.items() if name in job.bound}
    return partial(call, **bound) if bound else call


def _touched(job: Job, found: Derivation, nodes: Sequence[Watched]) -> Callable[[Row], bool] | None:
    """Whether a gate lies on its own kink; None where none ever does."""
    if not nodes:
        return None
    assert found.circuit is not None
    m, graph = found.circuit.m, found.graph
    needed = [*dict.fromkeys(one for node, _ in nodes for one in (node, *graph.inputs[node]))]
    place = {node: at for at, node in enumerate(needed)}
    call = _of_columns(job, found._replace(gradient={f"{at}": node for node, at in place.items()}))
    rules = [(rule, [place[one] for one in (node, *graph.inputs[node])]) for node, rule in nodes]
    if len(rules) == 1:
        (rule, places), = rules
        if places == [*range(len(places))]:
            return lambda row: rule(m, *call(*row)[1])

    def touched(row: Row) -> bool:
        numbers = call(*row)[1]
        return any(rule(m, *[numbers[one] for one in places]) for rule, places in rules)

    return touched


class _Passes:
    """Both passes over the graph, row by row: where there are arrays, and to look at a row as `grad` does."""

    def __init__(self, job: Job, variables: Sequence[str]) -> None:
        self.job = job
        self.variables = variables
        self.options = options_of(job)
        self.picks = [*map(label, job.picks)]
        self._prepared: tuple[Any, Any] | None = None

    def circuit(self, row: Row) -> tuple[Circuit, Mapping[str, Any]]:
        """The passes at a row, and its values."""
        values = {**self.job.bound, **dict(zip(self.variables, row, strict=True))}
        if self._prepared is None or GRAD in self._kinds(values):  # gradients inside are written out for a point
            self._prepared = prepare(self.job.source, values, self.options)
        m, program = self._prepared
        with m.quiet():
            return run(m, program, values, self.options), values

    def _kinds(self, values: Mapping[str, Any]) -> Any:
        if not hasattr(self, "_gates"):
            self._gates = parse(self.job.source, values).graph.kinds
        return self._gates

    def results(self, rows: Sequence[Row]) -> list[Any]:
        found = []
        for row in rows:
            circuit, _ = self.circuit(row)
            names = Names(circuit.program, circuit.output)
            found.append(tuple(
                circuit.values[names.find(name) if name else circuit.output] if part == "value"
                else circuit.gradient(names.find(name))
                for name, part in self.picks
            ))  # fmt: skip
        return found

    def kink(self, row: Row) -> str:
        """What `grad` says of a kink at this row; "" where it says nothing."""
        circuit, values = self.circuit(row)
        with circuit.m.quiet():
            told = warnings_of(circuit, Names(circuit.program, circuit.output), values)
            return next((one.message for one in told if one.kind == "kink"), "")


def single(number: Any, pick: str) -> float:
    """A result as a cell has it. Raises BpcalcError for an array."""
    shape = getattr(number, "shape", ())
    if shape:
        name, part = label(pick)
        called = f"the gradient of {name}" if part == "grad" else f"the value of {name}" if name else "the value"
        hint = "ask for other columns with --get, or for the gradient of all rows together with --reduce sum"
        raise BpcalcError(f"a cell has room for one number, and {called} has the shape {shape}", hint=hint)
    return float(number)
