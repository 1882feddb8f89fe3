"""How large a rate may be: L along the ray that the gradient points down."""

from __future__ import annotations

import math
from typing import Any

from bpcalc.calculations.descend.loss import At, Loss
from bpcalc.reports.descent import Bound

HALVINGS, DOUBLINGS = 2100, 60  # from the largest double to the smallest
GROWTH = 1.05  # from one rate to the next, on the way to one that does not fall
STRIDE = 1.25  # the same beyond the rate that was asked for
BEGIN = 2.0**-10  # of the smallest rate that may be too large
LOOKED = 32  # rates below the one that is found, for L may rise and fall again before
BISECTIONS = 40


def falling_rate(loss: Loss, at: At, value: float, gradient: At, tried: float) -> float | None:
    """The rate below which a step along the gradient still falls, as far as a search along the ray tells; inf where it
    falls at every rate. None where no rate falls: what is left of the slope is rounding, or the point is at a kink.

    tried  the rate that was asked for. The search begins far below it, and below where a parabola would rise again, so
           that it finds the first rise and not one behind it.
    """

    def falls(rate: float) -> bool:
        with loss.m.quiet():
            there = {name: x - rate * gradient[name] for name, x in at.items()}
        return loss.look(there)[0] < value

    bends = abs(loss.curvature(at, gradient))
    low = _first(falls, BEGIN * min(tried, 2 / bends if bends > 0 else tried))
    if low is None:
        return None
    high = low * GROWTH
    while falls(high):
        low, high = high, high * (GROWTH if high < tried else STRIDE)
        if high > tried * 2.0**DOUBLINGS:
            return math.inf
    for part in range(1, LOOKED):
        if not falls(rate := high * part / LOOKED):
            low, high = high * (part - 1) / LOOKED, rate
            break
    for _ in range(BISECTIONS):
        middle = (low + high) / 2
        low, high = (middle, high) if falls(middle) else (low, middle)
    return low


def bound(loss: Loss, at: At, value: float, gradient: At, tried: float) -> Bound | None:
    """The rates that fall, for the trace; nothing where there is no slope, or it is not finite."""
    norm = loss.norm(gradient)
    if not (norm and math.isfinite(norm) and math.isfinite(value)):
        return None
    bends = loss.curvature(at, gradient)
    return Bound(falling_rate(loss, at, value, gradient, tried), 2 / bends if bends > 0 else None)


def _first(falls: Any, tried: float) -> float | None:
    """A rate that falls: the one that was tried, or halved until it does."""
    for _ in range(HALVINGS):
        if falls(tried):
            return tried
        tried /= 2
    return None
