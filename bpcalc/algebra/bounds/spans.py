"""What a bounded number is: a fraction that is known exactly, or a span between two ends that it certainly lies in.

Ends are fractions, or infinite. What is calculated of them is rounded outwards, so that a span never loses a number
that it had. NaN stands for what is not known at all: behind a pole, or outside the domain of a function.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

inf, nan = math.inf, math.nan
ZERO, ONE = Fraction(0), Fraction(1)
PRECISION = 192  # bits of an end that was rounded
LONGEST = 512  # bits of an end, numerator and denominator, that is kept as it is
FARTHEST = 65_536  # binary exponent beyond which an end is infinite, or 0
NARROW = 90  # bits: a span that is so much narrower than it is large is a point that was rounded

End = Any  # a Fraction, or inf or -inf


class Span:
    """All numbers from `lo` to `hi`, which is more than `lo`. Made by `span`."""

    __slots__ = ("hi", "lo")

    def __init__(self, lo: End, hi: End) -> None:
        self.lo = lo
        self.hi = hi

    def __repr__(self) -> str:
        return f"Span({float(self.lo)}, {float(self.hi)})"


def span(lo: End, hi: End) -> Any:
    """The numbers from `lo` to `hi`, rounded outwards; a single one as such."""
    lo, hi = end(lo, down=True), end(hi, down=False)
    return lo if lo == hi else Span(lo, hi)


def ends(x: Any) -> tuple[End, End]:
    """The two ends of what is no NaN."""
    return (x.lo, x.hi) if isinstance(x, Span) else (x, x)


def is_unknown(x: Any) -> bool:
    return isinstance(x, float) and x != x


def is_narrow(x: Span) -> bool:
    """Is it a point that was rounded, and no range?"""
    size = max(abs(x.lo), abs(x.hi))
    return bool(size < inf and (x.hi - x.lo) * 2**NARROW <= size)


def hull(*parts: Any) -> Any:
    """The least span that has them all; not known where one is not."""
    if any(map(is_unknown, parts)):
        return nan
    if all(part is parts[0] for part in parts):
        return parts[0]
    pairs = [ends(part) for part in parts]
    return span(min(lo for lo, _ in pairs), max(hi for _, hi in pairs))


def meet(x: Any, lo: End, hi: End) -> Any:
    """What of `x` lies between bounds that it is known to have."""
    if is_unknown(x):
        return span(lo, hi)
    first, last = ends(x)
    return span(max(first, lo), min(last, hi)) if first < lo or last > hi else x


def both(a: Any, b: Any) -> Any:
    """What is in both enclosures of the same."""
    if is_unknown(a) or is_unknown(b):
        return b if is_unknown(a) else a
    (a_lo, a_hi), (b_lo, b_hi) = ends(a), ends(b)
    return span(max(a_lo, b_lo), min(a_hi, b_hi))


def has_zero(x: Any) -> bool:
    lo, hi = ends(x)
    return bool(lo <= 0 <= hi)


def is_unbounded(x: Any) -> bool:
    lo, hi = ends(x)
    return bool(lo == -inf or hi == inf)


# Ends


def end(x: End, down: bool) -> End:
    """An end that is not too long, rounded down or up."""
    if isinstance(x, float):
        return x
    top, bottom = x.numerator, x.denominator
    above, below = top.bit_length(), bottom.bit_length()
    if above + below <= LONGEST:
        return x
    if above - below > FARTHEST:
        return _far(top > 0, down)
    if below - above > FARTHEST:
        tiny = Fraction(1, 2**FARTHEST)
        return (ZERO if down else tiny) if top > 0 else (-tiny if down else ZERO)
    shift = PRECISION - above + below
    top, bottom = (top << shift, bottom) if shift >= 0 else (top, bottom << -shift)
    whole = top // bottom if down else -(-top // bottom)
    return Fraction(whole, 2**shift) if shift >= 0 else Fraction(whole << -shift)


def _far(positive: bool, down: bool) -> End:
    large = Fraction(2**FARTHEST)
    return (large if down else inf) if positive else (-inf if down else -large)


def product(a: End, b: End) -> End:
    """Of two ends, where it is no 0 times infinity."""
    if isinstance(a, float) or isinstance(b, float):
        return inf if (a > 0) == (b > 0) else -inf
    return a * b


def quotient(a: End, b: End) -> End:
    """Of two ends, not both infinite; the divisor is not 0."""
    if isinstance(b, float):
        return ZERO
    if isinstance(a, float):
        return a if b > 0 else -a
    return a / b


# Balls of Arb


def from_ball(found: Any) -> Any:
    """A ball as a span; NaN where Arb knows nothing."""
    if not found.is_finite():
        return nan
    if found.is_exact():
        return span(exact_end(found, down=True), exact_end(found, down=False))
    return span(exact_end(found.lower(), down=True), exact_end(found.upper(), down=False))


def exact_end(number: Any, down: bool) -> End:
    """A ball without a radius as an end."""
    mantissa, exponent = map(int, number.man_exp())
    if not mantissa:
        return ZERO
    if exponent + mantissa.bit_length() > FARTHEST:
        return _far(mantissa > 0, down)
    if exponent + mantissa.bit_length() < -FARTHEST:
        return end(Fraction(mantissa, 2 ** (2 * FARTHEST)), down)
    return Fraction(mantissa << exponent) if exponent >= 0 else Fraction(mantissa, 2**-exponent)


def to_ball(flint: Any, x: Any) -> Any:
    """A fraction, or a span with two finite ends, as a ball that has all of it."""
    lo, hi = ends(x)
    first, last = (flint.arb(flint.fmpq(one.numerator, one.denominator)) for one in (lo, hi))
    return first if lo is hi else first.union(last)
