"""`--reduce`: the sum or the mean of all rows, rounded once, whatever the order and the engine."""

from __future__ import annotations

import json
import math
import random
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from engines import ENGINES, batch
from hypothesis import given, settings
from hypothesis import strategies as st

from bpcalc.batch.sums import ExactSum

FINITE = st.floats(allow_nan=False, allow_infinity=False)


@settings(max_examples=60)
@given(st.lists(st.lists(FINITE, max_size=4), max_size=6))
def test_a_sum_is_the_exact_one_rounded(parts: list[list[float]]) -> None:
    found, numbers = ExactSum(), [one for part in parts for one in part]
    for part in parts:
        found.add(part)
    exact = sum(map(Fraction, numbers), Fraction(0))
    for count in (1, 3):
        try:
            wanted = float(exact / count)
        except OverflowError:
            wanted = math.inf if exact > 0 else -math.inf
        assert found.value(count) == wanted


def test_a_sum_goes_beyond_the_largest_double_and_back() -> None:
    found = ExactSum()
    for numbers in ([1.7e308, 1.7e308], [1.0], [-1.7e308], [-1.7e308]):
        found.add(numbers)
    assert found.value() == 1.0


@pytest.mark.parametrize(
    ("numbers", "wanted"),
    [([math.inf, 1.0], math.inf), ([math.inf, -math.inf], math.nan), ([math.nan, 1.0], math.nan), ([], 0.0),
     ([-math.inf, 1.7e308, 1.7e308], -math.inf)],
)  # fmt: skip
def test_infinities_and_nan_are_as_in_any_sum(numbers: list[float], wanted: float) -> None:
    found = ExactSum()
    for number in numbers:
        found.add([number])
    assert found.value() == wanted or (math.isnan(wanted) and math.isnan(found.value()))


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("how", ["sum", "mean"])
def test_a_loss_over_a_data_set(engine: str, how: str, tmp_path: Path) -> None:
    rng = random.Random(1)
    rows = [(rng.gauss(0, 1), rng.gauss(0, 1)) for _ in range(2500)]
    table = "x,y\n" + "".join(f"{x!r},{y!r}\n" for x, y in rows)
    found = batch(tmp_path, table, "(w*x + b - y)^2", "FILE", "w=2", "b=-0.5", "--reduce", how, "-o", "json",
                  "--engine", engine)  # fmt: skip
    data = json.loads(found.out)
    wrong = [2 * x - 0.5 - y for x, y in rows]
    size = 1 if how == "sum" else len(rows)
    assert (data["command"], data["reduce"], data["rows"], data["warnings"]) == ("batch", how, 2500, [])
    assert data["value"] == pytest.approx(math.fsum(r * r for r in wrong) / size, rel=1e-15)
    assert [*data["gradient"]] == ["w", "b"]
    slope = math.fsum(2 * r * x for r, (x, _) in zip(wrong, rows, strict=True)) / size
    assert data["gradient"]["w"] == pytest.approx(slope, rel=1e-13)
    assert data["gradient"]["b"] == pytest.approx(math.fsum(2 * r for r in wrong) / size, rel=1e-13)


def test_a_sum_of_many_rows_is_rounded_once_in_every_engine(tmp_path: Path) -> None:
    rng = random.Random(2)
    numbers = [rng.choice([1e16, 1.0, -1e16, 3e-9, 1e300, -1e300]) * rng.random() for _ in range(3000)]
    table = "x\n" + "".join(f"{x!r}\n" for x in numbers)
    for engine in ENGINES:
        found = batch(tmp_path, table, "x", "FILE", "--reduce", "sum", "--get", "value", "--engine", engine)
        assert float(found.out) == math.fsum(numbers)


def test_the_gradients_of_arrays(tmp_path: Path) -> None:
    rows = [(1.0, 2.0, 0), (0.5, -1.0, 2), (3.0, 0.25, 1)]
    table = "a,b,c\n" + "".join(f"{a},{b},{c}\n" for a, b, c in rows)
    given = ["W=[[1,0,2],[0.5,-1,1]]", "bias=[0,1,-1]"]
    text = "softmax_loss([[a, b]]@W + bias, [c])"
    found = batch(tmp_path, table, text, "FILE", *given, "--reduce", "mean", "-o", "json")
    data = json.loads(found.out)
    X, y = np.array([row[:2] for row in rows]), np.array([row[2] for row in rows])
    S = X @ np.array([[1, 0, 2], [0.5, -1, 1]]) + np.array([0, 1, -1])
    P = np.exp(S) / np.exp(S).sum(axis=1, keepdims=True)
    assert data["value"] == pytest.approx(-np.log(P[range(3), y]).mean())
    P[range(3), y] -= 1
    assert np.allclose(data["gradient"]["W"], X.T @ P / 3)
    assert np.allclose(data["gradient"]["bias"], P.mean(axis=0))


def test_bad_rows_and_no_rows(tmp_path: Path) -> None:
    options = ["--reduce", "mean", "--on-error", "skip", "-o", "plain"]
    found = batch(tmp_path, "x\n1\n\nno\n4\n", "x*w", "FILE", "w=1", *options)
    assert found.out == "value\t2.5\nw\t2.5\n"
    assert batch(tmp_path, "x\n", "x", "FILE", "--reduce", "sum", "-o", "csv").out == (
        "name,part,number\nx,value,0.0\nx,gradient,0.0\n"
    )
    assert batch(tmp_path, "x\n", "x", "FILE", "--reduce", "mean", "--get", "value").out == "nan\n"


def test_every_format(tmp_path: Path) -> None:
    wanted = {
        "table": "f = w*x\n", "plain": "value\t6.0\nw\t3.0\n", "env": "value=6.0\nd_w=3.0\n",
        "csv": "name,part,number\nf,value,6.0\nw,gradient,3.0\n",
        "tsv": "name\tpart\tnumber\nf\tvalue\t6.0\nw\tgradient\t3.0\n",
        "markdown": "`w*x`: the sum of 2 rows\n\n| | |\n|---|--:|\n| `f` | 6 |\n| `∂f/∂w` | 3 |\n",
    }  # fmt: skip
    wanted["table"] = "w*x\nthe sum of 2 rows\n\nf      6\n∂f/∂w  3\n"
    for form, text in wanted.items():
        found = batch(tmp_path, "x\n1\n2\n", "w*x", "FILE", "w=2", "--reduce", "sum", "-o", form)
        assert (found.err, found.out) == ("", text)
    latex = batch(tmp_path, "x\n1\n2\n", "w*x", "FILE", "w=2", "--reduce", "sum", "-o", "latex").out
    assert r"$\partial f / \partial w$ & $3$ \\" in latex
