"""Integrals that are no elementary functions; their local gradients are."""

from __future__ import annotations

from bpcalc.gate import family

gate = family("integral")

gate(
    "expint", "x", (lambda m, y, x: -m.divide(m.exp(-x), x),), formula="E1(x): integral of e^(-t)/t from x to inf",
    latex=r"\operatorname{{E}}_1", unicode="E₁", samples=((0.5,), (2.0,), (1e-9,), (30.0,)),
)  # fmt: skip
gate(
    "sinint", "x", (lambda m, y, x: m.sinc(x),), formula="integral of sin(t)/t from 0 to x",
    latex=r"\operatorname{{Si}}", unicode="Si", samples=((0.5,), (-3.0,), (40.0,)),
)  # fmt: skip
gate(
    "cosint", "x", (lambda m, y, x: m.divide(m.cos(x), x),), formula="minus the integral of cos(t)/t from x to inf",
    latex=r"\operatorname{{Ci}}", unicode="Ci", samples=((0.5,), (3.0,), (40.0,), (1e-9,)),
)  # fmt: skip


def _fresnel(name, word, function, latex):
    def slope(m, y, x):
        return getattr(m, function)(m.divide(m.constant("pi") * m.power(x, 2), 2))

    gate(
        name, "x", (slope,), formula=f"integral of {word}(pi*t^2/2) from 0 to x", latex=latex,
        samples=((0.5,), (-1.25,), (1e-9,)),
    )  # fmt: skip


_fresnel("fresnels", "sin", "sin", r"\operatorname{{S}}")
_fresnel("fresnelc", "cos", "cos", r"\operatorname{{C}}")
