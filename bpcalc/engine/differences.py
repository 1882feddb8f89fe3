"""Derivatives without calculus: differences of a function's values, for holding other derivatives against.

Imports nothing of bpcalc. Values are floats, or arrays that come with their own methods.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

# Of the size of the input, the longest first: shorter ones where a kink is near. Powers of 2: x + step is exact.
STEPS = (2.0**-7, 2.0**-10, 2.0**-13, 2.0**-17)
FINE = (*STEPS, *(2.0**-power for power in range(20, 47, 3)))  # for functions that wiggle, or kinks that are very near
SHORTEST = 4 * sys.float_info.min
ENOUGH = 1e-9  # a relative error that no other step needs to better
NOISE = 1e-15  # what rounding does to values, relative to themselves
BEND = 1e-6  # a kink turns the slope by more than this, relative to the slopes around it
NEARING = tuple(2.0**-power for power in range(1, 13))  # steps towards a point, each half of the one before
TINY = 1e-10  # relative differences that are too small to fall on
ROUNDING = 1e-12  # and bends the values by more than this, relative to themselves


class Slope(NamedTuple):
    """A derivative in one direction, and about how far it may be off: infinitely, where there is none.

    steepest  the largest slope from the point to one of those that it was found from: 0 only where nothing moves
    """

    value: Any
    error: float
    steepest: float = 0.0


def largest(value: Any) -> float:
    """The largest size of an entry; NaN where one is NaN, 0 where there are none."""
    if not getattr(value, "shape", ()):
        return abs(float(value))
    return float(abs(value).max()) if value.size else 0.0


def slope(
    function: Callable[[Any], Any], x: Any, middle: Any, direction: Any, scale: float, steps: Sequence[float] = STEPS
) -> Slope:
    """The derivative of a function at `x`, where its value is `middle`, in a direction, by the step that tells it best.

    scale  what its slopes in other directions are like: an error that is small beside it is small enough
    """
    best, before = Slope(middle, math.inf), None
    for length in _lengths(x, steps):
        found = _extrapolated(function, x, middle, direction, length, scale)
        if before is not None:  # of several steps one may look good by chance: the one before must tell the same
            found = found._replace(error=max(found.error, _apart(found.value, before)))
        before = found.value
        if found.error < best.error:
            best = found
        if best.error <= ENOUGH * max(scale, largest(best.value)):
            break
    return best


def side(
    function: Callable[[Any], Any], x: Any, middle: Any, direction: Any, steps: Sequence[float] = FINE
) -> Slope:
    """The derivative of a function at `x` in a direction only, from values on that side."""
    best, before = Slope(middle, math.inf), None
    for length in _lengths(x, steps):
        ahead = [(function(x + step * direction) - middle) / step for step in (length, length / 2, length / 4)]
        first, second = 2 * ahead[1] - ahead[0], 2 * ahead[2] - ahead[1]
        value = (4 * second - first) / 3
        error = largest(second - first) + 8 * _noise(middle) / length
        if before is not None:
            error = max(error, _apart(value, before))
            if error < best.error:
                best = Slope(value, error)
            if best.error <= ENOUGH * largest(best.value):
                break
        before = value
    return best


def _lengths(x: Any, steps: Sequence[float]) -> Sequence[float]:
    """The steps that are tried at a point: for its own size, then for a size of 1."""
    size = 2.0 ** math.frexp(largest(x) or 1.0)[1]
    lengths = (step * unit for unit in (size, 1.0) for step in steps)
    # beside the smallest doubles a step of their size would be none at all
    return list(dict.fromkeys(length for length in lengths if length > SHORTEST))


class Approach(NamedTuple):
    """How a function nears another one at a point.

    falls    whether their difference falls as the power of the distance that was asked for, as far as it is no noise
    closest  their smallest difference, relative to their largest value
    """

    falls: bool
    closest: float


def approach(function: Callable[[Any], Any], other: Callable[[Any], Any], x: Any, power: int) -> Approach | None:
    """Does the difference of two functions of a number fall as (distance from x)^power, from both sides?

    None where there are no finite values on either side.
    """
    size, found = 2.0 ** math.frexp(largest(x) or 1.0)[1], []
    for way in (size, -size):
        offs = []
        for step in NEARING:
            value, near = function(x + way * step), other(x + way * step)
            if largest(value) < math.inf:
                offs.append((largest(value - near), largest(value) + largest(near)))
        if offs:
            scale = max(one for _, one in offs)
            found.append(Approach(_falls(offs, power), min(off for off, _ in offs) / scale if scale else 0.0))
    return Approach(all(one.falls for one in found), max(one.closest for one in found)) if found else None


def _falls(offs: Sequence[tuple[float, float]], power: int) -> bool:
    """Do differences (each with the size of what it is one of) fall with this power of the step, which is halved each
    time, until they are small, or to the last? The first steps may be too long for it."""
    factor, passed = 2 ** (power - 0.5), 0
    for (before, _), (off, scale) in pairwise(offs):
        passed = passed + 1 if off <= before / factor else 0
        if passed and off <= TINY * scale:
            return True
    return passed > 1 or offs[0][0] <= TINY * offs[0][1]


def _noise(*values: Any) -> float:
    return NOISE * max(map(largest, values)) + sys.float_info.min


def _apart(a: Any, b: Any) -> float:
    difference = largest(a - b)
    return difference if difference < math.inf else math.inf


def _extrapolated(
    function: Callable[[Any], Any], x: Any, middle: Any, direction: Any, length: float, scale: float
) -> Slope:
    """Central differences of a step, its half and its quarter, extrapolated to none at all (Richardson).

    They are off by c*h^2 + d*h^4 + …; each combination of two removes a power. Where only the first derivative is
    continuous, as that of x*abs(x) at 0, they are off by c*h + d*h^2 + …: what tells it better is taken.
    """
    steps = (length, length / 2, length / 4)
    ahead = [function(x + step * direction) for step in steps]
    behind = [function(x - step * direction) for step in steps]
    long, half, quarter = ((a - b) / (2 * step) for step, a, b in zip(steps, ahead, behind, strict=True))
    first, second = (4 * half - long) / 3, (4 * quarter - half) / 3
    value, error = (16 * second - first) / 15, largest(second - first)
    if error > ENOUGH * max(scale, largest(value)):
        first, second = 2 * half - long, 2 * quarter - half
        if largest(second - first) < error:
            value, error = (4 * second - first) / 3, largest(second - first)
    error += _noise(middle, ahead[0], behind[0]) / length
    # a smooth function bends by the square of the step, one with a kink right here by the step itself
    wide, narrow = (abs(a - 2 * middle + b) for a, b in ((ahead[0], behind[0]), (ahead[2], behind[2])))
    bends = narrow > max(BEND * scale * steps[2], ROUNDING * largest(middle))
    kinked = bends & (narrow > 0.18 * wide)
    is_kinked = bool(kinked.any()) if getattr(kinked, "shape", ()) else bool(kinked)
    steepest = max(largest(one - middle) for one in (*ahead, *behind)) / length
    return Slope(value, error if error < math.inf and not is_kinked else math.inf, steepest)
