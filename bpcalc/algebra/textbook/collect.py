"""The last step: of the ways to write a sum the shortest, multiplied out or with a common matrix in front.

May import matrices and terms.
"""

from __future__ import annotations

from itertools import product as pairs
from typing import TYPE_CHECKING, Any

from bpcalc.algebra.textbook import matrices
from bpcalc.algebra.textbook.terms import Product, Terms, plain
from bpcalc.gate import INPUT

if TYPE_CHECKING:
    from bpcalc.algebra.textbook.algebra import Textbook

LARGEST = 40  # parts of a sum beyond which no shorter form is looked for
DEPTH = 5  # sums within sums that are multiplied out
EXPONENT = 6  # of a sum that is multiplied out


def collected(m: Textbook, terms: Terms) -> Terms:
    """The shortest of the forms: as it is, multiplied out, common factors taken out."""
    if not 1 <= len(terms.parts) <= LARGEST:
        return terms
    forms = [terms]
    while len(forms) <= DEPTH and (more := expanded(m, forms[-1])) != forms[-1]:
        forms.append(more)
    forms += [_grouped(m, _grouped(m, form, last=True), last=False) for form in forms]
    forms += [_shared(m, form) for form in forms]
    return min(forms, key=lambda form: length(m, form))


def _shared(m: Textbook, terms: Terms) -> Terms:
    """exp(x)*cos(x) + exp(x)*sin(x) as exp(x)*(cos(x) + sin(x)). A variable stays in: x^2 + 2*x is x^2 + 2*x."""
    first, *others = terms.parts
    common: dict[int, Any] = {}
    for base, exponent in first if others else ():
        rest = [dict(product).get(base) for product in others]
        if all(one == exponent for one in rest) and not _is_power_of_variable(m, base, exponent):
            common[base] = exponent
    if not common or any(m.product_shape((factor,)) for factor in common.items()):
        return terms
    inverse = Terms(m, (), {tuple((base, plain(-exponent)) for base, exponent in common.items()): 1})
    inner = m.zeros(terms.shape)
    for product, coefficient in terms.parts.items():
        inner = inner + m.multiply(Terms(m, terms.shape, {product: coefficient}), inverse)
    return m.multiply(Terms(m, (), {tuple(sorted(common.items(), key=lambda one: one[0])): 1}), inner)


def _is_power_of_variable(m: Textbook, base: int, exponent: Any) -> bool:
    return m.graph.gates[base] is INPUT and not isinstance(exponent, Terms) and exponent > 0


def expanded(m: Textbook, terms: Terms) -> Terms:
    """The products of sums multiplied out, as far as that stays small."""
    total = m.zeros(terms.shape)
    for product, coefficient in terms.parts.items():
        total = total + m.times(coefficient, Terms(m, terms.shape, _multiplied_out(m, product).parts))
        if len(total.parts) > LARGEST:
            return terms
    return total


def _multiplied_out(m: Textbook, product: Product) -> Terms:
    sums = [(base, exponent) for base, exponent in product if _is_sum(m, base, exponent)]
    rest = tuple(factor for factor in product if factor not in sums)
    found = Terms(m, m.product_shape(rest), {rest: 1})
    for base, exponent in sums:
        for _ in range(exponent):
            # part by part: a product of whole sums would stay together
            one, other = found, m.meanings[base]
            if len(one.parts) * len(other.parts) > LARGEST:
                return Terms(m, m.product_shape(product), {product: 1})
            found = m.zeros(())
            for (p, c), (q, d) in pairs(one.parts.items(), other.parts.items()):
                found = found + m.multiply(Terms(m, one.shape, {p: c}), Terms(m, other.shape, {q: d}))
    return found


def _is_sum(m: Textbook, base: int, exponent: object) -> bool:
    return base in m.meanings and isinstance(exponent, int) and 0 < exponent <= EXPONENT


def _grouped(m: Textbook, terms: Terms, last: bool) -> Terms:
    """A@x + B@x as (A + B)@x, or with `last` false A@x + A@y as A@(x + y)."""
    groups: dict[tuple[Product, int], list[Product]] = {}
    for product in terms.parts:
        found = _chain(m, product)
        if found is not None:
            scalars, links = found
            groups.setdefault((scalars, links[-1] if last else links[0]), []).append(product)
    if all(len(group) == 1 for group in groups.values()):
        return terms
    total = m.zeros(terms.shape)
    done: set[Product] = set()
    grouped = {product: (key, group) for key, group in groups.items() for product in group if len(group) > 1}
    for product, coefficient in terms.parts.items():
        if product not in grouped:
            total = total + Terms(m, terms.shape, {product: coefficient})
        elif product not in done:
            (scalars, link), group = grouped[product]
            done.update(group)
            total = total + _joined(m, terms, scalars, link, group, last)
    return total


def _chain(m: Textbook, product: Product) -> tuple[Product, list[int]] | None:
    """The scalar factors and the links of a product with one matrix product in it."""
    scalars = tuple(factor for factor in product if m.factor_shape(factor) == ())
    arrays = [factor for factor in product if factor not in scalars]
    if len(arrays) != 1 or arrays[0][1] != 1:
        return None
    links = matrices.links(m, arrays[0][0])
    return (scalars, links) if len(links) > 1 else None


def _joined(m: Textbook, terms: Terms, scalars: Product, link: int, group: list[Product], last: bool) -> Terms:
    inner: Terms | None = None
    for product in group:
        found = _chain(m, product)
        assert found is not None
        links = found[1][:-1] if last else found[1][1:]
        one = m.times(terms.parts[product], m.atom(matrices.product(m, links)))
        inner = one if inner is None else inner + one
    assert inner is not None
    whole = m.matmul(inner, m.atom(link)) if last else m.matmul(m.atom(link), inner)
    return Terms(m, (), {scalars: 1}) * whole


def length(m: Textbook, terms: Terms) -> int:
    """About how long the text of a formula is."""
    total = 0
    for product, coefficient in terms.parts.items():
        total += 2 + (abs(coefficient) != 1)
        for base, exponent in product:
            total += m.lengths[base]
            total += length(m, exponent) if isinstance(exponent, Terms) else 2 * (exponent != 1)
    return total
