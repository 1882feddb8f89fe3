"""One derivative by backprop and by independent ways: what they say of each other.

The thresholds are CS231n's ("Neural Networks Part 3", gradient checks): a relative error above 1e-2 is a mistake most
probably, 1e-4 is fine for a function with kinks, 1e-7 and less makes one happy.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import NamedTuple

from bpcalc.calculations.check.ways import Line
from bpcalc.engine.differences import FINE as FINE_STEPS
from bpcalc.engine.differences import Slope
from bpcalc.reports.check import AGREES, DIFFERS, KINK, UNDECIDED

FINE, WRONG = 1e-4, 1e-2
NOISE = 1e-10  # of output/input: slopes that are smaller may be what rounding leaves
LEAST = 1e-280  # there doubles end
SHORT_STEPS = FINE_STEPS[4:]
SURE = 1e-3  # a difference tells something where its own error is at most this, relative


class Verdict(NamedTuple):
    """What is found, and why. `ways`: those that were tried, None where they have no answer."""

    verdict: str
    relative_error: float | None
    message: str
    ways: Mapping[str, float | None]


def relative(a: float, b: float) -> float:
    """CS231n's relative error: |a - b|/max(|a|, |b|); 0 where they are equal."""
    return 0.0 if a == b else abs(a - b) / max(abs(a), abs(b))


def judge(
    backprop: float, line: Line, ways: dict[str, float | None], there: tuple[float, float] | None,
    is_held: bool,
) -> Verdict:  # fmt: skip
    """What independent ways say of one number of backprop.

    line     the output along the direction of the derivative
    ways     the other ways' numbers, to which that of the differences is added
    there    the derivatives to both sides, where a gate is at its kink
    is_held  whether stop_gradient holds a part of the gradient back
    """
    floor = max(NOISE * max(abs(line.middle) / (line.start or 1.0), line.steepness), LEAST)
    if there is not None:
        found = _at_kink(backprop, line, there, ways, floor)
        if found is not None:
            return found
    if not math.isfinite(line.middle):
        return Verdict(UNDECIDED, None, "the output is not finite here", {**ways, "differences": None})
    central = _central(backprop, line, floor)
    largest = max(abs(one) for one in (central.value, backprop, 0.0) if math.isfinite(one))
    is_sure = central.error < math.inf and central.error <= max(SURE * largest, floor)
    ways = {"differences": central.value if central.error < math.inf else None, **ways}
    if not math.isfinite(backprop):
        return _infinite(backprop, line, central if is_sure else None, ways, floor)
    errors = {way: _off(backprop, value, floor) for way, value in ways.items() if value is not None}
    larger = max(abs(backprop), abs(central.value))
    if "differences" in errors and larger <= 4 * central.error <= floor:
        errors["differences"] = 0.0  # both are 0, but for rounding
    if not is_sure or (errors["differences"] > FINE and larger <= line.lost):
        errors.pop("differences", None)
    independent = [way for way in ("digits", "complex_step", "differences") if way in errors]
    error = max(errors.values(), default=None)
    if not independent:
        return _one_sided(backprop, line, ways, floor)
    best = errors[independent[0]]
    if best <= FINE:
        message = ""
        off = ways["differences"] is not None and _off(backprop, central.value, floor) > FINE
        if off and independent[0] != "differences":
            message = f"differences cannot resolve this function here; {_said(independent[0])} agree"
            error = max(value for way, value in errors.items() if way != "differences")
        return Verdict(AGREES, error, message, ways)
    if best <= WRONG:
        return Verdict(UNDECIDED, error, "close, but not close enough to be rounding", ways)
    held = "stop_gradient holds back a part that the function has" if is_held else ""
    return Verdict(DIFFERS, error, held or f"{_said(independent[0])} give another derivative", ways)


def _central(backprop: float, line: Line, floor: float) -> Slope:
    """By differences; where they say otherwise than backprop, with the shortest steps first: a function may wiggle
    between the points of long ones."""
    scale = max(abs(backprop), floor) if math.isfinite(backprop) else floor
    central = line.central(scale, FINE_STEPS)
    if math.isfinite(backprop) and _off(backprop, central.value, floor) > FINE:
        short = line.central(scale, SHORT_STEPS)
        if short.error <= SURE * abs(short.value) and _off(backprop, short.value, floor) <= FINE:
            return short
    return central


