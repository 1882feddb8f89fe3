"""Where the derivative does not exist: what each convention gives, and what the function does on either side."""

from __future__ import annotations

import itertools
import math

import mpmath
import pytest
from every import several
from kinks import AT_KINKS
from mpmath import mpf
from reference import FORWARD, INF, NAN, SCALARS, call, named, same

from bpcalc import gradient
from bpcalc.algebra.floats import FLOATS
from bpcalc.calculations.passes import run
from bpcalc.calculations.symbolic import symbolic_gradients
from bpcalc.engine.onesided import gate_side
from bpcalc.errors import Source
from bpcalc.gate import CONVENTIONS, Gate
from bpcalc.gates import GATES
from bpcalc.reading.parser import parse
from bpcalc.reports.options import Options
from bpcalc.writing.unparse import unparse

CASES = [
    (GATES[name], inputs, convention, rules.get(convention, rules["else"]))
    for name, points in AT_KINKS.items()
    for inputs, rules in points
    for convention in CONVENTIONS
]


def test_every_gate_with_a_kink_is_tried_there() -> None:
    assert set(AT_KINKS) == {gate.name for gate in SCALARS.values() if gate.kink}


@several(
    "gate, inputs, convention, expected", CASES, called=lambda case: f"{case[0].name}{case[1]}, {case[2]}"
)
def test_the_gradient_at_a_kink_follows_the_convention(
    gate: Gate, inputs: tuple[float, ...], convention: str, expected: tuple[float, ...]
) -> None:
    values = named(gate, inputs)
    report = gradient(call(gate, list(values)), values, convention=convention)
    assert all(map(same, report.gradient.values(), expected)), report.gradient
    kinds = [warning.kind for warning in report.warnings]
    assert "kink" in kinds
    # the warning names the rule that was used
    assert any(convention in w.message and gate.kink.says(convention) in w.message for w in report.warnings)


@pytest.mark.parametrize("gate", [gate for gate in SCALARS.values() if gate.kink], ids=lambda gate: gate.name)
def test_the_one_sided_derivatives_are_those_of_the_function(gate: Gate) -> None:
    """Against the difference quotient of a step of 1e-30; a jump has a quotient that grows without bound."""
    for inputs, _ in AT_KINKS[gate.name]:
        xs = [float(x) for x in inputs]
        positions = range(len(xs))
        axes = [tuple(sign * float(k == position) for k in positions) for position in positions for sign in (1, -1)]
        # beside log(0) a quotient is infinite too, but by its logarithm only
        slanted = itertools.product((1.0, -2.0), repeat=len(xs)) if gate.name not in ("power", "xlogy") else ()
        for direction in (*axes, *slanted):
            found = gate_side(FLOATS, gate, FLOATS.function(gate)(*xs), xs, list(direction))
            true = quotient(gate.name, xs, direction)
            assert found == pytest.approx(true, rel=1e-12, abs=1e-12), (inputs, direction)


def quotient(name: str, xs: list[float], direction: tuple[float, ...]) -> float:
    step = mpf("1e-30")
    with mpmath.workdps(80):
        start = FORWARD[name](*map(mpf, xs))
        slope = (FORWARD[name](*(mpf(x) + step * t for x, t in zip(xs, direction, strict=True))) - start) / step
        return math.copysign(INF, slope) if abs(slope) > 1e20 else float(slope)


