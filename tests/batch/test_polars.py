"""Parquet, and the engine that runs on Polars."""

from __future__ import annotations

import datetime
import math
from decimal import Decimal
from pathlib import Path

import pytest
from commandline import call
from engines import OTHERS, batch

pl = pytest.importorskip("polars")


def typed(folder: Path) -> None:
    pl.DataFrame({
        "id": ["007", "a,b", None], "x": [1, 2, None], "y": [0.5, math.nan, 2.0], "d": [datetime.date(2020, 1, 31)] * 3,
        "m": [Decimal("1.50")] * 3, "b": [True, False, None], "l": [[1], [2, 3], []],
    }).write_parquet(folder / "t.parquet")  # fmt: skip


def test_parquet_keeps_its_types(tmp_path: Path) -> None:
    typed(tmp_path)
    found = call(["batch", "x*y*m", "t.parquet", "--save", "o.parquet", "--on-error", "skip"], folder=tmp_path)
    assert 'the first for this: "t.parquet", row 3, column "x" is empty' in found.err
    assert "1 of 2 rows has a result that is NaN, the first is row 2" in found.err
    before, after = pl.read_parquet(tmp_path / "t.parquet"), pl.read_parquet(tmp_path / "o.parquet")
    assert after.columns == [*before.columns, "value", "d_x", "d_y", "d_m"]
    assert after.select(before.columns).equals(before.head(2), null_equal=True)
    assert after["value"].to_list()[0] == 0.75
    assert after["d_y"].to_list() == [1.5, 3.0]


def test_the_ways_with_nulls(tmp_path: Path) -> None:
    typed(tmp_path)
    failed = call(["batch", "x*y", "t.parquet", "--save", "o.parquet"], folder=tmp_path)
    assert failed.status == 2
    assert 'row 3, column "x" is empty' in failed.err
    assert not (tmp_path / "o.parquet").exists()
    filled = call(["batch", "x + 0*y", "t.parquet", "--save", "o.parquet", "--on-error", "nan"], folder=tmp_path)
    assert filled.status == 0
    rows = pl.read_parquet(tmp_path / "o.parquet")
    assert rows["value"].is_nan().to_list() == [False, True, True]
    assert rows["d_x"].is_nan().to_list() == [False, False, True]


def test_parquet_as_text(tmp_path: Path) -> None:
    typed(tmp_path)
    as_json = call(["batch", "m", "t.parquet", "-o", "jsonl"], folder=tmp_path).out.splitlines()
    assert as_json[1] == (
        '{"id": "a,b", "x": 2, "y": "NaN", "d": "2020-01-31", "m": "1.50", "b": false, "l": [2, 3], '
        '"value": 1.5, "d_m": 1.0}'
    )
    as_csv = call(["batch", "m", "t.parquet"], folder=tmp_path)
    assert (as_csv.status, as_csv.out) == (2, "")
    assert "does not support nested data" in as_csv.err
    pl.read_parquet(tmp_path / "t.parquet").drop("l").write_parquet(tmp_path / "t.parquet")
    as_csv = call(["batch", "m", "t.parquet"], folder=tmp_path)
    assert as_csv.out.splitlines()[:2] == ["id,x,y,d,m,b,value,d_m", "007,1,0.5,2020-01-31,1.50,true,1.5,1.0"]
    assert as_csv.out.splitlines()[2].startswith('"a,b",2,NaN,')
    look = call(["batch", "m", "t.parquet", "--head=1", "--width", "100"], folder=tmp_path).out
    assert look.splitlines()[2:] == ["row  id   x  y    d           m     b     value  d_m",
                                     "1    007  1  0.5  2020-01-31  1.50  true  1.5    1"]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "wanted"),
    [("id", 'column "id" holds no numbers, but String'), ("b", "Boolean"), ("d*x", "Date"), ("l", "List"),
     ("q", 'has no column "q"')],
)  # fmt: skip
def test_what_parquet_cannot_give(text: str, wanted: str, tmp_path: Path) -> None:
    typed(tmp_path)
    found = call(["batch", text, "t.parquet"], folder=tmp_path)
    assert (found.status, found.out) == (2, "")
    assert wanted in found.err


