"""Every point of a path is the point of the same loop in NumPy, digit for digit, and of SciPy's own L-BFGS."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from scipy.optimize import minimize

from bpcalc import descend
from bpcalc.calculations.descend.pipeline import Request
from bpcalc.calculations.descend.pipeline import descend as run
from bpcalc.errors import Source
from bpcalc.reports.options import DEFAULTS

Slope = Callable[[Any], Any]


def gradient(x: Any, slope: Slope, rate: float, steps: int) -> list[Any]:
    path = [x]
    for _ in range(steps):
        x = x - rate * slope(x)
        path.append(x)
    return path


def momentum(x: Any, slope: Slope, rate: float, steps: int) -> list[Any]:
    path, v = [x], 0.0
    for _ in range(steps):
        v = 0.9 * v + slope(x)
        x = x - rate * v
        path.append(x)
    return path


def adam(x: Any, slope: Slope, rate: float, steps: int) -> list[Any]:
    path, m, v = [x], 0.0, 0.0
    for t in range(1, steps + 1):
        g = slope(x)
        m = 0.9 * m + (1 - 0.9) * g
        v = 0.999 * v + (1 - 0.999) * (g * g)
        x = x - rate * (m / (1 - 0.9**t)) / (np.sqrt(v / (1 - 0.999**t)) + 1e-8)
        path.append(x)
    return path


LOOPS = {"gradient": gradient, "momentum": momentum, "adam": adam}
X = np.array([[1.0, 0.5], [-0.25, 2.0], [0.75, -1.5]])
Y = np.array([1.0, -2.0, 0.5])


@pytest.mark.parametrize("method", LOOPS)
@pytest.mark.parametrize("rate", [0.3, 0.01, 1.5])
def test_one_number(method: str, rate: float) -> None:
    report = descend("(w - 3)*(w - 3)", w=0.5, method=method, rate=rate, steps=50)
    expected = LOOPS[method](0.5, lambda w: (w - 3) + (w - 3), rate, 50)
    assert [point.at["w"] for point in report.only.path] == expected
    assert [point.value for point in report.only.path] == [(w - 3) * (w - 3) for w in expected]
    assert [point.step for point in report.only.path] == [*range(51)]


@pytest.mark.parametrize("method", LOOPS)
def test_arrays(method: str) -> None:
    start = np.array([0.25, -1.0])
    report = descend("r = X@w - y; sum(r*r)", X=X, y=Y, w=start, wrt="w", method=method, rate=0.05, steps=60)

    def slope(w: Any) -> Any:
        r = X @ w - Y
        return X.T @ (r + r)

    expected = LOOPS[method](start, slope, 0.05, 60)
    for point, w in zip(report.only.path, expected, strict=True):
        assert np.array_equal(point.at["w"], w)
        assert point.norm == pytest.approx(np.linalg.norm(slope(w)), rel=1e-12)


@pytest.mark.parametrize("method", LOOPS)
def test_up_is_down_of_the_opposite(method: str) -> None:
    up = descend("-(w - 3)*(w - 3)", w=0.5, method=method, maximize=True, steps=20)
    down = descend("(w - 3)*(w - 3)", w=0.5, method=method, steps=20)
    assert [point.at["w"] for point in up.only.path] == [point.at["w"] for point in down.only.path]
    assert [point.value for point in up.only.path] == [-point.value for point in down.only.path]


ROSENBROCK = "(1 - x)^2 + 100*(y - x^2)^2"


def rosenbrock(p: Any) -> tuple[float, Any]:
    x, y = p
    return (1 - x) ** 2 + 100 * (y - x * x) ** 2, np.array([-2 * (1 - x) - 400 * x * (y - x * x), 200 * (y - x * x)])


def test_lbfgs_is_scipys() -> None:
    path: list[Any] = []
    minimize(
        rosenbrock, [-1.2, 1.0], jac=True, method="L-BFGS-B", callback=lambda p: path.append(p.copy()),
        options={"maxiter": 30, "ftol": 0.0, "gtol": 0.0},
    )  # fmt: skip
    report = descend(ROSENBROCK, x=-1.2, y=1.0, method="lbfgs", steps=30)
    found = [(point.at["x"], point.at["y"]) for point in report.only.path]
    assert found[0] == (-1.2, 1.0)
    assert found[1:] == [pytest.approx(tuple(p), rel=1e-9) for p in path]


def test_newton_is_numpys_solve_where_the_hessian_is_positive_definite() -> None:
    a, b = np.array([[4.0, 1.0], [1.0, 3.0]]), np.array([1.0, 2.0])
    report = descend("w@A@w/2 - w@b", A=a, b=b, w=[2.0, -1.0], wrt="w", method="newton", steps=5)
    assert report.final["w"] == pytest.approx(np.linalg.solve(a, b), rel=1e-14)
    assert report.only.path[1].at["w"] == pytest.approx(np.linalg.solve(a, b), rel=1e-12)  # of a parabola one step


def test_newton_in_one_dimension_is_the_textbooks() -> None:
    report = descend("x^4/4 - x", x=2.0, method="newton", steps=6)
    x = 2.0
    for point in report.only.path[1:]:
        x = x - (x**3 - 1) / (3 * x**2)
        assert point.at["x"] == pytest.approx(x, rel=1e-13)


def test_newton_leaves_what_is_flat_where_it_is() -> None:
    report = descend("(x + y - 3)^2", x=0.5, y=0.0, method="newton", steps=20)
    assert (report.final["x"], report.final["y"]) == (pytest.approx(1.75, abs=1e-9), pytest.approx(1.25, abs=1e-9))


@pytest.mark.parametrize("size", [1e-180, 1e-160, 1.0, 1e160, 1e300])
def test_the_norm_neither_overflows_nor_vanishes(size: float) -> None:
    report = descend("sum(c*w)", c=[3 * size, 4 * size], w=[0.0, 0.0], wrt="w", steps=1)
    assert report.only.path[0].norm == pytest.approx(5 * size, rel=1e-12)


HILLS = [ROSENBROCK, "(x^2 + y - 11)^2 + (x + y^2 - 7)^2", "cosh(x) + y^4 + x*y", "x^4 - x^2 + y^2"]


@pytest.mark.parametrize("text", HILLS)
def test_newton_never_goes_up(text: str) -> None:
    report = descend(text, x=-0.3, y=0.4, method="newton", steps=40)
    values = [point.value for point in report.only.path]
    assert all(b <= a for a, b in pairwise(values))
    assert report.ended == "converged"


def test_several_take_equally_many_gradients() -> None:
    report = descend(ROSENBROCK, x=-1.2, y=1.0, method="gradient,momentum,adam,newton,lbfgs", rate=1e-4, steps=60)
    spent = {one.method: one.end.evaluations for one in report.descents}
    assert spent["gradient"] == spent["momentum"] == spent["adam"] == 60
    assert spent["newton"] <= 60 + 62  # a step that has begun is ended
    assert spent["lbfgs"] <= 60 + 20
    for one in report.descents[:3]:
        alone = descend(ROSENBROCK, x=-1.2, y=1.0, method=one.method, rate=1e-4, steps=60)
        assert one.path == alone.only.path


def test_what_moves() -> None:
    assert descend("w*x + b", w=1, x=2, b=3, steps=1).moving == ("w", "x", "b")
    only = descend("w*x + b", w=1, x=2, b=3, wrt="b", steps=4, rate=0.5)
    assert only.moving == ("b",)
    assert [point.at for point in only.only.path] == [{"b": 3 - 0.5 * step} for step in range(5)]
    labels = descend("softmax_loss(S, y)", S=[[1.0, 2.0], [0.5, -1.0]], y=[0, 1], steps=1)
    assert labels.moving == ("S",)


def test_a_gradient_inside_the_program() -> None:
    """x^2 + (2x)^2 = 5x^2, whose slope is 10x."""
    report = descend("L = x^2; L + grad(L, x)^2", x=1.0, rate=0.05, steps=10)
    assert report.final["x"] == pytest.approx(0.5**10, rel=1e-12)


def test_another_node_is_the_output() -> None:
    report = descend("q = (x - 1)^2; q + 5", x=3.0, of="q", rate=0.25, steps=3)
    assert report.value == 0.25**2  # x - 1 is halved three times
    assert report.output == "q"


def test_a_long_path_in_constant_memory_has_the_same_end() -> None:
    values = {"w": 0.0}
    found = run(Source("(w - 3)^2 + sin(w)"), values, DEFAULTS, Request(rates=(1e-4,), steps=6_000, is_whole=False))
    whole = descend("(w - 3)^2 + sin(w)", w=0.0, rate=1e-4, steps=6_000)
    assert len(found.only.path) < 2100 < len(whole.only.path) == 6_001
    assert found.only.end == whole.only.end
    assert all(point == whole.only.path[point.step] for point in found.only.path)


X2, LABELS = [[1.0, -2.0], [0.5, 3.0], [-1.0, 1.5]], [0.0, 2.0, 1.0]
PROGRAMS: list[tuple[str, dict[str, Any], str]] = [
    (ROSENBROCK, {"x": -1.0, "y": 0.5}, ""),
    ("xy + x^2 + 2y^2", {"x": 2.0, "y": 3.0}, ""),
    ("abs(x) + max(x, y) + where(y > 0, y^2, -y) + relu(x - y)", {"x": 0.3, "y": 0.2}, ""),
    ("sum((A^T@x)^2)", {"A": [[1.0, 2.0], [3.0, 4.0]], "x": [1.0, 1.0]}, "x"),
    ("sum(x[:n]^2) + sum(zeros(n) + x[0])", {"n": 2.0, "x": [1.0, 2.0, 3.0]}, ""),
    ("h = relu(X@W + b); softmax_loss(h, y)", {"X": X2, "W": [[0.1, -0.2, 0.3], [0.4, 0.5, -0.6]], "b": [0.0, 0.1, 0.0],
                                               "y": LABELS}, "W,b"),
    ("logsumexp(x) + sum(max(x, 0)) + prod(x) + norm(x)", {"x": [0.1, -0.2, 0.3]}, ""),
    ("det(A)^2 + trace(inv(A))", {"A": [[2.0, 1.0], [0.5, 3.0]]}, ""),
    ("L = sum((x - 1)^2); L + 0.1*sum(grad(L, x)^2)", {"x": [0.5, -1.0]}, ""),
]  # fmt: skip


@pytest.mark.parametrize(("text", "values", "wrt"), PROGRAMS, ids=[text for text, _, _ in PROGRAMS])
def test_the_compiled_program_goes_the_path_of_both_passes(text: str, values: dict[str, Any], wrt: str) -> None:
    """Bit for bit, and with the gradient that the engine has at every point of it."""
    report = descend(text, values, wrt=wrt, rate=0.01, steps=15)
    given = {name: np.asarray(value)[()] if isinstance(value, list) else value for name, value in values.items()}
    options = DEFAULTS._replace(wrt=tuple(filter(None, wrt.split(","))))
    slow = run(Source(text), given, options, Request(rates=(0.01,), steps=15))
    for one, other in zip(report.only.path, slow.only.path, strict=True):
        assert (one.value, one.norm) == (other.value, other.norm)
        assert all(np.array_equal(one.at[name], other.at[name]) for name in report.moving)
