"""Second derivatives of arrays between bounds."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from bpcalc.algebra.bounds.arrays import WEIGHTED
from bpcalc.algebra.bounds.second import BoundedDuals
from bpcalc.algebra.duals import Dual, Duals, tangent_of, value_of
from bpcalc.gate import Gate


class BoundedDualArrays(Duals):
    """Dual numbers over `BoundedArrays`: gates of single numbers go entry by entry, with all the care of those."""

    real: Any

    @property
    def entries(self) -> BoundedDuals:
        return BoundedDuals(self.real.entries, self._pusher, self.convention)

    def rules(self, gate: Gate, convention: str) -> Any:
        if gate.name in WEIGHTED:
            return (partial(self._weighted, self.real.rules(gate, convention)[0]),)
        if gate.of_arrays:
            return gate.rules(convention)
        rules = self.entries.rules(gate, convention)
        if callable(rules):
            return partial(self._by_entry, rules, None)
        return tuple(partial(self._one_by_entry, rule) if callable(rule) else rule for rule in rules)

    def _weighted(self, rule: Any, m: Any, g: Any, y: Any, x: Any) -> Any:
        """The pullback of max and min, whose weights are flat."""
        return self._each_part(g, lambda part: rule(self.real, self.real.dense(part), value_of(y), value_of(x)))

    def _one_by_entry(self, rule: Any, m: Any, y: Any, *inputs: Any) -> Any:
        return self._by_entry(lambda *numbers: [rule(*numbers)], 1, m, y, *inputs)[0]

    def _by_entry(self, rules: Any, count: int | None, m: Any, y: Any, *inputs: Any) -> list[Any]:
        """What rules of single numbers give, so many, or one for each input."""
        entries, count = self.entries, len(inputs) if count is None else count
        real = entries.real

        def every(*parts: Any) -> tuple[Any, ...]:
            found = rules(entries, *map(entries.dual, parts[::2], parts[1::2]))
            both = [part for one in found for part in (value_of(one), tangent_of(one))]
            return tuple(real.zero if part is None else real.value(part) for part in both)

        parts = [part for x in (y, *inputs) for part in (self.real.same(value_of(x)), self._moving(x))]
        made = np.frompyfunc(every, len(parts), 2 * count)(*parts)
        return [Dual(self, value, t) for value, t in zip(made[::2], made[1::2], strict=True)]

    def _moving(self, x: Any) -> Any:
        """The tangent of an array, with an entry for each of its entries; None where nothing moves."""
        t = tangent_of(x)
        return None if t is None else self.real.dense(t)

    def lifted(self, gate: Gate) -> Callable[..., Any]:
        function = super().lifted(gate)

        def lifted(*inputs: Any) -> Any:
            with self.real.entries.ways.aside():
                return function(*inputs)

        return lifted

