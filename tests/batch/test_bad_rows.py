"""What becomes of rows without a number, of NaN and infinities, and of kinks: nothing of it is silent."""

from __future__ import annotations

from pathlib import Path

import pytest
from engines import ENGINES, batch

BAD = "x,y\n1,2\n,3\n4,none\n5,6\n7\n"


@pytest.mark.parametrize("engine", ENGINES)
def test_a_bad_row_is_left_out_and_counted(engine: str, tmp_path: Path) -> None:
    found = batch(tmp_path, BAD, "x*y", "FILE", "--on-error", "skip", "--engine", engine)
    assert (found.status, found.out) == (0, "x,y,value,d_x,d_y\n1,2,2.0,2.0,1.0\n5,6,30.0,6.0,5.0\n")
    assert found.err == 'warning: 3 rows were left out, the first for this: "t.csv", row 3, column "x" is empty\n'


def test_or_gets_nan(tmp_path: Path) -> None:
    found = batch(tmp_path, BAD.removesuffix("7\n"), "x*y", "FILE", "--on-error", "nan", "--get", "value,x")
    assert found.out == "x,y,value,d_x\n1,2,2.0,2.0\n,3,nan,nan\n4,none,nan,nan\n5,6,30.0,6.0\n"
    assert "2 rows were given the result nan" in found.err
    assert "2 of 4 rows have a result that is NaN, the first is row 3" in found.err


def test_but_not_what_is_no_row(tmp_path: Path) -> None:
    found = batch(tmp_path, BAD, "x*y", "FILE", "--on-error", "nan")
    assert (found.status, found.out) == (2, "")
    assert "row 6: 1 cell" in found.err


def test_json_lines_likewise(tmp_path: Path) -> None:
    text = '{"x": 1}\n{"x": null}\n{"y": 2}\nno\n{"x": 3}\n'
    found = batch(tmp_path, text, "x^2", "FILE", "--on-error", "skip", "-o", "jsonl", name="t.jsonl")
    assert found.out == '{"x": 1, "value": 1.0, "d_x": 2.0}\n{"x": 3, "value": 9.0, "d_x": 6.0}\n'
    assert "3 rows were left out" in found.err


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("text", "rows", "wanted"),
    [
        ("log(x)", "1\n-1\n", "1 of 2 rows has a result that is NaN, the first is row 3"),
        ("1/x", "0\n0\n1\n", "2 of 3 rows have a result that is infinite, the first is row 2"),
        ("log(x)", "-1\n0\n", "2 of 2 rows have a result that is NaN or infinite, the first is row 2"),
        ("x", "nan\n", "1 of 1 row has a result that is NaN"),
        ("relu(x)", "1\n0\n0\n", "2 of 3 rows are at a kink, the first is row 3: f = relu(x) has no derivative"),
        ("where(x > 2, x, 0)", "2\n", "1 of 1 row is at a kink, the first is row 2"),
        ("max(x, 3)*2", "3\n1\n", "1 of 2 rows is at a kink"),
    ],
)  # fmt: skip
def test_what_grad_warns_of_is_counted(engine: str, text: str, rows: str, wanted: str, tmp_path: Path) -> None:
    found = batch(tmp_path, "x\n" + rows, text, "FILE", "--engine", engine)
    assert found.status == 0
    assert f"warning: {wanted}" in found.err
    kind = "kink" if "kink" in wanted else "nonfinite"
    assert batch(tmp_path, "x\n" + rows, text, "FILE", f"--strict={kind}", "-q").status == 1
    assert batch(tmp_path, "x\n" + rows, text, "FILE", "-q").err == ""


@pytest.mark.parametrize("text", ["x*abs(x)", "relu(x)^2", "x^2", "x^3*where(x > 0, 1, 2)"])
def test_where_there_is_a_derivative_there_is_no_warning(text: str, tmp_path: Path) -> None:
    assert batch(tmp_path, "x\n0\n1\n", text, "FILE").err == ""


@pytest.mark.parametrize("engine", ENGINES)
def test_of_very_many_suspects_the_first_are_looked_at(engine: str, tmp_path: Path) -> None:
    found = batch(tmp_path, "x,y\n" + "0,1\n" * 1200, "relu(x)*y", "FILE", "--engine", engine)
    assert "at least 1,000 of 1,200 rows are at a kink" in found.err
    assert "note: of 1,200 rows that may be at a kink the first 1,000 were looked at" in found.err


def test_one_value_for_all_rows_wins_over_the_column(tmp_path: Path) -> None:
    found = batch(tmp_path, "x,w\n3,5\n", "w*x", "FILE", "w=2", "v=1")
    assert found.out == "x,w,value,d_w,d_x\n3,5,6.0,3.0,2.0\n"
    assert 'the column "w" is not used: the command gives w a value' in found.err
    assert 'the binding "v" is not used' in found.err
