"""`bpcalc jvp` as a command: its table and formats, what --tangent takes, warnings and mistakes. And the Python API."""

from __future__ import annotations

import json
import math
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from commandline import call

from bpcalc import BpcalcError, JvpReport, jvp
from bpcalc.version import __version__

LECTURE = ("jvp", "(x+y)*z", "x=-2", "y=5", "z=-4", "--tangent", "x=1")
COST = "a forward pass gives the derivative in one direction; the "

TABLES = [
    (
        LECTURE[1:],
        """\
f = (x + y)*z = -12
its derivative along x = 1 is -4

node  is     value  tangent
x     input   -2     1
y     input    5     0
z     input   -4     0
n1    x + y    3     1
f     n1*z   -12    -4

"""
        + COST
        + "whole gradient takes 3 forward passes (one for each input entry) or 1 backward pass\n",
    ),
    (
        ("W@x", "W=[[1,2],[3,4]]", "x=[1,-1]", "--tangent", "x=[0,1/3]"),
        """\
f = W@x = [-1, -1]
its derivative along x = [0, 0.333333] is about [0.666667, 1.33333]

node  is     value     tangent
W     input  [1  2]    [0  0]
             [3  4]    [0  0]
x     input  [1  -1]   [0  0.333333]
f     W@x    [-1  -1]  [0.666667  1.33333]

"""
        + COST
        + "full Jacobian takes 6 forward passes (one for each input entry) or 2 backward passes "
        "(one for each output entry)\n",
    ),
    (
        ("softmax_loss(S, y)", "S=[[1, 1]]", "y=[0]", "--tangent", "S=[[1,0]]"),
        """\
f = softmax_loss(S, y) ≈ 0.693147
its derivative along S = [[1, 0]] is -0.5

node  is                  value     tangent
S     input               [1  1]    [1  0]
y     input, no gradient  [0]       [0]
f     softmax_loss(S, y)  0.693147  -0.5

"""
        + COST
        + "whole gradient takes 2 forward passes (one for each input entry) or 1 backward pass\n",
    ),
    (
        ("x^3", "x=2"),
        """\
f = x^3 = 8
its derivative along x = 1 is 12

node  is     value  tangent
x     input  2       1
f     x^3    8      12

"""
        + COST
        + "whole gradient takes 1 forward pass or 1 backward pass\n",
    ),
    (
        ("sum(x)", "x=ones(30)", "--tangent", "x=1", "--get", "tangent"),
        "30.0\n",
    ),
    (("2 + 3",), "f = 2 + 3 = 5\n\nnode  is     value  tangent\nf     2 + 3  5      0\n"),
]


@pytest.mark.parametrize(("words", "expected"), TABLES, ids=[" ".join(words) for words, _ in TABLES])
def test_the_table(words: tuple[str, ...], expected: str) -> None:
    assert call(["jvp", *words]) == (0, expected, "")


def test_a_large_direction_is_told_by_its_size() -> None:
    lines = call(["jvp", "2x", "x=ones(30)", "--tangent", "x=1"]).out.splitlines()
    assert lines[1] == "its derivative along x (30 entries, norm 5.477, 1 to 1): 30 entries, norm 10.95, 2 to 2"


def test_no_line_is_wider_than_the_width_that_is_asked_for() -> None:
    for width in (30, 40, 60, 80):
        done = call([*LECTURE, "--width", str(width)])
        assert done.status == 0
        assert max(map(len, done.out.splitlines())) <= width


def test_large_graphs_show_named_nodes_and_say_so() -> None:
    program = "q = x^2\n" + "sin(" * 210 + "q" + ")" * 210
    few = call(["jvp", program, "x=0.5"])
    assert "209 more nodes are not shown: --all shows them" in few.out
    assert len(call(["jvp", program, "x=0.5", "--all"]).out.splitlines()) > 210


def test_a_chain_of_a_hundred_thousand_nodes() -> None:
    from bpcalc.calculations.jvp import jvp as calculate
    from bpcalc.errors import Source
    from bpcalc.reports.options import Options

    program = "y0 = x\n" + "\n".join(f"y{k + 1} = sin(y{k})*x + 0.5" for k in range(33_000))
    report = calculate(Source(program), {"x": 0.5}, {"x": 2.0}, Options(nodes=()))
    y, slope = 0.5, 2.0
    for _ in range(33_000):
        y, slope = math.sin(y) * 0.5 + 0.5, math.cos(y) * slope * 0.5 + math.sin(y) * 2.0
    assert (report.value, report.tangent) == (y, pytest.approx(slope, rel=1e-9))


