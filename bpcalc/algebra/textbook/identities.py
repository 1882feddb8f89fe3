"""Identities between functions: sin^2 + cos^2 is 1, sin/cos is tan, sign(x)*abs(x) is x.

Source: DLMF 4.21.12, 4.35.11.
"""

from __future__ import annotations

from bpcalc.algebra.textbook.terms import Exponent, Number, Operations, Product, Terms
from bpcalc.gate import Gate
from bpcalc.gates.arrays import GATES

SIN, COS, TAN, SINH, COSH, TANH, SIGN, ABS = (
    GATES[name] for name in ("sin", "cos", "tan", "sinh", "cosh", "tanh", "sign", "abs")
)
# f^2 + sign*g^2 is 1
SQUARES = {SIN: (COS, 1), COS: (SIN, 1), COSH: (SINH, -1)}
QUOTIENTS = {SIN: (COS, TAN), SINH: (COSH, TANH)}


def applied(m: Operations, terms: Terms) -> Terms:
    """The sum with c*sin(u)^2 + c*cos(u)^2 put as c, and c - c*sin(u)^2 as c*cos(u)^2, whatever c is."""
    parts = dict(terms.parts)
    for product in terms.parts:
        for base, exponent in product:
            gate = m.graph.gates[base]
            if gate in SQUARES and product in parts and isinstance(exponent, int) and exponent >= 2:
                _put(m, parts, product, base)
    return Terms(m, terms.shape, parts)


def _put(m: Operations, parts: dict[Product, Number], product: Product, base: int) -> None:
    """Replaces the part with f^2 and its partner by what both are together."""
    other_gate, sign = SQUARES[m.graph.gates[base]]
    coefficient = parts[product]
    rest = _times(product, base, -2)
    other = _times(rest, m.apply(other_gate, *m.graph.inputs[base]), 2)
    if parts.get(other) == sign * coefficient:
        del parts[product], parts[other]
        _add(parts, rest, coefficient)
    elif parts.get(rest) == -coefficient:
        del parts[product], parts[rest]
        _add(parts, other, -sign * coefficient)


def _add(parts: dict[Product, Number], product: Product, coefficient: Number) -> None:
    parts[product] = parts.get(product, 0) + coefficient
    if not parts[product]:
        del parts[product]


def _times(product: Product, base: int, power: int) -> Product:
    factors = dict(product)
    factors[base] = factors.get(base, 0) + power
    return tuple(sorted((factor for factor in factors.items() if factor[1] != 0), key=lambda factor: factor[0]))


def of_factors(m: Operations, factors: dict[int, Exponent]) -> None:
    """Puts tan(u) for sin(u)/cos(u), u for sign(u)*abs(u), and abs(u) for u*sign(u), among the factors of a product."""
    for base in list(factors):
        if base not in factors:  # an identity before has used it up
            continue
        gate = m.graph.gates[base]
        if gate in QUOTIENTS:
            _quotient(m, factors, base, *QUOTIENTS[gate])
        elif gate is ABS:
            _magnitude(m, factors, base)
        elif gate is SIGN:
            _signed(m, factors, base)


def _quotient(m: Operations, factors: dict[int, Exponent], base: int, below: Gate, quotient: Gate) -> None:
    exponent = factors[base]
    other = m.apply(below, *m.graph.inputs[base])
    if isinstance(exponent, int) and exponent > 0 and factors.get(other) == -exponent:
        del factors[base], factors[other]
        node = m.apply(quotient, *m.graph.inputs[base])
        factors[node] = factors.get(node, 0) + exponent


def _magnitude(m: Operations, factors: dict[int, Exponent], base: int) -> None:
    """abs(u)^2 is u^2, and sign(u)*abs(u) is u."""
    exponent, node = factors[base], _bare(m, base)
    sign = m.apply(SIGN, *m.graph.inputs[base])
    if not isinstance(exponent, int) or node is None:
        return
    if factors.get(sign) == 1:
        del factors[sign]
        exponent -= 1
        _multiply(factors, node, 1)
    factors[base] = exponent
    if exponent % 2 == 0:
        del factors[base]
        _multiply(factors, node, exponent)


def _signed(m: Operations, factors: dict[int, Exponent], base: int) -> None:
    """u*sign(u) is abs(u); at 0 too, unless u is below a fraction line."""
    node = _bare(m, base)
    exponent = factors.get(node) if node is not None else None
    if node is None or factors[base] != 1 or not isinstance(exponent, int) or exponent < 1:
        return
    del factors[base]
    _multiply(factors, node, -1)
    magnitude = m.apply(ABS, *m.graph.inputs[base])
    _multiply(factors, magnitude, 1)
    if magnitude in factors:
        _magnitude(m, factors, magnitude)


def _bare(m: Operations, base: int) -> int | None:
    """The node that a function is taken of, where that is a factor as it stands; else None."""
    inner = m.written(m.graph.inputs[base][0])
    if inner.single is None or inner.single[0] != 1 or len(inner.single[1]) != 1:
        return None
    ((node, power),) = inner.single[1]
    return node if power == 1 else None


def _multiply(factors: dict[int, Exponent], node: int, power: int) -> None:
    """Multiplies by a power of a node; a power of 0 is no factor."""
    exponent = factors.get(node, 0) + power
    if exponent == 0:
        factors.pop(node, None)
    else:
        factors[node] = exponent
