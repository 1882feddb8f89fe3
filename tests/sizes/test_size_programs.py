"""Sizes in programs: `ones(n)`, `reshape(x, m*n)`, `x[:n]`, `sum(x)/n`; with values from bindings, and without."""

from __future__ import annotations

from typing import Any

import pytest
from commandline import call

from bpcalc import gradient
from bpcalc.algebra.shapes import SHAPES, Shaped
from bpcalc.engine.forward import ShapeError, forward
from bpcalc.errors import BpcalcError, Source
from bpcalc.reading.declarations import read_shapes
from bpcalc.reading.parser import parse
from bpcalc.reading.program import Program
from bpcalc.reading.sizes import Size
from bpcalc.telling.misfits import misfit
from bpcalc.writing.unparse import unparse


def bound(words: str) -> dict[str, Any]:
    shapes = read_shapes(words.split())
    names = sorted({name for shape in shapes.values() for size in shape for name in getattr(size, "names", ())})
    return {name: Shaped(shape) for name, shape in shapes.items()} | {name: Size(name) for name in names}


def shape_of(program: Program, values: dict[str, Any]) -> str:
    """The shape of the output, from shapes alone."""
    known = {name: Shaped(()) if isinstance(value, Size) else value for name, value in values.items()}
    return str(forward(SHAPES, program.graph, known, [program.output])[program.output].shape)


RESULTS = [
    ("x[1:]", "x:n", "(n - 1,)"),
    ("x[:3]", "x:n", "(3,)"),
    ("x[-2:]", "x:n", "(2,)"),
    ("x[:-1] - x[1:]", "x:n", "(n - 1,)"),
    ("x[::-1]", "x:n", "(n,)"),
    ("x[-1:1:-1]", "x:n", "(n - 2,)"),
    ("x[1:6:2]", "x:n", "(3,)"),
    ("x[::2]", "x:2*n", "(n,)"),
    ("x[3:1]", "x:n", "(0,)"),
    ("x[0] + x[-1]", "x:n", "()"),
    ("x[n:m + n]", "x:m+n", "(m,)"),
    ("x[-n:]", "x:m+n", "(n,)"),
    ("X[1:, 0]", "X:m,n", "(m - 1,)"),
    ("reshape(X, -1)", "X:m,n", "(m*n,)"),
    ("reshape(X, n, -1)", "X:m,n", "(n, m)"),
    ("reshape(x, m, n)", "x:m*n", "(m, n)"),
    ("reshape(X[1:], n*(m - 1))", "X:m,n", "(m*n - n,)"),
    ("concat(x, y)", "x:n y:m", "(m + n,)"),
    ("concat(A, B, axis=1)", "A:m,n B:m,3", "(m, n + 3)"),
    ("stack(x, x)", "x:n", "(2, n)"),
    ("cumsum(X)", "X:m,n", "(m*n,)"),
    ("diag(x)", "x:n", "(n, n)"),
    ("diag(X)", "X:n,n", "(n,)"),
    ("eye(n, m)@ones(m)", "X:m,n", "(n,)"),
    ("eye(n)", "X:n", "(n, n)"),
    ("zeros(n^2, 2*n)", "X:n", "(n^2, 2*n)"),
    ("ones(m*n/n)", "X:m,n", "(m,)"),
    ("ones([m, n - 1])", "X:m,n", "(m, n - 1)"),
    ("ones(n, 1) + x", "x:n", "(n, n)"),
    ("arange(n)*x", "x:n", "(n,)"),
    ("arange(1, n + 1)*x", "x:n", "(n,)"),
    ("linspace(0, 1, n)*x", "x:n", "(n,)"),
    ("one_hot(y, size=C)", "y:n z:C", "(n, C)"),
    ('scatter(x, n + 2, key="1:n + 1")', "x:n", "(n + 2,)"),
    ("sum(x)/n", "x:n", "()"),
    ("outer(x, y)", "x:n y:m", "(n, m)"),
    ("A.T@A", "A:m,n", "(n, n)"),
    ("softmax_loss(S, y)", "S:N,C y:N", "()"),
    ('softmax_loss(S, y, reduction="none")', "S:N,C y:N", "(N,)"),
    ("sum(X, axis=0, keepdims=1)", "X:m,n", "(1, n)"),
    ("solve(A, b)", "A:n,n b:n", "(n,)"),
    ("f(a) = a*ones(n); f(x)", "x:n", "(n,)"),
]