def test_json_is_the_schema_of_the_specification() -> None:
    document = json.loads(call([*LECTURE, "-o", "json"]).out)
    assert list(document)[:3] == ["command", "version", "schema"]
    names = ["expression", "output", "value", "tangent", "direction", "nodes", "passes", "warnings"]
    assert list(document)[3:] == names
    nodes = document.pop("nodes")
    assert document == {
        "command": "jvp", "version": __version__, "schema": 1,
        "expression": "(x + y)*z", "output": "f", "value": -12.0, "tangent": -4.0, "direction": {"x": 1.0},
        "passes": {"forward": 3, "reverse": 1}, "warnings": [],
    }  # fmt: skip
    assert nodes[3] == {
        "name": "n1", "role": "node", "gate": "add", "expression": "x + y", "inputs": ["x", "y"], "shape": [],
        "value": 3.0, "tangent": 1.0,
    }  # fmt: skip
    assert [(node["name"], node["tangent"]) for node in nodes] == [("x", 1), ("y", 0), ("z", 0), ("n1", 1), ("f", -4)]


def test_json_with_a_trace_has_the_steps() -> None:
    document = json.loads(call([*LECTURE, "-o", "json", "--trace"]).out)
    start, first, last, meaning = document["steps"]
    assert start["lines"][1:] == ["x = -2, ẋ = 1", "y = 5, ẏ = 0", "z = -4, ż = 0"]
    assert first == {
        "phase": "forward", "number": 1, "node": "n1", "gate": "add", "value": 3.0, "tangent": 1.0,
        "lines": ["n1 = x + y = -2 + 5 = 3", "ṅ1 = ẋ + ẏ = 1 + 0 = 1"],
    }  # fmt: skip
    assert (last["value"], last["tangent"], meaning["phase"]) == (-12.0, -4.0, "meaning")


def test_json_has_nan_and_infinity_as_words() -> None:
    document = json.loads(call(["jvp", "[sqrt(x), log(-x), x]", "x=0", "-o", "json", "-q"]).out)
    assert (document["value"], document["tangent"]) == ([0.0, "-Infinity", 0.0], ["Infinity", "Infinity", 1.0])
    bad = json.loads(call(["jvp", "x*y", "x=1", "y=2", "--tangent", "x=inf-inf,y=-inf", "-o", "json", "-q"]).out)
    assert (bad["tangent"], bad["direction"]) == ("NaN", {"x": "NaN", "y": "-Infinity"})


def test_the_formats_for_scripts() -> None:
    words = ["jvp", "q = x/3; [q, q^2]", "x=2"]
    assert call([*words, "-o", "plain"]).out == (
        f"value\t[{2 / 3!r}, {(2 / 3) ** 2!r}]\ntangent\t[{1 / 3!r}, {2 / 3 * (1 / 3) * 2!r}]\n"
    )
    header, *rows = call([*words, "-o", "tsv"]).out.splitlines()
    assert header == "name\trole\tgate\texpression\tvalue\ttangent"
    assert rows[0] == "x\tinput\tinput\tx\t2.0\t1.0"
    assert rows[1] == f"q\tnode\tdivide\tx/3\t{2 / 3!r}\t{1 / 3!r}"
    assert call([*words, "-o", "csv"]).out.splitlines()[1] == "x,input,input,x,2.0,1.0"


def test_get_prints_bare_numbers() -> None:
    words = ["jvp", "q = x*y; q^2", "x=2", "y=3", "--tangent", "y=1"]
    asked = ("tangent", "value", "q", "q.value", "q.tangent", "x", "f.tangent")
    done = call([*words, *(word for name in asked for word in ("--get", name))])
    assert done == (0, "24.0\n36.0\n2.0\n6.0\n2.0\n0.0\n24.0\n", "")


@pytest.mark.parametrize(
    ("given", "found"),
    [
        (["x=1"], 3.0),
        (["x=1", "y=10"], 23.0),
        (["x=1,y=10"], 23.0),
        (["x=1, y=10"], 23.0),
        (["y=atan2(0, 1) + 10, x=1"], 23.0),
        ([" x = 1/2 "], 1.5),
        (["x=@-"], 6.0),
        (["y=1", "x=@t.json"], 5.0),
    ],
)
def test_what_a_tangent_may_be(given: list[str], found: float, tmp_path: Path) -> None:
    (tmp_path / "t.json").write_text("1", encoding="utf-8")
    words = [part for one in given for part in ("--tangent", one)]
    done = call(["jvp", "x*y", "x=2", "y=3", *words, "--get", "tangent"], b"2", folder=tmp_path)
    assert done == (0, f"{found!r}\n", "")


