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
# What SymPy raises on what it cannot say: it fails in many ways, none of which is a fault of the formula.
FAILURES = (
    ArithmeticError, AssertionError, AttributeError, IndexError, KeyError, NotImplementedError, RecursionError,
    TypeError, ValueError,
)  # fmt: skip
NOISE = 1e-14  # what rounding leaves of a sum that cancels, in terms of its largest part


class UnsimplifiedError(Exception):
    """SymPy cannot work on a formula; the text tells why."""


def simplified(circuit: Circuit, m: Symbols, formulas: dict[int, int]) -> tuple[dict[int, int], dict[int, str]]:
    """For each node's formula a simpler one with the same values, or the same one where SymPy has none.

    Also, by node, why SymPy could not work on its formula.
    """
    if circuit.m.shaped:
        return formulas, dict.fromkeys(formulas, "SymPy simplifies formulas of single numbers only")
    graph, values = m.graph, circuit.values
    here = {str(graph.leaves[node]): values[node] for node, gate in enumerate(graph.gates) if gate is INPUT}
    known: dict[int, int] = {}
    failed: dict[int, str] = {}
    for formula in dict.fromkeys(formulas.values()):
        try:
            known[formula] = simpler(m, formula, here)
        except UnsimplifiedError as error:
            failed[formula] = str(error)
    return (
        {node: known.get(formula, formula) for node, formula in formulas.items()},
        {node: failed[formula] for node, formula in formulas.items() if formula in failed},
    )


def simpler(m: Symbols, formula: int, here: Mapping[str, float]) -> int:
    """The node of a shorter formula with the same values at random points about `here`, or the same one.

    Raises UnsimplifiedError where SymPy cannot work on it.
    """
    import sympy
    from sympy.polys.polyerrors import BasePolynomialError

    from bpcalc.algebra.sympy_ import SYMPY, UnknownError, to_graph

    graph = m.graph
    # an index in the name keeps SymPy from reading meaning into it
    symbols = {node: sympy.Symbol(f"v{node}", real=True) for node, gate in enumerate(graph.gates) if gate is INPUT}
    expression = _expression(SYMPY, graph, formula, symbols)
    try:
        candidate = to_graph(m, sympy.simplify(expression), {symbol: node for node, symbol in symbols.items()})
    except UnknownError as error:
        raise UnsimplifiedError(f"SymPy writes it with {error}, which is not read back") from None
    except (*FAILURES, BasePolynomialError) as error:
        raise UnsimplifiedError(f"SymPy failed on it ({type(error).__name__})") from None
    shorter = lengths(graph, {}, candidate + 1)[candidate] < lengths(graph, {}, formula + 1)[formula]
    return candidate if shorter and _agree(graph, formula, candidate, here) else formula


# What SymPy's rules hold for on the whole real line: it takes numbers under roots to be positive.
PROVABLE = {
    "constant", "input", "add", "subtract", "multiply", "divide", "negate", "power", "exp", "log", "sqrt", "sin", "cos",
    "tan", "sinh", "cosh", "tanh", "sigmoid", "atan", "asin", "acos", "sec", "csc", "cot",
}  # fmt: skip
PROVED = 200  # characters of a formula beyond which no proof is looked for: it may take minutes


def is_zero(graph: Graph, node: int) -> bool:
    """Does SymPy prove that a formula of single numbers is 0? No where it cannot, or is not to be trusted with it."""
    import sympy

    from bpcalc.algebra.sympy_ import SYMPY

    wanted = [one for one, is_one in enumerate(graph.ancestors(node)) if is_one]
    if lengths(graph, {}, node + 1)[node] > PROVED or any(graph.gates[one].name not in PROVABLE for one in wanted):
        return False
    powers = [graph.number(graph.inputs[one][1]) for one in wanted if graph.gates[one].name == "power"]
    if any(power is None or power % 1 for power in powers):
        return False
    symbols = {one: sympy.Symbol(f"v{one}", real=True) for one in wanted if graph.gates[one] is INPUT}
    try:
        expression = _expression(SYMPY, graph, node, symbols)
        return bool(sympy.simplify(expression) == 0)
    except (*FAILURES, UnsimplifiedError):
        return False


def _expression(m: Any, graph: Graph, node: int, symbols: dict[int, Any]) -> Any:
    """The SymPy expression of a node. Raises UnsimplifiedError where a gate has none."""
    values: dict[int, Any] = dict(symbols)
    wanted = graph.ancestors(node)
    for source in range(node + 1):
        if not wanted[source] or source in values:
            continue
        if not graph.inputs[source]:
            values[source] = m.constant(graph.leaves[source])
            continue
        gate = graph.gates[source]
        try:
            values[source] = m.function(gate)(*(values[s] for s in graph.inputs[source]))
        except FAILURES:
            raise UnsimplifiedError(f'SymPy cannot say "{gate.spelling}" here') from None
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
