"""Normal samples of correlated numbers, and what is made of them."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

CHUNK = 65_536  # samples at a time


class Summary(NamedTuple):
    """Of the finite ones among samples. lost: how many are not; low, high: where the middle 95 % lie."""

    lost: int
    mean: float
    deviation: float
    low: float
    high: float


def least_eigenvalue(matrix: Sequence[Sequence[float]]) -> float:
    """Of a symmetric matrix."""
    return float(np.linalg.eigvalsh(np.array(matrix))[0])


def entries(uncertain: Any) -> Iterator[tuple[tuple[int, ...], float, float]]:
    """The places of an array of uncertain numbers that are not exact: each with its value and its uncertainty."""
    for place in np.ndindex(*uncertain.shape):
        if uncertain.uncertainty[place]:
            yield place, float(uncertain[place]), float(uncertain.uncertainty[place])


def sampled(
    function: Callable[[Any], Any], means: Sequence[float], deviations: Sequence[float],
    correlations: Sequence[Sequence[float]], count: int, seed: int,
) -> Summary:
    """What a function of rows of normal samples is: `function` takes a matrix, a row a sample."""
    random = np.random.default_rng(seed)
    sizes, vectors = np.linalg.eigh(np.array(correlations))
    root = vectors * np.sqrt(np.maximum(sizes, 0.0))
    found = np.empty(count)
    for start in range(0, count, CHUNK):
        size = min(CHUNK, count - start)
        draws = np.array(means) + np.array(deviations) * (random.standard_normal((size, len(means))) @ root.T)
        found[start : start + size] = function(draws)
    kept = found[np.isfinite(found)]
    if len(kept) < 2:
        return Summary(count - len(kept), *[math.nan] * 4)
    low, high = map(float, np.quantile(kept, (0.025, 0.975)))
    return Summary(count - len(kept), float(np.mean(kept)), float(np.std(kept, ddof=1)), low, high)
