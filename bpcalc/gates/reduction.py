"""Reductions over all entries or along an axis. `m.spread(g, x)` copies a gradient back to the entries it came from.

With `keepdims` false the reduced axis is gone from `g` and `y`; `kept` puts it back with size 1.
"""

from __future__ import annotations

from functools import reduce

from bpcalc.gate import LESSON, Kink, family

gate = family("reduction")

AXIS = {"axis": None, "keepdims": False}
VECTORS = (((1.0, 2.0, -3.0),), (((1.0, 2.0), (0.5, -4.0)),))


def axes_of(m, x, axis):
    """The axes that a reduction runs over, as a tuple of numbers from 0."""
    ndim = len(m.shape(x))
    if axis is None or (not ndim and axis in (0, -1)):  # a single number has one entry along axis 0, as NumPy has it
        return tuple(range(ndim))
    chosen = axis if isinstance(axis, tuple) else (axis,)
    return tuple(one % ndim if -ndim <= one < ndim else one for one in chosen)


def count_of(m, x, axis):
    """How many entries are reduced to one."""
    shape = m.shape(x)
    return reduce(lambda product, one: product * shape[one], axes_of(m, x, axis), 1)


def reduces(x, axis, keepdims=False, **more):
    """Says what is wrong with the axes of a reduction."""
    chosen = () if axis is None or (not x and axis in (0, -1)) else axis if isinstance(axis, tuple) else (axis,)
    for one in chosen:
        if not -len(x) <= one < len(x):
            have = f"has the axes 0 to {len(x) - 1}" if len(x) > 1 else "has only axis 0" if x else "is a single number"
            raise ValueError(f"axis {one} is out of range: the input {have}")
    if len({one % len(x) for one in chosen}) < len(chosen):
        raise ValueError("an axis is named twice")
    if 0 in x:
        raise ValueError("an array without entries has no such result")


def kept(m, g, x, axis, keepdims):
    """`g` with the reduced axes put back, each of size 1. A gradient of a single number needs none."""
    if keepdims or len(m.shape(g)) == 0:
        return g
    axes = axes_of(m, x, axis)
    return m.reshape(g, shape=tuple(1 if place in axes else size for place, size in enumerate(m.shape(x))))


gate(
    "sum", "x", shape=reduces, pushforward="linear",
    pullback=(lambda m, g, y, x, axis, keepdims: m.spread(kept(m, g, x, axis, keepdims), x),),
    options=AXIS, formula="the sum of the entries", latex=r"\sum", samples=VECTORS, pattern="distributes",
    says="hands the gradient on to every entry",
)  # fmt: skip
gate(
    "mean", "x", shape=reduces,
    pullback=(
        lambda m, g, y, x, axis, keepdims: m.spread(m.divide(kept(m, g, x, axis, keepdims), count_of(m, x, axis)), x),
    ),
    forward=lambda m, x, axis, keepdims: m.divide(m.sum(x, axis=axis, keepdims=keepdims), count_of(m, x, axis)),
    options=AXIS, formula="the mean of the entries", samples=VECTORS, pattern="distributes",
    says="hands 1/N of the gradient on to every entry",
)  # fmt: skip
gate(
    "prod", "x", shape=reduces,
    pullback=(lambda m, g, y, x, axis, keepdims: kept(m, g, x, axis, keepdims) * m.prod_others(x, axis=axis),),
    conventions={
        LESSON: (lambda m, g, y, x, axis, keepdims: m.divide(kept(m, g * y, x, axis, keepdims), x),),
    },
    options=AXIS, formula="the product of the entries", latex=r"\prod", samples=VECTORS,
    says="scales by the product of the other entries",
)  # fmt: skip


def in_a_row(m, x, axis):
    """The axes of a reduction as one axis, the last."""
    shape, axes = m.shape(x), axes_of(m, x, axis)
    others = tuple(place for place in range(len(shape)) if place not in axes)
    moved = _ordered(m, x, (*others, *axes))
    return m.reshape(moved, shape=(*(shape[place] for place in others), count_of(m, x, axis)))


def out_of_row(m, flat, x, axis):
    """What `in_a_row` made, in the shape of `x` again."""
    shape, axes = m.shape(x), axes_of(m, x, axis)
    order = (*(place for place in range(len(shape)) if place not in axes), *axes)
    moved = m.reshape(flat, shape=tuple(shape[place] for place in order))
    return _ordered(m, moved, tuple(order.index(place) for place in range(len(shape))))


