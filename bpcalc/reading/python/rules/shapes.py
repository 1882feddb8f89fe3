"""What rearranges entries, makes arrays, and asks for shapes."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

from bpcalc.reading.lexer import STOPS
from bpcalc.reading.python.writer import EVERY, Part, Writer
from bpcalc.reading.sizes import Size


def matrix_transpose(m: Writer, x: Part) -> Part:
    """The last two axes exchanged."""
    if x.axes in (None, 0, 1, 2):
        return m.transpose(x)
    return swapped(m, x, -1, -2)


def numpy_transpose(m: Writer, x: Part, axes: Any) -> Part:
    axes = axes[0] if axes and len(axes) == 1 and isinstance(axes[0], tuple) else axes
    is_plain = not axes or (tuple(axes) == (1, 0) and x.axes == 2)
    return m.transpose(x, axes=None if is_plain else axes)


def swapped(m: Writer, x: Part, first: Any, second: Any) -> Part:
    """torch.transpose, np.swapaxes: two axes exchanged."""
    if x.axes is None:
        m.refuse(f"how many axes there are for {m.name} is not known here", "x.T is the transpose of a matrix")
    order = list(range(x.axes))
    if not all(-len(order) <= one < len(order) for one in (first, second)):
        m.refuse(f"{m.name} names an axis that is not there: there are {x.axes}")
    one, other = int(first), int(second)
    order[one], order[other] = order[other], order[one]
    return x if order == sorted(order) else m.transpose(x, axes=None if len(order) == 2 else tuple(order))


def method_transpose(m: Writer, x: Part, axes: Any) -> Part:
    """`x.transpose(0, 1)`: in NumPy the order of the axes, in PyTorch two that are exchanged."""
    if len(axes) == 2 and tuple(axes) not in ((1, 0),):
        if m.names("torch") and not m.names("numpy"):
            return swapped(m, x, *axes)
        if not m.names("numpy") or m.names("torch"):
            message = f"{m.name} is the order of the axes in NumPy, two that are exchanged in PyTorch"
            m.refuse(message, "x.T is the transpose")
    if len(axes) == 2 and x.axes not in (2, None):
        return swapped(m, x, *axes)
    return numpy_transpose(m, x, axes)


def reshaped(m: Writer, x: Part, shape: Any) -> Part:
    return m.reshape(x, shape=shape)


def reshaped_as(m: Writer, x: Part, other: Part) -> Part:
    if other.shape is None:
        m.refuse(f"the shape for {m.name} is not known here")
    return m.reshape(x, shape=other.shape)


def flattened(m: Writer, x: Part, start: Any, end: Any) -> Part:
    """torch.flatten from an axis on."""
    if (start, end) == (0, -1):
        return m.reshape(x, shape=(-1,))
    if x.shape is None:
        m.refuse(f"the shape for {m.name} is not known here")
    count = len(x.shape)
    first, last = int(start) % count, int(end) % count
    return m.reshape(x, shape=(*x.shape[:first], math.prod(x.shape[first : last + 1]), *x.shape[last + 1 :]))


def expanded(m: Writer, x: Part, axis: Any) -> Part:
    """A new axis of size 1."""
    axis = int(axis)
    return m.picked(x, *((EVERY,) * axis + (None,) if axis >= 0 else (..., None, *(EVERY,) * (-axis - 1))))


def squeezed(m: Writer, x: Part, axis: Any) -> Part:
    """Axes of size 1 left out."""
    if x.shape is None:
        m.refuse(f"the shape for {m.name} is not known here", "an index leaves out an axis: x[:, 0]")
    chosen = range(len(x.shape)) if axis is None else axis if isinstance(axis, tuple) else (axis,)
    gone = {int(one) % len(x.shape) for one in chosen if x.shape and x.shape[int(one) % len(x.shape)] == 1}
    if axis is not None and len(gone) < len(set(chosen)) and not m.names("torch"):
        m.refuse(f"{m.name} leaves out an axis of size 1, here the shape is {x.shape}")
    if not gone:
        return x
    return m.reshape(x, shape=tuple(size for at, size in enumerate(x.shape) if at not in gone))


def joined(axis_of: Callable[[int | None], int]) -> Callable[..., Part]:
    """np.vstack, np.hstack: joined along the axis that the number of axes tells; vstack makes rows of vectors."""

    def rule(m: Writer, parts: list[Part]) -> Part:
        axes = parts[0].axes
        if axes is None:
            m.refuse(f"how many axes there are for {m.name} is not known here", "concat(a, b, axis=0) names the axis")
        axis = axis_of(axes)
        if axes < 2 and axis == 0 and axis_of(2) == 0:
            return m.stack(*parts, axis=0)
        return m.concat(*parts, axis=axis)

    return rule


def like(name: str) -> Callable[[Writer, Part], Part]:
    """np.zeros_like: zeros in the shape of an array."""

    def rule(m: Writer, x: Part) -> Part:
        if x.shape is None:
            m.refuse(f"the shape for {m.name} is not known here", f"{name}(3, 4) names it")
        return m.gate(name)(shape=x.shape) if x.shape else m.lift(float(name == "ones"))

    return rule


def full(m: Writer, shape: Any, value: Part) -> Part:
    shape = shape if isinstance(shape, tuple) else (shape,)
    return m.ones(shape=shape) * value


def full_like(m: Writer, x: Part, value: Part) -> Part:
    return like("ones")(m, x) * value


def padded(m: Writer, x: Part, widths: Any, mode: Any, value: Any) -> Part:
    """np.pad: a width for all sides, a pair for all axes, or a pair for each."""
    if mode != "constant":
        m.refuse(f"{m.name} is read in its mode constant")
    return m.pad(x, widths=widths, value=float(value))


def padded_from_the_end(m: Writer, x: Part, widths: Any, mode: Any, value: Any) -> Part:
    """F.pad: a pair for each axis, the last axis first."""
    if x.axes is None or not isinstance(widths, tuple) or len(widths) % 2 or len(widths) > 2 * x.axes:
        m.refuse(f"{m.name} takes a pair of numbers for each axis, the last axis first")
    pairs = [tuple(widths[at : at + 2]) for at in range(0, len(widths), 2)]
    pairs += [(0.0, 0.0)] * (x.axes - len(pairs))
    return padded(m, x, tuple(pairs[::-1]), mode, 0.0 if value is None else value)


def single(m: Writer, x: Part) -> Part:
    """`x.item()`: the only entry. PyTorch calculates on with a number that has no gradient."""
    is_whole = m.state.tokens[m.state.place + 1] in STOPS and len(m.state.pending) == 1
    if m.names("torch") and not is_whole:
        x = m.stop_gradient(x)
    if not x.shape:
        return x
    if any(size != 1 for size in x.shape):
        m.refuse(f"{m.name} is the entry of an array that has one, here the shape is {x.shape}")
    return m.picked(x, *(0,) * len(x.shape))


def differences(m: Writer, x: Part) -> Part:
    """np.diff of a vector."""
    if x.axes != 1:
        m.refuse(f"{m.name} is read for vectors whose shape is known", "x[1:] - x[:-1] is the differences")
    return m.picked(x, (1, None, None)) - m.picked(x, (None, -1, None))


def labels(m: Writer, x: Part) -> Part:
    """`y.long()`: a variable that has whole numbers already; any other would be rounded, and lose its gradient."""
    state = m.state
    value = state.bound.get(str(state.graph.leaves.get(x.node))) if isinstance(state.bound, Mapping) else None
    if value is None or not bool((value == value // 1).all() if hasattr(value, "all") else value == value // 1):
        m.refuse(f"{m.name} would change the numbers", "floor(x) is the whole part; it has no gradient")
    return x


def diagonal(m: Writer, x: Part, k: Any) -> Part:
    if k:
        m.refuse(f"{m.name} beside the main diagonal is not read here")
    return m.diag(x)


def size_of(m: Writer, x: Part, axis: Any) -> Part:
    """`x.size(0)`, `x.shape[0]`, `len(x)`: a number where the shape is known."""
    if x.shape is None:
        m.refuse("its shape is not known here", "give the number, or a name for it")
    if axis is None or not -len(x.shape) <= axis < len(x.shape):
        m.refuse(f"{m.name} has {len(x.shape)} axes" if axis is not None else f"{m.name} is a shape: name an axis")
    return size_node(m, x.shape[int(axis)])


def count_of(m: Writer, x: Part) -> Part:
    """How many entries there are."""
    if x.shape is None:
        m.refuse("its shape is not known here", "give the number, or a name for it")
    return size_node(m, math.prod(x.shape))


def count_of_axes(m: Writer, x: Part) -> Part:
    if x.axes is None:
        m.refuse("its shape is not known here")
    return m.lift(float(x.axes))


def size_node(m: Writer, size: int) -> Part:
    """A size as a part of the program: a number, or the variable that a declared size has."""
    if not isinstance(size, Size):
        return m.lift(float(size))
    if size.names != {str(size)}:
        m.refuse(f"the size {size} has no name of its own", "give the number, or a name for it")
    return m.part(m.state.name(str(size)))
