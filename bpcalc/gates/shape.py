"""Gates that build arrays and rearrange their entries. Their pullbacks put each gradient back where it came from."""

from __future__ import annotations

from functools import reduce
from operator import mul

from bpcalc.gate import family
from bpcalc.gates.indexing import EVERY, Places, full, taken_axes

gate = family("shape")


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


# What is wrong with the shapes of inputs that do not fit.


def _same(*shapes, axis=0):
    _in_range(axis, len(shapes[0]) + 1)
    for place, shape in enumerate(shapes[1:], start=1):
        if shape != shapes[0]:
            raise ValueError(f"entry {place} has the shape {shape}, the first has {shapes[0]}")


def _joined(*shapes, axis):
    for place, shape in enumerate(shapes, start=1):
        if not shape:
            raise ValueError("a number cannot be joined: write [x]")
        if len(shape) != len(shapes[0]):
            raise ValueError(f"input {place} has {counted_axes(len(shape))}, the first has {len(shapes[0])}")
        _in_range(axis, len(shape))
        wrong = [k for k, pair in enumerate(zip(shape, shapes[0], strict=True)) if pair[0] != pair[1]]
        wrong = [k for k in wrong if k != axis % len(shape)]
        if wrong:
            raise ValueError(f"sizes {shapes[0][wrong[0]]} and {shape[wrong[0]]} differ on axis {wrong[0]}")


def _indexed(shape, key):
    if not shape:
        raise ValueError("a single number has no entries")
    if taken_axes(key) > len(shape):
        raise ValueError(f"the array has {counted_axes(len(shape))}, the index {taken_axes(key)}")
    parts = [part for part in full(key, len(shape)) if part is not None]
    for axis, (part, size) in enumerate(zip(parts, shape, strict=True)):
        for one in (part,) if isinstance(part, int) else part.flat() if isinstance(part, Places) else ():
            if not -size <= one < size:
                raise ValueError(f"index {one} is out of range: axis {axis} has size {size}, counted from 0")
    if len({part.shape for part in parts if isinstance(part, Places)}) > 1:
        raise ValueError("the arrays of the index do not broadcast")


def _in_range(axis, count):
    if not -count <= axis < count:
        raise ValueError(f"axis {axis} is out of range: the result has {counted_axes(count)}, counted from 0")


def _ordered(x, axes):
    raise ValueError(f"axes is an order of {', '.join(map(str, range(len(x))))}")


def counted_axes(count):
    return f"{count} {'axis' if count == 1 else 'axes'}"


def _reshaped(x, shape):
    count = reduce(mul, x, 1)
    if shape.count(-1) > 1:
        raise ValueError("only one size can be left to be found (-1)")
    if reduce(mul, shape, 1) != count:
        raise ValueError(f"{count} {'entry does' if count == 1 else 'entries do'} not fill the shape {shape}")


def _vector_or_matrix(x):
    if len(x) not in (1, 2):
        raise ValueError("diag takes a vector or a matrix")


gate(
    "array", "a b", pullback=_entries, pushforward="joint", variadic=True, formula="an array of its inputs",
    shape=_same, samples=((3.0, 4.0), ((1.0, 2.0), (3.0, 4.0))), **PLACES,
)  # fmt: skip
gate(
    "index", "x", pushforward="linear",
    pullback=(lambda m, g, y, x, key: m.scatter(g, shape=m.shape(x), key=key),), options={"key": ...},
    formula="entries and slices of x, x[0, 1:], x[[0, 2]]", shape=_indexed, samples=MATRIX,
    chosen={"key": (0, (1, None, None))}, **PLACES,
)  # fmt: skip
gate(
    "scatter", "x", pushforward="linear",
    pullback=(lambda m, g, y, x, shape, key: m.index(g, key=key),), options={"shape": ..., "key": ...},
    formula="zeros with x at the place of an index", samples=(((1.0, 2.0),),),
    chosen={"shape": (4,), "key": ((1, 3, None),)}, **PLACES,
)  # fmt: skip
gate(
    "transpose", "x", pushforward="linear",
    pullback=(lambda m, g, y, x, axes: m.transpose(g, axes=_inverse(axes)),), options={"axes": None},
    formula="the axes in reverse order, x.T, or in the order axes=", latex="{0}^T", shape=_ordered, samples=MATRIX,
    **PLACES,
)  # fmt: skip
gate(
    "reshape", "x", pushforward="linear",
    pullback=(lambda m, g, y, x, shape: m.reshape(g, shape=m.shape(x)),), options={"shape": ...},
    formula="the entries in another shape; -1 is what is left", shape=_reshaped, samples=MATRIX,
    chosen={"shape": (3, 2)}, **PLACES,
)  # fmt: skip
gate(
    "concat", "a b", pushforward="joint",
    pullback=_along, variadic=True, options={"axis": 0}, formula="arrays joined along an axis",
    shape=_joined, samples=(((1.0, 2.0), (3.0, 4.0, 5.0)), (((1.0, 2.0),), ((3.0, 4.0),))), **PLACES,
)  # fmt: skip
gate(
    "stack", "a b", pushforward="joint",
    pullback=_slices, variadic=True, options={"axis": 0}, formula="arrays stacked along a new axis",
    shape=_same, samples=(((1.0, 2.0), (3.0, 4.0)),), **PLACES,
)  # fmt: skip
gate(
    "diag", "x", pushforward="linear",
    pullback=(_diagonal,), formula="a vector as a diagonal matrix, a matrix's diagonal",
    shape=_vector_or_matrix,
    samples=(((1.0, 2.0),), (((1.0, 2.0), (3.0, 4.0)),), (((1.0, 2.0, 3.0), (3.0, 4.0, 5.0)),)), **PLACES,
)  # fmt: skip


def _maker(name, options, formula, chosen):
    """A gate without inputs, so without a backward pass."""
    gate(
        name, "", options=options, formula=formula, chosen=chosen, samples=((),), pattern="none",
        says="has no inputs, so no gradient goes further",
    )  # fmt: skip


_maker("zeros", {"shape": ...}, "an array of zeros", {"shape": (2, 3)})
_maker("ones", {"shape": ...}, "an array of ones", {"shape": (2, 3)})
_maker("eye", {"size": ..., "columns": None}, "the unit matrix", {"size": 3})
_maker(
    "arange", {"first": ..., "last": None, "step": 1.0},
    "0, 1, … below first; or first, first + step, … before last", {"first": 1.0, "last": 4.0},
)  # fmt: skip
_maker(
    "linspace", {"first": ..., "last": ..., "count": 50}, "evenly spaced numbers, both ends included",
    {"first": 0.0, "last": 1.0, "count": 5},
)  # fmt: skip
