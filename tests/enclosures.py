"""What the tests of `--bounds` hold enclosures against: mpmath at many digits, which shares nothing with Arb."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from typing import Any

import mpmath
import pytest
from mpmath import mpf
from reference import FORWARD, SCALARS, TAKEN_AS_CONSTANT, real

pytest.importorskip("flint")

from bpcalc.algebra.bounds.algebra import Intervals
from bpcalc.algebra.bounds.second import BoundedDuals
from bpcalc.algebra.bounds.spans import Span, ends, is_unknown
from bpcalc.algebra.duals import tangent_of
from bpcalc.engine.tangent import pusher
from bpcalc.gate import Gate

DIGITS = 120  # of the truth
STEP = mpf(10) ** -60  # of a difference, made with three times as many digits
OWN = mpf(10) ** -85  # relative error that the truth itself may have


def holds(raw: Any, right: Any) -> bool:
    """Does an enclosure, as `Intervals.raw` gives it, have a number of mpmath?"""
    if is_unknown(raw):
        return True
    with mpmath.workdps(2 * DIGITS):
        lo, hi = (_mpf(end) for end in ends(raw))
        spare = OWN * (1 + abs(right))
        return bool(lo - spare <= right <= hi + spare)


def _mpf(end: Any) -> Any:
    return mpf(end.numerator) / end.denominator if isinstance(end, Fraction) else mpf(end)


def width(raw: Any) -> Any:
    """Of an enclosure, relative to how large it is."""
    if not isinstance(raw, Span):
        return 0
    return float((raw.hi - raw.lo) / max(abs(raw.lo), abs(raw.hi)))


def truth(gate: Gate, inputs: Sequence[float]) -> Any:
    """The gate's value by mpmath; None where it has none."""
    with mpmath.workdps(DIGITS):
        return _number(TRUTH[gate.name], [mpf(x) for x in inputs])


def slope(gate: Gate, inputs: Sequence[float], place: int) -> Any:
    """Its slope along one input, by a difference; None where it has none."""
    with mpmath.workdps(3 * DIGITS):
        sides = []
        for way in (1, -1):
            xs = [mpf(x) for x in inputs]
            step = STEP * min(abs(xs[place]) or 1, 1)
            xs[place] += way * step
            sides.append(_number(TRUTH[gate.name], xs))
        return None if None in sides else (sides[0] - sides[1]) / (2 * step)


def _number(function: Callable[..., Any], xs: Sequence[Any]) -> Any:
    try:
        found = real(function(*xs))
    except (ZeroDivisionError, ValueError, OverflowError, ArithmeticError):
        return None
    return None if found is None or not mpmath.isfinite(found) else mpf(found)


def boxes(gate: Gate, count: int, seed: int) -> Iterator[list[tuple[float, float]]]:
    """Random boxes around the gate's samples: points, narrow ranges and wide ones, one input or all of them."""
    draw = random.Random(f"{gate.name}{seed}")
    for _ in range(count):
        sample = draw.choice(gate.samples)
        middle = [x + draw.uniform(-1, 1) * draw.choice((0, 1e-3, 0.3, 1.5)) * max(abs(x), 0.1) for x in sample]
        size = draw.choice((0.0, 1e-9, 1e-3, 0.2, 1.0, 4.0))
        only = draw.randrange(len(sample))
        box = []
        for place, x in enumerate(middle):
            half = size * draw.random() if place == only or draw.random() < 0.3 else 0.0
            is_order = gate.name == "polygamma" and place == 0
            box.append((sample[0], sample[0]) if is_order else (x - half, x + half))
        yield box


def inside(box: Sequence[tuple[float, float]], draw: random.Random) -> list[float]:
    """A point of the box: any, or one of its corners."""
    return [draw.choice((lo, hi, draw.uniform(lo, hi), draw.uniform(lo, hi))) for lo, hi in box]


