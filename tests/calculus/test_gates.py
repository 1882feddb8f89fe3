"""`grad(grad(gate, a), b)` of every gate of single numbers, and deeper, against mpmath's differences at many digits."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from typing import Any

import mpmath
import pytest
from mpmath import mpf
from reference import FORWARD, SCALARS, TAKEN_AS_CONSTANT, call, derivative, named, same

from bpcalc import gradient
from bpcalc.gate import Gate

EVERY_GATE = pytest.mark.parametrize("gate", SCALARS.values(), ids=list(SCALARS))


def close(found: float, exact: Any, slope: Any) -> bool:
    """To twelve digits: of the number itself, of the slope it changes, or of the smallest numbers of all."""
    if exact is None:  # log(-3)
        return found != found
    return bool(abs(mpf(found) - exact) <= mpf(10) ** -12 * max(abs(exact), abs(slope), mpf(10) ** -240))


def _second(function: Callable[..., Any], sample: Sequence[float], i: int, j: int) -> Any:
    try:
        return derivative(lambda *xs: derivative(function, xs, i), sample, j)
    except TypeError:  # beside the point the slope is no real number
        return None


@EVERY_GATE
def test_second_derivatives_of_every_pair_of_inputs(gate: Gate) -> None:
    function = FORWARD[gate.name]
    for sample in gate.samples:
        values = named(gate, sample)
        text, names = call(gate, list(values)), list(values)
        moving = [(place, name) for place, name in enumerate(names) if place not in gate.orders]  # others are refused
        for (i, a), (j, b) in itertools.product(moving, repeat=2):
            report = gradient(f"grad(grad({text}, {a}), {b})", values)
            if {(gate.name, i), (gate.name, j)} & TAKEN_AS_CONSTANT:
                assert report.value == 0
                continue
            slope = derivative(function, sample, i)
            exact = None if slope is None else _second(function, sample, i, j)
            assert close(report.value, exact, slope), (text, values, a, b)


@EVERY_GATE
def test_the_gradient_of_a_gradient_is_the_second_derivative(gate: Gate) -> None:
    """The outer gradient is that of the command, not of the language."""
    for sample in gate.samples:
        values = named(gate, sample)
        text, names = call(gate, list(values)), [*gradient(call(gate, list(values)), values).gradient]
        for a in names:
            report = gradient(f"grad({text}, {a})", values)
            for b in names:
                assert same(report.gradient[b], gradient(f"grad(grad({text}, {a}), {b})", values).value)


DEEP = {
    "sin(x)": mpmath.sin, "exp(x)": mpmath.exp, "log(x)": mpmath.log, "x^5": lambda x: x**5, "tanh(x)": mpmath.tanh,
    "sigmoid(x)": lambda x: 1 / (1 + mpmath.exp(-x)), "1/x": lambda x: 1 / x, "x^2.5": lambda x: x**2.5,
    "exp(x)*sin(x)": lambda x: mpmath.exp(x) * mpmath.sin(x), "erf(x)": mpmath.erf, "gamma(x)": mpmath.gamma,
    "atan(x)": mpmath.atan, "sqrt(1 + x^2)": lambda x: mpmath.sqrt(1 + x * x), "x^x": lambda x: x**x,
    "log1p(x)": mpmath.log1p, "softplus(x)": lambda x: mpmath.log1p(mpmath.exp(x)),
}  # fmt: skip


@pytest.mark.parametrize("text", DEEP)
def test_derivatives_up_to_the_sixth(text: str) -> None:
    program = text
    for order in range(1, 7):
        program = f"grad({program}, x)"
        for x in (0.75, 1.5, 2.0):
            with mpmath.workdps(60):
                exact = mpmath.diff(DEEP[text], mpf(x), order)
            assert gradient(program, x=x, symbolic=False).value == pytest.approx(float(exact), rel=1e-9, abs=1e-12)
