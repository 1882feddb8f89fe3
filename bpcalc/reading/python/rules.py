"""What functions of other libraries mean here, where that is not one gate with the same options.

A rule `(m, *values)` gets a value for each parameter of its signature: parts of the program for inputs, numbers and
words for options. It makes nodes, or refuses the call with what to write.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import reduce
from operator import matmul
from typing import Any, NamedTuple

from bpcalc.reading.python.writer import EVERY, Part, Writer
from bpcalc.reading.sizes import Size

INFINITE = float("inf")


def same(m: Writer, x: Part) -> Part:
    return x


class Refused(NamedTuple):
    """Stands for the rule of a function that is known, and not read: `{0}` in the message is its name."""

    message: str
    hint: str = ""


# Products


def dot(m: Writer, a: Part, b: Part) -> Part:
    """np.dot: with a number a product entry by entry; of vectors and matrices the matrix product."""
    if not (a.may_be_array and b.may_be_array) or 0 in (a.axes, b.axes):
        return a * b
    if (b.axes or 0) > 2:
        m.refuse(f"{m.name} with an array of {b.axes} axes is no matrix product", "@ is that of stacks of matrices")
    return a @ b


def inner(m: Writer, a: Part, b: Part) -> Part:
    """np.inner: the sum over the last axes, so of matrices A@B.T."""
    if (a.axes or 0) > 2 or (b.axes or 0) > 2 or (b.axes is None and b.may_be_array):
        m.refuse(f"{m.name} is read for vectors and matrices whose shapes are known", "@ is the matrix product")
    return dot(m, a, m.transpose(b) if b.axes == 2 else b)


def vdot(m: Writer, a: Part, b: Part) -> Part:
    """np.vdot: the sum of all products."""
    return m.sum(a * b)


def product_of(axes_a: int, axes_b: int) -> Callable[[Writer, Part, Part], Part]:
    """torch.mm, torch.mv, torch.bmm, torch.dot: products for inputs with so many axes."""

    def rule(m: Writer, a: Part, b: Part) -> Part:
        for part, axes in ((a, axes_a), (b, axes_b)):
            if part.axes not in (None, axes):
                m.refuse(f"{m.name} takes inputs of {axes_a} and {axes_b} axes, here are {a.axes} and {b.axes}")
        return a @ b

    return rule


def chain(m: Writer, parts: list[Part]) -> Part:
    """The product of several matrices, from the left."""
    return reduce(matmul, parts)


def linear(m: Writer, x: Part, weight: Part, bias: Part | None) -> Part:
    found = x @ m.transpose(weight)
    return found if bias is None else found + bias


def transposed_product(m: Writer, a: Part, b: Part, first: Any, second: Any) -> Part:
    """tf.matmul with transpose_a and transpose_b."""
    return (matrix_transpose(m, a) if first else a) @ (matrix_transpose(m, b) if second else b)


def scaled_sum(m: Writer, a: Part, b: Part, alpha: Any) -> Part:
    return a + (b if alpha == 1 else b * alpha)


def scaled_difference(m: Writer, a: Part, b: Part, alpha: Any) -> Part:
    return a - (b if alpha == 1 else b * alpha)


# Reductions


def torch_extreme(entrywise: str, reduction: str) -> Callable[..., Part]:
    """torch.max and torch.min: of one tensor the extreme entry, of two entry by entry, along an axis a pair."""

    def rule(m: Writer, x: Part, other: Part | None, dim: Any, keepdim: Any) -> Part:
        if dim is not None or (other is not None and other.number is not None):
            m.refuse(
                f"{m.name} along an axis is a pair, the entries and their places",
                f"torch.{reduction} has the entries alone, as {entrywise}(x, axis=0) here",
            )
        return m.gate(reduction)(x) if other is None else m.gate(entrywise)(x, other)

    return rule


def method_extreme(entrywise: str, reduction: str) -> Callable[..., Part]:
    """`x.max(…)`: NumPy's is the entries, PyTorch's along an axis a pair of them and their places."""

    def rule(m: Writer, x: Part, axis: Any, keepdims: Any) -> Part:
        after = m.state.tokens[m.state.place + 1 : m.state.place + 2]
        if axis is not None and ("torch" in m.state.modules or after == ["["]):
            m.refuse(
                f"{m.name} along an axis can be the entries, or a pair of them and their places as in PyTorch",
                f"{entrywise}(x, axis=0) is the entries",
            )
        return m.gate(reduction)(x, axis=axis, keepdims=keepdims)

    return rule


def spread_by(name: str, unless: float) -> Callable[..., Part]:
    """std and var, divided by N less `ddof`, which is `unless` where nothing is said."""

    def rule(m: Writer, x: Part, axis: Any, ddof: Any, keepdims: Any) -> Part:
        return spread(m, name, x, axis, unless if ddof is None else ddof, keepdims)

    return rule


def torch_spread(name: str) -> Callable[..., Part]:
    """torch.std and torch.var: divided by N - 1, unless `unbiased=False` or `correction=0`."""

    def rule(m: Writer, x: Part, axis: Any, unbiased: Any, keepdims: Any, ddof: Any) -> Part:
        if isinstance(axis, bool):
            axis, unbiased = None, axis
        less = ddof if ddof is not None else 0 if unbiased in (False, 0) else 1
        return spread(m, name, x, axis, less, keepdims)

    return rule


def method_spread(name: str) -> Callable[..., Part]:
    """`x.std()`: NumPy's divides by N, PyTorch's by N - 1."""

    def rule(m: Writer, x: Part, axis: Any, unbiased: Any, keepdims: Any, ddof: Any) -> Part:
        is_torch, is_numpy = "torch" in m.state.modules, "numpy" in m.state.modules
        if unbiased is None and ddof is None and is_torch == is_numpy:
            m.refuse(
                f"{m.name} divides by N in NumPy, by N - 1 in PyTorch",
                f"np.{name}(x) is the one, torch.{name}(x) the other",
            )
        if unbiased is None and ddof is None:
            ddof = int(is_torch)
        return torch_spread(name)(m, x, axis, unbiased, keepdims, ddof)

    return rule


def spread(m: Writer, name: str, x: Part, axis: Any, ddof: Any, keepdims: Any) -> Part:
    options = {"axis": axis, "keepdims": keepdims}
    if ddof:
        if not m.has(name, "ddof"):
            m.refuse(f"{m.name} divides by N - {ddof:g}, {name} here by N")
        options["ddof"] = ddof
    return m.gate(name)(x, **options)


def numpy_norm(m: Writer, x: Part, order: Any, axis: Any, keepdims: Any) -> Part:
    """np.linalg.norm: of a matrix without an axis an order is that of a matrix norm."""
    if order in (None, "fro") or (order == 2 and x.axes in (0, 1)):
        return norm_of_order(m, x, 2, axis, keepdims)
    if isinstance(order, str) and order not in ("inf", "-inf"):
        m.refuse(f"{m.name} of order {order} is not read here")
    order = float(order)
    if axis is None and x.axes != 1:
        m.refuse(
            f"{m.name} of order {order:g} is a norm of vectors, or of a matrix",
            "of a vector it is read: give axis=, or a vector's value",
        )
    if isinstance(axis, tuple):
        m.refuse(f"{m.name} of order {order:g} along two axes is a norm of matrices")
    return norm_of_order(m, x, order, axis, keepdims)


def norm_of_order(m: Writer, x: Part, order: Any, axis: Any, keepdims: Any) -> Part:
    """The norm of vectors: of all entries, or along an axis."""
    options = {"axis": axis, "keepdims": keepdims}
    if order in (None, 2, "fro"):
        return m.norm(x, **options)
    if isinstance(order, str) and order not in ("inf", "-inf"):
        m.refuse(f"{m.name} of order {order} is not read here")
    order = float(order)
    if order == 1:
        return m.sum(m.abs(x), **options)
    if abs(order) == INFINITE:
        return (m.amax if order > 0 else m.amin)(m.abs(x), **options)
    if order <= 0:
        m.refuse(f"{m.name} of order {order:g} is not read here")
    return m.sum(m.abs(x) ** order, **options) ** (1 / order)


def softmax_along(name: str) -> Callable[[Writer, Part, Any], Part]:
    """torch's softmax, which must be told its axis."""

    def rule(m: Writer, x: Part, axis: Any) -> Part:
        if axis is None and x.axes not in (0, 1):
            m.refuse(f"{m.name} needs dim, the axis along which it sums to 1", "dim=-1 is the last axis")
        return m.gate(name)(x, axis=-1 if axis is None else axis)

    return rule


