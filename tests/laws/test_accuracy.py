"""At every gate's sample points: its value and its local gradients are right to the last places, by mpmath."""

from __future__ import annotations

import math

import mpmath
import pytest
from every import every
from mpmath import mpf
from reference import EXACT, FORWARD, INF, SCALARS, TAKEN_AS_CONSTANT, call, derivative, forward, named, same, ulps

from bpcalc import gradient
from bpcalc.algebra.floats import FLOATS
from bpcalc.engine.reverse import local_gradients
from bpcalc.gate import Gate
from bpcalc.gates import GATES

CASES = [(gate, sample) for gate in SCALARS.values() for sample in gate.samples]
EVERY_SAMPLE = every("gate, sample", CASES, by=lambda case: case[0].name)


@EVERY_SAMPLE
def test_the_value_is_within_4_ulp(gate: Gate, sample: tuple[float, ...]) -> None:
    assert ulps(FLOATS.function(gate)(*sample), forward(gate.name, sample)) <= 4


@EVERY_SAMPLE
def test_the_local_gradients_are_within_4_ulp(gate: Gate, sample: tuple[float, ...]) -> None:
    y = FLOATS.function(gate)(*sample)
    for position, local in enumerate(local_gradients(FLOATS, gate, y, sample, "torch")):
        exact = derivative(FORWARD[gate.name], sample, position)
        if local is None:
            assert exact == 0 or (gate.name, position) in TAKEN_AS_CONSTANT
        elif exact is None:
            assert math.isnan(local)
        else:
            assert ulps(float(local), exact) <= 4


@EVERY_SAMPLE
def test_a_report_has_the_same_value_gradient_and_locals(gate: Gate, sample: tuple[float, ...]) -> None:
    values = named(gate, sample)
    report = gradient(call(gate, list(values)), values)
    y = FLOATS.function(gate)(*sample)
    locals_ = local_gradients(FLOATS, gate, y, sample, "torch")
    assert report.value == y
    for name, shown, local in zip(values, report.nodes[-1].local, locals_, strict=True):
        assert (shown is None) == (local is None)
        assert shown is None or same(shown, float(local))
        assert same(report.gradient.get(name, 0.0), float(local or 0))


@EVERY_SAMPLE
def test_every_rule_is_true_without_rounding(gate: Gate, sample: tuple[float, ...]) -> None:
    """The record's formulas, run on numbers of hundreds of digits, are the function and its derivatives."""
    exact = forward(gate.name, sample)
    with mpmath.workdps(400):
        xs = [mpf(x) for x in sample]
        for formula in (gate.forward, gate.packed):
            assert formula is None or near(formula(EXACT, *xs), exact)
        y = FORWARD[gate.name](*xs)
        for rules in filter(None, (gate.local, gate.lesson, *gate.conventions.values())):
            found = rules(EXACT, y, *xs) if gate.variadic else rules
            for position, rule in enumerate(found):
                if rule is not None:
                    value = rule(EXACT, y, *xs) if callable(rule) else rule
                    assert near(value, derivative(FORWARD[gate.name], sample, position))


def near(value: object, exact: object) -> bool:
    """Equal to 40 digits; complex numbers and None both say that there is no real number."""
    if exact is None:
        return isinstance(value, mpmath.mpc)
    return abs(mpf(value) - exact) <= mpf(10) ** -40 * abs(exact)


@EVERY_SAMPLE
def test_the_local_gradients_are_the_slopes_of_the_forward_pass(gate: Gate, sample: tuple[float, ...]) -> None:
    function = FLOATS.function(gate)
    y = function(*sample)
    for position, local in enumerate(local_gradients(FLOATS, gate, y, sample, "torch")):
        x = sample[position]
        slopes = []
        for exponent in range(-10, -40, -4):
            step = 2.0**exponent * (abs(x) or 1)
            above, below = (function(*sample[:position], x + h, *sample[position + 1 :]) for h in (step, -step))
            slopes.append((above - below) / ((x + step) - (x - step)))
        noise = 2 * math.ulp(y) / (2.0**-10 * (abs(x) or 1))
        if local is None:
            assert not any(slopes) or (gate.name, position) in TAKEN_AS_CONSTANT
        elif math.isnan(local):
            assert all(map(math.isnan, slopes))
        else:
            assert any(slope == pytest.approx(float(local), rel=1e-6, abs=noise) for slope in slopes)


