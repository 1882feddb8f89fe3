"""Norms. Without an order the 2-norm of all entries, or along an axis; with one as NumPy's `linalg.norm`: of a vector,
or of a matrix where it is one or two axes are named.

A norm of some order is a chain of other gates: of order 1 the sum of abs, of a matrix the largest such sum of a column.
"""

from __future__ import annotations

from bpcalc.gate import GATES, Kink, family
from bpcalc.gates.reduction import (
    AXIS,
    VECTORS,
    at_zero,
    axes_of,
    but_at_zero,
    even_at_zero,
    kept,
    reduces,
)  # fmt: skip

gate = family("reduction")

INF = float("inf")
NEAR = 1e-13  # of the largest: singular values this close are one that rounding has split
OF_MATRICES = (1, -1, 2, -2, INF, -INF, "fro", "nuc")


def _is_matrix(shape, axis):
    """Is it the norm of matrices, in two axes?"""
    return len(shape) == 2 if axis is None else isinstance(axis, tuple) and len(axis) == 2


def _has_norm(x, axis, keepdims=False, order=None):
    reduces(x, axis, keepdims)
    if order is None:
        return
    if _is_matrix(x, axis):
        if order not in OF_MATRICES:
            raise ValueError(f"a matrix has no norm of order {order}: 1, 2, inf, fro or nuc")
    elif (len(x) if axis is None else len(axis) if isinstance(axis, tuple) else 1) > 1:
        raise ValueError("a norm of this order is one of vectors or matrices: name one axis, or two")
    elif isinstance(order, str):
        raise ValueError(f"order={order} is a norm of matrices: of a vector 1, 2, inf or another number")
    elif order == 0:
        raise ValueError("order 0 counts the entries that are not 0, which sum(x != 0) does")


# The 2-norm


def _of_squares(m, x, axis, keepdims, order=2):
    # scaled by the largest entry, so that powers neither overflow nor vanish
    sizes = m.abs(x)
    largest = m.amax(sizes, axis=axis, keepdims=True)
    scale = m.where(m.equal(largest, 0) + m.equal(largest, INF), 1.0, largest)
    if order == 2:
        length = m.sqrt(m.sum(m.power(m.divide(x, scale), 2), axis=axis, keepdims=True)) * scale
    else:
        power = m.value(order)
        total = m.sum(m.power(m.divide(sizes, scale), power), axis=axis, keepdims=True)
        length = m.power(total, m.divide(1.0, power)) * scale
    gone = axes_of(m, x, axis)
    left = tuple(size for place, size in enumerate(m.shape(x)) if place not in gone)
    return length if keepdims else m.reshape(length, shape=left)


def _slope(m, y, x, axis, keepdims, order=None):
    along = m.divide(x, kept(m, y, x, axis, keepdims))
    if order in (None, 2, "fro"):
        return along
    return m.sign(x) * m.power(m.abs(along), m.value(order) - 1.0)


# Norms that are chains of gates, each with its options


def _chain(shape, axis, keepdims, order):
    """The gates that a norm is made of; none where it is a root of powers."""
    keeps = {"axis": axis, "keepdims": keepdims}
    if order is None or order == "fro":
        return ()
    if not _is_matrix(shape, axis):
        outer = {1: "sum", INF: "amax", -INF: "amin"}.get(order)
        return (("abs", {}), (outer, keeps)) if outer else ()
    both = (-2, -1) if axis is None else axis
    outer = "sum" if order == "nuc" else "amax" if order > 0 else "amin"
    if order in ("nuc", 2, -2):
        first, second = (one % len(shape) for one in both)
        rest = tuple(place for place in range(len(shape)) if place not in (first, second))
        result = tuple(1 if place in (first, second) else size for place, size in enumerate(shape))
        order = (*rest, first, second)
        moved = (("transpose", {"axes": order}),) if order != tuple(range(len(shape))) else ()
        last = (("reshape", {"shape": result}),) if keepdims else ()
        return (*moved, ("svdvals", {}), (outer, {"axis": -1, "keepdims": False}), *last)
    over = both[0] if abs(order) == 1 else both[1]
    return (("abs", {}), ("sum", {"axis": over, "keepdims": True}), (outer, keeps))


def _steps(m, x, chain):
    """The gate of each step, its input and its output."""
    found = []
    for name, options in chain:
        y = getattr(m, name)(x, **options)
        found.append((GATES[name].bind(options) if options else GATES[name], x, y))
        x = y
    return found


def _norm(m, x, axis, keepdims, order=None):
    _has_norm(m.shape(x), axis, keepdims, order)
    chain = _chain(m.shape(x), axis, keepdims, order)
    if chain:
        return _steps(m, x, chain)[-1][2]
    return _of_squares(m, x, axis, keepdims, 2 if order in (None, "fro") else order)


