"""What `grad(L, w)` means in a program: functions, partial derivatives, intermediate nodes, what is not reached."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import mpmath
import numpy as np
import pytest

from bpcalc import BpcalcError, gradient
from bpcalc.algebra.shapes import SHAPES, Shaped
from bpcalc.calculations.gradient import calculate
from bpcalc.calculations.inner_gradients import between, derive
from bpcalc.engine.forward import forward
from bpcalc.errors import Source
from bpcalc.gate import CONVENTIONS
from bpcalc.gates import GATES
from bpcalc.reading.parser import parse
from bpcalc.reports.options import Options


def value(program: str, **values: Any) -> Any:
    """The program's value alone."""
    given = {name: np.array(x, dtype=float) if isinstance(x, list) else x for name, x in values.items()}
    return calculate(Source(program), given, Options(upstream=1.0, nodes=())).value


@pytest.mark.parametrize(
    ("program", "expected"),
    [
        ("f(a) = a^3; f1(a) = grad(f(a), a); f1(2)", 12),
        ("f(a) = a^3; f1(a) = grad(f(a), a); f2(a) = grad(f1(a), a); f2(2) + f1(1)", 12 + 3),
        ("f(a) = a^3; f1(a) = grad(f(a), a); f1(x)", 3 * 25),
        ("f(a) = a^3; f1(a) = grad(f(a), a); f1(f1(x))", 3 * 75**2),
        ("f(a) = a^3; f1(a) = grad(f(a), a); grad(f1(f1(x)), x)", 6 * 75 * 30),
        ("f(a) = a^3; f1(b) = grad(f(2b), b); f1(x)", 24 * 25),
        # partial derivatives: parameters are variables of their own, whatever is put in for them
        ("h(a, b) = grad(a*b, a); h(x, x)", 5),
        ("h(a, b) = grad(a*b, a); h(3, 3)", 3),
        ("h(a, b) = grad(a*b^2, b); h(x, x)", 2 * 25),
        ("h(a, b) = grad(a*b^2, b); h(h(x, x), x)", 2 * 50 * 5),
        ("h(a, b) = grad(a*b^2, b); h(x, h(x, x))", 2 * 5 * 50),
        ("h(a, b) = grad(a*b, a); k(a) = h(a, a); k(x)", 5),
        ("h(a, b) = grad(a*b, a); k(a) = grad(h(a, a^2), a); k(x)", 10),
        ("q(c) = grad(c^2, c); p(a) = grad(a*q(x), a); p(x)", 10),
        # what stands outside of a function
        ("f(a) = grad(a^2*y, a); f(x)", 2 * 5 * 7),
        ("f(a) = grad(a^2*y, y); f(3)", 9),
        ("c = 3; f(a) = grad(a^2*c, c); f(x)", 25),
        ("penalty(L) = grad(L, x)^2; penalty(x^2*y)", (2 * 5 * 7) ** 2),
        # equal calls and equal gradients are one node
        ("f1(a) = grad(a^3, a); grad(f1(x)*f1(x), f1(x))", 2 * 75),
        ("grad(grad(x^3, x)^2, grad(x^3, x))", 2 * 75),
        ("f1(a) = grad(a^3, a); f1(x)/f1(x)", 1),
        # intermediate nodes
        ("q = x^2; grad(q^3, q)", 3 * 25**2),
        ("grad(sin(2x)^0 + (2x)^3, 2x)", 3 * 100),
        ("q = x^2; L = q*x; g = grad(L, q); grad(g*q, x)", 25 + 5 * 10),
        ("q = x + y; f = q*y; grad(f, q)", 7),
        # nothing flows
        ("grad(x^2, y)", 0),
        ("grad(3, x)", 0),
        ("grad(x, x)", 1),
        ("grad(floor(x), x)", 0),
        ("grad(stop_gradient(x)*x, x)", 5),
        ("grad(x > y, x)", 0),
        ("q = x^2; grad(x, q)", 0),
        ("grad(grad(3x, x), x)", 0),
        # a name like any other
        ("grad = 3; grad*x", 15),
        ("grad(a, b) = a - b; grad(7, 2)", 5),
        ("grad(w=x, L=x^2*y) + grad(x^2*y, w=y)", 2 * 5 * 7 + 25),
        ("a = 2; g = grad(a^3, a); g*a", 24),
        ("g = grad(3x, x); g*x + 3y", 15 + 21),
        ("x - grad(x^2 - 2, x)/grad(grad(x^2 - 2, x), x)", 0),
    ],
)
def test_programs(program: str, expected: float) -> None:
    assert gradient(program, {"x": 5, "y": 7}).value == expected


