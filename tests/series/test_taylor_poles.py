"""`bpcalc diff --taylor` about points that are symbols: poles there, and zeros over zeros, though no double is pi/2."""

from __future__ import annotations

import mpmath
import pytest
from commandline import call
from mpmath import mp, mpf

from bpcalc import gradient

HAS = "error: f has no Taylor polynomial there: "
IS = "error: f is not defined there: its value is "
POINTS = {"pi": mp.pi, "pi/2": mp.pi / 2, "3*pi/2": 3 * mp.pi / 2, "-pi/4": -mp.pi / 4, "2*pi": 2 * mp.pi}


@pytest.mark.parametrize(
    ("program", "point", "reason"),
    [
        ("cot(x)", "pi", f"{HAS}it grows as 1/(x - pi)"),
        ("csc(x)", "pi", f"{HAS}it grows as -1/(x - pi)"),
        ("cot(x)", "2*pi", f"{HAS}it grows as 1/(x - 2*pi)"),
        ("tan(x)", "pi/2", f"{HAS}it grows as -1/(x - pi/2)"),
        ("sec(x)", "3*pi/2", f"{HAS}it grows as 1/(x - 3*pi/2)"),
        ("tan(3*x)", "pi/6", f"{HAS}it grows as -1/(3*(x - pi/6))"),
        ("tan(x)", "pi/3 + pi/6", f"{HAS}it grows as -1/(x - pi/2)"),
        ("a*tan(x)^2", "pi/2", f"{HAS}it grows as a/(x - pi/2)^2"),
        ("log(sin(x))", "pi", f"{HAS}log is infinite there"),
        ("gamma(1 + cos(x))", "pi", f"{IS}inf\n  gamma is infinite there"),
        ("gamma(x)", "0", f"{IS}inf\n  gamma is infinite there"),
        ("gamma(x)", "-1", f"{IS}NaN\n  gamma is NaN there"),
        ("csch(sin(x))", "pi", f"{HAS}it grows as -1/(x - pi)"),
        ("x*0 + sign(besselj(x, 2))", "1", f"{HAS}none is found: the order of besselj moves"),
        ("atan(tan(x))", "pi/2", f"{HAS}none is found: atan takes what grows beyond all bounds"),
        # poles that nothing tells but numbers
        ("tan(x)", "acos(0)", f"{HAS}none is found: it cannot be told whether a coefficient is 0"),
        ("sign(cos(x))", "acos(0)", f"{HAS}none is found: it cannot be told whether sign has a pole or a jump there"),
        ("a + gamma(cos(x))", "acos(0)",
         f"{HAS}none is found: it cannot be told whether gamma has a pole or a jump there"),
    ],
)
def test_at_a_pole_there_is_a_reason(program: str, point: str, reason: str) -> None:
    status, out, err = call(["diff", program, f"x={point}", "--wrt", "x", "--taylor", "3"])
    assert (status, out, err.rstrip("\n")) == (2, "", reason)


def _sinc(x: mpf) -> mpf:
    return mpmath.sin(x) / x


@pytest.mark.parametrize(
    ("program", "point", "function"),
    [
        ("tan(x)", "pi", mp.tan), ("sec(x)", "pi", mp.sec), ("tan(x)", "-pi/4", mp.tan), ("cot(x)", "pi/2", mp.cot),
        ("csc(x)", "3*pi/2", mp.csc), ("sinc(x)", "pi", _sinc), ("sinc(x)/sin(x)", "pi", lambda x: 1 / x),
        ("sinc(x)", "3*pi/2", _sinc), ("cot(x)*sin(x)", "pi", mp.cos), ("tan(x)*cos(x)", "3*pi/2", mp.sin),
        ("sec(x)*cos(x)", "pi/2", lambda x: x**0), ("csc(x) - 1/sin(x) + x", "2*pi", lambda x: x),
    ],
)  # fmt: skip
def test_zeros_over_zeros_have_one(program: str, point: str, function: object) -> None:
    status, out, err = call(["diff", program, f"x={point}", "--wrt", "x", "--taylor", "4", "-o", "plain"])
    assert (status, err) == (0, "")
    with mp.workdps(40):
        at, h = POINTS[point], mpf(1) / 16
        # its exact coefficients, by mpmath on a circle about the point, for nothing is computed at the point itself
        samples = [at + h * mp.expjpi(mpf(2 * k) / 64) for k in range(64)]
        values = [function(x) for x in samples]  # type: ignore[operator]
        found = [mp.fsum(v * mp.expjpi(-mpf(2 * k * n) / 64) for k, v in enumerate(values)).real / 64 for n in range(5)]
        right = mp.fsum(c * (mpf(3) / 4) ** n for n, c in enumerate(found))
        x = at + h * mpf(3) / 4
    assert gradient(out.strip(), x=float(x)).value == pytest.approx(float(right), rel=1e-12, abs=1e-13)


def test_a_removable_pole_at_0_needs_no_value() -> None:
    for program, polynomial in [("x*cot(x)", "1 - x^2/3"), ("x*csch(x)", "1 - x^2/6"), ("x*coth(x)", "1 + x^2/3")]:
        assert call(["diff", program, "x=0", "--taylor", "3", "-o", "plain"]).out == polynomial + "\n"