@pytest.mark.parametrize(("text", "words", "shape"), RESULTS, ids=[result[0] for result in RESULTS])
def test_names_of_sizes_are_kept_and_what_is_printed_reads_back(text: str, words: str, shape: str) -> None:
    values = bound(words)
    program = parse(Source(text), values)
    assert shape_of(program, values) == shape
    printed = unparse(program.graph, program.output, {})
    again = parse(Source(printed), values)
    assert unparse(again.graph, again.output, {}) == printed
    assert again.graph.gates[again.output] is program.graph.gates[program.output]
    assert shape_of(again, values) == shape


def test_a_program_tells_which_variables_are_sizes() -> None:
    program = parse(Source("sum(x*ones(n))/m"), bound("x:n A:m"))
    assert program.sizes == {"n": Size("n")}
    assert sorted(program.variables) == ["m", "n", "x"]


MISFITS = [
    ("X @ y", "X:m,n y:m", "`X @ y`: (m, n) @ (m,): inner sizes n and m differ"),
    ("X + y", "X:m,n y:m", "`X + y`: (m, n) + (m,): sizes n and m differ on axis -1, and neither is 1"),
    ("x + [1, 2, 3]", "x:n", "`x + [1, 2, 3]`: (n,) + (3,): sizes n and 3 differ on axis -1, and neither is 1"),
    ("ones(n) @ x", "x:m A:n", "`ones(n) @ x`: (n,) @ (m,): inner sizes n and m differ"),
    ("reshape(X, n)", "X:m,n", "`reshape(X, n)`: (m, n): m*n entries do not fill the shape (n,)"),
    ("reshape(x, 2, -1)", "x:n", "`reshape(x, 2, -1)`: (n,): n entries do not fill the shape (2, -1)"),
    ("inv(X)", "X:m,n", "`inv(X)`: (m, n): a square matrix is needed"),
    ("solve(A, b)", "A:n,n b:m", "`solve(A, b)`: (n, n), (m,): n unknowns, but the right side has m rows"),
    ("stack(x, y)", "x:n y:m", "`stack(x, y)`: (n,), (m,): entry 1 has the shape (m,), the first has (n,)"),
    ("concat(A, B)", "A:m,n B:n,m", "`concat(A, B)`: (m, n), (n, m): sizes n and m differ on axis 1"),
    ("sum(X, axis=2)", "X:n,n", "`sum(X, axis=2)`: (n, n): axis 2 is out of range: the input has the axes 0 to 1"),
    ("x[3, 4]", "x:n", "`x[3, 4]`: (n,): the array has 1 axis, the index 2"),
    ("x[:3][4]", "x:n", "`x[:3][4]`: (3,): index 4 is out of range: axis 0 has size 3, counted from 0"),
    ("x[::2]", "x:n", "`x[::2]`: (n,): n is no multiple of 2"),
    ("x[n:]", "x:5 y:n", "`x[n:]`: (5,): whether the slice lies within 5 entries is not known"),
    ("outer(X, y)", "X:m,n y:m", "`outer(X, y)`: (m, n), (m,): two vectors are needed"),
    ("transpose(X, axes=[0])", "X:m,n", "`transpose(X, axes=[0])`: (m, n): axes is an order of 0, 1"),
    ("pick(S, y)", "S:N,C y:C", "`pick(S, y)`: (N, C), (C,): scores of shape (N, C) need labels of shape (N,)"),
    ("mse_loss(p, t)", "p:n t:m", "`mse_loss(p, t)`: (n,), (m,): sizes n and m differ on axis -1, and neither is 1"),
    ("one_hot(y)", "y:n",
     "`one_hot(y)`: (n,): the labels do not tell how many classes there are: write one_hot(y, size=3)"),
    ("diag(X)", "X:m,n", "`diag(X)`: (m, n): which of m and n is smaller, the length of the diagonal, is not known"),
    ("trace(x)", "x:n", "`trace(x)`: (n,): a matrix is needed"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "words", "message"), MISFITS, ids=[case[0] for case in MISFITS])
