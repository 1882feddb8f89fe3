"""Each way to write an option that the contract names, beside NumPy's value."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from bpcalc import gradient

X, T = np.array([[1.0, -2.0, 3.0], [4.0, 5.0, 7.0]]), np.arange(24.0).reshape(2, 3, 4)
LOSS = -np.log(np.exp(X[[0, 1], [0, 2]]) / np.exp(X).sum(axis=1))
MARGINS = np.maximum(0, X - X[[0, 1], [0, 2]][:, None] + 2).sum(axis=1) - 2
P, Q = np.full((2, 3), 1 / 3), np.full((2, 3), -2.0)
KL = np.sum(P * (np.log(P) - Q)) / 2
VALUES = {"X": X, "T": T, "P": P, "Q": Q, "a": 2.0, "b": -1.5}

CASES: list[tuple[tuple[str, ...], Any]] = [
    (("zeros(3, 4)", "zeros([3, 4])", "zeros((3, 4))"), np.zeros((3, 4))),
    (("softmax_loss(X, [0, 2], reduction=mean)", 'softmax_loss(X, [0, 2], reduction="mean")',
      "softmax_loss(X, [0, 2], reduction='mean')"), LOSS.mean()),
    (("softmax_loss(X, [0, 2])",), LOSS.sum()),
    (("sum(X, axis=0, keepdims=1)", "sum(X, axis=0, keepdims=True)"), X.sum(axis=0, keepdims=True)),
    (("sum(T, axis=[0, 2])", "sum(T, axis=(0, 2))"), T.sum(axis=(0, 2))),
    (("norm(X, order=fro)", 'norm(X, order="fro")', "norm(X)"), np.linalg.norm(X)),
    (("norm(X[0], order=1)",), 6.0), (("norm(X[0], order=inf)",), 3.0),
    (("var(X, ddof=1)",), X.var(ddof=1)), (("std(X, axis=0, ddof=1)",), X.std(axis=0, ddof=1)),
    (("elu(b, alpha=2)", "elu(b, 2)"), 2 * np.expm1(-1.5)),
    (("leaky_relu(b, slope=0.1)", "leaky_relu(b, 0.1)"), -0.15),
    (("clip(a, lo=0, hi=1)", "clip(a, 0, 1)"), 1.0),
    (("svm_loss(X, [0, 2], margin=2)", "svm_loss(X, [0, 2], 2)"), MARGINS.sum()),
    (("kl_div(Q, P, reduction=batchmean)",), KL),
    (("max(X)",), 7.0), (("max(a, b)",), 2.0), (("max(X, 0)",), np.maximum(X, 0)),
    (("max(X, axis=1)",), X.max(axis=1)),
    (("quantile(X, 0.3)", "quantile(X, q=0.3)"), np.quantile(X, 0.3)),
    (("5!",), 120.0), (("-7 % 3",), 2.0), (("log(8, 2)",), 3.0),
]  # fmt: skip


@pytest.mark.parametrize(("texts", "expected"), CASES, ids=[texts[0] for texts, _ in CASES])
def test_an_option_may_be_written_in_each_of_its_ways(texts: tuple[str, ...], expected: Any) -> None:
    for text in texts:
        found = gradient(text, VALUES, upstream=1.0).value
        assert np.shape(found) == np.shape(expected), text
        assert np.allclose(found, expected, rtol=1e-14), text
