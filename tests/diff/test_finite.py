"""Formulas of arrays at given values: where the passes have finite numbers the formula has the same ones."""

from __future__ import annotations

import pytest
from commandline import call

from bpcalc import gradient


@pytest.mark.parametrize(
    ("program", "values", "right"),
    [
        ("prod(x)", {"x": [0, 2, 3]}, [6, 0, 0]),
        ("prod(x)", {"x": [0, 2, 0]}, [0, 0, 0]),
        ("det(x)", {"x": [[1, 1], [1, 1]]}, [[1, -1], [-1, 1]]),
        ("norm(x)", {"x": [0, 0]}, [0, 0]),
        ("std(x)", {"x": [1, 1]}, [0, 0]),
        ("bce_loss(x, [0, 1])", {"x": [0, 0.5]}, [0.5, -1]),
        ("sum(x^2)", {"x": [1, 2]}, [2, 4]),
    ],
)
def test_a_formula_is_finite_where_the_gradient_is(program: str, values: dict[str, object], right: object) -> None:
    given = {name: f"{value}" for name, value in values.items()}
    words = [f"{name}={value}" for name, value in given.items()]
    assert gradient(program, **values).gradient["x"].tolist() == right  # type: ignore[arg-type]
    found = call(["diff", program, *words, "--wrt", "x", "-o", "plain", "-q"])
    assert found.status == 0
    assert gradient(found.out, upstream=1.0).value.tolist() == right


def test_other_variables_stay() -> None:
    """∂(x*y*2)/∂x at x = 0 is 2*y."""
    found = call(["diff", "prod([x, y, 2])", "x=0", "--wrt", "x", "-o", "plain"])
    assert (found.status, found.err) == (0, "")
    assert gradient(found.out, y=3.0).value == 6.0


def test_what_has_no_formula_there_is_told() -> None:
    found = call(["diff", "a*bce_loss(x, [0, 1])", "x=[0, 0.5]", "--wrt", "x", "--strict"])
    assert found.status == 1
    assert 'the formula by "x" has no value at these values, and the derivative has' in found.err
