"""The pipeline of `bpcalc jvp`, forward mode: the value of every node, and its derivative along a direction."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from bpcalc.calculations import directions, rows
from bpcalc.calculations.passes import prepare, run
from bpcalc.engine.tangent import tangents
from bpcalc.errors import Source
from bpcalc.reading import bindings
from bpcalc.reports.circuit import Circuit
from bpcalc.reports.names import Names
from bpcalc.reports.options import DEFAULTS, Options
from bpcalc.reports.tangents import JvpReport, Passes, TangentRows
from bpcalc.telling.warnings import warnings

if TYPE_CHECKING:
    from bpcalc.reports.steps import Step


def jvp(
    source: Source, values: Mapping[str, Any], tangent: Mapping[str, Any], options: Options = DEFAULTS
) -> JvpReport:
    """The Jacobian of an expression times a vector: the inputs' tangents, by name. What is not named stays still.

    Raises BpcalcError for anything that is wrong with the text, a name, a value, a tangent or an option.
    """
    m, program = prepare(source, values, options)
    bindings.complete(program, values)
    chosen = directions.choose(program, values, tangent, "--tangent")
    with m.quiet():
        # both passes, for what deserves a warning at the inputs that move
        circuit = run(program, values, options._replace(upstream=1.0, wrt=tuple(chosen), symbolic=False))
        names = Names(program, circuit.output)
        direction = directions.fitted(circuit, chosen)
        found = tangents(
            m, program.graph, circuit.values, directions.flowing(circuit, direction), circuit.output,
            options.convention,
        )  # fmt: skip
        listed, hidden = rows.listed(circuit, names)
        return JvpReport(
            circuit=circuit,
            names=names,
            direction=direction,
            nodes=TangentRows(circuit, names, listed, found),
            hidden=hidden,
            passes=Passes(
                directions.entries(circuit, directions.movable(program).values()),
                directions.entries(circuit, [circuit.output]),
            ),
            steps=_steps(circuit, names, direction, found) if options.trace else (),
            warnings=warnings(circuit, names, bindings.unused(program, values), found),
        )


def _steps(circuit: Circuit, names: Names, direction: Mapping[str, Any], found: list[Any]) -> tuple[Step, ...]:
    from bpcalc.reports.steps import tangent_steps

    return tangent_steps(circuit, names, direction, found)
