"""Arrays of numbers between bounds: gates of single numbers go entry by entry, with all the care of those."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np

from bpcalc.algebra.arrays import Routed, dense
from bpcalc.algebra.bounds.kinks import largest, slope
from bpcalc.algebra.bounds.linear import minors
from bpcalc.algebra.bounds.spans import ONE, ZERO, Span, ends, is_unknown, nan
from bpcalc.algebra.entrywise import Entrywise
from bpcalc.algebra.number import Number
from bpcalc.errors import BpcalcError
from bpcalc.gate import Gate
from bpcalc.gates import GATES

WEIGHTED = {"amax": 1, "amin": -1}
LENGTHS = ("norm", "std")
OWN = ("logsumexp", "softmax", "log_softmax", "softmax_loss", "centered", "std")  # narrower than their formulas


class BoundedArrays(Entrywise):
    """Arrays over `Intervals`."""

    encloses = True

    def __init__(self, entries: Any) -> None:
        super().__init__(entries)
        for name, gate in GATES.items():
            if not gate.of_arrays and gate.parameters and name not in ("add", "subtract", "multiply", "negate"):
                self.__dict__[name] = self._single(gate)
        self.__dict__["is_zero"] = self.truths(entries.is_zero)
        self.__dict__["singular"] = self._singular
        self.__dict__["cofactors"] = self._small_cofactors(self.__dict__["cofactors"])
        self.__dict__["equal"] = self._single(GATES["equal"])

    def _single(self, gate: Gate) -> Callable[..., Any]:
        """A gate of single numbers, entry by entry."""

        def function(*inputs: Any) -> Any:
            found = np.frompyfunc(getattr(self.entries, gate.name), len(inputs), 1)(*inputs)
            return found if isinstance(found, np.ndarray) else self.entries.value(found)

        return function

    def function(self, gate: Gate) -> Any:
        if gate.name in OWN:
            return partial(getattr(self, f"_{gate.name}"), **gate.options)
        return super().function(gate)

    # Truths

    def sure(self, condition: Any) -> Any:
        """Where does it certainly hold?"""
        made = np.frompyfunc(self.entries.sure, 1, 1)
        return np.asarray(made(condition), dtype=bool)[()]

    def holds(self, truth: Any) -> bool:  # type: ignore[override]
        return bool(np.any(self.sure(truth)))

    def everywhere(self, truth: Any) -> bool:  # type: ignore[override]
        return bool(np.all(self.sure(truth)))

    def _where(self, condition: Any, a: Any, b: Any) -> Any:
        made = np.frompyfunc(self.entries.where, 3, 1)
        return made(np.asarray(condition, dtype=object), self.value(a), self.value(b))

    def hull(self, a: Any, b: Any) -> Any:
        """Whatever is in either of two arrays, entry by entry."""
        return np.frompyfunc(self.entries.hull, 2, 1)(a, b)

    def _labels(self, labels: Any) -> Any:
        given = np.asarray(labels, dtype=object)
        for entry in given.flat:
            if isinstance(self.entries.raw(entry), Span) or is_unknown(self.entries.raw(entry)):
                raise BpcalcError("a label, or a place in an array, is a range", hint="it is one whole number")
        return given.astype(float)

    # Gradients: where nothing flows stays so; what may flow is not blocked

    def rules(self, gate: Gate, convention: str) -> Any:
        if gate.name in WEIGHTED:
            return (partial(self._weighted, WEIGHTED[gate.name], **gate.options),)
        if gate.name in LENGTHS:
            if gate.options.get("order") not in (None, "fro"):
                raise BpcalcError("a norm of this order has no bounds", hint="norm(x) has, and abs, sum and max have")
            return (partial(self._lengths, gate.name == "std", **gate.options),)
        if gate.of_arrays:
            return gate.rules(convention)
        rules = self.entries.rules(gate, convention)
        if callable(rules):
            return partial(self._all_rules, rules)
        return tuple(partial(self._by_rule, rule) if callable(rule) else rule for rule in rules)

    def _by_rule(self, rule: Callable[..., Any], m: Any, y: Any, *inputs: Any) -> Any:
        made = np.frompyfunc(lambda *numbers: self.entries.value(rule(self.entries, *numbers)), 1 + len(inputs), 1)
        return made(*map(self.same, (y, *inputs)))

    def same(self, x: Any) -> Any:
        """An array, or a number: these very ones where they are the algebra's own, for `kinks` knows them again."""
        return x if isinstance(x, (np.ndarray, Number)) else self.value(x)

    def _all_rules(self, rules: Callable[..., Any], m: Any, y: Any, *inputs: Any) -> list[Any]:
        count = len(inputs)

        def every(*numbers: Any) -> tuple[Any, ...]:
            return tuple(map(self.entries.value, rules(self.entries, *numbers)))

        found = np.frompyfunc(every, 1 + count, count)(*map(self.same, (y, *inputs)))
        return list(found) if count > 1 else [found]

    def route(self, upstream: Any, weight: Any) -> Any:
        live = self._may_flow(weight)
        if isinstance(upstream, Routed):
            live = live & upstream.live
        live = np.broadcast_to(live, np.broadcast_shapes(np.shape(live), np.shape(dense(upstream))))
        return Routed(self._masked(live, dense(upstream), weight), live) if live.any() else None

    def _may_flow(self, weight: Any) -> Any:
        made = np.frompyfunc(lambda x: not self.entries.is_zero(x), 1, 1)
        return np.asarray(made(weight), dtype=bool)

    def _still(self, gradient: Any) -> Any:
        if gradient is None or isinstance(gradient, Routed):
            return gradient
        live = self._may_flow(gradient)
        return Routed(gradient, live) if live.any() else None

    def settle(self, g: Any, x: Any) -> Any:
        if isinstance(g, Routed):
            return g if np.shape(g.array) == np.shape(x) else self._still(super().settle(g.array, x))
        return super().settle(g, x)

    def pull(self, rule: Any, upstream: Any, y: Any, inputs: list[Any]) -> Any:
        found = rule(self, dense(upstream), y, *inputs)
        if not isinstance(upstream, Routed):
            return found
        return list(map(self._still, found)) if isinstance(found, list) else self._still(found)

    # Reductions

    def _rows(self, x: Any, axis: Any) -> tuple[Any, tuple[int, ...], tuple[int, ...]]:
        """The entries that are reduced to one along the last axis; the axes, and the shape that is kept with them."""
        x = np.asarray(x, dtype=object)
        axes = tuple(range(x.ndim)) if axis is None else axis if isinstance(axis, tuple) else (axis,)
        axes = tuple(sorted(one % x.ndim for one in axes)) if x.ndim else ()
        kept = tuple(1 if place in axes else size for place, size in enumerate(x.shape))
        others = tuple(place for place in range(x.ndim) if place not in axes)
        moved = np.transpose(x, (*others, *axes))
        return moved.reshape((*(x.shape[place] for place in others), -1)), axes, kept

    def _back(self, rows: Any, x: Any, axes: tuple[int, ...]) -> Any:
        """What `_rows` made, in the shape of `x` again."""
        shape = np.shape(x)
        others = tuple(place for place in range(len(shape)) if place not in axes)
        order = (*others, *axes)
        back = [order.index(place) for place in range(len(shape))]
        return np.transpose(rows.reshape([shape[place] for place in order]), back)

    def _along(self, function: Callable[[Sequence[Any]], Sequence[Any]], x: Any, axis: Any) -> Any:
        """A function of rows to rows, along axes."""
        rows, axes, _ = self._rows(x, axis)
        found = np.empty(rows.shape, dtype=object)
        for place in np.ndindex(*rows.shape[:-1]):
            for at, one in enumerate(function(list(rows[place]))):
                found[(*place, at)] = self.entries.value(one)
        return self._back(found, x, axes)

    def _kept(self, g: Any, x: Any, axis: Any) -> Any:
        _, _, kept = self._rows(x, axis)
        return np.asarray(g, dtype=object).reshape(kept) if np.ndim(x) else g

    def _weighted(self, way: int, m: Any, g: Any, y: Any, x: Any, axis: Any, keepdims: bool) -> Any:
        """The pullback of max and min: to the entries that may be the largest."""

        def weights(row: Sequence[Any]) -> list[Any]:
            return largest(self.entries, (way, *map(id, row)), row, way)

        flow = np.broadcast_to(self._kept(g, x, axis), np.shape(x))
        return self.route(flow, self._along(weights, x, axis) if np.ndim(x) else self.one)

    def _lengths(
        self, spread: bool, m: Any, g: Any, y: Any, x: Any, axis: Any, keepdims: bool, ddof: int = 0, order: Any = None
    ) -> Any:
        """The pullback of norm and std: no slope is steeper than 1, or for std of n entries than 1/sqrt(n - ddof)."""
        length = self._kept(y, x, axis)
        along = self.centered(x, axis=axis) if spread else self.value(x)
        count = self._rows(x, axis)[0].shape[-1] if np.ndim(x) else 1
        root = self.entries.raised(self.entries.raw(count - ddof), self.entries.raw(0.5)) if spread else ONE

        def local(one: Any, total: Any) -> Any:
            m = self.entries
            return m.wrapped(m.over(slope(m, m.wrapped(m.over(m.raw(one), root)), total), root))

        if spread and count == 1:
            return self.zeros(np.shape(x))[()]
        return np.broadcast_to(self._kept(g, x, axis), np.shape(x)) * np.frompyfunc(local, 2, 1)(along, length)

    def _centered(self, x: Any, axis: Any = None) -> Any:
        """x - mean(x): with each entry once, x*(n - 1)/n less the others' n-th parts."""
        m = self.entries

        def deviations(row: Sequence[Any]) -> list[Any]:
            count = len(row)
            parts = [m.divide(one, count) for one in row]
            found = []
            for place, part in enumerate(parts):
                rest = m.wrapped(ZERO)
                for other in (*parts[:place], *parts[place + 1 :]):
                    rest = rest + other
                found.append(part * (count - 1) - rest)
            return found

        return self._along(deviations, x, axis) if np.ndim(x) else self.zeros(())[()]

    centered = _centered

    def _std(self, x: Any, axis: Any = None, keepdims: bool = False, **options: Any) -> Any:
        return self.sqrt(self.var(x, axis=axis, keepdims=keepdims, **options))

    # Functions of rows that rise or fall in each entry: between the values at the ends

    def _least_and_most(self, x: Any) -> tuple[Any, Any] | None:
        """The rows with all entries at their lower ends, and at their upper ones."""
        raws = [self.entries.raw(one) for one in x]
        if any(map(is_unknown, raws)):
            return None
        return tuple([self.entries.wrapped(ends(raw)[place]) for raw in raws] for place in (0, 1))  # type: ignore[return-value]

    def _total(self, row: Sequence[Any]) -> Any:
        """log(sum(exp(row)))"""
        m, both = self.entries, self._least_and_most(row)
        if both is None:
            return m.wrapped(nan)
        found = []
        for part in both:
            top = part[0]
            for one in part[1:]:
                top = m.max(top, one)
            if not m.is_finite(top):
                return m.wrapped(nan)
            total = m.wrapped(ZERO)
            for one in part:
                total = total + m.exp(one - top)
            found.append(top + m.log(total))
        return m.between_ends(*found)

    def _logsumexp(self, x: Any, axis: Any = None, keepdims: bool = False) -> Any:
        rows, _, kept = self._rows(x, axis)
        found = np.empty(rows.shape[:-1], dtype=object)
        for place in np.ndindex(*found.shape):
            found[place] = self._total(list(rows[place]))
        return (found.reshape(kept) if keepdims else found)[()]

    def _log_shares(self, row: Sequence[Any]) -> list[Any]:
        """log(softmax(row)): of each entry less how far the others are above it."""
        return [-self._total([other - one for other in row]) for one in row]

    def _log_softmax(self, x: Any, axis: Any = -1) -> Any:
        return self._along(self._log_shares, x, axis)

    def _softmax(self, x: Any, axis: Any = -1) -> Any:
        return self._along(lambda row: [self.entries.exp(one) for one in self._log_shares(row)], x, axis)

    softmax = _softmax
    log_softmax = _log_softmax
    logsumexp = _logsumexp

    def _softmax_loss(self, S: Any, y: Any, reduction: str = "sum") -> Any:
        losses = self.pick(-self._log_softmax(S, axis=-1), y)
        return losses if reduction == "none" else self.sum(losses) if reduction == "sum" else self.mean(losses)

    # Matrices

    def _singular(self, x: Any) -> Any:
        """1 where the determinant is 0 for certain. Where it may be, all that needs an inverse is not known."""
        made = np.frompyfunc(lambda det: ONE if self.entries.is_zero(det) else ZERO, 1, 1)
        return self.value(made(self.det(x)))

    def _small_cofactors(self, usual: Callable[[Any], Any]) -> Callable[[Any], Any]:
        def cofactors(x: Any) -> Any:
            x = np.asarray(x, dtype=object)
            size = x.shape[-1]
            if size not in (2, 3):
                return usual(x)
            found = np.empty(x.shape, dtype=object)
            for place in np.ndindex(*x.shape):
                row, column = place[-2:]
                rest = [[self.entries.raw(x[(*place[:-2], i, j)]) for j in range(size) if j != column]
                        for i in range(size) if i != row]  # fmt: skip
                minor = minors(self.entries, rest)
                found[place] = self.entries.wrapped(self.entries.negative(minor) if (row + column) % 2 else minor)
            return found

        return cofactors
