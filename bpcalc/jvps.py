"""The pipeline of `bpcalc jvp`, forward mode: the value of every node, and its derivative along a direction.

May import everything up to report, as calculate does; the trace inside a function.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bpcalc import bindings, directions, notices, rows
from bpcalc.calculate import DEFAULTS, Calculation, Options, label_inputs, prepare, run
from bpcalc.engine.tangent import tangents
from bpcalc.errors import Source
from bpcalc.names import Names
from bpcalc.report import Step
from bpcalc.reports import JvpReport, Passes, TangentRow


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
        calculation = run(program, values, options._replace(upstream=1.0, wrt=tuple(chosen), symbolic=False))
        names = Names(program, calculation.output)
        direction = directions.fitted(calculation, chosen)
        found = tangents(
            m, program.graph, calculation.values, directions.flowing(calculation, direction), calculation.output,
            options.convention,
        )  # fmt: skip
        listed, hidden = _listed(calculation, names)
        return JvpReport(
            expression=names.expression(),
            output=names.output,
            value=calculation.values[calculation.output],
            tangent=tangent_of(calculation, found, calculation.output),
            direction=direction,
            nodes=_rows(calculation, names, listed, found) if listed else (),
            hidden=hidden,
            passes=Passes(
                directions.entries(calculation, directions.movable(program).values()),
                directions.entries(calculation, [calculation.output]),
            ),
            steps=_steps(calculation, names, direction, found),
            warnings=notices.notices(calculation, names, bindings.unused(program, values), found),
        )


def tangent_of(calculation: Calculation, found: list[Any], node: int) -> Any:
    """A node's tangent in the node's shape: 0 where nothing moves it."""
    tangent = found[node] if node <= calculation.output else None
    m = calculation.m
    if tangent is None:
        return m.value(m.zeros(shape=m.shape(calculation.values[node]))) if m.shaped else 0.0
    return m.dense(tangent)


def _listed(calculation: Calculation, names: Names) -> tuple[list[int], int]:
    """The nodes that have a row, and how many have none."""
    asked = calculation.options.nodes
    return rows.order(calculation, names) if asked is None else ([names.find(name) for name in asked], 0)


def _rows(calculation: Calculation, names: Names, listed: list[int], found: list[Any]) -> tuple[TangentRow, ...]:
    labels = label_inputs(calculation.program)
    return tuple(
        TangentRow(
            name=row.name,
            role="label" if node in labels else row.role,
            gate=row.gate,
            expression=row.expression,
            inputs=row.inputs,
            value=row.value,
            tangent=tangent_of(calculation, found, node),
        )
        for node, row in zip(listed, rows.rows(calculation, names, listed), strict=True)
    )


def _steps(calculation: Calculation, names: Names, direction: Mapping[str, Any], found: list[Any]) -> tuple[Step, ...]:
    if calculation.options.trace == 0:
        return ()
    if calculation.m.shaped:
        from bpcalc.arraytangenttrace import ArrayTangentTeller

        return ArrayTangentTeller(calculation, names, direction, found).steps()
    from bpcalc.tangenttrace import TangentTeller

    return TangentTeller(calculation, names, direction, found).steps()
