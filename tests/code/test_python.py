"""`--to python`, `numpy` and `module`: the files are run, and give what `grad` gives, bit for bit."""

from __future__ import annotations

import contextlib
import io
import itertools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
from tried import EDGES, Case, agreement, close, gates, of_arrays, run, same, scalars

from bpcalc import gradient
from bpcalc.emit import written
from bpcalc.gate import CONVENTIONS, GATES

PARTS = 6
BIT_FOR_BIT = ("python", "module")


def flat(names: dict[str, Any]) -> Callable[..., Any]:
    function: Callable[..., Any] = names["f"]
    return function


def modular(names: dict[str, Any], order: list[str]) -> Callable[..., Any]:
    """The modular API as a function."""

    def call(*arguments: Any) -> Any:
        graph = names["ComputationalGraph"]()
        value = graph.forward(dict(zip(order, arguments, strict=True)))
        return value, graph.backward()

    return call


def checked(names: dict[str, Any]) -> int:
    """What the self-check says."""
    with contextlib.redirect_stdout(io.StringIO()):
        status: int = names["check"]()
    return status


def hold(case: Case, targets: Sequence[str], agrees: Callable[[Any, Any], bool], *points: dict[str, Any]) -> None:
    """What is written for each target gives what `grad` gives, at the case's values and at further points."""
    derivation = case.derived()
    order = [one.name for one in derivation.parameters]
    expected = [(point, *case._replace(values=point).expected()) for point in (case.values, *points)]
    _, value, by_name = expected[0]
    is_finite = all(np.all(np.isfinite(one)) for one in (value, *by_name.values()))
    for target in targets:
        names = run(written(derivation, target))
        call = modular(names, order) if target == "module" else flat(names)
        assert not is_finite or checked(names) == 0, (target, case.text)
        for point, value, by_name in expected:
            found, gradients = call(*(point[name] for name in order))
            assert agrees(found, value), (target, case.text, point, found, value)
            assert list(gradients) == list(by_name)
            for name, one in gradients.items():
                assert agrees(one, by_name[name]), (target, case.text, point, name, one, by_name[name])


@pytest.mark.parametrize("part", range(PARTS))
def test_programs_of_single_numbers_give_what_grad_gives_bit_for_bit(part: int) -> None:
    for case in scalars()[part::PARTS]:
        hold(case, BIT_FOR_BIT, agreement(case))


@pytest.mark.parametrize("part", range(PARTS))
def test_programs_with_arrays_give_what_grad_gives_bit_for_bit(part: int) -> None:
    for case in of_arrays()[part::PARTS]:
        hold(case, BIT_FOR_BIT, agreement(case))


MATRIX = np.array([[1.0, -2.0, 0.5], [0.3, 1.5, -1.0]])
# Functions of the program's own for gates that NumPy lacks: one gate with two choices is two functions.
TWICE = [
    "sum(roll(A, 1)*roll(A, -1, axis=1))", "sum(cross(A, A[1])^2) + sum(cross(A, A[1, ::-1])*A)",
    "sum(pad(A, 1)*pad(A, 1, value=2)) + sum(windows(A, axis=1, size=2)^2)",
    "median(A)*quantile(A, 0.3) + sum(sort(A, axis=0)*cumprod(A, axis=1))",
    "norm(A, order=1) + norm(A, order=nuc) + sum(pinv(A))", "huber_loss(A, 0.1) + kl_div(A, exp(A))",
    "sum(conv1d(A, A[None]) + conv1d(A, A[None], stride=2))".replace("A[None]", "reshape(A, 1, 2, 3)"),
]  # fmt: skip


def test_one_gate_with_two_choices_is_two_functions() -> None:
    for text in TWICE:
        hold(Case(text, {"A": MATRIX}), BIT_FOR_BIT, lambda found, expected: close(found, expected, 1e-11))


@pytest.mark.parametrize("part", range(PARTS))
def test_numpy_gives_what_grad_gives(part: int) -> None:
    for case in scalars()[part::PARTS]:
        hold(case, ["numpy"], close)


@pytest.mark.parametrize("convention", CONVENTIONS)
def test_at_infinities_and_kinks_python_gives_what_grad_gives(convention: str) -> None:
    for case in gates(of_arrays=False):
        if agreement(case) is not same:
            continue
        if convention != "torch" and not any(one.conventions for one in GATES.values() if one.name in case.text):
            continue
        places = list(itertools.product(EDGES, repeat=len(case.values)))
        points = [dict(zip(case.values, place, strict=True)) for place in places[:: max(1, len(places) // 150)]]
        hold(case._replace(convention=convention), ["python"], same, *points)


@pytest.mark.parametrize(
    ("text", "at", "expected"),
    [
        ("where(x<=0, exp(x), 1+x)", 1000.0, 1.0),
        ("where(x>0, log(x), 0)*2", -1.0, 0.0),
        ("relu(x)*exp(x)", -1e6, 0.0),
        ("sigmoid(x)", -1000.0, 0.0),
    ],
)
@pytest.mark.parametrize("target", ["python", "module", "numpy"])
def test_what_is_blocked_does_not_become_nan(text: str, at: float, expected: float, target: str) -> None:
    derivation = Case(text, {"x": 0.5}).derived()
    names = run(written(derivation, target))
    call = modular(names, ["x"]) if target == "module" else flat(names)
    assert call(at)[1]["x"] == expected


def test_rows_have_a_gradient_each() -> None:
    names = run(written(Case("s = w*x + b; sigmoid(s)*x", {"w": 2.0, "x": -1.0, "b": 0.5}).derived(), "numpy"))
    x = np.array([-1.0, 0.5, 3.0])
    value, gradients = names["f"](2.0, x, np.array([0.1, 0.2, 0.3]))
    for row, b in enumerate((0.1, 0.2, 0.3)):
        report = gradient("s = w*x + b; sigmoid(s)*x", w=2.0, x=float(x[row]), b=b)
        assert close(value[row], report.value)
        for name in ("w", "x", "b"):
            assert close(gradients[name][row], report.gradient[name])
