"""How LaTeX is recognised, what its names are called, how a text is taken apart, and what is refused."""

from __future__ import annotations

from pathlib import Path
from time import process_time
from typing import Any

import numpy as np
import pytest
from commandline import call

from bpcalc.errors import BpcalcError, Source
from bpcalc.reading.lexer import is_latex
from bpcalc.reading.parser import parse
from bpcalc.writing.unparse import unparse

VALUES: dict[str, Any] = dict.fromkeys("abcxyzwkntpq", 1.0) | {"theta": 1.0, "mu": 1.0}
ARRAYS: dict[str, Any] = {"x": np.ones(3), "w": np.ones(3), "y": np.ones(3), "X": np.ones((3, 2)), "v": np.ones(2),
                          "A": np.ones((3, 3)), "c": 1.0}  # fmt: skip


def reading(text: str, bound: Any = VALUES, asked: Any = None, notation: str = "latex") -> str:
    """What a text means, in bpcalc's own notation."""
    program = parse(Source(text, notation=notation), bound, asked)
    return unparse(program.graph, program.output, {})


def remarks(text: str, bound: Any = VALUES) -> list[str]:
    return [sentence for _, _, sentence in parse(Source(text, notation="latex"), bound).remarks]


@pytest.mark.parametrize(
    ("text", "is_it"),
    [
        (r"\frac{x}{2}", True), ("x^2", False), ("$x^2$", True), ("$x + 1", False), ("x # \\frac", False),
        ("x + \\\n y", False), ("x \\", False), (r"x \# y", True), ("(x +\\\ny)*z", False), (r"\(x\)", True),
    ],
)  # fmt: skip
def test_a_backslash_makes_latex_unless_it_ends_a_line_or_stands_in_a_comment(text: str, is_it: bool) -> None:
    assert is_latex(Source(text)) is is_it
    assert is_latex(Source(text, notation="latex"))


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (r"\theta", "theta"), (r"\varepsilon", "epsilon"), (r"\hat{y}", "y_hat"), (r"\hat y", "y_hat"),
        (r"\bar{x}", "x_bar"),
        (r"\tilde{x}", "x_tilde"), (r"\mathbf{x}", "x"), (r"\vec{w}", "w"), (r"\boldsymbol{\theta}", "theta"),
        (r"\mathcal{L}", "L"), ("x_1", "x1"), ("x_{12}", "x12"), ("x_{ij}", "x_ij"), ("x_{i,j}", "x_ij"),
        ("x_{1,2}", "x_1_2"),
        ("w^{(1)}", "w_1"), ("w_2^{(1)}", "w2_1"), ("x'", "x_prime"), (r"\theta''", "theta_prime_prime"), ("w^*",
        "w_star"),
        (r"\hat{\mathbf{y}}_i", "y_hat_i"), (r"x_{\max}", "x_max"), (r"x_{\mathrm{max}}", "x_max"), ("m_{t-1}",
        "m_t_minus_1"),
        (r"\mathrm{rate}", "rate"), (r"\text{learning rate}", "learning_rate"), (r"\mathit{lr\_rate}", "lr_rate"),
        (r"\hat{y}_1^{(2)}", "y_hat1_2"), ("θ", "theta"), (r"\ell", "l"), (r"\beta_1", "beta1"), (r"\tau", "tau"),
    ],
)  # fmt: skip
def test_each_name_has_a_spelling(text: str, name: str) -> None:
    program = parse(Source(text, notation="latex"), {}, ())
    assert program.variables == [name]


