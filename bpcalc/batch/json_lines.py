"""JSON Lines: an object a line. The new fields go in front of its closing brace, and all else stays as it was."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Any

from bpcalc.batch.streaming import Table
from bpcalc.errors import BpcalcError
from bpcalc.reading.files import SPECIAL

NAMES = {"nan": '"NaN"', "inf": '"Infinity"', "-inf": '"-Infinity"'}  # which JSON has no numbers for


def json_lines(lines: Iterable[str], shown: str, wanted: Sequence[str] | None = None) -> Table:
    """A table of JSON Lines. Its headings are the fields of the first object.

    Raises BpcalcError for a file without an object, and later for a line that is none.
    """
    filled = ((number, text) for number, line in enumerate(lines, start=1) if (text := line.strip()))
    first = next(filled, None)
    if first is None:
        raise BpcalcError(f"{shown} is empty", hint='each line is an object: {"x": 1, "y": 2}')
    headings = [*_object(shown, *first)]

    def rows(places: Sequence[int]) -> Iterator[tuple[int, str, Sequence[Any]]]:
        names = [headings[place] for place in places]
        for number, text in chain([first], filled):
            found = _object(shown, number, text)
            yield number, text, [_own(found.get(name)) for name in names]

    made: list[str] = []

    def heading(new: Sequence[str]) -> str:
        made.extend(json.dumps(name, ensure_ascii=False) for name in new)
        return ""

    def joined(text: str, results: Sequence[float]) -> str:
        fields = ", ".join([f"{name}: {NAMES.get(one, one)}" for name, one in zip(made, map(repr, results), strict=True)])
        inside = text[1:-1].rstrip()
        return f"{{{inside}, {fields}}}" if inside.strip() else f"{{{fields}}}"

    return Table(shown, headings, heading, rows, joined)


def _own(value: Any) -> Any:
    """NaN and infinity, which JSON has as texts, as numbers."""
    return SPECIAL.get(value, value) if isinstance(value, str) else value


def _object(shown: str, number: int, text: str) -> dict[str, Any]:
    try:
        found = json.loads(text, parse_constant=_constant)
    except ValueError as error:
        reason = str(getattr(error, "msg", error))
        raise BpcalcError(f"{shown}, row {number}: this is no JSON: {reason[:1].lower()}{reason[1:]}") from None
    except RecursionError:
        raise BpcalcError(f"{shown}, row {number}: this is nested too deeply") from None
    if not isinstance(found, dict):
        raise BpcalcError(f"{shown}, row {number}: this is no object", hint='each line is an object: {"x": 1, "y": 2}')
    return found


def _constant(text: str) -> Any:
    return SPECIAL[text]
