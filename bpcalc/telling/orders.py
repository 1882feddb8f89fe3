"""What is said where an order moves, so that a gradient would leave a part out."""

from __future__ import annotations

from collections.abc import Sequence

from bpcalc.engine import orders
from bpcalc.errors import BpcalcError, Span
from bpcalc.graph import Graph
from bpcalc.reading.program import Program
from bpcalc.reports.names import Names
from bpcalc.telling.misfits import place
from bpcalc.writing.unparse import shortened

LONG, QUOTED = 60, 40  # characters of an operation, and of an order, that is quoted


def check_orders(program: Program, output: int, needed: Sequence[int]) -> None:
    """Raises BpcalcError where a gradient that is asked for would flow into the order of a gate.

    needed  for each node, whether its gradient is asked for
    """
    found = orders.moving(program.graph, output, needed)
    if found is not None:
        raise moved(program.graph, found, Names(program, output).given, place(program, found.node))


def moved(graph: Graph, found: orders.Moving, names: dict[int, str], span: Span | None) -> BpcalcError:
    """The error of an order that moves."""
    gate, inputs = graph.gates[found.node], graph.inputs[found.node]
    at = inputs.index(found.order)
    quoted = (found.order, *inputs[at + 1 :])
    order, *others = (names.get(one) or shortened(graph, one, names, QUOTED) for one in quoted)
    operation = shortened(graph, found.node, {node: name for node, name in names.items() if node != found.node}, LONG)
    held = f"{gate.name}({', '.join([f'stop_gradient({order})', *others])})"
    return BpcalcError(
        f"`{operation}` has no gradient by its order {gate.parameters[at]}, which is {order} here and moves",
        hint=f"write {held} for an order that is held, or leave it out with --wrt",
        span=span,
    )
