"""Bessel functions, the order first; and sin(x)/x, the spherical one of order 0.

No gradient flows to the order: the derivative by it is no function of this family.
"""

from __future__ import annotations

from bpcalc.gate import family

gate = family("bessel")

POINTS = ((0.0, 2.5), (1.0, 0.5), (2.5, 10.0))


def _bessel(name, letter, title, slope):
    gate(
        name, "n x", (None, slope), orders=(0,), formula=f"Bessel function {letter} of order n, {title}",
        latex=rf"\operatorname{{{{{letter}}}}}_{{{{{{0}}}}}}\left({{1}}\right)", samples=POINTS,
    )  # fmt: skip


_bessel(
    "besselj", "J", "of the first kind",
    lambda m, y, n, x: m.divide(m.besselj(n - 1, x) - m.besselj(n + 1, x), 2),
)  # fmt: skip
_bessel(
    "bessely", "Y", "of the second kind",
    lambda m, y, n, x: m.divide(m.bessely(n - 1, x) - m.bessely(n + 1, x), 2),
)  # fmt: skip
_bessel(
    "besseli", "I", "modified, of the first kind",
    lambda m, y, n, x: m.divide(m.besseli(n - 1, x) + m.besseli(n + 1, x), 2),
)  # fmt: skip
_bessel(
    "besselk", "K", "modified, of the second kind",
    lambda m, y, n, x: -m.divide(m.besselk(n - 1, x) + m.besselk(n + 1, x), 2),
)  # fmt: skip


# (cos(x) - y)/x has no digit left where x is small.
gate(
    "sinc", "x", (lambda m, y, x: m.polysinc(1, x),),
    forward=lambda m, x: m.where(m.equal(x, 0), 1.0, m.divide(m.sin(x), x)),
    lesson=(lambda m, y, x: m.divide(m.cos(x), x) - m.divide(m.sin(x), m.power(x, 2)),),
    packed=lambda m, x: m.divide(m.sin(x), x), formula="sin(x)/x, and 1 where x is 0",
    samples=((0.5,), (-3.0,), (40.0,)),
)  # fmt: skip
gate(
    "polysinc", "n x", (None, lambda m, y, n, x: m.polysinc(n + 1, x)), orders=(0,),
    formula="n-th derivative of sinc", latex=r"\operatorname{{sinc}}^{{\left({0}\right)}}\left({1}\right)",
    unicode="sinc^({0})({1})", samples=((1.0, 2.5), (2.0, 1e-9), (3.0, 10.0)),
)  # fmt: skip
