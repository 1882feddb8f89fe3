"""How a path ended is told as it is: every number in a sentence comes from mathematics."""

from __future__ import annotations

import re
from typing import Any

import pytest

from bpcalc import BpcalcError, descend

ROSENBROCK = "(1 - x)^2 + 100*(y - x^2)^2"


def told(text: str, at: dict[str, Any] | None = None, **given: Any) -> tuple[str, str, str]:
    report = descend(text, at, **given)
    return report.ended, report.message, "; ".join(report.only.remarks)


def largest(remarks: str) -> float:
    """The rate below which a step would still fall."""
    found = re.search(r"any rate below ([0-9.e+-]+) would still (?:fall|rise)", remarks)
    assert found, remarks
    return float(found[1])


@pytest.mark.parametrize(
    ("text", "start", "rate", "bound"),
    [
        ("x^2", 3.0, 1.1, 1.0),  # (1 - 2r)^2 < 1
        ("x^4", 1.0, 0.6, 0.5),  # (1 - 4r)^4 < 1: the curvature at 1 would say 1/6
        ("x^4", -2.0, 0.2, 0.125),
        ("5*(x - 1)^2", 0.0, 0.3, 0.2),
        ("x^2/1000", 1.0, 1500.0, 1000.0),
        ("abs(x)^1.5", 1.0, 5.0, 4 / 3),  # 1 - 1.5r = -1
    ],
)
def test_the_largest_rate_that_falls_from_the_start(text: str, start: float, rate: float, bound: float) -> None:
    ended, message, remarks = told(text, x=start, rate=rate, steps=30)
    assert ended == "diverged"
    assert "grew from" in message
    assert largest(remarks) == pytest.approx(bound, rel=5e-3)  # as many digits are printed


def test_the_same_going_up() -> None:
    ended, message, remarks = told("-x^4", x=1.0, rate=0.6, steps=30, maximize=True)
    assert (ended, largest(remarks)) == ("diverged", 0.5)
    assert "fell from -1 to -inf" in message


def test_a_first_step_that_is_too_long_and_then_falls() -> None:
    ended, message, remarks = told("log(1 + 100*x^2)", x=0.1, rate=0.5, steps=10)
    assert ended == "steps"
    assert "still falling" in message
    assert "the first step is too long: f rises from 0.6931 to 7.784" in remarks  # to log(1 + 100*4.9^2)
    assert largest(remarks) == 0.02  # where 0.1 - 10r is -0.1


@pytest.mark.parametrize(
    ("text", "start", "rate", "low", "high"),
    [("x^2", 3.0, 1.0, "9", "9"), ("abs(x)", 1.0, 0.3, "0.1", "0.2"), ("x^4", 1.0, 0.5, "1", "1")],
)
def test_oscillation(text: str, start: float, rate: float, low: str, high: str) -> None:
    ended, message, remarks = told(text, x=start, rate=rate, steps=100)
    assert ended == "oscillating"
    assert (f"between {low} and {high}" if low != high else f"stays at {low}") in message
    assert ("kink of f = abs(x)" in remarks) == ("abs" in text)
    if text == "x^2":
        assert largest(remarks) == 1


@pytest.mark.parametrize("part", ["abs(x)", "relu(x) + relu(-x)", "max(x, -x)", "where(x > 0, x, -x)"])
def test_a_kink_that_is_crossed_for_ever_is_told_once(part: str) -> None:
    report = descend(f"{part} + y^2", x=1.0, y=0.0, rate=0.3, steps=500)
    assert report.ended == "oscillating"
    assert sum("kink" in remark for remark in report.only.remarks) == 1
    assert sum(warning.kind == "kink" for warning in report.warnings) <= 1


@pytest.mark.parametrize("x", [[2.0, 4.0], [1.0, 3.0, 5.0]])
def test_at_the_largest_rate_itself_rounding_is_no_growth(x: list[float]) -> None:
    rate = len(x) / sum(one * one for one in x)
    report = descend("mean((w*x - y)^2)", x=x, y=x[::-1], w=0.0, wrt="w", rate=rate, steps=100)
    assert report.ended == "oscillating"


@pytest.mark.parametrize(
    ("text", "start", "kind"),
    [
        ("(sigmoid(w) - 0.1)^2", 40.0, "undecided"),  # the slope is that of a tail
        ("(w - 3)^2 + 5", 3.0 + 1e-9, "a minimum"),
        ("cos(w) + 3", 1e-9, "a maximum"),
        ("tanh(w)^4 + 1", 1e-3, "undecided"),
    ],
)
def test_a_plateau(text: str, start: float, kind: str) -> None:
    ended, _, remarks = told(text, w=start, rate=1e-4, steps=20)
    assert ended == "steps"
    assert "a plateau: the gradient is nearly 0, and f stays as it is; " in remarks
    assert kind in remarks
    assert "plateau" not in told("(w - 3)^2", w=1.0, rate=1e-12, steps=20)[2]  # it is the rate that is small


