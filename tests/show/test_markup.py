"""Markdown and LaTeX: read by eye for a few, by their structure for every gate, and read back for random formulas."""

from __future__ import annotations

import math
import re

import pytest
from bites import bites
from hypothesis import given
from hypothesis import strategies as st
from read_latex import language
from reference import SCALARS

from bpcalc import gradient
from bpcalc.calculations.gradient import calculate
from bpcalc.errors import Source, columns
from bpcalc.gate import Gate
from bpcalc.reports.options import Options
from bpcalc.reports.report import Report
from bpcalc.show import Style, markup, render
from bpcalc.show.markup import code, markdown
from bpcalc.writing.latex import name, names, number

EVERY_GATE = pytest.mark.parametrize("gate", SCALARS.values(), ids=list(SCALARS))
VALUES = {"x": 0.7, "y": -1.3, "alpha": 2.25, "w1": 0.4}

CIRCUIT_MARKDOWN = """\
`f = (x + y)*z = -12`

| node | is      | value | ∂f/∂node | as a formula |
| ---- | ------- | ----: | -------: | ------------ |
| `x`  | input   |    -2 |       -4 | `z`          |
| `y`  | input   |     5 |       -4 | `z`          |
| `z`  | input   |    -4 |        3 | `x + y`      |
| `n1` | `x + y` |     3 |       -4 | `z`          |
| `f`  | `n1*z`  |   -12 |        1 | `1`          |"""
CIRCUIT_LATEX = r"""\[
  f = \left(x + y\right) \cdot z = -12
\]

\begin{tabular}{llrrl}
  \hline
  node  & is            & value & $\partial f / \partial \text{node}$ & as a formula \\
  \hline
  $x$   & input         &  $-2$ &                                $-4$ & $z$          \\
  $y$   & input         &   $5$ &                                $-4$ & $z$          \\
  $z$   & input         &  $-4$ &                                 $3$ & $x + y$      \\
  $n_1$ & $x + y$       &   $3$ &                                $-4$ & $z$          \\
  $f$   & $n_1 \cdot z$ & $-12$ &                                 $1$ & $1$          \\
  \hline
\end{tabular}"""


def report(text: str, **values: float) -> Report:
    return calculate(Source(text), values)


def latex(found: Report, style: Style) -> str:
    """What stands behind the comment that names the packages."""
    packages, text = markup.latex(found, style).split("\n", 1)
    assert packages in (r"% \usepackage{amsmath}", r"% \usepackage{amsmath,graphicx}")
    assert ("resizebox" in text) == ("graphicx" in packages)
    return text


def heading(text: str, **values: float) -> list[str]:
    lines = latex(report(text, **values), Style()).split("\n")
    return lines[1 : lines.index(r"\]")]


def test_the_lectures_circuit_in_both() -> None:
    found = report("(x+y)*z", x=-2, y=5, z=-4)
    assert render(found, "markdown", Style()) == CIRCUIT_MARKDOWN
    assert render(found, "latex", Style()) == "% \\usepackage{amsmath}\n" + CIRCUIT_LATEX


# Markdown


def test_markdown_is_aligned_also_for_wide_letters() -> None:
    lines = markdown(report("中*θ + max(θ, 1)", 中=2, θ=3), Style()).split("\n")[2:]
    assert len({columns(line) for line in lines}) == 1
    assert len({line.count("|") for line in lines}) == 1


def test_markdown_puts_a_backslash_before_a_bar() -> None:
    assert code("|x|") == r"`\|x\|`"


def test_a_rounded_value_is_not_called_equal() -> None:
    assert markdown(report("1/x", x=3), Style()).startswith("`f = 1/x ≈ 0.333333`")
    assert markdown(report("1/x", x=4), Style()).startswith("`f = 1/x = 0.25`")
    assert markdown(report("1/x", x=3), Style(precision=None)).startswith("`f = 1/x = 0.3333333333333333`")
    assert heading("1/x", x=3) == [r"  f = \frac{1}{x} \approx 0.333333"]


def test_formulas_are_never_shortened() -> None:
    text = " + ".join(f"sin({k}*x)*cos(y)" for k in range(1, 40))
    for form in ("markdown", "latex"):
        assert "…" not in render(report(text, x=1, y=2), form, Style(width=40))


def test_a_large_graph_says_what_is_not_shown() -> None:
    text = "+".join(f"sin({k}*x)" for k in range(1, 202))
    found = calculate(Source(text), {"x": 1.0}, Options(all=False))
    assert f"{found.hidden:,} more nodes are not shown: `--all` shows them" in markdown(found, Style())
    assert f"{found.hidden:,} more nodes are not shown." in latex(found, Style())


