"""`--ulp`: errors of doubles by mpmath, where digits are lost by arithmetic, and forms that keep them."""

from __future__ import annotations

import json
import math
import sys
from typing import Any, ClassVar

import mpmath
import numpy as np
import pytest
from commandline import Result
from commandline import call as run
from hypothesis import given, settings
from hypothesis import strategies as st
from mpmath import mpf
from reference import EXACT, ulps

from bpcalc import BpcalcError, gradient
from bpcalc.calculations import rewrites
from bpcalc.engine.forward import forward
from bpcalc.errors import Source
from bpcalc.reading.parser import parse

pytest.importorskip("flint")


def call(*words: str) -> Result:
    return run(words)


def accuracy(program: str, **values: Any) -> tuple[Any, dict[str, int]]:
    report = gradient(program, values, ulp=True)
    return report.accuracy, {label: node for node, label in report.names.labels.items()}


# Errors, by mpmath: the function of the doubles that went in

PROGRAMS = [
    ("(1 - cos(x))/x^2", {"x": 1e-4}, lambda x: (1 - mpmath.cos(x)) / x**2),
    ("log(1 + x)", {"x": 1e-10}, lambda x: mpmath.log(1 + x)),
    ("exp(x)*sin(y)/x", {"x": 0.1, "y": 0.3}, lambda x, y: mpmath.exp(x) * mpmath.sin(y) / x),
    ("sqrt(x + 1) - sqrt(x)", {"x": 1e12}, lambda x: mpmath.sqrt(x + 1) - mpmath.sqrt(x)),
    ("x^y", {"x": 1.1, "y": 300.7}, lambda x, y: x**y),
    ("sin(x)", {"x": 1e22}, mpmath.sin),
    ("sigmoid(x*y)", {"x": 0.7, "y": -30.1}, lambda x, y: 1 / (1 + mpmath.exp(-x * y))),
]


@pytest.mark.parametrize(("program", "values", "function"), PROGRAMS, ids=[case[0] for case in PROGRAMS])
def test_errors_are_those_that_mpmath_finds(program: str, values: dict[str, float], function: Any) -> None:
    report = gradient(program, values, ulp=True)
    found, output = report.accuracy, report.circuit.output
    assert found is not None
    with mpmath.workdps(200):
        point = [mpf(x) for x in values.values()]
        assert found.values[output] == pytest.approx(ulps(report.value, function(*point)), rel=1e-6, abs=1e-9)
        for place, name in enumerate(values):
            step = mpf(10) ** -50 * abs(point[place])
            ends = [function(*(x + side * step * (at == place) for at, x in enumerate(point))) for side in (1, -1)]
            right = ulps(report.gradient[name], (ends[0] - ends[1]) / (2 * step))
            assert found.gradients[report.circuit.wrt[name]] == pytest.approx(right, rel=1e-6, abs=1e-9)


def test_a_number_is_the_double_that_it_is() -> None:
    found, nodes = accuracy("sin(pi)*x", x=3.0)
    assert found.values[nodes["f"]] < 1  # that of the double pi is 1.2e-16, and no 0
    found, nodes = accuracy("x*10 - 1", x=0.1)
    assert found.truth == "5.5511151231257827e-17"  # ten times the double 0.1, less 1


def test_arrays_have_their_worst_entry() -> None:
    report = gradient("sum(1 - cos(x))", x=[1.0, 1e-5, 2.0], ulp=True)
    nodes = {label: node for node, label in report.names.labels.items()}
    with mpmath.workdps(60):
        right = [ulps(1 - math.cos(x), 1 - mpmath.cos(mpf(x))) for x in (1.0, 1e-5, 2.0)]
    assert report.accuracy.values[nodes["n2"]] == pytest.approx(max(right), rel=1e-6)


@settings(max_examples=25, deadline=None)
@given(st.floats(0.1, 3.0), st.floats(0.1, 3.0))
def test_roundings_add_up_to_the_error_of_the_output(x: float, y: float) -> None:
    report = gradient("exp(x*y) - sin(x)/y + sqrt(x + y)", x=x, y=y, ulp=True)
    found = report.accuracy
    assert found.values[report.circuit.output] <= sum(found.roundings.values()) * (1 + 1e-6) + 1e-6
    assert found.worst is None or found.roundings[found.worst] == max(found.roundings.values())


