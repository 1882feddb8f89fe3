"""Second derivatives where parts of a function have none: looked at from both sides, and never called a minimum."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from bpcalc import gradient, hessian, jvp
from bpcalc.gates import GATES
from bpcalc.reports.hessian import HessianReport

SINC = "where(x==0, 1, sin(x)/x)"  # 1 - x^2/6 + …
HUBER = "where(abs(x) <= 1.5, 0.5*x^2, 1.5*(abs(x) - 0.75))"


def told(report: HessianReport) -> list[str]:
    return [warning.message for warning in report.warnings if warning.kind == "kink"]


# program, values, ∂²f/∂x² from the left and from the right, by hand
TWO_SIDED: list[tuple[str, dict[str, Any], str, str]] = [
    ("where(x >= 0, x^2, -x^2)", {"x": 0}, "-2", "2"),
    ("where(x > 0, x^3, x^2)", {"x": 0}, "2", "0"),
    ("elu(x)", {"x": 0}, "1", "0"),
    ("elu(2*x - 2)", {"x": 1}, "4", "0"),
    (HUBER, {"x": 1.5}, "1", "0"),
    (HUBER, {"x": -1.5}, "0", "1"),
    ("x*abs(x)", {"x": 0}, "-2", "2"),
    ("relu(x)^2", {"x": 0}, "0", "2"),
    ("grad(where(x >= 0, x^3, -x^3), x)", {"x": 0}, "-6", "6"),
    ("1e-6*where(x >= 0, x^2, -x^2)", {"x": 0}, "-2e-06", "2e-06"),
    ("where(x >= 1e6, (x - 1e6)^2, 0)", {"x": 1e6}, "0", "2"),
    ("sum(elu(x))", {"x": [0, 1]}, "1", "0"),
    ("sum(where(x >= 0, x^2, -x^2))", {"x": [1, 0]}, "-2", "2"),
]  # fmt: skip


@pytest.mark.parametrize(("program", "values", "left", "right"), TWO_SIDED, ids=[one[0] for one in TWO_SIDED])
def test_two_sides_that_differ_are_told_and_no_minimum(
    program: str, values: dict[str, Any], left: str, right: str
) -> None:
    report = hessian(program, values, eigenvalues=True)
    (message,) = told(report)
    assert f"² is {left} from the left, {right} from the right" in message
    assert report.spectrum is not None
    assert (report.spectrum.kind, report.spectrum.point) == ("", "")
    assert report.judged.undecided


# program, values, and what the second derivatives are: the function has them, though its parts do not
SMOOTH: list[tuple[str, dict[str, Any], str]] = [
    (SINC, {"x": 0}, "∂²f/∂x² is -0.333333"),
    ("where(x==0, 0.5, (1 - cos(x))/x^2)", {"x": 0}, "∂²f/∂x² is -0.0833333"),  # 1/2 - x^2/24
    ("where(x==1, 1, log(x)/(x - 1))", {"x": 1}, "∂²f/∂x² is 0.666667"),  # 1 - h/2 + h^2/3
    ("0.5*norm(x)^2", {"x": [0, 0]}, "∂²f/∂x[0]² is 1"),
    ("norm(x)^2*3", {"x": [0, 0, 0]}, "∂²f/∂x[0]² is 6"),
    ("abs(x)^2", {"x": 0}, "∂²f/∂x² is 2"),
    ("hypot(a, b)^2", {"a": 0, "b": 0}, "∂²f/∂a² is 2"),
    ("sum(where(x==0, 1, sin(x)/x))", {"x": [1, 0]}, "∂²f/∂x[1]² is -0.333333"),
    ("std(x)^2", {"x": [1, 1]}, "∂²f/∂x[0]² is 0.5"),  # ((x0 - x1)/2)^2
]


@pytest.mark.parametrize(("program", "values", "fact"), SMOOTH, ids=[one[0] for one in SMOOTH])
def test_a_function_that_is_smooth_tells_what_it_has(program: str, values: dict[str, Any], fact: str) -> None:
    report = hessian(program, values, eigenvalues=True)
    assert any(fact in message and "where the rules of its parts give" in message for message in told(report))
    assert report.spectrum is not None
    assert report.spectrum.point == ""


@pytest.mark.parametrize(
    ("program", "values"),
    [
        ("abs(x)^3", {"x": 0}),
        ("relu(x)^3", {"x": 0}),
        ("where(x > 1, x^2, 2*x^2 - x^2)", {"x": 1}),
        ("norm(x)^4", {"x": [0, 0]}),
        ("sum(abs(x)^3)", {"x": [0, 1, 0]}),
        ("max(x, x)^2 + x*y", {"x": 0, "y": 0}),
        ("elu(x)", {"x": 1}),
        ("max(x, 1)^2", {"x": 3}),
    ],
)
def test_nothing_is_told_where_the_rules_are_right(program: str, values: dict[str, Any]) -> None:
    assert told(hessian(program, values)) == []


def test_between_the_inputs_directions() -> None:
    """Peano's function, whose mixed derivatives at 0 are 1 and -1, and two others that are smooth along the axes."""
    peano = "where(x^2 + y^2 == 0, 0, x*y*(x^2 - y^2)/(x^2 + y^2))"
    for program in (peano, "abs(x)*abs(y)", "min(abs(x), abs(y))^2"):
        report = hessian(program, x=0, y=0, eigenvalues=True)
        assert any("has no second derivatives here" in message for message in told(report)), program
        assert report.spectrum is not None
        assert report.spectrum.point == ""


