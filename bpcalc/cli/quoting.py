"""What happened to the words of a command line before bpcalc saw them, told as the hint of an error.

A shell splits words at blanks, puts file names in for patterns and values in for its variables. None of that can be
known here; each is looked for in what it leaves behind, after something has turned out to be wrong.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from bpcalc.errors import BpcalcError
from bpcalc.reading.lexer import is_name
from bpcalc.reports.warning import KINDS
from bpcalc.typed import Any

OPERATORS = "+-*/^=@<>,;·×÷−%"
OPENING, CLOSING = "([{", ")]}"
SHELLS = ("bash", "zsh", "fish", "dash", "sh", "ksh", "ash")


@contextmanager
def explained(command: str, given: Mapping[str, Any]) -> Iterator[None]:
    """An error in this context gets a hint, where the shell may be to blame; `given` has the line's words."""
    try:
        yield
    except BpcalcError as error:
        if "words" in given:
            explain(error, command, given.get("expression"), given["words"])
        raise


def explain(error: BpcalcError, command: str, expression: str | None, words: Sequence[str]) -> None:
    """Gives the error of a command line a hint, where the shell may be to blame."""
    line = [*([] if expression is None else [expression]), *words]
    found = next((hint for hint in _hints(error, command, line) if hint), "")
    if found:
        error.hint = found


def _hints(error: BpcalcError, command: str, line: list[str]) -> Iterator[str]:
    if not line:
        return
    yield _split_in_brackets(line)
    if "is no binding" in error.message:
        yield _kinds(line)
    if "is no binding" in error.message or "an expression is missing before" in error.message:
        yield _turned_round(command, line)
    if "is no binding" in error.message or error.message.endswith("has no value"):
        yield _split_at_equals(line)
    if "is no binding" in error.message:
        yield _split_expression(line)
    yield _file_names(error, line, is_about_names="is no binding" in error.message or "has no value" in error.message)
    if not error.hint or "for example" in error.hint or error.message.endswith("has no value"):
        yield _empty_variable(error, line[0])


def _split_in_brackets(line: list[str]) -> str:
    """`x=[1, 2]` without quotes is two words."""
    for place, word in enumerate(line):
        if not any(mark in word for mark in OPENING) or _depth(word) <= 0:
            continue
        for end in range(place + 2, len(line) + 1):
            whole = " ".join(line[place:end])
            if _depth(whole) == 0:
                return f"{shell()} splits words at blanks: write {quoted(whole)}"
    return ""


def _kinds(line: list[str]) -> str:
    """`--strict kink`: what --strict names stands behind a =."""
    spare = next((word for word in line if set(word.split(",")) <= {*KINDS}), "")
    return f"the kinds of warnings stand behind =: --strict={spare}" if spare else ""


def _depth(text: str) -> int:
    """How many brackets are open at the end."""
    return sum((character in OPENING) - (character in CLOSING) for character in text)


def _turned_round(command: str, line: list[str]) -> str:
    """`x=2 "x^2"`: the expression comes first."""
    name, equals, value = line[0].partition("=")
    spare = [word for word in line[1:] if "=" not in word]
    if not (equals and is_name(name.strip()) and value and len(spare) == 1) or ";" in line[0] or is_name(spare[0]):
        return ""
    others = [word for word in line if word is not spare[0]]
    return f"the expression comes first: bpcalc {command} {' '.join(map(quoted, [spare[0], *others]))}"


def _split_at_equals(line: list[str]) -> str:
    """`y = 3` is three words."""
    for place, word in enumerate(line[1:], start=1):
        rest = line[place + 1 : place + 3]
        if is_name(word) and rest and rest[0].startswith("="):
            value = rest[0][1:] or (rest[1] if len(rest) > 1 else "")
            return f"{shell()} splits words at blanks: write {quoted(f'{word}={value}')}" if value else ""
        if word.endswith("=") and is_name(word[:-1]) and rest and "=" not in rest[0]:
            return f"{shell()} splits words at blanks: write {quoted(word + rest[0])}"
    return ""


def _split_expression(line: list[str]) -> str:
    """`x + y` without quotes is three words."""
    end = 1
    while end < len(line) and (line[end - 1][-1:] in OPERATORS or line[end][:1] in OPERATORS) and line[end]:
        end += 1
    if end == 1 or any("=" in word and is_name(word.partition("=")[0]) for word in line[1:end]):
        return ""
    return f"{shell()} splits words at blanks: write {quoted(' '.join(line[:end]))}"


def _file_names(error: BpcalcError, line: list[str], *, is_about_names: bool) -> str:
    """Words that are files: put in for a pattern, or a program that --file would read."""
    files = [word for word in line if "=" not in word and os.path.isfile(word)]
    if line[0] in files and ("." in line[0] or os.sep in line[0]):
        return f"{quoted(line[0])} is the name of a file: --file {quoted(line[0])} reads a program from it"
    if files and is_about_names:
        blamed = error.span.source.text if error.span is not None else ""
        name = quoted(blamed if blamed in files else files[0])
        return (
            f"there is a file {name}: if a pattern was typed (*, ? or [), {shell()} put the names of files in for it; "
            "quote the expression"
        )
    return ""


def _empty_variable(error: BpcalcError, expression: str) -> str:
    """`"$x^2"` where $x is empty is `^2`."""
    if error.message.endswith("has no value") and error.span is not None and error.span.source.text.endswith("="):
        name = error.span.source.text[:-1]
        return f"write {name}=2; if a variable of {shell()} stood there, it is empty"
    text = expression.strip()
    starts = text[:1] in "^*/)=,@%" and (error.span is None or error.span.source.text == expression)
    if text and not starts:
        return ""
    return (
        f"if a variable of {shell()} stood there ($x), it is empty: write x in the expression, and x=VALUE "
        "behind it"
    )


def shell() -> str:
    """The name of the shell that started this process, where that can be told."""
    try:
        with open(f"/proc/{os.getppid()}/comm", encoding="ascii") as file:
            name = file.read().strip()
    except (OSError, ValueError):
        name = ""
    return name if name in SHELLS else "the shell"


def quoted(word: str) -> str:
    """A word as one types it: in double quotes where a shell would change it, in single ones where it still would."""
    if word and all(character.isalnum() or character in "_=.,:@%+-/" for character in word):
        return word
    if not any(character in '"$`!\\' for character in word):
        return f'"{word}"'
    from shlex import quote

    return quote(word)
