"""Large numbers, equal entries, zeros, singular matrices: where a formula written naively breaks."""

from __future__ import annotations

import math
from typing import Any

import mpmath
import numpy as np
import pytest

from bpcalc import gradient

INF, NAN = math.inf, math.nan


def same(found: Any, expected: Any, relative: float = 1e-14) -> None:
    np.testing.assert_allclose(found, expected, rtol=relative, atol=0)


def exact_softmax(entries: list[float]) -> list[float]:
    with mpmath.workdps(50):
        powers = [mpmath.exp(mpmath.mpf(entry)) for entry in entries]
        return [float(power / sum(powers)) for power in powers]


@pytest.mark.parametrize("entries", [[1000.0, 1001.0], [-1000.0, -1001.0], [123.0, 456.0, 789.0], [1e4, -1e4, 1e4 + 1]])
def test_exponentials_neither_overflow_nor_vanish(entries: list[float]) -> None:
    with mpmath.workdps(50):
        exact = mpmath.log(sum(mpmath.exp(mpmath.mpf(entry)) for entry in entries))
        logarithms = [float(entry - exact) for entry in entries]
    shares = exact_softmax(entries)
    report = gradient("logsumexp(x)", {"x": entries})
    same(report.value, float(exact))
    same(report.gradient["x"], shares)
    same(gradient("softmax(x)", {"x": entries}, upstream=1.0).value, shares)
    same(gradient("log_softmax(x)", {"x": entries}, upstream=1.0).value, logarithms)
    assert not report.warnings


def test_the_softmax_of_the_lectures_does_not_overflow() -> None:
    shares = gradient("softmax(x)", {"x": [123, 456, 789]}, upstream=1.0).value
    assert shares[2] == 1.0
    assert shares[0] == pytest.approx(math.exp(123 - 789), rel=1e-12)


@pytest.mark.parametrize("scale", [1e-300, 1e-160, 1.0, 1e160, 1e300])
def test_a_norm_neither_overflows_nor_vanishes(scale: float) -> None:
    report = gradient("norm(x)", {"x": [3 * scale, 4 * scale]})
    same(report.value, 5 * scale)
    same(report.gradient["x"], [0.6, 0.8])
    report = gradient("sum(norm(X, axis=1))", {"X": [[3 * scale, 4 * scale], [3.0, -4.0]]})
    same(report.gradient["X"], [[0.6, 0.8], [0.6, -0.8]])


def test_a_softmax_loss_of_scores_that_are_far_apart() -> None:
    report = gradient("softmax_loss(S, y)", {"S": [[1e4, -1e4, 0.0], [1e4, 0.0, 1e4]], "y": [1, 0]})
    same(report.value, 2e4 + math.log(2))
    same(report.gradient["S"], [[1, -1, 0], [-0.5, 0, 0.5]])


@pytest.mark.parametrize(
    ("p", "t", "slope"), [(0.0, 0.0, 1.0), (1.0, 1.0, -1.0), (0.0, 1.0, -INF), (1.0, 0.0, INF), (1e-300, 0.0, 1.0)]
)
def test_a_cross_entropy_at_the_ends(p: float, t: float, slope: float) -> None:
    """-log(1 - p) for the target 0 and -log(p) for 1: the other term is not there, so it cannot give 0*inf."""
    report = gradient("bce_loss(p, t)", {"p": [p], "t": [t]})
    assert report.value == (p if math.isfinite(slope) and t == 0 else 0.0 if math.isfinite(slope) else INF)
    same(report.gradient["p"], [slope])


def test_a_cross_entropy_of_a_sigmoid_that_rounds_to_0_and_1() -> None:
    report = gradient("bce_loss(sigmoid(z), t)", {"z": [800.0, -800.0], "t": [1.0, 0.0]})
    assert report.value == 0.0
    same(report.gradient["z"], [0.0, 0.0])


