"""Functions of two numbers in the systems that are rational as long as they are, on what `Rationals.raw` gives."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from bpcalc.algebra.floats import FLOATS
from bpcalc.algebra.number import Number
from bpcalc.algebra.points import or_whole

ZERO, ONE, HALF = Fraction(0), Fraction(1), Fraction(1, 2)
inf, nan = math.inf, math.nan


def polygamma(m: Any, n: Any, x: Any) -> Any:
    if not (isinstance(n, Fraction) and n.denominator == 1 and n >= 0):
        return nan
    if isinstance(x, float) or (isinstance(x, Fraction) and x.denominator == 1 and x <= 0):
        return or_whole(FLOATS.polygamma(float(n), float(x)))
    return m.polygamma_of(int(n), x) if n else m.call("digamma", x)


def hypot(m: Any, a: Any, b: Any) -> Any:
    if any(isinstance(x, float) and abs(x) == inf for x in (a, b)):
        return inf
    return m.raised(m.plus(m.times(a, a), m.times(b, b)), HALF)


def atan2(m: Any, y: Any, x: Any) -> Any:
    if isinstance(x, float) or isinstance(y, float):
        angle = math.atan2(*m.units(y, x))
        return angle if angle != angle else m.parts_of_pi(Fraction(round(angle * 4 / math.pi), 4))
    up, right = m.compare(y, ZERO) or 0, m.compare(x, ZERO) or 0
    if not right:
        return m.parts_of_pi(Fraction(up, 2))
    angle = m.__dict__["atan"](Number(m, m.over(y, x))).value
    return angle if right > 0 else m.plus(angle, m.parts_of_pi(ONE if up >= 0 else -ONE))


def mod(m: Any, a: Any, b: Any) -> Any:
    if isinstance(a, float) or isinstance(b, float) or m.compare(b, ZERO) == 0:
        return nan if a != a or b != b or isinstance(a, float) or not isinstance(b, float) else into(m, a, b)
    return m.minus(a, m.times(b, m.floored(m.over(a, b))))


def into(m: Any, a: Any, b: float) -> Any:
    """The remainder of a finite number by an infinite one, with the sign of that."""
    sign = m.compare(a, ZERO) or 0
    return a if sign * b >= 0 or not sign else b


def beta(m: Any, a: Any, b: Any) -> Any:
    above = (m.gamma(Number(m, x)).value for x in (a, b))
    return m.over(m.times(*above), m.gamma(Number(m, m.plus(a, b))).value)


def polysinc(m: Any, n: Any, x: Any) -> Any:
    """The n-th derivative of sin(x)/x, which times x is sin(x): x*y' + y = cos(x), and so on."""
    if isinstance(x, float) or not (isinstance(n, Fraction) and n.denominator == 1 and n >= 0):
        return or_whole(FLOATS.polysinc(m.nearest(n), m.nearest(x)))
    if m.compare(x, ZERO) == 0:
        return ZERO if n % 2 else (-ONE) ** int(n // 2) / (n + 1)
    sine, cosine = m.sin(Number(m, x)).value, m.cos(Number(m, x)).value
    turns = (sine, cosine, m.negative(sine), m.negative(cosine))
    found = m.over(sine, x)
    for step in range(1, int(n) + 1):
        found = m.over(m.minus(turns[step % 4], m.times(Fraction(step), found)), x)
    return found


def polyerfcx(m: Any, n: Any, x: Any) -> Any:
    """The n-th derivative of erfcx, by its differential equation: y' = 2xy - 2/sqrt(pi) (DLMF 7.10)."""
    if isinstance(x, float) or not (isinstance(n, Fraction) and n.denominator == 1 and n >= 0):
        return or_whole(FLOATS.polyerfcx(m.nearest(n), m.nearest(x)))
    before, now = ZERO, m.erfcx(Number(m, x)).value
    shift = m.over(Fraction(2), m.raised(m.named("pi"), HALF))
    for step in range(int(n)):
        slope = m.plus(m.times(Fraction(2), m.times(x, now)), m.times(Fraction(2 * step), before))
        before, now = now, m.minus(slope, ZERO if step else shift)
    return now


def _bessel(name: str) -> Callable[..., Any]:
    def bessel(m: Any, n: Any, x: Any) -> Any:
        sign = m.compare(x, ZERO)
        if isinstance(n, float) or isinstance(x, float) or not sign:
            return or_whole(getattr(FLOATS, name)(m.nearest(n), m.nearest(x)))
        is_whole = isinstance(n, Fraction) and n.denominator == 1
        if sign < 0 and (not is_whole or name in ("bessely", "besselk")):
            return nan
        return m.bessel_of(name, n, x)

    return bessel


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "atan2": atan2, "hypot": hypot, "polygamma": polygamma, "mod": mod, "beta": beta, "polysinc": polysinc,
    "polyerfcx": polyerfcx, **{name: _bessel(name) for name in ("besselj", "bessely", "besseli", "besselk")},
}  # fmt: skip
