"""Matrices as on paper: transposes, inverses, powers; arrays without commas, tuples, braces; bases of logarithms."""

from __future__ import annotations

import math

import numpy as np
import pytest
from commandline import call

import bpcalc
from bpcalc.errors import BpcalcError

A, B, X = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([[2.0, -1.0], [0.5, 3.0]]), np.array([1.0, -2.0])


def value(program: str, **values: object) -> object:
    return bpcalc.gradient(program, {"A": A, "B": B, "x": X} | values).value


@pytest.mark.parametrize("transposed", ["A^T", "A^{T}", "A'", "Aᵀ", "A⊤", "A.T", "A.'", "A’", "A**T"])
def test_every_transpose(transposed: str) -> None:
    assert value(f"x@{transposed}@B@x") == X @ A.T @ B @ X
    assert value(f"sum(({transposed}@B)^T .* A)") == np.sum((A.T @ B).T * A)


@pytest.mark.parametrize("text", ["x^T*x", "x'*x", "xᵀ*x", "x⊤*x", "x^{T}*x", "x**T*x", "(2*x)^T*x", "2*x^T*(x + 1)",
                                  "x*x^T", "A*x'", "s = 2*x; x^T*s", "f(u, v) = u^T*v; f(x, x)", "x^T*max(x, 0)",
                                  r"\mathbf{x}^T * \mathbf{x}", r"A * A^\top"])  # fmt: skip
def test_a_star_beside_a_transpose_of_paper_has_two_readings(text: str) -> None:
    """On paper it is the product of matrices, in NumPy entry by entry; only `x.T` says which."""
    with pytest.raises(bpcalc.errors.BpcalcError, match="can be read two ways") as refused:
        value(text)
    assert refused.value.span is not None


def test_a_star_beside_a_transpose_and_a_number_is_the_product() -> None:
    for text in ("sum(x^T*2)", "sum(2*x^T)", "sum(x'*sum(x))*2/sum(x)", "sum(x.T*(x + 2) - x.*x)",
                 r"\sum_i (2 * x^T)_i"):  # fmt: skip
        assert value(text) == 2 * X.sum()
    assert value("sum(A.T*B)") == np.sum(A.T * B)
    assert value("x.T@x") == value("x^T@x") == value("x'@x") == value(r"\mathbf{x}^T \mathbf{x}") == X @ X


def test_a_t_with_a_value_is_a_power() -> None:
    assert value("sum(A^T)", T=2.0) == np.sum(A**2)
    assert value("T = 2; sum(A^T)") == np.sum(A**2)
    assert bpcalc.diff("k^T", {"k": ""})["k"] == "T*k^(T - 1)"
    assert bpcalc.diff("w^T@x + b", {"w": "n", "x": "n", "b": ""})["w"] == "x"
    assert bpcalc.diff("trace(X^T@X)", {"X": "m,n"})["X"] == "2*X"
    assert bpcalc.diff("f(U) = trace(U^T@U); f(X)", {"X": "m,n"})["X"] == "2*X"


def test_a_quote_still_holds_an_option() -> None:
    assert value("mse_loss(x, 2*x, reduction='sum')") == np.sum(X**2)
    assert value("mse_loss(x, 2*x, reduction= 'sum') + sum(A'@x)") == np.sum(X**2) + np.sum(A.T @ X)


@pytest.mark.parametrize(
    "program",
    ["trace(A^-1)", "x@A^-1@x", "sum(A^{-1})", "sum((A@B)^-1)", "det(A')^-1*sum(A^-1)",
     "f(C) = det(C^-1); f(A)"],
)  # fmt: skip
def test_the_inverse_on_paper_names_both(program: str) -> None:
    with pytest.raises(BpcalcError, match="of a square matrix can be read two ways") as caught:
        value(program)
    assert "inv(A" in caught.value.hint
    assert "1/" in caught.value.hint


def test_powers_that_have_one_reading() -> None:
    assert value("sum(A**-1)") == value("sum(1/A)") == value("sum(A.^-1)") == np.sum(1 / A)
    assert value("sum(x^-1)") == np.sum(1 / X)
    assert value("det(A)^-1") == pytest.approx(-0.5)
    assert value("sum((x@x)^-1*x)") == pytest.approx(np.sum(X / 5))
    assert value("sum([[2]]^-1)") == 0.5