@pytest.mark.parametrize(
    ("text", "given"),
    [("x_1", "x_1"), ("x_1", "x1"), (r"\hat{y}", "yhat"), (r"\theta", "θ"), ("x_{ij}", "x_i_j"), (r"\varepsilon",
     "eps"),
     ("w^{(1)}", "w1"), (r"\epsilon", "ε")],
)  # fmt: skip
def test_a_spelling_that_has_a_value_is_meant(text: str, given: str) -> None:
    assert parse(Source(text, notation="latex"), {given: 1.0}).variables == [given]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("wx + b", "w*x + b"), ("2ab", "2*a*b"), ("x(y+1)", "x*(y + 1)"), ("xe^x", "x*exp(x)"),
        ("a/b/c", "a/b/c"), ("x^2y", "x^2*y"), (r"\frac12", "1/2"), (r"\frac\theta2", "theta/2"), (r"\sqrt2 x",
        "sqrt(2)*x"),
        (r"\sin 2x", "sin(2*x)"), (r"\sin\theta x", "sin(theta*x)"), (r"2\sin x\cos y", "2*sin(x)*cos(y)"),
        (r"\log_2 x + \log_{10} y + \log_b x", "log2(x) + log10(y) + log(x)/log(b)"), (r"\sin^{-1} x", "asin(x)"),
        (r"\sin^2 x", "sin(x)^2"), (r"\max(x, y, 0)", "max(x, y, 0)"), (r"\lvert x \rvert", "abs(x)"), ("|x||y|",
        "abs(x)*abs(y)"),
        (r"\bigl(x+y\bigr)z", "(x + y)*z"), (r"x \times y \div z", "x*y/z"), ("-x^2", "-x^2"), ("e^{-x}y",
        "exp(-x)*y"),
        (r"3 \cdot 10^{-5} x", "3e-05*x"), (r"0 < \sin(x) < y", "(0 < sin(x))*(sin(x) < y)"),
        ("x!", "factorial(x)"), (r"\operatorname{J}_0(x)", "besselj(0, x)"),
        (r"\operatorname{K}_{y-1/2}^2(x)", "besselk(y - 1/2, x)^2"),
        (r"\operatorname{E}_1(x)", "expint(x)"), (r"\mathrm{B}(x, y)", "beta(x, y)"),
        (r"\psi^{(y+1)}(x)", "polygamma(y + 1, x)"), (r"\ln\Phi(x)", "normal_logcdf(x)"),
        (r"\ln(\Phi(x))", "log(normal_cdf(x))"), (r"\operatorname{\varphi}(x)", "normal_pdf(x)"),
        (r"\operatorname{erfcx}^{(2)}(x)", "polyerfcx(2, x)"), (r"\operatorname{arcoth} x", "acoth(x)"),
        (r"\operatorname{leaky\_relu}(x, 0.1)", "leaky_relu(x, 0.1)"), ("(x) % (y)", "x"), ("s = wx; s^2", "(w*x)^2"),
        ("f(a) = a^2 \\\\ f(x) + f(y)", "x^2 + y^2"), (r"\begin{cases} x & x \ge 0 \\ -x & x < 0 \end{cases}",
        "where(x >= 0, x, -x)"),
        (r"\left\{ \begin{array}{ll} x, & x > 0 \\ 0, & \text{else} \end{array} \right.", "where(x > 0, x, 0)"),
        (r"\begin{cases} 1 \text{ if } x > 0 \text{ and } y > 0 \\ 0 \text{ otherwise} \end{cases}",
        "where((x > 0)*(y > 0), 1, 0)"),
        (r"\begin{pmatrix} x & y \\ 1 & 2 \end{pmatrix}", "[[x, y], [1, 2]]"),
        (r"\begin{bmatrix} x \\ y \end{bmatrix}", "[x, y]"),
        (r"\sum_{i=1}^{3} i^2", "1^2 + 2^2 + 3^2"), (r"\sum_{1 \le i \le 2} i x", "1*x + 2*x"),
        (r"\prod_{i=1}^{2} (x + i)", "(x + 1)*(x + 2)"),
        (r"\sum_{i=1}^{2}\sum_{j=i}^{2} x^{ij}", "x^(1*1) + x^(1*2) + x^(2*2)"),
    ],
)  # fmt: skip
def test_numbers_are_read_as_on_paper(text: str, words: str) -> None:
    assert reading(text) == words


