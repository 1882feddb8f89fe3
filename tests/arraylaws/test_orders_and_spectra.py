"""Ties, repeated eigenvalues, entries beside the chosen one: what the gates of orders and spectra do at their edges."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from commandline import call

from bpcalc import BpcalcError, gradient, jvp
from bpcalc.algebra.arrays import ARRAYS
from bpcalc.calculations.gradient import calculate
from bpcalc.errors import Source
from bpcalc.reports.options import Options
from bpcalc.reports.report import Report

INF, NAN = math.inf, math.nan


@pytest.mark.parametrize(
    ("program", "x", "shares", "is_kink"),
    [
        ("median(x)", [1, 2, 2, 3], [0, 0.5, 0.5, 0], False),  # the mean of both, which moves as they do
        ("median(x)", [2, 2, 2, 5], [1 / 3, 1 / 3, 1 / 3, 0], True),
        ("median(x)", [2, 1, 2, 0, 2], [1 / 3, 0, 1 / 3, 0, 1 / 3], True),
        ("median(x)", [4], [1], False),
        ("quantile(x, 0)", [3, 1, 1], [0, 0.5, 0.5], True),
        ("quantile(x, 1)", [3, 1, 1], [1, 0, 0], False),
        ("quantile(x, 0.25)", [1, 1, 9, 9], [0.5, 0.5, 0, 0], True),
        ("sum(sort(x)*[1, 2, 4])", [5, 7, 5], [1.5, 4, 1.5], True),
        ("sum(sort(x))", [5, 7, 5], [1, 1, 1], True),  # sort(x) has none, though its sum has
    ],
)
def test_equal_entries_share_evenly(program: str, x: list[float], shares: list[float], is_kink: bool) -> None:
    report = gradient(program, x=x)
    np.testing.assert_allclose(report.gradient["x"], shares, rtol=1e-14)
    assert [warning.kind for warning in report.warnings] == ["kink"] * is_kink


@pytest.mark.parametrize("convention", ["first", "jax"])
def test_a_median_may_take_equal_entries_as_they_stand(convention: str) -> None:
    assert gradient("median(x)", x=[2, 1, 2, 0, 2], convention=convention).gradient["x"].tolist() == [1, 0, 0, 0, 0]


def test_an_infinite_slope_beside_the_median_is_not_let_through() -> None:
    assert gradient("median(log(x))", x=[0, 1, 2]).gradient["x"].tolist() == [0, 1, 0]
    assert gradient("sum(tril(log(A)))", A=[[1, 0], [1, 1]]).gradient["A"].tolist() == [[1, 0], [1, 1]]


@pytest.mark.parametrize("program", ["median(x)", "quantile(x, 0.2)", "sum(sort(x))"])
def test_nan_is_the_result_wherever_it_stands(program: str) -> None:
    assert math.isnan(gradient(program, x=[1, NAN, 2]).value)


def test_a_running_product_with_zeros() -> None:
    report = gradient("sum(cumprod(x)*[1, 2, 3, 4])", x=[2, 0, 3, 0])
    assert report.gradient["x"].tolist() == [1, 2 * 2 + 3 * 2 * 3, 0, 0]


def test_one_step_moves_equal_entries_apart() -> None:
    """A tie's rule is linear; the steps to either side are those of the order that the step makes."""
    (warning,) = jvp("sum(sort(x)*[1, 2])", x=[5, 5], tangent={"x": [1, 0]}).warnings
    assert warning.kind == "kink"
    assert "2" in warning.message
    assert "1" in warning.message


@pytest.mark.parametrize(
    ("program", "A", "expected"),
    [
        ("sum(eigvalsh(A)*[1, 2])", [[2, 0], [0, 2]], [[1.5, 0], [0, 1.5]]),
        ("sum(svdvals(A)*[1, 2])", [[3, 0], [0, 3]], [[1.5, 0], [0, 1.5]]),
        ("norm(A, order=nuc)", [[1, 0], [0, 0]], [[1, 0], [0, 0]]),
        ("norm(A, order=2)", [[0, 0], [0, 0]], [[0, 0], [0, 0]]),
    ],
)
def test_repeated_eigenvalues_share_evenly_and_are_told(program: str, A: Any, expected: Any) -> None:
    report = gradient(program, A=A)
    np.testing.assert_allclose(report.gradient["A"], expected, atol=1e-14)
    assert [warning.kind for warning in report.warnings] == ["kink"]


def test_a_function_of_all_eigenvalues_alike_has_its_derivative_where_they_repeat() -> None:
    report = gradient("sum(eigvalsh(A)^2)", A=[[2, 0], [0, 2]])
    np.testing.assert_allclose(report.gradient["A"], [[4, 0], [0, 4]], rtol=1e-14)


