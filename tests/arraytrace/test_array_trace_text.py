"""The trace of array programs as a student reads it: the lectures' circuits whole, and what is said of shapes."""

from __future__ import annotations

import json
import tracemalloc
from typing import Any

import numpy as np
import pytest

from bpcalc.calculations.gradient import calculate
from bpcalc.errors import Source
from bpcalc.reports.options import Options
from bpcalc.reports.report import Report
from bpcalc.show import Style, render
from bpcalc.show.trace import chunks
from bpcalc.telling.lines import Line
from bpcalc.telling.teller import tell

X = [[2.0, 1.0, -3.0], [-3.0, 4.0, 2.0]]
W = [[3.0, 2.0, 1.0, -1.0], [2.0, 1.0, 3.0, 2.0], [3.0, 2.0, 1.0, -2.0]]
UPSTREAM = [[2.0, 3.0, -3.0, 9.0], [-8.0, 1.0, 4.0, 6.0]]


def report_of(program: str, upstream: Any = None, **values: Any) -> Report:
    arrays = {name: np.asarray(value, dtype=float)[()] for name, value in values.items()}
    seed = None if upstream is None else np.asarray(upstream, dtype=float)
    return calculate(Source(program), arrays, Options(upstream=seed, trace=True))


def told(program: str, upstream: Any = None, width: int | None = None, **values: Any) -> str:
    return render(report_of(program, upstream, **values), "trace", Style(width=width))


def test_relu_of_the_lecture() -> None:
    assert (
        told("relu(x)", [4, -1, 5, 9], x=[1, -2, 3, -1])
        == """\
Forward pass
  1  f = relu(x)   (4,)                        relu
         [1  0  3  0]

Backward pass                                  downstream = upstream x local
     ∂L/∂f, the upstream gradient that was given   (4,)
         [4  -1  5  9]
  1  f = relu(x)    relu: routes the gradient on where x > 0, blocks it elsewhere
     ∂L/∂x = where(x > 0, ∂L/∂f, 0)   (4,)
         [4  0  5  0]
     the Jacobian ∂f/∂x would be diagonal: 2 of 16 entries non-zero; never formed

What it means
  if x[2] grows by a small h, L changes by about 5h; the gradient of x has the norm 6.40312"""
    )


def test_matrix_product_of_the_lecture() -> None:
    assert (
        told("y = x@w", UPSTREAM, x=X, w=W)
        == """\
Forward pass
  1  y = x@w   (2,3)@(3,4) -> (2,4)            matmul
         [-1  -1   2  6]
         [ 5   2  11  7]

Backward pass                                  downstream = upstream x local
     ∂L/∂y, the upstream gradient that was given   (2,4)
         [ 2  3  -3  9]
         [-8  1   4  6]
  1  y = x@w        matmul: swaps its inputs, each transposed on its own side
     ∂L/∂x = ∂L/∂y @ w.T   (2,4)@(4,3) -> (2,3)
         [  0  16   -9]
         [-24   9  -30]
     the Jacobian ∂y/∂x would be (2x3)x(2x4), 48 entries; never formed
     ∂L/∂w = x.T @ ∂L/∂y   (3,2)@(2,4) -> (3,4)
         [ 28   3  -18    0]
         [-30   7   13   33]
         [-22  -7   17  -15]
     the Jacobian ∂y/∂w would be (3x4)x(2x4), 96 entries; never formed

What it means
  if x[1, 2] grows by a small h, L changes by about -30h; the gradient of x has the norm 43.5201
  if w[1, 3] grows by a small h, L changes by about 33h; the gradient of w has the norm 66.1135"""
    )


def test_affine_layer_of_the_lecture() -> None:
    text = told("Q = X@W; Z = Q + b", UPSTREAM, X=X, W=W, b=[1, 2, 3, 4])
    assert (
        text.partition("  2  Z = Q + b      ")[2].partition("\n  1  ")[0]
        == """\
add: hands the gradient on to both inputs
     ∂L/∂Q = ∂L/∂Z                (2,4)
         [ 2  3  -3  9]
         [-8  1   4  6]
     ∂L/∂b = sum(∂L/∂Z, axis=0)   (2,4) -> (4,)
         [-6  4  1  15]
     b was copied to 2 rows, so its gradient is the sum over the rows"""
    )


def test_losses_tell_that_labels_carry_no_gradient() -> None:
    lines = told("softmax_loss(S, y)", S=[[-2.85, 0.86, 0.28]], y=[2]).split("\n")
    assert "     ∂f/∂S = ∂f/∂f * (softmax(S) - one_hot(y, size=3))   (1,3)" in lines
    assert "         [0.0154493  0.631163  -0.646613]" in lines  # published: .01545, .63116, -.64661
    assert "     y: labels carry no gradient" in lines
    assert "  1  f = softmax_loss(S, y) = 1.04019   (1,3), (1,) -> number  softmax_loss" in lines


