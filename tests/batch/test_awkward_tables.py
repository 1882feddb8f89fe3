"""Tables as people have them: what is not computed with passes through byte for byte."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from commandline import call
from engines import ENGINES, batch, columns, unified

BIG = "9" * 5000
# A table, and what `x*y` makes of it: each row with its value and d_x, d_y.
TABLES: dict[str, tuple[str | bytes, str]] = {
    "leading zeros": ("id,x,y\n007,2,3\n", "id,x,y,value,d_x,d_y\n007,2,3,6.0,3.0,2.0\n"),
    "order of columns": ("y,k,x\n3,a,2\n", "y,k,x,value,d_x,d_y\n3,a,2,6.0,3.0,2.0\n"),
    "dates": ("d,x,y\n2020-01-31,2,3\n", "d,x,y,value,d_x,d_y\n2020-01-31,2,3,6.0,3.0,2.0\n"),
    "commas in quotes": ('k,x,y\n"a, b",2,3\n', 'k,x,y,value,d_x,d_y\n"a, b",2,3,6.0,3.0,2.0\n'),
    "needless quotes": ('k,x,y\n"a",2,"3"\n', 'k,x,y,value,d_x,d_y\n"a",2,"3",6.0,3.0,2.0\n'),
    "doubled quotes": ('k,x,y\n"""a""",2,3\n', 'k,x,y,value,d_x,d_y\n"""a""",2,3,6.0,3.0,2.0\n'),
    "an inch": ('k,x,y\n5" pipe,2,3\n', 'k,x,y,value,d_x,d_y\n5" pipe,2,3,6.0,3.0,2.0\n'),
    "line breaks": ('k,x,y\n"a\nb\n\nc",2,3\n', 'k,x,y,value,d_x,d_y\n"a\nb\n\nc",2,3,6.0,3.0,2.0\n'),
    "quotes in the heading": ('"x","the ""k""",y\n2,a,3\n', '"x","the ""k""",y,value,d_x,d_y\n2,a,3,6.0,3.0,2.0\n'),
    "a byte order mark": (b"\xef\xbb\xbfx,y\n2,3\n", "x,y,value,d_x,d_y\n2,3,6.0,3.0,2.0\n"),
    "CRLF": ("x,y\r\n2,3\r\n4,5\r\n", "x,y,value,d_x,d_y\n2,3,6.0,3.0,2.0\n4,5,20.0,5.0,4.0\n"),
    "CR": ("x,y\r2,3\r", "x,y,value,d_x,d_y\n2,3,6.0,3.0,2.0\n"),
    "no line end": ("x,y\n2,3", "x,y,value,d_x,d_y\n2,3,6.0,3.0,2.0\n"),
    "blank lines": ("\nx,y\n\n2,3\n\n\n", "x,y,value,d_x,d_y\n2,3,6.0,3.0,2.0\n"),
    "no rows": ("x,y\n", "x,y,value,d_x,d_y\n"),
    "no rows, no line end": ("x,y", "x,y,value,d_x,d_y\n"),
    "blanks about": (" x , y\n 2 , 3 \n", " x , y,value,d_x,d_y\n 2 , 3 ,6.0,3.0,2.0\n"),
    "an empty heading": (",x,y\n0,2,3\n", ",x,y,value,d_x,d_y\n0,2,3,6.0,3.0,2.0\n"),
    "two headings alike": ("k,x,k,y\na,2,b,3\n", "k,x,k,y,value,d_x,d_y\na,2,b,3,6.0,3.0,2.0\n"),
    "odd headings": ("a=b,x,\x1b[1m,y,名\n1,2,3,3,5\n", "a=b,x,\x1b[1m,y,名,value,d_x,d_y\n1,2,3,3,5,6.0,3.0,2.0\n"),
    "numbers as headings": ("2019,x,y\n1,2,3\n", "2019,x,y,value,d_x,d_y\n1,2,3,6.0,3.0,2.0\n"),
    "empty cells elsewhere": ("k,x,y,l\n,2,3,\n", "k,x,y,l,value,d_x,d_y\n,2,3,,6.0,3.0,2.0\n"),
    "formulas of a spreadsheet": ("k,x,y\n=1+1,2,3\n", "k,x,y,value,d_x,d_y\n=1+1,2,3,6.0,3.0,2.0\n"),
    "nan and inf": ("x,y\nnan,1\n-inf,2\nNaN,Infinity\n", "x,y,value,d_x,d_y\nnan,1,nan,1.0,nan\n"
                    "-inf,2,-inf,2.0,-inf\nNaN,Infinity,nan,inf,nan\n"),
    "spellings": ("x,y\n+2.,.5\n1E1,-0\n", "x,y,value,d_x,d_y\n+2.,.5,1.0,0.5,2.0\n1E1,-0,-0.0,-0.0,10.0\n"),
    "digits": ("x,y\n0.1,3\n1e-7,1e300\n", "x,y,value,d_x,d_y\n0.1,3,0.30000000000000004,3.0,0.1\n"
               "1e-7,1e300,1e+293,1e+300,1e-07\n"),
    "a huge cell": (f"k,x,y\n{BIG},2,3\n", f"k,x,y,value,d_x,d_y\n{BIG},2,3,6.0,3.0,2.0\n"),
    "breaks that are none": ("k,x,y\na\u2028b\x0bc,2,3\n", "k,x,y,value,d_x,d_y\na\u2028b\x0bc,2,3,6.0,3.0,2.0\n"),
    "a unit separator": ("k,x,y\na\x1fb,2,3\n", "k,x,y,value,d_x,d_y\na\x1fb,2,3,6.0,3.0,2.0\n"),
}  # fmt: skip


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("title", TABLES)
def test_a_table_goes_through(title: str, engine: str, tmp_path: Path) -> None:
    given, wanted = TABLES[title]
    found = batch(tmp_path, given, "x*y", "FILE", "-q", "--engine", engine)
    assert (found.err, unified(found.out)) == ("", unified(wanted))


