"""The engine that runs on Spark, here on this machine. What all engines have in common is tried beside the others."""

from __future__ import annotations

import math
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from commandline import call
from engines import batch

pytest.importorskip("pyspark")
pq = pytest.importorskip("pyarrow.parquet")


def run(folder: Path, *words: str) -> tuple[int, str, str]:
    found = call(["batch", *words, "--engine", "spark"], folder=folder)
    return found.status, found.out, found.err


def parts(folder: Path, *sizes: int, name: str = "t.parquet") -> list[tuple[int, float, float]]:
    """Makes a folder of parts with so many rows each, and tells the rows."""
    import pyarrow as pa

    (folder / name).mkdir()
    rows = [(k, k / 8, 1.5 - k) for k in range(sum(sizes))]
    start = 0
    for place, size in enumerate(sizes):
        ids, xs, ys = zip(*rows[start : start + size], strict=True)
        table = pa.table({"id": pa.array(ids, pa.int32()), "x": xs, "y": ys})
        pq.write_table(table, folder / name / f"part-{place:05}.parquet", row_group_size=1000)
        start += size
    (folder / name / "_SUCCESS").touch()
    return rows


def read(path: Path) -> Any:
    """All rows of a folder of parts, in the order of their names."""
    import pyarrow as pa

    return pa.concat_tables([pq.read_table(one) for one in sorted(path.glob("part-*.parquet"))]).to_pydict()


def test_parts_become_parts(tmp_path: Path) -> None:
    """In the order of their names, which is not that of their sizes; and as text."""
    rows = parts(tmp_path, 10, 3000, 500)
    assert run(tmp_path, "x*y", "t.parquet", "--save", "o.parquet") == (0, "", "")
    found = read(tmp_path / "o.parquet")
    assert [*found] == ["id", "x", "y", "value", "d_x", "d_y"]
    assert found["id"] == [row[0] for row in rows]
    assert found["value"] == [x * y for _, x, y in rows]
    assert (found["d_x"], found["d_y"]) == (found["y"], found["x"])
    assert sorted(one.name for one in tmp_path.iterdir()) == ["o.parquet", "t.parquet"]
    status, out, err = run(tmp_path, "x*y", "t.parquet")
    wanted = "id,x,y,value,d_x,d_y\n" + "".join(f"{k},{x!r},{y!r},{x * y!r},{y!r},{x!r}\n" for k, x, y in rows)
    assert (status, err) == (0, "")
    assert out == wanted


def test_some_rows_of_all_parts(tmp_path: Path) -> None:
    parts(tmp_path, 3, 60, 9)
    ids = lambda *words: [int(line.split(",")[0]) for line in run(tmp_path, *words)[1].splitlines()[1:]]
    assert ids("x", "t.parquet", "--head=5", "-o", "csv") == [0, 1, 2, 3, 4]
    drawn = ids("x", "t.parquet", "--sample", "6", "-o", "csv")
    assert len(drawn) == 6
    assert drawn == sorted(drawn)
    look = run(tmp_path, "x*y", "t.parquet", "--head=2")[1]
    assert look.splitlines()[2:] == ["row  id  x      y    value   d_x  d_y", "1    0   0.0    1.5  0       1.5  0",
                                     "2    1   0.125  0.5  0.0625  0.5  0.125"]  # fmt: skip


def test_a_total_is_the_exact_one_rounded(tmp_path: Path) -> None:
    """Numbers of every size, whose sum no order of additions would give."""
    import pyarrow as pa

    numbers = [m * 2.0**e for m in (1.0, -1.7182818, 1.9999999999999998) for e in range(-1074, 1024, 3)]
    numbers += [5e-324, -1.7976931348623157e308, 0.1, -0.0]
    pq.write_table(pa.table({"x": numbers}), tmp_path / "t.parquet")
    exact = sum(map(Fraction, numbers))
    out = run(tmp_path, "x", "t.parquet", "--reduce", "sum", "--get", "value,x")[1].split()
    assert [*map(float, out)] == [float(exact), len(numbers)]
    mean = run(tmp_path, "x", "t.parquet", "--reduce", "mean", "--get", "value")[1]
    assert float(mean) == float(exact / len(numbers))
    pq.write_table(pa.table({"x": [*numbers, math.inf]}), tmp_path / "t.parquet")
    assert run(tmp_path, "x", "t.parquet", "--reduce", "sum", "--get", "value")[1] == "inf\n"
    pq.write_table(pa.table({"x": [*numbers, math.inf, -math.inf]}), tmp_path / "t.parquet")
    assert run(tmp_path, "x", "t.parquet", "--reduce", "sum", "--get", "value")[1] == "nan\n"


