"""Linear algebra. The pullbacks are the implicit Jacobian products of the lectures: none forms a Jacobian.

Sources: Giles (2008), "Collected matrix derivative results for forward and reverse mode algorithmic differentiation".
"""

from __future__ import annotations

from bpcalc.gate import LESSON, PRODUCT, family

gate = family("matrix")

SQUARE = ((((2.0, 1.0), (0.5, 3.0)),),)


def flip(m, x):
    """A matrix transposed; of a stack of matrices each one."""
    ndim = len(m.shape(x))
    if ndim <= 2:
        return m.transpose(x, axes=None)
    return m.transpose(x, axes=(*range(ndim - 2), ndim - 1, ndim - 2))


def _product_shapes(a, b):
    if not a or not b:
        raise ValueError("a matrix product needs vectors or matrices; for a number write *")
    inner_a, inner_b = a[-1], b[-2] if len(b) > 1 else b[-1]
    if inner_a != inner_b:
        raise ValueError(f"inner sizes {inner_a} and {inner_b} differ")
    raise ValueError("the stacks do not broadcast")


def _left(m, g, y, a, b):
    na, nb = len(m.shape(a)), len(m.shape(b))
    if na == nb == 1:
        return g * b
    if nb == 1:
        return m.outer(g, b) if na == 2 else matrix_column(m, g) * b
    return m.matmul(b, g) if na == 1 and nb == 2 else m.matmul(_row(m, g, na), flip(m, b))


def _right(m, g, y, a, b):
    na, nb = len(m.shape(a)), len(m.shape(b))
    if na == nb == 1:
        return g * a
    if na == 1:
        return m.outer(a, g) if nb == 2 else matrix_column(m, a) * _row(m, g, 1)
    return m.matmul(flip(m, a), g) if nb > 1 or na == 2 else m.sum(matrix_column(m, g) * a, axis=tuple(range(na - 1)))


def square(*shapes):
    if len(shapes[0]) < 2 or shapes[0][-1] != shapes[0][-2]:
        raise ValueError("a square matrix is needed")


def _matrix(x):
    raise ValueError("a matrix is needed")


def _vectors(a, b):
    raise ValueError("two vectors are needed")


def _solvable(a, b):
    square(a)
    if not b:
        raise ValueError("the right side is a vector or a matrix")
    size = b[-2] if len(b) > 1 else b[-1]
    if size != a[-1]:
        raise ValueError(f"{a[-1]} unknowns, but the right side has {size} {'row' if size == 1 else 'rows'}")
    raise ValueError("the stacks do not broadcast")


def matrix_column(m, g):
    return m.reshape(g, shape=(*m.shape(g), 1))


def _row(m, g, na):
    """The gradient of a product with a vector on its left, as rows again."""
    return g if na > 1 else m.reshape(g, shape=(*m.shape(g)[:-1], 1, m.shape(g)[-1]))


gate(
    "matmul", "a b", pushforward="linear",
    pullback=(_left, _right), aliases=("dot",), infix=("@", PRODUCT), shape=_product_shapes,
    formula="the matrix product", latex=r"{0} \, {1}", pattern="swaps",
    samples=((((1.0, 2.0), (3.0, 4.0)), ((0.5, -1.0), (2.0, 1.0))), (((1.0, 2.0), (3.0, 4.0)), (0.5, -1.0))),
    says="swaps its inputs, each transposed on its own side",
)  # fmt: skip
gate(
    "outer", "a b", pushforward="linear", shape=_vectors,
    pullback=(lambda m, g, y, a, b: m.matmul(g, b), lambda m, g, y, a, b: m.matmul(a, g)),
    formula="a[i]*b[j] for every pair", samples=(((1.0, 2.0), (0.5, -1.0, 3.0)),), pattern="swaps",
    says="swaps its inputs",
)  # fmt: skip
gate(
    "trace", "x", pushforward="linear",
    pullback=(lambda m, g, y, x: _outermost(m, g) * _unit(m, *m.shape(x)[-2:]),), shape=_matrix,
    formula="the sum of the diagonal", latex=r"\operatorname{{tr}}", unicode="tr", samples=SQUARE,
    pattern="distributes", says="hands the gradient on to the diagonal",
)  # fmt: skip


def _unit(m, rows, columns):
    return m.eye(size=rows) if rows == columns else m.eye(size=rows, columns=columns)


def _outermost(m, g):
    """A gradient of one number for each matrix, ready to multiply the matrices."""
    return g if len(m.shape(g)) == 0 else m.reshape(g, shape=(*m.shape(g), 1, 1))


