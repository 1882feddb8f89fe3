"""Linear algebra on NumPy arrays, on the last two axes. What has no answer is NaN: a singular matrix in a stack of
many must not stop the others.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import numpy as np

from bpcalc.algebra.along import prod_others


def inv(x: Any) -> Any:
    try:
        return np.linalg.inv(x)
    except np.linalg.LinAlgError:
        return _each_matrix(np.linalg.inv, x)


def singular(x: Any) -> Any:
    """Is a matrix singular, or so close to it that its inverse has few digits left?"""
    whole = np.all(np.isfinite(x), axis=(-2, -1), keepdims=True)
    safe = np.where(whole, x, np.eye(np.shape(x)[-1]))
    return (np.linalg.cond(safe) > 1e8).astype(float)[()] if np.size(x) else np.zeros(np.shape(x)[:-2])


def cofactors(x: Any) -> Any:
    """det(X)*inv(X).T, also where there is no inverse, from the singular value decomposition."""
    left, sizes, right = np.linalg.svd(np.where(np.isfinite(x), x, 0.0))
    sign = np.linalg.det(left) * np.linalg.det(right)
    others = prod_others(sizes, axis=-1)
    found = sign[..., None, None] * ((left * others[..., None, :]) @ right)
    return np.where(np.all(np.isfinite(x), axis=(-2, -1), keepdims=True), found, np.nan)


def cofactors_toward(x: Any, t: Any) -> Any:
    """The derivative of the cofactors in the direction `t`, also where there is no inverse.

    With x = U S V the cofactors of S + h*(U.T t V.T) are known to first order, since S is diagonal: entry (i, i) takes
    the change of each other diagonal entry times the product of all but these two, entry (i, j) its own change at
    (j, i), with the other sign, times the product of all but S[i] and S[j].
    """
    if np.shape(x)[-1] == 2:  # the cofactors are linear, so whole numbers stay whole
        return t[..., ::-1, ::-1] * np.array([[1.0, -1.0], [-1.0, 1.0]])
    whole = np.all(np.isfinite(x), axis=(-2, -1), keepdims=True)
    left, sizes, right = np.linalg.svd(np.where(whole, x, 0.0))
    moved = np.swapaxes(left, -1, -2) @ t @ np.swapaxes(right, -1, -2)
    unit = np.eye(np.shape(x)[-1])
    pairs = prod_others(unit + (1 - unit) * sizes[..., None, :], axis=-1) * (1 - unit)
    changes = -pairs * np.swapaxes(moved, -1, -2)
    on_diagonal = np.sum(pairs * np.diagonal(moved, axis1=-2, axis2=-1)[..., None, :], axis=-1)
    sign = np.linalg.det(left) * np.linalg.det(right)
    found = sign[..., None, None] * (left @ (changes + unit * on_diagonal[..., None, :]) @ right)
    return np.where(whole, found, np.nan)


def det(x: Any) -> Any:
    # the library takes a matrix with NaN in it for singular
    return np.where(np.isnan(x).any(axis=(-2, -1)), np.nan, np.linalg.det(x))[()]


def logdet(x: Any) -> Any:
    return np.where(np.isnan(x).any(axis=(-2, -1)), np.nan, np.linalg.slogdet(x)[1])[()]


def joined(blocks: list[list[Any]], sizes: list[int]) -> Any:
    """A matrix in blocks of these sizes as one of doubles."""
    return np.block(
        [[np.reshape(np.asarray(block, dtype=float), (height, width)) for block, width in zip(row, sizes, strict=True)]
         for row, height in zip(blocks, sizes, strict=True)]
    )  # fmt: skip


def eigenvalues(matrix: Any) -> list[float]:
    """Those of a symmetric matrix, the smallest first; NaN where an entry is not finite."""
    if not np.all(np.isfinite(matrix)):
        return [float("nan")] * len(matrix)
    found: list[float] = np.linalg.eigvalsh(matrix).tolist()
    return found


def solve(a: Any, b: Any) -> Any:
    try:
        return np.linalg.solve(a, b[:, None])[..., 0] if np.ndim(b) == 1 else np.linalg.solve(a, b)
    except np.linalg.LinAlgError:
        found = _each_matrix(np.linalg.solve, a, b[:, None] if np.ndim(b) == 1 else b)
        return found[..., 0] if np.ndim(b) == 1 else found


def _each_matrix(function: Any, *stacks: Any) -> Any:
    """A function of matrices on each of a stack by itself: NaN for those that are singular."""
    if np.ndim(stacks[0]) < 2 or np.shape(stacks[0])[-1] != np.shape(stacks[0])[-2]:
        raise ValueError("no square matrices")
    stack = np.broadcast_shapes(*(np.shape(one)[:-2] for one in stacks))
    whole = [np.broadcast_to(one, stack + np.shape(one)[-2:]) for one in stacks]
    found = np.full(whole[-1].shape, np.nan)
    for place in np.ndindex(*stack):
        with suppress(np.linalg.LinAlgError):
            found[place] = function(*(one[place] for one in whole))
    return found
