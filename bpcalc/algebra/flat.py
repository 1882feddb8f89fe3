"""Many numbers and arrays as one vector, and what is done with it in descents: the steps of Newton's method and of
L-BFGS.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

SINGULAR = 1e-12  # an eigenvalue below this part of the largest tells no length of a step
PAIRS = 10  # of a step and its change of the gradient that L-BFGS keeps, as SciPy does by default


def flat(values: Sequence[Any]) -> Any:
    """The entries of numbers and arrays one after the other, as one vector."""
    return np.concatenate([np.ravel(np.asarray(value, dtype=float)) for value in values])


def parted(vector: Any, shapes: Sequence[tuple[int, ...]]) -> list[Any]:
    """A vector as numbers and arrays of these shapes, which share no memory with it."""
    found, start = [], 0
    for shape in shapes:
        size = math.prod(shape)
        part = vector[start : start + size]
        found.append(np.array(part).reshape(shape) if shape else float(part[0]))
        start += size
    return found


def newton_step(matrix: Any, gradient: Any) -> tuple[Any, bool]:
    """The step to where a second-order model has no slope, and whether the Hessian is positive definite.

    Where it is not, its eigenvalues are taken without their signs, so that the step goes down; along what is flat it
    is the gradient's own.
    """
    with np.errstate(all="ignore"):
        signed, directions = np.linalg.eigh(matrix)
        sizes = np.abs(signed)
        is_told = sizes > SINGULAR * np.max(sizes)
        if np.all(is_told & (signed > 0)):
            return np.linalg.solve(matrix, -gradient), True
        sizes = np.where(is_told, sizes, 1.0)
        return -directions @ ((directions.T @ gradient) / sizes), False


def are_finite(*numbers: Any) -> bool:
    """Are all entries of all of these finite?"""
    return all(bool(np.all(np.isfinite(one))) for one in numbers)


class Curvature(NamedTuple):
    """The signs of a Hessian's eigenvalues at a point.

    is_singular  whether one of them is 0, or as good as that
    is_steady    whether they are sure to be the signs where the gradient is 0 too
    """

    up: int
    down: int
    is_singular: bool
    is_steady: bool


def curvature(matrix: Any, beside: Any) -> Curvature:
    """What a Hessian tells of the point without slope that is near.

    beside  the Hessian one step of Newton's method further on: only if it differs by less than the smallest of the
            eigenvalues are their signs those of that point (Kantorovich)
    """
    if not are_finite(matrix, beside):
        return Curvature(0, 0, is_singular=False, is_steady=False)
    found = np.linalg.eigvalsh(matrix)
    least, change = float(np.min(np.abs(found))), float(np.linalg.norm(beside - matrix, 2))
    is_singular = not least > SINGULAR * float(np.max(np.abs(found)))
    return Curvature(int(np.sum(found > 0)), int(np.sum(found < 0)), is_singular, change <= least / 4)


def lbfgs(
    loss: Callable[[Any], tuple[float, Any]], start: Any, steps: int, evaluations: int, visit: Callable[[Any], bool]
) -> str:
    """SciPy's L-BFGS-B without bounds, from a vector; what it says of how it ended.

    loss         the value and the gradient at a vector
    evaluations  how many of them it may ask for
    visit        is told the point after each step, and whether it wants no more
    """
    from scipy.optimize import minimize

    def seen(intermediate_result: Any) -> None:
        if visit(np.array(intermediate_result.x)):
            raise StopIteration

    with np.errstate(all="ignore"):
        found = minimize(
            loss, start, jac=True, method="L-BFGS-B", callback=seen,
            options={"maxiter": steps, "maxfun": evaluations, "maxcor": PAIRS, "ftol": 0.0, "gtol": 0.0},
        )  # fmt: skip
    return str(found.message)
