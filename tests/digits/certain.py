"""What the tests of `--digits` and `--exact` hold texts against: numbers of mpmath with far more digits."""

from __future__ import annotations

from typing import Any

import mpmath
from mpmath import mpf

SPARE = 40  # digits that the right value has beyond those that are looked at


def has_digits(text: str, right: Any, digits: int) -> bool:
    """Is a text the right value, rounded to so many digits? (A whole unit of the last is allowed where it is a tie.)"""
    with mpmath.workdps(digits + SPARE):
        return bool(abs(mpf(text) - right) <= mpf("0.5000001") * unit(right, digits))


def unit(right: Any, digits: int) -> Any:
    """One in the last of so many digits of a number."""
    if right == 0:
        return mpf(0)
    return mpf(10) ** (mpmath.floor(mpmath.log10(abs(right))) - digits + 1)