@pytest.mark.parametrize("title", TABLES)
def test_so_does_the_same_by_a_pipe_and_in_a_file(title: str, tmp_path: Path) -> None:
    given, wanted = TABLES[title]
    raw = given.encode() if isinstance(given, str) else given
    assert call(["batch", "x*y", "-", "-q"], stdin=raw).out == wanted
    assert batch(tmp_path, given, "x*y", "FILE", "-q", "--save", "o.csv").out == ""
    assert (tmp_path / "o.csv").read_text("utf-8") == wanted
    assert sorted(one.name for one in tmp_path.iterdir()) == ["o.csv", "t.csv"]


# A table that cannot be computed, and what the error says.
ERRORS: dict[str, tuple[str | bytes, str]] = {
    "nothing": ("", "t.csv\" is empty"),
    "no heading": ("1,2\n3,4\n", "has no heading"),
    "a missing column": ("x,z\n1,2\n", 'has no column "y"'),
    "a column twice": ("x,y,x\n1,2,3\n", 'has 2 columns that are called "x"'),
    "semicolons": ("x;y\n1;2\n", "its heading has one cell with semicolons"),
    "a short row": ("x,y,k\n1,2,3\n1,2\n", "row 3: 2 cells, where the heading has 3"),
    "a long row": ("x,y\n1,2\n1,2,3\n", "row 3: 3 cells, where the heading has 2"),
    "an open quote": ('x,y\n1,"2\n3,4\n', "row 2: a quotation mark is never closed"),
    "text behind a quote": ('x,y\n1,"2"3\n', "row 2: text stands behind a cell in quotes"),
    "an empty cell": ("x,y\n1,2\n3,\n", 'row 3, column "y" is empty'),
    "a word": ("x,y\n1,2\n\nabc,4\n", 'row 4, column "x": "abc" is not a number'),
    "a decimal comma": ('x,y\n"1,5",2\n', "write 1.5, or --on-error skip or nan"),
    "Python's underscore": ("x,y\n1_000,2\n", "write 1000, or"),
    "wide digits": ("x,y\n１,2\n", "write 1, or"),
    "beyond the largest double": ("x,y\n1e400,2\n", "1e400 is beyond the largest double"),
    "UTF-16": ("x,y\n1,2\n".encode("utf-16"), "it is text in UTF-16"),
    "Latin 1": ("k,x,y\na,1,2\né,3,4\n".encode("latin-1"), "row 3: byte 0xe9 is not text in UTF-8"),
    "a NUL": (b"k,x,y\na,1,2\n\0,3,4\n", "byte 13 is 0x00"),
    "gzip": (b"\x1f\x8b\x08\0\0\0\0\0", "it is compressed"),
    "Parquet": (b"PAR1abcPAR1", "is a Parquet file"),
    "a name that is taken": ("x,y,value\n1,2,3\n", "write --prefix bp_"),
}  # fmt: skip


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("title", ERRORS)
def test_what_is_wrong_with_a_table_is_told(title: str, engine: str, tmp_path: Path) -> None:
    given, wanted = ERRORS[title]
    found = batch(tmp_path, given, "x*y", "FILE", "--engine", engine)
    assert (found.status, found.out) == (2, "")
    assert wanted in found.err
    assert found.err.startswith("error: ")


def test_far_into_a_table_the_row_is_right(tmp_path: Path) -> None:
    rows = "x,k\n" + "1,a\n" * 40_000
    assert 'row 40002, column "x": "bad"' in batch(tmp_path, rows + "bad,b\n", "x", "FILE").err
    assert "row 40002: byte 0xff" in batch(tmp_path, rows.encode() + b"1,\xff\n", "x", "FILE").err
    assert "row 40002: byte 0x00" in batch(tmp_path, rows.encode() + b"1,\0\n", "x", "FILE").err
    quoted = rows + '1,"a\nb"\n' + "1,a\n" * 20_000 + "bad,c\n"
    assert 'row 60004, column "x": "bad"' in batch(tmp_path, quoted, "x", "FILE").err


