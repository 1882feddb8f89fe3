"""Arrays in every format of `bpcalc grad`: scripts get every digit, reports get matrices."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import Any

import pytest
from cases import CASES, Case
from commandline import call

A = "A=[[1, 2], [0.1, -4]]"
PRODUCT = ("A@x", A, "x=[3, 0.5]", "--upstream", "[1, 10]")
VALUE, TO_A, TO_X = [4.0, -1.7], [[3.0, 0.5], [30.0, 5.0]], [2.0, -38.0]


def grad(*words: str) -> str:
    result = call(["grad", *words])
    assert (result.status, result.err) == (0, "")
    return result.out


def test_plain_has_nested_lists() -> None:
    lines = dict(line.split("\t") for line in grad(*PRODUCT, "-o", "plain").splitlines())
    assert {name: json.loads(text) for name, text in lines.items()} == {"value": VALUE, "A": TO_A, "x": TO_X}


def test_get_prints_one_array_a_line() -> None:
    assert list(map(json.loads, grad(*PRODUCT, "--get", "A", "--get", "value").splitlines())) == [TO_A, VALUE]


def test_json_has_nested_lists_and_shapes() -> None:
    document = json.loads(grad(*PRODUCT, "-o", "json"))
    assert (document["value"], document["gradient"]) == (VALUE, {"A": TO_A, "x": TO_X})
    assert [node["shape"] for node in document["nodes"]] == [[2, 2], [2], [2]]
    assert [node["symbolic"] for node in document["nodes"]] == ["outer([1, 10], x)", "A.T@[1, 10]", "[1, 10]"]


@pytest.mark.parametrize(("form", "delimiter"), [("csv", ","), ("tsv", "\t")])
def test_tables_for_scripts_have_an_array_in_one_cell(form: str, delimiter: str) -> None:
    text = grad(*PRODUCT, "-o", form)
    quoting = csv.QUOTE_MINIMAL if form == "csv" else csv.QUOTE_NONE
    rows = {row["name"]: row for row in csv.DictReader(io.StringIO(text), delimiter=delimiter, quoting=quoting)}
    assert json.loads(rows["A"]["gradient"]) == TO_A
    assert json.loads(rows["f"]["value"]) == VALUE
    assert rows["f"]["expression"] == "A@x"


def test_markdown_has_a_row_a_node() -> None:
    lines = grad(*PRODUCT, "-o", "markdown").splitlines()
    assert lines[0] == "`f = A@x = [4, -1.7]`"
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]
    assert cells[2] == ["`A`", "input", "[[1, 2], [0.1, -4]]", "[[3, 0.5], [30, 5]]", "`outer([1, 10], x)`"]
    assert {len(row) for row in cells} == {5}


def test_latex_has_matrices() -> None:
    text = grad(*PRODUCT, "-o", "latex")
    assert r"f = A \, x = \begin{bmatrix} 4 & -1.7 \end{bmatrix}" in text
    assert r"$\begin{bmatrix} 3 & 0.5 \\ 30 & 5 \end{bmatrix}$" in text
    assert r"$A^T \, \begin{bmatrix} 1 & 10 \end{bmatrix}$" in text


@pytest.mark.parametrize(
    ("program", "formula"),
    [
        ("sum(A, axis=0)[1]", r"\left(\sum_{i} A_{i,:}\right)\left[1\right]"),
        ("norm(A)", r"\left\lVert A \right\rVert"),
        ("norm(A, axis=0)[0]", r"\operatorname{norm}\left(A, \mathrm{axis=0}\right)\left[0\right]"),
        ("det(A.T)", r"\det\left(A^T\right)"),
        (
            "sum(transpose(A, axes=[1, 0]))",
            r"\sum\left(\operatorname{transpose}\left(A, \mathrm{axes=[1, 0]}\right)\right)",
        ),
        ("trace(inv(A))", r"\operatorname{tr}\left(A^{-1}\right)"),
        ("max(A)", r"\max\left(A\right)"),
        ("sum(A[0, 1:])", r"\sum\left(A\left[0, 1{:}\right]\right)"),
        (
            "det([[A[0, 0], 2], [3, 4]])",
            r"\det\left(\begin{bmatrix} A\left[0, 0\right] & 2 \\ 3 & 4 \end{bmatrix}\right)",
        ),
    ],
)
def test_gates_of_arrays_in_latex(program: str, formula: str) -> None:
    assert f"f = {formula} " in grad(program, A, "-o", "latex")


def test_a_large_array_is_summed_up_for_people_and_whole_for_scripts() -> None:
    words = ("2*x", "x=arange(40)", "--upstream", "1")
    for form in ("markdown", "latex", "table"):
        assert "40 entries, norm 286.6, 0 to 78" in grad(*words, "-o", form)
    assert json.loads(grad(*words, "--get", "value")) == [2.0 * k for k in range(40)]


def shell_word(value: Any) -> str:
    return str(value.tolist())


@pytest.mark.parametrize("case", [case for case in CASES if case.inputs][::6], ids=str)
def test_every_gate_is_good_latex(case: Case) -> None:
    words = [f"{name}={shell_word(value)}" for name, value in case.values.items()]
    result = call(["grad", case.program, *words, "--upstream", "1", "-o", "latex"])
    assert result.status == 0
    text = result.out
    assert "\\\\\\" not in text
    assert text.count("{") == text.count("}")
    assert len(re.findall(r"\\left\b", text)) == len(re.findall(r"\\right\b", text))
    opened, ended = (re.findall(rf"\\{word}{{(\w+)}}", text) for word in ("begin", "end"))
    assert sorted(opened) == sorted(ended)
