"""Kinks, jumps and edges in arrays: each entry is told as a single number is, and nothing is told that is none."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from bpcalc import gradient, hessian, jacobian, jvp
from bpcalc.engine.findings import Edge, Touched, Whole

INF = float("inf")


def messages(program: str, values: dict[str, Any], **options: Any) -> list[str]:
    report = gradient(program, values, **options)
    assert all(warning.kind == "kink" for warning in report.warnings)
    return [warning.message for warning in report.warnings]


@pytest.mark.parametrize(
    ("program", "values", "told"),
    [
        ("sum(abs(X))", {"X": [[1, 0], [0, 2]]},
         "n1 = abs(X) has no derivative in 2 of 4 entries, first at entry [0, 1] (∂/∂X at 0 is -1 from the left, "
         "1 from "
         "the right); rule used (torch): 0, the subgradient of least norm"),
        ("sum(floor(x))", {"x": [0, 1.5, 2]},
         "n1 = floor(x) has no derivative in 2 of 3 entries, first at entry [0] (∂/∂x at 0 is inf from the left, "
         "0 from "
         "the right); rule used (torch): 0, as on the flat pieces"),
        ("sum(ceil(x))", {"x": [0.5, 2]},
         "in 1 of 2 entries, first at entry [1] (∂/∂x at 2 is 0 from the left, inf from the right)"),
        ("sum(sign(x)*y)", {"x": [1, 0], "y": 3},
         "n1 = sign(x) has no derivative in 1 of 2 entries, first at entry [1] (∂/∂x at 0 is inf from the left, "
         "inf from"),
        ("sum(atan2(x, y))", {"x": [0, 1], "y": [-1, 1]},
         "n1 = atan2(x, y) has no derivative in 1 of 2 entries, first at entry [0] (∂/∂x at 0 is inf from the left, -1 "
         "from the right)"),
        ("sum(atan2(x, y))", {"x": [-0.0, 0], "y": [-2, 1]}, "(∂/∂x at 0 is -0.5 from the left, inf from the right)"),
        ("sum(max(X, b))", {"X": [[1, 2], [3, 4]], "b": [1, 4]},
         "in 2 of 4 entries, first at entry [0, 0] (∂/∂X at 1 is 0 from the left, 1 from the right; ∂/∂b at 1 is "
         "0 from"),
        ("sum(clip(X, lo, 1))", {"X": [[0.5, 0.2], [1, 3]], "lo": [0.1, 0.2]},
         "in 2 of 4 entries, first at entry [0, 1] (∂/∂X at 0.2 is 0 from the left, 1 from the right; ∂/∂lo at 0.2 is"),
        ("sum(leaky_relu(x, s))", {"x": 0, "s": [0.1, 0.2]},
         "in 2 of 2 entries, first at entry [0] (∂/∂x at 0 is 0.1 from the left, 1 from the right)"),
        ("sum(x^n)", {"x": [0, 2], "n": [0, 0]}, "in 1 of 2 entries, first at entry [0] (∂/∂n at 0 is -inf from the"),
        # where entries mix, one of them moves
        ("max(x)", {"x": [1, 3, 3]},
         "f = max(x) has no derivative (∂/∂x[1] at 3 is 0 from the left, 1 from the right); rule used (torch): equal "
         "entries share the gradient evenly"),
        ("sum(max(X, axis=0))", {"X": [[1, 3, 3], [3, 1, 3]]},
         "n1 = max(X, axis=0) has no derivative in 1 of 3 entries, first at entry [2] (∂/∂X[0, 2] at 3 is 0 from the"),
        ("sum(min(X, axis=1, keepdims=True))", {"X": [[1, 2], [3, 3]]},
         "in 1 of 2 entries, first at entry [1, 0] (∂/∂X[1, 0] at 3 is 1 from the left, 0 from the right)"),
        ("norm(x)", {"x": [0, 0]}, "f = norm(x) has no derivative (∂/∂x[0] at 0 is -1 from the left, 1 from the "
         "right)"),
        ("sum(std(X, axis=1))", {"X": [[1, 2], [3, 3]]},  # half the distance of two numbers
         "in 1 of 2 entries, first at entry [1] (∂/∂X[1, 0] at 3 is -0.5 from the left, 0.5 from the right)"),
        ("svm_loss(S, y)", {"S": [[1, 5, 0], [1, 2, 1]], "y": [1, 1]},
         "in 2 of 6 entries, first at entry [1, 0] (∂/∂S[1, 0] at 1 is 0 from the left, 1 from the right)"),
        ("svm_loss(S, y, m)", {"S": [1, 2, 1], "y": 1, "m": 1},
         "(∂/∂S[0] at 1 is 0 from the left, 1 from the right; ∂/∂m at 1 is 0 from the left, 2 from the right)"),
    ],
)  # fmt: skip
def test_a_kink_in_some_entries(program: str, values: dict[str, Any], told: str) -> None:
    (message,) = messages(program, values)
    assert told in message


@pytest.mark.parametrize(
    ("program", "values", "told"),
    [
        ("sum(where(x > 0, x, 2*x))", {"x": [0, 1]},
         "∂f/∂x[0] is 2 from the left, 1 from the right (in 1 of 2 entries, first at entry [0]): the condition of "
         "n3 = where(n1, x, n2) is at its edge; rule used: that of the branch taken, 2"),
        ("sum(where(X >= [3, 3], X^2, 0))", {"X": [[1, 2], [3, 3]]},
         "∂f/∂X[1, 0] is inf from the left, 6 from the right (in 2 of 4 entries, first at entry [1, 0]): the "
         "condition"),
        ("sum(x > 0)*sum(x)", {"x": [0, 1]},
         "∂f/∂x[0] is 1 from the left, inf from the right (in 1 of 2 entries, first at entry [0]): the comparison "
         "n1 = x > 0 is at its edge; rule used: a comparison carries no gradient, 1"),
        ("sum((x == y)*x)", {"x": [2, 1], "y": 3}, ""),
        ("sum(where(x, 1, 2))*y", {"x": [0, 1], "y": 1}, "∂f/∂x[0] is inf from the left, -inf from the right"),
        ("where(x, 1, 2)*y", {"x": 0, "y": 1}, "∂f/∂x is inf from the left, -inf from the right: the condition of"),
        ("sum(where(x > 0, x, 0)*y)", {"x": [0, 1], "y": [0, 1]}, ""),  # what the edge would break is multiplied with 0
        ("sum(where(c > 0, where(x > 0, x, 0), 1))", {"x": [0, 0], "c": [-1, -1]}, ""),
    ],
)  # fmt: skip
def test_an_edge_in_some_entries(program: str, values: dict[str, Any], told: str) -> None:
    found = messages(program, values)
    assert [told in message for message in found] == ([True] if told else [])


# Smooth although parts of them are not, and the rules give the derivative: nothing is to be told.
HARMLESS = [
    ("sum(max(x, x))", {"x": [1]}, {"x": [1]}),
    ("max(x, abs(x))", {"x": 1}, {"x": 1}),
    ("sum(max(X, abs(X)))", {"X": [[1, 2], [3, 0.5]]}, {"X": np.ones((2, 2))}),
    ("max(concat(x, x))", {"x": [1, 3]}, {"x": [0, 1]}),
    ("norm(x)^2", {"x": [0, 0]}, {"x": [0, 0]}),
    ("sum(norm(X, axis=1)^2)", {"X": [[0, 0], [3, 4]]}, {"X": [[0, 0], [6, 8]]}),
    ("std(x)^2", {"x": [3, 3]}, {"x": [0, 0]}),
    ("abs(x)^2", {"x": 0}, {"x": 0}),
    ("sum(relu(x)^2)", {"x": [0, -1, 2]}, {"x": [0, 0, 4]}),
    ("x*abs(x)", {"x": 0}, {"x": 0}),
    ("sum(x*abs(x))", {"x": [0, -1]}, {"x": [0, 2]}),
    ("min(r*A, clip(r, 0.8, 1.2)*A)", {"r": 1, "A": 2}, {"r": 2, "A": 1}),
    ("sum(min(r*A, clip(r, 0.8, "
     "1.2)*A))", {"r": [1, 1.1, 0.9], "A": [2, -1, 3]}, {"r": [2, -1, 3], "A": [1, 1.1, 0.9]}),
    ("max(a, max(a, b))", {"a": 2, "b": 1}, {"a": 1, "b": 0}),
    ("max(min(x, 1), min(x, 2))", {"x": 0.5}, {"x": 1}),
    ("max(x, 0) - max(-x, 0)", {"x": 0}, {"x": 1}),
    ("where(x >= 0, x^2, -x^2)", {"x": 0}, {"x": 0}),
    ("sum(where(x > 0, x, x + 0))", {"x": [0, 1]}, {"x": [1, 1]}),
    ("hypot(a, b)*a", {"a": 0, "b": 0}, {"a": 0, "b": 0}),
    ("sum(max(X, abs(X)))", {"X": np.linspace(1, 2, 20_000)}, {"X": np.ones(20_000)}),  # too many to try one by one
]  # fmt: skip


@pytest.mark.parametrize(("program", "values", "slopes"), HARMLESS, ids=[case[0] for case in HARMLESS])
def test_a_whole_that_is_smooth_where_its_parts_are_not(program: str, values: dict[str, Any], slopes: Any) -> None:
    report = gradient(program, values)
    for name, slope in slopes.items():
        np.testing.assert_allclose(report.gradient[name], slope, rtol=1e-12, atol=1e-15)
    assert report.warnings == ()
    moved = {name: np.ones(np.shape(value)) for name, value in values.items()}
    assert jvp(program, values, tangent=moved).warnings == ()
    if len(slopes) == 1 and np.size(next(iter(slopes.values()))) < 10:
        assert jacobian(program, values).warnings == ()


def test_of_a_second_derivative_it_matters_that_a_part_bends() -> None:
    for program, values in (("abs(x)^2", {"x": 0}), ("0.5*norm(x)^2", {"x": [0, 0]}), ("sum(x*abs(x))", {"x": [0, 1]})):
        assert gradient(program, values).warnings == ()
        assert [warning.kind for warning in hessian(program, values).warnings] == ["kink"]


@pytest.mark.parametrize(
    ("program", "values", "told"),
    [
        ("relu(x) - relu(-x)", {"x": 0},
         "f itself has a derivative here: ∂f/∂x is 1, where the rules of its parts give 0"),
        ("sum(relu(x) - relu(-x))", {"x": [0, 1, 0]},
         "f itself has a derivative here in 2 of 3 entries of x, first at entry [0]: ∂f/∂x[0] is 1, where the rules of "
         "its parts give 0"),
        ("sum((relu(X) - relu(-X))@w)", {"X": [[1, 2], [0, 3]], "w": [5, 1]},
         "in 1 of 4 entries of X, first at entry [1, 0]: ∂f/∂X[1, 0] is 5, where the rules of its parts give 0"),
    ],
)
def test_a_whole_that_is_smooth_where_the_rules_give_another_number(
    program: str, values: dict[str, Any], told: str
) -> None:
    *parts, whole = messages(program, values)
    assert told in whole
    assert len(parts) == 2  # why it is so


def test_each_entry_of_the_output_is_looked_at() -> None:
    """The entries' sum is smooth here, and no entry is."""
    assert [w.node for w in jacobian("[abs(x), -abs(x)]", x=0).warnings] == ["n1"]
    (*_, whole) = jacobian("[x, relu(x) - relu(-x)]", x=0).warnings
    assert whole.message == "f[1] itself has a derivative here: ∂f[1]/∂x is 1, where the rules of its parts give 0"
    (*_, whole) = gradient("relu(x) - relu(-x)", {"x": [0, 1]}, upstream=[2, 1]).warnings
    assert "∂f[0]/∂x[0] is 1, where the rules of its parts give 0" in whole.message


