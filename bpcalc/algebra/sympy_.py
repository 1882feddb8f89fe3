"""SymPy as a number system, for `--simplify`: formulas of our graph to SymPy, and SymPy's formulas back to our graph.

SymPy never sees a person's text: its objects are built from the graph.
"""

from __future__ import annotations

from functools import partial, reduce
from typing import Any

import sympy
from sympy.logic.boolalg import Boolean

from bpcalc.algebra.protocol import Algebra
from bpcalc.algebra.symbols import Symbol, Symbols
from bpcalc.gates import GATES

# Our names for SymPy's functions, where they differ.
OURS = {
    "Abs": "abs", "loggamma": "lgamma", "Max": "max", "Min": "min", "ceiling": "ceil", "Si": "sinint", "Ci": "cosint",
    "LambertW": "lambertw", "Mod": "mod", "Heaviside": "heaviside",
}  # fmt: skip
PLAIN = (
    "exp", "log", "sin", "cos", "tan", "sinh", "cosh", "tanh", "asin", "acos", "atan", "asinh", "acosh", "atanh",
    "atan2", "erf", "erfc", "gamma", "digamma", "polygamma", "floor", "sign", "sqrt", "cbrt", "sec", "csc", "cot",
    "asec", "acsc", "acot", "sech", "csch", "coth", "asech", "acsch", "acoth", "factorial", "beta", "erfinv",
    "besselj", "bessely", "besseli", "besselk", "sinc", "fresnels", "fresnelc",
)  # fmt: skip
RELATIONS = {
    "StrictLessThan": "less", "LessThan": "less_equal", "StrictGreaterThan": "greater",
    "GreaterThan": "greater_equal", "Equality": "equal", "Unequality": "not_equal",
}  # fmt: skip
# Gates whose own forward functions are made for doubles; to SymPy they are what they are made of.
PACKED = ("logaddexp", "xlogy", "logsigmoid", "mish", "erfcx", "normal_pdf", "normal_cdf", "normal_logcdf")


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
            "where": _where,
            "sigmoid": lambda a: 1 / (1 + sympy.exp(-a)), "clip": lambda x, lo, hi: sympy.Min(sympy.Max(x, lo), hi),
        }  # fmt: skip
        functions |= {our: getattr(sympy, theirs) for theirs, our in OURS.items()}
        functions |= {name: partial(GATES[name].packed, self) for name in PACKED}
        functions |= {
            "expint": lambda x: sympy.expint(1, x),
            "polysinc": partial(_derivative, lambda x: sympy.sin(x) / x),
            "polyerfcx": partial(_derivative, lambda x: sympy.exp(x**2) * sympy.erfc(x)),
        }
        self.__dict__.update(functions)

    @staticmethod
    def constant(payload: float | str) -> Any:
        if isinstance(payload, str):
            return {"pi": sympy.pi, "e": sympy.E, "tau": 2 * sympy.pi, "inf": sympy.oo}[payload]
        return sympy.Integer(int(payload)) if payload == int(payload) else sympy.Rational(repr(payload))


def _truth(relation: Any) -> Any:
    return lambda a, b: sympy.Piecewise((1, relation(a, b)), (0, True))


def _where(condition: Any, a: Any, b: Any) -> Any:
    """Cases by the condition itself: SymPy may lose one that stands in cases of its own."""
    if isinstance(condition, Boolean):  # a rule has compared with an operator
        return sympy.Piecewise((a, condition), (b, True))
    if isinstance(condition, sympy.Piecewise) and [value for value, _ in condition.args] == [1, 0]:
        return sympy.Piecewise((a, condition.args[0][1]), (b, True))
    return sympy.Piecewise((a, sympy.Ne(condition, 0)), (b, True))


def _derivative(function: Any, n: Any, x: Any) -> Any:
    """The n-th derivative of a function. Raises UnknownError for an order that is no number."""
    if not getattr(n, "is_Integer", False) or n < 0:
        raise UnknownError("a derivative of any order")
    variable = sympy.Dummy()
    return sympy.diff(function(variable), variable, n).subs(variable, x)


SYMPY = SymPy()


