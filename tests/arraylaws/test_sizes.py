"""No Jacobian is ever formed, and time grows with the program alone."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest

from bpcalc.algebra.arrays import ARRAYS
from bpcalc.calculations.gradient import calculate
from bpcalc.errors import Source
from bpcalc.reports.options import Options

ROWS, FEATURES, CLASSES = 400, 300, 60
MACHINE = np.random.default_rng(3)


def bindings() -> dict[str, object]:
    return {
        "X": ARRAYS.value(MACHINE.normal(size=(ROWS, FEATURES))),
        "W": ARRAYS.value(MACHINE.normal(size=(FEATURES, CLASSES)) / 10),
        "b": ARRAYS.value(np.zeros(CLASSES)),
        "y": ARRAYS.value(MACHINE.integers(0, CLASSES, ROWS)),
    }


@pytest.mark.parametrize(
    "program",
    [
        "softmax_loss(X@W + b, y, reduction=mean)",
        "svm_loss(X@W + b, y) + 0.1*sum(W^2)",
        "-sum(pick(log_softmax(X@W + b), y))/400 + norm(softmax(X@W, axis=0))",
        "sum(max(X, axis=1)) + sum(cumsum(X@W, axis=0)) + sum(var(X@W + b, axis=1)) + sum(concat(X, X)[::2])*b[0]",
    ],
    ids=["softmax", "svm", "log-softmax", "reductions"],
)
def test_an_affine_layer_with_a_loss_takes_memory_for_a_few_operands_only(program: str) -> None:
    """The smallest Jacobian here, of the scores with respect to the bias, would be 60 times the scores."""
    values = bindings()
    values = {name: value for name, value in values.items() if name in program}
    largest = ROWS * FEATURES * 8
    calculate(Source(program), values, Options(nodes=(), symbolic=False))  # what is loaded once does not count
    tracemalloc.start()
    try:
        calculate(Source(program), values, Options(nodes=(), symbolic=False))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 12 * largest
    assert peak < ROWS * CLASSES * CLASSES * 8


def test_each_layer_of_a_chain_takes_as_many_nodes_as_the_one_before() -> None:
    def nodes(layers: int) -> int:
        chain = [f"h{k + 1} = tanh({f'h{k}' if k else 'X'}@W)" for k in range(layers)]
        values = {"X": ARRAYS.value(np.ones((3, 4))), "W": ARRAYS.value(np.eye(4) / 2)}
        report = calculate(Source("; ".join([*chain, f"sum(h{layers})"])), values, Options(symbolic=False))
        assert np.isfinite(report.gradient["W"]).all()
        return len(report.nodes)

    assert nodes(200) - nodes(100) == nodes(100) - nodes(1) + nodes(2) - nodes(1)
