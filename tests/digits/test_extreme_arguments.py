"""`--digits` far out and close to 0: every gate has its digits there, or says what it cannot tell, and ends."""

from __future__ import annotations

import mpmath
import pytest
from commandline import call
from mpmath import mpf
from reference import FORWARD, SCALARS, TAKEN_AS_CONSTANT, real

from bpcalc import BpcalcError, gradient
from bpcalc.gate import Gate

pytest.importorskip("flint")
DIGITS, TRUTH = 20, 400
SCALES = ("1e-300", "1e-20", "1e5", "-1e-300", "-1e-5", "-1e5", "1e300", "-1e300")
ORDERED = {gate.name for gate in SCALARS.values() if (gate.name, 0) in TAKEN_AS_CONSTANT}  # Bessel functions and so on
GATES = [gate for gate in SCALARS.values() if gate.name in FORWARD and gate.name not in ORDERED and gate.parameters]


def written(gate: Gate, names: list[str]) -> str:
    if gate.infix is not None:
        return f"{names[0]} {gate.infix[0]} {names[1]}"
    return f"-{names[0]}" if gate.name == "negate" else f"{gate.spelling}({', '.join(names)})"


@pytest.mark.parametrize("gate", GATES, ids=lambda gate: gate.name)
def test_digits_are_right_or_not_told(gate: Gate) -> None:
    names = list("abcd"[: len(gate.parameters)])
    for scale in SCALES:
        texts = [scale, *map(repr, gate.samples[0][1:])]
        try:
            found = str(gradient(written(gate, names), dict(zip(names, texts, strict=True)), digits=DIGITS).value)
        except BpcalcError as error:  # beyond all exponents: e^(1e300)
            assert "digits do not tell" in str(error)  # noqa: PT017
            assert "300" in scale
            continue
        with mpmath.workdps(TRUTH):
            try:
                right = real(FORWARD[gate.name](*map(mpf, texts)))
            except (ZeroDivisionError, ValueError, OverflowError):
                continue
            if right is None or not mpmath.isfinite(right) or found in ("nan", "inf", "-inf"):
                continue
            if "±" in found:
                assert abs(right) <= mpf(found.partition("± ")[2]), (scale, found)
            elif right and abs(mpmath.log10(abs(right))) < 10**200:  # mpmath itself has the digits of that
                count = len(found.partition("e")[0].lstrip("-0.").replace(".", ""))
                assert abs(mpf(found) / right - 1) < 6 * mpf(10) ** -min(count, DIGITS), (scale, found)


@pytest.mark.parametrize(
    ("expression", "right"),
    [
        # log Φ(-x) is -x^2/2 - log(x*sqrt(2*pi)) + log(1 - 1/x^2 + 3/x^4 - ...)
        ("normal_logcdf(-1e5)", lambda: -mpf(10) ** 10 / 2 - mpmath.log(mpf(10) ** 5 * mpmath.sqrt(2 * mpmath.pi))
         + mpmath.log1p(-mpf(10) ** -10 + 3 * mpf(10) ** -20 - 15 * mpf(10) ** -30 + 105 * mpf(10) ** -40)),
        ("normal_logcdf(1e5)", lambda: -mpmath.erfc(mpf(10) ** 5 / mpmath.sqrt(2)) / 2),
        ("normal_cdf(-1e10)", lambda: mpmath.erfc(mpf(10) ** 10 / mpmath.sqrt(2)) / 2),
        ("normal_pdf(-1e10)", lambda: mpmath.exp(-mpf(10) ** 20 / 2) / mpmath.sqrt(2 * mpmath.pi)),
        ("gelu(-1e6)", lambda: -mpf(10) ** 6 * mpmath.erfc(mpf(10) ** 6 / mpmath.sqrt(2)) / 2),
        ("erfcx(1e300)", lambda: mpf(10) ** -300 / mpmath.sqrt(mpmath.pi)),
        ("erfc(1e20*sqrt(2))", lambda: mpmath.erfc(mpf(10) ** 20 * mpmath.sqrt(2))),
        ("mish(-1e20)", lambda: -mpf(10) ** 20 * mpmath.exp(-mpf(10) ** 20)),
        ("tanh(exp(-1e20))", lambda: mpmath.exp(-mpf(10) ** 20)),
        ("sinh(exp(-1e6))", lambda: mpmath.exp(-mpf(10) ** 6)),
        ("fresnels(exp(-1e5))", lambda: mpmath.pi * mpmath.exp(-3 * mpf(10) ** 5) / 6),
        ("1 - tanh(1000)", lambda: 2 / (mpmath.exp(2000) + 1)), ("sin(1e50)", lambda: mpmath.sin(mpf(10) ** 50)),
        ("lgamma(1e50)", lambda: mpmath.loggamma(mpf(10) ** 50)), ("exp(-1e15)", lambda: mpmath.exp(-mpf(10) ** 15)),
    ],
)  # fmt: skip
def test_far_out_by_formulas(expression: str, right: object) -> None:
    found = call(["grad", expression, "--digits", "30", "--get", "value"])
    with mpmath.workdps(TRUTH):
        value = right()  # type: ignore[operator]
        assert abs(mpf(found.out) / value - 1) < mpf(10) ** -29
