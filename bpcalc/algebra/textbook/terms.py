"""Sums of products in one normal form: what a formula is, however it was written.

`x + x` and `2*x` are the same `Terms`; so are `a*b/a` and `b`. The operations stand in `algebra`, which every `Terms`
carries as `m`.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bpcalc.algebra.textbook.algebra import Textbook
    from bpcalc.algebra.textbook.formulas import Formulas

Sizes = tuple[int, ...]
Number = int | Fraction
# A whole or rational number, or a formula: x^2, x^(1/2), x^(n - 1).
Exponent = Any
# Factors, each a node of the graph and its exponent, in the order of the nodes. () is the number 1.
Product = tuple[tuple[int, Exponent], ...]
ONE: Product = ()
DEEPEST = 10  # exponents within exponents


class Terms:
    """A sum of products, each with a rational coefficient.

    shape   its shape; a part may have less (the 1 in `1 + v`): it is broadcast
    parts   the coefficient of each product, none of them 0; {} is zero
    depth   of an exponent: how deeply exponents are nested in it
    """

    __slots__ = ("_hash", "depth", "m", "parts", "shape")

    m: Textbook

    def __init__(self, m: Formulas, shape: Sizes, parts: Mapping[Product, Number]) -> None:
        self.m = m  # type: ignore[assignment]  # there are none but textbooks
        self.shape = shape
        self.parts = parts
        self._hash = 0
        self.depth = 0

    @property
    def number(self) -> Number | None:
        """The rational number that this is; None for anything else."""
        if not self.parts:
            return 0
        return self.parts.get(ONE) if len(self.parts) == 1 else None

    @property
    def single(self) -> tuple[Number, Product] | None:
        """The coefficient and the product of a formula that is no sum."""
        if len(self.parts) != 1:
            return None
        ((product, coefficient),) = self.parts.items()
        return coefficient, product

    def __hash__(self) -> int:
        if not self._hash:
            self._hash = hash((self.shape, frozenset(self.parts.items())))
        return self._hash

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Terms):
            return self is other or (self.shape == other.shape and self.parts == other.parts)
        return self.shape == () and self.number == other

    def __add__(self, other: Any) -> Terms:
        return self.m.add(self, other)

    def __radd__(self, other: Any) -> Terms:
        return self.m.add(other, self)

    def __sub__(self, other: Any) -> Terms:
        return self.m.subtract(self, other)

    def __rsub__(self, other: Any) -> Terms:
        return self.m.subtract(other, self)

    def __mul__(self, other: Any) -> Terms:
        return self.m.multiply(self, other)

    def __rmul__(self, other: Any) -> Terms:
        return self.m.multiply(other, self)

    def __neg__(self) -> Terms:
        return self.m.times(-1, self)

    def __lt__(self, other: Any) -> Any:
        return self.m.less(self, other)

    def __le__(self, other: Any) -> Any:
        return self.m.less_equal(self, other)

    def __gt__(self, other: Any) -> Any:
        return self.m.greater(self, other)

    def __ge__(self, other: Any) -> Any:
        return self.m.greater_equal(self, other)


class Gradient(Terms):
    """An upstream gradient. The backward pass meets the terms of a sum from its end: each goes before those so far."""

    __slots__ = ()

    def __add__(self, other: Any) -> Terms:
        return gradient(self.m.add(other, self))


def gradient(terms: Terms) -> Gradient:
    return Gradient(terms.m, terms.shape, terms.parts)


def plus(a: Exponent, b: Exponent) -> Exponent:
    """The sum of two exponents: a plain number wherever it is one."""
    return plain(a + b)


def plain(exponent: Exponent) -> Exponent:
    """An exponent as a plain number, if it is one."""
    if isinstance(exponent, Terms):
        number = exponent.number if exponent.shape == () else None
        return _shallow(exponent) if number is None else plain(number)
    return int(exponent) if isinstance(exponent, Fraction) and exponent.denominator == 1 else exponent


def _shallow(exponent: Terms) -> Terms:
    """An exponent whose own exponents are not nested deeply: exp(exp(exp(…))) is a node at some depth."""
    inner = (one.depth for product in exponent.parts for _, one in product if isinstance(one, Terms))
    exponent.depth = 1 + max(inner, default=0)
    return exponent if exponent.depth <= DEEPEST else exponent.m.atom(exponent.m.node(exponent))
