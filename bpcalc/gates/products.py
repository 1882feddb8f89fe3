"""Products of arrays beside `matmul`: by Einstein's sum over letters, of Kronecker, and of vectors in space."""

from __future__ import annotations

from functools import reduce
from operator import mul

from bpcalc.gate import family
from bpcalc.gates.rearranging import at_axis
from bpcalc.gates.shape import counted_axes

gate = family("matrix")

VECTORS = (((1.0, 2.0, -3.0), (0.5, -1.0, 2.0)),)
MATRICES = ((((1.0, 2.0), (3.0, 4.0)), ((0.5, -1.0), (2.0, 1.0))),)


# einsum


def letters(equation: str, count: int) -> tuple[list[str], str]:
    """The letters of each input's axes, and of the result's: of "ij,jk->ik" ("ij", "jk") and "ik".

    Without an arrow the result has the letters that stand once, in the order of the alphabet. Raises ValueError for
    what is no such equation for `count` inputs.
    """
    text = "".join(equation.split())
    given, arrow, result = text.partition("->")
    if "." in text:
        raise ValueError("an ellipsis is not read: give each axis a letter")
    parts = given.split(",")
    strange = [one for one in given.replace(",", "") + result if not (one.isascii() and one.isalpha())]
    if strange:
        raise ValueError(f'"{strange[0]}" is no letter: an equation is letters, commas and ->, "ij,jk->ik"')
    if len(parts) != count:
        there = f"there {'is 1 input' if count == 1 else f'are {count} inputs'}"
        raise ValueError(f'"{equation}" has the axes of {len(parts)}, and {there}')
    if not arrow:
        result = "".join(sorted(one for one in set(given) - {","} if given.count(one) == 1))
    for one in result:
        if result.count(one) > 1:
            raise ValueError(f'"{one}" stands twice in the result')
        if one not in given:
            raise ValueError(f'"{one}" of the result is on no input')
    return parts, result


def _sizes(shapes, parts):
    """The size of each letter's axis. Raises ValueError for axes that do not fit."""
    found: dict[str, int] = {}
    for place, (shape, names) in enumerate(zip(shapes, parts, strict=True), start=1):
        if len(shape) != len(names):
            raise ValueError(f'input {place} has {counted_axes(len(shape))}, its letters "{names}" are {len(names)}')
        for one, size in zip(names, shape, strict=True):
            if found.setdefault(one, size) != size:
                raise ValueError(f'"{one}" has the sizes {found[one]} and {size}')
    return found


def _contracts(*shapes, equation):
    parts, _ = letters(equation, len(shapes))
    _sizes(shapes, parts)


def _once(m, x, names):
    """An input whose letters stand once: of a letter that stands twice, the diagonal of its two axes."""
    while len(set(names)) < len(names):
        first, second = next((a, b) for b in range(len(names)) for a in range(b) if names[a] == names[b])
        rest = [place for place in range(len(names)) if place not in (first, second)]
        size = m.shape(x)[first]
        moved = m.transpose(x, axes=(*rest, first, second))
        rows = m.reshape(moved, shape=(*m.shape(moved)[:-2], size * size))
        x = m.index(rows, key=at_axis(len(rest), (None, None, size + 1)))
        names = "".join(names[place] for place in rest) + names[first]
    return x, names


def _twice(m, g, names, shape):
    """The gradient of an input from that of what `_once` made of it: on the diagonals, zeros elsewhere."""
    steps = []
    while len(set(names)) < len(names):
        first, second = next((a, b) for b in range(len(names)) for a in range(b) if names[a] == names[b])
        rest = [place for place in range(len(names)) if place not in (first, second)]
        steps.append((first, second, rest, shape))
        shape = (*(shape[place] for place in rest), shape[first])
        names = "".join(names[place] for place in rest) + names[first]
    for first, second, rest, whole in reversed(steps):
        size, outer = whole[first], tuple(whole[place] for place in rest)
        rows = m.scatter(g, shape=(*outer, size * size), key=at_axis(len(rest), (None, None, size + 1)))
        order = (*rest, first, second)
        apart = m.reshape(rows, shape=(*outer, size, size))
        g = m.transpose(apart, axes=tuple(order.index(place) for place in range(len(order))))
    return g


