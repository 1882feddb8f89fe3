"""Gates in terms of others, for languages that have neither the gate nor what its record is written with.

They are right to 11 digits or more wherever the result is a double.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

from bpcalc.gate import Gate

FAR = 10  # from where on erfcx is its asymptotic series, which ends here


def _asymptotic(m: Any, x: Any, factor: Callable[[int], float]) -> Any:
    """The sum of factor(k)*(-1)^k*(2*k - 1)!!/(2*x^2)^k (DLMF 7.12.1), nested."""
    step = m.divide(-1, 2 * x * x)
    total: Any = factor(12)
    for k in range(11, -1, -1):
        total = factor(k) + (2 * k + 1) * step * total * 1.0
    return total


def _erfcx(m: Any, x: Any) -> Any:
    far = m.max(x, FAR)
    series = m.divide(_asymptotic(m, far, lambda k: 1.0), far * math.sqrt(math.pi))
    near = m.min(x, FAR)
    return m.where(x < FAR, m.exp(near * near) * m.erfc(near), series)


def _erfcx_slope(m: Any, x: Any) -> Any:
    far = m.max(x, FAR)
    series = m.divide(_asymptotic(m, far, lambda k: 2 * k + 1.0), far * far * math.sqrt(math.pi))
    near = m.min(x, FAR)
    return m.where(x < FAR, 2 * near * m.exp(near * near) * m.erfc(near) - 2 / math.sqrt(math.pi), -series)


def _sinc_slope(m: Any, x: Any) -> Any:
    """(x*cos(x) - sin(x))/x^2, near 0 by its power series."""
    square = m.min(x * x, 1)
    series: Any = 0.0
    for k in range(9, 0, -1):
        series = 2 * k / math.factorial(2 * k + 1) * (-1) ** k + square * series
    away = m.where(m.equal(x, 0), 1, x)
    return m.where(x * x < 1, x * series, m.divide(m.cos(x) - m.divide(m.sin(x), away), away))


def _normal_pdf(m: Any, x: Any) -> Any:
    return m.exp(m.divide(-x * x, 2)) * (1 / math.sqrt(2 * math.pi))


# What is written so wherever the language has no function of its own.
FORMULAS: Mapping[str, Callable[..., Any]] = {
    "mod": lambda m, a, b: a - b * m.floor(m.divide(a, b)),
    "factorial": lambda m, n: m.gamma(n + 1),
    "erfcx": _erfcx,
    "normal_pdf": _normal_pdf,
    "normal_cdf": lambda m, x: 0.5 * m.erfc(m.divide(-x, math.sqrt(2))),
}
# SciPy's functions, as templates behind "scipy.special.".
SCIPY: Mapping[str, str] = {
    "beta": "beta({0}, {1})", "erfinv": "erfinv({0})", "erfcx": "erfcx({0})", "lambertw": "lambertw({0}).real",
    "besselj": "jv({0}, {1})", "bessely": "yv({0}, {1})", "besseli": "iv({0}, {1})", "besselk": "kv({0}, {1})",
    "expint": "exp1({0})", "sinint": "sici({0})[0]", "cosint": "sici({0})[1]", "fresnels": "fresnel({0})[0]",
    "fresnelc": "fresnel({0})[1]", "normal_cdf": "ndtr({0})", "normal_logcdf": "log_ndtr({0})",
}
# Of the gates with an order first, those of the first order.
FIRST_ORDER: Mapping[str, Gate] = {
    "polysinc": Gate("sinc_slope", "x", forward=_sinc_slope, formula="derivative of sin(x)/x"),
    "polyerfcx": Gate("erfcx_slope", "x", forward=_erfcx_slope, formula="derivative of e^(x^2)*erfc(x)"),
}


def formula(gate: Gate) -> Callable[..., Any] | None:
    """How a gate is written in terms of others; None where it cannot be."""
    found: Callable[..., Any] | None = FORMULAS.get(gate.name) or gate.forward
    return found
