"""The one pipeline: parse -> bind -> forward -> backprop -> Report.

May import everything before it: errors, gate, gates, graph, parse, bindings, algebra, engine, report and the modules
that describe a calculation (names, notices).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from bpcalc import bindings, notices, rows
from bpcalc.algebra.floats import FLOATS
from bpcalc.engine.forward import forward
from bpcalc.engine.reverse import backpropagate
from bpcalc.errors import Source
from bpcalc.names import Names, fresh
from bpcalc.parse import Program, parse
from bpcalc.report import Report, Step


class Options(NamedTuple):
    """What is asked of a calculation, beyond its expression and values.

    wrt         names that the gradient is taken for; none: every variable
    of          the node that is differentiated; None: the last statement
    upstream    the gradient that flows into it
    convention  the rule at kinks, one of gate.CONVENTIONS
    expand      packed gates that are written out in elementary gates, by name
    nodes       the names of the nodes to make rows of; None: all
    symbolic    whether rows have symbolic gradients; None: where there are at most rows.SHOWN of them
    all         whether a graph over rows.SHOWN nodes has a row for each
    simplify    whether SymPy simplifies those
    trace       significant digits of the trace's steps; 0: no trace; None: all digits
    """

    wrt: Sequence[str] = ()
    of: str | None = None
    upstream: float = 1.0
    convention: str = "torch"
    expand: Sequence[str] = ()
    nodes: Sequence[str] | None = None
    all: bool = True
    symbolic: bool | None = None
    simplify: bool = False
    trace: int | None = 0


DEFAULTS = Options()


class Calculation(NamedTuple):
    """Both passes over a program: what a Report is made from.

    gradients  ∂output/∂node by node; None where nothing flows
    needed     for each node, whether its gradient was asked for
    wrt        the names that the gradient is taken for, and their nodes
    """

    program: Program
    output: int
    values: list[float]
    gradients: list[float | None]
    needed: bytearray
    wrt: dict[str, int]
    options: Options

    def of(self, names: Names) -> str:
        """What the gradients are of: the output; under another upstream than 1, a loss behind it."""
        return names.output if self.options.upstream == 1 else fresh("L", names.labels.values())

    def gradient(self, node: int) -> float | None:
        """∂output/∂node: 0 where nothing flows, None where it was not asked for."""
        if node == self.output:
            return self.options.upstream
        if not self.needed[node] or node > self.output:
            return 0.0 if node in self.wrt.values() else None
        gradient = self.gradients[node]
        return 0.0 if gradient is None else gradient


def evaluate(program: Program) -> float:
    """The value of a program without variables, as a binding has it."""
    return float(forward(FLOATS, program.graph, {})[program.output])


def calculate(source: Source, values: Mapping[str, float], options: Options = DEFAULTS) -> Report:
    """The report of an expression at the values of its variables.

    Raises BpcalcError for anything that is wrong with the text, a name, a value or an option.
    """
    program = parse(source, values)
    if options.expand:
        from bpcalc.expand import expand

        program = expand(program, options.expand)
    calculation = run(program, values, options)
    return describe(calculation, bindings.unused(program, values))


def run(program: Program, values: Mapping[str, float], options: Options) -> Calculation:
    """Both passes."""
    graph = program.graph
    output = Names(program, program.output).find(options.of) if options.of else program.output
    # by default the variables, else the numbers that the program names
    asked = options.wrt or program.variables or program.constants
    names = Names(program, output)
    wrt = {name: names.find(name) for name in asked}
    computed = forward(FLOATS, graph, bindings.complete(program, values))
    needed = graph.carries(wrt.values(), output)
    gradients = backpropagate(FLOATS, graph, computed, output, options.upstream, needed, options.convention)
    return Calculation(program, output, computed, gradients, needed, wrt, options)


def describe(calculation: Calculation, unused: list[tuple[str, str]]) -> Report:
    """The report of a calculation."""
    options = calculation.options
    names = Names(calculation.program, calculation.output)
    whole = options.nodes is None
    if whole:
        listed, hidden = rows.order(calculation, names)
    else:
        listed, hidden = [names.find(name) for name in options.nodes or () if name != "value"], 0
    warnings = notices.notices(calculation, names, unused)
    return Report(
        expression=names.expression() if whole else calculation.program.source.text,
        output=names.output,
        of=calculation.of(names),
        value=calculation.values[calculation.output],
        gradient={name: calculation.gradient(node) or 0.0 for name, node in calculation.wrt.items()},
        nodes=rows.rows(calculation, names, listed) if listed else (),
        hidden=hidden,
        steps=_steps(calculation, names),
        warnings=warnings,
    )


def _steps(calculation: Calculation, names: Names) -> tuple[Step, ...]:
    if calculation.options.trace == 0:
        return ()
    from bpcalc.trace import trace

    return trace(calculation, names)
