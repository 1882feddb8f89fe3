"""`--bounds`: both passes with numbers between bounds, each way that gates may go within them, part by part.

Where a condition may hold or not, or the largest of several may be another, a backward pass is made for each way, and
the gradients are whatever any of them is: the branches of one gate never add up. `--split` cuts the ranges into parts,
over which enclosures are narrower.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from itertools import product
from math import prod
from typing import Any

from bpcalc.algebra.duals import Duals
from bpcalc.algebra.protocol import Algebra
from bpcalc.calculations.passes import run
from bpcalc.engine.reverse import backpropagate
from bpcalc.engine.tangent import pusher
from bpcalc.errors import BpcalcError
from bpcalc.reading.program import Program
from bpcalc.reports.circuit import Circuit
from bpcalc.reports.options import Options

WAYS = 64  # combinations of ways that are looked at one by one
MOST_PARTS = 100_000


Further = Mapping[Any, Any]  # numbers that are found with the passes, by a key


def nothing(circuit: Circuit) -> Further:
    return {}


def enclosed(
    m: Algebra, program: Program, values: Mapping[str, Any], options: Options,
    further: Callable[[Circuit], Further] = nothing,
) -> tuple[Circuit, Further]:  # fmt: skip
    """Both passes over the whole box of the ranges, and what is found `further` with them: the hull over its parts."""
    numbers: Any = m.entries
    bound = {name: m.value(value) for name, value in values.items() if name in program.variables}
    found: tuple[Circuit, Further] | None = None
    for box in parts(m, bound, options.split):
        one = _every_way(m, numbers, program, {**values, **box}, options, further)
        found = one if found is None else _hull(m, found, one)
    assert found is not None
    return found


def duals(m: Any, convention: str) -> Duals:
    """Dual numbers over numbers between bounds, or over arrays of them: for second derivatives."""
    if m.shaped:
        from bpcalc.algebra.bounds.second_arrays import BoundedDualArrays

        return BoundedDualArrays(m, pusher, convention)
    from bpcalc.algebra.bounds.second import BoundedDuals

    return BoundedDuals(m, pusher, convention)


def _every_way(
    m: Algebra, numbers: Any, program: Program, values: Mapping[str, Any], options: Options,
    further: Callable[[Circuit], Further],
) -> tuple[Circuit, Further]:  # fmt: skip
    """The same over one box."""
    ways = numbers.ways
    ways.met, ways.chosen = {}, {}
    circuit = run(m, program, values, options, takes_parts=True)
    whole = circuit, further(circuit)
    met = dict(ways.met)
    if not met or prod(len(options) for options in met.values()) > WAYS:
        return whole
    found: tuple[Circuit, Further] | None = None
    try:
        for way in product(*(range(len(options)) for options in met.values())):
            ways.chosen = dict(zip(met, way, strict=True))
            gradients = backpropagate(
                m, program.graph, circuit.values, circuit.output, circuit.seed, circuit.needed, options.convention
            )
            taken = circuit._replace(gradients=gradients)
            one = taken, further(taken)
            found = one if found is None else _hull(m, found, one)
    finally:
        ways.chosen = {}
        ways.met = met
    return found or whole


def _hull(m: Any, one: tuple[Circuit, Further], other: tuple[Circuit, Further]) -> tuple[Circuit, Further]:
    """Whatever is in either of two runs of the same program."""
    (a, beside), (b, by_key) = one, other
    values = [x if y is None or x is y else m.hull(x, y) for x, y in zip(a.values, b.values, strict=True)]
    gradients: list[Any] = []
    for node, (x, y) in enumerate(zip(a.gradients, b.gradients, strict=True)):
        if x is None and y is None:
            gradients.append(None)
        else:
            still = m.zero_like(values[node])
            gradients.append(m.hull(*(still if one is None else m.dense(one) for one in (x, y))))
    whole = a._replace(values=values, gradients=gradients)
    pairs = ((key, beside.get(key), by_key.get(key)) for key in {**beside, **by_key})
    return whole, {key: m.hull(*_both(m, x, y)) for key, x, y in pairs}


def _both(m: Any, x: Any, y: Any) -> tuple[Any, Any]:
    """Two numbers or arrays, of which one may have nothing flow: then it is 0."""
    x, y = (None if one is None else m.dense(one) for one in (x, y))
    return (m.zero_like(y) if x is None else x), (m.zero_like(x) if y is None else y)


def parts(m: Any, bound: Mapping[str, Any], count: int) -> Iterator[dict[str, Any]]:
    """The box of the ranges, cut into so many parts: always the largest across its widest range, as this was given."""
    if count <= 1:
        yield {}
        return
    if count > MOST_PARTS:
        raise BpcalcError(f"--split takes up to {MOST_PARTS:,} parts")
    numbers = m.entries
    ranges = {
        (name, place): found
        for name, value in bound.items()
        for place in m.places(m.shape(value))
        if (found := numbers.range_of(m.entry(value, place))) is not None
    }
    endless = next((name for (name, _), pair in ranges.items() if any(isinstance(one, float) for one in pair)), None)
    if endless:
        raise BpcalcError(f'the range of "{endless}" has no end, so --split cannot cut it')
    if not ranges:
        raise BpcalcError("--split cuts ranges, and no value is one", hint="a range is x=[4.7..5.3]")
    boxes: list[tuple[dict[Any, int], dict[Any, tuple[Fraction, Fraction]]]] = [(dict.fromkeys(ranges, 0), ranges)]
    for step in range(count - 1):  # first in, first cut: so all parts are about as large
        cuts, box = boxes[step]
        widest = min(cuts, key=lambda one: cuts[one])
        lo, hi = box[widest]
        more, middle = {**cuts, widest: cuts[widest] + 1}, (lo + hi) / 2
        boxes += [(more, {**box, widest: (lo, middle)}), (more, {**box, widest: (middle, hi)})]
    for _, box in boxes[count - 1 :]:
        yield {name: _narrowed(m, name, value, box) for name, value in bound.items()}


def _narrowed(m: Any, name: str, value: Any, box: Mapping[Any, tuple[Fraction, Fraction]]) -> Any:
    """The value of a variable in a part of the box."""
    numbers = m.entries
    if not m.shape(value):
        return numbers.between_ends(*map(numbers.wrapped, box[name, ()])) if (name, ()) in box else value
    found = value.copy()
    for (other, place), (lo, hi) in box.items():
        if other == name:
            found[place] = numbers.between_ends(numbers.wrapped(lo), numbers.wrapped(hi))
    return found