def test_a_large_determinant_overflows_and_its_logarithm_does_not() -> None:
    matrix = 1e10 * np.eye(40)
    assert gradient("det(X)", {"X": matrix}).value == INF
    report = gradient("logdet(X)", {"X": matrix})
    same(report.value, 400 * math.log(10))
    same(report.gradient["X"], 1e-10 * np.eye(40))


@pytest.mark.parametrize(
    ("entries", "expected"),
    [([0.0, 2.0, 3.0], [6, 0, 0]), ([0.0, 0.0, 3.0], [0, 0, 0]), ([2.0, 3.0, 4.0], [12, 8, 6]), ([-0.0, 5.0], [5, 0])],
)
def test_a_product_with_zeros_in_it(entries: list[float], expected: list[float]) -> None:
    same(gradient("prod(x)", {"x": entries}).gradient["x"], expected)


@pytest.mark.parametrize("name", ["max", "min"])
@pytest.mark.parametrize(
    ("convention", "shares"),
    [("torch", [0, 0.5, 0.5]), ("jax", [0, 0.5, 0.5]), ("first", [0, 1, 0]), ("all", [0, 1, 1]), ("none", [0, 0, 0])],
)
def test_equal_entries_follow_the_convention(name: str, convention: str, shares: list[float]) -> None:
    sign = 1 if name == "max" else -1
    x = [sign * entry for entry in (1.0, 3.0, 3.0)]
    report = gradient(f"2*{name}(x)", {"x": x}, convention=convention)
    same(report.gradient["x"], [2 * share for share in shares])
    (warning,) = report.warnings
    assert (warning.kind, warning.node) == ("kink", "n1")
    matrix = gradient(f"sum({name}(X, axis=1))", {"X": [x, [sign * 9.0, 0.0, 0.0]]}, convention=convention)
    same(matrix.gradient["X"], [shares, [1, 0, 0]])
    assert "in 1 of 2 entries, first at entry [0]" in matrix.warnings[0].message
    cube = gradient(f"{name}(X, axis=[1, 0])", {"X": [x, x]}, convention=convention)
    # along axis 1 first, so the equal entries come in the order [0, 1], [1, 1], [0, 2], [1, 2]
    order = {"first": [[0, 1, 0], [0, 0, 0]], "all": [shares, shares], "none": [shares, shares]}
    same(cube.gradient["X"], order.get(convention, [[0, 0.25, 0.25], [0, 0.25, 0.25]]))


@pytest.mark.parametrize("program", ["norm(x)", "norm(x)^2", "std(x)", "sum(norm(x, axis=0, keepdims=True))"])
def test_a_length_of_0_has_the_gradient_0_or_as_jax_has_it_nan(program: str) -> None:
    x = [2.0, 2.0] if program == "std(x)" else [0.0, 0.0]
    report = gradient(program, {"x": x})
    same(report.gradient["x"], [0, 0])
    if program == "norm(x)^2":  # which has the derivative 0 there
        assert report.warnings == ()
    else:
        assert [warning.kind for warning in report.warnings] == ["kink"]
        assert "0, the subgradient of least norm" in report.warnings[0].message
    for convention in ("first", "all", "none"):
        same(gradient(program, {"x": x}, convention=convention).gradient["x"], [0, 0])
    report = gradient(program, {"x": x}, convention="jax")
    same(report.gradient["x"], [NAN, NAN])
    assert {warning.kind for warning in report.warnings} == {"kink", "nonfinite"}


def test_a_row_of_zeros_does_not_touch_the_others() -> None:
    report = gradient("sum(norm(X, axis=1)) + sum(std(X, axis=1))", {"X": [[0.0, 0.0], [3.0, 4.0]]})
    deviation = 0.5 * np.array([-1, 1])
    same(report.gradient["X"], [[0, 0], np.array([0.6, 0.8]) + deviation])


