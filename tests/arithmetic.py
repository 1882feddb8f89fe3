"""A pocket calculator: reads a line of a trace as a person would, with no rule of bpcalc. IEEE results, no errors."""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable, Mapping
from typing import Any

import mpmath
from reference import FORWARD

TOKEN = re.compile(r"∂\w+/∂\w+|\d+\.?\d*(?:e[+-]?\d+)?|[^\W\d]\w*|[<>=!]=|\S")
BINDING = {"<": 1, "<=": 1, ">": 1, ">=": 1, "==": 1, "!=": 1, "+": 2, "-": 2, "*": 3, "/": 3, "%": 3, "^": 5}
SIGN = 4
Function = Callable[..., float]
INF, NAN = math.inf, math.nan
NAMES = {"pi": math.pi, "e": math.e, "tau": math.tau, "inf": INF, "nan": NAN}


def calm(function: Callable[..., float], where_undefined: Callable[..., float] = lambda *_: NAN) -> Function:
    """The function, with IEEE's answer where Python or mpmath raise."""

    def total(*inputs: float) -> float:
        try:
            return float(function(*inputs))
        except OverflowError:
            return INF
        except (ValueError, ZeroDivisionError, TypeError):
            return where_undefined(*inputs)

    return total


def _logarithm(function: Callable[[float], float], pole: float = 0.0) -> Callable[..., float]:
    return calm(function, lambda x: -INF if x == pole else NAN)


def _mod(a: float, b: float) -> float:
    return a % b if b else NAN


def _divide(a: float, b: float) -> float:
    return a / b if b else NAN if a == 0 or a != a else math.copysign(INF, a) * math.copysign(1.0, b)


def _power(x: float, n: float) -> float:
    if x == 0 and n < 0:
        return math.copysign(INF, x) if n % 2 == 1 else INF
    try:
        return math.pow(x, n)
    except OverflowError:
        return -INF if x < 0 and n % 2 == 1 else INF
    except ValueError:
        return NAN


def _sigmoid(x: float) -> float:
    return 1 / (1 + math.exp(-x)) if x > -700 else math.exp(x)


class NoVerdictError(Exception):
    """Where the gamma family has no value that all agree on, or one that takes mpmath too long."""


def _gamma_family(function: Callable[..., float]) -> Callable[..., float]:
    def total(*inputs: float) -> float:
        x = inputs[-1]
        if not 1e-300 < abs(x) < 1e6 or (x <= 0 and x == math.floor(x)):
            raise NoVerdictError
        with mpmath.workdps(40):
            return float(function(*inputs))

    return total


def _polygamma(n: float, x: float) -> float:
    if n > 30:
        raise NoVerdictError
    if not n >= 0 or n != math.floor(n):
        return NAN
    return float(mpmath.psi(int(n), mpmath.mpf(x)))


def _logit(p: float) -> float:
    return 2 * math.atanh(2 * p - 1) if abs(p - 0.5) < 0.25 else FUNCTIONS["log"](_divide(p, 1 - p))


def _clip(x: float, lo: float, hi: float) -> float:
    return NAN if x != x or lo != lo or hi != hi else min(max(x, lo), hi)


def _extreme(choose: Callable[..., float]) -> Callable[..., float]:
    return lambda *inputs: NAN if any(x != x for x in inputs) else choose(inputs)