def test_what_is_not_positive_definite_has_no_root() -> None:
    report = gradient("sum(cholesky(A))", A=[[1, 2], [2, 1]])
    assert math.isnan(report.value)
    assert [warning.kind for warning in report.warnings] == ["nonfinite"]


def test_vectors_of_equal_eigenvalues_have_no_derivative() -> None:
    report = gradient("sum(eigh(A)^3)", A=[[2, 0], [0, 2]])
    assert "nonfinite" in [warning.kind for warning in report.warnings]


@pytest.mark.parametrize("name", ["expm", "pinv", "cholesky", "eigvalsh", "eigh", "svdvals"])
@pytest.mark.parametrize("bad", [NAN, INF])
def test_a_matrix_with_no_number_in_it_ends_in_no_traceback(name: str, bad: float) -> None:
    assert math.isnan(gradient(f"sum({name}(A))", A=[[bad, 1], [1, 2]]).value)


def test_an_option_is_read_in_every_spelling() -> None:
    x = np.arange(12.0).reshape(3, 4) % 5
    for text in ("median(x, axis=[0, 1])", "median(x, axis=(0, 1))", "median(x)"):
        assert gradient(text, x=x).value == np.median(x)
    for text in ('kl_div(-x, x, reduction="batchmean")', "kl_div(-x, x, reduction=batchmean)"):
        assert np.isfinite(gradient(text, x=x + 1).value)
    for text in ("einsum('ij->', x)", 'einsum("ij->", x)', 'einsum(x, equation="ij->")', "einsum(' ij -> ', x)"):
        assert gradient(text, x=x).value == np.sum(x)
    kept = gradient("quantile(x, 0.3, axis=1, keepdims=1)", x=x, upstream=1.0).value
    np.testing.assert_allclose(kept, np.quantile(x, 0.3, axis=1, keepdims=True))
    assert gradient("norm(x, order=fro)", x=x).value == gradient('norm(x, order="fro")', x=x).value


def expanded(text: str, values: dict[str, Any], name: str) -> Report:
    bound = {one: ARRAYS.value(value) for one, value in values.items()}
    return calculate(Source(text), bound, Options(expand=(name,)))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("softmax", "sum(softmax(S)^2)"), ("log_softmax", "sum(log_softmax(S)^2)"), ("logsumexp", "logsumexp(S)"),
        ("logsumexp", "sum(logsumexp(S, axis=1)^2)"), ("norm", "norm(S)"), ("var", "var(S)"),
        ("std", "sum(std(S, axis=0))"),
        ("softmax_loss", "softmax_loss(S, y)"), ("softmax_loss", "softmax_loss(S[0], 2)"),
        ("svm_loss", "svm_loss(S, y)"), ("svm_loss", "svm_loss(S[0], 2, margin=3)"), ("mse_loss", "mse_loss(S, 2)"),
        ("bce_loss", "bce_loss(sigmoid(S), 0.3)"), ("bce_logits_loss", "bce_logits_loss(S, 0.3)"),
        ("huber_loss", "huber_loss(S, 0.3)"), ("nll_loss", "nll_loss(S, y)"), ("kl_div", "kl_div(S, exp(2*S))"),
    ],
)  # fmt: skip
def test_a_gate_of_arrays_that_is_opened_is_the_same_function(name: str, text: str) -> None:
    values = {"S": [[0.3, 2.5, -1.7], [1.3, -0.4, 2.2]], "y": [0, 1]}
    values = values if "y" in text else {"S": values["S"]}
    packed, opened = gradient(text, values), expanded(text, values, name)
    assert name not in {row.gate for row in opened.nodes}
    np.testing.assert_allclose(opened.value, packed.value, rtol=1e-13)
    np.testing.assert_allclose(opened.gradient["S"], packed.gradient["S"], rtol=1e-12, atol=1e-14)


def test_a_gate_that_hangs_on_shapes_stays_as_it_is() -> None:
    report = expanded("var(x, ddof=1) + norm(x, order=1)", {"x": [1, 2, 4]}, "all")
    assert {"var", "norm"} <= {row.gate for row in report.nodes}


def test_a_quantile_of_an_axis_without_a_number_is_refused_in_formulas() -> None:
    found = call(["diff", "median(x)", "x:n"])
    assert (found.status, found.out) == (2, "")
    assert "depends on n" in found.err
    assert call(["diff", "svdvals(A)[0]", "A:m,n"]).status == 2
    with pytest.raises(BpcalcError):
        gradient("quantile(x, q)", x=[1, 2], q=0.5)
