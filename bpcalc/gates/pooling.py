"""Pooling as PyTorch has it: channels before the places, a batch before them or none."""

from __future__ import annotations

from bpcalc.gate import GATES, Kink, family
from bpcalc.gates.convolution import (
    IMAGE,
    all_windows,
    all_windows_back,
    batched,
    fits,
    padded,
    pairs,
    unpadded,
    with_batch,
)  # fmt: skip

gate = family("matrix")


def _pools(x, kernel_size, stride=None, padding=0, ceil_mode=False, dilation=1, **options):
    batched(x, 2)
    sizes, paddings, dilations = pairs(2, kernel_size=kernel_size, padding=padding, dilation=dilation)
    if stride is not None:
        pairs(2, stride=stride)
    for place, (size, one, dilation_) in enumerate(zip(sizes, paddings, dilations, strict=True)):
        if 2 * one > size:
            raise ValueError(f"the padding is at most half of the kernel: {one} beside a kernel of {size}")
        fits(x[place - 2] + 2 * one, dilation_ * (size - 1) + 1, place - 2)


class _Pool:
    """The windows of a pooling gate: what is chosen, for each axis of places."""

    def __init__(self, shape, kernel_size, stride, padding, ceil_mode, dilation=1):
        _pools(shape, kernel_size, stride, padding, ceil_mode, dilation)
        self.sizes, self.padding, self.dilations = pairs(
            2, kernel_size=kernel_size, padding=padding, dilation=dilation
        )
        (self.strides,) = pairs(2, stride=kernel_size if stride is None else stride)
        self.lengths, self.more = shape[-2:], (0, 0)
        if ceil_mode:
            self.more = tuple(map(self._missing, range(2)))

    def _missing(self, place):
        """How much is lacking behind for one more window, which PyTorch takes if it starts inside."""
        length, step, before = self.lengths[place] + 2 * self.padding[place], self.strides[place], self.padding[place]
        span = self.dilations[place] * (self.sizes[place] - 1) + 1
        count = -(-(length - span) // step) + 1
        count -= (count - 1) * step >= self.lengths[place] + before
        return max(0, (count - 1) * step + span - length)

    def windows(self, m, x, value=0.0, outside=0.0):
        """N,C,OH,OW,KH,KW; the padding has a value, what `ceil_mode` adds another."""
        x = padded(m, with_batch(m, x, 2), self.padding, value=value)
        x = padded(m, x, (0, 0), self.more, value=outside)
        return all_windows(m, x, self.sizes, self.strides, self.dilations)

    def back(self, m, g, x):
        whole = [
            size + 2 * one + more for size, one, more in zip(self.lengths, self.padding, self.more, strict=True)
        ]
        added = all_windows_back(m, g, whole, self.sizes, self.strides, self.dilations)
        return m.reshape(unpadded(m, added, self.padding, self.lengths), shape=m.shape(x))

    def result(self, m, y, x):
        """Without the batch that was put ahead."""
        return y if len(m.shape(x)) == 4 else m.reshape(y, shape=m.shape(y)[1:])


POOLED = {"kernel_size": ..., "stride": None, "padding": 0}
MOST = float("-inf")


def _largest(m, x, options):
    """The windows, and the largest entry of each."""
    pool = _Pool(m.shape(x), **options)
    patches = pool.windows(m, x, MOST, MOST)
    return pool, patches, m.amax(patches, axis=(-2, -1))


def _max_pool(m, x, **options):
    pool, _, y = _largest(m, x, options)
    return pool.result(m, y, x)


def _max_pool_back(convention):
    def pullback(m, g, y, x, **options):
        pool, patches, top = _largest(m, x, options)
        rule = GATES["amax"].rules(convention)[0]
        found = rule(m, with_batch(m, m.spread(g, y), 2), top, patches, axis=(-2, -1), keepdims=False)
        return None if found is None else m.pull(lambda m, g, y, x: pool.back(m, g, x), found, y, [x])

    return (pullback,)


def _max_pool_ahead(convention):
    """The tangents of the largest entries: each weighed with what would go back to its entry."""

    def pushforward(m, t, y, x, **options):
        pool, patches, top = _largest(m, x, options)
        rule = GATES["amax"].rules(convention)[0]
        weights = rule(m, m.ones(shape=m.shape(top)), top, patches, axis=(-2, -1), keepdims=False)
        if weights is None:
            return None
        moved = m.dense(m.scale(weights, pool.windows(m, t)))  # a tangent beside the largest entries may be infinite
        return pool.result(m, m.sum(moved, axis=(-2, -1)), x)

    return (pushforward,)


def _ties(m, x, options):
    pool, patches, top = _largest(m, x, options)
    hits = m.equal(patches, m.reshape(top, shape=(*m.shape(top), 1, 1)))
    return pool, hits, m.sum(hits, axis=(-2, -1), keepdims=True) > 1


def _max_pool_touched(m, y, x, **options):
    pool, _, tied = _ties(m, x, options)
    return pool.result(m, m.reshape(1.0 * tied, shape=m.shape(tied)[:-2]), x) > 0


def _max_pool_side(m, y, inputs, tangents, **options):
    (x,), (t,) = inputs, tangents
    pool, hits, _ = _ties(m, x, options)
    top = m.amax(m.where(hits, pool.windows(m, t), MOST), axis=(-2, -1))
    return m.where(m.equal(y, y), pool.result(m, top, x), y)


def _max_pool_corners(m, y, x, **options):
    pool, hits, tied = _ties(m, x, options)
    return pool.back(m, hits * tied, x) > 0


TIES = {
    "torch": "equal entries share the gradient evenly", "first": "the first of the equal entries takes all",
    "all": "each of the equal entries takes all", "none": "none of the equal entries takes any",
}  # fmt: skip
gate(
    "max_pool2d", "x", shape=_pools, forward=_max_pool, pullback=_max_pool_back("torch"),
    pushforward=_max_pool_ahead("torch"),
    conventions={one: _max_pool_back(one) for one in ("first", "all", "none")},
    pushforwards={one: _max_pool_ahead(one) for one in ("first", "all", "none")},
    kink=Kink(_max_pool_touched, _max_pool_side, TIES, corners=_max_pool_corners),
    options={**POOLED, "dilation": 1, "ceil_mode": False}, chosen={"kernel_size": 2},
    samples=tuple(x[:1] for x in IMAGE), formula="the largest entry of each window", pattern="routes",
    says="routes each gradient to the largest entry",
)  # fmt: skip


def _averaged(m, x, options):
    """The windows, and how many entries each counts: of the padding only if that is asked for."""
    options = dict(options)
    counts = options.pop("count_include_pad")
    pool = _Pool(m.shape(x), **options)
    whole = m.ones(shape=(1, 1, *m.shape(x)[-2:]))
    return pool, m.sum(pool.windows(m, whole, 1.0 if counts else 0.0), axis=(-2, -1))


def _avg_pool(m, x, **options):
    pool, counts = _averaged(m, x, options)
    return pool.result(m, m.divide(m.sum(pool.windows(m, x), axis=(-2, -1)), counts), x)


def _avg_pool_back(m, g, y, x, **options):
    pool, counts = _averaged(m, x, options)
    each = m.divide(with_batch(m, m.spread(g, y), 2), counts)
    copied = m.reshape(each, shape=(*m.shape(each), 1, 1)) * m.ones(shape=pool.sizes)
    return pool.back(m, copied, x)


gate(
    "avg_pool2d", "x", shape=_pools, forward=_avg_pool, pullback=(_avg_pool_back,), pushforward="linear",
    options={**POOLED, "ceil_mode": False, "count_include_pad": True}, chosen={"kernel_size": 2},
    samples=tuple(x[:1] for x in IMAGE), formula="the mean of each window", pattern="distributes",
    says="hands a share of each gradient on to every entry of its window",
)  # fmt: skip
