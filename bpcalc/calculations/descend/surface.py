"""L over the rectangle that the paths of two numbers lie in, for a picture."""

from __future__ import annotations

import math
from collections.abc import Sequence

from bpcalc.calculations.descend.loss import Loss
from bpcalc.reports.descent import Descent, Surface, numbers

POINTS = 101  # to a side
MARGIN = 0.25  # around the paths, of their extent
SAME = 4.0  # times as long the longer side may be to have the scale of the other
FAR = 20.0  # times as far from the start as the middle half of a path reaches: what lies further is not drawn


def surface(loss: Loss, descents: Sequence[Descent]) -> Surface | None:
    """The values on a grid around the paths; None unless exactly two numbers move."""
    from bpcalc.algebra.flat import flat, parted

    begin = loss.begin()
    labels = [name for name, _ in numbers(begin)] if sum(map(_count, begin.values())) == 2 else []
    if len(labels) != 2:
        return None
    paths = [[[number for _, number in numbers(point.at)] for point in one.path] for one in descents]
    spans = [_span([point[axis] for path in paths for point in path]) for axis in (0, 1)]
    longest = max(high - low for low, high in spans)
    if all(SAME * (high - low) > longest for low, high in spans):  # one scale, on which steps are square to contours
        spans = [(low - (longest - high + low) / 2, high + (longest - high + low) / 2) for low, high in spans]
    xs, ys = ([low + (high - low) * k / (POINTS - 1) for k in range(POINTS)] for low, high in spans)
    shapes = [loss.m.shape(one) for one in begin.values()]
    values = [
        [loss.sign * loss.look(dict(zip(begin, parted(flat([x, y]), shapes), strict=True)))[0] for x in xs]
        for y in ys
    ]  # fmt: skip
    return Surface((labels[0], labels[1]), xs, ys, values)


def _count(value: object) -> int:
    return math.prod(getattr(value, "shape", ()))


def _span(values: Sequence[float]) -> tuple[float, float]:
    """The range of a coordinate with some room. What flies off is left out."""
    known = sorted(value for value in values if math.isfinite(value))
    first, third = known[len(known) // 4], known[len(known) * 3 // 4]
    start, reach = values[0], max(third - first, abs(third - values[0]), abs(first - values[0]))
    if reach:
        known = [value for value in known if abs(value - start) <= FAR * reach]
    low, high = known[0], known[-1]
    room = (high - low) * MARGIN or max(abs(low) * MARGIN, 1.0)
    return low - room, high + room
