"""Formulas as short as a textbook's, by kinds; tests/benchmarks/shortness.py measures it."""

from __future__ import annotations

import math
import random
from fractions import Fraction

import mpmath
import pytest
import sympy
from oracle import evaluate_number

from bpcalc import diff
from bpcalc.algebra import polynomials

RATIONAL = [
    ("(x^2 - 1)/(x - 1)", "1"),
    ("x/(x^2 - 1) - 1/(x^2 - 1)", "-1/(x + 1)^2"),
    ("log(x + 1)/3 - log(x^2 - x + 1)/6 + sqrt(3)*atan(2*sqrt(3)*x/3 - sqrt(3)/3)/3", "1/(x^3 + 1)"),
    ("(a^2 - x^2)/(a + x)", "-1"),
    ("x^z*y*x/(z + 1)", "y*x^z"),
    ("x/(1 + x^2)", "(1 - x^2)/(1 + x^2)^2"),
]
ROOTS = [
    ("asin(x/3)", "1/sqrt(9 - x^2)"),
    ("asinh(x/2)", "1/sqrt(x^2 + 4)"),
    ("acosh(x/3)", "1/sqrt(x^2 - 9)"),
    ("asin(x/a)", "1/(a*sqrt(1 - x^2/a^2))"),  # the sign of a is not known
    ("x*sqrt(x^2 - z^2)/2 - z^2*log(x + sqrt(x^2 - z^2))/2", "sqrt(x^2 - z^2)"),
    ("x^2*asinh(x/2)/2 + asinh(x/2) - x*sqrt(4 + x^2)/4", "x*asinh(x/2)"),
]
FUNCTIONS = [
    ("log(1/cos(x) + tan(x))", "1/cos(x)"),
    ("log(1/tan(x) + 1/sin(x))", "-1/sin(x)"),
    ("sin(x)^2/(1 + cos(x))", "sin(x)"),
    ("exp(-log(x))", "-1/x^2"),
    ("exp(y*log(x))", "y*x^(y - 1)"),
    ("sqrt(pi)*erf(log(x) - 1/2)*exp(1/4)/2", "exp(-log(x)^2)"),
    ("where(abs(x) < 2, x^2/2, 2*abs(x) - 2)", "clip(x, -2, 2)"),
    ("clip(x, -inf, 1)", "where(x <= 1, 1, 0)"),
    ("clip(x, 0, inf)", "where(x >= 0, 1, 0)"),
]
MAGNITUDES = [
    ("x*abs(x)", "2*abs(x)"),
    ("abs(x)^3", "3*x*abs(x)"),
    ("x^3*sign(x)", "3*x*abs(x)"),
    ("abs(x)^5*x", "6*x^4*abs(x)"),
    ("abs(sin(x))*sin(x)", "2*abs(sin(x))*cos(x)"),
    ("log(abs(x))", "1/x"),
    ("sqrt(abs(x))", "sign(x)/(2*sqrt(abs(x)))"),
    ("y*abs(x)/x^2", "-y*abs(x)/x^3"),  # abs(x) stays: below the line there is no x to put the sign to
]


@pytest.mark.parametrize(("program", "right"), RATIONAL + ROOTS + FUNCTIONS + MAGNITUDES)
def test_single_numbers(program: str, right: str) -> None:
    assert diff(program, wrt="x")["x"] == right


@pytest.mark.parametrize(
    ("program", "shapes", "name", "right"),
    [
        ("-t@log(exp(z)/sum(exp(z)))", "t:n z:n", "z", "sum(t)*softmax(z) - t"),
        ("-t@log(softmax(z))", "t:n z:n", "z", "sum(t)*softmax(z) - t"),
        ("det(X@X@X)", "X:n,n", "X", "3*det(X)^3*inv(X).T"),
        ("det(X.T@X)", "X:n,n", "X", "2*det(X)^2*inv(X).T"),
        ("det(A@X)", "X:n,n A:n,n", "X", "det(A@X)*inv(X).T"),
        ("sum(x*abs(x))", "x:n", "x", "2*abs(x)"),
        ("logdet(X.T@X)", "X:n,n", "X", "2*inv(X).T"),
        ("logdet(X.T@X)", "X:m,n", "X", "2*X @ inv(X.T@X)"),
        (
            "sum(where(abs(A@x - b) <= 1, (A@x - b)^2/2, abs(A@x - b) - 1/2))", "A:m,n x:n b:m", "x",
            "A.T@clip(A@x - b, -1, 1)",
        ),
    ],
)  # fmt: skip
def test_arrays(program: str, shapes: str, name: str, right: str) -> None:
    declared = dict(one.split(":") for one in shapes.split())
    assert diff(program, declared, wrt=name)[name] == right


