"""`--exact`: fractions against Python's own, symbols against mpmath at many digits, what is known by heart."""

from __future__ import annotations

import json
import random
from fractions import Fraction
from typing import Any

import mpmath
import numpy as np
import pytest
import sympy
from commandline import Result
from commandline import call as run
from mpmath import mpf

from bpcalc import BpcalcError, gradient, hessian, jacobian, jvp


def call(*words: str) -> Result:
    return run(words)


def texts(report: Any) -> tuple[str, dict[str, str]]:
    return str(report.value), {name: str(found) for name, found in report.gradient.items()}


# Fractions


def test_fractions_stay_fractions() -> None:
    assert call("grad", "-x*(x + 1/3)", "x=1/3", "--exact", "--get", "value").out == "-2/9\n"
    assert texts(gradient("x/y + 0.1", x="1/3", y="2/7", exact=True)) == ("19/15", {"x": "7/2", "y": "-49/12"})
    assert gradient("x^3", x=Fraction(2, 3), exact=True).gradient["x"].fraction() == Fraction(4, 3)
    assert texts(gradient("x^-2 + (4*x)^(1/2)", x="1/9", exact=True)) == ("245/3", {"x": "-1455"})


class Slope:
    """A fraction with its derivatives, by the rules of a textbook: the right values of random programs."""

    def __init__(self, value: Fraction, slopes: dict[str, Fraction]) -> None:
        self.value = value
        self.slopes = slopes

    def _joined(self, other: Slope, value: Fraction, a: Fraction, b: Fraction) -> Slope:
        names = {*self.slopes, *other.slopes}
        zero = Fraction(0)
        slopes = {n: a * self.slopes.get(n, zero) + b * other.slopes.get(n, zero) for n in names}
        return Slope(value, slopes)

    def __add__(self, other: Slope) -> Slope:
        return self._joined(other, self.value + other.value, Fraction(1), Fraction(1))

    def __sub__(self, other: Slope) -> Slope:
        return self._joined(other, self.value - other.value, Fraction(1), Fraction(-1))

    def __mul__(self, other: Slope) -> Slope:
        return self._joined(other, self.value * other.value, other.value, self.value)

    def __truediv__(self, other: Slope) -> Slope:
        return self._joined(
            other, self.value / other.value, 1 / other.value, -self.value / other.value**2
        )

    def maximum(self, other: Slope) -> Slope:
        return self if self.value > other.value else other

    def cube(self) -> Slope:
        return self * self * self


def random_program(seed: int) -> tuple[str, dict[str, Fraction], Slope]:
    draw = random.Random(seed)
    values = {name: Fraction(draw.randint(-9, 9) or 1, draw.randint(1, 9)) for name in "xyz"}
    parts = [(name, Slope(x, {name: Fraction(1)})) for name, x in values.items()]
    parts += [("0.25", Slope(Fraction(1, 4), {})), ("2/3", Slope(Fraction(2, 3), {}))]
    while len(parts) > 1:
        (a, p), (b, q) = (parts.pop(draw.randrange(len(parts))) for _ in range(2))
        way = draw.choice("+-*/mc")
        if (way == "/" and not q.value) or (way == "m" and p.value == q.value):
            way = "+"
        made = {
            "+": lambda p=p, q=q: p + q, "-": lambda p=p, q=q: p - q, "*": lambda p=p, q=q: p * q,
            "/": lambda p=p, q=q: p / q, "m": lambda p=p, q=q: p.maximum(q), "c": lambda p=p, q=q: p.cube() + q,
        }[way]()  # fmt: skip
        text = f"max({a}, {b})" if way == "m" else f"(({a})^3 + ({b}))" if way == "c" else f"(({a}) {way} ({b}))"
        parts.append((text, made))
        if len(parts) < 5 and draw.random() < 0.4:
            parts.append(draw.choice([(name, Slope(x, {name: Fraction(1)})) for name, x in values.items()]))
    return parts[0][0], values, parts[0][1]


@pytest.mark.parametrize("seed", range(60))
def test_random_programs_have_the_fractions_that_python_has(seed: int) -> None:
    program, values, right = random_program(seed)
    report = gradient(program, {name: str(x) for name, x in values.items()}, exact=True, symbolic=False)
    assert report.value.fraction() == right.value
    for name, found in report.gradient.items():
        assert found.fraction() == right.slopes.get(name, 0)


