"""Gates that build arrays and rearrange their entries. Their pullbacks put each gradient back where it came from."""

from __future__ import annotations

from bpcalc.gate import family

gate = family("shape")

# In an index a slice is (start, stop, step).
EVERY = (None, None, None)

MATRIX = ((((1.0, 2.0, 3.0), (4.0, 5.0, 6.0)),),)
PLACES = {"pattern": "rearranges", "says": "puts each gradient back in its place"}


def _entries(m, g, y, *inputs):
    return [m.index(g, key=(place,)) for place in range(len(inputs))]


def _along(m, g, y, *inputs, axis):
    """Each input's part of a concatenation's gradient."""
    start, parts = 0, []
    for x in inputs:
        size = m.shape(x)[axis]
        key = (EVERY,) * (axis % len(m.shape(x))) + ((start, start + size, None),)
        parts.append(m.index(g, key=key))
        start += size
    return parts


def _slices(m, g, y, *inputs, axis):
    place = axis % len(m.shape(g))
    return [m.index(g, key=(EVERY,) * place + (k,)) for k in range(len(inputs))]


def _inverse(axes):
    return None if axes is None else tuple(axes.index(place) for place in range(len(axes)))


gate(
    "array", "a b", pullback=_entries, pushforward="joint", variadic=True, formula="an array of its inputs", **PLACES,
)  # fmt: skip
gate(
    "index", "x", pushforward="linear",
    pullback=(lambda m, g, y, x, key: m.scatter(g, shape=m.shape(x), key=key),), options={"key": ()},
    formula="entries and slices of x", samples=(), **PLACES,
)  # fmt: skip
gate(
    "scatter", "x", pushforward="linear",
    pullback=(lambda m, g, y, x, shape, key: m.index(g, key=key),), options={"shape": (), "key": ()},
    formula="zeros with x at the place of an index", samples=(), **PLACES,
)  # fmt: skip
gate(
    "transpose", "x", pushforward="linear",
    pullback=(lambda m, g, y, x, axes: m.transpose(g, axes=_inverse(axes)),), options={"axes": None},
    formula="the axes in reverse order, or in the order axes=", latex="{0}^T", samples=MATRIX, **PLACES,
)  # fmt: skip
gate(
    "reshape", "x", pushforward="linear",
    pullback=(lambda m, g, y, x, shape: m.reshape(g, shape=m.shape(x)),), options={"shape": ()},
    formula="the entries in another shape", samples=(), **PLACES,
)  # fmt: skip
gate(
    "concat", "a b", pushforward="joint",
    pullback=_along, variadic=True, options={"axis": 0}, formula="arrays joined along an axis",
    samples=(((1.0, 2.0), (3.0, 4.0)),), **PLACES,
)  # fmt: skip
gate(
    "stack", "a b", pushforward="joint",
    pullback=_slices, variadic=True, options={"axis": 0}, formula="arrays stacked along a new axis",
    samples=(((1.0, 2.0), (3.0, 4.0)),), **PLACES,
)  # fmt: skip
gate(
    "diag", "x", pushforward="linear",
    pullback=(lambda m, g, y, x: m.diag(g),), formula="a vector as a diagonal matrix, a matrix's diagonal",
    samples=(((1.0, 2.0),), (((1.0, 2.0), (3.0, 4.0)),)), **PLACES,
)  # fmt: skip

gate("zeros", "", options={"shape": ()}, formula="an array of zeros")
gate("ones", "", options={"shape": ()}, formula="an array of ones")
gate("eye", "", options={"size": 1}, formula="the unit matrix")
gate("arange", "", options={"size": 1}, formula="0, 1, … as a vector")
gate(
    "linspace", "", options={"first": 0.0, "last": 1.0, "count": 2},
    formula="evenly spaced numbers, both ends included",
)  # fmt: skip
