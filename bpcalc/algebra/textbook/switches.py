"""where(condition, a, b) in normal form: what a switch lets through is multiplied inside it.

Outside of the switch the 0 of its blocked side would meet what may be infinite there and become NaN.
"""

from __future__ import annotations

from bpcalc.algebra.shapes import broadcast
from bpcalc.algebra.textbook.terms import ONE, Number, Operations, Product, Sizes, Terms
from bpcalc.gates.arrays import GATES

WHERE = GATES["where"]
OPPOSITE = {
    GATES[one]: GATES[other]
    for one, other in (
        ("less", "greater_equal"), ("greater_equal", "less"), ("greater", "less_equal"), ("less_equal", "greater"),
        ("equal", "not_equal"), ("not_equal", "equal"),
    )
}  # fmt: skip


def present(m: Operations) -> bool:
    """Is there a `where` among the formulas?"""
    return WHERE in m.graph.kinds


def where(m: Operations, condition: Terms, a: Terms, b: Terms) -> Terms:
    shape = broadcast(condition.shape, a.shape, b.shape)
    if condition.number is not None:
        return m.in_shape(a if condition.number else b, shape)
    if a == b:
        return m.in_shape(a, shape)
    a, b = _inside(m, condition, a, 1), _inside(m, condition, b, 2)
    a, b = _narrow(m, a, shape, condition.shape, b.shape), _narrow(m, b, shape, condition.shape, a.shape)
    return m.atom(m.apply(WHERE, *map(m.node, (condition, a, b))))


def _inside(m: Operations, condition: Terms, x: Terms, branch: int) -> Terms:
    """A branch in which the same condition is met again: it is known there."""
    if not present(m):
        return x
    total = Terms(m, x.shape, {})
    for product, coefficient in x.parts.items():
        one = Terms(m, x.shape, {ONE: coefficient})
        for base, exponent in product:
            again = m.graph.gates[base] is WHERE and m.written(m.graph.inputs[base][0]) == condition
            inner = m.written(m.graph.inputs[base][branch]) if again else m.atom(base)
            one = one * m.power(inner, exponent)
        total = total + one
    return total


def _narrow(m: Operations, x: Terms, shape: Sizes, *others: Sizes) -> Terms:
    """A branch without the copies that the shapes beside it make anyway: 1 for ones(n)."""
    own = broadcast(*map(m.product_shape, x.parts))
    return m.in_shape(x, own) if broadcast(own, *others) == shape else x


def equal(m: Operations, a: Terms, b: Terms) -> Terms:
    """(x > 0) == 0 is x <= 0."""
    node = _truth(m, a) if b.number == 0 else None
    if node is None:
        return m.call("equal", a, b)
    return m.atom(m.apply(OPPOSITE[m.graph.gates[node]], *m.graph.inputs[node]))


def not_equal(m: Operations, a: Terms, b: Terms) -> Terms:
    """(x > 0) != 0 is x > 0."""
    return a if b.number == 0 and _truth(m, a) is not None else m.call("not_equal", a, b)


def _truth(m: Operations, x: Terms) -> int | None:
    """The node of a formula that is one comparison."""
    node = m.sole(x)
    return node if node is not None and m.graph.gates[node] in OPPOSITE else None


def flows(m: Operations, x: Terms) -> list[tuple[Terms, Terms]]:
    """For a sum of switches, where(condition, flow, 0), each condition and flow; nothing for any other formula."""
    found = [_switch(m, product, coefficient) for product, coefficient in x.parts.items()]
    return [one for one in found if one is not None] if all(found) else []


def _switch(m: Operations, product: Product, coefficient: Number) -> tuple[Terms, Terms] | None:
    if len(product) != 1 or product[0][1] != 1 or m.graph.gates[product[0][0]] is not WHERE:
        return None
    condition, flow, other = (m.written(node) for node in m.graph.inputs[product[0][0]])
    return None if other.parts else (condition, m.times(coefficient, flow))


def merged(m: Operations, x: Terms) -> Terms:
    """where(c, a, 0) + where(c, b, 0) is where(c, a + b, 0); and for a + b with opposite conditions where(c, a, b)."""
    switched = {product: _switch(m, product, coefficient) for product, coefficient in x.parts.items()}
    if sum(one is not None for one in switched.values()) < 2:
        return x
    flowing: dict[Terms, Terms] = {}
    for condition, flow in filter(None, switched.values()):
        flowing[condition] = flowing[condition] + flow if condition in flowing else flow
    parts = {product: coefficient for product, coefficient in x.parts.items() if switched[product] is None}
    for condition in list(flowing):
        if condition in flowing:
            opposite = equal(m, condition, m.lift(0)) if _truth(m, condition) is not None else condition
            flow = flowing.pop(condition)
            one = where(m, condition, flow, flowing.pop(opposite, m.lift(0)))
            for product, coefficient in one.parts.items():
                parts[product] = parts.get(product, 0) + coefficient
    return Terms(m, x.shape, {product: coefficient for product, coefficient in parts.items() if coefficient})
