"""Second derivatives of whole programs: PyTorch's, textbooks', and what they must be by their definition.

`hessians.json` holds programs and PyTorch's numbers; `generate.py` writes it.
"""

from __future__ import annotations

import json
import math
import tracemalloc
from itertools import pairwise
from pathlib import Path
from typing import Any

import mpmath
import numpy as np
import pytest

from bpcalc import BpcalcError, hessian
from bpcalc.calculations.hessian import hessian as calculate
from bpcalc.errors import Source
from bpcalc.reports.jacobian import Structure
from bpcalc.reports.options import Options

PROGRAMS = json.loads(Path(__file__).with_name("hessians.json").read_text(encoding="utf-8"))
EVERY_PROGRAM = pytest.mark.parametrize("record", PROGRAMS, ids=[record["name"] for record in PROGRAMS])


def wrt(record: dict[str, Any]) -> list[str]:
    return list(record["hessian"])


@EVERY_PROGRAM
def test_value_gradient_and_second_derivatives_are_those_of_pytorch(record: dict[str, Any]) -> None:
    report = hessian(record["program"], record["bindings"], wrt=wrt(record))
    assert report.value == pytest.approx(record["value"], rel=1e-12)
    for name, row in record["hessian"].items():
        np.testing.assert_allclose(report.gradient[name], record["gradient"][name], rtol=1e-10, atol=1e-12)
        for other, block in row.items():
            found = report.hessian[name][other]
            assert np.shape(found) == np.shape(block) == (*report.inputs[name], *report.inputs[other])
            np.testing.assert_allclose(found, block, rtol=1e-10, atol=1e-11)


@EVERY_PROGRAM
def test_the_product_with_a_vector_is_pytorchs_matrix_times_the_vector(record: dict[str, Any]) -> None:
    random = np.random.default_rng(5)
    vector = {name: random.normal(size=np.shape(record["bindings"][name])) for name in wrt(record)}
    report = hessian(record["program"], record["bindings"], wrt=wrt(record), vector=vector)
    assert report.hessian == {}
    assert report.passes == 1
    for name, row in record["hessian"].items():
        expected = sum(np.tensordot(block, vector[other], np.ndim(vector[other])) for other, block in row.items())
        np.testing.assert_allclose(report.product[name], expected, rtol=1e-9, atol=1e-11)


@EVERY_PROGRAM
def test_the_matrix_is_exactly_symmetric(record: dict[str, Any]) -> None:
    report = hessian(record["program"], record["bindings"])
    for a, row in report.hessian.items():
        for b, block in row.items():
            axes = len(report.inputs[a])
            turned = np.moveaxis(report.hessian[b][a], range(-axes, 0), range(axes)) if axes else report.hessian[b][a]
            np.testing.assert_array_equal(block, turned)


def test_a_polynomial_by_hand() -> None:
    report = hessian("x^2*y + sin(y)", x=1, y=2)
    assert report.gradient == {"x": 4.0, "y": 1 + math.cos(2)}
    assert report.hessian == {"x": {"x": 4.0, "y": 2.0}, "y": {"x": 2.0, "y": -math.sin(2)}}
    assert report.passes == 2


def test_rosenbrock_at_its_minimum_and_at_the_usual_start() -> None:
    """The textbook's [[1200x^2 - 400y + 2, -400x], [-400x, 200]]."""
    text = "(1 - x)^2 + 100*(y - x^2)^2"
    assert hessian(text, x=1, y=1).hessian == {"x": {"x": 802, "y": -400}, "y": {"x": -400, "y": 200}}
    start = hessian(text, x=-1.2, y=1).hessian
    assert start["x"]["x"] == pytest.approx(1330)
    assert start["x"]["y"] == pytest.approx(480)
    assert start["y"]["y"] == 200
    spectrum = hessian(text, x=1, y=1, eigenvalues=True).spectrum
    root = math.sqrt(1002**2 - 4 * 400)  # of t^2 - 1002 t + 400
    assert spectrum is not None
    assert spectrum.eigenvalues == pytest.approx(((1002 - root) / 2, (1002 + root) / 2))
    assert spectrum[1:] == ("positive definite", "a local minimum")


