"""What `bpcalc diff -o unicode` and `-o latex` write: looked at for some, and read back for all textbook cases and for
random formulas. `read_paper` and `read_tex` share nothing with the printers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any
from unicodedata import normalize

import numpy as np
import pytest
from bites import bites
from by_numpy import FUNCTIONS
from every import several
from hypothesis import given
from hypothesis import strategies as st
from oracle import MATRIX, SCALARS, agree, evaluate, numbers, points, shapes, wrt
from read_paper import part, read
from read_tex import by_hand
from reference import SCALARS as SCALAR_GATES

from bpcalc.algebra.shapes import SHAPES, Shaped
from bpcalc.calculations.diff.pipeline import differentiate
from bpcalc.calculations.diff.request import Request
from bpcalc.engine.forward import forward
from bpcalc.errors import Source
from bpcalc.gate import Gate
from bpcalc.reading.declarations import read_shapes
from bpcalc.reading.parser import parse
from bpcalc.reports.derivatives import DiffReport
from bpcalc.writing import latex, unicode

NOTATIONS = {"unicode": (unicode, str), "latex": (latex, by_hand)}
BOTH = pytest.mark.parametrize("notation", NOTATIONS)


def diff(program: str, words: str = "", by: str = "", notation: str = "unicode", **options: Any) -> DiffReport:
    request = Request(wrt=[tuple(by.split(","))] if by else (), notation=notation, **options)
    return differentiate(Source(program), read_shapes(words.split()), {}, request)


def shown(program: str, words: str = "", by: str = "", notation: str = "unicode", **options: Any) -> str:
    """The one derivative as it is written."""
    (found,) = diff(program, words, by, notation, **options).derivatives.values()
    return found.text


def written(text: str, sizes: Mapping[str, tuple[int, ...]], notation: str) -> tuple[str, dict[str, str]]:
    """An expression in a notation, and its names there as they are read."""
    module, readable = NOTATIONS[notation]
    program = parse(Source(text), sizes)
    values = forward(SHAPES, program.graph, {name: Shaped(shape) for name, shape in sizes.items()}, [program.output])
    words = module.names(program.graph.variables)
    paper = module.paper(words, [getattr(value, "shape", ()) for value in values])
    return paper(program.graph, program.output, {}), {name: readable(word) for name, word in words.items()}


def reads_back(text: str, values: Mapping[str, Any], notation: str, size: int = 0) -> None:
    with np.errstate(all="ignore"):
        expected = evaluate(text, values)
    found, names = written(text, {name: np.shape(value) for name, value in values.items()}, notation)
    known = {names[name]: value for name, value in values.items() if name in names}
    with np.errstate(all="ignore"):
        back = read(NOTATIONS[notation][1](found), known, np.shape(expected), size)
    assert np.allclose(back, expected, rtol=1e-9, atol=1e-9, equal_nan=True), (text, found)


# What it looks like

LOOKED_AT = [
    ("x^2*sin(x)", "", "x", "2x sin(x) + x² cos(x)", r"2 x \sin\left(x\right) + x^{2} \cos\left(x\right)"),
    ("norm(A@x - b)^2", "A:m,n x:n b:m", "x", "2Aᵀ(Ax − b)", r"2 A^T \left(A x - b\right)"),
    ("x@A@x", "A:n,n x:n", "x", "(A + Aᵀ) x", r"\left(A + A^T\right) x"),
    ("x@A@x", "A:n,n x:n", "A", "xxᵀ", "x x^T"),
    ("logdet(X)", "X:n,n", "X", "X⁻ᵀ", "X^{-T}"),
    ("a@inv(X)@b", "a:n b:n X:n,n", "X", "−X⁻ᵀabᵀX⁻ᵀ", "-X^{-T} a b^T X^{-T}"),
    ("exp(-x)/theta", "", "x", "−e⁻ˣ/θ", r"-\frac{e^{-x}}{\theta}"),
    ("1/(1 + x^2)^3", "", "x", "−6x/(1 + x²)⁴", r"-\frac{6 x}{\left(1 + x^{2}\right)^{4}}"),
    ("x^n", "", "x", "nxⁿ⁻¹", "n x^{n - 1}"),
    ("sqrt(1 + x^2)", "", "x", "x/√(1 + x²)", r"\frac{x}{\sqrt{1 + x^{2}}}"),
    ("sum(tanh(A@x))", "A:m,n x:n", "x", "Aᵀ(1 − tanh²(Ax))", None),
    ("norm(x)", "x:n", "x", "x/‖x‖", r"\frac{x}{\left\lVert x \right\rVert}"),
    ("w_0*x1 + rate*x1", "", "x1", "w₀ + rate", r"w_0 + \mathit{rate}"),
    ("sum(A*X^2)", "A:n,m X:n,m", "X", "2A ⊙ X", r"2 A \odot X"),
    ("x@y/(norm(x)*norm(y))", "x:n y:n", "x", "y/(‖x‖·‖y‖) − (xᵀy) x/(‖x‖³‖y‖)", None),
]  # fmt: skip


@pytest.mark.parametrize(("program", "words", "by", "hand", "tex"), LOOKED_AT, ids=[case[0] for case in LOOKED_AT])
def test_derivatives_look_as_in_a_paper(program: str, words: str, by: str, hand: str, tex: str | None) -> None:
    assert shown(program, words, by) == hand
    if tex is not None:
        assert shown(program, words, by, "latex") == tex


VECTORS = {"A": (2, 2), "B": (2, 2), "x": (2,), "y": (2,), "s": (), "t": ()}


@pytest.mark.parametrize(
    ("text", "hand", "tex"),
    [
        ("2*3", "2·3", r"2 \cdot 3"),
        ("s*2", "s·2", r"s \cdot 2"),
        ("s*(1/3)", "s(1/3)", r"s \frac{1}{3}"),
        ("2*(1/3)", "2(1/3)", r"2 \cdot \frac{1}{3}"),
        ("(s/t)*t", "(s/t) t", r"\frac{s}{t} t"),
        ("s/(t*s)/2", "(s/(ts))/2", r"\frac{\frac{s}{t s}}{2}"),
        ("s*(-t)", "s·(−t)", r"s \left(-t\right)"),
        ("-(s*t)^2", "−(st)²", r"-\left(s t\right)^{2}"),
        ("(-s)^t", "(−s)ᵗ", r"\left(-s\right)^{t}"),
        ("s^t^2", "s^(t²)", "s^{t^{2}}"),
        ("(s^t)^2", "(sᵗ)²", r"\left(s^{t}\right)^{2}"),
        ("s^0.5*t", "s^0.5·t", "s^{0.5} t"),
        ("sqrt(s)*t", "√s·t", r"\sqrt{s} t"),
        ("sqrt(s)^2", "(√s)²", r"\sqrt{s}^{2}"),
        ("abs(s*abs(t))", "abs(s|t|)", r"\left|s \left|t\right|\right|"),
        ("abs(s)*abs(t)*s", "|s|·|t| s", r"\left|s\right| \left|t\right| s"),
        ("sin(s)^2*sin(t)^-1", "sin²(s) sin(t)⁻¹", r"\sin^{2}\left(s\right) \sin\left(t\right)^{-1}"),
        ("log(s)^2", "ln(s)²", r"\ln\left(s\right)^{2}"),
        ("1.5e-7*s", "1.5·10⁻⁷s", r"1.5 \cdot 10^{-7} s"),
        ("s/1.5e-7", "s/(1.5·10⁻⁷)", r"\frac{s}{1.5 \cdot 10^{-7}}"),
        ("(s > 0)*t", "[s > 0] t", r"\left[s > 0\right] t"),
        ("t*(s > 0)", "t·[s > 0]", r"t \cdot \left[s > 0\right]"),
        ("where(s >= t, s, -t)", "{s if s ≥ t, −t otherwise}", None),
        ("s*where(t, s, 1)", "s·{s if t, 1 otherwise}", None),
        ("x@A@y", "xᵀAy", "x^T A y"),
        ("x@A", "Aᵀx", "A^T x"),
        ("x@A.T", "Ax", "A x"),
        ("(A@x)@y", "xᵀAᵀy", "x^T A^T y"),
        ("(x@y)*y", "(xᵀy) y", r"\left(x^T y\right) y"),
        ("s*(x@A@y)", "sxᵀAy", "s x^T A y"),
        ("A@(B*A)@x", "A(B ⊙ A) x", None),
        ("(A@x)*y", "Ax ⊙ y", r"A x \odot y"),
        ("y*(x/y)", "y ⊙ (x/y)", r"y \odot \frac{x}{y}"),
        ("x*A - B*x", "A diag(x) − B diag(x)", None),
        ("A^2", "A^∘2", r"A^{\circ 2}"),
        ("A^-1", "A^∘(−1)", r"A^{\circ \left(-1\right)}"),
        ("x^2", "x²", "x^{2}"),
        ("exp(x)", "exp(x)", r"\operatorname{exp}\left(x\right)"),
        ("abs(x)", "abs(x)", r"\operatorname{abs}\left(x\right)"),
        ("inv(A.T)", "A⁻ᵀ", "A^{-T}"),
        ("inv(A)^2", "(A⁻¹)^∘2", r"\left(A^{-1}\right)^{\circ 2}"),
        ("inv(A@B)", "(AB)⁻¹", r"\left(A B\right)^{-1}"),
        ("trace(A + B)", "tr(A + B)", r"\operatorname{tr}\left(A + B\right)"),
        ("logdet(A)", "ln|det A|", r"\ln\left|\det A\right|"),
        ("logdet(A + B)", "ln|det (A + B)|", r"\ln\left|\det \left(A + B\right)\right|"),
        ("2*ones(2)", "2𝟏", r"2 \mathbf{1}"),
        ("A@ones(2, 2)", "A𝟏𝟏ᵀ", r"A \mathbf{1} \mathbf{1}^T"),
        ("A + eye(2)", "A + I", "A + I_2"),
        ("sum(A, axis=0)", "sum(A, axis=0)", r"\sum_{i} A_{i,:}"),
        ("max(A@B, axis=1)", "max(AB, axis=1)", r"\max_{i} \left(A B\right)_{:,i}"),
        ("mean(A, axis=-1)*x", "mean(A, axis=-1) ⊙ x", r"\left(\operatorname{mean}_{i} A_{\ldots,i}\right) \odot x"),
        ("where(x > y, x, y)", "{x if x > y, y otherwise}",
         r"\begin{cases} x & \text{if } x > y \\ y & \text{otherwise} \end{cases} \text{ entry by entry}"),
        ("outer(x, -y)", "x·(−y)ᵀ", r"x \left(-y\right)^T"),
        ("outer(A@x - y, x)", "(Ax − y) xᵀ", None),
        ("x[0]*y", "x[0] y", r"x\left[0\right] y"),
    ],
)  # fmt: skip
def test_there_are_as_few_signs_and_brackets_as_can_be(text: str, hand: str, tex: str | None) -> None:
    sizes = {name: shape for name, shape in VECTORS.items() if re.search(rf"\b{name}\b", text)}
    assert written(text, sizes, "unicode")[0] == hand
    if tex is not None:
        assert written(text, sizes, "latex")[0] == tex


@pytest.mark.parametrize(
    ("text", "hand"),
    [
        ("s*i*n*(x + 1)", "sin·(x + 1)"),  # not sin(x + 1)
        ("s*i*n^2*(x + 1)", "sin²·(x + 1)"),
        ("l*n*abs(x)", "ln·|x|"),
        ("sigma*(x + 1)", "σ·(x + 1)"),  # not the gate
        ("sigma*sigmoid(x)", "σσ(x)"),
        ("max*(x + 1)", "max·(x + 1)"),
        ("xy + x*y", "xy + x·y"),
        ("rate*2", "rate·2"),
        ("theta + θ", "theta + θ"),
        ("w0 + w_0", "w₀ + w_0"),
        ("e*exp(x)", "e exp(x)"),  # e is a variable here
        ("lambda*x_max", "λ·x_max"),
        ("x_i*y_q", "xᵢ·y_q"),
        ("w₀*β", "w₀β"),
        ("h2o*x", "h2o·x"),
    ],
)
def test_names_are_symbols_and_never_mistaken(text: str, hand: str) -> None:
    names = {
        normalize("NFKC", name): () for name in re.findall(r"[^\W\d]\w*", text) if name not in ("abs", "sigmoid", "exp")
    }
    assert written(text, names, "unicode")[0] == hand


def test_a_transpose_beside_a_name_that_looks_like_it() -> None:
    sizes = {"A": (2, 2), "T": (), "s": ()}
    assert written("s^T*A.T + inv(A).T", sizes, "latex")[0] == r"s^{T} A^\top + A^{-\top}"
    assert written("s^T*A.T", sizes, "unicode")[0] == "s^T·Aᵀ"


def test_a_unit_matrix_beside_a_name_of_its_own() -> None:
    assert written("I@x + eye(2)@x", {"I": (2, 2), "x": (2,)}, "unicode")[0] == "Ix + eye(2) x"


@BOTH
def test_names_of_one_symbol_are_all_different(notation: str) -> None:
    words = ["theta", "θ", "w0", "w_0", "x1", "x_1", "x_12", "x12", "epsilon", "ε", "phi", "φ", "a", "b_i"]
    found = NOTATIONS[notation][0].names(words)
    assert len(set(found.values())) == len(words) == len(found)


# Read back


@BOTH
@several("case", MATRIX, called=lambda case: case["title"])
def test_matrix_derivatives_are_read_back(case: dict[str, Any], notation: str) -> None:
    words = [f"{name}:{','.join(sizes)}" for name, sizes in shapes(case).items()]
    report = differentiate(Source(case["program"]), read_shapes(words), {}, Request([wrt(case)], notation=notation))
    (found,) = report.derivatives.values()
    if re.search(r"scatter\(|\[[^]]*:", found.program):
        return  # no paper has them
    values, readable = numbers(case), NOTATIONS[notation][1]
    known = {readable(report.names.get(name, name)): value for name, value in values.items()}
    for name, text in report.definitions:
        known[readable(report.names[name])] = part(readable(text), known)
    expected = evaluate(found.program, values)
    assert agree(read(readable(found.text), known, expected.shape), expected, 1e-8), found.text


@BOTH
@several("case", SCALARS, called=lambda case: case["title"])
def test_derivatives_of_numbers_are_read_back(case: dict[str, Any], notation: str) -> None:
    request, declared = Request([wrt(case)], notation=notation), dict.fromkeys(wrt(case), ())
    report = differentiate(Source(case["program"]), declared, {}, request)
    (found,) = report.derivatives.values()
    readable = NOTATIONS[notation][1]
    values = {name: np.float64(value) for name, value in points(case)[0].items()}
    known = {readable(report.names.get(name, name)): value for name, value in values.items()}
    for name, text in report.definitions:
        known[readable(report.names[name])] = part(readable(text), known)
    expected = evaluate(found.program, values)
    assert agree(read(readable(found.text), known), expected, 1e-8), found.text


@BOTH
@several("gate", SCALAR_GATES.values(), called=lambda gate: gate.name)
def test_every_gate_is_read_back(gate: Gate, notation: str) -> None:
    if gate.name not in FUNCTIONS and not (gate.infix or gate.prefix):
        return  # the tests' own reader does not have it
    for sample in gate.samples:
        inputs = ["s", "x_1", "theta"][: len(sample)]
        if max(map(abs, sample)) < 100:
            call = gate.infix[0].join(inputs) if gate.infix else f"{gate.prefix or gate.name}({', '.join(inputs)})"
            for text in (f"({call})", f"2 - 3*({call})^2*s", f"s*({call})/(1 + ({call}))"):
                reads_back(text, dict(zip(inputs, map(np.float64, sample), strict=True)), notation)


NUMBERS = {"x": 0.7, "y": 1.3, "sigma": 0.25, "s": 0.8, "n": 1.1, "w_1": 0.6, "e": 0.9, "rate": 1.7}
CALLS = ("sin", "tanh", "exp", "sqrt", "abs", "sigmoid", "relu", "cbrt", "floor", "log", "lgamma", "digamma")


def bigger(parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    infix = st.sampled_from(["+", "-", "*", "*", "*", "/", "^", ">", "<="])
    return st.one_of(
        st.tuples(parts, infix, parts).map(lambda t: f"({t[0]}){t[1]}({t[2]})"),
        parts.map(lambda text: f"-({text})"),
        st.tuples(st.sampled_from(CALLS), parts).map(lambda t: f"{t[0]}({t[1]})"),
        st.tuples(parts, st.sampled_from(["2", "3", "-1", "0.5", "n", "-x", "2*n"])).map(
            lambda t: f"({t[0]})^({t[1]})"
        ),
        st.tuples(parts, parts, parts).map(lambda t: f"where({', '.join(t)})"),
    )


def leaves(*names: str) -> st.SearchStrategy[str]:
    return st.sampled_from([*names, *names, "2", "3", "0.5", "1e-7", "2.5e20", "pi", "-2"])


@BOTH
@bites()
@given(data=st.data())
def test_random_formulas_are_read_back(notation: str, data: st.DataObject) -> bool:
    # with words among the names, and with symbols alone
    names = data.draw(st.sampled_from([("x", "y", "sigma", "s", "n", "w_1"), tuple(NUMBERS)]))
    text = data.draw(st.recursive(leaves(*names), bigger, max_leaves=12))
    with np.errstate(all="ignore"):
        used = {name: np.float64(NUMBERS[name]) for name in names if re.search(rf"\b{name}\b", text)}
        expected = evaluate(text, used)
        if np.iscomplexobj(expected) or not (np.isfinite(expected) and abs(expected) < 1e6):
            return False
        reads_back(text, used, notation)
    return True


ARRAYS = {
    "A": np.array([[1.5, -0.4], [0.3, 0.8]]), "B": np.array([[0.6, 0.9], [-0.7, 1.2]]), "x": np.array([0.5, -1.1]),
    "y": np.array([1.4, 0.3]), "s": np.float64(0.7), "t": np.float64(-1.3),
}  # fmt: skip
NUMBER, VECTOR, SQUARE = "number", "vector", "matrix"
FORMS = {  # how a formula of each kind is made from formulas of other kinds
    NUMBER: ["s", "t", "2", "({0})*({0})", "({0}) + ({0})", "-({0})", "({1})@({1})", "({1})@({2})@({1})",
             "trace({2})", "norm({1})", "sum({1})", "exp({0})", "1/({0})", "abs({0})"],
    VECTOR: ["x", "y", "ones(2)", "({2})@({1})", "({1})@({2})", "({0})*({1})", "({1})*({1})", "({1}) - ({1})",
             "({1})/({0})", "-({1})", "({1})^2", "sin({1})", "({1}) > 0", "where(({1}) > 0, {1}, {1})"],
    SQUARE: ["A", "B", "A.T", "eye(2)", "ones(2, 2)", "({2})@({2})", "({2}).T", "({2})*({2})", "({0})*({2})",
             "({2})*({1})", "({1})*({2})", "outer({1}, {1})", "({2}) + ({2})", "-({2})", "inv({2})", "({2})^2",
             "diag({1})", "tanh({2})"],
}  # fmt: skip


def arrays(kind: str, draw: Callable[..., Any], depth: int) -> str:
    """A random formula of a kind."""
    forms = [form for form in FORMS[kind] if depth or "{" not in form]
    form = str(draw(st.sampled_from(forms)))
    kinds = [NUMBER, VECTOR, SQUARE]
    return re.sub(r"\{([012])\}", lambda found: arrays(kinds[int(found[1])], draw, depth - 1), form)


@BOTH
@bites()
@given(data=st.data(), kind=st.sampled_from(list(FORMS)))
def test_random_matrix_formulas_are_read_back(notation: str, kind: str, data: st.DataObject) -> bool:
    text = arrays(kind, data.draw, 3)
    used = {name: ARRAYS[name] for name in ARRAYS if re.search(rf"\b{name}\b", text)}
    with np.errstate(all="ignore"):
        try:
            expected = evaluate(text, used)
        except np.linalg.LinAlgError:
            return False
        if not (np.all(np.isfinite(expected)) and np.max(np.abs(expected)) < 1e6):
            return False
        reads_back(text, used, notation, size=2)
    return True


@BOTH
def test_long_formulas_take_no_recursion_and_linear_time(notation: str) -> None:
    for text in ("(" * 5000 + "x" + "+1)*x" * 5000, "*".join(["x"] * 20_000), "^".join(["x"] * 5000)):
        assert len(written(text, {"x": ()}, notation)[0]) >= 5000
    assert len(written("abs(" * 3000 + "x" + ")" * 3000, {"x": ()}, notation)[0]) > 3000
