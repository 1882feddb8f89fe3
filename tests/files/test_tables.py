"""Tables of numbers: every cell is a number, a heading is names, and nothing is dropped without a word."""

from __future__ import annotations

import math
import re
from pathlib import Path

import pytest
from commandline import Result, call

from bpcalc.reading.cells import FAULTS, MISSING, instead, is_number, is_title

MISSING_HINT = "write nan where there is no number, or leave its row out"
HEADING = "a name in a heading begins with a letter"


def read(folder: Path, text: str, name: str = "a.csv") -> Result:
    """What is read from a file, printed as nested lists."""
    (folder / name).write_bytes(text.encode())
    return call(["grad", "x*1", f"x=@{name}", "--upstream", "1", "--get", "x.value", "-q"], folder=folder)


# A cell, and the number that it means as a file of data has it.
MEANT = [
    ("$5", "5"), ("5€", "5"), ("USD 5", "5"), ("-£2.50", "-2.50"), ("1_000", "1000"), ("1'000", "1000"),
    ("1 000 000", "1000000"), ("0x10", "16"), ("0b11", "3"), ("0o17", "15"), ("50%", "0.5"), ("12.5 %", "0.125"),
    ("1d5", "1e5"), ("1.5D-3", "1.5e-3"), ("−5", "-5"), ("–5", "-5"), ("１２", "12"), ("٣", "3"), ("½", "0.5"),
    ("3/4", "0.75"), ("(5)", "-5"), ("5 kg", "5"), ("3.2°C", "3.2"), ("1×10^5", "1e5"), ("TRUE", "1"), ("false", "0"),
    ("=5", "5"), ("1st", "1"), ("C$5", "5"), ("Rs. 5", "5"), ("50 percent", "0.5"), ("∞", "inf"), ("-∞", "-inf"),
    ("1.#INF", "inf"), ("-1.#IND", "nan"), ("-nan(ind)", "nan"), ("1.#QNAN0", "nan"),
]  # fmt: skip
WITH_COMMAS = [
    ("1,234", "1234"), ("1,5", "1.5"), ("1,234,567.5", "1234567.5"), ("1.234,5", "1234.5"), ("-0,25", "-0.25"),
]  # fmt: skip
NO_VALUE = ["NA", "N/A", "#N/A", "#DIV/0!", "null", "NULL", "None", "-", "−", "?", ".", "missing", "<NA>", "undefined"]
NO_NUMBER = ["2020-01-01", "12:30", "1+2j", "1.2.3", "--5", "5-6", "~5", "<5", "*****"]


@pytest.mark.parametrize(("cell", "number"), [*MEANT, *WITH_COMMAS])
def test_what_a_cell_may_mean(cell: str, number: str) -> None:
    assert instead(cell) == number
    assert is_number(number)
    assert not is_number(cell)
    assert not is_title(cell)


@pytest.mark.parametrize(("cell", "number"), MEANT)
@pytest.mark.parametrize(("name", "separator"), [("a.csv", ","), ("a.tsv", "\t"), ("a.txt", " ")])
@pytest.mark.parametrize("row", [1, 2])
def test_a_quantity_is_an_error_with_its_place_and_what_to_write(
    cell: str, number: str, name: str, separator: str, row: int, tmp_path: Path
) -> None:
    """In the first row too, which would be dropped as a heading."""
    quoted = f'"{cell}"' if " " in cell else cell
    lines = [separator.join(["7", "8"])] * 3
    lines[row - 1] = separator.join([quoted, quoted])
    status, out, err = read(tmp_path, "\n".join(lines), name)
    assert (status, out) == (2, "")
    assert err.startswith(f'error: "{name}", row {row}, column 1: "{cell}" is not a number\n')
    (meant,) = re.findall(r"^  write (\S+?)(?:; .*)?$", err, re.MULTILINE)
    assert meant == number


@pytest.mark.parametrize(("cell", "number"), WITH_COMMAS)
def test_a_number_with_commas_in_quotes_is_told(cell: str, number: str, tmp_path: Path) -> None:
    err = read(tmp_path, f'"{cell}"\n7\n').err
    point = ", or 1.234 if the comma is a decimal point" if cell == "1,234" else ""
    assert err == f'error: "a.csv", row 1: "{cell}" is not a number\n  write {number}{point}\n'


