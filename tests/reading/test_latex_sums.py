r"""Sums of LaTeX with what papers write below them: \sum_{j \ne y_i}, \sum_{i<j}, \sum_{i \in S}; values by NumPy."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
import pytest

from bpcalc import gradient
from bpcalc.errors import BpcalcError, Source
from bpcalc.reading.parser import parse

X = np.array([1.0, 2.0, 4.0, 5.0])
A = np.arange(16.0).reshape(4, 4) ** 1.5
# the scores of CS231n's third lecture, a row an image
S = np.array([[3.2, 5.1, -1.7], [1.3, 4.9, 2.0], [2.2, 2.5, -3.1]])


def hinge(s: Any, y: int, delta: float = 1.0) -> Any:
    """The SVM loss of scores, whose right class is y, counted from 0."""
    return sum(max(0.0, s[j] - s[y] + delta) for j in range(len(s)) if j != y)


BATCH = np.mean([hinge(row, y) for row, y in zip(S, (0, 1, 2), strict=True)])
LOSS = r"\max(0, s_j - s_{y_i} + 1)"


@pytest.mark.parametrize(
    ("text", "values", "right"),
    [
        (rf"L_i = \sum_{{j\neq y_i}} {LOSS}", {"s": S[0], "y_i": 1}, 2.9),
        (rf"L_i = \sum_{{j\neq y_i}} {LOSS}", {"s": S[2], "y_i": 3}, 12.9),
        (rf"L_i = \sum_{{j=0, j\neq y_i}} {LOSS}", {"s": S[0], "y_i": 0}, 2.9),
        (rf"L_i = \sum_{{j=0, j\neq y_i}}^{{2}} {LOSS}", {"s": S[1], "y_i": 1}, 0.0),
        (rf"L_i = \sum_{{j \ne y_i}}^{{C}} {LOSS}", {"s": S[2], "y_i": 3, "C": 3}, 12.9),
        (rf"L_i = \sum_{{j\neq y_i}} {LOSS}", {"s": S[0], "y": np.array([3.0, 1.0]), "i": 2}, 2.9),
        (r"\frac{1}{N} \sum_{i=1}^N \sum_{j\neq y_i} \max(0, s_{ij} - s_{iy_i} + 1)",
         {"s": S, "y": np.array([1.0, 2.0, 3.0])}, BATCH),
        (r"\frac{1}{N} \sum_{i=0}^{N-1} \sum_{j\neq y_i} \max(0, s_{i,j} - s_{i,y_i} + 1)",
         {"s": S, "y": np.array([0.0, 1.0, 2.0])}, BATCH),
        (r"\sum_i \sum_{j \ne y^{(i)}} \max(0, s_j^{(i)} - s_{y^{(i)}}^{(i)} + 1)",
         {"s": S, "y": np.array([1.0, 2.0, 3.0])}, 3 * BATCH),
        (r"\sum_{j\neq y} \max(0, w_j^T x - w_y^T x + \Delta)",
         {"w": S, "x": np.array([1.0, -1.0, 2.0]), "y": 2, "Delta": 10.0},
         hinge(S @ [1.0, -1.0, 2.0], 1, 10.0)),
        (r"L_i = -\log\left(\frac{e^{f_{y_i}}}{\sum_j e^{f_j}}\right)", {"f": S[0], "y_i": 2},
         np.log(np.exp(S[0]).sum()) - 5.1),
        (r"-\log \frac{e^{f_{y_i}}}{\sum_{j=0}^{2} e^{f_j}}", {"f": S[0], "y_i": 0},
         np.log(np.exp(S[0]).sum()) - 3.2),
        (r"-\log p_{y+1}", {"p": np.array([0.2, 0.3, 0.5]), "y": 0}, -np.log(0.2)),
        (r"\sum_{i<j} x_i x_j", {"x": X}, sum(a * b for a, b in combinations(X, 2))),
        (r"\sum_{i<j}^{n} A_{ij}", {"A": A, "n": 3}, np.triu(A[:3, :3], 1).sum()),
        (r"\sum_{j > i} A_{ij}", {"A": A}, np.triu(A, 1).sum()),
        (r"\sum_{i \le j} A_{ij}", {"A": A}, np.triu(A).sum()),
        (r"\sum_{1 \le i < j \le n} x_i x_j", {"x": X}, sum(a * b for a, b in combinations(X, 2))),
        (r"\sum_{0 \le i < j < n} x_i x_j", {"x": X}, sum(a * b for a, b in combinations(X, 2))),
        (r"\sum_{i<j<k} x_i x_j x_k", {"x": X}, sum(a * b * c for a, b, c in combinations(X, 3))),
        (r"\sum_{1 \le i < j \le 3} i j", {}, 2.0 + 3.0 + 6.0),
        (r"\sum_{i=1}^n \sum_{j<i} x_i x_j", {"x": X}, sum(a * b for a, b in combinations(X, 2))),
        (r"\sum_{i=1}^{n} \sum_{j=1}^{i-1} x_i x_j", {"x": X}, sum(a * b for a, b in combinations(X, 2))),
        (r"\sum_{i=0}^{3} \sum_{j=i+1}^{3} x_i x_j", {"x": X}, sum(a * b for a, b in combinations(X, 2))),
        (r"\sum_{i=1}^{4} x_i \prod_{j<i} (1 - x_j)", {"x": X},
         sum(x * np.prod(1 - X[:i]) for i, x in enumerate(X))),
        (r"\sum_{i} \sum_{j \ne i} A_{ij}", {"A": A}, A.sum() - np.trace(A)),
        (r"\sum_{i, j \ne i} A_{ij}", {"A": A}, A.sum() - np.trace(A)),
        (r"\sum_{i=1,j=2}^{3} x_i x_j", {"x": X}, 7.0 * 6.0),
        (r"\sum_{i,j=1}^{2} A_{ij}", {"A": A}, A[:2, :2].sum()),
        (r"\sum_{i=1,\ldots,n} x_i^2", {"x": X, "n": 3}, (X[:3] ** 2).sum()),
        (r"\sum_{i \in \{1, 3\}} x_i", {"x": X}, 5.0),
        (r"\sum_{i \in \{1, \ldots, n\}} x_i", {"x": X, "n": 3}, 7.0),
        (r"\sum_{i \in [3]} x_i", {"x": X}, 7.0),
        (r"\sum_{i, j \in S} A_{ij}", {"A": A, "S": np.array([2.0, 4.0])}, A[1::2, 1::2].sum()),
        (r"\frac{1}{2}\sum_{i \in \mathcal{B}} x_i^2", {"x": X, "B": np.array([1.0, 4.0])}, 13.0),
        (r"\sum_{k \in \{0, 2\}} x_k", {"x": X}, 5.0),
        (r"\sum_{t \in \{-1, 1\}} e^{t}", {}, 2 * np.cosh(1.0)),
        (r"\max_{j \ne k} x_j", {"x": X, "k": 4}, 4.0),
        (r"\prod_{\substack{j=1 \\ j \ne k}}^{4} \frac{t - x_j}{x_k - x_j}", {"x": X, "k": 2, "t": 3.0},
         np.prod([(3 - X[j]) / (X[1] - X[j]) for j in (0, 2, 3)])),
        (r"\sum_{i=1}^{2} x_{2(i-1)+1}", {"x": X}, 5.0),
        (r"\sum_{i=1}^{2(3-1)} x_i", {"x": X}, 12.0),
        (r"\sum_{i=1}^{2} x_{i^2}", {"x": X}, 6.0),
        (r"\sum_{i=1}^{3} x_{p_i}", {"x": X, "p": np.array([4.0, 4.0, 1.0])}, 11.0),
        (r"N = 3 \\ \sum_{i=1}^{N} x_i", {"x": X}, 7.0),
    ],
)  # fmt: skip
def test_what_stands_below_a_sum_is_read(text: str, values: dict[str, Any], right: float) -> None:
    given = {name: value if isinstance(value, np.ndarray) else float(value) for name, value in values.items()}
    assert gradient(text, **given).value == pytest.approx(right, rel=1e-12)


def test_the_gradient_of_the_lectures_loss() -> None:
    found = gradient(rf"L_i = \sum_{{j\neq y_i}} {LOSS}", s=S[2], y_i=3.0)
    assert found.gradient["s"].tolist() == [1.0, 1.0, -2.0]
    assert "y_i" not in found.gradient


def refusal(text: str, **values: Any) -> str:
    with pytest.raises(BpcalcError) as refused:
        parse(Source(text, notation="latex"), values)
    assert refused.value.span is not None
    return refused.value.message


def test_a_label_means_the_same_whatever_its_value() -> None:
    """An index that a value tells counts as the text says, not as the value would allow."""
    p = np.array([0.2, 0.3, 0.5])
    assert gradient(r"1 \cdot p_y", p=p, y=1.0).value == 0.2
    assert "not between 1 and 3" in refusal(r"p_y", p=p, y=0.0)
    assert gradient(r"\sum_{j=0}^{2} p_j - p_y", p=p, y=1.0).value == pytest.approx(0.7)
    assert gradient(r"-p_y + \sum_{j=0}^{2} p_j", p=p, y=1.0).value == pytest.approx(0.7)
    assert "not between 0 and 2" in refusal(r"\sum_{j=0}^{2} p_j - p_y", p=p, y=3.0)
    assert "k is 0" in refusal(r"\sum_{j \ne k} p_j", p=p, k=0.0)
    assert "k is 4" in refusal(r"\sum_{j \ne k} p_j", p=p, k=4.0)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (r"\sum_{j \ne y} (x_j - x_y)", "over j alone, or over both"), (r"\sum_{i+j=n} x_i x_j", "not read"),
        (r"\sum_{i \ne j \ne k} x_i", "two ways"), (r"\sum_{i : x_i > 0} x_i", "not read"),
        (r"\sum_{i=2}^{1} x_i", "no terms"), (r"\sum_{i=1}^{3} \max_{j<i} x_j", "no terms"),
        (r"\sum_{j<i} x_j", "how far"), (r"\sum_{i \in T} x_i", "no value that tells"),
        (r"\sum_{v \in x} v^2", "no gradient"), (r"\sum_{i \in \{1, 1\}} x_i", "twice"),
        (r"\sum_{i \in \{0.5\}} x_i", "no numbers"), (r"\sum_{i=1}^{3/2} x_i", "no numbers"),
        (r"\sum_{i=1}^{2} x_{3i}", "no entry"), (r"\sum_{i,i} x_i", "stands there twice"),
        (r"\sum_{i<3, i<4} x_i", "not read"), (r"\operatorname{mean}_{j \ne 1} x_j", "whole axes"),
        (r"\sum_{i=1}^{2} x_{i_{i_{i_{i_{i_{i_{i_{i_i}}}}}}}}", "no value"),
    ],
)  # fmt: skip
def test_what_has_no_clear_limits_is_refused(text: str, message: str) -> None:
    found = ""
    with pytest.raises(BpcalcError) as refused:
        gradient(text, x=X)
    error = refused.value
    found = f"{error.message} {error.hint}"
    assert message in found
    assert error.span is not None