@pytest.mark.parametrize(
    ("program", "note"),
    [
        ("trace(A^2)", "A^2 is entry by entry; the power of the matrix is A@A"),
        ("x@A²@x", "A^2 is entry by entry; the power of the matrix is A@A"),
        ("det((A + B)^3)", "(A + B)^3 is entry by entry; the power of the matrix is (A + B)@(A + B)@(A + B)"),
        ("sum((A^2)'@x)", "A^2 is entry by entry; the power of the matrix is A@A"),
        ("sum(A^2)", ""),
        ("trace(A**2)", ""),
        ("trace(A.^2)", ""),
        ("sum(A@x^2)", ""),
    ],
)
def test_a_power_that_goes_into_a_matrix_product_is_told(program: str, note: str) -> None:
    report = bpcalc.gradient(program, {"A": A, "B": B, "x": X} if "B" in program else {"A": A, "x": X})
    assert [one.message for one in report.warnings if one.kind == "note"] == [note] * bool(note)
    shapes = {name: size for name, size in {"A": "n,n", "B": "n,n", "x": "n"}.items() if name in program}
    found = call(["diff", program, *(f"{name}:{size}" for name, size in shapes.items()), "--strict"])
    assert (found.status, found.err) == (0, f"note: {note}\n" if note else "")


def test_what_bpcalc_writes_for_a_reciprocal_is_read() -> None:
    heading = call(["grad", "sum(A**-1)", "A=[[1,2],[3,4]]"]).out.splitlines()[0]
    assert heading.startswith("f = sum(A^(-1))")
    done = call(["grad", "sum(A^(-1))", "A=[[1,2],[3,4]]", "--get", "value"])
    assert float(done.out) == np.sum(1 / A)
    assert done.err == "note: A^(-1) is entry by entry; the inverse of the matrix is inv(A)\n"


@pytest.mark.parametrize(
    ("written", "array"),
    [
        ("[1 2 3]", [1, 2, 3]), ("[1 2; 3 4]", [[1, 2], [3, 4]]), ("[1, 2; 3, 4]", [[1, 2], [3, 4]]),
        ("[1; 2]", [[1], [2]]), ("[1 -2, 3]", [-1, 3]), ("[1 - 2]", [-1]), ("[-1 2; 3, 4]", [[-1, 2], [3, 4]]),
        ("[[1 2] [3 4]]", [[1, 2], [3, 4]]), ("[[1 2]\n [3 4]]", [[1, 2], [3, 4]]), ("[sqrt(4)/8 -pi]", None),
        ("[pi/4 3]", [math.pi / 4, 3]), ("[pi/4 sqrt(4)]", None), ("[1. 2.5 .5]", [1, 2.5, 0.5]), ("[1e3 -2.]", None),
        ("[1 -2 3]", None), ("[2 -x]", None), ("[1 2, 3]", None), ("[2 (1)]", None), ("[1, 2 3]", None),
    ],
)  # fmt: skip
def test_arrays_without_commas(written: str, array: list[float] | None) -> None:
    """As a value and in a program; what has two readings is an error."""
    as_value = call(["grad", "sum(2*y)", f"y={written}", "--get", "y.value"])
    in_program = call(["grad", f"sum(2*{written})*x", "x=1", "--get", "value"])
    if array is None:
        assert as_value.status == in_program.status == 2
        return
    assert (as_value.status, in_program.status) == (0, 0)
    assert bpcalc.gradient("sum(y)", y=written)["y"].value.tolist() == array
    assert float(in_program.out) == pytest.approx(2 * np.sum(array))


def test_tuples_are_arrays_in_arguments() -> None:
    assert value("sum(sum(A, axis=(0, 1)))") == 10
    assert value("sum(zeros((2, 3)) + 1) + sum(ones((2,)))") == 8
    assert value("sum(concat((x, 2*x)))") == 3 * np.sum(X)
    assert value("max((1, 4, 2))") == 4
    assert value("sum([(1, 2), (3, 4)]@x)") == np.sum(A @ X)
    with pytest.raises(BpcalcError, match="unexpected"):
        value("(1, 2)@x")


def test_braces_are_brackets() -> None:
    assert value("1/(1 + e^{-t})", t=2.0) == pytest.approx(1 / (1 + math.exp(-2)))
    assert value("{t + 1}{t} + {t + 1}^{2}", t=2.0) == 15
    with pytest.raises(BpcalcError, match="closes"):
        value("(t}", t=1.0)


def test_operators_of_matlab() -> None:
    assert value("sum(x.^2 .* x ./ 2)") == np.sum(X**3 / 2)
    assert value("2.*3") == 6
    assert value("1./t", t=4.0) == 0.25


@pytest.mark.parametrize(
    ("base", "expected"),
    [("10", math.log10(7)), ("2", math.log2(7)), ("b", math.log(7, 3)), ("b + 1", math.log(7, 4))],
)
def test_the_base_of_a_logarithm(base: str, expected: float) -> None:
    report = bpcalc.gradient(f"log(t, {base})", {"t": 7.0} | ({"b": 3.0} if "b" in base else {}))
    assert report.value == pytest.approx(expected, rel=1e-15)
    if base == "b":  # d/db log(t)/log(b)
        assert report.gradient["b"] == pytest.approx(-math.log(7) / (3 * math.log(3) ** 2))


