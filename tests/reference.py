"""What every gate computes, by mpmath at many digits: the oracle of the laws. It shares no rule with bpcalc.

`FORWARD` has a function for every gate of the catalogue; `derivative` differentiates one by a central difference with
so many digits that its own error is below 1e-40; `EXACT` is an algebra of mpmath numbers for bpcalc's own rules.
At the end: how a gate is written as a program, and the law that a formula read again gives the number beside it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import mpmath
from mpmath import mpf

from bpcalc.algebra.floats import FLOATS
from bpcalc.engine.forward import forward as forward_pass
from bpcalc.errors import Source
from bpcalc.gate import Gate
from bpcalc.gates import GATES
from bpcalc.reading.parser import parse
from bpcalc.reports.report import Report

# The gates that work on single numbers. The others join GATES when something loads them, here or in another test.
SCALARS = {name: gate for name, gate in GATES.items() if not gate.of_arrays}

DIGITS = 420  # 1 - tanh(300) is 1e-260, and a difference needs 100 digits more
STEP = mpf(10) ** -60
NAN, INF = math.nan, math.inf


def _truth(holds: Callable[[Any, Any], bool]) -> Callable[[Any, Any], Any]:
    return lambda a, b: mpf(bool(holds(a, b)))


def _divide(a: Any, b: Any) -> Any:
    return mpf(a) / b if b else mpf(NAN) if not a else mpf(INF) * mpmath.sign(a)


def _power(x: Any, n: Any) -> Any:
    if x == 0 and n < 0:
        return mpf(INF)
    return mpf(x) ** int(n) if n == int(n) else mpf(x) ** n


def _cbrt(x: Any) -> Any:
    return mpmath.sign(x) * mpmath.cbrt(abs(x))


def _normal(x: Any) -> Any:
    return mpmath.erfc(-x / mpmath.sqrt(2)) / 2


def _round(x: Any) -> Any:
    return mpmath.nint(x)  # halves to even


def _atan_of_inverse(x: Any) -> Any:
    return mpmath.atan(1 / x) if x else mpmath.pi / 2


def _asinh_of_inverse(x: Any) -> Any:
    return mpmath.asinh(1 / x) if x else mpf(INF)


def _erfcx(n: Any, x: Any) -> Any:
    """The n-th derivative of erfcx by Kummer's functions (DLMF 7.18.13, 12.2.12), far out by its asymptotic series."""
    n = int(n)
    if x > 1e4:
        terms = [mpmath.factorial(2 * k + n) / (mpmath.factorial(k) * (-4 * x * x) ** k) for k in range(60)]
        return (-1) ** n * mpmath.fsum(terms) / (mpmath.sqrt(mpmath.pi) * x ** (n + 1))
    if n == 0:
        return mpmath.exp(x * x) * mpmath.erfc(x)
    with mpmath.workdps(mpmath.mp.dps + 40 + int(x * x)):
        even = mpmath.hyp1f1((n + 1) / mpf(2), mpf(1) / 2, x * x) * mpmath.rgamma(n / mpf(2) + 1)
        odd = 2 * x * mpmath.hyp1f1(n / mpf(2) + 1, mpf(3) / 2, x * x) * mpmath.rgamma((n + 1) / mpf(2))
        return (-1) ** n * mpmath.factorial(n) * (even - odd)


