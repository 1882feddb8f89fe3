"""Numbers that are fixed when a program is written: plain ones, sizes, and what is computed from them, `ones(n - 1)`.

A variable is such a number where a binding gives it a whole number, or a size without a value; so is a name that the
program gives to a number, `N = X.shape[0]`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from functools import partial, reduce
from operator import add, mul, neg, sub
from typing import Any

from bpcalc.gate import CONSTANT, INPUT, Calculated, Gate, Literal, Quotient
from bpcalc.gates import GATES
from bpcalc.graph import Graph, decimal_text
from bpcalc.reading.sizes import Size
from bpcalc.reading.state import State

EXACT = 2**53  # whole numbers below this are doubles
LARGEST = 1000  # exponent of a power that is calculated as a fraction


class NotFixedError(Exception):
    """A number that is known only when the program runs; the text is a hint, or nothing."""


def fixed_number(state: State, node: int, sizes: bool) -> float:
    """The value of an expression of plain numbers and `sizes`: a float, or a size without a value.

    Raises NotFixedError for any other expression, and ValueError for one that has no value.
    """
    graph, values, stack = state.graph, dict[int, float](), [node]
    plain = graph.number(node)
    if plain is not None and not isinstance(graph.leaves[node], str):
        return plain if isinstance(plain, Literal) else float(plain)
    while stack:
        one = stack[-1]
        if graph.inputs[one] and graph.gates[one] not in OPERATIONS:
            raise NotFixedError
        waiting = [source for source in graph.inputs[one] if source not in values]
        if waiting:
            stack += waiting
            continue
        stack.pop()
        if one in values:
            continue
        number = graph.number(one)
        if graph.inputs[one]:
            number = _result(graph.gates[one], [values[source] for source in graph.inputs[one]])
        elif graph.gates[one] is INPUT and sizes:
            number = _size(state, str(graph.leaves[one]))
        elif one in graph.named and sizes:
            number = _given(state, one)
        if number is None:
            raise NotFixedError
        values[one] = _whole_or_real(number)
    found = values[node]
    return found if isinstance(found, Size) else _as_typed(state.graph, [*values], float(found))


def _as_typed(graph: Graph, nodes: list[int], found: float) -> float:
    """The double that the last of some nodes is, which remembers what was typed where it is none of its decimals: a
    fraction, or a calculation with pi or e. For number systems that calculate anew."""
    if not math.isfinite(found) or found.is_integer():
        return found
    if any(isinstance(graph.leaves.get(node), str) for node in nodes):
        numbers = [graph.number(node) for node in nodes if not graph.inputs[node]]
        if any(number is None or not math.isfinite(number) for number in numbers):
            return found
        places = {node: place for place, node in enumerate(nodes)}
        steps = [
            (graph.gates[node], tuple(places[one] for one in graph.inputs[node]), graph.leaves.get(node))
            for node in nodes
        ]
        return Calculated(found, _text(graph, nodes), partial(_within, steps))
    from fractions import Fraction

    exact: dict[int, Any] = {}
    for node in nodes:
        number, inputs = graph.number(node), [exact[source] for source in graph.inputs[node]]
        if inputs and graph.gates[node] is GATES["power"]:
            base, exponent = inputs
            if exponent.denominator != 1 or abs(exponent) > LARGEST or not base:
                return found
            exact[node] = base ** exponent.numerator
        elif inputs:
            exact[node] = OPERATIONS[graph.gates[node]](*inputs)
        elif number is None or not math.isfinite(number):
            return found
        else:
            exact[node] = Fraction(decimal_text(number))
    return Quotient(exact[nodes[-1]])


def _within(steps: Sequence[tuple[Gate, tuple[int, ...], Any]], m: Any) -> Any:
    """A calculation of constants in the algebra `m`. steps: of each the gate, the places of its inputs, its payload."""
    found: list[Any] = []
    for gate, inputs, payload in steps:
        found.append(m.function(gate)(*[found[place] for place in inputs]) if inputs else m.constant(payload))
    return found[-1]


def _text(graph: Graph, nodes: list[int]) -> str:
    """A calculation of constants in the language."""
    texts: dict[int, str] = {}
    for node in nodes:
        gate, payload = graph.gates[node], graph.leaves.get(node)
        parts = [f"({texts[one]})" if graph.inputs[one] else texts[one] for one in graph.inputs[node]]
        if not parts:
            texts[node] = payload if isinstance(payload, str) else decimal_text(payload or 0.0).removesuffix(".0")
        else:
            texts[node] = SIGNS[gate].join(parts) if len(parts) > 1 else f"{SIGNS[gate]}{parts[0]}"
    return texts[nodes[-1]]


def _result(gate: Gate, numbers: list[float]) -> float:
    if any(isinstance(one, Size) for one in numbers) and any(isinstance(one, float) for one in numbers):
        raise ValueError("a size is a whole number, and meets whole numbers only")
    return OPERATIONS[gate](*numbers)


def _size(state: State, name: str) -> float:
    """The value that a binding gives a variable, which makes the variable a size of the program."""
    if not isinstance(state.bound, Mapping) or name not in state.used:  # the program gives it, or a parameter is it
        raise NotFixedError
    if name not in state.bound:
        raise NotFixedError(f"give {name} a whole number: {name}=3")
    value = state.bound[name]
    if not isinstance(value, (int, float)):
        raise NotFixedError
    state.sizes[name] = value
    return value


def _given(state: State, node: int) -> float | None:
    """The number that the program gives a name, which makes that a size of the program."""
    number = state.graph.leaves[node]
    if state.graph.gates[node] is not CONSTANT or isinstance(number, str):
        return None
    state.sizes |= {name: number for name, named in state.names.items() if named == node}
    return number


def _whole_or_real(number: float) -> float:
    """A whole number as an int, which meets sizes; any other as a float."""
    if isinstance(number, Size):
        return number
    return int(number) if number == number // 1 and abs(number) < EXACT else float(number)


def _ratio(a: float, b: float) -> float:
    if not b:
        raise ValueError("it divides by 0")
    return a // b if isinstance(a, Size) or isinstance(b, Size) else a / b


def _power(a: float, b: float) -> float:
    if isinstance(a, Size) or isinstance(b, Size):
        if isinstance(b, Size) or b not in range(100):
            raise ValueError("the power of a size is a whole number")
        return reduce(mul, [a] * int(b), 1)
    try:
        found = float(a) ** b  # a float: a whole number's power may have no end
    except ArithmeticError:
        return float("nan")
    return found if isinstance(found, float) else float("nan")


OPERATIONS: dict[Gate, Callable[..., float]] = {  # the operations of an option's value
    GATES["add"]: add, GATES["subtract"]: sub, GATES["multiply"]: mul, GATES["negate"]: neg, GATES["divide"]: _ratio,
    GATES["power"]: _power,
}  # fmt: skip
SIGNS = dict(zip(OPERATIONS, (" + ", " - ", "*", "-", "/", "^"), strict=True))  # between two, or in front of one
