"""Forward mode gives the published numbers, mpmath's and PyTorch's, and what central differences give."""

from __future__ import annotations

import json
import math
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from every import every, several
from hypothesis import assume, given
from hypothesis import strategies as st
from mpmath import mpf
from reference import FORWARD, SCALARS, TAKEN_AS_CONSTANT, call, derivative, named, same

from bpcalc import gradient, hessian, jacobian, jvp
from bpcalc.calculations.passes import evaluate
from bpcalc.errors import Source
from bpcalc.gate import CONVENTIONS, Gate
from bpcalc.reading.parser import parse

TESTS = Path(__file__).parents[1]
LECTURES = [tomllib.loads(path.read_text("utf-8")) for path in sorted((TESTS / "lecture" / "cases").glob("*.toml"))]
SURVEY = "v1 = ln(x1); v2 = x1*x2; v3 = sin(x2); v4 = v1 + v2; v5 = v4 - v3"
PYTORCH = json.loads((TESTS / "arrays" / "programs.json").read_text("utf-8"))


def test_the_survey_s_table() -> None:
    """Baydin, Pearlmutter, Radul, Siskind (2018), Automatic Differentiation in Machine Learning: a Survey, table 2."""
    report = jvp(SURVEY, x1=2, x2=5, tangent={"x1": 1})
    table = {
        "x1": (2, 1), "x2": (5, 0), "v1": (0.693, 0.5), "v2": (10, 5), "v3": (-0.959, 0), "v4": (10.693, 5.5),
        "v5": (11.652, 5.5),
    }  # fmt: skip
    assert {row.name for row in report.nodes} == set(table)
    for name, (value, tangent) in table.items():
        assert report[name].value == pytest.approx(value, abs=5e-4)
        assert report[name].tangent == tangent
    assert (report.output, report.tangent, report.direction) == ("v5", 5.5, {"x1": 1})


@pytest.mark.parametrize(
    "case", [case for data in LECTURES for case in data.get("case", ())], ids=lambda case: case["title"]
)
def test_along_one_input_the_tangent_is_the_published_partial_derivative(case: dict[str, Any]) -> None:
    upstream, inputs = case.get("upstream", 1), parse(Source(case["program"]), case["values"])
    for name, published in case["gradient"].items():
        if inputs.graph.inputs[inputs.names[name]]:
            continue  # a node on the way cannot move by itself
        found = jvp(case["program"], case["values"], tangent={name: 1}).tangent * upstream
        expected, decimals = float(published), case.get("rounding")
        if decimals is not None and found == found:
            assert abs(found - expected) <= 0.5001 * 10**-decimals
        else:
            assert same(found, expected) or math.isclose(found, expected, rel_tol=1e-15 * case.get("slack", 1) + 1e-15)


@pytest.mark.parametrize("convention", CONVENTIONS)
@pytest.mark.parametrize(
    "kink", [kink for data in LECTURES for kink in data.get("kink", ())], ids=lambda kink: kink["program"]
)
def test_at_a_kink_the_convention_s_published_rule_is_used(kink: dict[str, Any], convention: str) -> None:
    for name, expected in kink.get(convention, {}).items():
        found = jvp(kink["program"], kink["values"], tangent={name: 1}, convention=convention)
        assert same(found.tangent, float(expected)), name


@every(
    "gate, inputs",
    [(gate, inputs) for gate in SCALARS.values() for inputs in gate.samples],
    by=lambda case: case[0].name,
)
def test_every_gate_by_mpmath(gate: Gate, inputs: tuple[float, ...]) -> None:
    values = named(gate, inputs)
    moving = {place: name for place, name in enumerate(values) if place not in gate.orders}
    direction = {name: (-1.0) ** place * (0.5 + place) for place, name in moving.items()}
    expected = mpf(0)
    for (place, name), tangent in zip(moving.items(), [*direction.values()], strict=True):
        slope = derivative(FORWARD[gate.name], inputs, place)
        if slope is None:  # (-3)^n is no real number for n beside 2
            direction[name] = 0.0
        elif (gate.name, place) not in TAKEN_AS_CONSTANT:
            expected += slope * tangent
    found = jvp(call(gate, list(values)), values, tangent=direction).tangent
    assert found == pytest.approx(float(expected), rel=1e-12, abs=1e-13)


def flat(value: Any) -> Any:
    return np.ravel(np.asarray(value, dtype=float))


