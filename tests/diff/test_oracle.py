"""The oracle of `bpcalc diff` is right before bpcalc is tried.

It is held against plain central differences, against bpcalc's forward pass (which knows no rule of a derivative) and
against numbers that are published.
"""

from __future__ import annotations

import math
import re
from typing import Any

import numpy as np
import pytest
from every import every
from language import WORD
from oracle import (
    MATRIX,
    SCALARS,
    agree,
    central_differences,
    differences,
    evaluate,
    evaluate_number,
    numbers,
    points,
    wrt,
)

from bpcalc.algebra.arrays import ARRAYS
from bpcalc.engine.forward import forward
from bpcalc.errors import Source
from bpcalc.reading.parser import parse


def test_complex_steps_agree_with_real_ones() -> None:
    for case in [case for case in MATRIX if len(wrt(case)) == 1][::15]:
        values = numbers(case)
        real = central_differences(lambda moved, case=case: evaluate(case["program"], moved), values, case["wrt"])
        assert agree(differences(case, values), real, 1e-7), case


@every("case", MATRIX, by=lambda case: "every case")
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


@every("case", SCALARS, by=lambda case: "every case")
def test_bpcalc_reads_a_scalar_case_as_the_oracle_does(case: dict[str, Any]) -> None:
    values = points(case)[0]
    for text in (case["program"], case["answer"]):
        program = parse(Source(text), values)
        bound = {name: ARRAYS.value(float(values[name])) for name in program.variables}
        read = forward(ARRAYS, program.graph, bound, [program.output])[program.output]
        assert agree(read, float(evaluate_number(text, values)), 1e-12)


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


@every(
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
    by=lambda text: "every function",
)  # fmt: skip
def test_a_function_of_the_oracle_is_bpcalcs(text: str) -> None:
    assert agree(evaluate(text, {}), by_bpcalc(text, {"shapes": {}}, {}), 1e-12)


def calls(names: str, inputs: str) -> list[str]:
    return [f"{name}({inputs})" for name in names.split()]


@every(
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
    by=lambda text: "every function",
)  # fmt: skip
def test_both_number_systems_have_the_same_functions(text: str) -> None:
    assert agree(evaluate(text, {}), float(evaluate_number(text, {})), 1e-12)


def test_a_wrong_answer_is_found() -> None:
    case = next(case for case in MATRIX if case["title"] == "quadratic form")
    values = numbers(case)
    assert not agree(evaluate(re.sub("A.T", "A", case["textbook"]), values), differences(case, values))
    assert not agree(evaluate("(A + A.T)@x", values)[:, None], differences(case, values))