def test_logsumexp_has_diag_p_minus_p_pt() -> None:
    x = np.array([1.0, -0.5, 2.0, 0.25])
    p = np.exp(x) / np.exp(x).sum()
    np.testing.assert_allclose(hessian("logsumexp(x)", x=x).hessian["x"]["x"], np.diag(p) - np.outer(p, p), rtol=1e-13)


def test_a_quadratic_form_has_a_plus_its_transpose() -> None:
    A = np.random.default_rng(1).normal(size=(5, 5))
    found = hessian("x@A@x", x=np.ones(5), A=A, wrt="x").hessian["x"]["x"]
    np.testing.assert_allclose(found, A + A.T, rtol=1e-15, atol=1e-15)


@pytest.mark.parametrize("rank", [0, 1, 2, 3, 4])
def test_the_determinant_of_a_singular_matrix_too(rank: int) -> None:
    """∂²det/∂A[i,j]∂A[k,l] is the determinant with rows i and k replaced by unit vectors."""
    random = np.random.default_rng(rank)
    A = random.normal(size=(4, rank)) @ random.normal(size=(rank, 4))
    found = hessian("det(A)", A=A).hessian["A"]["A"]
    for i, j, k, one in np.ndindex(4, 4, 4, 4):
        replaced = A.copy()
        replaced[[i, k]] = np.eye(4)[[j, one]]
        expected = np.linalg.det(replaced) if i != k else 0.0
        assert found[i, j, k, one] == pytest.approx(expected, rel=1e-9, abs=1e-12)


def test_a_singular_matrix_of_whole_numbers_keeps_whole_numbers() -> None:
    found = hessian("det(A)", A=[[1, 2], [2, 4]]).hessian["A"]["A"]
    assert found.reshape(4, 4).tolist() == [[0, 0, 0, 1], [0, 0, -1, 0], [0, -1, 0, 0], [1, 0, 0, 0]]


def test_scalars_of_a_deep_program_against_mpmath() -> None:
    text = "q = sin(x*y) + exp(-z*x); r = tanh(q)*atan2(y, z); r^2 + log1p(x^2*z)*hypot(q, y) + x^y"
    point = {"x": 0.7, "y": 1.3, "z": -0.4}

    def f(x: Any, y: Any, z: Any) -> Any:
        q = mpmath.sin(x * y) + mpmath.exp(-z * x)
        r = mpmath.tanh(q) * mpmath.atan2(y, z)
        return r**2 + mpmath.log1p(x**2 * z) * mpmath.sqrt(q**2 + y**2) + x**y

    found = hessian(text, point).hessian
    with mpmath.workdps(40):
        for i, a in enumerate(point):
            for j, b in enumerate(point):
                order = tuple((k == i) + (k == j) for k in range(3))
                expected = mpmath.diff(f, tuple(map(mpmath.mpf, point.values())), order)
                assert found[a][b] == pytest.approx(float(expected), rel=1e-12)


def test_a_network_with_relu_has_the_curvature_of_its_active_part_only() -> None:
    """(relu(w*x)*v)^2 is (w*x*v)^2 where w*x > 0 and flat where it is not."""
    active = hessian("(relu(w*x)*v)^2", w=2, x=3, v=0.5).hessian
    assert active["w"] == {"w": 2 * 1.5**2, "x": 4 * 2 * 3 * 0.25, "v": 4 * 2 * 9 * 0.5}
    assert all(
        entry == 0 for row in hessian("(relu(w*x)*v)^2", w=2, x=-3, v=0.5).hessian.values() for entry in row.values()
    )