def _cofactors(m, g, y, x):
    back = flip(m, m.inv(x))
    inner = _outermost(m, m.sum(g * y, axis=(-2, -1)))
    return inner * back - m.matmul(m.matmul(back, flip(m, g)), y)


def _cofactors_forward(m, t, y, x):
    # without an inverse there is no formula, but arrays have their singular values
    toward = getattr(m, "cofactors_toward", None)
    if toward and (_has_minors(m, x) or m.holds(m.singular(x))):
        return toward(x, t)
    back = flip(m, m.inv(x))
    return _outermost(m, m.sum(t * y, axis=(-2, -1))) * back - m.matmul(m.matmul(back, flip(m, t)), y)


def _has_minors(m, x):
    """Is a matrix so small that its cofactors are written out? They round less than its inverse."""
    return m.shape(x)[-1] in (2, 3)


def _determinant(m, g, y, x):
    return _outermost(m, g) * m.cofactors(x) if _has_minors(m, x) else _determinant_as_taught(m, g, y, x)


def _determinant_as_taught(m, g, y, x):
    if m.holds(m.singular(x)):
        return _outermost(m, g) * m.cofactors(x)
    return _outermost(m, g * y) * flip(m, m.inv(x))


def _condition(m, y, x, *others):
    """See `Gate.condition`."""
    return m.condition(x)


gate(
    "cofactors", "x", pullback=(_cofactors,), pushforward=(_cofactors_forward,), shape=square,
    formula="det(x)*inv(x).T, also of a singular matrix", samples=SQUARE, pattern="mixes",
    says="multiplies from both sides by inv(x).T",
)  # fmt: skip
gate(
    "singular", "x", pullback=(None,), formula="1 if the matrix has no inverse to speak of, else 0", samples=SQUARE,
    pattern="blocks", says="is flat, so no gradient flows", shape=square,
)  # fmt: skip
gate(
    "det", "x", pullback=(_determinant,), conventions={LESSON: (_determinant_as_taught,)}, shape=square,
    formula="the determinant", latex=r"\det", samples=SQUARE, says="scales by the cofactors, det(X)*inv(X).T",
)  # fmt: skip
gate(
    "logdet", "x", shape=square, condition=_condition,
    pullback=(lambda m, g, y, x: _outermost(m, g) * flip(m, m.inv(x)),),
    formula="log(abs(det(x))), without overflow", latex=r"\ln\left|\det {0:a}\right|", unicode="ln|det {0:a}|",
    samples=SQUARE, says="scales by inv(X).T",
)  # fmt: skip
gate(
    "inv", "x", shape=square, condition=_condition,
    pullback=(lambda m, g, y, x: -m.matmul(m.matmul(flip(m, y), g), flip(m, y)),),
    pushforward=(lambda m, t, y, x: -m.matmul(m.matmul(y, t), y),),
    formula="the inverse matrix", latex="{0}^{{-1}}", samples=SQUARE, pattern="mixes",
    says="multiplies from both sides by its own transpose",
)  # fmt: skip


def _solve_back(m, g, a, b):
    """The right side's gradient: the transposed system, solved for the upstream."""
    if len(m.shape(b)) > 1 or len(m.shape(g)) == 1:
        return m.solve(flip(m, a), g)
    return m.reshape(m.solve(flip(m, a), matrix_column(m, g)), shape=m.shape(g))  # one vector for a stack of matrices


def _solve_matrix(m, g, y, a, b):
    back = _solve_back(m, g, a, b)
    if len(m.shape(b)) > 1:
        return -m.matmul(back, flip(m, y))
    return -m.outer(back, y) if len(m.shape(y)) == 1 else -(matrix_column(m, back) * _row(m, y, 1))


def _solve_forward(m, t, y, a, b):
    if len(m.shape(b)) == 1 and len(m.shape(a)) > 2:
        return -m.reshape(m.solve(a, m.matmul(t, matrix_column(m, y))), shape=m.shape(y))
    return -m.solve(a, m.matmul(t, y))


gate(
    "solve", "a b", shape=_solvable, condition=_condition,
    pullback=(_solve_matrix, lambda m, g, y, a, b: _solve_back(m, g, a, b)),
    pushforward=(_solve_forward, lambda m, t, y, a, b: m.solve(a, t)),
    formula="the x for which a @ x = b", samples=((((2.0, 1.0), (0.5, 3.0)), (1.0, -2.0)),), pattern="mixes",
    says="solves with the transposed matrix",
)  # fmt: skip
