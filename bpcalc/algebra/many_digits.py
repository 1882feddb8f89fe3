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
            sinint=context.si, cosint=context.ci, erfcx=partial(self._repeated_erfcx, 0),
            repeated_erfcx=self._repeated_erfcx, spherical_jn=self._spherical_jn,
        )  # fmt: skip

    def _polygamma(self, n: Any, x: Any) -> Any:
        if n != int(n):
            raise ValueError("the order is whole")
        return self.context.polygamma(int(n), x)

    def _repeated_erfcx(self, n: Any, x: Any) -> Any:
        """By DLMF 7.18.7: each order is small beside the two before, which it is the difference of."""
        if n != int(n) or n < 0:
            raise ValueError("the order is whole")
        context, lost = self.context, int(n + 1) * (8 + 2 * max(0, int(self.context.mag(x))))
        with context.workprec(context.prec + lost):
            before, y = 2 / context.sqrt(context.pi), context.exp(x**2) * context.erfc(x)
            for order in range(1, int(n) + 1):
                before, y = y, (before - 2 * x * y) / (2 * order)
            return y

    def _spherical_jn(self, n: Any, x: Any) -> Any:
        if n != int(n) or n < 0:
            raise ValueError("the order is whole")
        if x == 0:
            return self.context.mpf(n == 0)
        size = abs(x)
        y = self.context.sqrt(self.context.pi / (2 * size)) * self.context.besselj(n + self.context.mpf(0.5), size)
        return -y if x < 0 and int(n) % 2 else y

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
