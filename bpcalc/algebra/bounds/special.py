"""Bessel functions, the gamma family, remainders and steps of spans."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from bpcalc.algebra import two_numbers
from bpcalc.algebra.ball_functions import BESSEL
from bpcalc.algebra.bounds.spans import (
    ONE,
    ZERO,
    Span,
    ends,
    from_ball,
    has_zero,
    hull,
    is_unbounded,
    is_unknown,
    meet,
    nan,
    span,
    to_ball,
)
from bpcalc.gates import activation

SCALE, ALPHA = Fraction(repr(activation.SCALE)), Fraction(repr(activation.ALPHA))  # the decimals of selu


def any_bessel(m: Any, name: str, n: Any, x: Any) -> Any:
    """Of a whole order J and I are known everywhere; others where x is more than 0."""
    if not isinstance(x, Span) and not isinstance(n, Span):
        return two_numbers.FUNCTIONS[name](m, n, x)
    whole = isinstance(n, Fraction) and n.denominator == 1 and name in ("besselj", "besseli")
    if is_unknown(n) or is_unknown(x) or is_unbounded(n) or is_unbounded(x) or (ends(x)[0] <= 0 and not whole):
        return nan
    return bessel(m, name, n, x)


def of_an_order(m: Any, name: str, n: Any, x: Any) -> Any:
    """Of an order that is one whole number; of others nothing is known."""
    if not isinstance(n, Fraction) or is_unknown(x) or is_unbounded(x):
        return nan
    if name != "polysinc" or not isinstance(x, Span) or n < 0 or n.denominator > 1:
        return two_numbers.FUNCTIONS[name](m, n, x)
    found = nan if has_zero(x) else two_numbers.polysinc(m, n, x)
    return meet(found, *ends(_about_zero(int(n), max(-x.lo, x.hi))))


def _about_zero(n: int, size: Fraction) -> Any:
    """The n-th derivative of sin(x)/x up to a size of x: of the integral of cos(x*t) for t from 0 to 1."""
    most = Fraction(1, n + 1)
    if n % 2:
        near = min(size / (n + 2), most)
        return span(-near, near)
    near = min(size * size / (2 * (n + 3)), 2 * most)
    return span(most - near, most) if n % 4 == 0 else span(-most, near - most)


def mod(m: Any, name: str, a: Any, b: Any) -> Any:
    """The remainder, with the sign of b."""
    if not isinstance(a, Span) and not isinstance(b, Span):
        return two_numbers.mod(m, a, b)
    whole = m.floored(m.over(a, b))
    if isinstance(whole, Fraction):
        return m.minus(a, m.times(b, whole))
    return nan if is_unknown(whole) or is_unbounded(b) else hull(ZERO, b)


def heaviside(m: Any, name: str, x: Any, at_zero: Any) -> Any:
    if is_unknown(x):
        return nan
    lo, hi = ends(x)
    return hull(*[ZERO] * (lo < 0), *[at_zero] * (lo <= 0 <= hi), *[ONE] * (hi > 0))


def bessel(m: Any, name: str, n: Any, x: Any) -> Any:
    with m.precise(m.bits_for(n, x)):
        return from_ball(getattr(to_ball(m.flint, x), BESSEL[name])(to_ball(m.flint, n)))


def polygamma(m: Any, n: int, x: Any) -> Any:
    if isinstance(x, Span) and x.lo > 0:  # from there on it goes one way
        return hull(*(two_numbers.polygamma(m, Fraction(n), one) for one in ends(x)))
    if is_unbounded(x):
        return nan
    with m.precise(m.bits_for(x)):
        return from_ball(m.flint.acb(to_ball(m.flint, x)).polygamma(m.flint.acb(n)).real)


def has_pole(x: Span) -> bool:
    """Of the gamma family: may it be 0, -1, -2, …?"""
    return bool(x.lo <= 0 and (is_unbounded(x) or math.floor(x.hi) >= math.ceil(x.lo)))


def sinc(m: Any, name: str, x: Any) -> Any:
    return of_an_order(m, "polysinc", ZERO, x)


def selu(m: Any, name: str, x: Any) -> Any:
    """It rises, so it goes from end to end."""
    if is_unknown(x):
        return nan
    found = []
    for one in ends(x):
        below = m.times(ALPHA, m.raw(m.expm1(one)))
        found.append(m.times(SCALE, one if one > 0 else below))
    return hull(*found)


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "mod": mod, "heaviside": heaviside, "sinc": sinc, "selu": selu, **dict.fromkeys(BESSEL, any_bessel),
    **dict.fromkeys(("polygamma", "polysinc", "polyerfcx"), of_an_order),
}  # fmt: skip
