"""Gates that turn, shift, surround, repeat and cut arrays: all written in `index`, `scatter`, `concat`, `reshape`."""

from __future__ import annotations

from functools import reduce
from operator import mul

from bpcalc.gate import family
from bpcalc.gates.indexing import EVERY
from bpcalc.gates.reduction import axes_of
from bpcalc.gates.shape import MATRIX, PLACES, counted_axes

gate = family("shape")

BACKWARDS = (None, None, -1)
PAIR = (((1.0, 2.0, -3.0),), (((1.0, 2.0, 3.0), (4.0, 5.0, 6.0)),))


def at_axis(axis, part):
    """The index that is `part` on one axis, counted from 0, and takes the axes before it whole."""
    return (*(EVERY,) * axis, part)


def _in_axes(x, axis=None):
    """Says what is wrong with the axes that are named."""
    for one in () if axis is None else axis if isinstance(axis, tuple) else (axis,):
        if not -len(x) <= one < len(x):
            raise ValueError(f"axis {one} is out of range: the input has {counted_axes(len(x))}, counted from 0")


def _flip(m, x, axis):
    _in_axes(m.shape(x), axis)
    turned = axes_of(m, x, axis)
    if not turned:
        return m.reshape(x, shape=m.shape(x))
    return m.index(x, key=tuple(BACKWARDS if place in turned else EVERY for place in range(max(turned) + 1)))


gate(
    "flip", "x", pushforward="linear", shape=_in_axes, forward=_flip, options={"axis": None},
    pullback=(lambda m, g, y, x, axis: m.flip(g, axis=axis),), formula="the entries in reverse order",
    samples=PAIR, **PLACES,
)  # fmt: skip


def _shifts(m, x, shift, axis):
    """By how much each axis is shifted, as pairs."""
    axes = axes_of(m, x, axis)
    shifts = shift if isinstance(shift, tuple) else (shift,) * len(axes)
    return tuple(zip(axes, shifts, strict=True))


def _rolls(x, shift, axis):
    _in_axes(x, axis)
    if isinstance(shift, tuple) and (not isinstance(axis, tuple) or len(shift) != len(axis)):
        raise ValueError("several shifts need as many axes: roll(x, [1, 2], axis=[0, 1])")


def _roll(m, x, shift, axis):
    _rolls(m.shape(x), shift, axis)
    if axis is None:
        count = reduce(mul, m.shape(x), 1)
        return m.reshape(m.roll(m.reshape(x, shape=(count,)), shift=shift, axis=0), shape=m.shape(x))
    for place, by in _shifts(m, x, shift, axis):
        size = m.shape(x)[place]
        cut = -by % size if size else 0
        if cut:
            ahead = m.index(x, key=at_axis(place, (cut, None, None)))
            x = m.concat(ahead, m.index(x, key=at_axis(place, (None, cut, None))), axis=place)
    return m.reshape(x, shape=m.shape(x))


def _opposite(shift):
    return tuple(-one for one in shift) if isinstance(shift, tuple) else -shift


gate(
    "roll", "x", pushforward="linear", shape=_rolls, forward=_roll, options={"shift": ..., "axis": None},
    pullback=(lambda m, g, y, x, shift, axis: m.roll(g, shift=_opposite(shift), axis=axis),), chosen={"shift": 1},
    formula="the entries moved on by a shift; those that fall off the end come in at the start", samples=PAIR, **PLACES,
)  # fmt: skip


def _pads(x, widths, value=0.0):
    if not x:
        raise ValueError("a single number has no axes to be padded")
    if not isinstance(widths, tuple):
        return
    flat = not all(isinstance(one, tuple) for one in widths)
    if flat and len(x) > 1:
        every = ", ".join([str(list(widths[:2]))] * len(x))
        alone = ", ".join(["[0, 0]"] * (len(x) - 1) + [str(list(widths[:2]))])
        raise ValueError(
            f"the widths {list(widths)} can be read two ways: give each axis a pair, [{every}] as NumPy reads them, "
            f"[{alone}] as PyTorch"
        )
    pairs = (widths,) if flat else widths
    if len(pairs) != len(x) or any(len(one) != 2 for one in pairs):
        raise ValueError(f"widths are one number, or a pair [before, behind] for each of the {counted_axes(len(x))}")


def _pairs(x, widths):
    """How much is put before and behind each axis."""
    if not isinstance(widths, tuple):
        return ((widths, widths),) * len(x)
    return widths if isinstance(widths[0], tuple) else (widths,)


def _inside(x, widths):
    """The whole shape, and the index of the part that x is."""
    pairs = _pairs(x, widths)
    sizes = tuple(before + size + behind for size, (before, behind) in zip(x, pairs, strict=True))
    return sizes, tuple((before, before + size, None) for size, (before, _) in zip(x, pairs, strict=True))


