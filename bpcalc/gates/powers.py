"""Powers and roots."""

from __future__ import annotations

import math

from bpcalc.gate import POWER, Kink, family

gate = family("powers")


def _slope(m, y, x, n):
    return n * m.power(x, n - 1)


def _base(m, y, x, n):
    return m.except_at(m.equal(n, 0), 0, _slope(m, y, x, n))


def _exponent(m, y, x, n):
    return m.except_at(m.equal(x, 0) * (n >= 0), 0, y * m.log(x))


def _zero_to_zero(m, y, inputs, tangents):
    """0^h is 0 and 0^-h infinite for every h > 0, but 0^0 is 1: a jump down, and a jump up."""
    return m.where(m.equal(tangents[1], 0), 0.0, -math.inf * tangents[1])


def _beside_zero_to_zero(m, y, inputs, tangents):
    """0 or infinite where only the exponent leaves 0; where the base does too, h^h still tends to 1."""
    beyond = m.where(m.equal(tangents[1], 0), y, m.where(tangents[1] > 0, 0.0, math.inf))
    return m.where(m.equal(tangents[0], 0), beyond, y)


gate(
    "power", "x n", (_base, _exponent), conventions={"jax": (_slope, _exponent)}, infix=("^", POWER),
    kink=Kink(
        lambda m, y, x, n: (x == 0) & (n == 0), _zero_to_zero,
        {"torch": "0 for both inputs at 0^0", "jax": "NaN for the base and 0 for the exponent at 0^0"},
        _beside_zero_to_zero,
    ),
    formula="x^n", latex="{0}^{{{1}}}", samples=((-3.0, 2.0), (2.0, -1.0), (1.5, 2.5), (0.3, 7.0)),
)  # fmt: skip
gate(
    "sqrt", "x", (lambda m, y, x: m.divide(1, 2 * y),),
    formula="square root of x", latex=r"\sqrt{{{0}}}", unicode="√{0:a}", samples=((4.0,), (0.01,), (2e8,)),
)  # fmt: skip
gate(
    "cbrt", "x", (lambda m, y, x: m.divide(1, 3 * m.power(y, 2)),),
    formula="cube root of x", latex=r"\sqrt[3]{{{0}}}", unicode="∛{0:a}", samples=((8.0,), (-0.3,), (1e9,)),
)  # fmt: skip


def _legs(at_origin):
    return tuple(lambda m, y, *legs, k=k: m.except_at(m.equal(y, 0), at_origin, m.divide(legs[k], y)) for k in (0, 1))


gate(
    "hypot", "a b", _legs(at_origin=0), conventions={"jax": _legs(at_origin=0.5)},
    kink=Kink(
        lambda m, y, a, b: (a == 0) & (b == 0), lambda m, y, xs, ts: m.hypot(*ts),
        {"torch": "0, the subgradient of least norm", "jax": "0.5 for both inputs"},
    ),
    formula="sqrt(a^2 + b^2), without overflow", latex=r"\sqrt{{{0}^2 + {1}^2}}",
    unicode="√({0:a}² + {1:a}²)",
    samples=((3.0, 4.0), (-1.0, 0.5), (3e200, 4e200)),
)  # fmt: skip