def _said(way: str) -> str:
    return {"digits": "30 digits", "complex_step": "complex steps", "differences": "differences"}[way]


def _off(a: float, b: float, floor: float) -> float:
    return 0.0 if abs(a - b) <= floor * 1e-3 else relative(a, b) if max(abs(a), abs(b)) > floor else 0.0


def _infinite(
    backprop: float, line: Line, central: Slope | None, ways: dict[str, float | None], floor: float
) -> Verdict:
    """Of a gradient that is NaN or infinite. central: the slope by differences, where these are sure of it."""
    sides = line.sides()
    left, right = (side.value for side in sides)
    is_bent = all(_is_sure(side, floor) for side in sides) and _off(left, right, floor) > WRONG
    if central is None or is_bent:
        ways = {**ways, "complex_step": None}
    if is_bent:  # what differences say there is the middle of both sides, which is no derivative
        ways |= {"differences": None, "digits": None}
    elif central is not None and math.isfinite(central.value):
        return Verdict(DIFFERS, None, "backprop is not finite, the function has a derivative here", ways)
    what = "NaN" if backprop != backprop else "infinite"
    why = "there is no difference to hold it against"
    if is_bent:
        why = f"the function has none here, {_told(left, right)}"
    return Verdict(UNDECIDED, None, f"the gradient is {what}: {why}", ways)


def _is_sure(side: Slope, floor: float) -> bool:
    return side.error <= SURE * abs(side.value) or side.error <= floor


def _told(left: float, right: float) -> str:
    return f"from the left {_slope(left)}, from the right {_slope(right)}"


def _at_kink(
    backprop: float, line: Line, ruled: tuple[float, float], ways: Mapping[str, float | None], floor: float
) -> Verdict | None:
    """At a kink the set of subgradients is judged; None where the function has a derivative, as backprop says."""
    sides = tuple(
        found.value if _is_sure(found, floor) else rule
        for found, rule in zip(line.sides(), ruled, strict=True)
    )
    left, right = (side + 0.0 for side in sides)  # no -0
    none = dict.fromkeys(("differences", *ways))
    if relative(left, right) <= FINE or max(abs(left), abs(right)) <= floor:
        return None  # the parts have kinks, the whole has none
    low, high = min(left, right), max(left, right)
    told = _told(left, right)
    slack = FINE * max((abs(side) for side in sides if math.isfinite(side)), default=0.0)
    if low - slack <= backprop <= high + slack:
        is_side = any(abs(backprop - one) <= slack for one in sides if math.isfinite(one))
        between = "" if is_side or not math.isfinite(high - low) else ", backprop is between"
        return Verdict(KINK, 0.0, f"no derivative here: {told}{between}", none)
    if backprop != backprop or any(map(math.isnan, sides)):
        return Verdict(UNDECIDED, None, f"no derivative here: {told}", none)
    error = min(relative(backprop, side) for side in sides)
    return Verdict(DIFFERS, error, f"no derivative here: {told}; backprop is neither nor between", none)


def _slope(side: float) -> str:
    return f"{side:.6g}" if math.isfinite(side) else "NaN" if side != side else "infinite (a jump, or a steep end)"


def _one_sided(backprop: float, line: Line, ways: dict[str, float | None], floor: float) -> Verdict:
    """Where no central difference tells anything: a kink may be nearer than the shortest step."""
    found = [side for side in line.sides() if _is_sure(side, floor)]
    errors = [_off(backprop, side.value, floor) for side in found]
    if errors and min(errors) <= FINE:
        return Verdict(AGREES, min(errors), "a kink is nearer than a step: judged from one side", ways)
    if len(errors) == 2 and min(errors) > WRONG:
        return Verdict(DIFFERS, min(errors), "differences from neither side agree", ways)
    return Verdict(UNDECIDED, None, "differences give no answer here", ways)
