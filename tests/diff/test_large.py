"""`bpcalc diff` on programs that are large, nested deeply, or made of extreme numbers: a right result, soon."""

from __future__ import annotations

import math

import pytest
from commandline import call

from bpcalc import gradient


def answer(program: str, *words: str) -> str:
    status, out, err = call(["diff", "-o", "plain", "-f", "-", *words], program.encode())
    assert (status, err) == (0, "")
    return out.rstrip("\n")


@pytest.mark.parametrize(
    ("program", "derivative"),
    [
        ("(" * 100_000 + "x" + ")" * 100_000, "1"),
        ("-" * 100_000 + "x", "1"),
        ("*".join(["x"] * 10_000), "10000*x^9999"),
        (" + ".join(["sin(x)"] * 10_000), "10000*cos(x)"),
        ("where(x>0, " * 2000 + "x" + ", 0)" * 2000, "where(x > 0, 1, 0)"),
        ("1e300*1e300*x", "10^600"),
        ("x/1e300/1e300", "1/10^600"),
        ("1e-320*x", "1e-320"),
        ("6.626e-34*x", "6.626e-34"),
        ("9.109e-31*x^2/2", "9.109e-31*x"),
        ("1e308*1e308*1e-308*x", "1e+308"),
        ("inf*x", "inf"),
        ("x*0", "0"),
        ("x/0", "1/0"),
        ("-0*x", "0"),
        ("x - x", "0"),
        ("0.1*x + x*0.2", "0.3"),
        ("max(x, x)", "1"),
        ("where(x > x, 2*x, 3*x)", "3"),
    ],
)
def test_the_answer_is_short(program: str, derivative: str) -> None:
    assert answer(program) == derivative


@pytest.mark.parametrize(
    "program",
    [
        "sin(" * 3000 + "x" + ")" * 3000,
        "exp(" * 1500 + "x" + ")" * 1500,
        "sqrt(1+" * 2000 + "x" + ")" * 2000,
        "1/(1+" * 2000 + "x" + ")" * 2000,
        "^".join(["x"] * 1000),
        "; ".join(["h0 = x"] + [f"h{k + 1} = h{k}*h{k} + h{k}" for k in range(100)]),
        "*".join(f"(x+{k})" for k in range(1500)),
        " + ".join(f"{k + 1}*x^{k}" for k in range(2000)),
    ],
    ids=["sines", "exponentials", "roots", "continued fraction", "powers", "chain", "product", "polynomial"],
)
def test_what_is_nested_deeply_or_long_has_an_answer_that_grows_no_faster_than_it(program: str) -> None:
    status, out, err = call(["diff", "-f", "-"], program.encode())
    assert (status, err) == (0, "")
    assert len(out) < 200 * len(program)


def test_vectors_nested_deeply_in_vectors_have_their_entries() -> None:
    program = "x"
    for _ in range(400):
        program = f"[x[0], x[1]]*tanh({program})"
    status, out, err = call(["diff", program, "x:2"])
    assert (status, err) == (0, "")
    assert "q398" in out


def test_a_tower_of_powers_has_the_derivative_of_one() -> None:
    """x^(x^(x^…)) with 30 levels: deeper than exponents are kept as formulas."""
    program = "^".join(["x"] * 30)
    expected = gradient(program, x=1.1, symbolic=False).gradient["x"]
    assert math.isclose(gradient(answer(program), x=1.1, symbolic=False).value, expected, rel_tol=1e-12)


@pytest.mark.parametrize(
    ("words", "derivative"),
    [
        (["x^20", "--order", "20"], "2.43290200817664e+18"),
        (["exp(x)*sin(x)", "--order", "30"], "-32768*exp(x)*cos(x)"),
        (["x^500", "--order", "100"], "1.905435961338531e+265*x^400"),
        (["e*x^2", "e:", "--wrt", "e"], "x^2"),
        (["q*sin(q)"], "q*cos(q) + sin(q)"),
        (["δ^2*f", "--wrt", "δ"], "2*δ*f"),
        (["x@y", "x:1", "y:1", "--wrt", "x"], "y"),
    ],
)
def test_orders_and_names(words: list[str], derivative: str) -> None:
    assert call(["diff", *words, "-o", "plain"]).out == f"{derivative}\n"


@pytest.mark.parametrize(("word", "what"), [("y=2", "value"), ("y:n", "shape")])
def test_what_is_not_used_is_said(word: str, what: str) -> None:
    status, out, err = call(["diff", "x^2", word])
    assert (status, out, err) == (0, "∂f/∂x = 2*x\n", f'warning: the {what} of "y" is not used\n')
    assert call(["diff", "x^2", word, "--strict"]).status == 1


def test_a_size_with_a_value_is_used() -> None:
    assert call(["diff", "x@A@x", "A:n,n", "x:n", "n=3", "--wrt", "x"]).err == ""
