"""Linear algebra on NumPy arrays, on the last two axes. What has no answer is NaN: a singular matrix in a stack of
many must not stop the others.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import numpy as np

from bpcalc.algebra.along import prod_others

SIGNS = np.array([[1.0, -1.0], [-1.0, 1.0]])
DIGITS = 1e15  # a condition number that leaves no digit of a double


def matmul(a: Any, b: Any) -> Any:
    return np.matmul(_in_memory(a), _in_memory(b))


def _in_memory(x: Any) -> Any:
    """Every entry in a place of its own: with entries that broadcasting shares a product is rounded otherwise."""
    is_shared = any(size > 1 and not step for size, step in zip(np.shape(x), getattr(x, "strides", ()), strict=True))
    return np.ascontiguousarray(x) if is_shared else x


def inv(x: Any) -> Any:
    try:
        return np.linalg.inv(x)
    except np.linalg.LinAlgError:
        return _each_matrix(np.linalg.inv, x)


def singular(x: Any) -> Any:
    """Is a matrix singular, or so close to it that its inverse has few digits left?"""
    whole = np.all(np.isfinite(x), axis=(-2, -1), keepdims=True)
    safe = np.where(whole, x, np.eye(np.shape(x)[-1]))
    return (np.linalg.cond(safe) > 1e4).astype(float)[()] if np.size(x) else np.zeros(np.shape(x)[:-2])


def condition(x: Any) -> Any:
    """By how much a matrix, scaled as well as can be, may grow the relative errors of its entries in its inverse.

    The spectral radius of |inv(X)||X|: no scaling of rows and columns changes it, and the best of them has this
    condition number (Bauer, "Optimally scaled matrices", 1963). 0 where it is not known: NaN in the matrix or inverse.
    """
    if not np.size(x):
        return np.zeros(np.shape(x)[:-2])
    whole = np.all(np.isfinite(x), axis=(-2, -1), keepdims=True)
    safe = np.where(whole, x, np.eye(np.shape(x)[-1]))
    back = inv(safe)
    known = np.all(np.isfinite(back), axis=(-2, -1)) & whole[..., 0, 0]
    back = np.where(known[..., None, None], back, 0.0)
    norms = np.max(np.sum(np.abs(back), axis=-1), axis=-1) * np.max(np.sum(np.abs(safe), axis=-1), axis=-1)
    if not np.any(norms >= DIGITS):  # which is never less
        return np.where(known, norms, 0.0)
    both = np.abs(back) @ np.abs(safe)
    both = np.where(np.all(np.isfinite(both), axis=(-2, -1), keepdims=True), both, 0.0)
    return np.where(known, np.max(np.abs(np.linalg.eigvals(both)), axis=-1), 0.0)


def cofactors(x: Any) -> Any:
    """det(X)*inv(X).T, also where there is no inverse: of 2 or 3 rows the minors themselves, so that whole numbers
    stay whole; else from the singular value decomposition. NaN where an entry is not finite."""
    whole = np.all(np.isfinite(x), axis=(-2, -1), keepdims=True)
    return np.where(whole, _cofactors(np.where(whole, x, 0.0)), np.nan)


def _cofactors(x: Any) -> Any:
    if np.shape(x)[-2:] == (2, 2):
        return x[..., ::-1, ::-1] * SIGNS
    if np.shape(x)[-2:] == (3, 3):
        return np.cross(np.roll(x, -1, axis=-2), np.roll(x, -2, axis=-2))
    left, sizes, right = np.linalg.svd(x)
    sign = np.linalg.det(left) * np.linalg.det(right)
    others = prod_others(sizes, axis=-1)
    return sign[..., None, None] * ((left * others[..., None, :]) @ right)


def cofactors_toward(x: Any, t: Any) -> Any:
    """The derivative of the cofactors in the direction `t`, also where there is no inverse.

    With x = U S V the cofactors of S + h*(U.T t V.T) are known to first order, since S is diagonal: entry (i, i) takes
    the change of each other diagonal entry times the product of all but these two, entry (i, j) its own change at
    (j, i), with the other sign, times the product of all but S[i] and S[j].
    """
    if np.shape(x)[-1] == 2:  # the cofactors are linear, so whole numbers stay whole
        return t[..., ::-1, ::-1] * SIGNS
    if np.shape(x)[-1] == 3:  # and here they are products of two entries each
        a, b, s, r = (np.roll(one, place, axis=-2) for one in (x, t) for place in (-1, -2))
        return np.cross(s, b) + np.cross(a, r)
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
    found = np.where(np.isnan(x).any(axis=(-2, -1)), np.nan, np.linalg.det(x))[()]
    if np.shape(x)[-2:] not in ((2, 2), (3, 3)):
        return found
    # by the first row, so that of whole numbers it is a whole number; where products overflow, as the library has it
    expanded = np.sum(x[..., 0, :] * cofactors(x)[..., 0, :], axis=-1)
    return np.where(np.isfinite(expanded), expanded, found)[()]


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


def expm(x: Any) -> Any:
    """The exponential of matrices."""
    from scipy.linalg import expm as exponential

    if np.shape(x)[-1:] != np.shape(x)[-2:-1]:
        raise ValueError("no square matrices")
    return _where_finite(exponential, x)


def pinv(x: Any) -> Any:
    return _where_finite(np.linalg.pinv, x, turned=True)


def cholesky(x: Any) -> Any:
    """Of the symmetric part; NaN where that is not positive definite."""

    def each(safe: Any) -> Any:
        try:
            return np.linalg.cholesky(safe)
        except np.linalg.LinAlgError:
            return _each_matrix(np.linalg.cholesky, safe)

    return _where_finite(each, _symmetric(x))


def eigvalsh(x: Any) -> Any:
    """The eigenvalues of the symmetric part, the smallest first."""
    square = _symmetric(x)
    whole = np.all(np.isfinite(square), axis=(-2, -1), keepdims=True)
    return np.where(whole[..., 0], np.linalg.eigvalsh(np.where(whole, square, 0.0)), np.nan)


def eigh(x: Any) -> Any:
    """The eigenvectors of the symmetric part, as columns in the order of `eigvalsh`."""
    return _where_finite(lambda safe: np.linalg.eigh(safe)[1], _symmetric(x))


def _symmetric(x: Any) -> Any:
    if np.ndim(x) < 2 or np.shape(x)[-1] != np.shape(x)[-2]:
        raise ValueError("no square matrices")
    return 0.5 * (x + np.swapaxes(x, -1, -2))


def _where_finite(function: Any, x: Any, turned: bool = False) -> Any:
    """A function of each matrix of a stack; NaN for those with an entry that is not finite.

    turned: its results have the shape of the transposed matrices
    """
    if np.ndim(x) < 2:
        raise ValueError("no matrices")
    whole = np.all(np.isfinite(x), axis=(-2, -1), keepdims=True)
    if not np.size(x):
        return np.swapaxes(x, -1, -2).copy() if turned else np.array(x)
    return np.where(whole, function(np.where(whole, x, 0.0)), np.nan)


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