def test_a_sum_runs_over_numbered_names() -> None:
    assert reading(r"\sum_{i=1}^{3} x_i", {"x1": 1.0, "x2": 1.0, "x3": 1.0}) == "x1 + x2 + x3"
    assert reading(r"\sum_{i=1}^{2} x_{1,i} y_i", {}, ()) == "x_1_1*y1 + x_1_2*y2"
    assert "two ways" in refusal(r"\sum_{i=1}^{2} x_{1i} y_i", {}, ())
    assert reading(r"\sum_{j=1}^{2} X_{1j}", ARRAYS) == "sum(X[0, :])"
    assert reading(r"\prod_{i=0}^{n} x_i", {"n": 1.0, "x_0": 1.0, "x_1": 1.0}) == "x_0*x_1"
    assert "can be" in refusal("x_1", {"x1": 1.0, "x_1": 1.0})


def refusal(text: str, bound: Any = VALUES, asked: Any = None) -> str:
    with pytest.raises(BpcalcError) as refused:
        parse(Source(text, notation="latex"), bound, asked)
    return refused.value.message


def answer(text: str) -> str:
    """The error that a text has; nothing for one that is read."""
    try:
        parse(Source(text, notation="latex"), VALUES)
    except BpcalcError as error:
        return error.render()
    return ""


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Ax", "A@x"), ("A^T x", "A.T@x"), ("x^T w", "x@w"), ("x w^T", "outer(x, w)"), ("x^T A w", "x@A@w"),
        ("cx", "c*x"),
        (r"x \odot w", "x*w"), (r"x \cdot w", "x@w"), (r"A^\top A x", "A.T@A@x"), (r"\|x\|", "norm(x)"),
        (r"\|x\|_1", "sum(abs(x))"),
        (r"\|x\|_\infty", "max(abs(x))"), (r"\lVert A \rVert_F^2", "norm(A)^2"), ("x_2", "x[1]"), ("X_{1,2}",
        "X[0, 1]"), ("X_3", "X[2]"),
        (r"\sum_i x_i", "sum(x)"), (r"\sum_{i=1}^{3} x_i w_i", "sum(x*w)"), (r"\sum_{i=1}^{2} x_i", "x[0] + x[1]"),
        (r"\sum_{i=0}^{2} x_i", "sum(x)"), (r"\sum_{i=0}^{1} x_i", "x[0] + x[1]"), (r"\sum_{i=1}^{N} x_i^2 / N",
        "sum(x^2/3)"),
        (r"\frac{1}{N} \sum_{i=1}^{N} x_i", "1/3*sum(x)"), (r"\sum_{i,j} X_{ij}^2", "sum(X^2)"),
        (r"\sum_i X_{i,:}", "sum(X, axis=0)"),
        (r"\sum_j v_j X_{2,j}", "sum(v*X[1, :])"), (r"\max_i x_i", "max(x)"),
        (r"\sum_{i=2}^{3} (x_i - x_{i-1})", "x[1] - x[0] + (x[2] - x[1])"), (r"\prod_i x_i", "prod(x)"),
        ("x' A x", "x@A@x"),
        (r"\sigma(Ax)_1", "sigmoid(A@x)[0]"), ("I_3 x", "eye(3)@x"),
        (r"\operatorname{softmax}(x) \odot w", "softmax(x)*w"), (r"\langle x, w \rangle", "x@w"),
        (r"\sum_{i=1}^m (x^{(i)} - w^{(i)})^2", "sum((x - w)^2)"), (r"\sum_i X_2^{(i)}", "sum(X[:, 1])"),
        ("-x^T w", "-x@w"), ("2x^T w", "2*x @ w"), (r"\sum_i \max(0, 1 - x_i w_i)", "sum(max(0, 1 - x*w))"),
        (r"\ln|\det A|", "logdet(A)"),
    ],
)  # fmt: skip
def test_arrays_are_read_as_on_paper(text: str, words: str) -> None:
    assert reading(text, ARRAYS) == words


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (r"\operatorname{J}(x)", r"\operatorname{J} needs an index"), (r"\operatorname{E}[x]", "needs an index"),
        (r"\operatorname{E}_2(x)", "is not read"), (r"\operatorname{J}_{0} x", "brackets are missing"),
        ("J_0(x)", "a Bessel function, or a product"), (r"2\ln\Phi(x) x", "two ways"), (r"A \times A", "two ways"),
        (r"x \otimes w", "stands between matrices"),
        (r"\operatorname{median}(A, \mathrm{axis=[0,1})", "no value of an option"),
        (r"\operatorname{repeat}(A, \mathrm{count=2}) x", "can be read two ways"),
    ],
)  # fmt: skip
def test_functions_that_need_more_to_have_one_meaning(text: str, message: str) -> None:
    assert message in refusal(text, ARRAYS, ())


