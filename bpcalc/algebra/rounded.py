"""Special functions of single numbers that the math module lacks: by mpmath, with more digits than a double has, and
rounded once.

SciPy's, measured against these over their whole ranges, are off by up to 2000 units in the last place (jv, yv, kv of
orders that are not whole), 160 (beta), 65 (sici near its zeros), 13 (fresnel), 8 (exp1): `special_arrays` takes those
that are right to 4. Functions never raise: poles, overflow and NaN give results as in IEEE arithmetic. Loaded where a
program has one of them, for mpmath takes a while.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import mpmath

inf, nan = math.inf, math.nan
# Beside a zero a result is 2^-54 of what it is made of, and has 53 bits of its own.
context = mpmath.mp.clone()
context.prec = 140
mpf = context.mpf
Function = Callable[..., float]
BRANCH = -math.exp(-1)  # the double that stands for -1/e, where Lambert's W begins


def _never_raises(function: Callable[..., Any]) -> Function:
    """The function rounded to a double; NaN of NaN, and where it has no real value."""

    def total(*inputs: float) -> float:
        if any(x != x for x in inputs):
            return nan
        try:
            value = function(*map(float, inputs))
        except (ValueError, ZeroDivisionError, OverflowError, ArithmeticError):
            return nan
        return float(value) if not isinstance(value, context.mpc) else nan

    total.__doc__ = function.__doc__
    return total


def _is_whole(n: float) -> bool:
    return n % 1 == 0


@_never_raises
def beta(a: float, b: float) -> Any:
    """gamma(a)*gamma(b)/gamma(a + b)."""
    if math.isinf(a) or math.isinf(b):
        return 0.0 if min(a, b) > 0 else nan
    return context.beta(mpf(a), mpf(b))


@_never_raises
def erfinv(x: float) -> Any:
    """The inverse of erf."""
    if abs(x) >= 1:
        return math.copysign(inf, x) if abs(x) == 1 else nan
    return context.erfinv(mpf(x)) if x else x


@_never_raises
def erfcx(x: float) -> Any:
    """e^(x^2)*erfc(x)."""
    return _repeated_erfcx(0, x)


@_never_raises
def repeated_erfcx(n: float, x: float) -> Any:
    """e^(x^2) times the n-th repeated integral of erfc (DLMF 7.18.2), for whole n from 0 on; else NaN."""
    return _repeated_erfcx(int(n), x) if _is_whole(n) and n >= 0 else nan


def _repeated_erfcx(n: int, x: float) -> Any:
    if x < -27:
        return inf  # all orders behave as e^(x^2) there
    if x > 1e9 * (n + 1):  # the first term of DLMF 7.18.14, whose next one is (n + 1)*(n + 2)/(4*x^2) of it
        return 2 / (context.sqrt(context.pi) * (2 * mpf(x)) ** (n + 1)) if x < inf else 0.0
    # each order is small beside the two before, which it is the difference of
    lost = (n + 1) * (8 + 2 * max(0, math.frexp(x)[1]))
    with context.workprec(140 + lost):
        before, y = 2 / context.sqrt(context.pi), context.exp(mpf(x) ** 2) * context.erfc(mpf(x))
        for order in range(1, n + 1):
            before, y = y, (before - 2 * x * y) / (2 * order)  # DLMF 7.18.7
        return y


@_never_raises
def lambertw(x: float) -> Any:
    """The principal branch of Lambert's W; NaN below -1/e."""
    if x == BRANCH or x == inf:
        return -1.0 if x < 0 else inf
    return context.lambertw(mpf(x)) if x > BRANCH else nan


# Bessel functions


def _at_zero(n: float) -> float:
    """J and I of order n at 0 (DLMF 10.7.1, 10.7.3)."""
    if n == 0 or n > 0 or _is_whole(n):
        return 1.0 if n == 0 else 0.0
    return math.copysign(inf, context.rgamma(mpf(n) + 1))


@_never_raises
def besselj(n: float, x: float) -> Any:
    """The Bessel function of the first kind; NaN for x < 0 unless n is whole."""
    if math.isinf(n) or (x < 0 and not _is_whole(n)):
        return nan
    return _at_zero(n) if x == 0 else 0.0 if math.isinf(x) else context.besselj(mpf(n), mpf(x))


@_never_raises
def besseli(n: float, x: float) -> Any:
    """The modified Bessel function of the first kind; NaN for x < 0 unless n is whole."""
    if math.isinf(n) or (x < 0 and not _is_whole(n)):
        return nan
    if math.isinf(x):
        return -inf if x < 0 and n % 2 else inf
    return context.besseli(mpf(n), mpf(x)) if x else _at_zero(n)


@_never_raises
def bessely(n: float, x: float) -> Any:
    """The Bessel function of the second kind; NaN for x < 0."""
    if math.isinf(n) or x < 0:
        return nan
    if x == 0:  # DLMF 10.7.2, and by 10.4.2 for orders below 0
        side = context.cospi(mpf(n)) if n < 0 else 1
        return -inf * float(side) if side else 0.0
    return 0.0 if x == inf else context.bessely(mpf(n), mpf(x))


@_never_raises
def besselk(n: float, x: float) -> Any:
    """The modified Bessel function of the second kind; NaN for x < 0."""
    if math.isinf(n) or x < 0:
        return nan
    return inf if x == 0 else 0.0 if x == inf else context.besselk(mpf(n), mpf(x))


@_never_raises
def spherical_jn(n: float, x: float) -> Any:
    """The spherical Bessel function of the first kind (DLMF 10.47.3), for whole n from 0 on; else NaN."""
    if not _is_whole(n) or n < 0 or math.isinf(n):
        return nan
    if x == 0 or math.isinf(x):
        return float(n == 0 and x == 0)
    size = abs(mpf(x))
    y = context.sqrt(context.pi / (2 * size)) * context.besselj(mpf(n) + 0.5, size)
    return -y if x < 0 and n % 2 else y


# Integrals


@_never_raises
def expint(x: float) -> Any:
    """The exponential integral E1; NaN for x < 0, where it is complex."""
    if x <= 0 or x == inf:
        return inf if x == 0 else 0.0 if x > 0 else nan
    return context.e1(mpf(x))


@_never_raises
def sinint(x: float) -> Any:
    """The sine integral Si."""
    return math.copysign(math.pi / 2, x) if math.isinf(x) else context.si(mpf(x)) if x else x


@_never_raises
def cosint(x: float) -> Any:
    """The cosine integral Ci; NaN for x < 0, where it is complex."""
    if x <= 0 or x == inf:
        return -inf if x == 0 else 0.0 if x > 0 else nan
    return context.ci(mpf(x))


@_never_raises
def fresnels(x: float) -> Any:
    """The Fresnel integral S."""
    return math.copysign(0.5, x) if math.isinf(x) else context.fresnels(mpf(x)) if x else x


@_never_raises
def fresnelc(x: float) -> Any:
    """The Fresnel integral C."""
    return math.copysign(0.5, x) if math.isinf(x) else context.fresnelc(mpf(x)) if x else x
