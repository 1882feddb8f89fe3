"""Hyperbolic functions, their reciprocals, and the inverses of both."""

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


# Reciprocals. e^-|x| vanishes where cosh and sinh have overflowed, and 1/cosh is still a double.


def _sech(m, x):
    tail = m.exp(-m.abs(x))
    return m.divide(2 * tail, 1 + m.power(tail, 2))


def _csch(m, x):
    tail = m.exp(-m.abs(x))
    far = m.divide(2 * m.sign(x) * tail, 1 - m.power(tail, 2))
    return m.where(m.abs(x) > 30, far, m.divide(1, m.sinh(x)))


gate(
    "sech", "x", (lambda m, y, x: -y * m.tanh(x),), forward=_sech, packed=lambda m, x: m.divide(1, m.cosh(x)),
    formula="1/cosh(x)", latex=r"\operatorname{{sech}}", samples=((0.5,), (-3.0,), (700.0,)),
)  # fmt: skip
gate(
    "csch", "x", (lambda m, y, x: -y * m.coth(x),), forward=_csch, packed=lambda m, x: m.divide(1, m.sinh(x)),
    formula="1/sinh(x)", latex=r"\operatorname{{csch}}", samples=((0.5,), (-3.0,), (700.0,)),
)  # fmt: skip
gate(
    "coth", "x", (lambda m, y, x: -m.power(m.csch(x), 2),), forward=lambda m, x: m.divide(1, m.tanh(x)),
    formula="1/tanh(x)", latex=r"\coth", samples=((0.5,), (-3.0,), (30.0,), (300.0,)),
)  # fmt: skip

# acosh(1/x) would round 1/x, of which nothing is left where it is near 1; 1 - x is exact there.
gate(
    "asech", "x", (lambda m, y, x: -m.divide(1, x * m.sqrt((1 - x) * (1 + x))),), aliases=("arcsech",),
    forward=lambda m, x: 2 * m.asinh(m.divide(m.sqrt(1 - x), m.sqrt(2 * x))),
    lesson=(lambda m, y, x: -m.divide(1, x * m.sqrt(1 - m.power(x, 2))),),
    formula="inverse of sech: acosh(1/x)", latex=r"\operatorname{{arsech}}", unicode="arsech",
    samples=((0.5,), (0.9999999,), (1e-100,)),
)  # fmt: skip
gate(
    "acsch", "x", (lambda m, y, x: -m.divide(1, m.abs(x) * m.hypot(1, x)),), aliases=("arccsch",),
    forward=lambda m, x: m.asinh(m.divide(1, x)),
    lesson=(lambda m, y, x: -m.divide(1, m.abs(x) * m.sqrt(1 + m.power(x, 2))),),
    formula="inverse of csch: asinh(1/x)", latex=r"\operatorname{{arcsch}}", unicode="arcsch",
    samples=((0.5,), (-3.0,), (1e-100,)),
)  # fmt: skip
gate(
    "acoth", "x", (lambda m, y, x: m.divide(1, (1 - x) * (1 + x)),), aliases=("arccoth",),
    forward=lambda m, x: 0.5 * m.sign(x) * m.log1p(m.divide(2, m.abs(x) - 1)),
    lesson=(lambda m, y, x: m.divide(1, 1 - m.power(x, 2)),),
    formula="inverse of coth: atanh(1/x)", latex=r"\operatorname{{arcoth}}", unicode="arcoth",
    samples=((1.5,), (-1.0000001,), (1e8,)),
)  # fmt: skip
