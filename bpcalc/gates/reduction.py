"""Reductions over all entries or along an axis. `m.spread(g, x)` copies a gradient back to the entries it came from.

With `keepdims` false the reduced axis is gone from `g` and `y`; `_kept` puts it back with size 1.
"""

from __future__ import annotations

from functools import reduce

from bpcalc.gate import family

gate = family("reduction")

AXIS = {"axis": None, "keepdims": False}
VECTORS = (((1.0, 2.0, -3.0),), (((1.0, 2.0), (0.5, -4.0)),))


def axes_of(m, x, axis):
    """The axes that a reduction runs over, as a tuple of numbers from 0."""
    ndim = len(m.shape(x))
    if axis is None:
        return tuple(range(ndim))
    chosen = axis if isinstance(axis, tuple) else (axis,)
    return tuple(one % ndim if -ndim <= one < ndim else one for one in chosen)


def count_of(m, x, axis):
    """How many entries are reduced to one."""
    shape = m.shape(x)
    return reduce(lambda product, one: product * shape[one], axes_of(m, x, axis), 1)


def _kept(m, g, x, axis, keepdims):
    """`g` with the reduced axes put back, each of size 1. A gradient of a single number needs none."""
    if keepdims or len(m.shape(g)) == 0:
        return g
    axes = axes_of(m, x, axis)
    return m.reshape(g, shape=tuple(1 if place in axes else size for place, size in enumerate(m.shape(x))))


gate(
    "sum", "x", pushforward="linear",
    pullback=(lambda m, g, y, x, axis, keepdims: m.spread(_kept(m, g, x, axis, keepdims), x),),
    options=AXIS, formula="the sum of the entries", latex=r"\sum", samples=VECTORS, pattern="distributes",
    says="hands the gradient on to every entry",
)  # fmt: skip
gate(
    "mean", "x",
    pullback=(
        lambda m, g, y, x, axis, keepdims: m.spread(m.divide(_kept(m, g, x, axis, keepdims), count_of(m, x, axis)), x),
    ),
    forward=lambda m, x, axis, keepdims: m.divide(m.sum(x, axis=axis, keepdims=keepdims), count_of(m, x, axis)),
    options=AXIS, formula="the mean of the entries", samples=VECTORS, pattern="distributes",
    says="hands 1/N of the gradient on to every entry",
)  # fmt: skip
gate(
    "prod", "x",
    pullback=(lambda m, g, y, x, axis, keepdims: _kept(m, g, x, axis, keepdims) * m.prod_others(x, axis=axis),),
    options=AXIS, formula="the product of the entries", latex=r"\prod", samples=VECTORS,
    says="scales by the product of the other entries",
)  # fmt: skip
gate(
    "prod_others", "x", options={"axis": None}, pullback=(None,), samples=VECTORS,
    formula="for each entry the product of the others",
)  # fmt: skip


def _extreme(name, spelling, choose, word):
    def pull(ties):
        def pullback(m, g, y, x, axis, keepdims):
            hit = m.equal(x, _kept(m, y, x, axis, keepdims))
            count = m.sum(hit, axis=axis, keepdims=True)
            share = {
                "share": lambda: m.divide(hit, count),
                "first": lambda: hit * (m.reshape(m.cumsum(hit, axis=axis), shape=m.shape(x)) < 2),
                "all": lambda: hit,
                "none": lambda: hit * (count < 2),
            }[ties]()
            return m.route(m.spread(_kept(m, g, x, axis, keepdims), x), m.except_at(count > 1, share, hit))

        return (pullback,)

    gate(
        name, "x", pullback=pull("share"), conventions={ties: pull(ties) for ties in ("first", "all", "none")},
        options=AXIS, spelling=spelling, formula=f"the {word} of the entries", latex=rf"\{spelling}", samples=VECTORS,
        pattern="routes", says=f"routes the gradient to the {word} entry",
    )  # fmt: skip


_extreme("amax", "max", max, "largest")
_extreme("amin", "min", min, "smallest")


def _deviation(m, x, axis):
    return x - m.mean(x, axis=axis, keepdims=True)


gate(
    "var", "x",
    pullback=(
        lambda m, g, y, x, axis, keepdims: (
            m.divide(2 * _kept(m, g, x, axis, keepdims), count_of(m, x, axis)) * _deviation(m, x, axis)
        ),
    ),
    forward=lambda m, x, axis, keepdims: m.mean(m.power(_deviation(m, x, axis), 2), axis=axis, keepdims=keepdims),
    options=AXIS, formula="the mean squared deviation from the mean (divided by N)", samples=VECTORS,
)  # fmt: skip


