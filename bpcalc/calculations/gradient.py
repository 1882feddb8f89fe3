"""The pipeline of `bpcalc grad`: parse -> bind -> forward -> backprop -> Report."""

from __future__ import annotations

from collections.abc import Mapping

from bpcalc.algebra.protocol import Algebra
from bpcalc.calculations import rows
from bpcalc.calculations.passes import numbers_of, prepare, run, warnings_of
from bpcalc.errors import Source
from bpcalc.reading.bindings import are_uncertain, exact
from bpcalc.reading.program import Program
from bpcalc.reports.circuit import Circuit
from bpcalc.reports.names import Names
from bpcalc.reports.options import DEFAULTS, Options
from bpcalc.reports.report import Report
from bpcalc.reports.rows import Rows
from bpcalc.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bpcalc.reports.steps import Step


def calculate(source: Source, values: Mapping[str, Any], options: Options = DEFAULTS) -> Report:
    """The report of an expression at the values of its variables.

    Raises BpcalcError for anything that is wrong with the text, a name, a value or an option.
    """
    given, values = values, exact(values)
    m, program = prepare(source, values, options)
    with m.quiet():
        circuit = m.settled(lambda: _passes(m, program, values, options), numbers_of)
        report = describe(circuit, values)
    if options.ulp:
        from bpcalc.calculations.accuracy import accuracy

        report = report._replace(accuracy=accuracy(circuit))
    return _with_uncertainty(report, given)


def _with_uncertainty(report: Report, values: Mapping[str, Any]) -> Report:
    """The report, and what uncertain values make of its output."""
    options = report.circuit.options
    if not (options.correlations or options.monte_carlo or are_uncertain(values)):
        return report
    from bpcalc.calculations.uncertainty import propagated
    from bpcalc.telling.uncertainty_words import warnings

    with report.circuit.m.quiet():
        found = propagated(report.circuit, values)
    if found is None:
        return report
    report = report._replace(uncertainty=found)
    return report._replace(warnings=(*report.warnings, *warnings(report, found)))


def _passes(m: Algebra, program: Program, values: Mapping[str, Any], options: Options) -> Circuit:
    if m.encloses:
        from bpcalc.calculations.bounds import enclosed

        return enclosed(m, program, values, options)[0]
    return run(m, program, values, options, takes_parts=True)


def describe(circuit: Circuit, values: Mapping[str, Any]) -> Report:
    """The report of both passes."""
    names = Names(circuit.program, circuit.output)
    listed, hidden = rows.listed(circuit, names)
    formulas = rows.formulas(circuit, names) if listed else None
    return Report(
        circuit=circuit,
        names=names,
        gradient=circuit.gradients_by_name(),
        nodes=Rows(circuit, names, listed, formulas),
        hidden=hidden,
        steps=_steps(circuit, names),
        warnings=(*warnings_of(circuit, names, values), *rows.unsimplified(formulas, names)),
    )


def _steps(circuit: Circuit, names: Names) -> tuple[Step, ...]:
    if not circuit.options.trace:
        return ()
    from bpcalc.reports.steps import steps

    return steps(circuit, names)
