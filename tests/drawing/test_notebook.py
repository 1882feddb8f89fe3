"""Reports in a notebook: HTML, SVG and LaTeX of them, and what rich prints."""

from __future__ import annotations

from io import StringIO
from xml.etree import ElementTree

import numpy as np
import pytest
from rich.console import Console

import bpcalc

SVG = "{http://www.w3.org/2000/svg}"


def product() -> bpcalc.Report:
    return bpcalc.gradient("(x+y)*z", x=-2, y=5, z=-4)


def test_a_gradient_has_its_table_and_its_drawing() -> None:
    root = ElementTree.fromstring(f"<div>{product()._repr_html_()}</div>")
    rows = [[(cell.text or "").strip() for cell in row] for row in root.iter("tr")]
    assert rows == [
        ["node", "is", "value", "∂f/∂node", "as a formula"],
        ["x", "input", "-2", "-4", "z"], ["y", "input", "5", "-4", "z"], ["z", "input", "-4", "3", "x + y"],
        ["n1", "x + y", "3", "-4", "z"], ["f", "n1*z", "-12", "1", "1"],
    ]  # fmt: skip
    drawn = root.find(f"{SVG}svg")
    assert drawn is not None
    signs = [one.findtext(f"{SVG}text") for one in drawn.iter(f"{SVG}g")]
    assert sorted(filter(None, signs)) == ["*", "+", "x", "y", "z"]


def test_the_drawing_alone_is_svg_and_has_rules_for_itself_only() -> None:
    text = product()._repr_svg_()
    assert text is not None
    root = ElementTree.fromstring(text)
    style = root.findtext(f"{SVG}style") or ""
    plain = style.replace("@media(prefers-color-scheme:dark){", "")
    rules = [rule.partition("{")[0].split(",") for rule in plain.split("}")]
    assert all(one.startswith(".bpcalc ") for rule in rules for one in rule if one)


def test_the_formula_is_latex_for_mathjax() -> None:
    text = product()._repr_latex_()
    assert text is not None
    assert text.startswith(r"\[")
    assert r"\cdot z = -12" in text
    assert "%" not in text


@pytest.mark.parametrize(
    ("report", "part"),
    [
        (lambda: bpcalc.jacobian("[x*y, x < 1]", x=1, y=2), "x &lt; 1"),
        (lambda: bpcalc.hessian("x*y^2", x=1, y=2), "<pre>"),
        (lambda: bpcalc.jvp("x*y", x=1, y=2, tangent={"x": 1}), "<pre>"),
        (lambda: bpcalc.diff("x^2"), "= 2*x"),
        (lambda: bpcalc.gradient("sum(A@x)", A=np.eye(2), x=[1.0, 2.0]), "<svg"),
    ],
)
def test_every_report_is_shown(report: object, part: str) -> None:
    found = report()  # type: ignore[operator]
    assert part in found._repr_html_()
    svg, latex = found._repr_svg_(), found._repr_latex_()
    assert (svg is None) == (type(found).__name__ != "Report")
    assert latex is None or latex.startswith("\\")


def test_what_is_too_large_to_draw_has_its_table() -> None:
    report = bpcalc.gradient("; ".join(["v0 = x*x", *(f"v{n} = sin(v{n - 1})" for n in range(1, 400))]), x=1.0)
    assert report._repr_svg_() is None
    assert "<table>" in report._repr_html_()


@pytest.mark.parametrize("width", [40, 100])
def test_rich_prints_the_table_as_wide_as_its_console(width: int) -> None:
    out = StringIO()
    Console(file=out, width=width).print(bpcalc.gradient("1/(1+exp(-(w*x+b)))", w=2, x=-1, b=0.5))
    lines = out.getvalue().splitlines()
    assert max(map(len, lines)) <= width
    assert any(line.split()[:3] == ["w", "input", "2"] for line in lines)
    assert any("∂f/∂node" in line for line in lines)
    colored = StringIO()
    Console(file=colored, width=width, force_terminal=True, color_system="standard").print(product())
    assert "\x1b[" in colored.getvalue()
