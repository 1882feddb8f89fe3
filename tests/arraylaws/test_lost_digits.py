"""Digits that a naive formula loses: deviations from a mean, determinants of near-singular matrices; and those that no
formula can save, which are told."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from commandline import call

from bpcalc import gradient, hessian, jacobian, jvp

SINGULAR = [[3.0, 2, 1], [2, 2, 0], [1, 0, 1]]  # row 1 is the sum of rows 2 and 3


@pytest.mark.parametrize("entries", [[0.1] * 3, [0.7] * 7, [1e-300] * 5, [1.7e308] * 4, [-0.3] * 11])
def test_equal_entries_have_no_spread(entries: list[float]) -> None:
    report = gradient("std(x)", x=entries)
    assert report.value == 0
    assert not np.any(report.gradient["x"])
    assert [warning.kind for warning in report.warnings] == ["kink"]
    assert gradient("var(x)", x=entries).value == 0
    for program in ("std(x, axis=0)[0]", "std(x.T, axis=1)[0]"):
        assert gradient(program, x=[[one] for one in entries]).value == 0
    assert [one.kind for one in jvp("std(x)", x=entries, tangent={"x": np.ones(len(entries))}).warnings] == ["kink"]


FAR = [[1e16, 1e16 + 2], [1e9, 1e9 + 1e-6, 1e9 + 3e-6], [1.0, 1 + 2**-52], [3e15, 3e15 + 1]]


@pytest.mark.parametrize("entries", FAR)
def test_a_spread_far_from_zero_is_that_of_exact_fractions(entries: list[float]) -> None:
    exact = [Fraction(entry) for entry in entries]
    mean = sum(exact) / len(exact)
    variance = sum((entry - mean) ** 2 for entry in exact) / len(exact)
    spread = float(variance) ** 0.5
    assert gradient("var(x)", x=entries).value == pytest.approx(float(variance), rel=1e-14)
    report = gradient("std(x)", x=entries)
    assert report.value == pytest.approx(spread, rel=1e-14)
    slopes = [float(entry - mean) / (len(entries) * spread) for entry in exact]
    assert report.gradient["x"] == pytest.approx(slopes, rel=1e-13)
    assert jacobian("std(x)", x=entries).jacobian["x"] == pytest.approx(slopes, rel=1e-13)
    away = [float(entry - mean) for entry in exact]
    assert gradient("sum(centered(x)*w)", x=entries, w=np.ones(len(entries))).gradient["w"] == pytest.approx(away)


@pytest.mark.parametrize("size", [1e200, 1e-200])
def test_a_spread_whose_squares_are_no_doubles(size: float) -> None:
    report = gradient("std(x)", x=[size, -size])
    assert report.value == pytest.approx(size)
    assert report.gradient["x"] == pytest.approx([0.5, -0.5])


def cofactors(matrix: np.ndarray) -> np.ndarray:
    """By exact fractions."""
    size, exact = len(matrix), [[Fraction(float(entry)) for entry in row] for row in matrix]

    def minor(rows: list[int], columns: list[int]) -> Fraction:
        if not rows:
            return Fraction(1)
        first, rest = rows[0], rows[1:]
        return sum(
            (
                (-1) ** place * exact[first][column] * minor(rest, columns[:place] + columns[place + 1 :])
                for place, column in enumerate(columns)
            ),
            start=Fraction(0),
        )

    others = [[one for one in range(size) if one != place] for place in range(size)]
    return np.array([[float((-1) ** (i + j) * minor(others[i], others[j])) for j in range(size)] for i in range(size)])


@pytest.mark.parametrize(
    "matrix",
    [
        [[1, 1], [1, 1.0000001]],
        [[1, 2], [3, 4]],
        [[1, 2], [2, 4]],
        SINGULAR,
        [[1, 2, 3], [4, 5, 6], [7, 8, 10]],
        [[1, 2, 3], [4, 5, 6], [7, 8, 9.0000001]],
        [[1e3, 1, 0], [0, 1e-3, 1], [1, 1, 1]],
    ],
)
def test_the_determinant_of_a_small_matrix_has_its_digits(matrix: Any) -> None:
    whole = np.array(matrix, dtype=float)
    found = hessian("det(A)", A=whole)
    np.testing.assert_allclose(found.gradient["A"], cofactors(whole), rtol=1e-14, atol=1e-14 * np.max(whole) ** 2)
    size = len(whole)
    block = found.hessian["A"]["A"]
    for i, j in np.ndindex(size, size):  # det is linear in each entry: the change of the cofactors by a step of 1
        moved = whole.copy()
        moved[i, j] += 1
        expected = cofactors(moved) - cofactors(whole)
        np.testing.assert_allclose(block[i, j], expected, rtol=1e-8, atol=1e-8)
        assert not np.any(block[i, j, i, :])
        assert not np.any(block[i, j, :, j])


def test_whole_numbers_have_whole_determinants() -> None:
    chance = np.random.default_rng(3)
    for size in (2, 3):
        for _ in range(30):
            matrix = chance.integers(-9, 10, (size, size)).astype(float)
            assert gradient("det(A)", A=matrix).value == round(np.linalg.det(matrix))
            assert np.array_equal(gradient("det(A)", A=matrix).gradient["A"], cofactors(matrix))


PROGRAMS = ("sum(inv(A))", "logdet(A)", "sum(solve(A, b))")


@pytest.mark.parametrize("program", PROGRAMS)
@pytest.mark.parametrize(
    "matrix", [SINGULAR, np.array(SINGULAR) * [[1e-9], [1], [1e9]], np.array(SINGULAR) * [1e8, 1e-8, 1]]
)
def test_a_matrix_that_leaves_no_digit_is_told_in_every_command(program: str, matrix: Any) -> None:
    values = {"A": matrix, "b": [1, 2, 3]} if "b" in program else {"A": matrix}
    ones = {"A": np.ones((3, 3))}
    for report in (
        gradient(program, values), jvp(program, values, tangent=ones), hessian(program, values, wrt=["A"]),
        hessian(program, values, vector=ones), jacobian(program, values),
    ):  # fmt: skip
        kinds = [warning.kind for warning in report.warnings]
        assert kinds[:1] == ["rounding"] or "nonfinite" in kinds


@pytest.mark.parametrize("program", PROGRAMS)
@pytest.mark.parametrize(
    "matrix",
    [
        [[2, 1], [1, 3]],
        [[1, 0], [0, 1e-30]],  # no rounding at all
        [[1, 1], [1, 1.0000001]],  # half the digits are left
        [[1e200, 1], [1, 1e-190]],
        1 / (np.arange(6)[:, None] + np.arange(6) + 1),  # Hilbert's, condition number 1.5e7
    ],
)
def test_a_matrix_that_leaves_some_is_not(program: str, matrix: Any) -> None:
    values = {"A": np.array(matrix, dtype=float), "b": np.ones(len(matrix))}
    report = gradient(program, values if "b" in program else {"A": values["A"]})
    assert "rounding" not in [warning.kind for warning in report.warnings]


def test_of_a_stack_it_is_told_which_matrix_and_strict_minds() -> None:
    (warning,) = gradient("sum(inv(A))", A=[np.eye(3), SINGULAR]).warnings
    assert warning.message.startswith("A[1] is singular, or so near to it that rounding leaves no digit of n1 = inv(A)")
    words = ["grad", "logdet(A)", f"A={json.dumps(SINGULAR)}"]
    assert call([*words, "--strict"]).status == 1
    (told,) = json.loads(call([*words, "-o", "json"]).out)["warnings"]
    assert (told["kind"], told["node"]) == ("rounding", "f")
