"""Arrays between bounds: values and gradients at random points of a box, by NumPy and differences, lie in them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from bpcalc import gradient
from bpcalc.errors import BpcalcError

pytest.importorskip("flint")

STEP, NEAR = 1e-5, 1e-7  # of a difference, and how far it may be off


def _soft(x: Any) -> Any:
    powers = np.exp(x - x.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


W = np.array([[1.0, -2.0], [0.5, 3.0]])
CASES: list[tuple[str, Callable[[Any], Any]]] = [
    ("sum(x^2)", lambda x: (x**2).sum()), ("mean(x, axis=0)", lambda x: x.mean(axis=0)),
    ("prod(x)", lambda x: x.prod()), ("max(x)", lambda x: x.max()), ("min(x, axis=1)", lambda x: x.min(axis=1)),
    ("norm(x)", lambda x: np.sqrt((x**2).sum())), ("norm(x, axis=1)", lambda x: np.sqrt((x**2).sum(axis=1))),
    ("var(x)", lambda x: x.var()), ("std(x, axis=0)", lambda x: x.std(axis=0)),
    ("logsumexp(x, axis=1)", lambda x: np.log(np.exp(x).sum(axis=1))), ("softmax(x)", _soft),
    ("log_softmax(x)", lambda x: np.log(_soft(x))), ("cumsum(x)", np.cumsum),
    ("x@W", lambda x: x @ W), ("W@x + x.T", lambda x: W @ x + x.T), ("det(x)", np.linalg.det),
    ("inv(x)", np.linalg.inv), ("logdet(x)", lambda x: np.log(abs(np.linalg.det(x)))),
    ("solve(x, W)", lambda x: np.linalg.solve(x, W)), ("trace(x)", np.trace), ("x[0, 1:]", lambda x: x[0, 1:]),
    ("softmax_loss(x, [1, 0])", lambda x: -np.log(_soft(x)[[0, 1], [1, 0]]).sum()),
    ("svm_loss(x, [1, 0])", lambda x: sum(np.maximum(0, x[i, j] - x[i, y] + 1) for i, y, j in ((0, 1, 0), (1, 0, 1)))),
    ("mse_loss(x, W)", lambda x: ((x - W) ** 2).mean()), ("relu(x)*tanh(x)", lambda x: np.maximum(x, 0) * np.tanh(x)),
    ("where(x > 1, x, -x)", lambda x: np.where(x > 1, x, -x)), ("max(x, W)", lambda x: np.maximum(x, W)),
    ("concat([x, W])", lambda x: np.concatenate([x, W])), ("outer(x[0], x[1])", lambda x: np.outer(x[0], x[1])),
    ("sigmoid(x)", lambda x: 1 / (1 + np.exp(-x))), ("atan2(x, W)", lambda x: np.arctan2(x, W)),
]  # fmt: skip
MIDDLE = np.array([[2.0, 0.5], [-1.0, 1.5]])


def _differences(function: Callable[[Any], Any], x: Any, weights: Any) -> Any:
    found = np.zeros_like(x)
    for place in np.ndindex(*x.shape):
        step = np.zeros_like(x)
        step[place] = STEP
        found[place] = ((function(x + step) - function(x - step)) * weights).sum() / (2 * STEP)
    return found


def _ends(m: Any, value: Any) -> tuple[Any, Any]:
    """Lower and upper ends; of what is not known the whole line."""
    entries = np.asarray(value, dtype=object)
    texts = [m.entries.json(x) for x in entries.flat]
    pairs = [(-np.inf, np.inf) if one == "unknown" else tuple(map(float, one)) for one in texts]
    return tuple(np.array([pair[k] for pair in pairs]).reshape(entries.shape) for k in (0, 1))  # type: ignore[return-value]


@pytest.mark.parametrize(("text", "function"), CASES, ids=[text for text, _ in CASES])
@pytest.mark.parametrize("half", [0.0, 0.2])
def test_values_and_gradients_lie_in_the_bounds(text: str, function: Callable[[Any], Any], half: float) -> None:
    lo, hi = MIDDLE - half, MIDDLE + half
    rows = ", ".join("[" + ", ".join(f"[{a!r}..{b!r}]" for a, b in zip(*row, strict=True)) + "]"
                     for row in zip(lo.tolist(), hi.tolist(), strict=True))  # fmt: skip
    values = {"x": f"[{rows}]"} | ({"W": W} if "W" in text else {})
    weights = np.asarray(np.random.default_rng(1).uniform(-1, 1, np.shape(function(MIDDLE))))
    report = gradient(text, values, bounds=True, upstream=weights if weights.ndim else float(weights), wrt="x")
    m = report.circuit.m
    (least, most), (low, high) = _ends(m, report.value), _ends(m, report.gradient["x"])
    assert np.isfinite(most).all()
    assert np.isfinite(high).all()
    if half == 0:
        assert np.all(most - least <= 1e-14 * (1 + abs(most)))
    draw = np.random.default_rng(0)
    for _ in range(6):
        x = draw.uniform(lo, hi) if half else MIDDLE
        y = np.asarray(function(x))
        assert np.all((least - 1e-12 <= y) & (y <= most + 1e-12))
        slopes = _differences(function, x, weights)
        assert np.all((low - NEAR <= slopes) & (slopes <= high + NEAR))


def test_ties_of_a_reduction_are_a_set() -> None:
    report = gradient("max(x)", x=[1, 3, 3], bounds=True)
    assert [report.circuit.m.entries.json(one) for one in report.gradient["x"]] == [["0", "0"], ["0", "1"], ["0", "1"]]


@pytest.mark.parametrize(("text", "slope"), [("norm(x)", 1), ("std(x)", 0.5**0.5)])
def test_a_length_of_nothing_has_all_slopes(text: str, slope: float) -> None:
    report = gradient(text, x=[0, 0], bounds=True)
    for one in report.gradient["x"]:
        assert tuple(map(float, report.circuit.m.entries.json(one))) == pytest.approx((-slope, slope))


def test_what_a_condition_blocks_stays_blocked() -> None:
    report = gradient("sum(where(x > 0, log(x), 0))", x=[-1, 2], bounds=True)
    assert [report.circuit.m.entries.json(one) for one in report.gradient["x"]] == [["0", "0"], ["0.5", "0.5"]]


def test_a_matrix_that_may_be_singular_has_no_inverse_that_is_known() -> None:
    report = gradient("sum(inv(x))", x="[[[1..2], 1], [1, 1]]", bounds=True)
    assert report.circuit.m.json(report.value) == "unknown"


def test_softmax_over_ranges_is_as_narrow_as_it_is() -> None:
    report = gradient("softmax(s)[0]", s="[[0..1], [0..1]]", bounds=True)
    lo, hi = map(float, report.circuit.m.json(report.value))
    assert (lo, hi) == pytest.approx((1 / (1 + np.e), 1 / (1 + np.exp(-1))))


@pytest.mark.parametrize(
    "text", ["pick(S, y)", "softmax_loss(S, y)", "svm_loss(S, y)"]
)
def test_a_label_is_no_range(text: str) -> None:
    with pytest.raises(BpcalcError, match="is a range"):
        gradient(text, S=[1, 2], y="[0..1]", bounds=True)
