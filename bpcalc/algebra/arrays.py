"""NumPy arrays of doubles: the algebra of a program with vectors, matrices or tensors in it.

Results are IEEE, as with floats; NumPy's own warnings are off.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import reduce
from typing import Any

import numpy as np

import bpcalc.gates.arrays  # noqa: F401 (the gates that this algebra has functions for)
from bpcalc.algebra import along, linear, special_arrays
from bpcalc.algebra.floats import FLOATS
from bpcalc.algebra.protocol import Algebra
from bpcalc.gates.indexing import Places, has_places
from bpcalc.graph import CONSTANTS

SAME = {  # NumPy's functions under our names
    "add": np.add, "subtract": np.subtract, "multiply": np.multiply, "negate": np.negative, "divide": np.divide,
    "exp": np.exp, "expm1": np.expm1, "log": np.log, "log2": np.log2, "log10": np.log10, "log1p": np.log1p,
    "sqrt": np.sqrt, "cbrt": np.cbrt, "hypot": np.hypot, "abs": np.abs, "sign": np.sign, "floor": np.floor,
    "ceil": np.ceil, "sin": np.sin, "cos": np.cos, "tan": np.tan, "asin": np.arcsin, "acos": np.arccos,
    "atan": np.arctan, "atan2": np.arctan2, "sinh": np.sinh, "cosh": np.cosh, "tanh": np.tanh, "asinh": np.arcsinh,
    "acosh": np.arccosh, "atanh": np.arctanh, "mod": np.mod,
    "matmul": linear.matmul, "sum": np.sum, "prod": np.prod, "prod_others": along.prod_others,
    "prod_others_toward": along.prod_others_toward, "cumsum": along.cumsum,
    "cumsum_back": along.cumsum_back, "det": linear.det, "logdet": linear.logdet, "inv": linear.inv,
    "solve": linear.solve, "cofactors": linear.cofactors, "cofactors_toward": linear.cofactors_toward,
    "singular": linear.singular, "condition": linear.condition, "expm": linear.expm, "pinv": linear.pinv,
    "cholesky": linear.cholesky, "eigvalsh": linear.eigvalsh, "eigh": linear.eigh,
    "order": along.order, "take_along": along.take_along, "put_along": along.put_along, "recurrence": along.recurrence,
    "where": np.where, "shape": np.shape, "is_finite": np.isfinite, "is_nan": np.isnan,
}  # fmt: skip
COMPARISONS = {
    "less": np.less, "less_equal": np.less_equal, "greater": np.greater, "greater_equal": np.greater_equal,
    "equal": np.equal, "not_equal": np.not_equal,
}  # fmt: skip


class Routed:
    """A gradient that a router has switched: where `live` is false nothing flows, which is less than 0.

    A later local gradient that is infinite must not make NaN of the blocked entries (0*inf). Something flows in one
    entry at least: else there is no gradient, but None.
    """

    __slots__ = ("array", "live")
    __array_ufunc__ = None  # NumPy leaves `array + Routed` to us

    def __init__(self, array: Any, live: Any) -> None:
        self.array = array
        self.live = live

    def __add__(self, other: Any) -> Any:
        if isinstance(other, Routed):
            return Routed(self.array + other.array, self.live | other.live)
        return self.array + other

    def __radd__(self, other: Any) -> Any:
        return other + self.array


def dense(gradient: Any) -> Any:
    """The gradient as an array."""
    return gradient.array if isinstance(gradient, Routed) else gradient


def routed(gradient: Any, live: Any) -> Routed | None:
    return Routed(gradient, live) if live.any() else None


def still_routed(gradient: Any) -> Any:
    """A gradient that a switched one was mixed into: an entry of exactly 0 got nothing."""
    return gradient if gradient is None or isinstance(gradient, Routed) else routed(gradient, np.asarray(gradient != 0))


class Arrays(Algebra):
    """The one instance is `ARRAYS`."""

    shaped = True
    entries = FLOATS
    zero, one = np.float64(0.0), np.float64(1.0)

    def __init__(self) -> None:
        self.__dict__.update(SAME)
        for name in special_arrays.ENTRYWISE:
            self.__dict__[name] = special_arrays.function(name)
        for name, compare in COMPARISONS.items():
            self.__dict__[name] = lambda a, b, compare=compare: compare(a, b).astype(float)

    # Numbers

    @staticmethod
    def constant(payload: Any) -> Any:
        return np.float64(CONSTANTS[payload] if isinstance(payload, str) else payload)

    @staticmethod
    def value(number: Any) -> Any:
        return np.asarray(number, dtype=float)[()]

    @staticmethod
    def text(x: Any, digits: int | None) -> str:
        return FLOATS.text(float(x), digits)

    @staticmethod
    def exact(x: Any) -> str:
        return FLOATS.exact(float(x))

    def close(self, a: Any, b: Any, tolerance: float) -> Any:
        with self.quiet():
            near = np.abs(a - b) <= tolerance * np.maximum(np.abs(a), np.abs(b))
            finite = np.isfinite(a) & np.isfinite(b)
        return (np.equal(a, b) | (near & finite) | (np.isnan(a) & np.isnan(b)))[()]

    @staticmethod
    def holds(truth: Any) -> bool:
        return bool(np.any(truth))

    @staticmethod
    def everywhere(truth: Any) -> bool:
        return bool(np.all(truth))

    @staticmethod
    def all_finite(x: Any) -> bool:
        # a finite sum has finite terms, and takes half the time of looking at each
        x = dense(x)
        return bool(np.isfinite(np.sum(x)) or np.all(np.isfinite(x)))

    @staticmethod
    def quiet() -> Any:
        return np.errstate(all="ignore")

    # Gates

    @staticmethod
    def power(x: Any, n: Any) -> Any:
        return np.square(x) if np.ndim(n) == 0 and n == 2 else np.power(x, n)

    @staticmethod
    def max(*inputs: Any) -> Any:
        return reduce(np.maximum, inputs)

    @staticmethod
    def min(*inputs: Any) -> Any:
        return reduce(np.minimum, inputs)

    @staticmethod
    def ones(shape: tuple[int, ...]) -> Any:
        return np.ones(shape)

    @staticmethod
    def zeros(shape: tuple[int, ...]) -> Any:
        return np.zeros(shape)

    @staticmethod
    def eye(size: int, columns: int | None = None) -> Any:
        return np.eye(size, columns)

    @staticmethod
    def arange(first: float, last: float | None, step: float) -> Any:
        return np.arange(0.0, first, step) if last is None else np.arange(first, last, step, dtype=float)

    @staticmethod
    def linspace(first: float, last: float, count: int) -> Any:
        return np.linspace(first, last, count)

    @staticmethod
    def concat(*inputs: Any, axis: int) -> Any:
        return np.concatenate(inputs, axis=axis)

    @staticmethod
    def stack(*inputs: Any, axis: int) -> Any:
        return np.stack(inputs, axis=axis)

    @staticmethod
    def diag(x: Any) -> Any:
        return np.diag(x).copy()

    @staticmethod
    def outer(a: Any, b: Any) -> Any:
        if np.ndim(a) != 1 or np.ndim(b) != 1:
            raise ValueError("outer takes two vectors")
        return np.multiply.outer(a, b)

    @staticmethod
    def trace(x: Any) -> Any:
        return np.trace(x, axis1=-2, axis2=-1)

    @staticmethod
    def amax(x: Any, axis: Any, keepdims: bool = False) -> Any:
        return np.max(x, axis=axis, keepdims=keepdims)

    @staticmethod
    def amin(x: Any, axis: Any, keepdims: bool = False) -> Any:
        return np.min(x, axis=axis, keepdims=keepdims)

    @staticmethod
    def squeeze(x: Any, axis: Any) -> Any:
        return np.squeeze(x, axis=axis)

    @staticmethod
    def pick(scores: Any, labels: Any) -> Any:
        return np.take_along_axis(scores, labels_of(labels, scores)[..., None], axis=-1)[..., 0]

    @staticmethod
    def one_hot(labels: Any, size: int | None = None) -> Any:
        size = int(np.max(labels, initial=0)) + 1 if size is None else size
        return np.equal(np.asarray(labels)[..., None], np.arange(size)).astype(float)

    @staticmethod
    def array(*entries: Any) -> Any:
        return np.array(entries) if all(np.ndim(entry) == 0 for entry in entries) else np.stack(entries)

    @staticmethod
    def transpose(x: Any, axes: tuple[int, ...] | None) -> Any:
        return np.transpose(x, axes)

    @staticmethod
    def reshape(x: Any, shape: tuple[int, ...]) -> Any:
        return np.reshape(x, shape)

    @staticmethod
    def index(x: Any, key: tuple[Any, ...]) -> Any:
        return x[key_of(key)]

    @staticmethod
    def scatter(x: Any, shape: tuple[int, ...], key: tuple[Any, ...]) -> Any:
        """Zeros of a shape with `x` at the place that an index `key` reads."""
        whole = np.zeros(shape, dtype=np.result_type(x, float))
        if has_places(key):  # entries that are taken twice get the sum
            np.add.at(whole, key_of(key), x)
        else:
            whole[key_of(key)] = x
        return whole

    # Shapes

    @staticmethod
    def places(shape: tuple[int, ...]) -> Any:
        return np.ndindex(*shape)

    @staticmethod
    def entry(x: Any, place: tuple[int, ...]) -> float:
        return float(np.asarray(x)[place])

    @staticmethod
    def marked(truths: Any) -> tuple[int, int, tuple[int, ...]]:
        first = np.unravel_index(int(np.argmax(truths)), np.shape(truths)) if np.ndim(truths) else ()
        return int(np.count_nonzero(truths)), int(np.size(truths)), tuple(map(int, first))

    @staticmethod
    def lists(x: Any) -> Any:
        return np.asarray(x, dtype=float).tolist()

    @staticmethod
    def unit(shape: tuple[int, ...], place: tuple[int, ...]) -> Any:
        whole = np.zeros(shape)
        whole[place] = 1.0
        return whole[()]

    @staticmethod
    def spread(x: Any, like: Any) -> Any:
        return np.broadcast_to(x, np.shape(like))

    @staticmethod
    def zero_like(x: Any) -> Any:
        return np.zeros(np.shape(x))[()]

    # What the engine asks

    @staticmethod
    def scale(upstream: Any, local: Any) -> Any:
        if not isinstance(upstream, Routed):
            return upstream * local
        scaled = np.where(upstream.live, upstream.array * local, 0.0)
        return Routed(scaled, np.broadcast_to(upstream.live, np.shape(scaled)))

    def settle(self, g: Any, x: Any) -> Any:
        if isinstance(g, Routed):
            return g if np.shape(g.array) == np.shape(x) else still_routed(super().settle(g.array, x))
        return super().settle(g, x)

    switched = staticmethod(still_routed)
    dense = staticmethod(dense)

    def pull(self, rule: Any, upstream: Any, y: Any, inputs: list[Any]) -> Any:
        found = rule(self, dense(upstream), y, *inputs)
        if not isinstance(upstream, Routed):
            return found
        return list(map(still_routed, found)) if isinstance(found, list) else still_routed(found)

    @staticmethod
    def live(gradient: Any) -> Any:
        return gradient.live if isinstance(gradient, Routed) else gradient is not None

    @staticmethod
    def is_switched(gradient: Any) -> bool:
        return isinstance(gradient, Routed)

    @staticmethod
    def except_at(condition: Any, special: Any, usual: Any) -> Any:
        return np.where(condition, special, usual)

    def route(self, upstream: Any, weight: Any) -> Any:
        live = np.asarray(weight != 0)
        if isinstance(upstream, Routed):
            live = live & upstream.live
        return routed(np.where(live, dense(upstream) * weight, 0.0), live)


def key_of(key: tuple[Any, ...]) -> tuple[Any, ...]:
    """An index of our own as NumPy has it."""
    return tuple(map(_place, key))


def _place(part: Any) -> Any:
    if isinstance(part, Places):
        return np.array(part.entries, dtype=int)
    return slice(*part) if isinstance(part, tuple) else part


def labels_of(labels: Any, scores: Any) -> Any:
    """Labels as whole numbers, checked against the classes."""
    whole = np.asarray(labels)
    classes = np.shape(scores)[-1]
    if np.shape(whole) != np.shape(scores)[:-1]:
        raise ValueError("the gate tells what is wrong with the shapes")
    if not np.all((whole == np.floor(whole)) & (whole >= 0) & (whole < classes)):
        wrong = whole[(whole != np.floor(whole)) | ~(whole >= 0) | ~(whole < classes)].flat[0]
        raise ValueError(f"labels are whole numbers from 0 to {classes - 1}, here is {wrong:g}")
    return whole.astype(int)


ARRAYS = Arrays()


def nearest(value: Any) -> Any:
    """Numbers of any kind, fractions too, as an array of the doubles nearest to them. Raises ValueError for others."""
    given = np.asarray(value, dtype=object)
    if any(entry is None or isinstance(entry, (str, bytes, list)) for entry in given.flat):
        raise ValueError("no numbers")
    return given.astype(float)


def own(value: Any) -> Any:
    """Real numbers of any kind as an array that shares no memory with them. Raises ValueError for anything else."""
    return np.array(_real(value), dtype=float)[()]


def lent(value: Any) -> Any:
    """The same as an array that may share their memory, to be read and no more. What has gaps in memory is copied here
    too: sums would go another way through it."""
    real = _real(value)
    return real[()] if real.dtype == float and real.flags.forc else np.array(real, dtype=float)[()]


def apart(results: Sequence[Any], lent: Iterable[Any]) -> list[Any]:
    """The results, none of which shares memory with what was lent."""
    known = {*map(id, lent)}
    return [np.array(one)[()] if id(one) in known or getattr(one, "base", None) is not None else one for one in results]


def _real(value: Any) -> Any:
    given = np.asarray(value)
    if given.dtype.kind == "O":  # None would become NaN
        if not all(isinstance(entry, (int, float, np.number)) for entry in given.flat):
            raise ValueError("no numbers")
    elif given.dtype.kind not in "biuf":
        raise ValueError("no real numbers")
    return given
