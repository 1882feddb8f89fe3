"""`bpcalc descend`: what it prints, in every format, and what it refuses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from commandline import call

from bpcalc import descend
from bpcalc.errors import columns

LINE = ["descend", "(w - 3)^2", "w=0"]


def test_the_first_step_has_its_numbers() -> None:
    """The lectures' update rule; L = mean((w*x - y)^2) at w = 0 has the slope -2*mean(x*y) = -9.3."""
    out = call(["descend", "mean((w*x - y)^2)", "w=0", "x=[1,2]", "y=[3.3,3]", "--wrt", "w", "--trace"]).out
    assert "  w = 0 - 0.1*(-9.3) = 0.93\n" in out
    assert "  f falls from 9.945 to 3.45825\n" in out  # 9.945 - 9.3*0.93 + 2.5*0.93^2


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["x^4", "x=1"], "f falls at any rate below 0.5, searched along the ray; the curvature alone would say 0.167"),
        (["x^2 - y", "x=1", "y=1"], "f falls at any rate below 1.25"),  # (1 - 2r)^2 - 1 - r < 0
        (["-(x - 1)^2", "x=3", "--maximize"], "f rises at any rate below 1, searched along the ray; the curvature"),
        (["-x^3", "x=1"], "f falls at any rate, searched along the ray\n"),  # the second derivative is negative
        (["sum(x^2)", "x=[1,2]", "--method", "momentum"], "the curvature alone would say 1\n"),
    ],
)
def test_the_rates_that_fall_are_told(words: list[str], line: str) -> None:
    assert line in call(["descend", *words, "--trace"]).out


@pytest.mark.parametrize("rate", ["9", "0.0035", "0.1"])
def test_the_rate_that_still_falls_does_not_depend_on_the_one_asked_for(rate: str) -> None:
    """x^2 + 10*sin(20x) has humps along its ray: at x = 1 it rises first at the rate 0.003338."""
    out = call(["descend", "x^2+10*sin(20x)", "x=1", "--rate", rate, "--steps", "1", "--trace"]).out
    assert "f falls at any rate below 0.00334, searched along the ray\n" in out


def test_where_an_input_has_no_column_its_end_is_told() -> None:
    words = ["descend", "(1-x)^2 + 100*(y-x^2)^2", "x=-1", "y=2", "--method"]
    one = call([*words, "newton", "--width", "40"]).out
    assert "ends at\n  x = 1\n  y = 1\n" in one
    several = call([*words, "newton,lbfgs", "--width", "44"]).out
    assert several.count("  ends at x = 1, y = 1\n") == 2
    assert "ends at" not in call([*words, "newton", "--width", "100"]).out


@pytest.mark.parametrize(
    ("method", "lines"),
    [
        ("momentum", ["v of w = 0.9*0 + (-6) = -6", "w = 0 - 0.1*(-6) = 0.6"]),
        ("adam", ["v of w = 0.9*0 + 0.1*(-6) = -0.6", "s of w = 0.999*0 + 0.001*(-6)^2 = 0.036",
                  "w = 0 - 0.1*(-0.6/0.1)/(sqrt(0.036/0.001) + 1e-8) = 0.1"]),
        ("newton", ["w = 0 + 3 = 3"]),
    ],
)  # fmt: skip
def test_the_first_step_of_each_method(method: str, lines: list[str]) -> None:
    out = call([*LINE, "--method", method, "--trace"]).out
    for line in lines:
        assert f"  {line}\n" in out


def test_going_up_the_first_step_adds() -> None:
    out = call(["descend", "-(w - 3)^2", "w=0", "--maximize", "--trace"]).out
    assert "  w = 0 + 0.1*6 = 0.6\n" in out
    assert "gradient ascent at rate 0.1" in out


def test_json_is_the_contracts() -> None:
    found = json.loads(call([*LINE, "-o", "json", "--steps", "2", "--rate", "0.25"]).out)
    assert found["path"] == [
        {"step": 0, "value": 9.0, "gradient_norm": 6.0, "w": 0.0},
        {"step": 1, "value": 2.25, "gradient_norm": 3.0, "w": 1.5},
        {"step": 2, "value": 0.5625, "gradient_norm": 1.5, "w": 2.25},
    ]
    assert (found["final"], found["ended"], found["command"]) == ({"w": 2.25}, "steps", "descend")
    assert found["message"].startswith("f = 0.5625 after 2 steps")