@pytest.mark.parametrize("cell", NO_VALUE)
@pytest.mark.parametrize("name", ["a.csv", "a.tsv", "a.txt"])
@pytest.mark.parametrize("row", [1, 2])
def test_a_missing_value_is_told(cell: str, name: str, row: int, tmp_path: Path) -> None:
    lines = ["7"] * 3
    lines[row - 1] = cell
    message = f'error: "{name}", row {row}: "{cell}" is not a number\n  {MISSING_HINT}\n'
    assert read(tmp_path, "\n".join(lines), name) == (2, "", message)


@pytest.mark.parametrize("cell", NO_NUMBER)
def test_what_has_digits_is_no_heading(cell: str, tmp_path: Path) -> None:
    status, out, err = read(tmp_path, f"{cell}\n7\n")
    assert (status, out) == (2, "")
    assert err.startswith(f'error: "a.csv", row 1: "{cell}" is not a number\n')


@pytest.mark.parametrize(
    ("text", "column"),
    [("a,NA\n1,2", 2), ("NA,a\n1,2", 1), ("a,1_000\n1,2", 2), ("a,TRUE\n1,2", 2), ("5%,a\n1,2", 1), ("a,$5\n1,2", 2)],
)
def test_a_heading_is_names_only_and_the_other_cell_is_told(text: str, column: int, tmp_path: Path) -> None:
    assert f"row 1, column {column}: " in read(tmp_path, text).err


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("x,y\n1,2\n3,4", "a.csv"), ('"speed (m/s)","time, s"\n1,2\n3,4', "a.csv"), ("[m],(s)\n1,2\n3,4", "a.csv"),
        ("|v|,∂x\n1,2\n3,4", "a.csv"), ("°C,µm\n1,2\n3,4", "a.csv"), ("Na,K\n1,2\n3,4", "a.csv"),
        ("速度,时间\n1,2\n3,4", "a.csv"), ("_a,x_1\n1,2\n3,4", "a.csv"), ("t=0,t=1\n1,2\n3,4", "a.csv"),
        ('"two\nlines",y\n1,2\n3,4', "a.csv"), ("a title\n1,2\n3,4", "a.csv"), ('"1", "2"\n3,4', "a.csv"),
        ("# a, b\n1,2\n3,4", "a.csv"), ("x\ty z\n1\t2\n3\t4", "a.tsv"), ("x y\n1 2\n3 4", "a.txt"),
        ("speed (m/s)  time\n1 2\n3 4", "a.txt"),
        ('"speed (m/s)" "t"\n1 2\n3 4', "a.txt"), ("# x, y\n1 2\n3 4", "a.txt"),
        ("\ufeffx,y\r\n1,2\r\n3,4\r\n", "a.csv"), ("1,2\r3,4\r", "a.csv"), ("\n\n1,2\n\n  \n3,4\n\n", "a.csv"),
        ("1, 2\n3, 4", "a.txt"), ("1\t2\n3\t4", "data"), ("[[1,2],[3,4]]", "data"),
    ],
)  # fmt: skip
def test_a_table_with_or_without_a_heading(text: str, name: str, tmp_path: Path) -> None:
    assert read(tmp_path, text, name) == (0, "[[1.0, 2.0], [3.0, 4.0]]\n", "")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("1,2\n,\n3,4", "row 2, column 1 is empty\n  " + MISSING_HINT),
        ('1\n""\n3', "row 2, column 1 is empty\n  " + MISSING_HINT),
        ("1,2,\n3,4,", "row 1, column 3 is empty\n  " + MISSING_HINT),
        ("a,,b\n1,2,3", "row 1, column 2 is empty\n  " + MISSING_HINT),
        (",a\n0,1", "row 1, column 1 is empty\n  each column needs a name, or none has one; "
         "pandas leaves its row numbers out with to_csv(…, index=False)"),
        ("a,b\n1,2,3", "row 2: 3 numbers, where the heading has 2 names"),
        ("a,b", 'row 1, column 1: "a" is not a number'),
        ("a\nb\n1", 'row 2: "b" is not a number'),
        ("%\n1", f'row 1: "%" is not a number\n  {HEADING}'),
        ('1\n"2\n3', "row 2: a quotation mark is never closed"),
        ('"1"2,3', "row 1: text stands behind a cell in quotes"),
        ('# it is "so\n1\nx', 'row 3: "x" is not a number'),
        ("#N/A,1\n2,3", f'row 1, column 1: "#N/A" is not a number\n  {MISSING_HINT}'),
        ("1;2\n3;4", 'row 1: "1;2" is not a number\n  the columns are separated by commas: write 1,2'),
        ("x;y\n3;4", 'row 2: "3;4" is not a number\n  the columns are separated by commas: write 3,4'),
        ("sep=;\n3;4", 'row 2: "3;4" is not a number\n  the columns are separated by commas: write 3,4'),
        ("1,5;2,5", 'row 1, column 2: "5;2" is not a number\n  '
         "the columns are separated by commas, and decimals have points: write 1.5,2.5"),
        ("1|2", 'row 1: "1|2" is not a number\n  the columns are separated by commas: write 1,2'),
        ("1,x\x1b[2m", 'row 1, column 2: "x\\x1b[2m" is not a number'),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_table(text: str, message: str, tmp_path: Path) -> None:
    assert read(tmp_path, text) == (2, "", f'error: "a.csv", {message}\n')


