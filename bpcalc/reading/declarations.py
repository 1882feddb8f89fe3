"""Words to shapes: `A:m,n` declares a matrix whose sizes have names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from bpcalc.errors import BpcalcError, Source, Span
from bpcalc.reading.bindings import name_before, whole_word
from bpcalc.reading.lexer import canonical, is_name
from bpcalc.reading.sizes import Size, is_negative, read_size
from bpcalc.typed import Any


def split(words: Iterable[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The words that give values, NAME=VALUE, and those that declare shapes, NAME:SHAPE: what stands first tells."""
    values: list[str] = []
    shapes: list[str] = []
    for word in words:
        before, colon, _ = word.partition(":")
        (shapes if colon and "=" not in before else values).append(word)
    return tuple(values), tuple(shapes)


def read_shapes(words: Iterable[str]) -> dict[str, tuple[int, ...]]:
    """The shapes of `NAME:SHAPE` words: A:m,n, x:3, and s: for a single number. A size without a value is a `Size`."""
    shapes: dict[str, tuple[int, ...]] = {}
    places: dict[str, Span] = {}  # of the names of sizes
    for word in words:
        name = name_before(word, ":")
        key = canonical(name)
        if key in shapes:
            raise BpcalcError(f'"{name}" is given two shapes', span=whole_word(word))
        sizes: list[int] = []
        at = word.index(":") + 1
        for text in word[at:].split(",") if word[at:].strip() else ():
            span = Span(Source(word), at + len(text) - len(text.lstrip()), at + len(text.rstrip()))
            sizes.append(_size(name, text, span))
            places |= dict.fromkeys(sorted(getattr(sizes[-1], "names", ())), span)
            at += len(text) + 1
        shapes[key] = tuple(sizes)
    for name in filter(shapes.__contains__, places):
        what = "an array" if shapes[name] else "a number"
        hint = "give the size another name" if shapes[name] else f"leave {name}: out, for a size is a number anyway"
        raise BpcalcError(f'"{name}" is a size here, and is declared as {what}', hint=hint, span=places[name])
    return shapes


def known_sizes(shapes: Mapping[str, tuple[int, ...]], values: Mapping[str, Any]) -> dict[str, tuple[int, ...]]:
    """The shapes with the numbers of the sizes that have a value: x:n is x:3 for n=3."""

    def known(name: str) -> int:
        if name not in values:
            return Size(name)
        value = values[name]
        if getattr(value, "shape", ()) or not (1 <= value <= 2**53 and value == int(value)):
            raise BpcalcError(f'"{name}" is a size: its value is a whole number from 1 on, for example {name}=3')
        return int(value)

    return {
        name: tuple(size.at(known) if hasattr(size, "at") else size for size in shape) for name, shape in shapes.items()
    }


def _size(name: str, text: str, span: Span) -> int:
    def called(word: str) -> int:
        if not is_name(word):
            raise ValueError
        return Size(canonical(word))

    hint = f"a shape is whole numbers and names: {name}:3,n"
    if not text.strip():
        raise BpcalcError("a size is missing", hint=hint, span=span)
    try:
        size = read_size(text, called)
    except ValueError:
        raise BpcalcError(f'"{text.strip()}" is no size', hint=hint, span=span) from None
    if is_negative(size) or size == 0:
        raise BpcalcError(f"a size is 1 or more, not {size}", span=span)
    return size
