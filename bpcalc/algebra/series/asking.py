"""What the rules of series ask of a series before they go on."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from itertools import count
from math import isfinite
from typing import Any

from bpcalc.algebra.floats import FLOATS
from bpcalc.algebra.series.node import START, Need, NoSeriesError, OutsideError, Series, UndecidedError, ZerosError
from bpcalc.gate import Gate

UNSTEADY = 1e-3  # a larger change, relative, that comes of rounding alone leaves nothing to go by
Rule = Iterator[Any]
Leading = Generator[Need, Any, int | None]


def leading(m: Any, x: Series, start: int = START) -> Leading:
    """The exponent of the first coefficient (from `start` on) that is not 0; None for 0 itself."""
    yield Need(x, START)
    low = max(x.start, start)
    for k in range(low, low + m.looked_at):
        yield Need(x, k)
        if x.is_whole and k >= x.end:
            return None
        if x[k] != 0:
            if any(abs(value) <= noise for value, noise in m.numbers(x[k])):
                raise UndecidedError("it cannot be told whether a coefficient is 0")
            return k
    raise ZerosError(f"{m.looked_at} coefficients are 0, and it cannot be told whether all are")


def regular(x: Series, gate: Gate) -> Rule:
    """Raises UndecidedError where a gate would take a series with negative exponents."""
    yield Need(x, 0)
    if any(x[k] != 0 for k in range(x.start, 0)):
        raise UndecidedError(f"{gate.name} takes what grows beyond all bounds")


def is_endless(m: Any, value: Any) -> bool:
    """Is a coefficient infinite or NaN for all values of other variables?"""
    return not any(isfinite(number) for number, _ in m.numbers(value))


def is_steady(m: Any, gate: Gate, xs: Sequence[Series]) -> bool:
    """Does rounding alone not move a gate? It does tan(acos(0)), which is at a pole, and its double is not."""
    function, inputs = FLOATS.function(gate), [m.numbers(x[0]) for x in xs]
    for point in zip(*inputs, strict=True):
        if any(noise for _, noise in point):
            low, high = (function(*(x + side * noise for x, noise in point)) for side in (-1, 1))
            if isfinite(low) and isfinite(high) and abs(high - low) > UNSTEADY * (1 + abs(high + low)):
                return False
    return True


def finite(m: Any, value: Any, gate: Gate) -> None:
    """Raises NoSeriesError where a value is infinite or NaN for all values of other variables."""
    found = [number for number, _ in m.numbers(value)]
    if not any(map(isfinite, found)):
        is_nan = all(number != number for number in found)
        raise (OutsideError if is_nan else NoSeriesError)(f"{gate.name} is {'NaN' if is_nan else 'infinite'} there")


def copied(x: Series, start: int | None = None) -> Rule:
    """The series x; from the exponent `start` on."""
    yield Need(x, START)
    if start is None:
        yield x.start
    for k in count(x.start if start is None else start):
        if x.is_whole and k >= x.end:
            return
        yield Need(x, k)
        yield x[k]
