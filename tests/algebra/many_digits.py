"""A toy number system: mpmath at 50 digits. This file is all that it takes."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any

import mpmath

from bpcalc.algebra.protocol import Algebra
from bpcalc.graph import CONSTANTS

DIGITS, SPARE = 50, 10
SAME = (
    "exp", "log", "sqrt", "sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh", "asinh", "acosh",
    "atanh", "erf", "erfc", "gamma", "floor", "ceil", "expm1", "log1p", "hypot", "cbrt", "atan2", "sign",
)  # fmt: skip
COMPARISONS = {"less": "__lt__", "less_equal": "__le__", "greater": "__gt__", "greater_equal": "__ge__"}


class ManyDigits(Algebra):
    """Decimals with 50 correct digits, and a few more while calculating."""

    def __init__(self) -> None:
        self.context = context = mpmath.mp.clone()
        context.dps = DIGITS + SPARE
        for name in SAME:
            self.__dict__[name] = getattr(context, name)
        for name, compare in COMPARISONS.items():
            self.__dict__[name] = lambda a, b, compare=compare: context.mpf(getattr(a - b, compare)(0))
        self.__dict__.update(
            add=lambda a, b: a + b, subtract=lambda a, b: a - b, multiply=lambda a, b: a * b, negate=lambda a: -a,
            divide=lambda a, b: a / b, power=context.power, abs=abs, max=max, min=min,
            equal=lambda a, b: context.mpf(a == b), not_equal=lambda a, b: context.mpf(a != b),
            where=lambda c, a, b: a if c else b, log2=lambda x: context.log(x, 2), log10=lambda x: context.log(x, 10),
        )  # fmt: skip

    def constant(self, payload: float | str) -> Any:
        if isinstance(payload, str):
            return getattr(self.context, payload)() if payload in ("pi", "e") else self.context.mpf(CONSTANTS[payload])
        return self.value(payload)

    def value(self, number: Any) -> Any:
        # the decimal as it was typed, not the double beside it
        return self.context.mpf(repr(number) if type(number) is float else getattr(number, "text", number))

    def read(self, text: str) -> Any:
        return self.context.mpf(text)

    def text(self, x: Any, digits: int | None) -> str:
        return self.context.nstr(x, digits or DIGITS, strip_zeros=True).removesuffix(".0")

    def exact(self, x: Any) -> str:
        return self.text(x, None)

    def is_finite(self, x: Any) -> bool:
        return bool(self.context.isfinite(x))

    def is_nan(self, x: Any) -> bool:
        return bool(self.context.isnan(x))

    def quiet(self) -> AbstractContextManager[Any]:
        return self.context.workdps(DIGITS + SPARE)  # type: ignore[no-any-return]


MANY_DIGITS = ManyDigits()
