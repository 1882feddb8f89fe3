"""The error function and the gamma family."""

from __future__ import annotations

from bpcalc.gate import family

gate = family("special")


def _bell(m, x):
    """2/sqrt(pi)*exp(-x^2), the derivative of erf (DLMF 7.2.1)."""
    return m.divide(2, m.sqrt(m.constant("pi"))) * m.exp(-m.power(x, 2))


gate(
    "erf", "x", (lambda m, y, x: _bell(m, x),),
    formula="2/sqrt(pi) * integral of e^(-t^2) from 0 to x", samples=((0.5,), (-1.2,), (2.0,)),
)  # fmt: skip
gate(
    "erfc", "x", (lambda m, y, x: -_bell(m, x),),
    formula="1 - erf(x), exact for large x", samples=((0.5,), (-1.2,), (2.0,)),
)  # fmt: skip
gate(
    "gamma", "x", (lambda m, y, x: y * m.digamma(x),),
    formula="gamma function: (x - 1)! for whole x", latex=r"\Gamma", unicode="Γ", samples=((2.5,), (5.0,), (0.3,)),
)  # fmt: skip
gate(
    "lgamma", "x", (lambda m, y, x: m.digamma(x),), formula="log(abs(gamma(x)))",
    latex=r"\ln\left|\Gamma\left({0}\right)\right|", unicode="ln|Γ({0})|", samples=((2.5,), (50.0,), (0.3,)),
)  # fmt: skip
gate(
    "digamma", "x", (lambda m, y, x: m.polygamma(1, x),), formula="derivative of lgamma", latex=r"\psi", unicode="ψ",
    samples=((2.5,), (50.0,), (0.3,), (-1.5,)),
)  # fmt: skip
gate(
    "polygamma", "n x", (None, lambda m, y, n, x: m.polygamma(n + 1, x)), formula="n-th derivative of digamma",
    latex=r"\psi^{{\left({0}\right)}}\left({1}\right)", unicode="ψ^({0})({1})",
    samples=((1.0, 2.5), (2.0, 0.3), (3.0, 50.0)),
)  # fmt: skip
