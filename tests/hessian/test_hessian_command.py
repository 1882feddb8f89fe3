"""`bpcalc hessian` as it is called: its table, its script formats, its errors, and what it loads."""

from __future__ import annotations

import json
import math
import re
import shlex
import subprocess
import sys

import pytest
from commandline import call

from bpcalc.version import __version__

LEAST_SQUARES = ("sum((A@x - b)^2)", "A=[[1,2],[3,4]]", "x=[1,-1]", "b=[0.5,2]")

# Looked at in a terminal of 80 columns and in a pipe; the numbers are plain to see.
TABLES: list[tuple[tuple[str, ...], str]] = [
    (
        ("x^2*y + sin(y)", "x=1", "y=2"),
        """\
f = x^2*y + sin(y) ≈ 2.9093
2 passes, one for each entry of the inputs: forward over reverse

∂f/∂x = 4
∂f/∂y ≈ 0.583853

∂²f  2 x 2, symmetric
   x          y
x  4   2
y  2  -0.909297
""",
    ),
    (
        ("(1 - x)^2 + 100*(y - x^2)^2", "x=1", "y=1", "--eigenvalues"),
        """\
f = (1 - x)^2 + 100*(y - x^2)^2 = 0
2 passes, one for each entry of the inputs: forward over reverse

∂f/∂x = 0
∂f/∂y = 0

∂²f  2 x 2, symmetric
      x     y
x   802  -400
y  -400   200

eigenvalues ≈ 0.399361, 1001.6: positive definite
the gradient is 0 here: a local minimum
""",
    ),
    (
        ("x^3", "x=2"),
        """\
f = x^3 = 8
1 pass: forward over reverse

∂f/∂x = 12

∂²f/∂x² = 12
""",
    ),
    (
        (*LEAST_SQUARES, "--wrt", "x,b"),
        """\
f = sum((A@x - b)^2) = 11.25
4 passes, one for each entry of the inputs: forward over reverse

∂f/∂x  2
[-21  -30]
∂f/∂b  2
[3  6]

∂²f/∂x²  2 x 2, symmetric
      x[0]  x[1]
x[0]    20    28
x[1]    28    40

∂²f/∂x∂b  2 x 2
      b[0]  b[1]
x[0]    -2    -6
x[1]    -4    -8

∂²f/∂b²  2 x 2, diagonal, 2 of 4 entries non-zero
      b[0]  b[1]
b[0]     2     ·
b[1]     ·     2

∂²f/∂b∂x is ∂²f/∂x∂b transposed
""",
    ),
    (
        (*LEAST_SQUARES, "--vector", "x=[1,0]", "--wrt", "x,b"),
        """\
f = sum((A@x - b)^2) = 11.25
1 pass, forward over reverse; the matrix H of 4 x 4 is never formed

input  v       ∂f/∂input   H v
x      [1  0]  [-21  -30]  [20  28]
b      0       [3  6]      [-2  -6]
""",
    ),
    (
        (*LEAST_SQUARES, "--vector", "x=[1,0]", "--wrt", "x,b", "--width", "30"),
        """\
f = sum((A@x - b)^2) = 11.25
1 pass, forward over reverse;
  the matrix H of 4 x 4 is
  never formed

v for b = 0
v for x  2
[1  0]

∂f/∂x  2
[-21  -30]
∂f/∂b  2
[3  6]

H v for x  2
[20  28]
H v for b  2
[-2  -6]
""",
    ),
    (
        ("x@y + c", "x=[1,2]", "y=[3,4]", "c=1", "--wrt", "x,c"),
        """\
f = x@y + c = 12
3 passes, one for each entry of the inputs: forward over reverse

∂f/∂c = 1
∂f/∂x  2
[3  4]

∂²f/∂x²  2 x 2, zero

∂²f/∂x∂c  2 x 1, zero

∂²f/∂c² = 0

∂²f/∂c∂x is ∂²f/∂x∂c transposed
""",
    ),
    (("2 + 3",), "f = 2 + 3 = 5\n"),
]


@pytest.mark.parametrize(("arguments", "expected"), TABLES, ids=[" ".join(arguments) for arguments, _ in TABLES])
def test_the_table(arguments: tuple[str, ...], expected: str) -> None:
    assert call(["hessian", *arguments]) == (0, expected, "")


def test_many_single_numbers_are_summed_up_and_shown_at_the_corners() -> None:
    text = " + ".join(f"x{k}^2*x{k + 1}" for k in range(29))
    done = call(["hessian", text, *(f"x{k}=1" for k in range(30)), "--width", "80"])
    lines = done.out.splitlines()
    assert lines[3] == "∂f/∂x0 and 29 more numbers: norm 16.03, 1 to 3"
    assert lines[5:8] == [
        "∂²f  30 x 30, symmetric, 87 of 900 entries non-zero", "norm 18.65, 0 to 2",
        "     x0  x1  x2  …  x27  x28  x29",
    ]  # fmt: skip
    assert max(map(len, lines)) <= 80


