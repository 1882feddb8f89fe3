"""Where python-flint is not installed: one sentence that says how to install it, and exact fractions all the same."""

from __future__ import annotations

import sys

import pytest
from commandline import call

from bpcalc import BpcalcError, gradient


@pytest.fixture(autouse=True)
def _no_flint(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "flint", None)


@pytest.mark.parametrize("command", ["grad", "jvp", "hessian", "jacobian"])
def test_digits_say_what_to_install(command: str) -> None:
    found = call([command, "x^2", "x=3", "--digits", "50"])
    assert (found.status, found.out) == (2, "")
    assert found.err == "error: --digits needs python-flint, which is not installed\n  pip install 'bpcalc[numbers]'\n"


@pytest.mark.parametrize("command", ["grad", "jvp", "hessian", "jacobian"])
def test_bounds_do_too(command: str) -> None:
    found = call([command, "x^2", "x=[1..2]", "--bounds"])
    assert (found.status, found.out) == (2, "")
    assert found.err == "error: --bounds needs python-flint, which is not installed\n  pip install 'bpcalc[numbers]'\n"


def test_uncertain_values_take_none() -> None:
    assert call(["grad", "x*y", "x=5±0.3", "y=2", "--get", "uncertainty"]).out == "0.6\n"


@pytest.mark.parametrize("program", ["sqrt(x)", "pi*x", "exp(x)", "x^(1/2)", "hypot(x, 1)", "atan2(x, -1)", "sin(x)"])
def test_irrational_numbers_do_too(program: str) -> None:
    with pytest.raises(BpcalcError) as caught:
        gradient(program, x=2, exact=True)
    assert caught.value.message == "--exact of irrational numbers needs python-flint, which is not installed"
    assert caught.value.hint == "pip install 'bpcalc[numbers]'"


@pytest.mark.parametrize(
    ("program", "value", "slope"),
    [("x^3/7", "8/189", "4/21"), ("sqrt(x + 10/9)", "4/3", "3/8"), ("relu(x)*abs(x - 1)", "2/9", "-1/3"),
     ("max(x, 1/2) + floor(3*x)", "8/3", "1"), ("exp(x - 2/3)", "1", "1"), ("x^-2", "9/4", "-27/4"),
     ("where(x > 1/2, x^2, 3)", "4/9", "4/3"), ("atan2(x - 2/3, 1)", "0", "1")],
)  # fmt: skip
def test_fractions_take_pythons_own(program: str, value: str, slope: str) -> None:
    report = gradient(program, x="2/3", exact=True)
    assert (str(report.value), str(report.gradient["x"])) == (value, slope)


def test_matrices_of_fractions_too() -> None:
    words = ["grad", "det(A) + sum(inv(A)@b)", "A=[[1/2, 2], [3, 4]]", "b=[1, 1/3]"]
    found = call([*words, "--exact", "--get", "value,b"])
    assert (found.status, found.out) == (0, "-33/8\n[-1/4, 3/8]\n")
