"""`bpcalc diff --taylor`: a polynomial where the function has one, a reason where it has none; whatever is free."""

from __future__ import annotations

import math

import pytest
from commandline import call

from bpcalc import gradient

HAS = "error: f has no Taylor polynomial there: "
IS = "error: f is not defined there: its value is "


def answer(*words: str) -> str:
    status, out, err = call(["diff", "-o", "plain", *words])
    assert (status, err) == (0, ""), err
    return out.rstrip("\n")


def refusal(*words: str) -> str:
    status, out, err = call(["diff", *words])
    assert (status, out) == (2, ""), out
    return err.rstrip("\n")


@pytest.mark.parametrize(
    ("program", "order", "polynomial"),
    [
        # a zero over a zero
        ("sin(x)/x", 4, "1 - x^2/6 + x^4/120"),
        ("sin(a*x)/x", 4, "a - a^3*x^2/6 + a^5*x^4/120"),
        ("(exp(x) - 1)/x", 3, "1 + x/2 + x^2/6 + x^3/24"),
        ("(1 - cos(a*x))/x^2", 2, "a^2/2 - a^4*x^2/24"),
        ("x/tan(x)", 6, "1 - x^2/3 - x^4/45 - 2*x^6/945"),
        ("1/(1 + 1/x)", 3, "x - x^2 + x^3"),
        ("1/sin(x) - 1/x", 3, "x/6 + 7*x^3/360"),
        ("where(x == 0, 1, sin(x)/x)", 2, "1 - x^2/6"),
        # kinks that cancel, or come later
        ("relu(x) - relu(-x)", 3, "x"),
        ("a*max(x, 0) + a*min(x, 0)", 2, "a*x"),
        ("abs(x)*abs(x)", 3, "x^2"),
        ("a + a*abs(x)^3", 2, "a"),
        ("x*abs(x)", 1, "0"),
        ("sqrt(x^4)", 3, "x^2"),
        ("cbrt(x^3)", 2, "x"),
        ("hypot(x, 2)", 2, "2 + x^2/4"),
        ("max(x, abs(x)) - max(0, 2*x)", 1, "-x"),
        ("floor(x^2)", 3, "0"),
        ("x^2.5", 2, "0"),
        ("cos(sqrt(x))", 2, "1 - x/2 + x^2/24"),
        ("sqrt(x)*sqrt(x)", 2, "x"),
        ("atan2(x^2, -1)", 2, "atan2(0, -1) - x^2"),
        # conditions of other variables
        ("relu(x + a)", 2, "relu(a) + where(a > 0, x, 0)"),
        ("where(a > 0, x, x^2)", 2, "where(a > 0, x, 0) + where(a > 0, 0, x^2)"),
        ("stop_gradient(x + 2)*x", 2, "2*x"),
    ],
)
def test_what_is_smooth_has_a_polynomial(program: str, order: int, polynomial: str) -> None:
    found = answer(program, "x=0", "--wrt", "x", "--taylor", str(order))
    at = {"x": 0.0625, "a": 0.75}
    for sign in (1.0, -1.0):
        here = at | {"a": sign * 0.75}
        assert math.isclose(number(found, here), number(polynomial, here), rel_tol=1e-14, abs_tol=1e-15), found


def number(program: str, values: dict[str, float]) -> float:
    return float(gradient(f"{program} + 0*(x + a)", {"a": 0.0} | values).value)


def test_a_variable_that_cancels() -> None:
    assert answer("w*x/w", "w=0", "--wrt", "w", "--taylor", "2") == "x"


