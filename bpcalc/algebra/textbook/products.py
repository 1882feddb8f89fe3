"""Products and powers in normal form: factors with exponents that add up."""

from __future__ import annotations

import math
from fractions import Fraction
from functools import reduce

from bpcalc.algebra.shapes import broadcast
from bpcalc.algebra.textbook import constants, identities, nonfinite, switches
from bpcalc.algebra.textbook.terms import ONE, Exponent, Number, Operations, Product, Terms, plain, plus
from bpcalc.errors import BpcalcError
from bpcalc.gate import COMPARISON, CONSTANT
from bpcalc.gates.arrays import GATES
from bpcalc.graph import decimal_text

MOST = 12  # factors beyond which a product is one factor of what it goes into
UNWRAPPED = 24  # parts of a sum that goes into another part by part
SUM, LOG = GATES["sum"].bind({}), GATES["log"]
COMPARISONS = frozenset(gate for gate in GATES.values() if gate.infix and gate.infix[1] == COMPARISON)


def multiply(m: Operations, a: Terms, b: Terms) -> Terms:
    """Entry by entry. A sum that meets another factor stays together: 2*(x + y)."""
    shape = broadcast(a.shape, b.shape)
    for one, other in ((a, b), (b, a)):
        if not one.parts:
            return nonfinite.nan(m, shape) if nonfinite.any_endless(m, other) else Terms(m, shape, {})
        if one.number == 1:
            return Terms(m, shape, other.parts)
        if other.number is None and (flows := switches.flows(m, one)):
            parts = (m.where(c, m.multiply(flow, Terms(m, shape, other.parts)), 0) for c, flow in flows)
            return m.in_shape(reduce(m.add, parts), shape)
    (c, p), (d, q) = m.part(a), m.part(b)
    if len(p) + len(q) > MOST:
        p, q = (_packed(m, one) if len(one) > MOST // 2 else one for one in (p, q))
    factors = dict(m.ordered(p))
    for base, exponent in m.ordered(q):
        if base in factors and nonfinite.cancels(m, base, factors[base], exponent):
            return nonfinite.nan(m, shape)
        factors[base] = plus(factors[base], exponent) if base in factors else exponent
    return _unwrapped(m, Terms(m, shape, _times(c * d, tidied(m, factors))))


def _packed(m: Operations, product: Product) -> Product:
    """The product as one factor."""
    node = m.node(Terms(m, m.product_shape(product), {product: 1}))
    return ((node, 1),)


def logarithms(m: Operations, x: Terms) -> tuple[Terms, list[Terms]]:
    """An exponent of e without its logarithms, and what they make: exp(y*log(x) + z) is x^y*exp(z)."""
    rest, powers = dict(x.parts), list[Terms]()
    for product, coefficient in x.parts.items():
        found = [base for base, exponent in product if exponent == 1 and m.graph.gates[base] is LOG]
        if len(found) == 1 and m.shapes[found[0]] == x.shape:
            others = tuple(factor for factor in product if factor[0] != found[0])
            exponent = Terms(m, m.product_shape(others), {others: coefficient})
            powers.append(m.power(m.written(m.graph.inputs[found[0]][0]), exponent))
            del rest[product]
    return Terms(m, x.shape, rest), powers


def _times(number: Number, parts: dict[Product, Number]) -> dict[Product, Number]:
    size = number.numerator.bit_length() + number.denominator.bit_length()
    if size > 10 * constants.LARGEST:
        raise BpcalcError(f"a coefficient has more than {int(size * math.log10(2)) // 1000},000 digits")
    return {product: plain(number * coefficient) for product, coefficient in parts.items()}


def _unwrapped(m: Operations, terms: Terms) -> Terms:
    """The parts of a sum, for a product of it alone."""
    coefficient, product = terms.single or (0, ONE)
    if coefficient in (1, -1) and len(product) == 1 and product[0][1] == 1 and product[0][0] in m.meanings:
        meaning = m.meanings[product[0][0]]
        if len(meaning.parts) <= UNWRAPPED:
            return Terms(m, terms.shape, m.times(coefficient, meaning).parts)
    return terms


def tidied(m: Operations, factors: dict[int, Exponent]) -> dict[Product, Number]:
    """The one part that these factors make: numbers go into the coefficient, a condition squared is itself."""
    coefficient: Number = 1
    kept: dict[int, Exponent] = {}
    for base, exponent in factors.items():
        gate = m.graph.gates[base]
        number = m.graph.number(base) if gate is CONSTANT and not isinstance(m.graph.leaves[base], str) else None
        if exponent == 0 and not isinstance(exponent, Terms):
            continue
        if number is not None and number - number == 0 and isinstance(exponent, int):
            exact = constants.number_power(Fraction(decimal_text(number)), exponent)
        else:
            exact = None
        if exact is not None:
            coefficient *= exact
        elif gate in COMPARISONS and isinstance(exponent, int) and exponent > 0:
            kept[base] = 1
        elif base == m.euler and isinstance(exponent, Terms) and not exponent.parts:
            continue
        else:
            kept[base] = exponent
    if not coefficient:  # 0 from (1/0)^-1
        return {}
    _logistic(m, kept)
    identities.of_factors(m, kept)
    product = tuple(sorted(kept.items(), key=lambda factor: factor[0]))
    m.keep_order(product, kept)
    return {product: plain(Fraction(coefficient))}


def _logistic(m: Operations, factors: dict[int, Exponent]) -> None:
    """Puts sigmoid(u) for e^u/(1 + e^u), and softmax(u) for e^u/sum(e^u)."""
    u = factors.get(m.euler)
    if not isinstance(u, Terms):
        return
    for base, exponent in list(factors.items()):
        power: dict[Product, Number] = {((m.euler, u),): 1}
        if isinstance(exponent, Terms) or exponent not in (-1, -2):
            continue
        below = base
        if exponent == -1 and base in m.meanings and m.meanings[base].parts == {ONE: 1} | power:
            whole = m.node(m.call("sigmoid", u))
        elif m.graph.gates[base] is SUM and len(u.shape) == 1 and m.written(m.graph.inputs[base][0]).parts == power:
            whole = m.node(m.call("softmax", u))
        elif exponent == -1 and whole_softmax(m, base, u):  # e^u/softmax(u) is sum(e^u)
            whole = m.apply(SUM, m.node(Terms(m, u.shape, power)))
        else:
            continue
        del factors[m.euler]
        for node, change in ((below, 1), (whole, 1)):
            factors[node] = plus(change, factors.get(node, 0))
            if factors[node] == 0:
                del factors[node]
        return


def whole_softmax(m: Operations, node: int, u: Terms) -> bool:
    """Is a node the softmax of all entries of a vector?"""
    gate = m.graph.gates[node]
    return gate.name == "softmax" and len(u.shape) == 1 and m.written(m.graph.inputs[node][0]) == u


def _constants(m: Operations, x: Terms) -> tuple[list[int], Product]:
    """The nodes of the 2 and the pi of 2*pi*x, whose roots are taken one by one, and what is left."""
    coefficient, product = x.single or (0, ONE)
    if coefficient <= 0 or not isinstance(coefficient, int):
        return [], product
    named = [(base, one) for base, one in product if one == 1 and isinstance(m.graph.leaves.get(base), str)]
    named = [(base, one) for base, one in named if m.graph.gates[base] is CONSTANT]
    numbers = [m.node(m.lift(coefficient))] if coefficient != 1 else []
    return [*numbers, *(base for base, _ in named)], tuple(factor for factor in product if factor not in named)


def power(m: Operations, x: Terms, n: Terms) -> Terms:
    shape = broadcast(x.shape, n.shape)
    exponent = plain(n)
    if x.number == 1 or exponent == 0:
        return Terms(m, shape, {ONE: 1})
    if exponent == 1:
        return Terms(m, shape, x.parts)
    if x.number is not None:
        exact = constants.number_power(x.number, exponent)
        if exact is not None:
            return Terms(m, shape, {ONE: exact} if exact else {})
        return Terms(m, shape, {((m.node(x), exponent),): 1})
    whole = isinstance(exponent, int)
    if isinstance(exponent, Fraction):
        found, rest = _constants(m, x)
        if len(found) + bool(rest) > 1:
            roots = [power(m, m.known(one), m.lift(exponent)) for one in found]
            left = power(m, Terms(m, x.shape, {rest: 1}), n)
            return Terms(m, shape, reduce(m.multiply, [*roots, left]).parts)
    coefficient, product = x.single or m.part(x)
    scale = constants.number_power(coefficient, exponent)
    simple = len(product) == 1 and (product[0][1] == 1 or product[0][0] == m.euler)
    if scale is None or not (whole or (simple and coefficient > 0)):
        coefficient, product, scale = 1, ((m.node(x), 1),), 1
    factors = {base: plain(one * exponent) for base, one in m.ordered(product)}
    return _unwrapped(m, Terms(m, shape, _times(scale, tidied(m, factors))))