def normalized(m: Writer, x: Part, order: Any, axis: Any) -> Part:
    """F.normalize: divided by the norm along an axis."""
    return x / m.max(norm_of_order(m, x, order, axis, True), 1e-12)


# Entry by entry


def clamp(m: Writer, x: Part, lo: Part | None, hi: Part | None) -> Part:
    if lo is None and hi is None:
        m.refuse(f"{m.name} needs a lower or an upper bound")
    if lo is None or hi is None:
        return m.min(x, hi) if lo is None else m.max(x, lo)
    return m.clip(x, lo, hi)


def softplus(m: Writer, x: Part, beta: Any, threshold: Any) -> Part:
    return m.softplus(x) if beta == 1 else m.softplus(x * beta) / beta


def gelu(m: Writer, x: Part, approximate: Any) -> Part:
    if approximate in ("tanh", True):
        return x * 0.5 * (1.0 + m.tanh((x + x**3.0 * 0.044715) * math.sqrt(2 / math.pi)))
    return m.gelu(x)


def masked(m: Writer, x: Part, mask: Part, value: Part) -> Part:
    return m.where(mask, value, x)


def logarithm_of_sum(m: Writer, a: Part, b: Part) -> Part:
    """log(exp(a) + exp(b)), without overflow."""
    if m.has("logaddexp"):
        return m.logaddexp(a, b)
    return m.max(a, b) + m.log1p(m.exp(-m.abs(a - b)))


