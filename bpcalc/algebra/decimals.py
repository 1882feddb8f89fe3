"""Whole numbers and fractions as decimals with so many digits, correctly rounded."""

from __future__ import annotations

import math
from fractions import Fraction

BITS = math.log2(10)  # that a digit takes


def figures_of(number: int) -> str:
    """The decimal digits of a whole number that is not negative: Python's own `str` refuses over 4300."""
    if number.bit_length() < 14_000:
        return str(number)
    half = int(number.bit_length() / BITS / 2)
    top, rest = divmod(number, 10**half)
    return figures_of(top) + figures_of(rest).zfill(half)


def fraction_text(x: Fraction) -> str:
    """`-2/9`, with all digits."""
    above = "-" * (x < 0) + figures_of(abs(x.numerator))
    return above if x.denominator == 1 else f"{above}/{figures_of(x.denominator)}"


def rounded(number: int, digits: int) -> tuple[int, int]:
    """A whole number to so many digits, half to even, and how many it lost."""
    dropped = len(figures_of(number)) - digits
    if dropped <= 0:
        return number, 0
    unit = 10**dropped
    kept, rest = divmod(number, unit)
    kept += rest * 2 > unit or (rest * 2 == unit and kept % 2)
    return (kept, dropped) if kept < 10**digits else (kept // 10, dropped + 1)


def decimal(x: Fraction, digits: int) -> str:
    """A fraction to so many digits, as short as it is."""
    if not x:
        return "0"
    size = abs(x)
    exponent = int((size.numerator.bit_length() - size.denominator.bit_length()) / BITS) - digits - 2
    scaled = size / Fraction(10) ** exponent
    whole = scaled.numerator // scaled.denominator
    if whole * scaled.denominator != scaled.numerator:  # what is behind it decides a tie
        whole, exponent = 10 * whole + 1, exponent - 1
    kept, dropped = rounded(whole, digits)
    return written(kept if x > 0 else -kept, exponent + dropped, digits, pad=False)


def written(number: int, exponent: int, digits: int, pad: bool) -> str:
    """number*10^exponent as doubles are written: with an exponent where it is far from 1. pad: with all its zeros."""
    figures, sign = figures_of(abs(number)), "-" if number < 0 else ""
    leading = exponent + len(figures) - 1
    figures = figures.ljust(digits, "0") if pad else figures.rstrip("0") or "0"
    if -5 < leading < max(digits, 16):
        if leading < 0:
            return f"{sign}0.{'0' * (-leading - 1)}{figures}"
        whole, rest = figures[: leading + 1].ljust(leading + 1, "0"), figures[leading + 1 :]
        return f"{sign}{whole}.{rest}" if rest else f"{sign}{whole}"
    rest = f".{figures[1:]}" if figures[1:] else ""
    return f"{sign}{figures[0]}{rest}e{'-' if leading < 0 else '+'}{abs(leading):02}"
