"""Gamma-family functions on floats that Python's math module lacks or gets roughly.

Imports only ``math``; serves ``bpcalc/algebra/floats.py``.  Public functions never
raise: poles, overflow and NaN give IEEE-style results.  All are or come from
F_s(x) = (-1)^s d^s/dx^s ln|gamma(x)|: lgamma is F_0, digamma -F_1, polygamma F_(n+1)
with a sign.  A float is a fraction p/q, so F_s is summed in fixed point on integers
and rounded once; with 110 right bits, even next to its zeros it is accurate.
"""

from __future__ import annotations

import math

# Fractional bits: beside a zero a value can be 2^-54, its last bit 2^-107; the rest
# guards against the truncation of each of the few dozen terms.
_BITS = 128
# From 32 + s on, Stirling's series cut after the 13 terms below is good to 2^-110.
_SHIFT = 32
# B_2, B_4, ..., B_26: numerators and denominators (DLMF Table 24.2.1).
_TOPS = (1, -1, 1, -1, 5, -691, 7, -3617, 43867, -174611, 854513, -236364091, 8553103)
_BOTTOMS = (6, 30, 42, 30, 66, 2730, 6, 510, 798, 330, 138, 2730, 6)


def _twice_atanh(p: int, q: int) -> int:
    """Return 2 atanh(p/q) in fixed point for 0 <= p/q <= 1/3 (DLMF 4.38.5)."""
    power, square = (p << (_BITS + 1)) // q, (p * p << _BITS) // (q * q)
    total, k = 0, 1
    while power:
        total, power, k = total + power // k, power * square >> _BITS, k + 2
    return total


def _log(p: int, q: int) -> int:
    """Return ln(p/q) in fixed point for positive p and q (DLMF 4.6.4)."""
    exponent = p.bit_length() - q.bit_length()
    p, q = p << max(0, -exponent), q << max(0, exponent)
    if p < q:
        p, exponent = p << 1, exponent - 1
    return exponent * _LN2 + _twice_atanh(p - q, p + q)


_LN2 = _twice_atanh(1, 3)
# From pi to 41 digits (DLMF 3.12.1).
_HALF_LN_2PI = _log(2 * 31415926535897932384626433832795028841972, 10**40) // 2


def _to_float(value: int, bits: int) -> float:
    """Return value / 2^bits, correctly rounded, with overflow to infinity."""
    try:
        return (value << max(0, -bits)) / (1 << max(0, bits))
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def _stirling(s: int, p: int, q: int, bits: int) -> int:
    """Return F_s(p/q) for p/q >= 32 + s: DLMF 5.11.1, differentiated s times."""
    p_s: int = p**s
    q_s: int = q**s
    power, square = (q_s * q << bits) // (p_s * p), (q * q << bits) // (p * p)
    total, rising, factorial = 0, math.factorial(s), 2
    for k, top, bottom in zip(range(1, 14), _TOPS, _BOTTOMS, strict=True):
        # Here rising is (s + 2k - 2)!, factorial (2k)! and power (q/p)^(s + 2k - 1).
        total += power * top * rising // (bottom * factorial)
        power = power * square >> bits
        rising *= (s + 2 * k - 1) * (s + 2 * k)
        factorial *= (2 * k + 1) * (2 * k + 2)
    if s == 0:
        log_part = (2 * p - q) * _log(p, q) // (2 * q)
        return total + log_part - (p << bits) // q + _HALF_LN_2PI
    total += (math.factorial(s - 1) * q_s << bits) // (2 * p_s)
    if s == 1:
        return total - _log(p, q)
    return total + (math.factorial(s - 2) * q_s * p << bits) // (p_s * q)


