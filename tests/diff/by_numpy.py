"""The functions of bpcalc's language on arrays, by NumPy, also at complex numbers: a complex step needs them there.

A complex number is compared by its real part, and nothing is conjugated, so that each function is the analytic
continuation of the real one. The special functions are mpmath's.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Callable
from typing import Any

import mpmath
import numpy as np
from language import NumberSystem, Reader

Array = Any  # float64 or complex128, of any shape
DIGITS = 60  # the imaginary part of a complex step is 1e-30


def _entrywise(function: Callable[[Any], Any]) -> Callable[[Array], Array]:
    """A function of mpmath on each entry; real entries have real results."""

    def on_array(x: Array) -> Array:
        kind = complex if np.iscomplexobj(x) else float
        with mpmath.workdps(DIGITS):
            return np.vectorize(lambda entry: kind(function(mpmath.mpmathify(entry))), otypes=[kind])(x)

    return on_array


def _truth(holds: Callable[[Any, Any], Any]) -> Callable[[Array, Array], Array]:
    return lambda a, b: holds(np.real(a), np.real(b)) * 1.0


def _choose(larger: bool) -> Callable[..., Array]:
    """max or min: of the entries of one array, or entry by entry of several."""
    sign = 1 if larger else -1

    def among(*inputs: Array, axis: Any = None, keepdims: bool = False) -> Array:
        if len(inputs) > 1:
            chosen = inputs[0]
            for other in inputs[1:]:
                chosen = np.where(sign * np.real(other) > sign * np.real(chosen), other, chosen)
            return chosen
        flat = np.expand_dims(np.ravel(inputs[0]), 0) if axis is None else inputs[0]
        along = -1 if axis is None else axis
        places = np.expand_dims(np.argmax(sign * np.real(flat), axis=along), along)
        found = np.take_along_axis(flat, places, axis=along)
        if axis is None:
            return found.reshape((1,) * np.ndim(inputs[0]) if keepdims else ())
        return found if keepdims else np.squeeze(found, axis=axis)

    return among


def _where(c: Array, a: Array, b: Array) -> Array:
    return np.where(np.real(c) != 0, a, b)


def _abs(x: Array) -> Array:
    return np.where(np.real(x) < 0, -x, x)


def _norm(x: Array, axis: Any = None, keepdims: bool = False) -> Array:
    return np.sqrt(np.sum(x * x, axis=axis, keepdims=keepdims))


def _var(x: Array, axis: Any = None, keepdims: bool = False) -> Array:
    return np.mean((x - np.mean(x, axis=axis, keepdims=True)) ** 2, axis=axis, keepdims=keepdims)


def _logsumexp(x: Array, axis: Any = None, keepdims: bool = False) -> Array:
    largest = np.max(np.real(x))
    return np.log(np.sum(np.exp(x - largest), axis=axis, keepdims=keepdims)) + largest


def _log_softmax(x: Array, axis: Any = -1) -> Array:
    return x - _logsumexp(x, axis=axis, keepdims=True)


def _softplus(x: Array) -> Array:
    return np.where(np.real(x) > 0, x, 0) + np.log(1 + np.exp(-_abs(x)))


def _sigmoid(x: Array) -> Array:
    return 1 / (1 + np.exp(-x))


def _logdet(x: Array) -> Array:
    determinant = np.linalg.det(x)
    return np.log(determinant if np.real(determinant) > 0 else -determinant)


def _atan2(y: Array, x: Array) -> Array:
    return 2 * np.arctan(y / (np.sqrt(x * x + y * y) + x))


def _shape(given: tuple[Any, ...], shape: Any) -> tuple[int, ...]:
    sizes = given if shape is None else np.atleast_1d(shape)
    return tuple(int(size) for size in np.ravel(np.array(sizes)))


def _pick(S: Array, y: Array) -> Array:
    labels = np.asarray(y).astype(int)
    return np.take_along_axis(S, np.expand_dims(labels, -1), axis=-1)[..., 0]


def _one_hot(y: Array, size: Any) -> Array:
    return np.eye(int(size))[np.asarray(y).astype(int)]


def _reduced(losses: Array, reduction: str) -> Array:
    return losses if reduction == "none" else FUNCTIONS[reduction](losses)


def _svm_loss(S: Array, y: Array, margin: Any = 1.0, reduction: str = "sum") -> Array:
    margins = _relu(S - np.expand_dims(_pick(S, y), -1) + margin) * (1 - _one_hot(y, S.shape[-1]))
    return _reduced(np.sum(margins, axis=-1), reduction)


def _relu(x: Array) -> Array:
    return np.where(np.real(x) > 0, x, 0)


def _bce_loss(p: Array, t: Array, reduction: str = "mean") -> Array:
    return _reduced(-(t * np.log(p) + (1 - t) * np.log(1 - p)), reduction)


def _scatter(x: Array, *shape: Any, key: str) -> Array:
    """Zeros with x at the place of an index."""
    tree = ast.parse(f"x[{key}]", mode="eval").body
    assert isinstance(tree, ast.Subscript)
    zeros = np.zeros(_shape(shape, None), dtype=np.asarray(x).dtype)
    zeros[Reader(NUMPY, {}).key(tree.slice)] = x
    return zeros


SAME_NAME = (
    "exp", "log", "log2", "log10", "log1p", "expm1", "sqrt", "sin", "cos", "tan", "sinh", "cosh", "tanh", "arcsin",
    "arccos", "arctan", "arcsinh", "arccosh", "arctanh", "sum", "mean", "prod", "cumsum", "outer", "transpose", "trace",
    "diag",
)  # fmt: skip

FUNCTIONS: dict[str, Callable[..., Any]] = {
    **{name: getattr(np, name) for name in SAME_NAME},
    **{f"a{name}": getattr(np, f"arc{name}") for name in ("sin", "cos", "tan", "sinh", "cosh", "tanh")},
    **{name: _entrywise(getattr(mpmath, name)) for name in ("erf", "erfc", "gamma", "digamma")},
    "pi": lambda: math.pi,
    "e": lambda: math.e,
    "tau": lambda: math.tau,
    "inf": lambda: math.inf,
    "less": _truth(np.less),
    "less_equal": _truth(np.less_equal),
    "greater": _truth(np.greater),
    "greater_equal": _truth(np.greater_equal),
    "equal": _truth(np.equal),
    "not_equal": _truth(np.not_equal),
    "ln": np.log,
    "lgamma": _entrywise(mpmath.loggamma),
    "polygamma": lambda n, x: _entrywise(lambda entry: mpmath.psi(int(n), entry))(x),
    "abs": _abs,
    "sign": lambda x: np.sign(np.real(x)),
    "floor": lambda x: np.floor(np.real(x)),
    "ceil": lambda x: np.ceil(np.real(x)),
    "cbrt": lambda x: np.sign(np.real(x)) * _abs(x) ** (1 / 3),
    "hypot": lambda a, b: np.sqrt(a * a + b * b),
    "atan2": _atan2,
    "max": _choose(larger=True),
    "min": _choose(larger=False),
    "where": _where,
    "clip": lambda x, lo, hi: _where(np.real(x) < lo, lo, _where(np.real(x) > hi, hi, x)),
    "relu": _relu,
    "leaky_relu": lambda x, slope=0.01: _where(np.real(x) > 0, x, slope * x),
    "elu": lambda x, alpha=1.0: _where(np.real(x) > 0, x, alpha * np.expm1(x)),
    "softplus": _softplus,
    **dict.fromkeys(("sigmoid", "σ"), _sigmoid),
    "logit": lambda p: np.log(p / (1 - p)),
    "silu": lambda x: x * _sigmoid(x),
    "gelu": lambda x: x * _entrywise(mpmath.erfc)(-x / math.sqrt(2)) / 2,
    "var": _var,
    "std": lambda x, axis=None, keepdims=False: np.sqrt(_var(x, axis, keepdims)),
    "norm": _norm,
    "logsumexp": _logsumexp,
    "log_softmax": _log_softmax,
    "softmax": lambda x, axis=-1: np.exp(_log_softmax(x, axis)),
    "cumsum_back": lambda x, axis=0: np.flip(np.cumsum(np.flip(x, axis), axis), axis),
    "prod_others": lambda x, axis=None: np.prod(x, axis=axis, keepdims=True) / x,
    "matmul": np.matmul,
    "dot": np.matmul,
    "det": np.linalg.det,
    "logdet": _logdet,
    "inv": np.linalg.inv,
    "solve": np.linalg.solve,
    "cofactors": lambda x: np.linalg.det(x) * np.linalg.inv(x).T,
    "reshape": lambda x, *sizes, shape=None: np.reshape(x, _shape(sizes, shape)),
    "concat": lambda *parts, axis=0: np.concatenate(parts, axis=axis),
    "stack": lambda *parts, axis=0: np.stack(parts, axis=axis),
    "zeros": lambda *sizes, shape=None: np.zeros(_shape(sizes, shape)),
    "ones": lambda *sizes, shape=None: np.ones(_shape(sizes, shape)),
    "eye": lambda size, columns=None: np.eye(int(size), int(columns or size)),
    "arange": np.arange,
    "linspace": lambda first, last, count=50: np.linspace(first, last, int(count)),
    "scatter": _scatter,
    "pick": _pick,
    "one_hot": _one_hot,
    "softmax_loss": lambda S, y, reduction="sum": _reduced(-_pick(_log_softmax(S), y), reduction),
    "svm_loss": _svm_loss,
    "mse_loss": lambda p, t, reduction="mean": _reduced((p - t) ** 2, reduction),
    "bce_loss": _bce_loss,
}

NUMPY = NumberSystem(FUNCTIONS, float, np.array)
