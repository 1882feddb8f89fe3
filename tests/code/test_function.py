"""`from bpcalc import function`: value and gradients as fast as the generated code, equal to `gradient`'s."""

from __future__ import annotations

import re
from typing import Any

import mpmath
import numpy as np
import pytest
from tried import Case, agreement, close, of_arrays, same, scalars

from bpcalc import BpcalcError, function, gradient
from bpcalc.emit.compiled import Function

PARTS = 4


@pytest.mark.parametrize("part", range(PARTS))
def test_it_gives_what_gradient_gives_bit_for_bit(part: int) -> None:
    for case in [*scalars()[part::PARTS], *of_arrays()[part :: 3 * PARTS]]:
        if case.upstream is not None or not case.values:
            continue
        value, gradients = function(case.text)(**case.values)
        expected, by_name = case.expected()
        agrees = agreement(case)
        assert agrees(value, expected), case
        assert list(gradients) == list(by_name)
        assert all(agrees(gradients[name], by_name[name]) for name in by_name), case


def test_by_place_and_by_name() -> None:
    f = function("(x+y)*z")
    expected = (-12.0, {"x": -4.0, "y": -4.0, "z": 3.0})
    assert f(x=-2, y=5, z=-4) == f(-2, 5, -4) == f(-2, z=-4, y=5.0) == expected
    assert f.parameters == ("x", "y", "z")


def test_arrays_broadcast_and_each_row_has_a_gradient() -> None:
    f = function("sigmoid(w*x + b)*x")
    w, x = np.array([[1.0], [2.0]]), np.array([0.5, -1.0, 3.0])
    value, gradients = f(w=w, x=x, b=0.25)
    for row in range(2):
        for column in range(3):
            report = gradient("sigmoid(w*x + b)*x", w=float(w[row, 0]), x=float(x[column]), b=0.25)
            assert close(value[row, column], report.value)
            assert all(close(gradients[name][row, column], report.gradient[name]) for name in "wxb")


def test_a_program_of_arrays_takes_other_shapes_too() -> None:
    f = function("sum((X@w - y)^2)", wrt="w")
    for rows in (3, 5):
        values = {"X": np.ones((rows, 2)), "w": [1.0, 2.0], "y": np.zeros(rows)}
        value, gradients = f(**values)
        report = gradient("sum((X@w - y)^2)", values, wrt="w")
        assert value == report.value
        assert same(gradients["w"], report.gradient["w"])


def test_conventions_and_other_nodes() -> None:
    assert function("max(x, y)", convention="first")(1, 1)[1] == {"x": 1.0, "y": 0.0}
    assert function("q = x*y; q^2", of="q")(2, 3) == (6.0, {"x": 3.0, "y": 2.0})


def test_what_is_compiled_has_only_names_of_ours() -> None:
    f = function("lambda = secret*λ; print = exp(lambda) + secret; print*λ")
    words = set(re.findall(r"[^\W\d]\w*", re.sub(r'""".*?"""', "", f.source, flags=re.DOTALL)))
    assert not words & {"secret", "λ", "lambda", "print"}
    assert f(secret=1.0, λ=0.5)[0] == gradient("(exp(s*l) + s)*l", s=1.0, l=0.5).value


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda f: f(1), '"y" has no value'),
        (lambda f: f(1, 2, 3, 4), "takes 3 arguments, not 4"),
        (lambda f: f(1, 2, 3, x=1), '"x" is given twice'),
        (lambda f: f(1, 2, w=1), 'no variable "w"'),
        (lambda f: f("a", 2, 3), "numbers, or arrays of numbers"),
    ],
)
def test_mistakes(call: Any, message: str) -> None:
    with pytest.raises(BpcalcError, match=re.escape(message)):
        call(function("(x+y)*z"))


def test_mistakes_of_the_program() -> None:
    with pytest.raises(BpcalcError, match="something is missing"):
        function("x*")
    with pytest.raises(BpcalcError, match="no single number"):
        function("[x, y]")(1, 2)
    assert isinstance(function("x"), Function)
    assert Case is not None


@pytest.mark.parametrize("text", ["x", "x*y", "x.T", "reshape(x, 6)", "x[0]", "sum(x)", "x + y", "max(x, y)"])
def test_results_are_the_callers_own(text: str) -> None:
    given = {"x": np.arange(6.0).reshape(2, 3), "y": np.ones((2, 3))}
    given = {name: one for name, one in given.items() if name in text}
    whole = text if text in ("x", "x*y", "x + y", "max(x, y)", "sum(x)") else f"sum({text}^2)"
    value, gradients = function(whole)(**given)
    for one in (value, *gradients.values()):
        assert not any(np.may_share_memory(one, other) for other in given.values())
    assert same(given["x"], np.arange(6.0).reshape(2, 3))


def test_arrays_with_gaps_in_memory_and_other_kinds_of_numbers() -> None:
    wide = np.random.default_rng(1).normal(size=(40, 30))
    for x in (wide[::2, ::3], wide[:, 4], wide.T, wide.astype(np.float32), wide.astype(">f8"), wide > 0):
        value, gradients = function("sum(sigmoid(x)*x)")(x=x)
        report = gradient("sum(sigmoid(x)*x)", x=x)
        assert value == report.value
        assert same(gradients["x"], report.gradient["x"])


def test_sigmoid_of_rows_keeps_its_digits() -> None:
    x = np.array([-800.0, -40.0, -1.0, -0.0, 0.0, 2.0, 40.0, 800.0, np.inf, -np.inf, np.nan])
    value, gradients = function("sigmoid(x)")(x)
    with mpmath.workdps(60):
        exact = [1 / (1 + mpmath.exp(-mpmath.mpf(one))) for one in x]
        slopes = [y * (1 - y) for y in exact]
    for found, true in ((value, exact), (gradients["x"], slopes)):
        np.testing.assert_allclose(found, np.array([float(one) for one in true]), rtol=4e-16, atol=0)