@pytest.mark.parametrize(
    ("program", "order", "message"),
    [
        ("abs(x)", 2, f"{HAS}its derivative of order 1 is -1 from the left, 1 from the right"),
        ("a*abs(x)", 2, f"{HAS}its derivative of order 1 is -a from the left, a from the right"),
        ("abs(x)^3 + a", 3, f"{HAS}its derivative of order 3 is -6 from the left, 6 from the right"),
        ("sqrt(x^2)", 1, f"{HAS}its derivative of order 1 is -1 from the left, 1 from the right"),
        ("a + floor(x)", 1, f"{HAS}it is a - 1 from the left, a from the right"),
        ("a*sqrt(x)", 1, f"{HAS}its derivative of order 1 is infinite"),
        ("-cbrt(x)", 1, f"{HAS}its derivative of order 1 is -inf"),
        ("x^2.5", 3, f"{HAS}its derivative of order 3 is inf"),
        ("a*log(x)", 2, f"{IS}infinite\n  log is infinite there"),
        ("a/x^2", 2, f"{IS}infinite\n  it grows as a/x^2"),
        ("(x + 1)/(2*x)", 2, f"{IS}inf\n  it grows as 1/(2*x)"),
        ("where(x == 0, 5, sin(x)/x)", 2, f"{HAS}its value is 5, its limit 1"),
        ("x != 0", 2, f"{HAS}its value is 0, its limit 1"),
        ("atan2(x, -1)", 1, f"{HAS}it is -atan2(0, -1) from the left, atan2(0, -1) from the right"),
        ("atan(1/x)", 2, f"{HAS}none is found: atan takes what grows beyond all bounds"),
        ("x/(x - x)", 2, f"{IS}NaN\n  it divides by 0"),
        ("log(x - 1)", 2, f"{IS}NaN\n  log is NaN there"),
        ("x/(sin(x)^2 + cos(x)^2 - 1)", 2,
         f"{IS}NaN\n  none is found: 22 coefficients are 0, and it cannot be told whether all are"),
        ("norm([x, x])", 2, f"{HAS}it has no derivative of order 1 there"),
        ("a*max([x, 2*x])", 1, f"{HAS}it has no derivative of order 1 there"),
        ("sum(abs([x, x])^3)", 3, f"{HAS}it has no derivative of order 3 there"),
        ("sum(floor([x, a]))", 1, f"{HAS}it has no value there that it tends to"),
    ],
)  # fmt: skip
def test_what_is_not_smooth_is_refused_with_the_reason(program: str, order: int, message: str) -> None:
    assert refusal(program, "x=0", "--wrt", "x", "--taylor", str(order)) == message


@pytest.mark.parametrize(
    ("program", "at"),
    [("abs(sin(x) - 1/2)", "pi/6"), ("floor(tan(x)^2)", "pi/3"), ("(sin(x) - 1/2)/(x - pi/6)", "pi/6")],
)
def test_what_cannot_be_told_is_said(program: str, at: str) -> None:
    assert "none is found: it cannot be told whether" in refusal(program, f"x={at}", "--taylor", "1")


@pytest.mark.parametrize(
    "words",
    [
        ("norm([x, 1])", "x=1"), ("sum(exp(x*v))", "v:n", "x=0"), ("x*v", "v:n", "x=1"), ("norm(x*v)^2", "v:n", "x=0"),
        ("logdet(x*A)", "A:n,n", "x=2"), ("softmax([x, 0])[0]", "x=0"), ("sum(abs(x + v))", "v:n", "x=0"),
    ],
)  # fmt: skip
def test_arrays_have_polynomials_as_before(words: tuple[str, ...]) -> None:
    assert call(["diff", *words, "--wrt", "x", "--taylor", "3"]).status == 0


def test_a_kink_is_told_where_other_variables_are_free() -> None:
    told = "warning: n1 = abs(x) has no derivative at x = 0 (∂/∂x is -1 from the left, 1 from the right)"
    for words in (["a*abs(x)", "x=0", "--wrt", "x"], ["a*abs(x)*b + c", "x=0", "--wrt", "x"]):
        assert told in call(["diff", *words]).err + call(["diff", *words]).out
    for words in (["a*abs(x)", "x=0"], ["a*abs(x)", "x=1", "--wrt", "x"], ["abs(x - a)", "x=0", "--wrt", "x"]):
        result = call(["diff", *words])
        assert "no derivative" not in result.err + result.out
    arrays = call(["diff", "norm(x*v)", "v:n", "x=0", "--wrt", "x"])
    assert "no derivative" in arrays.err + arrays.out


@pytest.mark.parametrize(
    "words",
    [
        ("sin(x)/x", "4"), ("sin(a*x)/x", "4"), ("abs(x)^3", "2"), ("where(x == 0, 1, sin(x)/x)", "2"),
        ("exp(sin(x))", "20"), ("exp(a*x)*sin(b*x)", "5"),
    ],
)  # fmt: skip
def test_they_verify(words: tuple[str, ...]) -> None:
    program, order = words
    result = call(["diff", program, "x=0", "--taylor", order, "--verify"])
    assert (result.status, result.err) == (0, "")
    assert "the polynomial agrees" in result.out


def test_deep_programs_and_high_orders() -> None:
    assert answer("sin(" * 1000 + "x" + ")" * 1000, "x=0", "--taylor", "3") == "x - 500*x^3/3"
    found = answer("exp(sin(x))", "x=0", "--taylor", "60")
    assert math.isclose(number(found, {"x": 0.75}), math.exp(math.sin(0.75)), rel_tol=1e-13)
