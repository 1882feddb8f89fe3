"""Numbers in formulas: decimals stay decimals, and single numbers have one entry along axis 0."""

from __future__ import annotations

import pytest

from bpcalc import diff
from bpcalc.errors import BpcalcError


@pytest.mark.parametrize(
    ("program", "right"),
    [
        ("0.044715*x^3*0.7978845608028654", "0.10703222440890038*x^2"),
        ("0.7978845608028654*x^2/6", "0.2659615202676218*x"),
        ("x^2/0.7978845608028654", "2.5066282746310002*x"),
        ("0.1*x^2/6", "x/30"),
        ("0.5*x^2 + x^3/9", "x + x^2/3"),
        ("0.1*0.2*0.3*x^4", "0.024*x^3"),
        ("0^(2^x + x^3 + 2)", "0"),
        ("0^(x*y)*y", "0"),
        ("0^x + x^2", "2*x"),
    ],
)
def test_decimals_and_zeros(program: str, right: str) -> None:
    assert diff(program, wrt="x")["x"] == right


@pytest.mark.parametrize("digits", ["9" * 400, "⁹" * 400])
def test_exponents_beyond_doubles_are_refused(digits: str) -> None:
    with pytest.raises(BpcalcError, match="beyond the largest double"):
        diff(f"x{'^' if digits.isascii() else ''}{digits}")


@pytest.mark.parametrize("axis", [0, -1])
@pytest.mark.parametrize(
    ("gate", "right"),
    [
        *((name, "1") for name in ("sum", "mean", "prod", "max", "min", "logsumexp", "cumsum")),
        *((name, "0") for name in ("softmax", "log_softmax", "var", "std")),
        ("norm", "a/abs(a)"),
    ],
)
def test_a_single_number_has_one_entry_along_axis_0(gate: str, right: str, axis: int) -> None:
    assert diff(f"{gate}(a, axis={axis})")["a"] == right


@pytest.mark.parametrize(
    ("program", "right"),
    [
        ("sum(cumsum(a))", "1"),
        ("sum(cumsum(a)^2)", "2*a"),
        ("reshape(a, -1)", "ones(1)"),
        ("sum(reshape(a^2, 1, 1))", "2*a"),
    ],
)
def test_arrays_of_one_entry(program: str, right: str) -> None:
    assert diff(program)["a"] == right
