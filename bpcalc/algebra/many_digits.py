"""Decimals with many digits, by mpmath: for holding doubles against. Their literals are the doubles themselves, so that
both calculate the same function.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any

import mpmath

from bpcalc.algebra.protocol import Algebra
from bpcalc.graph import CONSTANTS

DIGITS = 90  # while calculating: a difference of a step of 1e-20 keeps 30 of its own
SAME = (
    "exp", "log", "sqrt", "sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh", "asinh", "acosh",
    "atanh", "erf", "erfc", "gamma", "floor", "ceil", "expm1", "log1p", "hypot", "atan2", "sign",
)  # fmt: skip
COMPARISONS = {"less": "__lt__", "less_equal": "__le__", "greater": "__gt__", "greater_equal": "__ge__"}


class ManyDigits(Algebra):
    """The one instance is `MANY_DIGITS`. What has no real value is complex, or raises as mpmath does."""

    def __init__(self) -> None:
        self.context = context = mpmath.mp.clone()
        context.dps = DIGITS
        for name in SAME:
            self.__dict__[name] = getattr(context, name)
        for name, compare in COMPARISONS.items():
            self.__dict__[name] = lambda a, b, compare=compare: context.mpf(getattr(a - b, compare)(0))
        self.__dict__.update(
            add=lambda a, b: a + b, subtract=lambda a, b: a - b, multiply=lambda a, b: a * b, negate=lambda a: -a,
            divide=lambda a, b: a / b, power=context.power, abs=abs, max=max, min=min,
            equal=lambda a, b: context.mpf(a == b), not_equal=lambda a, b: context.mpf(a != b),
            where=lambda c, a, b: a if c else b, log2=lambda x: context.log(x, 2), log10=lambda x: context.log(x, 10),
            cbrt=lambda x: context.cbrt(x) if x >= 0 else -context.cbrt(-x), lgamma=context.loggamma,
            digamma=context.digamma, polygamma=self._polygamma,
        )  # fmt: skip

    def _polygamma(self, n: Any, x: Any) -> Any:
        if n != int(n):
            raise ValueError("the order is whole")
        return self.context.polygamma(int(n), x)

    def constant(self, payload: float | str) -> Any:
        return self.context.mpf(CONSTANTS[payload] if isinstance(payload, str) else float(payload))

    def value(self, number: Any) -> Any:
        return self.context.mpf(float(number))

    def text(self, x: Any, digits: int | None) -> str:
        text: str = self.context.nstr(x, digits or 30, strip_zeros=True)
        return text.removesuffix(".0")

    def exact(self, x: Any) -> str:
        return self.text(x, None)

    def is_real(self, x: Any) -> bool:
        """Is it a real number, and finite?"""
        return isinstance(x, self.context.mpf) and bool(self.context.isfinite(x))

    def quiet(self) -> AbstractContextManager[Any]:
        return self.context.workdps(DIGITS)  # type: ignore[no-any-return]


MANY_DIGITS = ManyDigits()
