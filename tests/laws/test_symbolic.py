"""The symbolic gradient of every gate, printed, read again and put in floats, is the numeric gradient bit for bit,
but for the sign of a zero."""

from __future__ import annotations

import itertools
import math

import pytest
from reference import SCALARS, at_kink, call, named, untrue_formulas

from bpcalc import gradient
from bpcalc.gate import CONVENTIONS, Gate

EVERY_GATE = pytest.mark.parametrize("gate", SCALARS.values(), ids=list(SCALARS))
# Zeros of both signs, infinities, NaN and equal numbers: for three inputs fewer, to stay quick.
STRANGE = {
    1: (-math.inf, -2.0, -1.0, -0.5, -0.0, 0.0, 0.5, 1.0, 2.0, 40.0, 800.0, -800.0, math.inf, math.nan),
    2: (-math.inf, -2.0, -0.0, 0.0, 0.5, 1.0, 2.0, math.inf, math.nan),
    3: (-1.0, -0.0, 0.0, 1.0, math.inf, math.nan),
}


@EVERY_GATE
def test_at_its_sample_points_in_every_convention(gate: Gate) -> None:
    for sample, convention in itertools.product(gate.samples, CONVENTIONS):
        values = named(gate, sample)
        report = gradient(call(gate, list(values)), values, convention=convention)
        assert untrue_formulas(report, values) == []


@EVERY_GATE
def test_at_strange_points(gate: Gate) -> None:
    for arity in {len(sample) for sample in gate.samples}:
        for inputs in itertools.product(STRANGE[arity], repeat=arity):
            values = named(gate, inputs)
            report = gradient(call(gate, list(values)), values)
            assert untrue_formulas(report, values) == [], inputs


@pytest.mark.parametrize("gate", [gate for gate in SCALARS.values() if gate.kink], ids=lambda gate: gate.name)
def test_at_its_kinks_in_every_convention(gate: Gate) -> None:
    assert gate.kink
    corners = [
        inputs
        for arity in {len(sample) for sample in gate.samples}
        for inputs in itertools.product((-1.0, 0.0, *[0.5] * (arity == 1), 1.0), repeat=arity)
        if at_kink(gate, inputs)
    ]
    assert corners
    for inputs, convention in itertools.product(corners, CONVENTIONS):
        values = named(gate, inputs)
        report = gradient(call(gate, list(values)), values, convention=convention)
        assert untrue_formulas(report, values) == [], (inputs, convention)


@EVERY_GATE
def test_behind_and_before_other_gates(gate: Gate) -> None:
    """The upstream is no longer 1, inputs are shared, and the gate's own output is used twice."""
    for sample in gate.samples:
        values = named(gate, sample)
        whole = call(gate, list(values))
        moving = [place not in gate.orders for place in range(len(sample))]  # others have no gradient
        doubled = call(gate, [f"({n} + 0*{n})" if moves else n for n, moves in zip(values, moving, strict=True)])
        first = list(values)[moving.index(True)]
        for program in (f"3*({whole})", f"-({whole})*{first}", f"g = {whole}; g*g - {first}/g", f"sin({doubled})^2"):
            report = gradient(program, values)
            assert untrue_formulas(report, values) == [], program


@pytest.mark.parametrize(
    ("program", "values", "formulas"),
    [
        ("(x + y)*z", {"x": -2, "y": 5, "z": -4}, {"x": "z", "y": "z", "z": "x + y"}),
        ("x^2", {"x": -3}, {"x": "2*x"}),
        ("x^3", {"x": -3}, {"x": "3*x^2"}),
        ("x - y", {"x": 1, "y": 2}, {"x": "1", "y": "-1"}),
        ("x/y", {"x": 1, "y": 2}, {"x": "1/y", "y": "-x/y/y"}),
        ("sin(x)", {"x": 0}, {"x": "cos(x)"}),
        ("cos(x)", {"x": 0}, {"x": "-sin(x)"}),
        ("log(x)", {"x": 3}, {"x": "1/x"}),
        ("sqrt(x)", {"x": 4}, {"x": "1/(2*sqrt(x))"}),
        ("exp(-x)", {"x": 1}, {"x": "-exp(-x)"}),
        ("where(x > 0, y, z)", {"x": 1, "y": 2, "z": 3}, {"y": "where(x > 0, 1, 0)", "z": "where(x > 0, 0, 1)"}),
    ],
)
def test_formulas_are_written_as_a_person_would(
    program: str, values: dict[str, float], formulas: dict[str, str]
) -> None:
    report = gradient(program, values)
    assert {name: report[name].symbolic for name in formulas} == formulas


@pytest.mark.parametrize(
    ("program", "values"),
    [
        # a rule that needs the number pi or tau, where the program uses that name for something else
        ("erf(x)*pi", {"x": 1.0, "pi": 3.0}),
        ("gelu(x)*tau", {"x": 1.0, "tau": 3.0}),
        ("tau = 2*x; gelu(tau)*gelu(tau*y)*gelu(tau + y)*sin(tau)*cos(tau)", {"x": 1.0, "y": 2.0}),
        # functions of the program with the names of gates, and names that look like those the report makes up
        ("sin(a) = 2*a; cos(a) = 3*a; sin(x)*cos(x) + tan(x)", {"x": 1.0}),
        ("f = x + y; n1 = f*x; g1 = n1^2; g1*f + sin(x)*cos(x)*tan(x)*g1*n1*f", {"x": 1.0, "y": 2.0}),
        # a router's blocked side, where the local gradients further down are infinite
        ("q = log(x); where(x > 0, q, 0) + where(x > 0, 2*q, 0)", {"x": 0.0}),
        ("q = log(x); where(x > 0, q, 0) + where(y > 0, 2*q, 0)", {"x": 0.0, "y": -1.0}),
        ("q = log(x); where(x > 0, q, q^2)*relu(q) + max(q, -1)", {"x": 0.0}),
        ("where(x > 0, 1, 0)*log(x) + where(x > 0, sin(x), 0)", {"x": 0.0}),
        ("where(x > 0, where(y > 0, log(x)*log(y), x), log(y))", {"x": 0.0, "y": 0.0}),
        ("relu(relu(log(x)))*clip(log(x), -1, 1)", {"x": 0.0}),
        # both branches of one condition
        ("q = sin(x); where(x > 0, 2*q, 3*q^2)", {"x": 1.0}),
        ("q = sin(x); where(x > 0, 2*q, 3*q^2)", {"x": -1.0}),
        ("q = sin(x); p = 3*q; where(x > 0, 2*q, p)", {"x": 1.0}),
        ("q = sqrt(x); where(x >= 0, q, 2)*where(x >= 0, 3, q)", {"x": -1.0}),
        ("q = log(x); where(c*(x > 0), 2*q, q) + where(c, q, 5*q)", {"x": 2.0, "c": 3.0}),
    ],
)
def test_in_programs_where_that_is_not_easy(program: str, values: dict[str, float]) -> None:
    for convention in CONVENTIONS:
        assert untrue_formulas(gradient(program, values, convention=convention), values) == []


def test_many_routers_behind_each_other_take_no_recursion() -> None:
    report = gradient("relu(" * 150 + "x" + ")" * 150, x=1.0)
    assert report.gradient == {"x": 1.0}
    assert untrue_formulas(report, {"x": 1.0}) == []
