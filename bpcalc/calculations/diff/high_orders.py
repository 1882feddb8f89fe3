"""Derivatives of a high order as sums of products, all multiplied out.

A derivative is a polynomial in some functions (of exp(sin(x^2)) in x, sin(x^2), cos(x^2), exp(sin(x^2))), whose own
derivatives are such polynomials and are found once. So each next derivative takes a few steps for each part of the one
before, and equal parts meet, where both passes over an ever longer formula would double it each time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import log

from bpcalc.algebra.textbook.algebra import Textbook
from bpcalc.algebra.textbook.collect import together
from bpcalc.algebra.textbook.multiplied import MultipliedOut
from bpcalc.algebra.textbook.products import tidied
from bpcalc.algebra.textbook.terms import Number, Product, Terms, plain, plus
from bpcalc.engine.tangent import pusher
from bpcalc.errors import BpcalcError
from bpcalc.gate import LESSON

LARGEST = 3_000  # parts of a derivative beyond which no further one is found
FUNCTIONS = 60  # that a derivative may be made of

Parts = dict[Product, Number]


class TooLongError(BpcalcError):
    """A derivative would be too long."""


class ManyFunctionsError(TooLongError):
    """It would be made of so many functions that multiplied out it is no shorter."""


class HighOrders:
    """The derivatives of one formula of `m`, which has no arrays, by the names that it was differentiated by."""

    def __init__(self, m: Textbook, terms: Terms) -> None:
        self.m = m
        self.found: dict[tuple[str, ...], Terms] = {(): terms}
        self.by: dict[str, Derivation] = {}

    def derivative(self, over: tuple[str, ...]) -> Terms:
        """The derivative by these names, one after the other.

        Raises TooLongError, with the size that it would have.
        """
        for one in prefixes(over):
            if one not in self.found:
                before, by = self.found[one[:-1]], self.by.setdefault(one[-1], Derivation(self.m, one[-1]))
                if len(before.parts) > LARGEST:
                    sizes = [len(self.found[lower].parts) for lower in prefixes(one[:-1])]
                    raise too_long(len(over), sizes, "terms")
                by.prepare(before)
                self.found[one] = by.derivative(before)
        return self.found[over]


def prefixes(over: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """The names of the derivatives on the way to one: x, then x and x, …"""
    return (over[:count] for count in range(1, len(over) + 1))


def too_long(order: int, sizes: Sequence[int], what: str) -> TooLongError:
    """The error that tells the size of a derivative, going by those of the orders 1, 2, … that are known."""
    known = len(sizes)
    half = (known + 1) // 2
    growth = log(sizes[-1] / sizes[half - 1]) / log(known / half) if known > half else 1.0
    size = sizes[-1] * (order / known) ** growth
    return TooLongError(
        f"the derivative of order {order} would have over {_rounded(size)} {what}",
        hint=f"that of order {known} has {sizes[-1]:,}; at a point, x=0, there is --taylor {order}",
    )


def _rounded(size: float) -> str:
    """A number with two digits."""
    digits = len(str(int(size)))
    cut = 10 ** max(digits - 2, 0)
    return f"{int(size) // cut * cut:,}" if digits <= 9 else f"10^{digits - 1}"


def shortest(m: Textbook, terms: Terms) -> Terms:
    """The common factors in front, and what is short as short as it gets."""
    return m.shortest(together(m, terms))


def substituted(m: Textbook, terms: Terms, values: Sequence[Terms]) -> Terms:
    """A formula with values in the place of its nodes."""
    flat, total = MultipliedOut(m, LARGEST), Parts()
    for product, coefficient in terms.parts.items():
        one = m.lift(coefficient)
        for base, exponent in product:
            power = substituted(m, exponent, values) if isinstance(exponent, Terms) else exponent
            one = flat.multiply(one, m.power(values[base], power))
        for new, number in one.parts.items():
            total[new] = total.get(new, 0) + number
    return Terms(m, (), {new: plain(number) for new, number in total.items() if number})


class Derivation:
    """Differentiation by one variable of the formulas of `m`."""

    def __init__(self, m: Textbook, name: str) -> None:
        self.m = m
        self.flat = MultipliedOut(m, LARGEST)
        self.found = {m.graph.variables[name]: m.lift(1)} if name in m.graph.variables else {}
        self.logarithms: dict[tuple[int, Terms], Terms] = {}

    def prepare(self, terms: Terms) -> None:
        """Finds the derivatives of the functions in a formula, those of inner ones first. Raises ManyFunctionsError."""
        wanted: set[int] = set()
        stack = [*bases(terms)]
        while stack:
            node = stack.pop()
            if node not in self.found and node not in wanted:
                wanted.add(node)
                inner = self._meaning(node)
                stack += self.m.graph.inputs[node] if inner is None else bases(inner)
        if sum(bool(self.m.graph.inputs[node]) for node in (*self.found, *wanted)) > FUNCTIONS:
            raise ManyFunctionsError(f"a derivative would be made of over {FUNCTIONS} functions")
        for node in sorted(wanted):
            inner = self._meaning(node)
            self.found[node] = self._of_gate(node) if inner is None else self.derivative(inner)

    def _meaning(self, node: int) -> Terms | None:
        """What a node was written for, unless that is the node itself."""
        inner = self.m.meanings.get(node) or self.m.written(node)
        return None if self.m.sole(inner) == node else inner

    def _of_gate(self, node: int) -> Terms:
        """The derivative of a node by the rule of its gate."""
        m, gate, inputs = self.m, self.m.graph.gates[node], self.m.graph.inputs[node]
        moves = [self.found[source] if self.found[source].parts else None for source in inputs]
        if not any(moves):
            return m.lift(0)
        found = pusher(self.flat, gate, LESSON)(m.atom(node), [m.written(source) for source in inputs], moves)
        return m.lift(0 if found is None else found)

    def derivative(self, terms: Terms) -> Terms:
        """The derivative of a formula that all is prepared for, by the product rule."""
        total: Parts = {}
        for product, coefficient in terms.parts.items():
            for base, exponent in product:
                change = self.found[base]
                if isinstance(exponent, Terms):
                    one = self.flat.multiply(Terms(self.m, (), {product: coefficient}), self._of_power(base, exponent))
                    for new, number in one.parts.items():
                        total[new] = total.get(new, 0) + number
                elif change.parts:
                    for other, times in change.parts.items():
                        for new, number in self._product(product, base, other).items():
                            total[new] = total.get(new, 0) + number * coefficient * times * exponent
        return Terms(self.m, (), {new: plain(number) for new, number in total.items() if number})

    def _of_power(self, base: int, exponent: Terms) -> Terms:
        """(exponent*log(base))'."""
        found = self.logarithms.get((base, exponent))
        if found is None:
            m, flat = self.m, self.flat
            found, change = m.lift(0), self.derivative(exponent)
            if change.parts:
                found = flat.multiply(change, m.log(m.atom(base)))
            if self.found[base].parts:
                found = found + flat.multiply(flat.multiply(exponent, self.found[base]), m.power(m.atom(base), -1))
            self.logarithms[base, exponent] = found
        return found

    def _product(self, product: Product, base: int, other: Product) -> Parts:
        """product/base*other."""
        factors = dict(product)
        factors[base] = plain(factors[base] - 1)
        for one, exponent in other:
            factors[one] = plus(factors[one], exponent) if one in factors else exponent
        return tidied(self.m, factors)


def bases(terms: Terms) -> Iterator[int]:
    """The nodes that a formula is made of; those of its exponents too, which are not nested deeply."""
    for product in terms.parts:
        for base, exponent in product:
            yield base
            if isinstance(exponent, Terms):
                yield from bases(exponent)
