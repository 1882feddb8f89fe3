"""The last step: of the ways to write a sum the shortest, multiplied out or with a common matrix in front."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product as pairs

from bpcalc.algebra.textbook import branches, identities, rational
from bpcalc.algebra.textbook.grouping import grouped
from bpcalc.algebra.textbook.terms import ONE, Exponent, Operations, Product, Terms, plain
from bpcalc.gate import INPUT
from bpcalc.gates.arrays import GATES

EXP = GATES["exp"]
LARGEST = 40  # parts of a sum beyond which no shorter form is looked for
DEPTH = 7  # sums within sums that are multiplied out
EXPONENT = 6  # of a sum that is multiplied out


def collected(m: Operations, terms: Terms, depth: int = branches.DEEP) -> Terms:
    """The shortest of the forms: as it is, multiplied out, common factors taken out, switches in one chain.

    depth  of branches within branches that are made short
    """
    if not 1 <= len(terms.parts) <= LARGEST:
        return terms
    forms = [terms, identities.applied(m, refined(m, terms)), distributed(m, terms)]
    forms.sort(key=lambda form: length(m, form))
    while len(forms) < DEPTH and (more := expanded(m, forms[-1])) != forms[-1]:
        forms.append(more)
    forms += rational.fractions(m, terms)
    forms += [grouped(m, form) for form in forms]
    forms += [together(m, form) for form in forms]
    # of forms as long as each other a number is one fraction, and an array a sum
    best = min(forms, key=lambda form: (length(m, form), len(form.parts) * (terms.shape == ())))
    whole = distributed(m, best) if branches.present(m) else best
    chain = branches.chained(m, whole, collected, depth)
    return min((best, chain), key=lambda form: length(m, form))


def together(m: Operations, terms: Terms) -> Terms:
    """The sum over its common denominator, and with its common factors in front.

    log(x)/x^2 + 1/x^2 is (log(x) + 1)/x^2. A variable stays in: x^2 + 2*x is x^2 + 2*x.
    """
    if len(terms.parts) < 2:
        return terms
    common = {base: exponent for base, exponent in _common(m, terms) if m.factor_shape((base, exponent)) == ()}
    if not common:
        return terms
    inverse = Terms(m, (), {tuple((base, plain(-exponent)) for base, exponent in common.items()): 1})
    inner = m.zeros(terms.shape)
    for product, coefficient in terms.parts.items():
        inner = inner + m.multiply(Terms(m, terms.shape, {product: coefficient}), inverse)
    inner = min((identities.applied(m, one) for one in (inner, expanded(m, inner))), key=lambda one: length(m, one))
    return m.multiply(Terms(m, (), {tuple(sorted(common.items(), key=lambda one: one[0])): 1}), inner)


def _common(m: Operations, terms: Terms) -> Iterator[tuple[int, Exponent]]:
    """The factors that all parts have, and those below the bar, each with its lowest exponent."""
    products = [dict(product) for product in terms.parts]
    for base in dict.fromkeys(base for product in products for base in product):
        exponents = [product.get(base, 0) for product in products]
        if any(isinstance(exponent, Terms) for exponent in exponents):
            if all(exponent == exponents[0] for exponent in exponents):
                yield base, exponents[0]
            continue
        lowest = min(exponents)
        if lowest < 0 or (lowest > 0 and m.graph.gates[base] is not INPUT):
            yield base, lowest


def refined(m: Operations, terms: Terms) -> Terms:
    """The sums among the factors put over one denominator: 1/(a^2*(1 + x^2/a^2)) as 1/(a^2 + x^2)."""
    total = m.zeros(terms.shape)
    for product, coefficient in terms.parts.items():
        one = Terms(m, terms.shape, {ONE: coefficient})
        for base, exponent in product:
            factor = Terms(m, m.factor_shape((base, exponent)), {((base, exponent),): 1})
            if base == m.euler and isinstance(exponent, Terms) and len(exponent.parts) > 1:
                short = min((exponent, expanded(m, exponent)), key=lambda one: length(m, one))
                factor = m.function(EXP)(short) if short is not exponent else factor
            if base in m.meanings and not isinstance(exponent, Terms):
                found = identities.applied(m, together(m, m.meanings[base]))
                factor = m.power(found, exponent) if found.single is not None else factor
            one = one * factor
        total = total + one
    return total


def distributed(m: Operations, terms: Terms) -> Terms:
    """Each product multiplied into the parts of its longest sum: p*(1/p + 1) as 1 + p."""
    total = m.zeros(terms.shape)
    for product, coefficient in terms.parts.items():
        sums = [base for base, exponent in product if base in m.meanings and exponent == 1]
        if not sums:
            total = total + Terms(m, terms.shape, {product: coefficient})
            continue
        longest = max(sums, key=lambda base: m.lengths[base])
        rest = tuple(factor for factor in product if factor[0] != longest)
        for inner, times in m.meanings[longest].parts.items():
            one = m.multiply(Terms(m, terms.shape, {rest: coefficient}), Terms(m, terms.shape, {inner: times}))
            total = total + one
    return total


def expanded(m: Operations, terms: Terms) -> Terms:
    """The products of sums multiplied out, as far as that stays small."""
    total = m.zeros(terms.shape)
    for product, coefficient in terms.parts.items():
        total = total + m.times(coefficient, Terms(m, terms.shape, _multiplied_out(m, product).parts))
        if len(total.parts) > LARGEST:
            return terms
    return total if total == terms else _by_degree(m, total)


def _by_degree(m: Operations, terms: Terms) -> Terms:
    """A polynomial that was multiplied out, the highest power first."""
    factors = [factor for product in terms.parts for factor in product]
    if not all(
        m.graph.gates[base] is INPUT and isinstance(exponent, int) and exponent > 0 for base, exponent in factors
    ):
        return terms
    degrees = {product: sum(exponent for _, exponent in product) for product in terms.parts}
    return Terms(m, terms.shape, dict(sorted(terms.parts.items(), key=lambda part: -degrees[part[0]])))


def _multiplied_out(m: Operations, product: Product) -> Terms:
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


def _is_sum(m: Operations, base: int, exponent: object) -> bool:
    return base in m.meanings and isinstance(exponent, int) and 0 < exponent <= EXPONENT


def length(m: Operations, terms: Terms) -> int:
    """About how long the text of a formula is."""
    total = 0
    for product, coefficient in terms.parts.items():
        total += 2 + (abs(coefficient) != 1)
        for base, exponent in product:
            total += m.lengths[base]
            total += length(m, exponent) if isinstance(exponent, Terms) else 2 * (exponent != 1)
    return total