def _ordered(m, x, axes):
    return x if axes == tuple(range(len(axes))) else m.transpose(x, axes=axes)


def _other_products(m, g, y, x, axis):
    """∂(product of all but x[i])/∂x[j]: the product of all but these two."""
    size = count_of(m, x, axis)
    if size < 2 or not m.shape(x):
        return g * 0
    other, flat, upstream = 1 - m.eye(size=size), in_a_row(m, x, axis), in_a_row(m, g, axis)
    row = (*m.shape(flat)[:-1], 1, size)
    pairs = m.prod_others(m.eye(size=size) + other * m.reshape(flat, shape=row), axis=-1)
    return out_of_row(m, m.sum(pairs * (other * m.reshape(upstream, shape=row)), axis=-1), x, axis)


def _other_products_forward(m, t, y, x, axis):
    # the formula, which is symmetric, takes n^2 numbers; arrays have a way that takes n
    toward = getattr(m, "prod_others_toward", None)
    return toward(x, t, axis=axis) if toward else _other_products(m, t, y, x, axis)


gate(
    "prod_others", "x", options={"axis": None}, pullback=(_other_products,),
    pushforward=(_other_products_forward,),
    samples=VECTORS, formula="for each entry the product of the others", shape=reduces,
    says="scales by the products of all but two entries",
)  # fmt: skip


def _extreme(name, spelling, word, worst):
    def pull(ties):
        def pullback(m, g, y, x, axis, keepdims):
            hit, flow = m.equal(x, kept(m, y, x, axis, keepdims)), m.spread(kept(m, g, x, axis, keepdims), x)
            if ties != "all" and m.holds(_tied(m, y, x, axis, True)):
                count = m.sum(hit, axis=axis, keepdims=True)
                if ties == "first":
                    hit = hit * (m.reshape(m.cumsum(hit, axis=axis), shape=m.shape(x)) < 2)
                elif ties == "none":
                    hit = hit * (count < 2)
                else:
                    flow = m.divide(flow, count)
            return m.route(flow, hit)

        return (pullback,)

    def _tied(m, y, x, axis, keepdims):
        return m.sum(m.equal(x, kept(m, y, x, axis, False)), axis=axis, keepdims=keepdims) > 1

    def one_sided(m, y, inputs, tangents, axis, keepdims):
        hit = m.equal(inputs[0], kept(m, y, inputs[0], axis, keepdims))
        toward = getattr(m, name)(m.where(hit, tangents[0], worst), axis=axis, keepdims=keepdims)
        return m.where(m.equal(y, y), toward, y)

    def corners(m, y, x, axis, keepdims):
        hit = m.equal(x, kept(m, y, x, axis, keepdims))
        return hit * (m.sum(hit, axis=axis, keepdims=True) > 1) > 0

    gate(
        name, "x", pullback=pull("share"), conventions={ties: pull(ties) for ties in ("first", "all", "none")},
        options=AXIS, spelling=spelling, formula=f"the {word} of the entries", latex=rf"\{spelling}", samples=VECTORS,
        pattern="routes", says=f"routes the gradient to the {word} entry", shape=reduces,
        kink=Kink(
            _tied, one_sided,
            {
                "torch": "equal entries share the gradient evenly",
                "first": "the first of the equal entries takes all",
                "all": "each of the equal entries takes all",
                "none": "none of the equal entries takes any",
            },
            corners=corners,
        ),
    )  # fmt: skip


_extreme("amax", "max", "largest", float("-inf"))
_extreme("amin", "min", "smallest", float("inf"))


def at_zero(name, local):
    """At 0 a length and a spread have a corner, as abs has: one way they grow by the length or spread of the step."""

    def one_sided(m, y, inputs, tangents, axis, keepdims, **more):
        (x,), (t,) = inputs, tangents
        steady = m.sum(local(m, y, x, axis, keepdims, **more) * t, axis=axis, keepdims=keepdims)
        return m.except_at(m.equal(y, 0), getattr(m, name)(t, axis=axis, keepdims=keepdims, **more), steady)

    return Kink(
        lambda m, y, x, **options: m.equal(y, 0) > 0, one_sided,
        {"torch": "0, the subgradient of least norm", "jax": "NaN"},
        corners=lambda m, y, x, axis, keepdims, **more: m.spread(kept(m, m.equal(y, 0), x, axis, keepdims), x) > 0,
    )  # fmt: skip


