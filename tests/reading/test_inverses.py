"""S⁻¹ is the inverse where S is a matrix, as on paper and as `-o unicode` prints it; of other things it is 1/x."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from commandline import call

from bpcalc import gradient

S = np.array([[2.0, 1.0], [0.5, 3.0]])
A = np.array([[1.0, 2.0], [-1.0, 0.5]])
a = np.array([1.0, -2.0])
VALUES: dict[str, Any] = {"S": S, "A": A, "a": a, "x": 4.0}
INVERSE = np.linalg.inv(S)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("trace(S⁻¹)", np.trace(INVERSE)),
        ("a@S⁻¹@a", a @ INVERSE @ a),
        ("a@S⁻ᵀ@A@a", a @ INVERSE.T @ A @ a),
        ("a@(S@A)⁻¹@a", a @ np.linalg.inv(S @ A) @ a),
        ("q = S⁻¹; sum(q*A)", np.sum(INVERSE * A)),
        ("f(M) = trace(M⁻¹@A); f(S)", np.trace(INVERSE @ A)),
        ("x⁻¹", 0.25),
        ("sum(a⁻¹)", 0.5),
        ("x⁻² + x²", 16.0625),
        ("sum(S**-1)", np.sum(1 / S)),  # NumPy's own
        ("trace(inv(S)⁻¹)", np.trace(S)),
    ],
)
def test_means_what_paper_means(text: str, value: float) -> None:
    used = {name: value for name, value in VALUES.items() if name in text.replace("trace", "").replace("sum", "")}
    assert gradient(text, used).value == pytest.approx(value, rel=1e-12)


@pytest.mark.parametrize(
    ("formula", "name"), [("trace(inv(S)@A)", "S"), ("trace(inv(S)@A)", "A"), ("logdet(S)", "S"), ("a@inv(S)@a", "S")]
)
def test_what_unicode_prints_of_inverses_reads_back(formula: str, name: str) -> None:
    printed = call(["diff", formula, "S:n,n", "A:n,n", "a:n", "--wrt", name, "-o", "unicode"]).out
    right = printed.partition(" = ")[2].strip()
    program = {"−S⁻ᵀaaᵀS⁻ᵀ": "-S⁻ᵀ@outer(a, a)@S⁻ᵀ", "−S⁻ᵀAᵀS⁻ᵀ": "-S⁻ᵀ@Aᵀ@S⁻ᵀ"}.get(right, right)
    used = {one: VALUES[one] for one in "SAa" if one in program.replace("outer", "")}
    value = gradient(program, used, upstream=np.ones((2, 2)), symbolic=False).value
    slope = gradient(formula, {one: VALUES[one] for one in "SAa" if f"{one}" in formula.replace("trace", "")})
    np.testing.assert_allclose(value, slope.gradient[name], rtol=1e-10)


def test_a_value_may_be_one() -> None:
    assert call(["grad", "sum(M)", "M=[[2,0],[0,4]]⁻¹", "--get", "value"]).out == "0.75\n"


def test_one_that_is_not_square_is_told() -> None:
    done = call(["grad", "sum(M⁻¹)", "M=[[1,2,3],[4,5,6]]"])
    assert done.status == 2
    assert "a square matrix is needed" in done.err


def test_behind_a_gradient_it_is_refused() -> None:
    done = call(["grad", "sum(grad(sum(S@S), S)⁻¹)", "S=[[1,2],[3,4]]"])
    assert done.status == 2
    assert "write inv(…) or 1/…" in done.err


def test_diff_has_it_too() -> None:
    assert call(["diff", "trace(S⁻¹)", "S:n,n"]).out == call(["diff", "trace(inv(S))", "S:n,n"]).out
    assert call(["diff", "x⁻¹"]).out == "∂f/∂x = -1/x^2\n"
    words = ["trace(S⁻¹)", "S=[[2,0],[0,4]]", "--tangent", "S=[[1,0],[0,1]]", "--get", "tangent"]
    assert call(["jvp", *words]).out == "-0.3125\n"
    assert call(["hessian", "x⁻¹", "x=2", "--get", "x.x"]).out == "0.25\n"
