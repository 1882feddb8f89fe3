"""Sines, cosines, tangents and angles of spans: where their extremes and their poles are."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

from bpcalc.algebra.bounds.arithmetic import over
from bpcalc.algebra.bounds.spans import ONE, ZERO, Span, ends, has_zero, hull, is_unbounded, is_unknown, nan, span
from bpcalc.algebra.two_numbers import atan2


def turns(m: Any, x: Span, start: Fraction) -> range:
    """The whole k for which (k + start)*pi may lie in the span."""
    halves = m.plus(over(x, m.named("pi")), -start)
    first, last = ends(halves)
    return range(math.ceil(first), math.floor(last) + 1)


def wave(m: Any, name: str, x: Span) -> Any:
    """sin or cos: from end to end, and 1 or -1 where it turns between them."""
    if is_unbounded(x):
        return span(-ONE, ONE)
    tops = turns(m, x, Fraction(1, 2) if name == "sin" else ZERO)
    if len(tops) > 1:
        return span(-ONE, ONE)
    found = [m.point(name, one) for one in ends(x)]
    return hull(*found, *(ONE if k % 2 == 0 else -ONE for k in tops))


def tan(m: Any, x: Span) -> Any:
    if is_unbounded(x) or turns(m, x, Fraction(1, 2)):
        return nan
    return hull(*(m.point("tan", one) for one in ends(x)))


def cosh(m: Any, x: Span) -> Any:
    found = [m.point("cosh", one) for one in ends(x)]
    return hull(*found, ONE) if has_zero(x) else hull(*found)


def angle(m: Any, y: Any, x: Any) -> Any:
    """atan2(y, x): its extremes over a box that has no part of the cut are at corners. Behind the cut, any angle."""
    if is_unknown(y) or is_unknown(x):
        return nan
    (y_lo, y_hi), (x_lo, x_hi) = ends(y), ends(x)
    if not any(isinstance(one, Span) for one in (y, x)):
        return atan2(m, y, x)
    if is_unbounded(y) or is_unbounded(x) or (x_lo < 0 and y_lo < 0 <= y_hi) or (has_zero(x) and has_zero(y)):
        whole = ends(m.named("pi"))[1]
        return span(-whole, whole)
    return hull(*(atan2(m, one, other) for one in (y_lo, y_hi) for other in (x_lo, x_hi)))
