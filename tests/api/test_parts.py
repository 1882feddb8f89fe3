"""Parts of arrays by name, `x[0,0]`, and a gradient that flows into the formulas of `diff`."""

from __future__ import annotations

import json
import shlex

import numpy as np
import pytest
from commandline import call

import bpcalc
from bpcalc.errors import BpcalcError

A, X = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([1.0, -1.0])
WORDS = ["sum((A@x)^2)", "A=[[1,2],[3,4]]", "x=[1,-1]"]
GRADIENT = 2 * np.outer(A @ X, X)  # of sum((A@x)^2)


@pytest.mark.parametrize(
    ("part", "key"),
    [("A[0,0]", (0, 0)), ("A[1]", 1), ("A[:,1]", (slice(None), 1)), ("A[-1,::-1]", (-1, slice(None, None, -1))),
     ("A[1:, 0]", (slice(1, None), 0))],
)  # fmt: skip
def test_the_gradient_by_a_part(part: str, key: object) -> None:
    name = part.replace(" ", "")
    report = bpcalc.gradient("sum((A@x)^2)", A=A, x=X, wrt=part)
    assert list(report.gradient) == [name]
    assert np.array_equal(report.gradient[name], GRADIENT[key])
    found = call(["grad", *WORDS, "--wrt", part, "-o", "json"])
    assert np.array_equal(json.loads(found.out)["gradient"][name], GRADIENT[key])
    for more in ([], ["--wrt", part]):
        assert np.array_equal(json.loads(call(["grad", *WORDS, "--get", part, *more]).out), GRADIENT[key])
        assert np.array_equal(json.loads(call(["grad", *WORDS, "--get", f"{part}.value", *more]).out), A[key])


def test_every_format_has_the_part() -> None:
    words = ["grad", *WORDS, "--wrt", "A[0,1],x[1:]"]
    assert call([*words]).out.splitlines()[-3:] == ["∂f/∂A[0,1] = 2", "∂f/∂x[1:]  1", "[-12]"]
    assert call([*words, "-o", "plain"]).out == "value\t2.0\nA[0,1]\t2.0\nx[1:]\t[-12.0]\n"
    assert call([*words, "-o", "env"]).out == "value=2.0\nd_A_0_1=2.0\nd_x_1_to=(-12.0)\n"
    assert call([*words, "-o", "csv"]).out.splitlines()[-2:] == [
        '"A[0,1]",part,index,"A[0,1]",2.0,2.0,', "x[1:],part,index,x[1:],[-1.0],[-12.0],"
    ]  # fmt: skip
    assert "`∂f/∂A[0,1]` = 2" in call([*words, "-o", "markdown"]).out
    assert "if A[0,1] grows by a small h, f changes by about 2h" in call([*words, "--trace"]).out


def test_jacobians_and_hessians_by_parts() -> None:
    whole = bpcalc.jacobian("A@x", A=A, x=X)
    for layout, right in (("denominator", whole.jacobian["A"][0]), ("numerator", whole.jacobian["A"][0].T)):
        report = bpcalc.jacobian("A@x", A=A, x=X, wrt=["A[0]", "x[1]"], layout=layout)
        assert np.array_equal(report.jacobian["A[0]"], right)
        assert np.array_equal(report.jacobian["x[1]"], A[:, 1])
        for wrt in ([], ["--wrt", "A"]):
            found = call(["jacobian", "A@x", *WORDS[1:], "--get", "A[0]", "--layout", layout, *wrt])
            assert np.array_equal(json.loads(found.out), right)
    second = bpcalc.hessian("sum((A@x)^2)", A=A, x=X).hessian
    part = bpcalc.hessian("sum((A@x)^2)", A=A, x=X, wrt=["A[0]", "x[1]"]).hessian
    assert np.array_equal(part["A[0]"]["x[1]"], second["A"]["x"][0, :, 1])
    assert np.array_equal(part["x[1]"]["A[0]"], second["x"]["A"][1, 0])
    assert np.array_equal(part["A[0]"]["A[0]"], second["A"]["A"][0, :, 0])
    assert call(["hessian", *WORDS, "--get", "A[0,1].x[1]"]).out == f"{second['A']['x'][0, 1, 1]}\n"
    assert call(["jvp", "A@x", *WORDS[1:], "--tangent", "x=[1, 0]", "--get", "value[0]"]).out == "-1.0\n"