TAUGHT = [(gate, x) for gate, x in CASES if gate.lesson and all(0.1 <= abs(one) <= 10 for one in x)]


@every("gate, sample", TAUGHT, by=lambda case: case[0].name)
def test_the_lecture_form_gives_the_same_numbers_where_nothing_cancels(gate: Gate, sample: tuple[float, ...]) -> None:
    y = FLOATS.function(gate)(*sample)
    for lesson, local in zip(gate.lesson, local_gradients(FLOATS, gate, y, sample, "torch"), strict=True):
        if lesson is not None:
            assert lesson(FLOATS, y, *sample) == pytest.approx(local, rel=1e-6)


# Far out, where the naive formula overflows, underflows or cancels although the result is a double.
FAR = {
    "sigmoid": [(-800,), (-700,), (40,), (700,), (800,), (1e300,)],
    "softplus": [(800,), (-700,), (-800,), (1e300,), (-40,), (40,)],
    "silu": [(-700,), (-40,), (800,), (1e300,)],
    "logit": [(1e-300,), (1 - 2**-53,), (0.5 + 2**-53,), (0.49999999999,), (0.999999,)],
    "tanh": [(30,), (-300,), (800,), (1e-200,)],
    "log1p": [(1e-18,), (-1e-18,), (1e300,), (-1 + 2**-53,)],
    "expm1": [(1e-18,), (-800,), (-1e300,), (709,)],
    "asinh": [(1e200,), (-1e200,), (1e-200,), (1e300,)],
    "acosh": [(1e200,), (1 + 2**-52,), (1e300,)],
    "atanh": [(1 - 2**-53,), (1e-200,)],
    "asin": [(1 - 2**-53,), (1e-200,)],
    "acos": [(1 - 2**-53,), (-1 + 2**-53,)],
    "atan": [(1e150,), (-1e300,)],
    "hypot": [(3e200, 4e200), (3e-200, 4e-200), (1e-300, 1e300)],
    "atan2": [(1e200, 1e200), (1e-200, -1e-200), (1e-300, 1e300)],
    "sqrt": [(1e-300,), (1e300,)],
    "cbrt": [(1e300,), (-1e-300,), (0.21338050794010488,)],
    "power": [(1e100, 3), (1e140, 3), (1e-100, -3), (-1e100, 3), (1e-150, 2), (2, 1023)],
    "divide": [(1e-5, 1e-300), (1e-300, 1e-200), (1e300, 1e-8)],
    "log": [(1e-300,), (1e300,)],
    "log2": [(1e-300,), (1e300,)],
    "log10": [(1e-300,), (1e300,)],
    "exp": [(-700,), (709,), (-1e300,)],
    "sinh": [(710,), (-710,), (1e-200,)],
    "cosh": [(710,), (-710,), (1e-20,)],
    "erf": [(1e-200,), (26,), (1e300,)],
    "erfc": [(26,), (-26,), (-1e300,)],
    "gelu": [(1e-200,), (-1e-200,), (40,), (1e150,)],
    "elu": [(-800, 1), (800, 1), (-1e-18, 2)],
    "lgamma": [(1e300,), (1e-300,)],
    "gamma": [(171,), (1e-150,)],
    "digamma": [(1e300,), (1e-150,)],
    "sec": [(1e22,), (1.5707963267948966,)],
    "csc": [(1e-200,), (3.141592653589793,)],
    "cot": [(1e-200,), (1.5707963267948966,), (3.141592653589793,)],
    "asec": [(1 + 2**-52,), (-1 - 2**-52,), (1e150,)],
    "acsc": [(1 + 2**-52,), (-1 - 2**-52,), (1e150,)],
    "acot": [(1e-200,), (-1e-200,), (1e150,)],
    "sech": [(740,), (-700,), (1e-150,)],
    "csch": [(720,), (-700,), (1e-100,), (30.5,), (29.5,)],
    "coth": [(1e-100,), (20,), (-340,)],
    "asech": [(1 - 2**-53,), (1e-150,)],
    "acsch": [(1e-150,), (-1e150,), (1e-5,)],
    "acoth": [(1 + 2**-52,), (-1 - 2**-52,), (1e150,)],
    "logaddexp": [(1000, 1000), (-1000, -1000.5), (700, -40), (1e300, 0)],
    "logsigmoid": [(-800,), (700,), (-1e300,), (40,)],
    "xlogy": [(0, 5), (1e-300, 1e300), (1e300, 1e-5)],
    "mod": [(0.9, 0.1), (-0.9, 0.1), (1e15 + 0.5, 3), (-1e-20, 1), (5, -3)],
    "factorial": [(170,), (170.5,), (-0.999,), (1e-20,), (-2.5,)],
    "beta": [(1e-5, 1e-5), (3, 4)],
    "erfinv": [(1 - 2**-53,), (-1 + 2**-53,), (1e-200,), (0.499999,), (0.5,)],
    "erfcx": [(1e300,), (-26,), (5.5,), (100,), (1e-10,)],
    "polyerfcx": [(1, 1e5), (2, 20), (1, -20)],
    "lambertw": [(1e-200,), (1e300,), (-0.3,), (1.5,)],
    "normal_pdf": [(37.3,), (-10.1,), (40,)],
    "normal_cdf": [(-37.3,), (-1.0000001,), (8,), (-0.99,)],
    "normal_logcdf": [(-1e10,), (-37.3,), (8,), (20.3,), (-0.999,)],
    "sinc": [(1e-9,), (3.141592653589793,), (1e10,)],
    "polysinc": [(1, 1e-5), (2, 0.1), (3, 1e-9), (4, 25)],
    "sinint": [(1e-9,), (1e5,), (3.14,)],
    "cosint": [(1e-9,), (1e3,), (0.6165054856207162,)],
    "expint": [(1e-9,), (1e-300,), (700,), (0.9836,)],
    "besselj": [(0, 2.404825557695773), (1, 1e-5), (20, 1), (0, 1000), (-1, 3), (0.5, 30)],
    "bessely": [(0, 0.8935769662791675), (1, 1e-5), (2, 30), (-0.5, 3)],
    "besseli": [(0, 700), (3, 1e-5), (-2, 3), (0.5, 30)],
    "besselk": [(0, 100), (3, 1e-5), (-2, 3), (0.5, 30)],
    "mish": [(1000,), (-700,), (-40,), (20,), (1e-200,)],
    "softsign": [(1e300,), (-1e-200,)],
    "selu": [(-800,), (800,), (-1e-18,)],
}