def test_whose_rounding_matters_most() -> None:
    found, nodes = accuracy("(1 - cos(x))/x^2", x=1e-4)
    assert found.worst == nodes["n1"]
    assert accuracy("x + y", x=1.0, y=2.0)[0].worst is None


# Where digits are lost


@pytest.mark.parametrize(
    ("program", "x", "said"),
    [("1 - cos(x)", 1e-9, "17 of 17 digits cancel"), ("(1 + x) - 1", 1e-10, "10 of 17 digits cancel"),
     ("exp(x) - 1", 1e-5, "5 of 17 digits cancel"), ("log(1 + x)", 1e-10, "times that of what goes in"),
     ("sqrt(x^2)", 1e200, "beyond the largest double"), ("log(exp(x))", -800.0, "below the smallest double")],
)  # fmt: skip
def test_the_place_is_told(program: str, x: float, said: str) -> None:
    found = call("grad", program, f"x={x}", "--ulp")
    assert found.status == 0
    assert sum(said in line for line in found.out.splitlines()) == 1


@pytest.mark.parametrize("program", ["(x + y)*x", "sin(x)*exp(y)", "x/y - y", "tanh(x*y)", "max(x, y)^2"])
def test_nothing_is_told_where_nothing_is_lost(program: str) -> None:
    found = call("grad", program, "x=1.3", "y=0.7", "--ulp").out
    assert "no digit is lost" in found
    assert "with" not in found
    assert "cancel" not in found


# Forms that keep them


@pytest.mark.parametrize(
    ("program", "values", "instead"),
    [("(1 - cos(x))/x^2", {"x": 1e-4}, "2*sin(x/2)^2"), ("exp(x) - 1", {"x": 1e-8}, "expm1(x)"),
     ("y*log(x + 1)", {"x": 1e-9, "y": 2.0}, "log1p(x)"), ("sqrt(x^2 + y^2)", {"x": 1e200, "y": 3e200}, "hypot(x, y)"),
     ("log(exp(x) + exp(y))", {"x": 800.0, "y": 1.0}, "max(x, y) + log1p(exp(-abs(x - y)))"),
     ("log(1 + exp(x))", {"x": -40.0}, "softplus(x)"), ("1/(1 + exp(-x))", {"x": -800.0}, "sigmoid(x)"),
     ("log(sum(exp(x)))", {"x": [1000.0, 1001.0]}, "logsumexp(x)"),
     ("x^2 - y^2", {"x": 1e8 + 1, "y": 1e8}, "(x - y)*(x + y)"),
     ("sqrt(x + 1) - sqrt(x)", {"x": 1e12}, "1/(sqrt(x + 1) + sqrt(x))"), ("1 - tanh(x)^2", {"x": 20.0}, "1/cosh(x)^2"),
     ("mean(x^2) - mean(x)^2", {"x": [1e8, 1e8 + 1]}, "var(x)"), ("1 - erf(x)", {"x": 8.0}, "erfc(x)"),
     ("gamma(x)/gamma(y)", {"x": 200.5, "y": 199.5}, "exp(lgamma(x) - lgamma(y))")],
)  # fmt: skip
def test_a_form_that_keeps_the_digits_is_offered(program: str, values: dict[str, Any], instead: str) -> None:
    report = gradient(program, values, ulp=True)
    offered = [one for one in report.accuracy.rewrites if one.instead == instead]
    assert len(offered) == 1
    (one,) = offered
    again = gradient(program.replace(one.part, f"({instead})"), values, ulp=True).accuracy
    assert again.values[max(again.values)] == pytest.approx(one.value)
    assert one.value < max(report.accuracy.values[report.circuit.output], 2) or one.gradient < math.inf


def test_a_form_that_is_another_number_is_not_offered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rewrites, "FORMS", (("1 - cos(a)", "sin(a/2)^2"), ("1 - cos(a)", "a^2/2")))
    assert gradient("1 - cos(x)", x=1e-5, ulp=True).accuracy.rewrites == ()