@pytest.mark.parametrize(
    "program", ["min(abs(x), abs(y))", "relu(min(x, y))", "max(x, y) - min(x, y)*0", "sum(max([x, y], "
    "0))", "sqrt(abs(x))^2 + y"]
)
def test_along_the_axes_alone_smoothness_is_not_seen(program: str) -> None:
    """min(|x|, |y|) is 0 on both axes, and still has a corner at the origin."""
    assert any(warning.kind == "kink" for warning in gradient(program, x=0, y=0).warnings)


def test_no_direction_that_is_tried_has_a_pattern() -> None:
    """x[1] and y are equal and have opposite gradients: were they moved alike, x - y would seem to stay."""
    for program in ("sum(min(0, x - y))", "sum(max(x, y + [1, 0]))"):
        assert [warning.kind for warning in gradient(program, x=[1, 0], y=0).warnings] == ["kink"]


def test_a_comparison_that_the_tangents_leave_open_is_not_decided() -> None:
    """0 < x^2 holds everywhere but at 0."""
    for program, values in (("where(0 < x^2, y, 2*y)", {"x": 0, "y": 1}), ("sum(where(0 < x^2, x, 2))", {"x": [0, 1]})):
        (warning,) = gradient(program, values).warnings
        assert "is at its edge" in warning.fact
        assert "from the left" not in warning.fact


