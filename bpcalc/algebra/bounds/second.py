"""Second derivatives between bounds: dual numbers whose values and tangents are enclosures.

A local gradient keeps the care that it has in the first pass: where a gate bends it is that of each side, one after the
other, and its tangent is the second derivative there; over a range of one input the tangent is made narrow by how it
changes itself. What cannot be decided is not known.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from bpcalc.algebra.bounds.algebra import Intervals
from bpcalc.algebra.bounds.kinks import RULES, bent
from bpcalc.algebra.bounds.narrowed import JUMPS
from bpcalc.algebra.bounds.spans import nan
from bpcalc.algebra.duals import Dual, Duals, tangent_of, value_of
from bpcalc.algebra.number import Number
from bpcalc.algebra.protocol import UndecidedError
from bpcalc.gate import Gate

LENGTHS = frozenset(("hypot",))  # their formula is what they have, for its own rule looks at values only


class BoundedDuals(Duals):
    """Dual numbers over `Intervals`."""

    real: Intervals

    def rules(self, gate: Gate, convention: str) -> Any:
        """The local gradients of a gate of single numbers as dual numbers."""
        if gate.of_arrays:
            return gate.rules(convention)
        if gate.name in RULES and gate.name not in LENGTHS:
            return RULES[gate.name]
        rules = gate.rules("torch")
        if gate.kink is not None and gate.kink.limit is None:
            found = [rule and partial(bent, gate, place, rule) for place, rule in enumerate(rules)]
        elif gate.name in LENGTHS or gate.kink is not None or gate.turns is not None or gate.name in JUMPS:
            found = list(rules)
        else:
            smooth = partial(partial, self._smooth, gate)
            found = [smooth(place, rule) if callable(rule) else rule for place, rule in enumerate(rules)]
        return tuple(partial(self._known, rule) if callable(rule) else rule for rule in found)

    def _smooth(self, gate: Gate, place: int, rule: Any, m: Any, y: Any, *inputs: Any) -> Any:
        """A local gradient where the gate bends nowhere."""
        real = self.real
        xs, ts = list(map(value_of, inputs)), list(map(tangent_of, inputs))
        value = real.rules(gate, "torch")[place](real, value_of(y), *xs)
        total = None
        for at, t in enumerate(ts):
            if t is not None:
                term = t * real.narrowed.second(gate, rule, at, xs)
                total = term if total is None else total + term
        return self.dual(value, total)

    def _known(self, rule: Callable[..., Any], m: Any, y: Any, *inputs: Any) -> Any:
        try:
            return rule(self, y, *inputs)
        except UndecidedError:
            return Dual(self, Number(self.real, nan), Number(self.real, nan))

    def lifted(self, gate: Gate) -> Callable[..., Any]:
        function = super().lifted(gate)

        def lifted(*inputs: Any) -> Any:
            try:
                with self.real.ways.aside():
                    return function(*inputs)
            except UndecidedError:
                return Dual(self, Number(self.real, nan), Number(self.real, nan))

        return lifted

    # Kinks

    def open(self, key: Any, options: Sequence[Any]) -> Any:
        """A slope that may be several, with its tangent: that which is chosen now, or else all of them."""
        found = [one if isinstance(one, Dual) else self.real.value(one) for one in options]
        way = self.real.ways.taken(key, found)
        if way is not None:
            return found[way]
        total = found[0]
        for one in found[1:]:
            total = self.hull(total, one)
        return total

    def hull(self, a: Any, b: Any) -> Any:
        """Whatever is in either of two dual numbers."""
        s, t = (self.real.zero if one is None else one for one in map(tangent_of, (a, b)))
        moves = tangent_of(a) is not None or tangent_of(b) is not None
        return self.dual(self.real.hull(value_of(a), value_of(b)), self.real.hull(s, t) if moves else None)

    def except_at(self, condition: Any, special: Any, usual: Any) -> Any:
        if self.real.truth(value_of(condition)) is None:
            return self.hull(special, usual)
        return super().except_at(condition, special, usual)

    def truth(self, condition: Any) -> bool | None:
        return self.real.truth(value_of(condition))

    def sure(self, condition: Any) -> bool:
        return self.truth(condition) is True

    def raw(self, x: Any) -> Any:
        return self.real.raw(value_of(x))

    @property
    def entries(self) -> BoundedDuals:
        return self