def test_ups_and_downs_that_get_smaller_are_no_oscillation() -> None:
    assert told("x^2", x=1.0, rate=0.95, steps=50)[0] == "steps"
    assert told("x^2", x=1.0, method="momentum", rate=0.1, steps=60)[0] == "steps"


@pytest.mark.parametrize(
    ("text", "at", "kind"),
    [
        ("x^2 + y^2", {"x": 1.0, "y": 2.0}, "; a minimum, for the Hessian is positive definite"),
        ("x^2 - y^2", {"x": 1.0, "y": 0.0}, "; a saddle, for the Hessian has eigenvalues of both signs"),
        ("x^2 + y^4", {"x": 1.0, "y": 0.0}, "undecided, for the Hessian is singular"),
        ("x^2 + y^3", {"x": 1.0, "y": 0.0}, "undecided, for the Hessian is singular"),
        ("x^2 + 0*y", {"x": 1.0, "y": 5.0}, "undecided, for the Hessian is singular"),
        ("cos(x) + y^2", {"x": 0.0, "y": 1.0}, "; a saddle"),
    ],
)
def test_what_kind_of_point(text: str, at: dict[str, float], kind: str) -> None:
    ended, message, remarks = told(text, at, rate=0.1, steps=200)
    assert ended == "converged"
    assert kind in message
    assert ("is no minimum" in remarks) == ("a saddle" in kind and "undecided" not in kind)


def test_a_minimum_that_the_second_derivatives_do_not_tell() -> None:
    ended, message, _ = told("x^4", x=1.0, method="newton", steps=100, until=1e-9)
    assert ended == "converged"
    assert "undecided, for the Hessian changes too fast around it" in message
    assert "undecided" in told("x^3", x=1.0, method="newton", steps=100, until=1e-9)[1]  # which is no minimum


def test_a_loose_until_claims_no_minimum_where_it_stands() -> None:
    assert "no step is made; on the way to a minimum" in told("x^2", x=1.0, until=10.0)[1]
    assert "on the way to" not in told("x^2", x=1.0, rate=0.4, until=1e-3)[1]


@pytest.mark.parametrize("shape", [[], [[], []]])
def test_nothing_that_moves_is_no_fault(shape: list[Any]) -> None:
    import numpy as np

    report = descend("sum(x^2)", x=np.array(shape), method="gradient,momentum,adam,newton,lbfgs")
    assert {one.ended for one in report.descents} == {"converged"}


def test_arguments_of_python_that_are_wrong() -> None:
    for given in ({"method": ""}, {"rate": [[1.0]]}, {"rate": "fast"}, {"steps": -1}, {"steps": 1.5}, {"maximize": 1},
                  {"batch": 0}, {"seed": -1}, {"until": [1, 2]}, {"method": 3}, {"rate": [1, 2]}):  # fmt: skip
        with pytest.raises(BpcalcError):
            descend("x^2", x=1.0, **given)  # type: ignore[arg-type]
    assert descend("x^2", x=1.0, rate="1/4", steps=1).final == {"x": 0.5}


@pytest.mark.parametrize("rate", [1e308, 1e100, 1e-300])
def test_any_rate(rate: float) -> None:
    report = descend("x^2", x=1.0, rate=rate, steps=3)
    assert report.ended == ("diverged" if rate > 1 else "steps")
    if rate > 1:
        assert largest("; ".join(report.only.remarks)) == 1


@pytest.mark.parametrize("text", ["x^2*0 + 3", "floor(x)", "(x - 1)^2", "cos(x - 1)"])
def test_nothing_moves_where_the_gradient_is_0(text: str) -> None:
    report = descend(text, x=1.0)
    assert (report.ended, len(report.only.path)) == ("converged", 1)
    assert report.message.startswith("the gradient is 0 at the start, so nothing moves")
    assert ("a maximum" in report.message) == ("cos" in text)


def test_until() -> None:
    report = descend("x^2", x=1.0, rate=0.25, until=1e-3, steps=100)
    # the norm is 2^(1 - k)
    assert (report.ended, report.only.end.step, report.only.end.norm) == ("converged", 11, 2.0**-10)
    assert "below 0.001" in report.message
    assert descend("x^2", x=1.0, rate=0.25, until=1e-3, steps=10).ended == "steps"


def test_still_falling_and_flat() -> None:
    ended, message, _ = told(ROSENBROCK, x=-1.2, y=1.0, rate=1e-3, steps=50)
    assert ended == "steps"
    assert "after 50 steps, and still falling" in message
    assert "and still rising" in told("x", x=0.0, maximize=True)[1]
    # over the pole, to where 1/x is positive
    assert "(more than the -1 of the start), and still falling" in told("1/x", x=-1.0, rate=2.0, steps=5)[1]
    assert "(less than the 1 of the start), and still rising" in told("1/x", x=1.0, rate=2.0, steps=5, maximize=True)[1]


