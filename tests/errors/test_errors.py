"""One mistake a file, in `cases/`: the command, and the message that it must end with.

A case has `what` the mistake is, the `args` of the command and its `stderr`; it may have `stdin`, `[files]` with their
text, `[bytes]` with files in hexadecimal digits, and `directories`. A word of `args`, or a file, may be put together
from parts: `"text"`, `{ text = "(", times = 1000 }`, `{ bytes = "ff" }`. Every mistake gives status 2 and prints
nothing on standard output. A few cases run as a process of their own, where an interpreter's start and end count too.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from commandline import Result, call, start, word

CASES = sorted((Path(__file__).parent / "cases").glob("*.toml"))
AS_A_PROCESS = (
    "ambiguous_quotient", "bindings_binary", "code_import", "command_forgotten", "expression_missing", "file_binary",
    "file_place", "option_unknown", "stdin_place", "unbound_many", "unicode_control", "unicode_surrogate",
    "unicode_wide_place",
)  # fmt: skip


def load(path: Path, folder: Path) -> tuple[list[str], bytes, str]:
    """The arguments, the standard input and the message of a case, whose files are put into the folder."""
    case = tomllib.loads(path.read_text(encoding="utf-8"))
    assert case.keys() <= {"what", "args", "stdin", "stderr", "files", "bytes", "directories"}
    for name, text in case.get("files", {}).items():
        (folder / name).write_bytes(word(text).encode())
    for name, digits in case.get("bytes", {}).items():
        (folder / name).write_bytes(bytes.fromhex(digits))
    for name in case.get("directories", []):
        (folder / name).mkdir()
    return [word(given) for given in case["args"]], case.get("stdin", "").encode(), case["stderr"]


@pytest.mark.parametrize("path", CASES, ids=[path.stem for path in CASES])
def test_a_mistake_gets_its_message_and_nothing_else(path: Path, tmp_path: Path) -> None:
    arguments, stdin, message = load(path, tmp_path)
    assert call(arguments, stdin, tmp_path) == Result(2, "", message)


@pytest.mark.parametrize("name", AS_A_PROCESS)
def test_a_mistake_ends_a_process_in_the_same_way(name: str, tmp_path: Path) -> None:
    arguments, stdin, message = load(Path(__file__).parent / "cases" / f"{name}.toml", tmp_path)
    assert start(arguments, stdin, tmp_path) == Result(2, "", message)


def test_there_are_cases_for_every_kind_of_mistake() -> None:
    assert len(CASES) >= 190