def typed(folder: Path) -> None:
    from datetime import date, datetime
    from decimal import Decimal

    import pyarrow as pa

    pq.write_table(pa.table({
        "i,d": pa.array(["007", 'a"b', None]).dictionary_encode(), "x": pa.array([1, 2, None], pa.int64()),
        "X": [9.0, 9.0, 9.0], "y": [0.5, math.nan, 0.0], "m": pa.array([Decimal("1.50")] * 3, pa.decimal128(9, 2)),
        "d": [date(2020, 1, 31)] * 3, "t": [datetime(2020, 1, 31, 12, 30)] * 3, "b": [True, False, None],
    }), folder / "t.parquet")  # fmt: skip


def test_parquet_keeps_its_types(tmp_path: Path) -> None:
    typed(tmp_path)
    status, _, told = run(tmp_path, "x*log(y)*m", "t.parquet", "--save", "o.parquet", "--on-error", "skip")
    assert status == 0
    assert '1 row was left out, the first for this: "t.parquet", row 3, column "x" is empty' in told
    assert "1 of 2 rows has a result that is NaN, the first is row 2" in told
    before, after = pq.read_table(tmp_path / "t.parquet").to_pydict(), read(tmp_path / "o.parquet")
    assert {name: after[name] for name in before if name != "y"} == {
        name: column[:2] for name, column in before.items() if name != "y"
    }
    assert after["value"][0] == pytest.approx(math.log(0.5) * 1.5, rel=1e-15)
    assert after["d_y"][0] == 3.0


def test_the_ways_with_nulls(tmp_path: Path) -> None:
    typed(tmp_path)
    (tmp_path / "o.parquet").mkdir()
    (tmp_path / "o.parquet" / "part-0").write_text("old")
    status, out, told = run(tmp_path, "x*y", "t.parquet", "--save", "o.parquet")
    assert (status, out) == (2, "")
    assert 'row 3, column "x" is empty' in told
    assert [one.name for one in (tmp_path / "o.parquet").iterdir()] == ["part-0"]
    status, out, _ = run(tmp_path, "x + 0*y", "t.parquet", "--on-error", "nan", "--get", "value,x", "-q", "-o", "jsonl")
    assert status == 0
    assert out.splitlines()[0] == (
        '{"i,d": "007", "x": 1, "X": 9.0, "y": 0.5, "m": "1.50", "d": "2020-01-31", "t": "2020-01-31 12:30:00", '
        '"b": true, "value": 1.0, "d_x": 1.0}'
    )
    assert out.splitlines()[2].endswith('"b": null, "value": "NaN", "d_x": "NaN"}')


def test_kinks_are_counted_on_the_cluster(tmp_path: Path) -> None:
    import pyarrow as pa

    pq.write_table(pa.table({"x": [1.0] + [0.0] * 1205}), tmp_path / "z.parquet")
    told = run(tmp_path, "relu(x)", "z.parquet", "--save", "o.parquet")[2]
    assert "at least 1,000 of 1,206 rows are at a kink, the first is row 2" in told
    parts(tmp_path, 5, 1200)
    told = run(tmp_path, "max(x, 1)*y", "t.parquet", "--reduce", "sum", "--get", "value")[2]
    assert "1 of 1,205 rows is at a kink, the first is row 9: " in told


def test_a_folder_takes_the_place_of_parts_only(tmp_path: Path) -> None:
    """The table itself may be that folder."""
    rows = parts(tmp_path, 4, 6)
    assert run(tmp_path, "x*y", "t.parquet", "--save", "t.parquet") == (0, "", "")
    assert read(tmp_path / "t.parquet")["value"] == [x * y for _, x, y in rows]
    (tmp_path / "o.parquet").mkdir()
    (tmp_path / "o.parquet" / "thesis.tex").write_text("all")
    status, _, told = run(tmp_path, "x*y", "t.parquet", "--prefix", "n_", "--save", "o.parquet")
    assert status == 2
    assert 'is a folder with other files in it, "thesis.tex" among them' in told
    assert (tmp_path / "o.parquet" / "thesis.tex").read_text() == "all"
    assert sorted(one.name for one in tmp_path.iterdir()) == ["o.parquet", "t.parquet"]


