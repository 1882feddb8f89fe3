"""`grad --sweep`: the value and the gradients along a range, and where the derivative is broken."""

from __future__ import annotations

import csv
import json
import math
from io import StringIO
from pathlib import Path
from typing import Any
from unittest.mock import patch
from xml.etree import ElementTree

import pytest
from commandline import call

from bpcalc.calculations import passes
from bpcalc.calculations.sweep import POINTS, sweep
from bpcalc.errors import Source
from bpcalc.reading import parser
from bpcalc.reports.options import Options
from bpcalc.reports.sweep import Sweep

THIRD = 1 / 3
BROKEN = {
    "abs(x)": [(0, "kink")], "relu(x)*2 + abs(x - 1.5)": [(0, "kink"), (1.5, "kink")],
    "abs(x - 0.3337)": [(0.3337, "kink")], "max(x, x^2)": [(0, "kink"), (1, "kink")],
    "max(x, 0.5, -x)": [(-0.5, "kink"), (0.5, "kink")], "abs(3*x - 1)": [(THIRD, "kink")],
    "relu(x)*1e-20": [(0, "kink")], "abs(x) + 1e6*x": [(0, "kink")],
    "where(x > 0, x, x^3)": [(0, "kink")], "where(x > 0, x^2, x^3)": [],
    "floor(x)": [(-2, "jump"), (-1, "jump"), (0, "jump"), (1, "jump"), (2, "jump"), (3, "jump")],
    "x < 1": [(1, "jump")], "where(x > 0.123, x, 2)": [(0.123, "jump")], "sign(x)*x": [(0, "kink")],
    "1/x": [(0, "pole")], "1/(x - 0.77)^2": [(0.77, "pole")], "tan(x)": [(-math.pi / 2, "pole"), (math.pi / 2, "pole")],
    "log(abs(x))": [(0, "pole")], "log(x)": [(0, "end")], "sqrt(x - 0.77)": [(0.77, "end")], "sin(x)/x": [(0, "hole")],
}  # fmt: skip
SMOOTH = ("x^3", "exp(50*x)", "tanh(100*x)", "sin(100*x)", "softplus(20*x)", "sigmoid(1000*x)", "atan(1e4*x)",
          "3 + 0*x", "x^3*1e9", "1e-20*x^2", "cbrt(x)", "sqrt(x^2 + 1e-6)")  # fmt: skip


def swept(text: str, low: float = -3, high: float = 3, wrt: tuple[str, ...] = (), **values: Any) -> Sweep:
    return sweep(Source(text), values, Options(wrt=wrt), "x", low, high)


@pytest.mark.parametrize("text", BROKEN)
def test_where_the_derivative_is_broken_is_found_between_the_points_too(text: str) -> None:
    found = swept(text).breaks
    assert [one.kind for one in found] == [kind for _, kind in BROKEN[text]]
    for one, (at, _) in zip(found, BROKEN[text], strict=True):
        assert one.at == pytest.approx(at, abs=2e-9)
        assert at != round(at, 6) or one.at == at


@pytest.mark.parametrize("text", SMOOTH)
def test_what_is_steep_is_not_broken(text: str) -> None:
    assert swept(text).breaks == []


def test_values_and_gradients_are_those_of_the_function() -> None:
    """x²y + sin x: 2xy + cos x along x, x² for y."""
    found = swept("x^2*y + sin(x)", y=2.0)
    assert len(found.points) == POINTS
    assert (found.points[0], found.points[60], found.points[-1]) == (-3, 0, 3)
    for x, value, dx, dy in zip(found.points, found.values, *found.gradients.values(), strict=True):
        assert value == pytest.approx(2 * x * x + math.sin(x), abs=1e-12)
        assert dx == pytest.approx(4 * x + math.cos(x), abs=1e-12)
        assert dy == pytest.approx(x * x, abs=1e-12)


def test_the_program_is_read_once() -> None:
    with patch.object(passes, "parse", wraps=parser.parse) as read:
        swept("sigmoid(x*y)", y=2.0)
    assert read.call_count == 1


def test_a_gradient_inside_the_program_is_that_of_each_point() -> None:
    found = swept("grad(x^3, x) + grad(abs(x), x)")
    assert found.values[0] == pytest.approx(27 - 1)
    assert found.values[-1] == pytest.approx(27 + 1)


def test_arrays_stand_still_and_their_gradients_are_left_out() -> None:
    found = swept("sum(a*x)", a=passes.evaluate(parser.parse(Source("[1, 2, 3]"))))
    assert found.gradients["x"] == pytest.approx([6.0] * POINTS)
    assert found.left_out == ("a",)


def test_only_the_gradients_that_are_asked_for_are_told() -> None:
    assert [*swept("x*y*z", wrt=("y",), y=1.0, z=2.0).gradients] == ["y"]


