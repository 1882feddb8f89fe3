"""The trace says where the gradient ends, speaks of the gate's own inputs, and tells the steepest inputs first."""

from __future__ import annotations

import pytest
from commandline import call

from bpcalc.calculations.gradient import calculate
from bpcalc.errors import Source
from bpcalc.reports.options import Options
from bpcalc.show import Style, render


def traced(program: str, *words: str) -> str:
    return call(["grad", program, *words, "--trace", "-q"]).out


@pytest.mark.parametrize(
    ("program", "words", "said"),
    [
        ("relu(w*x + b)*y", ("w=2", "x=-3", "b=1", "y=2"), "from here on the gradient is 0: for w, x, n1 and b\n"),
        ("sum(relu(W@x))", ("W=[[1,2],[3,4]]", "x=[-1,-1]"), "from here on the gradient is 0: for W and x\n"),
        ("floor(x*y) + relu(x*y)", ("x=-1", "y=2"), "from here on the gradient is 0: for x and y\n"),
    ],
)
def test_behind_a_dead_gate(program: str, words: tuple[str, ...], said: str) -> None:
    assert traced(program, *words).count("from here on") == 1
    assert said in traced(program, *words)


def test_two_blocks_are_told_at_the_last() -> None:
    lines = traced("z = w*x + b; max(z, 3) + relu(2z)", "w=2", "x=-3", "b=1").split("\n")
    (place,) = [place for place, line in enumerate(lines) if "from here on" in line]
    assert lines[place - 1] == "     ∂f/∂z = ∂f/∂n2 * 0 = 1*0 = 0"
    assert lines[place].endswith("0: for w, x, n1 and b")


@pytest.mark.parametrize("program", ["relu(x)*y", "x*y", "max(x, y)", "relu(-x) + x*y"])
def test_nothing_is_said_where_no_node_is_left_out(program: str) -> None:
    words = [word for word in ("x=-1", "y=2") if word[0] in program]
    assert "from here on" not in traced(program, *words)


@pytest.mark.parametrize(
    ("program", "said"),
    [
        ("relu(2*n2)", "relu: routes the gradient on where n1 > 0, blocks it elsewhere"),
        ("relu(n2)", "relu: routes the gradient on where n2 > 0, blocks it elsewhere"),
        ("clip(n2, 0, 1)", "clip: routes the gradient to n2 inside the bounds, to the bound outside"),
    ],
)
def test_a_gate_speaks_of_its_own_input(program: str, said: str) -> None:
    assert said in traced(program, "n2=3")


def test_of_many_inputs_the_steepest_are_told_first() -> None:
    program = "+".join(f"1e-9*a{k}" for k in range(15)) + " - 3*z + y"
    words = [*(f"a{k}=1" for k in range(15)), "z=1", "y=1"]
    meaning = traced(program, *words).split("What it means\n")[1].split("\n")
    assert meaning[0] == "  if z grows by a small h, f changes by about -3h"
    assert meaning[1] == "  if y grows by a small h, f changes by about h"
    assert meaning[12] == "  … and 5 more"


def test_values_are_green_and_gradients_red() -> None:
    values = {"x": -2.0, "y": 5.0, "z": -4.0}
    report = calculate(Source("q = x + y; f = q*z"), values, Options(trace=True))
    colored = render(report, "trace", Style(width=80, color=True))
    assert "f = q*z = 3*(-4) = \x1b[32m-12\x1b[0m" in colored
    assert "∂f/∂z = ∂f/∂f * q = 1*3 = \x1b[31m3\x1b[0m" in colored
    plain = render(report, "trace", Style(width=80))
    for code in ("\x1b[1m", "\x1b[0m", "\x1b[31m", "\x1b[32m"):
        colored = colored.replace(code, "")
    assert colored == plain
