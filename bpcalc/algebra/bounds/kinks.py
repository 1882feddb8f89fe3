"""Local gradients where gates bend: all that the slope may be within the bounds, and at a kink all its subgradients.

Each stands in the place of the gate's own rule, for every convention: what any of them takes at a kink is in the set.
(But for NaN, as JAX has it at the origin of hypot.) A gate is known by its result: each node or entry has one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from bpcalc.algebra.bounds.spans import ONE, ZERO, ends, has_zero, hull, is_unbounded, is_unknown, meet
from bpcalc.algebra.bounds.special import ALPHA, SCALE
from bpcalc.algebra.duals import value_of
from bpcalc.gate import Gate


def _key(y: Any) -> int:
    """What a node, or an entry of one, is known again by, in first and in second derivatives."""
    return id(value_of(y))


def _sides(m: Any, y: Any, x: Any, below: Any, above: Any) -> Any:
    """The slope of what bends where x is 0: above it, below it, or either."""
    if m.sure(x > ZERO):
        return above
    return below if m.sure(x < ZERO) else m.open(_key(y), [below, above])


def _abs(m: Any, y: Any, x: Any) -> Any:
    return _sides(m, y, x, -ONE, ONE)


def _relu(m: Any, y: Any, x: Any) -> Any:
    return _sides(m, y, x, ZERO, ONE)


def _leaky(m: Any, y: Any, x: Any, slope: Any) -> Any:
    return _sides(m, y, x, slope, ONE)


def _below(m: Any, y: Any, x: Any, slope: Any) -> Any:
    return m.min(x, ZERO)


def _elu(m: Any, y: Any, x: Any, alpha: Any) -> Any:
    return _sides(m, y, x, alpha * m.exp(m.min(x, ZERO)), ONE)


def _elu_alpha(m: Any, y: Any, x: Any, alpha: Any) -> Any:
    return m.expm1(m.min(x, ZERO))


def _selu(m: Any, y: Any, x: Any) -> Any:
    return _sides(m, y, x, SCALE * (ALPHA * m.exp(m.min(x, ZERO))), SCALE)


def one_of(m: Any, key: Any, may: Sequence[bool]) -> list[Any]:
    """A weight for each of several of which one takes all: those that `may` be it share the chance."""
    places = [place for place, one in enumerate(may) if one]
    if len(places) == 1:
        return [ONE if place == places[0] else ZERO for place in range(len(may))]
    return [
        m.open(key, [ONE if one == place else ZERO for one in places]) if may[place] else ZERO
        for place in range(len(may))
    ]


def largest(m: Any, key: Any, inputs: Sequence[Any], way: int) -> list[Any]:
    """The weights of max (`way` is 1) or min (-1)."""
    known = [ends(raw)[way > 0] * way if not is_unknown(raw := m.raw(x)) else None for x in inputs]
    least = [ends(raw)[way < 0] * way if not is_unknown(raw := m.raw(x)) else None for x in inputs]
    floor = max((one for one in least if one is not None), default=None)
    return one_of(m, key, [one is None or floor is None or one >= floor for one in known])


def _extreme(way: int) -> Callable[..., Any]:
    def rules(m: Any, y: Any, *inputs: Any) -> list[Any]:
        return largest(m, _key(y), inputs, way)

    return rules


def _where(place: int) -> Callable[..., Any]:
    def rule(m: Any, y: Any, c: Any, a: Any, b: Any) -> Any:
        truth = m.truth(c)
        return one_of(m, _key(y), [truth is not False, truth is not True])[place]

    return rule


def bent(gate: Gate, place: int, rule: Any, m: Any, y: Any, *xs: Any) -> Any:
    """The slope of a gate that may be at its kink: what the rule has, and that of either side."""
    local = rule(m, y, *xs) if callable(rule) else rule
    kink = gate.kink
    if kink is None or m.truth(kink.touched(m, y, *xs)) is False:
        return local
    step = [ONE if one == place else ZERO for one in range(len(xs))]
    right = kink.one_sided(m, y, xs, [m.wrapped(one) for one in step])
    left = -kink.one_sided(m, y, xs, [m.wrapped(-one) for one in step])
    return m.open((_key(y), place), [m.hull(m.value(local), left), right])


def _clip(place: int) -> Callable[..., Any]:
    def rule(m: Any, y: Any, x: Any, lo: Any, hi: Any) -> Any:
        low = not m.sure(x > lo)
        inside = not (m.sure(x < lo) or m.sure(x > hi))
        high = not m.sure(m.max(x, lo) < hi)
        below = low and not m.sure(lo > hi)
        return one_of(m, _key(y), [inside, below, high])[place]

    return rule


def _leg(place: int) -> Callable[..., Any]:
    def rule(m: Any, y: Any, a: Any, b: Any) -> Any:
        own, other = m.raw((a, b)[place]), m.raw((b, a)[place])
        if is_unknown(own) or is_unknown(other) or is_unbounded(own) or is_unbounded(other) or has_zero(m.raw(y)):
            return m.wrapped(slope(m, own, y))
        # it rises with its own leg, and towards 0 with the other's length: its extremes are at corners
        corners = [(one, far) for one in ends(own) for far in ends(m.absolute(other))]
        lengths = [m.raw(m.hypot(one, far)) for one, far in corners]
        return m.wrapped(meet(hull(*(m.over(one, y) for (one, _), y in zip(corners, lengths, strict=True))), -ONE, ONE))

    return rule


def slope(m: Any, x: Any, length: Any) -> Any:
    """x/length, which is between -1 and 1; where the length may be 0, all of that."""
    length, x = m.raw(length), m.raw(x)
    if is_unknown(length) or is_unknown(x):
        return float("nan")
    if has_zero(length):
        lo, hi = ends(x)
        return meet(float("nan"), ZERO if lo > 0 else -ONE, ZERO if hi < 0 else ONE)
    return meet(m.over(x, length), -ONE, ONE)


RULES: dict[str, Any] = {
    "abs": (_abs,), "relu": (_relu,), "leaky_relu": (_leaky, _below), "elu": (_elu, _elu_alpha),
    "selu": (_selu,), "max": _extreme(1), "min": _extreme(-1), "where": (None, _where(0), _where(1)),
    "clip": (_clip(0), _clip(1), _clip(2)), "hypot": (_leg(0), _leg(1)),
}  # fmt: skip
