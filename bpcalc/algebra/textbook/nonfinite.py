"""What of a formula is no finite number, whatever its variables are: inf, 1/0, log(0), NaN.

Such do not cancel, and 0 does not annihilate them: inf - inf, inf/inf and 0*log(0) are NaN, as in both passes on
numbers. A variable stands for any finite number: 0*x is 0, and x/x is 1.
"""

from __future__ import annotations

import math

from bpcalc.algebra.floats import FLOATS
from bpcalc.algebra.textbook.terms import Exponent, Operations, Product, Sizes, Terms
from bpcalc.gate import CONSTANT, Gate
from bpcalc.gates.arrays import GATES

POLES = frozenset(
    GATES[name] for name in ("log", "log2", "log10", "log1p", "atanh", "logit", "gamma", "lgamma", "digamma")
)
SUMS = frozenset(GATES[name] for name in ("add", "subtract", "multiply", "negate"))


def of_constant(m: Operations, node: int) -> float | None:
    """What is remembered of a leaf: its value, if that is 0 or not finite."""
    return _special(m.graph.number(node)) if m.graph.gates[node] is CONSTANT else None


def _special(number: float | None) -> float | None:
    return number if number is not None and (number == 0 or number - number != 0) else None


def of_node(m: Operations, gate: Gate, nodes: tuple[int, ...]) -> float | None:
    """What is remembered of a gate on nodes: its value, if that is 0 or not finite and does not hang on a variable;
    some infinity for what is not finite, whatever its variables are."""
    if len(nodes) == 1 and not gate.of_arrays and (gate in POLES or nodes[0] in m.special) and gate not in SUMS:
        (node,) = nodes
        x = m.special.get(node, m.graph.number(node) if m.graph.gates[node] is CONSTANT else None)
        return None if x is None else _special(FLOATS.function(gate)(x))
    found = [m.special.get(node, 1.0) for node in nodes]
    endless = [one - one != 0 for one in found]
    if (gate in SUMS and any(endless)) or (gate.name == "divide" and (endless[0] or found[1] == 0)):
        return math.inf
    if gate.name == "power" and m.graph.gates[nodes[1]] is CONSTANT:
        exponent = m.graph.number(nodes[1]) or 0.0
        return math.inf if (exponent > 0 and endless[0]) or (exponent < 0 and found[0] == 0) else None
    return None


def is_endless(m: Operations, product: Product) -> bool:
    """Has a product a factor that is not finite?"""
    return any(base in m.special and _is_infinite(m.special[base], exponent) for base, exponent in product)


def _is_infinite(value: float, exponent: Exponent) -> bool:
    if isinstance(exponent, Terms):
        return value - value != 0
    return exponent < 0 if value == 0 else exponent > 0 or value != value


def any_endless(m: Operations, terms: Terms) -> bool:
    """Has a formula a part that is not finite?"""
    return bool(m.special) and any(is_endless(m, product) for product in terms.parts)


def is_nan(m: Operations, terms: Terms) -> bool:
    """Has a formula a part that is NaN?"""
    bases = (base for product in terms.parts for base, _ in product)
    return any(base in m.special and m.special[base] != m.special[base] for base in bases)


def nan(m: Operations, shape: Sizes) -> Terms:
    """NaN, for every entry."""
    return Terms(m, shape, {((m.apply_constant(math.nan), 1),): 1})


def cancels(m: Operations, base: int, exponent: Exponent, other: Exponent) -> bool:
    """Does an infinite factor meet its inverse: inf/inf, 0/0?"""
    if base not in m.special or isinstance(exponent, Terms) or isinstance(other, Terms):
        return False
    return bool((exponent > 0) != (other > 0))


def differ(m: Operations, a: Terms, b: Terms) -> bool:
    """Is a + b NaN: is one of them, or do infinite parts cancel?"""
    if is_nan(m, a) or is_nan(m, b):
        return True
    shared = ((product, coefficient) for product, coefficient in b.parts.items() if product in a.parts)
    return any(a.parts[product] * coefficient < 0 and is_endless(m, product) for product, coefficient in shared)