@pytest.mark.parametrize(
    ("program", "values", "expected"),
    [
        # measured in torch, or by its written rule where torch gives NaN
        ("max(x, 0)", {"x": 0}, {"x": 0.5}),
        ("sqrt(x)", {"x": 0}, {"x": INF}),
        ("sqrt(x^2 + y^2)", {"x": 0, "y": 0}, {"x": NAN, "y": NAN}),
        ("x^0", {"x": 0}, {"x": 0}),
        ("x^n", {"x": -2, "n": 3}, {"x": 12, "n": NAN}),
        ("x^n", {"x": 0, "n": 2}, {"x": 0, "n": 0}),
        ("x^n", {"x": 0, "n": 1}, {"x": 1, "n": 0}),
        ("where(x > 0, log(x), 0)", {"x": 0}, {"x": 0}),
        ("where(x > 0, sqrt(x), x)", {"x": -1}, {"x": 1}),
        ("where(x <= 0, exp(x), 1 + x)", {"x": 1000}, {"x": 1}),
        ("1/(1 + exp(-x))", {"x": -1000}, {"x": NAN}),
        ("sigmoid(x)", {"x": -1000}, {"x": 0}),
        ("relu(x) - relu(-x)", {"x": 0}, {"x": 0}),
        ("clip(x, 2, 1)", {"x": 1.5}, {"x": 0}),
        ("clip(x, lo, hi)", {"x": 1.5, "lo": 2, "hi": 1}, {"x": 0, "lo": 0, "hi": 1}),
        ("clip(x, lo, hi)", {"x": 0.5, "lo": 2, "hi": 1}, {"x": 0, "lo": 0, "hi": 1}),
        ("max(x, x)", {"x": 3}, {"x": 1}),
        ("relu(log(x))", {"x": 0}, {"x": 0}),
        ("max(sqrt(x), 1)", {"x": 0}, {"x": 0}),
    ],
)  # fmt: skip
def test_the_default_rule_in_programs(program: str, values: dict[str, float], expected: dict[str, float]) -> None:
    found = gradient(program, values).gradient
    assert found.keys() == expected.keys()
    assert all(same(found[name], expected[name]) for name in expected), found


@pytest.mark.parametrize("convention", CONVENTIONS)
@pytest.mark.parametrize(
    ("program", "x"),
    [
        ("where(x > 0, log(x), 0)", 0.0),
        ("where(x > 0, log(x), x^2)", -1.0),
        ("where(x > 0, 1/x, 5)", 0.0),
        ("where(x != 0, sin(x)/x, 1)", 0.0),
        ("q = log(x); where(x > 0, q, 0) + where(x > 0, 2*q, 0)", 0.0),
        ("where(x > 0, where(x > 1, log(x - 1), log(x)), 7)", 0.0),
        ("where(0 < x, x^x, 1)", 0.0),
    ],
)
def test_a_branch_not_taken_never_makes_a_gradient_nan(program: str, x: float, convention: str) -> None:
    assert math.isfinite(gradient(program, x=x, convention=convention).gradient["x"])


def test_comparisons_carry_no_gradient() -> None:
    for symbol in ("<", "<=", ">", ">=", "==", "!="):
        report = gradient(f"(x {symbol} y)*z + (y {symbol} x)", x=1, y=2, z=3)
        assert report.gradient["x"] == report.gradient["y"] == 0
        assert report.gradient["z"] == float(eval(f"1 {symbol} 2"))


def test_an_even_power_of_a_negative_number_needs_no_logarithm(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(x: float) -> float:
        raise AssertionError(f"log({x}) was computed")

    monkeypatch.setattr(FLOATS, "log", never)
    calculation = run(FLOATS, parse(Source("x^2")), {"x": -3.0}, Options())
    assert calculation.gradients == [-6, None, 1]
    m, found = symbolic_gradients(calculation)
    assert unparse(m.graph, found[0], {0: "x"}) == "2*x"
    assert len(calculation.program.graph) == 3  # formulas are nodes of a graph of their own


def test_a_whole_that_is_smooth_although_its_parts_are_not_says_so() -> None:
    report = gradient("relu(x) - relu(-x)", x=0)
    messages = [warning.message for warning in report.warnings]
    assert any("itself has a derivative here" in message and "is 1" in message for message in messages)


def test_a_kink_that_nothing_flows_to_is_no_warning() -> None:
    assert not gradient("where(y > 0, y, abs(x))", x=0, y=1).warnings
    assert not gradient("max(x, 5)*stop_gradient(1)", x=4).warnings
