"""The parts of an index, as the options of `index` and `scatter` have them.

A whole number takes one entry of an axis; (start, stop, step) is a slice; None a new axis of size 1; ... all axes that
the others leave; and `Places` takes the entries at several places, one after the other, as NumPy does.
"""

from __future__ import annotations

from collections.abc import Callable

from bpcalc.typed import Any

EVERY = (None, None, None)


class Places:
    """Whole numbers in nested tuples: the places that an array in an index names, each as often as it stands there.

    name  what the array is called in the program; nothing for one that is written out
    """

    __slots__ = ("entries", "name", "shape")

    def __init__(self, entries: Any, name: str = "") -> None:
        self.entries = entries
        self.name = name
        shape, inner = [], entries
        while isinstance(inner, tuple):
            shape.append(len(inner))
            inner = inner[0] if inner else 0
        self.shape = tuple(shape)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Places) and (self.entries, self.name) == (other.entries, other.name)

    def __hash__(self) -> int:
        return hash((self.entries, self.name))

    @property
    def text(self) -> str:
        """The places as they are written out."""
        return _listed(self.entries)

    def __repr__(self) -> str:
        return self.name or self.text

    def flat(self) -> list[int]:
        found = [self.entries]
        while found and isinstance(found[0], tuple):
            found = [entry for row in found for entry in row]
        return found


def _listed(entries: Any) -> str:
    if not isinstance(entries, tuple):
        return str(entries)
    return f"[{', '.join(map(_listed, entries))}]"


def is_plain(key: tuple[Any, ...]) -> bool:
    """Is an index made of whole numbers and slices only?"""
    return all(isinstance(part, (int, tuple)) for part in key)


def has_places(key: tuple[Any, ...]) -> bool:
    return any(isinstance(part, Places) for part in key)


def taken_axes(key: tuple[Any, ...]) -> int:
    """How many axes the parts of an index take."""
    return sum(part is not None and part is not ... for part in key)


def full(key: tuple[Any, ...], axes: int) -> tuple[Any, ...]:
    """The index with every axis in it: slices for those that `...`, or the end, leaves."""
    rest = (EVERY,) * (axes - taken_axes(key))
    at = key.index(...) if ... in key else len(key)
    return (*key[:at], *rest, *key[at + 1 :])


def key_text(key: tuple[Any, ...], places: Callable[[Places], str] = repr) -> str:
    """An index as it is written, here and in Python: `0, 1:`. `places` writes an array in it."""
    return ", ".join(_part_text(part, places) for part in key)


def _part_text(part: Any, places: Callable[[Places], str]) -> str:
    if isinstance(part, Places):
        return places(part)
    if part is ...:
        return "..."
    if not isinstance(part, tuple):
        return str(part)
    start, stop, step = ("" if one is None else str(one) for one in part)
    return f"{start}:{stop}" + (f":{step}" if step else "")
