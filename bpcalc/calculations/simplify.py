"""`--simplify`: SymPy's simplification of formulas, each result checked to be equal before it is used."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any

from bpcalc.algebra.floats import FLOATS
from bpcalc.algebra.symbols import Symbols
from bpcalc.engine.forward import forward
from bpcalc.gate import INPUT
from bpcalc.graph import Graph
from bpcalc.reports.circuit import Circuit
from bpcalc.writing.unparse import lengths

POINTS = 12  # random points at which a simplified formula must agree with the original
CLOSE = 1e-8  # relative difference that rounding may make
NOISE = 1e-14  # what rounding leaves of a sum that cancels, in terms of its largest part


def simplified(circuit: Circuit, m: Symbols, formulas: dict[int, int]) -> dict[int, int]:
    """For each node's formula a simpler one with the same values, or the same one where SymPy has none."""
    graph, values = m.graph, circuit.values
    here = {str(graph.leaves[node]): values[node] for node, gate in enumerate(graph.gates) if gate is INPUT}
    known = {formula: simpler(m, formula, here) for formula in dict.fromkeys(formulas.values())}
    return {node: known[formula] for node, formula in formulas.items()}


def simpler(m: Symbols, formula: int, here: Mapping[str, float]) -> int:
    """The node of a shorter formula with the same values at random points about `here`, or the same one."""
    import sympy

    from bpcalc.algebra.sympy_ import SYMPY, to_graph

    graph = m.graph
    # an index in the name keeps SymPy from reading meaning into it
    symbols = {node: sympy.Symbol(f"v{node}", real=True) for node, gate in enumerate(graph.gates) if gate is INPUT}
    try:
        expression = _expression(SYMPY, graph, formula, symbols)
        candidate = to_graph(m, sympy.simplify(expression), {symbol: node for node, symbol in symbols.items()})
        shorter = lengths(graph, {}, candidate + 1)[candidate] < lengths(graph, {}, formula + 1)[formula]
        if shorter and _agree(graph, formula, candidate, here):
            return candidate
    except Exception:  # SymPy fails in many ways on what it cannot say: the exact formula stays
        pass
    return formula


def _expression(m: Any, graph: Graph, node: int, symbols: dict[int, Any]) -> Any:
    """The SymPy expression of a node."""
    values: dict[int, Any] = dict(symbols)
    wanted = graph.ancestors(node)
    for source in range(node + 1):
        if wanted[source] and source not in values:
            if graph.inputs[source]:
                values[source] = m.function(graph.gates[source])(*(values[s] for s in graph.inputs[source]))
            else:
                values[source] = m.constant(graph.leaves[source])
    return values[node]


def _agree(graph: Graph, a: int, b: int, here: Mapping[str, float]) -> bool:
    """Do two nodes have the same value here and at random points? Where the first is not finite does not count."""
    generator = random.Random(20_240_229)
    counted = 0
    for attempt in range(8 * POINTS):
        spread = 0.0 if attempt == 0 else 1.0
        point = {name: value + spread * generator.uniform(-2, 2) for name, value in here.items()}
        values = forward(FLOATS, graph, point)
        x, y = values[a], values[b]
        if x - x == 0:
            counted += 1
            # where all cancels the result is rounding noise of the largest part
            noise = NOISE * max(abs(value) for value in values[: a + 1] if value - value == 0)
            if not abs(x - y) <= max(CLOSE * max(abs(x), abs(y)), noise):
                return False
        if counted == POINTS:
            return True
    return counted > 1
