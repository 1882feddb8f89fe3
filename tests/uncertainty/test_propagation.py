"""What uncertain values make of the output: the GUM's own examples, laws by hand, samples, and where it misleads.

GUM: JCGM 100:2008. H.1 is its end-gauge calibration, H.2 its simultaneous resistance and reactance measurement.
"""

from __future__ import annotations

import json
import math
from typing import Any

import numpy as np
import pytest
from commandline import call

from bpcalc import gradient

# H.1, in mm, µm being 1e-3: the standard and its comparison, expansion and temperatures.
END_GAUGE = {
    "ls": "50.000623±25e-6", "d": "215e-6±9.7e-6", "da": "0±0.58e-6", "th": "-0.1±0.41", "as": "11.5e-6±1.2e-6",
    "dt": "0±0.029",
}  # fmt: skip
LENGTH = "ls + d - ls*(da*th + as*dt)"


def test_end_gauge_of_the_gum() -> None:
    report = gradient(LENGTH, END_GAUGE)
    found = report.uncertainty
    assert found is not None
    assert round(found.value, 6) == 50.000838  # H.1.4
    assert round(found.uncertainty * 1e6) == 32  # nm, H.1.4
    parts = {one.name: round(abs(one.contribution) * 1e6, 1) for one in found.contributions}
    assert parts == {"ls": 25, "d": 9.7, "da": 2.9, "th": 0, "as": 0, "dt": 16.7}
    # table H.1 has 16.6 for the last, of an uncertainty of 0.0289 that it prints as 0.029
    assert round(found.second * 1e6) == 34  # H.1.7, with the terms of second order
    assert any("second derivatives" in one.message for one in report.warnings)


VOLTS = {"V": "4.9990±0.0032", "I": "19.6610e-3±0.0095e-3", "p": "1.04446±0.00075"}
TOGETHER = {("V", "I"): -0.36, ("V", "p"): 0.86, ("I", "p"): -0.65}


@pytest.mark.parametrize(
    ("text", "value", "uncertainty"),
    [("V/I*cos(p)", 127.732, 0.071), ("V/I*sin(p)", 219.847, 0.295), ("V/I", 254.260, 0.236)],
)
def test_resistance_reactance_and_impedance_of_the_gum(text: str, value: float, uncertainty: float) -> None:
    values = VOLTS if "p" in text else {name: VOLTS[name] for name in "VI"}
    pairs = TOGETHER if "p" in text else {("V", "I"): -0.36}
    found = gradient(text, values, correlations=pairs).uncertainty
    assert found is not None
    assert round(found.value, 3) == value  # table H.4
    # the table was made of the five readings themselves: rounded correlations leave a unit of the last digit
    assert found.uncertainty == pytest.approx(uncertainty, abs=0.0015)


@pytest.mark.parametrize(
    ("text", "values", "right"),
    [
        ("x + y", {"x": "1±0.3", "y": "2±0.4"}, 0.5), ("x - y", {"x": "1±0.3", "y": "2±0.4"}, 0.5),
        ("x*y", {"x": "5±0.3", "y": "2±0.1"}, math.hypot(0.6, 0.5)),
        ("x/y", {"x": "6±0.6", "y": "3±0.1"}, 2 * math.hypot(0.1, 1 / 30)),
        ("x^3", {"x": "2±0.01"}, 0.12), ("exp(x)", {"x": "1±0.01"}, math.e * 0.01), ("log(x)", {"x": "4±0.04"}, 0.01),
        ("3*x", {"x": "2±0.1"}, 0.3), ("x*y", {"x": "2±0.1", "y": 3}, 0.3), ("sum(x)", {"x": "[1±0.3, 2, 5±0.4]"}, 0.5),
        ("x - x", {"x": "2±0.1"}, 0), ("sum(W@x)", {"W": [[1, 2], [3, 4]], "x": "[1±0.1, 2]"}, 0.4),
        ("norm(x)", {"x": "[3±0.1, 4±0.1]"}, 0.1),
    ],
)  # fmt: skip
def test_the_law_of_propagation_by_hand(text: str, values: Any, right: float) -> None:
    found = gradient(text, values).uncertainty
    assert found is not None
    assert found.uncertainty == pytest.approx(right, abs=1e-15)
    shares = sum(one.share for one in found.contributions)
    assert shares == pytest.approx(1 if right else 0)


