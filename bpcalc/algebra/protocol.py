"""What every number system must have, and what all of them share."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from functools import partial
from typing import Any

from bpcalc.gate import Gate
from bpcalc.gates import GATES


class Algebra:
    """What all number systems share: the functions that the gates' own records define.

    shaped  whether values have shapes
    """

    shaped = False

    def __getattr__(self, name: str) -> Any:
        gate = GATES.get(name)
        if gate is None or gate.forward is None:
            raise AttributeError(f"{type(self).__name__} has no {name}")
        function = partial(gate.forward, self, **gate.options)
        setattr(self, name, function)
        return function

    def settle(self, g: Any, x: Any) -> Any:
        """A gradient in the shape of the input `x` that it belongs to.

        Broadcasting copied the input, and a copy gate's gradients add: they are summed over the copies.
        """
        have, want = self.shape(g), self.shape(x)
        if have == want:
            return g
        ahead = len(have) - len(want)
        if ahead:
            g = self.sum(g, axis=tuple(range(ahead)) if ahead > 1 else 0, keepdims=False)
        stretched = tuple(place for place, size in enumerate(want) if size == 1 and have[ahead + place] != 1)
        if stretched:
            g = self.sum(g, axis=stretched if len(stretched) > 1 else stretched[0], keepdims=True)
        return g

    def value(self, number: Any) -> Any:
        """A bound value as this algebra has it."""
        return number

    def quiet(self) -> AbstractContextManager[Any]:
        """In this context the algebra's own warnings are off."""
        return nullcontext()

    def dense(self, gradient: Any) -> Any:
        """A gradient as a plain value."""
        return gradient

    def pull(self, rule: Any, upstream: Any, y: Any, inputs: list[Any]) -> Any:
        """The downstream gradient of a gate whose entries mix."""
        return rule(self, upstream, y, *inputs)

    def function(self, gate: Gate) -> Any:
        """The forward function of a gate on this algebra's values."""
        if gate.options and gate.forward is None:
            return partial(getattr(self, gate.name), **gate.options)
        return partial(gate.forward, self) if gate.options else getattr(self, gate.name)
