"""Taylor coefficients that stand in tables, exactly: numbers of Bernoulli, Euler, Bell, Catalan, …, and polynomials.

Sources: DLMF 24.2, 4.19, 26.7, 26.5, 18.12; mpmath has the numbers, and SymPy the polynomials and its own series.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from math import comb, factorial, prod
from typing import Any

import mpmath
import pytest
import sympy
from sympy.polys.domains import QQ
from sympy.polys.ring_series import rs_exp, rs_sin
from sympy.polys.rings import ring

from bpcalc.algebra.textbook.terms import Terms
from bpcalc.calculations.diff.derivatives import Differentiator
from bpcalc.calculations.diff.expansion import coefficients
from bpcalc.calculations.diff.pipeline import differentiate
from bpcalc.calculations.diff.request import Request
from bpcalc.errors import Source
from bpcalc.writing.unparse import unparse

A = sympy.Symbol("a")


def exact(program: str, order: int, at: str = "0") -> list[Any]:
    """The coefficients in x, as fractions; those that have other variables in them as formulas."""
    d = Differentiator(Source(program), {}, {"x": Source(at)}, Request(taylor=order))
    found: list[Terms] = list(coefficients(d, d.textbook(), "x", order))
    return [one if one.number is None else Fraction(one.number) for one in found]


def bernoulli(n: int) -> Fraction:
    return Fraction(*map(int, mpmath.bernfrac(n)))


def euler(n: int) -> int:
    return int(mpmath.eulernum(n, exact=True))


def tangent(n: int) -> Fraction:
    """The coefficient of x^n in tan(x)."""
    k = (n + 1) // 2
    return (-1) ** (k - 1) * 4**k * (4**k - 1) * bernoulli(2 * k) / factorial(2 * k) if n % 2 else Fraction(0)


def cotangent(n: int) -> Fraction:
    """The coefficient of x^n in 1/x - cot(x)."""
    k = (n + 1) // 2
    return 4**k * abs(bernoulli(2 * k)) / factorial(2 * k) if n % 2 else Fraction(0)


def bell(n: int) -> int:
    return int(mpmath.bell(n))


TABLES: dict[str, tuple[Callable[[int], Fraction], int]] = {
    "exp(x)": (lambda n: Fraction(1, factorial(n)), 60),
    "x/(exp(x) - 1)": (lambda n: bernoulli(n) / factorial(n), 60),
    "tan(x)": (tangent, 61),
    "tanh(x)": (lambda n: tangent(n) * (-1) ** (n // 2), 31),
    "1/cos(x)": (lambda n: Fraction(abs(euler(n)), factorial(n)), 40),
    "1/cosh(x)": (lambda n: Fraction(euler(n), factorial(n)), 40),
    "exp(exp(x) - 1)": (lambda n: Fraction(bell(n), factorial(n)), 20),
    "x/(1 - x - x^2)": (lambda n: Fraction(int(mpmath.fib(n))), 60),
    "(1 - sqrt(1 - 4*x))/(2*x)": (lambda n: Fraction(comb(2 * n, n), n + 1), 40),
    "log(1 + x)/x": (lambda n: Fraction((-1) ** n, n + 1), 40),
    "-log(1 - x)/(1 - x)": (lambda n: sum((Fraction(1, k) for k in range(1, n + 1)), Fraction(0)), 40),
    "asin(x)": (lambda n: Fraction(comb(n - 1, n // 2), n * 4 ** (n // 2)) if n % 2 else Fraction(0), 41),
    "atan(x)/x": (lambda n: Fraction((-1) ** (n // 2), n + 1) if n % 2 == 0 else Fraction(0), 40),
    "(1 + x)^(1/3)": (lambda n: prod((Fraction(1, 3) - k for k in range(n)), start=Fraction(1, factorial(n))), 30),
    "(1 + x)^100": (lambda n: Fraction(comb(100, n)), 30),
    "sigmoid(x) - 1/2": (lambda n: tangent(n) * Fraction((-1) ** (n // 2), 2 ** (n + 1)), 21),
    "log(sin(x)/x)": (lambda n: -cotangent(n - 1) / n if n else Fraction(0), 30),
    "1/sin(x)^2 - 1/x^2": (lambda n: (n + 1) * cotangent(n + 1), 20),
    "cos(sqrt(x))": (lambda n: Fraction((-1) ** n, factorial(2 * n)), 20),
    "sinh(sqrt(x))/sqrt(x)": (lambda n: Fraction(1, factorial(2 * n + 1)), 12),
}  # fmt: skip


@pytest.mark.parametrize("program", TABLES)
def test_the_coefficients_are_those_of_the_table(program: str) -> None:
    rule, order = TABLES[program]
    assert exact(program, order) == [rule(n) for n in range(order + 1)]


POLYNOMIALS: dict[str, Callable[[int], Any]] = {
    "1/sqrt(1 - 2*a*x + x^2)": lambda n: sympy.legendre(n, A),
    "exp(2*a*x - x^2)": lambda n: sympy.hermite(n, A) / sympy.factorial(n),
    "(1 - a*x)/(1 - 2*a*x + x^2)": lambda n: sympy.chebyshevt(n, A),
    "exp(-a*x/(1 - x))/(1 - x)": lambda n: sympy.laguerre(n, A),
    "x*exp(a*x)/(exp(x) - 1)": lambda n: sympy.bernoulli(n, A) / sympy.factorial(n),
    "sin(a*x)/x": lambda n: A ** (n + 1) * sympy.sin(sympy.pi * (n + 1) / 2) / sympy.factorial(n + 1),
    "(1 + x)^a": lambda n: sympy.ff(A, n) / sympy.factorial(n),
}


def sympified(coefficient: Any) -> Any:
    if isinstance(coefficient, Fraction):
        return sympy.Rational(coefficient.numerator, coefficient.denominator)
    m = coefficient.m
    return sympy.sympify(unparse(m.graph, m.node(coefficient), {}).replace("^", "**"), {"e": sympy.E}, rational=True)


@pytest.mark.parametrize("program", POLYNOMIALS)
def test_other_variables_stay_in_the_coefficients(program: str) -> None:
    for n, found in enumerate(exact(program, 10)):
        right = sympy.expand_func(POLYNOMIALS[program](n))
        assert sympy.expand(sympified(found) - right) == 0, (n, found)


SERIES = [
    "sin(x)/x", "(exp(x)-1)/x", "x/tan(x)", "(1-cos(x))/x**2", "(x-sin(x))/x**3", "1/sin(x)-1/x", "x/log(1+x)",
    "(exp(x)-1-x)/x**2", "tan(x)/x", "sin(x)**2/x**2", "exp(sin(x))", "sin(tan(x))-tan(sin(x))", "log(cos(x))",
    "(tan(x)-sin(x))/x**3", "sqrt(1+x)*exp(-x)", "1/(1+sin(x))", "x**2/(exp(x)-1-x)", "exp(x*cos(x))", "cosh(x)/cos(x)",
    "asinh(x)/x", "atan(x)/tan(x)", "log((1+x)/(1-x))/x", "sinh(x)/sin(x)", "exp(log(1+x)/x)", "acos(x)", "erf(x)/x",
    "1/(1+1/x)", "(sqrt(1+x)-1)/x", "(cos(x)-exp(-x**2/2))/x**4", "x*cos(x)/sin(x)",
]  # fmt: skip


@pytest.mark.parametrize("program", SERIES)
def test_the_coefficients_are_sympys(program: str) -> None:
    x, order = sympy.Symbol("x"), 6
    right = sympy.series(sympy.sympify(program), x, 0, order + 1).removeO()
    for n, found in enumerate(exact(program.replace("**", "^"), order)):
        assert sympy.simplify(sympified(found) - right.coeff(x, n)) == 0, (n, found)


@pytest.mark.parametrize(
    ("program", "at", "begins"),
    [
        ("log(x)", "1", [0, 1, "-1/2", "1/3"]),
        ("sqrt(x)", "4", [2, "1/4", "-1/64"]),
        ("1/x", "1/3", [3, -9, 27]),
        ("sin(x)/(x - pi)", "pi", [-1, 0, "1/6"]),
        ("cos(x)/(x - pi/2)", "pi/2", [-1, 0, "1/6"]),
        ("(x^3 - 8)/(x - 2)", "2", [12, 6, 1, 0]),
        ("log(x)/(x^2 - 1)", "1", ["1/2", "-1/2", "5/12"]),
        ("gamma(x)/gamma(x)", "5", [1, 0]),
        ("x^1000", "1", [1, 1000, 499_500]),
        ("(x^2 - 2)/(x - sqrt(2)) - x", "sqrt(2)", ["sqrt(2)", 0, 0]),
    ],
)
def test_about_other_points(program: str, at: str, begins: Sequence[Any]) -> None:
    for found, right in zip(exact(program, len(begins) - 1, at), begins, strict=True):
        assert sympy.simplify(sympified(found) - sympy.sympify(str(right))) == 0


def test_a_high_order_is_found_and_written() -> None:
    """Against SymPy's arithmetic of truncated polynomials."""
    _, x = ring("x", QQ)
    right = rs_exp(rs_sin(x, x, 101), x, 101)
    for found, one in zip(exact("exp(sin(x))", 100), [1, *(x**n for n in range(1, 101))], strict=True):
        assert found == Fraction(int(right.coeff(one).numerator), int(right.coeff(one).denominator))
    report = differentiate(Source("exp(sin(x))"), {}, {"x": Source("0")}, Request(taylor=100))
    assert report.derivatives["x"].text.startswith("1 + x + x^2/2 - x^4/8 - x^5/15 - x^6/240 + x^7/90 + 31*x^8/5760")
    assert "*x^100/" in report.derivatives["x"].text
