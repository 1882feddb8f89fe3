"""Roots of sums of roots that are such sums themselves: sqrt(3 + 2*sqrt(2)) is 1 + sqrt(2)."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from bpcalc.algebra.exact.forms import HALF, ZERO, Form
from bpcalc.algebra.points import whole_root


def denested(m: Any, x: Form, order: int) -> Any:
    """The square root or cube root of a + b*sqrt(c), of fractions, where it is simpler; else None."""
    a, rest = x.terms.get((), ZERO), {product: factor for product, factor in x.terms.items() if product}
    if len(rest) != 1 or not a:
        return None
    root = Form(rest)
    square = m.forms.times(root, root)
    if not isinstance(square, Fraction):
        return None
    return _square_root(m, a, root, square) if order == 2 else _cube_root(m, a, root, square) if order == 3 else None


def _square_root(m: Any, a: Fraction, root: Form, square: Fraction) -> Any:
    """Its terms have the squares (a + s)/2 and (a - s)/2, where s^2 = a^2 - root^2."""
    s = rooted(a * a - square, 2)
    if s is None or a <= 0:
        return None
    ((_, factor),) = root.terms.items()
    large, small = (m.forms.root((a + way * s) / 2, HALF) for way in (1, -1))
    return m.plus(large, small if factor > 0 else m.negative(small))


def _cube_root(m: Any, a: Fraction, root: Form, square: Fraction) -> Any:
    """It and its conjugate have the product s and a sum t with t^3 - 3*s*t = 2*a, which is tried where it is a fraction
    of few digits: the root is t/2 + sqrt(t^2/4 - s)."""
    s = rooted(a * a - square, 3)
    if s is None:
        return None
    size = abs(m.nearest(m.plus(a, root))) ** (1 / 3) * (1 if m.order_of(m.plus(a, root)) > 0 else -1)
    t = Fraction(size + float(s) / size).limit_denominator(1000) if size and abs(size) < 10**6 else ZERO
    if not t or t**3 - 3 * s * t != 2 * a or t * t / 4 < s:
        return None
    ((_, factor),) = root.terms.items()
    other = m.forms.root(t * t / 4 - s, HALF)
    return m.plus(t / 2, other if factor > 0 else m.negative(other))


def rooted(x: Fraction, order: int) -> Fraction | None:
    """The root of a fraction where it is one."""
    if x < 0 and order % 2 == 0:
        return None
    parts = [whole_root(abs(part), order) for part in (x.numerator, x.denominator)]
    return None if None in parts else Fraction(parts[0] or 0, parts[1] or 1) * (-1 if x < 0 else 1)
