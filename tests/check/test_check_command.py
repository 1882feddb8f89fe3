"""`bpcalc check` as a command: what it prints in each format, its exit status, sheets of exercises, mistakes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from commandline import call

LECTURE = ("check", "q = x+y; q*z", "x=-2", "y=5", "z=-4")
WAYS = ("differences", "complex_step", "forward", "formula", "digits")


def test_the_table_has_a_column_for_each_way_and_explains_the_thresholds() -> None:
    status, out, err = call([*LECTURE])
    assert (status, err) == (0, "")
    lines = out.splitlines()
    assert lines[2].split("  ")[0] == "name"
    assert all(title in lines[2] for title in ("backprop", "complex step", "forward mode", "30 digits", "verdict"))
    assert [line.split()[-1] for line in lines[3:6]] == ["agrees"] * 3
    assert all(number in lines[-1] for number in ("1e-2", "1e-4", "1e-7"))


def test_the_document_has_all_that_scripts_ask_for() -> None:
    status, out, _ = call([*LECTURE, "--claim", "q=z", "--claim", "x=4", "-o", "json"])
    assert status == 1
    found = json.loads(out)
    assert found["value"] == -12
    assert [one["name"] for one in found["checks"]] == ["x", "y", "z"]
    for one in found["checks"]:
        assert {*WAYS, "name", "backprop", "relative_error", "verdict", "message"} <= one.keys()
        assert all(abs(one[way] - one["backprop"]) < 1e-9 for way in WAYS)
    q, x = found["claims"]
    keys = ("exercise", "name", "claim", "claimed", "gradient", "verdict", "how", "mistake", "mistakes", "message")
    assert tuple(x) == keys
    assert (q["verdict"], q["mistake"], q["mistakes"]) == ("right", None, [])
    assert (x["claimed"], x["gradient"], x["mistake"]) == (4, -4, "sign")
    assert (found["right"], found["of"], found["agrees"]) == (1, 2, False)


def test_a_way_that_does_not_apply_is_null() -> None:
    found = json.loads(call(["check", "max(v)", "v=[1,3,3]", "-o", "json", "-q"]).out)
    (one,) = found["checks"]
    assert (one["digits"], one["complex_step"]) == (None, None)
    assert one["differences"] == [0, None, None]
    assert (one["verdict"], one["index"], found["agrees"]) == ("kink", [1], True)


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (["(x+y)*z", "x=-2", "y=5", "z=-4"], 0),
        (["abs(x)", "x=0"], 0),
        (["relu(x) - relu(-x)", "x=0"], 1),
        (["x*y", "x=1", "y=2", "--claim", "x=2"], 0),
        (["x*y", "x=1", "y=2", "--claim", "x=3"], 1),
        (["x*y", "x=1"], 2),
        (["x*y", "x=1", "y=2", "--claim", "x"], 2),
        (["x*y", "x=1", "y=2", "--random", "0"], 2),
        (["x*y", "--random", "5"], 0),
        (["sqrt(-1-x^2)", "--random", "5"], 2),
        (["tanh(W@x)", "W=[[1,2],[3,4]]", "x=[1,2]"], 2),
        (["tanh(W@x)", "W=[[1,2],[3,4]]", "x=[1,2]", "--upstream", "[1,2]"], 0),
    ],
)
def test_the_exit_status(words: list[str], status: int) -> None:
    assert call(["check", *words]).status == status


@pytest.mark.parametrize("width", [40, 80, 120])
def test_no_line_of_a_table_is_wider_than_asked_and_no_number_is_cut(width: int) -> None:
    out = call([*LECTURE, "--width", str(width)]).out
    assert all(len(line) <= width for line in out.splitlines())
    assert "agrees" in out
    assert "-4" in out


def test_what_is_right_at_random_points_is_proved_by_sympy_where_it_can() -> None:
    words = ["check", "sigmoid(s)*y", "s=1", "y=2", "--claim", "s=y*exp(-s)/(1 + exp(-s))^2", "-o", "json"]
    (claim,) = json.loads(call(words).out)["claims"]
    assert (claim["verdict"], claim["how"]) == ("right", "equal as formulas")


@pytest.mark.parametrize("width", [40, 80])
def test_no_line_of_claims_is_wider_than_asked(width: int) -> None:
    words = ["check", "sum(W@x)", "W=[[1,2,3],[4,5,6]]", "x=[1,2,3]", "--claim", "x=sum(W, axis=0)", "--claim", "W=x"]
    status, out, _ = call([*words, "--width", str(width)])
    assert status == 1
    assert len(out.splitlines()) > 5
    assert all(len(line) <= width for line in out.splitlines())


def test_rows_for_scripts() -> None:
    checks = call([*LECTURE, "-o", "csv"]).out.splitlines()
    assert checks[0] == "name,value,backprop,differences,complex_step,forward,formula,digits,relative_error,verdict"
    assert checks[3] == "z,-4.0,3.0,3.0,3.0,3.0,3.0,3.0,0.0,agrees"
    claims = call([*LECTURE, "--claim", "x=4", "-o", "tsv"]).out.splitlines()
    assert claims[1].split("\t") == ["", "x", "4", "4.0", "-4.0", "wrong", "", "sign"]


def test_markdown_is_a_table() -> None:
    out = call([*LECTURE, "--claim", "x=4", "-o", "markdown"]).out
    assert "| exercise | gradient | claimed | right | verdict | how | remark |" in out
    assert "| ∂/∂x | `4` | -4 | wrong |" in out


SHEET = """
[[exercise]]
title = "A first circuit"
program = "q = x + y; q*z"
values = {x = -2, y = 5, z = "-4"}
claims = {q = "z", x = 3, z = "q"}

