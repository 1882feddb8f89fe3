"""How `bpcalc diff` shows its report: titles, names, long lines, colours."""

from __future__ import annotations

import re
from typing import Any

import pytest

from bpcalc.calculations.diff.pipeline import differentiate
from bpcalc.calculations.diff.request import Request
from bpcalc.errors import Source, columns
from bpcalc.reports.derivatives import Derivative, DiffReport
from bpcalc.show import Style
from bpcalc.show.fold import folded
from bpcalc.show.views import derivatives as show

LONG = (
    "exp(−q₁/(2σ²))(10x³/σ⁹ − x³q₁/q₂ + 3x²μq₁/q₂ − 30x²μ/σ⁹ − 3xμ²q₁/q₂ + 30xμ²/σ⁹ − 15x/σ⁷ + μ³q₁/q₂ − 10μ³/σ⁹ "
    "+ 15μ/σ⁷)/√(2π)"
)


def reported(text: str = "2q₁", notation: str = "unicode", **more: Any) -> DiffReport:
    words = {"x_1": "x₁", "q1": "q₁", "θ": "θ"} if notation == "unicode" else {}
    found = {"x_1": Derivative(("x_1", "x_1"), text, ""), "θ": Derivative(("x_1", "θ"), "1", "")}
    return DiffReport("", "f", notation, (("q1", "(x₁ − μ)²"),), found, names=words, **more)


def test_names_in_titles_and_definitions_are_in_the_notation() -> None:
    assert show.text(reported(), Style()).splitlines() == ["q₁ = (x₁ − μ)²", "∂²f/∂x₁²  = 2q₁", "∂²f/∂x₁∂θ = 1"]
    request = Request([("x_1", "x_1", "rate")], notation="latex")
    tex = show.latex(differentiate(Source("rate^2*x_1^2"), {}, {}, request), Style())
    assert tex.splitlines()[2] == (
        r"\frac{\partial^{3} f}{\partial x_1^{2} \, \partial \mathit{rate}} &= 4 \, \mathit{rate}"
    )


def test_a_taylor_polynomial_says_where() -> None:
    def near(notation: str) -> DiffReport:
        request = Request(taylor=0, notation=notation)
        return differentiate(Source("2*theta"), {}, {"theta": Source("pi/6")}, request)

    assert show.text(near("plain"), Style()) == "f near theta = pi/6 ≈ pi/3"
    assert show.text(near("unicode"), Style()) == "f near θ = π/6 ≈ π/3"
    line = show.latex(near("latex"), Style()).splitlines()[2]
    assert line == r"f &\approx \frac{\pi}{3} \quad \text{near } \theta = \frac{\pi}{6}"


@pytest.mark.parametrize("width", [60, 80, 120])
def test_a_long_formula_is_broken_at_its_signs(width: int) -> None:
    narrow, whole = show.text(reported(LONG), Style(width=width)), show.text(reported(LONG), Style())
    assert len(narrow.splitlines()) > len(whole.splitlines()) == 3
    assert max(map(columns, narrow.splitlines())) <= width
    assert re.sub(r"\n +", " ", narrow) == whole


def test_a_formula_of_the_language_stays_in_one_line() -> None:
    assert show.text(reported(LONG, "plain"), Style(width=40)) == show.text(reported(LONG, "plain"), Style())


def test_folding_keeps_what_has_no_sums_and_breaks_the_outermost_first() -> None:
    assert folded("a" * 50, 30) == ["a" * 50]
    assert folded("x(aaaaaaaaaa + bbbbbbbbbb) + ccccccccc", 30) == ["x(aaaaaaaaaa + bbbbbbbbbb)", "+ ccccccccc"]
    assert folded("2(aaaaaaaaaaaaaaaa + bbbbbbbbbbbbbb)", 30) == ["2(aaaaaaaaaaaaaaaa", "+ bbbbbbbbbbbbbb)"]
    assert folded("a + b", 4) == ["a + b"]


def test_colours_are_on_the_left_and_on_formulas() -> None:
    squared = DiffReport("x^2", "f", "unicode", (), {"x": Derivative(("x",), "2x", "2*x")})
    assert show.text(squared, Style(color=True)) == "\x1b[1;36m∂f/∂x\x1b[0m = \x1b[31m2x\x1b[0m"
    assert show.text(squared, Style()) == "∂f/∂x = 2x"
