"""Sheets of exercises: TOML or JSON with programs, values, and the gradients that someone claims.

    [[exercise]]
    title = "…"
    program = "q = x + y; q*z"
    values = {x = -2, y = 5, z = -4}
    claims = {q = "z", x = "z*1", z = 3}
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from bpcalc.calculations.passes import evaluate
from bpcalc.errors import BpcalcError, Source, visible
from bpcalc.gate import CONVENTIONS
from bpcalc.reading import bindings, objects
from bpcalc.reading.output import ending_in
from bpcalc.reading.streams import read_text
from bpcalc.reports.options import Options

KNOWN = ("title", "program", "values", "claims", "upstream", "of", "convention")


class Exercise(NamedTuple):
    """One program with values and claims: pairs of a node's name and a form."""

    title: str
    program: Source
    values: bindings.Values
    claims: list[tuple[str, str]]
    upstream: Any
    of: str | None
    convention: str | None

    def asked(self, options: Options) -> Options:
        """The options with what the exercise itself asks for."""
        chosen = options._replace(of=self.of, upstream=self.upstream)
        return chosen if self.convention is None else chosen._replace(convention=self.convention)


def read(path: str) -> Iterator[Exercise]:
    """The exercises of a file. Raises BpcalcError for what is no such sheet."""
    text = read_text(path)
    try:
        whole = json.loads(text) if path.endswith(".json") else tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise BpcalcError(f"{path}: this cannot be read: {error}") from None
    found = whole.get("exercise", whole.get("exercises")) if isinstance(whole, Mapping) else whole
    if not isinstance(found, list) or not found:
        raise BpcalcError(f"{path}: there are no exercises", hint="write [[exercise]] with program, values and claims")
    for number, table in enumerate(found, 1):
        yield _exercise(path, f"exercise {number}", table)


def _exercise(path: str, number: str, table: Any) -> Exercise:
    if not isinstance(table, Mapping):
        raise BpcalcError(f"{path}: {number} is no table of program, values and claims")
    title = visible(str(table.get("title", number)))
    where = f"{path}: {title}"
    for name in table:
        if name not in KNOWN:
            raise BpcalcError(f'{where}: "{name}" is no part of an exercise', hint=f"its parts are {', '.join(KNOWN)}")
    program, claims, values = table.get("program"), table.get("claims"), table.get("values", {})
    if not isinstance(program, str):
        raise BpcalcError(f"{where}: the program is missing")
    if not isinstance(claims, Mapping) or not isinstance(values, Mapping):
        raise BpcalcError(f"{where}: claims and values are tables", hint='for example claims = {x = "z"}')
    words = [f"{name}={_text(where, name, value)}" for name, value in values.items()]
    upstream, convention = table.get("upstream"), table.get("convention")
    of = objects.read_name(f"{where}: of", table.get("of"))
    return Exercise(
        title, ending_in(Source(program), of), bindings.read_words(words, evaluate),
        [(str(name), _text(where, name, form)) for name, form in claims.items()],
        None if upstream is None else bindings.read_value(_text(where, "upstream", upstream), evaluate),
        objects.read_output(f"{where}: of", of),
        None if convention is None else objects.read_word("convention", convention, CONVENTIONS),
    )  # fmt: skip


def _text(where: str, name: str, value: Any) -> str:
    """A value as it is written in the language."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or not isinstance(value, (int, float, list)):
        raise BpcalcError(f"{where}: {name} is no number, array or text")
    return str(value)
