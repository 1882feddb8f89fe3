"""Every command has every format that fits: rows of entries, assignments with arrays, JSON whose names are nodes."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import Any

import pytest
from commandline import call

from bpcalc.version import __version__

LINES = [
    ["grad", "2*x^2 + sqrt(2)*y - [1, 2]@[3, 4]", "x=3", "y=2"],
    ["grad", "sum(W@x*[2, 3]) + W[0, 0]^2", "W=[[1,2],[3,4]]", "x=[1,-1]"],
    ["grad", "where(x > 0, 2, 3)*max(x, 0.5)", "x=1"],
    ["grad", "q = 2*3; q*x", "x=1"],
    ["grad", "sigmoid(w*x + 1)", "w=2", "x=1", "--expand", "all", "--trace"],
    ["jvp", "2*x^2 + sqrt(2)*y", "x=3", "y=2", "--tangent", "x=1"],
]


@pytest.mark.parametrize("words", LINES, ids=[line[1] for line in LINES])
def test_no_reference_without_a_node(words: list[str]) -> None:
    found = json.loads(call([*words, "-o", "json"]).out)
    names = [node["name"] for node in found["nodes"]]
    assert len(set(names)) == len(names)
    for place, node in enumerate(found["nodes"]):
        assert set(node["inputs"]) <= set(names[:place])
    keys = {frozenset(node) - {"local"} for node in found["nodes"]}
    assert len(keys) == 1


@pytest.mark.parametrize(
    "words",
    [*([command, "x^2", "x=1"] for command in ("grad", "jvp", "jacobian", "hessian", "check", "graph")),
     ["diff", "x^2"], ["gates", "tanh"], ["check", "x^2", "x=1", "--claim", "x=2"]],
    ids=lambda words: words[0],
)
def test_a_document_begins_with_what_made_it(words: list[str]) -> None:
    found = json.loads(call([*words, "-o", "json"]).out)
    found = found[0] if isinstance(found, list) else found  # a list has it in each of its objects
    assert [*found.items()][:3] == [("command", words[0]), ("version", __version__), ("schema", 1)]


def test_derivatives_as_a_table_of_markdown() -> None:
    lines = call(["diff", "u^2*sin(v)", "-o", "markdown", "--verify"]).out.splitlines()
    assert lines[:4] == ["| derivative | formula |", "| --- | --- |", "| `∂f/∂u` | `2*u*sin(v)` |",
                         "| `∂f/∂v` | `u^2*cos(v)` |"]  # fmt: skip
    assert [line.partition(" agrees")[0] for line in lines[4:]] == ["", "∂f/∂u", "", "∂f/∂v"]
    lines = call(["diff", "exp(x)", "x=0", "--taylor", "2", "-o", "markdown"]).out.splitlines()
    assert lines[2:] == ["| `f near x = 0` | `1 + x + x^2/2` |"]


def test_a_point_is_a_text_or_null() -> None:
    def point(*words: str) -> Any:
        return json.loads(call([*words, "-o", "json"]).out)["point"]

    assert point("diff", "x^2") is None
    assert point("diff", "exp(x)", "x=0", "--taylor", "2") == "x = 0"
    assert point("hessian", "x^2", "x=0", "--eigenvalues") == "a local minimum"
    assert point("hessian", "x^2", "x=1", "--eigenvalues") is None


def rows(*words: str) -> list[list[str]]:
    return [*csv.reader(io.StringIO(call([*words, "-o", "csv"]).out))]


def test_rows_of_a_jacobian() -> None:
    entries = [
        ["f[0]", "W[0,0]", "1.0"], ["f[1]", "W[0,0]", "0.0"], ["f[0]", "W[0,1]", "2.0"], ["f[1]", "W[0,1]", "0.0"],
        ["f[0]", "W[1,0]", "0.0"], ["f[1]", "W[1,0]", "1.0"], ["f[0]", "W[1,1]", "0.0"], ["f[1]", "W[1,1]", "2.0"],
    ]  # fmt: skip
    line = ("jacobian", "W@x", "W=[[1,2],[3,4]]", "x=[1,2]", "--wrt", "W")
    assert rows(*line) == rows(*line, "--layout", "numerator") == [["output", "input", "derivative"], *entries]
    assert rows("jacobian", "x^2", "x=3") == [["output", "input", "derivative"], ["f", "x", "6.0"]]


def test_rows_of_a_hessian() -> None:
    assert rows("hessian", "x[0]^2*x[1]*y", "x=[1,2]", "y=3")[1:] == [
        ["x[0]", "x[0]", "12.0"], ["x[0]", "x[1]", "6.0"], ["x[1]", "x[0]", "6.0"], ["x[1]", "x[1]", "0.0"],
        ["x[0]", "y", "4.0"], ["x[1]", "y", "1.0"], ["y", "x[0]", "4.0"], ["y", "x[1]", "1.0"], ["y", "y", "0.0"],
    ]  # fmt: skip
    line = ("hessian", "x[0]^2*x[1]*y", "x=[1,2]", "y=3", "--vector", "x=[1,0]")
    assert rows(*line) == [["input", "product"], ["x[0]", "12.0"], ["x[1]", "6.0"], ["y", "4.0"]]


def test_assignments_of_every_command() -> None:
    def env(*words: str) -> list[str]:
        return call([*words, "-o", "env"]).out.splitlines()

    assert env("jvp", "x^2", "x=3") == ["value=9.0", "tangent=6.0"]
    assert env("jacobian", "[x*y, x]", "x=2", "y=3") == ["value=(6.0 2.0)", "d_x=(3.0 1.0)", "d_y=(2.0 0.0)"]
    assert env("hessian", "x^2*y", "x=2", "y=3", "--wrt", "x,y") == [
        "value=12.0", "d_x=12.0", "d_y=4.0", "d_x_x=6.0", "d_x_y=4.0", "d_y_x=4.0", "d_y_y=0.0"
    ]  # fmt: skip
    assert env("diff", "x^2*y") == ["d_x='2*x*y'", "d_y='x^2'"]
    assert env("grad", "sum(T)", "T=[[[1,2,3]],[[4,5,6]]]") == [
        "value=21.0", "d_T=(1.0 1.0 1.0 1.0 1.0 1.0)", "d_T_shape=(2 1 3)"
    ]  # fmt: skip
    assert env("grad", "sum(x) + y", "x=zeros(0)", "y=1") == ["value=1.0", "d_x=()", "d_x_shape=(0)", "d_y=1.0"]


def test_tables_of_forward_mode_for_reports() -> None:
    line = ["jvp", "x^2*y", "x=2", "y=3", "--tangent", "x=1"]
    assert call([*line, "-o", "markdown"]).out.splitlines()[-1] == "| `f`  | `n1*y` |    12 |      12 |"
    assert "& tangent" in call([*line, "-o", "latex"]).out


def test_the_catalogue_has_rows() -> None:
    assert rows("gates", "exp")[1][:3] == ["exp", "exponential", "exp(x)"]
    assert call(["gates", "-o", "markdown"]).out.startswith("| name | family |")
    assert len(rows("gates")) == len(json.loads(call(["gates", "-o", "json"]).out)) + 1


def test_latex_comes_in_parts_and_names_its_packages() -> None:
    line = ["grad", "(x+y)*z", "x=-2", "y=5", "z=-4", "-o", "latex"]
    formula, table, both = (call([*line, *more]).out for more in (["--part", "formula"], ["--part", "table"], []))
    assert formula.startswith("% \\usepackage{amsmath}\n\\[")
    assert "tabular" not in formula
    assert "\\[" not in table
    assert both.split("\n", 1)[1] == formula.split("\n", 1)[1] + "\n" + table.split("\n", 1)[1]
    assert call(["diff", "x^2", "-o", "latex"]).out.startswith("% \\usepackage{amsmath}\n")
    wide = call(["grad", "sigmoid(w*x + b)*x + log(w^2 + 1)/norm([w, x, b])", "w=1", "x=2", "b=3", "-o", "latex"]).out
    assert wide.startswith("% \\usepackage{amsmath,graphicx}")
    assert re.search(r"resizebox\{.*linewidth", wide)
    assert call([*line[:-2], "--part", "table"]).err.startswith("error: --part is of LaTeX")