@every("name, inputs", [(name, point) for name, points in FAR.items() for point in points], by=lambda case: case[0])
def test_nothing_overflows_or_vanishes_where_the_result_is_a_double(name: str, inputs: tuple[float, ...]) -> None:
    gate, inputs = GATES[name], tuple(map(float, inputs))
    y = FLOATS.function(gate)(*inputs)
    assert ulps(y, forward(name, inputs)) <= 4
    for position, local in enumerate(local_gradients(FLOATS, gate, y, inputs, "torch")):
        if local is None:
            continue  # no gradient flows to an order
        exact = derivative(FORWARD[name], inputs, position)
        assert math.isnan(local) if exact is None else ulps(float(local), exact) <= 4


@pytest.mark.parametrize("x", [-5.0, -10.0, -30.0, -37.0])
def test_gelu_keeps_its_lower_tail(x: float) -> None:
    # the argument of erfc is rounded, and there the tail is steep: x^2 ulp is what a double can give
    report = gradient("gelu(x)", x=x)
    assert ulps(report.value, forward("gelu", (x,))) <= x * x
    assert ulps(report.gradient["x"], derivative(FORWARD["gelu"], (x,), 0)) <= x * x


def test_ulps_counts_in_last_places() -> None:
    assert ulps(1.0, mpf(1)) == 0
    assert ulps(1.0 + 2**-51, mpf(1)) == 2
    assert ulps(INF, mpf(INF)) == 0
    assert ulps(INF, mpf(1)) == INF
