"""The pipeline of `bpcalc jvp`, forward mode: the value of every node, and its derivative along a direction."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bpcalc.calculations import directions, rows
from bpcalc.calculations.passes import prepare, run, warnings_of
from bpcalc.engine.tangent import tangents
from bpcalc.errors import Source
from bpcalc.reading import bindings
from bpcalc.reports.circuit import Circuit
from bpcalc.reports.names import Names
from bpcalc.reports.options import DEFAULTS, Options
from bpcalc.reports.tangents import JvpReport, Passes, TangentRows
from bpcalc.typed import TYPE_CHECKING, Any

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
    # both passes, for what deserves a warning at the inputs that move
    both = options._replace(upstream=1.0, wrt=tuple(chosen), symbolic=False)

    def further(circuit: Circuit) -> dict[int, Any]:
        """The tangents by node, where anything moves."""
        moved = directions.flowing(circuit, directions.fitted(circuit, chosen))
        found = tangents(m, program.graph, circuit.values, moved, circuit.output, options.convention)
        return {node: tangent for node, tangent in enumerate(found) if tangent is not None}

    def calculated() -> tuple[Circuit, dict[str, Any], list[Any]]:
        if m.encloses:
            from bpcalc.calculations.bounds import enclosed

            circuit, by_node = enclosed(m, program, values, both, further)
        else:
            circuit = run(m, program, values, both)
            by_node = further(circuit)
        found = [by_node.get(node) for node in range(circuit.output + 1)]
        return circuit, directions.fitted(circuit, chosen), found

    with m.quiet():
        return describe(*m.settled(calculated, _numbers), values)


def _numbers(calculated: tuple[Circuit, dict[str, Any], list[Any]]) -> Iterator[Any]:
    circuit, _, found = calculated
    yield from (value for value in circuit.values if value is not None)
    yield from (circuit.m.dense(tangent) for tangent in found if tangent is not None)


def describe(circuit: Circuit, direction: Mapping[str, Any], found: list[Any], values: Mapping[str, Any]) -> JvpReport:
    """The report of the tangents that were found, by node."""
    names = Names(circuit.program, circuit.output)
    listed, hidden = rows.listed(circuit, names)
    inputs = directions.movable(circuit.program).values()
    return JvpReport(
        circuit=circuit,
        names=names,
        direction=direction,
        nodes=TangentRows(circuit, names, listed, found),
        hidden=hidden,
        passes=Passes(directions.entries(circuit, inputs), directions.entries(circuit, [circuit.output])),
        steps=_steps(circuit, names, direction, found) if circuit.options.trace else (),
        warnings=warnings_of(circuit, names, values, found),
    )


def _steps(circuit: Circuit, names: Names, direction: Mapping[str, Any], found: list[Any]) -> tuple[Step, ...]:
    from bpcalc.reports.steps import tangent_steps

    return tangent_steps(circuit, names, direction, found)
