"""Exponentials and logarithms."""

from __future__ import annotations

from bpcalc.gate import family

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
