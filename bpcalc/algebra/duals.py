"""Dual numbers as a number system: each value with its tangent, its derivative in one direction.

On them the backward pass gives the gradient, and in its tangents the change of the gradient in that direction: the
second derivatives times a vector (forward over reverse). No gate has a rule for this: a gate on dual numbers is the
gate on the values, and on the tangents what forward mode makes of its local gradients.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from functools import partial

from bpcalc.algebra.lifting import Lifting
from bpcalc.algebra.operators import Operators
from bpcalc.algebra.protocol import Algebra
from bpcalc.gate import Gate
from bpcalc.typed import Any


class Dual(Operators[Any]):
    """A value and its tangent, in the algebra `m`.

    What does not depend on the direction is no dual number but stays the plain value that it is. The value of a
    gradient is None where nothing flows at the point itself, but does a little further in the direction.
    """

    __slots__ = ("m", "tangent", "value")
    __array_ufunc__ = None  # NumPy leaves `array + Dual` to us

    def __init__(self, m: Duals, value: Any, tangent: Any) -> None:
        self.m = m
        self.value = value
        self.tangent = tangent

    def __add__(self, other: Any) -> Any:
        m = self.m
        if m.shaped:
            return m.total(self, other)
        if other.__class__ is Dual:
            return Dual(m, self.value + other.value, self.tangent + other.tangent)
        return Dual(m, self.value + other, self.tangent)

    __radd__ = __add__

    # A comparison is flat: it has no tangent.

    def __lt__(self, other: Any) -> Any:
        return self.value < value_of(other)

    def __le__(self, other: Any) -> Any:
        return self.value <= value_of(other)

    def __gt__(self, other: Any) -> Any:
        return self.value > value_of(other)

    def __ge__(self, other: Any) -> Any:
        return self.value >= value_of(other)


def value_of(x: Any) -> Any:
    return x.value if isinstance(x, Dual) else x


def tangent_of(x: Any) -> Any:
    """None where nothing depends on the direction, which is 0."""
    return x.tangent if isinstance(x, Dual) else None


def _plus(a: Any, b: Any) -> Any:
    """The sum of two parts, of which either may be None."""
    return b if a is None else a if b is None else a + b


class Duals(Lifting, Algebra):
    """Dual numbers over the algebra `real`.

    pusher      forward mode of one gate, which the engine has: `pusher(real, gate, convention)` gives push(y, xs, ts)
    convention  the rule at kinks, for the gates that the rules of other gates are written with
    """

    def __init__(self, real: Algebra, pusher: Callable[..., Callable[..., Any]], convention: str = "torch") -> None:
        super().__init__(real)
        self._pusher = pusher
        self.convention = convention
        if not self.shaped:
            self.scale = self._scale_numbers  # type: ignore[method-assign]

    def lifted(self, gate: Gate) -> Callable[..., Any]:
        """A gate on dual numbers: on their values, and on their tangents as in forward mode."""
        function, rest = self.real.function(gate), partial(self._at_infinity, bool(gate.pullback))
        push = self._pusher(self.real, gate, self.convention)

        def lifted(*inputs: Any) -> Any:
            moves = False
            xs, ts = [], []
            for x in inputs:
                if x.__class__ is Dual:
                    xs.append(x.value)
                    ts.append(x.tangent)
                    moves = True
                else:
                    xs.append(x)
                    ts.append(None)
            y = function(*xs)
            if not moves:
                return y
            t = push(y, xs, ts)
            if t is not None and (t.__class__ is not float or t != t):
                t = rest(y, xs, t)
            return y if t is None else Dual(self, y, t)

        return lifted

    def _at_infinity(self, mixes: bool, y: Any, xs: list[Any], t: Any) -> Any:
        """A tangent with 0 where it is NaN although an infinite input gives a finite result.

        There the result is a limit, and flat: of 1/cosh(x)^2 at 800 both cosh and its tangent have overflowed.
        mixes: whether any entry of an input may be the infinite one
        """
        real, plain = self.real, self.real.dense(t)
        if not real.holds(real.is_nan(plain)):
            return t
        infinite = [real.equal(real.abs(x), math.inf) for x in xs]
        is_limit = any(map(real.holds, infinite)) if mixes else sum(infinite, start=0.0) > 0
        flat = real.is_nan(plain) * real.is_finite(y) * is_limit
        found = self._fitted(real.except_at(flat, 0.0, plain), y) if self.shaped else real.except_at(flat, 0.0, t)
        return found if plain is t else real.route(found, real.not_equal(found, 0))

    def dual(self, value: Any, tangent: Any) -> Any:
        """The dual number; without a tangent the plain value. Of a gradient either part may be None."""
        return value if tangent is None else Dual(self, value, tangent)

    def lift(self, values: Sequence[Any], tangents: Sequence[Any]) -> list[Any]:
        """The values of a graph's nodes with their tangents, as far as there are any."""
        return [x if t is None else Dual(self, x, t) for x, t in zip(values, tangents, strict=False)]

    def change(self, gradient: Any) -> Any:
        """How a gradient changes in the direction; None where it does not."""
        t = tangent_of(gradient)
        return None if t is None else self.real.dense(t)

    def base(self, gradient: Any) -> Any:
        """A gradient at the point itself; None where nothing flows there."""
        y = value_of(gradient)
        return None if y is None else self.real.dense(y)

    # Numbers: what has no tangent is that of the values, and so is what is true of them.

    def constant(self, payload: float | str) -> Any:
        return self.real.constant(payload)

    def value(self, number: Any) -> Any:
        return self.real.value(number)

    def is_finite(self, x: Any) -> Any:
        return self.real.is_finite(value_of(x))

    def is_nan(self, x: Any) -> Any:
        return self.real.is_nan(value_of(x))

    def is_zero(self, x: Any) -> Any:
        return self.real.is_zero(value_of(x))

    def close(self, a: Any, b: Any, tolerance: float) -> Any:
        return self.real.close(value_of(a), value_of(b), tolerance)

    def holds(self, truth: Any) -> bool:
        return self.real.holds(value_of(truth))

    def everywhere(self, truth: Any) -> bool:
        return self.real.everywhere(value_of(truth))

    def marked(self, truths: Any) -> tuple[int, int, tuple[int, ...]]:
        return self.real.marked(value_of(truths))

    def quiet(self) -> AbstractContextManager[Any]:
        return self.real.quiet()

    # Shapes

    def shape(self, x: Any) -> tuple[int, ...]:
        return self.real.shape(self.real.dense(value_of(x)))

    @property
    def entries(self) -> Duals:
        return Duals(self.real.entries, self._pusher, self.convention)

    def entry(self, x: Any, place: tuple[int, ...]) -> Any:
        t = tangent_of(x)
        t = None if t is None else self.real.entry(self.real.dense(t), place)
        return self.entries.dual(self.real.entry(value_of(x), place), t)

    # What the engine asks

    def dense(self, gradient: Any) -> Any:
        if not isinstance(gradient, Dual):
            return self.real.dense(gradient)
        t = self.real.dense(gradient.tangent)
        return Dual(self, self.real.zero_like(t) if gradient.value is None else self.real.dense(gradient.value), t)

    def total(self, a: Any, b: Any) -> Any:
        """a + b, of values or of gradients, which may be switched."""
        y, t = _plus(value_of(a), value_of(b)), _plus(tangent_of(a), tangent_of(b))
        return self.dual(y, t if t is None or y is None else self._fitted(t, y))

    def _fitted(self, t: Any, y: Any) -> Any:
        """A tangent in the shape of its value."""
        real, y = self.real, self.real.dense(y)
        plain = real.dense(t)
        if real.shape(plain) == real.shape(y):
            return t
        whole = real.spread(plain, y)
        return whole if plain is t else real.route(whole, real.not_equal(whole, 0))

    def spread(self, x: Any, like: Any) -> Any:
        like = value_of(like)
        if not isinstance(x, Dual):
            return self.real.spread(x, like)
        return self.dual(self.real.spread(x.value, like), self._fitted(x.tangent, like))

    def except_at(self, condition: Any, special: Any, usual: Any) -> Any:
        """The value of the rule. Its tangent is that of the formula where the formula too has the special value."""
        real, condition, x, t = self.real, value_of(condition), value_of(special), tangent_of(usual)
        if not self.shaped and not condition:
            return usual
        y = real.except_at(condition, x, value_of(usual))
        if t is None and tangent_of(special) is None:
            return y
        instead = 0.0 if tangent_of(special) is None else real.dense(tangent_of(special))
        plain = 0.0 if t is None else real.dense(t)
        holds_too = real.equal(value_of(usual), x) * real.equal(plain, plain)  # NaN is not equal to itself
        found = real.except_at(condition * (1 - holds_too), instead, plain)
        if not self.shaped:
            return Dual(self, y, found)
        found = self._fitted(found, y)
        return self.dual(y, found if plain is t else real.route(found, real.not_equal(found, 0)))

    def scale(self, upstream: Any, local: Any) -> Any:
        """upstream*local by the product rule."""
        real, x = self.real, value_of(local)
        g, t = value_of(upstream), tangent_of(upstream)
        change = None if g is None or local.__class__ is not Dual else self._product(g, local.tangent)
        t = _plus(None if t is None else real.scale(t, x), change)
        return self.dual(None if g is None else real.scale(g, x), t)

    def _scale_numbers(self, upstream: Any, local: Any) -> Any:
        """The same where values have no shapes: written out, for it is most of the backward pass."""
        if local.__class__ is Dual:
            if upstream.__class__ is Dual:
                g, x = upstream.value, local.value
                return Dual(self, g * x, upstream.tangent * x + g * local.tangent)
            return Dual(self, upstream * local.value, upstream * local.tangent)
        if upstream.__class__ is Dual:
            return Dual(self, upstream.value * local, upstream.tangent * local)
        return upstream * local

    def _product(self, g: Any, t: Any) -> Any:
        """A gradient times a local gradient's tangent; routers may have switched either."""
        real = self.real
        if not real.is_switched(t):
            return real.scale(g, t)
        if not real.is_switched(g):
            return real.scale(t, g)
        both = real.route(g, real.not_equal(real.dense(t), 0))
        return None if both is None else real.scale(both, real.dense(t))

    def settle(self, g: Any, x: Any) -> Any:
        return self._each_part(g, lambda part: self.real.settle(part, value_of(x)))

    def route(self, upstream: Any, weight: Any) -> Any:
        """A router's weights are flat, so value and tangent are switched alike."""
        return self._each_part(upstream, lambda part: self.real.route(part, value_of(weight)))

    def _each_part(self, gradient: Any, function: Callable[[Any], Any]) -> Any:
        """A function of a gradient's value, and of its tangent."""
        y, t = value_of(gradient), tangent_of(gradient)
        return self.dual(None if y is None else function(y), None if t is None else function(t))

    def live(self, gradient: Any) -> Any:
        return self.real.live(value_of(gradient)) | self.real.live(tangent_of(gradient))

    def is_switched(self, gradient: Any) -> bool:
        return self.real.is_switched(value_of(gradient)) or self.real.is_switched(tangent_of(gradient))

    def pull(self, rule: Any, upstream: Any, y: Any, inputs: list[Any]) -> Any:
        found = rule(self, self.dense(upstream), y, *inputs)
        if not self.is_switched(upstream):
            return found
        return list(map(self.switched, found)) if isinstance(found, list) else self.switched(found)

    def switched(self, gradient: Any) -> Any:
        """Where it is exactly 0, nothing came: what a switched gradient was mixed into too."""
        real = self.real
        return self._each_part(
            gradient, lambda part: part if real.is_switched(part) else real.route(part, real.not_equal(part, 0))
        )
