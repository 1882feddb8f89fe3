"""Backprop beside independent ways: at all scales, at kinks, for thousands of inputs; the ways beside known numbers."""

from __future__ import annotations

import math
from typing import Any

import mpmath
import pytest
from every import every

import bpcalc.gates.arrays  # noqa: F401 (the gates of arrays)
from bpcalc.algebra.shapes import SHAPES, Shaped
from bpcalc.calculations import samples
from bpcalc.calculations.check.pipeline import check
from bpcalc.calculations.passes import evaluate
from bpcalc.errors import Source
from bpcalc.gate import Gate
from bpcalc.gates import GATES
from bpcalc.reading import bindings
from bpcalc.reports.check import Check
from bpcalc.reports.options import DEFAULTS, Options


def checked(program: str, values: str, options: Options = DEFAULTS, points: int = 0) -> dict[str, Check]:
    report = check(Source(program), bindings.read_words(values.split(), evaluate), options, points)
    return {one.name: one for one in report.checks}


KNOWN = {
    "exp(x)*sin(x)": lambda x: mpmath.exp(x) * mpmath.sin(x),
    "sigmoid(x)/x": lambda x: 1 / (1 + mpmath.exp(-x)) / x,
    "x^x": lambda x: x**x,
    "log(1 + x^2)": lambda x: mpmath.log(1 + x * x),
    "atan(3x)": lambda x: mpmath.atan(3 * x),
}


@pytest.mark.parametrize("program", KNOWN)
def test_every_way_gives_the_known_derivative(program: str) -> None:
    (found,) = checked(program, "x=0.7").values()
    expected = float(mpmath.diff(KNOWN[program], mpmath.mpf(0.7)))
    assert found.verdict == "agrees"
    for way, slack in {"differences": 1e-8, "complex_step": 1e-13, "forward": 1e-13, "digits": 1e-15}.items():
        assert math.isclose(found.ways[way], expected, rel_tol=slack), way
    assert math.isclose(found.ways["formula"], expected, rel_tol=1e-13)


AGREE = [
    ("(x+y)*z", "x=-2 y=5 z=-4"),
    ("x^2", "x=1e12"),
    ("x^2", "x=1e-12"),
    ("1e-300*x^2", "x=2"),
    ("1e12*(x-1)^2", "x=1.000001"),
    ("1e-12*sin(1e9*x)", "x=1"),
    ("1e-12*sin(1e9*x)", "x=0"),
    ("x + 1e-12*sin(1e9*x)", "x=0"),
    ("sin(x)", "x=1e8"),
    ("log(1+exp(x))", "x=-40"),
    ("x^3", "x=0"),
    ("x*abs(x)", "x=0"),
    ("where(x>0, x^2, 0)", "x=0"),
    ("norm(x)^2", "x=[0,0]"),
    ("relu(x-1)", "x=1.00000000001"),
    ("sum(relu(x - 1))", "x=[1.00000000001,0]"),
    ("exp(x) - exp(x)", "x=3"),
    ("tanh(W@x)@v", "W=[[1,2],[3,4]] x=[1,-1] v=[5,1]"),
    ("sum(sqrt(x@x.T))", "x=[[1,2],[3,4]]"),
    ("sum(x^2)", "x=linspace(0,1,10000)"),
    ("logsumexp(x)", "x=linspace(0,1,1000)"),
    ("L = sum((X@w)^2); L + sum(grad(L,w)^2)", "X=[[1,2],[3,4]] w=[1,2]"),
]


@pytest.mark.parametrize(("program", "values"), AGREE)
def test_backprop_agrees(program: str, values: str) -> None:
    assert {one.verdict for one in checked(program, values).values()} == {"agrees"}