def test_the_svm_loss_of_the_lecture_names_the_margins_that_are_violated() -> None:
    scores = [[3.2, 5.1, -1.7], [1.3, 4.9, 2.0], [2.2, 2.5, -3.1]]
    text = told("svm_loss(S, y, reduction=mean)", S=scores, y=[0, 1, 2])
    assert (
        """
     part1 = (1 - one_hot(y, size=3))*(S - reshape(pick(S, y), 3, 1) + 1 > 0)   (3,3)
         [0  1  0]
         [0  0  0]
         [1  1  0]
     ∂f/∂S = ∂f/∂f / 3*(part1 - one_hot(y, size=3)*sum(part1, axis=-1, keepdims=True))   (3,3)
         [-0.333333  0.333333   0       ]
         [ 0         0          0       ]
         [ 0.333333  0.333333  -0.666667]
"""
        in text
    )


def test_a_node_used_twice_is_a_copy_gate_whose_branches_add() -> None:
    report = report_of("sum(relu(W@x)) + sum(W^2)", W=[[1, 2], [3, -4]], x=[0.5, 2])
    (copy,) = (told for told in tell(report, 6) if told.gate == "copy")
    assert copy.pattern == "copy: used 2 times, so its branch gradients add"
    # the first row of W@x is 4.5, the second -6.5, which relu blocks
    assert copy.lines == (Line("∂f/∂W = ∂f/∂W via n4 + ∂f/∂W via n1", "(2,2)", ("[2.5   6]", "[6    -8]")),)
    assert np.array_equal(copy.downstream["W"], [[2 + 0.5, 4 + 2], [6, -8]])


def test_both_uses_by_one_gate_are_told_apart() -> None:
    report = report_of("sum(x*x)", x=[1, 3])
    lines = [line for told in tell(report, 6) if told.phase == "backward" for line in told.lines]
    assert ("∂f/∂x via n1, input 1 = ∂f/∂n1 * x", "(2,)") in [line[:2] for line in lines]
    assert ("∂f/∂x = (∂f/∂x via n1, input 1) + (∂f/∂x via n1, input 2)", "(2,)") in [line[:2] for line in lines]


@pytest.mark.parametrize(
    ("shape", "other", "words"),
    [
        ((3,), (5, 3), "c was copied to 5 rows, so its gradient is the sum over the rows"),
        ((5, 1), (5, 3), "c was copied to 3 columns, so its gradient is the sum over the columns"),
        ((), (5, 3), "c was copied to all 15 entries, so its gradient is the sum over them"),
        ((3,), (2, 5, 3), "c was copied 10 times along axes 0 and 1, so its gradient is the sum over the copies"),
        ((5, 1), (2, 5, 1), "c was copied 2 times along axis 0, so its gradient is the sum over the copies"),
    ],
)
def test_broadcasting_is_told_as_a_copy(shape: tuple[int, ...], other: tuple[int, ...], words: str) -> None:
    text = told("sum(a + c)", a=np.ones(other), c=np.ones(shape))
    assert f"     {words}\n" in text
    assert text.count("copied") == 1


def test_a_matrix_that_meets_a_stack_is_copied() -> None:
    text = told("sum(T@M)", T=np.ones((5, 2, 3)), M=np.ones((3, 4)))
    assert "M was copied 5 times, so its gradient is the sum over the copies" in text
    assert "     ∂f/∂M = sum(transpose(T, axes=[0, 2, 1]) @ ∂f/∂n1, axis=0)   (5,3,4) -> (3,4)" in text


def test_max_over_an_axis_is_told_as_a_router() -> None:
    text = told("sum(max(X, axis=1))", X=X)
    assert "max: routes the gradient to the largest entry of each row" in text
    assert "the Jacobian ∂n1/∂X would be (2x3)x(2), 12 entries, at most 6 of them non-zero; never formed" in text
    assert "     ∂f/∂X = where(X == reshape(n1, 2, 1)," in text


def test_softmax_has_a_block_for_each_row() -> None:
    text = told("sum(softmax(X)*X)", X=X)
    assert "(2x3)x(2x3), 36 entries: a 3 x 3 block for each of the 2 rows, else zeros; never formed" in text


def test_a_branch_not_taken_keeps_nan_out_and_the_equation_true() -> None:
    text = told("sum(where(x > 0, log(x), 0))", x=[0.5, 0.0])
    assert "     ∂f/∂x = where(∂f/∂n2 != 0, ∂f/∂n2 * (1/x), 0)   (2,)\n         [2  0]\n" in text


