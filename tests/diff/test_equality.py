"""`diff --equals`: equal formulas are found equal, others not, and what is not known is not claimed."""

from __future__ import annotations

import json

import pytest
from commandline import call


def found(words: list[str]) -> tuple[int, dict[str, object]]:
    status, out, err = call(["diff", *words, "-o", "json"])
    assert err == ""
    return status, json.loads(out)["equals"]


@pytest.mark.parametrize(
    ("words", "formula", "how"),
    [
        (["x^2*sin(x)"], "x*(2*sin(x) + x*cos(x))", "normal form"),
        (["sigmoid(x)"], "sigmoid(x)*(1 - sigmoid(x))", "normal form"),
        (["sin(x)^2"], "sin(2x)", "SymPy"),
        (["tanh(x)"], "4/(exp(x) + exp(-x))^2", "SymPy"),
        (["log(x)"], "1/abs(x)", "points"),  # where log has a value
        (["relu(x)"], "x > 0", "points"),
        (["abs(x)"], "where(x > 0, 1, -1)", "points"),
        (["max(x, 100)"], "where(x > 100, 1, 0)", "normal form"),
        (["norm(A@x - b)^2", "A:m,n", "x:n", "b:m", "--wrt", "x"], "2*A.T@(A@x - b)", "normal form"),
        (["sum(relu(W@x))", "W:m,n", "x:n", "--wrt", "W"], "outer(W@x > 0, x)", "points"),
        (["x^3*y", "--wrt", "x,y"], "3x^2", "normal form"),
        (["x^4", "--order", "3"], "24x", "normal form"),
        (["(x + 1)^2 - 1", "--order", "0"], "x*(x + 2)", "normal form"),
        (["a*x^2", "a=3"], "6x", "normal form"),
        (["a*x^2", "a=3"], "2*a*x", "normal form"),
        (["q = x^2; sin(q)", "--wrt", "q"], "cos(x^2)", "normal form"),
        (["x^3"], "grad(x^3, x)", "normal form"),
        (["exp(x)", "x=0", "--taylor", "2"], "1 + x + x^2/2", "normal form"),
        (["sum(x^2)/n", "x:n"], "2*x/n", "normal form"),
    ],
)
def test_what_is_equal_is_found_equal(words: list[str], formula: str, how: str) -> None:
    status, equality = found([*words, "--equals", formula])
    assert (status, equality["holds"], equality["how"]) == (0, True, how)
    assert call(["diff", *words, "--equals", formula]).status == 0


@pytest.mark.parametrize(
    ("words", "formula"),
    [
        (["x^2"], "3*x"),
        (["x^2"], "-2*x"),
        (["abs(x)"], "1"),
        (["max(x, 100)"], "0"),  # only beyond 100 it shows
        (["max(x, -1e4)"], "1"),
        (["max(x + y, 500)", "--wrt", "x"], "0"),
        (["relu(x)"], "1"),
        (["cbrt(x)"], "x^(-2/3)/3"),  # which has no value for x < 0
        (["sqrt(x^2)"], "1"),
        (["x*sin(x)"], "sin(x) + x*cos(x) + 1e-4"),
        (["x^3", "--order", "0"], "x^2"),
        (["trace(A@B)", "A:2,2", "B:2,2", "--wrt", "A"], "B"),
        (["sum(x^2)", "x:n"], "2"),  # another shape
        (["exp(x)", "x=0", "--taylor", "2"], "1 + x + x^2"),
        (["x*y", "--wrt", "x"], "x"),
    ],
)
def test_what_is_not_is_told_with_a_point(words: list[str], formula: str) -> None:
    status, equality = found([*words, "--equals", formula])
    assert (status, equality["holds"]) == (1, False)
    assert equality["at"] or "shape" in str(equality["message"])
    status, out, err = call(["diff", *words, "--equals", formula, "-o", "plain"])
    assert status == 1
    assert "DIFFERS" in err
    assert "DIFFERS" not in out


@pytest.mark.parametrize(
    ("program", "formula"),
    [("log(-1 - x^2)", "x"), ("x^2", "2*x + 1e-8*x"), ("x^2", "sqrt(-1 - x^2)*x + acos(2 + x^2)")],
)
def test_what_is_not_known_is_said_to_be_unknown_or_different(program: str, formula: str) -> None:
    status, equality = found([program, "--equals", formula])
    assert status == 1
    assert equality["holds"] is not True


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["x*y", "--equals", "y"], "--equals is about one derivative, and there are 2"),
        (["x^2", "--equals", "2*t"], 'no variable is called "t"'),
        (["x^2", "--equals", "2*"], 'something is missing after "*"'),
        (["x^2", "--equals", ""], "the expression is empty"),
        (["A@x", "A:m,n", "x:n", "--order", "0", "--equals", "x@A"], ""),
        (["x^2", "--order", "0", "--wrt", "x"], "--order 0 is the function itself, and --wrt differentiates"),
        (["x^2", "--order", "0", "--verify"], "--verify compares derivatives"),
    ],
)
def test_a_mistake(words: list[str], message: str) -> None:
    status, out, err = call(["diff", *words])
    assert (status, out) == (2, "")
    assert err.startswith(f"error: {message}")


def test_the_terminal_is_told_how_it_is_known() -> None:
    def last(*words: str) -> str:
        return call(["diff", *words]).out.splitlines()[-1]

    assert last("x^2", "--equals", "2*x") == "∂f/∂x equals 2*x: the same formula"
    assert last("sin(x)^2", "--equals", "sin(2x)") == "∂f/∂x equals sin(2x): proved by SymPy"
    assert last("relu(x)", "--equals", "x > 0").startswith("∂f/∂x equals x > 0: the same at ")
    assert last("relu(x)", "--equals", "x > 0").endswith(" random points, not proved")
    assert "undecided" in last("log(-1 - x^2)", "--equals", "x")


@pytest.mark.parametrize(
    ("words", "program"),
    [(["(x+1)^2 - 1"], "x^2 + 2*x"), (["x*y - y*x"], "0"), (["A@x - A@x + b", "A:m,n", "x:n", "b:m"], "b"),
     (["a*x", "a=1/3"], "x/3"), (["sin(0)*x + 2 + 3"], "5")],
)  # fmt: skip
def test_order_0_is_the_function_itself(words: list[str], program: str) -> None:
    assert call(["diff", *words, "--order", "0", "-o", "plain"]).out == f"{program}\n"
    assert call(["diff", *words, "--order", "0", "--get", "value"]).out == f"{program}\n"