def _pad(m, x, widths, value):
    _pads(m.shape(x), widths)
    sizes, key = _inside(m.shape(x), widths)
    padded = m.scatter(x, shape=sizes, key=key)
    return m.where(m.scatter(m.ones(shape=m.shape(x)), shape=sizes, key=key), padded, value) if value else padded


gate(
    "pad", "x", shape=_pads, forward=_pad, options={"widths": ..., "value": 0.0}, chosen={"widths": (1, 2)},
    pullback=(lambda m, g, y, x, widths, value: m.index(g, key=_inside(m.shape(x), widths)[1]),),
    pushforward=(lambda m, t, y, x, widths, value: m.pad(t, widths=widths),),
    formula="x with zeros, or a value, put around it", samples=PAIR[:1], **PLACES,
)  # fmt: skip


def _repeats(x, count, axis=None):
    if isinstance(axis, tuple):
        raise ValueError("axis is one whole number")
    _in_axes(x, axis)


def _repeat(m, x, count, axis):
    _repeats(m.shape(x), count, axis)
    if axis is None:
        whole = reduce(mul, m.shape(x), 1)
        return m.repeat(m.reshape(x, shape=(whole,)), count=count, axis=0)
    shape = m.shape(x)
    place = axis % len(shape)
    ahead, behind = shape[: place + 1], shape[place + 1 :]
    copied = m.reshape(x, shape=(*ahead, 1, *behind)) * m.ones(shape=(*ahead, count, *behind))
    return m.reshape(copied, shape=(*shape[:place], shape[place] * count, *behind))


def _repeat_back(m, g, y, x, count, axis):
    shape = m.shape(x)
    place = len(shape) - 1 if axis is None else axis % len(shape)
    if not shape:
        return m.sum(g)
    apart = m.reshape(m.spread(g, y), shape=(*shape[: place + 1], count, *shape[place + 1 :]))
    return m.sum(apart, axis=place + 1)


gate(
    "repeat", "x", pushforward="linear", shape=_repeats, forward=_repeat, options={"count": ..., "axis": None},
    pullback=(_repeat_back,), chosen={"count": 2}, formula="each entry so many times in a row, as NumPy's repeat",
    samples=PAIR, pattern="distributes", says="adds up the gradients of the copies",
)  # fmt: skip


def _tiled(x, counts):
    """The shape of the input and the counts, with as many axes as the longer has: ones ahead of the other."""
    axes = max(len(x), len(counts))
    return (*(1,) * (axes - len(x)), *x), (*(1,) * (axes - len(counts)), *counts)


def _tile(m, x, counts):
    sizes, counts = _tiled(m.shape(x), counts)
    apart = tuple(one for size in sizes for one in (1, size))
    copies = tuple(one for count, size in zip(counts, sizes, strict=True) for one in (count, size))
    whole = tuple(count * size for count, size in zip(counts, sizes, strict=True))
    return m.reshape(m.reshape(x, shape=apart) * m.ones(shape=copies), shape=whole)


def _tile_back(m, g, y, x, counts):
    sizes, counts = _tiled(m.shape(x), counts)
    copies = tuple(one for count, size in zip(counts, sizes, strict=True) for one in (count, size))
    if not copies:
        return g
    total = m.sum(m.reshape(m.spread(g, y), shape=copies), axis=tuple(range(0, len(copies), 2)))
    return m.reshape(total, shape=m.shape(x))


gate(
    "tile", "x", pushforward="linear", forward=_tile, options={"counts": ...}, pullback=(_tile_back,),
    chosen={"counts": (2,)}, formula="the whole array so many times along each axis", samples=PAIR[:1],
    pattern="distributes", says="adds up the gradients of the copies",
)  # fmt: skip


def counting(m, size):
    """0, 1, 2, … for an axis, whose size may have a name instead of a value."""
    return m.arange(first=float(size) if type(size) is int else size, last=None, step=1.0)


def _has_rows(x, k=0):
    if len(x) < 2:
        raise ValueError("a matrix is needed")


def _triangle(name, keeps, formula):
    def forward(m, x, k):
        _has_rows(m.shape(x))
        rows, columns = m.shape(x)[-2:]
        row, column = counting(m, rows), counting(m, columns)
        kept = keeps(m, m.reshape(row, shape=(rows, 1)) + k, m.reshape(column, shape=(1, columns)))
        return m.where(kept, x, 0.0)

    gate(
        name, "x", pushforward="linear", shape=_has_rows, forward=forward, options={"k": 0},
        pullback=(lambda m, g, y, x, k: m.switched(getattr(m, name)(m.spread(g, y), k=k)),), formula=formula,
        samples=MATRIX, pattern="routes", says="hands on the gradients of the entries that are kept",
    )  # fmt: skip


_triangle(
    "tril", lambda m, row, column: m.greater_equal(row, column), "the lower triangle up to diagonal k, zeros above"
)
_triangle("triu", lambda m, row, column: m.less_equal(row, column), "the upper triangle from diagonal k, zeros below")
