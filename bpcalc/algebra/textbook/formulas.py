"""What formulas are made of: leaves, sums, and the nodes of the graph that they are written into."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from itertools import combinations

import bpcalc.gates.arrays  # noqa: F401 (fills GATES)
from bpcalc.algebra.protocol import Algebra
from bpcalc.algebra.shapes import SHAPES, Shaped, broadcast
from bpcalc.algebra.textbook import constants, nonfinite
from bpcalc.algebra.textbook.terms import ONE, Number, Operations, Product, Sizes, Terms, plain
from bpcalc.algebra.textbook.write import write
from bpcalc.gate import CONSTANT, Calculated, Gate, Quotient
from bpcalc.graph import Graph, decimal_text, is_whole
from bpcalc.reading.sizes import Size
from bpcalc.typed import Any

MOST = 64  # parts of a sum beyond which it is one part of what it goes into
SIMPLE, BINARY = 10**6, 2**40  # the largest divisor of a double that may be written as a fraction; of powers of two
PAIRED = 6  # variables of a product whose order is remembered
LONGEST = 10_000  # texts are not told apart beyond this


def _is_fraction(number: float) -> bool:
    """Is it a fraction that one would write? Nobody knows the numbers of selu as fractions."""
    if number - number != 0:
        return True
    exact = Fraction(number)
    return exact.denominator <= BINARY or float(exact.limit_denominator(SIMPLE)) == number


class Formulas(Algebra, Operations):
    """Formulas that are written into `graph`, but for the gates, which `Textbook` adds."""

    shaped = True

    def __init__(self, graph: Graph, symmetric: frozenset[str] = frozenset(), decimals: bool = False) -> None:
        self.graph = graph
        self.shapes: list[Sizes] = []
        self.lengths: list[int] = []
        self.meanings: dict[int, Terms] = {}
        self._orders: dict[Product, tuple[int, ...]] = {}
        self._before: set[tuple[int, int]] = set()
        self.symmetric = symmetric
        self.decimals = decimals
        self._nodes: dict[Terms, int] = {}
        self._written: dict[int, Terms] = {}
        self._sums: dict[Any, int] = {}
        self.special: dict[int, float] = {}
        self.euler = self._shaped(graph.constant("e"), ())

    # Leaves

    def lift(self, value: Any) -> Terms:
        """A number, or the size of an axis, as a formula."""
        if isinstance(value, Terms):
            return value
        if isinstance(value, Size):
            return self._size(value)
        if isinstance(value, float):
            if value - value != 0:
                return self.atom(self.apply_constant(value))
            value = plain(Fraction(decimal_text(value)))
        return Terms(self, (), {ONE: value} if value else {})

    def _size(self, size: Size) -> Terms:
        return self.lift(size.at(lambda name: self.variable(name, ())))

    def constant(self, payload: float | str) -> Terms:
        if payload == "inf":
            payload = float(payload)
        if payload == "tau":
            return self.times(2, self.constant("pi"))
        if isinstance(payload, str):
            return self.atom(self._shaped(self.graph.constant(payload), ()))
        self.decimals = self.decimals or not (is_whole(payload) or _is_fraction(float(payload)))
        return self.lift(payload if is_whole(payload) else float(payload))

    def value(self, number: Any) -> Terms:
        if isinstance(number, Calculated):
            found: Terms = number.within(self)
            return found
        return self.lift(number.fraction if isinstance(number, Quotient) else number)

    def variable(self, name: str, shape: Sizes) -> Terms:
        return self.atom(self._shaped(self.graph.variable(name), shape))

    def atom(self, node: int) -> Terms:
        """A node as it stands."""
        return Terms(self, self.shapes[node], {((node, 1),): 1})

    def _shaped(self, node: int, shape: Sizes) -> int:
        if node == len(self.shapes):
            self.shapes.append(shape)
            self.lengths.append(2)
            if (value := nonfinite.of_constant(self, node)) is not None:
                self.special[node] = value
        return node

    def apply_constant(self, number: float) -> int:
        """The node of a plain number."""
        return self._shaped(self.graph.constant(number if number == number else "nan"), ())

    def apply(self, gate: Gate, *nodes: int) -> int:
        """The node of a gate as it stands."""
        node = self.graph.apply(gate, nodes)
        if node == len(self.shapes):
            self.shapes.append(SHAPES.function(gate)(*(Shaped(self.shapes[source]) for source in nodes)).shape)
            self.lengths.append(min(LONGEST, 2 + sum(self.lengths[source] for source in nodes)))
            if (value := nonfinite.of_node(self, gate, nodes)) is not None:
                self.special[node] = value
        return node

    def sole(self, terms: Terms) -> int | None:
        """The node that a formula is; None for any other, and for a copy of a node to a larger shape."""
        coefficient, product = terms.single or (0, ONE)
        if coefficient != 1 or len(product) != 1 or product[0][1] != 1:
            return None
        ((node, _),) = product
        return node if self.shapes[node] == terms.shape else None

    def node(self, terms: Terms) -> int:
        """The node that computes a formula."""
        node = self._nodes.get(terms)
        if node is None:
            node = self._nodes[terms] = write(self, terms)
            self._written.setdefault(node, terms)
        return node

    def written(self, node: int) -> Terms:
        """The formula that a node was written for."""
        return self._written.get(node) or self.known(node)

    # Sums

    def add(self, a: Any, b: Any) -> Terms:
        a, b = self.lift(a), self.lift(b)
        if self.special and nonfinite.differ(self, a, b):
            return nonfinite.nan(self, broadcast(a.shape, b.shape))
        parts = dict(self._short(a).parts)
        for product, coefficient in self._short(b).parts.items():
            total = parts.get(product, 0) + coefficient
            if total:
                parts[product] = total
            else:
                del parts[product]
        return Terms(self, broadcast(a.shape, b.shape), parts)

    def subtract(self, a: Any, b: Any) -> Terms:
        return self.add(a, self.times(-1, self.lift(b)))

    def negate(self, a: Any) -> Terms:
        return self.times(-1, a)

    def times(self, number: Number, a: Terms) -> Terms:
        """The formula times a number, part by part."""
        if number == 1:
            return a
        if not number and nonfinite.any_endless(self, a):
            return nonfinite.nan(self, a.shape)
        parts = {product: coefficient * number for product, coefficient in a.parts.items()} if number else {}
        return Terms(self, a.shape, parts)

    def _short(self, terms: Terms) -> Terms:
        if len(terms.parts) <= MOST:
            return terms
        coefficient, product = self.part(terms)
        return Terms(self, terms.shape, {product: coefficient})

    def part(self, terms: Terms) -> tuple[Number, Product]:
        """A formula as one product with its coefficient. A sum becomes a node: x + y, or half of it for 2*x + 2*y."""
        single = terms.single
        if single is not None:
            return single
        content = constants.content(terms)
        whole = self.times(Fraction(1) / content, terms)
        node = self._sums.get((terms.shape, frozenset(whole.parts.items())))
        if node is None:
            opposite = self.times(-1, whole)
            node = self._sums.get((terms.shape, frozenset(opposite.parts.items())))
            if node is not None:
                return -content, ((node, 1),)
            node = self.node(whole)
            self._sums[terms.shape, frozenset(whole.parts.items())] = node
            self.meanings[node] = whole
        return plain(content), ((node, 1),)

    def known(self, node: int) -> Terms:
        """What a node means, as far as that is known."""
        if node in self.meanings:
            return self.meanings[node]
        number = self.graph.number(node) if self.graph.gates[node] is CONSTANT else None
        if number is not None and not isinstance(self.graph.leaves[node], str):
            return self.lift(number)
        if self.graph.gates[node].name == "zeros":
            return Terms(self, self.shapes[node], {})
        return self.atom(node)

    def apart(self, x: Terms) -> tuple[Terms, Terms]:
        """A formula as a single number times the rest: its coefficients, and factors without a shape."""
        if x.shape == () or not x.parts:
            return self.lift(1), x
        if x.single is None:
            content = constants.content(x)
            return self.lift(content), self.times(Fraction(1) / content, x)
        coefficient, product = x.single
        scalars = tuple(factor for factor in product if self.factor_shape(factor) == ())
        rest = tuple(factor for factor in product if factor not in scalars)
        return Terms(self, (), {scalars: coefficient}), Terms(self, x.shape, {rest: 1})

    def factor_shape(self, factor: tuple[int, Any]) -> Sizes:
        base, exponent = factor
        shape = self.shapes[base]
        return broadcast(shape, exponent.shape) if isinstance(exponent, Terms) else shape

    def keep_order(self, product: Product, came: Iterable[int]) -> None:
        """Remembers the order in which the factors of a product came, and that of its variables two by two."""
        if product in self._orders or len(product) < 2:
            return
        self._orders[product] = tuple(came)
        leaves = [base for base in self._orders[product] if not self.graph.inputs[base]][:PAIRED]
        for one, other in combinations(leaves, 2):
            if (other, one) not in self._before:
                self._before.add((one, other))

    def ordered(self, product: Product) -> Product:
        """The factors in the order that they first came in: G*m*M stays that, and G*M too if m is gone.

        Of two variables that came otherwise elsewhere before, the one that came first there moves ahead. That is no
        order that a sort could take: a may be before b, b before c, and c before a or none of both.
        """
        came = self._orders.get(product)
        if came is None:
            return product
        exponents = dict(product)
        found: list[int] = []
        for base in came:
            if base in exponents:
                place = len(found)
                while place and (base, found[place - 1]) in self._before:
                    place -= 1
                found.insert(place, base)
        return tuple((base, exponents[base]) for base in found)

    def product_shape(self, product: Product) -> Sizes:
        return broadcast(*map(self.factor_shape, product))

    def in_shape(self, x: Terms, shape: Sizes) -> Terms:
        return x if x.shape == shape else Terms(self, shape, x.parts)
