"""Files: written whole or not at all, also over the table itself; pipes that close; what cannot be read."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from commandline import BPCALC, call, environment
from engines import OTHERS, batch

from bpcalc.batch.streaming import Streaming

TABLE = "x,y\n1,2\n3,4\n"


def test_over_the_table_itself(tmp_path: Path) -> None:
    assert batch(tmp_path, TABLE, "x*y", "FILE", "--save", "t.csv").status == 0
    assert (tmp_path / "t.csv").read_text() == "x,y,value,d_x,d_y\n1,2,2.0,2.0,1.0\n3,4,12.0,4.0,3.0\n"


@pytest.mark.parametrize("row", ["bad,1\n", "1\n"])
def test_a_bad_row_leaves_the_old_file(row: str, tmp_path: Path) -> None:
    (tmp_path / "o.csv").write_text("old\n")
    found = batch(tmp_path, TABLE * 1 + "1,2\n" * 30_000 + row, "x*y", "FILE", "--save", "o.csv")
    assert found.status == 2
    assert (tmp_path / "o.csv").read_text() == "old\n"
    assert sorted(one.name for one in tmp_path.iterdir()) == ["o.csv", "t.csv"]


@pytest.mark.parametrize("error", [KeyboardInterrupt, OSError(28, "No space left on device")])
def test_an_interruption_leaves_the_old_file(error: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "o.csv").write_text("old\n")
    whole = Streaming.write_text

    def interrupted(self: Streaming, *arguments: Any, **given: Any) -> None:
        whole(self, *arguments, **given)
        raise error

    monkeypatch.setattr(Streaming, "write_text", interrupted)
    found = batch(tmp_path, TABLE, "x*y", "FILE", "--save", "o.csv")
    assert found.status == (130 if error is KeyboardInterrupt else 2)
    assert (tmp_path / "o.csv").read_text() == "old\n"
    assert sorted(one.name for one in tmp_path.iterdir()) == ["o.csv", "t.csv"]


def test_a_pipe_that_closes_ends_quietly(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("x\n" + "1\n" * 200_000)
    command = [*BPCALC, "batch", "x^2", "t.csv", "--engine", "python"]
    with subprocess.Popen(
        command, cwd=tmp_path, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline() == b"x,value,d_x\n"
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(30) == -13  # as `seq` ends


def test_a_csv_starts_nothing_slow(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text(TABLE)
    code = "import sys; from bpcalc.cli import main; sys.argv[1:] = ['batch', 'sigmoid(x)*y', 't.csv', '-q']\n"
    code += "try: main.run()\nfinally: print(*{'numpy', 'polars', 'rich', 'sympy'} & {*sys.modules}, file=sys.stderr)"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=environment(), capture_output=True, text=True, check=True
    )
    assert done.stdout.count("\n") == 3
    assert done.stderr == "\n"


def test_rows_come_as_they_go_in(tmp_path: Path) -> None:
    """What a slow pipe has is computed at once."""
    command = [*BPCALC, "batch", "x^2", "-", "--get", "value"]
    with subprocess.Popen(
        command, env=environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(b"x\n3\n")
        process.stdin.flush()
        assert process.stdout.readline() == b"x,value\n"
        assert process.stdout.readline() == b"3,9.0\n"
        process.stdin.close()
        assert process.wait(30) == 0


@pytest.mark.parametrize(
    ("arguments", "wanted"),
    [
        (["x", "none.csv"], 'cannot read "none.csv": no such file'), (["x", "folder", "-i", "csv"], "is a directory"),
        (["x", "a.csv.gz"], "gunzip -c a.csv.gz | bpcalc batch"), (["x", "a.xlsx"], "is a spreadsheet"),
        (["x", "a.txt"], "-i says it"), (["x"], "a table is missing"), ([], "an expression is missing"),
        (["-", "-"], "standard input cannot be both the program and the table"),
        (["x", "-", "-i", "parquet"], "Parquet cannot be read from a pipe"),
        (["x", "t.csv", "--save", "o.csv.gz"], "its ending says how"), (["x", "t.csv", "-o", "table"], "--head"),
        (["x", "t.csv", "-o", "plain"], "for the total of --reduce"),
        (["x", "t.csv", "-o", "parquet"], "--save FILE.parquet"),
        (["x", "t.csv", "--reduce", "sum", "-o", "jsonl"], "a total has no format jsonl"),
        (["x", "t.csv", "--reduce", "sum", "--save", "o.csv"], "--reduce prints a total"),
        (["x", "t.csv", "--head", "--sample", "2"], "leave one of them out"),
        (["x", "t.csv", "--save", "no/o.csv"], "cannot write"), (["x + ", "t.csv"], "error"),
        (["x", "t.csv", "--get", "z"], 'no node is called "z"'), (["w", "t.csv"], 'no column "w"'),
        (["3", "t.csv"], "is a variable of the program"), (["x", "t.csv", "--get", "value,value"], "two new columns"),
    ],
)  # fmt: skip
def test_errors(arguments: list[str], wanted: str, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "t.csv").write_text(TABLE)
    found = call(["batch", *arguments], folder=tmp_path)
    assert (found.status, found.out) == (2, "")
    assert wanted in found.err


def test_the_table_may_stand_behind_the_values_and_the_program_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "p.txt").write_text("w*x")
    wanted = "x,y,value,d_w,d_x\n1,2,2.0,1.0,2.0\n3,4,6.0,3.0,2.0\n"
    assert batch(tmp_path, TABLE, "w*x", "w=2", "FILE").out == wanted
    assert batch(tmp_path, TABLE, "-f", "p.txt", "FILE", "w=2").out == wanted
    os.rename(tmp_path / "t.csv", tmp_path / "a=b.csv")
    assert call(["batch", "w*x", "a=b.csv", "w=2"], folder=tmp_path).out == wanted


@pytest.mark.parametrize("engine", [one for one in OTHERS if one in ("polars", "duckdb")])
def test_what_passes_through_from_parquet_keeps_its_digits(engine: str, tmp_path: Path) -> None:
    """Nanoseconds are lost in Python's own times, and a float of 32 bits has other digits as one of 64."""
    pl = pytest.importorskip("polars")
    moment = 1_580_472_000_123_456_789  # nanoseconds after 1970: 2020-01-31 12:00:00.123456789
    parts = {"ns": 1, "us": 1000}
    units = {unit: pl.Series([moment // size]).cast(pl.Datetime(unit)) for unit, size in parts.items()}
    columns = {"x": [3.0], **units, "f": pl.Series([0.1], dtype=pl.Float32), "day": ["2020-01-31"]}
    pl.DataFrame(columns).write_parquet(tmp_path / "t.parquet")
    text = "3.0,2020-01-31T12:00:00.123456789,2020-01-31T12:00:00.123456,0.1,2020-01-31,9.0,6.0"
    found = call(["batch", "x^2", "t.parquet", "--engine", engine], folder=tmp_path)
    assert found.out == f"x,ns,us,f,day,value,d_x\n{text}\n", found.err
    (line,) = call(["batch", "x^2", "t.parquet", "--engine", engine, "-o", "jsonl"], folder=tmp_path).out.splitlines()
    assert [str(one) for one in json.loads(line).values()] == text.split(",")
