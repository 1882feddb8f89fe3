"""Sums, products, quotients and powers of spans: each is as narrow as its inputs allow, if these move independently."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from bpcalc.algebra.bounds.spans import (
    ONE,
    ZERO,
    Span,
    ends,
    has_zero,
    hull,
    inf,
    is_unbounded,
    is_unknown,
    nan,
    product,
    quotient,
    span,
)  # fmt: skip


def plus(a: Any, b: Any) -> Any:
    if is_unknown(a) or is_unknown(b):
        return nan
    (a_lo, a_hi), (b_lo, b_hi) = ends(a), ends(b)
    if (a_lo == -inf and b_hi == inf) or (a_hi == inf and b_lo == -inf):  # inf - inf may be in it
        return nan
    return span(_sum(a_lo, b_lo), _sum(a_hi, b_hi))


def _sum(a: Any, b: Any) -> Any:
    return a if isinstance(a, float) else b if isinstance(b, float) else a + b


def negative(a: Any) -> Any:
    return Span(-a.hi, -a.lo) if isinstance(a, Span) else -a


def minus(a: Any, b: Any) -> Any:
    """a - b; of one and the same number 0."""
    if a is b and not is_unknown(a) and not is_unbounded(a):
        return ZERO
    return plus(a, negative(b))


def times(a: Any, b: Any) -> Any:
    """a*b; of one and the same number its square."""
    if is_unknown(a) or is_unknown(b):
        return nan
    if (has_zero(a) and is_unbounded(b)) or (has_zero(b) and is_unbounded(a)):
        return nan
    if a is b:
        return whole_power(a, 2)
    if not isinstance(a, Span) and not isinstance(b, Span):
        return span(*[product(a, b)] * 2)
    (a_lo, a_hi), (b_lo, b_hi) = ends(a), ends(b)
    if a_lo >= 0 and b_lo >= 0:
        return span(product(a_lo, b_lo), product(a_hi, b_hi))
    found = [product(x, y) for x in (a_lo, a_hi) for y in (b_lo, b_hi)]
    return span(min(found), max(found))


def over(a: Any, b: Any) -> Any:
    """a/b; of one and the same number 1. Not known where the divisor goes through 0."""
    if is_unknown(a) or is_unknown(b) or (is_unbounded(a) and is_unbounded(b)):
        return nan
    lo, hi = ends(b)
    if lo <= 0 <= hi:
        if lo or has_zero(a):  # there is but one zero, which counts as a positive one
            return nan
        signs = {one > 0 for one in ends(a)}
        if len(signs) > 1:
            return nan
        if not hi:
            return inf if True in signs else -inf
        least = min(abs(one) for one in ends(a))
        nearest = product(least, quotient(ONE, hi)) if hi != inf else ZERO
        return span(nearest, inf) if True in signs else span(-inf, -nearest)
    if a is b:
        return ONE
    found = [quotient(x, y) for x in ends(a) for y in ends(b)]
    return span(min(found), max(found))


def absolute(x: Any) -> Any:
    if is_unknown(x):
        return nan
    lo, hi = ends(x)
    if lo >= 0:
        return x
    return negative(x) if hi <= 0 else span(ZERO, max(-lo, hi))


def whole_power(x: Any, n: int) -> Any:
    """x^n for a whole n above 0."""
    lo, hi = ends(x)
    if n % 2 or lo >= 0:
        return span(_power(lo, n, True), _power(hi, n, False))
    if hi <= 0:
        return span(_power(hi, n, True), _power(lo, n, False))
    return span(ZERO, _power(max(-lo, hi), n, False))


def _power(x: Any, n: int, down: bool) -> Any:
    """An end to a whole power. Rounded as it grows, so that it takes no longer than it has digits."""
    if isinstance(x, float):
        return x if x > 0 or n % 2 else -x
    if n < 64:
        return x**n
    from bpcalc.algebra.bounds.spans import end

    found, size, up = ONE, abs(x), down if x < 0 and n % 2 else not down
    for bit in bin(n)[2:]:
        found = end(found * found, not up)
        if bit == "1":
            found = end(found * size, not up) if found != inf else found
        if found == inf:
            break
    return -found if x < 0 and n % 2 else found


def power(x: Any, n: Any, at: Callable[[Any, Any], Any]) -> Any:
    """x^n. `at(x, n)`: the same of two single numbers, as a number or a span that has it."""
    if isinstance(n, Fraction) and n in (0, 1):
        return x if n else ONE
    if is_unknown(x) or is_unknown(n):
        return nan
    if isinstance(n, Fraction) and n.denominator == 1:
        positive = whole_power(x, abs(int(n)))
        return positive if n > 0 else over(ONE, positive)
    lo, _ = ends(x)
    if lo < 0 or (lo == 0 and ends(n)[0] <= 0):
        if isinstance(n, Fraction) and lo == 0:
            return over(ONE, power(x, -n, at))
        return nan
    if is_unbounded(x) and has_zero(n):
        return nan
    return hull(*(at(one, other) for one in ends(x) for other in ends(n)))  # it has no extremes but at corners
