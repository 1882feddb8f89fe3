"""Programs between bounds: both ways of a condition, sets at kinks, parts, one node that is one number."""

from __future__ import annotations

from typing import Any

import pytest

from bpcalc import gradient

pytest.importorskip("flint")


@pytest.mark.parametrize(
    ("text", "values", "value", "slopes"),
    [
        ("where(x > 0, x, 2*x)", {"x": "[-1..1]"}, ("-2", "2"), {"x": ("1", "2")}),
        ("max(x, 2*x)", {"x": "[-1..1]"}, ("-1", "2"), {"x": ("1", "2")}),
        ("relu(x) - relu(-x)", {"x": 0}, ("0", "0"), {"x": ("0", "2")}),  # each may have its own subgradient
        ("abs(x)*y", {"x": "[-1..2]", "y": 3}, ("0", "6"), {"x": ("-3", "3"), "y": ("0", "2")}),
        ("x^2 - 2*x", {"x": "[0..2]"}, ("-4", "4"), {"x": ("-2", "2")}),
        ("max(x, y, z)", {"x": "[0..1]", "y": "[2..3]", "z": 2}, ("2", "3"), {"x": ("0", "0"), "y": ("0", "1")}),
        ("where(x > 0, log(x), x)", {"x": -2}, ("-2", "-2"), {"x": ("1", "1")}),
        ("where(x > 5, x, y)", {"x": "[0..1]", "y": 2}, ("2", "2"), {"x": ("0", "0"), "y": ("1", "1")}),
        ("0.1 + 0.2 - 0.3", {}, ("0", "0"), {}),
        ("floor(0.1*10)*x", {"x": 2}, ("2", "2"), {"x": ("1", "1")}),
        ("stop_gradient(x)*x", {"x": "[1..2]"}, ("1", "4"), {"x": ("1", "2")}),
    ],
)
def test_bounds_by_hand(text: str, values: Any, value: Any, slopes: Any) -> None:
    report = gradient(text, values, bounds=True)
    m = report.circuit.m
    assert tuple(m.json(report.value)) == value
    assert {name: tuple(m.json(report.gradient[name])) for name in slopes} == slopes


def test_splitting_narrows_and_never_loses() -> None:
    widths = []
    for split in (1, 4, 64):
        report = gradient("x^2/(1 + x)", x="[0.1..0.3]", bounds=True, split=split)
        lo, hi = map(float, report.circuit.m.json(report.value))
        assert lo <= 0.01 / 1.1
        assert hi >= 0.09 / 1.3
        widths.append(hi - lo)
    assert widths[0] > widths[1] > widths[2]
    assert widths[2] == pytest.approx(0.09 / 1.3 - 0.01 / 1.1, rel=0.05)


@pytest.mark.parametrize(
    ("text", "lo", "hi"),
    [("max(x, y) - x", 0, 1), ("min(x, y) - y", -1, 0), ("where(x > y, x, y) - x", 0, 1), ("abs(x - y) - x + y", 0, 2),
     ("relu(x - y) - x + y", 0, 1), ("clip(x, y, 3) - x", 0, 1), ("sum(max([x, y])) - x", 0, 1), ("x - y", -1, 1)],
)  # fmt: skip
def test_what_may_be_either_is_neither(text: str, lo: float, hi: float) -> None:
    # of two independent numbers between 1 and 2
    report = gradient(text, x="[1..2]", y="[1..2]", bounds=True)
    least, most = map(float, report.circuit.m.json(report.value))
    assert least <= lo
    assert most >= hi


@pytest.mark.parametrize("text", ["x - x", "x/x", "x*x - x^2"])
def test_what_is_one_node_is_one_number(text: str) -> None:
    report = gradient(text, x="[1..2]", bounds=True)
    lo, hi = map(float, report.circuit.m.json(report.value))
    assert lo <= (text == "x/x") <= hi
    assert (lo == hi) == (text != "x*x - x^2")


def test_a_number_of_ways_beyond_counting_is_still_sound() -> None:
    text = " + ".join(f"abs(x - {k}/40)" for k in range(-10, 11))
    report = gradient(text, x="[-1..1]", bounds=True)
    lo, hi = map(float, report.circuit.m.json(report.gradient["x"]))
    assert (lo, hi) == (-21, 21)
