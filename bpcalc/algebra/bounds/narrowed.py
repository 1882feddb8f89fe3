"""Gates and their local gradients over a range of one input, made as narrow as they are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from bpcalc.algebra.bounds.refined import enclosed
from bpcalc.algebra.bounds.spans import ZERO, ends, hull, nan
from bpcalc.algebra.duals import Duals, tangent_of, value_of
from bpcalc.algebra.number import Number
from bpcalc.algebra.protocol import UndecidedError
from bpcalc.gate import COMPARISON, Gate

STEPPED = frozenset(("round",))  # these never fall
JUMPS = frozenset(("mod", "heaviside")) | STEPPED  # slopes do not tell how these move


class Narrowed:
    """The gates of the numbers `m`. inner: whether one is being made narrow, for which others need not be."""

    def __init__(self, m: Any) -> None:
        self.m = m
        self.inner = False
        self._duals: Any = None

    def function(self, gate: Gate, natural: Callable[..., Any]) -> Callable[..., Number]:
        """A gate whose enclosure is made narrow where one input is a range."""
        m = self.m
        jumps = gate.name in JUMPS or (gate.kink is not None and gate.kink.limit is not None)

        def function(*inputs: Any) -> Any:
            if self.inner:
                return m.known(natural, *inputs)
            xs = [m.value(x) for x in inputs]
            wide = [place for place, x in enumerate(xs) if m.range_of(x)]
            if len(wide) != 1:
                return m.known(natural, *xs)
            place = wide[0]

            def at(raw: Any) -> Any:
                return m.known(natural, *xs[:place], Number(m, raw), *xs[place + 1 :]).value

            def slope(raw: Any) -> Any:
                moved = [*xs[:place], Number(m, raw), *xs[place + 1 :]]
                rule = m.rules(gate, "torch")[place]
                found = rule(m, m.known(natural, *moved), *moved) if callable(rule) else rule
                return nan if found is None else m.value(found).value

            if gate.name in STEPPED:
                return Number(m, hull(*map(at, ends(xs[place].value))))
            return self._refined(at, None if jumps else slope, xs[place].value)

        return function

    def slope(self, gate: Gate, rule: Callable[..., Any], m: Any, y: Any, *inputs: Any) -> Any:
        """A local gradient, whose enclosure is made narrow likewise: by how it changes itself."""
        wide = [] if self.inner else [place for place, x in enumerate(inputs) if m.range_of(x)]
        if m is not self.m or len(wide) != 1:
            return m.known(lambda *xs: rule(m, *xs), y, *inputs)
        place = wide[0]

        def at(raw: Any) -> Any:
            xs = [*inputs[:place], Number(m, raw), *inputs[place + 1 :]]
            return m.known(lambda *xs: rule(m, m.function(gate)(*xs), *xs), *xs).value

        def slope(raw: Any) -> Any:
            return self._moved(gate, rule, [*inputs[:place], Number(m, raw), *inputs[place + 1 :]], (place,))

        return self._refined(at, slope, m.raw(inputs[place]))

    def second(self, gate: Gate, rule: Callable[..., Any], at: int, inputs: Sequence[Any]) -> Any:
        """How a local gradient changes with one of the inputs, made narrow by how that changes in turn."""
        m = self.m
        wide = [place for place, x in enumerate(inputs) if m.range_of(x)]
        if len(wide) != 1:
            return Number(m, self._moved(gate, rule, inputs, (at,)))
        place = wide[0]

        def moved(raw: Any, *ways: int) -> Any:
            return self._moved(gate, rule, [*inputs[:place], Number(m, raw), *inputs[place + 1 :]], ways)

        return self._refined(lambda raw: moved(raw, at), lambda raw: moved(raw, at, place), m.raw(inputs[place]))

    def _moved(self, gate: Gate, rule: Callable[..., Any], inputs: Sequence[Any], ways: Sequence[int]) -> Any:
        """The derivative of a local gradient by one input, and by another; what cannot be decided is not known."""
        m: Any = self.m
        levels = self._dual_numbers()[: len(ways)]
        xs = list(inputs)
        for level, way in zip(levels, ways, strict=True):
            xs[way] = level.dual(xs[way], m.one)
        try:
            found = rule(levels[-1], levels[-1].function(gate)(*xs), *xs)
        except UndecidedError:
            return nan
        for _ in ways:
            value, found = value_of(found), tangent_of(found)
            if found is None:  # it does not move; but of what is not known nothing is
                return ZERO if m.is_finite(value_of(value)) else nan
        return m.value(found).value

    def _refined(self, natural: Callable[[Any], Any], slope: Callable[[Any], Any] | None, x: Any) -> Number:
        self.inner = True
        try:
            return Number(self.m, enclosed(natural, slope, x))
        finally:
            self.inner = False

    def _dual_numbers(self) -> Any:
        """Dual numbers, and those of which these are the values and tangents."""
        if self._duals is None:
            once = Duals(self.m, _pusher)
            self._duals = once, Duals(once, _pusher)
        return self._duals


def _pusher(real: Any, gate: Gate, convention: str) -> Callable[..., Any]:
    """Forward mode of a gate on single numbers. A comparison is flat: it chooses between formulas that meet there."""
    is_comparison = gate.infix is not None and gate.infix[1] == COMPARISON

    def push(y: Any, xs: Sequence[Any], ts: Sequence[Any]) -> Any:
        rules = real.rules(gate, convention)
        if callable(rules):
            rules = rules(real, y, *xs)
        total = None
        for t, rule in zip(ts, rules, strict=True):
            if t is not None and rule is None and not is_comparison:
                raise UndecidedError("it is not said how this input moves the result")
            if t is not None and rule is not None:
                local = rule(real, y, *xs) if callable(rule) else rule
                total = t * local if total is None else total + t * local
        return total

    return push
