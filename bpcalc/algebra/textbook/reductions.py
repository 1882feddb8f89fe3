"""Sums over the entries of a formula."""

from __future__ import annotations

from collections.abc import Mapping

from bpcalc.algebra.shapes import SHAPES, Shaped
from bpcalc.algebra.textbook import matrices
from bpcalc.algebra.textbook.terms import ONE, Operations, Product, Sizes, Terms
from bpcalc.gates.arrays import GATES
from bpcalc.gates.reduction import axes_of
from bpcalc.typed import Any

# Reductions of a single number, which has one entry along axis 0: itself, or a number that they always are.
ITSELF = frozenset(("sum", "mean", "prod", "amax", "amin", "logsumexp", "cumsum", "cumsum_back"))
ALWAYS = {"softmax": 1, "prod_others": 1, "log_softmax": 0, "var": 0, "std": 0}


def of_number(m: Operations, name: str, x: Terms, options: Mapping[str, Any]) -> Terms | None:
    """A reduction of a single number, or running sums of one entry; None for any other gate.

    Raises ValueError for an axis that a single number does not have.
    """
    if name in ITSELF or name in ALWAYS or name == "norm":
        SHAPES.function(GATES[name].bind(options))(Shaped(x.shape))
    if x.shape:
        return x if name in ("cumsum", "cumsum_back") and x.shape == (1,) else None
    if name == "norm":
        return m.call("abs", x)
    if name in ALWAYS:
        return m.lift(ALWAYS[name])
    if name not in ITSELF:
        return None
    return m.in_shape(x, (1,)) if name.startswith("cumsum") and options.get("axis") is None else x


def sum_(m: Operations, x: Terms, axis: Any, keepdims: bool) -> Terms:
    """Parts that are the same all along the axes count as often as there are entries."""
    axes: tuple[int, ...] = axes_of(m, x, axis)  # type: ignore[no-untyped-call]
    shape = SHAPES.function(GATES["sum"].bind({"axis": axis, "keepdims": keepdims}))(Shaped(x.shape)).shape
    if not axes or not x.parts:
        return Terms(m, shape, x.parts)
    if len(axes) == len(x.shape):
        axis, keepdims = None, False  # one number, which is copied to any shape
    rest = _centred(m, x, axis, keepdims)
    if all(_is_flat(m, product, x.shape, axes, keepdims) for product in rest.parts):
        total = Terms(m, shape, rest.parts)
        for one in axes:
            total = total * m.lift(x.shape[one])
        return Terms(m, shape, total.parts)
    scalars, inner = m.apart(rest)
    total = scalars * _summed(m, inner, GATES["sum"].bind({"axis": axis, "keepdims": keepdims}))
    return Terms(m, shape, total.parts)


def _centred(m: Operations, x: Terms, axis: Any, keepdims: bool) -> Terms:
    """Without x - mean(x), whose sum is 0."""
    parts = dict(x.parts)
    for product, coefficient in x.parts.items():
        node = m.sole(Terms(m, x.shape, {product: 1}))
        if node is not None:
            mean = m.apply(GATES["mean"].bind({"axis": axis, "keepdims": False}), node)
            if parts.get(((mean, 1),)) == -coefficient:
                del parts[product], parts[((mean, 1),)]
    return Terms(m, x.shape, parts)


def ahead(m: Operations, x: Terms, axis: Any) -> int:
    """How many axes a reduction runs over, where they are those that come first; else 0."""
    axes: tuple[int, ...] = axes_of(m, x, axis)  # type: ignore[no-untyped-call]
    return len(axes) if sorted(axes) == list(range(len(axes))) else 0


def _is_flat(m: Operations, product: Product, shape: Sizes, axes: tuple[int, ...], keepdims: bool) -> bool:
    """Does a part stay the same along the axes, and does its text serve without them too?"""
    own = m.product_shape(product)
    ahead = len(shape) - len(own)
    if all(one < ahead for one in axes):
        return keepdims or axes == tuple(range(len(axes)))
    return own == ()


def _summed(m: Operations, x: Terms, gate: Any) -> Terms:
    """The sum of u*v for two vectors is u@v, and that of v^2 is v@v; that of A.T*B is trace(A@B)."""
    coefficient, product = x.single or (0, ONE)
    if len(product) == 1 and product[0][1] == 2:
        product = ((product[0][0], 1),) * 2
    vectors = [Terms(m, x.shape, {(factor,): 1}) for factor in product]
    plain = all(exponent == 1 or isinstance(exponent, Terms) for _, exponent in product)
    if coefficient == 1 and len(x.shape) == 1 and len(vectors) == 2 and plain:
        return m.matmul(*vectors)
    node = m.sole(x)
    if node is not None and m.graph.gates[node].name == "one_hot" and gate.options["axis"] in (-1, len(x.shape) - 1):
        shape = (*x.shape[:-1], 1) if gate.options["keepdims"] else x.shape[:-1]
        return Terms(m, shape, {ONE: 1})  # each row has a single 1
    if coefficient == 1 and len(x.shape) == 2 and len(vectors) == 2 and plain and gate.options["axis"] is None:
        unit = [m.graph.gates[base].name == "eye" and len(set(x.shape)) == 1 for base, _ in product]
        if any(unit):
            return m.trace(vectors[not unit.index(True)])
        for one, other in (vectors, vectors[::-1]):
            links = matrices.links_of(m, one)
            if one.shape == m.product_shape(next(iter(one.parts))) and matrices.count_transposed(m, links):
                turned = matrices.transposed(m, links)
                if not matrices.count_transposed(m, turned):
                    return m.trace(m.matmul(matrices.chain(m, turned), other))
    return m.atom(m.apply(gate, m.node(m.shortest(x))))


def reshaped(m: Operations, x: Terms, shape: Sizes) -> Terms | None:
    """A reshape of a reshape as one, and of sum(X, axis=1) as sum(X, axis=1, keepdims=True); None for any other."""
    node = m.sole(x)
    if node is None:
        return None
    gate, inputs = m.graph.gates[node], m.graph.inputs[node]
    if gate.name == "reshape":
        return m.reshape(m.written(inputs[0]), shape)
    if "keepdims" in gate.options and len(inputs) == 1:
        other = GATES[gate.name].bind({**gate.options, "keepdims": not gate.options["keepdims"]})
        if SHAPES.function(other)(Shaped(m.shapes[inputs[0]])).shape == shape:
            return m.atom(m.apply(other, *inputs))
    return None
