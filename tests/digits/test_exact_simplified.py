"""What `--exact` knows to be simpler: nested roots, angles, logarithms; each also held against mpmath at 60 digits."""

from __future__ import annotations

import math
import random
from fractions import Fraction

import mpmath
import pytest
from commandline import call

from bpcalc import gradient

pytest.importorskip("flint")

KNOWN = {
    "sqrt(3 + 2*sqrt(2))": "1 + sqrt(2)", "sqrt(3 - 2*sqrt(2))": "-1 + sqrt(2)",
    "sqrt(5 + 2*sqrt(6))": "sqrt(2) + sqrt(3)", "sqrt(6 - 4*sqrt(2))": "2 - sqrt(2)",
    "(3 + 2*sqrt(2))^(3/2)": "7 + 5*sqrt(2)", "1/sqrt(3 + 2*sqrt(2))": "-1 + sqrt(2)",
    "sqrt(7/16 + sqrt(3)/4)": "1/2 + sqrt(3)/4", "cbrt(2 + sqrt(5))": "1/2 + sqrt(5)/2",
    "cbrt(2 - sqrt(5))": "1/2 - sqrt(5)/2", "cbrt(7 + 5*sqrt(2))": "1 + sqrt(2)",
    "cbrt(26 + 15*sqrt(3))": "2 + sqrt(3)", "sqrt(1 + sqrt(2))": "sqrt(1 + sqrt(2))",
    "sqrt(2 + sqrt(2))": "sqrt(2 + sqrt(2))", "cbrt(1 + sqrt(2))": "cbrt(1 + sqrt(2))",
    "sqrt(5 + 2*sqrt(6)) - sqrt(2) - sqrt(3)": "0", "sqrt(3 + 2*sqrt(2)) == 1 + sqrt(2)": "1",
    "sin(pi/8)": "sqrt(2 - sqrt(2))/2", "cos(pi/8)": "sqrt(2 + sqrt(2))/2", "tan(pi/8)": "-1 + sqrt(2)",
    "tan(7*pi/8)": "1 - sqrt(2)", "tan(3*pi/8)": "1 + sqrt(2)", "tan(pi/12)": "2 - sqrt(3)",
    "tan(5*pi/12)": "2 + sqrt(3)", "tan(pi/5)": "sqrt(5 - 2*sqrt(5))", "sin(pi/8)^2 + cos(pi/8)^2": "1",
    "8*sin(pi/5)^2": "5 - sqrt(5)", "sin(pi/12)": "-sqrt(2)/4 + sqrt(6)/4", "cos(pi/5)": "1/4 + sqrt(5)/4",
    "cos(7*pi/8)": "-sqrt(2 + sqrt(2))/2", "atan(sqrt(2) - 1)": "pi/8", "atan(1 - sqrt(2))": "-pi/8",
    "asin((sqrt(6) - sqrt(2))/4)": "pi/12", "asin(sqrt(2 + sqrt(2))/2)": "3*pi/8",
    "acos(-sqrt(2 - sqrt(2))/2)": "5*pi/8", "asin((sqrt(2) - sqrt(6))/4)": "-pi/12", "asinh(3/4)": "log(2)",
    "asinh(-3/4)": "-log(2)", "acosh(5/4)": "log(2)", "atanh(1/2)": "log(3)/2", "atanh(-1/2)": "-log(3)/2",
    "tanh(log(2)/2)": "1/3", "asinh(1)": "asinh(1)", "lambertw(e)": "1", "lambertw(-1/e)": "-1",
    "lambertw(2*exp(2))": "2", "lambertw(-3*exp(-3))": "lambertw(-3*exp(-3))", "lambertw(1)": "lambertw(1)",
    "log(6) - log(2) - log(3)": "0", "exp(1 + log(3))": "3*e", "log(9)/log(3)": "2",
}  # fmt: skip


@pytest.mark.parametrize("text", KNOWN)
def test_it_is_simpler(text: str) -> None:
    found = call(["grad", text, "--exact", "--get", "value"]).out.strip()
    assert found == KNOWN[text]
    precise, again = (call(["grad", one, "--digits", "50", "--get", "value"]) for one in (text, found))
    if precise.status == 0 and "±" not in precise.out:  # where digits tell it too
        with mpmath.workdps(60):
            one, other = mpmath.mpf(precise.out), mpmath.mpf(again.out)
            assert abs(one - other) <= abs(other) * mpmath.mpf("1e-48")


def test_random_squares_and_cubes_come_back() -> None:
    draw = random.Random(3)
    for _ in range(60):
        a, b = (Fraction(draw.randint(1, 30), draw.randint(1, 6)) * draw.choice((1, -1)) for _ in range(2))
        c = draw.choice((2, 3, 5, 6, 7, 10))
        with mpmath.workdps(60):
            right = mpmath.mpf(a.numerator) / a.denominator + mpmath.mpf(b.numerator) / b.denominator * mpmath.sqrt(c)
            for power, root in ((2, "sqrt"), (3, "cbrt")):
                report = gradient(f"{root}((a + b*sqrt({c}))^{power})", a=a, b=b, exact=True, symbolic=False)
                value = report.value.mpmath() if hasattr(report.value, "mpmath") else report.value
                assert abs(value - (abs(right) if power == 2 else right)) < mpmath.mpf(10) ** -50
                if power == 2:
                    assert str(report.value).count("sqrt") == 1


def test_tangents_are_those_of_every_part_of_pi() -> None:
    for below in (1, 2, 3, 4, 5, 6, 8, 10, 12):
        for above in range(-2 * below, 2 * below + 1):
            if (2 * above) % below or (2 * above // below) % 2 == 0:
                text = f"tan({above}*pi/{below})"
                found = float(gradient(text, exact=True).value)
                assert math.isclose(found, math.tan(above * math.pi / below), rel_tol=1e-12, abs_tol=1e-12)
