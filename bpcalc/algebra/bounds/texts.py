"""Bounds as texts: rounded outwards, so that what is printed still has the true number."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from bpcalc.algebra.bounds.spans import PRECISION, End, ends, hull, is_unknown, nan
from bpcalc.algebra.decimals import BITS, figures_of, written

DIGITS = 17  # of an end for scripts: as many as tell doubles apart
UNKNOWN = "unknown"
INFINITE = {"inf": "Infinity", "-inf": "-Infinity"}


def cut(x: Fraction, digits: int, down: bool) -> tuple[int, int]:
    """A fraction with so many digits as m*10^e, rounded down or up; fewer where it has fewer."""
    if not x:
        return 0, 0
    size = abs(x)
    exponent = int((size.numerator.bit_length() - size.denominator.bit_length()) / BITS) - digits - 1
    scale = Fraction(10) ** exponent
    scaled = x / scale
    whole = scaled.numerator // scaled.denominator  # exact but for what is behind it
    behind = whole * scaled.denominator != scaled.numerator
    dropped = len(figures_of(abs(whole))) - digits
    unit = 10 ** max(dropped, 0)
    kept, rest = divmod(whole, unit)
    kept += not down and bool(rest or behind)
    return kept, exponent + max(dropped, 0)


def outward(x: End, digits: int, down: bool) -> str:
    """An end as a decimal with at most so many digits, rounded away from the span."""
    if isinstance(x, float):
        return "inf" if x > 0 else "-inf"
    kept, exponent = cut(x, digits, down)
    while kept and kept % 10 == 0:
        kept, exponent = kept // 10, exponent + 1
    return written(kept, exponent, digits, pad=False) if kept else "0"


def between(x: Any, digits: int = DIGITS) -> tuple[str, str]:
    """Both ends as decimals."""
    lo, hi = ends(x)
    return outward(lo, digits, down=True), outward(hi, digits, down=False)


def text(x: Any, digits: int) -> str:
    """For people: the digits that are certain, `0.196611…`; or both ends, `[21.09..29.09]`."""
    if is_unknown(x):
        return "unknown"
    lo, hi = ends(x)
    first, last = between(x, digits)
    if first == last:
        return first
    if not (isinstance(lo, float) or isinstance(hi, float)) and (lo > 0 or hi < 0):
        toward = lo > 0
        a, b = (cut(one, digits, down=toward) for one in (lo, hi))
        if a == b and a[0]:
            shown, mark, power = written(*a, digits, pad=True).partition("e")
            return f"{shown}…{mark}{power}"
    return f"[{first}..{last}]"


def exact(x: Any) -> str:
    """For scripts: `[lo..hi]`, as bindings have it."""
    if is_unknown(x):
        return UNKNOWN
    first, last = between(x)
    return first if first == last else f"[{first}..{last}]"


def json(x: Any) -> Any:
    """`[lo, hi]` as texts, or "unknown"."""
    return UNKNOWN if is_unknown(x) else [INFINITE.get(one, one) for one in between(x)]


def read(text: str, decimal: Callable[[str], Any]) -> Any:
    """What `exact` has written."""
    if text == UNKNOWN:
        return nan
    lo, dots, hi = text.strip("[]").partition("..")
    found = [float(one) if one in INFINITE else decimal(one) for one in (lo, hi if dots else lo)]
    return hull(*found)


def as_mpmath(x: Any) -> Any:
    """An interval of mpmath, `iv.mpf`."""
    import mpmath

    if is_unknown(x):
        return mpmath.iv.mpf(["-inf", "inf"])
    with mpmath.workprec(PRECISION):
        return mpmath.iv.mpf([*between(x, 50)])