def test_matrices_of_fractions() -> None:
    rows = [[Fraction(1, 2), Fraction(2), Fraction(0)], [Fraction(3), Fraction(-1, 3), Fraction(1)], [Fraction(1)] * 3]
    matrix = sympy.Matrix([[sympy.Rational(x.numerator, x.denominator) for x in row] for row in rows])
    report = gradient("sum(inv(A)@b) + det(A)", A=rows, b=[1, Fraction(1, 7), 2], exact=True)
    right = sympy.Matrix([1, sympy.Rational(1, 7), 2])
    assert str(report.value) == str(sum(matrix.inv() * right) + matrix.det())
    assert [str(x) for x in report.gradient["b"]] == [str(x) for x in sympy.ones(1, 3) * matrix.inv()]
    back, ones = matrix.inv().T, sympy.ones(3, 1)
    slope = -back * ones * right.T * back + matrix.det() * back
    assert [[str(x) for x in row] for row in report.gradient["A"]] == [[str(x) for x in row] for row in slope.tolist()]
    solved = gradient("sum(solve(A, b))", A=rows, b=[1, Fraction(1, 7), 2], exact=True)
    assert str(solved.value) == str(sum(matrix.inv() * right))


def test_a_singular_matrix_is_known_to_be() -> None:
    assert str(gradient("det(A)", A=[[1, 2], [2, 4]], exact=True).value) == "0"
    four = [[1, 2, 3, 4], [2, 4, 6, 8], [0, 1, 0, 1], [5, 0, 0, 1]]
    report = gradient("det(A)", A=four, exact=True)
    assert str(report.value) == "0"
    right = sympy.Matrix(four).adjugate().T
    assert [[int(x.fraction()) for x in row] for row in report.gradient["A"]] == right.tolist()
    assert str(gradient("sum(inv(A))", A=[[1, 2], [2, 4]], exact=True).value) == "nan"


def test_the_trace_has_true_lines() -> None:
    found = call("grad", "x*y + x^2/(1 + x)", "x=-2/3", "y=1/3", "--exact", "--trace").out
    assert "n1 = x*y = -2/3*(1/3) = -2/9" in found
    assert "n2 = x^2 = (-2/3)^2 = 4/9" in found
    assert "≈" not in found
    assert "if x grows by a small h, f changes by about -23/3*h" in found
    found = call("jvp", "x^2*y", "x=1/3", "y=2", "--tangent", "x=1/7", "--exact", "--trace").out
    assert "2*x*ẋ = 2*(1/3)*(1/7) = 2/21" in found


def test_kinks_are_found_by_exact_comparison() -> None:
    report = gradient("max(x, y)", x="1/3", y="0.1 + 7/30", exact=True)
    assert texts(report) == ("1/3", {"x": "1/2", "y": "1/2"})
    assert [warning.kind for warning in report.warnings] == ["kink"]
    assert not gradient("max(x, y)", x="1/3", y="0.3333333333333333333333", exact=True).warnings


# Symbols