@pytest.mark.parametrize(("r", "right"), [(1, 0.7), (-1, 0.1), (0, 0.5), (0.5, math.sqrt(0.37))])
def test_correlated_sums(r: float, right: float) -> None:
    found = gradient("x + y", x="1±0.3", y="2±0.4", correlations={("x", "y"): r}).uncertainty
    assert found is not None
    assert found.uncertainty == pytest.approx(right)
    assert sum(one.share for one in found.contributions) == pytest.approx(1)


def test_entries_of_arrays_are_correlated_by_place() -> None:
    found = call(["grad", "sum(x)", "x=[1±0.3, 2±0.4]", "--correlation", "x[0],x[1]=1", "-o", "json"])
    assert json.loads(found.out)["uncertainty"] == pytest.approx(0.7)


# Of normal numbers: at 0 x^2 has the mean u^2 and the variance 2u^4, and x*y the variance u_x^2*u_y^2.
@pytest.mark.parametrize(
    ("text", "values", "second", "bias"),
    [
        ("x^2", {"x": "0±0.5"}, math.sqrt(2) * 0.25, 0.25), ("x*y", {"x": "0±0.5", "y": "0±2"}, 1, 0),
        ("x^2", {"x": "3±0.5"}, math.sqrt(9 + 2 * 0.0625), 0.25), ("x + y", {"x": "1±1", "y": "2±1"}, math.sqrt(2), 0),
        ("sum(x)^2", {"x": "[0±3, 0±4]"}, math.sqrt(2) * 25, 25),
    ],
)  # fmt: skip
def test_second_order_by_hand(text: str, values: Any, second: float, bias: float) -> None:
    found = gradient(text, values).uncertainty
    assert found is not None
    assert (found.second, found.bias) == pytest.approx((second, bias))


def test_second_order_of_correlated_numbers() -> None:
    # x*y of two numbers that are one: the square of a normal number
    found = gradient("x*y", x="0±0.5", y="0±0.5", correlations={("x", "y"): 1}).uncertainty
    assert found is not None
    assert (found.second, found.bias) == pytest.approx((math.sqrt(2) * 0.25, 0.25))


@pytest.mark.parametrize(
    ("text", "values", "said"),
    [
        ("x^2", {"x": "0±1"}, "second derivatives"), ("sin(x)", {"x": "0±1"}, "steps of one uncertainty"),
        ("abs(x)", {"x": "0.1±0.3"}, "f = abs(x) bends or jumps within its uncertainty of x"),
        ("abs(x)", {"x": "0.5±0.2"}, "within 3 of its uncertainties of x"), ("relu(x)", {"x": "-1±0.6"}, "within 2 of"),
        ("max(x, y)", {"x": "1±0.5", "y": 2}, "within 2 of its uncertainties of x"),
        ("where(x > 0, x, x^2)", {"x": "0.1±0.3"}, "n1 = x > 0 bends or jumps within its uncertainty of x"),
        ("floor(x)", {"x": "1.5±0.3"}, "within 2 of"),
        ("sum(relu(x))", {"x": "[1±0.4, 5]"}, "within 3 of its uncertainties of x[0]"),
        ("max(x)", {"x": "[1±0.4, 2]"}, "within 3 of"), ("1/x", {"x": "0±1"}, "no finite number"),
        ("clip(x, 0, 1)", {"x": "0.9±0.2"}, "within its uncertainty of x"),
        ("cos(x)", {"x": "0±0.3"}, "is off by -0.045"),
        ("leaky_relu(x)", {"x": "1±0.6"}, "within 2 of"),
    ],
)  # fmt: skip
def test_it_is_told_where_the_first_order_misleads(text: str, values: Any, said: str) -> None:
    warnings = [one for one in gradient(text, values).warnings if one.kind == "uncertainty"]
    assert any(said in one.message for one in warnings), warnings


@pytest.mark.parametrize(
    ("text", "values"),
    [("x*y", {"x": "5±0.3", "y": "2±0.1"}), ("abs(x)", {"x": "1±0.3"}), ("sin(x)", {"x": "1±0.01"}),
     ("relu(x)", {"x": "-5±1"}),
     ("max(x, y)", {"x": "1±0.3", "y": "5±0.3"}), ("sum(x^2)", {"x": "[3±0.1, 4±0.1]"}), ("x", {"x": "3±0"}),
     ("softplus(x)", {"x": "2±0.1"})],
)  # fmt: skip
def test_where_it_does_not_mislead_nothing_is_told(text: str, values: Any) -> None:
    assert [one for one in gradient(text, values).warnings if one.kind == "uncertainty"] == []


