"""SymPy as a number system, for `--simplify`: formulas of our graph to SymPy, and SymPy's formulas back to our graph.

SymPy never sees a person's text: its objects are built from the graph.
"""

from __future__ import annotations

from functools import reduce
from typing import Any

import sympy

from bpcalc.algebra.protocol import Algebra
from bpcalc.algebra.symbols import Symbol, Symbols

# Our names for SymPy's functions, where they differ.
OURS = {
    "Abs": "abs", "loggamma": "lgamma", "Max": "max", "Min": "min", "ceiling": "ceil",
}  # fmt: skip
PLAIN = (
    "exp", "log", "sin", "cos", "tan", "sinh", "cosh", "tanh", "asin", "acos", "atan", "asinh", "acosh", "atanh",
    "atan2", "erf", "erfc", "gamma", "digamma", "polygamma", "floor", "sign", "sqrt", "cbrt",
)  # fmt: skip


class UnknownError(Exception):
    """A formula has something that one of the two sides does not have."""


class SymPy(Algebra):
    """The one instance is `SYMPY`."""

    def __init__(self) -> None:
        functions: dict[str, Any] = {name: getattr(sympy, name) for name in PLAIN}
        functions |= {
            "add": lambda a, b: a + b, "subtract": lambda a, b: a - b, "multiply": lambda a, b: a * b,
            "negate": lambda a: -a, "divide": lambda a, b: a / b, "power": lambda a, b: a**b,
            "log2": lambda a: sympy.log(a) / sympy.log(2), "log10": lambda a: sympy.log(a) / sympy.log(10),
            "log1p": lambda a: sympy.log(1 + a), "expm1": lambda a: sympy.exp(a) - 1, "abs": sympy.Abs,
            "hypot": lambda a, b: sympy.sqrt(a**2 + b**2), "ceil": sympy.ceiling, "lgamma": sympy.loggamma,
            "max": sympy.Max, "min": sympy.Min, "less": _truth(sympy.Lt), "less_equal": _truth(sympy.Le),
            "greater": _truth(sympy.Gt), "greater_equal": _truth(sympy.Ge), "equal": _truth(sympy.Eq),
            "not_equal": _truth(sympy.Ne),
            "where": lambda c, a, b: sympy.Piecewise((a, sympy.Ne(c, 0)), (b, True)),
            "sigmoid": lambda a: 1 / (1 + sympy.exp(-a)), "clip": lambda x, lo, hi: sympy.Min(sympy.Max(x, lo), hi),
        }  # fmt: skip
        self.__dict__.update(functions)

    @staticmethod
    def constant(payload: float | str) -> Any:
        if isinstance(payload, str):
            return {"pi": sympy.pi, "e": sympy.E, "tau": 2 * sympy.pi, "inf": sympy.oo}[payload]
        return sympy.Integer(int(payload)) if payload == int(payload) else sympy.Rational(repr(payload))


def _truth(relation: Any) -> Any:
    return lambda a, b: sympy.Piecewise((1, relation(a, b)), (0, True))


SYMPY = SymPy()


def to_graph(m: Symbols, expression: Any, inputs: dict[Any, int]) -> int:
    """The node of a SymPy expression; `inputs` has the node of each SymPy symbol. Raises UnknownError."""
    done: dict[Any, Symbol] = {symbol: m.symbol(node) for symbol, node in inputs.items()}
    return _build(m, expression, done).node


def _build(m: Symbols, expression: Any, done: dict[Any, Symbol]) -> Symbol:
    for part in sympy.postorder_traversal(expression):
        if part not in done:
            done[part] = _node(m, part, done)
    return done[expression]


def _node(m: Symbols, part: Any, done: dict[Any, Symbol]) -> Any:
    if not isinstance(part, sympy.Expr):  # a condition
        raise UnknownError(type(part).__name__)
    constants = {sympy.pi: "pi", sympy.E: "e", sympy.oo: "inf"}
    if part in constants:
        return m.constant(constants[part])
    if part.is_Integer:
        return m.constant(float(part))
    if part.is_Float:
        return m.constant(float(part))
    if part.is_Rational:
        return m.divide(m.constant(float(part.p)), m.constant(float(part.q)))
    if part.is_Add:
        return _sum(m, part, done)
    top, bottom = sympy.fraction(part)
    if bottom != 1:
        return m.divide(_build(m, top, done), _build(m, bottom, done))
    if part.is_Mul:
        return reduce(lambda a, b: a * b, (done[factor] for factor in part.args))
    if part.is_Pow:
        base, exponent = part.args
        return m.sqrt(done[base]) if exponent == sympy.Rational(1, 2) else m.power(done[base], done[exponent])
    name = type(part).__name__
    name = OURS.get(name, name if name in PLAIN else "")
    if not name:
        raise UnknownError(type(part).__name__)
    return m.call(name, *(done[argument] for argument in part.args))


def _sum(m: Symbols, part: Any, done: dict[Any, Symbol]) -> Any:
    """A sum as people write it: what is added first, then what is taken away."""
    added = [term for term in part.args if not term.could_extract_minus_sign()]
    taken = [term for term in part.args if term.could_extract_minus_sign()]
    if not added:
        return -_build(m, -part, done)
    total: Any = reduce(lambda a, b: a + b, (done[term] for term in added))
    return reduce(lambda a, b: a - b, (_build(m, -term, done) for term in taken), total)
