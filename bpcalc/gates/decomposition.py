"""Functions of whole matrices, on the last two axes: powers, the exponential, and what decompositions give.

Those of symmetric matrices are functions of the symmetric part (x + x.T)/2, so each entry has its gradient, the
symmetric one that PyTorch gives. Sources: Giles (2008), see `matrix`; Murray (2016), "Differentiation of the Cholesky
decomposition"; Golub and Pereyra (1973), "The differentiation of pseudo-inverses"; Mathias (1996), "A chain rule for
matrix functions", for the derivative of a function of X, a block of the function of [[X, T], [0, X]].
"""

from __future__ import annotations

from bpcalc.gate import Kink, family
from bpcalc.gates.matrix import SQUARE, flip, matrix_column, square
from bpcalc.gates.rearranging import at_axis, counting

gate = family("matrix")

POSITIVE = ((((2.0, 1.0), (1.0, 3.0)),),)
OBLONG = ((((1.0, 2.0, 0.5), (0.0, 1.0, -1.0)),),)
BOTH = {"pattern": "mixes", "says": "multiplies from both sides by matrices made of the input"}
SYMMETRIC = "of the symmetric part of x"


def _symmetric(m, x):
    return 0.5 * (x + flip(m, x))


def _part(m, x, rows, columns):
    """A block: slices of the last two axes."""
    return m.index(x, key=(*at_axis(len(m.shape(x)) - 2, rows), columns))


# Functions of X by a power series


def _beside(m, name, x, t, **options):
    """The derivative of a function of matrices in the direction `t`: a block of that of [[x, t], [0, x]]."""
    size = m.shape(x)[-1]
    if not size:
        return t
    upper = m.concat(x, t, axis=-1)
    lower = m.concat(m.zeros(shape=m.shape(x)), x, axis=-1)
    whole = getattr(m, name)(m.concat(upper, lower, axis=-2), **options)
    return _part(m, whole, (None, size, None), (size, None, None))


def _of_series(name):
    """Pullback and pushforward of such a function."""
    return {
        "pullback": (lambda m, g, y, x, **options: _beside(m, name, flip(m, x), m.spread(g, y), **options),),
        "pushforward": (lambda m, t, y, x, **options: _beside(m, name, x, t, **options),),
    }


def _unit_like(m, x):
    size = m.shape(x)[-1]
    return m.spread(m.eye(size=size), x)


def _matrix_power(m, x, n):
    square(m.shape(x))
    base, left, found = (m.inv(x) if n < 0 else x), abs(n), None
    while left:  # by squaring
        if left % 2:
            found = base if found is None else m.matmul(found, base)
        left //= 2
        base = m.matmul(base, base) if left else base
    return _unit_like(m, x) if found is None else found


def _square_matrix(x, n=0):
    square(x)


gate(
    "matrix_power", "x", shape=_square_matrix, forward=_matrix_power, options={"n": ...}, chosen={"n": 3},
    formula="x @ x @ … with n factors; of a negative n those of inv(x)", samples=SQUARE,
    **_of_series("matrix_power"), **BOTH,
)  # fmt: skip
gate(
    "expm", "x", shape=square, formula="the exponential of a matrix, 1 + x + x@x/2 + …", samples=SQUARE,
    **_of_series("expm"), **BOTH,
)  # fmt: skip


# The pseudo-inverse


def _pinv_back(m, g, y, x):
    g = m.spread(g, y)
    back, up = flip(m, y), flip(m, g)
    rows, columns = m.shape(x)[-2:]
    left = m.eye(size=rows) - m.matmul(x, y)
    right = m.eye(size=columns) - m.matmul(y, x)
    outside = m.matmul(m.matmul(left, up), m.matmul(y, back))
    inside = m.matmul(m.matmul(back, y), m.matmul(up, right))
    return outside + inside - m.matmul(m.matmul(back, g), back)


def _pinv_forward(m, t, y, x):
    back, down = flip(m, y), flip(m, t)
    rows, columns = m.shape(x)[-2:]
    left = m.eye(size=rows) - m.matmul(x, y)
    right = m.eye(size=columns) - m.matmul(y, x)
    outside = m.matmul(m.matmul(y, back), m.matmul(down, left))
    inside = m.matmul(m.matmul(right, down), m.matmul(back, y))
    return outside + inside - m.matmul(m.matmul(y, t), y)


def _matrix(x):
    if len(x) < 2:
        raise ValueError("a matrix is needed")