def test_signs_of_arrays_that_shapes_decide() -> None:
    assert reading(r"x \times w", ARRAYS) == "cross(x, w)"
    assert reading(r"A^+ x", ARRAYS) == reading(r"A^\dagger x", ARRAYS) == "pinv(A)@x"
    assert reading(r"x \times y") == "x*y"


def test_terms_are_written_out_where_entries_are_not_met_side_by_side() -> None:
    for text in (r"\sum_{i=1}^{3} \sum_{j=1}^{3} x_i A_{ij} x_j",
     r"\sum_{j \ne k} x_j + \sum_i \sum_{j \ne i} A_{ij}"):
        program = parse(Source(text, notation="latex"), ARRAYS | {"k": 2.0})
        assert "index" in {gate.name for gate in program.graph.gates}


def test_a_product_with_what_has_no_known_shape_is_refused() -> None:
    assert reading(r"A^{+} x", ARRAYS) == "pinv(A)@x"
    assert reading(r"\operatorname{expm}(A) x", ARRAYS) == "expm(A)@x"
    assert reading(r"(A \otimes A) c", ARRAYS) == "kron(A, A)*c"
    assert reading(r"x \times w", ARRAYS) == "cross(x, w)"
    for text in (r"\operatorname{concat}(A, A) x", r"f(u) = A u; f(x)", r"f(u, v) = u v; f(x, y)"):
        with pytest.raises(BpcalcError, match="nothing tells the shape of this factor"):
            reading(text, ARRAYS)
    with pytest.raises(BpcalcError, match="a power of a matrix can be read two ways"):
        reading(r"f(u) = u^2; f(A)", ARRAYS)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (r"f(x) = a x \\ f(y)", "a*y"), (r"g = a + 1; f(x) = g x; f(y)", "(a + 1)*y"),
        (r"f(x) = x + a; h(x) = f(x) f(a); h(y)", "(y + a)*(a + a)"), (r"f(x) = x + a; f(y) + a", "y + a + a"),
    ],
)  # fmt: skip
def test_a_function_may_use_other_names(text: str, words: str) -> None:
    assert reading(text) == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (r"\frac1N \sum_{i=1}^N x_i", "1/3*sum(x)"), (r"\sum_{i=1}^N x_i / N", "sum(x/3)"),
        (r"\sum_{i=1}^N x_i / \sqrt N", "sum(x/sqrt(3))"), (r"c^N \sum_{i=1}^N x_i", "c^3*sum(x)"),
    ],
)  # fmt: skip
def test_the_number_of_terms_may_stand_anywhere(text: str, words: str) -> None:
    assert reading(text, ARRAYS) == words


def test_what_could_be_read_otherwise_is_noted() -> None:
    ends = r"\sum_{i=1}^{2} i ends before the +; brackets would take in what follows"
    assert remarks(r"\sum_{i=1}^{2} i + x") == [ends]
    assert remarks(r"\frac{1}{N}\sum_{i=1}^{N} x_i", ARRAYS) == ["N is the length of x, 3"]
    assert remarks("x_2", ARRAYS) == ["x_2 is read as the entry x[1]; indices count from 1 in LaTeX"]
    assert remarks(r"\sin xy") == [r"\sin xy is read as \sin(xy)"]
    assert remarks(r"\frac{x}{2} + \sin 2x") == []


