"""Sums of products in one normal form: what a formula is, however it was written.

`x + x` and `2*x` are the same `Terms`; so are `a*b/a` and `b`. Every `Terms` carries the number system that it belongs
to as `m`. `Operations` is what that system has for its parts: a product may need a switch, which needs a product in its
turn, so the parts call each other through `m` and import only what stands below them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction

from bpcalc.algebra.operators import Operators
from bpcalc.gate import Gate
from bpcalc.graph import Graph
from bpcalc.typed import Any, Protocol

Sizes = tuple[int, ...]
Number = int | Fraction
# A whole or rational number, or a formula: x^2, x^(1/2), x^(n - 1).
Exponent = Any
# Factors, each a node of the graph and its exponent, in the order of the nodes. () is the number 1.
Product = tuple[tuple[int, Exponent], ...]
ONE: Product = ()
DEEPEST = 10  # exponents within exponents


class Operations(Protocol):
    """The number system of formulas as its parts see it. `Formulas` has the leaves, the nodes and the sums, `Textbook`
    the gates.

    shapes     the shape of each node of the graph; lengths: about how long its text is
    meanings   for the nodes that stand for a sum, or for a switch (where(c, a, 0)), what they mean
    euler      the node of the constant e, whose powers are exp
    symmetric  the names of the matrices that equal their transpose
    decimals   whether 1/5 is written 0.2
    special    the values of nodes that are 0 or not finite, whatever their variables are (`nonfinite`)
    """

    graph: Graph
    shapes: list[Sizes]
    lengths: list[int]
    meanings: dict[int, Terms]
    euler: int
    symmetric: frozenset[str]
    decimals: bool
    special: dict[int, float]

    # Nodes

    def lift(self, value: Any) -> Terms: ...
    def atom(self, node: int) -> Terms: ...
    def known(self, node: int) -> Terms: ...
    def written(self, node: int) -> Terms: ...
    def node(self, terms: Terms) -> int: ...
    def sole(self, terms: Terms) -> int | None: ...
    def apply(self, gate: Gate, *nodes: int) -> int: ...
    def apply_constant(self, number: float) -> int: ...

    # Factors, and the order that they came in

    def part(self, terms: Terms) -> tuple[Number, Product]: ...
    def apart(self, x: Terms) -> tuple[Terms, Terms]: ...
    def factor_shape(self, factor: tuple[int, Exponent]) -> Sizes: ...
    def product_shape(self, product: Product) -> Sizes: ...
    def keep_order(self, product: Product, came: Iterable[int]) -> None: ...
    def ordered(self, product: Product) -> Product: ...
    def in_shape(self, x: Terms, shape: Sizes) -> Terms: ...
    def shortest(self, x: Terms) -> Terms: ...

    # Gates: those that are more than a node. `call` has all of them, `function` those with their options chosen.

    def call(self, name: str, *inputs: Any, **options: Any) -> Terms: ...
    def function(self, gate: Gate) -> Any: ...
    def add(self, a: Any, b: Any) -> Terms: ...
    def subtract(self, a: Any, b: Any) -> Terms: ...
    def times(self, number: Number, a: Terms) -> Terms: ...
    def multiply(self, a: Any, b: Any) -> Terms: ...
    def power(self, x: Any, n: Any) -> Terms: ...
    def where(self, condition: Any, a: Any, b: Any) -> Terms: ...
    def zeros(self, shape: Sizes) -> Terms: ...
    def ones(self, shape: Sizes) -> Terms: ...
    def sum(self, x: Any, axis: Any = None, keepdims: bool = False) -> Terms: ...
    def reshape(self, x: Any, shape: Sizes) -> Terms: ...
    def spread(self, x: Any, like: Any) -> Terms: ...
    def index(self, x: Any, key: tuple[Any, ...]) -> Terms: ...
    def matmul(self, a: Any, b: Any) -> Terms: ...
    def trace(self, x: Any) -> Terms: ...
    def diag(self, x: Any) -> Terms: ...


class Terms(Operators["Terms"]):
    """A sum of products, each with a rational coefficient.

    shape   its shape; a part may have less (the 1 in `1 + v`): it is broadcast
    parts   the coefficient of each product, none of them 0; {} is zero
    depth   of an exponent: how deeply exponents are nested in it
    """

    __slots__ = ("_hash", "depth", "m", "parts", "shape")

    m: Operations

    def __init__(self, m: Operations, shape: Sizes, parts: Mapping[Product, Number]) -> None:
        self.m = m
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
