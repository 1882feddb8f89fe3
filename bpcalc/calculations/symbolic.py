"""Backprop with the graph itself as the algebra: the gradient of every node as a formula."""

from __future__ import annotations

from bpcalc.algebra.symbols import Symbol, Symbols
from bpcalc.engine.reverse import backpropagate
from bpcalc.reports.circuit import Circuit


def symbolic_gradients(circuit: Circuit) -> dict[int, int]:
    """For each node that the gradient reaches, the node that computes it.

    These nodes go to the end of the program's graph.

    Evaluated, the formulas give the numeric gradients bit for bit: both come from one loop and one rule a gate.
    """
    graph = circuit.program.graph
    m = Symbols(graph, circuit.values, circuit.m)
    symbols = [m.symbol(node) for node in range(circuit.output + 1)]
    gradients = backpropagate(
        m, graph, symbols, circuit.output, _seed(m, circuit), circuit.needed,
        circuit.options.convention,
    )  # fmt: skip
    return {node: gradient.node for node, gradient in enumerate(gradients) if gradient is not None}


def _seed(m: Symbols, circuit: Circuit) -> Symbol:
    """The upstream gradient as a formula. An array that was given is a constant of the language."""
    seed = circuit.seed
    if not getattr(seed, "shape", ()):
        return m.constant(float(seed))
    first = float(seed.reshape(-1)[0]) if seed.size else 1.0
    if (seed == first).all():  # one number for all entries, or no entries
        return m.spread(m.constant(first), m.symbol(circuit.output))
    return m.literal(seed.tolist())