def rational(generator: random.Random, depth: int) -> str:
    """A random quotient of sums, with roots and functions among its parts."""
    if depth == 0:
        return generator.choice(["x", "y", "2", "3", "(x + 1)", "(1 - x)", "sqrt(x)", "exp(x)", "sin(x)", "cos(x)"])
    a, b = rational(generator, depth - 1), rational(generator, depth - 1)
    return generator.choice(
        [f"({a} + {b})", f"({a} - {b})", f"{a}*{b}", f"({a})/({b})", f"({a})^2", f"sqrt({a})", f"({a})/({b})"]
    )


@pytest.mark.parametrize("seed", range(60))
def test_random_quotients(seed: int) -> None:
    """The formula has the value of SymPy's derivative, wherever that is finite."""
    generator = random.Random(seed)
    text = f"x*{rational(generator, 4)}"
    x, y = sympy.symbols("x y", real=True)
    expression = sympy.sympify(text.replace("^", "**"), {"x": x, "y": y})
    derivative = sympy.lambdify((x, y), sympy.diff(expression, x), "mpmath")
    formula, counted = diff(text, wrt="x").derivatives["x"].program, 0
    for _ in range(12):
        point = {"x": mpmath.mpf(generator.uniform(-2, 3)), "y": mpmath.mpf(generator.uniform(-2, 3))}
        with mpmath.workdps(40):
            try:
                right = derivative(*point.values())
            except (ZeroDivisionError, ValueError):
                continue
            if not isinstance(right, mpmath.mpf) or not mpmath.isfinite(right):
                continue
            assert abs(evaluate_number(formula, point) - right) <= mpmath.mpf("1e-20") * (1 + abs(right)), formula
            counted += 1
    assert counted or "sqrt" in text or "/" in text


@pytest.mark.parametrize("seed", range(40))
def test_divisors_of_polynomials_are_those_of_sympy(seed: int) -> None:
    generator, symbols = random.Random(seed), sympy.symbols("x y z")

    def drawn() -> sympy.Expr:
        powers = [math.prod(one ** generator.randint(0, 2) for one in symbols) for _ in range(3)]
        return sum((generator.choice([-3, -1, 1, 2, 6]) * power for power in powers), sympy.Integer(0)) + 1

    def polynomial(one: sympy.Expr) -> dict[tuple[int, ...], int]:
        return {key: int(number) for key, number in sympy.Poly(one, *symbols).terms()}

    common, a, b = drawn(), drawn(), drawn()
    if 0 in (common, a, b):
        return
    found = polynomials.divisor(*(polynomial(sympy.expand(common * one)) for one in (a, b)))
    right = polynomials.primitive(polynomial(sympy.gcd(sympy.expand(common * a), sympy.expand(common * b))))
    assert found == right


def test_large_quotients_end() -> None:
    """What would take long to cancel is left alone."""
    text = "+".join(f"1/(x + y^{k} + z*{k})" for k in range(1, 20))
    assert len(diff(text, wrt="x")["x"]) < 2_000
    power = diff("(x + 1)^40/(x + y)^30", wrt="x")["x"]
    at = {"x": mpmath.mpf("0.5"), "y": mpmath.mpf("0.25")}
    right = Fraction(3, 2) ** 39 * Fraction(4, 3) ** 30 * (40 - 30 * Fraction(3, 2) * Fraction(4, 3))
    assert abs(evaluate_number(power, at) - mpmath.mpf(right.numerator) / right.denominator) < 1e-3


@pytest.mark.parametrize("exponent", ["0.0000000005", "1e-9", "0.123456789"])
def test_a_fine_exponent_comes_to_an_end(exponent: str) -> None:
    x, n = 0.7, float(exponent)
    found = diff(f"(2*x^2 + 2)^{exponent} + 1/(x + 1)").derivatives["x"].program
    expected = n * (2 * x**2 + 2) ** (n - 1) * 4 * x - 1 / (x + 1) ** 2
    assert evaluate_number(found, {"x": x}) == pytest.approx(expected, rel=1e-12)