@several("record", PYTORCH, called=lambda record: record["name"])
def test_the_jacobian_transposed_is_pytorch_s(record: dict[str, Any]) -> None:
    """<Jv, u> = <v, J'u> for v of both signs, where J'u is the gradient that PyTorch gave under the upstream u."""
    value = np.asarray(record["value"], dtype=float)
    upstream = np.broadcast_to(record.get("upstream", 1.0), value.shape)
    direction, total, sizes = {}, 0.0, 0.0
    for name, slope in record["gradient"].items():
        shape = np.shape(record["bindings"][name])
        direction[name] = np.cos(np.arange(1.0, 1.0 + math.prod(shape))).reshape(shape)
        terms = flat(direction[name]) * flat(slope)
        total, sizes = total + float(np.sum(terms)), sizes + float(np.sum(abs(terms)))
    report = jvp(record["program"], record["bindings"], tangent=direction)
    assert np.shape(report.tangent) == value.shape
    found = flat(report.tangent) * flat(upstream)
    assert float(np.sum(found)) == pytest.approx(
        total, rel=1e-9, abs=1e-10 * max(1.0, sizes, float(np.sum(abs(found))))
    )


SMOOTH = (
    "sin(x*y) + exp(z/3)", "q = x*y; q*tanh(z) - q^2", "log(x^2 + 1)*atan2(y, 2 + z^2)",
    "sigmoid(x)*softplus(y)/(3 + z^2)",
    "s = [x, y, z]; sum(softmax(s)*[1, 2, 4])", "norm([x, y, z, 1])", "erf(x) + gelu(y) - sinh(z)",
)  # fmt: skip
number = st.floats(-3, 3).filter(lambda x: abs(x) > 1e-6)


@pytest.mark.parametrize("program", SMOOTH)
@given(st.tuples(number, number, number), st.tuples(number, number, number))
def test_the_tangent_is_the_central_difference(
    program: str, point: tuple[float, float, float], way: tuple[float, float, float]
) -> None:
    h = 1e-5

    def moved(step: float) -> float:
        at = (f"{name} = {x + step * t!r}" for name, x, t in zip("xyz", point, way, strict=True))
        return float(evaluate(parse(Source("; ".join([*at, program])))))

    report = jvp(program, dict(zip("xyz", point, strict=True)), tangent=dict(zip("xyz", way, strict=True)))
    difference = (moved(h) - moved(-h)) / (2 * h)
    assume(math.isfinite(difference))
    assert report.tangent == pytest.approx(difference, rel=1e-5, abs=1e-5 * max(1.0, abs(report.value)))


def test_the_tangent_of_every_node_is_that_of_the_node_alone() -> None:
    program, values, way = "q = x*y; r = sin(q) + q; r/z", {"x": 0.3, "y": -2.0, "z": 1.5}, {"x": 2.0, "z": -1.0}
    report = jvp(program, values, tangent=way)
    for row in report.nodes[3:]:
        slopes = gradient(program, values, of=row.name).gradient
        assert row.tangent == pytest.approx(sum(slopes[name] * tangent for name, tangent in way.items()), rel=1e-14)


def test_what_stays_still_makes_no_nan() -> None:
    """A tangent of 0 is no motion at all: an infinite local gradient beside it does not matter."""
    assert jvp("sqrt(x) + y", x=0, y=1, tangent={"y": 3}).tangent == 3
    assert jvp("sqrt(x) + y", x=0, y=1, tangent={"x": 0, "y": 3}).tangent == 3
    report = jvp("sqrt(x)", x=[0, 4], tangent={"x": [0, 2]})
    assert (report.tangent.tolist(), report.warnings) == ([0, 0.5], ())
    assert jvp("x^n", x=-2, n=3, tangent={"x": 1}).tangent == 12
    assert jvp("where(x > 0, log(x), x)", x=0, tangent={"x": 1}).tangent == 1


@pytest.mark.parametrize(
    "program",
    [
        "sqrt(sum(x[1:1]))", "log(prod(x[1:1])) + x[0]", "norm(concat(x[1:1], x))", "sqrt(sum(x[2:]*0 + 0)) + x[1]",
        "cbrt(sum(x[1:1]*inf))", "sum(sqrt(reshape(x[1:1], 0, 3))) + x[1]", "sqrt(sum(stack(x[1:1], x[:0])))",
        "sum(x[1:1] @ zeros(0, 2))*sqrt(x[0])", "1/prod(x[1:1] - 1)",
    ],
)  # fmt: skip
def test_nothing_flows_out_of_an_empty_array_in_either_mode(program: str) -> None:
    """Where no entry of the inputs moves a value, an infinite slope behind it makes no NaN: <gradient, tangent>."""
    x, tangent = np.array([1.0, 2.0]), np.array([1.0, 0.5])
    pushed = jvp(program, x=x, tangent={"x": tangent}).tangent
    assert pushed == pytest.approx(gradient(program, x=x).gradient["x"] @ tangent)
    assert jacobian(program, x=x).jacobian["x"] @ tangent == pytest.approx(pushed)
    assert np.all(np.isfinite(hessian(program, x=x).hessian["x"]["x"]))