FUNCTIONS: dict[str, Callable[..., float]] = {
    "exp": calm(math.exp), "expm1": calm(math.expm1), "log": _logarithm(math.log), "log2": _logarithm(math.log2),
    "log10": _logarithm(math.log10), "log1p": _logarithm(math.log1p, -1.0), "sqrt": calm(math.sqrt),
    "cbrt": lambda x: math.copysign(abs(x) ** (1 / 3), x), "hypot": math.hypot, "abs": abs,
    "sign": lambda x: x if x == 0 or x != x else math.copysign(1.0, x),
    "floor": lambda x: math.copysign(math.floor(x), x) if math.isfinite(x) else x,
    "ceil": lambda x: math.copysign(math.ceil(x), x) if math.isfinite(x) else x,
    "sin": calm(math.sin), "cos": calm(math.cos), "tan": calm(math.tan), "asin": calm(math.asin),
    "acos": calm(math.acos), "atan": math.atan, "atan2": math.atan2,
    "sinh": lambda x: math.copysign(calm(math.sinh)(abs(x)), x), "cosh": calm(math.cosh), "tanh": math.tanh,
    "asinh": math.asinh, "acosh": calm(math.acosh),
    "atanh": calm(math.atanh, lambda x: math.copysign(INF, x) if abs(x) == 1 else NAN),
    "erf": math.erf, "erfc": math.erfc, "gamma": _gamma_family(mpmath.gamma),
    "lgamma": _gamma_family(lambda x: mpmath.log(abs(mpmath.gamma(mpmath.mpf(x))))),
    "digamma": _gamma_family(lambda x: _polygamma(0.0, x)), "polygamma": _gamma_family(_polygamma),
    "sigmoid": _sigmoid, "logit": _logit, "silu": lambda x: x * _sigmoid(x),
    "softplus": lambda x: math.log1p(math.exp(-abs(x))) + max(x, 0.0),
    "gelu": lambda x: x * 0.5 * math.erfc(-x / math.sqrt(2)), "relu": lambda x: max(x, 0.0),
    "leaky_relu": lambda x, slope=0.01: x if x > 0 else slope * x,
    "elu": lambda x, alpha=1.0: x if x > 0 else alpha * math.expm1(x), "max": _extreme(max), "min": _extreme(min),
    "where": lambda c, a, b: a if c else b, "clip": _clip, "stop_gradient": lambda x: x,
}  # fmt: skip


def _by_mpmath(name: str, function: Callable[..., Any]) -> Callable[..., float]:
    """A function that is trusted to mpmath; without a verdict at its edges, where bpcalc's own conventions hold."""

    def total(*inputs: float) -> float:
        if name.startswith("poly") or not all(1e-3 < abs(x) < 50 and x % 0.5 for x in inputs):
            raise NoVerdictError
        with mpmath.workdps(60):
            found = function(*map(mpmath.mpf, inputs))
        if not isinstance(found, mpmath.mpf):
            raise NoVerdictError
        return float(found)

    return total


FUNCTIONS |= {name: _by_mpmath(name, function) for name, function in FORWARD.items() if name not in FUNCTIONS}
OPERATORS: dict[str, Callable[[float, float], float]] = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "/": _divide, "%": _mod, "^": _power, "<": operator.lt,
    "<=": operator.le, ">": operator.gt, ">=": operator.ge, "==": operator.eq, "!=": operator.ne,
}  # fmt: skip


def compute(text: str, names: Mapping[str, float] = NAMES) -> float:
    """What a formula gives. Raises KeyError for a name that has no value."""
    return _Reader(TOKEN.findall(text), names).whole()


class _Reader:
    def __init__(self, tokens: list[str], names: Mapping[str, float]) -> None:
        self.tokens = tokens[::-1]
        self.names = names

    def whole(self) -> float:
        value = self.binary(0)
        assert not self.tokens, f"left over: {self.tokens[::-1]}"
        return value

    def binary(self, least: int) -> float:
        value = self.operand()
        while self.tokens and BINDING.get(self.tokens[-1], -1) > least:
            symbol = self.tokens.pop()
            # a power is right associative
            right = self.binary(BINDING[symbol] - (symbol == "^"))
            value = float(OPERATORS[symbol](value, right))
        return value

    def operand(self) -> float:
        token = self.tokens.pop()
        if token == "-":
            return -self.binary(SIGN)
        if token == "(":
            return self.closed(self.binary(0))
        if token[0].isdigit():
            return float(token)
        if self.tokens and self.tokens[-1] == "(":
            return self.call(FUNCTIONS[token])
        return self.names[token]

    def call(self, function: Callable[..., float]) -> float:
        self.tokens.pop()
        inputs = [self.binary(0)]
        while self.tokens[-1] == ",":
            self.tokens.pop()
            inputs.append(self.binary(0))
        return self.closed(function(*inputs))

    def closed(self, value: float) -> float:
        assert self.tokens.pop() == ")"
        return value
