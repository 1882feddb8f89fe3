"""Shapes alone as a number system: what the rules ask of their inputs where there are no numbers (and no NumPy).

May import gate, gates. With it `Symbols` writes the formulas of gates whose entries mix: `g@b.T` for a matrix product.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import zip_longest
from typing import Any

import bpcalc.gates.arrays  # noqa: F401 (fills GATES)
from bpcalc.algebra import Algebra
from bpcalc.gate import Gate

Sizes = tuple[int, ...]


class Shaped:
    """What is known of an array: its shape. No condition is taken to hold for it."""

    __slots__ = ("shape",)

    def __init__(self, shape: Sizes) -> None:
        self.shape = shape

    def __sub__(self, other: Any) -> int:
        return 0  # `x - x == 0`: finite

    def any(self) -> bool:
        return False


def broadcast(*shapes: Sizes) -> Sizes:
    """The shape of shapes that are broadcast. Raises ValueError where they do not fit."""
    found = []
    for sizes in zip_longest(*(shape[::-1] for shape in shapes), fillvalue=1):
        different = {size for size in sizes if size != 1}
        if len(different) > 1:
            raise ValueError(f"sizes {' and '.join(map(str, sizes))} differ")
        found.append(different.pop() if different else 1)
    return tuple(found[::-1])


def _axes(x: Sizes, axis: Any) -> set[int]:
    if axis is None:
        return set(range(len(x)))
    return {one % len(x) for one in (axis if isinstance(axis, tuple) else (axis,))} if x else set()


def _reduced(x: Sizes, axis: Any = None, keepdims: bool = False) -> Sizes:
    gone = _axes(x, axis)
    return tuple(1 if place in gone else size for place, size in enumerate(x) if keepdims or place not in gone)


def _product(a: Sizes, b: Sizes) -> Sizes:
    left, right = a if len(a) > 1 else (1, *a), b if len(b) > 1 else (*b, 1)
    if not a or not b or left[-1] != right[-2]:
        raise ValueError("inner sizes differ")
    rows, columns = ((left[-2],) if len(a) > 1 else ()), ((right[-1],) if len(b) > 1 else ())
    return (*broadcast(left[:-2], right[:-2]), *rows, *columns)


def _indexed(x: Sizes, key: tuple[Any, ...]) -> Sizes:
    slices = [(slice(*part), size) for part, size in zip(key, x, strict=False) if isinstance(part, tuple)]
    return (*(len(range(*part.indices(size))) for part, size in slices), *x[len(key) :])


def _reshaped(x: Sizes, shape: Sizes) -> Sizes:
    known = math.prod(size for size in shape if size != -1)
    return tuple(math.prod(x) // known if size == -1 else size for size in shape)


def _concat(*shapes: Sizes, axis: int) -> Sizes:
    place = axis % len(shapes[0])
    return (*shapes[0][:place], sum(shape[place] for shape in shapes), *shapes[0][place + 1 :])


def _stack(*shapes: Sizes, axis: int = 0) -> Sizes:
    place = axis % (len(shapes[0]) + 1)
    return (*shapes[0][:place], len(shapes), *shapes[0][place:])


def _diag(x: Sizes) -> Sizes:
    return (x[0], x[0]) if len(x) == 1 else (min(x),)


def _solved(a: Sizes, b: Sizes) -> Sizes:
    return (*broadcast(a[:-2], b[:-2]), *b[-2:])


def _counted(first: float, last: float | None, step: float) -> Sizes:
    start, stop = (0.0, first) if last is None else (first, last)
    return (max(0, math.ceil((stop - start) / step)),)


def _loss(S: Sizes, y: Sizes, *margin: Sizes, reduction: str) -> Sizes:
    return S[:-1] if reduction == "none" else ()


def _each_loss(p: Sizes, t: Sizes, reduction: str) -> Sizes:
    return broadcast(p, t) if reduction == "none" else ()


RULES: dict[str, Callable[..., Sizes]] = {
    **dict.fromkeys(("sum", "mean", "prod", "amax", "amin", "var", "std", "norm", "logsumexp"), _reduced),
    **dict.fromkeys(("softmax", "log_softmax", "prod_others"), lambda x, axis: x),
    **dict.fromkeys(("cumsum", "cumsum_back"), lambda x, axis: x if axis is not None else (math.prod(x),)),
    **dict.fromkeys(("inv", "cofactors"), lambda x: x),
    **dict.fromkeys(("trace", "det", "logdet", "singular"), lambda x: x[:-2]),
    **dict.fromkeys(("softmax_loss", "svm_loss"), _loss),
    **dict.fromkeys(("mse_loss", "bce_loss"), _each_loss),
    **dict.fromkeys(("zeros", "ones"), lambda shape: shape),
    "matmul": _product, "outer": lambda a, b: (*a, *b), "solve": _solved, "array": _stack, "stack": _stack,
    "concat": _concat, "index": _indexed, "scatter": lambda x, shape, key: shape, "reshape": _reshaped, "diag": _diag,
    "transpose": lambda x, axes: x[::-1] if axes is None else tuple(x[place] for place in axes),
    "eye": lambda size, columns: (size, columns or size), "arange": _counted,
    "linspace": lambda first, last, count: (count,), "pick": lambda S, y: S[:-1],
    "one_hot": lambda y, size: (*y, size),
}  # fmt: skip


class Shapes(Algebra):
    """The one instance is `SHAPES`. A gate that has no rule here works entry by entry."""

    shaped = True

    def constant(self, payload: float | str) -> Shaped:
        return Shaped(())

    def function(self, gate: Gate) -> Any:
        rule = RULES.get(gate.name, broadcast)
        return lambda *inputs: Shaped(rule(*(x.shape for x in inputs), **gate.options))


SHAPES = Shapes()
