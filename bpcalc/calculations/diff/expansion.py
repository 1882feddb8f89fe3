"""Taylor coefficients of a program without arrays, by series arithmetic from both sides of the point.

Where both sides agree and begin with the value at the point, or it has none (sin(x)/x at 0), there is a polynomial.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from math import factorial, isfinite
from typing import Any

from bpcalc.algebra.floats import FLOATS
from bpcalc.algebra.series.algebra import PowerSeries
from bpcalc.algebra.series.asking import UNSTEADY
from bpcalc.algebra.series.node import FractionalError, NoSeriesError, OutsideError, Series, UndecidedError
from bpcalc.algebra.textbook.algebra import Textbook
from bpcalc.algebra.textbook.multiplied import MultipliedOut
from bpcalc.algebra.textbook.sampled import Sampled
from bpcalc.algebra.textbook.terms import Terms
from bpcalc.calculations.diff.at_point import points
from bpcalc.calculations.diff.derivatives import Differentiator
from bpcalc.engine.forward import forward
from bpcalc.engine.tangent import pusher
from bpcalc.errors import BpcalcError
from bpcalc.writing.unparse import shortened

MOST = 8  # parts up to which a coefficient is multiplied out; beyond that it is made of earlier ones
EXACT = 18  # the largest factorial that is a double: coefficients are written as derivatives over it
DEGREE = 60  # of a root of the distance from the point
CLOSE = 1e-9  # a larger relative difference of two numbers is one
LONG = 60  # characters of a formula in a message


def coefficients(d: Differentiator, m: Textbook, name: str, order: int) -> Iterator[Terms]:
    """The coefficients of the powers of `name` less its value, up to `order`.

    Raises BpcalcError where there is no such polynomial, or none is found.
    """
    for degree, coefficient in enumerate(_Point(d, m, name, order).coefficients()):
        scale = factorial(degree) if degree <= EXACT else 1
        yield m.divide(m.shortest(m.times(scale, m.lift(coefficient))), scale)


class _Point:
    """The program about a point."""

    def __init__(self, d: Differentiator, m: Textbook, name: str, order: int) -> None:
        self.d = d
        self.m = m
        self.name = name
        self.order = order
        self.points = points(d)
        self.sampled = Sampled(m, self.points)

    def coefficients(self) -> list[Any]:
        """Those of one side, after the checks that they are those of the other side, and of the point itself."""
        sides: dict[int, list[Any]] = {}
        for step in (1, -1):
            try:
                sides[step], is_like_other = self.side(step)
            except OutsideError as error:
                if step == -1 and not sides:
                    raise self.refused(str(error)) from error
                continue
            except UndecidedError as error:
                raise self.refused(f"none is found: {error}") from error
            except NoSeriesError as error:
                raise self.refused(str(error)) from error
            if is_like_other:
                break
        right = sides.get(1, sides.get(-1))
        assert right is not None
        self.compare(sides.get(-1, right), right)
        self.compare_value(right[0])
        return right

    def side(self, step: int) -> tuple[list[Any], bool]:
        """The coefficients for x + step*t with a small t > 0, and whether those for the other side are the same.

        Raises NoSeriesError.
        """
        degree = 1
        while True:
            series = PowerSeries(MultipliedOut(self.m, MOST), pusher, self.sampled, self.order * degree)
            bound: dict[str, Any] = {**self.d.put_in(self.m, self.d.program.graph)}
            bound[self.name] = series.variable(bound[self.name], step, degree)
            output = forward(series, self.d.program.graph, bound)[self.d.output]
            try:
                found = [series.coefficient(output, k) for k in range(self.order * degree + 1)]
            except FractionalError as error:
                degree *= error.degree
                if degree > DEGREE:
                    raise UndecidedError("there are too many roots in it") from error
                continue
            self.check_exponents(output, degree, step)
            signed = [self.m.times(step**k, self.m.lift(one)) for k, one in enumerate(found[::degree])]
            return signed, not series.sided

    def check_exponents(self, found: Series, degree: int, step: int) -> None:
        """Raises NoSeriesError where a series has negative exponents, or broken ones."""
        for k, coefficient in enumerate(found.coefficients, found.start):
            if coefficient == 0 or k > self.order * degree:
                continue
            if not any(isfinite(value) for value, _ in self.sampled(coefficient)):
                raise NoSeriesError(f"its derivative of order {k // degree} is {self.sort(coefficient)}")
            if any(noise > UNSTEADY * (1 + abs(value)) for value, noise in self.sampled(coefficient)):
                raise UndecidedError(f"rounding alone may change {self.text(coefficient)}")
            if (k < 0 or k % degree) and any(abs(value) <= noise for value, noise in self.sampled(coefficient)):
                raise UndecidedError(f"it cannot be told whether {self.text(coefficient)} is 0")
            if k < 0:
                raise NoSeriesError(f"it grows as {self.power(coefficient, k, degree, step)}")
            if k % degree:
                order = k // degree + 1
                infinite = self.m.times(step**order, self.m.constant("inf")) * coefficient
                raise NoSeriesError(f"its derivative of order {order} is {self.sort(infinite)}")

    def power(self, coefficient: Any, exponent: int, degree: int, step: int) -> str:
        """A coefficient times a negative power of the distance from the point: a/x^2."""
        m = self.m
        shift = m.variable(self.name, ()) - self.d.put_in(m, self.d.program.graph)[self.name]
        whole = m.multiply(coefficient, m.power(m.times(step, shift), m.divide(exponent, degree)))
        return shortened(m.graph, m.node(whole), {}, LONG)

    def sort(self, coefficient: Any) -> str:
        """What kind of no number a coefficient is."""
        return _sort(value for value, _ in self.sampled(coefficient))

    def compare(self, left: list[Any], right: list[Any]) -> None:
        """Raises BpcalcError where the coefficients of the two sides differ."""
        for degree, (a, b) in enumerate(zip(left, right, strict=True)):
            if not self.is_same(a, b):
                scale = factorial(degree)
                before, after = (self.text(self.m.times(scale, self.m.lift(one))) for one in (a, b))
                what = f"its derivative of order {degree} is" if degree else "it is"
                raise self.refused(f"{what} {before} from the left, {after} from the right")

    def compare_value(self, limit: Any) -> None:
        """Raises BpcalcError where the value at the point is another than the limit."""
        if not any(map(isfinite, self.values)):
            return
        exact = forward(self.m, self.d.program.graph, self.d.put_in(self.m, self.d.program.graph), [self.d.output])
        if not self.is_same(exact[self.d.output], limit):
            raise self.refused(f"its value is {self.text(exact[self.d.output])}, its limit {self.text(limit)}")

    def is_same(self, a: Any, b: Any) -> bool:
        """Are two coefficients the same for all values of the other variables?"""
        if a == b:
            return True
        pairs = zip(self.sampled(a), self.sampled(b), strict=True)
        return all(
            not isfinite(x - y) or abs(x - y) <= CLOSE * max(abs(x), abs(y)) + noise + more
            for (x, noise), (y, more) in pairs
        )

    def text(self, coefficient: Any) -> str:
        m = self.m
        return shortened(m.graph, m.node(m.shortest(m.lift(coefficient))), {}, LONG)

    @cached_property
    def values(self) -> list[float]:
        """The value at the point, for some values of the other variables."""
        graph, output = self.d.program.graph, self.d.output
        return [float(forward(FLOATS, graph, point)[output]) for point in self.points]

    def refused(self, reason: str) -> BpcalcError:
        """The error that tells why there is no polynomial."""
        name = self.d.names.output
        if any(map(isfinite, self.values)):
            return BpcalcError(f"{name} has no Taylor polynomial there: {reason}")
        return BpcalcError(f"{name} is not defined there: its value is {_sort(self.values)}", hint=reason)


def _sort(values: Iterable[float]) -> str:
    """What kind of no number all values are."""
    kinds = {str(value) for value in values if value == value}
    return "NaN" if not kinds else kinds.pop() if len(kinds) == 1 else "infinite"
