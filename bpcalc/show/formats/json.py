"""JSON: one object. NaN and infinity are the strings "NaN", "Infinity", "-Infinity", for JSON has no such numbers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bpcalc.show import Style

SHAPE = "document"
LAZY = True


TOGETHER = 500  # parts of a list that are written at once


def write(document: Any, style: Style) -> Iterator[str]:
    """The text in pieces: of a long list, which the document has as an iterator, some at a time."""
    import json as library
    from itertools import islice

    text = library.JSONEncoder(ensure_ascii=False, allow_nan=False).encode
    if not isinstance(document, dict) or not any(isinstance(part, Iterator) for part in document.values()):
        yield text(document)
        return
    for place, (name, part) in enumerate(document.items()):
        yield f"{', ' if place else '{'}{text(name)}: "
        if isinstance(part, Iterator):
            between = "["
            while some := [*islice(part, TOGETHER)]:
                yield between + text(some)[1:-1]
                between = ", "
            yield "]" if between != "[" else "[]"
        else:
            yield text(part)
    yield "}"
