"""The pipeline of `bpcalc grad --sweep`: the program is prepared once, then both passes run at each point."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Any, NamedTuple

from bpcalc.calculations.passes import prepare, run, warnings_of
from bpcalc.errors import BpcalcError, Source, did_you_mean
from bpcalc.gate import GRAD
from bpcalc.reading.parser import parse
from bpcalc.reports.names import Names
from bpcalc.reports.options import Options
from bpcalc.reports.sweep import Break, Sweep

POINTS = 121  # so that ranges of round numbers have round steps: -3 to 3 by 0.05
LEAST = 1e-290  # the width of any range
NARROW = 1e-7  # the width of a range, relative: below it slopes between its points would be rounding
SMOOTH = 1 / 50  # a defect that halving an interval makes smaller than this part of itself goes to 0
NEAR = 1e-10  # how well a break is located, relative to 1 or to its place
LEVEL = 1e-9  # a defect below this part of the slopes is rounding
NOISE = 1e-12  # and so is one below this part of the slope that the curve has as a whole
EPSILON = 2.0**-50  # of a value that a few operations have rounded
RANKS = ("pole", "end", "hole", "jump", "kink")  # of breaks at one place the first is told


class Sample(NamedTuple):
    """What both passes give at a point: the value, the slope along the range, and all gradients."""

    x: float
    value: float
    slope: float
    gradients: dict[str, float]


def sweep(source: Source, values: Mapping[str, Any], options: Options, name: str, low: float, high: float) -> Sweep:
    """The value and the gradients at points of a range of the input `name`; the other inputs stay where they are.

    Raises BpcalcError for a range that is none, an input that is none or has a value too, and where `calculate` does.
    """
    if not (math.isfinite(high - low) and low < high):
        if low < high and math.isfinite(low) and math.isfinite(high):
            raise BpcalcError(f"the range from {low:g} to {high:g} is longer than the largest double")
        raise BpcalcError(f"a range goes from a smaller number to a larger one, not from {low:g} to {high:g}")
    if high - low < max(NARROW * max(abs(low), abs(high)), LEAST):
        raise BpcalcError("the range is too narrow for the digits of a double", hint="take a wider one")
    if name in values:
        raise BpcalcError(f'"{name}" has a value and a range', hint=f"leave {name}=… out")
    program = parse(source, {**values, name: low})
    if name not in program.variables:
        known = [one for one in program.variables if one not in values]
        raise BpcalcError(f'the program has no variable "{name}"', hint=did_you_mean(name, known))
    wanted = options._replace(wrt=(*dict.fromkeys((name, *options.wrt)),) if options.wrt else ())
    at = _Points(source, values, wanted, name, low, prepares_each=GRAD in program.graph.kinds)
    with at.m.quiet():
        step = (high - low) / (POINTS - 1)
        xs = [*(_tidy(low + place * step, step) for place in range(POINTS - 1)), high]
        samples = [at(x) for x in xs]
        breaks = _breaks(samples, at)
    asked = options.wrt or samples[0].gradients
    return Sweep(
        name, at.names, xs, [one.value for one in samples],
        {one: [sample.gradients[one] for sample in samples] for one in asked if one in samples[0].gradients},
        breaks, tuple(one for one in at.wrt if one not in samples[0].gradients), at.remarks,
    )  # fmt: skip


def _tidy(x: float, step: float) -> float:
    """A point without what rounding adds: 0, not 4e-16."""
    digits = 12 - math.floor(math.log10(step))
    return round(x, digits) + 0.0 if digits < 300 else x


class _Points:
    """Both passes at a point of the range, on one graph.

    low            the first point
    prepares_each  whether the program has gradients inside, which are written out for a point
    """

    def __init__(
        self, source: Source, values: Mapping[str, Any], options: Options, name: str, low: float,
        prepares_each: bool,
    ) -> None:  # fmt: skip
        self.source, self.values, self.options, self.name = source, values, options, name
        self.prepares_each = prepares_each
        self.prepared: tuple[Any, Any] | None = None
        first = self._circuit(low)
        self.m = first.m
        if name not in first.wrt:
            hint = "it is a size of arrays or a label"
            raise BpcalcError(f'nothing can be differentiated by "{name}"', hint=hint)
        self.names = Names(first.program, first.output)
        self.wrt = [*first.wrt]
        told = warnings_of(first, self.names, {**values, name: low})
        self.remarks = tuple(one for one in told if one.kind not in ("kink", "edge", "nonfinite", "digits"))

    def _circuit(self, x: float) -> Any:
        values = {**self.values, self.name: x}
        if self.prepared is None or self.prepares_each:
            self.prepared = prepare(self.source, values, self.options)
        m, program = self.prepared
        with m.quiet():
            return run(m, program, values, self.options)

    def __call__(self, x: float) -> Sample:
        circuit = self._circuit(x)
        m = circuit.m
        found = {name: circuit.gradient(node) for name, node in circuit.wrt.items()}
        numbers = {name: float(one) for name, one in found.items() if not m.shape(one)}
        return Sample(x, float(circuit.values[circuit.output]), numbers[self.name], numbers)


# Breaks


def _breaks(samples: list[Sample], at: Callable[[float], Sample]) -> list[Break]:
    """Where the derivative does not exist: each interval is halved towards what does not get smaller with it."""
    known = [one for one in samples if math.isfinite(one.value)]
    least = 0.0
    if len(known) > 1:
        values = sorted(one.value for one in known)
        usual = values[len(values) * 9 // 10] - values[len(values) // 10]
        least = NOISE * usual / (samples[-1].x - samples[0].x)
    found: list[Break] = []
    for a, b in pairwise(samples):
        one = _between(a, b, at, least)
        if one is None:
            continue
        near = NEAR * 10 * max(1.0, abs(one.at))
        if found and abs(found[-1].at - one.at) <= near:
            kind = min(found[-1].kind, one.kind, key=RANKS.index)
            if kind == found[-1].kind == one.kind == "end":  # from both sides of a point
                kind = "pole" if math.isinf(a.value) else "hole"
            found[-1] = Break(found[-1].at, kind)
        else:
            found.append(one)
    return found


def _between(a: Sample, b: Sample, at: Callable[[float], Sample], least: float) -> Break | None:
    """The break between two points; None where the function is smooth there, or has no value at either.

    least  a defect that is too small to be one
    """
    known = math.isfinite(a.value), math.isfinite(b.value)
    if known == (False, False):
        return None
    size = max(abs(one.value) for one, is_known in zip((a, b), known, strict=True) if is_known)
    first = _defect(a, b)
    if all(known) and not first > LEVEL * (abs(a.slope) + abs(b.slope)) + least:
        return None
    while b.x - a.x > NEAR * max(1.0, abs(a.x)):
        middle = at((a.x + b.x) / 2)
        if all(known):
            if not math.isfinite(middle.value):
                return Break(_told(middle.x, a, b), "pole")
            left, right = _defect(a, middle), _defect(middle, b)
            if not max(left, right) > max(SMOOTH * first, least):
                return None
            a, b = (a, middle) if left >= right else (middle, b)
        else:
            a, b = (middle, b) if math.isfinite(middle.value) == known[0] else (a, middle)
    return Break(_told((a.x + b.x) / 2, a, b), _kind(a, b, size))


def _kind(a: Sample, b: Sample, size: float) -> str:
    """What the derivative is broken by between two points that are close together; `size`: of the values around."""
    known = [one for one in (a, b) if math.isfinite(one.value)]
    if max(abs(one.value) for one in known) > 1e5 * (1 + size):
        return "pole"
    if len(known) < 2:
        other = a if not math.isfinite(a.value) else b
        return "pole" if math.isinf(other.value) and abs(known[0].slope) > 1e12 * (1 + abs(known[0].value)) else "end"
    steep = max(abs(a.slope), abs(b.slope), 1e-6)
    return "jump" if abs(b.value - a.value) > 1e3 * steep * (b.x - a.x) else "kink"


def _defect(a: Sample, b: Sample) -> float:
    """How far a function is from one with a steady slope between two points; inf where the slopes are no numbers."""
    h = b.x - a.x
    beside = abs(b.value - a.value - (a.slope + b.slope) / 2 * h) - EPSILON * (abs(a.value) + abs(b.value))
    found = abs(b.slope - a.slope) + max(beside, 0.0) / h
    return found if math.isfinite(found) else 0.0


def _told(x: float, a: Sample, b: Sample) -> float:
    """The place of a break with no more digits than are known."""
    width = max(b.x - a.x, NEAR * max(1.0, abs(x)))
    return round(x, max(0, -math.ceil(math.log10(2 * width)))) + 0.0
