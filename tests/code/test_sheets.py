"""`--to spreadsheet` and `latex`. The sheet's formulas are computed here, as LibreOffice and Excel do."""

from __future__ import annotations

import csv
import math
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from tried import Case, close, of_arrays, scalars

from bpcalc.emit import CannotSayError, _write, written

FUNCTIONS: dict[str, Any] = {
    "EXP": math.exp, "SQRT": math.sqrt, "ABS": abs, "SIN": math.sin, "COS": math.cos, "TAN": math.tan, "LN": math.log,
    "ASIN": math.asin, "ACOS": math.acos, "ATAN": math.atan, "SINH": math.sinh, "COSH": math.cosh, "TANH": math.tanh,
    "ASINH": math.asinh, "ACOSH": math.acosh, "ATANH": math.atanh, "LOG10": math.log10, "POWER": math.pow,
    "ERF": math.erf, "ERFC": math.erfc,
    "MOD": lambda a, b: a - b * math.floor(a / b),
    "INT": math.floor, "MAX": max, "MIN": min, "ATAN2": lambda x, y: math.atan2(y, x), "PI": lambda: math.pi,
    "SIGN": lambda x: (x > 0) - (x < 0), "AND": lambda *a: all(a), "OR": lambda *a: any(a), "NOT": lambda a: not a,
}  # fmt: skip


class Sheet:
    """A sheet whose cells are computed when they are asked for. IF looks at the branch it takes only."""

    def __init__(self, text: str) -> None:
        self.rows = list(csv.reader(text.splitlines()))
        self.known: dict[str, float] = {}

    def cell(self, name: str) -> float:
        if name not in self.known:
            text = self.rows[int(name[1:]) - 1]["ABCD".index(name[0])]
            self.known[name] = self.formula(text[1:]) if text.startswith("=") else float(text)
        return self.known[name]

    def formula(self, text: str) -> float:
        assert "^" not in text
        python = re.sub(r"\b([BC]\d+)\b", r"cell('\1')", text)
        python = re.sub(r"(?<![<>])=", "==", python).replace("<>", "!=").replace("<==", "<=").replace(">==", ">=")
        python = lazy(python)
        return float(eval(python, {**FUNCTIONS, "cell": self.cell}))

    def named(self, name: str) -> list[str]:
        return next(row for row in self.rows if row[0] == name)

    def column(self, name: str, letter: str) -> float:
        place = next(place for place, row in enumerate(self.rows, start=1) if row[0] == name)
        return self.cell(f"{letter}{place}")


def lazy(text: str) -> str:
    """IF(c,a,b) as Python's own."""
    while "IF(" in text:
        start = text.rindex("IF(")
        depth, parts, begin = 0, [], start + 3
        for place in range(start + 3, len(text)):
            letter = text[place]
            if letter in "(":
                depth += 1
            elif (letter == "," and depth == 0) or (letter == ")" and depth == 0):
                parts.append(text[begin:place])
                begin = place + 1
                if letter == ")":
                    break
            elif letter == ")":
                depth -= 1
        condition, a, b = parts
        text = f"{text[:start]}(({a}) if ({condition}) else ({b})){text[begin:]}"
    return text


@pytest.mark.parametrize("part", range(3))
def test_every_cell_is_what_grad_gives(part: int) -> None:
    count = 0
    for case in scalars()[part::3]:
        value, gradients = case.expected()
        if not all(map(math.isfinite, (value, *gradients.values()))):
            continue
        derivation = case.derived()
        try:
            sheet = Sheet(_write(derivation, "spreadsheet"))
        except CannotSayError:
            continue
        count += 1
        name = derivation.name if any(row[0] == derivation.name for row in sheet.rows) else "value"
        try:
            assert close(sheet.column(name, "B"), value, 2e-13), (case, sheet.rows)
            for one, expected in gradients.items():
                assert close(sheet.column(one, "C"), expected, 2e-13), (case, one, sheet.rows)
        except (OverflowError, ZeroDivisionError):  # where a spreadsheet shows an error too
            assert any(abs(one) > 1e150 for one in (*case.values.values(), value)), case
    assert count > 60


def test_a_cell_is_never_text_that_a_spreadsheet_computes() -> None:
    rows = list(csv.reader(written(Case("-x^2 + true", {"x": 2.0, "true": 1.0}).derived(), "spreadsheet").splitlines()))
    assert rows[0] == ["name", "value", "gradient", "what"]
    assert all(not row[0].startswith(("=", "+", "-", "@")) for row in rows)


@pytest.mark.parametrize("text", ["x^2", "-(x + 1)^2", "hypot(x, 3)", "1/(1 + sin(x)^2)"])
def test_squares_are_products_since_power_fails_where_it_underflows(text: str) -> None:
    assert "POWER" not in written(Case(text, {"x": 1e-200}).derived(), "spreadsheet")


@pytest.mark.parametrize(("text", "value", "slope"), [
    ("erf(x)", 0.5204998778130465, 0.8787825789354449), ("erfc(x)", 0.4795001221869535, -0.8787825789354449),
])  # fmt: skip
def test_the_error_function_is_the_sheet_s_own(text: str, value: float, slope: float) -> None:
    sheet = Sheet(written(Case(text, {"x": 0.5}).derived(), "spreadsheet"))
    assert sheet.named("f")[1] == f"={text[:-3].upper()}(B2)"
    assert close([sheet.column("f", "B"), sheet.column("x", "C")], [value, slope])


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="needs pdflatex")
def test_latex_compiles(tmp_path: Path) -> None:
    texts = []
    for case in [*scalars()[::9], *of_arrays()[::25]]:
        text = _write(case.derived(lessons=True), "latex")
        assert text.startswith("%")
        texts.append(text)
    assert len(texts) > 40
    page = r"\usepackage[paperwidth=90cm,margin=1cm]{geometry}"
    head = rf"\documentclass{{article}}\usepackage{{amsmath}}{page}\begin{{document}}"
    path = tmp_path / "all.tex"
    path.write_text("\n".join([head, r"\allowdisplaybreaks", *texts, r"\end{document}"]), encoding="utf-8")
    command = ["pdflatex", "-halt-on-error", "-interaction=nonstopmode", path.name]
    done = subprocess.run(command, check=False, cwd=tmp_path, capture_output=True, text=True, errors="replace")
    assert done.returncode == 0, done.stdout[-2000:]


def test_latex_has_the_numbers_where_values_were_given() -> None:
    case = Case("q = x + y; f = q*z", {"x": -2.0, "y": 5.0, "z": -4.0})
    text = written(case.derived(), "latex")
    assert r"q &= x + y = 3 \\" in text
    assert r"\frac{\partial f}{\partial x} &= \frac{\partial f}{\partial q} = -4 &&" in text
