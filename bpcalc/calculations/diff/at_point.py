"""Formulas at a point: what the numbers there have to say of them, as kinks have no derivative."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from itertools import islice
from math import inf
from random import Random

from bpcalc.algebra.choice import algebra_for
from bpcalc.algebra.textbook.algebra import Textbook
from bpcalc.algebra.textbook.terms import Terms, gradient
from bpcalc.calculations.diff.derivatives import Differentiator
from bpcalc.calculations.inner_gradients import derive
from bpcalc.calculations.passes import run
from bpcalc.calculations.verify import draws
from bpcalc.engine.forward import ShapeError, forward
from bpcalc.engine.reverse import backpropagate
from bpcalc.gate import GRAD
from bpcalc.graph import Graph
from bpcalc.reading.program import Program
from bpcalc.reports.circuit import Circuit
from bpcalc.reports.names import Names
from bpcalc.reports.options import Options
from bpcalc.reports.warning import Warning
from bpcalc.telling.warnings import warnings
from bpcalc.typed import Any, NamedTuple

KINDS = ("signed", "unit", "above")  # of the numbers that variables without a value are tried at, of either sign
CONVENTION = "torch"  # by which gradients at kinks are those of `grad`
TOLD = 2  # such points must agree that something deserves a warning


def numbers(d: Differentiator) -> dict[str, Any]:
    """The values that are given, as numbers and arrays; not those that are computed from variables without one."""
    given: dict[str, Any] = {}
    for name, one in d.values.items():
        if one.graph.variables.keys() <= given.keys():
            m = algebra_for(one.graph.kinds, given.values())
            given[name] = forward(m, one.graph, given, [one.output])[one.output]
    return given


def points(d: Differentiator) -> list[dict[str, Any]]:
    """Values of all variables, which are single numbers: those that are given, and some for each other one."""
    random, given = Random(d.program.source.text), numbers(d)
    graphs = [d.program.graph, *(one.graph for one in d.values.values())]
    names = dict.fromkeys(name for graph in graphs for name in graph.variables)
    free = [name for name in names if name not in d.values]
    found = []
    drawn = [{name: draws.numbers(random, kind, ()) for name in free} for kind in (KINDS if free else KINDS[:1])]
    drawn += [{name: -value for name, value in one.items()} for one in drawn if free]
    for one in drawn:
        point = given | one
        for name, value in d.values.items():
            if name not in point:
                m = algebra_for(value.graph.kinds, ())
                point[name] = forward(m, value.graph, point, [value.output])[value.output]
        found.append(point)
    return found


class Finding(NamedTuple):
    """What the numbers at a point say, whatever other variables are.

    warnings   what deserves a warning
    undefined  for the names whose gradient is NaN, where it is: entry by entry, of numbers that nothing overflowed in
    circuits   of programs with arrays, both passes at some values of all variables
    """

    warnings: tuple[Warning, ...] = ()
    undefined: Mapping[str, Any] = {}
    circuits: tuple[Circuit, ...] = ()

    def misses(self, name: str, graph: Graph, node: int) -> bool:
        """Is a formula of the gradient not finite where the passes have finite numbers?"""
        for circuit in self.circuits:
            gradient = circuit.gradient(circuit.wrt[name]) if name in circuit.wrt else None
            named = {one: circuit.values[place] for one, place in circuit.program.names.items()}
            if gradient is None or not graph.variables.keys() <= named.keys():
                return False
            m = algebra_for(graph.kinds, named.values())
            with m.quiet():
                try:
                    found = forward(m, graph, {one: named[one] for one in graph.variables}, [node])[node]
                except ShapeError:  # it was written for other sizes than those that were tried
                    return False
                if m.shape(found) != circuit.m.shape(gradient):
                    return False
                if circuit.m.all_finite(gradient) and not m.all_finite(found):
                    return True
        return False


def found_at(d: Differentiator, asked: Collection[str], order: int, no_number: bool) -> Finding:
    """What the numbers at the values that are given say.

    asked      the names that are differentiated by; order: how often, at most
    no_number  whether there is a formula that is NaN, and something to say of it without values too
    """
    wrt = [name for name in d.variables if name in asked and name in d.program.variables]
    is_point = d.values.keys() & {*d.variables} or no_number
    if not wrt or not is_point or any(one.graph.variables for one in d.values.values()):
        return Finding()
    of = d.of if d.of in d.program.names else None
    told: list[Finding] = []
    for program, values in islice(_programs(d), TOLD):
        m = algebra_for(program.graph.kinds, values.values())
        with m.quiet():
            circuit = run(m, program, values, Options(wrt=wrt, of=of, upstream=1.0))
            warned = warnings(circuit, Names(program, circuit.output), [], order=order)
            told.append(Finding(warned, _undefined(circuit), (circuit,)) if d.has_arrays else Finding(warned))
    first, *others = told or [Finding()]
    return Finding(
        tuple(one for one in first.warnings if all(one in other.warnings for other in others)),
        {name: at for name, at in first.undefined.items() if all(name in other.undefined for other in others)},
        tuple(circuit for one in told for circuit in one.circuits),
    )


def _undefined(circuit: Circuit) -> dict[str, Any]:
    """Where the gradients of arrays are NaN; nowhere, where something overflowed before."""
    m = circuit.m
    if any(m.holds(m.abs(value) == inf) for value in circuit.values if value is not None):
        return {}
    found = {name: m.is_nan(circuit.gradient(node)) for name, node in circuit.wrt.items()}
    return {name: at for name, at in found.items() if m.holds(at)}


def exact_gradients(d: Differentiator, m: Textbook) -> dict[str, Terms]:
    """Both passes over a program at the values that are given, exactly: as numbers have it, but that nothing is rounded
    or overflows. Of an output that is an array there is no gradient."""
    if not d.values:
        return {}
    graph = d.program.graph
    values = forward(m, graph, d.put_in(m, graph), [d.output])
    if m.shape(values[d.output]):
        return {}
    places = {name: graph.variables[name] for name in d.variables if name in graph.variables}
    flows = backpropagate(
        m, graph, values, d.output, gradient(m.lift(1)), graph.carries(places.values(), d.output), CONVENTION
    )
    found = {name: flows[place] for name, place in places.items() if place <= d.output}
    return {name: m.lift(0) if flow is None else flow for name, flow in found.items()}


def _programs(d: Differentiator) -> Iterator[tuple[Program, Mapping[str, Any]]]:
    """The program with values of all its variables."""
    if not d.has_arrays:
        for point in points(d):
            yield d.program, {name: point[name] for name in d.program.variables}
        return
    from bpcalc.calculations.verify.trials import fitting

    source = d.program.source
    for trials in islice(fitting(source, d.request, [], d.declared, numbers(d)), 1):
        for here, _ in trials.points(source.text, d.request.symmetric, False):
            program = trials.program
            if GRAD in program.graph.kinds:
                program = derive(program, here.values, trials.m, "torch")
            yield program, {name: here.values[name] for name in program.variables}
