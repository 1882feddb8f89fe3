"""The law: what bpcalc writes in LaTeX is read as the same program, over the catalogue and over random programs.

Left out is what has no text of its own in LaTeX: vectors of zeros or ones without a size, hypot (a root of a sum),
normal_logcdf (a logarithm), einsum, an index into which values are put (`scatter`), an equation at the top, the
constant tau, a letter there.
"""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest
from commandline import call
from every import several

import bpcalc
from bpcalc.calculations.inverses import inverted
from bpcalc.errors import Source
from bpcalc.gates.arrays import GATES
from bpcalc.graph import Graph
from bpcalc.reading.latex.shapes import Shapes
from bpcalc.reading.parser import Parser, parse
from bpcalc.writing.latex import latex, names, paper
from bpcalc.writing.unparse import unparse

WITHOUT = ("hypot", "scatter", "zeros", "ones", "equal", "normal_logcdf", "einsum")
NUMBERS = {"a": 0.5, "b": 1.5, "c": 2.5, "theta": 0.1, "rate": 3.0, "x_max": 1.0, "w1": 2.0, "y_hat": 0.3}
ARRAYS = {"x": np.ones(2), "y": np.ones(2), "z": np.ones(2), "A": np.ones((2, 2)),
          "B": np.ones((2, 2)), "X": np.ones((3, 2)), "a": 1.0}  # fmt: skip
PROGRAMS = (
    "sum(X, axis=0)", "sum(X, axis=-1, keepdims=True)", "X[0, 1:]", "[[1, 2], [3, 4]]@x", "A.T@(A@x - y)",
    "x@A@x", "A@B@x", "outer(x, y)@z", "a*x", "x*y", "x/y", "inv(A)@x", "exp(x)", "exp(A)", "A^2", "abs(x)",
     "(x@y)*z",
    "logdet(A)", "trace(A@B)", "det(A)^2", "norm(x)^2", "sum(x^2)*3", "sum(x)^2", "-sum(x)", "max(X)",
     "softmax(z)[0]",
    "mean(X, axis=0)", "outer(sigmoid(A@x)*(1 - sigmoid(A@x)), x)", "A*B + a*A", "diag(x)@y", "A@(x*y)", "(A*B)@x",
    "logsumexp(x)", "where(x > 0, x, 0)", "prod(x)", "[a, 2*a]@x", "eye(2)@x",
    "besselj(a - 1, x)", "polygamma(a + 1, x)", "besselj(-1, a)^2", 'einsum("ij,j", A, x)', 'einsum("ij->", A)',
    "sum(X, axis=[0, 1])",
    "pad(x, [1, 0])", "norm(x, order=1)", "pinv(A)@x", "kron(A, B)", "expm(A)@x", "quantile(x, 0.25)",
    "log(normal_cdf(a))", 'einsum("ij,kj->ik", A, X)@x', "svdvals(A)@x", "cross([1, 2, 3], [a, 2, 1])*a", "triu(A)@B@x",
    "huber_loss(x, y, delta=0.5, reduction=sum)", "kl_div(x, y, reduction=batchmean)",
)  # fmt: skip


def again(text: str, bound: dict[str, Any], shaped: bool) -> tuple[str, str, str]:
    """A program, its LaTeX, and the program that is read of that."""
    program = inverted(parse(Source(text), bound), bound)
    graph, words = program.graph, names(program.variables)
    if shaped:
        shapes = Shapes(Parser(Source("0"), bound))
        write = paper(words, [shapes.of(graph, node) or () for node in range(len(graph))])
        written = write(graph, program.output, {})
    else:
        written = latex(graph, program.output, {}, words)
    read = inverted(parse(Source(written, notation="latex"), bound), bound)
    return unparse(graph, program.output, {}), written, unparse(read.graph, read.output, {})


@several("name", [name for name in GATES if name not in WITHOUT])
def test_every_gate_is_read_as_it_is_written(name: str) -> None:
    gate, graph = GATES[name], Graph()
    gate = gate.bind(dict(gate.chosen)) if gate.options else gate
    sample = gate.samples[0] if gate.samples else ()
    count = len(sample) if gate.variadic else len(gate.parameters)
    node = graph.apply(gate, tuple(graph.variable(letter) for letter in "xyzw"[:count]))
    bound = {letter: np.array(one, float) if np.ndim(one) else float(one)
             for letter, one in zip("xyzw", sample, strict=False)}  # fmt: skip
    text, written, found = again(unparse(graph, node, {}), bound, shaped=gate.of_arrays)
    assert found == text, written