def test_json_of_several_and_of_what_is_not_finite() -> None:
    result = call(["descend", "x^3", "x=-1", "--rate", "0.5", "--method", "gradient,adam", "-o", "json", "--trace"])
    found = json.loads(result.out)
    assert result.status == 1
    assert [one["method"] for one in found["descents"]] == ["gradient", "adam"]
    assert found["descents"][0]["path"][-1]["value"] == "-Infinity"
    assert found["descents"][0]["ended"] == "diverged"
    assert "x = -1 - 0.5*3 = -2.5" in found["descents"][0]["first_step"]


def test_rows_for_scripts() -> None:
    line = [*LINE, "--steps", "2", "--rate", "0.25"]
    points = "0,9.0,6.0,0.0\n1,2.25,3.0,1.5\n2,0.5625,1.5,2.25\n"
    assert call([*line, "-o", "csv"]).out == f"step,value,gradient_norm,w\n{points}"
    assert call([*line, "-o", "plain"]).out == points.replace(",", "\t")
    assert call([*line, "-o", "tsv", "--number", "%.1f"]).out.splitlines()[2] == "1\t2.2\t3.0\t1.5"
    several = call([*line, "-o", "csv", "--method", "gradient,momentum"]).out.splitlines()
    assert several[0] == "method,step,value,gradient_norm,w"
    assert several[1:3] == ["gradient,0,9.0,6.0,0.0", "gradient,1,2.25,3.0,1.5"]
    arrays = call(["descend", "sum(W*W)", "W=[[1,2]]", "--steps", "1", "--rate", "0.25", "-o", "csv"]).out.splitlines()
    assert arrays[2] == '1,1.25,2.23606797749979,"[[0.5, 1.0]]"'


def test_get() -> None:
    line = [*LINE, "--rate", "0.5", "--steps", "1"]
    assert call([*line, "--get", "w,value,ended,steps"]).out == "3.0\n0.0\nconverged\n1.0\n"
    line = ["descend", "q = w - 3; q^2", "w=0", "--rate", "0.25", "--steps", "1", "--get"]
    assert call([*line, "q.value"]).out == "-1.5\n"
    assert json.loads(call([*line, "w,value", "-o", "json"]).out) == {"w": 1.5, "value": 2.25}


@pytest.mark.parametrize(
    ("words", "status"),
    [
        ([], 0), (["--rate", "1"], 0), (["--rate", "1.1"], 1), (["--steps", "1"], 0), (["--method", "newton"], 0),
        (["--rate", "1e200"], 1),
    ],
)  # fmt: skip
def test_the_exit_status(words: list[str], status: int) -> None:
    result = call([*LINE, *words])
    assert (result.status, result.err) == (status, "")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["(w - 3)^2", "w=0", "--rate", "nan"], "a rate is a number above 0, not nan"),
        (["(w - 3)^2", "w=0", "--rate", "0"], "a rate is a number above 0, not 0"),
        (["(w - 3)^2", "w=0", "--rate", "[1,2]"], "this bracket is never closed"),
        (["(w - 3)^2", "w=0", "--steps", "-1"], "--steps takes 0 to"),
        (["(w - 3)^2", "w=0", "--rate", ""], "--rate takes numbers"),
        (["(w - 3)^2", "w=0", "--until", ""], "--until takes numbers"),
        (["(w - 3)^2", "w=0", "--wrt", "v"], 'no node is called "v"'),
        (["(w - 3)^2", "w=0", "-o", "csv", "--trace"], "a trace has the formats"),
        (["(w - 3)^2"], 'the variable "w" has no value'),
        (["-", "w=0", "--data", "-"], "standard input cannot be both the program and --data"),
    ],
)
def test_what_is_refused(words: list[str], message: str) -> None:
    result = call(["descend", *words])
    assert (result.status, result.out) == (2, "")
    assert message in result.err


# Data

TABLE = "x,name,y\n1,a,3\n2,b,5\n4,c,9\n"


def test_the_columns_of_a_table_stay(tmp_path: Path) -> None:
    (tmp_path / "data.csv").write_text(TABLE)
    words = ["descend", "mean((w*x + b - y)^2)", "w=0", "b=0", "--data", "data.csv"]
    result = call([*words, "--method", "newton", "--get", "w,b"], folder=tmp_path)
    assert [round(float(line), 9) for line in result.out.split()] == [2, 1]
    assert "what moves: w, b\n" in call(words, folder=tmp_path).out
    moved = call([*words, "--wrt", "w,x", "--steps", "1", "-o", "json"], folder=tmp_path)
    assert json.loads(moved.out)["wrt"] == ["w", "x"]
    given = call([*words, "x=[1,1,1]", "--steps", "1", "-o", "json"], folder=tmp_path)  # a word wins, and moves
    assert json.loads(given.out)["wrt"] == ["w", "x", "b"]


