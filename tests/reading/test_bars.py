"""Bars: absolute values and norms. NumPy tells the right values."""

from __future__ import annotations

import math

import numpy as np
import pytest

import bpcalc
from bpcalc.errors import Source
from bpcalc.reading.parser import parse

X, Y = np.array([3.0, -4.0, 1.0]), np.array([0.5, 2.0, -1.0])


def value(program: str, **values: object) -> object:
    return bpcalc.gradient(program, values).value


@pytest.mark.parametrize(
    ("program", "right"),
    [
        ("|x|", lambda x, y: abs(x)),
        ("|x| + |y|", lambda x, y: abs(x) + abs(y)),
        ("|x|*|y|", lambda x, y: abs(x) * abs(y)),
        ("|x||y|", lambda x, y: abs(x) * abs(y)),
        ("2|x||y||x|", lambda x, y: 2 * abs(x) * abs(y) * abs(x)),
        ("|x| |y|", lambda x, y: abs(x) * abs(y)),
        ("2|x|", lambda x, y: 2 * abs(x)),
        ("2|x - 1|y", lambda x, y: 2 * abs(x - 1) * y),
        ("| |x| - 1 |", lambda x, y: abs(abs(x) - 1)),
        ("||x| - 1|", lambda x, y: abs(abs(x) - 1)),
        ("|1 - |x||", lambda x, y: abs(1 - abs(x))),
        ("||x| - |y||", lambda x, y: abs(abs(x) - abs(y))),
        ("||x| - |y|| * 2", lambda x, y: abs(abs(x) - abs(y)) * 2),
        ("|x - |y - |x|||", lambda x, y: abs(x - abs(y - abs(x)))),
        ("|x + 2*|x||", lambda x, y: abs(x + 2 * abs(x))),
        ("|x|^2 - |y|²", lambda x, y: x**2 - y**2),
        ("-|x|^3", lambda x, y: -(abs(x) ** 3)),
        ("2^|x|", lambda x, y: 2 ** abs(x)),
        ("√|x|", lambda x, y: math.sqrt(abs(x))),
        ("ln(|x|)/|x|", lambda x, y: math.log(abs(x)) / abs(x)),
        ("(x+1)|x|", lambda x, y: (x + 1) * abs(x)),
        ("|(x + 1)*(y - |x|)|", lambda x, y: abs((x + 1) * (y - abs(x)))),
        ("|x| < |y| ? |x| : -|y|", lambda x, y: abs(x) if abs(x) < abs(y) else -abs(y)),
        ("max(|x|, |y|) + abs(|x|)", lambda x, y: max(abs(x), abs(y)) + abs(x)),
        ("(x < 0) | (y < 0)", lambda x, y: float(x < 0 or y < 0)),
        ("(x < 0) || (|y| < 2)", lambda x, y: float(x < 0 or abs(y) < 2)),
        ("x > 1 or |x| > |y|", lambda x, y: float(x > 1 or abs(x) > abs(y))),
        ("g = |x|; |g - y|", lambda x, y: abs(abs(x) - y)),
        ("h(a) = |a - 1|; h(x) + h(y)", lambda x, y: abs(x - 1) + abs(y - 1)),
    ],
)
def test_absolute_values(program, right) -> None:
    for x, y in ((-2.5, 1.25), (0.5, -3.0), (-1.5, -0.25), (4.0, 2.0)):
        assert value(program, **{name: one for name, one in (("x", x), ("y", y)) if name in program}) == pytest.approx(
            right(x, y), rel=1e-15
        )


@pytest.mark.parametrize(
    ("program", "right"),
    [
        ("||x||", np.linalg.norm(X)),
        ("‖x‖ + ∥y∥", np.linalg.norm(X) + np.linalg.norm(Y)),
        ("||x||^2", X @ X),
        ("||x||_2^2", X @ X),
        ("‖x‖₂²", X @ X),
        ("‖x − y‖₂²/2", (X - Y) @ (X - Y) / 2),
        ("||x||_1", np.linalg.norm(X, 1)),
        ("‖x‖₁", np.linalg.norm(X, 1)),
        ("||x||_{1} + 1", np.linalg.norm(X, 1) + 1),
        ("||x||_inf", np.linalg.norm(X, np.inf)),
        ("||x||_∞", np.linalg.norm(X, np.inf)),
        ("‖x‖_{∞}", np.linalg.norm(X, np.inf)),
        ("||x||_3", np.linalg.norm(X, 3)),
        ("0.1||x||^2 + 2‖y‖", 0.1 * X @ X + 2 * np.linalg.norm(Y)),
        ("||x||*||y||", np.linalg.norm(X) * np.linalg.norm(Y)),
        ("||x|| ||y||", np.linalg.norm(X) * np.linalg.norm(Y)),
        ("x@y/(||x||*||y||)", X @ Y / np.linalg.norm(X) / np.linalg.norm(Y)),
        ("||x - ||y||*x||", np.linalg.norm(X - np.linalg.norm(Y) * X)),
        ("|x@y| + |x[0]| + |sum(y)|", abs(X @ Y) + abs(X[0]) + abs(Y.sum())),
        ("|‖x‖ - 9|", abs(np.linalg.norm(X) - 9)),
        ("||x|| > 1 ? ||x|| : 0", np.linalg.norm(X)),
        ("sum(x .* ||y||) + .5|x[0]|", X.sum() * np.linalg.norm(Y) + 0.5 * abs(X[0])),
    ],
)
def test_norms(program, right) -> None:
    values = {name: one for name, one in (("x", X), ("y", Y)) if name in program}
    assert bpcalc.gradient(program, values).value == pytest.approx(right, rel=1e-14)


def test_of_a_matrix_the_norm_is_told() -> None:
    report = bpcalc.gradient("‖A‖^2", A=[[1.0, 2.0], [3.0, 4.0]])
    assert report.value == pytest.approx(30.0)
    assert [one.message for one in report.warnings] == [
        "norm(A) of a matrix is the root of the sum of its squares (Frobenius)"
    ]
    assert bpcalc.gradient("‖A‖_F^2", A=[[1.0, 2.0], [3.0, 4.0]]).warnings == ()


def test_the_same_node_as_with_a_name() -> None:
    for bars, name in (("|x|", "abs(x)"), ("||x||", "norm(x)"), ("||x||_1", "sum(abs(x))")):
        one, other = (parse(Source(text), {"x": 1.0}) for text in (bars, name))
        assert [gate.name for gate in one.graph.gates] == [gate.name for gate in other.graph.gates]


def test_deep_and_long_bars() -> None:
    count = 5_000
    assert value("|x-" * count + "1" + "|" * count, x=1.0) in (0.0, 1.0)
    assert value("+".join(["|x|"] * count), x=-1.0) == count
    assert value("|x|" * count, x=-1.0) == 1.0
    assert value("||" * count + "x" + "||" * count, x=-1.0) == 1.0
