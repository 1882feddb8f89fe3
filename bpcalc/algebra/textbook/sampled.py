"""What formulas are as numbers, at some values of their variables: whether one is 0, or infinite, or jumps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bpcalc.algebra.floats import FLOATS, power
from bpcalc.algebra.textbook.formulas import Formulas
from bpcalc.algebra.textbook.terms import Exponent, Number, Terms
from bpcalc.gate import CONSTANT, INPUT

NOISE = 1e-12  # what rounding may do to a value, relative to the parts that it is the sum of


class Sampled:
    """The formulas of `m`, which has no arrays, at these points: values by name."""

    def __init__(self, m: Formulas, points: Sequence[Mapping[str, float]]) -> None:
        self.m = m
        self.points = points
        self._values: list[list[float]] = [[] for _ in points]
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
                    values.append(point[str(graph.leaves[node])])
                elif gate is CONSTANT:
                    values.append(FLOATS.constant(graph.leaves[node]))
                else:
                    values.append(FLOATS.function(gate)(*[values[source] for source in graph.inputs[node]]))


def _of(terms: Terms, values: Sequence[float]) -> tuple[float, float]:
    total = size = 0.0
    for product, coefficient in terms.parts.items():
        part = _float(coefficient)
        for base, exponent in product:
            part *= power(values[base], _exponent(exponent, values))
        total, size = total + part, size + abs(part)
    return total, 0.0 if terms.number is not None else NOISE * size


def _exponent(exponent: Exponent, values: Sequence[float]) -> float:
    return _of(exponent, values)[0] if isinstance(exponent, Terms) else _float(exponent)


def _float(number: Number | float) -> float:
    try:
        return float(number)
    except OverflowError:
        return float("inf") if number > 0 else float("-inf")