def test_every_word_for_nothing_is_told_and_every_fault_of_a_spreadsheet() -> None:
    for cell in (*MISSING, *FAULTS):
        assert not is_title(cell)
    assert is_title("Na")


def test_a_long_cell_is_cut_and_costs_no_time(tmp_path: Path) -> None:
    for cell in ("9" * 100_000 + "x", "1 " * 50_000 + "x", "(" * 100_000, "a" * 100_000):
        err = read(tmp_path, f"1\n{cell}\n").err
        assert err.startswith('error: "a.csv", row 2: "')
        assert len(err) < 250


@pytest.mark.parametrize("text", ["0,0\n0,5\n1,0\n", "0,5", "-1,25e3\n3,5\n"])
def test_decimal_commas_that_may_be_separators_are_told(text: str) -> None:
    """What `seq 0 0.5 1` prints where decimals have commas."""
    status, out, err = call(["grad", "sum(x)", "x=@-", "--get", "value"], text.encode())
    assert status == 0
    lines = text.split()
    first, rows = lines[0], len(lines)
    shape = f"a {rows} x 2 matrix" if rows > 1 else "two numbers"
    assert err == (
        f"warning: x: standard input is read as {shape}, for a comma separates numbers: "
        f'if "{first}" is one number, write {first.replace(",", ".")}; '
        f'if it is two, "{first.replace(",", ", ")}" leaves no doubt\n'
    )
    total = math.fsum(float(cell) for line in lines for cell in line.split(","))
    assert float(out) == total
    assert call(["grad", "sum(x)", "x=@-", "--strict", "-q"], text.encode()).status == 1


@pytest.mark.parametrize("command", ["jvp", "jacobian", "hessian", "diff"])
def test_they_are_told_by_every_command_and_in_json(command: str) -> None:
    words = ["--tangent", "x=1"] if command == "jvp" else []
    result = call([command, "sum(x^2)", "x=@-", "-o", "json", *words], b"0,0\n0,5\n")
    assert result.status == 0
    assert result.err.startswith("warning: x: standard input is read as a 2 x 2 matrix")
    if command != "diff":
        assert '"warnings": [{"kind": "reading", "node": "x", "message": "x: standard input is read' in result.out


@pytest.mark.parametrize(
    "text", ["0, 5\n1, 2", "0.5,1\n1,2", "a,b\n0,5", "0,5,1\n1,2,3", "0\n5", "0\t5\n1\t2", "[0,5]"]
)
def test_where_there_is_no_doubt_nothing_is_said(text: str) -> None:
    assert call(["grad", "sum(x)", "x=@-"], text.encode()).err == ""


def test_a_file_that_is_called_csv_has_commas_for_separators_unless_it_looks_otherwise(tmp_path: Path) -> None:
    words = ["grad", "sum(x)", "x=@a.csv", "--get", "value"]
    (tmp_path / "a.csv").write_text("1,5\n2,7\n")
    assert call(words, folder=tmp_path) == (0, "15.0\n", "")
    (tmp_path / "a.csv").write_text("1,05\n2,10\n")
    assert call(words, folder=tmp_path).err.startswith('warning: x: "a.csv" is read as a 2 x 2 matrix')
