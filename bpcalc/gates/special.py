"""The error function and the gamma family, with their inverses and scaled forms; Lambert's W."""

from __future__ import annotations

import math

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
    "polygamma", "n x", (None, lambda m, y, n, x: m.polygamma(n + 1, x)), orders=(0,),
    formula="n-th derivative of digamma", latex=r"\psi^{{\left({0}\right)}}\left({1}\right)", unicode="ψ^({0})({1})",
    samples=((1.0, 2.5), (2.0, 0.3), (3.0, 50.0)),
)  # fmt: skip


def _factorial(m, x):
    """gamma(x + 1), but x*gamma(x) where x + 1 is rounded and gamma is steep."""
    is_exact = m.equal(x, m.floor(x)) + (m.abs(x) < 0.5)
    return m.where(is_exact, m.gamma(x + 1), x * m.gamma(x))


gate(
    "factorial", "n", (lambda m, y, n: y * m.digamma(n + 1),), forward=_factorial,
    packed=lambda m, n: m.gamma(n + 1), formula="n!: gamma(n + 1), for numbers that are not whole too",
    latex="{0:a}!", unicode="{0:a}!", samples=((5.0,), (2.5,), (-0.3,), (20.0,)),
)  # fmt: skip


def _beta_slope(place):
    def local(m, y, *inputs):
        a, b = inputs
        return y * (m.digamma(inputs[place]) - m.digamma(a + b))

    return local


gate(
    "beta", "a b", (_beta_slope(0), _beta_slope(1)), formula="gamma(a) gamma(b) / gamma(a + b)",
    latex=r"\operatorname{{B}}", samples=((2.5, 0.5), (5.0, 3.0), (0.3, 2.0)),
)  # fmt: skip


# Written with erfcx alone, 2*x*erfcx(x) - 2/sqrt(pi) has no digit left where x is large.
gate(
    "erfcx", "x", (lambda m, y, x: m.polyerfcx(1, x),),
    lesson=(lambda m, y, x: 2 * x * y - m.divide(2, m.sqrt(m.constant("pi"))),),
    formula="e^(x^2)*erfc(x), without overflow", packed=lambda m, x: m.exp(m.power(x, 2)) * m.erfc(x),
    samples=((0.5,), (-1.5,), (15.0,), (1e10,)),
)  # fmt: skip
gate(
    "polyerfcx", "n x", (None, lambda m, y, n, x: m.polyerfcx(n + 1, x)), orders=(0,),
    formula="n-th derivative of erfcx", latex=r"\operatorname{{erfcx}}^{{\left({0}\right)}}\left({1}\right)",
    unicode="erfcx^({0})({1})", samples=((1.0, 0.5), (2.0, 10.0), (1.0, -0.75), (3.0, 2.0)),
)  # fmt: skip


def _inverse_slope(m, y, x):
    """sqrt(pi)/2*e^(y^2): where y is large, e^(-y^2) is (1 - |x|)/erfcx(|y|), and does not make y's rounding worse."""
    near = m.divide(m.sqrt(m.constant("pi")), 2) * m.exp(m.power(y, 2))
    far = m.divide(m.sqrt(m.constant("pi")) * m.erfcx(m.abs(y)), 2 * (1 - m.abs(x)))
    return m.except_at(m.equal(m.abs(x), 1), math.inf, m.where(m.abs(x) < 0.5, near, far))


gate(
    "erfinv", "x", (_inverse_slope,),
    lesson=(lambda m, y, x: m.divide(m.sqrt(m.constant("pi")), 2) * m.exp(m.power(y, 2)),),
    formula="inverse of erf", samples=((0.25,), (-0.75,), (0.9999999,)),
)  # fmt: skip
gate(
    "lambertw", "x", (lambda m, y, x: m.where(m.abs(x) < 1, m.divide(m.exp(-y), 1 + y), m.divide(y, x * (1 + y))),),
    lesson=(lambda m, y, x: m.divide(m.exp(-y), 1 + y),),
    formula="the y >= -1 with y*e^y = x (principal branch)", latex=r"\operatorname{{W}}",
    samples=((0.5,), (-0.25,), (3.0,), (1e100,)),
)  # fmt: skip
