"""Functions of NumPy arrays along one axis or, with their entries in a row, along several. The shape stays.

May import NumPy.
"""

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


def cumsum(x: Any, axis: Any) -> Any:
    return np.cumsum(x) if axis is None else _along(x, axis, lambda flat: np.cumsum(flat, axis=-1))


def cumsum_back(x: Any, axis: Any) -> Any:
    if axis is None:
        return np.cumsum(np.ravel(x)[::-1])[::-1]
    return _along(x, axis, lambda flat: np.cumsum(flat[..., ::-1], axis=-1)[..., ::-1])


def _along(x: Any, axis: Any, function: Any) -> Any:
    """A function along one axis or, with their entries in a row, along several; the shape stays."""
    chosen = axis if isinstance(axis, tuple) else (axis,)
    if not all(-np.ndim(x) <= one < np.ndim(x) for one in chosen):
        raise IndexError(f"axis {axis} is out of range")
    axes = [one % np.ndim(x) for one in chosen]
    others = [one for one in range(np.ndim(x)) if one not in axes]
    moved = np.transpose(x, (*others, *axes))
    rows = math.prod(moved.shape[: len(others)])
    flat = moved.reshape(rows, math.prod(moved.shape[len(others) :]))
    return np.transpose(function(flat).reshape(moved.shape), np.argsort((*others, *axes)))
