"""What formulas are as numbers, at some values of their variables: whether one is 0, or infinite, or jumps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isfinite
from typing import Any

from bpcalc.algebra.floats import FLOATS, power
from bpcalc.algebra.textbook.formulas import Formulas
from bpcalc.algebra.textbook.terms import Exponent, Number, Terms
from bpcalc.gate import CONSTANT, INPUT, Gate

NOISE = 1e-12  # what rounding may do to a value, relative to the parts that it is the sum of


class Sampled:
    """The formulas of `m`, which has no arrays, at these points: values by name."""

    def __init__(self, m: Formulas, points: Sequence[Mapping[str, float]]) -> None:
        self.m = m
        self.points = points
        self._values: list[list[tuple[float, float]]] = [[] for _ in points]  # of each node: its value and noise
        self._known: dict[Terms, list[tuple[float, float]]] = {}

    def __call__(self, coefficient: Any) -> list[tuple[float, float]]:
        """A formula or number at each point, and the noise that its value may have."""
        if not isinstance(coefficient, Terms):
            return [(_float(coefficient), 0.0)] * len(self.points)
        found = self._known.get(coefficient)
        if found is None:
            self._extend()
            found = self._known[coefficient] = [_of(coefficient, values) for values in self._values]
        return found

    def _extend(self) -> None:
        """Computes the nodes that were added since."""
        graph = self.m.graph
        for values, point in zip(self._values, self.points, strict=True):
            for node in range(len(values), len(graph)):
                gate = graph.gates[node]
                if gate is INPUT:
                    values.append((point[str(graph.leaves[node])], 0.0))
                elif gate is CONSTANT:
                    values.append((FLOATS.constant(graph.leaves[node]), 0.0))
                else:
                    values.append(_of_gate(gate, [values[source] for source in graph.inputs[node]]))


def _of_gate(gate: Gate, inputs: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """The value of a gate, and by how much it moves where the noise of its inputs does: of cos(acos(0)) all of it."""
    function = FLOATS.function(gate)
    value = function(*[x for x, _ in inputs])
    if not isfinite(value):
        return value, 0.0
    moved = (function(*[x + side * max(noise, NOISE * abs(x)) for x, noise in inputs]) for side in (1, -1))
    return value, NOISE * abs(value) + max((abs(one - value) for one in moved if isfinite(one)), default=0.0)


def _of(terms: Terms, values: Sequence[tuple[float, float]]) -> tuple[float, float]:
    total = noise = 0.0
    for product, coefficient in terms.parts.items():
        part = most = _float(coefficient)
        for base, exponent in product:
            (value, around), degree = values[base], _exponent(exponent, values)
            part *= power(value, degree)
            most *= power(max(abs(value) + (around if degree > 0 else -around), 0.0), degree)
        total, noise = total + part, noise + NOISE * abs(part) + (abs(most) - abs(part) if isfinite(part) else 0.0)
    return total, 0.0 if terms.number is not None else noise


def _exponent(exponent: Exponent, values: Sequence[tuple[float, float]]) -> float:
    return _of(exponent, values)[0] if isinstance(exponent, Terms) else _float(exponent)


def _float(number: Number | float) -> float:
    try:
        return float(number)
    except OverflowError:
        return float("inf") if number > 0 else float("-inf")
