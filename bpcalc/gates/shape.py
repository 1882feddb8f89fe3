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
    if axes is None:
        return None
    places = [place % len(axes) for place in axes]
    return tuple(places.index(place) for place in range(len(axes)))


def _diagonal(m, g, y, x):
    """The diagonal of a gradient; or a gradient on the diagonal of a matrix, which may be no square."""
    shape = m.shape(x)
    if len(shape) == 1 or shape[0] == shape[1]:
        return m.diag(g)
    rows, columns = shape
    return m.reshape(g, shape=(rows, 1) if rows < columns else (1, columns)) * m.eye(size=rows, columns=columns)


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
    pullback=(_diagonal,), formula="a vector as a diagonal matrix, a matrix's diagonal",
    samples=(((1.0, 2.0),), (((1.0, 2.0), (3.0, 4.0)),)), **PLACES,
)  # fmt: skip

gate("zeros", "", options={"shape": ()}, formula="an array of zeros")
gate("ones", "", options={"shape": ()}, formula="an array of ones")
gate("eye", "", options={"size": 1, "columns": None}, formula="the unit matrix")
gate(
    "arange", "", options={"first": 1, "last": None, "step": 1}, formula="0, 1, …, or first, first + step, …, as a vector",
)  # fmt: skip
gate(
    "linspace", "", options={"first": 0.0, "last": 1.0, "count": 2},
    formula="evenly spaced numbers, both ends included",
)  # fmt: skip
