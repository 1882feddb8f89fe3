"""Derivatives without calculus: differences of a function's values, for holding other derivatives against.

Imports nothing of bpcalc. Values are floats, or arrays that come with their own methods.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

STEPS = (1e-2, 1e-3, 1e-4, 1e-5)  # of the size of the input, the longest first: shorter ones where a kink is near
ENOUGH = 1e-10  # a relative error that no other step needs to better
BEND = 1e-6  # a kink turns the slope by more than this, relative to the slopes around it
ROUNDING = 1e-12  # and bends the values by more than this, relative to themselves


class Slope(NamedTuple):
    """A derivative in one direction, and about how far it may be off: infinitely, where there is none."""

    value: Any
    error: float


def largest(value: Any) -> float:
    """The largest size of an entry; NaN where one is NaN, 0 where there are none."""
    if not getattr(value, "shape", ()):
        return abs(float(value))
    return float(abs(value).max()) if value.size else 0.0


def slope(function: Callable[[Any], Any], x: Any, middle: Any, direction: Any, scale: float) -> Slope:
    """The derivative of a function at `x`, where its value is `middle`, in a direction, by the step that tells it best.

    scale  what its slopes in other directions are like: an error that is small beside it is small enough
    """
    best, size = Slope(middle, math.inf), largest(x)
    for length in dict.fromkeys(step * unit for unit in (size or 1.0, 1.0) for step in STEPS):
        found = _extrapolated(function, x, middle, direction, length, scale)
        if found.error < best.error:
            best = found
        if best.error <= ENOUGH * max(scale, largest(best.value)):
            break
    return best


def _extrapolated(
    function: Callable[[Any], Any], x: Any, middle: Any, direction: Any, length: float, scale: float
) -> Slope:
    """Central differences of a step, its half and its quarter, extrapolated to none at all (Richardson).

    They are off by c*h^2 + d*h^4 + …; each combination of two removes a power.
    """
    steps = (length, length / 2, length / 4)
    ahead = [function(x + step * direction) for step in steps]
    behind = [function(x - step * direction) for step in steps]
    long, half, quarter = ((a - b) / (2 * step) for step, a, b in zip(steps, ahead, behind, strict=True))
    first, second = (4 * half - long) / 3, (4 * quarter - half) / 3
    value = (16 * second - first) / 15
    error = largest(value - second)
    # a smooth function bends by the square of the step, one with a kink right here by the step itself
    wide, narrow = (abs(a - 2 * middle + b) for a, b in ((ahead[0], behind[0]), (ahead[2], behind[2])))
    bends = narrow > max(BEND * scale * steps[2], ROUNDING * largest(middle))
    kinked = bends & (narrow > 0.18 * wide)
    is_kinked = bool(kinked.any()) if getattr(kinked, "shape", ()) else bool(kinked)
    return Slope(value, math.inf if is_kinked or error != error else error)