def to_graph(m: Symbols, expression: Any, inputs: dict[Any, int], decimals: bool, thirds: bool) -> int:
    """The node of a SymPy expression.

    inputs    the node of each SymPy symbol
    decimals  whether 1/100 is written as 0.01
    thirds    whether x^(2/3) is cbrt(x)^2, as a formula with cbrt means it: SymPy has one power for both
    Raises UnknownError.
    """
    found: Symbol = _Reader(m, inputs, decimals, thirds).read(expression)
    return found.node


class _Reader:
    """Puts a SymPy expression on the nodes of a graph, part by part."""

    def __init__(self, m: Symbols, inputs: dict[Any, int], decimals: bool, thirds: bool) -> None:
        self.m = m
        self.thirds = thirds
        self.decimals = decimals
        self.done: dict[Any, Symbol] = {symbol: m.symbol(node) for symbol, node in inputs.items()}
        self.done |= {sympy.true: m.constant(1.0), sympy.false: m.constant(0.0)}
        constants = {sympy.pi: "pi", sympy.E: "e", sympy.oo: "inf"}
        self.done |= {number: m.constant(name) for number, name in constants.items()}
        self.done[-sympy.oo] = -m.constant("inf")

    def read(self, expression: Any) -> Any:
        for part in sympy.postorder_traversal(expression):
            # a pair of a Piecewise, and the tuple of a condition, are no parts of their own
            if part not in self.done and isinstance(part, (sympy.Expr, Boolean)):
                self.done[part] = self.node(part)
        return self.done[expression]

    def node(self, part: Any) -> Any:
        m, name = self.m, type(part).__name__
        if isinstance(part, Boolean):
            return self.truth(part)
        if part.is_Integer or part.is_Float:
            return m.constant(float(part))
        if part.is_Rational:
            return self.rational(part)
        if part.is_Add:
            return self.sum(part)
        if isinstance(part, sympy.Piecewise):
            return self.cases(part)
        top, bottom = sympy.fraction(part)
        if bottom != 1:
            return m.divide(self.read(top), self.read(bottom))
        arguments = [self.read(argument) for argument in part.args]
        if part.is_Mul:
            return reduce(lambda a, b: a * b, arguments)
        if part.is_Pow:
            base, exponent = arguments
            return self.power(base, exponent, part.args[1])
        if name == "expint" and part.args[0] == 1:
            return m.expint(arguments[1])
        if name not in OURS and name not in PLAIN:
            raise UnknownError(name)
        return m.call(OURS.get(name, name), *arguments)

    def power(self, base: Any, exponent: Any, given: Any) -> Any:
        m = self.m
        if given == sympy.Rational(1, 2):
            return m.sqrt(base)
        if self.thirds and given.is_Rational and given.q == 3:
            root = m.cbrt(base)
            return root if given.p == 1 else m.power(root, m.constant(float(given.p)))
        return m.power(base, exponent)

    def rational(self, part: Any) -> Any:
        m, number = self.m, float(part)
        if self.decimals and sympy.Rational(repr(number)) == part and len(repr(number)) <= len(str(part)) + 1:
            return m.constant(number)
        return m.divide(m.constant(float(part.p)), m.constant(float(part.q)))

    def truth(self, part: Any) -> Any:
        """A condition as a number: 1 where it holds, else 0."""
        m, name = self.m, type(part).__name__
        arguments = [self.read(argument) for argument in part.args]
        if name in RELATIONS:
            return m.call(RELATIONS[name], *arguments)
        if name == "And":
            return reduce(lambda a, b: a * b, arguments)
        if name == "Or":
            return m.call("max", *arguments)
        if name == "Not":
            return m.call("equal", arguments[0], 0)
        raise UnknownError(name)

    def cases(self, part: Any) -> Any:
        """A Piecewise as `where`s inside each other."""
        *pairs, (last, otherwise) = part.args
        if otherwise != sympy.true:
            raise UnknownError("cases that do not cover everything")
        found = self.read(last)
        for branch, condition in reversed(pairs):
            found = self.m.call("where", self.read(condition), self.read(branch), found)
        return found

    def sum(self, part: Any) -> Any:
        """A sum as people write it: what is added first, then what is taken away."""
        added = [term for term in part.args if not term.could_extract_minus_sign()]
        taken = [term for term in part.args if term.could_extract_minus_sign()]
        if not added:
            return -self.read(-part)
        total: Any = reduce(lambda a, b: a + b, (self.read(term) for term in added))
        return reduce(lambda a, b: a - b, (self.read(-term) for term in taken), total)