@pytest.mark.parametrize(
    ("text", "values"),
    [("x*y", {"x": "5±0.3", "y": "2±0.1"}), ("exp(x)", {"x": "0±0.5"}), ("abs(x)", {"x": "0±1"}),
     ("sum(x*x)", {"x": "[1±0.5, 2±0.1]"})],
)  # fmt: skip
def test_monte_carlo_is_numpys(text: str, values: Any) -> None:
    found = gradient(text, values, monte_carlo=4000, seed=3).uncertainty
    assert found is not None
    assert found.sampled is not None
    truth = {"x*y": (10, 0.7816), "exp(x)": (math.exp(0.125), 0.6039), "abs(x)": (math.sqrt(2 / math.pi), 0.6028),
             "sum(x*x)": (5.26, 1.139)}[text]  # fmt: skip
    assert (found.sampled.mean, found.sampled.uncertainty) == pytest.approx(truth, rel=0.06)
    again = gradient(text, values, monte_carlo=4000, seed=3).uncertainty
    assert again is not None
    assert again.sampled == found.sampled
    other = gradient(text, values, monte_carlo=4000, seed=4).uncertainty
    assert other is not None
    assert other.sampled != found.sampled


def test_monte_carlo_of_correlated_numbers() -> None:
    found = gradient("x - y", x="1±0.3", y="2±0.3", correlations={("x", "y"): 1}, monte_carlo=1000).uncertainty
    assert found is not None
    assert found.sampled is not None
    assert found.sampled.uncertainty < 1e-7
    assert found.uncertainty < 1e-7


def test_samples_without_a_number_are_counted() -> None:
    found = gradient("log(x)", x="0.5±0.5", monte_carlo=4000).uncertainty
    assert found is not None
    assert found.sampled is not None
    assert found.sampled.lost == pytest.approx(4000 * 0.1587, rel=0.1)


def test_the_output_at_the_command_line() -> None:
    found = call(["grad", "x*y", "x=5±0.3", "y=2.0(1)", "--monte-carlo", "1000"])
    assert found.out.startswith("f = x*y = 10.0 ± 0.8\n")
    assert "x      5      0.3  2          0.6            59.0 %" in found.out
    assert "Monte Carlo, 1,000 normal samples (seed 0): f is" in found.out
    assert found.err == ""
    assert call(["grad", "x*y", "x=5±0.3", "y=2.0(1)", "--get", "uncertainty"]).out == "0.7810249675906654\n"
    plain = call(["grad", "x*y", "x=5±0.3", "y=2", "-o", "plain"]).out
    assert plain == "value\t10.0\nx\t2.0\ny\t5.0\nuncertainty\t0.6\n"


def test_json_has_the_budget() -> None:
    found = json.loads(call(["grad", "x*y", "x=5±0.3", "y=2", "--wrt", "y", "-o", "json"]).out)
    assert (found["uncertainty"], found["rounded"]) == (pytest.approx(0.6), "10.0 ± 0.6")
    assert found["contributions"] == [
        {"name": "x", "value": 5.0, "uncertainty": 0.3, "sensitivity": 2.0, "contribution": pytest.approx(0.6),
         "share": 1.0}
    ]
    assert list(found["gradient"]) == ["y"]
    assert "uncertainty" not in json.loads(call(["grad", "x*y", "x=5", "y=2", "-o", "json"]).out)


@pytest.mark.parametrize("width", ["40", "80"])
def test_the_budget_fits(width: str) -> None:
    found = call(["grad", "x*y", "x=5.0000000123±0.3", "y=2.0(1)", "--width", width])
    assert "10.0 ± 0.8" in found.out
    assert max(map(len, found.out.splitlines())) <= int(width)


def test_many_inputs_are_shortened_for_people_only() -> None:
    values = {"x": "[" + ", ".join(f"{k}±0.{k % 9 + 1}" for k in range(30)) + "]"}
    report = gradient("sum(x)", values)
    assert report.uncertainty is not None
    assert len(report.uncertainty.contributions) == 30
    words = ["x=" + values["x"]]
    assert "… and 10 more inputs" in call(["grad", "sum(x)", *words]).out
    assert np.isclose(report.uncertainty.uncertainty, math.sqrt(sum((0.1 * (k % 9 + 1)) ** 2 for k in range(30))))
