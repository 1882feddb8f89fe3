"""The cases of `bpcalc diff` are right before bpcalc is tried: every answer agrees with differences of its program.

The oracle itself is held against plain central differences, against bpcalc's forward pass (which knows no rule of a
derivative) and against numbers that are published.
"""

from __future__ import annotations

import math
import re
from typing import Any

import mpmath
import numpy as np
import pytest
from language import WORD
from mpmath import mpf
from oracle import (
    DIGITS,
    MATRIX,
    SCALARS,
    TAYLOR,
    agree,
    central_differences,
    coefficients,
    derivative,
    differences,
    evaluate,
    evaluate_number,
    numbers,
    points,
    shapes,
    wrt,
)

from bpcalc.algebra.arrays import ARRAYS
from bpcalc.engine.forward import forward
from bpcalc.errors import Source
from bpcalc.reading.parser import parse

DRAWS = (0, 1)  # each case with two sets of sizes and numbers
EXACT = mpf(10) ** -15  # how far two numbers of 50 digits may be apart, after differences of the tenth order and more


def named(cases: list[dict[str, Any]]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("case", [pytest.param(case, id=case["title"]) for case in cases])


@named(MATRIX)
def test_the_textbook_agrees_with_differences(case: dict[str, Any]) -> None:
    for draw in DRAWS:
        values = numbers(case, draw)
        found, expected = evaluate(case["textbook"], values), differences(case, values)
        assert found.shape == expected.shape
        assert agree(found, expected), f"{case['textbook']} gives\n{found}\nthe differences\n{expected}\nat {values}"


@named([case for case in MATRIX if len(wrt(case)) == 1])
def test_complex_steps_agree_with_real_ones(case: dict[str, Any]) -> None:
    values = numbers(case)
    real = central_differences(lambda moved: evaluate(case["program"], moved), values, case["wrt"])
    assert agree(differences(case, values), real, 1e-7)


@named(MATRIX)
def test_bpcalc_reads_a_matrix_case_as_the_oracle_does(case: dict[str, Any]) -> None:
    values = numbers(case)
    for text in (case["program"], case["textbook"]):
        assert agree(evaluate(text, values), by_bpcalc(text, case, values))


def by_bpcalc(text: str, case: dict[str, Any], values: dict[str, Any]) -> Any:
    """The value of a text by bpcalc's parser and forward pass, with the sizes written in as numbers."""
    sizes = {name: str(value) for name, value in values.items() if name not in case["shapes"]}
    text = WORD.sub(lambda word: sizes.get(word.group(), word.group()), text)
    program = parse(Source(text), case["shapes"])
    bound = {name: ARRAYS.value(values[name]) for name in program.variables}
    return forward(ARRAYS, program.graph, bound, [program.output])[program.output]


@named(MATRIX)
def test_a_matrix_case_is_complete(case: dict[str, Any]) -> None:
    kinds = {"positive", "symmetric", "invertible", "tall", "large", "probabilities", "signs", "binary", "labels"}
    assert (
        case.keys() <= {"title", "source", "program", "shapes", "wrt", "order", "jacobian", "textbook", "exact"} | kinds
    )
    sizes = {size for shape in shapes(case).values() for size in shape}
    assert not sizes & shapes(case).keys(), "a size has the name of a variable"
    assert set(wrt(case)) <= shapes(case).keys()
    for kind in kinds & case.keys():
        assert set(case[kind]) <= shapes(case).keys(), kind
    assert bool(np.ndim(evaluate(case["program"], numbers(case)))) == case.get("jacobian", False)


@named(SCALARS)
def test_an_answer_agrees_with_differences(case: dict[str, Any]) -> None:
    for values in points(case):
        with mpmath.workdps(DIGITS):
            found, expected = evaluate_number(case["answer"], values), derivative(case, values)
            assert abs(found - expected) <= EXACT * (1 + abs(expected)), f"{found} is not {expected} at {values}"


@named(SCALARS)
def test_bpcalc_reads_a_scalar_case_as_the_oracle_does(case: dict[str, Any]) -> None:
    values = points(case)[0]
    for text in (case["program"], case["answer"]):
        program = parse(Source(text), values)
        bound = {name: ARRAYS.value(float(values[name])) for name in program.variables}
        read = forward(ARRAYS, program.graph, bound, [program.output])[program.output]
        assert agree(read, float(evaluate_number(text, values)), 1e-12)


@named(TAYLOR)
def test_a_polynomial_has_the_taylor_coefficients(case: dict[str, Any]) -> None:
    with mpmath.workdps(DIGITS):
        point, expected = evaluate_number(case["point"], {}), coefficients(case)
        for step in (mpf("-0.7"), mpf("0.3"), mpf(2)):
            found = evaluate_number(case["answer"], {case["wrt"]: point + step})
            assert abs(found - mpmath.polyval(expected[::-1], step)) <= EXACT


@pytest.mark.parametrize(("cases", "least"), [(MATRIX, 300), (SCALARS, 190), (TAYLOR, 30)])
def test_no_case_is_lost_and_none_stands_twice(cases: list[dict[str, Any]], least: int) -> None:
    assert len(cases) >= least
    assert len({case["title"] for case in cases}) == len(cases)


def test_numbers_are_the_same_every_time_and_sizes_differ() -> None:
    case = next(case for case in MATRIX if case["title"] == "least squares")
    once, again, other = numbers(case), numbers(case), numbers(case, 1)
    assert once["m"] != once["n"]
    assert once["A"].shape == (once["m"], once["n"])
    assert np.array_equal(once["A"], again["A"])
    assert not np.array_equal(once["x"], other["x"])


@pytest.mark.parametrize(
    ("text", "published"),
    [
        ("2^3^2 - -2^2", 516.0),
        ("1 - 2*3/4 < 0", 1.0),
        ("det([[1, 2], [3, 4]])", -2.0),
        ("[[1, 2], [3, 4]]@[5, 6]", [17.0, 39.0]),
        ("[1, 2]@[[1, 2], [3, 4]].T", [5.0, 11.0]),
        ("softmax_loss(zeros(3, 10), [0, 5, 9])", 3 * math.log(10)),  # CS231n: the loss of equal scores
        ("svm_loss([[3.2, 5.1, -1.7]], [0])", 2.9),  # CS231n lecture 3: the cat's scores
        ("var([2, 4, 4, 4, 5, 5, 7, 9])", 4.0),  # Wikipedia, Standard deviation
        ("f(a, b) = a*b; q = f(2, 3); q^2", 36.0),
        ("max([[1, 5], [7, 2]], axis=1)", [5.0, 7.0]),
        ("scatter([8, 9], 2, 3, key=\"1, :2\")", [[0, 0, 0], [8, 9, 0]]),
        ("lambda = 3; 2*lambda", 6.0),
    ],
)  # fmt: skip
def test_the_oracle_reads_the_language(text: str, published: Any) -> None:
    assert agree(evaluate(text, {}), np.array(published, dtype=float))


X = "[[0.5, -1.5, 2], [3, 1, -0.25]]"
S = "[[2, 0.5], [-1, 3]]"


@pytest.mark.parametrize(
    "text",
    [
        *(f"{name}({X}, axis=0)" for name in ("sum", "mean", "prod", "norm", "var", "std", "softmax", "log_softmax")),
        *(f"{name}({X}, axis=1, keepdims=True)" for name in ("sum", "mean", "max", "min", "logsumexp", "norm")),
        *(f"{name}({X})" for name in ("max", "min", "prod", "mean", "logsumexp", "softmax", "diag", "transpose")),
        *(f"{name}({X})" for name in ("sign", "abs", "floor", "ceil", "cbrt", "relu", "leaky_relu", "elu", "gelu")),
        *(f"{name}({X})" for name in ("softplus", "sigmoid", "silu", "erf", "erfc", "tanh", "asinh", "atan", "expm1")),
        *(f"{name}({S})" for name in ("trace", "det", "inv", "diag", "cofactors", "prod_others")),
        *(f"{name}({S}^2)" for name in ("log2", "log10", "log1p", "sqrt", "gamma", "lgamma", "digamma")),
        *(f"{name}([1, -2], [0.5, 3])" for name in ("max", "min", "hypot", "atan2", "outer", "matmul", "dot")),
        *(f"{name}([1.5, -2, 4])" for name in ("diag", "cumsum", "cumsum_back", "prod_others")),
        *(f"{name}(sigmoid({S}), [[0, 1], [1, 1]])" for name in ("mse_loss", "bce_loss")),
        *(f"{name}({X}, [2, 0], reduction=mean)" for name in ("softmax_loss", "svm_loss")),
        f"logdet(-{X}@{X}.T)", f"solve({S}, {X})", f"clip({X}, -1, 1)", f"pick({X}, [2, 0])", "one_hot([2, 0], size=3)",
        f"where({X} > 0, {X}, 0)", "logit(0.3)", "polygamma(1, [0.5, 2])", f"reshape({X}, 3, 2)",
        f"concat({X}, {S}, axis=1)",
        f"stack({S}, {S}, axis=1)", "arange(2, 8, 2)", "linspace(0, 1, 5)", "eye(2, 3)", "zeros(2, 3)", "ones([2, 3])",
        f"{X}[1:, -1]", f"{X}[0]", "[1, 2] == [1, 3]", "[1, 2] != [1, 3]", "[1, 2] <= 1", "[1, 2] >= 2", "tau + e + pi",
    ],
)  # fmt: skip
def test_a_function_of_the_oracle_is_bpcalcs(text: str) -> None:
    assert agree(evaluate(text, {}), by_bpcalc(text, {"shapes": {}}, {}), 1e-12)


def calls(names: str, inputs: str) -> list[str]:
    return [f"{name}({inputs})" for name in names.split()]


@pytest.mark.parametrize(
    "text",
    [
        *calls("exp log ln log2 log10 log1p expm1 sqrt cbrt abs sign sin cos tan sinh cosh tanh asin acos atan", "0.7"),
        *calls("asinh atanh arcsin arccos arctan arcsinh arctanh erf erfc gamma lgamma digamma floor ceil", "0.7"),
        *calls("relu leaky_relu elu sigmoid logit softplus silu gelu", "0.7"),
        *calls("relu leaky_relu elu sigmoid softplus silu gelu cbrt abs sign floor ceil", "-1.3"),
        *calls("acosh arccosh", "1.7"),
        *calls("max min hypot atan2", "-1.7, 0.4"),
        *calls("where clip", "1.7, 0.2, 0.9"),
        "polygamma(2, 0.7)", "2 < 3", "2 <= 1", "2 > 1", "2 >= 3", "2 == 2", "2 != 2", "pi + e^tau", "2 - 2/-4^0.5",
    ],
)  # fmt: skip
def test_both_number_systems_have_the_same_functions(text: str) -> None:
    assert agree(evaluate(text, {}), float(evaluate_number(text, {})), 1e-12)


@pytest.mark.parametrize("text", ["x", "'a'", "x.real", "(lambda y: y)(1)", "[y for y in [1]]", "1 if 2 else 3"])
def test_the_oracle_reads_nothing_else(text: str) -> None:
    with pytest.raises((ValueError, KeyError, SyntaxError)):
        evaluate(text, {})


def test_a_wrong_answer_is_found() -> None:
    case = next(case for case in MATRIX if case["title"] == "quadratic form")
    values = numbers(case)
    assert not agree(evaluate(re.sub("A.T", "A", case["textbook"]), values), differences(case, values))
    assert not agree(evaluate("(A + A.T)@x", values)[:, None], differences(case, values))