KINKS = [
    ("abs(x)", "x=0", "kink"),
    ("max(x, y)*relu(x)", "x=2 y=2", "kink"),
    ("max(v)", "v=[1,3,3]", "kink"),
    ("norm(v)", "v=[0,0]", "kink"),
    ("clip(x, -1, 1)", "x=1", "kink"),
    ("std(v)", "v=[1,1]", "kink"),
    ("abs(x) - abs(y)", "x=0 y=0", "kink"),
    ("relu(x) - relu(-x)", "x=0", "differs"),  # it is x, and its derivative 1
    ("1/(1+exp(-x))", "x=-1000", "differs"),  # NaN, where the derivative is 0
    ("stop_gradient(x)*x", "x=2", "differs"),
    ("sqrt(x)", "x=0", "undecided"),
    ("log(x)", "x=-1", "undecided"),
    ("cbrt(x)", "x=0", "undecided"),  # infinite: the slope of differences grows as the step shrinks
    ("sqrt(x^2)", "x=0", "undecided"),
]


@pytest.mark.parametrize(("program", "values", "verdict"), KINKS)
def test_what_is_no_derivative_is_judged_honestly(program: str, values: str, verdict: str) -> None:
    found = checked(program, values)
    assert {one.verdict for one in found.values()} == {verdict}
    assert all(one.message for one in found.values())


def test_many_digits_tell_only_what_does_not_depend_on_the_step() -> None:
    assert checked("cbrt(x)", "x=0")["x"].ways["digits"] is None
    assert checked("x*abs(x)", "x=0")["x"].ways["digits"] == 0
    assert checked("x^3", "x=0.5")["x"].ways["digits"] == 0.75
    assert checked("cos(x)", "x=1e22")["x"].ways["digits"] == pytest.approx(0.8522008497671888, rel=1e-15)  # mpmath
    assert checked("cos(x)", "x=1e22")["x"].verdict == "agrees"
    bent = checked("sqrt(x^2)", "x=0")["x"]
    assert bent.ways["digits"] is None
    assert "from the left -1, from the right 1" in bent.message


@pytest.mark.parametrize("convention", ["all", "none"])
def test_a_convention_whose_gradient_is_no_subgradient_differs(convention: str) -> None:
    found = checked("max(x, y)", "x=1 y=1", Options(convention=convention))
    assert {one.verdict for one in found.values()} == {"differs"}


def test_of_many_entries_those_that_differ_are_found() -> None:
    (found,) = checked("sum(x^2) + 3*stop_gradient(x)[777]*x[777]", "x=linspace(1,2,1000)").values()
    assert found.verdict == "differs"
    assert found.place == (777,)


def test_ten_thousand_inputs_take_a_handful_of_passes() -> None:
    program = " + ".join(f"x{k}^2" for k in range(10_000))
    report = check(Source(program), {f"x{k}": k / 100 for k in range(10_000)})
    assert {one.verdict for one in report.checks} == {"agrees"}


def test_at_random_points_the_worst_is_told() -> None:
    found = checked("exp(x)*sin(y)/x", "", points=10)
    assert {one.verdict for one in found.values()} == {"agrees"}
    assert {one.points for one in found.values()} == {10}
    assert checked("log(x)*y", "x=1 y=1", points=5)["x"].points == 5  # x < 0 is left out


SAMPLES = [(gate, sample) for gate in GATES.values() for sample in samples.samples(gate)]
NOT_SMOOTH = {"stop_gradient": "differs", "power": "undecided"}


@every("gate, sample", SAMPLES, by=lambda pair: pair[0].name)
def test_backprop_agrees_at_the_samples_of_every_gate(gate: Gate, sample: tuple[Any, ...]) -> None:
    shapes = [Shaped(samples.shape_of(one)) for one in sample]
    shape = SHAPES.function(samples.as_shown(gate))(*shapes).shape
    seed = samples._bound({"": samples._upstream(shape)})[""] if shape else None
    values = samples._bound(dict(zip(gate.parameters, sample, strict=True)))
    report = check(Source(samples.call(gate)), values, Options(upstream=seed))
    allowed = {"agrees", "kink", NOT_SMOOTH.get(gate.name, "agrees")}
    assert {one.verdict for one in report.checks} <= allowed