gate(
    "pinv", "x", shape=_matrix, pullback=(_pinv_back,), pushforward=(_pinv_forward,), samples=OBLONG,
    formula="the pseudo-inverse, inv(x.T@x)@x.T of independent columns", latex="{0}^{{+}}", unicode="{0}⁺", **BOTH,
)  # fmt: skip


# Cholesky


def _lower_half(m, x):
    """The lower triangle, with half of the diagonal."""
    return m.tril(x, k=0) - 0.5 * (m.tril(x, k=0) - m.tril(x, k=-1))


def _cholesky_back(m, g, y, x):
    up = flip(m, y)
    half = _lower_half(m, m.matmul(up, m.tril(m.spread(g, y), k=0)))
    return _symmetric(m, flip(m, m.solve(up, flip(m, m.solve(up, half)))))


def _cholesky_forward(m, t, y, x):
    half = m.solve(y, flip(m, m.solve(y, _symmetric(m, t))))
    return m.matmul(y, _lower_half(m, half))


gate(
    "cholesky", "x", shape=square, pullback=(_cholesky_back,), pushforward=(_cholesky_forward,), samples=POSITIVE,
    formula=f"the lower triangle L with L@L.T = x; {SYMMETRIC}", **BOTH,
)  # fmt: skip


# Eigenvalues and eigenvectors of symmetric matrices

NEAR = 1e-13  # of the largest: eigenvalues this close are one that rounding has split


def _same(m, y):
    """1 for each pair of equal eigenvalues, each being equal to itself."""
    pairs = m.abs(matrix_column(m, y) - _as_row(m, y))
    largest = m.max(m.abs(matrix_column(m, y)), m.abs(_as_row(m, y)))
    return m.less_equal(pairs, NEAR * m.amax(largest, axis=(-2, -1), keepdims=True)) if m.shape(y)[-1] else pairs


def _as_row(m, y):
    return m.reshape(y, shape=(*m.shape(y)[:-1], 1, m.shape(y)[-1]))


def _repeats(m, y):
    """1 for each eigenvalue that there is more than once."""
    return m.sum(_same(m, y), axis=-1) > 1


def _evenly(m, g, y):
    """What comes to equal eigenvalues, shared evenly: which of their vectors is whose is nothing but chance."""
    if not m.holds(_repeats(m, y)):
        return g
    same = _same(m, y)
    return m.divide(m.sum(same * _as_row(m, g), axis=-1), m.sum(same, axis=-1))


def _eigenvalues_back(m, g, y, x):
    vectors = m.eigh(x)
    return m.matmul(vectors * _as_row(m, _evenly(m, m.spread(g, y), y)), flip(m, vectors))


def _eigenvalues_forward(m, t, y, x):
    vectors = m.eigh(x)
    moved = m.matmul(flip(m, vectors), m.matmul(_symmetric(m, t), vectors))
    return _evenly(m, m.sum(moved * m.eye(size=m.shape(x)[-1]), axis=-1), y)


def _eigenvalues_side(m, y, inputs, tangents):
    """Of equal ones the eigenvalues of the step among their vectors: a matrix in blocks, kept apart by a shift."""
    (x,), (t,) = inputs, tangents
    vectors, same = m.eigh(x), _same(m, y)
    if not m.shape(y)[-1]:
        return y
    block = same * m.matmul(flip(m, vectors), m.matmul(_symmetric(m, t), vectors))
    size = m.shape(x)[-1]
    ahead = m.sum(same * m.tril(m.ones(shape=(size, size)), k=-1), axis=-1)  # how many equal ones come before
    group = m.reshape(counting(m, size), shape=(size,)) - ahead
    largest = m.reshape(m.amax(m.abs(block), axis=(-2, -1)), shape=(*m.shape(y)[:-1], 1))
    shift = group * (2.0 * size * largest)
    return m.eigvalsh(block + matrix_column(m, shift) * m.eye(size=size)) - shift


def _eigenvalues_corners(m, y, x):
    """All entries of a matrix with equal eigenvalues."""
    if not m.shape(y)[-1]:
        return m.equal(x, x) < 0
    at = m.amax(1.0 * _repeats(m, y), axis=-1, keepdims=True)
    return m.spread(m.reshape(at, shape=(*m.shape(at), 1)), x) > 0