def _centered(m, x, axis):
    """The deviations from the mean, taken twice: a mean is rounded, and of equal entries may be beside them all."""
    mean = m.mean(x, axis=axis, keepdims=True)
    if count_of(m, x, axis):  # no mean lies beyond the entries
        least, most = m.amin(x, axis=axis, keepdims=True), m.amax(x, axis=axis, keepdims=True)
        mean = m.max(m.min(mean, most), least)
    rest = x - mean
    return rest - m.mean(rest, axis=axis, keepdims=True)


gate(
    "centered", "x", pushforward="linear", pullback=(lambda m, g, y, x, axis: m.centered(g, axis=axis),),
    conventions={LESSON: (lambda m, g, y, x, axis: g - m.mean(g, axis=axis, keepdims=True),)},
    options={"axis": None}, shape=reduces, forward=_centered, samples=VECTORS,
    formula="x - mean(x), with all digits that it has", pattern="mixes",
    says="mixes the entries: each loses the mean gradient",
)  # fmt: skip


def _deviation(m, x, axis):
    return m.centered(x, axis=axis)


def _as_taught(m, x, axis):
    return x - m.mean(x, axis=axis, keepdims=axis is not None)


def _freedom(m, x, axis, ddof):
    """What the sum of squares is divided by: N, or less by what was taken off the freedom of N entries."""
    return max(0, count_of(m, x, axis) - ddof) if ddof else count_of(m, x, axis)


def _var_back(deviation):
    def pullback(m, g, y, x, axis, keepdims, ddof):
        return m.divide(2 * kept(m, g, x, axis, keepdims), _freedom(m, x, axis, ddof)) * deviation(m, x, axis)

    return (pullback,)


def _var(m, x, axis, keepdims, ddof):
    squares = m.power(_deviation(m, x, axis), 2)
    if not ddof:
        return m.mean(squares, axis=axis, keepdims=keepdims)
    return m.divide(m.sum(squares, axis=axis, keepdims=keepdims), _freedom(m, x, axis, ddof))


SPREAD = {**AXIS, "ddof": 0}
def _var_packed(m, x, axis, keepdims, ddof):
    if ddof:
        return None
    return m.mean(m.power(x - m.mean(x, axis=axis, keepdims=True), 2), axis=axis, keepdims=keepdims)


gate(
    "var", "x", packed=_var_packed, shape=reduces, pullback=_var_back(_deviation),
    conventions={LESSON: _var_back(_as_taught)},
    forward=_var, options=SPREAD, formula="the mean squared deviation from the mean (divided by N - ddof)",
    samples=VECTORS,
)  # fmt: skip


def _std_by(deviation):
    def local(m, y, x, axis, keepdims, ddof):
        return m.divide(deviation(m, x, axis), _freedom(m, x, axis, ddof) * kept(m, y, x, axis, keepdims))

    return local


_std_local = _std_by(_deviation)


def _or_constant(local):
    # of one entry it is 0 whatever that is; the rule would be 0/0 there, and so its formula
    def pull(m, y, x, axis, keepdims, ddof):
        is_constant = count_of(m, x, axis) == 1 and not ddof
        return x - x if is_constant else local(m, y, x, axis, keepdims, ddof)

    return pull


def _std(m, x, axis, keepdims, ddof):
    plain = m.sqrt(m.var(x, axis=axis, keepdims=keepdims, ddof=ddof))
    if not count_of(m, x, axis):
        return plain
    # where squares overflow or vanish, of deviations that are scaled by the largest
    away = _deviation(m, x, axis)
    largest = m.amax(m.abs(away), axis=axis, keepdims=True)
    scale = m.where(m.equal(largest, 0) + m.equal(largest, float("inf")), 1.0, largest)
    squares = m.power(m.divide(away, scale), 2)
    if ddof:
        mean = m.divide(m.sum(squares, axis=axis, keepdims=True), _freedom(m, x, axis, ddof))
    else:
        mean = m.mean(squares, axis=axis, keepdims=True)
    length = m.sqrt(mean) * scale
    safe = m.less(1e-140, plain) * m.less(plain, 1e140)
    return m.where(safe, plain, length if keepdims else m.squeeze(length, axis=axis))


def but_at_zero(local):
    """The pullback with this local gradient, and with 0 where the result is 0."""

    def pullback(m, g, y, x, axis, keepdims, **more):
        zero = m.equal(kept(m, y, x, axis, keepdims), 0)
        flow = kept(m, g, x, axis, keepdims) * m.except_at(zero, 0, local(m, y, x, axis, keepdims, **more))
        return m.spread(flow, x)

    return (pullback,)


