"""Sizes of arrays that have a name and no value: the m and n of `A:m,n`, and what is computed from them.

Imports nothing of bpcalc. A `Size` is a polynomial in names with whole coefficients (`n`, `m*n`, `n - 1`). It is an
int, so that every rule that asks for shapes takes it as it stands, and it prints as the language reads it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import reduce
from itertools import groupby
from operator import mul

from bpcalc.typed import Any

Monomial = tuple[str, ...]  # the names of a product in their order, each as often as it stands there; () is 1
Terms = tuple[tuple[Monomial, int], ...]  # a polynomial: each product and how often it is taken, never 0 times

LEAST = 2**61  # a size without a value counts as larger than any number that a program has
PRIME = 2**61 - 1
LONG = 2_000  # terms times names: no size that means anything is longer
FACTOR = re.compile(r"\s*([^\W\d]\w*|[0-9]{1,15})\s*(?:(?:\^|\*\*)\s*([0-9]{1,2})\s*)?")


class Size(int):
    """A size that has a name. Two are equal where their polynomials are, so none is equal to a plain number.

    Where a number is asked for all the same (`-size <= index < size`) it is a large one, made from the names alone: the
    same in every program, for gates remember the options that they were bound to.
    It is added, subtracted, multiplied and divided by //, which raises ValueError where something is left over: the
    half of n has no name, and an int would be a number that means nothing.
    """

    terms: Terms  # in the order in which they are written

    def __new__(cls, name: str) -> Size:
        return cls._of((((name,), 1),))

    @classmethod
    def _of(cls, terms: Terms) -> Size:
        size = super().__new__(cls, sum(times * reduce(mul, map(_number, names), 1) for names, times in terms))
        size.terms = terms
        return size

    def __add__(self, other: int) -> int:
        return _sum(self, other, 1) if isinstance(other, int) else NotImplemented

    def __sub__(self, other: int) -> int:
        return _sum(self, other, -1) if isinstance(other, int) else NotImplemented

    def __rsub__(self, other: int) -> int:
        return _sum(other, self, -1) if isinstance(other, int) else NotImplemented

    def __mul__(self, other: int) -> int:
        return _product(self, other) if isinstance(other, int) else NotImplemented

    def __floordiv__(self, other: int) -> int:
        return _quotient(self, other) if isinstance(other, int) else NotImplemented

    def __rfloordiv__(self, other: int) -> int:
        return _quotient(other, self) if isinstance(other, int) else NotImplemented

    def __neg__(self) -> int:
        return _sum(0, self, -1)

    __radd__, __rmul__ = __add__, __mul__

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Size) and self.terms == other.terms

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = int.__hash__

    def __str__(self) -> str:
        """The polynomial as the language writes it: `m*n + 2*n - 1`."""
        text = ""
        for names, times in self.terms:
            powers = [f"{name}^{count}" if (count := len(list(same))) > 1 else name for name, same in groupby(names)]
            product = "*".join([str(abs(times))] * (abs(times) != 1 or not names) + powers)
            sign = (" - " if times < 0 else " + ") if text else "-" * (times < 0)
            text += sign + product
        return text

    __repr__ = __str__

    def __format__(self, form: str) -> str:
        return str(self)

    def at(self, value: Callable[[str], Any]) -> Any:
        """The polynomial with `value(name)` for each name: a number where that gives numbers, a formula for symbols."""
        total = None
        for names, times in self.terms:
            factors = [abs(times)] * (abs(times) != 1 or not names) + [value(name) for name in names]
            product = reduce(mul, factors)
            if total is None:
                total = product if times > 0 else -product
            else:
                total = total + product if times > 0 else total - product
        return total

    def __reduce__(self) -> tuple[Any, ...]:
        return Size._of, (self.terms,)

    @property
    def names(self) -> set[str]:
        return {name for names, _ in self.terms for name in names}


def is_negative(size: int) -> bool:
    """Is a size below 0, one without a value whatever values its names have (`1 - n`; not `m - n`)?"""
    return all(times < 0 for names, times in size.terms if names) if isinstance(size, Size) else size < 0


def _number(name: str) -> int:
    """The large number that stands for a name. The power breaks up relations between the letters' codes."""
    return int(LEAST + pow(int.from_bytes(name.encode(), "big") + LEAST, 65_537, PRIME))


def _place(names: Monomial) -> tuple[int, Monomial]:
    """Where a product stands in a polynomial: the longest first, then by the alphabet."""
    return -len(names), names


def _terms(number: int) -> dict[Monomial, int]:
    return dict(number.terms) if isinstance(number, Size) else {(): int(number)} if number else {}


def _polynomial(terms: Mapping[Monomial, int]) -> int:
    """The size of these terms, a plain number where no name is left."""
    left = sorted((names for names, times in terms.items() if times), key=_place)
    return Size._of(tuple((names, terms[names]) for names in left)) if left and left[0] else terms.get((), 0)


def _sum(a: int, b: int, sign: int) -> int:
    terms = _terms(a)
    for names, times in _terms(b).items():
        terms[names] = terms.get(names, 0) + sign * times
    return _polynomial(terms)


def _product(a: int, b: int) -> int:
    left, right, terms = _terms(a), _terms(b), dict[Monomial, int]()
    if len(left) * len(right) * max(map(len, (*left, *right)), default=0) > LONG:
        raise ValueError("this size is too long")
    for one, times in left.items():
        for other, more in right.items():
            names = tuple(sorted(one + other))
            terms[names] = terms.get(names, 0) + times * more
    return _polynomial(terms)


def _quotient(a: int, b: int) -> int:
    """a//b by long division. Raises ValueError where something is left over."""
    if not b:
        raise ZeroDivisionError(f"{a} // 0")
    rest, divisor, found = _terms(a), _terms(b), dict[Monomial, int]()
    leading = min(divisor, key=_place)
    while rest:
        top = min(rest, key=_place)
        left, times = list(top), rest[top]
        for name in leading:
            if name not in left:
                raise ValueError(f"{a} is no multiple of {b}")
            left.remove(name)
        if times % divisor[leading]:
            raise ValueError(f"{a} is no multiple of {b}")
        factor = found[tuple(left)] = times // divisor[leading]
        for names, more in divisor.items():
            product = tuple(sorted((*left, *names)))
            rest[product] = rest.get(product, 0) - factor * more
            if not rest[product]:
                del rest[product]
    return _polynomial(found)


def read_size(text: str, value: Callable[[str], int]) -> int:
    """The size that a text writes, a sum of products: `3`, `n`, `2*n - 1`. `value(name)` is the size of a name.

    Raises ValueError for any other text.
    """
    total, sign, at = 0, 1, 0
    if text.lstrip()[:1] == "-":
        sign, at = -1, text.index("-") + 1
    while True:
        product = 1
        while True:
            factor = FACTOR.match(text, at)
            if factor is None:
                raise ValueError(f'"{text.strip()}" is no size')
            base = int(factor[1]) if factor[1][0].isdigit() else value(factor[1])
            for _ in range(int(factor[2] or 1)):
                product = product * base
            at = factor.end()
            if text[at : at + 1] != "*":
                break
            at += 1
        total = total + sign * product
        if at == len(text):
            return total
        if text[at] not in "+-":
            raise ValueError(f'"{text.strip()}" is no size')
        sign, at = 1 if text[at] == "+" else -1, at + 1
