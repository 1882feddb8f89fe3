"""Values that remember how they were typed: doubles for whoever wants doubles, calculated anew in any other system.

A binding `x=1/3` is a double for its shape and for sizes, and exactly a third where the numbers are exact.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bpcalc.algebra.protocol import Algebra

Within = Callable[["Algebra"], Any]


class Typed(float):
    """A single number. `within(m)`: the same in the algebra `m`."""

    __slots__ = ("within",)
    within: Within

    def __new__(cls, number: float, within: Within) -> Typed:
        made = super().__new__(cls, number)
        made.within = within
        return made

    def __reduce__(self) -> Any:  # a copy is the double
        return float, (float(self),)


def typed(value: Any, within: Within) -> Any:
    """A value of doubles, a number or an array, that other number systems calculate anew by `within`."""
    if not getattr(value, "shape", ()):
        return Typed(float(value), within)
    from bpcalc.reading.files import TypedArray

    array = value.view(TypedArray)
    array.within = within
    return array