def test_newtons_method_finds_a_root() -> None:
    program = (
        "f(a) = a^3 - 2; step(a) = a - f(a)/grad(f(a), a); "
        + "x1 = step(x); "
        + "; ".join(f"x{k + 1} = step(x{k})" for k in range(1, 9))
    )
    assert value(program, x=1.0) == pytest.approx(2 ** (1 / 3), rel=1e-15)


def test_a_step_of_newtons_method_to_a_minimum() -> None:
    """log(cosh(x)) has the derivatives tanh(x) and 1/cosh(x)^2."""
    x = mpmath.mpf("0.4")
    report = gradient("L = log(cosh(x)); x - grad(L, x)/grad(grad(L, x), x)", x=0.4)
    assert report.value == pytest.approx(float(x - mpmath.tanh(x) * mpmath.cosh(x) ** 2), rel=1e-14)
    assert report.gradient["x"] == pytest.approx(float(1 - mpmath.cosh(2 * x)), rel=1e-13)


def test_taylors_series_by_derivatives_of_derivatives() -> None:
    """exp(sin(x)) at 0: 1, 1, 1, 0, -3, -8, -3, 56."""
    program, found = "exp(sin(x))", []
    for _ in range(8):
        found.append(value(program, x=0.0))
        program = f"grad({program}, x)"
    assert found == [1, 1, 1, 0, -3, -8, -3, 56]


def central_differences(program: str, values: dict[str, Any], name: str, step: float = 1e-5) -> Any:
    """The gradient of a program's value, from its values alone."""
    array = np.array(values[name], dtype=float)
    found = np.zeros_like(array)
    for place in np.ndindex(array.shape):
        ends = []
        for side in (1, -1):
            moved = array.copy()
            moved[place] += side * step
            ends.append(value(program, **{**values, name: moved}))
        found[place] = (ends[0] - ends[1]) / (2 * step)
    return found


@pytest.mark.parametrize(
    ("program", "labels"),
    [
        ("L = sum((X@w - y)^2); L + 0.1*sum(grad(L, w)^2)", False),
        ("L = softmax_loss(X@W + b, k); L + 0.1*(sum(grad(L, W)^2) + norm(grad(L, b)))", True),
        ("L = mean(softplus(-y*(X@w))); norm(grad(L, X))", False),
        ("L = logsumexp(X@w); sum(grad(sum(grad(L, w)*v), w)^2)", False),
    ],
)
def test_penalties_against_central_differences(program: str, labels: bool) -> None:
    source = np.random.default_rng(24)
    values: dict[str, Any] = {"X": source.normal(size=(4, 3))}
    values |= {"W": source.normal(size=(3, 5)), "b": source.normal(size=5)} if labels else {}
    values |= {"k": [0, 4, 2, 2]} if labels else {"w": source.normal(size=3), "v": source.normal(size=3)}
    values |= {} if labels else {"y": source.normal(size=4)}
    values = {name: given for name, given in values.items() if name in parse(Source(program)).variables}
    report = gradient(program, values)
    assert set(report.gradient) == values.keys() - {"k"}
    for name in report.gradient:
        np.testing.assert_allclose(report.gradient[name], central_differences(program, values, name), 1e-6, 1e-7)


def test_a_hessian_times_a_vector_is_that_of_the_matrix() -> None:
    """Of x@A@x + sum(x^4): A + A.T + 12*diag(x^2)."""
    A, x, v = np.array([[2.0, -1.0], [0.5, 3.0]]), np.array([1.0, -2.0]), np.array([0.3, 0.7])
    found = value("L = x@A@x + sum(x^4); grad(sum(grad(L, x)*v), x)", A=A, x=x, v=v)
    np.testing.assert_allclose(found, (A + A.T + 12 * np.diag(x**2)) @ v, rtol=1e-14)


@pytest.mark.parametrize(("convention", "slope"), list(zip(CONVENTIONS, (0.5, 0.5, 1, 1, 0), strict=True)))
def test_a_kink_follows_the_convention_and_is_told(convention: str, slope: float) -> None:
    for program, values in (("grad(max(x, y), x)", {"x": 2, "y": 2}), ("grad(max(x), x)[0]", {"x": [2, 2]})):
        report = gradient(program, values, convention=convention)
        assert report.value == slope
        (warning, *_) = report.warnings
        assert warning.kind == "kink"
        assert warning.message.startswith(f"in {program.removesuffix('[0]')}: max(")
        assert f"rule used ({convention})" in warning.message


