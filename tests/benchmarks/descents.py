"""Descents on real data against scikit-learn, where that is installed: `python tests/benchmarks/descents.py`.

Logistic regression on the breast cancer data and softmax regression on Iris, both with the penalty that scikit-learn
has (C = 1), from 0: what each method of bpcalc comes to beside the optimum that scikit-learn finds, how far apart the
weights are, and how long 10,000 steps of a small network take. The exit status is 1 if an optimum is missed.
"""

from __future__ import annotations

import sys
import time
from typing import Any

import numpy as np

from bpcalc import descend

NEAR = 1e-6  # relative: how close to scikit-learn's value the optimum must come
BINARY = "s = X@w + b; sum(softplus(s) - y*s) + sum(w*w)/2"
CLASSES = "S = X@W + b; softmax_loss(S, y) + sum(W*W)/2"
NETWORK = "h = relu(X@W1 + b1); softmax_loss(h@W2 + b2, y, reduction=mean)"


def standard(data: Any) -> Any:
    """The columns with mean 0 and standard deviation 1."""
    return (data - data.mean(axis=0)) / data.std(axis=0)


def fitted(x: Any, y: Any) -> Any:
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(C=1.0, tol=1e-12, max_iter=100_000).fit(x, y)


def told(title: str, text: str, values: dict[str, Any], best: dict[str, Any], runs: dict[str, dict[str, Any]]) -> bool:
    """Prints what each method comes to, and tells whether the best of them is scikit-learn's optimum."""
    optimum = descend(text, {**values, **best}, wrt=[*best], steps=1, rate=1e-12).only.path[0].value
    print(f"{title}: scikit-learn {optimum:.9g}")
    found = []
    for method, more in runs.items():
        start = time.perf_counter()
        report = descend(text, values, wrt=[*best], method=method, **more)
        seconds = time.perf_counter() - start
        apart = max(float(np.max(np.abs(report.final[name] - best[name]))) for name in best)
        found.append(report.only.end.value)
        print(f"  {method:9} {report.only.end.value:.9g}  {report.only.end.step:6} steps  {seconds:6.2f} s  "
              f"weights within {apart:.1e}  {report.ended}")  # fmt: skip
    return min(found) <= optimum * (1 + NEAR)


def cancer() -> bool:
    from sklearn.datasets import load_breast_cancer

    data = load_breast_cancer()
    x, y = standard(data.data), data.target.astype(float)
    model = fitted(x, y)
    values = {"X": x, "y": y, "w": np.zeros(x.shape[1]), "b": 0.0}
    best = {"w": model.coef_[0], "b": float(model.intercept_[0])}
    return told("breast cancer, 569 rows of 30 numbers", BINARY, values, best, {
        "gradient": {"rate": 1e-3, "steps": 20_000}, "momentum": {"rate": 1e-3, "steps": 5_000},
        "adam": {"rate": 0.05, "steps": 3_000}, "newton": {"steps": 20}, "lbfgs": {"steps": 300},
    })  # fmt: skip


def iris() -> bool:
    from sklearn.datasets import load_iris

    data = load_iris()
    x, y = standard(data.data), data.target.astype(float)
    model = fitted(x, y)
    values = {"X": x, "y": y, "W": np.zeros((4, 3)), "b": np.zeros(3)}
    best = {"W": model.coef_.T, "b": model.intercept_}
    return told("Iris, 150 rows of 4 numbers, 3 classes", CLASSES, values, best, {
        "gradient": {"rate": 1e-2, "steps": 5_000}, "adam": {"rate": 0.05, "steps": 3_000},
        "newton": {"steps": 20}, "lbfgs": {"steps": 300},
    })  # fmt: skip


def network() -> None:
    generator = np.random.default_rng(0)
    x, y = generator.normal(size=(100, 4)), generator.integers(0, 3, 100).astype(float)
    values = {"X": x, "y": y, "W1": generator.normal(size=(4, 16)) / 2, "b1": np.zeros(16),
              "W2": generator.normal(size=(16, 3)) / 4, "b2": np.zeros(3)}  # fmt: skip
    start = time.perf_counter()
    report = descend(NETWORK, values, wrt="W1,b1,W2,b2", rate=0.1, steps=10_000)
    print(f"a network of 131 numbers, 100 rows: 10,000 steps in {time.perf_counter() - start:.2f} s, {report.ended}")


def main() -> int:
    network()
    try:
        import sklearn  # noqa: F401
    except ImportError:
        print("scikit-learn is not installed")
        return 0
    return 0 if all([cancer(), iris()]) else 1


if __name__ == "__main__":
    sys.exit(main())
