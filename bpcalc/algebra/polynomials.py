"""Polynomials with whole coefficients in several variables: products, exact quotients, and greatest common divisors.

A polynomial is the coefficient of each monomial, and a monomial the exponents of all variables. All is bounded: what
would take long has no answer, which here means that nothing cancels.
Source of the divisor: Char, Geddes, Gonnet (1989), GCDHEU: Heuristic polynomial GCD algorithm based on integer GCD.
"""

from __future__ import annotations

from functools import reduce
from math import gcd

Monomial = tuple[int, ...]
Polynomial = dict[Monomial, int]

LARGEST = 400  # monomials
BITS = 6_000  # of a coefficient on the way to a divisor
TRIES = 4  # numbers that are put in for a variable


def product(a: Polynomial, b: Polynomial) -> Polynomial | None:
    """None for one of too many monomials."""
    if len(a) * len(b) > 10 * LARGEST:
        return None
    found: Polynomial = {}
    for p, c in a.items():
        for q, d in b.items():
            both = tuple(map(int.__add__, p, q))
            found[both] = found.get(both, 0) + c * d
    found = {monomial: number for monomial, number in found.items() if number}
    return found if len(found) <= LARGEST else None


def content(a: Polynomial) -> int:
    """The greatest common divisor of the coefficients."""
    return reduce(gcd, a.values(), 0)


def primitive(a: Polynomial) -> Polynomial:
    """Without a common factor of the coefficients, the first of which is positive."""
    common = content(a) or 1
    if a and a[max(a)] < 0:
        common = -common
    return {monomial: number // common for monomial, number in a.items()}


def is_constant(a: Polynomial) -> bool:
    return all(not any(monomial) for monomial in a)


def quotient(a: Polynomial, b: Polynomial) -> Polynomial | None:
    """a/b; None where that is no polynomial with whole coefficients."""
    lead = max(b)
    rest, found = dict(a), Polynomial()
    while rest:
        top = max(rest)
        exponents = tuple(map(int.__sub__, top, lead))
        if min(exponents, default=0) < 0 or rest[top] % b[lead] or len(found) > LARGEST:
            return None
        number = rest[top] // b[lead]
        found[exponents] = number
        for monomial, one in b.items():
            both = tuple(map(int.__add__, monomial, exponents))
            left = rest.get(both, 0) - number * one
            if left:
                rest[both] = left
            else:
                del rest[both]
    return found


def divisor(a: Polynomial, b: Polynomial) -> Polynomial:
    """The greatest common divisor, primitive; 1 where none is found."""
    one = {(0,) * len(next(iter(a))): 1}
    if not a or not b:
        return one
    found = _divisor(primitive(a), primitive(b))
    return primitive(found) if found else one


def _divisor(a: Polynomial, b: Polynomial) -> Polynomial | None:
    """By a number in the place of one variable after the other, whose digits then tell the coefficients."""
    used = [place for place in range(len(next(iter(a)))) if any(one[place] for one in (*a, *b))]
    if not used:
        zero = next(iter(a))
        return {zero: gcd(a[zero], b[zero])}
    common = gcd(content(a), content(b))  # numbers that were put in are among it, so it stays
    a, b = ({monomial: one // common for monomial, one in whole.items()} for whole in (a, b))
    place = used[0]
    number = 2 * min(max(map(abs, a.values())), max(map(abs, b.values()))) + 29
    degree = max(one[place] for one in (*a, *b))
    for _ in range(TRIES):
        if number.bit_length() * (degree + 1) > BITS:
            return None
        left, right = _at(a, place, number), _at(b, place, number)
        if left and right:
            inner = _divisor(left, right)
            if inner is None:
                return None
            found = primitive(_digits(inner, place, number))
            if quotient(a, found) is not None and quotient(b, found) is not None:
                return {monomial: common * one for monomial, one in found.items()}
        number = number * 73794 // 27011
    return None


def _at(a: Polynomial, place: int, number: int) -> Polynomial:
    found: Polynomial = {}
    for monomial, one in a.items():
        rest = (*monomial[:place], 0, *monomial[place + 1 :])
        found[rest] = found.get(rest, 0) + one * number ** monomial[place]
    return {monomial: one for monomial, one in found.items() if one}


def _digits(a: Polynomial, place: int, number: int) -> Polynomial:
    """The polynomial in one more variable that has this value at a number, by digits from -number/2 to number/2."""
    found: Polynomial = {}
    power = 0
    while a:
        rest: Polynomial = {}
        for monomial, one in a.items():
            digit = one % number
            digit -= number * (digit > number // 2)
            if digit:
                found[(*monomial[:place], power, *monomial[place + 1 :])] = digit
            if one != digit:
                rest[monomial] = (one - digit) // number
        a, power = rest, power + 1
    return found
