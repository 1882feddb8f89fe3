"""Numbers and arrays as text, for people and for scripts: how arrays are laid out, and where points stand.

How a single number is written belongs to its number system: each function is handed the algebra `m` of its values.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bpcalc.typed import Any, NamedTuple

ENTRIES = 24  # an array with more is summed up where it has one line only
CORNER = 3  # rows and columns at each end that a large array is shown with
SYMBOLIC = frozenset("(*/^±")  # in what is no decimal
MOST = 4  # digits of the norm and the extremes of an array


class Short(NamedTuple):
    """How far arrays are shortened where there is little room: never in the middle of a number.

    front, back  the entries of a row that stay at either end; of none at all the shape is told
    digits       significant digits that an entry has at most; None: as many as were asked for
    """

    front: int
    back: int
    digits: int | None = None


# From the least to the most: entries go first, then digits, and at last the shape alone is left.
SHORTER = (
    *(Short(*ends, digits) for digits in (None, 4, 3, 2) for ends in ((3, 3), (2, 2), (2, 1), (1, 1))), Short(0, 0, 1),
)  # fmt: skip


def eye(m: Any, value: Any, precision: int | None) -> str:
    """For people: rounded to `precision` significant digits, never `-0`; None: all digits. Nothing for no value."""
    if value is None:
        return ""
    return cell(m, value, precision) if is_array(m, value) else number(m, value, precision)


def number(m: Any, value: Any, precision: int | None) -> str:
    """A single number for people; `sqrt(2) ≈ 1.41421` where it is written otherwise than as a decimal."""
    text, beside = m.text(value, precision), m.beside(value, precision)
    return f"{text} ≈ {beside}" if beside else str(text)


def exact(m: Any, value: Any) -> str:
    """For scripts: the shortest text that reads back to the same number; arrays as JSON and the language have them."""
    return nested(m.lists(value), m.entries.exact) if is_array(m, value) else m.exact(value)


def exactly(m: Any) -> Callable[[Any], str]:
    """`exact` for many values: of single numbers the algebra's own function."""
    return (lambda value: exact(m, value)) if m.shaped else m.exact


def nested(entries: Any, write: Callable[[Any], str]) -> str:
    """Nested lists of numbers."""
    return f"[{', '.join([nested(one, write) for one in entries])}]" if isinstance(entries, list) else write(entries)


def numbers(m: Any, values: Sequence[Any], precision: int | None, short: Short | None = None) -> list[list[str]]:
    """The lines of each value of a column: numbers aligned under each other, a matrix row by row."""
    arrays = [is_array(m, value) for value in values]
    single = aligned(["" if many else eye(m, value, precision) for value, many in zip(values, arrays, strict=True)])
    return [
        block(m, value, precision, short) if many else [text]
        for value, many, text in zip(values, arrays, single, strict=True)
    ]


def is_array(m: Any, value: Any) -> bool:
    """Does the value have axes?"""
    return m.shaped and value is not None and bool(m.shape(value))


def count(m: Any, value: Any) -> int:
    """How many entries the value has."""
    product = 1
    for size in m.shape(value):
        product *= size
    return product


def aligned(texts: Sequence[str]) -> list[str]:
    """The texts padded so that their decimal points stand under each other; their beginnings, where some have symbols.
    """
    if any("≈" in text or "±" in text for text in texts):
        width = max(map(len, texts))
        return [text.ljust(width) for text in texts]
    splits = [_split(text) for text in texts]
    before = max((len(whole) for whole, _ in splits), default=0)
    after = max((len(rest) for _, rest in splits), default=0)
    return [whole.rjust(before) + rest.ljust(after) for whole, rest in splits]


def _split(text: str) -> tuple[str, str]:
    """The digits before the point, and the rest with the point."""
    for place, character in enumerate(text if SYMBOLIC.isdisjoint(text) else ""):
        if character in ".e":
            return text[:place], text[place:]
    return text, ""


def cell(m: Any, value: Any, precision: int | None) -> str:
    """An array in one line: `[1, -2, 3]`, or its shape and size."""
    if count(m, value) > ENTRIES:
        return summary(m, value, precision)
    return nested(m.lists(value), lambda entry: m.entries.text(entry, precision))


def summary(m: Any, value: Any, precision: int | None) -> str:
    """`2000 x 500, norm 996, -4.8 to 4.9`"""
    with m.quiet():
        norm, least, most = m.norm(value), m.amin(value, axis=None), m.amax(value, axis=None)
    return f"{sizes(m.shape(value))}, {extent(m.entries, norm, least, most, precision)}"


def sizes(shape: tuple[int, ...]) -> str:
    """`2000 x 500`, `8 entries`"""
    return " x ".join(map(str, shape)) + (" entries" if len(shape) == 1 else "")


def extent(m: Any, norm: Any, least: Any, most: Any, precision: int | None) -> str:
    """`norm 996, -4.8 to 4.9`"""
    shown = MOST if precision is None else min(precision, MOST)
    return f"norm {m.text(norm, shown)}, {m.text(least, shown)} to {m.text(most, shown)}"


def block(m: Any, value: Any, precision: int | None, short: Short | None = None) -> list[str]:
    """An array on lines of its own: a vector in one, a matrix row by row, each column aligned at its points.

    A large one has a line with its shape, norm and extremes, then its corners. One that is made `short` has those in
    lines of their own.
    """
    shape = m.shape(value)
    if not count(m, value):
        return [f"empty, {' x '.join(map(str, shape))}"]
    if short and not short.front:
        return [sizes(shape)]
    height, width = count(m, value) // shape[-1], shape[-1]
    flat = m.reshape(value, shape=(height, width))
    large = height > 2 * CORNER + 2 or width > 2 * CORNER + 2
    if short and short.digits:
        precision = min(precision or short.digits, short.digits)
    texts = [
        ["…" if place < 0 else m.entries.text(m.entry(flat, (row, place)), precision) for place in ends(width, short)]
        for row in (CORNER if row < 0 else row for row in ends(height))
    ]
    columns = [aligned([row[k] for row in texts]) for k in range(len(texts[0]))]
    lines = [f"[{'  '.join(row)}]" for row in zip(*columns, strict=True)]
    if height > 2 * CORNER + 2:
        lines[CORNER] = "…"
    if not large:
        return lines
    told = summary(m, value, precision)
    return [*(told.split(", ") if short else [told]), *lines]


class Laid(tuple[str, ...]):
    """The lines of an array, which can be laid out anew where there is less room."""

    again: Callable[[int], list[str]]

    @classmethod
    def out(cls, m: Any, value: Any, precision: int | None) -> Laid:
        made = cls(block(m, value, precision))
        made.again = lambda width: fitted(m, value, precision, width)
        return made


def fitted(m: Any, value: Any, precision: int | None, width: int | None) -> list[str]:
    """The same, as little shortened as it takes to be `width` columns wide. None: not at all."""
    lines = block(m, value, precision)
    for short in SHORTER:
        if width is None or max(map(len, lines)) <= width:
            break
        lines = block(m, value, precision, short)
    return lines


def ends(size: int, short: Short | None = None) -> list[int]:
    """The places of a line, or of a long one the first and last few, with -1 for those between."""
    front, back = short[:2] if short else (CORNER, CORNER)
    if size <= (front + back if short else 2 * CORNER + 2):
        return list(range(size))
    return [*range(front), -1, *range(size - back, size)]