@pytest.mark.parametrize(
    ("command", "message"),
    [
        ("grad 'sum(x)' x=[1,2] --wrt 'x[2]'", 'there is no x[2]: the shape of "x" is (2,)'),
        ("grad 'sum(x)' x=[1,2] --get 'x[0,0]'", 'there is no x[0,0]: the shape of "x" is (2,)'),
        ("grad 'x^2' x=1 --wrt 'x[0]'", '"x" is a single number: it has no x[0]'),
        ("grad 'sum(x)' x=[1,2] --wrt 'y[0]'", 'no node is called "y"'),
        ("grad 'sum(x)' x=[1,2] --wrt '2x[0]'", '"2x[0]" is no part of an array'),
        ("grad 'sum(x)' x=[1,2] --wrt 'x['", "this bracket is never closed"),
        ("check 'sum(x)' x=[1,2] --wrt 'x[0]'", "only whole inputs are taken here, not x[0]"),
        ("code 'sum(x)' x=[1,2] --wrt 'x[0]'", "only whole inputs are taken here, not x[0]"),
        ("graph 'sum(x)' x=[1,2] --wrt 'x[0]'", "only whole inputs are taken here, not x[0]"),
        ("grad 'x^2' --sweep x=0:1 --wrt 'x[0]'", "only whole inputs are taken here, not x[0]"),
        ("diff 'A@x' A:m,n x:n G:n --upstream G", "the upstream gradient has the shape (n,), the output f has (m,)"),
        ("diff 'A@x' A:m,n x:n --upstream ' '", "--upstream needs a formula"),
        ("diff 'A@x' A:m,n x:n --upstream 'G y'", 'an operator is missing between "G" and "y"'),
    ],
)
def test_what_there_is_not(command: str, message: str) -> None:
    found = call(shlex.split(command))
    assert (found.status, found.out) == (2, "")
    assert found.err.splitlines()[0] == f"error: {message}"


@pytest.mark.parametrize(
    ("words", "right"),
    [
        ("'A@x' A:m,n x:n G:m --upstream G", ["∂L/∂A = outer(G, x)", "∂L/∂x = A.T@G"]),
        ("'X@W' X:N,D W:D,C G:N,C --upstream G", ["∂L/∂X = G@W.T", "∂L/∂W = X.T@G"]),
        ("'x^3' --upstream g", ["∂L/∂x = 3*g*x^2"]),
        ("'q = x*y; q^2' --of q --upstream 2g", ["∂L/∂x = 2*g*y", "∂L/∂y = 2*g*x"]),
        ("'x^2' x=3 --upstream 5", ["∂L/∂x = 30"]),
        ("'sin(x)' x:n G:n --upstream G --wrt G", ["∂L/∂G = sin(x)"]),
        ("'A@x' A:m,n x:n --upstream 2 --wrt x", ["∂L/∂x = 2*A.T @ ones(m)"]),
    ],
)
def test_a_gradient_that_flows_into_formulas(words: str, right: list[str]) -> None:
    found = call(["diff", *shlex.split(words), "-q"])
    assert (found.status, found.out.splitlines(), found.err) == (0, right, "")


def test_formulas_with_an_upstream_are_the_numbers() -> None:
    g = np.array([0.5, -2.0])
    formula = bpcalc.diff("sigmoid(A@x)", {"A": "2,2", "x": "2", "G": "2"}, upstream="G", wrt="A")["A"]
    value = bpcalc.gradient(formula, A=A, x=X, G=g, upstream=1.0).value
    s = 1 / (1 + np.exp(-A @ X))
    assert value == pytest.approx(np.outer(g * s * (1 - s), X))
    assert call(shlex.split("diff 'softmax(A@x)' A:m,n x:n G:m --upstream G --verify -q")).status == 0
    equal = "diff 'softmax(z)' z:n G:n --upstream G --wrt z -q --equals"
    assert call([*shlex.split(equal), "softmax(z)*(G - sum(G*softmax(z)))"]).status == 0
    assert call([*shlex.split(equal), "softmax(z)*G"]).status == 1
    with pytest.raises(BpcalcError, match="has the shape"):
        bpcalc.diff("A@x", {"A": "2,2", "x": "2", "G": "3"}, upstream="G")