def test_many_rows_of_a_product_are_cut_short_and_said_so() -> None:
    names = [f"x{k}" for k in range(250)]
    done = call(["hessian", "*".join(names), *(f"{name}=1" for name in names), "--vector", "x3=1"])
    assert done.out.splitlines()[-1] == "50 more inputs are not shown: -o plain has them all"
    assert done.out.count("\n") == 1 + 1 + 1 + 1 + 200 + 2


def test_no_line_is_wider_than_the_width_that_is_asked_for() -> None:
    for width in (24, 40, 60, 80):
        for extra in ([], ["--vector", "x=ones(9)"], ["--eigenvalues"]):
            done = call(
                ["hessian", "sum(softmax(x*y)^2)", "x=linspace(0, 1, 9)", "y=-2", "--width", str(width), *extra]
            )
            assert done.status == 0
            assert max(map(len, done.out.splitlines())) <= width


def test_json_is_the_schema_of_the_specification() -> None:
    document = json.loads(call(["hessian", "x^2*w@w", "x=3", "w=[1,2]", "-o", "json"]).out)
    assert document == {
        "command": "hessian",
        "version": __version__,
        "schema": 1,
        "expression": "x^2*w @ w",
        "output": "f",
        "value": 45.0,
        "gradient": {"x": 30.0, "w": [18.0, 36.0]},
        "hessian": {
            "x": {"x": 10.0, "w": [12.0, 24.0]},
            "w": {"x": [12.0, 24.0], "w": [[18.0, 0.0], [0.0, 18.0]]},
        },
        "warnings": [],
    }
    assert list(document)[3:] == ["expression", "output", "value", "gradient", "hessian", "warnings"]


def test_json_of_a_product_has_the_vector_and_no_matrix() -> None:
    document = json.loads(call(["hessian", "x^2*w@w", "x=3", "w=[1,2]", "-o", "json", "--vector", "x=2"]).out)
    assert document == {
        "command": "hessian",
        "version": __version__,
        "schema": 1,
        "expression": "x^2*w @ w",
        "output": "f",
        "value": 45.0,
        "gradient": {"x": 30.0, "w": [18.0, 36.0]},
        "vector": {"x": 2.0},
        "product": {"x": 20.0, "w": [24.0, 48.0]},
        "warnings": [],
    }


def test_json_has_eigenvalues_only_where_they_are_asked_for() -> None:
    document = json.loads(call(["hessian", "x*y", "x=0", "y=0", "-o", "json", "--eigenvalues"]).out)
    assert document["eigenvalues"] == [-1.0, 1.0]
    assert (document["kind"], document["point"]) == ("indefinite", "a saddle point")


def test_json_has_infinity_as_a_word_and_a_warning_tells_where_it_arose() -> None:
    done = call(["hessian", "x^1.5", "x=0", "-o", "json"])
    document = json.loads(done.out)
    assert document["gradient"] == {"x": 0.0}
    assert document["hessian"] == {"x": {"x": "Infinity"}}
    assert done.err == "warning: infinity first arises in ∂²f/∂x²; the gradient of f is finite\n"
    assert document["warnings"] == [{"kind": "nonfinite", "node": "x", "message": done.err[9:-1]}]


def test_plain_prints_the_gradient_and_every_block() -> None:
    assert call(["hessian", "x^2*y", "x=3", "y=1/3", "-o", "plain", "--eigenvalues"]).out == (
        f"value\t3.0\nx\t2.0\ny\t9.0\nx.x\t{2 / 3!r}\nx.y\t6.0\ny.x\t6.0\ny.y\t0.0\n"
        f"eigenvalues\t[{1 / 3 - math.hypot(1 / 3, 6)!r}, {1 / 3 + math.hypot(1 / 3, 6)!r}]\n"
    )
    assert (
        call(["hessian", "x^2*y", "x=3", "y=1", "-o", "plain", "--vector", "y=1"]).out == "value\t9.0\nx\t6.0\ny\t0.0\n"
    )


