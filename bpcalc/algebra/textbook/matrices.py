"""Matrix products in normal form: a chain of links, transposes on the leaves, numbers in front.

A vector stands at the end of a chain (v@A is A.T@v), and at both ends where the product is a number. Axes beyond two
are left as they are. Source of the identities: Petersen, Pedersen (2012), The Matrix Cookbook.
"""

from __future__ import annotations

from functools import reduce

from bpcalc.algebra.shapes import SHAPES, Shaped
from bpcalc.algebra.textbook.terms import Operations, Product, Terms
from bpcalc.gate import INPUT
from bpcalc.gates.arrays import GATES

MATMUL, OUTER, INV = (GATES[name] for name in ("matmul", "outer", "inv"))
TRANSPOSE = GATES["transpose"].bind({})

SUMMED = 8  # parts of a sum that may be seen to be symmetric

Links = list[int]


def matmul(m: Operations, a: Terms, b: Terms) -> Terms:
    if not a.parts or not b.parts:
        return Terms(m, SHAPES.function(MATMUL)(Shaped(a.shape), Shaped(b.shape)).shape, {})
    (c, left), (d, right) = m.apart(a), m.apart(b)
    scalars = c * d
    if len(a.shape) > 2 or len(b.shape) > 2:
        return scalars * m.atom(m.apply(MATMUL, m.node(left), m.node(right)))
    one, other = links_of(m, left), links_of(m, right)
    if len(a.shape) == 2:
        return scalars * chain(m, one + other)
    if len(b.shape) == 2:
        return scalars * chain(m, transposed(m, other) + one)
    return scalars * chain(m, one[-1:] + transposed(m, one[:-1]) + other)


def links_of(m: Operations, x: Terms) -> Links:
    """The links of a vector or a matrix: those of the matrix product that it is, or itself."""
    for form in (x, m.shortest(x)):
        node = m.sole(form)
        if node is not None:
            return links(m, node)
    return [m.node(form)]


def links(m: Operations, node: int) -> Links:
    found: Links = []
    while m.graph.gates[node] is MATMUL and max(len(m.shapes[one]) for one in m.graph.inputs[node]) <= 2:
        node, last = m.graph.inputs[node]
        found.append(last)
    return [node, *found[::-1]]


def chain(m: Operations, given: Links) -> Terms:
    """The product of the links."""
    size = m.shapes[given[0]][0]
    kept = _reduced(m, given)
    if not kept:
        return m.atom(m.apply(GATES["eye"].bind({"size": size})))
    for place, link in enumerate(kept):
        if m.graph.gates[link] is OUTER and len(kept) > 1:
            return _through_outer(m, kept, place)
    for place, link in enumerate(kept[:-1] if len(m.shapes[kept[-1]]) == 1 else ()):
        if _is_diagonal(m, link):  # diag(w)@v is w*v
            weighted = m.atom(m.graph.inputs[link][0]) * chain(m, kept[place + 1 :])
            return matmul(m, chain(m, kept[:place]), weighted) if place else weighted
    vectors = [len(m.shapes[link]) == 1 for link in kept]
    if vectors[0] and len(kept) > 1:
        kept = min(kept, transposed(m, kept), key=lambda one: (count_transposed(m, one), one))
    return m.atom(product(m, kept))


def _is_diagonal(m: Operations, link: int) -> bool:
    """Is the link the diagonal matrix of a vector?"""
    return m.graph.gates[link].name == "diag" and len(m.shapes[link]) == 2


def product(m: Operations, kept: Links) -> int:
    node = kept[0]
    for link in kept[1:]:
        node = m.apply(MATMUL, node, link)
    return node


def _reduced(m: Operations, given: Links) -> Links:
    """The links without unit matrices, and without neighbours that are each other's inverse."""
    kept: Links = []
    for link in given:
        if m.graph.gates[link].name == "eye" and len(set(m.shapes[link])) == 1:
            continue
        rest = _cancelled(m, kept[-1], link) if kept else None
        if rest is None:
            kept.append(link)
        else:
            kept[-1:] = rest
    return kept


def _cancelled(m: Operations, a: int, b: int) -> Links | None:
    """What is left of inv(X)@X, X@inv(X), or inv(X@Y)@X; None where all is left."""
    for inner, other, first in ((_inverted(m, a), b, True), (_inverted(m, b), a, False)):
        if inner and inner[0 if first else -1] == other:
            rest = inner[1:] if first else inner[:-1]
            return links_of(m, inv(m, chain(m, rest))) if rest else []
    return None


