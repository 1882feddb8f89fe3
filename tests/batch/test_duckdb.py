"""The engine that runs on DuckDB: one query. What all engines have in common is tried beside the others."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from commandline import call
from engines import batch

duckdb = pytest.importorskip("duckdb")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    rows = "('007', 1, 0.5::DOUBLE, 1.50::DECIMAL(9,2)), ('a\"b', 2, 'nan', 1.5), (NULL, NULL, 2, 1.5)"
    duckdb.sql(
        f"COPY (SELECT * FROM (VALUES {rows}) AS t(\"i,d\", x, y, \"m\")) TO '{tmp_path}/t.parquet' (FORMAT parquet)"
    )
    return tmp_path


def run(folder: Path, *words: str) -> tuple[int, str, str]:
    found = call(["batch", *words, "--engine", "duckdb"], folder=folder)
    return found.status, found.out, found.err


def test_parquet_keeps_its_types(folder: Path) -> None:
    status, _, told = run(folder, "x*y*m", "t.parquet", "--save", "o.parquet", "--on-error", "skip")
    assert status == 0
    assert "1 row was left out" in told
    assert "1 of 2 rows has a result that is NaN, the first is row 2" in told
    found = duckdb.sql(f"DESCRIBE SELECT * FROM '{folder}/o.parquet'").fetchall()
    assert [row[:2] for row in found] == [
        ("i,d", "VARCHAR"), ("x", "INTEGER"), ("y", "DOUBLE"), ("m", "DECIMAL(9,2)"), ("value", "DOUBLE"),
        ("d_x", "DOUBLE"), ("d_y", "DOUBLE"), ("d_m", "DOUBLE"),
    ]  # fmt: skip
    rows = duckdb.sql(f"SELECT \"i,d\", value, d_y FROM '{folder}/o.parquet'").fetchall()
    assert rows[0] == ("007", 0.75, 1.5)
    assert rows[1][0] == 'a"b'
    assert math.isnan(rows[1][1])


def test_the_ways_with_nulls(folder: Path) -> None:
    status, _, told = run(folder, "x*y", "t.parquet", "--save", "o.parquet")
    assert status == 2
    assert 'row 3, column "x" is empty' in told
    assert not (folder / "o.parquet").exists()
    status, out, _ = run(folder, "x + 0*y", "t.parquet", "--on-error", "nan", "--get", "value,x", "-q")
    assert status == 0
    assert out == '"i,d",x,y,m,value,d_x\n007,1,0.5,1.50,1.0,1.0\n"a""b",2,nan,1.50,nan,1.0\n,,2.0,1.50,nan,nan\n'


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        (["gamma(x)", "t.parquet"], 'DuckDB cannot compute "gamma"'), (["x", "none.parquet"], "no such file"),
        (["x", "-"], "standard input is not for the engine duckdb"), (["q", "t.parquet"], 'has no column "q"'),
        (["x*id", "t.parquet"], 'has no column "id"'),
    ],
)  # fmt: skip
def test_errors(words: list[str], wanted: str, folder: Path) -> None:
    status, out, told = run(folder, *words)
    assert (status, out) == (2, "")
    assert wanted in told


def test_names_that_are_no_sql(tmp_path: Path) -> None:
    """Neither headings nor the file's name become anything but names."""
    text = "x,\"a'; DROP TABLE t; --\",select\n2,b,3\n".replace('"', "")
    found = batch(tmp_path, text, "x*select", "FILE", "--engine", "duckdb", name="it's; --.csv")
    wanted = text.replace("\n2", ",value,d_x,d_select\n2").replace("3\n", "3,6.0,3.0,2.0\n")
    assert (found.err, found.out) == ("", wanted)


def test_a_name_that_is_a_pattern_is_one_file(tmp_path: Path) -> None:
    (tmp_path / "a1.csv").write_text("x\n5\n")
    assert batch(tmp_path, "x\n2\n", "x", "FILE", "--engine", "duckdb", "--get", "value", name="a*.csv").out == (
        "x,value\n2,2.0\n"
    )
    (tmp_path / "b?.parquet").write_bytes(b"PAR1")
    found = call(["batch", "x", "b?.parquet", "--engine", "duckdb"], folder=tmp_path)
    assert "DuckDB takes the name for a pattern" in found.err