def _summed_out(m, x, names, kept):
    """Without the letters that are not kept."""
    gone = tuple(place for place, one in enumerate(names) if one not in kept)
    return (m.sum(x, axis=gone), "".join(one for one in names if one in kept)) if gone else (x, names)


def _ordered(m, x, names, wanted):
    """The axes in the order of the letters `wanted`."""
    axes = tuple(names.index(one) for one in wanted)
    return x if axes == tuple(range(len(axes))) else m.transpose(x, axes=axes)


def _in_order(m, x, shape):
    """In another shape, by way of a row: so its entries lie in memory in their order, on which the rounding of sums
    hangs, whatever axes were turned and whatever was broadcast before."""
    return m.reshape(m.reshape(x, shape=(reduce(mul, m.shape(x), 1),)), shape=shape)


def _pair(m, a, left, b, right, kept):
    """The product of two inputs, summed over the letters that are not kept: a product of matrices."""
    a, left = _summed_out(m, a, left, kept + right)
    b, right = _summed_out(m, b, right, kept + left)
    stack = [one for one in left if one in right and one in kept]
    inner = [one for one in left if one in right and one not in kept]
    rows, columns = [one for one in left if one not in right], [one for one in right if one not in left]
    a, b = _ordered(m, a, left, [*stack, *rows, *inner]), _ordered(m, b, right, [*stack, *inner, *columns])
    found = "".join((*stack, *rows, *columns))
    sizes = dict(zip((*stack, *rows, *inner), m.shape(a), strict=True))
    sizes |= dict(zip((*stack, *inner, *columns), m.shape(b), strict=True))

    def shape(*groups):
        return tuple(reduce(mul, (sizes[one] for one in group), 1) for group in groups)

    if not inner:  # nothing is summed: entry by entry
        ahead = shape(*stack)
        a = m.reshape(a, shape=(*ahead, *shape(*rows), *(1,) * len(columns)))
        return a * m.reshape(b, shape=(*ahead, *(1,) * len(rows), *shape(*columns))), found
    a, b = _in_order(m, a, shape(*stack, rows, inner)), _in_order(m, b, shape(*stack, inner, columns))
    return m.reshape(m.matmul(a, b), shape=shape(*found)), found


def _einsum(m, *inputs, equation):
    shapes = [m.shape(x) for x in inputs]
    _contracts(*shapes, equation=equation)
    parts, result = letters(equation, len(inputs))
    (x, names), *rest = [_once(m, one, part) for one, part in zip(inputs, parts, strict=True)]
    for place, (other, more) in enumerate(rest):
        later = "".join(part for _, part in rest[place + 1 :])
        x, names = _pair(m, x, names, other, more, result + later)
    x, names = _summed_out(m, x, names, result)
    if names == result:
        return x
    x = _ordered(m, x, names, result)
    return _in_order(m, x, m.shape(x))


def _einsum_back(m, g, y, *inputs, equation):
    """Each input's gradient: the same sum with the upstream in its place. What it alone was summed over is copied."""
    parts, result = letters(equation, len(inputs))
    sizes = _sizes([m.shape(x) for x in inputs], parts)
    g = m.spread(g, y)
    found = []
    for place, (x, part) in enumerate(zip(inputs, parts, strict=True)):
        names = _once_names(part)
        others = [(one, other) for at, (one, other) in enumerate(zip(inputs, parts, strict=True)) if at != place]
        known = set(result).union(*(other for _, other in others))
        alone = "".join(one for one in names if one not in known)
        if alone:
            others = [*others, (m.ones(shape=tuple(sizes[one] for one in alone)), alone)]
        text = f"{','.join([result, *(other for _, other in others)])}->{names}"
        back = m.einsum(g, *(one for one, _ in others), equation=text)
        found.append(_twice(m, back, part, m.shape(x)))
    return found