def _inverted(m: Operations, link: int) -> Links:
    """The links of the product that a link is the inverse of; none where there are such as are not square."""
    inner = _inverse(m, link)
    found = [] if inner is None else links(m, inner)
    return found if len(found) == 1 or all(len(set(m.shapes[one])) == 1 for one in found) else []


def _inverse(m: Operations, link: int) -> int | None:
    """X for inv(X), and X.T for inv(X).T."""
    gate, inputs = m.graph.gates[link], m.graph.inputs[link]
    if gate is INV:
        return inputs[0]
    if gate is TRANSPOSE and m.graph.gates[inputs[0]] is INV:
        inner = links(m, m.graph.inputs[inputs[0]][0])
        return product(m, transposed(m, inner)) if len(inner) > 1 else flipped(m, inner[0])
    return None


def _through_outer(m: Operations, kept: Links, place: int) -> Terms:
    """M@outer(u, v)@N is outer(M@u, N.T@v); what a vector makes a number of goes in front."""
    u, v = m.graph.inputs[kept[place]]
    before, after = kept[:place], kept[place + 1 :]
    is_row, is_column = bool(before) and len(m.shapes[before[0]]) == 1, bool(after) and len(m.shapes[after[-1]]) == 1
    left = chain(m, [*before, u])
    right = chain(m, [v, *after]) if is_column else chain(m, [*transposed(m, after), v])
    return left * right if is_row or is_column else outer(m, left, right)


def count_transposed(m: Operations, given: Links) -> int:
    return sum(m.graph.gates[link] is TRANSPOSE for link in given)


def transposed(m: Operations, given: Links) -> Links:
    """The links of the transposed product."""
    return [flipped(m, link) for link in given[::-1]]


def flipped(m: Operations, link: int) -> int:
    """The node of a link, transposed."""
    gate, inputs = m.graph.gates[link], m.graph.inputs[link]
    if len(m.shapes[link]) < 2:
        return link
    if gate is TRANSPOSE:
        return inputs[0]
    if gate is OUTER:
        return m.apply(OUTER, *inputs[::-1])
    if is_symmetric(m, link):
        return link
    if link in m.meanings:
        return m.node(transpose(m, m.meanings[link], None))
    return m.apply(TRANSPOSE, link)


def _marks(m: Operations, x: Terms) -> int:
    """How often a transpose is written in a sum."""
    bases = (base for one in x.parts for base, _ in one)
    return sum(count_transposed(m, links(m, base)) for base in bases)