def test_letters_side_by_side_are_a_product_unless_a_word_has_a_value() -> None:
    assert reading("rate", {"rate": 1.0}) == "rate"
    assert reading("xy", {}, ()) == "x*y"
    assert reading("xy", {"xy": 1.0}, {"xy"}) == "xy"
    assert "two ways" in refusal("xy", {"x": 1.0, "y": 1.0, "xy": 1.0})
    assert reading("w1x1", {"w1": 1.0, "x1": 1.0}) == "w1*x1"


def test_displays_and_alignments_are_statements() -> None:
    aligned = "\\begin{align}\n s &= wx \\\\\n &\\quad + b \\tag{1} \\\\\n L &= s^2 \\nonumber\n\\end{align}"
    assert reading(aligned, VALUES, notation="") == "(w*x + b)^2"
    # a line break is layout: what begins with a sign goes on, unless it uses what the line before gives
    for text in (r"L = w^2 \\ + x", r"\[ L = w^2 \\ + x \]", r"\begin{aligned} L &= w^2 \\ &+ x \end{aligned}"):
        assert reading(text, VALUES, notation="") == "w^2 + x"
    assert reading(r"s = w x \\ -\log s", VALUES, notation="") == "-log(w*x)"
    for text in (r"\[ x^2 \]", "$$x^2$$", r"\( x^2 \)", "\\begin{equation*} x^2 \\end{equation*}", "x^2 % a comment"):
        assert reading(text) == "x^2"
    assert reading("u = wx\nv = u^2\n\\sin v") == "sin((w*x)^2)"
    assert reading("x\n + y") == "x + y"


@pytest.mark.parametrize(
    "text",
    ["x_1 + \\input{a}", "{", "}", "\\", "x^", "x_", "\\frac", "\\frac{", "\\left(", "\\right)", "\\begin{cases}",
     "\\end{cases}", "&",
     "\\\\", "\\sum_", "\\sum_{", "\\max_", "\\sqrt[", "\\text{", "\\hat", "\\hat{", "|", "\\|", "_", "^", "'",
     "!", "\\$", "\\\u202e",
     "\\\x1b[31m", "☃", "½", "\ud800", "\\mathbb{1}[", "\\log_", "\\sin^", "\\operatorname{}", "\\operatorname",
     "x = ", "= x", ",",
     "\\begin{bmatrix} 1 & \\end{bmatrix}", "\\begin{bmatrix}\\end{bmatrix}", "\\langle x,",
     "\\sum_{i=1}^{10^9} i", "f(x", "\\middle"],
)  # fmt: skip
def test_what_is_no_formula_is_one_clear_error(text: str) -> None:
    for whole in (text, f"\\frac{{x}}{{2}} + {text}", f"{text} \\cdot y"):
        shown = answer(whole)
        assert "\x1b" not in shown
        assert "\u202e" not in shown


@pytest.mark.parametrize(
    "text",
    ["{" * 20_000, "\\frac{1}{1 + " * 5_000 + "x" + "}" * 5_000, "\\sqrt{" * 5_000 + "x" + "}" * 5_000,
     "x^{" * 5_000 + "x" + "}" * 5_000,
     "\\left(" * 5_000 + "x" + "\\right)" * 5_000, "\\hat{" * 20_000, "\\text{" * 20_000,
     "\\begin{cases}" * 5_000, "\\sin " * 5_000 + "x",
     "+".join(["\\sum_{i=1}^2 i"] * 2_000), "xy" * 5_000, "x_{" * 5_000, "\\sum_{i=1}" * 2_000, "$x$" * 5_000],
)  # fmt: skip
def test_deep_and_long_texts_take_no_more_than_their_length(text: str) -> None:
    start = process_time()
    assert len(answer(text)) < 1000
    assert process_time() - start < 20  # quadratic would be minutes


