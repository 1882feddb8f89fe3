"""The law for hints: what a hint says to write is a text that bpcalc reads, and every such hint is in a case.

A hint says `write X`, with alternatives behind `or`, a comma or `for`. Here each is parsed, alone or in the place of
what the caret is under.
"""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

import bpcalc
from bpcalc.errors import BpcalcError, Source
from bpcalc.reading.elsewhere import CALLS, MISSING, instead_of
from bpcalc.reading.parser import parse

TESTS = Path(__file__).parents[1]
PATHS = sorted([*TESTS.glob("errors/cases/*.toml"), *TESTS.glob("arrayerrors/cases/*.toml")])
ROOT = Path(bpcalc.__file__).parent
# What stands behind a text that is to be written, outside its brackets.
ENDS = re.compile(
    r"; |: | for | in the expression| where (?=both|either|it|there)| entry by entry| along an|, with |, or | or "
    r"|, (?=.* (?:for|entry|along))| around |, of all | in quotes|, which "
)
WORDS = re.compile(r"(?:declare|give|an?|the|put|leave|one|each|another|both|out)\b")
SIZES = {"size": 3, "shape": 3, "n": 3}  # names that stand for sizes in what is to be written


class Hint(NamedTuple):
    """What a message says to write, and the source line with the caret's extent."""

    written: str
    line: str
    start: int
    end: int


def hints(message: str) -> Iterator[Hint]:
    """What the last line of a message says to write."""
    *before, last = message.strip("\n").split("\n")
    if len(before) < 3 or "^" not in before[-1] or "write " not in last:
        return
    line, caret = before[-2][2:], before[-1][2:]
    start, end = caret.index("^"), caret.rindex("^") + 1
    for place, quoted in enumerate(pieces(last.partition("write ")[2])):
        piece = quoted.removeprefix('"').removesuffix('"')  # as the shell takes it in one word
        if re.search(r"\w", piece) and (place == 0 or re.search(r"[*@(\[/^.]", piece)) and not WORDS.match(piece):
            yield Hint(piece, line, start, end)


def pieces(text: str) -> list[str]:
    """The text cut at every `ENDS` that is inside no brackets."""
    found, start = [], 0
    for match in ENDS.finditer(text):
        before = text[start : match.start()]
        if match.start() >= start and not sum(before.count(one) - before.count(other) for one, other in ("()", "[]")):
            found.append(before)
            start = match.end()
    return [*found, text[start:]]


def is_read(text: str) -> bool:
    try:
        parse(Source(text), SIZES)
    except BpcalcError:
        return False
    return True


def message_of(path: Path) -> str:
    message: str = tomllib.loads(path.read_text("utf-8"))["stderr"]
    return message


@pytest.mark.parametrize("folder", ["errors", "arrayerrors"])
def test_what_a_hint_says_to_write_is_read(folder: str) -> None:
    wrong, count = [], 0
    for path in PATHS:
        if path.parent.parent.name != folder:
            continue
        for hint in hints(message_of(path)):
            count += 1
            if hint.written.startswith("--") or "…" in hint.written:
                continue  # an option of the command line, or a text that was cut
            whole = hint.line[: hint.start] + hint.written + hint.line[hint.end :]
            behind = hint.line.rpartition(";")[0] + ";" + hint.written  # a function that the program gives
            if not any(map(is_read, (hint.written, f"[{hint.written}]", whole, behind))):
                wrong.append((path.stem, hint.written))
    assert count > (100 if folder == "errors" else 15)
    assert wrong == []


# What is told elsewhere than in an error of the command line: an argument of the Python API, a warning.
NO_ERRORS = ("objects.py", "tables.py")


def templates() -> Iterator[tuple[str, str]]:
    """Every text of the code that says to write something, as a pattern; a docstring does not."""
    for path in sorted(path for path in ROOT.rglob("*.py") if path.name not in NO_ERRORS):
        code = path.read_text("utf-8")
        nodes = [*ast.walk(ast.parse(code))] if "write" in code else []
        parts = {id(part) for node in nodes if isinstance(node, ast.JoinedStr) for part in node.values}
        told = {id(node.value) for node in nodes if isinstance(node, ast.Expr)}
        for node in nodes:
            if isinstance(node, ast.JoinedStr):
                texts = [part.value if isinstance(part, ast.Constant) else None for part in node.values]
            elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in parts | told:
                texts = [node.value]
            else:
                continue
            if any(text and re.match(r"(?:.*[;,:] )?write ", text) for text in texts):
                yield path.name, "".join(".*" if text is None else re.escape(text) for text in texts)


def test_every_hint_that_says_to_write_something_is_in_a_case() -> None:
    messages = [message for message in map(message_of, PATHS) if "write " in message]
    found = [*templates()]
    missing = [one for one in found if not any(re.search(one[1], message) for message in messages)]
    assert len(found) > 60
    assert missing == []


def test_what_is_written_for_the_functions_of_others_is_read() -> None:
    for name in CALLS:
        written = instead_of(name, "n, y + 1, z")
        assert is_read(written), (name, written)
        assert is_read(instead_of(name, "3, 4 + 1, 5")), name
    assert len(CALLS) > 100
    assert not CALLS.keys() & MISSING.keys()