def _shifted(s: int, p: int, q: int, bits: int) -> int:
    """Return F_s(p/q) by recurrence from Stirling's range (DLMF 5.5.1, 5.15.5)."""
    steps = max(0, _SHIFT + s - p // q)
    far = _stirling(s, p + steps * q, q, bits)
    if s == 0:
        product = math.prod(range(p, p + steps * q, q))
        return far - _log(abs(product), q**steps)
    unit: int = math.factorial(s - 1) * q**s << bits
    near: int = sum(unit // shifted**s for shifted in range(p, p + steps * q, q))
    return far + near


def _fixed(s: int, x: float) -> tuple[int, int]:
    """Return F_s(x) off the poles, in fixed point, with its number of fractional bits.

    F_s(x) + (-1)^s F_s(1-x) has period 1 (DLMF 5.5.3, 5.5.4, 5.15.6: derivatives of
    ln|sin(pi x)|), so its value at the exact offset r of x from the nearest integer
    reflects a far negative x, without ever rounding pi x.
    """
    p, q = x.as_integer_ratio()
    # F_s decays like x^(1-s), so far to the right 128 bits would be all zeros.
    bits = _BITS + (s * max(0, math.frexp(x)[1]) if s > 1 else 0)
    if x >= -_SHIFT:
        return _shifted(s, p, q, bits), bits
    r = p - q * round(x)
    mirrored = _shifted(s, q - r, q, bits) - _shifted(s, q - p, q, bits)
    return _shifted(s, r, q, bits) + (-mirrored if s % 2 else mirrored), bits


def _high_order(n: float, x: float) -> float:
    """Return F_(n+1)(x) for n > 170, off the poles, to about n times 1e-15.

    It is n! x^-(n+1) times the sum of (1 + k/x)^-(n+1) (DLMF 25.11.1, 25.11.12), with
    n! by DLMF 5.11.1 and the sum's tail by Euler-Maclaurin (DLMF 2.10.1).
    """
    odd, s = n % 2 == 1, n + 1
    if x < 0 and (odd or x % 1 != 0.5):
        # The nearest pole, at most 1/2 away, contributes over 170! 2^170: overflow.
        return math.inf if odd or x > round(x) else -math.inf
    x = 1 - x if x < 0 else x  # by symmetry, halfway between poles (DLMF 5.15.6)
    terms = [math.exp(-s * math.log1p(k / x)) for k in range(129)]
    if terms[128] > 0:
        y = x + 128
        terms[128] *= y / n + 0.5 + s / y / 12 - s / y * (n + 2) / y * (n + 3) / y / 720
    scale = math.fsum(terms) * math.sqrt(2 * math.pi / s)
    correction = (1 - (1 / 30 - 1 / (105 * s * s)) / (s * s)) / (12 * s)
    log_size = s * (math.log(s / x) - 1) + math.log(scale) + correction
    return math.exp(log_size) if log_size < 709.78 else math.inf


def digamma(x: float) -> float:
    """Return the logarithmic derivative of gamma (DLMF 5.11.2, 5.5.2, 5.5.4).

    digamma(0.0) is -inf and digamma(-0.0) inf; negative integers and -inf give nan.
    """
    if x == 0:
        return math.copysign(math.inf, -x)
    if not math.isfinite(x) or (x < 0 and x % 1 == 0):
        return x if x > 0 else math.nan
    value, bits = _fixed(1, x)
    return _to_float(-value, bits)


def polygamma(n: float, x: float) -> float:
    """Return the n-th derivative of digamma (DLMF 25.11.12, 5.15.5, 5.15.6, 5.15.8).

    Nan unless n is an integer >= 0.  The poles 0, -1, -2, ... give inf for odd n and
    nan for even n > 0 (there the two sides differ); x = -inf gives nan.
    """
    if n == 0:
        return digamma(x)
    if math.isnan(x) or x == -math.inf or not n > 0 or n % 1 != 0:
        return math.nan
    odd = n % 2 == 1
    if x <= 0 and x % 1 == 0:
        return math.inf if odd else math.nan
    s, exponent = n + 1, math.frexp(x)[1]
    # Certain underflow, and overflow, must not build integers of 10^5 digits.
    if x == math.inf or (n <= 170 and x > 0 and (exponent - 1) * n > 2200):
        return 0.0 if odd else -0.0
    if exponent * s < -1100:
        return math.inf if odd else math.copysign(math.inf, -x)
    # Past 170, n! is no longer a float.
    size = _high_order(n, x) if n > 170 else _to_float(*_fixed(int(s), x))
    return size if odd else -size


def lgamma(x: float) -> float:
    """Return ln|gamma(x)| (DLMF 5.11.1, 5.5.1, 5.5.3); near 2 ulp from 64 on, else 1/2.

    The poles 0, -1, -2, ..., both infinities and overflow give inf.
    """
    if math.isinf(x) or (x <= 0 and x % 1 == 0):
        return math.inf
    if abs(x) < 64:
        return 0.0 if x in (1, 2) else _to_float(*_fixed(0, x))
    try:
        return math.lgamma(x)
    except OverflowError:
        return math.inf


def gamma(x: float) -> float:
    """Return gamma(x), exp of lgamma with its sign (DLMF 5.11.1, 5.5.1, 5.5.3).

    gamma(0.0) is inf and gamma(-0.0) -inf; negative integers and -inf give nan;
    overflow gives a signed inf.  math.gamma is up to 7 ulp off, so it is not used.
    """
    if x == 0:
        return math.copysign(math.inf, x)
    if math.isnan(x) or x == -math.inf or (x < 0 and x % 1 == 0):
        return math.nan
    if x >= 172:
        return math.inf
    sign = -1.0 if x < 0 and math.floor(x) % 2 else 1.0
    if x < -200:  # everything underflows, even beside the poles
        return sign * 0.0
    exponent, rest = divmod(_fixed(0, x)[0], _LN2)
    total, term, k = 0, 1 << _BITS, 1
    while term:  # e^rest by DLMF 4.2.19
        total, term, k = total + term, (term * rest >> _BITS) // k, k + 1
    return sign * _to_float(total, _BITS - exponent)
