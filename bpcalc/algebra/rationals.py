"""Numbers that are rational as long as they are: what `--digits` and `--exact` have in common.

A value is a `Fraction`; one of the doubles inf, -inf and nan, with which all is as IEEE arithmetic has it (there is one
zero, though); or an irrational number of the system's own kind. Sums, products, quotients, whole powers, roots that
come out even and comparisons of fractions are done here, exactly; where the domain of a function ends is decided here.
What an irrational number is, and how it is calculated with, is left to `Rationals`' heirs.
"""

from __future__ import annotations

import math
from abc import abstractmethod
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from functools import partial, reduce
from typing import Any

from bpcalc.algebra import two_numbers
from bpcalc.algebra.flint_ import Rows
from bpcalc.algebra.floats import FLOATS
from bpcalc.algebra.number import Number
from bpcalc.algebra.points import known, or_whole, outside, whole_root
from bpcalc.algebra.protocol import Algebra
from bpcalc.algebra.typed import Typed
from bpcalc.errors import BpcalcError
from bpcalc.gate import Calculated, Gate, Literal, Quotient

ZERO, ONE, HALF = Fraction(0), Fraction(1), Fraction(1, 2)
inf, nan = math.inf, math.nan
LONGEST = 5_000  # of a decimal's exponent: beyond it is no fraction to calculate with
class Rationals(Algebra):
    """The part that number systems share which are rational as long as they can be. `called`: the option's spelling."""

    anew = True
    called: str

    def __init__(self) -> None:
        operations: dict[str, Callable[..., Any]] = {
            "add": self.plus, "subtract": self.minus, "multiply": self.times, "divide": self.over,
            "power": self.raised, "negate": self.negative, "abs": self.absolute, "sign": self._sign,
            "floor": self.floored, "ceil": self._ceil,
        }  # fmt: skip
        operations |= {name: partial(function, self) for name, function in two_numbers.FUNCTIONS.items()}
        for name, operation in operations.items():
            self.__dict__[name] = self.on_numbers(operation)
        for name, holds in {
            "less": lambda sign: sign < 0, "less_equal": lambda sign: sign <= 0, "greater": lambda sign: sign > 0,
            "greater_equal": lambda sign: sign >= 0, "equal": lambda sign: sign == 0,
        }.items():  # fmt: skip
            self.__dict__[name] = self._truth(holds)
        self.__dict__["not_equal"] = self._truth(lambda sign: sign != 0, of_nan=ONE)
        for name in self.functions():
            self.__dict__[name] = self.on_numbers(self._function(name))

    def __deepcopy__(self, memo: Any) -> Rationals:  # a copy of a report has the same number system
        return self

    # What heirs say of their irrational numbers

    @abstractmethod
    def functions(self) -> Any:
        """The names of the functions of one number that `call` has."""

    @abstractmethod
    def call(self, name: str, x: Any) -> Any:
        """A function of one number, in its domain and at no pole."""

    @abstractmethod
    def named(self, name: str) -> Any:
        """`pi` or `e`."""

    @abstractmethod
    def irrational(self, name: str, a: Any, b: Any) -> Any:
        """ "plus", "times" or "over" of two finite numbers, one of them irrational; the divisor is not 0."""

    @abstractmethod
    def power_of(self, x: Any, n: Any) -> Any:
        """A power that is no fraction, of what is more than 0, or to a whole number."""

    @abstractmethod
    def between(self, a: Any, b: Any) -> int:
        """-1, 0 or 1: is `a` less than, equal to, or more than `b`, both finite and one irrational?"""

    @abstractmethod
    def nearest(self, x: Any) -> float:
        """About what the number is, as a double."""

    @abstractmethod
    def whole_below(self, x: Any) -> int:
        """The largest whole number that is not above an irrational number."""

    @abstractmethod
    def bounded(self, x: Fraction) -> Any:
        """A fraction that was calculated; in its place what is done about one that is too long."""

    @abstractmethod
    def as_mpmath(self, x: Number) -> Any:
        """A number as mpmath has it."""

    @abstractmethod
    def bessel_of(self, name: str, n: Any, x: Any) -> Any:
        """A Bessel function of a number that is not 0."""

    @abstractmethod
    def polygamma_of(self, n: int, x: Any) -> Any:
        """The n-th derivative of digamma, at no pole."""

    # Whole matrices of finite numbers, where the system has more for them than one number after the other: else None

    def native_product(self, a: Rows, b: Rows) -> Rows | None:
        return None

    def native_det(self, rows: Rows) -> Any:
        return None

    def native_exp(self, rows: Rows) -> Rows | None:
        return None

    def native_solve(self, rows: Rows, right: Rows) -> Rows | None:
        """Of a singular matrix None too."""
        return None

    # Numbers

    def raw(self, x: Any) -> Any:
        """What a number of any kind is here; None for what is no number."""
        if x.__class__ is Number:
            return x.value
        if x.__class__ is Fraction:
            return x
        if isinstance(x, float):
            if isinstance(x, Literal):
                return self.decimal(x.text)
            if isinstance(x, Quotient):
                return x.fraction
            if isinstance(x, Calculated):
                return self.value(x.within(self)).value
            return Fraction(repr(float(x))) if x - x == 0 else float(x)
        if hasattr(x, "ndim"):  # NumPy's
            return None if x.ndim else self.raw(x.item())
        if hasattr(x, "__index__"):
            return Fraction(int(x))
        if x.__class__.__name__ in ("bool", "bool_"):
            return ONE if x else ZERO
        return None

    def decimal(self, text: str) -> Any:
        """A decimal as it was typed. Raises BpcalcError where its exponent is beyond all fractions."""
        exponent = text.lower().partition("e")[2].lstrip("+-0")
        if len(exponent) > len(str(LONGEST)) or int(exponent or "0") > LONGEST:
            raise BpcalcError(f"{text} has an exponent of more than {LONGEST:,}: that is no number for {self.called}")
        return Fraction(*Decimal(text).as_integer_ratio())  # which, unlike Python's int, takes any number of digits

    def constant(self, payload: float | str) -> Number:
        if payload in ("pi", "e"):
            return Number(self, self.named(str(payload)))
        if payload == "tau":
            return Number(self, self.times(Fraction(2), self.named("pi")))
        if isinstance(payload, str):
            return Number(self, float(payload))
        return Number(self, self.raw(payload))

    def value(self, number: Any) -> Number:
        if isinstance(number, Typed):
            found = number.within(self)
            return found if isinstance(found, Number) else self.value(found)
        raw = self.raw(number)
        if raw is None:
            raw = self.foreign(number)
        return Number(self, raw)

    def foreign(self, number: Any) -> Any:
        """A number of another library. Raises TypeError for what is none."""
        if hasattr(number, "_mpf_"):  # mpmath's
            sign, mantissa, exponent, _ = number._mpf_
            if not mantissa and exponent:
                return float(number)
            return Fraction(int(mantissa)) * Fraction(2) ** exponent * (-1 if sign else 1)
        if hasattr(number, "numerator") and hasattr(number, "denominator"):
            return Fraction(int(number.numerator), int(number.denominator))
        raise TypeError(f"{type(number).__name__} is no number")

    def json(self, x: Any) -> str:
        x = self.value(x)
        return str(FLOATS.json(x.value)) if isinstance(x.value, float) else self.exact(x)

    def is_finite(self, x: Any) -> bool:
        return not isinstance(self.raw(x), float)

    def is_nan(self, x: Any) -> bool:
        raw = self.raw(x)
        return isinstance(raw, float) and raw != raw

    def is_zero(self, x: Any) -> bool:
        return self.compare(self.raw(x), ZERO) == 0

    def size(self, x: Any) -> float:
        return abs(self.nearest(self.raw(x)))

    # Arithmetic, on what `raw` gives

    def compare(self, a: Any, b: Any) -> int | None:
        """-1, 0 or 1; None where one is NaN."""
        if isinstance(a, Fraction) and isinstance(b, Fraction):
            return (a > b) - (a < b)
        if isinstance(a, float) or isinstance(b, float):
            x, y = (one if isinstance(one, float) else 0.0 for one in (a, b))
            return None if x != x or y != y else (x > y) - (x < y)
        return 0 if a is b else self.between(a, b)

    def units(self, *numbers: Any) -> list[float]:
        """The numbers as doubles that have their signs, infinities as they are: IEEE arithmetic of these tells."""
        return [x if isinstance(x, float) else float(self.compare(x, ZERO) or 0) for x in numbers]

    def plus(self, a: Any, b: Any) -> Any:
        if isinstance(a, Fraction) and isinstance(b, Fraction):
            return self.bounded(a + b)
        if isinstance(a, float) or isinstance(b, float):
            return sum(x for x in (a, b) if isinstance(x, float))
        for one, other in ((a, b), (b, a)):
            if isinstance(one, Fraction) and not one:
                return other
        return self.irrational("plus", a, b)

    def minus(self, a: Any, b: Any) -> Any:
        return self.plus(a, self.negative(b))

    def negative(self, a: Any) -> Any:
        return -a

    def times(self, a: Any, b: Any) -> Any:
        if isinstance(a, Fraction) and isinstance(b, Fraction):
            return self.bounded(a * b)
        if isinstance(a, float) or isinstance(b, float):
            x, y = self.units(a, b)
            return x * y
        for one, other in ((a, b), (b, a)):
            if isinstance(one, Fraction) and one in (0, 1):
                return other if one else ZERO
        return self.irrational("times", a, b)

    def over(self, a: Any, b: Any) -> Any:
        if isinstance(a, float) or isinstance(b, float) or self.compare(b, ZERO) == 0:
            return or_whole(FLOATS.divide(*self.units(a, b)))
        if isinstance(a, Fraction):
            if isinstance(b, Fraction):
                return self.bounded(a / b)
            if not a:
                return ZERO
        return self.irrational("over", a, b)

    def absolute(self, x: Any) -> Any:
        if isinstance(x, (Fraction, float)):
            return abs(x)
        return x if self.between(x, ZERO) >= 0 else self.negative(x)

    def _sign(self, x: Any) -> Any:
        sign = self.compare(x, ZERO)
        return nan if sign is None else Fraction(sign)

    def floored(self, x: Any) -> Any:
        if isinstance(x, float):
            return x
        return Fraction(math.floor(x) if isinstance(x, Fraction) else self.whole_below(x))

    def _ceil(self, x: Any) -> Any:
        return self.negative(self.floored(self.negative(x)))

    def raised(self, x: Any, n: Any) -> Any:
        """x^n"""
        if isinstance(n, Fraction) and n in (0, 1):
            return x if n else ONE
        if isinstance(x, float) or isinstance(n, float):
            return or_whole(FLOATS.power(self._beside_one(x), self._beside_one(n)))
        sign = self.compare(x, ZERO)
        if not sign:
            return ZERO if self.compare(n, ZERO) == 1 else inf
        is_whole = isinstance(n, Fraction) and n.denominator == 1
        if sign < 0 and not is_whole:
            return nan
        if isinstance(x, Fraction):
            if x == 1:
                return ONE
            found = self._rational_power(x, n) if isinstance(n, Fraction) else None
            if found is not None:
                return self.bounded(found)
        return self.power_of(x, n)

    def _beside_one(self, x: Any) -> float:
        """A double on the same side of -1, 0 and 1, and as whole as the number: its powers have the same limits."""
        if isinstance(x, float):
            return x
        sign = float(self.compare(x, ZERO) or 0)
        if isinstance(x, Fraction) and x.denominator == 1 and x.numerator % 2 == 0:
            return 2.0 * sign
        one = self.compare(self.absolute(x), ONE) or 0
        odd = 3.0 if isinstance(x, Fraction) and x.denominator == 1 else 2.5
        return sign * (1.0 if one == 0 else odd if one > 0 else 0.5)

    def _rational_power(self, x: Fraction, n: Fraction) -> Fraction | None:
        """A power that is a fraction, and not too long to be one; None where it is not."""
        root, power = n.denominator, n.numerator
        if root > 1:
            tops = [whole_root(part, root) for part in (x.numerator, x.denominator)]
            if None in tops:
                return None
            x = Fraction(tops[0] or 0, tops[1] or 1)
        bits = max(x.numerator.bit_length(), x.denominator.bit_length())
        return None if x not in (1, -1) and bits * abs(power) > self.longest() else x**power

    def longest(self) -> int:
        """Bits that a power may have as a fraction."""
        return 16_384

    # Functions

    def on_numbers(self, operation: Callable[..., Any]) -> Callable[..., Number]:
        """An operation on numbers of any kind."""

        def gate(*inputs: Any) -> Number:
            return Number(self, operation(*[x.value if x.__class__ is Number else self.value(x).value for x in inputs]))

        return gate

    def _truth(self, holds: Callable[[int], bool], of_nan: Fraction = ZERO) -> Callable[[Any, Any], Number]:
        def compared(a: Any, b: Any) -> Fraction:
            sign = self.compare(a, b)
            return of_nan if sign is None else ONE if holds(sign) else ZERO

        return self.on_numbers(compared)

    def _function(self, name: str) -> Callable[[Any], Any]:
        """A function of one number with all its domain."""

        def function(x: Any) -> Any:
            if isinstance(x, float):
                return self._at_infinity(name, x)
            edge = outside(name, x, self.compare)
            if edge is not None:
                return edge
            if isinstance(x, Fraction) and (found := known(name, x)) is not None:
                return found
            return self.call(name, x)

        return function

    def _at_infinity(self, name: str, x: float) -> Any:
        found = getattr(FLOATS, name)(x)
        if found - found != 0:
            return found
        # limits are whole numbers and halves, or those of an angle
        return self.parts_of_pi(Fraction(round(found * 4 / math.pi), 4)) if found % 0.5 else Fraction(found)

    def parts_of_pi(self, q: Fraction) -> Any:
        return self.times(q, self.named("pi")) if q else ZERO

    def max(self, *inputs: Any) -> Number:
        return self._extreme(1, inputs)

    def min(self, *inputs: Any) -> Number:
        return self._extreme(-1, inputs)

    def _extreme(self, way: int, inputs: Any) -> Number:
        """The largest or the smallest; NaN where one is NaN."""

        def better(a: Any, b: Any) -> Any:
            sign = self.compare(a, b)
            return nan if sign is None else a if sign * way >= 0 else b

        return Number(self, reduce(better, [self.value(x).value for x in inputs]))

    def where(self, condition: Any, a: Any, b: Any) -> Number:
        return self.value(a if condition else b)

    def lacks(self, name: str) -> BpcalcError:
        """The error for a function that the system does not have."""
        return BpcalcError(f'{self.called} does not have "{name}"', hint="bpcalc gates has what it is made of")

    def function(self, gate: Gate) -> Any:
        try:
            return super().function(gate)
        except AttributeError:
            raise self.lacks(gate.spelling) from None
