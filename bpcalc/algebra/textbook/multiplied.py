"""Formulas whose products are multiplied out, where the textbook's stay together: (a + b)*c is a*c + b*c.

So the terms of a long calculation meet and cancel, as in a recurrence or a derivative of a high order.
"""

from __future__ import annotations

from bpcalc.algebra.shapes import broadcast
from bpcalc.algebra.textbook.algebra import Textbook
from bpcalc.algebra.textbook.terms import Number, Product, Terms
from bpcalc.gate import Gate
from bpcalc.typed import Any


class MultipliedOut:
    """The formulas of `m`; a product of sums that has up to `most` parts is multiplied out."""

    def __init__(self, m: Textbook, most: int) -> None:
        self.m = m
        self.most = most

    def __getattr__(self, name: str) -> Any:
        return getattr(self.m, name)

    shaped = False  # what has no shape is all that is calculated with it

    def function(self, gate: Gate) -> Any:
        return getattr(self, gate.name)

    def negate(self, a: Any) -> Terms:
        return self.m.times(-1, self.m.lift(a))

    def divide(self, a: Any, b: Any) -> Terms:
        return self.multiply(a, self.m.power(b, -1))

    def scale(self, upstream: Any, local: Any) -> Terms:
        return self.multiply(upstream, local)

    def multiply(self, a: Any, b: Any) -> Terms:
        a, b = self.m.lift(a), self.m.lift(b)
        for one, other in ((a, b), (b, a)):
            if one.shape == () and one.number is not None:
                return self.m.times(one.number, other)
        if not 1 < len(a.parts) * len(b.parts) <= self.most:
            return self.m.multiply(a, b)
        parts: dict[Product, Number] = {}
        for p, c in a.parts.items():
            for q, d in b.parts.items():
                one = self.m.multiply(Terms(self.m, a.shape, {p: c}), Terms(self.m, b.shape, {q: d}))
                for product, coefficient in one.parts.items():
                    parts[product] = parts.get(product, 0) + coefficient
        return Terms(self.m, broadcast(a.shape, b.shape), {p: c for p, c in parts.items() if c})