[[exercise]]
program = "sum(U*tanh(x))"
values = {x = [1, 2], U = [3, 4]}
claims = {x = "U*(1 - tanh(x)^2)"}
"""


def test_a_sheet_is_judged_whole(tmp_path: Path) -> None:
    (tmp_path / "sheet.toml").write_text(SHEET, encoding="utf-8")
    status, out, err = call(["check", "--claims", "sheet.toml", "-o", "json"], folder=tmp_path)
    assert (status, err) == (1, "")
    found = json.loads(out)
    assert [one["exercise"] for one in found["claims"]] == ["A first circuit"] * 3 + ["exercise 2"]
    assert [one["verdict"] for one in found["claims"]] == ["right", "wrong", "right", "right"]
    assert (found["value"], found["checks"], found["right"], found["of"]) == (None, [], 3, 4)
    table = call(["check", "--claims", "sheet.toml"], folder=tmp_path).out
    assert table.splitlines()[0] == "A first circuit"
    assert table.splitlines()[-1] == "3 of 4 points"


def test_a_sheet_in_json(tmp_path: Path) -> None:
    sheet = {"exercise": [{"title": "t", "program": "x^2", "values": {"x": 3}, "claims": {"x": "2*x"}}]}
    (tmp_path / "sheet.json").write_text(json.dumps(sheet), encoding="utf-8")
    status, out, _ = call(["check", "--claims", "sheet.json"], folder=tmp_path)
    assert (status, out.splitlines()[-1]) == (0, "1 of 1 points: all are right")


BROKEN = [
    ("nothing = 1", "there are no exercises"),
    ("[[exercise]]\nvalues = {}", "the program is missing"),
    ('[[exercise]]\nprogram = "x"\nclaims = 3', "claims and values are tables"),
    ('[[exercise]]\nprogram = "x"\nclaim = {x = 1}', '"claim" is no part of an exercise'),
    ('[[exercise]]\nprogram = "x*y"\nvalues = {x = 1}\nclaims = {x = 1}', "exercise 1"),
    ('[[exercise]]\nprogram = "x"\nvalues = {x = 1}\nclaims = {z = 1}', 'no node is called "z"'),
    ("[[exercise", "cannot be read"),
]


@pytest.mark.parametrize(("text", "message"), BROKEN)
def test_a_broken_sheet_is_an_error_with_its_place(text: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "sheet.toml").write_text(text, encoding="utf-8")
    status, out, err = call(["check", "--claims", "sheet.toml"], folder=tmp_path)
    assert (status, out) == (2, "")
    assert "sheet.toml" in err
    assert message in err


def test_a_sheet_stands_alone(tmp_path: Path) -> None:
    status, _, err = call(["check", "x", "--claims", "sheet.toml"], folder=tmp_path)
    assert status == 2
    assert "a sheet has its own programs and claims" in err


@pytest.mark.parametrize(
    ("part", "told"),
    [('convention = "bogus"', 'no convention is called "bogus"'), ("of = 3", "of is the name of a node")],
)
def test_what_a_sheet_asks_for_is_looked_at(part: str, told: str, tmp_path: Path) -> None:
    sheet = f'[[exercise]]\nprogram = "max(x, y)"\nvalues = {{x = 1, y = 1}}\nclaims = {{x = 0.5}}\n{part}\n'
    (tmp_path / "sheet.toml").write_text(sheet, encoding="utf-8")
    status, out, err = call(["check", "--claims", "sheet.toml"], folder=tmp_path)
    assert (status, out) == (2, "")
    assert told in err
