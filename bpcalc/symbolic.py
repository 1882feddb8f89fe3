"""Backprop with the graph itself as the algebra: the gradient of every node as a formula.

May import algebra, engine, graph.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bpcalc.algebra.symbols import Symbol, Symbols
from bpcalc.engine.reverse import backpropagate

if TYPE_CHECKING:
    from bpcalc.calculate import Calculation


def symbolic_gradients(calculation: Calculation) -> dict[int, int]:
    """For each node that the gradient reaches, the node that computes it.

    These nodes go to the end of the program's graph.

    Evaluated, the formulas give the numeric gradients bit for bit: both come from one loop and one rule a gate.
    """
    graph = calculation.program.graph
    m = Symbols(graph, calculation.values, calculation.m)
    symbols = [m.symbol(node) for node in range(calculation.output + 1)]
    gradients = backpropagate(
        m, graph, symbols, calculation.output, _seed(m, calculation), calculation.needed,
        calculation.options.convention,
    )  # fmt: skip
    return {node: gradient.node for node, gradient in enumerate(gradients) if gradient is not None}


def _seed(m: Symbols, calculation: Calculation) -> Symbol:
    """The upstream gradient as a formula. An array that was given is a constant of the language."""
    seed = calculation.seed
    if not getattr(seed, "shape", ()):
        return m.constant(float(seed))
    first = float(seed.reshape(-1)[0]) if seed.size else 1.0
    if (seed == first).all():  # one number for all entries, or no entries
        return m.spread(m.constant(first), m.symbol(calculation.output))
    return m.literal(seed.tolist())
