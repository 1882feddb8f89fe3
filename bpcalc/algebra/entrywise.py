"""Arrays whose entries are numbers of another system: NumPy arrays of objects.

What NumPy does with any objects (shapes, sums, products, matrix products) is as for doubles; the functions of single
numbers go entry by entry, and linear algebra is in `matrices`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, ExitStack
from functools import cmp_to_key, partial
from typing import Any, TypeVar

import numpy as np

from bpcalc.algebra.arrays import Arrays, Routed, dense
from bpcalc.algebra.matrices import Matrices
from bpcalc.algebra.rationals import Rationals
from bpcalc.gate import ARRAY_FAMILIES, Gate
from bpcalc.gates import GATES
from bpcalc.reading.files import TypedArray

Found = TypeVar("Found")

# What NumPy does with arrays of any objects as with those of doubles, and what is written here for them.
OF_OBJECTS = frozenset((
    "matmul", "det", "inv", "solve", "logdet", "cofactors", "singular", "sum", "prod", "prod_others", "cumsum",
    "cumsum_back", "amax", "amin", "squeeze", "pick", "one_hot", "array", "transpose", "reshape", "index", "scatter",
    "concat", "stack", "diag", "outer", "trace", "zeros", "ones", "eye", "arange", "linspace", "order", "take_along",
    "put_along", "cholesky", "expm",
))  # fmt: skip


class Entrywise(Arrays):
    """Arrays over the numbers `entries`."""

    anew = True
    entries: Rationals  # type: ignore[assignment]

    def __init__(self, entries: Rationals) -> None:
        super().__init__()
        matrices = Matrices(entries)
        self.entries = entries
        self.digits_shown = entries.digits_shown
        for name, gate in GATES.items():
            if gate.forward is None and (gate.family not in ARRAY_FAMILIES or name not in OF_OBJECTS):
                self.__dict__[name] = self._by_entry(gate)
        own: dict[str, Any] = {
            "add": np.add, "subtract": np.subtract, "multiply": np.multiply, "negate": np.negative,
            "matmul": matrices.matmul, "det": matrices.det, "inv": matrices.inv, "solve": matrices.solve,
            "cholesky": matrices.cholesky, "expm": matrices.expm, "order": self._order,
            "logdet": matrices.logdet, "cofactors": matrices.cofactors, "singular": matrices.singular,
            "condition": lambda x: np.zeros(np.shape(x)[:-2])[()],  # no digit is lost here
            "sum": self._sum, "prod": self._prod, "shape": np.shape, "where": self._where,
            "is_finite": self.truths(entries.is_finite), "is_nan": self.truths(entries.is_nan),
            "is_zero": self.truths(entries.is_zero),
        }  # fmt: skip
        self.__dict__.update(own)
        for name in ("take_along", "put_along"):
            if name in self.__dict__:
                self.__dict__[name] = partial(self._placed, self.__dict__[name])
        for name in ("cofactors_toward", "prod_others_toward"):  # the rules have formulas, which do
            self.__dict__.pop(name, None)

    def __deepcopy__(self, memo: Any) -> Entrywise:
        return self

    def _by_entry(self, gate: Gate) -> Callable[..., Any]:
        """A gate of single numbers on arrays, which broadcast; of arrays one that these numbers have not."""
        if gate.family in ARRAY_FAMILIES or not hasattr(self.entries, gate.name):
            return partial(self._refuse, gate.spelling)
        function = getattr(self.entries, gate.name)
        if gate.variadic:
            return lambda *xs: np.frompyfunc(function, len(xs), 1)(*xs)
        made: Callable[..., Any] = np.frompyfunc(function, len(gate.parameters), 1)
        return made

    def _refuse(self, spelling: str, *inputs: Any, **options: Any) -> Any:
        raise self.entries.lacks(spelling)

    def truths(self, function: Callable[[Any], bool]) -> Callable[[Any], Any]:
        made = np.frompyfunc(function, 1, 1)
        return lambda x: np.asarray(made(dense(x)), dtype=bool)[()]

    # Numbers

    def constant(self, payload: Any) -> Any:  # type: ignore[override]
        return self.entries.constant(payload)

    def value(self, number: Any) -> Any:  # type: ignore[override]
        if isinstance(number, TypedArray) and hasattr(number, "within"):
            return self.value(number.within(self))
        if not isinstance(number, (np.ndarray, list, tuple)):
            return self.entries.value(number)
        given = np.asarray(number, dtype=object)
        if not given.ndim:
            return self.entries.value(given[()])
        return self._filled(given.shape, map(self.entries.value, given.flat))

    def _filled(self, shape: tuple[int, ...], entries: Iterable[Any]) -> Any:
        """An array of these entries, row by row."""
        flat = np.empty(int(np.prod(shape)), dtype=object)
        for place, one in enumerate(entries):
            flat[place] = one
        return flat.reshape(shape)[()]

    @property
    def zero(self) -> Any:  # type: ignore[override]
        return self.entries.zero

    @property
    def one(self) -> Any:  # type: ignore[override]
        return self.entries.one

    def text(self, x: Any, digits: int | None) -> str:  # type: ignore[override]
        return self.entries.text(x, digits)

    def exact(self, x: Any) -> str:  # type: ignore[override]
        return self.entries.exact(x)

    def read(self, text: str) -> Any:
        return self.entries.read(text)

    def json(self, x: Any) -> Any:
        return self.entries.json(x)

    def beside(self, x: Any, digits: int | None) -> str:
        return self.entries.beside(x, digits)

    def shows(self, x: Any, shown: str) -> bool:
        return self.entries.shows(x, shown)

    def is_exact(self, x: Any) -> bool:
        return all(map(self.entries.is_exact, np.asarray(x, dtype=object).flat))

    def told(self) -> str:
        return self.entries.told()

    def settled(self, calculate: Callable[[], Found], numbers: Callable[[Found], Iterable[Any]]) -> Found:
        def single(found: Found) -> Iterable[Any]:
            return (entry for x in numbers(found) for entry in np.asarray(dense(x), dtype=object).flat)

        with self.quiet():
            return self.entries.settled(calculate, single)

    def close(self, a: Any, b: Any, tolerance: float) -> Any:
        made = np.frompyfunc(lambda x, y: self.entries.close(x, y, tolerance), 2, 1)
        return np.asarray(made(a, b), dtype=bool)[()]

    def all_finite(self, x: Any) -> bool:  # type: ignore[override]
        return bool(np.all(self.is_finite(x)))

    def quiet(self) -> AbstractContextManager[Any]:  # type: ignore[override]
        both = ExitStack()
        both.enter_context(super().quiet())
        both.enter_context(self.entries.quiet())
        return both

    def size(self, x: Any) -> float:
        return self.entries.size(x)

    # Gates

    def function(self, gate: Gate) -> Any:
        try:
            return super().function(gate)
        except AttributeError:
            raise self.entries.lacks(gate.spelling) from None

    def _where(self, condition: Any, a: Any, b: Any) -> Any:
        return np.where(np.asarray(condition).astype(bool), self.value(a), self.value(b))[()]

    def _sum(self, x: Any, axis: Any = None, keepdims: bool = False) -> Any:
        return self.value(np.sum(np.asarray(x, dtype=object), axis=self._axes(x, axis), keepdims=keepdims))

    def _prod(self, x: Any, axis: Any = None, keepdims: bool = False) -> Any:
        return self.value(np.prod(np.asarray(x, dtype=object), axis=self._axes(x, axis), keepdims=keepdims))

    @staticmethod
    def _axes(x: Any, axis: Any) -> Any:
        """A single number has one entry along axis 0, as NumPy has it."""
        return None if not np.ndim(x) and axis in (0, -1) else axis

    def _reduced(self, better: Callable[..., Any], x: Any, axis: Any, keepdims: bool) -> Any:
        """The best entry along axes, one after the other from the last."""
        x = np.asarray(x, dtype=object)
        axes = range(x.ndim) if axis is None else axis if isinstance(axis, tuple) else (axis,) * bool(x.ndim)
        made = np.frompyfunc(better, 2, 1)
        for one in sorted((place % x.ndim for place in axes), reverse=True):
            x = made.reduce(x, axis=one, keepdims=keepdims)
        return x[()] if isinstance(x, np.ndarray) else x

    def amax(self, x: Any, axis: Any, keepdims: bool = False) -> Any:  # type: ignore[override]
        return self._reduced(self.entries.max, x, axis, keepdims)

    def amin(self, x: Any, axis: Any, keepdims: bool = False) -> Any:  # type: ignore[override]
        return self._reduced(self.entries.min, x, axis, keepdims)

    def ones(self, shape: tuple[int, ...]) -> Any:  # type: ignore[override]
        return np.full(shape, self.one, dtype=object)

    def zeros(self, shape: tuple[int, ...]) -> Any:  # type: ignore[override]
        return np.full(shape, self.zero, dtype=object)

    def eye(self, size: int, columns: int | None = None) -> Any:  # type: ignore[override]
        return self.value(np.eye(size, columns))

    def arange(self, first: float, last: float | None, step: float) -> Any:  # type: ignore[override]
        start = self.entries.value(0 if last is None else first)
        count = np.size(super().arange(first, last, step))
        return self._filled((count,), (start + place * self.entries.value(step) for place in range(count)))

    def linspace(self, first: float, last: float, count: int) -> Any:  # type: ignore[override]
        start, end, count = self.entries.value(first), self.entries.value(last), int(count)
        step = self.entries.divide(end - start, max(count - 1, 1))
        return self._filled((count,), (start + place * step for place in range(count)))

    def pick(self, scores: Any, labels: Any) -> Any:  # type: ignore[override]
        return super().pick(scores, self._labels(labels))

    def one_hot(self, labels: Any, size: int | None = None) -> Any:  # type: ignore[override]
        return self.value(super().one_hot(self._labels(labels), size))

    def _placed(self, function: Callable[..., Any], x: Any, places: Any, **options: Any) -> Any:
        """A function of an array and of places in it, which are whole numbers."""
        return self.value(function(np.asarray(x, dtype=object), self._labels(places), **options))

    def _labels(self, labels: Any) -> Any:
        return np.asarray(labels, dtype=float)

    def _order(self, x: Any) -> Any:
        """Where the smallest entry of each row stands, then the next; equal ones as they stand, NaN at the end."""
        if not np.ndim(x):
            raise ValueError("a single number is no row")

        def placed(row: Any) -> Any:
            numbers = [at for at, one in enumerate(row) if not self.entries.is_nan(one)]
            numbers.sort(key=cmp_to_key(lambda a, b: (row[a] > row[b]) - (row[a] < row[b])))
            return [*numbers, *(at for at, one in enumerate(row) if self.entries.is_nan(one))]

        rows = np.asarray(x, dtype=object).reshape(-1, np.shape(x)[-1])
        return self.value(np.array([placed(row) for row in rows]).reshape(np.shape(x)))

    def array(self, *entries: Any) -> Any:  # type: ignore[override]
        if all(np.ndim(entry) == 0 for entry in entries):
            return self.value(list(entries))
        return np.stack([np.asarray(entry, dtype=object) for entry in entries])

    def scatter(self, x: Any, shape: tuple[int, ...], key: tuple[Any, ...]) -> Any:  # type: ignore[override]
        whole = self.zeros(shape)
        whole[tuple(slice(*part) if isinstance(part, tuple) else part for part in key)] = x
        return whole

    # Shapes

    def entry(self, x: Any, place: tuple[int, ...]) -> Any:  # type: ignore[override]
        return self.entries.value(np.asarray(x, dtype=object)[place])

    def marked(self, truths: Any) -> tuple[int, int, tuple[int, ...]]:  # type: ignore[override]
        return super().marked(np.asarray(truths).astype(bool))

    def lists(self, x: Any) -> Any:  # type: ignore[override]
        return np.asarray(self.value(x), dtype=object).tolist()

    def unit(self, shape: tuple[int, ...], place: tuple[int, ...]) -> Any:  # type: ignore[override]
        whole = np.zeros(shape)
        whole[place] = 1.0
        return self.value(whole[()])

    def zero_like(self, x: Any) -> Any:  # type: ignore[override]
        return self.zeros(np.shape(x))[()]

    # What the engine asks

    def scale(self, upstream: Any, local: Any) -> Any:  # type: ignore[override]
        if not isinstance(upstream, Routed):
            return upstream * local
        live = np.broadcast_to(upstream.live, np.broadcast_shapes(np.shape(upstream.array), np.shape(local)))
        return Routed(self._masked(live, upstream.array, local), live)

    def route(self, upstream: Any, weight: Any) -> Any:
        live = np.asarray(np.asarray(weight) != 0, dtype=bool)
        if isinstance(upstream, Routed):
            live = live & upstream.live
        live = np.broadcast_to(live, np.broadcast_shapes(np.shape(live), np.shape(dense(upstream))))
        return Routed(self._masked(live, dense(upstream), weight), live) if live.any() else None

    def _masked(self, live: Any, a: Any, b: Any) -> Any:
        """a*b where something flows, else 0: what is blocked is not looked at."""
        multiply = np.frompyfunc(lambda flows, x, y: x * y if flows else self.zero, 3, 1)
        return self.value(multiply(live, a, b))

    def except_at(self, condition: Any, special: Any, usual: Any) -> Any:  # type: ignore[override]
        return self._where(condition, special, usual)
