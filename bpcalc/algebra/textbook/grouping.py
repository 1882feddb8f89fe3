"""Matrix products with a common first or last matrix in front or behind: A@x + B@x as (A + B)@x."""

from __future__ import annotations

from bpcalc.algebra.textbook import matrices
from bpcalc.algebra.textbook.terms import Operations, Product, Terms


def grouped(m: Operations, terms: Terms) -> Terms:
    """The sum with each common last matrix taken out, then each common first one; and so on inside."""
    return _grouped(m, _grouped(m, terms, last=True), last=False)


def _grouped(m: Operations, terms: Terms, last: bool) -> Terms:
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


def _chain(m: Operations, product: Product) -> tuple[Product, list[int]] | None:
    """The scalar factors and the links of a product with one matrix product in it."""
    scalars = tuple(factor for factor in product if m.factor_shape(factor) == ())
    arrays = [factor for factor in product if factor not in scalars]
    if len(arrays) != 1 or arrays[0][1] != 1:
        return None
    links = matrices.links(m, arrays[0][0])
    return (scalars, links) if len(links) > 1 else None


def _joined(m: Operations, terms: Terms, scalars: Product, link: int, group: list[Product], last: bool) -> Terms:
    inner: Terms | None = None
    for product in group:
        found = _chain(m, product)
        assert found is not None
        links = found[1][:-1] if last else found[1][1:]
        one = m.times(terms.parts[product], m.atom(matrices.product(m, links)))
        inner = one if inner is None else inner + one
    assert inner is not None
    inner = _plain_first(m, grouped(m, inner))
    whole = m.matmul(inner, m.atom(link)) if last else m.matmul(m.atom(link), inner)
    return Terms(m, (), {scalars: 1}) * whole


def _plain_first(m: Operations, terms: Terms) -> Terms:
    """A + A.T for A.T + A."""
    if len(terms.parts) != 2:
        return terms
    first, second = terms.parts
    if all(len(product) == 1 and m.shapes[product[0][0]] == terms.shape for product in (first, second)):
        links = [matrices.links(m, product[0][0]) for product in (first, second)]
        if links[0] == matrices.transposed(m, links[1]) and matrices.count_transposed(m, links[0]) > 0:
            fewer = matrices.count_transposed(m, links[1]) < matrices.count_transposed(m, links[0])
            return Terms(m, terms.shape, dict([*terms.parts.items()][::-1])) if fewer else terms
    return terms