def test_numbers_among_arrays_are_told_as_in_a_program_of_numbers() -> None:
    lines = told("a*b + sum(x)", a=3, b=-4, x=[1, 2]).split("\n")
    assert "  1  n1 = a*b = 3*(-4) = -12                   multiply" in lines
    assert "     ∂f/∂a = ∂f/∂n1 * b = 1*(-4) = -4" in lines
    assert "  if a grows by a small h, f changes by about -4h" in lines


def test_at_a_kink_what_the_gradient_means_is_the_rule_of_the_convention() -> None:
    text = told("sum(relu(x)) + sum(y)", x=[0, 2], y=[1, 2])
    assert "f changes by about h, by the rule used where n1 has no derivative; the gradient of x" in text
    assert "if y[0] grows by a small h, f changes by about h; the gradient of y" in text


def test_large_arrays_are_summed_up_and_no_line_is_long() -> None:
    generator = np.random.default_rng(1)
    values = {"X": generator.normal(size=(300, 50)), "W": generator.normal(size=(50, 40)), "y": np.arange(300) % 40}
    tracemalloc.start()
    text = told("softmax_loss(relu(X@W), y)", width=80, **values)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 10e6  # the Jacobian of the product with respect to W has 192 MB, X 0.12 MB
    assert "the Jacobian ∂n1/∂W would be (50x40)x(300x40), 24,000,000 entries (192" in text
    assert "300 x 40, norm" in text
    assert max(map(len, text.split("\n"))) <= 80
    assert len(text) < 4000


def test_steps_as_data_have_nested_lists() -> None:
    document = json.loads(render(report_of("Z = X@W", UPSTREAM, X=X, W=W), "json", Style()))
    forward, seed, matmul, *meaning = document["steps"]
    assert forward["value"] == [[-1, -1, 2, 6], [5, 2, 11, 7]]
    assert seed["downstream"] == {"Z": UPSTREAM}
    assert matmul["gate"] == "matmul"
    assert matmul["upstream"] == UPSTREAM
    assert matmul["downstream"]["X"] == [[0, 16, -9], [-24, 9, -30]]
    assert matmul["lines"][0] == "∂L/∂X = ∂L/∂Z @ W.T   (2,4)@(4,3) -> (2,3)"
    assert [step["node"] for step in meaning] == ["X", "W"]


def test_markdown_has_arrays_as_blocks_of_code() -> None:
    text = render(report_of("relu(x)", [4, -1, 5, 9], x=[1, -2, 3, -1]), "trace_markdown", Style())
    assert "1. `f = relu(x)`, `(4,)` (relu)\n\n   ```\n   [1  0  3  0]\n   ```\n\n## Backward pass" in text
    assert "  - `∂L/∂x = where(x > 0, ∂L/∂f, 0)`, `(4,)`\n\n    ```\n    [4  0  5  0]\n    ```\n\n" in text


def test_step_by_step_an_array_stays_with_its_equation() -> None:
    pieces = list(chunks(report_of("y = x@w", UPSTREAM, x=X, w=W), Style()))
    assert pieces[0][1:] == ["  1  y = x@w   (2,3)@(3,4) -> (2,4)            matmul",
                         "         [-1  -1   2  6]", "         [ 5   2  11  7]"]  # fmt: skip


def test_what_is_computed_from_numbers_of_the_program_alone_is_told_too() -> None:
    text = told("a = 2; b = 3; f = (a + b)*a")
    assert "     ∂f/∂a = 5 + 2 = 7\n" in text
    text = render(calculate(Source("W = [[1, 2], [3, 4]]; sum((W@[1, 2])^2)"), {}, Options(wrt=("W",), trace=True)),
                  "trace", Style())  # fmt: skip
    assert "     ∂f/∂W = outer(∂f/∂n1, [1, 2])   (2,), (2,) -> (2,2)\n" in text
    assert "         [10  20]\n         [22  44]\n" in text


def test_a_number_that_stands_beside_an_array_is_computed_again_too() -> None:
    assert "n1 = a*sum([1, 2]) = 3*sum([1, 2]) = 9" in told("a*sum([1, 2]) + sum(x)", a=3, x=[1])


def test_infinite_numbers_among_arrays_are_words_in_json_and_no_warning_of_numpy() -> None:
    document = json.loads(render(report_of("sum(log(x))", x=[0, 1]), "json", Style()))
    assert document["value"] == "-Infinity"
    assert document["steps"][-2]["downstream"] == {"x": ["Infinity", 1]}