def test_one_number_is_for_all_entries_of_an_array() -> None:
    words = ["jvp", "sum(x^2)", "x=[1, 2, 3]", "--get", "tangent", "--tangent"]
    assert call([*words, "x=1"]).out == call([*words, "x=[1,1,1]"]).out == "12.0\n"
    both = call(["jvp", "x*y", "x=[1,2]", "y=[3,4]", "--tangent", "x=[1,0],y=2", "--get", "tangent"])
    assert both.out == "[5.0, 4.0]\n"


def test_named_numbers_move_where_there_are_no_variables_or_where_asked() -> None:
    assert call(["jvp", "g = 9.5; g^2", "--get", "tangent"]).out == "19.0\n"
    words = ["jvp", "g = 9.5; x*sin(g)", "x=2", "--tangent", "g=1"]
    assert float(call([*words, "--get", "tangent"]).out) == pytest.approx(2 * -0.99717215619637)
    assert call([*words, "--trace"]).status == 0


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["x*y", "x=2", "y=3"], "a direction is missing: which way do x, y move?\n  for example --tangent x=1 ("),
        (["x^2", "x=[1,2]"], 'which way does x move?\n  for example --tangent "x=[1, 0]"\n'),
        (["sum(x)", "x=ones(3, 4)"], 'for example --tangent "x=ones(3, 4)"\n'),
        (["x*y", "x=2", "y=3", "--tangent", "w=1"], 'no input is called "w"\n  the inputs are x, y\n'),
        (["alpha*y", "alpha=2", "y=3", "--tangent", "alhpa=1"], "did you mean alpha?"),
        (["q = x^2; q*y", "x=2", "y=3", "--tangent", "q=1"], '"q" is computed from other nodes'),
        (["pick(S, y)", "S=[[1,2]]", "y=[0]", "--tangent", "y=1"], '"y" is used as labels, which cannot move'),
        (["x*y", "x=2", "y=3", "--tangent", "x=1", "--tangent", "x=2"], '--tangent gives "x" twice'),
        (["x*y", "x=2", "y=3", "--tangent", "x=1,x=2"], '--tangent gives "x" twice'),
        (["q = x; q*y", "x=2", "y=3", "--tangent", "x=1,q=2"], '"q" and "x" are the same input'),
        (["x*y", "x=2", "y=3", "--tangent", "x"], '--tangent takes NAME=VALUE, not "x"'),
        (["x*y", "x=2", "y=3", "--tangent", ""], '--tangent takes NAME=VALUE, not ""'),
        (["x*y", "x=2", "y=3", "--tangent", "x=1,"], '--tangent takes NAME=VALUE, not ""'),
        (["x*y", "x=2", "y=3", "--tangent", "x="], '"x" has no value\n  x=\n    ^'),
        (["x*y", "x=2", "y=3", "--tangent", "x=1+"], "  x=1+\n      ^"),
        (["x*y", "x=2", "y=3", "--tangent", "x=y"], 'the value contains the name "y"\n  x=y\n    ^'),
        (["x*y", "x=2", "y=3", "--tangent"], "the option --tangent needs a value"),
        (["x*y", "x=[1,2]", "y=3", "--tangent", "x=[1,2,3]"], "the tangent of x has the shape (3,), x has (2,)"),
        (["x*y", "x=[1,2]", "y=3", "--tangent", "y=[1,2]"], "the shape (2,), y is a single number"),
        (["x*y", "x=2", "y=3", "--tangent", "y=[1,2]"], "the tangent of y has the shape (2,), y is a single number"),
        (["x*y", "x=2", "--tangent", "x=1"], 'the variable "y" has no value'),
        (["A@x", "A=[[1,2]]", "x=[1,2,3]", "--tangent", "x=1"], "inner sizes 2 and 3 differ"),
        (["x*y", "x=2", "y=3", "--tangent", "x=1", "--get", "q"], 'no node is called "q"'),
        (["x*y", "x=2", "y=3", "--tangent", "x=1", "--get", "x.grad"], "--get takes NAME, value, tangent, NAME.value"),
        (["x^2", "x=2", "--trace", "-o", "csv"], "a trace has the formats table and json"),
        (["x^2", "x=2", "--trace", "--get", "x"], "--get prints x alone, and --trace tells every step"),
        (["x^2", "x=2", "-o", "text"], 'no format is called "text"'),
        (["-", "x=2", "--tangent", "x=@-"], "standard input cannot be both the program and x"),
        (["x^2", "x=2", "--tangent", "x=@nowhere.npy"], 'cannot read "nowhere.npy"'),
        ([], "an expression is missing"),
    ],
)  # fmt: skip
def test_a_mistake_is_an_error_and_prints_nothing_else(words: list[str], message: str) -> None:
    done = call(["jvp", *words])
    assert (done.status, done.out) == (2, "")
    assert done.err.startswith("error: ")
    assert message in done.err


