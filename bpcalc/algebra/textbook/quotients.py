"""Sums of products of kernels, which are counted: what `rational` calculates with."""

from __future__ import annotations

from fractions import Fraction
from math import lcm

from bpcalc.algebra import polynomials
from bpcalc.algebra.polynomials import Polynomial
from bpcalc.algebra.textbook.terms import Number

# Monomials of kernels: the exponent of each, in the order of the kernels. They may be negative, or fractions.
Monomial = tuple[tuple[int, Fraction], ...]
Quotient = dict[Monomial, Fraction]
UNIT: Monomial = ()

LARGEST = 120  # monomials
DEGREE = 12  # of a sum that is multiplied out
FINEST = 1_000  # the denominator of an exponent
PRIMES = 100  # numbers below this are tried as factors of what a root is of


class TooLargeError(Exception):
    """A formula would become too large, or has what is no quotient."""


def apart(number: int, degree: int) -> tuple[int, int]:
    """The largest power of this degree in a number, as far as small primes tell, and the rest."""
    if degree >= number.bit_length() > 0:  # even 2 to that power is too large
        return (number, 1) if degree == 1 else (1, number)
    outside, prime = 1, 2
    while degree > 1 and prime < PRIMES and prime**degree <= number // outside:
        while number // outside % prime**degree == 0:
            outside *= prime**degree
        prime += 1
    return (number, 1) if degree == 1 else (outside, number // outside)


def back(a: Polynomial, units: list[int]) -> Quotient:
    return {
        tuple((place, Fraction(one, units[place])) for place, one in enumerate(key) if one): Fraction(number)
        for key, number in a.items()
    }


def joined(a: Monomial, b: Monomial) -> Monomial:
    exponents = dict(a)
    for place, exponent in b:
        exponents[place] = exponents.get(place, Fraction(0)) + exponent
    return tuple(sorted((place, one) for place, one in exponents.items() if one))


def inverse(a: Monomial) -> Monomial:
    return tuple((place, -exponent) for place, exponent in a)


def plus(a: Quotient, b: Quotient) -> Quotient:
    total = dict(a)
    for monomial, number in b.items():
        total[monomial] = total.get(monomial, Fraction(0)) + number
    if len(total) > LARGEST:
        raise TooLargeError
    return {monomial: number for monomial, number in total.items() if number}


def times(a: Quotient, b: Quotient | Number) -> Quotient:
    if not isinstance(b, dict):
        return {monomial: number * b for monomial, number in a.items()}
    total: Quotient = {}
    if len(a) * len(b) > 10 * LARGEST:
        raise TooLargeError
    for p, c in a.items():
        for q, d in b.items():
            both = joined(p, q)
            total[both] = total.get(both, Fraction(0)) + c * d
    found = {monomial: number for monomial, number in total.items() if number}
    if len(found) > LARGEST:
        raise TooLargeError
    return found


def raised(a: Quotient, exponent: Fraction) -> Quotient:
    """A whole power from 0 on, or any power of a single kernel."""
    if len(a) == 1:
        ((monomial, number),) = a.items()
        if number == 1 or exponent.denominator == 1:
            power = tuple((place, one * exponent) for place, one in monomial if exponent)
            return {power: number ** int(exponent) if number != 1 else number}
    if exponent.denominator != 1 or not 0 <= exponent <= DEGREE:
        raise TooLargeError
    found: Quotient = {UNIT: Fraction(1)}
    for _ in range(int(exponent)):
        found = times(found, a)
    return found


def lowest_powers(whole: Quotient) -> Monomial:
    """The lowest power of each kernel."""
    places = {place for monomial in whole for place, _ in monomial}
    powers = [dict(monomial) for monomial in whole]
    lowest = ((place, min(one.get(place, Fraction(0)) for one in powers)) for place in sorted(places))
    return tuple(factor for factor in lowest if factor[1])


def primitive(whole: Quotient) -> tuple[Monomial, Fraction, Quotient]:
    """The lowest powers, a number, and the polynomial that both are multiplied by: primitive, with a plus first."""
    common = lowest_powers(whole)
    rest = times(whole, {inverse(common): Fraction(1)})
    numbers = list(rest.values())
    below = lcm(*(one.denominator for one in numbers))
    scale = Fraction(polynomials.content({(place,): int(one * below) for place, one in enumerate(numbers)}), below)
    first = max(rest, key=lambda one: (sum(exponent for _, exponent in one), one))
    if rest[first] < 0:
        scale = -scale
    return common, scale, times(rest, 1 / scale)