def is_symmetric(m: Operations, node: int) -> bool:
    """Is the matrix known to equal its transpose?"""
    while m.graph.gates[node] is INV:
        (node,) = m.graph.inputs[node]
    gate, inputs = m.graph.gates[node], m.graph.inputs[node]
    if gate is INPUT:
        return m.graph.leaves[node] in m.symmetric
    if gate is OUTER:
        return inputs[0] == inputs[1]
    if gate is MATMUL:
        found = links(m, node)
        return len(m.shapes[node]) == 2 and all(
            link == (link if other == link and is_symmetric(m, link) else _turned(m, other))
            for link, other in zip(found[: len(found) // 2 + 1], found[::-1], strict=False)
        )
    meaning = m.written(node)
    if 1 < len(meaning.parts) <= SUMMED and len(set(m.shapes[node])) == 1:
        return transpose(m, meaning, None).parts == meaning.parts
    return gate.name in ("eye", "diag") and len(set(m.shapes[node])) == 1


def _turned(m: Operations, link: int) -> int:
    """A leaf or its transpose, transposed; any other node as it is."""
    gate, inputs = m.graph.gates[link], m.graph.inputs[link]
    return inputs[0] if gate is TRANSPOSE else m.apply(TRANSPOSE, link)


def transpose(m: Operations, x: Terms, axes: tuple[int, ...] | None) -> Terms:
    if len(x.shape) < 2 and axes is None:
        return x
    if len(x.shape) != 2 or axes not in (None, (1, 0)):
        return m.call("transpose", x, axes=axes)
    shape = x.shape[::-1]
    total = m.zeros(shape)
    for one, coefficient in x.parts.items():
        total = total + m.times(coefficient, _flipped_product(m, one, x.shape))
    if len(x.parts) > 1 and _marks(m, total) > _marks(m, x):  # (X - Y).T is shorter than X.T - Y.T
        scalars, rest = m.apart(x)
        return scalars * m.atom(m.apply(TRANSPOSE, m.node(rest)))
    return Terms(m, shape, total.parts)


def _flipped_product(m: Operations, one: Product, shape: tuple[int, ...]) -> Terms:
    result = m.ones(shape[::-1])
    for base, exponent in one:
        own = m.factor_shape((base, exponent))
        if len(own) == 1 or (own and isinstance(exponent, Terms)):
            # a row that is broadcast has no transpose of its own
            return m.atom(m.apply(TRANSPOSE, m.node(Terms(m, shape, {one: 1}))))
        turned = chain(m, transposed(m, links(m, base))) if own else m.atom(base)
        result = result * m.power(turned, exponent)
    return result


def outer(m: Operations, a: Terms, b: Terms) -> Terms:
    if not a.parts or not b.parts:
        return m.zeros((*a.shape, *b.shape))
    (c, left), (d, right) = m.apart(m.shortest(a)), m.apart(m.shortest(b))
    if left.number is not None and right.number is not None:
        return c * d * m.atom(m.apply(GATES["ones"].bind({"shape": (*a.shape, *b.shape)})))
    one, other = links_of(m, left), links_of(m, right)
    if len(one) > 1 and len(other) > 1:  # M@u and N@v: M@outer(u, v)@N.T, as textbooks have it
        inner = m.apply(OUTER, one[-1], other[-1])
        return c * d * m.atom(product(m, [*one[:-1], inner, *transposed(m, other[:-1])]))
    return c * d * m.atom(m.apply(OUTER, m.node(left), m.node(right)))


def trace(m: Operations, x: Terms) -> Terms:
    if len(x.shape) != 2:
        return m.call("trace", x)
    total = m.zeros(())
    for one, coefficient in x.parts.items():
        scalars, rest = m.apart(Terms(m, x.shape, {one: coefficient}))
        total = total + scalars * _traced(m, rest)
    return total


def _traced(m: Operations, x: Terms) -> Terms:
    found = links_of(m, x)
    for place, link in enumerate(found):
        if m.graph.gates[link] is OUTER:
            u, v = m.graph.inputs[link]
            return chain(m, [v, *found[place + 1 :], *found[:place], u])
    if len(found) == 1 and m.graph.gates[found[0]].name == "eye":
        return m.lift(min(m.shapes[found[0]]))
    found = min(found, transposed(m, found), key=lambda one: count_transposed(m, one))
    return m.atom(m.apply(GATES["trace"], product(m, found)))


def inv(m: Operations, x: Terms) -> Terms:
    if len(x.shape) != 2 or not x.parts:
        return m.call("inv", x)
    scalars, rest = m.apart(x)
    found = links_of(m, rest)
    if len(found) == 1:
        (link,) = found
        if (inner := _inverse(m, link)) is not None:
            return m.power(scalars, -1) * m.atom(inner)
        if m.graph.gates[link].name == "eye":
            return m.power(scalars, -1) * rest
        if _is_diagonal(m, link):
            return m.power(scalars, -1) * m.diag(m.power(m.atom(m.graph.inputs[link][0]), -1))
        if m.graph.gates[link] is TRANSPOSE:
            inverse = m.apply(INV, m.graph.inputs[link][0])
            return m.power(scalars, -1) * m.atom(flipped(m, inverse))
    return m.power(scalars, -1) * m.atom(m.apply(INV, m.node(rest)))


def of_matrix(m: Operations, name: str, x: Terms) -> Terms:
    """A gate that does not tell a matrix from its transpose."""
    node = m.sole(x)
    if node is not None and m.graph.gates[node] is TRANSPOSE:
        x = m.atom(m.graph.inputs[node][0])
    scalars, rest = m.apart(x)
    found = links_of(m, rest) if scalars.number == 1 and len(x.shape) == 2 else []
    same = {min(link, flipped(m, link)) for link in found}
    if name == "det" and len(same) < len(found) and all(len(set(m.shapes[link])) == 1 for link in found):
        return reduce(m.multiply, (of_matrix(m, name, m.atom(link)) for link in found))  # det(X@X) is det(X)^2
    return m.call(name, x)
