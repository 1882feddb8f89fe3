"""The process that SymPy works in: formulas come in as lines of JSON, what SymPy makes of each goes out as one.

A formula is a list of nodes, each `[gate, inputs]`, or `["input", name]` or `["constant", number or name]`; the last
one is the formula. Nothing that a person typed is evaluated as Python.
"""

from __future__ import annotations

import faulthandler
import json
import os
import sys
from typing import Any

from bpcalc.gate import CONSTANT, INPUT
from bpcalc.gates import GATES
from bpcalc.graph import CONSTANTS, Graph, decimal_text, literal

# What SymPy raises on what it cannot say: it fails in many ways, none of which is a fault of the formula.
FAILURES = (
    ArithmeticError, AssertionError, AttributeError, IndexError, KeyError, MemoryError, NotImplementedError,
    RecursionError, TypeError, ValueError,
)  # fmt: skip


class UnsimplifiedError(Exception):
    """SymPy cannot work on a formula; the text tells why."""


def packed(graph: Graph, root: int) -> list[list[Any]]:
    """A formula as data: the nodes that it is computed from, and itself."""
    places: dict[int, int] = {}
    nodes: list[list[Any]] = []
    for node, wanted in enumerate(graph.ancestors(root)[: root + 1]):
        if wanted:
            places[node] = len(nodes)
            gate, payload = graph.gates[node], graph.leaves.get(node)
            if payload is None:
                nodes.append([gate.name, [places[source] for source in graph.inputs[node]]])
            else:
                is_name = isinstance(payload, str)
                nodes.append([gate.name, payload if is_name else decimal_text(payload)])  # type: ignore[arg-type]
    return nodes


def unpacked(nodes: list[list[Any]], keep: Any, variable: Any, constant: Any) -> Any:
    """The last of the nodes, each put on those before it.

    keep, variable, constant  what makes an operation, an input and a constant of a graph or of an algebra
    """
    found: list[Any] = []
    for name, content in nodes:
        if name == INPUT.name:
            found.append(variable(content))
        elif name == CONSTANT.name:
            found.append(constant(content if content in CONSTANTS else literal(content)))
        else:
            found.append(keep(GATES[name], [found[source] for source in content]))
    return found[-1]


def work(seconds: float) -> None:
    """Answers every line with `{"nodes": …}` or `{"failed": why}`; ends the process where one takes too long."""
    import bpcalc.algebra.sympy_  # noqa: F401 (the clock is for the work, not for loading SymPy)

    lines = iter(sys.stdin.readline, "")
    with open(os.devnull, "w") as nowhere:
        for line in lines:
            # a clock that ends the process whatever it is doing, on every platform and from any thread
            faulthandler.dump_traceback_later(seconds, exit=True, file=nowhere)
            answer: dict[str, Any]
            try:
                answer = {"nodes": simplified(json.loads(line))}
            except UnsimplifiedError as error:
                answer = {"failed": str(error)}
            faulthandler.cancel_dump_traceback_later()
            print(json.dumps(answer), flush=True)


def simplified(nodes: list[list[Any]]) -> list[list[Any]]:
    """What SymPy makes of a formula. Raises UnsimplifiedError."""
    import sympy
    from sympy.polys.polyerrors import BasePolynomialError

    from bpcalc.algebra.symbols import Symbols
    from bpcalc.algebra.sympy_ import SYMPY, UnknownError, to_graph

    graph = Graph()
    symbols: dict[Any, int] = {}

    def variable(name: str) -> Any:
        # an index in the name keeps SymPy from reading meaning into it
        symbol = sympy.Symbol(f"v{len(symbols)}", real=True)
        symbols[symbol] = graph.variable(name)
        return symbol

    def applied(gate: Any, inputs: list[Any]) -> Any:
        try:
            return SYMPY.function(gate)(*inputs)
        except FAILURES:
            raise UnsimplifiedError(f'SymPy cannot say "{gate.spelling}" here') from None

    expression = unpacked(nodes, applied, variable, SYMPY.constant)
    decimals = any(name == CONSTANT.name and "." in content for name, content in nodes)
    try:
        # rules write plain numbers beside SymPy's own, which are exact
        exact = {number: sympy.Rational(str(number)) for number in expression.atoms(sympy.Float)}
        simpler = sympy.simplify(expression.xreplace(exact))
        found = to_graph(Symbols(graph), simpler, symbols, decimals, any(name == "cbrt" for name, _ in nodes))
    except UnknownError as error:
        message = f"SymPy writes it with {error}, which is not read back"
        if str(error) in ("NaN", "ComplexInfinity"):  # as of (x*sign(x) - abs(x))/x^2, which is 0 but for x = 0
            message = "SymPy takes it to be nowhere defined"
        raise UnsimplifiedError(message) from None
    except (*FAILURES, BasePolynomialError) as error:
        raise UnsimplifiedError(f"SymPy failed on it ({type(error).__name__})") from None
    return packed(graph, found)
