"""`bpcalc jacobian` as it is called: its table, its script formats, its errors, and what it loads."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from commandline import call

from bpcalc.version import __version__

RELU = ("relu(x)", "x=[1, -2, 3, -1]")
PRODUCT = ("x@w", "x=[[2,1,-3],[-3,4,2]]", "w=[[3,2,1,-1],[2,1,3,2],[3,2,1,-2]]")

# Looked at in a terminal of 80 columns and in a pipe; the numbers are the lectures', or plain to see.
TABLES: list[tuple[tuple[str, ...], str]] = [
    (
        RELU,
        """\
f = relu(x) = [1, 0, 3, 0]
denominator layout: rows = entries of the input, columns = entries of f
4 passes in reverse mode, one for each entry of f

∂f/∂x  4 x 4, diagonal, 2 of 16 entries non-zero
      f[0]  f[1]  f[2]  f[3]
x[0]     1     ·     ·     ·
x[1]     ·     ·     ·     ·
x[2]     ·     ·     1     ·
x[3]     ·     ·     ·     ·
""",
    ),
    (
        (*PRODUCT, "--wrt", "x", "--width", "80"),
        """\
f = x@w = [[-1, -1, 2, 6], [5, 2, 11, 7]]
denominator layout: rows = entries of the input, columns = entries of f
6 passes in forward mode, one for each entry of the inputs

∂f/∂x  (2 x 3) x (2 x 4), block diagonal (2 blocks of 3 x 4), 24 of 48 entries
  non-zero
        f[0,0]  f[0,1]  f[0,2]  f[0,3]  f[1,0]  f[1,1]  f[1,2]  f[1,3]
x[0,0]       3       2       1      -1       ·       ·       ·       ·
x[0,1]       2       1       3       2       ·       ·       ·       ·
x[0,2]       3       2       1      -2       ·       ·       ·       ·
x[1,0]       ·       ·       ·       ·       3       2       1      -1
x[1,1]       ·       ·       ·       ·       2       1       3       2
x[1,2]       ·       ·       ·       ·       3       2       1      -2
""",
    ),
    (
        (*PRODUCT, "--wrt", "x", "--width", "40"),
        """\
f = x@w
  [-1  -1   2  6]
  [ 5   2  11  7]
denominator layout: rows = entries of
  the input, columns = entries of f
6 passes in forward mode, one for each
  entry of the inputs

∂f/∂x  (2 x 3) x (2 x 4), block diagonal
  (2 blocks of 3 x 4), 24 of 48 entries
  non-zero
norm 10.1, -2 to 3
        f[0,0]  …  f[1,3]
x[0,0]       3  …       ·
x[0,1]       2  …       ·
x[0,2]       3  …       ·
x[1,0]       ·  …      -1
x[1,1]       ·  …       2
x[1,2]       ·  …      -2
""",
    ),
    (
        ("[p^2/8, 3q, p*q]", "p=3", "q=0.25", "--layout", "numerator"),
        """\
f = [p^2/8, 3*q, p*q] = [1.125, 0.75, 0.75]
numerator layout: rows = entries of f, columns = inputs
2 passes in forward mode, one for each entry of the inputs

∂f/∂(p, q)  3 x 2, 4 of 6 entries non-zero
         p  q
f[0]  0.75  0
f[1]  0     3
f[2]  0.25  3
""",
    ),
    (
        ("x*y + z", "x=1/3", "y=2", "z=-4"),
        """\
f = x*y + z ≈ -3.33333

∂f/∂x = 2
∂f/∂y ≈ 0.333333
∂f/∂z = 1
""",
    ),
    (
        ("L = sum(X*b); L", "X=[[1, 2], [3, 4]]", "b=-2"),
        """\
L = sum(X*b) = -20
1 pass in reverse mode

∂L/∂X  2 x 2: the gradient, in the shape of X
[-2  -2]
[-2  -2]

∂L/∂b = 10
""",
    ),
    (
        ("x^2", "x=arange(30)"),
        """\
f = x^2
f is 30 entries, norm 2113, 0 to 841
denominator layout: rows = entries of the input, columns = entries of f
30 passes in reverse mode, one for each entry of f

∂f/∂x  30 x 30, diagonal, 29 of 900 entries non-zero
norm 185, 0 to 58
       f[0]  f[1]  f[2]  …  f[27]  f[28]  f[29]
