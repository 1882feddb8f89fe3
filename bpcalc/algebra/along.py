"""Functions of NumPy arrays along one axis or, with their entries in a row, along several. The shape stays."""

from __future__ import annotations

import math
from typing import Any

import numpy as np


def prod_others(x: Any, axis: Any) -> Any:
    """For each entry the product of the others along the axis, without dividing by what may be zero."""

    def others(flat: Any) -> Any:
        before, after = np.ones_like(flat), np.ones_like(flat)
        before[..., 1:] = np.cumprod(flat[..., :-1], axis=-1)
        after[..., :-1] = np.cumprod(flat[..., :0:-1], axis=-1)[..., ::-1]
        return before * after

    return _along(x, tuple(range(np.ndim(x))) if axis is None else axis, others)


def prod_others_toward(x: Any, t: Any, axis: Any) -> Any:
    """The derivative of `prod_others` in the direction `t`, in n*log(n) steps and without dividing by what may be zero:
    as there the products from either end, here of dual numbers."""

    def toward(flat: Any, tangents: Any) -> Any:
        ends = []
        for turn in (slice(None), slice(None, None, -1)):
            products, changes = np.ones_like(flat), np.zeros_like(flat)
            products[..., 1:], changes[..., 1:] = _running(flat[..., turn][..., :-1], tangents[..., turn][..., :-1])
            ends += [products[..., turn], changes[..., turn]]
        before, rise, after, fall = ends
        return before * fall + rise * after

    return _along(x, tuple(range(np.ndim(x))) if axis is None else axis, toward, t)


def _running(values: Any, tangents: Any) -> tuple[Any, Any]:
    """The running products of dual numbers along the last axis, over spans of 1, 2, 4, … entries."""
    span = 1
    while span < values.shape[-1]:
        a, s, b, t = values[..., :-span], tangents[..., :-span], values[..., span:], tangents[..., span:]
        longer, moved = values.copy(), tangents.copy()
        longer[..., span:], moved[..., span:] = a * b, a * t + s * b
        values, tangents, span = longer, moved, 2 * span
    return values, tangents


def cumsum(x: Any, axis: Any) -> Any:
    return np.cumsum(x) if axis is None else _along(x, axis, lambda flat: np.cumsum(flat, axis=-1))


def cumsum_back(x: Any, axis: Any) -> Any:
    if axis is None:
        return np.cumsum(np.ravel(x)[::-1])[::-1]
    return _along(x, axis, lambda flat: np.cumsum(flat[..., ::-1], axis=-1)[..., ::-1])


def order(x: Any) -> Any:
    """Where the smallest entry of each row stands, then the next; equal ones as they stand, NaN at the end."""
    if not np.ndim(x):
        raise ValueError("a single number is no row")
    return np.argsort(x, axis=-1, kind="stable").astype(float)


def take_along(x: Any, places: Any) -> Any:
    """x[i, places[i, j]] for each row i."""
    if np.shape(x)[:-1] != np.shape(places)[:-1] or not np.ndim(places):
        raise ValueError("the places do not fit")
    return np.take_along_axis(x, _whole(places, x.shape[-1]), axis=-1)


def put_along(x: Any, places: Any, size: int) -> Any:
    """Rows of zeros with each x[i, j] added at places[i, j]."""
    if np.shape(x) != np.shape(places) or not np.ndim(x):
        raise ValueError("the places do not fit")
    rows = x.reshape(math.prod(x.shape[:-1]), x.shape[-1])
    found = np.zeros((len(rows), size), dtype=x.dtype)
    np.add.at(found, (np.arange(len(rows))[:, None], _whole(places, size).reshape(rows.shape)), rows)
    return found.reshape(*x.shape[:-1], size)


def _whole(places: Any, size: int) -> Any:
    """Places as whole numbers. Raises ValueError for one that is not in a row of this size."""
    strange = ~((places == np.floor(places)) & (places >= 0) & (places < size))
    if np.any(strange):
        raise ValueError(f"places are whole numbers from 0 to {size - 1}, here is {places[strange].flat[0]:g}")
    return places.astype(int)


def recurrence(b: Any, a: Any) -> Any:
    """y[k] = b[k] + a[k]*y[k - 1] along each row."""
    if np.shape(b) != np.shape(a) or not np.ndim(b):
        raise ValueError("rows of different lengths")
    y = np.array(b)
    for k in range(1, y.shape[-1]):
        y[..., k] = b[..., k] + a[..., k] * y[..., k - 1]
    return y


def _along(x: Any, axis: Any, function: Any, *more: Any) -> Any:
    """A function along one axis or, with their entries in a row, along several; the shape stays. `more`: like `x`."""
    chosen = axis if isinstance(axis, tuple) else (axis,) if np.ndim(x) or axis not in (0, -1) else ()
    if not all(-np.ndim(x) <= one < np.ndim(x) for one in chosen):
        raise IndexError(f"axis {axis} is out of range")
    axes = [one % np.ndim(x) for one in chosen]
    order = [*(one for one in range(np.ndim(x)) if one not in axes), *axes]
    moved = [np.transpose(one, order) for one in (x, *more)]
    shape = moved[0].shape
    rows = math.prod(shape[: len(shape) - len(axes)])
    flat = [one.reshape(rows, math.prod(shape[len(shape) - len(axes) :])) for one in moved]
    return np.transpose(function(*flat).reshape(shape), np.argsort(order))[()]
