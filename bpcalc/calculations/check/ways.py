"""The ways to a derivative in one direction that know nothing of the backward pass. None where a way does not apply."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from bpcalc.calculations.check.moving import Moving, total
from bpcalc.calculations.check.rounding import LARGE, quietly, sharp
from bpcalc.engine.differences import Slope, largest, side, slope
from bpcalc.engine.forward import forward
from bpcalc.engine.onesided import directional
from bpcalc.engine.tangent import tangents
from bpcalc.errors import BpcalcError, Source
from bpcalc.reports.circuit import Circuit

Direction = Mapping[int, Any]
LOST = 1e-14  # of the largest number on the way
TINY = 1e-250  # values below are too small for a complex step
SETTLED = 1e-9  # relative: how closely differences at two steps must agree
CLOSE = 1e-9  # how closely the real part of a complex value must be the value


class Line:
    """The output along a line through the point: a function of one number, 0 at the point."""

    def __init__(self, circuit: Circuit, direction: Direction, moving: Moving | None = None) -> None:
        self.circuit = circuit
        self.direction = direction
        self.moving = moving or along(circuit, direction)
        self.middle = float(total(circuit.m, circuit.seed, circuit.values[circuit.output]))
        # steps are taken of the size of what moves, so that x + step is exact for one number
        self.start = max((largest(circuit.values[node] * (way != 0)) for node, way in direction.items()), default=0.0)

    def __call__(self, t: float) -> float:
        values, step = self.circuit.values, t - self.start
        return float(self.moving({node: values[node] + step * way for node, way in self.direction.items()}))

    @property
    def steepness(self) -> float:
        """About how steep the output is around the point: what a slope of 0 is measured by."""
        step = (self.start or 1.0) / 128
        rises = [abs(self(self.start + way * step) - self.middle) / step for way in (-1, 1)]
        return max((rise for rise in rises if rise < math.inf), default=0.0)

    @property
    def lost(self) -> float:
        """What rounding on the way may make of a slope: log(1 + exp(-40)) is 0, and slopes of it are."""
        m = self.circuit.m
        sizes = (largest(m.dense(value)) for value in self.circuit.values if value is not None)
        return LOST * max((size for size in sizes if size < math.inf), default=0.0) / (self.start or 1.0)

    def central(self, scale: float, steps: Sequence[float]) -> Slope:
        """By central differences."""
        if any(self.circuit.m.shape(self.circuit.values[node]) for node in self.direction) or len(self.direction) > 1:
            return slope(self, self.start, self.middle, 1.0, scale, steps)
        ((node, way),) = self.direction.items()
        x = float(self.circuit.values[node])
        return slope(lambda value: float(self.moving({node: self.like(value)})), x, self.middle, float(way), scale,
                     steps)  # fmt: skip

    def like(self, value: float) -> Any:
        return self.circuit.m.value(value)

    def sides(self) -> tuple[Slope, Slope]:
        """From the left and from the right, by differences."""
        left, right = (side(self, self.start, self.middle, way) for way in (-1.0, 1.0))
        return Slope(-left.value, left.error), right


def along(circuit: Circuit, nodes: Sequence[int] | Direction) -> Moving:
    """The circuit's output as a function of these nodes."""
    return Moving(circuit.m, circuit.program.graph, circuit.values, circuit.output, circuit.seed, nodes)


def forward_mode(circuit: Circuit, direction: Direction) -> float | None:
    """By tangents."""
    m, options = circuit.m, circuit.options
    found = tangents(m, circuit.program.graph, circuit.values, direction, circuit.output, options.convention)
    tangent = found[circuit.output]
    return 0.0 if tangent is None else float(total(m, circuit.seed, m.dense(tangent)))


def ruled_sides(circuit: Circuit, direction: Direction) -> tuple[float, float]:
    """The one-sided derivatives as the gates' rules for their kinks have them."""
    m, graph, values, output = circuit.m, circuit.program.graph, circuit.values, circuit.output
    back = {node: -way for node, way in direction.items()}
    left, right = (directional(m, graph, values, output, way) for way in (back, direction))
    return -float(total(m, circuit.seed, left)), float(total(m, circuit.seed, right))


