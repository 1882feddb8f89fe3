"""Orders that move: no command gives a gradient that leaves the part by the order out, and none says nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from commandline import call
from mpmath import mp, mpf
from reference import FORWARD, ORDERED, SCALARS, TAKEN_AS_CONSTANT

from bpcalc import BpcalcError, gradient
from bpcalc.gate import Gate

COMMANDS = ("grad", "jvp", "jacobian", "hessian", "diff", "check", "descend", "code")
MOVING = (
    "besselj(x, x)",
    "x*polygamma(x, 2)",
    "y = 2*x; x*bessely(y + 1, x)",
    "h(n, a) = besselk(n, a); h(x, x)",
    "x*sum(polysinc([1, x], 2))",
    "sum(x*besseli(x*[1, 2], [1, 2]))",
    "grad(x*polyerfcx(x, 1), x)",
)


@pytest.mark.parametrize("text", MOVING)
@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_refuses_a_gradient_by_an_order(command: str, text: str) -> None:
    result = call([command, text, "x=2"])
    assert result.status == 2
    assert result.out == ""
    assert "has no gradient by its order n, which is" in result.err


@pytest.mark.parametrize(
    "words",
    [
        ("grad", "besselj(x, x)", "--sweep", "x=1:2", "-o", "csv"),
        ("grad", "besselj(x, x)", "x=2", "--digits", "20"),
        ("grad", "besselj(x, x)", "x=[2..3]", "--bounds"),
        ("grad", "besselj(x, x)", "x=2±0.1"),
        ("hessian", "besselj(x, x)", "x=2", "--vector", "x=1"),
        ("diff", "besselj(x, x)", "x=2", "--taylor", "3"),
        ("diff", "besselj(x, x)", "--wrt", "x", "--order", "2"),
        ("diff", "sum(x*besselj(x, a))", "a:3", "--wrt", "x"),
        ("graph", "besselj(x, x)", "--symbols"),
        ("graph", "besselj(x, x)", "x=2"),
        ("grad", "besselj(n, x)", "n=1", "x=2", "--wrt", "n"),
        ("grad", "besselj(n, x) + n^2", "n=1", "x=2"),
        ("check", "besselj(x, x)", "x=2", "--claim", "x=0"),
    ],
)
def test_so_do_its_options(words: tuple[str, ...]) -> None:
    result = call(words)
    assert (result.status, result.out) == (2, "")
    assert "has no gradient by its order" in result.err


def test_batch_refuses_it_too(tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_text("x,n\n1,2\n")
    assert call(["batch", "besselj(x, x)", "rows.csv"], folder=tmp_path).status == 2
    assert call(["batch", "besselj(n, x)", "rows.csv"], folder=tmp_path).out.startswith("x,n,value,d_x\n1,2,0.1149")


@pytest.mark.parametrize("text", ["besselj(n, x)", "besselj(2*n - 1, x)", "besselj(n, x) + x*floor(n)"])
def test_what_is_an_order_only_carries_no_gradient(text: str) -> None:
    report = gradient(text, n=1, x=2)
    assert [*report.gradient] == ["x"]
    with mp.workdps(30):
        slope = (mp.besselj(0, 2) - mp.besselj(2, 2)) / 2 + text.endswith("floor(n)")
    assert report.gradient["x"] == pytest.approx(float(slope), rel=1e-15)


@pytest.mark.parametrize("text", ["besselj(stop_gradient(x), x)", "besselj(round(x), x)", "besselj(2*(x > 0), x)"])
def test_an_order_that_is_held_lets_the_rest_through(text: str) -> None:
    with mp.workdps(30):
        slope = (mp.besselj(1, 2) - mp.besselj(3, 2)) / 2
    assert gradient(text, x=2).gradient["x"] == pytest.approx(float(slope), rel=1e-15)


def test_what_the_hint_says_to_write_is_taken() -> None:
    with pytest.raises(BpcalcError) as caught:
        gradient("y = x + 1; sin(besselj(y, 2*x))", x=2)
    assert caught.value.hint.startswith("write besselj(stop_gradient(y), 2*x) for")
    assert gradient("y = x + 1; sin(besselj(stop_gradient(y), 2*x))", x=2).gradient["x"] != 0


@pytest.mark.parametrize("gate", [gate for gate in SCALARS.values() if not gate.variadic], ids=lambda gate: gate.name)
def test_every_input_without_a_rule_is_an_order_or_makes_no_difference_nearby(gate: Gate) -> None:
    for place, rule in enumerate(gate.local):
        if rule is not None:
            assert place not in gate.orders
        elif gate.name not in ORDERED:
            for sample in gate.samples:
                near = [*map(mpf, sample)]
                near[place] += mpf(2) ** -40
                moved = FORWARD[gate.name](*near) != FORWARD[gate.name](*map(mpf, sample))
                assert not moved or (gate.name, place) in {*TAKEN_AS_CONSTANT, ("where", 0)}  # a condition jumps
        else:
            assert place in gate.orders
