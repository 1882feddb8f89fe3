"""Complex numbers and arrays of them, for the complex step: f(x + ih) = f(x) + ih f'(x) where f is analytic.

The step can be so small that nothing is lost, for nothing is subtracted (Squire and Trapp, 1998, "Using complex
variables to estimate derivatives of real functions").
"""

from __future__ import annotations

from typing import Any

import numpy as np

from bpcalc.algebra.arrays import Arrays
from bpcalc.gate import Gate

STEP = 1e-20  # of the input's size
# The gates whose functions here are analytic wherever they are smooth. The others are real only, or ask for a sign.
ANALYTIC = frozenset((
    "add", "subtract", "multiply", "divide", "negate", "power", "exp", "expm1", "log", "log2", "log10", "log1p",
    "sqrt", "sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh", "asinh", "acosh", "atanh", "sigmoid",
    "softplus", "sum", "mean", "prod", "matmul", "dot", "outer", "trace", "transpose", "reshape", "index", "array",
    "concat", "stack", "diag", "inv", "solve", "softmax", "logsumexp", "log_softmax", "var", "std",
    "mse_loss", "flip", "roll", "pad", "repeat", "tile", "tril", "triu", "windows", "windows_back", "einsum", "kron",
    "cross", "conv1d", "conv2d", "avg_pool2d", "cumprod", "matrix_power", "nll_loss", "bce_logits_loss", "kl_div",
))  # fmt: skip


class ComplexArrays(Arrays):
    """The one instance is `COMPLEX`. It has forward functions for the gates that are `ANALYTIC`."""

    @staticmethod
    def value(number: Any) -> Any:
        return np.asarray(number, dtype=complex)[()]

    @staticmethod
    def sigmoid(x: Any) -> Any:
        return 1 / (1 + np.exp(-x))

    @staticmethod
    def softplus(x: Any) -> Any:
        return np.log(1 + np.exp(x))

    @staticmethod
    def softmax(x: Any, axis: Any) -> Any:
        shifted = np.exp(x - np.max(x.real, axis=axis, keepdims=True))  # a shift by any real constant changes nothing
        return shifted / np.sum(shifted, axis=axis, keepdims=True)

    @staticmethod
    def logsumexp(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
        top = np.max(x.real, axis=axis, keepdims=True)
        found = np.log(np.sum(np.exp(x - top), axis=axis, keepdims=True)) + top
        return found if keepdims else np.squeeze(found, axis=axis)

    def log_softmax(self, x: Any, axis: Any) -> Any:
        return x - self.logsumexp(x, axis=axis, keepdims=True)

    @staticmethod
    def var(x: Any, axis: Any = None, keepdims: bool = False, ddof: int = 0) -> Any:
        off = x - np.mean(x, axis=axis, keepdims=True)
        count = off.size // max(np.size(np.sum(off, axis=axis)), 1)
        return np.sum(off * off, axis=axis, keepdims=keepdims) / (count - ddof)

    def std(self, x: Any, **options: Any) -> Any:
        return np.sqrt(self.var(x, **options))

    def function(self, gate: Gate) -> Any:
        own = getattr(type(self), gate.name, None)
        if own is None or not gate.options:
            return super().function(gate)
        return lambda *inputs: getattr(self, gate.name)(*inputs, **gate.options)


COMPLEX = ComplexArrays()
