"""Decimals with many digits, by mpmath: for holding doubles against. This file is all that the number system takes."""

from __future__ import annotations

from contextlib import AbstractContextManager
from functools import partial
from typing import Any

import mpmath

from bpcalc.algebra.protocol import Algebra
from bpcalc.graph import CONSTANTS

SAME = (
    "exp", "log", "sqrt", "sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh", "asinh", "acosh",
    "atanh", "erf", "erfc", "gamma", "floor", "ceil", "expm1", "log1p", "hypot", "atan2", "sign", "beta", "erfinv",
    "lambertw", "besselj", "bessely", "besseli", "besselk", "fresnels", "fresnelc",
)  # fmt: skip
COMPARISONS = {"less": "__lt__", "less_equal": "__le__", "greater": "__gt__", "greater_equal": "__ge__"}


class ManyDigits(Algebra):
    """What has no real value is complex, or raises as mpmath does.

    digits    that a number is shown with; spare: how many more there are while calculating
    as_typed  whether a literal is the decimal as it was typed, or the double beside it: then doubles and this calculate
              the same function
    """

    def __init__(self, digits: int, spare: int, as_typed: bool) -> None:
        self.digits = digits
        self.as_typed = as_typed
        self.context = context = mpmath.mp.clone()
        context.dps = digits + spare
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
            digamma=context.digamma, polygamma=self._polygamma, mod=lambda a, b: a % b, expint=context.e1,
            sinint=context.si, cosint=context.ci, erfcx=partial(self._erfcx, 0),
            polyerfcx=self._erfcx, polysinc=self._polysinc,
        )  # fmt: skip

    def _polygamma(self, n: Any, x: Any) -> Any:
        if n != int(n):
            raise ValueError("the order is whole")
        return self.context.polygamma(int(n), x)

    def _erfcx(self, n: Any, x: Any) -> Any:
        """The n-th derivative of e^(x^2)*erfc(x), by y' = 2*x*y - 2/sqrt(pi)."""
        if n != int(n) or n < 0:
            raise ValueError("the order is whole")
        context, lost = self.context, int(n + 1) * (8 + 2 * max(0, int(self.context.mag(x) if x else 0)))
        with context.workprec(context.prec + lost):
            before, y = 0, context.exp(x**2) * context.erfc(x)
            for order in range(int(n)):
                drop = 2 / context.sqrt(context.pi) if order == 0 else 0
                before, y = y, 2 * x * y + 2 * order * before - drop
            return y

    def _polysinc(self, n: Any, x: Any) -> Any:
        """The integral of t^n*cos(x*t + n*pi/2) over 0 < t < 1, by its power series."""
        if n != int(n) or n < 0:
            raise ValueError("the order is whole")
        context, n = self.context, int(n)
        with context.workprec(context.prec + 2 * int(abs(x)) + n + 20):
            k = (n + 1) // 2
            term, total = (-1) ** k * x ** (2 * k - n), context.mpf(0)
            while abs(term) > abs(total) * context.eps:
                total, k = total + term / (2 * k + 1), k + 1
                term *= -x * x / ((2 * k - n) * (2 * k - n - 1))
            return total

    def constant(self, payload: float | str) -> Any:
        if not isinstance(payload, str):
            return self.value(payload)
        if self.as_typed and payload in ("pi", "e"):
            return +getattr(self.context, payload)
        return self.context.mpf(CONSTANTS[payload])

    def value(self, number: Any) -> Any:
        if self.as_typed:
            return self.context.mpf(repr(number) if type(number) is float else getattr(number, "text", number))
        return self.context.mpf(float(number))

    def read(self, text: str) -> Any:
        return self.context.mpf(text)

    def text(self, x: Any, digits: int | None) -> str:
        text: str = self.context.nstr(x, digits or self.digits, strip_zeros=True)
        return text.removesuffix(".0")

    def exact(self, x: Any) -> str:
        return self.text(x, None)

    def is_finite(self, x: Any) -> bool:
        return bool(self.context.isfinite(x))

    def is_nan(self, x: Any) -> bool:
        return bool(self.context.isnan(x))

    def is_real(self, x: Any) -> bool:
        """Is it a real number, and finite?"""
        return isinstance(x, self.context.mpf) and self.is_finite(x)

    def quiet(self) -> AbstractContextManager[Any]:
        return self.context.workdps(self.context.dps)  # type: ignore[no-any-return]