def test_what_does_not_settle_is_not_claimed() -> None:
    for program in ("abs(x)^2.5", "where(x == 0, 0, x^4*sin(1/x))", "where(x == 0, 0, x^2*log(abs(x)))"):
        report = hessian(program, x=0, eigenvalues=True)
        assert any("is not told" in message or "not told by" in message for message in told(report)), program
        assert report.spectrum is not None
        assert report.spectrum.point == ""


def test_along_a_vector_only_that_direction_counts() -> None:
    along = hessian("sum(elu(x))", {"x": [0, 1]}, vector={"x": [1, 0]})
    assert ["along the vector is 1 from the left, 0 from the right" in one for one in told(along)] == [True]
    assert told(hessian("sum(elu(x))", {"x": [0, 1]}, vector={"x": [0, 1]})) == []
    smooth = hessian("0.5*norm(x)^2", {"x": [0, 0]}, vector={"x": [3, 4]})
    assert ["for x[0] along the vector is 3 " in one for one in told(smooth)] == [True]


def test_an_inner_gradient_of_a_bend_is_a_kink() -> None:
    for program, left, right in (("grad(elu(x), x)", 1, 0), ("grad(where(x >= 0, x^2, -x^2), x)", -2, 2)):
        (message,) = [one.message for one in gradient(program, x=0).warnings]
        assert f"is {left} from the left, {right} from the right" in message
        assert [one.kind for one in jvp(program, x=0).warnings] == ["kink"]


def test_a_first_derivative_that_is_missing_is_told_as_before() -> None:
    for program, values in (("abs(x)", {"x": 0}), ("norm(x)", {"x": [0, 0]}), ("floor(x) + x^2", {"x": 0})):
        report = hessian(program, values, eigenvalues=True)
        assert any("has no derivative" in message for message in told(report))
        assert report.spectrum is not None
        assert report.spectrum.point == ""


def test_too_much_to_look_at_entry_by_entry() -> None:
    x = np.linspace(-1, 1, 801)  # with 0 in the middle
    report = hessian("sum(elu(x))", {"x": x}, vector={"x": np.ones(801)})
    assert ["1 from the left, 0 from the right" in message for message in told(report)] == [True]


@pytest.mark.parametrize("gate", [gate for gate in GATES.values() if gate.turns], ids=lambda gate: gate.name)
def test_a_gate_that_turns_tells_where(gate: Any) -> None:
    """Its second derivatives differ there from both sides, as its record says."""
    report = hessian(f"{gate.name}(x)", x=0)
    before, after = (hessian(f"{gate.name}(x)", x=x).hessian["x"]["x"] for x in (-1e-9, 1e-9))
    assert abs(before - after) > 0.1
    assert told(report)


def test_every_gate_whose_slope_has_a_kink_says_so() -> None:
    """At 0 and at 1 of every gate of one number: where the second derivatives beside differ, something is told."""
    looked = 0
    for gate in GATES.values():
        if gate.of_arrays or gate.variadic or len(gate.parameters) - len(gate.defaults) != 1 or gate.infix:
            continue
        for x in (0.0, 1.0, -1.0, 0.25):
            sides = [hessian(f"{gate.name}(x)", x=x + step).hessian["x"]["x"] for step in (-1e-9, 1e-9)]
            if all(map(np.isfinite, sides)):
                looked += 1
                if abs(sides[0] - sides[1]) > 1e-3 * max(1, *map(abs, sides)):
                    assert hessian(f"{gate.name}(x)", x=x).warnings, (gate, x)
    assert looked > 60
