"""What `--eigenvalues` says of a point is true: a gradient is 0, an eigenvalue positive, only beyond rounding."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from commandline import call

from bpcalc import hessian
from bpcalc.algebra.inertia import inertia

MINIMUM, MAXIMUM, SADDLE = "a local minimum", "a local maximum", "a saddle point"

# no gradient of these is 0, by calculus
MOVING: list[tuple[str, dict[str, Any], str]] = [
    ("exp(-x)", {"x": 100}, "positive definite"),
    ("exp(-x)", {"x": 700}, "positive definite"),
    ("sigmoid(x)", {"x": -50}, "positive definite"),
    ("sigmoid(x)", {"x": 50}, "negative definite"),
    ("tanh(x)", {"x": 50}, "negative definite"),
    ("1e-13*x^2", {"x": 1}, "positive definite"),
    ("x^2", {"x": 1e-200}, "positive definite"),
    ("x^2 + 1e8*y^2", {"x": 1e-6, "y": 0}, "positive definite"),
    ("sum(exp(-x))", {"x": [100, 100]}, "positive definite"),
    ("1e-13*sum(x^2)", {"x": [1, 0]}, "positive definite"),
    ("sum([1, 1e8]*x^2)", {"x": [1e-6, 0]}, "positive definite"),
]


@pytest.mark.parametrize(("program", "values", "kind"), MOVING, ids=[f"{p} at {v}" for p, v, _ in MOVING])
def test_a_small_gradient_is_not_0(program: str, values: dict[str, Any], kind: str) -> None:
    report = hessian(program, values, eigenvalues=True)
    assert report.spectrum is not None
    assert (report.spectrum.kind, report.spectrum.point) == (kind, "")


RESTING: list[tuple[str, dict[str, Any], str, str]] = [
    ("x^2 + 1e-15*y^2", {"x": 0, "y": 0}, "positive definite", MINIMUM),
    ("x^2 + 1e-15*y^2 + 1e-9*x*y", {"x": 0, "y": 0}, "positive definite", MINIMUM),
    ("x^2 + 1e-15*y^2 + 1e-7*x*y", {"x": 0, "y": 0}, "indefinite", SADDLE),  # its determinant is 4e-15 - 1e-14
    ("1e-200*(x^2 + y^2)", {"x": 0, "y": 0}, "positive definite", MINIMUM),
    ("(1 - x)^2 + 100*(y - x^2)^2", {"x": 1, "y": 1}, "positive definite", MINIMUM),
    ("sin(x)", {"x": np.pi / 2}, "negative definite", MAXIMUM),
    ("exp(x) - x", {"x": 0}, "positive definite", MINIMUM),
    ("x^3/3 - 2*x", {"x": 2**0.5}, "positive definite", MINIMUM),
    ("(x - 0.1)^2", {"x": 0.1}, "positive definite", MINIMUM),
    ("x*y", {"x": 0, "y": 0}, "indefinite", SADDLE),
    ("sum([1, 1e-15]*x^2)", {"x": [0, 0]}, "positive definite", MINIMUM),
    ("sum((x - [0.1, 0.7])^2)", {"x": [0.1, 0.7]}, "positive definite", MINIMUM),
    ("-sum((A@x - b)^2)", {"A": [[3, 1], [1, 2]], "x": [2, 3], "b": [9, 8]}, "negative definite", MAXIMUM),
]


@pytest.mark.parametrize(("program", "values", "kind", "point"), RESTING, ids=[f"{p} at {v}" for p, v, *_ in RESTING])
def test_a_point_of_rest_has_its_kind(program: str, values: dict[str, Any], kind: str, point: str) -> None:
    report = hessian(program, values, eigenvalues=True, wrt=[name for name in values if name not in "Ab"])
    assert report.spectrum is not None
    assert (report.spectrum.kind, report.spectrum.point) == (kind, point)


def test_a_singular_matrix_is_called_so_only_if_it_is_one() -> None:
    singular = "positive semidefinite, and singular"
    for program, values, kind in (
        ("(x + y)^2", {"x": 1, "y": -1}, singular),
        ("x^2 + y^4", {"x": 0, "y": 0}, singular),
        ("(x + y)^2", {"x": 0.1, "y": -0.1}, f"{singular} up to rounding"),
        ("(x - y)^2 + 1e-20*(x + y)^2", {"x": 0, "y": 0}, f"{singular} up to rounding"),  # it is positive definite
        ("(x - y)^2 + exp(-46)*(x + y)^2", {"x": 0, "y": 0}, f"{singular} up to rounding"),
    ):
        found = hessian(program, values, eigenvalues=True).spectrum
        assert found is not None
        assert found.kind == kind, program
    rounded = hessian("exp(x) - x - x^2/2", x=0, eigenvalues=True).spectrum
    assert rounded is not None
    assert rounded.kind == "zero up to rounding"


def test_what_rounding_hides_is_said_to_be_undecided() -> None:
    """The gradients are 1 (1e16 + 1 is no double) and 1e-435 (too small for one)."""
    for program, x in (("x*(1e16 + 1) - x*1e16 + x^2", 0), ("exp(-x)", 1000)):
        report = hessian(program, x=x, eigenvalues=True)
        assert report.spectrum is not None
        assert report.spectrum.point == ""
        assert "not decided" in report.judged.undecided
    out = call(["hessian", "exp(-x)", "x=1000", "--eigenvalues", "-o", "json"]).out
    assert json.loads(out)["point"] is None
    assert "not decided" in json.loads(out)["undecided"]


def test_the_signs_of_eigenvalues_are_those_of_numpy_on_matrices_that_leave_no_doubt() -> None:
    chance = np.random.default_rng(5)
    for size in (1, 2, 3, 7):
        for _ in range(20):
            half = chance.integers(-9, 10, (size, size)).astype(float)
            matrix = half + half.T
            found = inertia(matrix, np.zeros((size, size)))
            exact = np.linalg.eigvalsh(matrix)
            assert (found.up, found.down) == (np.sum(exact > 1e-9), np.sum(exact < -1e-9))
            assert found.zero == np.sum(abs(exact) <= 1e-9)


def test_exact_entries_are_decided_exactly() -> None:
    """Rank-one matrices, and the same with the smallest change: floating eigenvalues cannot tell them apart."""
    v = np.array([1.0, 2.0, 3.0])
    zeros = np.zeros((3, 3))
    assert inertia(np.outer(v, v), zeros)[:4] == (1, 0, 2, 0)
    changed = np.outer(v, v)
    changed[2, 2] += 2**-40
    assert inertia(changed, zeros)[:4] == (2, 0, 1, 0)
    assert inertia(np.array([[0.0, 1.0], [1.0, 0.0]]), np.zeros((2, 2)))[:4] == (1, 1, 0, 0)
    assert inertia(np.array([[1.0, 1.0], [1.0, 1.0]]), np.full((2, 2), 1e-16))[3] == 1