def _std(m, g, y, x, axis, keepdims):
    spread = _kept(m, y, x, axis, keepdims)
    local = m.divide(_deviation(m, x, axis), count_of(m, x, axis) * spread)
    return _kept(m, g, x, axis, keepdims) * m.except_at(m.equal(spread, 0), 0, local)


gate(
    "std", "x", pullback=(_std,),
    forward=lambda m, x, axis, keepdims: m.sqrt(m.var(x, axis=axis, keepdims=keepdims)),
    options=AXIS, formula="the square root of var(x)", samples=VECTORS,
)  # fmt: skip


def _norm(m, x, axis, keepdims):
    # scaled by the largest entry, so that squares neither overflow nor vanish
    largest = m.amax(m.abs(x), axis=axis, keepdims=True)
    scale = m.where(m.equal(largest, 0) + m.equal(largest, float("inf")), 1.0, largest)
    length = m.sqrt(m.sum(m.power(m.divide(x, scale), 2), axis=axis, keepdims=True)) * scale
    return length if keepdims else m.squeeze(length, axis=axis)


def _norm_pull(m, g, y, x, axis, keepdims):
    length = _kept(m, y, x, axis, keepdims)
    return _kept(m, g, x, axis, keepdims) * m.except_at(m.equal(length, 0), 0, m.divide(x, length))


gate(
    "norm", "x", pullback=(_norm_pull,), forward=_norm, options=AXIS, formula="sqrt(sum(x^2)), without overflow",
    latex=r"\left\lVert {0} \right\rVert", samples=VECTORS,
)  # fmt: skip


def _logsumexp(m, x, axis, keepdims):
    largest = m.amax(x, axis=axis, keepdims=True)
    shift = m.where(m.abs(largest) < float("inf"), largest, 0.0)
    total = shift + m.log(m.sum(m.exp(x - shift), axis=axis, keepdims=True))
    return total if keepdims else m.squeeze(total, axis=axis)


gate(
    "logsumexp", "x",
    pullback=(lambda m, g, y, x, axis, keepdims: _kept(m, g, x, axis, keepdims) * m.softmax(x, axis=axis),),
    forward=_logsumexp, options=AXIS, formula="log(sum(exp(x))), without overflow", samples=VECTORS,
    says="scales by the softmax",
)  # fmt: skip


def _softmax(m, x, axis):
    powers = m.exp(x - m.amax(x, axis=axis, keepdims=True))
    return m.divide(powers, m.sum(powers, axis=axis, keepdims=True))


gate(
    "softmax", "x", pullback=(lambda m, g, y, x, axis: y * (g - m.sum(g * y, axis=axis, keepdims=True)),),
    pushforward=(lambda m, t, y, x, axis: y * (t - m.sum(t * y, axis=axis, keepdims=True)),),
    forward=_softmax, options={"axis": -1}, formula="exp(x)/sum(exp(x)) along the last axis", samples=VECTORS,
    pattern="mixes", says="mixes the entries: each gets its share less the mean gradient",
)  # fmt: skip
gate(
    "log_softmax", "x", pullback=(lambda m, g, y, x, axis: g - m.exp(y) * m.sum(g, axis=axis, keepdims=True),),
    pushforward=(lambda m, t, y, x, axis: t - m.sum(t * m.exp(y), axis=axis, keepdims=True),),
    forward=lambda m, x, axis: x - m.logsumexp(x, axis=axis, keepdims=True), options={"axis": -1},
    formula="log(softmax(x)), without underflow", samples=VECTORS, pattern="mixes",
    says="mixes the entries: each loses its share of the gradients' sum",
)  # fmt: skip
gate(
    "cumsum", "x", pushforward="linear",
    pullback=(lambda m, g, y, x, axis: m.reshape(m.cumsum_back(g, axis=axis), shape=m.shape(x)),),
    options={"axis": None}, formula="the running sum of the entries", samples=VECTORS, pattern="distributes",
    says="hands each gradient on to all entries up to its own",
)  # fmt: skip
gate(
    "cumsum_back", "x", pushforward="linear",
    pullback=(lambda m, g, y, x, axis: m.reshape(m.cumsum(g, axis=axis), shape=m.shape(x)),),
    options={"axis": None}, formula="the running sum from the end", samples=VECTORS,
)  # fmt: skip
