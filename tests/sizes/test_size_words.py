"""`NAME:SHAPE` words: what they declare, and what is said of those that declare nothing."""

from __future__ import annotations

import pytest
from commandline import call

from bpcalc.errors import BpcalcError
from bpcalc.reading.declarations import read_shapes, split


def test_what_stands_first_tells_a_shape_from_a_value() -> None:
    words = ("x=1", "A:m,n", "b=@C:x.npy", "q", "c:k=3", "w=x[1:]", "s:")
    assert split(words) == (("x=1", "b=@C:x.npy", "q", "w=x[1:]"), ("A:m,n", "c:k=3", "s:"))


def test_words_declare_shapes() -> None:
    shapes = read_shapes(["A:m,n", "x: n ", "s:", " B :3, 2*n - 1", "ä:ñ", "w₀:4"])
    assert str(shapes) == "{'A': (m, n), 'x': (n,), 's': (), 'B': (3, 2*n - 1), 'ä': (ñ,), 'w0': (4,)}"
    assert shapes["A"][1] == shapes["x"][0] != shapes["A"][0]
    assert shapes["w0"] == (4,)


MISTAKES = [
    (["A:m,,n"], "a size is missing", "A:m,,n\n      ^\n"),
    (["A:m, "], "a size is missing", "A:m, \n       ^\n"),
    (["A:m,-1"], "a size is 1 or more, not -1", "A:m,-1\n      ^^"),
    (["A:0"], "a size is 1 or more, not 0", "A:0\n    ^"),
    (["A:n - n"], "a size is 1 or more, not 0", "A:n - n\n    ^^^^^"),
    (["A:1-n"], "a size is 1 or more, not -n + 1", "A:1-n\n    ^^^"),
    (["A:n, 1.5"], '"1.5" is no size', "A:n, 1.5\n       ^^^"),
    (["A:(2,3)"], '"(2" is no size', "A:(2,3)\n    ^^\n  a shape is whole numbers and names: A:3,n"),
    (["A:2x3"], '"2x3" is no size', "A:2x3\n    ^^^"),
    (["A:m:n"], '"m:n" is no size', "A:m:n\n    ^^^"),
    (["A:m=3"], '"m=3" is no size', "A:m=3\n    ^^^"),
    (["A:²"], '"²" is no size', "A:²\n    ^"),
    (["A:" + "9" * 30], f'"{"9" * 30}" is no size', "A:999"),
    (["A:1", "A:2"], '"A" is given two shapes', "A:2\n  ^^^"),
    (["w₀:1", "w0:2"], '"w0" is given two shapes', "w0:2\n  ^^^^"),
    ([":3"], "a name is missing before :", ":3\n  ^^\n  a shape is NAME:SIZES, for example A:3,n"),
    (["2:3"], '"2" is no name', "2:3\n  ^^^"),
    (
        ["n:3", "x:2,n"],
        '"n" is a size here, and is declared as an array',
        "x:2,n\n      ^\n  give the size another name",
    ),
    (["n:", "x:2*n"], '"n" is a size here, and is declared as a number', "x:2*n\n    ^^^\n  leave n: out"),
]


@pytest.mark.parametrize(("words", "message", "drawing"), MISTAKES, ids=[" ".join(case[0])[:20] for case in MISTAKES])
def test_a_word_that_declares_no_shape_gets_a_message_with_the_place(
    words: list[str], message: str, drawing: str
) -> None:
    with pytest.raises(BpcalcError) as caught:
        read_shapes(words)
    assert caught.value.message == message
    assert drawing.rstrip("\n") in caught.value.render()


def test_where_values_are_needed_a_shape_is_no_binding() -> None:
    status, out, err = call(["grad", "x^2", "x:2"])
    assert (status, out) == (2, "")
    assert err.startswith('error: "x:2" is no binding\n')
    assert "write x=2 for the number, x=ones(2) for an array" in err
