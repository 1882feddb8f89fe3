"""Every array gate by its definition, in loops over entries: the oracle of the laws. It shares no code with bpcalc.

Each function takes NumPy arrays, real or complex (a step into the complex plane gives exact derivatives), and the
gate's options.
"""

from __future__ import annotations

import cmath
from collections.abc import Callable, Iterator
from itertools import permutations, product
from typing import Any

import numpy as np

Array = Any


def places(shape: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    return product(*map(range, shape))


def chosen(x: Array, axis: Any) -> list[int]:
    """The axes that a reduction runs over."""
    axes = range(x.ndim) if axis is None else axis if isinstance(axis, (list, tuple)) else [axis]
    return [one % x.ndim for one in axes]


def groups(x: Array, axis: Any) -> dict[tuple[int, ...], list[tuple[int, ...]]]:
    """For each place of the result, with size 1 for a reduced axis, the places of `x` that make it up."""
    axes, found = chosen(x, axis), {}
    order = [one for one in range(x.ndim) if one not in axes] + axes
    for place in sorted(places(x.shape), key=lambda place: [place[one] for one in order]):
        key = tuple(0 if one in axes else at for one, at in enumerate(place))
        found.setdefault(key, []).append(place)
    return found


def reduction(one: Callable[[list[Any]], Any]) -> Callable[..., Array]:
    """A gate that makes one number of each group of entries."""

    def reduce(x: Array, axis: Any = None, keepdims: bool = False) -> Array:
        axes = chosen(x, axis)
        kept = np.zeros([1 if place in axes else size for place, size in enumerate(x.shape)], dtype=x.dtype)
        for key, members in groups(x, axis).items():
            kept[key] = one([x[member] for member in members])
        return kept if keepdims else kept.reshape([size for place, size in enumerate(x.shape) if place not in axes])

    return reduce


def scan(each: Callable[[list[Any]], list[Any]], default: Any) -> Callable[..., Array]:
    """A gate that makes as many numbers of each group of entries."""

    def run(x: Array, axis: Any = default) -> Array:
        found = np.zeros_like(x)
        for members in groups(x, axis).values():
            for member, entry in zip(members, each([x[member] for member in members]), strict=True):
                found[member] = entry
        return found

    return run


def total(entries: Any) -> Any:
    result = 0.0
    for entry in entries:
        result = result + entry
    return result


def times(entries: Any) -> Any:
    result = 1.0
    for entry in entries:
        result = result * entry
    return result


def mean(entries: list[Any]) -> Any:
    return total(entries) / len(entries)


def spread(x: Array, axis: Any = None, keepdims: bool = False, ddof: int = 0) -> Array:
    def variance(entries: list[Any]) -> Any:
        return total((entry - mean(entries)) ** 2 for entry in entries) / (len(entries) - ddof)

    return reduction(variance)(x, axis, keepdims)


def softmax(entries: list[Any]) -> list[Any]:
    powers = [cmath.exp(entry) for entry in entries]
    return [power / total(powers) for power in powers]


def running(entries: list[Any]) -> list[Any]:
    return [total(entries[: place + 1]) for place in range(len(entries))]


def of_kind(entries: list[Any], x: Array) -> Array:
    return np.array(entries if np.iscomplexobj(x) else np.real(entries))


def flat_running(x: Array, axis: Any = None, back: bool = False) -> Array:
    def each(entries: list[Any]) -> list[Any]:
        return running(entries[::-1])[::-1] if back else running(entries)

    return np.array(each(list(x.ravel()))) if axis is None else scan(each, axis)(x, axis)


def flat_or_along(each: Callable[[list[Any]], list[Any]], x: Array, axis: Any) -> Array:
    return np.array(each(list(x.ravel()))) if axis is None else scan(each, axis)(x, axis)


def stacked(one: Callable[..., Any]) -> Callable[..., Array]:
    """A gate of matrices, for each matrix of a stack."""

    def run(x: Array) -> Array:
        return np.array([run(matrix) for matrix in x]) if x.ndim > 2 else np.asarray(one(x))

    return run


def sign(order: tuple[int, ...]) -> int:
    return (-1) ** sum(a > b for place, b in enumerate(order) for a in order[:place])


def det(x: Array) -> Any:
    return total(
        sign(order) * times(x[row, column] for row, column in enumerate(order)) for order in permutations(range(len(x)))
    )


def cofactors(x: Array) -> Array:
    found = np.zeros_like(x)
    for row, column in places(x.shape):
        rest = np.delete(np.delete(x, row, 0), column, 1)
        found[row, column] = (-1) ** (row + column) * (det(rest) if len(rest) else 1.0)
    return found


def inverse(x: Array) -> Array:
    return cofactors(x).T / det(x)


def logdet(x: Array) -> Any:
    value = det(x)
    return np.log(value if value.real > 0 else -value)


def matmul(a: Array, b: Array) -> Array:
    if a.ndim > 2 or b.ndim > 2:
        stack = np.broadcast_shapes(a.shape[:-2], b.shape[:-2])
        left = np.broadcast_to(a, (*stack, *a.shape[-2:])) if a.ndim > 1 else [a] * len(b)
        right = np.broadcast_to(b, (*stack, *b.shape[-2:])) if b.ndim > 1 else [b] * len(a)
        return np.array([matmul(one, other) for one, other in zip(left, right, strict=True)])
    rows, columns = np.atleast_2d(a), b.reshape(len(b), -1)
    found = [[total(x * y for x, y in zip(row, column, strict=True)) for column in columns.T] for row in rows]
    return np.array(found).reshape(a.shape[:-1] + b.shape[1:])


def solve(a: Array, b: Array) -> Array:
    if a.ndim > 2:
        right = b if b.ndim > 2 else [b] * len(a)
        return np.array([solve(one, other) for one, other in zip(a, right, strict=True)])
    return matmul(inverse(a), b)


def diag(x: Array) -> Array:
    if x.ndim == 2:
        return np.array([x[k, k] for k in range(min(x.shape))])
    found = np.zeros((len(x), len(x)), dtype=x.dtype)
    for place, entry in enumerate(x):
        found[place, place] = entry
    return found


def rows(S: Array, y: Array) -> list[tuple[Array, int]]:
    return [(row, int(label)) for row, label in zip(S.reshape(-1, S.shape[-1]), np.ravel(y.real), strict=True)]


def summed(losses: list[Any], shape: tuple[int, ...], reduction: str) -> Array:
    if reduction == "none":
        return np.array(losses).reshape(shape)
    return np.asarray(total(losses) if reduction == "sum" else mean(losses))


def softmax_loss(S: Array, y: Array, reduction: str = "sum") -> Array:
    losses = [np.log(total(np.exp(score - row[label]) for score in row)) for row, label in rows(S, y)]
    return summed(losses, S.shape[:-1], reduction)


def svm_loss(S: Array, y: Array, margin: Any = 1.0, reduction: str = "sum") -> Array:
    losses = []
    for row, label in rows(S, y):
        gaps = [score - row[label] + margin for place, score in enumerate(row) if place != label]
        losses.append(total(gap for gap in gaps if gap.real > 0))
    return summed(losses, S.shape[:-1], reduction)


def entrywise_loss(one: Callable[[Any, Any], Any]) -> Callable[..., Array]:
    def loss(p: Array, t: Array, reduction: str = "mean") -> Array:
        pairs = np.broadcast_arrays(p, t)
        return summed([one(a, b) for a, b in zip(*map(np.ravel, pairs), strict=True)], pairs[0].shape, reduction)

    return loss


def cross_entropy(p: Any, t: Any) -> Any:
    return -(t * np.log(p) if t != 0 else 0.0) - ((1 - t) * np.log(1 - p) if t != 1 else 0.0)


def pick(S: Array, y: Array) -> Array:
    return np.array([row[label] for row, label in rows(S, y)]).reshape(S.shape[:-1])


def one_hot(y: Array, size: int) -> Array:
    return np.array([[float(label.real == place) for place in range(size)] for label in y.ravel()]).reshape(
        *y.shape, size
    )


def scatter(x: Array, shape: tuple[int, ...], key: Any) -> Array:
    whole = np.zeros(shape, dtype=x.dtype)
    whole[key] = x
    return whole


DEFINITIONS: dict[str, Callable[..., Array]] = {
    "sum": reduction(total),
    "mean": reduction(mean),
    "prod": reduction(times),
    "amax": reduction(lambda entries: max(entries, key=lambda entry: entry.real)),
    "amin": reduction(lambda entries: min(entries, key=lambda entry: entry.real)),
    "var": spread,
    "std": lambda x, **options: np.sqrt(spread(x, **options)),
    "logsumexp": reduction(lambda entries: np.log(total(np.exp(entry) for entry in entries))),
    "softmax": scan(lambda entries: list(of_kind(softmax(entries), entries[0])), -1),
    "log_softmax": scan(
        lambda entries: [entry - np.log(total(np.exp(one) for one in entries)) for entry in entries], -1
    ),
    "prod_others": scan(
        lambda entries: [times(entries[:place] + entries[place + 1 :]) for place in range(len(entries))], None
    ),
    "centered": scan(lambda entries: [entry - mean(entries) for entry in entries], None),
    "cumsum": flat_running,
    "cumsum_back": lambda x, axis=None: flat_running(x, axis, back=True),
    "matmul": matmul,
    "outer": lambda a, b: np.array([[x * y for y in b] for x in a]),
    "trace": stacked(lambda x: total(x[k, k] for k in range(min(x.shape)))),
    "det": stacked(det),
    "logdet": stacked(logdet),
    "inv": stacked(inverse),
    "cofactors": stacked(cofactors),
    "singular": stacked(lambda x: float(abs(det(x)) < 1e-12)),
    "solve": solve,
    "array": lambda *entries: np.array([entry.tolist() for entry in entries]),
    "index": lambda x, key: np.array(x[key]),
    "scatter": scatter,
    "transpose": lambda x, axes=None: np.moveaxis(x, axes or range(x.ndim)[::-1], range(x.ndim)),
    "reshape": lambda x, shape: np.array(list(x.ravel())).reshape(shape),
    "concat": lambda *inputs, axis=0: np.moveaxis(
        np.array([row for x in inputs for row in np.moveaxis(x, axis, 0)]), 0, axis
    ),
    "stack": lambda *inputs, axis=0: np.moveaxis(np.array([x.tolist() for x in inputs]), 0, axis),
    "diag": diag,
    "pick": pick,
    "one_hot": one_hot,
    "softmax_loss": softmax_loss,
    "svm_loss": svm_loss,
    "mse_loss": entrywise_loss(lambda p, t: (p - t) ** 2),
    "bce_loss": entrywise_loss(cross_entropy),
    "zeros": lambda shape: np.array([0.0] * int(np.prod(shape))).reshape(shape),
    "ones": lambda shape: np.array([1.0] * int(np.prod(shape))).reshape(shape),
    "eye": lambda size, columns=None: np.array(
        [[float(row == column) for column in range(columns or size)] for row in range(size)]
    ),
    "arange": lambda first, last=None, step=1.0: np.array(
        [first + place * step for place in range(1000) if first + place * step < last]
        if last is not None
        else [place * step for place in range(1000) if place * step < first]
    ),
    "linspace": lambda first, last, count=50: np.array(
        [first + (last - first) * place / (count - 1) for place in range(count)]
    ),
}