def test_what_does_not_fit_is_told_with_the_names(text: str, words: str, message: str) -> None:
    values = bound(words)
    program = parse(Source(text), values)
    with pytest.raises(ShapeError) as caught:
        shape_of(program, values)
    error = misfit(program, caught.value)
    assert error.message == message
    assert error.span is not None


MISTAKES = [
    ("ones(n/2)", "shape is no number here: n is no multiple of 2"),
    ("ones(n/0)", "shape is no number here: it divides by 0"),
    ("ones(n*0.5)", "shape is no number here: a size is a whole number, and meets whole numbers only"),
    ("ones(n^n)", "shape is no number here: the power of a size is a whole number"),
    ("ones((m + n)^70)", "shape is no number here: this size is too long"),
    ("ones(-n)", "shape cannot be -n"),
    ("ones(x)", "shape is chosen when the program is written: a plain number"),
    ("ones(k)", "shape is chosen when the program is written: a plain number"),
    ("ones(sum(x))", "shape is chosen when the program is written: a plain number"),
    ("sum(x, axis=n)", "axis is chosen when the program is written: a plain number"),
    ("linspace(0, n, 5)", "last is chosen when the program is written: a plain number"),
    ("f(k) = ones(k); f(n)", "shape is chosen when the program is written: a plain number"),
    ("arange(0, n, 0.5)", "beside a size without a value all numbers are whole"),
    ("x[n]", 'the index "n" is no whole number or slice'),
    ("x[k:]", 'the index "k:" is no whole number or slice'),
]


@pytest.mark.parametrize(("text", "message"), MISTAKES, ids=[case[0] for case in MISTAKES])
def test_what_is_no_size_is_told(text: str, message: str) -> None:
    with pytest.raises(BpcalcError) as caught:
        parse(Source(text), bound("x:m,n"))
    assert caught.value.message == message
    assert caught.value.span is not None


def test_a_variable_with_a_value_may_be_a_size() -> None:
    report = gradient("sum(x*ones(n - 1, 2*n))/n", x=2.0, n=3)
    assert report.value == 2.0 * 12 / 3
    assert report.gradient == {"x": 12 / 3}  # n is none of the variables that have a gradient
    assert gradient("sum(x[:k]^2)", x=[1, 2, 3], k=2).gradient["x"].tolist() == [2, 4, 0]
    assert gradient("sum(reshape(x, m, -1)@ones(2))", x=[1, 2, 3, 4], m=2).value == 10
    assert gradient("sum(x*linspace(0, 2*pi, 3))", x=1).value == pytest.approx(9.42477796076938)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["sum(ones(n))", "n=2.5"], "shape is whole numbers"),
        (["sum(ones(n))", "n=-1"], "shape cannot be -1"),
        (["sum(ones(n))", "n=[1, 2]"], "shape is chosen when the program is written: a plain number"),
        (["sum(ones(n))", "n=1e9"], "an array of 1,000,000,000 entries is too large: the most is 268,435,456"),
        (["sum(ones(n))"], "shape is chosen when the program is written: a plain number"),
        (["sum(x*ones(n))*n", "x=2", "n=3", "--wrt", "n"], '"n" is a size of arrays, so nothing can be'),
        (["sum(linspace(0, x, 3))", "x=1"], "last is chosen when the program is written: a plain number"),
        (["ones(n)@x", "n=2", "x=[1, 2, 3]"], "`ones(2) @ x`: (2,) @ (3,): inner sizes 2 and 3 differ"),
    ],
    ids=str,
)
def test_a_value_that_is_no_size_is_told(arguments: list[str], message: str) -> None:
    status, out, err = call(["grad", *arguments])
    assert (status, out) == (2, "")
    assert err.startswith(f"error: {message}")


def test_a_size_without_a_value_is_told_how_to_get_one() -> None:
    assert "give n a whole number: n=3" in call(["grad", "sum(ones(n))"]).err
    # in a value no name has a value
    assert "give n" not in call(["grad", "sum(b)", "b=zeros(n)", "n=3"]).err


def test_an_option_of_a_hundred_thousand_operations_takes_no_recursion() -> None:
    assert gradient(f"sum(ones({'1 - (' * 50_000}1{')' * 50_000}))").value == 1
