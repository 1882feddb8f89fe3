"""where(condition, a, b) in normal form: what a switch lets through is multiplied inside it.

Outside of the switch the 0 of its blocked side would meet what may be infinite there and become NaN.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import inf

from bpcalc.algebra.shapes import broadcast
from bpcalc.algebra.textbook.branches import WHERE, Key, given, may_be_nan, read
from bpcalc.algebra.textbook.terms import ONE, Number, Operations, Product, Sizes, Terms
from bpcalc.gates.arrays import GATES

OPPOSITE = {
    GATES[one]: GATES[other]
    for one, other in (
        ("less", "greater_equal"), ("greater_equal", "less"), ("greater", "less_equal"), ("less_equal", "greater"),
        ("equal", "not_equal"), ("not_equal", "equal"),
    )
}  # fmt: skip
EQUAL = GATES["equal"]
OTHER_WAY = {"greater": "less", "less": "greater"}


def where(m: Operations, condition: Terms, a: Terms, b: Terms) -> Terms:
    shape = broadcast(condition.shape, a.shape, b.shape)
    if condition.number is not None:
        return m.in_shape(a if condition.number else b, shape)
    if a == b:
        return m.in_shape(a, shape)
    if (denied := _denied(m, condition)) is not None:
        return where(m, denied, b, a)
    truth = m.node(condition)
    a, b = given(m, a, truth, True), given(m, b, truth, False)
    if a == b:
        return m.in_shape(a, shape)
    if (clipped := _clipped(m, truth, a, b)) is not None:
        return m.in_shape(clipped, shape)
    a, b = _narrow(m, a, shape, condition.shape, b.shape), _narrow(m, b, shape, condition.shape, a.shape)
    return m.atom(m.apply(WHERE, *map(m.node, (condition, a, b))))


def _clipped(m: Operations, truth: int, a: Terms, b: Terms) -> Terms | None:
    """where(abs(u) > c, c*sign(u), u) is clip(u, -c, c) for a number c > 0; None for any other."""
    key, affirms = read(m, truth)
    if key[0] != "greater":
        return None
    _, size, limit = key if m.graph.gates[key[1]].name == "abs" else (key[0], key[2], key[1])
    if m.graph.gates[size].name != "abs":
        return None
    bound, u = m.written(limit), m.written(m.graph.inputs[size][0])
    outside, inside = (a, b) if affirms == (size == key[1]) else (b, a)
    if bound.number is None or bound.number <= 0 or inside.parts != u.parts:
        return None
    signs = m.times(bound.number, m.call("sign", u))
    return m.call("clip", u, m.times(-1, bound), bound) if outside.parts == signs.parts else None


def _narrow(m: Operations, x: Terms, shape: Sizes, *others: Sizes) -> Terms:
    """A branch without the copies that the shapes beside it make anyway: 1 for ones(n)."""
    own = broadcast(*map(m.product_shape, x.parts))
    return m.in_shape(x, own) if broadcast(own, *others) == shape else x


def decided(m: Operations, name: str, a: Terms, b: Terms) -> Terms:
    """a > b or a >= b, so that of two formulas one is the larger everywhere: b >= a where a > b is not.

    The difference decides which. So -x > 0 is x <= 0, as it is not x > 0: relu(x) - relu(-x) has the derivative 1.
    """
    if b.number is not None and a.parts and all(one < 0 for one in a.parts.values()):
        return decided(m, OTHER_WAY[name], m.times(-1, a), m.times(-1, b))
    difference = m.subtract(a, b)
    ahead = next((one for product, one in sorted(difference.parts.items(), key=_place) if product != ONE), 1)
    strict = (ahead > 0) == (name == "greater")
    return m.call(name if strict else f"{name}_equal", a, b)


def _place(part: tuple[Product, Number]) -> tuple[int, ...]:
    """Where a product stands, whichever came first."""
    return tuple(base for base, _ in part[0])


def _denied(m: Operations, condition: Terms) -> Terms | None:
    """The condition that this one denies, (sqrt(x) > 1) == 0; None where it is no such one."""
    node = m.sole(condition)
    if node is None or m.graph.gates[node] is not EQUAL:
        return None
    a, b = map(m.written, m.graph.inputs[node])
    return a if b.number == 0 and _truth(m, a) is not None else None


def always(m: Operations, name: str, xs: Sequence[Terms]) -> bool:
    """Does a comparison hold for every number, as x >= -inf does, the lower side of a clip without one?"""
    if name not in ("greater_equal", "less_equal") or xs[0].number is not None:
        return False
    coefficient, product = xs[1].single or (0, ONE)
    number = m.graph.number(product[0][0]) if len(product) == 1 and product[0][1] == 1 else None
    return number is not None and coefficient * number == (-inf if name == "greater_equal" else inf)


def equal(m: Operations, a: Terms, b: Terms) -> Terms:
    """(x > 0) == 0 is x <= 0; but for a comparison that may be one with NaN, which neither of both is."""
    node = _truth(m, a) if b.number == 0 else None
    if node is None or may_be_nan(m, *m.graph.inputs[node]):
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
    flowing: dict[tuple[Key, bool], tuple[Terms, Terms]] = {}
    for condition, flow in filter(None, switched.values()):
        says = read(m, m.node(condition))
        flowing[says] = (flowing[says][0], flowing[says][1] + flow) if says in flowing else (condition, flow)
    parts = {product: coefficient for product, coefficient in x.parts.items() if switched[product] is None}
    for key, affirms in list(flowing):
        if (key, affirms) in flowing:
            condition, flow = flowing.pop((key, affirms))
            against, other = flowing.pop((key, not affirms), (condition, m.lift(0)))
            if key[0] == "greater" and not affirms and against != condition:  # where(a > b, …), not where(b >= a, …)
                condition, flow, other = against, other, flow
            one = where(m, condition, flow, other)
            for product, coefficient in one.parts.items():
                parts[product] = parts.get(product, 0) + coefficient
    return Terms(m, x.shape, {product: coefficient for product, coefficient in parts.items() if coefficient})