def _sinc(n: Any, x: Any) -> Any:
    """The n-th derivative of sin(x)/x by hypergeometric functions: the integral of t^n*cos(x*t + n*pi/2)."""
    n = int(n)
    quarter = -x * x / 4
    if n % 2 == 0:
        return (-1) ** (n // 2) * mpmath.hyper([mpf(n + 1) / 2], [mpf(1) / 2, mpf(n + 3) / 2], quarter) / (n + 1)
    odd = x * mpmath.hyper([mpf(n + 2) / 2], [mpf(3) / 2, mpf(n + 4) / 2], quarter) / (n + 2)
    return (-1) ** ((n + 1) // 2) * odd


def _second_kind(n: Any, x: Any, sign: int) -> Any:
    """Y (sign -1) or K (sign 1) of a whole order by their series (DLMF 10.8.1, 10.31.1): mpmath's take a limit."""
    order = abs(int(n))
    quarter, half = sign * x * x / 4, x / 2
    ahead = sum((mpmath.factorial(order - k - 1) / mpmath.factorial(k) * (-quarter) ** k for k in range(order)), mpf(0))
    psi = -2 * mpmath.euler + sum((mpf(1) / k for k in range(1, order + 1)), mpf(0))
    term, total, k = 1 / mpmath.factorial(order), mpf(0), 0
    while abs(term * psi) > mpmath.eps * mpf(10) ** -20:
        total, k = total + psi * term, k + 1
        psi, term = psi + mpf(1) / k + mpf(1) / (order + k), term * quarter / (k * (order + k))
    first = mpmath.besseli(order, x) if sign > 0 else mpmath.besselj(order, x)
    logarithmic = mpmath.log(half) * first - half**order * total / 2
    found = half**-order * ahead / 2 - (-1) ** (order * (sign > 0)) * logarithmic
    if sign > 0:
        return found
    return -2 * found / mpmath.pi * ((-1) ** order if n < 0 else 1)


def _first_kind(n: Any, x: Any, sign: int) -> Any:
    """J (sign -1) or I (sign 1) by its series (DLMF 10.2.2, 10.25.2)."""
    order = abs(n) if n == int(n) else n
    turned = (-1) ** int(order) if n == -order and sign < 0 else 1
    return turned * (x / 2) ** order * mpmath.rgamma(order + 1) * mpmath.hyp0f1(order + 1, sign * x * x / 4)


def _bessely(n: Any, x: Any) -> Any:
    return _second_kind(n, x, -1) if n == int(n) else mpmath.bessely(n, x)


def _besselk(n: Any, x: Any) -> Any:
    return _second_kind(n, x, 1) if n == int(n) else mpmath.besselk(n, x)


def _spherical(n: Any, x: Any) -> Any:
    """By its power series (DLMF 10.53.1)."""
    n = int(n)
    factor = x**n / mpmath.fac2(2 * n + 1)
    return factor * mpmath.hyp0f1(n + mpf(3) / 2, -x * x / 4)


def _selu(x: Any) -> Any:
    scale, alpha = mpf("1.0507009873554805"), mpf("1.6732632423543772")
    return scale * (x if x > 0 else alpha * mpmath.expm1(x))


FORWARD: dict[str, Callable[..., Any]] = {
    "add": lambda a, b: a + b,
    "subtract": lambda a, b: a - b,
    "multiply": lambda a, b: a * b,
    "divide": _divide,
    "negate": lambda a: -a,
    "less": _truth(lambda a, b: a < b),
    "less_equal": _truth(lambda a, b: a <= b),
    "greater": _truth(lambda a, b: a > b),
    "greater_equal": _truth(lambda a, b: a >= b),
    "equal": _truth(lambda a, b: a == b),
    "not_equal": _truth(lambda a, b: a != b),
    "power": _power,
    "sqrt": mpmath.sqrt,
    "cbrt": _cbrt,
    "hypot": lambda a, b: mpmath.sqrt(a * a + b * b),
    "exp": mpmath.exp,
    "expm1": mpmath.expm1,
    "log": mpmath.log,
    "log2": lambda x: mpmath.log(x) / mpmath.log(2),
    "log10": lambda x: mpmath.log(x) / mpmath.log(10),
    "log1p": mpmath.log1p,
    "sin": mpmath.sin,
    "cos": mpmath.cos,
    "tan": mpmath.tan,
    "asin": mpmath.asin,
    "acos": mpmath.acos,
    "atan": mpmath.atan,
    "atan2": mpmath.atan2,
    "sinh": mpmath.sinh,
    "cosh": mpmath.cosh,
    "tanh": mpmath.tanh,
    "asinh": mpmath.asinh,
    "acosh": mpmath.acosh,
    "atanh": mpmath.atanh,
    "erf": mpmath.erf,
    "erfc": mpmath.erfc,
    "gamma": mpmath.gamma,
    "lgamma": lambda x: mpmath.loggamma(x) if x > 0 else mpmath.log(abs(mpmath.gamma(x))),
    "digamma": mpmath.digamma,
    "polygamma": lambda n, x: mpmath.psi(int(n), x),
    "floor": mpmath.floor,
    "ceil": mpmath.ceil,
    "abs": abs,
    "sign": mpmath.sign,
    "max": max,
    "min": min,
    "where": lambda c, a, b: a if c else b,
    "clip": lambda x, lo, hi: min(max(x, lo), hi),
    "stop_gradient": lambda x: x,
    "sigmoid": lambda x: 1 / (1 + mpmath.exp(-x)),
    "logit": lambda p: mpmath.log(p / (1 - p)),
    "softplus": lambda x: mpmath.log1p(mpmath.exp(x)),
    "silu": lambda x: x / (1 + mpmath.exp(-x)),
    "gelu": lambda x: x * _normal(x),
    "relu": lambda x: max(x, mpf(0)),
    "leaky_relu": lambda x, slope: x if x > 0 else slope * x,
    "elu": lambda x, alpha: x if x > 0 else alpha * mpmath.expm1(x),
    "sec": mpmath.sec,
    "csc": mpmath.csc,
    "cot": mpmath.cot,
    "asec": lambda x: mpmath.acos(1 / x),
    "acsc": lambda x: mpmath.asin(1 / x),
    "acot": _atan_of_inverse,
    "sech": mpmath.sech,
    "csch": mpmath.csch,
    "coth": mpmath.coth,
    "asech": lambda x: mpmath.acosh(1 / x),
    "acsch": _asinh_of_inverse,
    "acoth": lambda x: mpmath.log((x + 1) / (x - 1)) / 2,
    "logaddexp": lambda a, b: mpmath.log(mpmath.exp(a) + mpmath.exp(b)),
    "xlogy": lambda x, b: x * mpmath.log(b) if x else mpf(0),
    "round": _round,
    "mod": lambda a, b: a - b * mpmath.floor(a / b),
    "heaviside": lambda x, at_zero: mpf(x > 0) if x else at_zero,
    "factorial": mpmath.factorial,
    "beta": mpmath.beta,
    "erfcx": lambda x: _erfcx(0, x),
    "polyerfcx": _erfcx,
    "erfinv": mpmath.erfinv,
    "lambertw": mpmath.lambertw,
    "normal_pdf": mpmath.npdf,
    "normal_cdf": _normal,
    "normal_logcdf": lambda x: mpmath.log(_normal(x)),
    "besselj": lambda n, x: _first_kind(n, x, -1),
    "bessely": _bessely,
    "besseli": lambda n, x: _first_kind(n, x, 1),
    "besselk": _besselk,
    "polysinc": _sinc,
    "sinc": lambda x: mpmath.sin(x) / x if x else mpf(1),
    "expint": mpmath.e1,
    "sinint": mpmath.si,
    "cosint": mpmath.ci,
    "fresnels": mpmath.fresnels,
    "fresnelc": mpmath.fresnelc,
    "logsigmoid": lambda x: -mpmath.log1p(mpmath.exp(-x)),
    "selu": _selu,
    "mish": lambda x: x * mpmath.tanh(mpmath.log1p(mpmath.exp(x))),
    "softsign": lambda x: x / (1 + abs(x)),
    "hardtanh": lambda x: min(max(x, mpf(-1)), mpf(1)),
    "relu6": lambda x: min(max(x, mpf(0)), mpf(6)),
}

# Inputs that are taken as constants although the function depends on them: no gradient flows there by definition.
ORDERED = tuple(name for name, gate in SCALARS.items() if gate.orders)
TAKEN_AS_CONSTANT = {("stop_gradient", 0), *((name, place) for name in ORDERED for place in SCALARS[name].orders)}


def forward(name: str, inputs: Sequence[float]) -> Any:
    """The gate's value; None where it is no real number."""
    with mpmath.workdps(DIGITS):
        return real(FORWARD[name](*map(mpf, inputs)))


def derivative(function: Callable[..., Any], inputs: Sequence[float], position: int) -> Any:
    """The derivative with respect to one input; None where it is no real number."""
    with mpmath.workdps(DIGITS):
        xs = [mpf(x) for x in inputs]
        step = STEP * (abs(xs[position]) or 1)
        above, below = ([*xs[:position], xs[position] + side * step, *xs[position + 1 :]] for side in (1, -1))
        return real((function(*above) - function(*below)) / (2 * step))


def real(x: Any) -> Any:
    return x if isinstance(x, (int, float, mpf)) else None


def ulps(value: float, exact: Any) -> float:
    """How far a double is from the exact value, in units of the last place of the double nearest to that."""
    nearest = float(exact)
    if not (math.isfinite(nearest) and math.isfinite(value)):
        return 0.0 if value == nearest else INF
    with mpmath.workdps(50):
        return float(abs(mpf(value) - exact) / math.ulp(nearest))


def same(a: float, b: float) -> bool:
    """The same double, where NaN is NaN, and -0 is 0."""
    return a == b or (a != a and b != b)


class Exact:
    """mpmath numbers as an algebra: bpcalc's own rules, run without rounding error."""

    def __getattr__(self, name: str) -> Any:
        return FORWARD[name]

    @staticmethod
    def constant(payload: float | str) -> Any:
        if isinstance(payload, float):  # a number in a rule is the decimal as it stands there
            return mpf(repr(payload))
        return {"pi": +mpmath.pi, "e": +mpmath.e, "tau": 2 * mpmath.pi, "inf": mpf(INF)}.get(payload, payload) * mpf(1)

    @staticmethod
    def holds(truth: Any) -> bool:
        return bool(truth)

    @staticmethod
    def except_at(condition: Any, special: Any, usual: Any) -> Any:
        return special if condition else usual


EXACT = Exact()


def call(gate: Gate, operands: Sequence[str]) -> str:
    """The gate put on operands, in the language."""
    if gate.infix:
        return f" {gate.infix[0]} ".join(operands)
    return f"{gate.prefix}{operands[0]}" if gate.prefix else f"{gate.name}({', '.join(operands)})"


def at_kink(gate: Gate, inputs: Sequence[float]) -> bool:
    """Do the inputs of a gate on single numbers lie on its kink?"""
    return gate.kink is not None and bool(gate.kink.touched(FLOATS, FLOATS.function(gate)(*inputs), *inputs))


def named(gate: Gate, inputs: Sequence[float]) -> dict[str, float]:
    """The inputs by the names of the gate's parameters; a variadic gate has as many as it is given."""
    names = "abcdefgh"[: len(inputs)] if gate.variadic else gate.parameters
    return dict(zip(names, inputs, strict=True))


def value_of(text: str, values: Mapping[str, float]) -> float:
    """What a program's text gives: read by the parser, run in floats, with nothing else of the pipeline."""
    program = parse(Source(text), values)
    return forward_pass(FLOATS, program.graph, {name: values[name] for name in program.variables})[program.output]


def untrue_formulas(report: Report, values: Mapping[str, float]) -> list[str]:
    """The rows whose symbolic gradient, read again and put in floats, is not their numeric gradient bit for bit,
    but for the sign of a zero."""
    return [
        f"{row.name}: {row.symbolic} gives {value!r}, the gradient is {row.gradient!r}"
        for row in report.nodes
        if row.symbolic and not same(value := value_of(row.symbolic, values), row.gradient)
    ]