@pytest.mark.parametrize(("convention", "scores"), [("torch", [0, 0, 0]), ("jax", [0, 0, 0]), ("all", [1, -1, 0])])
def test_a_class_exactly_at_the_margin(convention: str, scores: list[float]) -> None:
    report = gradient("svm_loss(S, y)", {"S": [1.0, 2.0, 0.0], "y": 1}, convention=convention)
    same(report.gradient["S"], scores)
    assert [warning.kind for warning in report.warnings] == ["kink"]
    away = gradient("svm_loss(S, y)", {"S": [1.5, 2.0, 0.0], "y": 1}, convention=convention)
    same(away.gradient["S"], [1, -1, 0])
    assert not away.warnings


@pytest.mark.parametrize(
    "program",
    [
        "sum(where(x > 0, log(x), 0))",
        "sum(where(x > 0, sqrt(x), 0))",
        "sum(where(x > 0, x*log(x), x))",
        "where(max(x) > 5, sum(log(x)), sum(x))",
        "sum(where(x > 0, cumsum(log(max(x, 1)), axis=0), 0))",
        "sum(where(x > 0, reshape(log(x), 3, 1)[:, 0], 0))",
        "sum(where(x > 0, concat(log(x)[:1], log(x)[1:]), 0))",
        "sum(where(x > 0, 1/x, 0)^2)",
    ],
)
def test_a_branch_that_is_not_taken_never_makes_nan(program: str) -> None:
    report = gradient(program, {"x": [1.0, 0.0, -1.0]})
    assert np.isfinite(report.gradient["x"]).all()


@pytest.mark.parametrize("program", ["sum(inv(A))", "sum(solve(A, b))", "sum(solve(A, A))"])
def test_a_singular_matrix_gives_nan_and_a_warning(program: str) -> None:
    report = gradient(
        program, {"A": [[1.0, 2.0], [2.0, 4.0]], "b": [1.0, 1.0]} if "b" in program else {"A": np.ones((2, 2))}
    )
    assert math.isnan(report.value)
    assert [warning.kind for warning in report.warnings] == ["nonfinite"]


def test_a_singular_matrix_in_a_stack_leaves_the_others_alone() -> None:
    stack = np.array([[[1.0, 2.0], [2.0, 4.0]], [[2.0, 0.0], [0.0, 4.0]]])
    report = gradient("inv(A)", {"A": stack}, upstream=1.0)
    same(report.value, [[[NAN, NAN], [NAN, NAN]], [[0.5, 0], [0, 0.25]]])
    same(report.gradient["A"][1], [[-0.25, -0.125], [-0.125, -0.0625]])
    same(gradient("solve(A, b)", {"A": stack, "b": [2.0, 4.0]}, upstream=1.0).value, [[NAN, NAN], [1, 1]])
    same(gradient("logdet(A)", {"A": stack}, upstream=1.0).value, [-INF, math.log(8)])
    report = gradient("sum(det(A))", {"A": stack})
    same(report.gradient["A"], [[[4, -2], [-2, 1]], [[4, 0], [0, 2]]], 1e-13)


@pytest.mark.parametrize("bad", [NAN, INF])
@pytest.mark.parametrize(
    "name", ["det", "logdet", "inv", "trace", "norm", "max", "std", "softmax", "logsumexp", "prod"]
)
def test_entries_that_are_no_numbers_end_in_no_traceback(name: str, bad: float) -> None:
    report = gradient(f"sum({name}(A))", {"A": [[bad, 2.0], [3.0, 4.0]]})
    if math.isnan(bad):
        assert math.isnan(report.value)


@pytest.mark.parametrize("shape", [(0,), (0, 3), (3, 0)])
@pytest.mark.parametrize("program", ["sum(x)", "prod(x)", "sum(2*x + 1)", "sum(exp(x), axis=0)", "cumsum(x)", "x.T"])
def test_arrays_without_entries(program: str, shape: tuple[int, ...]) -> None:
    report = gradient(program, {"x": np.zeros(shape)}, upstream=1.0)
    assert np.shape(report.gradient["x"]) == shape