def test_a_table_on_standard_input_and_one_that_serves_nothing(tmp_path: Path) -> None:
    words = ["descend", "sum((w*x - y)^2)", "w=0", "--rate", "0.01", "--data", "-", "--get", "w"]
    assert float(call(words, TABLE.encode()).out) == pytest.approx(49 / 21)  # sum(x*y)/sum(x^2)
    (tmp_path / "data.csv").write_text(TABLE)
    result = call([*LINE, "--data", "data.csv"], folder=tmp_path)
    assert (result.status, "uses no column" in result.err) == (2, True)
    result = call(["descend", "w*sum(name)", "w=1", "--data", "data.csv"], folder=tmp_path)
    assert (result.status, "row 2" in result.err) == (2, True)


def test_batches_of_a_table(tmp_path: Path) -> None:
    (tmp_path / "data.csv").write_text(TABLE)
    words = ["descend", "mean((w*x - y)^2)", "w=0", "--data", "data.csv", "--batch", "2", "--seed", "4"]
    words += ["--rate", "0.02"]
    result = call([*words, "--steps", "6"], folder=tmp_path)
    assert "batches of 2 of 3 rows, an epoch = 2 steps, seed 4" in result.out
    rows = call([*words, "--steps", "5", "-o", "csv"], folder=tmp_path).out.splitlines()
    assert rows[0] == "step,epoch,value,gradient_norm,w"
    assert [row.split(",")[:2] for row in rows[1:]] == [["0", "0"], ["2", "1"], ["4", "2"], ["5", "2"]]


# What is seen


@pytest.mark.parametrize("width", [40, 60, 80, 120])
@pytest.mark.parametrize(
    "words",
    [
        ["(x^2 + y - 11)^2 + (x + y^2 - 7)^2", "x=0", "y=0", "--rate", "0.01", "--trace"],
        ["sum((W@x - 1)^2)", "W=[[1,2,3],[4,5,6.123456]]", "x=[1,0.5,1]", "--rate", "0.01"],
        ["x^2 + y^4", "x=1", "y=1", "--method", "gradient,momentum,adam,newton,lbfgs"],
        ["x^4", "x=1", "--rate", "0.6"],
    ],
)
def test_nothing_is_wider_than_the_terminal(width: int, words: list[str]) -> None:
    out = call(["descend", *words, "--width", str(width)]).out
    assert max(map(columns, out.splitlines())) <= width


def test_plots_read_best_by_powers_of_ten_or_not() -> None:
    assert "f by step, log scale" in call(LINE).out
    assert "f by step\n" in call(["descend", "(w - 3)^2 - 1", "w=0"]).out
    assert "f by step\n" in call([*LINE, "--rate", "0.001"]).out


def test_arrays_without_columns_are_shown_at_the_end() -> None:
    out = call(["descend", "sum((W - 1)^2)", "W=zeros(2,4)", "--rate", "0.5", "--steps", "1"]).out
    assert "ends at\n  W = [1  1  1  1]\n      [1  1  1  1]\n" in out


def test_what_moves_is_noted_where_nobody_said_so() -> None:
    line = ["descend", "sum((X@w - y)^2)", "X=[[1,2]]", "w=[0,0]", "y=[1]", "--steps", "1", "--rate", "0.01"]
    assert call(line).err == "note: X, w and y all move, for --wrt names none\n"
    assert call([*line, "--wrt", "w"]).err == ""
    assert call(["descend", "x^2 + y^2", "x=1", "y=2"]).err == ""


def test_markdown() -> None:
    out = call([*LINE, "-o", "markdown", "--steps", "1"]).out
    assert "| step | `f` | `\\|∂f\\|` | `w` |\n| ---: | ---: | ---: | ---: |\n| 0 | 9 | 6 | 0 |\n" in out


def test_the_report_in_python() -> None:
    report = descend("(w - 3)^2", w=0, rate=0.25, steps=2)
    assert report.final == {"w": 2.25}
    assert report.to_dict()["path"][1] == {"step": 1, "value": 2.25, "gradient_norm": 3.0, "w": 1.5}
    pandas = pytest.importorskip("pandas")
    frame = report.to_frame("pandas")
    assert isinstance(frame, pandas.DataFrame)
    assert [*frame["w"]] == [0.0, 1.5, 2.25]
    assert repr(report) == "DescentReport(gradient steps at step 2: 0.5625)"