def even_at_zero(local):
    """The pullback with 0/0 at 0."""
    return (
        lambda m, g, y, x, axis, keepdims, **more: (
            kept(m, g, x, axis, keepdims) * local(m, y, x, axis, keepdims, **more)
        ),
    )


gate(
    "std", "x", pullback=but_at_zero(_or_constant(_std_local)),
    conventions={"jax": even_at_zero(_std_local), LESSON: but_at_zero(_or_constant(_std_by(_as_taught)))},
    packed=lambda m, x, **options: m.sqrt(m.var(x, **options)), kink=at_zero("std", _std_local), shape=reduces,
    forward=_std,     options=SPREAD, formula="the square root of var(x)", samples=VECTORS,
)  # fmt: skip


def _shift(m, x, axis):
    """What is taken off before exp: the largest entry, so that nothing overflows."""
    largest = m.amax(x, axis=axis, keepdims=True)
    return m.where(m.abs(largest) < float("inf"), largest, 0.0)


def _logsumexp(m, x, axis, keepdims):
    shift = _shift(m, x, axis)
    total = shift + m.log(m.sum(m.exp(x - shift), axis=axis, keepdims=True))
    return total if keepdims else m.squeeze(total, axis=axis)


def _shifted(m, x, axis):
    """Without the largest entry, which makes no difference to a softmax."""
    return x - m.amax(x, axis=axis, keepdims=True)


def _logsumexp_packed(m, x, axis, keepdims):
    total = m.sum(m.exp(_shifted(m, x, axis)), axis=axis, keepdims=keepdims)
    return m.amax(x, axis=axis, keepdims=keepdims) + m.log(total)


def _log_softmax_packed(m, x, axis):
    shifted = _shifted(m, x, axis)
    return shifted - m.log(m.sum(m.exp(shifted), axis=axis, keepdims=True))


gate(
    "logsumexp", "x", packed=_logsumexp_packed, shape=reduces,
    pullback=(lambda m, g, y, x, axis, keepdims: kept(m, g, x, axis, keepdims) * m.softmax(x, axis=axis),),
    forward=_logsumexp, options=AXIS, formula="log(sum(exp(x))), without overflow", samples=VECTORS,
    says="scales by the softmax",
)  # fmt: skip


def _softmax(m, x, axis):
    powers = m.exp(_shifted(m, x, axis))
    return m.divide(powers, m.sum(powers, axis=axis, keepdims=True))


def _log_softmax(m, x, axis):
    # x - logsumexp(x) would lose the digits that large entries have in common
    shifted = x - _shift(m, x, axis)
    return shifted - m.log(m.sum(m.exp(shifted), axis=axis, keepdims=True))


gate(
    "softmax", "x", pullback=(lambda m, g, y, x, axis: y * (g - m.sum(g * y, axis=axis, keepdims=True)),),
    pushforward=(lambda m, t, y, x, axis: y * (t - m.sum(t * y, axis=axis, keepdims=True)),),
    shape=reduces, forward=_softmax, packed=_softmax, options={"axis": -1},
    formula="exp(x)/sum(exp(x)) along the last axis",
    samples=VECTORS, pattern="mixes", says="mixes the entries: each gets its share, less the mean gradient",
)  # fmt: skip
gate(
    "log_softmax", "x", pullback=(lambda m, g, y, x, axis: g - m.exp(y) * m.sum(g, axis=axis, keepdims=True),),
    pushforward=(lambda m, t, y, x, axis: t - m.sum(t * m.exp(y), axis=axis, keepdims=True),),
    forward=_log_softmax, packed=_log_softmax_packed, options={"axis": -1},
    shape=reduces, formula="log(softmax(x)), without underflow", samples=VECTORS, pattern="mixes",
    says="mixes the entries: each loses its share of the gradients' sum",
)  # fmt: skip
gate(
    "cumsum", "x", shape=reduces, pushforward="linear",
    pullback=(lambda m, g, y, x, axis: m.reshape(m.cumsum_back(g, axis=axis), shape=m.shape(x)),),
    options={"axis": None}, formula="the running sum of the entries", samples=VECTORS, pattern="distributes",
    says="hands each gradient on to all entries up to its own",
)  # fmt: skip
gate(
    "cumsum_back", "x", shape=reduces, pushforward="linear",
    pullback=(lambda m, g, y, x, axis: m.reshape(m.cumsum(g, axis=axis), shape=m.shape(x)),),
    options={"axis": None}, formula="the running sum from the end", samples=VECTORS, pattern="distributes",
    says="hands each gradient on to all entries from its own on",
)  # fmt: skip