@pytest.mark.parametrize("size", [2**16 - 9, 2**16 - 3, 2**16 + 1, 200_000])
def test_a_long_cell_in_quotes_may_end_anywhere(size: int, tmp_path: Path) -> None:
    text = 'x,k\n1,"' + "a\né" * (size // 3) + '"\n2,b\n'
    assert [*map(float, columns(batch(tmp_path, text, "x", "FILE").out)["value"])] == [1, 2]


def test_json_lines_stay_as_they_are(tmp_path: Path) -> None:
    text = '{"k": 1.50, "x": 2, "l": [1, {"a": null}]}\n\n  {"x":"NaN"  } \n{"x": 1e2, "é": "ü"}\n'
    found = batch(tmp_path, text, "2*x", "FILE", "-o", "jsonl", "-q", name="t.jsonl")
    assert found.out == (
        '{"k": 1.50, "x": 2, "l": [1, {"a": null}], "value": 4.0, "d_x": 2.0}\n'
        '{"x":"NaN", "value": "NaN", "d_x": 2.0}\n{"x": 1e2, "é": "ü", "value": 200.0, "d_x": 2.0}\n'
    )


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ('{"x": 1}\n[1]\n', "row 2: this is no object"), ('{"x": 1}\n{"x": \n', "row 2: this is no JSON"),
        ('{"x": 1}\n{"y": 2}\n', 'row 2, column "x" is empty'), ('{"x": true}\n', '"true" is not a number'),
        ('{"x": [1]}\n', '"[1]" is not a number'), ('{"x": 1e400}\n', "1e400 is beyond the largest double"),
        ('{"x": 1' + "0" * 400 + "}\n", "is beyond the largest double"), ("", "is empty"),
        ('{"x": 1}\n{"x": 1, "value": 2}\n', 'row 2 has a field "value" already'),
        ('{"x": ' + "[" * 100_000, "nested too deeply"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_json_lines(text: str, wanted: str, tmp_path: Path) -> None:
    found = batch(tmp_path, text, "x", "FILE", "-o", "jsonl", name="t.jsonl")
    assert (found.status, found.out) == (2, "")
    assert wanted in found.err


def test_from_each_kind_to_each(tmp_path: Path) -> None:
    csv = 'k,x,n\n"a,""b",2,007\n,3,-1.50\n'
    as_json = '{"k": "a,\\"b", "x": 2, "n": "007", "value": 4.0}\n{"k": null, "x": 3, "n": -1.50, "value": 6.0}\n'
    assert batch(tmp_path, csv, "2*x", "FILE", "--get", "value", "-o", "jsonl").out == as_json
    assert [json.loads(line)["value"] for line in as_json.splitlines()] == [4, 6]
    tsv = 'k\tx\tn\tvalue\n"a,""b"\t2\t007\t4.0\n\t3\t-1.50\t6.0\n'
    assert batch(tmp_path, csv, "2*x", "FILE", "--get", "value", "-o", "tsv").out == tsv
    back = batch(tmp_path, as_json, "2*x", "FILE", "--get", "x", name="t.ndjson")
    assert back.out == 'k,x,n,value,d_x\n"a,""b",2,007,4.0,2.0\n,3,-1.50,6.0,2.0\n'
    assert batch(tmp_path, tsv, "2*x", "FILE", "--get", "x", "-o", "csv", name="t.tsv").out == back.out


def test_nothing_is_lost_on_the_way_to_columns(tmp_path: Path) -> None:
    found = batch(tmp_path, '{"x": 1}\n{"x": 2, "k": 3}\n', "x", "FILE", name="t.jsonl")
    assert (found.status, found.out) == (2, "")
    assert 'row 2: the first row has no "k"' in found.err
    twice = batch(tmp_path, "k,k,x\n1,2,3\n", "x", "FILE", "-o", "jsonl")
    assert (twice.status, twice.out) == (2, "")
    assert 'has two columns "k"' in twice.err


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("text", ["-log(p[y])", r"-\log p_y", "sum(ones(y))*p[0]"])
def test_a_column_is_no_index_and_no_size(text: str, engine: str, tmp_path: Path) -> None:
    """They are chosen when the program is read: every row would have those of the first."""
    found = batch(tmp_path, "y\n1\n2\n", text, "FILE", "p=[0.2,0.3,0.5]", "--engine", engine)
    assert (found.status, found.out) == (2, "")
    assert 'the column "y" of "' in found.err
    assert "is an index or a size in the program" in found.err
