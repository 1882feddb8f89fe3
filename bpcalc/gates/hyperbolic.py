"""Hyperbolic functions and their inverses."""

from __future__ import annotations

from bpcalc.gate import family

gate = family("hyperbolic")

gate(
    "sinh", "x", (lambda m, y, x: m.cosh(x),),
    formula="(e^x - e^-x)/2", latex=r"\sinh", samples=((0.5,), (-3.0,), (700.0,)),
)  # fmt: skip
gate(
    "cosh", "x", (lambda m, y, x: m.sinh(x),),
    formula="(e^x + e^-x)/2", latex=r"\cosh", samples=((0.5,), (-3.0,), (700.0,)),
)  # fmt: skip
FAR = 300  # from where on a power of cosh may be too large for a double


def _steepness(m, y, x):
    """1 - y^2 has no digits left where y rounds to 1 (from x = 19 on); 1/cosh(x)^2 keeps them all.

    Far out it is written as 4*sigmoid(2*x)*sigmoid(-2*x), which is the same: differentiated again, it has no infinite
    cosh to meet the 0 that flows there.
    """
    if m.holds(m.abs(x) > FAR):
        return 4 * m.sigmoid(2 * x) * m.sigmoid(-2 * x)
    return m.power(m.divide(1, m.cosh(x)), 2)


gate(
    "tanh", "x", (_steepness,), lesson=(lambda m, y, x: 1 - m.power(y, 2),),
    formula="sinh(x)/cosh(x)", latex=r"\tanh", samples=((0.5,), (-3.0,), (30.0,), (300.0,)),
    packed=lambda m, x: m.divide(m.exp(2 * x) - 1, m.exp(2 * x) + 1),
)  # fmt: skip
gate(
    "asinh", "x", (lambda m, y, x: m.divide(1, m.hypot(1, x)),), aliases=("arcsinh",),
    lesson=(lambda m, y, x: m.divide(1, m.sqrt(1 + m.power(x, 2))),),
    formula="inverse of sinh", latex=r"\operatorname{{arsinh}}", unicode="arsinh", samples=((0.5,), (-3.0,), (1e200,)),
)  # fmt: skip
gate(
    "acosh", "x", (lambda m, y, x: m.divide(1, m.sqrt(x - 1) * m.sqrt(x + 1)),), aliases=("arccosh",),
    lesson=(lambda m, y, x: m.divide(1, m.sqrt(m.power(x, 2) - 1)),),
    formula="inverse of cosh", latex=r"\operatorname{{arcosh}}", unicode="arcosh",
    samples=((1.5,), (1.0000001,), (1e200,)),
)  # fmt: skip
gate(
    "atanh", "x", (lambda m, y, x: m.divide(1, (1 - x) * (1 + x)),), aliases=("arctanh",),
    lesson=(lambda m, y, x: m.divide(1, 1 - m.power(x, 2)),),
    formula="inverse of tanh", latex=r"\operatorname{{artanh}}", unicode="artanh",
    samples=((0.5,), (-0.9,), (0.9999999,)),
)  # fmt: skip
