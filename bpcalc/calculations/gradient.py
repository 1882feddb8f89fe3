"""The pipeline of `bpcalc grad`: parse -> bind -> forward -> backprop -> Report."""

from __future__ import annotations

from collections.abc import Mapping

from bpcalc.calculations import rows
from bpcalc.calculations.passes import numbers_of, prepare, run, warnings_of
from bpcalc.errors import Source
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
    m, program = prepare(source, values, options)
    with m.quiet():
        circuit = m.settled(lambda: run(m, program, values, options, takes_parts=True), numbers_of)
        report = describe(circuit, values)
    if options.ulp:
        from bpcalc.calculations.accuracy import accuracy

        report = report._replace(accuracy=accuracy(circuit))
    return report


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
