"""`hessian --bounds`: second derivatives lie in their enclosures, which have both sides of a kink and are tight."""

from __future__ import annotations

import json
import math
import random
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from commandline import call
from enclosures import GATES, TAKEN_AS_CONSTANT, missed_bends, width

from bpcalc import gradient, hessian, jacobian, jvp
from bpcalc.algebra.bounds.algebra import Intervals
from bpcalc.algebra.bounds.second import BoundedDuals
from bpcalc.algebra.bounds.spans import is_unknown
from bpcalc.algebra.duals import tangent_of
from bpcalc.engine.tangent import pusher
from bpcalc.gate import Gate

PROGRAMS = json.loads((Path(__file__).parents[1] / "hessian" / "hessians.json").read_text("utf-8"))  # PyTorch's


def ends(m: Any, x: Any) -> tuple[float, float]:
    found = m.entries.json(x)
    return (-math.inf, math.inf) if found == "unknown" else (float(found[0]), float(found[1]))


@pytest.mark.parametrize("gate", GATES, ids=lambda gate: gate.name)
def test_the_truth_lies_in_the_bounds(gate: Gate) -> None:
    assert missed_bends(gate, count=2, points=2) == []


@pytest.mark.parametrize("gate", GATES, ids=lambda gate: gate.name)
def test_at_a_point_the_bounds_are_tight(gate: Gate) -> None:
    m = Intervals()
    duals = BoundedDuals(m, pusher)
    known, count = 0, 0
    for sample in gate.samples:
        for along in range(len(sample)):
            if (gate.name, along) in TAKEN_AS_CONSTANT:
                continue
            xs = [m.value(Fraction(x)) for x in sample]
            xs[along] = duals.dual(xs[along], m.one)
            y = duals.function(gate)(*xs)
            rules = duals.rules(gate, "torch")
            rules = rules(duals, y, *xs) if callable(rules) else rules
            for rule in rules:
                second = tangent_of(rule(duals, y, *xs) if callable(rule) else rule)
                raw = m.raw(m.value(m.zero if second is None else second))
                count, known = count + 1, known + (not is_unknown(raw))
                assert is_unknown(raw) or width(raw) < 2**-52 or abs(float(m.nearest(raw))) < 1e-200
    assert known >= 0.8 * count


@pytest.mark.parametrize(
    ("text", "values", "seconds"),
    [
        ("x^3", {"x": "[-1..2]"}, {"xx": ("-6", "12")}),
        ("x^2*y", {"x": "[1..2]", "y": 3}, {"xx": ("6", "6"), "xy": ("2", "4"), "yx": ("2", "4"), "yy": ("0", "0")}),
        ("relu(x)^2", {"x": "[-1..2]"}, {"xx": ("0", "2")}),
        ("relu(x)^2", {"x": "[1..2]"}, {"xx": ("2", "2")}),
        ("abs(x)", {"x": "[-1..2]"}, {"xx": ("0", "0")}),  # but at 0 itself, as a warning says
        ("abs(x)*x", {"x": 0}, {"xx": ("-2", "2")}),
        ("abs(x)*x^2", {"x": 0}, {"xx": ("0", "0")}),
        ("relu(x) - relu(-x)", {"x": "[-1..1]"}, {"xx": ("0", "0")}),
        ("max(x, 2*x)*x", {"x": "[-1..1]"}, {"xx": ("2", "4")}),  # one way after the other: not 0 to 6
        ("max(x^2, y^2)", {"x": 1, "y": 1}, {"xx": ("0", "2"), "xy": ("0", "0"), "yy": ("0", "2")}),
        ("where(x > 0, x^3, 5*x^2)", {"x": "[0..1]"}, {"xx": ("0", "10")}),
        ("where(x > 0, log(x), x)", {"x": -2}, {"xx": ("0", "0")}),
        ("elu(x)", {"x": 0}, {"xx": ("0", "1")}),
        ("clip(x, -1, 1)^2", {"x": "[0..2]"}, {"xx": ("0", "2")}),
        ("hypot(x, y)", {"x": 3, "y": 4}, {"xx": ("0.128", "0.128"), "xy": ("-0.096", "-0.096")}),
        ("stop_gradient(x)*x^2", {"x": 3}, {"xx": ("6", "6")}),
        ("floor(x)*x^2", {"x": "[0.5..0.7]"}, {"xx": ("0", "0")}),
    ],
)  # fmt: skip
def test_second_derivatives_by_hand(text: str, values: Any, seconds: dict[str, tuple[str, str]]) -> None:
    report = hessian(text, values, bounds=True)
    m = report.circuit.m
    assert {pair: tuple(m.json(report.hessian[pair[0]][pair[1]])) for pair in seconds} == seconds