def test_the_command_draws_curves_and_a_table() -> None:
    status, out, err = call(["grad", "relu(x)*y", "y=2", "--sweep", "x=-3:3", "--width", "60"])
    assert (status, err) == (0, "")
    lines = out.splitlines()
    assert max(map(len, lines)) <= 60
    assert lines[:2] == ["f = relu(x)*y", "along x from -3 to 3"]
    assert [line for line in lines if line in ("f", "∂f/∂x", "∂f/∂y")] == ["f", "∂f/∂x", "∂f/∂y"]
    assert "▲ kink: the slope jumps, at x = 0" in lines
    rows = [line.split() for line in lines[-13:]]
    assert rows[0] == ["-3", "0", "0", "0"]
    assert rows[-1] == ["3", "6", "2", "3"]
    marked = [line for line in lines if "╰" in line]
    assert len(marked) == 3
    assert all(abs(line.index("▲") - (len(line) + line.index("╰")) / 2) <= 2 for line in marked)


def test_a_curve_rises_where_the_function_does() -> None:
    lines = call(["grad", "2*x", "--sweep", "x=0:1", "--width", "40"])[1].splitlines()
    rows = lines[lines.index("f") + 1 :][:7]
    firsts = [next(place for place, one in enumerate(row) if "⠀" < one <= "⣿") for row in rows]
    assert firsts == sorted(firsts, reverse=True)
    assert firsts[0] > firsts[-1] + 20


def test_scripts_get_every_point() -> None:
    words = ["grad", "x^2", "--sweep", "x=0:1"]
    rows = [*csv.reader(StringIO(call([*words, "-o", "csv"])[1]))]
    assert rows[0] == ["x", "f", "d_x"]
    assert len(rows) == 1 + POINTS
    assert [float(one) for one in rows[-1]] == [1, 1, 2]
    found = json.loads(call(["grad", "log(x)", "--sweep", "x=-1:1", "-o", "json"])[1])
    assert (found["sweep"], len(found["points"]), found["value"][0]) == ("x", POINTS, "NaN")
    assert found["breaks"] == [{"at": 0.0, "kind": "end"}]


@pytest.mark.parametrize("text", ["relu(x)*y", "1/x + y", "x < y", "log(x)*y"])
def test_the_curves_are_svg(text: str, tmp_path: Path) -> None:
    words = ["grad", text, "y=2", "--sweep", "x=-3:3", "--save", "curves.svg"]
    assert call(words, folder=tmp_path) == (0, "", "")
    root = ElementTree.fromstring((tmp_path / "curves.svg").read_text("utf-8"))
    kinds = [one.get("class") for one in root.iter("{http://www.w3.org/2000/svg}polyline")]
    assert {"curve value", "curve gradient"} == {*kinds}


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--sweep", "x=3:-3"], "from a smaller number to a larger one"),
        (["--sweep", "x=1:1"], "from a smaller number to a larger one"),
        (["--sweep", "x=1:1.00000001"], "the range is too narrow"),
        (["--sweep", "x=5e-324:1e-323"], "the range is too narrow"),
        (["--sweep", "x=-1.7e308:1.7e308"], "is longer than the largest double"),
        (["--sweep", "x=0:inf"], "from a smaller number to a larger one"),
        (["--sweep", "x"], 'takes an input and a range, not "x"'),
        (["--sweep", "x=1"], "takes an input and a range"),
        (["--sweep", "x=1:2:3"], "takes an input and a range"),
        (["--sweep", "x=a:2"], 'the value contains the name "a"'),
        (["--sweep", "z=0:1", "x=2"], 'the program has no variable "z"'),
        (["--sweep", "x=0:1", "x=2"], '"x" has a value and a range'),
        (["--sweep", "x=0:1", "--get", "x"], "--get is for one point"),
        (["--sweep", "x=0:1", "--trace"], "--trace is for one point"),
        (["--sweep", "x=0:1", "-o", "latex"], 'a sweep has no format "latex"'),
        (["--sweep", "x=0:1", "--save", "a.png"], "curves are written as .svg"),
        (["x=1", "--save", "a.svg"], "--save is for the curves of --sweep"),
    ],
)
def test_what_is_no_range_is_told(words: list[str], told: str) -> None:
    status, out, err = call(["grad", "x^2*y", "y=1", *words])
    assert (status, out) == (2, "")
    assert told in err


def test_a_range_is_of_constant_expressions() -> None:
    assert "from -3.14159 to 6.28319" in call(["grad", "sin(x)", "--sweep", "x=-pi:2pi"])[1]


@pytest.mark.parametrize("text", ["sum(eye(x))", "softmax_loss([1, 2, 3], x)"])
def test_what_has_no_gradient_has_no_curve(text: str) -> None:
    status, out, err = call(["grad", text, "--sweep", "x=1:2"])
    assert (status, out) == (2, "")
    assert 'nothing can be differentiated by "x"' in err


def test_a_value_that_is_missing_is_told() -> None:
    status, _, err = call(["grad", "x*y", "--sweep", "x=0:1"])
    assert status == 2
    assert 'the variable "y" has no value' in err


def test_three_holes_at_almost_one_place_are_told() -> None:
    program = "x/x + (x - 5e-11)/(x - 5e-11) + (x - 2e-11)/(x - 2e-11)"
    status, out, _ = call(["grad", program, "--sweep", "x=-6e-11:6e-11"])
    assert status == 0
    assert "hole" in out
