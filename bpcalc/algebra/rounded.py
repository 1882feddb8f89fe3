"""Special functions of single numbers that the math module lacks: by mpmath, with more digits than a double has, and
rounded once.

SciPy's, measured against these over their whole ranges, are off by up to 2000 units in the last place (jv, yv, kv of
orders that are not whole), 160 (beta), 65 (sici near its zeros), 13 (fresnel), 8 (exp1): `special_arrays` takes those
that are right to 4. The functions never raise: poles, overflow and NaN give results as in IEEE arithmetic. This module
is loaded where a program has one of them, for mpmath takes a while.
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
MOST = 200  # orders of derivatives
LARGE = 200  # orders of Bessel functions up to which mpmath is fast
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
    return _erfcx(0, x)


@_never_raises
def polyerfcx(n: float, x: float) -> Any:
    """The n-th derivative of erfcx, for whole n from 0 on; else NaN."""
    if not _is_whole(n) or not 0 <= n < inf:
        return nan
    return _erfcx(int(n), x) if n <= MOST else nan


def _erfcx(n: int, x: float) -> Any:
    """By (2*x*y)^(n) and y' = 2*x*y - 2/sqrt(pi), the derivatives of e^(x^2)*erfc(x)."""
    if x < -1e4:
        return -inf if n % 2 else inf
    if x > 1e9 * (n + 1):  # the first term of DLMF 7.12.1, whose next one is (n + 1)*(n + 2)/(2*x^2) of it
        size = context.factorial(n) / (context.sqrt(context.pi) * mpf(x) ** (n + 1)) if x < inf else 0.0
        return -size if n % 2 else size
    lost = (n + 1) * (8 + 2 * max(0, math.frexp(x)[1]))  # bits: each is the small difference of the two before
    with context.workprec(140 + lost):
        before, y = mpf(0), context.exp(mpf(x) ** 2) * context.erfc(mpf(x))
        for order in range(n):
            drop = 2 / context.sqrt(context.pi) if order == 0 else 0
            before, y = y, 2 * x * y + 2 * order * before - drop
        return y


@_never_raises
def lambertw(x: float) -> Any:
    """The principal branch of Lambert's W; NaN below -1/e."""
    if x in (BRANCH, inf):
        return -1.0 if x < 0 else inf
    return context.lambertw(mpf(x)) if x > BRANCH else nan


# Bessel functions


def _bessel(kind: str, n: float, x: float) -> Any:
    """For x != 0. Of an order beyond LARGE, and where mpmath gives up, by SciPy, which has 13 digits."""
    sign = -1 if n < 0 and n % 2 == 1 and kind in "jy" else 1  # DLMF 10.4.1, 10.27.1
    n = abs(n) if _is_whole(n) or kind == "k" else n
    if abs(n) <= LARGE:
        try:
            return sign * getattr(context, f"bessel{kind}")(mpf(n), mpf(x))
        except ValueError:  # its series does not converge
            pass
    from scipy import special

    return sign * getattr(special, f"{kind}v")(n, x)


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
    return _at_zero(n) if x == 0 else 0.0 if math.isinf(x) else _bessel("j", n, x)


@_never_raises
def besseli(n: float, x: float) -> Any:
    """The modified Bessel function of the first kind; NaN for x < 0 unless n is whole."""
    if math.isinf(n) or (x < 0 and not _is_whole(n)):
        return nan
    if math.isinf(x):
        return -inf if x < 0 and n % 2 else inf
    return _bessel("i", n, x) if x else _at_zero(n)


@_never_raises
def bessely(n: float, x: float) -> Any:
    """The Bessel function of the second kind; NaN for x < 0."""
    if math.isinf(n) or x < 0:
        return nan
    if x == 0:  # DLMF 10.7.2, and by 10.4.2 for orders below 0
        side = context.cospi(mpf(n)) if n < 0 else 1
        return -inf * float(side) if side else 0.0
    return 0.0 if x == inf else _bessel("y", n, x)


@_never_raises
def besselk(n: float, x: float) -> Any:
    """The modified Bessel function of the second kind; NaN for x < 0."""
    if math.isinf(n) or x < 0:
        return nan
    return inf if x == 0 else 0.0 if x == inf else _bessel("k", n, x)


@_never_raises
def polysinc(n: float, x: float) -> Any:
    """The n-th derivative of sin(x)/x, for whole n from 0 on; else NaN."""
    if not _is_whole(n) or not 0 <= n < inf:
        return nan
    if math.isinf(x):
        return 0.0
    return _sinc(int(n), mpf(x)) if n <= MOST else nan


def _sinc(n: int, x: Any) -> Any:
    if abs(x) > n + 20:  # x*y^(k) + k*y^(k-1) is the k-th derivative of sin(x)
        turns = (context.sin(x), context.cos(x))
        y = turns[0] / x
        for order in range(1, n + 1):
            y = ((-1 if order % 4 > 1 else 1) * turns[order % 2] - order * y) / x
        return y
    with context.workprec(160 + 2 * int(abs(x)) + n):  # the power series of the integral of cos(x*t), 0 < t < 1
        k = (n + 1) // 2
        term, total = (-1) ** k * x ** (2 * k - n), mpf(0)
        while abs(term) > abs(total) * context.eps:
            total, k = total + term / (2 * k + 1), k + 1
            term *= -x * x / ((2 * k - n) * (2 * k - n - 1))
        return total


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
