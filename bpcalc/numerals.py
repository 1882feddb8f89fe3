"""Numbers as text, for people and for scripts. Imports nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


def eye(value: float | None, precision: int | None) -> str:
    """For people: rounded to `precision` significant digits, never `-0`; None: all digits. Nothing for no value."""
    if value is None:
        return ""
    if is_array(value):
        from bpcalc.show.arraytext import cell

        return cell(value, precision)
    if precision is None:
        text = exact(value + 0.0 if value else 0.0)
        return text[:-2] if text.endswith(".0") else text
    return format(value, f"z.{precision}g")


def exact(value: Any) -> str:
    """For scripts: the shortest decimal that reads back to the same double; `nan`, `inf`, `-inf`."""
    if is_array(value):
        return nested(value.tolist())
    return repr(float(value))


def nested(entries: Any) -> str:
    """Nested lists of numbers, as JSON and the language have them."""
    if isinstance(entries, list):
        return f"[{', '.join(map(nested, entries))}]"
    return repr(entries)


def numbers(values: Sequence[Any], precision: int | None) -> list[list[str]]:
    """The lines of each value of a column: numbers aligned under each other, a matrix row by row."""
    single = aligned(["" if is_array(value) else eye(value, precision) for value in values])
    if not any(map(is_array, values)):
        return [[text] for text in single]
    from bpcalc.show.arraytext import block

    return [block(value, precision) if is_array(value) else [text] for value, text in zip(values, single, strict=True)]


def is_array(value: Any) -> bool:
    """Does the value have entries?"""
    return bool(getattr(value, "shape", ()))


def aligned(texts: Sequence[str]) -> list[str]:
    """The texts padded so that their decimal points stand under each other."""
    splits = [_split(text) for text in texts]
    before = max((len(whole) for whole, _ in splits), default=0)
    after = max((len(rest) for _, rest in splits), default=0)
    return [whole.rjust(before) + rest.ljust(after) for whole, rest in splits]


def _split(text: str) -> tuple[str, str]:
    """The digits before the point, and the rest with the point."""
    for place, character in enumerate(text):
        if character in ".e":
            return text[:place], text[place:]
    return text, ""