def test_commands_read_latex(tmp_path: Path) -> None:
    file = tmp_path / "loss.tex"
    file.write_text("% the loss\n\\begin{equation}\n L = \\frac{1}{2}(wx - y)^2\n\\end{equation}\n")
    assert call(["grad", "-f", str(file), "w=1", "x=2", "y=1", "--get", "w"]).out == "2.0\n"
    assert call(["diff", r"x^2 \sin y", "--get", "x"]).out == "2*x*sin(y)\n"
    assert call(["grad", "--latex", "x_1y", "x1=2", "y=3", "--get", "y"]).out == "2.0\n"
    assert call(["jvp", r"\tanh x", "x=0", "--get", "tangent"]).out == "1.0\n"
    checked = call(["check", r"\sqrt{x} y", "x=4", "y=3", "--claim", r"x=\frac{y}{2\sqrt{x}}"])
    assert checked.status == 0, checked
    assert "right" in checked.out
    assert call(["grad", r"\frac{x}{y}", r"x=\frac{1}{2}", "y=2", "--get", "value"]).out == "0.25\n"
    assert "f = sigmoid(w*x + b)" in call(["graph", r"\sigma(wx + b)", "w=1", "x=2", "b=3"]).out
    assert "import math" in call(["code", "--to", "python", r"\sigma(wx + b)"]).out
    assert call(["grad", r"s = wx; \sigma(s)", "w=1", "x=2", "--of", "s", "--get", "w"]).out == "2.0\n"


def test_the_place_of_an_operation_is_shown_in_the_text() -> None:
    told = call(["grad", r"Wx + \hat{b}", "W=[[1,2]]", "x=[1,2,3]", "b_hat=1"]).err
    assert told.split("\n")[1:3] == [r"  Wx + \hat{b}", "   ^"]


def test_a_sum_without_an_index_takes_in_no_more_than_its_brackets() -> None:
    assert reading(r"3\sum(x w) + c", ARRAYS | {"w": 2.0}) == "3*sum(x*w) + c"
    assert reading(r"\left(\sum(x)\right)^2", ARRAYS) == "sum(x)^2"
    for text in (r"\sum(x)^2", r"\sum(x) w", r"\sum(x) \cdot w", r"\prod(x) c"):
        assert "part of it" in refusal(text, ARRAYS)


def test_a_step_gives_a_new_name() -> None:
    program = parse(Source(r"\theta \leftarrow \theta - \alpha g"), {"theta": 1.0, "alpha": 1.0, "g": 1.0})
    assert program.names["theta_new"] == program.output


def test_quotients_that_only_look_like_derivatives_are_read() -> None:
    assert reading(r"\frac{d_1}{d_2}", {}, ()) == "d1/d2"
    assert reading(r"\frac{dx}{dy}", {"d": 1.0, "x": 1.0, "y": 1.0}) == "d*x/(d*y)"
    assert "derivative" in refusal(r"\frac{dL}{dx}", {}, ())
    assert "derivative" in refusal(r"\frac{d}{dx} x^2", {}, ())


def test_words_without_a_backslash_are_no_products_of_letters() -> None:
    for text in ("sin(x) + \\theta", "exp(-x)", "theta x", "ln x", "relu(x)", "max(x, y)", "sinx"):
        assert "a word, or a product" in refusal(text, {}, ()), text
    assert reading("pq + xy", {}, ()) == "p*q + x*y"
    assert reading("sin", dict.fromkeys("sin", 1.0)) == "s*i*n"
    assert "no value" in refusal(r"x \text{ and } y")


def test_a_body_without_the_index_is_added_as_often() -> None:
    assert reading(r"\sum_{i=1}^{3} x") == "x + x + x"
    assert reading(r"\sum_{i=1}^{2} {x} + y") == "x + x + y"