x[0]      ·     ·     ·  …      ·      ·      ·
x[1]      ·     2     ·  …      ·      ·      ·
x[2]      ·     ·     4  …      ·      ·      ·
…         …     …     …  …      …      …      …
x[27]     ·     ·     ·  …     54      ·      ·
x[28]     ·     ·     ·  …      ·     56      ·
x[29]     ·     ·     ·  …      ·      ·     58
""",
    ),
    (
        ("A@x", "A=ones(30, 2)", "x=[1, -2]", "--wrt", "x", "--layout", "numerator"),
        """\
f = A@x
f is 30 entries, norm 5.477, -1 to -1
numerator layout: rows = entries of f, columns = entries of the input
2 passes in forward mode, one for each entry of the inputs

∂f/∂x  30 x 2
norm 7.746, 1 to 1
       x[0]  x[1]
f[0]      1     1
f[1]      1     1
f[2]      1     1
…         …     …
f[27]     1     1
f[28]     1     1
f[29]     1     1
""",
    ),
    (
        ("x*0 + c", "x=[1, 2]", "c=0.5"),
        """\
f = x*0 + c = [0.5, 0.5]
denominator layout: rows = entries of the input, columns = entries of f
2 passes in reverse mode, one for each entry of f

∂f/∂x  2 x 2, zero

∂f/∂c  1 x 2
   f[0]  f[1]
