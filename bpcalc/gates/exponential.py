"""Exponentials and logarithms."""

from __future__ import annotations

import math

from bpcalc.gate import Kink, family

gate = family("exponential")

gate("exp", "x", (lambda m, y, x: y,), formula="e^x", latex="e^{{{0}}}", samples=((0.5,), (-3.0,), (20.0,)))
gate(
    "expm1", "x", (lambda m, y, x: m.exp(x),), formula="e^x - 1, exact for small x",
    samples=((1e-10,), (-3.0,), (2.0,)),
)  # fmt: skip
gate(
    "log", "x", (lambda m, y, x: m.divide(1, x),), aliases=("ln",), formula="natural logarithm",
    latex=r"\ln", unicode="ln", samples=((2.0,), (0.1,), (1e9,)),
)  # fmt: skip
gate(
    "log2", "x", (lambda m, y, x: m.divide(1, x * m.log(2)),), formula="logarithm to base 2",
    latex=r"\log_2", unicode="log₂", samples=((8.0,), (0.3,)),
)  # fmt: skip
gate(
    "log10", "x", (lambda m, y, x: m.divide(1, x * m.log(10)),), formula="logarithm to base 10",
    latex=r"\log_{{10}}", unicode="log₁₀", samples=((100.0,), (0.3,)),
)  # fmt: skip
gate(
    "log1p", "x", (lambda m, y, x: m.divide(1, 1 + x),), formula="log(1 + x), exact for small x",
    samples=((1e-18,), (0.5,), (-0.9,)),
)  # fmt: skip


def _logaddexp(m, a, b):
    # of equal inputs, so that two infinite ones are not subtracted
    apart = m.where(m.equal(a, b), 0.0, a - b)
    return m.max(a, b) + m.log1p(m.exp(-m.abs(apart)))


def _share(sign):
    return lambda m, y, a, b: m.except_at(m.equal(a, b), 0.5, m.sigmoid(sign * (a - b)))


gate(
    "logaddexp", "a b", (_share(1), _share(-1)), forward=_logaddexp,
    lesson=(lambda m, y, a, b: m.sigmoid(a - b), lambda m, y, a, b: m.sigmoid(b - a)),
    packed=lambda m, a, b: m.log(m.exp(a) + m.exp(b)), formula="log(e^a + e^b), without overflow",
    samples=((0.5, 1.5), (1000.0, 999.0), (-80.0, 3.0)),
)  # fmt: skip


def _vanishes(m, y, x, b):
    """Where x is 0 and log(b) is no number, or infinite."""
    return m.equal(x, 0) * (b <= 0)


def _leaves(m, y, inputs, tangents):
    """Along x = 0 it stays 0; elsewhere log(b) is infinite."""
    return m.where(m.equal(tangents[0], 0), 0.0, -math.inf * tangents[0])


gate(
    "xlogy", "x b",
    (lambda m, y, x, b: m.except_at(_vanishes(m, y, x, b), 0, m.log(b)),
     lambda m, y, x, b: m.except_at(m.equal(x, 0), 0, m.divide(x, b))),
    forward=lambda m, x, b: m.where(m.equal(x, 0) * m.equal(b, b), 0.0, x * m.log(b)),
    kink=Kink(lambda m, y, x, b: (x == 0) & (b <= 0), _leaves, {"torch": "0 for both inputs"}),
    packed=lambda m, x, b: x * m.log(b),
    formula="x*log(b), and 0 where x is 0",
    samples=((2.0, 3.0), (-0.5, 0.25), (0.0, 2.0)),
)  # fmt: skip