def _back(convention, root):
    (by_root,) = root

    def pullback(m, g, y, x, axis, keepdims, order=None):
        chain = _chain(m.shape(x), axis, keepdims, order)
        if not chain:
            return by_root(m, g, y, x, axis, keepdims, order=order)
        flow = m.spread(g, y)
        for gate_, inner, outer in reversed(_steps(m, x, chain)):
            rule = gate_.rules(convention)[0]
            is_mixed = bool(gate_.pullback)
            flow = m.pull(rule, flow, outer, [inner]) if is_mixed else m.scale(flow, rule(m, outer, inner))
            if flow is None:
                break
        return flow

    return (pullback,)


def _step(m, gate_, y, x, t):
    """The derivative of one gate of a chain in one direction."""
    if gate_.name == "abs":
        return m.where(m.equal(x, 0), m.abs(t), m.sign(x) * t)
    return gate_.kink.one_sided(m, y, (x,), (t,)) if gate_.kink else getattr(m, gate_.name)(t, **gate_.options)


AT_ZERO = at_zero("norm", _slope)


def _side(m, y, inputs, tangents, axis, keepdims, order=None):
    (x,), (t,) = inputs, tangents
    chain = _chain(m.shape(x), axis, keepdims, order)
    if not chain:
        return AT_ZERO.one_sided(m, y, inputs, tangents, axis=axis, keepdims=keepdims, order=order)
    for gate_, inner, outer in _steps(m, x, chain):
        t = _step(m, gate_, outer, inner, t)
    return m.where(m.equal(y, y), t, y)


def _bent(m, y, x, axis, keepdims, order):
    """For each entry: 1 if a corner of a chain lies there that the norm depends on."""
    chain, top = _chain(m.shape(x), axis, keepdims, order), m.spread(kept(m, y, x, axis, keepdims), x)
    if chain[0][0] == "abs" and len(chain) == 2:
        zeros = m.equal(x, 0)
        if order == 1:
            return zeros
        hit = m.equal(m.abs(x), top)
        return hit * m.max(zeros, m.sum(hit, axis=axis, keepdims=True) > 1)
    if chain[0][0] == "abs":
        lines = chain[1][1]["axis"]
        hit = m.equal(m.spread(m.sum(m.abs(x), axis=lines, keepdims=True), x), top)
        size = m.shape(x)[lines]
        return hit * m.max(m.equal(x, 0), m.sum(hit, axis=axes_of(m, x, axis), keepdims=True) > size)
    values = next(y for one, _, y in _steps(m, x, chain) if one.name == "svdvals")
    if not m.shape(values)[-1]:
        return m.equal(x, x) * 0
    least = NEAR * m.amax(values, axis=-1, keepdims=True)
    zero = m.less_equal(values, least)
    if order != "nuc":
        chosen = (m.amax if order > 0 else m.amin)(values, axis=-1, keepdims=True)
        hit = m.less_equal(m.abs(values - chosen), least)
        zero = hit * m.max(zero, m.sum(hit, axis=-1, keepdims=True) > 1)
    gone = axes_of(m, x, axis)
    left = tuple(1 if place in gone else size for place, size in enumerate(m.shape(x)))
    return m.spread(m.reshape(m.amax(zero, axis=-1), shape=left), x)


def _touched(m, y, x, axis, keepdims, order=None):
    if not _chain(m.shape(x), axis, keepdims, order):
        return m.equal(y, 0) > 0
    return m.amax(_bent(m, y, x, axis, keepdims, order), axis=axis, keepdims=keepdims) > 0


def _corners(m, y, x, axis, keepdims, order=None):
    if not _chain(m.shape(x), axis, keepdims, order):
        return AT_ZERO.corners(m, y, x, axis=axis, keepdims=keepdims)
    return _bent(m, y, x, axis, keepdims, order) > 0


def _packed(m, x, axis, keepdims, order):
    if order is not None:  # it hangs on the shape
        return None
    return m.sqrt(m.sum(m.power(x, 2), axis=axis, keepdims=keepdims))


gate(
    "norm", "x", packed=_packed, pullback=_back("torch", but_at_zero(_slope)),
    conventions={
        "jax": _back("jax", even_at_zero(_slope)),
        **{one: _back(one, but_at_zero(_slope)) for one in ("first", "all", "none")},
    },
    kink=Kink(
        _touched, _side,
        {
            "torch": "0, the subgradient of least norm; equal entries share the gradient evenly",
            "jax": "NaN at 0; equal entries share the gradient evenly",
            "first": "0, the subgradient of least norm; the first of equal entries takes all",
            "all": "0, the subgradient of least norm; each of equal entries takes all",
            "none": "0, the subgradient of least norm; none of equal entries takes any",
        },
        corners=_corners,
    ),
    shape=_has_norm, forward=_norm, options={**AXIS, "order": None},
    formula="sqrt(sum(x^2)), without overflow; of another order as order= says",
    latex=r"\left\lVert {0} \right\rVert", unicode="‖{0}‖", samples=VECTORS,
)  # fmt: skip
