"""A formula in normal form as nodes of the graph, in the order that people write: 2*x/3, A@x - b, 1/sqrt(x)."""

from __future__ import annotations

import math
import sys
from decimal import Decimal
from fractions import Fraction

from bpcalc.algebra.shapes import broadcast
from bpcalc.algebra.textbook.matrices import MATMUL
from bpcalc.algebra.textbook.terms import ONE, Exponent, Number, Operations, Product, Sizes, Terms
from bpcalc.gate import CONSTANT
from bpcalc.gates.arrays import GATES
from bpcalc.graph import literal

ADD, SUBTRACT, MULTIPLY, DIVIDE, NEGATE, POWER, SQRT, EXP = (
    GATES[name] for name in ("add", "subtract", "multiply", "divide", "negate", "power", "sqrt", "exp")
)

DIGITS = 200  # of a whole number that is written in full
EXACT = 17  # digits of a decimal number that is written in full
LONG = 10**7  # the numerator or denominator of a fraction that is no shorter than a decimal number


def write(m: Operations, terms: Terms) -> int:
    """The node of a formula."""
    if not terms.parts:
        return _zeros(m, terms.shape)
    parts = _in_order(m, terms)
    own = broadcast(*(m.product_shape(product) for product, _ in parts))
    if own != terms.shape:
        return _copied(m, parts, terms.shape)
    total: int | None = None
    is_matrix = any(_is_unit_matrix(m, product) for product, _ in parts)
    for product, coefficient in parts:
        # beside a unit matrix a number is read as a multiple of it
        ahead = [_ones(m, terms.shape)] if is_matrix and m.product_shape(product) == () else []
        if total is None:
            total = _signed(m, product, coefficient, ahead)
        elif coefficient < 0:
            total = m.apply(SUBTRACT, total, _signed(m, product, -coefficient, ahead))
        else:
            total = m.apply(ADD, total, _signed(m, product, coefficient, ahead))
    assert total is not None
    return total


def _zeros(m: Operations, shape: Sizes) -> int:
    return m.apply(GATES["zeros"].bind({"shape": shape})) if shape else constant(m, 0)


def _copied(m: Operations, parts: list[tuple[Product, Number]], shape: Sizes) -> int:
    """What is the same for all entries, copied to a shape: 2*ones(n)."""
    ones = _ones(m, shape)
    narrow = Terms(m, broadcast(*(m.product_shape(product) for product, _ in parts)), dict(parts))
    if narrow.number == 1:
        return ones
    if narrow.number == -1:
        return m.apply(NEGATE, ones)
    if narrow.single is not None:
        coefficient, product = narrow.single
        top, bottom = _fraction(m, product, coefficient, [ones])
        node = _divided(m, top, bottom)
        return m.apply(NEGATE, node) if coefficient < 0 and _is_unit(m, coefficient, above=True) else node
    return m.apply(MULTIPLY, m.node(narrow), ones)


def _in_order(m: Operations, terms: Terms) -> list[tuple[Product, Number]]:
    """The parts as they came, but first one that is added: b - a for -a + b; and -x - 1 for -1 - x."""
    parts = list(terms.parts.items())
    if len(parts) > 2:  # a long sum that became one part of another needs no brackets at its start
        parts.sort(key=lambda part: not (part[1] == 1 and _is_sum(m, part[0])))
    if parts[0][1] < 0:
        first = next((place for place, (_, coefficient) in enumerate(parts) if coefficient > 0), 0)
        parts.insert(0, parts.pop(first))
        if parts[0][0] == ONE and first == 0:
            parts.append(parts.pop(0))
    return parts


def _is_sum(m: Operations, product: Product) -> bool:
    return len(product) == 1 and product[0][1] == 1 and product[0][0] in m.meanings


def _is_unit_matrix(m: Operations, product: Product) -> bool:
    return any(m.graph.gates[base].name in ("eye", "diag") and len(m.shapes[base]) == 2 for base, _ in product)


def _ones(m: Operations, shape: Sizes) -> int:
    return m.apply(GATES["ones"].bind({"shape": shape}))


def _signed(m: Operations, product: Product, coefficient: Number, ahead: list[int]) -> int:
    if Fraction(coefficient).numerator == -1:
        for base, exponent in product:
            if exponent == 1 and base in m.meanings and any(one < 0 for one in m.meanings[base].parts.values()):
                turned = m.node(m.times(-1, m.meanings[base]))  # (t - p)/2 for -(p - t)/2
                product = tuple((turned, 1) if factor[0] == base else factor for factor in m.ordered(product))
                coefficient = -coefficient
                break
    top, bottom = _fraction(m, product, coefficient, ahead)
    node = _divided(m, top, bottom)
    above = bool(ahead) or any(not _is_below(exponent) for _, exponent in product)
    return m.apply(NEGATE, node) if coefficient < 0 and _is_unit(m, coefficient, above) else node


def _is_unit(m: Operations, coefficient: Number, above: bool) -> bool:
    """Is the sign written alone, not as that of a number: -x, -x/2? above: whether there is anything above the bar."""
    return above and abs(Fraction(coefficient).numerator) == 1 and _decimal(m, coefficient) is None


def _is_below(exponent: Exponent) -> bool:
    return not isinstance(exponent, Terms) and exponent < 0