@pytest.mark.parametrize(
    ("program", "values", "gate"),
    [
        ("log(sum(exp(a)))", {"a": [1000.0, 1000.0]}, "logsumexp(a)"),
        ("sum(log(sum(exp(a), axis=1)))", {"a": [[1000.0, 1.0]]}, "logsumexp(a, axis=1)"),
        ("log(1 + exp(x))", {"x": 1000.0}, "softplus(x)"),
        ("s = w*x; log(exp(-s) + 1)", {"w": 1.0, "x": -1000.0}, "softplus(-s)"),
        ("1/(1 + exp(-x))", {"x": -1000.0}, "sigmoid(x)"),
        ("exp(x)/(1 + exp(x))", {"x": 1000.0}, "sigmoid(x)"),
        ("(exp(a)/sum(exp(a)))[0]", {"a": [1000.0, 1.0]}, "softmax(a)"),
        ("exp(x)", {"x": 1000.0}, ""),
    ],
)
def test_an_exponential_that_overflows_names_the_gate_that_does_not(
    program: str, values: dict[str, object], gate: str
) -> None:
    message = next(one.message for one in bpcalc.gradient(program, values).warnings if "forward" in one.message)
    assert message.endswith(f"; {gate} does not overflow" if gate else "for x = 1000")


@pytest.mark.parametrize(
    ("program", "right"),
    [
        ("w_{0}*x_0", 6.0), ("w_{0}x_{0} + 1", 7.0), ("2w_{0}^2", 8.0), ("x^{2}y^{3}", 5**2 * 7**3),
        ("e^{-x}{y + 1}", 8 * math.exp(-5)), ("sqrt{x} + max{x, y}", math.sqrt(5) + 7), ("-x^{2}y", -175.0),
        ("{x + y}/{2}", 6.0), ("x_{10} + x_{max}", 3.0), ("ｘ＋２ｙ", 19.0), ("（x＋y）＊２", 24.0),
        ("ａ＝x；ａ＾２", 25.0), ("sum（［x，１．５］）", 6.5), ("x ＞ ４ ？ y ： ０", 7.0), ("｜x － y｜", 2.0),
    ],
)  # fmt: skip
def test_braces_and_full_width_characters(program: str, right: float) -> None:
    values = {"x": 5.0, "y": 7.0, "w_0": 2.0, "x_0": 3.0, "x_10": 1.0, "x_max": 2.0}
    assert bpcalc.gradient(program, values).value == pytest.approx(right)


def test_an_index_in_braces_is_the_name_that_has_a_value() -> None:
    assert bpcalc.gradient("w_{0}*x", {"w0": 2.0, "x": 3.0}).gradient == {"w0": 3.0, "x": 2.0}
    assert bpcalc.gradient("w_{0}*x + w0", {"w0": 2.0, "w_0": 5.0, "x": 3.0}).value == 17.0
    assert call(["grad", "w_{0} = 2; w_{0}*x", "x=3", "--get", "w_{0}.value"]).out == "2.0\n"
    assert call(["grad", "θ_{1}*x", "θ_{1}=2", "x=3", "--get", "value"]).out == "6.0\n"
    assert bpcalc.diff("x_{1}^{2}y")["x_1"] == "2*x_1*y"


@pytest.mark.parametrize(
    ("program", "right"),
    [
        ("2·x[0]", 2.0), ("sum(2·x)", -2.0), ("x[0]·x[1]^2·3", 12.0), ("(x@x)×2", 10.0), ("sum(x⊙x)", 5.0),
        ("6/2·3", 9.0),
        ("f(a, b) = a·b; f(x[0], 3)", 3.0), ("sum(x∙2)", -2.0), ("-2·3", -6.0), ("2^2·3", 12.0),
    ],
)  # fmt: skip
def test_a_dot_beside_a_number_is_the_product(program: str, right: float) -> None:
    assert value(program) == right


@pytest.mark.parametrize(
    "program", ["x·x", "2·x·x", "A×B", "f(a, b) = a·b; sum(f(A, 2B))", "sum((A@x)·(B@x))", "A·x", "x*x + x⋅x"]
)
def test_a_dot_between_arrays_names_both(program: str) -> None:
    with pytest.raises(BpcalcError, match="can be read two ways") as caught:
        value(program)
    assert "@" in caught.value.hint
    assert "entry by entry" in caught.value.hint


@pytest.mark.parametrize(
    ("program", "right"),
    [
        ("½", 0.5), ("½x[0]²", 0.5), ("(9)^½", 3.0), ("-¼ + ⅓", 1 / 12), ("¾(1 + 1)", 1.5), ("log₂(8)", 3.0),
        ("log_{10}(100)", 2.0), ("log_2(2)·3", 3.0),
    ],
)  # fmt: skip
def test_fractions_and_bases_in_one_sign(program: str, right: float) -> None:
    assert value(program) == pytest.approx(right, rel=1e-15)
