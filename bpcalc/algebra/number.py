"""One number of the systems that are rational as long as they are: with Python's operators, for whoever holds it."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

ZERO = Fraction(0)


class Number:
    """A number of one of these systems, `m`: with Python's operators, and equal to what it is equal to.

    value  a Fraction, inf, -inf or nan as a float, or what is irrational in `m`
    """

    __slots__ = ("m", "value")
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, m: Any, value: Any) -> None:
        self.m = m
        self.value = value

    def __add__(self, other: Any) -> Any:
        return self._with(other, self.m.plus)

    def __radd__(self, other: Any) -> Any:
        return self._with(other, self.m.plus)

    def __sub__(self, other: Any) -> Any:
        return self._with(other, self.m.minus)

    def __rsub__(self, other: Any) -> Any:
        return self._with(other, lambda a, b: self.m.minus(b, a))

    def __mul__(self, other: Any) -> Any:
        return self._with(other, self.m.times)

    def __rmul__(self, other: Any) -> Any:
        return self._with(other, self.m.times)

    def __truediv__(self, other: Any) -> Any:
        return self._with(other, self.m.over)

    def __rtruediv__(self, other: Any) -> Any:
        return self._with(other, lambda a, b: self.m.over(b, a))

    def __pow__(self, other: Any) -> Any:
        return self._with(other, self.m.raised)

    def __neg__(self) -> Number:
        return Number(self.m, self.m.negative(self.value))

    def __abs__(self) -> Number:
        return Number(self.m, self.m.absolute(self.value))

    def _with(self, other: Any, operation: Callable[[Any, Any], Any]) -> Any:
        raw = self.m.raw(other)
        return NotImplemented if raw is None else Number(self.m, operation(self.value, raw))

    def _compared(self, other: Any, holds: Callable[[int], bool], of_nan: bool = False) -> Any:
        raw = self.m.raw(other)
        if raw is None:
            return NotImplemented
        found = self.m.compare(self.value, raw)
        return of_nan if found is None else holds(found)

    def __eq__(self, other: Any) -> Any:
        return self._compared(other, lambda sign: sign == 0)

    def __ne__(self, other: Any) -> Any:
        return self._compared(other, lambda sign: sign != 0, of_nan=True)

    def __lt__(self, other: Any) -> Any:
        return self._compared(other, lambda sign: sign < 0)

    def __le__(self, other: Any) -> Any:
        return self._compared(other, lambda sign: sign <= 0)

    def __gt__(self, other: Any) -> Any:
        return self._compared(other, lambda sign: sign > 0)

    def __ge__(self, other: Any) -> Any:
        return self._compared(other, lambda sign: sign >= 0)

    def __bool__(self) -> bool:
        return bool(self.m.compare(self.value, ZERO) != 0)

    def __float__(self) -> float:
        return float(self.m.nearest(self.value))

    def __str__(self) -> str:
        return str(self.m.text(self, None))

    __repr__ = __str__

    def fraction(self) -> Fraction:
        """The number as a fraction. Raises ValueError where it is none."""
        if isinstance(self.value, Fraction):
            return self.value
        raise ValueError(f"{self} is no fraction")

    def mpmath(self) -> Any:
        """The number as mpmath has it, with all its digits."""
        return self.m.as_mpmath(self)

    def __deepcopy__(self, memo: Any) -> Number:  # nothing in it changes
        return self
