"""An option of a gate is the number that was typed, `q=1/3` too, where numbers have more digits than doubles."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from commandline import call
from mpmath import besselj, cbrt, e, mpf, pi, workdps

pytest.importorskip("flint")

CASES: dict[str, Callable[[], mpf]] = {
    "quantile([0, 1], 1/3)": lambda: mpf(1) / 3,
    "quantile([0, 1, 5, 7], 0.1)": lambda: mpf(3) / 10,
    "quantile([0, 3, 5], 2/7 - 1/7)": lambda: mpf(6) / 7,
    "quantile([0, 1], 0.12345678901234567890123)": lambda: mpf("0.12345678901234567890123"),
    "norm([1, 2], order=3)": lambda: cbrt(9),
    "norm([1, 2], order=1/3)": lambda: (1 + cbrt(2)) ** 3,
    "norm([1, 2], order=(1/2)^2 + 1)": lambda: (1 + mpf(2) ** mpf("1.25")) ** mpf("0.8"),
    "arange(0, 1, 1/3)[2]": lambda: mpf(2) / 3,
    "linspace(1/3, 1, 3)[1]": lambda: mpf(2) / 3,
    "pad([0], 1, value=-1/7)[0]": lambda: -mpf(1) / 7,
    "quantile([0, 1], 1/pi)": lambda: 1 / pi,
    "quantile([0, 1], (pi - e)^2 + 1/4)": lambda: (pi - e) ** 2 + mpf(1) / 4,
    "quantile([0, 1], -(1 - 2/pi) + 3/4)": lambda: 2 / pi - mpf(1) / 4,
    "norm([1, 2], order=e)": lambda: (1 + 2**e) ** (1 / e),
    "norm([1, 2], order=-pi)": lambda: (1 + 2**-pi) ** (-1 / pi),
    "arange(0, pi, pi/3)[2]": lambda: 2 * pi / 3,
    "linspace(0, tau, 4)[1]": lambda: 2 * pi / 3,
    "pad([0], 1, value=pi/100)[0]": lambda: pi / 100,
    "huber_loss([1], [0], delta=pi/4)": lambda: pi / 4 * (1 - pi / 8),
    "svm_loss([[1, 2, 4]], [0], margin=pi/3)": lambda: 4 + 2 * pi / 3,
    "leaky_relu(-2, pi/100)": lambda: -pi / 50,
    "besselj(1/pi, 2)": lambda: besselj(1 / pi, 2),
    # of two options that are the same double each is what it is
    "quantile([0, 1], 0.12345678901234567891) + 0*quantile([0, 1], 0.12345678901234567890123)":
        lambda: mpf("0.12345678901234567891"),
    "quantile([0, 1], 1/3) + 0*quantile([0, 1], 0.3333333333333333)": lambda: mpf(1) / 3,
    # the constants of the paper, Klambauer et al. (2017)
    "selu(1)": lambda: mpf("1.0507009873554805"),  # its constants are these decimals
}


@pytest.mark.parametrize("expression", CASES)
def test_options_have_all_their_digits(expression: str) -> None:
    found = call(["grad", f"{expression} + 0*x", "x=0", "--digits", "28", "--get", "value"]).out
    with workdps(40):
        right = CASES[expression]()
        assert abs(mpf(found) - right) < mpf(10) ** -27 * abs(right)


@pytest.mark.parametrize(
    ("expression", "x", "value", "gradient"),
    [
        ("quantile(x, 1/3)", "[0, 1]", "1/3", ["2/3", "1/3"]),
        ("quantile(x, 0.1)", "[0, 1]", "1/10", ["9/10", "1/10"]),
        ("quantile(x, 0.7)", "[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]", "7", ["0"] * 7 + ["1"] + ["0"] * 3),
        # (2 + 3)^3, and (125/8)^(2/3), (125/27)^(2/3)
        ("norm(x, order=1/3)", "[8, 27]", "125", ["25/4", "25/9"]),
        ("quantile(x, 1/pi)", "[1, 2, 4]", "1 + 2/pi", ["1 - 2/pi", "2/pi", "0"]),
        ("quantile(x, pi/4)", "[0, 1]", "pi/4", ["1 - pi/4", "pi/4"]),
        ("norm(x, order=3)", "[1, 2]", "cbrt(9)", ["cbrt(9)/9", "4*cbrt(9)/9"]),
    ],
)
def test_they_are_exact(expression: str, x: str, value: str, gradient: list[str]) -> None:
    found = json.loads(call(["grad", expression, f"x={x}", "--exact", "-o", "json"]).out)
    assert (found["value"], found["gradient"]["x"]) == (value, gradient)


def test_a_power_that_is_too_large_for_a_fraction_is_the_double() -> None:
    found = call(["grad", "quantile(x, (1 - 1e-9)^1e9)", "x=[0, 1]", "-o", "json"])
    assert json.loads(found.out)["value"] == pytest.approx(0.36787944, rel=1e-6)


@pytest.mark.parametrize(
    ("typed", "shown"),
    [("1/3", "1/3"), ("1/pi", "1/pi"), ("(pi + 1)/8", "(pi + 1)/8"),
     ("0.12345678901234567890123", "0.12345678901234567890123"), ("2/8", "1/4"), ("0.25", "0.25"), ("e/4", "e/4")],
)  # fmt: skip
def test_what_is_shown_reads_back_to_the_same_option(typed: str, shown: str) -> None:
    found = call(["grad", f"quantile(x, {typed})", "x=[0, 1]", "--show-reading"]).out
    assert found == f"quantile(x, q={shown})\n"
    values = {call(["grad", text, "x=[0, 1]", "--digits", "30", "--get", "value"]).out
              for text in (f"quantile(x, {typed})", found)}  # fmt: skip
    assert len(values) == 1


@pytest.mark.parametrize(("order", "power"), [("1/3", "1/3 - 1"), ("e", "e - 1"), ("pi/2", "pi/2 - 1")])
def test_formulas_have_options_as_typed(order: str, power: str) -> None:
    found = json.loads(call(["grad", f"norm(x, order={order})", "x=[8, 27]", "-o", "json"]).out)
    assert found["nodes"][0]["symbolic"] == f"sign(x)*abs(x/norm(x, order={order}))^({power})"


def test_bounds_have_options_as_typed() -> None:
    found = json.loads(call(["grad", "quantile(x, 1/pi)", "x=[0, 1]", "--bounds", "-o", "json"]).out)
    with workdps(40):
        lo, hi = map(mpf, found["value"])
        assert lo <= 1 / pi <= hi
        assert hi - lo < mpf(10) ** -15