def test_text_becomes_parquet(tmp_path: Path) -> None:
    text = "id,x,note\n007,1,a\n008,2.5,\n"
    assert batch(tmp_path, text, "x^2", "FILE", "--save", "o.parquet", "--engine", "spark").err == ""
    found = read(tmp_path / "o.parquet")
    assert found == {"id": ["007", "008"], "x": [1.0, 2.5], "note": ["a", ""], "value": [1.0, 6.25], "d_x": [2.0, 5.0]}


def test_a_text_of_several_partitions(tmp_path: Path) -> None:
    """10 MB are read in pieces: their rows stay in order, and have their numbers."""
    table = "x,k\n" + "".join(f"{k % 1000},{'long ' * 8}{k}\n" for k in range(200_000))
    found = batch(tmp_path, table + "0,end\n", "log(x - 999)", "FILE", "--engine", "spark", "--get", "value")
    assert "200,001 of 200,001 rows have a result that is NaN or infinite, the first is row 2" in found.err
    lines = found.out.splitlines()
    assert [line.rpartition(",")[0] for line in lines] == [*table.splitlines(), "0,end"]
    some = batch(tmp_path, table, "x", "FILE", "--engine", "spark", "--sample", "5", "-o", "csv").out
    assert some == batch(tmp_path, table, "x", "FILE", "--engine", "python", "--sample", "5", "-o", "csv").out


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        (["lgamma(x)", "t.parquet"], 'Spark cannot compute "lgamma"'), (["x", "none.parquet"], "no such file"),
        (["x", "-"], "standard input is not for the engine spark"), (["q", "t.parquet"], 'has no column "q"'),
        (["d*x", "t.parquet"], 'column "d" holds no numbers, but date'), (["x", "no.parquet"], '"no.parquet": '),
        (["x", "t.parquet", "--save", "none/o.parquet"], "no such file or directory"),
        (["x", "s3a://bucket/t.csv"], "Spark reads Parquet from there"),
        (["sum([x, y]*W)", "f.parquet", "W=[1, 2]"], "a program of arrays is not for the engine spark"),
    ],
)  # fmt: skip
def test_errors(words: list[str], wanted: str, tmp_path: Path) -> None:
    typed(tmp_path)
    parts(tmp_path, 1, name="f.parquet")
    (tmp_path / "no.parquet").write_text("no Parquet at all")
    status, out, told = run(tmp_path, *words)
    assert (status, out) == (2, "")
    assert wanted in told
    assert "Exception" not in told


def test_names_that_are_no_sql(tmp_path: Path) -> None:
    """Headings become nothing but names, and those that differ in case are two."""
    text = "x,X,`; DROP TABLE t; --,a.b,select\n2,5,b,c,3\n"
    found = batch(tmp_path, text, "x*select", "FILE", "--engine", "spark", name="it's; --.csv")
    wanted = text.replace("\n2", ",value,d_x,d_select\n2").replace("3\n", "3,6.0,3.0,2.0\n")
    assert (found.err, found.out) == ("", wanted)
    assert batch(tmp_path, text, "x*select", "FILE", "--engine", "spark", "--save", "o.parquet").err == ""
    assert [*read(tmp_path / "o.parquet")] == [*text.splitlines()[0].split(","), "value", "d_x", "d_select"]
    status, out, err = run(tmp_path, "x*d_x", "o.parquet", "--prefix", "n.", "--get", "value")
    assert (status, err, out.splitlines()[1]) == (0, "", "2.0,5,b,c,3.0,6.0,3.0,2.0,6.0")


def test_a_master_that_is_none(tmp_path: Path) -> None:
    from commandline import start

    typed(tmp_path)
    found = start(["batch", "x", "t.parquet", "--engine", "spark", "--master", "mars"], folder=tmp_path)
    assert (found.status, found.out) == (2, "")
    assert found.err.startswith("error: Spark does not start with --master mars: ")
    assert found.err.count("\n") == 1
    no_engine = call(["batch", "x", "t.parquet", "--master", "local"], folder=tmp_path)
    assert "add --engine spark" in no_engine.err
