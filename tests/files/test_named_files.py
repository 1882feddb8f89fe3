"""Values by name: several files, tables with headings, lines of NAME=VALUE, and single columns."""

from __future__ import annotations

from pathlib import Path

import pytest
from commandline import Result, call

TABLE = "name,price,weight (kg),weight,when\nbolt,2,1,0.5,2024-01-01\n# a comment\nnut,3,,0.25,\n"


def write(folder: Path, **files: str) -> None:
    for name, text in files.items():
        (folder / name.replace("_", ".")).write_text(text, encoding="utf-8")


def run(folder: Path, *words: str, stdin: str = "") -> Result:
    return call(["grad", *words], stdin.encode(), folder)


def test_later_files_win_and_words_over_all(tmp_path: Path) -> None:
    write(tmp_path, a_json='{"x": 1, "y": 2, "z": 3}', b_toml="y = 20\nz = 30\n", c_env="z=300\n")
    files = [word for name in ("a.json", "b.toml", "c.env") for word in ("--bindings", name)]
    assert run(tmp_path, "[x, y, z]", *files, "--get", "value").out == "[1.0, 20.0, 300.0]\n"
    assert run(tmp_path, "[x, y, z]", *files[::-1][1::2], "z=4", "--get", "value").status == 2
    assert run(tmp_path, "[x, y, z]", *files, "z=4", "--get", "value").out == "[1.0, 20.0, 4.0]\n"
    both = ["--bindings", "a.json", "--bindings", "-", "--get", "value", "-q"]
    assert run(tmp_path, "x*y", *both, stdin="y=7").out == "7.0\n"
    twice = run(tmp_path, "x*y", "--bindings", "-", "--bindings", "-", stdin="y=7")
    assert twice.err == "error: standard input cannot be both the bindings and the bindings\n"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("x=2", "2.0"),
        ("# mine\n\n export x = 1/4 \n", "0.25"),
        ("x='2'", "2.0"),
        ('x="-2e-3"', "-0.002"),
        ("x=(1 2 3)", "[1.0, 2.0, 3.0]"),
        ("x=(1.5)", "[1.5]"),
        ("x=()", "[]"),
        ("x=[[1, 2], [3, 4]]", "[[1.0, 2.0], [3.0, 4.0]]"),
        ("x=(1 2 3 4)\nx_shape=(2 2)", "[[1.0, 2.0], [3.0, 4.0]]"),
        ("x=(nan -inf 1e-7)", "[nan, -inf, 1e-07]"),
        ("x=2\nHOME=/root\nSHELL='/bin/sh'", "2.0"),
        ("x=(1 + 2)*3", "9.0"),
        ("x=2\r\ny=3\r\n", "2.0"),
    ],
)
def test_lines_of_a_shell_are_read(text: str, value: str, tmp_path: Path) -> None:
    write(tmp_path, v_env=text, v=text)
    for path in ("v.env", "v"):
        assert run(tmp_path, "x*1", "--bindings", path, "--get", "value", "-q").out == f"{value}\n"
    assert run(tmp_path, "x*1", "--bindings", "-", "--get", "value", "-q", stdin=text).out == f"{value}\n"


def test_what_env_prints_comes_back(tmp_path: Path) -> None:
    values = ["W=[[0.1,2],[3,1e-7]]", "x=[1,-inf]", "y=3"]
    out = run(tmp_path, "sum(W@x)*y", *values, "-o", "env", "-q").out
    (tmp_path / "all.env").write_text(out)
    for name in ("d_W", "d_x", "d_y", "value"):
        wanted = run(tmp_path, "sum(W@x)*y", *values, "-q", "--get", name.removeprefix("d_")).out
        assert run(tmp_path, f"{name}*1", "--bindings", "all.env", "--get", "value", "-q").out == wanted


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("x=2\nx=3", 'v.env:2:1: "x" is given two values'),
        ("x=2\nnonsense", "v.env:2:1: this is no NAME=VALUE"),
        ("x=2 +", 'v.env:1:6: something is missing after "+"'),
        ("y=2\nx=$y", 'v.env:2:3: unexpected "$"'),
        ("x=__import__('os')", ""),
    ],
)
def test_a_line_that_is_wrong_is_told_with_its_place(text: str, message: str, tmp_path: Path) -> None:
    write(tmp_path, v_env=text)
    status, out, err = run(tmp_path, "x", "--bindings", "v.env")
    assert (status, out) == (2, "")
    assert err.startswith(f"error: {message}")


