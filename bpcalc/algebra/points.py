"""Where functions of one number are rational, and where they end: what is known of them without calculating."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from bpcalc.algebra.floats import FLOATS

inf, nan = math.inf, math.nan
WHOLE_GAMMA = 1_000  # up to here a factorial is worth its digits

# Where functions of one number have a rational value at a rational point.
EVEN: dict[str, dict[int, int]] = {
    **{name: {0: 0} for name in ("sin", "tan", "asin", "atan", "sinh", "tanh", "asinh", "atanh", "erf", "expm1",
                                 "log1p", "cbrt", "sqrt", "erfinv", "lambertw", "sinint", "fresnels", "fresnelc")},
    **{name: {0: 1} for name in ("cos", "cosh", "exp", "erfc", "erfcx")},
    "log": {1: 0}, "log2": {1: 0}, "log10": {1: 0}, "acos": {1: 0}, "acosh": {1: 0}, "lgamma": {1: 0, 2: 0},
}  # fmt: skip


def outside(name: str, x: Any, compare: Callable[[Any, Any], int | None]) -> float | None:
    """What a function is at a finite number where its domain ends and beyond; None inside of it.

    compare  the order of two numbers: -1, 0, 1
    """
    if name in ("log", "log2", "log10", "log1p"):
        sign = compare(x, Fraction(-1 if name == "log1p" else 0))
        return None if sign == 1 else -inf if sign == 0 else nan
    if name in ("expint", "cosint"):
        sign = compare(x, Fraction(0))
        return None if sign == 1 else nan if sign == -1 else inf if name == "expint" else -inf
    if name == "sqrt":
        return nan if compare(x, Fraction(0)) == -1 else None
    if name == "acosh":
        return nan if compare(x, Fraction(1)) == -1 else None
    if name in ("asin", "acos", "atanh", "erfinv"):
        above, below = compare(x, Fraction(1)), compare(x, Fraction(-1))
        if name in ("atanh", "erfinv") and 0 in (above, below):
            return inf if above == 0 else -inf
        return nan if above == 1 or below == -1 else None
    if name in ("gamma", "lgamma", "digamma") and isinstance(x, Fraction) and x.denominator == 1 and x <= 0:
        found: float = getattr(FLOATS, name)(float(x))
        return found
    return None


def known(name: str, x: Fraction) -> Fraction | None:
    """The value of a function where that is known to be a fraction."""
    if x.denominator == 1 and (value := EVEN.get(name, {}).get(x.numerator)) is not None:
        return Fraction(value)
    if name == "gamma" and x.denominator == 1 and x <= WHOLE_GAMMA:
        return Fraction(math.factorial(x.numerator - 1))
    if name in ("sqrt", "cbrt"):
        root = 2 if name == "sqrt" else 3
        parts = [whole_root(abs(part), root) for part in (x.numerator, x.denominator)]
        return None if None in parts else Fraction(parts[0] or 0, parts[1] or 1) * (-1 if x < 0 else 1)
    if name in ("log2", "log10") and (x.numerator == 1 or x.denominator == 1):
        base, whole = 2 if name == "log2" else 10, max(x.numerator, x.denominator)
        power = round(math.log2(whole) / math.log2(base))
        return Fraction(power if x >= 1 else -power) if base**power == whole else None
    return None


def whole_root(x: int, root: int) -> int | None:
    """The root of a whole number that is not negative, where that is a whole number."""
    if x < 2:
        return x
    if root == 2:
        found = math.isqrt(x)
    else:
        bits = x.bit_length() // root + 1
        if bits < 2:
            return None
        low, high = 1, 1 << bits
        while low < high:  # the largest whose power is not above
            middle = (low + high + 1) // 2
            low, high = (middle, high) if middle**root <= x else (low, middle - 1)
        found = low
    return found if found**root == x else None


def or_whole(found: float) -> Any:
    """The result of IEEE arithmetic on signs and infinities: what is finite there is a whole number."""
    return found if found - found else Fraction(int(found))