def test_no_kink_is_told_where_none_is_met() -> None:
    assert gradient("grad(max(x, y)*abs(x), x)", x=2, y=1).warnings == ()
    assert gradient("sum(grad(sum(max(x, y)*abs(x)), x))", x=[2, 3], y=[1, 5]).warnings == ()


def test_a_formula_that_holds_at_one_point_only_is_not_differentiated_again() -> None:
    """The slope of x^n is 0 for n = 0, and ∂²(x^n)/∂x∂n is 1/x there."""
    assert value("grad(grad(x^n, x), n)", x=4, n=0) == 0.25
    assert list(value("grad(sum(grad(sum(x^n), x)), n)", x=[4, 2, 2], n=[0, 0, 1])) == [0.25, 0.5, 1 + np.log(2)]
    # at 0^0 the special value is all there is
    found = value("grad(sum(grad(sum(x^n), x)), n)", x=[4, 0, 2], n=[0, 0, 1])
    assert list(found) == [0.25, 0, 1 + np.log(2)]


def test_gradients_stay_on_floats_where_all_is_single_numbers() -> None:
    program = "from bpcalc import gradient; gradient('grad(grad(x^3, x), x)', x=2)"
    script = f"import sys; {program}; print('numpy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True, text=True)
    assert done.stdout == "False\n"


def test_where_only_shapes_are_known() -> None:
    program = parse(Source("L = sum((X@w - y)^2); g = grad(L, w); L + sum(grad(L, X)@g)"))
    shapes = {"X": Shaped((4, 3)), "w": Shaped((3,)), "y": Shaped((4,))}
    derived = derive(program, shapes, SHAPES, "torch")
    values = forward(SHAPES, derived.graph, shapes, [derived.output, derived.names["g"]])
    assert values[derived.names["g"]].shape == (3,)
    assert values[derived.output].shape == ()
    with pytest.raises(BpcalcError, match=r"X@w has the shape \(4,\)"):
        derive(parse(Source("grad(X@w, w)")), shapes, SHAPES, "torch")


def test_one_gradient_used_often_is_written_once() -> None:
    once = gradient("g = grad(exp(x)*sin(x), x); g", x=1.0)
    often = gradient("f(a) = grad(exp(a)*sin(a), a); " + " + ".join(["f(x)"] * 1000), x=1.0, symbolic=False)
    assert len(often.nodes) == len(once.nodes) + 999
    assert often.value == pytest.approx(1000 * once.value, rel=1e-12)


@pytest.mark.parametrize("deep", [True, False])
def test_a_gradient_of_a_hundred_thousand_nodes(deep: bool) -> None:
    """At 0: of a chain of sines, and of a wide sum of them."""
    count = 20_000
    if deep:
        program = "y0 = 1*x; " + "; ".join(f"y{k + 1} = sin(y{k}) + 0.0001*y{k}" for k in range(count))
        assert value(f"{program}; grad(y{count}, x)", x=0.0) == pytest.approx(1.0001**count, rel=1e-9)
    else:
        program = " + ".join(f"sin({k}*x + {k}*y)" for k in range(count))
        assert value(f"grad({program}, x)", x=0.0, y=0.0) == count * (count - 1) / 2


def test_the_cost_of_many_gradients_adds_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each step is differentiated on its own: the work grows with their number, not with its square."""
    visited: list[int] = []

    def watched(*given: Any) -> Any:
        part, places = between(*given)
        visited.append(len(places))
        return part, places

    monkeypatch.setattr("bpcalc.calculations.inner_gradients.between", watched)
    steps = "; ".join(f"x{k + 1} = step(x{k})" for k in range(1, 100))
    value(f"f(a) = a^3 - 2; step(a) = a - f(a)/grad(f(a), a); x1 = step(x); {steps}", x=1.0)
    assert len(visited) == 100
    assert len(set(visited)) == 1


def test_it_is_no_gate_of_the_catalogue() -> None:

    assert not {"grad", "argument"} & GATES.keys()


def test_a_raised_t_transposes() -> None:
    report = gradient("sum(Aᵀ@x)", {"A": [[1.0, 2.0], [3.0, 4.0]], "x": [1.0, 1.0]})
    assert report.gradient["x"].tolist() == [3.0, 7.0]
    assert report.expression == "sum(A.T@x)"


def test_a_program_of_functions_is_the_last_of_them() -> None:
    report = gradient("f(a) = a^2; g(x, y) = f(x)*y", x=3, y=2)
    assert (report.output, report.value, report.gradient) == ("g", 18.0, {"x": 12.0, "y": 9.0})
    assert gradient("f(e) = e^2", e=3).gradient == {"e": 6.0}
