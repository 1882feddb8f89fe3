"""One series: the coefficients that are known so far, and the rule that gives the next."""

from __future__ import annotations

from typing import Any, NamedTuple

from bpcalc.algebra.operators import Operators

START = -(10**9)  # the exponent that is asked for to know only where a series begins


class NoSeriesError(Exception):
    """A function has no such coefficient; the text says why."""


class UndecidedError(NoSeriesError):
    """Or nobody can tell whether it has."""


class CircleError(UndecidedError):
    """A coefficient is needed for itself."""


class ZerosError(UndecidedError):
    """All coefficients that were looked at are 0."""


class OutsideError(NoSeriesError):
    """The function is not defined on this side of the point."""


class FractionalError(Exception):
    """The function is a series in a root of t, of this degree."""

    def __init__(self, degree: int) -> None:
        super().__init__(degree)
        self.degree = degree


class Need(NamedTuple):
    """What a rule asks for before it goes on: the coefficients of a series up to an exponent."""

    series: Series
    exponent: int


class Series(Operators[Any]):
    """A node.

    m             the algebra of series that it belongs to
    rule          yields what it needs, then the exponent of its first coefficient, then the coefficients; each after
                  what it needs for it. It ends where all that follow are 0.
    coefficients  those that are known, from the exponent `low` on, which is None before the rule has told it
    is_whole      whether all that follow are 0
    is_asked      whether the rule waits for what it needs
    error         why there are no more coefficients
    """

    __slots__ = ("coefficients", "error", "is_asked", "is_whole", "low", "m", "rule")

    def __init__(self, m: Any) -> None:
        self.m = m
        self.rule: Any = iter(())
        self.low: int | None = None
        self.coefficients: list[Any] = []
        self.is_whole = False
        self.is_asked = False
        self.error: NoSeriesError | None = None

    @property
    def start(self) -> int:
        """The exponent of the first coefficient."""
        assert self.low is not None
        return self.low

    @property
    def end(self) -> int:
        """The first exponent that is not known yet; of a whole series that behind its last."""
        return self.start + len(self.coefficients)

    @property
    def is_constant(self) -> bool:
        return self.is_whole and self.start >= 0 and self.end <= 1

    def has(self, exponent: int) -> bool:
        return self.low is not None and (self.is_whole or exponent < self.low + len(self.coefficients))

    def __getitem__(self, exponent: int) -> Any:
        """A coefficient that is known."""
        place = exponent - self.start
        return self.coefficients[place] if 0 <= place < len(self.coefficients) else 0


def computed(series: Series, exponent: int) -> Any:
    """The coefficient of a series: its rule, and those of the series that it needs, go on until it is known.

    Raises NoSeriesError. What a rule needs and cannot have is raised within that rule, which may know another way.
    """
    stack, error = [Need(series, exponent)], None
    while stack:
        one, wanted = stack[-1]
        if error is None and one.has(wanted):
            one.is_asked = False
            stack.pop()
            continue
        error = error or one.error
        one.is_asked = True
        try:
            step = one.rule.throw(error) if error else next(one.rule)
            error = None
        except StopIteration:
            one.is_whole, one.low, error = True, one.low or 0, None
            continue
        except NoSeriesError as found:
            one.error = error = found
            one.is_asked = False
            stack.pop()
            continue
        if step.__class__ is Need:
            if not step.series.has(step.exponent):
                if step.series.is_asked:
                    error = CircleError("a coefficient depends on itself")
                else:
                    stack.append(step)
        elif one.low is None:
            one.low = step
        else:
            one.coefficients.append(step)
    if error:
        raise error
    return series[exponent]
