"""Backprop with a graph as the algebra: the gradient of every node as a formula."""

from __future__ import annotations

from bpcalc.algebra.symbols import Symbol, Symbols
from bpcalc.engine.reverse import backpropagate
from bpcalc.reports.circuit import Circuit


def symbolic_gradients(circuit: Circuit) -> tuple[Symbols, dict[int, int]]:
    """Symbols of a copy of the program's graph, and for each node that the gradient reaches its gradient's node there.

    Evaluated, the formulas give the numeric gradients bit for bit, but for the sign of a zero (what a router blocks has
    none): both come from one loop and one rule a gate.
    """
    m = symbols_of(circuit)
    nodes = [m.symbol(node) for node in range(circuit.output + 1)]
    gradients = backpropagate(
        m, m.graph, nodes, circuit.output, _seed(m, circuit), circuit.needed, circuit.options.convention
    )
    return m, {node: gradient.node for node, gradient in enumerate(gradients) if gradient is not None}


def symbols_of(circuit: Circuit) -> Symbols:
    """A circuit's nodes as symbols, in a copy of its graph."""
    return Symbols(circuit.program.graph.copy(), [*circuit.values], circuit.m)


def _seed(m: Symbols, circuit: Circuit) -> Symbol:
    """The upstream gradient as a formula. An array that was given is a constant of the language."""
    seed = circuit.seed
    if not getattr(seed, "shape", ()):
        above, _, below = circuit.m.exact(seed).partition("/")
        if below.isdecimal():  # a fraction, as no double is one
            return m.call("divide", float(above), float(below))
        return m.constant(float(seed))
    first = float(seed.reshape(-1)[0]) if seed.size else 1.0
    if (seed == first).all():  # one number for all entries, or no entries
        return m.spread(m.constant(first), m.symbol(circuit.output))
    return m.value(seed)