@pytest.mark.parametrize(
    ("text", "start", "rate", "message"),
    [
        ("log(x)", 1.0, 0.4, "f is NaN at step 2: NaN first arises in the forward pass at f = log(x)"),
        ("n = sqrt(x - 1); n*n + x", 2.0, 5.0, "f is NaN at step 1: NaN first arises in the forward pass at n = sqrt"),
        ("sqrt(x)", 0.0, 0.1, "the gradient is infinite at step 0"),
        ("log(x)", 0.0, 0.1, "f is -inf at step 0"),
        ("x*0/0", 1.0, 0.1, "f is NaN at step 0"),
    ],
)
def test_nan_is_told_with_its_step_and_node(text: str, start: float, rate: float, message: str) -> None:
    report = descend(text, x=start, rate=rate)
    assert (report.ended, report.failed) == ("nan", True)
    assert report.message.startswith(message)
    assert not any(warning.kind == "nonfinite" for warning in report.warnings)


def test_a_fall_without_bound() -> None:
    report = descend("x^3", x=-1.0, rate=0.5, steps=100)
    assert (report.ended, report.value) == ("diverged", float("-inf"))
    assert "falls without bound" in report.message
    assert told("-x", x=0.0)[0] == "steps"  # for ever, but never far


@pytest.mark.parametrize(
    ("text", "at", "message"),
    [
        ("(relu(w*x + b) - 1)^2", {"w": -1.0, "x": 1.0, "b": 0.5}, "the input of n3 = relu(n2) is negative"),
        ("mean((relu(X@W) - 1)^2)", {"X": [[1.0, 2.0], [2.0, 1.0]], "W": [[1.0, -1.0], [1.0, -1.0]]},
         "is negative in every row in 1 of 2 columns"),
        ("sum(relu(x - 5))", {"x": [1.0, 2.0]}, "is negative in every entry"),
    ],
)  # fmt: skip
def test_dead_relus(text: str, at: dict[str, Any], message: str) -> None:
    wrt = [name for name in at if name not in ("X",)]
    report = descend(text, at, wrt=wrt, steps=1, rate=1e-3)
    remarks = "; ".join(report.only.remarks)
    assert message in remarks
    assert ("the whole gradient is 0, and stays it" in remarks) == (report.only.end.norm == 0)


def test_a_relu_that_lives_is_not_dead() -> None:
    assert descend("sum(relu(x))", x=[1.0, -2.0], steps=3).only.remarks == ()


def test_a_relu_of_what_does_not_move_is_not_told() -> None:
    assert descend("relu(c)*w^2", c=-1.0, w=1.0, wrt="w", steps=1).only.remarks == ()


@pytest.mark.parametrize("method", ["newton", "lbfgs"])
def test_a_method_that_finds_no_further_step_says_so_or_has_converged(method: str) -> None:
    report = descend("abs(x) + 1", x=1.0, y=0.0, method=method, steps=200)
    assert report.value == pytest.approx(1.0, abs=1e-6)
    assert report.ended in ("converged", "steps")


def test_batches_have_epochs() -> None:
    x = [float(k) for k in range(10)]
    report = descend("mean((w*x - y)^2)", x=x, y=[2 * one for one in x], w=0.0, wrt="w", batch=3, seed=1, rate=0.01,
                     steps=10)  # fmt: skip
    assert [(point.step, point.epoch) for point in report.only.path] == [(0, 0), (4, 1), (8, 2), (10, 2)]
    assert report.batch == (3, 10, 1)


@pytest.mark.parametrize(
    ("text", "start", "message"),
    [
        # the first step that SciPy tries is along the gradient, 1 long
        ("sqrt(x)", 0.25, "f = 0.5 after 0 steps: its line search met NaN, and found no step"),
        ("1/x", -1.0, "f = -1 after 0 steps: its line search met an infinite number, and found no step"),
        ("-log(x) - log(1 - x)", 0.1, "its line search met NaN"),
        ("-x", 0.0, "after 20 steps, and still falling"),
    ],
)
def test_lbfgs_tells_what_its_line_search_met(text: str, start: float, message: str) -> None:
    report = descend(text, x=start, method="lbfgs", steps=20)
    assert message in report.message
    assert report.ended == "steps"


@pytest.mark.parametrize("method", ["gradient", "momentum", "adam", "newton", "lbfgs"])
def test_no_steps_are_the_start_alone(method: str) -> None:
    report = descend("x^2", x=3.0, method=method, steps=0)
    assert [(point.step, point.value, point.norm) for point in report.only.path] == [(0, 9.0, 6.0)]
    assert report.ended == "steps"