OF_ARRAYS = ("sum", "softmax", "mean", "prod", "det")
ARRAY_FORMS = [form for form in rewrites.FORMS if any(word in form[0] for word in OF_ARRAYS)]
SCALAR_FORMS = [form for form in rewrites.FORMS if form not in ARRAY_FORMS]
POINTS = [{"a": mpf("0.3"), "b": mpf("0.11"), "c": mpf("1.7")}, {"a": mpf("0.7"), "b": mpf("0.45"), "c": mpf("-0.4")}]


@pytest.mark.parametrize("form", SCALAR_FORMS, ids=[was for was, _ in SCALAR_FORMS])
def test_both_sides_of_every_form_are_the_same_number(form: tuple[str, str]) -> None:
    with mpmath.workdps(60):
        for point in POINTS:
            was, now = (value_of(text, point) for text in form)
            assert abs(was - now) <= mpf(10) ** -50 * abs(was)


def value_of(text: str, point: dict[str, Any]) -> Any:
    """What a program gives in mpmath's numbers."""
    program = parse(Source(text))

    class Numbers:
        shaped = False
        quick: ClassVar[dict[str, Any]] = {}
        constant = staticmethod(mpf)

        @staticmethod
        def function(gate: Any) -> Any:
            return getattr(EXACT, gate.name)

    return forward(Numbers(), program.graph, point)[program.output]


@pytest.mark.parametrize("form", ARRAY_FORMS, ids=lambda form: form[0])
def test_so_they_are_for_arrays(form: tuple[str, str]) -> None:
    a = np.array([[0.3, 0.2], [0.1, 0.7]] if "det" in form[0] else [0.3, 0.2, 0.7])
    was, now = (gradient(text, a=a, upstream=1.0).value for text in form)
    np.testing.assert_allclose(was, now, rtol=1e-13)


# Commands


def test_the_document_has_it() -> None:
    document = json.loads(call("grad", "(1 - cos(x))/x^2", "x=1e-4", "--ulp", "-o", "json").out)
    assert document["ulp"]["worst"] == "n1"
    assert document["ulp"]["truth"] == "0.49999999958333333"
    assert document["ulp"]["rewrites"][0]["instead"] == "2*sin(x/2)^2"
    assert document["nodes"][0]["ulp"]["value"] == 0
    overflown = json.loads(call("grad", "log(exp(x))", "x=800", "--ulp", "-o", "json").out)
    assert overflown["ulp"]["value"] == "Infinity"


def test_rows_have_it() -> None:
    head, *rows = call("grad", "x*y", "x=0.1", "y=3", "--ulp", "-o", "csv").out.splitlines()
    assert head.endswith("symbolic,value_ulp,gradient_ulp")
    assert rows[-1].endswith(",0.0")


@pytest.mark.parametrize("words", [("--trace",), ("-o", "plain"), ("--get", "x"), ("--digits", "5"), ("--exact",)])
def test_what_does_not_go_with_it_is_an_error(words: tuple[str, ...]) -> None:
    found = call("grad", "x^2", "x=2", "--ulp", *words)
    assert (found.status, found.out) == (2, "")
    assert "--ulp" in found.err


def test_infinite_inputs_and_poles_are_no_news() -> None:
    for program, x in (("x*2", "inf"), ("1/x", "0"), ("log(x)", "-1"), ("x", "nan"), ("0*x", "3"), ("x - x", "1")):
        assert call("grad", program, f"x={x}", "--ulp", "-q").status == 0


def test_it_needs_python_flint(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "flint", None)
    with pytest.raises(BpcalcError, match="--ulp needs python-flint"):
        gradient("x^2", x=1, ulp=True)


@pytest.mark.parametrize(("program", "words"), [("exp(x)", ["x=1000"]), ("x/y", ["x=1e-300", "y=1e300"])])
def test_what_no_double_can_be_has_lost_its_digits(program: str, words: list[str]) -> None:
    out = call("grad", program, *words, "--ulp").out
    assert "no digit is lost" not in out
    assert "beyond the largest double" in out or "below the smallest double" in out


def test_beside_a_truth_of_0_no_number_of_ulps_is_told() -> None:
    out = call("grad", "(x + 1)^2 - x^2 - 2*x - 1", "x=1e9", "--ulp").out
    assert "infinitely far" in out
    assert "inf " not in out.partition("the truth")[2]