def test_get_prints_bare_numbers() -> None:
    words = ["hessian", "x^2*w@w", "x=3", "w=[1,2]"]
    got = call([*words, "--get", "x.w", "--get", "w.w", "--get", "w", "--get", "x.grad", "--get", "value"])
    assert got == (0, "[12.0, 24.0]\n[[18.0, 0.0], [0.0, 18.0]]\n[18.0, 36.0]\n30.0\n45.0\n", "")
    product = call([*words, "--vector", "x=1", "--get", "w", "--get", "w.grad"])
    assert product == (0, "[12.0, 24.0]\n[18.0, 36.0]\n", "")
    assert call(["hessian", "x*y", "x=1", "y=2", "--get", "eigenvalues"]).out == "[-1.0, 1.0]\n"
    assert call(["hessian", "q = x*y; q^2", "x=1", "y=2", "--get", "q.q"]).out == "2.0\n"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (
            ["x*[1,2]", "x=1"],
            "the output f is no single number: its shape is (2,)\n  sum(...) the output, take one entry ",
        ),
        (["x^2", "x=2", "-o", "text"], 'no format is called "text"'),
        (["x^2", "x=2", "--get", "y"], 'no node is called "y"'),
        (["x*y", "x=2", "y=1", "--get", "x.y", "--wrt", "x"], 'the second derivatives for "y" were not asked for'),
        (["x*y", "x=2", "y=1", "--get", "x.y", "--vector", "x=1"], '--vector never forms the block "x.y"'),
        (["x*y", "x=2", "y=1", "--eigenvalues", "--vector", "x=1"], "--vector never forms the matrix"),
        (["x*y", "x=2", "y=1", "--vector", "y=1", "--wrt", "x"], 'the vector moves "y"'),
        (["x*y", "x=2", "y=1", "--vector", "x"], '--vector takes NAME=VALUE, not "x"'),
        (["x*y", "x=2", "y=1", "--vector", "z=1"], 'no input is called "z"'),
        (["x*y", "x=2", "y=1", "--vector", "x=1", "--vector", "x=2"], '--vector gives "x" twice'),
        (["x*y", "x=2", "y=1", "--vector", "x=[1,2]"], "the tangent of x has the shape (2,)"),
        (["x*y", "x=@-", "y=1", "--vector", "x=@-"], "standard input cannot be both"),
        (["x^2", "y=2"], 'the variable "x" has no value'),
        (["A@x", "A=[[1,2]]", "x=[1,2,3]"], "inner sizes 2 and 3 differ"),
        (["x@x", "x=zeros(20000)"], "the Hessian of f has 20,000 x 20,000 = 400,000,000 entries"),
        (
            ["+".join(f"x{k}" for k in range(2001)), *(f"x{k}=1" for k in range(2001))],
            "more than 4,000,000 are not formed",
        ),
        ([], "an expression is missing"),
    ],
    ids=lambda case: case if isinstance(case, str) else "",
)
def test_a_mistake_is_an_error_and_prints_nothing_else(words: list[str], message: str) -> None:
    done = call(["hessian", *words])
    assert (done.status, done.out) == (2, "")
    assert done.err.startswith("error: ")
    assert message in done.err


def test_a_warning_is_status_1_when_strict_and_follows_the_convention() -> None:
    words = ["hessian", "max(x, y)^2", "x=1", "y=1", "--get", "x.x"]
    shared = call([*words, "--strict"])
    assert (shared.status, shared.out) == (1, "0.5\n")
    assert "equal inputs share the gradient evenly" in shared.err
    assert call([*words, "--convention", "first", "--quiet"]) == (0, "2.0\n", "")


def test_expand_opens_a_gate_and_the_matrix_stays() -> None:
    words = ["hessian", "sigmoid(x)^2", "x=0", "--get", "x.x"]
    assert call(words).out == call([*words, "--expand", "sigmoid"]).out == "0.125\n"


def test_single_numbers_load_no_numpy() -> None:
    code = (
        "import sys; sys.argv[1:] = ['hessian', 'x*y', 'x=2', 'y=3', '-o', 'plain']; import atexit; "
        "from bpcalc.cli import main; "
        "atexit.register(lambda: print(sorted({'numpy', 'sympy', 'rich'} & set(sys.modules)))); main.run()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, encoding="utf-8", check=True)
    assert done.stdout == "value\t6.0\nx\t3.0\ny\t2.0\nx.x\t0.0\nx.y\t1.0\ny.x\t1.0\ny.y\t0.0\n[]\n"


def test_the_help_has_examples_that_run() -> None:
    done = call(["hessian", "--help"])
    examples = re.findall(r"^ +(?:fxy=\$\()?bpcalc (.*)$", done.out.partition("Examples:")[2], re.MULTILINE)
    assert len(examples) == 5
    for example in examples:
        words = shlex.split(example)
        ran = call([*words[:-1], words[-1].removesuffix(")")] if "--get" in words else words)
        assert (ran.status, ran.err) == (0, "")
