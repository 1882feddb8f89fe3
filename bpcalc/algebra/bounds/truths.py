"""Conditions that the bounds leave open: they may hold or not, and nothing may take them for either."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bpcalc.algebra.bounds.spans import ONE, ZERO, Span, ends, is_unknown, nan
from bpcalc.algebra.number import Number
from bpcalc.algebra.protocol import UndecidedError


class Maybe(Number):
    """A truth that is not decided: 0 or 1."""

    __slots__ = ()

    def __init__(self, m: Any) -> None:
        super().__init__(m, Span(ZERO, ONE))

    def __bool__(self) -> bool:
        raise UndecidedError("a condition may hold or not")

    def __and__(self, other: Any) -> Any:
        return False if other is False else self

    def __or__(self, other: Any) -> Any:
        return True if other is True else self

    __rand__, __ror__ = __and__, __or__


class Signs:
    """The order of two numbers, of which only some cases are left: -1, 0 and 1. Compared with 0 it is a truth."""

    def __init__(self, m: Any, *may: int) -> None:
        self.m = m
        self.may = may

    def _truth(self, holds: Callable[[int], bool]) -> Any:
        found = {holds(sign) for sign in self.may}
        return Maybe(self.m) if len(found) > 1 else found.pop()

    def __lt__(self, other: int) -> Any:
        return self._truth(lambda sign: sign < other)

    def __le__(self, other: int) -> Any:
        return self._truth(lambda sign: sign <= other)

    def __gt__(self, other: int) -> Any:
        return self._truth(lambda sign: sign > other)

    def __ge__(self, other: int) -> Any:
        return self._truth(lambda sign: sign >= other)

    def __eq__(self, other: object) -> Any:
        return self._truth(lambda sign: sign == other)

    def __ne__(self, other: object) -> Any:
        return self._truth(lambda sign: sign != other)

    __hash__ = None  # type: ignore[assignment]


def extreme(way: int, a: Any, b: Any) -> Any:
    """The larger of two numbers (`way` is 1) or the smaller (-1)."""
    if is_unknown(a) or is_unknown(b):
        return nan
    (a_lo, a_hi), (b_lo, b_hi) = ends(a), ends(b)
    if a_lo >= b_hi or b_lo >= a_hi:  # the number itself, which is known to be one and the same
        return a if (a_lo >= b_hi) == (way > 0) else b
    best = max if way > 0 else min
    return Span(best(a_lo, b_lo), best(a_hi, b_hi))