def test_entries_that_nothing_flows_to_are_not_told() -> None:
    assert gradient("sum(where(y > 0, y, abs(x)))", x=[0, 0], y=[1, 2]).warnings == ()
    (warning,) = gradient("sum(where(y > 0, y, abs(x)))", x=[0, 0], y=[1, -2]).warnings
    assert "in 1 of 2 entries, first at entry [1]" in warning.message
    assert gradient("sum(floor(x)[1:])", x=[2, 0.5]).warnings == ()
    assert gradient("max(abs(x))", x=[0, 3]).warnings == ()


def test_large_arrays_are_looked_at_and_what_takes_too_long_is_not_claimed() -> None:
    x = np.linspace(-1, 1, 500_001)
    (warning,) = gradient("sum(max(x, -x))", x=x).warnings
    assert "has no derivative in 1 of 500001 entries, first at entry [250000]" in warning.message
    (warning,) = gradient("sum(where(x > 0, x, 0))", x=x).warnings
    assert isinstance(warning.finding, Edge)
    assert warning.message == (
        "the condition of n2 = where(n1, x, 0) is at its edge in 1 of 500001 entries, first at entry [250000]; "
        "rule used: that of the branch taken"
    )


@pytest.mark.parametrize(
    ("program", "values"),
    [("where(x >= 0, x^2, -x^2)", {"x": 0}), ("where(abs(x) <= 1, 0.5*x^2, abs(x) - 0.5)", {"x": 1}),
     ("sum(where(x >= 0, x^2, -x^2))", {"x": [0, 1]})],
)  # fmt: skip
def test_a_second_derivative_at_an_edge_is_told(program: str, values: dict[str, Any]) -> None:
    assert gradient(program, values).warnings == ()
    (warning,) = hessian(program, values).warnings
    assert "is at its edge" in warning.message


def test_the_data_of_a_warning() -> None:
    (touched,) = (warning.finding for warning in gradient("sum(abs(X))", X=[[1, 0], [0, 2]]).warnings)
    assert isinstance(touched, Touched)
    assert (touched.node, touched.places, touched.sides) == (1, (2, 4, (0, 1)), {0: ((0, 1), -1, 1)})
    *_, whole = (warning.finding for warning in gradient("sum(relu(x) - relu(-x))", x=[1, 0]).warnings)
    assert isinstance(whole, Whole)
    assert (whole.node, whole.places, whole.of, whole.left, whole.right, whole.used, whole.edge) == (
        0, (1, 2, (1,)), (), 1, 1, 0, None
    )  # fmt: skip
    (whole,) = (warning.finding for warning in gradient("where(x > 0, x, 3*x)", x=0).warnings)
    assert (whole.places, whole.left, whole.right, whole.used) == ((1, 1, ()), 3, 1, 3)
