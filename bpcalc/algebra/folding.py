"""Value-preserving simplification: for a gate and the nodes it is put on, a node that always has the same double.

Each function takes the `Symbols` algebra `m` and the input nodes, and gives the simpler node, or None where there is
none. A change is made only if IEEE arithmetic gives the same bits before and after (up to the sign of a zero): sums
and products are never reordered beyond swapping two inputs.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

from bpcalc.gate import COMPARISON, CONSTANT
from bpcalc.gates import GATES
from bpcalc.graph import Graph

if TYPE_CHECKING:
    from bpcalc.algebra.symbols import Symbols

Simplifier = Callable[..., int | None]

NEGATE, SUBTRACT, MULTIPLY, MAX = (GATES[name] for name in ("negate", "subtract", "multiply", "max"))
COMPARISONS = frozenset(gate for gate in GATES.values() if gate.infix and gate.infix[1] == COMPARISON)
EXACT = 2**53  # whole numbers below this are doubles


def is_truth(graph: Graph, node: int) -> bool:
    """Is the node's value always 0 or 1: a comparison, or products and maxima of comparisons?"""
    stack = [node]
    while stack:
        node = stack.pop()
        if graph.gates[node] is MULTIPLY or graph.gates[node] is MAX:
            stack.extend(graph.inputs[node])
        elif graph.gates[node] not in COMPARISONS:
            return False
    return True


def _whole(value: float | None) -> bool:
    return value is not None and abs(value) < EXACT and value == math.floor(value)


def _folded(m: Symbols, name: str, a: int, b: int) -> int | None:
    """A constant for an operation on whole numbers whose result is a whole number too, so exact."""
    x, y = m.graph.number(a), m.graph.number(b)
    if x is None or y is None or not (_whole(x) and _whole(y)):
        return None
    result = math.nan
    if name == "divide":
        result = x / y if y else result
    elif name == "power":
        result = math.pow(x, y) if 0 <= y <= 53 and abs(x) <= 1024 else result
    else:
        result = {"add": x + y, "subtract": x - y, "multiply": x * y}[name]
    return m.constant(result + 0.0).node if _whole(result) else None  # + 0.0: never -0


def _opposite(m: Symbols, node: int) -> int | None:
    """What the node is the negative of, where it is written as one: the a of -a, the 2 of -2."""
    if m.graph.gates[node] is NEGATE:
        return m.graph.inputs[node][0]
    number = m.graph.number(node)
    return m.constant(-number).node if number is not None and number < 0 else None


def _add(m: Symbols, a: int, b: int) -> int | None:
    if (folded := _folded(m, "add", a, b)) is not None:
        return folded
    if (positive := _opposite(m, b)) is not None:
        return m.call("subtract", m.symbol(a), m.symbol(positive)).node
    if m.graph.gates[a] is NEGATE:
        return m.call("subtract", m.symbol(b), m.symbol(m.graph.inputs[a][0])).node
    return b if m.graph.number(a) == 0 else None


def _subtract(m: Symbols, a: int, b: int) -> int | None:
    if (folded := _folded(m, "subtract", a, b)) is not None:
        return folded
    if (positive := _opposite(m, b)) is not None:
        return m.call("add", m.symbol(a), m.symbol(positive)).node
    return None


def _multiply(m: Symbols, a: int, b: int) -> int | None:
    if (folded := _folded(m, "multiply", a, b)) is not None:
        return folded
    for one, other in ((a, b), (b, a)):
        number = m.graph.number(one)
        if number == 1:
            return other
        if number == -1:
            return m.call("negate", m.symbol(other)).node
        if m.graph.gates[one] is NEGATE:
            product = m.call("multiply", *(m.symbol(x) for x in _replaced((a, b), one, m.graph.inputs[one][0])))
            return m.call("negate", product).node
    if m.graph.gates[b] is CONSTANT and m.graph.gates[a] is not CONSTANT:
        return m.apply(MULTIPLY, (b, a)).node
    return None


def _divide(m: Symbols, a: int, b: int) -> int | None:
    if m.graph.number(b) == 1:
        return a
    for one in (a, b):
        if m.graph.gates[one] is NEGATE:
            quotient = m.call("divide", *(m.symbol(x) for x in _replaced((a, b), one, m.graph.inputs[one][0])))
            return m.call("negate", quotient).node
    return _folded(m, "divide", a, b)


def _replaced(nodes: tuple[int, int], old: int, new: int) -> tuple[int, int]:
    """The pair with its first `old` replaced."""
    return (new, nodes[1]) if nodes[0] == old else (nodes[0], new)


def _negate(m: Symbols, a: int) -> int | None:
    number = m.graph.number(a)
    if number is not None and not isinstance(m.graph.leaves[a], str):
        return m.constant(0.0 - number).node  # never -0
    if m.graph.gates[a] is NEGATE:
        return m.graph.inputs[a][0]
    if m.graph.gates[a] is SUBTRACT:
        return m.apply(SUBTRACT, m.graph.inputs[a][::-1]).node
    return None


def _power(m: Symbols, a: int, b: int) -> int | None:
    exponent = m.graph.number(b)
    if exponent == 1:
        return a
    if exponent == 0 and m.shape(m.symbol(a)) == ():
        return m.constant(1.0).node
    return _folded(m, "power", a, b)


def _log(m: Symbols, a: int) -> int | None:
    """log(e) is 1: math.log(math.e) is exactly 1.0."""
    return m.constant(1.0).node if m.graph.number(a) == math.e else None


def _max(m: Symbols, *inputs: int) -> int | None:
    """max(a, a) is a, and max(max(a, b), b) is max(a, b)."""
    first, *rest = inputs
    known = (first, *(m.graph.inputs[first] if m.graph.gates[first] is MAX else ()))
    return first if all(node in known for node in rest) else None


def _where(m: Symbols, c: int, a: int, b: int) -> int | None:
    number = m.graph.number(c)
    return None if number is None else a if number else b


def _comparison(name: str) -> Simplifier:
    def compare(m: Symbols, a: int, b: int) -> int | None:
        x, y = m.graph.number(a), m.graph.number(b)
        if name == "not_equal" and y == 0 and is_truth(m.graph, a):
            return a
        if x is None or y is None:
            return None
        holds = {"less": x < y, "less_equal": x <= y, "greater": x > y, "greater_equal": x >= y,
                 "equal": x == y, "not_equal": x != y}  # fmt: skip
        return m.constant(float(holds[name])).node

    return compare


SIMPLIFY: dict[str, Simplifier] = {
    "add": _add, "subtract": _subtract, "multiply": _multiply, "divide": _divide, "negate": _negate, "power": _power,
    "log": _log, "max": _max, "where": _where, **{gate.name: _comparison(gate.name) for gate in COMPARISONS},
}  # fmt: skip