@pytest.mark.parametrize(
    ("program", "right"),
    [("sqrt(4)", "2"), ("sqrt(8)", "2*sqrt(2)"), ("sqrt(2)*sqrt(6)", "2*sqrt(3)"), ("sqrt(2/3)", "sqrt(6)/3"),
     ("1/sqrt(2)", "sqrt(2)/2"), ("1/(1 + sqrt(2))", "-1 + sqrt(2)"), ("(1 + sqrt(2))^2", "3 + 2*sqrt(2)"),
     ("cbrt(-16)", "-2*cbrt(2)"), ("sqrt(5)^3", "5*sqrt(5)"), ("8^(2/3)", "4"), ("2^(1/5)", "2^(1/5)"),
     ("cos(pi)", "-1"), ("sin(pi/6)", "1/2"), ("cos(pi/4)", "sqrt(2)/2"), ("tan(pi/3)", "sqrt(3)"),
     ("tan(pi/2)", "inf"), ("sec(3*pi/2)", "inf"), ("cot(pi)", "inf"), ("cot(pi/2)", "0"),
     ("sin(pi/12)", "-sqrt(2)/4 + sqrt(6)/4"), ("cos(2*pi/5)", "-1/4 + sqrt(5)/4"), ("sin(7*pi/3)", "sqrt(3)/2"),
     ("sin(100*pi)", "0"), ("cos(1 + pi)", "-cos(1)"), ("sin(-1)", "-sin(1)"), ("cos(-1)", "cos(1)"),
     ("tau", "2*pi"), ("pi*cos(1)", "pi*cos(1)"), ("sin(pi/7)", "sin(pi/7)"),
     ("exp(0)", "1"), ("log(e)", "1"), ("exp(log(3))", "3"), ("log(exp(2/3))", "2/3"), ("exp(2)*exp(-2)", "1"),
     ("exp(2*log(3))", "9"), ("log(8)", "3*log(2)"), ("log(1/9)", "-2*log(3)"), ("log(sqrt(2))", "log(2)/2"),
     ("log2(8)", "3"), ("log10(1/1000)", "-3"), ("log2(sqrt(2))", "1/2"), ("expm1(log(3))", "2"), ("log1p(e - 1)", "1"),
     ("atan(1)", "pi/4"), ("asin(1/2)", "pi/6"), ("acos(-1)", "pi"), ("acos(1/2)", "pi/3"), ("atan(-sqrt(3))", "-pi/3"),
     ("atan2(1, -1)", "3*pi/4"), ("atan2(0, -2)", "pi"), ("hypot(3, 4)", "5"), ("hypot(1, 1)", "sqrt(2)"),
     ("sinh(log(2))", "3/4"), ("cosh(log(2))", "5/4"), ("tanh(log(2))", "3/5"), ("gamma(5)", "24"),
     ("gamma(1/2)", "sqrt(pi)"), ("gamma(-1/2)", "-2*sqrt(pi)"), ("gamma(5/2)", "3*sqrt(pi)/4"),
     ("lgamma(5)", "log(24)"), ("erf(0)", "0"), ("erf(-1)", "-erf(1)"), ("floor(pi)", "3"), ("ceil(-sqrt(2))", "-1"),
     ("abs(1 - sqrt(2))", "-1 + sqrt(2)"), ("sign(3 - pi)", "-1"), ("max(sqrt(2), 3/2)", "3/2"), ("pi > 3.14159", "1"),
     ("sin(1)^2 + cos(1)^2", "1"), ("log(6) - log(2) - log(3)", "0"), ("cosh(1)^2 - sinh(1)^2", "1"),
     ("2^pi/2^pi", "1"), ("sigmoid(0)", "1/2"), ("pi/pi", "1"), ("(pi + 1)*(pi - 1)", "-1 + pi^2"),
     ("sqrt(pi^2)", "pi"), ("sqrt(2 + sqrt(3))^2", "2 + sqrt(3)"), ("(1 + pi)/(1 + pi)", "1")],
)  # fmt: skip
def test_what_is_known_by_heart(program: str, right: str) -> None:
    pytest.importorskip("flint")
    assert str(gradient(program, exact=True).value) == right


SYMBOLIC = [
    "sqrt(x)*cos(y)", "exp(x)*sin(y)/x", "log(x + sqrt(y))", "sigmoid(x*y)", "x^y", "atan(x/y)",
    "softplus(x) - y",             "tanh(x)*y^2", "y/(x + sqrt(2) + sqrt(3))", "erf(x)*gamma(y + 1/3)",
    "digamma(x)*y", "gelu(x)/y", "hypot(x, pi)*y",             "(x + pi)^3/(y + e)", "acosh(x + 1) + asinh(y)",
    "cbrt(x)*log2(y)", "sqrt(1 + sqrt(x))*y",
]  # fmt: skip


@pytest.mark.parametrize("program", SYMBOLIC)
def test_symbols_are_the_numbers_and_can_be_read_again(program: str) -> None:
    pytest.importorskip("flint")
    report, digits = (gradient(program, x="4/3", y="5/7", **way) for way in ({"exact": True}, {"digits": 40}))
    for mine, right in [(report.value, digits.value), *((report.gradient[n], digits.gradient[n]) for n in "xy")]:
        with mpmath.workdps(40):
            assert abs(mine.mpmath() - mpf(str(right))) <= abs(mpf(str(right))) * mpf(10) ** -38
        again = gradient(str(mine), digits=40, symbolic=False).value  # what is printed is read
        assert str(again).rstrip("0") == str(right).rstrip("0")


def random_constant(seed: int) -> str:
    draw = random.Random(seed)
    parts = ["2", "pi", "e", "1/3", "sqrt(2)", "sqrt(3)", "log(3)", "5/2", "cbrt(4)", "sin(1)", "cos(pi/5)", "exp(1/2)"]
    for _ in range(draw.randint(3, 14)):
        a, b = draw.choice(parts), draw.choice(parts)
        way = draw.choice(["+", "-", "*", "*", "/", "power", "sqrt", "exp", "cos", "log", "cube"])
        made = {
            "power": f"({a})^2", "cube": f"({a})^3*({b})", "sqrt": f"sqrt(1 + ({a})^2)", "exp": f"exp(-(({a})^2))",
            "cos": f"cos({a})", "log": f"log(1 + ({a})^2)", "/": f"({a})/(1 + ({b})^2)",
        }  # fmt: skip
        parts.append(made.get(way, f"({a}) {way} ({b})"))
    return parts[-1]


