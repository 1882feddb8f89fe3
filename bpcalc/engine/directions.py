"""Directions of no pattern: what linear functions agree in there, they agree in everywhere."""

from __future__ import annotations

import math
from collections.abc import Sequence

from bpcalc.typed import Any

GOLDEN, SILVER = (math.sqrt(5) - 1) / 2, math.sqrt(2) - 1  # whose multiples have no pattern


def any_direction(run: Any, inputs: Sequence[int], start: float) -> dict[int, Any]:
    """A direction of no pattern, in which each entry of the inputs changes the output by about 1."""
    m, found = run.m, dict[int, Any]()
    for node in inputs:
        shape, gradient, count = m.shape(run.values[node]), run.gradients[node], math.prod(m.shape(run.values[node]))
        # no two entries have the same number
        place = m.reshape(m.arange(start, start + count, 1.0), shape=shape) if shape else start
        size = place * GOLDEN - m.floor(place * GOLDEN) + 0.5
        sign = m.where(place * SILVER - m.floor(place * SILVER) < 0.5, -1.0, 1.0)
        slope = 0.0 if gradient is None else abs(m.dense(gradient))
        found[node] = m.value(m.divide(size * sign, m.where(m.equal(slope, 0), 1.0, slope)))
        start += count
    return found
