"""A number system with more rounding than it has: to see how far rounding may have moved a result.

Each result of a gate is changed by about as much as rounding it may have, up or down in no pattern, and so are the
inputs: they stand for all numbers that are rounded to them. Results that differ between a few such calculations are
not known better than that (Vignes, "A stochastic arithmetic for reliable scientific computation", 1993). What is exact
stays so: whole numbers that come of whole numbers.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from math import sqrt

from bpcalc.algebra.lifting import Lifting
from bpcalc.algebra.protocol import Algebra
from bpcalc.gate import Gate
from bpcalc.gates import GATES
from bpcalc.typed import Any

GOLDEN, SILVER = (sqrt(5) - 1) / 2, sqrt(2) - 1  # whose multiples have no pattern
ROUNDING = 2.0**-52  # of a double, relative to it
LEAST = 5e-324  # the smallest double: what is 0 may have been smaller
WHOLE = 2.0**26  # below it products of whole numbers are exact
EXACT_FAMILIES = ("arithmetic", "powers")
EXACT = ("sum", "prod", "prod_others", "cumsum", "cumsum_back", "matmul", "outer", "trace", "mean")  # and their sums
POWER = GATES["power"]
UNROUNDED = ("abs", "negate")  # gates that only move numbers or choose among them round nothing either
MOVING = ("routes", "rearranges", "blocks", "none")


class Shaken(Lifting):
    """The algebra `real`, shaken. `seed`: a whole number; with another one all is shaken otherwise."""

    real: Any

    def __init__(self, real: Algebra, seed: int) -> None:
        super().__init__(real)
        self._count = 1 + seed * SILVER

    def lifted(self, gate: Gate) -> Callable[..., Any]:
        defined = gate.forward is not None
        function = partial(gate.forward, self, **gate.options) if defined else self.real.function(gate)
        if not gate.differentiable or gate.routes or gate.pattern in MOVING or gate.name in UNROUNDED:
            return function
        may_be_exact = gate.family in EXACT_FAMILIES or gate.name in EXACT

        def rounded(*inputs: Any) -> Any:
            y = function(*inputs)
            return self.shaken(y, y if may_be_exact and self.are_whole(*inputs) else None)

        def power(x: Any, n: Any) -> Any:
            y = rounded(x, n)  # x^0 and x^1 are not rounded
            return self.real.where(self.real.equal(n, 0) + self.real.equal(n, 1), function(x, n), y)

        return power if gate is POWER else rounded

    def are_whole(self, *inputs: Any) -> bool:
        """Are all entries whole numbers, so small that sums and products of two are exact?"""
        return all(self.real.everywhere(self._is_whole(x)) for x in inputs)

    def _is_whole(self, x: Any) -> Any:
        return (self.real.floor(x) == x) & (abs(x) < WHOLE)

    def shaken(self, y: Any, whole: Any = None) -> Any:
        """A number, rounded otherwise, but not where `whole` is a whole number: what is known to be exact there."""
        real = self.real
        sign = self._signs(y)
        found = y * (1 + ROUNDING * sign) + real.where(real.equal(y, 0), LEAST, 0.0) * sign
        return found if whole is None else real.where(self._is_whole(whole), y, found)

    def leaf(self, x: Any) -> Any:
        """An input, or a constant: exact if it is whole, else rounded."""
        return self.shaken(x, x)

    def constant(self, payload: float | str) -> Any:
        return self.leaf(self.real.constant(payload))

    def scale(self, upstream: Any, local: Any) -> Any:
        """downstream = upstream * local: branch gradients that are added may cancel but for this rounding."""
        found = self.real.scale(upstream, local)
        if self.are_whole(self.real.dense(upstream), local):
            return found
        return self.real.scale(found, 1 + ROUNDING * self._signs(self.real.dense(found)))

    def _signs(self, like: Any) -> Any:
        """1 or -1 by entry, in no pattern."""
        real, shape = self.real, self.real.shape(like)
        count = 1
        for size in shape:
            count *= size
        start, self._count = self._count, self._count + count
        place = real.reshape(real.arange(start, start + count - 0.5, 1.0), shape=shape) if shape else start
        turns = place * GOLDEN
        return real.where(turns - (real.floor(turns) if shape else turns // 1) < 0.5, -1.0, 1.0)
