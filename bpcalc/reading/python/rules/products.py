"""Products of vectors and matrices: `np.dot`, `torch.mm`, `F.linear`."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from operator import matmul
from typing import Any

from bpcalc.reading.python.rules.shapes import matrix_transpose
from bpcalc.reading.python.writer import Part, Writer


def dot(m: Writer, a: Part, b: Part) -> Part:
    """np.dot: with a number a product entry by entry; of vectors and matrices the matrix product."""
    if not (a.may_be_array and b.may_be_array) or 0 in (a.axes, b.axes):
        return a * b
    if (b.axes or 0) > 2:
        m.refuse(f"{m.name} with an array of {b.axes} axes is no matrix product", "@ is that of stacks of matrices")
    return a @ b


def inner(m: Writer, a: Part, b: Part) -> Part:
    """np.inner: the sum over the last axes, so of matrices A@B.T."""
    if (a.axes or 0) > 2 or (b.axes or 0) > 2 or (b.axes is None and b.may_be_array):
        m.refuse(f"{m.name} is read for vectors and matrices whose shapes are known", "@ is the matrix product")
    return dot(m, a, m.transpose(b) if b.axes == 2 else b)


def vdot(m: Writer, a: Part, b: Part) -> Part:
    """np.vdot: the sum of all products."""
    return m.sum(a * b)


def product_of(axes_a: int, axes_b: int) -> Callable[[Writer, Part, Part], Part]:
    """torch.mm, torch.mv, torch.bmm, torch.dot: products for inputs with so many axes."""

    def rule(m: Writer, a: Part, b: Part) -> Part:
        for part, axes in ((a, axes_a), (b, axes_b)):
            if part.axes not in (None, axes):
                m.refuse(f"{m.name} takes inputs of {axes_a} and {axes_b} axes, here are {a.axes} and {b.axes}")
        return a @ b

    return rule


def chain(m: Writer, parts: list[Part]) -> Part:
    """The product of several matrices, from the left."""
    return reduce(matmul, parts)


def linear(m: Writer, x: Part, weight: Part, bias: Part | None) -> Part:
    found = x @ m.transpose(weight)
    return found if bias is None else found + bias


def transposed_product(m: Writer, a: Part, b: Part, first: Any, second: Any) -> Part:
    """tf.matmul with transpose_a and transpose_b."""
    return (matrix_transpose(m, a) if first else a) @ (matrix_transpose(m, b) if second else b)


def scaled_sum(m: Writer, a: Part, b: Part, alpha: Any) -> Part:
    return a + (b if alpha == 1 else b * alpha)


def scaled_difference(m: Writer, a: Part, b: Part, alpha: Any) -> Part:
    return a - (b if alpha == 1 else b * alpha)