def times_log(m: Writer, a: Part, b: Part) -> Part:
    if m.has("xlogy"):
        return m.xlogy(a, b)
    return m.where(m.equal(a, 0), 0, a * m.log(m.where(m.equal(a, 0), 1, b)))


def rounded(m: Writer, x: Part, decimals: Any) -> Part:
    if not m.has("round") or decimals:
        m.refuse(f"{m.name} is not read here", "its gradient is 0 wherever it exists")
    return m.round(x)


def sinc(m: Writer, x: Part) -> Part:
    """np.sinc is sin(pi x)/(pi x)."""
    return m.sinc(x * m.part(m.state.graph.constant("pi")))


def power_of_two(m: Writer, x: Part) -> Part:
    return 2.0**x


def in_radians(m: Writer, x: Part) -> Part:
    return x * m.part(m.state.graph.constant("pi")) / 180


def in_degrees(m: Writer, x: Part) -> Part:
    return x * 180 / m.part(m.state.graph.constant("pi"))


def normal_cdf(m: Writer, x: Part) -> Part:
    return m.normal_cdf(x) if m.has("normal_cdf") else m.erfc(-x / m.sqrt(2.0)) * 0.5


def of_order(gate: str, order: float) -> Callable[[Writer, Part], Part]:
    """scipy.special.j0: a Bessel function of a fixed order."""

    def rule(m: Writer, x: Part) -> Part:
        return m.gate(gate)(order, x)

    return rule


def percentile(m: Writer, x: Part, q: Any, axis: Any, keepdims: Any) -> Part:
    return m.quantile(x, q=q / 100, axis=axis, keepdims=keepdims)