def test_warnings_are_about_what_moves() -> None:
    words = ["jvp", "relu(x) + y", "x=0", "y=1", "--get", "tangent"]
    assert call([*words, "--tangent", "y=1", "--strict"]) == (0, "1.0\n", "")
    touched = call([*words, "--tangent", "x=1", "--strict"])
    assert (touched.status, touched.out) == (1, "0.0\n")
    assert "n1 = relu(x) has no derivative at x = 0" in touched.err
    assert call([*words, "--tangent", "x=1", "--convention", "all", "-q"]) == (0, "1.0\n", "")


@pytest.mark.parametrize(
    ("words", "warning"),
    [
        (["sqrt(x)*2", "x=0"], "infinity first arises in the tangents at n1 = sqrt(x), for x = 0"),
        (["sqrt(x^2)", "x=0"], "NaN first arises in the tangents at f = sqrt(n1), for n1 = 0"),
        (["sum(sqrt(x))", "x=[1, 0]", "--tangent", "x=1"],
         "infinity first arises in the tangents at n1 = sqrt(x) in 1 of 2 entries, first at entry [1]"),
        (["2x", "x=1", "--tangent", "x=inf"], "the tangent of x is infinity from the start"),
        (["2x", "x=[1,2]", "--tangent", "x=inf-inf"],
         "the tangent of x has NaN in it from the start, in 2 of 2 entries, first at entry [0]"),
        (["x*y", "x=1", "y=2", "--tangent", "x=1", "k=3"], 'the binding "k" is not used'),
    ],
)  # fmt: skip
def test_a_warning(words: list[str], warning: str) -> None:
    done = call(["jvp", *words, "-o", "plain"])
    assert done.status == 0
    assert f"warning: {warning}" in done.err
    assert len(done.err.splitlines()) == 1


@pytest.mark.parametrize(
    "words",
    [["log(x)*y", "x=-1", "y=1", "--tangent", "x=1"], ["where(x > 0, sqrt(-x), x)", "x=0"]],
)
def test_what_the_forward_pass_or_an_untaken_branch_did_is_not_told_of_the_tangents(words: list[str]) -> None:
    assert "tangents" not in call(["jvp", *words]).err


def test_of_another_node_and_expanded_gates() -> None:
    words = ["jvp", "q = sigmoid(x); q^2", "x=0", "--of", "q", "--get", "tangent"]
    assert call(words).out == call([*words, "--expand", "sigmoid"]).out == "0.25\n"


def test_the_program_and_the_values_may_come_from_files(tmp_path: Path) -> None:
    (tmp_path / "p.txt").write_text("q = x^2\nq*[1, 2]\n", encoding="utf-8")
    (tmp_path / "v.json").write_text('{"x": [3, 4]}', encoding="utf-8")
    words = ["jvp", "--file", "p.txt", "--bindings", "v.json", "--tangent", "x=[1,0]", "--get", "tangent"]
    assert call(words, folder=tmp_path) == (0, "[6.0, 0.0]\n", "")


def test_single_numbers_load_no_numpy() -> None:
    for more in ([], ["--trace"], ["-o", "json"]):
        code = (
            f"import sys; sys.argv[1:] = {[*LECTURE, *more]!r}; import atexit; from bpcalc.cli import main; "
            "atexit.register(lambda: print(sorted({'numpy', 'sympy', 'rich'} & set(sys.modules)))); main.run()"
        )
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True)
        assert done.stdout.splitlines()[-1] == "[]"


def test_the_help_has_examples_that_run() -> None:
    done = call(["jvp", "--help"])
    examples = re.findall(r"^ +(?:df=\$\()?bpcalc (.*)$", done.out.partition("Examples:")[2], re.MULTILINE)
    assert len(examples) == 5
    for example in examples:
        words = shlex.split(example)
        ran = call([*words[:-1], words[-1].removesuffix(")")] if "--get" in words else words)
        assert (ran.status, ran.err) == (0, "")


def test_the_python_interface() -> None:
    report = jvp("(x+y)*z", x=-2, y=5, z=-4, tangent={"x": 1})
    assert isinstance(report, JvpReport)
    assert (report.value, report.tangent, report["n1"].tangent, report.passes) == (-12.0, -4.0, 1.0, (3, 1))
    assert jvp("tangent*2", {"tangent": 3}).tangent == 2
    assert jvp("x^2", {"x": [1, 2]}, tangent={"x": [0, 1]}).tangent.tolist() == [0, 4]
    with pytest.raises(KeyError):
        report["nothing"]
    for wrong in ({"x": "one"}, {"x y": 1}, {"q": 1}, {"x": [1, 2]}):
        with pytest.raises(BpcalcError):
            jvp("x*2", x=1, tangent=wrong)
    with pytest.raises(BpcalcError):
        jvp("x*2", x=1, convention="nobody's")
