"""The pipeline of `bpcalc grad`: parse -> bind -> forward -> backprop -> Report."""

from __future__ import annotations

from collections.abc import Mapping

from bpcalc.calculations import rows
from bpcalc.calculations.passes import prepare, run
from bpcalc.errors import Source
from bpcalc.reading import bindings
from bpcalc.reports.circuit import Circuit
from bpcalc.reports.names import Names
from bpcalc.reports.options import DEFAULTS, Options
from bpcalc.reports.report import Report, Step
from bpcalc.telling import notices


def calculate(source: Source, values: Mapping[str, float], options: Options = DEFAULTS) -> Report:
    """The report of an expression at the values of its variables.

    Raises BpcalcError for anything that is wrong with the text, a name, a value or an option.
    """
    m, program = prepare(source, values, options)
    with m.quiet():
        circuit = run(program, values, options)
        return describe(circuit, bindings.unused(program, values))


def describe(circuit: Circuit, unused: list[tuple[str, str]]) -> Report:
    """The report of a circuit."""
    options = circuit.options
    names = Names(circuit.program, circuit.output)
    whole = options.nodes is None
    if whole:
        listed, hidden = rows.order(circuit, names)
    else:
        listed, hidden = [names.find(name) for name in options.nodes or () if name != "value"], 0
    warnings = notices.notices(circuit, names, unused)
    return Report(
        expression=names.expression() if whole else circuit.program.source.text,
        output=names.output,
        of=circuit.of(names),
        value=circuit.values[circuit.output],
        gradient={name: circuit.gradient(node) for name, node in circuit.wrt.items()},
        nodes=rows.rows(circuit, names, listed) if listed else (),
        hidden=hidden,
        steps=_steps(circuit, names),
        warnings=warnings,
    )


def _steps(circuit: Circuit, names: Names) -> tuple[Step, ...]:
    if circuit.options.trace == 0:
        return ()
    if circuit.m.shaped:
        from bpcalc.telling.array_trace import ArrayTeller

        return ArrayTeller(circuit, names).steps()
    from bpcalc.telling.trace import Teller

    return Teller(circuit, names).steps()