class ComplexStep:
    """Of the nodes that move: applies where every gate on the way to the output is analytic."""

    def __init__(self, circuit: Circuit, nodes: Sequence[int]) -> None:
        from bpcalc.algebra.complex_step import ANALYTIC, COMPLEX

        self.circuit = circuit
        self.moving: Moving | None = None
        real = along(circuit, nodes)
        if all(gate.name in ANALYTIC for gate in real.gates):
            self.moving = Moving(
                COMPLEX, circuit.program.graph, circuit.values, circuit.output, circuit.seed, nodes
            )

    def __call__(self, direction: Direction) -> float | None:
        if self.moving is None:
            return None
        from bpcalc.algebra.complex_step import COMPLEX, STEP

        values = self.circuit.values
        size = max((largest(values[node]) for node in direction), default=0.0) or 1.0
        step = 1j * (STEP * size)
        with COMPLEX.quiet():
            at, found = (
                self.moving({node: COMPLEX.value(values[node]) + h * way for node, way in direction.items()})
                for h in (0.0, step)
            )
        value = float(total(self.circuit.m, self.circuit.seed, values[self.circuit.output]))
        if at.imag != 0 or not abs(found.real - value) <= CLOSE * abs(value):
            return None  # another branch of a function than the real one
        if 0 < abs(value) < TINY:
            return None
        slope = float(found.imag / (STEP * size))
        return slope if abs(slope) < float("inf") else None


class ManyDigits:
    """By central differences with so many digits that 30 are left, at two steps that must agree. For single numbers."""

    def __init__(self, circuit: Circuit) -> None:
        self.circuit = circuit
        self.sharp = sharp(circuit)

    def __call__(self, node: int) -> float | None:
        if self.sharp is None:
            return None
        m, values = self.sharp
        x, small = abs(values[node]), m.context.mpf(10) ** -25
        # beside a number as large as 1e22 a step that is small for it may still be many periods of a sine
        steps = [small * x, small] if x > 1 else [small * (x or 1)]
        return next((found for step in steps if (found := self._settled(node, step)) is not None), None)

    def _settled(self, node: int, step: Any) -> float | None:
        """What differences say at this step and an eighth of it alike."""
        wide, narrow = self._slope(node, step), self._slope(node, step / 8)
        if wide is None or narrow is None:
            return None
        if abs(wide - narrow) <= SETTLED * abs(wide):
            return float(narrow)
        # one that shrinks with the step is 0; one that grows has no end
        return 0.0 if 4 * abs(narrow) <= abs(wide) <= SETTLED else None

    def _slope(self, node: int, step: Any) -> Any:
        assert self.sharp is not None
        circuit, (m, values) = self.circuit, self.sharp
        moving = Moving(m, circuit.program.graph, values, circuit.output, m.value(circuit.seed), [node])
        points = [values[node] + way * step for way in (1, -1)]
        ahead, behind = (quietly(m, partial(moving, {node: point})) for point in points)
        if ahead is None or behind is None or not (m.is_real(ahead) and m.is_real(behind)):
            return None
        return (ahead - behind) / (2 * step) if points[0] != points[1] else None


def formula(circuit: Circuit, name: str) -> Any:
    """The gradient by the textbook formula that `diff` finds, evaluated."""
    program, values, node = circuit.program, circuit.values, circuit.wrt[name]
    if len(program.graph) > LARGE or circuit.m.shape(values[circuit.output]) or circuit.options.expand:
        return None
    from bpcalc.calculations.diff.derivatives import Differentiator
    from bpcalc.calculations.diff.request import Request
    from bpcalc.engine.forward import ShapeError
    from bpcalc.reading.parser import parse
    from bpcalc.writing.definitions import program as written

    m = circuit.m
    bound = {one: values[program.names[one]] for one in program.variables}
    if name in program.constants or program.sizes:
        return None
    try:
        request = Request(wrt=((name,),), of=circuit.options.of)
        d = Differentiator(program.source, {one: m.shape(value) for one, value in bound.items()}, {}, request)
        found = d.derivative((name,))
        text = written(found.graph, found.node, {}, {*found.graph.variables, *bound})
        again = parse(Source(text), bound)
        if any(one not in bound for one in again.variables):
            return None
        here = {one: m.value(bound[one]) for one in again.variables}
        if any(gate.of_arrays for gate in again.graph.kinds) and not m.shaped:
            return None
        value = m.value(forward(m, again.graph, here, [again.output])[again.output]) * circuit.seed
    except (BpcalcError, ShapeError):
        return None
    shape = m.shape(values[node])
    return value if m.shape(value) == shape else None
