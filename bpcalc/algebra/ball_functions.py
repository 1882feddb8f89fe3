"""Functions of balls by the names of their gates: Arb's own, and what is put together from those."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

# Arb's own, where they are called otherwise than their gates.
RENAMED = {"sinint": "si", "cosint": "ci", "fresnelc": "fresnel_c"}
SAME = (
    "exp", "log", "log1p", "sqrt", "sin", "cos", "tan", "asin", "acos", "atan", "cosh",
    "asinh", "acosh", "atanh", "erf", "gamma", "digamma", "erfinv", "lambertw",
)  # fmt: skip
TINY = 2.0**-64
FAR = 16  # from where on functions with e^(-x^2) in them go another way
BESSEL = {"besselj": "bessel_j", "bessely": "bessel_y", "besseli": "bessel_i", "besselk": "bessel_k"}


def _cbrt(x: Any) -> Any:
    return -(-x).root(3) if x < 0 else x.root(3)


def _lgamma(x: Any) -> Any:
    """Below 0 by reflection (DLMF 5.5.3)."""
    return (x.pi() / abs(x.sin_pi())).log() - (1 - x).lgamma() if x < 0 else x.lgamma()


def _erfc(x: Any) -> Any:
    """It falls: so between those of the ends. Of a ball far out Arb itself has but a bound."""
    return x.lower().erfc().union(x.upper().erfc()) if x > FAR and not x.is_exact() else x.erfc()


def _erfcx(x: Any) -> Any:
    """Far out by a confluent function (DLMF 7.11.2), for e^(x^2) and erfc(x) are beyond all exponents there."""
    if x > FAR:
        half = type(x)(1) / 2
        return (x * x).hypgeom_u(half, half) / x.const_sqrt_pi()
    return (x * x).exp() * _erfc(x)


def _beside_zero(name: str, first: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """A function of Arb's that loses digits where it is all but its first term: that, times 1 - |x| to 1 + |x|."""

    def function(x: Any) -> Any:
        found = getattr(x, name)()
        if not abs(x) < TINY:
            return found
        term = first(x) * type(x)(1, abs(x).upper())
        return term if term.rel_accuracy_bits() > found.rel_accuracy_bits() else found

    return function


OWN: dict[str, Callable[[Any], Any]] = {
    "cbrt": _cbrt, "lgamma": _lgamma, "log2": lambda x: x.log() / x.const_log2(),
    "log10": lambda x: x.log() / x.const_log10(), "erfc": _erfc, "erfcx": _erfcx,
    **{name: _beside_zero(name, lambda x: x) for name in ("tanh", "sinh", "expm1")},
    "fresnels": _beside_zero("fresnel_s", lambda x: x**3 * x.pi() / 6),
    "expint": lambda x: x.expint(1),
}  # fmt: skip


def function(name: str) -> Callable[[Any], Any]:
    """A function of one ball."""
    if name in OWN:
        return OWN[name]
    own = RENAMED.get(name, name)
    return lambda x: getattr(x, own)()
