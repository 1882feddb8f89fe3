"""`diff --expand`: formulas of the elementary gates that a packed one is made of."""

from __future__ import annotations

import mpmath
import pytest
from commandline import call
from oracle import evaluate_number


@pytest.mark.parametrize(
    ("words", "right"),
    [
        (["sigmoid(x)", "--expand", "sigmoid"], "exp(-x)/(1 + exp(-x))^2"),
        (["sigmoid(x)", "--expand", "all"], "exp(-x)/(1 + exp(-x))^2"),
        (["sigmoid(x)", "--expand", "tanh"], "sigmoid(x)*(1 - sigmoid(x))"),
        (["norm(x)", "x:n", "--expand", "norm"], "x/sqrt(x@x)"),
    ],
)
def test_formulas(words: list[str], right: str) -> None:
    result = call(["diff", *words, "--get", "x"])
    assert (result.status, result.out) == (0, right + "\n"), result.err


# what each is, in functions that mpmath has
MEANINGS = {
    "sigmoid": lambda x: 1 / (1 + mpmath.exp(-x)),
    "silu": lambda x: x / (1 + mpmath.exp(-x)),
    "mish": lambda x: x * mpmath.tanh(mpmath.log1p(mpmath.exp(x))),
    "softplus": lambda x: mpmath.log1p(mpmath.exp(x)),
    "tanh": mpmath.tanh,
    "sech": mpmath.sech,
    "normal_cdf": mpmath.ncdf,
}


@pytest.mark.parametrize("name", MEANINGS)
@pytest.mark.parametrize("order", [1, 2])
def test_values(name: str, order: int) -> None:
    """Opened or not, it is the derivative of the same function."""
    formula = call(["diff", f"{name}(x)", "--expand", "all", "--order", str(order), "--get", "x"]).out
    for at in ("-1.75", "0.5", "3"):
        with mpmath.workdps(40):
            right = mpmath.diff(MEANINGS[name], mpmath.mpf(at), order)
            assert abs(evaluate_number(formula, {"x": mpmath.mpf(at)}) - right) < mpmath.mpf("1e-15") * (1 + abs(right))


def test_a_word_that_is_no_packed_gate() -> None:
    result = call(["diff", "sin(x)", "--expand", "sin"])
    assert result.status == 2
    assert '"sin" is an elementary gate' in result.err
