"""Python floats with IEEE results: the algebra of a scalar program.

The math module raises where IEEE arithmetic has an answer (`math.exp(1000)`, `math.log(0)`, `1/0`); this file decides
each of those once.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping

from bpcalc.algebra import special
from bpcalc.algebra.protocol import Algebra
from bpcalc.graph import CONSTANTS
from bpcalc.typed import Any

inf, nan = math.inf, math.nan


def divide(a: float, b: float) -> float:
    try:
        return a / b
    except ZeroDivisionError:
        return nan if a == 0 or a != a else math.copysign(inf, a) * math.copysign(1.0, b)


def power(x: float, n: float) -> float:
    if n == 2.0:
        return x * x
    try:
        return math.pow(x, n)
    except OverflowError:
        return -inf if x < 0 and n % 2 == 1 else inf
    except ValueError:
        if x != 0:
            return nan  # a negative number to a power that is no integer
        return math.copysign(inf, x) if n % 2 == 1 else inf


def exp(x: float) -> float:
    try:
        return math.exp(x)
    except OverflowError:
        return inf


def cbrt(x: float) -> float:
    y = math.cbrt(x)
    # The C library's may be off by 3 ulp; one step of Newton's method, which cannot overflow, leaves less than 1.
    return y - (y - x / (y * y)) / 3 if x and math.isfinite(x) else y


def _logarithm(log: Callable[[float], float], pole: float) -> Callable[[float], float]:
    def total(x: float) -> float:
        try:
            return log(x)
        except ValueError:
            return -inf if x == pole else nan

    return total


def _or_nan(function: Callable[[float], float]) -> Callable[[float], float]:
    """The function with NaN outside its domain, where math raises."""

    def total(x: float) -> float:
        try:
            return function(x)
        except ValueError:
            return nan

    return total


def expm1(x: float) -> float:
    try:
        return math.expm1(x)
    except OverflowError:
        return inf


def sinh(x: float) -> float:
    try:
        return math.sinh(x)
    except OverflowError:
        return math.copysign(inf, x)


def cosh(x: float) -> float:
    try:
        return math.cosh(x)
    except OverflowError:
        return inf


def atanh(x: float) -> float:
    try:
        return math.atanh(x)
    except ValueError:
        return math.copysign(inf, x) if abs(x) == 1 else nan


def _whole(rounding: Callable[[float], int]) -> Callable[[float], float]:
    def rounded(x: float) -> float:
        return math.copysign(float(rounding(x)), x) if math.isfinite(x) else x

    return rounded


def sign(x: float) -> float:
    return x if x == 0 or x != x else math.copysign(1.0, x)


def _extreme(choose: Callable[..., float]) -> Callable[..., float]:
    """max or min of any number of floats; NaN wherever an input is NaN, as in NumPy."""

    def extreme(*inputs: float) -> float:
        for x in inputs:
            if x != x:
                return x
        return choose(inputs)

    return extreme


def _truth(compare: Callable[[float, float], bool]) -> Callable[[float, float], float]:
    return lambda a, b: 1.0 if compare(a, b) else 0.0


def mod(a: float, b: float) -> float:
    try:
        return a % b
    except ZeroDivisionError:
        return nan


def _with_many_digits(name: str) -> Callable[..., float]:
    """A function that is calculated with many digits: what does it is loaded when it is called."""

    def function(*inputs: float) -> float:
        from bpcalc.algebra import rounded

        found: float = getattr(rounded, name)(*inputs)
        return found

    return function


WITH_MANY_DIGITS = (
    "beta", "erfinv", "erfcx", "polyerfcx", "lambertw", "besselj", "bessely", "besseli", "besselk", "polysinc",
    "expint", "sinint", "cosint", "fresnels", "fresnelc",
)  # fmt: skip


class Floats(Algebra):
    """The one instance is `FLOATS`."""

    zero, one = 0.0, 1.0
    quick: Mapping[str, Any] = {
        "divide": operator.truediv,
        **{name: getattr(math, name) for name in (
            "exp", "expm1", "log", "log2", "log10", "log1p", "sqrt", "sin", "cos", "tan", "asin", "acos", "sinh",
            "cosh", "acosh", "atanh",
        )},
    }  # fmt: skip

    def __init__(self) -> None:
        functions: dict[str, Any] = {
            "add": operator.add, "subtract": operator.sub, "multiply": operator.mul, "negate": operator.neg,
            "divide": divide, "power": power, "exp": exp, "expm1": expm1, "cbrt": cbrt,
            "log": _logarithm(math.log, 0), "log2": _logarithm(math.log2, 0), "log10": _logarithm(math.log10, 0),
            "log1p": _logarithm(math.log1p, -1), "sqrt": _or_nan(math.sqrt), "hypot": math.hypot,
            "sin": _or_nan(math.sin), "cos": _or_nan(math.cos), "tan": _or_nan(math.tan), "atan": math.atan,
            "asin": _or_nan(math.asin), "acos": _or_nan(math.acos), "atan2": math.atan2, "sinh": sinh, "cosh": cosh,
            "tanh": math.tanh, "asinh": math.asinh, "acosh": _or_nan(math.acosh), "atanh": atanh, "erf": math.erf,
            "erfc": math.erfc, "gamma": special.gamma, "lgamma": special.lgamma, "digamma": special.digamma,
            "polygamma": special.polygamma, "floor": _whole(math.floor), "ceil": _whole(math.ceil), "abs": abs,
            "sign": sign, "max": _extreme(max), "min": _extreme(min), "less": _truth(operator.lt),
            "less_equal": _truth(operator.le), "greater": _truth(operator.gt), "greater_equal": _truth(operator.ge),
            "equal": _truth(operator.eq), "not_equal": _truth(operator.ne), "scale": operator.mul, "value": float,
            "read": float, "mod": mod, "is_finite": math.isfinite, "all_finite": math.isfinite, "is_nan": math.isnan,
        }  # fmt: skip
        self.__dict__.update(functions, **{name: _with_many_digits(name) for name in WITH_MANY_DIGITS})

    @staticmethod
    def constant(payload: float | str) -> float:
        return CONSTANTS[payload] if isinstance(payload, str) else float(payload)

    @staticmethod
    def text(x: float, digits: int | None) -> str:
        if digits is not None:
            return format(x, f"z.{digits}g")
        return repr(float(x) or 0.0).removesuffix(".0")  # never -0

    @staticmethod
    def exact(x: float) -> str:
        return repr(float(x))

    @staticmethod
    def json(x: float) -> float | str:
        """JSON has no NaN and no infinity: these are texts."""
        x = float(x)  # NumPy would warn of inf - inf
        return x if x - x == 0 else "NaN" if x != x else "Infinity" if x > 0 else "-Infinity"

    @staticmethod
    def close(a: float, b: float, tolerance: float) -> bool:
        return math.isclose(a, b, rel_tol=tolerance) or (a != a and b != b)

    @staticmethod
    def where(condition: float, a: float, b: float) -> float:
        return a if condition else b


FLOATS = Floats()
