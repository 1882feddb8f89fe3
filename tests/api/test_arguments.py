"""The Python API's arguments: what they may be, and one error of our own for anything else."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from bpcalc import BpcalcError, diff, gradient, hessian, jacobian, jvp

WRONG: dict[str, tuple[Callable[..., Any], tuple[Any, ...], dict[str, Any], str]] = {
    "a program that is nothing": (gradient, (None,), {}, "a program is a text, not nothing"),
    "a program of bytes": (jacobian, (b"x",), {"x": 1}, "a program is a text, not bytes b'x'"),
    "a value's name": (gradient, ("x", {1: 2}), {}, '"1" is no name of a variable'),
    "values in a list": (gradient, ("x", [1]), {}, "values are given by name, not as list [1]"),
    "nothing for a value": (gradient, ("x",), {"x": None}, 'the value of "x" is None, not a number'),
    "a complex number": (gradient, ("x",), {"x": 1 + 2j}, 'the value of "x" is (1+2j), not a number'),
    "complex entries": (gradient, ("sum(x)",), {"x": np.array([1, 2j])}, "not a number"),
    "nothing for an entry": (gradient, ("sum(x)",), {"x": np.array([1, None])}, "not a number"),
    "nothing in a list": (gradient, ("sum(x)",), {"x": [1, None]}, "not a number"),
    "a ragged list": (gradient, ("sum(x)",), {"x": [[1, 2], [3]]}, "not a number"),
    "dates": (gradient, ("sum(x)",), {"x": np.array(["2026-11-27"], dtype="datetime64[D]")}, "not a number"),
    "a text with a name": (gradient, ("x",), {"x": "y"}, 'the value contains the name "y"'),
    "an upstream": (gradient, ("x",), {"x": 1, "upstream": "abc"}, 'the value contains the name "abc"'),
    "names that are a number": (gradient, ("x",), {"x": 1, "wrt": 3}, "wrt is names, not int 3"),
    "names in a dict": (gradient, ("x",), {"x": 1, "wrt": {"x": 1}}, "wrt is names, not dict"),
    "an output": (gradient, ("x",), {"x": 1, "of": 3}, "of is the name of a node, not int 3"),
    "a convention": (gradient, ("x",), {"x": 1, "convention": None}, 'no convention is called "None"'),
    "a layout": (jacobian, ("x",), {"x": 1, "layout": "rows"}, 'no layout is called "rows"'),
    "tangents in a list": (jvp, ("x",), {"x": 1, "tangent": [1]}, "tangents are given by name, not as list [1]"),
    "a vector": (hessian, ("x",), {"x": 1, "vector": 3}, "tangents are given by name, not as int 3"),
    "a shape": (diff, ("x", {"x": 3}), {}, 'the shape of "x" is 3, not sizes'),
    "a negative order": (diff, ("x",), {"order": -1}, "order is a whole number from 0 to 100, not -1"),
    "an endless order": (diff, ("x",), {"order": 10**9}, "order is a whole number from 0 to 100"),
    "an order in words": (diff, ("x",), {"order": "2"}, "order is a whole number from 0 to 100, not '2'"),
    "a truth in words": (gradient, ("x",), {"x": 1, "symbolic": "no"}, "symbolic is True or False, not str 'no'"),
    "another": (hessian, ("x",), {"x": 1, "eigenvalues": "no"}, "eigenvalues is True or False, not str 'no'"),
    "a number system": (gradient, ("x",), {"x": 1, "numbers": 3}, "numbers is an algebra, not 3"),
    "bytes": (gradient, ("x",), {"x": b"1"}, "the value of \"x\" is b'1', not a number"),
    "a name of a matrix": (diff, ("x",), {"symmetric": 3}, "symmetric is names, not int 3"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_no_argument_is_an_error_of_our_own(name: str) -> None:
    function, arguments, options, message = WRONG[name]
    with pytest.raises(BpcalcError) as error:
        function(*arguments, **options)
    assert message in error.value.message


def test_a_value_may_be_any_real_number() -> None:
    for three in (3, 3.0, np.float32(3), np.int64(3), Fraction(3), True + 2, "6/2"):
        assert gradient("x^2", x=three).gradient["x"] == 6.0
    assert gradient("x^2", {"x": "1/3"}).value == (1 / 3) ** 2
    assert gradient("sum(x^2)", x="[1, 2]").gradient["x"].tolist() == [2.0, 4.0]
    assert gradient("sum(x^2)", x=np.array([1, 2], dtype=object)).gradient["x"].tolist() == [2.0, 4.0]


def test_a_report_shares_no_memory_with_what_it_was_made_from() -> None:
    mine = np.array([1.0, 2.0])
    report = gradient("sum(x^2)", x=mine)
    report["x"].value[0] = 99
    assert mine.tolist() == [1.0, 2.0]
    report = gradient("sum(x^2)", x=mine)
    mine[0] = 7
    assert report["x"].value.tolist() == [1.0, 2.0]