# LaTeX


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x^2", "x^{2}"),
        ("(x^y)^2", r"\left(x^{y}\right)^{2}"),
        ("x^y^2", "x^{y^{2}}"),
        ("-x^2", "-x^{2}"),
        ("(-x)^2", r"\left(-x\right)^{2}"),
        ("x - (y - 1)", r"x - \left(y - 1\right)"),
        ("x*(y + 1)", r"x \cdot \left(y + 1\right)"),
        ("(x + 1)/(y - 1)", r"\frac{x + 1}{y - 1}"),
        ("(x/y)^2", r"\left(\frac{x}{y}\right)^{2}"),
        ("x*(y/2)", r"x \cdot \frac{y}{2}"),
        ("sqrt(x + 1)^2", r"\sqrt{x + 1}^{2}"),
        ("cbrt(x)", r"\sqrt[3]{x}"),
        ("abs(x - y)", r"\left|x - y\right|"),
        ("exp(-x)^2", r"\left(e^{-x}\right)^{2}"),
        ("ln(x) + log10(x)", r"\ln\left(x\right) + \log_{10}\left(x\right)"),
        ("sin(x)*tanh(y)", r"\sin\left(x\right) \cdot \tanh\left(y\right)"),
        ("σ(x)", r"\sigma\left(x\right)"),
        ("max(x, y, 1)", r"\max\left(x, y, 1\right)"),
        ("leaky_relu(x)", r"\operatorname{leaky\_relu}\left(x\right)"),
        ("leaky_relu(x, 0.1)", r"\operatorname{leaky\_relu}\left(x, 0.1\right)"),
        ("2e-7*x", r"2 \cdot 10^{-7} \cdot x"),
        ("x*1e20", r"x \cdot 10^{20}"),
        ("(1.5e-7)^x", r"\left(1.5 \cdot 10^{-7}\right)^{x}"),
        ("2*pi*e^x + inf", r"2 \cdot \pi \cdot e^{x} + \infty"),
        ("where(x >= 0, x, 0)", r"\begin{cases} x & \text{if } x \ge 0 \\ 0 & \text{otherwise} \end{cases}"),
        (
            "where(x, y, 1) + 2",
            r"\left(\begin{cases} y & \text{if } x \\ 1 & \text{otherwise} \end{cases}\right) + 2",
        ),
        ("2*((x < y) < alpha)", r"2 \cdot \left(\left(x < y\right) < \alpha\right)"),
        ("x - (-x)*y", r"x - \left(-x \cdot y\right)"),
        ("(x > 0)*x", r"\left(x > 0\right) \cdot x"),
    ],
)
def test_expressions_have_no_more_brackets_than_needed(text: str, expected: str) -> None:
    (line,) = heading(text, **{n: v for n, v in VALUES.items() if re.search(rf"\b{n}\b", text)})
    assert re.sub(r" (=|\\approx) \S+( \\cdot \S+)?$", "", line) == f"  f = {expected}"


def test_a_program_is_aligned_at_its_equals_signs() -> None:
    assert heading("q = x+y; f = q*z", x=-2, y=5, z=-4) == [
        r"\begin{aligned}", r"  q &= x + y \\", r"  f &= q \cdot z = -12", r"\end{aligned}",
    ]  # fmt: skip


def test_a_comparison_is_bracketed_before_its_value() -> None:
    assert heading("x == y", x=1, y=2) == [r"  f = \left(x = y\right) = 0"]
    assert markdown(report("x == y", x=1, y=2), Style()).startswith("`f = (x == y) = 0`")


def test_a_formula_without_end_has_its_definitions_written_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bpcalc.reports.formulas.BRIEF", 0)
    monkeypatch.setattr("bpcalc.reports.formulas.ENDLESS", 5)
    monkeypatch.setattr("bpcalc.reports.formulas.FULL", 5)
    found = report("sin(x^2 + 1)*cos(x^2 + 1)", x=1)
    assert report("sin(x^2 + 1)*cos(x^2 + 1)", x=1)["x"].symbolic.startswith("n2 = x^2 + 1; ")
    assert r"$n_2 = x^{2} + 1, " in latex(found, Style())
    assert "`n2 = x^2 + 1; " in markdown(found, Style())
    assert "…" not in latex(found, Style()) + markdown(found, Style())


@pytest.mark.parametrize("text", ["q = x+1 # twice\nq*2", "x\n-x"])
def test_a_long_program_is_left_out(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bpcalc.reports.names.LONG", -1)
    found = report(text, x=1)
    assert latex(found, Style()).startswith(f"\\[\n  f = {found.value:g}\n\\]")


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("x", "x"), ("n1", "n_1"), ("x_0", "x_0"), ("n12", "n_{12}"), ("theta", r"\theta"), ("θ", r"\theta"),
        ("σ_max", r"\sigma_{\mathrm{max}}"), ("alpha_beta", r"\alpha_{\beta}"), ("rate", r"\mathit{rate}"),
        ("x_max", r"x_{\mathrm{max}}"), ("dx1", r"\mathit{dx}_1"), ("g_", r"\mathit{g\_}"),
        ("a_b_c", r"\mathit{a\_b\_c}"),
        ("Δx", r"\mathit{\Delta x}"), ("h2o", r"\mathit{h2o}"), ("é", r"\text{é}"), ("lambda", r"\lambda"),
        ("pi", r"\pi"), ("inf", r"\infty"), ("_", r"\mathit{\_}"), ("Γ2", r"\Gamma_2"),
    ],
)  # fmt: skip
def test_names_are_mathematics(word: str, expected: str) -> None:
    assert name(word) == expected