def missed(gate: Gate, count: int, points: int, seed: int = 0) -> list[str]:
    """The points whose value or slope an enclosure of the gate does not have."""
    m, draw, found = Intervals(), random.Random(seed), []
    for box in boxes(gate, count, seed):
        xs = [m.between_ends(m.value(lo), m.value(hi)) for lo, hi in _typed(box)]
        y = m.function(gate)(*xs)
        rules = m.rules(gate, "torch")
        rules = rules(m, y, *xs) if callable(rules) else rules
        slopes = [rule(m, y, *xs) if callable(rule) else rule for rule in rules]
        for _ in range(points):
            point = inside(box, draw)
            right = truth(gate, point)
            if right is not None and not holds(m.raw(y), right):
                found.append(f"{gate.name}{point} in {box} is {right}, not in {y}")
            for place, local in enumerate(slopes):
                if local is None or (gate.name, place) in TAKEN_AS_CONSTANT:
                    continue
                right = slope(gate, point, place)
                if right is not None and not holds(m.raw(m.value(local)), right):
                    found.append(f"∂{gate.name}{point}/∂{place} in {box} is {right}, not in {m.value(local)}")
    return found


def bend(gate: Gate, inputs: Sequence[float], places: tuple[int, int]) -> Any:
    """Its second derivative along two inputs, by differences; None where it has none."""
    size = math.log10(max(map(abs, inputs)) + 1)
    with mpmath.workdps(3 * DIGITS + 3 * int(size)):
        total = mpf(0)
        steps = [STEP * min(abs(mpf(inputs[place])) or 1, 1) for place in places]
        for ways in ((1, 1), (1, -1), (-1, 1), (-1, -1)):
            xs = [mpf(x) for x in inputs]
            for place, way, step in zip(places, ways, steps, strict=True):
                xs[place] += way * step
            found = _number(TRUTH[gate.name], xs)
            if found is None:
                return None
            total += ways[0] * ways[1] * found
        found = total / (4 * steps[0] * steps[1])
        return None if abs(found) > 1 / max(steps) ** mpf("0.9") else found  # there it has a kink


def missed_bends(gate: Gate, count: int, points: int, seed: int = 0) -> list[str]:
    """The points whose second derivative an enclosure of the gate does not have."""
    m, draw, found = Intervals(), random.Random(seed), []
    duals = BoundedDuals(m, pusher)
    orders = {place for place in range(len(gate.parameters)) if (gate.name, place) in TAKEN_AS_CONSTANT}
    for box in boxes(gate, count, seed):
        xs = [m.between_ends(m.value(lo), m.value(hi)) for lo, hi in _typed(box)]
        for along in set(range(len(xs))) - orders:
            moved = [duals.dual(x, m.one) if place == along else x for place, x in enumerate(xs)]
            y = duals.function(gate)(*moved)
            rules = duals.rules(gate, "torch")
            rules = rules(duals, y, *moved) if callable(rules) else rules
            slopes = [rule(duals, y, *moved) if callable(rule) else rule for rule in rules]
            for _ in range(points):
                point = inside(box, draw)
                for place in set(range(len(xs))) - orders:
                    if slopes[place] is None or (right := bend(gate, point, (place, along))) is None:
                        continue
                    second = m.value(m.zero if (t := tangent_of(slopes[place])) is None else t)
                    if not holds(m.raw(second), right):
                        found.append(f"∂²{gate.name}{point}/∂{place}∂{along} in {box} is {right}, not in {second}")
    return found


def _typed(box: Sequence[tuple[float, float]]) -> list[tuple[Fraction, Fraction]]:
    return [(Fraction(lo), Fraction(hi)) for lo, hi in box]


# Its constants have more digits than doubles.
ALPHA, SCALE = "1.6732632423543772", "1.0507009873554805"  # the decimals that the gate has
TRUTH = {**FORWARD, "selu": lambda x: mpf(SCALE) * (x if x > 0 else mpf(ALPHA) * mpmath.expm1(x))}
GATES = [gate for name, gate in SCALARS.items() if name in FORWARD and gate.parameters]