@pytest.mark.parametrize("record", PROGRAMS, ids=[record["name"] for record in PROGRAMS])
def test_points_are_as_pytorch_has_them(record: dict[str, Any]) -> None:
    report = hessian(record["program"], record["bindings"], wrt=list(record["hessian"]), bounds=True)
    for name, row in record["hessian"].items():
        for other, block in row.items():
            found = np.asarray(report.hessian[name][other], dtype=object)
            for one, right in zip(found.flat, np.asarray(block).flat, strict=True):
                lo, hi = ends(report.circuit.m, one)
                assert hi - lo <= 1e-12 * (1 + abs(right))
                assert lo - 1e-9 * (1 + abs(right)) <= right <= hi + 1e-9 * (1 + abs(right))


def _soft(x: Any) -> Any:
    powers = np.exp(x - x.max())
    return powers / powers.sum()


def _soft_bends(x: Any) -> Any:
    p = _soft(x)
    return np.diag(p) - np.outer(p, p)


def _length_bends(x: Any) -> Any:
    length = np.sqrt((x**2).sum())
    return (np.eye(len(x)) - np.outer(x, x) / length**2) / length


def _quotient_bends(x: Any) -> Any:
    total, z = x.sum(), x[2]
    toward = np.array([0, 0, 1 / z])  # of 1/z the slope over its value, turned
    return 2 / z * np.outer(1 - total * toward, 1 - total * toward)


W = np.array([[1.0, -2.0, 0.5], [0.5, 3.0, -1.0]])
# Programs of a vector of three numbers, and their second derivatives as textbooks have them.
VECTORS: list[tuple[str, Callable[[Any], Any]]] = [
    ("logsumexp(x)", _soft_bends), ("norm(x)", _length_bends), ("softmax_loss([x], [1])", _soft_bends),
    ("sum(x^3)", lambda x: np.diag(6 * x)), ("var(x)", lambda x: 2 * (np.eye(3) - 1 / 3) / 3),
    ("prod(x)", lambda x: np.array([[0, x[2], x[1]], [x[2], 0, x[0]], [x[1], x[0], 0]])),
    ("sum(relu(W@x)^2)", lambda x: 2 * W.T @ np.diag(W @ x > 0) @ W),
    ("sum(tanh(W@x))", lambda x: W.T @ np.diag(-2 * np.tanh(W @ x) * (1 - np.tanh(W @ x) ** 2)) @ W),
    ("max(x)^2", lambda x: np.diag(2.0 * (x == x.max()))), ("x[0]*x[1]^2", lambda x: np.array(
        [[0, 2 * x[1], 0], [2 * x[1], 2 * x[0], 0], [0, 0, 0]])),
    ("sum(x)^2/x[2]", _quotient_bends),
    ("sum(where(x > 1, x^3, x^2))", lambda x: np.diag(np.where(x > 1, 6 * x, 2.0))),
]  # fmt: skip