def test_a_column_by_its_heading(tmp_path: Path) -> None:
    write(tmp_path, t_csv=TABLE, t_tsv=TABLE.replace(",", "\t"), one_csv="x,y\n2,3\n")
    for path in ("t.csv", "t.tsv"):
        assert run(tmp_path, "sum(x)", f"x=@{path}:price", "--get", "value").out == "5.0\n"
    assert run(tmp_path, "sum(x)", "x=@-:weight", "--get", "value", stdin=TABLE).out == "0.75\n"
    assert run(tmp_path, "x^2", "x=@one.csv:x", "--get", "value").out == "4.0\n"
    line = ["x*price", "--upstream", "@t.csv:weight", "x=2", "price=@t.csv:price", "--get", "x"]
    assert run(tmp_path, *line).out == "1.75\n"


def test_every_column_by_its_heading(tmp_path: Path) -> None:
    write(tmp_path, t_csv=TABLE)
    status, out, err = run(tmp_path, "sum(price*weight)", "--bindings", "t.csv", "--get", "value")
    assert (status, out) == (0, "1.75\n")
    assert err.splitlines() == [
        'warning: the binding "name" is not used',
        'warning: the binding "weight (kg)" is not used: did you mean weight?',
        'warning: the binding "when" is not used',
    ]
    plain = "price,weight\n2,0.5\n3,0.25\n"
    assert run(tmp_path, "sum(price)", "--bindings", "-", "--get", "value", "-q", stdin=plain).out == "5.0\n"


def test_a_file_whose_name_has_a_colon_is_that_file(tmp_path: Path) -> None:
    (tmp_path / "a:b.csv").write_text("1,2\n")
    (tmp_path / "c:d.csv").write_text("x\n1\n2\n")
    assert run(tmp_path, "sum(x)", "x=@a:b.csv", "--get", "value").out == "3.0\n"
    assert run(tmp_path, "sum(x)", "x=@c:d.csv:x", "--get", "value").out == "3.0\n"


@pytest.mark.parametrize(
    ("word", "message", "hint"),
    [
        ("x=@t.csv:prize", '"t.csv" has no column "prize"', "did you mean price?"),
        ("x=@t.csv:", '"t.csv" has no column ""', "its columns are name, price, weight (kg), weight, when"),
        ("x=@t.csv:name", '"t.csv", row 2, column 1: "bolt" is not a number', ""),
        ("x=@t.csv:weight (kg)", '"t.csv", row 4, column 3 is empty', "write nan where there is no number"),
        ("x=@n.csv:x", '"n.csv" has no heading', "its first row would name the columns"),
        ("x=@d.csv:x", '"d.csv" has 2 columns that are called "x"', ""),
        ("x=@r.csv:x", '"r.csv", row 3: 1 cell, where the heading has 2', ""),
        ("x=@e.csv:x", '"e.csv" has no numbers in it', ""),
        ("x=@v.json:x", '"v.json" has no columns with headings', "a table is .csv"),
        ("x=@none.csv:x", 'cannot read "none.csv:x"', ""),
        ("x=@i.csv:x", '"i.csv", row 2, column 1: 1e999 is beyond the largest double', ""),
    ],
)
def test_a_column_that_cannot_be_read_is_told(word: str, message: str, hint: str, tmp_path: Path) -> None:
    write(tmp_path, t_csv=TABLE, n_csv="1,2\n3,4\n", d_csv="x,x\n1,2\n", r_csv="x,y\n1,2\n3\n", e_csv="x,y\n",
          v_json="[1]", i_csv="x,y\n1e999,2\n")  # fmt: skip
    status, out, err = run(tmp_path, "sum(x)", word)
    assert (status, out) == (2, "")
    assert err.startswith(f"error: {message}")
    assert hint in err


def test_in_every_command(tmp_path: Path) -> None:
    write(tmp_path, t_csv=TABLE)
    assert call(["jacobian", "x^2", "x=@t.csv:price", "--get", "value"], folder=tmp_path).out == "[4.0, 9.0]\n"
    assert call(["diff", "a*x", "a=@t.csv:price", "--wrt", "x", "-o", "plain"], folder=tmp_path).out == "[2, 3]\n"
    line = ["jvp", "sum(x^2)", "x=@t.csv:price", "--tangent", "x=@t.csv:weight", "--get", "tangent"]
    assert call(line, folder=tmp_path).out == "3.5\n"
