"""Reductions, norms and softmax, whose axes and divisors libraries see differently."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bpcalc.reading.python.writer import Part, Writer

INFINITE = float("inf")


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
        if axis is not None and (m.names("torch") or after == ["["]):
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
        is_torch, is_numpy = m.names("torch"), m.names("numpy")
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
    if m.has("norm", "order"):
        return m.norm(x, order=order, axis=axis, keepdims=keepdims)
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
    if m.has("norm", "order") and not isinstance(axis, tuple) and not (keepdims and axis is None):
        return m.norm(x if axis is not None else m.reshape(x, shape=(-1,)), order=order, axis=axis, keepdims=keepdims)
    if order == 1:
        return m.sum(m.abs(x), **options)
    if abs(order) == INFINITE:
        return (m.amax if order > 0 else m.amin)(m.abs(x), **options)
    if order <= 0:
        m.refuse(f"{m.name} of order {order:g} is not read here")
    return m.sum(m.abs(x) ** order, **options) ** float(1 / order)


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
