"""The definitions, continued: orders, rearrangements, windows, functions of matrices, norms, losses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from definitions import (
    Array,
    chosen,
    cofactors,
    flat_or_along,
    inverse,
    matmul,
    of_kind,
    places,
    reduction,
    rows,
    stacked,
    summed,
    times,
    total,
)

# Orders


def by_size(entries: list[Any]) -> list[Any]:
    return sorted(entries, key=lambda entry: entry.real)


def share_below(entries: list[Any], q: float) -> Any:
    ordered, position = by_size(entries), q * (len(entries) - 1)
    low = int(position)
    return ordered[low] if position == low else ordered[low] + (position - low) * (ordered[low + 1] - ordered[low])


def products(entries: list[Any]) -> list[Any]:
    return [times(entries[: place + 1]) for place in range(len(entries))]


def order(x: Array) -> Array:
    return np.array([sorted(range(len(row)), key=lambda place: row[place].real) for row in x.reshape(-1, x.shape[-1])],
                    dtype=float).reshape(x.shape)  # fmt: skip


def take_along(x: Array, at: Array) -> Array:
    found = np.zeros(at.shape, dtype=x.dtype)
    for place in places(at.shape):
        found[place] = x[(*place[:-1], int(at[place].real))]
    return found


def put_along(x: Array, at: Array, size: int) -> Array:
    found = np.zeros((*x.shape[:-1], size), dtype=x.dtype)
    for place in places(x.shape):
        found[(*place[:-1], int(at[place].real))] += x[place]
    return found


def recurrence(b: Array, a: Array) -> Array:
    found = np.zeros(b.shape, dtype=np.result_type(a, b))
    for place in places(b.shape):
        before = found[(*place[:-1], place[-1] - 1)] if place[-1] else 0.0
        found[place] = b[place] + a[place] * before
    return found


# Rearrangements: for each place of the result, where its entry comes from


def gathered(x: Array, shape: tuple[int, ...], source: Callable[[tuple[int, ...]], Any], value: Any = 0.0) -> Array:
    found = np.full(shape, value, dtype=x.dtype)
    for place in places(shape):
        if (at := source(place)) is not None:
            found[place] = x[at]
    return found


def flip(x: Array, axis: Any = None) -> Array:
    axes = chosen(x, axis)
    return gathered(x, x.shape, lambda place: tuple(
        x.shape[k] - 1 - one if k in axes else one for k, one in enumerate(place)))  # fmt: skip


def roll(x: Array, shift: Any, axis: Any = None) -> Array:
    if axis is None:
        return np.array([x.ravel()[(k - shift) % x.size] for k in range(x.size)]).reshape(x.shape)
    shifts = dict.fromkeys(range(x.ndim), 0)
    for one, by in zip(chosen(x, axis), shift if isinstance(shift, tuple) else [shift] * x.ndim, strict=False):
        shifts[one] += by
    return gathered(x, x.shape, lambda place: tuple((one - shifts[k]) % x.shape[k] for k, one in enumerate(place)))


def pad(x: Array, widths: Any, value: float = 0.0) -> Array:
    pairs = [(widths, widths)] * x.ndim if isinstance(widths, int) else [*widths]
    pairs = pairs if isinstance(pairs[0], tuple) else [tuple(pairs)]
    shape = tuple(a + size + b for size, (a, b) in zip(x.shape, pairs, strict=True))

    def source(place: tuple[int, ...]) -> Any:
        at = tuple(one - a for one, (a, _) in zip(place, pairs, strict=True))
        return at if all(0 <= one < size for one, size in zip(at, x.shape, strict=True)) else None

    return gathered(x, shape, source, value)


def repeat(x: Array, count: int, axis: Any = None) -> Array:
    if axis is None:
        return np.array([entry for entry in x.ravel() for _ in range(count)])
    (at,) = chosen(x, axis)
    shape = tuple(size * count if k == at else size for k, size in enumerate(x.shape))
    return gathered(x, shape, lambda place: tuple(one // count if k == at else one for k, one in enumerate(place)))


def tile(x: Array, counts: tuple[int, ...]) -> Array:
    axes = max(x.ndim, len(counts))
    whole, times_ = x.reshape((1,) * (axes - x.ndim) + x.shape), (1,) * (axes - len(counts)) + counts
    shape = tuple(size * count for size, count in zip(whole.shape, times_, strict=True))
    return gathered(whole, shape, lambda place: tuple(
        one % size for one, size in zip(place, whole.shape, strict=True)))  # fmt: skip


def triangle(keeps: Callable[[int, int], bool]) -> Callable[..., Array]:
    def run(x: Array, k: int = 0) -> Array:
        return gathered(x, x.shape, lambda place: place if keeps(place[-2] + k, place[-1]) else None)

    return run


def windows(x: Array, axis: int, size: int, step: int = 1, dilation: int = 1) -> Array:
    at = axis % x.ndim
    starts = range(0, x.shape[at] - dilation * (size - 1), step)
    shape = (*x.shape[:at], len(starts), *x.shape[at + 1 :], size)
    return gathered(x, shape, lambda place: tuple(
        starts[one] + dilation * place[-1] if k == at else one for k, one in enumerate(place[:-1])))  # fmt: skip


def windows_back(x: Array, axis: int, length: int, size: int, step: int = 1, dilation: int = 1) -> Array:
    found = np.zeros((*x.shape[:axis], length, *x.shape[axis + 1 : -1]), dtype=x.dtype)
    for place in places(x.shape):
        at = place[axis] * step + dilation * place[-1]
        found[(*place[:axis], at, *place[axis + 1 : -1])] += x[place]
    return found


# Products


def einsum(*inputs: Array, equation: str) -> Array:
    given, arrow, result = equation.replace(" ", "").partition("->")
    parts = given.split(",")
    if not arrow:
        result = "".join(sorted(one for one in set(given) - {","} if given.count(one) == 1))
    sizes = {one: size for x, part in zip(inputs, parts, strict=True) for one, size in zip(part, x.shape, strict=True)}
    found = np.zeros([sizes[one] for one in result], dtype=np.result_type(*inputs))
    for place in places(tuple(sizes.values())):
        at = dict(zip(sizes, place, strict=True))
        factors = [x[tuple(at[one] for one in part)] for x, part in zip(inputs, parts, strict=True)]
        found[tuple(at[one] for one in result)] += times(factors)
    return found


def kron(a: Array, b: Array) -> Array:
    found = np.zeros([p * q for p, q in zip(a.shape, b.shape, strict=True)], dtype=np.result_type(a, b))
    for place in places(found.shape):
        left = tuple(one // size for one, size in zip(place, b.shape, strict=True))
        right = tuple(one % size for one, size in zip(place, b.shape, strict=True))
        found[place] = a[left] * b[right]
    return found


def cross(a: Array, b: Array, axis: int = -1) -> Array:
    a, b = np.broadcast_arrays(a, b)
    (a0, a1, a2), (b0, b1, b2) = np.moveaxis(a, axis, 0), np.moveaxis(b, axis, 0)
    return np.moveaxis(np.array([a1 * b2 - a2 * b1, a2 * b0 - a0 * b2, a0 * b1 - a1 * b0]), 0, axis)


def convolution(dims: int) -> Callable[..., Array]:
    def run(
        x: Array, w: Array, bias: Array, stride: Any = 1, padding: Any = 0, dilation: Any = 1, groups: int = 1
    ) -> Array:
        steps, pads, gaps = ([one] * dims if isinstance(one, int) else [*one] for one in (stride, padding, dilation))
        batch = x if x.ndim == dims + 2 else x[None]
        whole = pad(batch, ((0, 0), (0, 0), *((one, one) for one in pads)))
        sizes = [
            (size - gap * (kernel - 1) - 1) // step + 1
            for size, kernel, step, gap in zip(whole.shape[2:], w.shape[2:], steps, gaps, strict=True)
        ]
        found = np.zeros((len(batch), len(w), *sizes), dtype=np.result_type(x, w, bias))
        for n, o, *place in places(found.shape):
            found[(n, o, *place)] = bias[o] if bias.ndim else bias
            first = o // (len(w) // groups) * w.shape[1]
            for c, *at in places(w.shape[1:]):
                where = [one * step + gap * k for one, step, gap, k in zip(place, steps, gaps, at, strict=True)]
                found[(n, o, *place)] += w[(o, c, *at)] * whole[(n, first + c, *where)]
        return found if x.ndim == dims + 2 else found[0]

    return run


def pooling(one: Callable[[list[Any], int], Any]) -> Callable[..., Array]:
    """`one(entries, padded)`: of a window's entries, and how many places of the padding it has."""

    def run(
        x: Array, kernel_size: Any, stride: Any = None, padding: Any = 0, ceil_mode: bool = False, dilation: Any = 1,
        count_include_pad: bool = True,
    ) -> Array:  # fmt: skip
        stride = kernel_size if stride is None else stride
        chosen_ = (kernel_size, stride, padding, dilation)
        kernels, steps, pads, gaps = ([one_] * 2 if isinstance(one_, int) else [*one_] for one_ in chosen_)
        batch = x if x.ndim == 4 else x[None]
        counts = []
        for size, kernel, step, before, gap in zip(batch.shape[2:], kernels, steps, pads, gaps, strict=True):
            room = size + 2 * before - gap * (kernel - 1) - 1
            count = -(-room // step) + 1 if ceil_mode else room // step + 1
            counts.append(count - (ceil_mode and (count - 1) * step >= size + before))
        found = np.zeros((*batch.shape[:2], *counts), dtype=x.dtype)
        for n, c, *place in places(found.shape):
            entries, padded = [], 0
            for at in places(tuple(kernels)):
                row, column = (
                    p * step + gap * k - before
                    for p, step, gap, k, before in zip(place, steps, gaps, at, pads, strict=True)
                )
                height, width = batch.shape[2:]
                if 0 <= row < height and 0 <= column < width:
                    entries.append(batch[n, c, row, column])
                elif row < height + pads[0] and column < width + pads[1]:
                    padded += 1
            found[n, c, *place] = one(entries, padded if count_include_pad else 0)
        return found if x.ndim == 4 else found[0]

    return run


# Functions of matrices, all analytic: transposes are no conjugates


def power_series(x: Array) -> Array:
    found, term = np.eye(len(x), dtype=x.dtype), np.eye(len(x), dtype=x.dtype)
    for place in range(1, 60):
        term = matmul(term, x) / place
        found = found + term
    return found


def matrix_power(x: Array, n: int) -> Array:
    if x.ndim > 2:
        return np.array([matrix_power(one, n) for one in x])
    found = np.eye(len(x), dtype=x.dtype)
    for _ in range(abs(n)):
        found = matmul(found, x)
    return inverse(found) if n < 0 else found


def pseudo_inverse(x: Array) -> Array:
    if len(x) < x.shape[1]:
        return pseudo_inverse(x.T).T
    return matmul(inverse(matmul(x.T, x)), x.T)


def symmetric(x: Array) -> Array:
    return (x + x.T) / 2


def triangle_root(x: Array) -> Array:
    x, found = symmetric(x), np.zeros(x.shape, dtype=x.dtype)
    for i in range(len(x)):
        for j in range(i + 1):
            rest = x[i, j] - total(found[i, k] * found[j, k] for k in range(j))
            found[i, j] = rest**0.5 if i == j else rest / found[j, j]
    return found


def eigenvalues(x: Array) -> Array:
    return of_kind(by_size([*np.linalg.eigvals(symmetric(x))]), x)


def eigenvectors(x: Array) -> Array:
    """Rows of the cofactors of x - λ, each of length 1, of the sign that LAPACK gives the real ones."""
    real, found = np.linalg.eigh(symmetric(x.real))[1], []
    for place, value in enumerate(eigenvalues(x)):
        rows_of = cofactors(symmetric(x) - value * np.eye(len(x)))
        row = max(rows_of, key=lambda row: total(abs(entry) for entry in row))
        length = total(entry**2 for entry in row) ** 0.5
        found.append(row / length * np.sign(np.sum((row / length).real * real[:, place])))
    return of_kind([*np.array(found).T.tolist()], x)


def singular_values(x: Array) -> Array:
    rows, columns = x.shape
    square = matmul(x, x.T) if rows <= columns else matmul(x.T, x)
    return of_kind([value**0.5 for value in by_size([*np.linalg.eigvals(square)])[::-1]], x)


# Norms


def size_of(entry: Any) -> Any:
    """|x| as an analytic function on either side of 0."""
    return entry if entry.real > 0 else -entry


def vector_norm(entries: list[Any], order: Any) -> Any:
    sizes = [size_of(entry) for entry in entries]
    if order in (np.inf, -np.inf):
        return by_size(sizes)[-1 if order > 0 else 0]
    power = 2 if order is None else order
    return total(size**power for size in sizes) ** (1 / power)


def matrix_norm(x: Array, order: Any) -> Any:
    if order == "fro":
        return np.sqrt(total(entry**2 for entry in x.ravel()))
    if order in (2, -2, "nuc"):
        values = singular_values(x)
        return total(values) if order == "nuc" else values[0 if order > 0 else -1]
    lines = x.T if abs(order) == 1 else x
    sums = [total(size_of(entry) for entry in line) for line in lines]
    return by_size(sums)[-1 if order > 0 else 0]


def norm(x: Array, axis: Any = None, keepdims: bool = False, order: Any = None) -> Array:
    axes = chosen(x, axis)
    if order is None or len(axes) == 1:
        return reduction(lambda entries: vector_norm(entries, order))(x, axis, keepdims)
    rest = [place for place in range(x.ndim) if place not in axes]
    moved = np.transpose(x, (*rest, *axes))
    flat = moved.reshape(-1, *moved.shape[-2:])
    found = of_kind([matrix_norm(one, order) for one in flat], x).reshape([x.shape[place] for place in rest])
    return found.reshape([1 if place in axes else size for place, size in enumerate(x.shape)]) if keepdims else found


def batch_loss(one: Callable[..., Any]) -> Callable[..., Array]:
    def loss(*inputs: Array, reduction: str = "mean") -> Array:
        each = np.broadcast_arrays(*inputs)
        losses = [one(*entries) for entries in zip(*map(np.ravel, each), strict=True)]
        if reduction == "batchmean":
            return np.asarray(total(losses) / len(each[0]))
        return summed(losses, each[0].shape, reduction)

    return loss


def huber(p: Any, t: Any, delta: Any) -> Any:
    away = size_of(p - t)
    return away**2 / 2 if away.real <= delta.real else delta * (away - delta / 2)


def nll_loss(logp: Array, y: Array, reduction: str = "mean") -> Array:
    return summed([-row[label] for row, label in rows(logp, y)], logp.shape[:-1], reduction)


FURTHER: dict[str, Callable[..., Array]] = {
    "sort": lambda x, axis=-1: flat_or_along(by_size, x, axis),
    "median": reduction(lambda entries: share_below(entries, 0.5)),
    "quantile": lambda x, q, axis=None, keepdims=False: reduction(lambda entries: share_below(entries, q))(
        x, axis, keepdims
    ),
    "cumprod": lambda x, axis=None: flat_or_along(products, x, axis),
    "order": order,
    "take_along": take_along,
    "put_along": put_along,
    "recurrence": recurrence,
    "flip": flip,
    "roll": roll,
    "pad": pad,
    "repeat": repeat,
    "tile": tile,
    "tril": triangle(lambda row, column: column <= row),
    "triu": triangle(lambda row, column: column >= row),
    "windows": windows,
    "windows_back": windows_back,
    "einsum": einsum,
    "kron": kron,
    "cross": cross,
    "conv1d": convolution(1),
    "conv2d": convolution(2),
    "max_pool2d": pooling(lambda entries, padded: by_size(entries)[-1]),
    "avg_pool2d": pooling(lambda entries, padded: total(entries) / (len(entries) + padded)),
    "expm": stacked(power_series),
    "matrix_power": matrix_power,
    "pinv": stacked(pseudo_inverse),
    "cholesky": stacked(triangle_root),
    "eigvalsh": stacked(eigenvalues),
    "eigh": stacked(eigenvectors),
    "svdvals": stacked(singular_values),
    "norm": norm,
    "bce_logits_loss": batch_loss(lambda z, t: np.log(1 + np.exp(z)) - z * t),
    "huber_loss": batch_loss(huber),
    "nll_loss": nll_loss,
    "kl_div": batch_loss(lambda q, p: p * (np.log(p) - q)),
}