gate(
    "eigvalsh", "x", shape=square, pullback=(_eigenvalues_back,), pushforward=(_eigenvalues_forward,),
    formula=f"the eigenvalues, the smallest first; {SYMMETRIC}", samples=POSITIVE, pattern="mixes",
    kink=Kink(
        lambda m, y, x: _repeats(m, y), _eigenvalues_side, {"torch": "equal eigenvalues share the gradient evenly"},
        corners=_eigenvalues_corners,
    ),
    says="hands each eigenvalue's gradient on to outer(v, v) of its vector v",
)  # fmt: skip


def _gaps(m, x):
    """1/(λ[j] - λ[i]), and 0 on the diagonal."""
    values = m.eigvalsh(x)
    unit = m.eye(size=m.shape(x)[-1])
    return m.divide(1 - unit, unit + _as_row(m, values) - matrix_column(m, values))


def _eigenvectors_back(m, g, y, x):
    turned = _gaps(m, x) * m.matmul(flip(m, y), m.spread(g, y))
    return _symmetric(m, m.matmul(y, m.matmul(turned, flip(m, y))))


def _eigenvectors_forward(m, t, y, x):
    moved = m.matmul(flip(m, y), m.matmul(_symmetric(m, t), y))
    return m.matmul(y, _gaps(m, x) * moved)


gate(
    "eigh", "x", shape=square, pullback=(_eigenvectors_back,), pushforward=(_eigenvectors_forward,), samples=POSITIVE,
    formula=f"the eigenvectors as columns, in the order of eigvalsh(x); {SYMMETRIC}", **BOTH,
)  # fmt: skip


# Singular values: the largest eigenvalues of [[0, x], [x.T, 0]], whose others are these with the other sign, and zeros


def _embedded(m, x):
    rows, columns = m.shape(x)[-2:]
    stack = m.shape(x)[:-2]
    above = m.concat(m.zeros(shape=(*stack, rows, rows)), x, axis=-1)
    below = m.concat(flip(m, x), m.zeros(shape=(*stack, columns, columns)), axis=-1)
    return m.concat(above, below, axis=-2)


def _largest(m, x):
    """The index of the singular values among the eigenvalues, the largest first."""
    return at_axis(len(m.shape(x)) - 2, (None, -1 - min(m.shape(x)[-2:]), -1))


def _has_values(x):
    _matrix(x)
    if x[-1] != x[-2] and not type(x[-1]) is type(x[-2]) is int:  # a size with a name
        raise ValueError(f"which of {x[-2]} and {x[-1]} is smaller, the number of singular values, is not known")


def _svdvals(m, x):
    _has_values(m.shape(x))
    return m.max(m.index(m.eigvalsh(_embedded(m, x)), key=_largest(m, x)), 0.0)


def _singular_back(m, g, y, x):
    whole, rows = _embedded(m, x), m.shape(x)[-2]
    values = m.eigvalsh(whole)
    flow = m.scatter(m.spread(g, y), shape=m.shape(values), key=_largest(m, x))
    found = _eigenvalues_back(m, flow, values, whole)  # which is symmetric, as `whole` is
    return 2 * _part(m, found, (None, rows, None), (rows, None, None))


def _singular_forward(m, t, y, x):
    whole = _embedded(m, x)
    return m.index(_eigenvalues_forward(m, _embedded(m, t), m.eigvalsh(whole), whole), key=_largest(m, x))


def _singular_side(m, y, inputs, tangents):
    (x,), (t,) = inputs, tangents
    whole = _embedded(m, x)
    found = _eigenvalues_side(m, m.eigvalsh(whole), (whole,), (_embedded(m, t),))
    return m.index(found, key=_largest(m, x))


def _singular_touched(m, y, x):
    return m.index(1.0 * _repeats(m, m.eigvalsh(_embedded(m, x))), key=_largest(m, x)) > 0


def _singular_corners(m, y, x):
    if not m.shape(y)[-1]:
        return m.equal(x, x) < 0
    at = m.amax(1.0 * _singular_touched(m, y, x), axis=-1, keepdims=True)
    return m.spread(m.reshape(at, shape=(*m.shape(at), 1)), x) > 0


gate(
    "svdvals", "x", shape=_has_values, forward=_svdvals, pullback=(_singular_back,), pushforward=(_singular_forward,),
    kink=Kink(
        _singular_touched, _singular_side,
        {"torch": "equal singular values share the gradient evenly; one that is 0 gets none"},
        corners=_singular_corners,
    ),
    formula="the singular values, the largest first", samples=OBLONG, pattern="mixes",
    says="hands each value's gradient on to outer(u, v) of its vectors",
)  # fmt: skip
