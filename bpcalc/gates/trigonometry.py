"""Circular functions, their reciprocals, and the inverses of both."""

from __future__ import annotations

import math

from bpcalc.gate import Kink, family

gate = family("trigonometry")

ANGLES = ((0.5,), (-2.0,), (40.0,))
INSIDE = ((0.5,), (-0.9,), (0.9999999,))

gate("sin", "x", (lambda m, y, x: m.cos(x),), formula="sine of x (radians)", latex=r"\sin", samples=ANGLES)
gate("cos", "x", (lambda m, y, x: -m.sin(x),), formula="cosine of x (radians)", latex=r"\cos", samples=ANGLES)
gate(
    "tan", "x", (lambda m, y, x: 1 + m.power(y, 2),),
    formula="tangent of x (radians)", latex=r"\tan", samples=((0.5,), (-1.2,), (1.57,)),
)  # fmt: skip

# (1 - x)*(1 + x) keeps the digits that 1 - x^2 loses where x is near 1.
gate(
    "asin", "x", (lambda m, y, x: m.divide(1, m.sqrt((1 - x) * (1 + x))),), aliases=("arcsin",),
    lesson=(lambda m, y, x: m.divide(1, m.sqrt(1 - m.power(x, 2))),),
    formula="angle with sine x", latex=r"\arcsin", unicode="arcsin", samples=INSIDE,
)  # fmt: skip
gate(
    "acos", "x", (lambda m, y, x: -m.divide(1, m.sqrt((1 - x) * (1 + x))),), aliases=("arccos",),
    lesson=(lambda m, y, x: -m.divide(1, m.sqrt(1 - m.power(x, 2))),),
    formula="angle with cosine x", latex=r"\arccos", unicode="arccos", samples=INSIDE,
)  # fmt: skip
gate(
    "atan", "x", (lambda m, y, x: m.divide(1, 1 + m.power(x, 2)),), aliases=("arctan",),
    formula="angle with tangent x", latex=r"\arctan", unicode="arctan", samples=((0.5,), (-20.0,), (1e8,)),
)  # fmt: skip


# Dividing by the radius twice overflows nowhere; a^2 + b^2 does beyond 1e154.
def _turn(at_origin, position, sign):
    def local(m, y, *legs):
        radius = m.hypot(*legs)
        turn = m.divide(m.divide(legs[position] * sign, radius), radius)
        return m.except_at(m.equal(radius, 0), at_origin, turn)

    return local


def _turns(at_origin):
    return (_turn(at_origin, 1, 1), _turn(at_origin, 0, -1))


def _on_cut(m, angle, y, x):
    """At the origin, and where x is negative and y is 0: there the angle is half a turn, one way round or the other."""
    return (y == 0) & (x <= 0)


def _beyond(m, angle, inputs, tangents):
    """From the origin the angle becomes that of the step; on the cut it changes its sign where the step crosses it."""
    (y, x), (t_y, t_x) = inputs, tangents
    return m.where(m.equal(x, 0), m.atan2(y + t_y, x + t_x), m.where(angle * t_y < 0, -angle, angle))


def _sweep(m, angle, inputs, tangents):
    """Infinite where the angle jumps; from a point on the cut the other way, and along it, it turns as elsewhere."""
    (_, x), (t_y, _) = inputs, tangents
    jump = _beyond(m, angle, inputs, tangents) - angle
    smooth = m.where(m.equal(x, 0), 0.0, m.divide(t_y, x))
    return m.where(m.equal(jump, 0), smooth, m.sign(jump) * math.inf)


gate(
    "atan2", "y x", _turns(at_origin=0), conventions={"jax": _turns(at_origin=math.nan)}, aliases=("arctan2",),
    lesson=(
        lambda m, angle, y, x: m.divide(x, m.power(x, 2) + m.power(y, 2)),
        lambda m, angle, y, x: -m.divide(y, m.power(x, 2) + m.power(y, 2)),
    ),
    kink=Kink(
        _on_cut, _sweep,
        {"torch": "0 for both inputs at the origin; elsewhere as if the angle did not jump",
         "jax": "NaN for both inputs at the origin; elsewhere as if the angle did not jump"},
        _beyond,
    ),
    formula="angle of point (x, y)", samples=((1.0, 2.0), (-3.0, -0.5), (1e200, -1e200)),
)  # fmt: skip


# Reciprocals: secant, cosecant, cotangent

gate(
    "sec", "x", (lambda m, y, x: y * m.tan(x),), forward=lambda m, x: m.divide(1, m.cos(x)),
    formula="1/cos(x)", latex=r"\sec", samples=((0.5,), (-2.0,), (40.0,)),
)  # fmt: skip
gate(
    "csc", "x", (lambda m, y, x: -y * m.cot(x),), forward=lambda m, x: m.divide(1, m.sin(x)), aliases=("cosec",),
    formula="1/sin(x)", latex=r"\csc", samples=((0.5,), (-2.0,), (40.0,)),
)  # fmt: skip
gate(
    "cot", "x", (lambda m, y, x: -m.power(m.csc(x), 2),), forward=lambda m, x: m.divide(1, m.tan(x)),
    formula="1/tan(x)", latex=r"\cot", samples=((0.5,), (-1.2,), (1.57,)),
)  # fmt: skip


def _leg(m, x):
    """sqrt(x^2 - 1), which neither overflows nor loses digits where x is near 1 or -1."""
    return m.sqrt(m.abs(x) - 1) * m.sqrt(m.abs(x) + 1)


def _slant(m, y, x):
    return m.divide(1, m.abs(x) * _leg(m, x))


def _taught_slant(m, y, x):
    return m.divide(1, m.abs(x) * m.sqrt(m.power(x, 2) - 1))


OUTSIDE = ((1.5,), (-1.0000001,), (1e8,))

# acos(1/x) would round 1/x, of which nothing is left where it is near 1.
gate(
    "asec", "x", (_slant,), forward=lambda m, x: m.atan2(_leg(m, x), m.sign(x)), aliases=("arcsec",),
    lesson=(_taught_slant,), formula="angle with secant x: acos(1/x)", latex=r"\operatorname{{arcsec}}",
    unicode="arcsec", samples=OUTSIDE,
)  # fmt: skip
gate(
    "acsc", "x", (lambda m, y, x: -_slant(m, y, x),), forward=lambda m, x: m.atan2(m.sign(x), _leg(m, x)),
    aliases=("arccsc",), lesson=(lambda m, y, x: -_taught_slant(m, y, x),),
    formula="angle with cosecant x: asin(1/x)", latex=r"\operatorname{{arccsc}}", unicode="arccsc", samples=OUTSIDE,
)  # fmt: skip


def _other_side(m, y, inputs, tangents):
    """The angle just beyond 0: a quarter turn, of the sign of the step."""
    return m.where(tangents[0] < 0, -y, y)


gate(
    "acot", "x", (lambda m, y, x: -m.divide(1, 1 + m.power(x, 2)),), aliases=("arccot",),
    forward=lambda m, x: m.atan2(m.where(x < 0, -1.0, 1.0), m.abs(x)),
    kink=Kink(
        lambda m, y, x: x == 0, lambda m, y, xs, ts: m.where(ts[0] < 0, -math.inf, -ts[0]),
        {"torch": "as if the angle did not jump"}, _other_side,
    ),
    formula="angle with cotangent x: atan(1/x)", latex=r"\operatorname{{arccot}}",
    unicode="arccot", samples=((0.5,), (-20.0,), (1e8,)),
)  # fmt: skip