@pytest.mark.parametrize("engine", OTHERS)
@pytest.mark.parametrize("name", ["bp row", "bp input 0", "bp result 0", "bp 1"])
def test_a_column_that_is_called_as_one_on_the_way(name: str, engine: str, tmp_path: Path) -> None:
    pl.DataFrame({"x": [1.0], name: [2.0]}).write_parquet(tmp_path / "t.parquet")
    found = call(["batch", "x^2", "t.parquet", "--engine", engine], folder=tmp_path)
    assert (found.status, found.out) == (2, "")
    assert f'has a column "{name}"' in found.err
    as_text = batch(tmp_path, f"x,{name}\n1,2\n", "x^2", "FILE", "--engine", engine, "--get", "value")
    assert as_text.out == f"x,{name},value\n1,2,1.0\n"


def test_arrays_on_parquet(tmp_path: Path) -> None:
    pl.DataFrame({"a": [1.0, 2.0], "b": [3, 4]}).write_parquet(tmp_path / "t.parquet")
    found = call(["batch", "sum([a, b]*W)", "t.parquet", "W=[10,1]", "--reduce", "sum", "-o", "plain"], folder=tmp_path)
    assert found.out == "value\t37.0\nW\t[3.0, 7.0]\n"


@pytest.mark.parametrize("quote", ["", '"'])
def test_text_becomes_parquet(quote: str, tmp_path: Path) -> None:
    text = f"id,x,note\n007,1,{quote}a{quote}\n008,2.5,\n"
    assert batch(tmp_path, text, "x^2", "FILE", "--save", "o.parquet").err == ""
    rows = pl.read_parquet(tmp_path / "o.parquet")
    assert rows.rows() == [("007", 1.0, "a", 1.0, 2.0), ("008", 2.5, "", 6.25, 5.0)]
    large = batch(tmp_path, text, "x^2", "FILE", "--save", "o.parquet", "--engine", "polars")
    assert large.err == ""
    assert pl.read_parquet(tmp_path / "o.parquet").rows() == rows.rows()
    assert sorted(one.name for one in tmp_path.iterdir()) == ["o.parquet", "t.csv"]


def test_no_parquet(tmp_path: Path) -> None:
    found = batch(tmp_path, "x\n1\n", "x", "FILE", name="t.parquet")
    assert (found.status, found.out) == (2, "")
    assert '"t.parquet": parquet: File out of specification' in found.err


def test_odd_rows_far_into_a_table_are_told_by_their_number(tmp_path: Path) -> None:
    rows = "x,k\n" + "1,a\n" * 250_000
    ends = {"bad,b\n": '"bad" is not a number', "1,2,3\n": "3 cells", "1e400,b\n": "beyond the largest"}
    for end, wanted in ends.items():
        found = batch(tmp_path, rows + end + "2,c\n", "x", "FILE", "--engine", "polars", "--get", "value")
        assert found.status == 2
        assert "row 250002" in found.err
        assert wanted in found.err
        assert found.out.count("\n") <= 250_001
        (tmp_path / "o.csv").write_text("old")
        words = ["FILE", "--engine", "polars", "--get", "value", "--save", "o.csv"]
        assert batch(tmp_path, rows + end + "2,c\n", "x", *words).err == found.err
        assert (tmp_path / "o.csv").read_text() == "old"
    saved = batch(tmp_path, rows + '2,"b\nc"\n3,d\n', "x", *words)
    assert (saved.status, saved.err) == (0, "")
    whole = batch(tmp_path, rows + '2,"b\nc"\n3,d\n', "x", "FILE", "--engine", "polars", "--get", "value")
    assert whole.err == ""
    assert whole.out.count("\n") == 250_004
    assert whole.out.endswith('1,a,1.0\n2,"b\nc",2.0\n3,d,3.0\n')
    assert whole.out.count("x,k,value\n") == 1
    assert (tmp_path / "o.csv").read_text() == whole.out


def test_what_is_not_for_polars(tmp_path: Path) -> None:
    found = batch(tmp_path, "x\n1\n", "x", "-", "--engine", "polars")
    assert found.status == 2
    assert "standard input is not" in found.err
    for program in ("sum([x, 1]*W)", "x"):
        words = ["FILE", "W=[1,2]", "--engine", "polars", "-o", "jsonl", "-q"]
        assert batch(tmp_path, "x\n1\n", program, *words).status == 0