@pytest.mark.parametrize(
    ("text", "values", "expected"),
    [
        ("where(x > 0, log(x), x^2)", {"x": -1.0}, 2.0),
        ("where(x > 0, log(x), x^2)", {"x": 2.0}, -0.25),
        ("clip(x, 0, 2)^3", {"x": 1.0}, 6.0),
        ("clip(x, 0, 2)^3", {"x": 3.0}, 0.0),
        ("max(x, x^2)", {"x": 2.0}, 2.0),
        ("min(x, x^2)", {"x": 2.0}, 0.0),
        ("stop_gradient(x)*x^2", {"x": 3.0}, 6.0),
        ("abs(x)^3", {"x": -2.0}, 12.0),
        ("tanh(800*x)", {"x": 1.0}, 0.0),
        ("max(sqrt(x), 1)*x", {"x": 0.0}, 0.0),
        ("floor(x)*x^2", {"x": 2.5}, 4.0),
    ],
)
def test_routers(text: str, values: dict[str, float], expected: float) -> None:
    assert hessian(text, values).hessian["x"]["x"] == expected
    # the same on arrays
    arrays = {name: np.array([value, value]) for name, value in values.items()}
    np.testing.assert_array_equal(hessian(f"sum({text})", arrays).hessian["x"]["x"], np.diag([expected] * 2))


@pytest.mark.parametrize(
    ("text", "x", "diagonal"),
    [
        ("sum(sqrt(x))", [0.0, 4.0], [-math.inf, -1 / 32]),
        ("sum(where(x > 0, sqrt(x), x^2))", [0.0, 4.0], [2, -1 / 32]),
        ("max(sqrt(x))*3", [0.0, 4.0], [0, -3 / 32]),
        ("sum(concat(sqrt(x[:1]), x[1:]^2))", [0.0, 4.0], [-math.inf, 2]),
    ],
)
def test_an_infinite_entry_makes_no_nan_of_the_entries_beside_it(
    text: str, x: list[float], diagonal: list[float]
) -> None:
    np.testing.assert_array_equal(hessian(text, x=x).hessian["x"]["x"], np.diag(diagonal))


@pytest.mark.parametrize(
    ("text", "values", "kind", "point"),
    [
        ("x^2 + y^2", {"x": 0, "y": 0}, "positive definite", "a local minimum"),
        ("-x^2 - y^2", {"x": 0, "y": 0}, "negative definite", "a local maximum"),
        ("x^2 - y^2", {"x": 0, "y": 0}, "indefinite", "a saddle point"),
        ("x*y + z^3", {"x": 0, "y": 0, "z": 0}, "indefinite, and singular", "a saddle point"),
        ("x^2 + y^4", {"x": 0, "y": 0}, "positive semidefinite, and singular",
         "a critical point of a kind that the second derivatives do not tell"),
        ("x^4", {"x": 0}, "zero", "a critical point of a kind that the second derivatives do not tell"),
        ("x^2 + y^2", {"x": 1, "y": 0}, "positive definite", ""),
        ("sum((A@x - b)^2)", {"A": [[2.0, 1], [1, 3]], "x": [0.1, 0.3], "b": [0.5, 1.0]}, "positive definite",
         "a local minimum"),
        ("sqrt(x)", {"x": 0}, "", ""),
    ],
)  # fmt: skip
def test_eigenvalues_tell_the_kind_of_a_critical_point(
    text: str, values: dict[str, Any], kind: str, point: str
) -> None:
    spectrum = hessian(text, values, wrt="x" if "A" in values else "", eigenvalues=True).spectrum
    assert spectrum is not None
    assert spectrum[1:] == (kind, point)


def test_structure_of_a_block() -> None:
    def told(text: str, **values: Any) -> Structure:
        return hessian(text, values).structure["x"]["x"]

    assert told("sum(x^3)", x=[1.0, 2.0]) == Structure("diagonal", 2, 4)
    assert told("sum(x)", x=[1.0, 2.0]) == Structure("zero", 0, 4)
    assert told("x@x/2", x=[1.0, 2.0]) == Structure("identity", 2, 4)
    assert told("prod(x)", x=[1.0, 2.0]) == Structure("symmetric", 2, 4)
    assert hessian("x*y", x=1, y=2).whole == Structure("symmetric", 2, 4)
    assert hessian("x^2 + y^2", x=1, y=2).whole == Structure("diagonal", 2, 4)


