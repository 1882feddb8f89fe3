"""Value-preserving simplification: for a gate and the nodes it is put on, a node that always has the same double.

Each function takes what writes nodes, `m`, and the input nodes, and gives the simpler node, or None where there is
none. A change is made only if IEEE arithmetic gives the same bits before and after (up to the sign of a zero): sums
and products are never reordered beyond swapping two inputs.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from bpcalc.gate import COMPARISON, CONSTANT, Gate
from bpcalc.gates import GATES
from bpcalc.graph import Graph
from bpcalc.typed import Protocol


class Writer(Protocol):
    """What a simplification is written with: the algebra of symbols, on the numbers of its nodes."""

    graph: Graph

    def number(self, value: float) -> int:
        """The node of a plain number."""
        raise NotImplementedError

    def put(self, name: str, *nodes: int) -> int:
        """The node of a gate without options, simplified in its turn."""
        raise NotImplementedError

    def keep(self, gate: Gate, nodes: tuple[int, ...]) -> int:
        """The node of a gate as it stands."""
        raise NotImplementedError

    def is_single(self, node: int) -> bool:
        """Is the node's value one number, no array?"""
        raise NotImplementedError


Simplifier = Callable[..., int | None]

NEGATE, SUBTRACT, MULTIPLY, MAX = (GATES[name] for name in ("negate", "subtract", "multiply", "max"))
COMPARISONS = frozenset(gate for gate in GATES.values() if gate.infix and gate.infix[1] == COMPARISON)
EXACT = 2**53  # whole numbers below this are doubles


def is_truth(graph: Graph, node: int) -> bool:
    """Is the node's value always 0 or 1: a comparison, or products and maxima of comparisons?"""
    stack, seen = [node], {node}
    while stack:
        node = stack.pop()
        if graph.gates[node] is MULTIPLY or graph.gates[node] is MAX:
            stack.extend(source for source in graph.inputs[node] if source not in seen)
            seen.update(graph.inputs[node])
        elif graph.gates[node] not in COMPARISONS:
            return False
    return True


def _whole(value: float | None) -> bool:
    return value is not None and abs(value) < EXACT and value == math.floor(value)


def _folded(m: Writer, name: str, a: int, b: int) -> int | None:
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
    return m.number(result + 0.0) if _whole(result) else None  # + 0.0: never -0


def _opposite(m: Writer, node: int) -> int | None:
    """What the node is the negative of, where it is written as one: the a of -a, the 2 of -2."""
    if m.graph.gates[node] is NEGATE:
        return m.graph.inputs[node][0]
    number = m.graph.number(node)
    return m.number(-number) if number is not None and number < 0 else None


def _add(m: Writer, a: int, b: int) -> int | None:
    if (folded := _folded(m, "add", a, b)) is not None:
        return folded
    if (positive := _opposite(m, b)) is not None:
        return m.put("subtract", a, positive)
    if m.graph.gates[a] is NEGATE:
        return m.put("subtract", b, m.graph.inputs[a][0])
    return b if m.graph.number(a) == 0 else None


def _subtract(m: Writer, a: int, b: int) -> int | None:
    if (folded := _folded(m, "subtract", a, b)) is not None:
        return folded
    if (positive := _opposite(m, b)) is not None:
        return m.put("add", a, positive)
    return None


def _multiply(m: Writer, a: int, b: int) -> int | None:
    if (folded := _folded(m, "multiply", a, b)) is not None:
        return folded
    for one, other in ((a, b), (b, a)):
        number = m.graph.number(one)
        if number == 1:
            return other
        if number == -1:
            return m.put("negate", other)
        if m.graph.gates[one] is NEGATE:
            return m.put("negate", m.put("multiply", *_replaced((a, b), one, m.graph.inputs[one][0])))
    if m.graph.gates[b] is CONSTANT and m.graph.gates[a] is not CONSTANT:
        return m.keep(MULTIPLY, (b, a))
    return None


def _divide(m: Writer, a: int, b: int) -> int | None:
    if m.graph.number(b) == 1:
        return a
    for one in (a, b):
        if m.graph.gates[one] is NEGATE:
            return m.put("negate", m.put("divide", *_replaced((a, b), one, m.graph.inputs[one][0])))
    return _folded(m, "divide", a, b)


def _replaced(nodes: tuple[int, int], old: int, new: int) -> tuple[int, int]:
    """The pair with its first `old` replaced."""
    return (new, nodes[1]) if nodes[0] == old else (nodes[0], new)


def _negate(m: Writer, a: int) -> int | None:
    number = m.graph.number(a)
    if number is not None and not isinstance(m.graph.leaves[a], str):
        return m.number(0.0 - number)  # never -0
    if m.graph.gates[a] is NEGATE:
        return m.graph.inputs[a][0]
    if m.graph.gates[a] is SUBTRACT:
        return m.keep(SUBTRACT, m.graph.inputs[a][::-1])
    return None


def _power(m: Writer, a: int, b: int) -> int | None:
    exponent = m.graph.number(b)
    if exponent == 1:
        return a
    if exponent == 0 and m.is_single(a):
        return m.number(1.0)
    return _folded(m, "power", a, b)


def _log(m: Writer, a: int) -> int | None:
    """log(e) is 1: math.log(math.e) is exactly 1.0."""
    return m.number(1.0) if m.graph.number(a) == math.e else None


def _max(m: Writer, *inputs: int) -> int | None:
    """max(a, a) is a, and max(max(a, b), b) is max(a, b)."""
    first, *rest = inputs
    known = (first, *(m.graph.inputs[first] if m.graph.gates[first] is MAX else ()))
    return first if all(node in known for node in rest) else None


def _where(m: Writer, c: int, a: int, b: int) -> int | None:
    number = m.graph.number(c)
    return None if number is None else a if number else b


def _comparison(name: str) -> Simplifier:
    def compare(m: Writer, a: int, b: int) -> int | None:
        x, y = m.graph.number(a), m.graph.number(b)
        if name == "not_equal" and y == 0 and is_truth(m.graph, a):
            return a
        if x is None or y is None:
            return None
        holds = {"less": x < y, "less_equal": x <= y, "greater": x > y, "greater_equal": x >= y,
                 "equal": x == y, "not_equal": x != y}  # fmt: skip
        return m.number(float(holds[name]))

    return compare


SIMPLIFY: dict[str, Simplifier] = {
    "add": _add, "subtract": _subtract, "multiply": _multiply, "divide": _divide, "negate": _negate, "power": _power,
    "log": _log, "max": _max, "where": _where, **{gate.name: _comparison(gate.name) for gate in COMPARISONS},
}  # fmt: skip