def test_no_two_names_look_alike() -> None:
    assert names(["theta", "θ", "w0", "w_0"]) == {
        "θ": r"\theta", "theta": r"\mathit{theta}", "w0": "w_0", "w_0": r"\mathit{w\_0}",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1.5e-05", r"1.5 \cdot 10^{-5}"), ("-2e+20", r"-2 \cdot 10^{20}"), ("1e-05", "10^{-5}"),
        ("-1e+300", "-10^{300}"), ("0.25", "0.25"), ("nan", r"\text{nan}"), ("-inf", r"-\infty"), ("inf", r"\infty"),
    ],
)  # fmt: skip
def test_numbers_have_powers_of_ten(text: str, expected: str) -> None:
    assert number(text) == expected


def check(text: str) -> None:
    """What TeX would stop at: brackets, dollars, specials outside of mathematics, a power of a power."""
    plain = re.sub(r"\\[{}]", "", text)
    depth = 0
    for character in plain:
        depth += {"{": 1, "}": -1}.get(character, 0)
        assert depth >= 0
    assert depth == 0
    assert text.count(r"\left") == text.count(r"\right")
    assert text.count(r"\begin") == text.count(r"\end")
    assert not re.search(r"(?<!\\)[%#~]|\bNone\b", text)
    rows = text[text.index(r"\begin{tabular}") :].split("\n")[1:]
    for row in rows:
        assert row.count("$") % 2 == 0
        outside = re.sub(r"\$[^$]*\$", "", row)
        assert not re.search(r"[_^]", outside)
        assert not re.search(r"[^\x00-\x7f]", outside)
    assert not re.search(r"\}\^\{[^{}]*\}\^|(?<!\\)_(?![a-zA-Z0-9{\\])|\^(?!\{|2)", text)


@EVERY_GATE
def test_every_gate_is_good_latex_at_its_samples_alone_and_inside_other_gates(gate: Gate) -> None:
    for sample in gate.samples:
        inputs = [f"x_{k}" for k in range(len(sample))]
        call = f"{gate.name}({', '.join(inputs)})"
        values = dict(zip(inputs, sample, strict=True))
        for text in (call, f"2 - {call}^2*{inputs[-1]}", f"-{call}/(3 - {call})^-1.5e-9"):
            check(latex(report(text, **values), Style()))


@EVERY_GATE
def test_every_gate_read_back_from_latex_has_its_value(gate: Gate) -> None:
    for sample in gate.samples:
        if max(map(abs, sample)) > 1e100:  # the root of a sum of squares is hypot but for its range
            continue
        inputs = ["x", "y", "alpha"][: len(sample)]
        values = dict(zip(inputs, sample, strict=True))
        for text in (f"{gate.name}({', '.join(inputs)})", f"2 - {gate.name}({', '.join(inputs)})^2*{inputs[-1]}"):
            read = language(formula(text, values))
            expected = gradient(text, values).value
            assert gradient(read, values).value == pytest.approx(expected, rel=1e-12, nan_ok=True)


def formula(text: str, values: dict[str, float]) -> str:
    """The right side of the heading, without the value."""
    (line,) = heading(text, **values)
    shown = latex(report(text, **values), Style()).split("\n")[1]
    assert shown == line
    return re.sub(r" (=|\\approx) \S+( \\cdot \S+)?$", "", line).removeprefix("  f = ")


LEAVES = st.sampled_from(["x", "y", "alpha", "w1", "2", "3", "0.5", "2.5e20", "1e20", "pi", "-2"])
CALLS = ("sin", "tanh", "exp", "log", "sqrt", "cbrt", "abs", "sigmoid", "relu", "leaky_relu", "floor", "log10")


def bigger(parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    infix = st.sampled_from([gate.infix[0] for gate in SCALARS.values() if gate.infix])
    return st.one_of(
        st.tuples(parts, infix, parts).map(lambda t: f"({t[0]}) {t[1]} ({t[2]})"),
        parts.map(lambda text: f"-({text})"),
        st.tuples(st.sampled_from(CALLS), parts).map(lambda t: f"{t[0]}({t[1]})"),
        st.tuples(parts, parts, parts).map(lambda t: f"where({', '.join(t)})"),
        st.tuples(parts, parts).map(lambda t: f"max({', '.join(t)})"),
    )


@bites()
@given(bigger(st.recursive(LEAVES, bigger, max_leaves=12)))
def test_a_random_formula_read_back_from_latex_is_the_same_number(text: str) -> bool:
    used = {name: value for name, value in VALUES.items() if re.search(rf"\b{name}\b", text)}
    if not used:
        return False
    found = latex(report(text, **used), Style())
    check(found)
    read = gradient(language(formula(text, used)), used).value
    expected = gradient(text, used).value
    assert read == expected or (math.isnan(read) and math.isnan(expected))
    return True


def test_a_deep_formula_is_written_without_recursion() -> None:
    deep = "(" * 3000 + "x" + "+1)*x" * 3000
    assert latex(calculate(Source(deep), {"x": 0.5}, Options(nodes=())), Style()).startswith("\\[\n  f = ")
