"""What can be drawn of a program without values: its graph, and its gradients as formulas."""

from __future__ import annotations

from bpcalc.algebra.symbols import Symbols
from bpcalc.engine.orders import held
from bpcalc.engine.reverse import backpropagate
from bpcalc.errors import BpcalcError, Source
from bpcalc.gate import GRAD
from bpcalc.reading.parser import parse
from bpcalc.reading.program import Program
from bpcalc.reports.names import Names
from bpcalc.reports.options import Options
from bpcalc.telling.orders import check_orders
from bpcalc.writing.unparse import shortened

FORMULA = 200  # characters of a formula, beyond which it is cut


def structure(source: Source, options: Options) -> tuple[Program, Names]:
    """The program of a text, its packed gates opened where that is asked for, and the names of its nodes."""
    program = parse(source, {})
    if options.expand:
        from bpcalc.calculations.expand import expand

        program = expand(program, options.expand)
    output = Names(program, program.output).find(options.of) if options.of else program.output
    return program, Names(program, output)


def gradients(program: Program, names: Names, options: Options) -> dict[int, str]:
    """∂output/∂node as formulas of a program of single numbers, by node.

    Raises BpcalcError for arrays, whose formulas hang on their shapes.
    """
    graph, output = program.graph, names.node
    if GRAD in graph.kinds or any(gate.of_arrays for gate in graph.kinds):
        raise BpcalcError("formulas of arrays hang on their shapes", hint="give the variables values")
    still = held(graph)
    wrt = [names.find(name) for name in options.wrt] or [
        node for node in graph.variables.values() if node not in still
    ]
    m = Symbols(graph.copy())
    nodes = [m.symbol(node) for node in range(output + 1)]
    needed = graph.carries(wrt, output)
    check_orders(program, output, needed)
    found = backpropagate(m, m.graph, nodes, output, m.constant(1.0), needed, options.convention)
    return {
        node: names.given.get(one.node) or shortened(m.graph, one.node, names.given, FORMULA)
        for node, one in enumerate(found)
        if one is not None
    }