@pytest.mark.parametrize("text", PROGRAMS)
def test_a_program_of_arrays_is_read_as_a_paper_has_it(text: str) -> None:
    one, written, found = again(text, ARRAYS, shaped=True)
    assert found == one, written


def grown(draw: random.Random, depth: int) -> str:
    """A random program of numbers."""
    if depth == 0 or draw.random() < 0.15:
        return draw.choice([*NUMBERS, "2", "0.5", "3e-7", "pi", "e"])
    part = [grown(draw, depth - 1) for _ in range(3)]
    return draw.choice([
        f"({part[0]} + {part[1]})", f"({part[0]} - {part[1]})", f"{part[0]}*{part[1]}", f"({part[0]})/({part[1]})",
        f"(-({part[0]}))", f"({part[0]})^({part[1]})", f"({part[0]})^2", f"sin({part[0]})", f"exp({part[0]})",
        f"log({part[0]})^2", f"sqrt({part[0]})", f"max({part[0]}, {part[1]})", f"abs({part[0]})", f"sigmoid({part[0]})",
        f"relu({part[0]})", f"where({part[0]} > {part[1]}, {part[1]}, {part[2]})", f"tanh({part[0]})",
        f"cbrt({part[0]})",
        f"floor({part[0]})", f"log2({part[0]})", f"asin({part[0]})", f"({part[0]} <= {part[1]})*{part[2]}",
    ])  # fmt: skip


@pytest.mark.parametrize("shaped", [False, True])
def test_random_programs_are_read_as_they_are_written(shaped: bool) -> None:
    draw = random.Random(14)
    for _ in range(300):
        text = grown(draw, 4)
        try:
            one, written, found = again(text, NUMBERS, shaped)
        except bpcalc.BpcalcError as error:
            raise AssertionError(f"{text}: {error.render()}") from error
        # exp(x) and e^x are one text; so are -(2) and -2
        assert found == one or _is_equal(text, written), (text, written, found)


def _is_equal(text: str, written: str) -> bool:
    """Have both the same value: e^x is exp(x), -(2) is -2?"""
    values = [bpcalc.gradient(one, **NUMBERS).value for one in (text, f"${written}$")]
    return bool(np.isclose(*values, rtol=1e-9, equal_nan=True))


@pytest.mark.parametrize(
    ("text", "shapes"),
    [
        ("sum((A@x - b)^2)", {"A": "m,n", "x": "n", "b": "m"}), ("x@A@x", {"A": "n,n", "x": "n"}),
        ("logdet(A)", {"A": "n,n"}), ("sum(sigmoid(W@x))", {"W": "m,n", "x": "n"}), ("x^2*sin(y)", {}),
        ("sigmoid(w*x + b)", {}), ("x^y", {}), ("log(x)/x", {}), ("norm(x)", {"x": "n"}), ("atan(y/x)", {}),
        ("besselj(2, x)*erfcx(x)", {}), ("besselk(y + 1, x)*digamma(x)^2", {}), ("log(normal_cdf(x))", {}),
        ("normal_logcdf(x)", {}),
    ],
)  # fmt: skip
def test_derivatives_are_read_as_they_are_written(text: str, shapes: dict[str, str]) -> None:
    report = bpcalc.diff(text, shapes)
    shown = call(["diff", text, *(f"{name}:{shape}" for name, shape in shapes.items()), "-o", "latex"]).out
    lines = [line for line in shown.split("\n") if "&=" in line]
    assert len(lines) == len(report.derivatives)
    sizes = {size: 3 for shape in shapes.values() for size in shape.split(",")}
    draw = np.random.default_rng(1)
    values: dict[str, Any] = {name: draw.uniform(0.5, 1.5, [sizes[size] for size in shape.split(",")])
                              for name, shape in shapes.items()}  # fmt: skip
    variables = report.derivatives if shapes else parse(Source(text)).variables  # an order has no derivative
    values |= {name: draw.uniform(0.5, 1.5) for name in variables if name not in values}
    for line, one in zip(lines, report.derivatives.values(), strict=True):
        written = line.partition("&=")[2].removesuffix("\\\\").strip()
        right = bpcalc.gradient(f"sum({one.program}*1)", values).value
        read = bpcalc.gradient(f"$\\operatorname{{sum}}\\left({written}\\right)$", values).value
        assert np.isclose(read, right, rtol=1e-12)
