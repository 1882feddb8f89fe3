"""`--simplify`: SymPy's simplification of formulas, each result checked to be equal before it is used.

May import algebra, engine, graph.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

from bpcalc.algebra.symbols import Symbols
from bpcalc.engine.forward import forward
from bpcalc.gate import INPUT
from bpcalc.graph import Graph
from bpcalc.unparse import lengths

if TYPE_CHECKING:
    from bpcalc.calculate import Calculation

POINTS = 12  # random points at which a simplified formula must agree with the original
CLOSE = 1e-8  # relative difference that rounding may make
NOISE = 1e-14  # what rounding leaves of a sum that cancels, in terms of its largest part


def simplified(calculation: Calculation, formulas: dict[int, int]) -> dict[int, int]:
    """For each node's formula a simpler one with the same values, or the same one where SymPy has none."""
    import sympy

    from bpcalc.algebra.sympy_ import SYMPY, to_graph

    graph = calculation.program.graph
    m = Symbols(graph, calculation.values, calculation.m)
    # an index in the name keeps SymPy from reading meaning into it
    symbols = {node: sympy.Symbol(f"v{node}", real=True) for node, gate in enumerate(graph.gates) if gate is INPUT}
    found: dict[int, int] = {}
    known: dict[int, int] = {}
    for node, formula in formulas.items():
        if formula not in known:
            try:
                known[formula] = formula
                expression = _expression(SYMPY, graph, formula, symbols)
                candidate = to_graph(m, sympy.simplify(expression), {symbol: n for n, symbol in symbols.items()})
                shorter = lengths(graph, {}, candidate + 1)[candidate] < lengths(graph, {}, formula + 1)[formula]
                if shorter and _agree(graph, formula, candidate, calculation):
                    known[formula] = candidate
            except Exception:  # SymPy fails in many ways on what it cannot say: the exact formula stays
                pass
        found[node] = known[formula]
    return found


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


def _agree(graph: Graph, a: int, b: int, calculation: Calculation) -> bool:
    """Do two nodes have the same value here and at random points? Where the first is not finite does not count."""
    generator = random.Random(20_240_229)
    here = {str(graph.leaves[n]): calculation.values[n] for n, gate in enumerate(graph.gates) if gate is INPUT}
    counted = 0
    for attempt in range(8 * POINTS):
        spread = 0.0 if attempt == 0 else 1.0
        point = {name: value + spread * generator.uniform(-2, 2) for name, value in here.items()}
        values = forward(calculation.m, graph, point)
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