# Losses


def cross_entropy(m: Writer, S: Part, y: Part, weight: Any, reduction: Any) -> Part:
    """F.cross_entropy of scores and labels: the mean over the batch, unless it says otherwise."""
    check_classes(m, S, y)
    return m.softmax_loss(S, y, reduction=reduction)


def check_classes(m: Writer, S: Part, y: Part) -> None:
    if (S.axes or 0) > 2:
        m.refuse(f"{m.name} of more than two axes has its classes on axis 1", "softmax_loss has them on the last axis")
    if S.axes is not None and S.axes == y.axes:
        hint = "of probabilities it is -sum(y*log_softmax(S)), divided by the rows"
        m.refuse(f"{m.name} takes whole numbers as labels here, one for each row", hint)


def nll_loss(m: Writer, S: Part, y: Part, weight: Any, reduction: Any) -> Part:
    check_classes(m, S, y)
    if m.has("nll_loss"):
        return m.nll_loss(S, y, reduction=reduction)
    return _reduced(m, -m.pick(S, y), reduction)


def per_row(m: Writer, y: Part, S: Part) -> Part:
    """TensorFlow's losses: one for each row, the labels first."""
    return m.softmax_loss(S, y, reduction="none")


def each(loss: Callable[[Writer, Part, Part], Part], mean: str = "mean") -> Callable[..., Part]:
    """A loss entry by entry, averaged unless it says otherwise."""

    def rule(m: Writer, p: Part, t: Part, reduction: Any) -> Part:
        return _reduced(m, loss(m, p, t), reduction)

    return rule


def _reduced(m: Writer, losses: Part, reduction: Any) -> Part:
    if reduction not in ("mean", "sum", "none"):
        m.refuse(f"reduction of {m.name} is mean, sum or none here")
    return losses if reduction == "none" else m.gate(reduction)(losses)


def divergence(m: Writer, p: Part, t: Part, reduction: Any, log_target: Any) -> Part:
    """F.kl_div: the first input is a logarithm already."""
    if log_target:
        return _reduced(m, m.exp(t) * (t - p), reduction)
    if reduction == "batchmean":
        if not p.shape:
            m.refuse(f"the rows of {m.name} are not known here")
        return m.sum(times_log(m, t, t) - t * p) / p.shape[0]
    return _reduced(m, times_log(m, t, t) - t * p, reduction)


def logits_loss(m: Writer, p: Part, t: Part, reduction: Any) -> Part:
    """The binary cross-entropy of scores, without overflow."""
    if m.has("bce_logits_loss"):
        return m.bce_logits_loss(p, t, reduction=reduction)
    return _reduced(m, m.softplus(p) - t * p, reduction)


def labels_first(m: Writer, t: Part, p: Part) -> Part:
    return logits_loss(m, p, t, "none")


def huber(m: Writer, p: Part, t: Part, reduction: Any, delta: Any) -> Part:
    return m.huber_loss(p, t, delta, reduction=reduction)


def smooth_l1(m: Writer, p: Part, t: Part, reduction: Any, beta: Any) -> Part:
    if beta == 1:
        return m.huber_loss(p, t, reduction=reduction)
    return m.huber_loss(p, t, beta, reduction=reduction) / beta


# Shapes


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
        if "torch" in m.state.modules and "numpy" not in m.state.modules:
            return swapped(m, x, *axes)
        if "numpy" not in m.state.modules or "torch" in m.state.modules:
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
    if axis is not None and len(gone) < len(set(chosen)) and "torch" not in m.state.modules:
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
    """`x.item()`: the only entry."""
    if not x.shape:
        return x
    if any(size != 1 for size in x.shape):
        m.refuse(f"{m.name} is the entry of an array that has one, here the shape is {x.shape}")
    return m.picked(x, *(0,) * len(x.shape))


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
