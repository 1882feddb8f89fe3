"""One mistake with arrays a file, in `cases/`: the command, and the message that it must end with.

A case has `what` the mistake is, the `args` of the command and its `stderr`; it may have `stdin`, `[files]` with their
text, `[bytes]` with files in hexadecimal digits, and `directories`. Every mistake gives status 2 and prints nothing on
standard output.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from commandline import Result, call

CASES = sorted((Path(__file__).parent / "cases").glob("*.toml"))


@pytest.mark.parametrize("path", CASES, ids=[path.stem for path in CASES])
def test_a_mistake_with_arrays_gets_its_message_and_nothing_else(path: Path, tmp_path: Path) -> None:
    case = tomllib.loads(path.read_text(encoding="utf-8"))
    assert case.keys() <= {"what", "args", "stdin", "stderr", "files", "bytes", "directories"}
    for name, text in case.get("files", {}).items():
        (tmp_path / name).write_bytes(text.encode())
    for name, digits in case.get("bytes", {}).items():
        (tmp_path / name).write_bytes(bytes.fromhex(digits))
    for name in case.get("directories", []):
        (tmp_path / name).mkdir()
    result = call(case["args"], case.get("stdin", "").encode(), tmp_path)
    assert result == Result(2, "", case["stderr"])


def test_a_message_about_a_program_shows_the_place() -> None:
    """Every message that quotes a part of the program has a caret under it."""
    for path in CASES:
        message = tomllib.loads(path.read_text(encoding="utf-8"))["stderr"]
        assert "^" in message or "`" not in message, path


def test_there_are_cases_for_every_kind_of_mistake_with_arrays() -> None:
    assert len(CASES) >= 150


DEEP = 100_000


@pytest.mark.parametrize(
    ("program", "values"),
    [
        ("[" * DEEP + "1" + "]" * DEEP, ()),
        ("sum(" + "[" * 70 + "1" + "]" * 70 + ")", ()),
        ("x" + "[0]" * DEEP, ("x=[1]",)),
        ("x[" + "0," * DEEP + "0]", ("x=[1]",)),
        ("[" * DEEP, ()),
        ("x[" * DEEP, ("x=[1]",)),
    ],
    ids=["literal", "too many axes", "index of an index", "long index", "open brackets", "open indices"],
)
def test_what_is_nested_deeply_ends_in_a_short_message_with_a_place(program: str, values: tuple[str, ...]) -> None:
    status, out, err = call(["grad", program, *values])
    assert (status, out) == (2, "")
    assert err.startswith("error: ")
    assert "^" in err
    assert len(err) < 600


def test_a_long_vector_and_a_large_matrix_are_read() -> None:
    vector = ", ".join(map(str, range(20_000)))
    assert call(["grad", f"sum([{vector}]*x)", "x=2", "--get", "x"]).out == f"{sum(range(20_000)):.1f}\n"
    row = f"[{', '.join(map(str, range(200)))}]"
    matrix = f"A=[{', '.join([row] * 200)}]"
    assert call(["grad", "sum(A)", matrix, "--get", "value"]).out == f"{200 * sum(range(200)):.1f}\n"


def test_nan_and_infinity_are_entries_as_any_other() -> None:
    result = call(["grad", "sum(x*[1, 0, 2])", "x=[1, inf, inf - inf]", "-o", "json"])
    assert result.status == 0
    assert '"value": [1.0, "Infinity", "NaN"]' in result.out