def _once_names(names):
    """The letters that `_once` leaves, in their order."""
    while len(set(names)) < len(names):
        first, second = next((a, b) for b in range(len(names)) for a in range(b) if names[a] == names[b])
        names = "".join(one for place, one in enumerate(names) if place not in (first, second)) + names[first]
    return names


gate(
    "einsum", "a b", variadic=True, pushforward="linear", shape=_contracts, forward=_einsum, pullback=_einsum_back,
    options={"equation": ...}, chosen={"equation": "ij,jk->ik"}, samples=MATRICES, pattern="swaps",
    formula="the product of all inputs, summed over the letters that the result has not",
    says="swaps its inputs: each gets the upstream times the others, summed over the letters it has not",
)  # fmt: skip


# kron and cross


def _factors(a, b):
    if len(a) != len(b) or len(a) not in (1, 2):
        raise ValueError("two vectors or two matrices are needed")


def _interleaved(m, x, first):
    """The axes with axes of size 1 between them: behind each, or before."""
    return m.reshape(x, shape=tuple(one for size in m.shape(x) for one in ((size, 1) if first else (1, size))))


def _kron(m, a, b):
    _factors(m.shape(a), m.shape(b))
    pairs = _interleaved(m, a, True) * _interleaved(m, b, False)
    return m.reshape(pairs, shape=tuple(p * q for p, q in zip(m.shape(a), m.shape(b), strict=True)))


def _kron_back(place):
    def pullback(m, g, y, a, b):
        sizes = tuple(one for pair in zip(m.shape(a), m.shape(b), strict=True) for one in pair)
        other = _interleaved(m, b, False) if place == 0 else _interleaved(m, a, True)
        over = tuple(range(1 - place, len(sizes), 2))
        return m.sum(m.reshape(m.spread(g, y), shape=sizes) * other, axis=over)

    return pullback


gate(
    "kron", "a b", pushforward="linear", shape=_factors, forward=_kron, pullback=(_kron_back(0), _kron_back(1)),
    formula="every entry of a times the whole of b, in blocks", unicode="{0} ⊗ {1}",
    samples=MATRICES, pattern="swaps", says="swaps its inputs, summed over the blocks",
)  # fmt: skip


def _in_space(a, b, axis=-1):
    if isinstance(axis, tuple):
        raise ValueError("axis is one whole number")
    for place, shape in enumerate((a, b), start=1):
        if not -len(shape) <= axis < len(shape):
            raise ValueError(f"axis {axis} is out of range: input {place} has {counted_axes(len(shape))}")
        if shape[axis] != 3:
            raise ValueError(f"vectors of 3 entries are needed: axis {axis} of input {place} has {shape[axis]}")
    if len(a) != len(b) and axis >= 0:
        raise ValueError("inputs with different numbers of axes need an axis counted from the end: axis=-1")


def _cross(m, a, b, axis):
    _in_space(m.shape(a), m.shape(b), axis)
    (a1, a2), (b1, b2) = ([m.roll(x, shift=-by, axis=axis) for by in (1, 2)] for x in (a, b))
    return a1 * b2 - a2 * b1


gate(
    "cross", "a b", pushforward="linear", shape=_in_space, forward=_cross, options={"axis": -1},
    pullback=(
        lambda m, g, y, a, b, axis: m.cross(b, m.spread(g, y), axis=axis),
        lambda m, g, y, a, b, axis: m.cross(m.spread(g, y), a, axis=axis),
    ),
    formula="the vector product of vectors of 3 entries", unicode="{0} × {1}",
    samples=VECTORS, pattern="swaps", says="swaps its inputs: cross(b, upstream) and cross(upstream, a)",
)  # fmt: skip
