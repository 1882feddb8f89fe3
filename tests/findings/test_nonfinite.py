"""Where NaN or infinity arose, entry by entry and in every pass: in arrays as among single numbers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from bpcalc import gradient, hessian, jacobian, jvp
from bpcalc.reports.warning import Warning

INF, NAN = float("inf"), float("nan")


def _jvp(program: str, values: dict[str, Any], **options: Any) -> Any:
    import numpy as np

    return jvp(program, values, tangent={name: np.ones(np.shape(value)) for name, value in values.items()})


PASSES: dict[str, Callable[..., Any]] = {"grad": gradient, "jvp": _jvp, "hessian": hessian, "jacobian": jacobian}

# A program and values; the node, and how many of its entries are the first to be NaN or infinite in the forward pass.
FORWARD = [
    ("softmax(x)[0]", {"x": [-INF, -INF]}, "NaN", "n1 = softmax(x) in 1 of 2 entries, first at entry [0]"),
    ("sum(softmax(X, axis=1))", {"X": [[1, 2], [-INF, -INF], [INF, 1]]}, "NaN", "in 4 of 6 entries, first at "
     "entry [1, 0]"),
    ("mean(x)", {"x": [INF, -INF]}, "NaN", "f = mean(x)"),
    ("sum(mean(X, axis=0))", {"X": [[1, INF], [2, -INF]]}, "NaN", "n1 = mean(X, axis=0) in 1 of 2 entries, first "
     "at entry [1]"),
    ("var(x)", {"x": [INF, 1]}, "NaN", "f = var(x)"),
    ("std(x)", {"x": [1, -INF]}, "NaN", "f = std(x)"),
    ("x@y", {"x": [INF, 1], "y": [0, 1]}, "NaN", "f = x@y"),
    ("sum(X@y)", {"X": [[1, 2], [INF, 1]], "y": [0, 1]}, "NaN", "n1 = X@y in 1 of 2 entries, first at entry [1]"),
    ("sum(x - x)", {"x": [1, INF]}, "NaN", "n1 = x - x in 1 of 2 entries, first at entry [1], for x[1] = inf"),
    ("sum(x/y)", {"x": [INF, 0], "y": [1, 0]}, "NaN", "n1 = x/y in 1 of 2 entries, first at entry [1], for x[1] = "
     "0, y[1] = 0"),
    ("sum(log_softmax(m)*[1, 0, 0])", {"m": [0, -INF, 0]}, "NaN",
     "n2 = n1*[1, 0, 0] in 1 of 3 entries, first at entry [1], for n1[1] = -inf"),
    ("sum(sqrt(x))", {"x": [4, -1, NAN]}, "NaN", "n1 = sqrt(x) in 1 of 3 entries, first at entry [1], for x[1] = -1"),
    ("sum(exp(x))", {"x": [INF, 1000, 1]}, "infinity", "n1 = exp(x) in 1 of 3 entries, first at entry [1], for "
     "x[1] = 1000"),
    ("sum(X*b)", {"X": [[1, 2], [3, 1e308]], "b": [1, 10]}, "infinity",
     "n1 = X*b in 1 of 4 entries, first at entry [1, 1], for X[1, 1] = 1e+308, b[1] = 10"),
    ("sum(prod(X, axis=1))", {"X": [[INF, 1], [1e200, 1e200]]}, "infinity",
     "n1 = prod(X, axis=1) in 1 of 2 entries, first at entry [1]"),
    ("cumsum(x)[2]", {"x": [INF, 1, -INF]}, "NaN", "n1 = cumsum(x) in 1 of 3 entries, first at entry [2]"),
    ("sum(inv(A))", {"A": [[1, 2], [2, 4]]}, "NaN", "n1 = inv(A)"),
    ("log(y)*sum(x)", {"x": [1, 2], "y": -1}, "NaN", "n1 = log(y), for y = -1"),
]  # fmt: skip

TOLD_BY_ALL = ("mean(x)", "var(x)", "x@y", "sum(x - x)", "sum(sqrt(x))", "log(y)*sum(x)", "sum(softmax(x))", "prod(x)")


def nonfinite(warnings: tuple[Warning, ...]) -> list[str]:
    return [warning.message for warning in warnings if warning.kind == "nonfinite"]


@pytest.mark.parametrize(("program", "values", "kind", "where"), FORWARD, ids=[case[0] for case in FORWARD])
def test_where_it_first_arises_in_the_forward_pass(program: str, values: dict[str, Any], kind: str, where: str) -> None:
    told = [text for text in nonfinite(gradient(program, values).warnings) if "from the start" not in text]
    assert told[0].startswith(f"{kind} first arises in the forward pass at ")
    assert where in told[0]


@pytest.mark.parametrize("command", PASSES)
@pytest.mark.parametrize(("program", "values"), [case[:2] for case in FORWARD if case[0] in TOLD_BY_ALL])
def test_every_command_tells_it(command: str, program: str, values: dict[str, Any]) -> None:
    told = nonfinite(PASSES[command](program, values).warnings)
    assert any("first arises in the forward pass" in text for text in told)


@pytest.mark.parametrize(
    ("program", "values", "node", "where"),
    [
        ("sum(sqrt(X))", {"X": [[1, 4], [0, 0]]}, "X",
         "infinity first arises in the backward pass at n1 = sqrt(X), in the gradient of X in 2 of 4 entries, "
         "first at entry [1, 0], for X[1, 0] = 0"),
        ("sum(log(x)[1:])", {"x": [0, 1]}, "x", "NaN first arises in the backward pass at n1 = log(x), in the "
         "gradient of x"),
        ("det(A)", {"A": [[INF, 1], [1, 1]]}, "A", "at f = det(A), in the gradient of A in 4 of 4 entries"),
        ("logsumexp(x)", {"x": [-INF, -INF]}, "x", "at f = logsumexp(x), in the gradient of x in 2 of 2 entries"),
        ("norm(x)", {"x": [INF, 1]}, "x", "at f = norm(x), in the gradient of x in 1 of 2 entries, first at entry [0]"),
        ("sum(x^0.5*y)", {"x": [0, 1], "y": [2, 3]}, "x", "in the gradient of x in 1 of 2 entries, first at entry [0]"),
        ("sum((x - y)^0.5)", {"x": [[1, 2], [3, 2]], "y": 2}, "n1", "in 2 of 4 entries, first at entry [0, 1]"),
        ("1e308*x + 1.0e308*(x + 0)", {"x": 1}, "x", "infinity first arises in the backward pass where the branch "
         "gradients of x add"),
        ("sum(1e308*x + 1.0e308*(x + 0))", {"x": [1, 0]}, "x", "where the branch gradients of x add in 2 of 2 entries"),
    ],
)  # fmt: skip
def test_where_it_first_arises_in_the_backward_pass(
    program: str, values: dict[str, Any], node: str, where: str
) -> None:
    last = [warning for warning in gradient(program, values).warnings if warning.kind == "nonfinite"][-1]
    assert last.node == node
    assert where in last.message


@pytest.mark.parametrize(
    ("program", "values", "tangent", "told"),
    [
        ("sum(sqrt(x))", {"x": [1, 0]}, [1, 1], "infinity first arises in the tangents at n1 = sqrt(x) in 1 of 2 "
         "entries, first at entry [1], for x[1] = 0"),
        ("sum(sqrt(x))", {"x": [1, 0]}, [1, 0], ""),
        ("sum(max(sqrt(x), 1))", {"x": [1, 0]}, [0, 1], ""),
        ("sum(where(x > 0, sqrt(x), x))", {"x": [1, 0]}, [1, 1], ""),
        ("sum(softmax(sqrt(X), axis=1))", {"X": [[1, 4], [0, 1]]}, [[1, 1], [1, 0]], "at n1 = sqrt(X) in 1 of 4 "
         "entries, first at entry [1, 0]"),
        ("sum(2*x)", {"x": [1, 2]}, [INF, 1], "the tangent of x has infinity in it from the start, in 1 of 2 "
         "entries, first at entry [0]"),
        ("norm(x)", {"x": [INF, 1]}, [1, 1], "NaN first arises in the tangents at f = norm(x)"),
    ],
)  # fmt: skip
def test_where_it_first_arises_in_the_tangents(program: str, values: dict[str, Any], tangent: Any, told: str) -> None:
    found = nonfinite(jvp(program, values, tangent={next(iter(values)): tangent}).warnings)
    assert [told in text for text in found] == ([True] if told else [])


@pytest.mark.parametrize(
    ("program", "values"),
    [
        ("sum(where(x > 0, x*log(x), 0))", {"x": [0, 1]}),
        ("where(x > 0, x*log(x), 0)", {"x": 0}),
        ("sum(where(x != 0, sin(x)/x, 1)[1:])", {"x": [0, 0.5, 1]}),
        ("q = log(x); sum(where(x > 0, q, 0)) + sum(where(x > 0, 2*q, x))", {"x": [-1, 0.5]}),
        ("sum(where(c > 0, [log(x), 1/x], 0))", {"x": 0.5, "c": [0, 0]}),
        ("sum(where(X > 0, log(X) + log(b), 0))", {"X": [[-1, 2], [-3, 4]], "b": [0, 3]}),
        ("sum(max(log(x), 0))", {"x": [0.5, 3]}),
    ],
)
def test_a_branch_not_taken_makes_nothing_arise(program: str, values: dict[str, Any]) -> None:
    assert nonfinite(gradient(program, values).warnings) == []
    assert nonfinite(_jvp(program, values).warnings) == []


def test_what_is_given_so_does_not_arise() -> None:
    assert nonfinite(gradient("sum(2*x)", x=[INF, 1]).warnings) == []
    assert nonfinite(gradient("sum(X@w)", {"X": [[INF, 1], [1, 2]], "w": [1, 1]}, wrt=["X"]).warnings) == []
    for program in ("sum(2*x)", "sum(exp(x)*y)"):
        told = nonfinite(gradient(program, {"x": [NAN, 1], "y": [1, 2]}).warnings)
        assert told == ["x is NaN, or has NaN in it, from the start"]


def test_the_data_of_a_warning() -> None:
    forward, backward = (warning.finding for warning in gradient("sum(log(X))", X=[[1, 0], [0, 0]]).warnings)
    assert (forward.when, forward.node, forward.source, forward.nan) == ("forward", 1, None, False)
    assert forward.places == (3, 4, (0, 1))
    assert (backward.when, backward.node, backward.source) == ("backward", 1, 0)
    assert backward.places == (3, 4, (0, 1))


def calls(work: Callable[[], Any]) -> int:
    """How many Python functions are called: the work, on a busy machine too.

    It is done once before it is counted: the first in a process imports what it needs.
    """
    import sys

    work()
    count = 0

    def tick(frame: Any, event: str, argument: Any) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(tick)
    try:
        work()
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize("x", [[NAN, 1.0], [INF, 1.0], [0.0, 1.0]])
@pytest.mark.parametrize("step", ["a{k}*0.5 + x", "relu(a{k})", "where(a{k} > 0, a{k}, x)"])
def test_the_work_grows_with_the_number_of_nodes_and_no_faster(x: list[float], step: str) -> None:
    def chain(count: int) -> Callable[[], Any]:
        lines = ["a0 = x*2", *(f"a{k + 1} = {step.format(k=k)}" for k in range(count)), f"sum(a{count}) + 1/sum(x)"]
        return lambda: [w.message for w in gradient("\n".join(lines), {"x": x}, symbolic=False).warnings]

    assert calls(chain(400)) < 2.6 * calls(chain(200))
