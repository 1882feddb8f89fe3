"""The pipeline of `bpcalc jvp`, forward mode: the value of every node, and its derivative along a direction."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bpcalc.calculations import directions, rows
from bpcalc.calculations.passes import label_inputs, prepare, run
from bpcalc.engine.tangent import tangents
from bpcalc.errors import Source
from bpcalc.reading import bindings
from bpcalc.reports.circuit import Circuit
from bpcalc.reports.names import Names
from bpcalc.reports.options import DEFAULTS, Options
from bpcalc.reports.others import JvpReport, Passes, TangentRow
from bpcalc.reports.report import Step
from bpcalc.telling import notices


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
        listed, hidden = _listed(circuit, names)
        return JvpReport(
            expression=names.expression(),
            output=names.output,
            value=circuit.values[circuit.output],
            tangent=tangent_of(circuit, found, circuit.output),
            direction=direction,
            nodes=_rows(circuit, names, listed, found) if listed else (),
            hidden=hidden,
            passes=Passes(
                directions.entries(circuit, directions.movable(program).values()),
                directions.entries(circuit, [circuit.output]),
            ),
            steps=_steps(circuit, names, direction, found),
            warnings=notices.notices(circuit, names, bindings.unused(program, values), found),
        )


def tangent_of(circuit: Circuit, found: list[Any], node: int) -> Any:
    """A node's tangent in the node's shape: 0 where nothing moves it."""
    tangent = found[node] if node <= circuit.output else None
    m = circuit.m
    if tangent is None:
        return m.value(m.zeros(shape=m.shape(circuit.values[node]))) if m.shaped else 0.0
    return m.dense(tangent)


def _listed(circuit: Circuit, names: Names) -> tuple[list[int], int]:
    """The nodes that have a row, and how many have none."""
    asked = circuit.options.nodes
    return rows.order(circuit, names) if asked is None else ([names.find(name) for name in asked], 0)


def _rows(circuit: Circuit, names: Names, listed: list[int], found: list[Any]) -> tuple[TangentRow, ...]:
    labels = label_inputs(circuit.program)
    return tuple(
        TangentRow(
            name=row.name,
            role="label" if node in labels else row.role,
            gate=row.gate,
            expression=row.expression,
            inputs=row.inputs,
            value=row.value,
            tangent=tangent_of(circuit, found, node),
        )
        for node, row in zip(listed, rows.rows(circuit, names, listed), strict=True)
    )


def _steps(circuit: Circuit, names: Names, direction: Mapping[str, Any], found: list[Any]) -> tuple[Step, ...]:
    if circuit.options.trace == 0:
        return ()
    if circuit.m.shaped:
        from bpcalc.telling.array_tangent_trace import ArrayTangentTeller

        return ArrayTangentTeller(circuit, names, direction, found).steps()
    from bpcalc.telling.tangent_trace import TangentTeller

    return TangentTeller(circuit, names, direction, found).steps()
