"""The functions of bpcalc's language on single numbers, by mpmath, with as many digits as are set."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import mpmath
from language import NumberSystem
from mpmath import mpf
from reference import FORWARD


def _real_root(x: Any) -> Any:
    return mpmath.sign(x) * mpmath.cbrt(abs(x))


def _truth(holds: Callable[[Any, Any], bool]) -> Callable[[Any, Any], Any]:
    return lambda a, b: mpf(bool(holds(a, b)))


def _lgamma(x: Any) -> Any:
    return mpmath.loggamma(x) if x > 0 else mpmath.log(abs(mpmath.gamma(x)))


SAME_NAME = (
    "exp", "log", "ln", "log10", "log1p", "expm1", "sqrt", "sign", "sin", "cos", "tan", "sinh", "cosh", "tanh", "asin",
    "acos", "atan", "asinh", "acosh", "atanh", "atan2", "hypot", "erf", "erfc", "gamma", "digamma", "floor", "ceil",
)  # fmt: skip

FUNCTIONS: dict[str, Callable[..., Any]] = {
    **{name: getattr(mpmath, name) for name in SAME_NAME},
    **{f"arc{name}": getattr(mpmath, f"a{name}") for name in ("sin", "cos", "tan", "sinh", "cosh", "tanh")},
    "pi": lambda: +mpmath.pi,
    "e": lambda: +mpmath.e,
    "tau": lambda: 2 * mpmath.pi,
    "inf": lambda: mpmath.inf,
    "less": _truth(lambda a, b: a < b),
    "less_equal": _truth(lambda a, b: a <= b),
    "greater": _truth(lambda a, b: a > b),
    "greater_equal": _truth(lambda a, b: a >= b),
    "equal": _truth(lambda a, b: a == b),
    "not_equal": _truth(lambda a, b: a != b),
    "log2": lambda x: mpmath.log(x) / mpmath.log(2),
    "cbrt": _real_root,
    "abs": abs,
    "lgamma": _lgamma,
    "polygamma": lambda n, x: mpmath.psi(int(n), x),
    "max": max,
    "min": min,
    "where": lambda c, a, b: a if c else b,
    "clip": lambda x, lo, hi: min(max(x, lo), hi),
    "relu": lambda x: max(x, mpf(0)),
    "leaky_relu": lambda x, slope="0.01": x if x > 0 else mpf(slope) * x,
    "elu": lambda x, alpha=1: x if x > 0 else alpha * mpmath.expm1(x),
    **dict.fromkeys(("sigmoid", "σ"), lambda x: 1 / (1 + mpmath.exp(-x))),
    "logit": lambda p: mpmath.log(p / (1 - p)),
    "softplus": lambda x: mpmath.log(1 + mpmath.exp(x)),
    "silu": lambda x: x / (1 + mpmath.exp(-x)),
    "gelu": lambda x: x * mpmath.erfc(-x / mpmath.sqrt(2)) / 2,
}

MPMATH = NumberSystem(FORWARD | FUNCTIONS, mpf, list)