@pytest.mark.parametrize(("text", "right"), VECTORS, ids=[text for text, _ in VECTORS])
@pytest.mark.parametrize("half", [0.0, 1e-6, 0.3, 1.5])
def test_random_points_of_a_box_lie_in_the_bounds(text: str, right: Callable[[Any], Any], half: float) -> None:
    draw = random.Random(f"{text}{half}")
    middle = [2.75, 0.75, -2.0]
    box = ", ".join(f"[{x - half}..{x + half}]" if half else str(x) for x in middle)
    report = hessian(text, {"x": f"[{box}]", **({"W": W} if "W" in text else {})}, wrt="x", bounds=True)
    found = np.asarray(report.hessian["x"]["x"], dtype=object)
    for _ in range(20):
        x = np.array([one + half * draw.choice((-1, 1, draw.uniform(-1, 1))) for one in middle])
        for one, second in zip(found.flat, np.asarray(right(x)).flat, strict=True):
            lo, hi = ends(report.circuit.m, one)
            assert lo - 1e-12 * (1 + abs(second)) <= second <= hi + 1e-12 * (1 + abs(second))
            assert half or hi - lo < 1e-14


def test_parts_narrow_and_never_lose() -> None:
    widths = []
    for split in (1, 4, 64):
        report = hessian("x^2/(1 + x)", x="[0.1..0.3]", bounds=True, split=split)
        lo, hi = ends(report.circuit.m, report.hessian["x"]["x"])
        assert lo <= 2 / 1.3**3
        assert hi >= 2 / 1.1**3
        widths.append(hi - lo)
    assert widths[0] > widths[1] > widths[2]
    assert widths[2] == pytest.approx(2 / 1.1**3 - 2 / 1.3**3, rel=0.1)


def test_the_product_with_a_vector() -> None:
    report = hessian("x^3 + x*y", x="[1..2]", y=2, vector={"x": 1, "y": 2}, bounds=True)
    m = report.circuit.m
    assert m.json(report.product["x"]) == ["8", "14"]
    assert m.json(report.product["y"]) == ["1", "1"]


def test_first_derivatives_go_one_way_after_the_other_in_every_command() -> None:
    values = {"x": "[-1..1]"}
    for report, found in (
        (gradient("max(x, 2*x)", values, bounds=True), lambda one: one.gradient["x"]),
        (jvp("max(x, 2*x)", values, bounds=True), lambda one: one.nodes.called("f").tangent),
        (jacobian("max(x, 2*x)", values, bounds=True), lambda one: one.jacobian["x"]),
        (hessian("max(x, 2*x)", values, bounds=True), lambda one: one.gradient["x"]),
    ):
        assert report.circuit.m.json(found(report)) == ["1", "2"]


def test_what_people_and_scripts_see() -> None:
    words = ["hessian", "x^2*y + sin(y)", "x=1", "y=[2..3]", "--bounds"]
    shown = call(words)
    assert (shown.status, shown.err) == (0, "")
    assert "y   2      [-0.909298..-0.14112]" in shown.out
    found = json.loads(call([*words, "-o", "json"]).out)
    assert found["hessian"]["x"] == {"x": ["4", "6"], "y": ["2", "2"]}
    assert call([*words, "--get", "x.x"]).out == "[4..6]\n"
    assert "d_x_x='[4..6]'" in call([*words, "-o", "env"]).out
    assert "x,x,[4..6]" in call([*words, "-o", "csv"]).out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["abs(x)", "x=[-1..1]"], "second derivatives are those beside it, for a slope that jumps has none"),
        (["sqrt(x)", "x=[0..1]"], "∂f/∂x has no end"), (["where(x > 0, x^3, x^2)", "x=0"], "x > 0: it is at its edge"),
        (["x^y", "x=-2", "y=3"], "is not known"),
        (["x^1.5", "x=0"], "∂²f/∂x² has no end within the bounds"),
    ],
)  # fmt: skip
def test_what_is_not_there_is_told(words: list[str], said: str) -> None:
    found = call(["hessian", *words, "--bounds"])
    assert found.status == 0
    assert said in found.err + found.out