def _decimal(m: Operations, coefficient: Number) -> float | None:
    """The coefficient as a decimal number, where the program has such numbers: 0.2 for 1/5, but 1/3 as it is.

    What 17 digits do not tell exactly is written as the double next to it, where a fraction would be as long.
    """
    exact = Fraction(coefficient)
    if not m.decimals or exact.denominator == 1:
        return None
    decimal = float(coefficient)
    if Fraction(repr(decimal)) == exact:
        return decimal
    rest = exact.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    if rest == 1:
        text = f"{Decimal(exact.numerator) / Decimal(exact.denominator):f}"
        return literal(text) if len(text.replace(".", "").strip("-0")) <= EXACT and Fraction(text) == exact else decimal
    return decimal if max(abs(exact.numerator), exact.denominator) > LONG and decimal else None


def _fraction(m: Operations, product: Product, coefficient: Number, ahead: list[int]) -> tuple[list[int], list[int]]:
    """The nodes above and below the bar."""
    ordered = sorted(_joined(m, m.ordered(product)), key=lambda factor: _rank(m, factor))
    top = [_factor(m, base, exponent) for base, exponent in ordered if not _is_below(exponent)] + ahead
    bottom = [_factor(m, base, -exponent) for base, exponent in ordered if _is_below(exponent)]
    decimal, exact = _decimal(m, coefficient), Fraction(coefficient)
    if decimal is not None:
        return [m.apply_constant(decimal), *top], bottom
    if exact.denominator != 1:
        bottom = [constant(m, exact.denominator), *bottom]
    if abs(exact.numerator) != 1 or not top:
        top = [constant(m, exact.numerator), *top]
    return top, bottom


def _rank(m: Operations, factor: tuple[int, Exponent]) -> tuple[bool, bool, bool, bool]:
    """Where a factor stands: numbers before arrays, constants and variables before functions, and these before sums.

    A product that became one factor needs no brackets at the very start.
    """
    base, exponent = factor
    is_leaf = not m.graph.inputs[base] and not isinstance(exponent, Terms)
    is_product = m.graph.gates[base] is MULTIPLY and exponent == 1
    return bool(m.factor_shape(factor)), not is_product, not is_leaf, base in m.meanings


def _joined(m: Operations, product: Product) -> Product:
    """The product with sqrt(2)*sqrt(pi)*sqrt(x) as sqrt(2*pi*x)."""
    roots: dict[Exponent, list[int]] = {}
    for base, exponent in product:
        if isinstance(exponent, Fraction):
            roots.setdefault(exponent, []).append(base)
    whole: list[tuple[int, Exponent]] = []
    joined: set[int] = set()
    for exponent, bases in roots.items():
        numbers = [base for base in bases if m.graph.gates[base] is CONSTANT]
        others = [base for base in bases if base not in numbers]
        chosen = sorted(numbers, key=lambda base: isinstance(m.graph.leaves[base], str))
        chosen += _factors(m, others[0]) if len(others) == 1 and numbers else []
        if len(chosen) > 1:
            whole.append((_multiplied(m, chosen), exponent))
            joined.update((*numbers, *others))
    return (*whole, *(factor for factor in product if factor[0] not in joined))


def _factors(m: Operations, node: int) -> list[int]:
    """The factors of a node that is a product."""
    found: list[int] = []
    while m.graph.gates[node] is MULTIPLY:
        node, last = m.graph.inputs[node]
        found.append(last)
    return [node, *found[::-1]]


def constant(m: Operations, number: int) -> int:
    """A whole number, with all its digits; a huge one as 1.5e+250, or beyond the largest float 1.5*10^400."""
    if abs(number) <= sys.float_info.max:
        return m.apply_constant(literal(str(number)) if abs(number) < 10**DIGITS else float(number))
    size = int((abs(number).bit_length() - 1) * math.log10(2))  # or one too small
    size += abs(number) >= 10 ** (size + 1)
    power = m.apply(POWER, m.apply_constant(10.0), m.apply_constant(float(size)))
    front = float(Fraction(number, 10**size))
    return power if front == 1 else m.apply(MULTIPLY, m.apply_constant(front), power)


def _factor(m: Operations, base: int, exponent: Exponent) -> int:
    """base^exponent, in the form that has a name: exp, sqrt."""
    if base == m.euler and exponent != 1:
        return m.apply(EXP, _exponent(m, exponent))
    if exponent == 1:
        return base
    if exponent == Fraction(1, 2):
        return m.apply(SQRT, base)
    return m.apply(POWER, base, _exponent(m, exponent))


def _exponent(m: Operations, exponent: Exponent) -> int:
    return m.node(exponent if isinstance(exponent, Terms) else m.lift(exponent))


def _divided(m: Operations, top: list[int], bottom: list[int]) -> int:
    above = _multiplied(m, top)
    return m.apply(DIVIDE, above, _multiplied(m, bottom)) if bottom else above


def _multiplied(m: Operations, nodes: list[int]) -> int:
    """The product: in front of a matrix product, numbers multiply its first matrix (2*A.T @ r)."""
    *ahead, last = nodes
    if not ahead:
        return last
    if m.graph.gates[last] is MATMUL and all(m.shapes[node] == () for node in ahead):
        products = [node for node in ahead if m.graph.gates[node] is MATMUL]
        if products:  # (x@A@x)*(B@x)
            rest = _multiplied(m, [*(node for node in ahead if node not in products), last])
            return _in_row(m, [*products, rest])
        spine = []
        while m.graph.gates[last] is MATMUL:
            last, right = m.graph.inputs[last]
            spine.append(right)
        node = _multiplied(m, [*ahead, last])
        for right in reversed(spine):
            node = m.apply(MATMUL, node, right)
        return node
    return _in_row(m, nodes)


def _in_row(m: Operations, nodes: list[int]) -> int:
    node = nodes[0]
    for factor in nodes[1:]:
        node = m.apply(MULTIPLY, node, factor)
    return node
