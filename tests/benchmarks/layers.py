"""Affine layers on arrays, in memory: `layers.py WHO KIND COUNT`, where WHO is bpcalc or numpy.

KIND `layer` is the softmax loss of X@W with X 2000 x 500 and W 500 x 100; `chain` a chain of COUNT layers of 100 x 100
with tanh between them. Prints the seconds of one value and gradient of all inputs (the median), the value, and the sum
of all gradients. NumPy's side is what a good engineer writes by hand.
"""

from __future__ import annotations

import statistics
import sys
import time
from typing import Any

import numpy as np

Passes = Any


def arrays(kind: str, count: int) -> dict[str, Any]:
    """The inputs, the same in every run."""
    random = np.random.default_rng(0)
    if kind == "layer":
        labels = random.integers(0, 100, 2000).astype(float)
        return {"X": random.normal(size=(2000, 500)), "W": random.normal(size=(500, 100)) / 20, "y": labels}
    weights = {f"W{k}": random.normal(size=(100, 100)) / 10 for k in range(count)}
    return {"X": random.normal(size=(100, 100)), **weights}


def run_bpcalc(kind: str, values: dict[str, Any], count: int) -> Passes:
    from bpcalc.algebra.choice import algebra_for
    from bpcalc.calculations.passes import run
    from bpcalc.errors import Source
    from bpcalc.reading.parser import parse
    from bpcalc.reports.options import Options

    lines = ["H0 = X", *(f"H{k + 1} = tanh(H{k}@W{k})" for k in range(count)), f"sum(H{count})"]
    program = "softmax_loss(X@W, y)" if kind == "layer" else "\n".join(lines)

    def passes() -> tuple[float, float]:
        parsed = parse(Source(program))
        calculation = run(algebra_for(parsed.graph.kinds, values.values()), parsed, values, Options())
        return calculation.values[calculation.output], sum(
            float(calculation.gradient(node).sum()) for node in calculation.wrt.values()
        )

    return passes


def run_numpy(kind: str, values: dict[str, Any], count: int) -> Passes:
    def layer() -> tuple[float, float]:
        X, W, y = values["X"], values["W"], values["y"].astype(int)
        scores = X @ W
        scores = scores - scores.max(axis=1, keepdims=True)
        powers = np.exp(scores)
        sums = powers.sum(axis=1, keepdims=True)
        rows = np.arange(len(y))
        loss = np.sum(np.log(sums[:, 0]) - scores[rows, y])
        upstream = powers / sums
        upstream[rows, y] -= 1
        return loss, float((upstream @ W.T).sum() + (X.T @ upstream).sum())

    def chain() -> tuple[float, float]:
        outputs = [values["X"]]
        for k in range(count):
            outputs.append(np.tanh(outputs[-1] @ values[f"W{k}"]))
        total, upstream = 0.0, np.ones_like(outputs[-1])
        for k in range(count - 1, -1, -1):
            upstream = upstream * (1 - outputs[k + 1] * outputs[k + 1])
            total += float((outputs[k].T @ upstream).sum())
            upstream = upstream @ values[f"W{k}"].T
        return outputs[-1].sum(), total + float(upstream.sum())

    return layer if kind == "layer" else chain


def main(who: str, kind: str, count: int) -> None:
    passes = (run_numpy if who == "numpy" else run_bpcalc)(kind, arrays(kind, count), count)
    passes()
    times = []
    for _ in range(15 if kind == "layer" else 5):
        start = time.perf_counter()
        value, gradients = passes()
        times.append(time.perf_counter() - start)
    print(statistics.median(times), float(value), gradients)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
