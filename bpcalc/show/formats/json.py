"""JSON: one object. NaN and infinity are the strings "NaN", "Infinity", "-Infinity", for JSON has no such numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from bpcalc.show import Style
from bpcalc.show.listed import Listed, pieces
from bpcalc.typed import Any, NoReturn

SHAPE = "document"
LAZY = True


def write(document: Any, style: Style) -> Iterator[str]:
    """The text in pieces: of a long list, which the document has as an iterator, some at a time."""
    text = _encoder()
    if not isinstance(document, dict) or not any(isinstance(part, Iterator) for part in document.values()):
        yield text(document)
        return
    for place, (name, part) in enumerate(document.items()):
        yield f"{', ' if place else '{'}{text(name)}: "
        if isinstance(part, Iterator):
            yield "["
            yield from pieces(_texts(part, text), ", ")
            yield "]"
        else:
            yield text(part)
    yield "}"


def _texts(parts: Iterator[Any], text: Callable[[Any], str]) -> Iterable[str]:
    if isinstance(parts, Listed):
        return parts.texts(text, lambda number: text(None if number is None else parts.m.json(number)))
    return map(text, parts)


def _encoder() -> Callable[[Any], str]:
    """`encode` of the standard library's encoder of JSON. Its part in C is called directly where there is one, for
    importing `json` imports `re`, which takes longer than the calculation."""
    try:
        from _json import encode_basestring, make_encoder
    except ImportError:
        import json as library

        return library.JSONEncoder(ensure_ascii=False, allow_nan=False).encode
    pieces = make_encoder(None, _refused, encode_basestring, None, ": ", ", ", False, False, False)
    return lambda part: "".join(pieces(part, 0))


def _refused(part: Any) -> NoReturn:
    raise TypeError(f"a document has no {type(part).__name__}")