def test_an_intermediate_node_may_be_the_input_or_the_output() -> None:
    report = hessian("q = x^2; p = q*x; exp(p)", x=3, wrt="q, x", of="p")
    assert report.output == "p"
    assert report.hessian == {"q": {"q": 0.0, "x": 1.0}, "x": {"q": 1.0, "x": 18.0}}


def test_two_names_of_one_node_have_the_same_rows() -> None:
    assert hessian("q = x; q^3", x=2, wrt=["x", "q"]).hessian == {"x": {"x": 12, "q": 12}, "q": {"x": 12, "q": 12}}


def test_labels_have_no_second_derivatives_unless_they_are_asked_for() -> None:
    values = {"S": [[3.0, 1], [0, 2]], "y": [0, 1]}
    assert list(hessian("softmax_loss(S, y)", values).hessian) == ["S"]
    assert not hessian("softmax_loss(S, y)", values, wrt="S, y").hessian["y"]["S"].any()


def test_a_gradient_inside_the_program_is_differentiated_again() -> None:
    """Third derivatives: ∂²/∂x² of 3x^2*y."""
    assert hessian("g = grad(x^3*y, x); g", x=2, y=5).hessian == {"x": {"x": 30, "y": 12}, "y": {"x": 12, "y": 0}}


def test_a_product_of_ten_thousand_inputs_takes_little_memory() -> None:
    """The matrix would take 800 MB."""
    x = np.linspace(-1, 1, 10_000)
    values, vector, source = {"x": x}, {"x": np.cos(x)}, Source("logsumexp(x*sin(x)) + prod(x^2 + 0.5)*mean(x^4)")
    calculate(source, values, Options(), vector)  # what is loaded once is not counted
    tracemalloc.start()
    report = calculate(source, values, Options(), vector)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 10_000_000
    direction, step = vector["x"], 1e-5
    from bpcalc import gradient

    ends = [gradient(source.text, x=x + side * direction).gradient["x"] for side in (step, -step)]
    np.testing.assert_allclose(report.product["x"], (ends[0] - ends[1]) / (2 * step), rtol=1e-5, atol=1e-9)


def test_a_product_of_ten_thousand_single_numbers_forms_no_matrix() -> None:
    names = [f"x{k}" for k in range(10_000)]
    text = " + ".join(f"{a}^2*{b}" for a, b in pairwise(names))
    report = hessian(text, {name: 1.0 + k % 3 for k, name in enumerate(names)}, vector={"x5000": 1.0, "x7": 0.0})
    # ∂²/∂a² = 2b, ∂²/∂a∂b = 2a for each term a^2*b, at 2, 3, 1 for x4999, x5000, x5001
    moved = {name: entry for name, entry in report.product.items() if entry != 0}
    x = {k: 1.0 + k % 3 for k in (4999, 5000, 5001)}
    assert moved == {"x4999": 2 * x[4999], "x5000": 2 * x[5001], "x5001": 2 * x[5000]}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"program": "[x, x^2]"}, "the output f is no single number: its shape is (2,)"),
        ({"program": "x*y", "y": 1, "vector": {"z": 1}}, 'no input is called "z"'),
        ({"program": "x*y", "y": 1, "vector": {"y": [1, 2]}}, "the tangent of y has the shape (2,)"),
        ({"program": "x*y", "y": 1, "vector": {"x": 1}, "eigenvalues": True}, "its eigenvalues need it"),
        ({"program": "x*y", "y": 1, "vector": {"x": "one"}}, 'the tangent of "x": the value contains the name "one"'),
        ({"program": "sum(x*z)", "z": np.zeros(20_000)}, "20,001 x 20,001 = 400,040,001 entries"),
        ({"program": "x^2", "convention": "numpy"}, 'no convention is called "numpy"'),
    ],
)
def test_a_mistake_is_one_clear_error(arguments: dict[str, Any], message: str) -> None:
    given = dict(arguments)
    with pytest.raises(BpcalcError) as caught:
        hessian(given.pop("program"), x=2, **given)
    assert message in caught.value.message
