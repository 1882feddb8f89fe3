"""Comparisons, choices and jumps: all are decided by the first term that tells, on the one side of the point."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Sequence
from itertools import count
from math import isfinite
from typing import Any

from bpcalc.algebra.floats import FLOATS
from bpcalc.algebra.series.asking import Rule, copied, leading
from bpcalc.algebra.series.node import START, Need, NoSeriesError, Series, UndecidedError, ZerosError
from bpcalc.gate import COMPARISON, Gate
from bpcalc.gates import GATES

COMPARISONS = frozenset(gate for gate in GATES.values() if gate.infix and gate.infix[1] == COMPARISON)
GREATER_EQUAL, LESS_EQUAL = GATES["greater_equal"], GATES["less_equal"]
STEPS = tuple(2.0**-power for power in (16, 22, 28))  # towards the point, to see whether a gate jumps there
ALIKE, SMALL = 1e-3, 1e-9  # relative differences of what counts as the same jump, and as none


def compared(m: Any, y: Series, gate: Gate, a: Series, b: Series) -> Rule:
    """1 or 0: a comparison is decided by the first term in which its sides differ."""
    difference = m.subtract(a, b)
    first = yield from leading(m, difference)
    yield 0
    if first is None:
        yield m.real.function(gate)(0, 0)
        return
    m.sided = m.sided or first != 0
    values = {value for value, _ in m.numbers(difference[first])}
    if len(values) == 1:  # whatever other variables are
        yield int(FLOATS.function(gate)(values.pop(), 0))
    elif first == 0:
        yield Need(a, 0)
        yield Need(b, 0)
        yield m.real.function(gate)(a[0], b[0])
    else:
        yield m.real.function(gate)(difference[first], 0)


def chosen(m: Any, y: Series, gate: Gate, condition: Series, a: Series, b: Series) -> Rule:
    """where(condition, a, b): one of them, or one of each coefficient where other variables tell which."""
    yield Need(condition, 0)
    if condition[0] == 0 or m.rational(condition[0]) is not None or condition.start < 0:
        first = yield from leading(m, condition)
        yield from copied(b if first is None else a)
        return
    yield Need(a, START)
    yield Need(b, START)
    yield min(a.start, b.start)
    for k in count(y.start):
        if a.is_whole and b.is_whole and k >= max(a.end, b.end):
            return
        yield Need(a, k)
        yield Need(b, k)
        yield m.real.where(condition[0], a[k], b[k])


def extreme(m: Any, y: Series, gate: Gate, a: Series, b: Series) -> Rule:
    """The larger or the smaller one. If they are alike as far as one looks, it does not matter which."""
    condition = m.call(GREATER_EQUAL if gate.name == "max" else LESS_EQUAL, a, b)
    try:
        yield Need(condition, 0)
    except ZerosError:
        yield from copied(a)
        return
    either = m.where(condition, a, b)
    yield Need(either, START)
    yield either.start
    for k in count(either.start):
        if either.is_whole and k >= either.end:
            return
        yield Need(either, k)
        is_start = k == 0 and m.rational(condition[0]) is None
        yield m.real.function(gate)(a[0], b[0]) if is_start else either[k]


def beyond(m: Any, gate: Gate, start: Any, xs: tuple[Series, ...]) -> Generator[Need, Any, Any]:
    """The value of a gate that jumps, just beyond the point."""
    values = [value for value, _ in m.numbers(start)]
    inputs = list(zip(*[[value for value, _ in m.numbers(x[0])] for x in xs], strict=True))

    def is_touched(points: Iterable[Sequence[float]]) -> bool:
        return any(gate.kink.touched(FLOATS, y, *one) for y, one in zip(values, points, strict=True))  # type: ignore[union-attr]

    if not is_touched(inputs):
        if is_touched(zip(*[[_whole(*one) for one in m.numbers(x[0])] for x in xs], strict=True)):
            raise UndecidedError(f"it cannot be told whether {gate.name} jumps there")
        return start
    departures = []
    for x in xs:
        departures.append((yield from leading(m, x, 1)))
    first = min((one for one in departures if one is not None), default=None)
    if first is None:
        return start
    m.sided = True
    moves = [x[first] for x in xs]
    known = [float(number) for number in map(m.rational, moves) if number is not None]
    if len(known) == len(moves):  # so other variables do not tell
        found = gate.kink.limit(FLOATS, values[0], inputs[0], known)  # type: ignore[union-attr]
        if found in (values[0], -values[0]):
            return start if found == values[0] else m.real.negate(start)
    if gate.name == "sign":
        return m.real.sign(moves[0])
    here = [m.lifted(x[0]) for x in xs]
    return gate.kink.limit(m.real, m.lifted(start), here, list(map(m.lifted, moves)))  # type: ignore[union-attr]


def _whole(value: float, noise: float) -> float:
    """The whole number that a value may be but for rounding, if any."""
    return float(round(value)) if isfinite(value) and abs(value - round(value)) <= noise else value


def unbroken(m: Any, gate: Gate, start: Any, xs: tuple[Series, ...]) -> Rule:
    """Raises NoSeriesError where the gate's value on this side of the point does not tend to that at the point."""
    try:
        for x in xs:
            yield from leading(m, x, 1)
    except NoSeriesError:
        return
    here = next((place for place, (value, _) in enumerate(m.numbers(start)) if isfinite(value)), None)
    if here is None:
        return
    value = m.numbers(start)[here][0]
    terms = [[m.numbers(x[k])[here][0] for k in range(x.end)] for x in xs]
    scale = max([1.0, *(abs(one[0]) for one in terms if one)])

    def jump(side: int) -> bool:
        offs = []
        for step in STEPS:
            h = side * step * scale
            at = [sum(one * h**k for k, one in enumerate(series)) for series in terms]
            offs.append(float(FLOATS.function(gate)(*at)) - value)
        *_, before, last = map(abs, offs)
        return bool(abs(before - last) <= ALIKE * last and last > SMALL * (1 + abs(value)))

    if jump(-1):
        m.sided = True
    if jump(1):
        raise NoSeriesError(f"{gate.name} jumps there")