c     1     1
""",
    ),
    (("[1, 2]*3",), "f = [1, 2]*3 = [3, 6]\n"),
    (("2 + 3",), "f = 2 + 3 = 5\n"),
]


@pytest.mark.parametrize(("arguments", "expected"), TABLES, ids=[" ".join(arguments) for arguments, _ in TABLES])
def test_the_table(arguments: tuple[str, ...], expected: str) -> None:
    assert call(["jacobian", *arguments]) == (0, expected, "")


def test_on_a_terminal_the_same_table_has_colours_and_a_line_under_the_heading() -> None:
    environment = {**os.environ, "FORCE_COLOR": "1"}
    environment.pop("NO_COLOR", None)
    done = subprocess.run(
        [sys.executable, "-m", "bpcalc", "jacobian", *RELU], env=environment, capture_output=True, text=True,
        encoding="utf-8", check=True,
    )  # fmt: skip
    assert "\x1b[31m" in done.stdout
    bare = re.sub("\x1b[^m]*m", "", done.stdout).splitlines()
    assert set(bare[6]) == {"─"}
    assert "\n".join([*bare[:6], *bare[7:]]) + "\n" == TABLES[0][1]


def test_no_line_is_wider_than_the_width_that_is_asked_for() -> None:
    for width in (24, 40, 60, 80):
        done = call(["jacobian", "softmax(x*y)", "x=linspace(0, 1, 9)", "y=-2", "--width", str(width)])
        assert done.status == 0
        assert max(map(len, done.out.splitlines())) <= width


def test_json_is_the_schema_of_the_specification() -> None:
    done = call(["jacobian", "relu(x)*b", "x=[1, 0]", "b=3", "-o", "json"])
    document = json.loads(done.out)
    warning = document["warnings"][0]
    assert (warning["kind"], warning["node"]) == ("kink", "n1")
    assert document == {
        "command": "jacobian",
        "version": __version__,
        "schema": 1,
        "expression": "relu(x)*b",
        "output": "f",
        "value": [3.0, 0.0],
        "layout": "denominator",
        "jacobian": {"x": [[3.0, 0.0], [0.0, 0.0]], "b": [1.0, 0.0]},
        "mode": "reverse",
        "passes": 2,
        "warnings": [warning],
    }
    assert list(document)[3:] == [
        "expression", "output", "value", "layout", "jacobian", "mode", "passes", "warnings",
    ]  # fmt: skip
    assert done.err == f"warning: {warning['message']}\n"


def test_json_has_the_axes_of_the_input_first_or_last() -> None:
    def found(*words: str) -> dict[str, object]:
        document = json.loads(call(["jacobian", "[x[0], x[0]*x[1], 5x[2]]", "x=[2, 3, 4]", "-o", "json", *words]).out)
        return {"layout": document["layout"], **document["jacobian"]}

    assert found() == {"layout": "denominator", "x": [[1, 3, 0], [0, 2, 0], [0, 0, 5]]}
    assert found("--layout=numerator") == {"layout": "numerator", "x": [[1, 0, 0], [3, 2, 0], [0, 0, 5]]}


def test_json_has_infinity_as_a_word() -> None:
    done = call(["jacobian", "sqrt(x)", "x=[0, 4]", "-o", "json", "-q"])
    assert json.loads(done.out)["jacobian"] == {"x": [["Infinity", 0.0], [0.0, 0.25]]}
    assert done.err == ""


def test_plain_and_get_print_nested_lists_in_full() -> None:
    words = ["jacobian", "[x, x*y]", "x=2", "y=1/3"]
    assert call([*words, "-o", "plain"]).out == f"value\t[2.0, {2 / 3!r}]\nx\t[1.0, {1 / 3!r}]\ny\t[0.0, 2.0]\n"
    assert call([*words, "--get", "y", "--get", "value"]).out == f"[0.0, 2.0]\n[2.0, {2 / 3!r}]\n"
    assert call(["jacobian", "q = x*y; [q, q^2]", "x=2", "y=3", "--get", "q"]).out == "[1.0, 12.0]\n"
    long = json.loads(call(["jacobian", "x^2", "x=arange(40)", "--get", "x"]).out)
    assert [len(long), len(long[0]), long[39][39], long[39][38]] == [40, 40, 78, 0]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["x^2", "x=[1,2]", "--layout", "rows"], 'no layout is called "rows"'),
        (["x^2", "x=[1,2]", "-o", "text"], 'no format is called "text"'),
        (["x^2", "x=[1,2]", "--get", "y"], 'no node is called "y"'),
        (["x*y", "x=[1,2]", "y=1", "--get", "y", "--wrt", "x"], 'the Jacobian for "y" was not asked for'),
        (["x^2", "x=[1,2]", "--of", " "], "--of needs the name of a node"),
        (["x^2", "y=[1,2]"], 'the variable "x" has no value'),
        (["A@x", "A=[[1,2]]", "x=[1,2,3]"], "inner sizes 2 and 3 differ"),
        (["x*2", "x=zeros(20000)"], "∂f/∂x has 20,000 x 20,000 = 400,000,000 entries"),
        ([], "an expression is missing"),
    ],
)
def test_a_mistake_is_an_error_and_prints_nothing_else(words: list[str], message: str) -> None:
    done = call(["jacobian", *words])
    assert (done.status, done.out) == (2, "")
    assert done.err.startswith("error: ")
    assert message in done.err


def test_a_warning_is_status_1_when_strict_and_follows_the_convention() -> None:
    words = ["jacobian", "max(x, y)", "x=[1, 2]", "y=[1, 0]", "--get", "x"]
    shared = call([*words, "--strict"])
    assert (shared.status, shared.out) == (1, "[[0.5, 0.0], [0.0, 1.0]]\n")
    assert "equal inputs share the gradient evenly" in shared.err
    first = call([*words, "--convention", "first", "--quiet"])
    assert first == (0, "[[1.0, 0.0], [0.0, 1.0]]\n", "")


def test_expand_opens_a_gate_and_the_jacobian_stays() -> None:
    words = ["jacobian", "sigmoid(x)", "x=[0, 0]", "--get", "x"]
    assert call(words).out == call([*words, "--expand", "sigmoid"]).out == "[[0.25, 0.0], [0.0, 0.25]]\n"


def test_the_program_and_the_values_may_come_from_files_and_standard_input(tmp_path: Path) -> None:
    (tmp_path / "p.txt").write_text("q = x^2\nq*[1, 2]\n", encoding="utf-8")
    (tmp_path / "v.json").write_text('{"x": [3, 4]}', encoding="utf-8")
    expected = "[[6.0, 0.0], [0.0, 16.0]]\n"
    assert call(["jacobian", "--file", "p.txt", "--bindings", "v.json", "--get", "x"], folder=tmp_path).out == expected
    assert call(["jacobian", "-", "x=[3, 4]", "--get", "x"], b"x^2*[1, 2]").out == expected
    assert call(["jacobian", "x^2*[1, 2]", "x=@-", "--get", "x"], b"[3, 4]").out == expected


def test_single_numbers_load_no_numpy() -> None:
    code = (
        "import sys; sys.argv[1:] = ['jacobian', 'x*y', 'x=2', 'y=3']; import atexit; from bpcalc.cli import main; "
        "atexit.register(lambda: print(sorted({'numpy', 'sympy', 'rich'} & set(sys.modules)))); main.run()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, encoding="utf-8", check=True)
    assert done.stdout == "f = x*y = 6\n\n∂f/∂x = 3\n∂f/∂y = 2\n[]\n"


def test_the_help_has_examples_that_run() -> None:
    done = call(["jacobian", "--help"])
    examples = re.findall(r"^ +(?:J=\$\()?bpcalc (.*)$", done.out.partition("Examples:")[2], re.MULTILINE)
    assert len(examples) == 5
    for example in examples:
        words = shlex.split(example)
        ran = call([*words[:-1], words[-1].removesuffix(")")] if "--get" in words else words)
        assert (ran.status, ran.err) == (0, "")