@pytest.mark.parametrize("seed", range(60))
def test_random_numbers_are_the_same_as_with_digits(seed: int) -> None:
    pytest.importorskip("flint")
    text = random_constant(seed)
    mine = gradient(text, exact=True, symbolic=False).value
    right = gradient(text, digits=40, symbolic=False).value
    with mpmath.workdps(30):
        again = gradient(str(mine), digits=40, symbolic=False).value  # what is printed is read
        wanted, printed = (mpf(str(one).partition(" ± ")[0]) for one in (right, again))
        for found in (mine.mpmath(), printed):
            assert abs(found - wanted) <= abs(wanted) * mpf(10) ** -28 + mpf(10) ** -200


@pytest.mark.parametrize("count", [8, 11, 12, 13])
def test_long_products_are_right(count: int) -> None:
    pytest.importorskip("flint")
    factors = [f"(1 + sqrt({k}))" for k in range(2, count + 2)]
    value = gradient("*".join(factors), exact=True, symbolic=False).value
    with mpmath.workdps(30):
        right = mpmath.fprod(1 + mpmath.sqrt(k) for k in range(2, count + 2))
        assert abs(value.mpmath() - right) < right * mpf(10) ** -25


def test_the_decimal_stands_beside_it() -> None:
    pytest.importorskip("flint")
    found = call("grad", "sqrt(x)*cos(y)", "x=8", "y=1", "--exact").out
    assert found.startswith("f = sqrt(x)*cos(y) = 2*sqrt(2)*cos(1) ≈ 1.52821\n")
    assert "n1    sqrt(x)  2*sqrt(2) ≈ 2.82843" in found
    document = json.loads(call("grad", "sqrt(x)", "x=2", "--exact", "-o", "json").out)
    assert document["value"] == "sqrt(2)"
    assert document["gradient"] == {"x": "sqrt(2)/4"}
    assert "\\frac{\\sqrt{2}}{4}" in call("grad", "sqrt(x)", "x=2", "--exact", "-o", "latex").out
    assert call("grad", "sqrt(x)", "x=2", "--exact", "-o", "env").out == "value='sqrt(2)'\nd_x='sqrt(2)/4'\n"


def test_matrices_of_symbols() -> None:
    pytest.importorskip("flint")
    report = gradient("det(A) + sum(inv(A))", A="[[sqrt(2), 1], [1, sqrt(2)]]", exact=True)
    assert str(report.value) == "-1 + 2*sqrt(2)"
    with mpmath.workdps(30):
        found = np.vectorize(float, otypes=[float])(report.gradient["A"])
    doubles = gradient("det(A) + sum(inv(A))", A=[[2**0.5, 1], [1, 2**0.5]]).gradient["A"]
    np.testing.assert_allclose(found, doubles, rtol=1e-12)


def test_the_other_commands_speak_it() -> None:
    pytest.importorskip("flint")
    assert str(hessian("sin(x)*y^2", x="pi/3", y=2, exact=True).hessian["x"]["x"]) == "-2*sqrt(3)"
    assert str(jvp("exp(x)", x="2/3", tangent={"x": "1/2"}, exact=True).tangent) == "exp(2/3)/2"
    assert [str(x) for x in jacobian("[x/y, sqrt(x*y)]", x=2, y=3, exact=True).jacobian["x"]] == ["1/3", "sqrt(6)/4"]


def test_what_cannot_be_decided_is_said() -> None:
    pytest.importorskip("flint")
    with pytest.raises(BpcalcError, match="cannot be decided"):
        gradient("max(cos(2*x) - 2*cos(x)^2 + 1, 0)", x=1, exact=True)


def test_what_has_no_end_is_refused() -> None:
    pytest.importorskip("flint")
    for program, x in (("2^x", "10^9"), ("x^(10^7)", "1/3"), ("x", "1e100000")):
        with pytest.raises(BpcalcError):
            gradient(program, x=x, exact=True)
    program = "; ".join(["y0 = x", *(f"y{k + 1} = sin(y{k}) + exp(y{k})*cos(y{k}) + y{k}" for k in range(30))])
    with pytest.raises(BpcalcError, match="characters"):
        gradient(program, x=1, exact=True)


def test_long_numbers_are_decimals_for_the_eye_and_whole_in_scripts() -> None:
    words = ("grad", "x^50", "x=7/3", "--exact")
    value = Fraction(7, 3) ** 50
    assert call(*words).out.startswith("f = x^50 ≈ ")
    assert call(*words, "-o", "plain").out.startswith(f"value\t{value}\n")
