"""Enclosures of one gate over a range of one input, as narrow as they are: by bisection, and by where it rises.

The gate evaluated on a span gives an enclosure that may be too wide, for its formula may have the input more than once.
Over a part where its slope has one sign it goes from end to end; where it turns, over ever smaller parts, it hardly
moves.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from bpcalc.algebra.bounds.arithmetic import minus, plus, times
from bpcalc.algebra.bounds.spans import both, ends, hull, inf, is_unbounded, is_unknown, nan, span

PARTS = 64  # that are looked at
CLOSE = Fraction(1, 2**28)  # an excess that is not worth more, relative to what the gate goes through

Of = Callable[[Any], Any]


def enclosed(natural: Of, slope: Of | None, x: Any) -> Any:
    """All values of a function over the span `x`.

    natural  its enclosure over a span, or at a single number
    slope    an enclosure of its slope over a span; None where it has none everywhere
    """
    first, last = (natural(one) for one in ends(x))
    whole = _part(natural, slope, *ends(x), first, last)
    if is_unbounded(x) or is_unknown(first) or is_unknown(last) or whole.turns is False:
        return whole.found
    found = _bisected(natural, slope, [whole], [first, last])
    return nan if any(is_unknown(one) for one in found) else hull(*found)


class Part:
    """A part of the range, and what the function may be there.

    turns   whether it may rise and fall
    smooth  whether there is a bound on how steep it is
    """

    __slots__ = ("found", "hi", "lo", "smooth", "turns", "values")

    def __init__(
        self, lo: Any, hi: Any, values: tuple[Any, Any], found: Any, turns: bool = True, smooth: bool = False
    ) -> None:
        self.lo = lo
        self.hi = hi
        self.values = values
        self.found = found
        self.turns = turns
        self.smooth = smooth


def _part(natural: Of, slope: Of | None, lo: Any, hi: Any, first: Any, last: Any) -> Part:
    x, values = span(lo, hi), (first, last)
    steep = slope(x) if slope is not None else nan
    found: Any = None
    if not (is_unknown(steep) or is_unknown(first) or is_unknown(last)):
        least, most = ends(steep)
        if is_unbounded(steep):  # which may be a pole, where it jumps: then the function is not known all over
            found = natural(x)
        if (least >= 0 or most <= 0) and not (found is not None and is_unknown(found)):
            return Part(lo, hi, values, hull(first, last), turns=False)
    found = natural(x) if found is None else found
    if is_unknown(found) or is_unknown(steep) or is_unbounded(x) or is_unbounded(steep):
        return Part(lo, hi, values, found)
    middle = (lo + hi) / 2
    around = plus(natural(middle), times(steep, minus(x, middle)))
    return Part(lo, hi, values, both(found, around), smooth=True)


def _bisected(natural: Of, slope: Of | None, parts: list[Part], values: list[Any]) -> list[Any]:
    """The enclosures of parts that are cut where they go beyond what the function is known to reach."""
    done: list[Any] = []
    for _ in range(PARTS):
        low, high = min(ends(one)[1] for one in values), max(ends(one)[0] for one in values)
        spare = CLOSE * max(high - low, 0)
        parts, settled = [], [*parts]
        worst: Part | None = None
        beyond = Fraction(0)
        for part in settled:
            excess = _excess(part, low, high)
            if not part.turns or excess == 0 or (part.smooth and excess <= spare):
                done.append(part.found)
                continue
            parts.append(part)
            if worst is None or excess > beyond:
                worst, beyond = part, excess
        if worst is None:
            return done
        parts.remove(worst)
        middle = _short((worst.lo + worst.hi) / 2)
        if not worst.lo < middle < worst.hi:
            return [*done, *(part.found for part in parts), worst.found]
        at = natural(middle)
        if is_unknown(at):
            return [nan]
        values.append(at)
        parts += [
            _part(natural, slope, worst.lo, middle, worst.values[0], at),
            _part(natural, slope, middle, worst.hi, at, worst.values[1]),
        ]
    return [*done, *(part.found for part in parts)]


def _excess(part: Part, low: Any, high: Any) -> Any:
    if is_unknown(part.found):
        return inf
    lo, hi = ends(part.found)
    return max(low - lo, hi - high, Fraction(0))


def _short(x: Fraction) -> Fraction:
    """A number close by that has few digits."""
    return Fraction(float(x)) if abs(x) < 2**1000 else x
