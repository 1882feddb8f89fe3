"""What many numbers are asked at once has the answers that one number gets."""

import math

import pytest

from bpcalc import gradient
from bpcalc.errors import BpcalcError
from bpcalc.reading.bindings import read_file


def evaluate(program: object) -> float:
    raise AssertionError("a plain number is not evaluated")


def test_numbers_whose_sum_is_beyond_doubles_are_finite_themselves() -> None:
    assert not gradient("x/4 + y/4", x=1.5e308, y=1.5e308).warnings


@pytest.mark.parametrize(("x", "y"), [(math.inf, -math.inf), (math.inf, 1.0), (math.nan, 1.0)])
def test_infinities_that_cancel_in_a_sum_are_told(x: float, y: float) -> None:
    assert gradient("x*y", x=x, y=y).warnings


@pytest.mark.parametrize(
    ("text", "names"),
    [('{"w₀": 1.5, "b": 2}', ["w0", "b"]), ('{"w_{0}": 1.5}', ["w_0"]), ('{"b": 2, "a": 0.1}', ["b", "a"]), ("{}", [])],
)
def test_plain_numbers_have_their_names_in_the_order_of_the_file(text: str, names: list[str]) -> None:
    assert list(read_file("values.json", text, evaluate)) == names


@pytest.mark.parametrize("text", ['{"a": 1, "b": 2, "a": 1}', '{"w0": 1, "w₀": 1}', '{"a b": 1}'])
def test_what_is_wrong_with_a_name_is_told_of_plain_numbers_too(text: str) -> None:
    with pytest.raises(BpcalcError, match=r"two values|no name"):
        read_file("values.json", text, evaluate)
