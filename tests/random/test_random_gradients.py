"""`grad` inside random programs: it is the gradient outside bit for bit, and can be differentiated again."""

from __future__ import annotations

import itertools
import math
import random
from typing import Any

import mpmath
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from mpmath import mpf
from programs import PROGRAMS, VARIABLES, Program, UnfitError
from reference import same, untrue_formulas

from bpcalc import gradient
from bpcalc.gate import CONVENTIONS

ORDINARY = st.floats(0.1, 3).map(lambda x: round(x, 3))
STRANGE = st.sampled_from(
    (0.0, -0.0, 1.0, -1.0, 2.0, -2.0, 0.5, 1e-300, 1e300, -40.0, 800.0, math.inf, -math.inf, math.nan)
)
POINTS = st.fixed_dictionaries(dict.fromkeys(VARIABLES, STRANGE | ORDINARY))


def with_gradient(program: Program, last: str) -> str:
    """The program with its output called L, and one more statement."""
    named = (*program.statements[:-1], ("L", program.statements[-1][1]))
    return f"{Program(program.functions, named).text()}; {last}"


@settings(max_examples=200)
@given(PROGRAMS, POINTS, st.sampled_from(CONVENTIONS))
def test_inside_is_outside_bit_for_bit(program: Program, values: dict[str, float], convention: str) -> None:
    outside = gradient(program.text(), values, convention=convention, symbolic=False)
    for name, slope in outside.gradient.items():
        inside = gradient(with_gradient(program, f"grad(L, {name})"), values, convention=convention, symbolic=False)
        assert same(inside.value, slope), name


@settings(max_examples=100)
@given(PROGRAMS, POINTS)
def test_of_an_intermediate_node_too(program: Program, values: dict[str, float]) -> None:
    outside = gradient(program.text(), values, wrt=["p"], symbolic=False)
    inside = gradient(with_gradient(program, "grad(L, p)"), values, symbolic=False)
    assert same(inside.value, outside.gradient["p"])


@settings(max_examples=60)
@given(PROGRAMS, POINTS)
def test_the_gradient_of_a_gradient_inside_is_the_one_outside(program: Program, values: dict[str, float]) -> None:
    outside = gradient(with_gradient(program, "grad(L, x) + 0*y"), values, symbolic=False)
    inside = gradient(with_gradient(program, "grad(grad(L, x) + 0*y, y)"), values, symbolic=False)
    assert same(inside.value, outside.gradient["y"])


@settings(max_examples=60)
@given(PROGRAMS, POINTS, st.sampled_from(CONVENTIONS))
def test_the_formulas_of_its_gradient_are_true(program: Program, values: dict[str, float], convention: str) -> None:
    report = gradient(with_gradient(program, "grad(L, x)*grad(L, y) + z"), values, convention=convention)
    assert untrue_formulas(report, values) == []


@settings(max_examples=60, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
@given(PROGRAMS, st.fixed_dictionaries(dict.fromkeys(VARIABLES, ORDINARY)))
def test_second_derivatives_agree_with_mpmath(program: Program, values: dict[str, float]) -> None:
    """As closely as the program allows: 1e-12 of noise in each of its operations says how much rounding can matter."""
    for pair in (("x", "x"), ("x", "y"), ("z", "z")):
        exact, *noisy = (twice_differentiated(program, values, pair, seed) for seed in range(5))
        found = gradient(with_gradient(program, f"grad(grad(L, {pair[0]}), {pair[1]})"), values, symbolic=False).value
        spread = max(abs(other - exact) for other in noisy)
        assert abs(found - exact) <= spread + (abs(exact) + 1) * mpf("1e-10"), pair


def twice_differentiated(program: Program, values: dict[str, float], pair: tuple[str, str], seed: int) -> Any:
    """∂²/∂a∂b by central differences at 120 digits; seed 0 without noise."""
    a, b = pair
    step = mpf("1e-30")

    def evaluate(first: int, second: int) -> Any:
        draw = random.Random(seed).uniform
        noise = (mpf(1) + (draw(-1, 1) * mpf("1e-12") if seed else 0) for _ in itertools.count())
        point = {name: mpf(value) for name, value in values.items()}
        point[a] += first * step
        point[b] += second * step
        return program.value(point, noise)

    with mpmath.workdps(120):
        try:
            corners = [first * second * evaluate(first, second) for first in (1, -1) for second in (1, -1)]
        except UnfitError:
            assume(False)
        return sum(corners) / (4 * step * step)
