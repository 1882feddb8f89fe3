"""`--digits N`: numbers with N digits that are right, by Arb's balls, which python-flint has.

A ball is a number with a bound on its error, and every operation keeps the bound true. Nothing is printed that a ball
leaves open: `settled` calculates again with twice the bits until each digit asked for is certain, also where numbers
cancel or matrices are close to singular. What is rational stays so until the first irrational gate, so that what is
exactly 0 is known to be.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from fractions import Fraction
from typing import Any, TypeVar

from bpcalc.algebra import flint_
from bpcalc.algebra.ball_functions import BESSEL, OWN, RENAMED, SAME, function
from bpcalc.algebra.decimals import BITS, decimal, rounded, written
from bpcalc.algebra.flint_ import Rows, are_finite, are_fractions
from bpcalc.algebra.number import Number
from bpcalc.algebra.protocol import UndecidedError
from bpcalc.algebra.rationals import Rationals, inf, nan
from bpcalc.errors import BpcalcError

Found = TypeVar("Found")

SPARE = 64  # bits that there are beyond those of the digits, to begin with
MOST, MORE = 65_536, 16  # bits at the end: so many, and so many for each bit that is asked for
MANY, FEW = 2048, 200  # bits for any count of numbers, and how many numbers may take all bits
LONG = 16_384  # bits of a fraction that is worth keeping
UNSURE, TIE = 30, 25  # digits of a bound that are looked at, and that tell a tie


class Balls(Rationals):
    """Numbers with `digits` right digits.

    bits        that are calculated with now
    as_doubles  whether a float is the double that it is, and not the decimal that it prints as
    """

    digits_shown = None

    def __init__(self, digits: int, called: str = "--digits", as_doubles: bool = False) -> None:
        self.flint = flint_.load(called)
        self.called = called
        self.digits = digits
        self.as_doubles = as_doubles
        self.least = self.bits = int(digits * BITS) + SPARE
        self.strict = True
        self._arrays: Any = None
        super().__init__()

    @property
    def arrays(self) -> Any:
        if self._arrays is None:
            from bpcalc.algebra.entrywise import Entrywise

            self._arrays = Entrywise(self)
        return self._arrays

    # Precision

    @property
    def most(self) -> int:
        """Bits beyond which it is given up."""
        return MOST + MORE * self.least

    @contextmanager
    def _precise(self) -> Iterator[None]:
        context = self.flint.ctx
        before, context.prec = context.prec, self.bits
        try:
            yield
        finally:
            context.prec = before

    def quiet(self) -> AbstractContextManager[Any]:
        return self._precise()

    def settled(self, calculate: Callable[[], Found], numbers: Callable[[Found], Iterable[Any]]) -> Found:
        self.strict = True
        while True:
            last = self.bits * 2 > self.most
            try:
                with self._precise():
                    found = calculate()
                    if last or self._is_enough(numbers(found)):
                        self.strict = False
                        return found
            except UndecidedError as error:
                if last:
                    raise self._open(error) from None
            self.bits *= 2

    def _is_enough(self, numbers: Iterable[Any]) -> bool:
        """Is every number told, or one that is likely to be 0? Of many, less is tried to tell them from it."""
        count, zeros = 0, 0
        for x in numbers:
            count += 1
            if not self.is_told(x):
                if not self.raw(x).contains(0):
                    return False
                zeros += 1
        return not zeros or self.bits > max(4 * self.least + MANY, self.most * FEW // count)

    def _open(self, error: UndecidedError) -> BpcalcError:
        place, digits = error.place() if error.place else "", int(self.bits / BITS)
        return BpcalcError(
            f"{place}: {error}" if place else str(error),
            hint=f"{digits:,} digits do not tell; {self.called.partition(' ')[0]} needs it certain: --exact may know, "
            "and doubles take what rounding gives",
        )

    def is_told(self, x: Any) -> bool:
        """Is every digit known that is asked for, and how the last one is rounded?"""
        x = self.raw(x)
        return isinstance(x, (Fraction, float)) or self._certain(x, self.digits) is not None

    def shows(self, x: Any, shown: str) -> bool:
        return self.is_exact(x) and super().shows(x, shown)

    def is_exact(self, x: Any) -> bool:
        return isinstance(self.raw(x), (Fraction, float))

    def told(self) -> str:
        if self.bits <= 2 * (self.least + SPARE):
            return ""
        return f"{int(self.bits / BITS):,} digits were carried to have {self.digits:,} right"

    # Irrational numbers

    def raw(self, x: Any) -> Any:
        if isinstance(x, self.flint.arb):
            return x
        return Fraction(float(x)) if self.as_doubles and isinstance(x, float) and x - x == 0 else super().raw(x)

    def functions(self) -> Iterable[str]:
        return (*SAME, *RENAMED, *OWN)

    def ball(self, x: Any) -> Any:
        """A finite number as a ball."""
        if isinstance(x, Fraction):
            return self.flint.arb(self.flint.fmpq(x.numerator, x.denominator))
        return x

    def finite(self, found: Any, what: str) -> Any:
        """A ball that an operation gave. Raises UndecidedError where its input was too wide to tell."""
        if found.is_finite():
            return found
        raise UndecidedError(f"{what} is beyond all bounds, or at the edge of its domain")

    def call(self, name: str, x: Any) -> Any:
        if name == "lambertw" and self.between(x, self.negative(self.call("exp", Fraction(-1)))) < 0:
            return nan
        with self._precise():
            return self.finite(function(name)(self.ball(x)), f"{name}(x)")

    def bessel_of(self, name: str, n: Any, x: Any) -> Any:
        with self._precise():
            return self.finite(getattr(self.ball(x), BESSEL[name])(self.ball(n)), f"{name}(n, x)")

    def polygamma_of(self, n: int, x: Any) -> Any:
        with self._precise():
            found = self.flint.acb(self.ball(x)).polygamma(self.flint.acb(n))
            return self.finite(found.real, "polygamma(n, x)")

    def named(self, name: str) -> Any:
        with self._precise():
            return self.flint.arb.pi() if name == "pi" else self.flint.arb.const_e()

    def irrational(self, name: str, a: Any, b: Any) -> Any:
        with self._precise():
            a, b = self.ball(a), self.ball(b)
            return self.finite(a + b if name == "plus" else a * b if name == "times" else a / b, "the result")

    def power_of(self, x: Any, n: Any) -> Any:
        with self._precise():
            exponent = self.ball(n)
            if isinstance(n, Fraction) and n.denominator == 1:
                exponent = self.flint.fmpz(n.numerator)
            return self.finite(self.ball(x) ** exponent, "x^n")

    def between(self, a: Any, b: Any) -> int:
        with self._precise():
            left, right = self.ball(a), self.ball(b)
            if left < right:
                return -1
            if left > right:
                return 1
        if self.strict:
            raise UndecidedError(f"{self._about(a)} may be {self._about(b)}, a little more, or a little less")
        return 0

    def _about(self, x: Any) -> str:
        return self.text(Number(self, x), min(self.digits, 12))

    def whole_below(self, x: Any) -> int:
        with self._precise():
            found = self.ball(x).floor().unique_fmpz()
        if found is None:
            raise UndecidedError(f"{self._about(x)} may lie on either side of a whole number")
        return int(found)

    def bounded(self, x: Fraction) -> Any:
        if x.numerator.bit_length() + x.denominator.bit_length() <= LONG + 8 * self.least:
            return x
        with self._precise():
            return self.ball(x)

    def decimal(self, text: str) -> Any:
        try:
            return super().decimal(text)
        except BpcalcError:
            with self._precise():
                return self.flint.arb(text)

    # Matrices: of fractions as such, else as Arb has them

    def native_product(self, a: Rows, b: Rows) -> Rows | None:
        if not are_finite(a, b):
            return None
        if are_fractions(a, b):
            return self._bounded(flint_.product(self.flint, a, b))
        with self._precise():
            return self._unpacked(self._packed(a) * self._packed(b))

    def native_det(self, rows: Rows) -> Any:
        if are_fractions(rows):
            return self.bounded(flint_.det(self.flint, rows))
        with self._precise():
            return self.finite(self._packed(rows).det(), "a determinant")

    def native_exp(self, rows: Rows) -> Rows:
        with self._precise():
            return self._unpacked(self._packed(rows).exp())

    def native_solve(self, rows: Rows, right: Rows) -> Rows | None:
        if are_fractions(rows):
            if are_fractions(right):
                found = flint_.solve(self.flint, rows, right)
                return None if found is None else self._bounded(found)
            if not flint_.det(self.flint, rows):
                return None
        with self._precise():
            try:
                return self._unpacked(self._packed(rows).solve(self._packed(right)))
            except ZeroDivisionError:
                raise UndecidedError("a matrix may be singular") from None

    def _bounded(self, rows: Rows) -> Rows:
        return [[self.bounded(x) for x in row] for row in rows]

    def _packed(self, rows: Rows) -> Any:
        return self.flint.arb_mat([[self.ball(x) for x in row] for row in rows])

    def _unpacked(self, matrix: Any) -> Rows:
        return [[self.finite(x, "an entry of a matrix") for x in row] for row in matrix.tolist()]

    # Numbers as texts

    def nearest(self, x: Any) -> float:
        if isinstance(x, float):
            return x
        if isinstance(x, Fraction):
            try:
                return float(x)
            except OverflowError:
                return inf if x > 0 else -inf
        return float(x.mid())

    def _certain(self, x: Any, digits: int) -> tuple[int, int] | None:
        """The number, rounded to so many digits, as m*10^e; None where the ball leaves that open."""
        if not x.is_finite() or x.contains(0):
            return None
        with self._precise():
            middle, radius, exponent = map(int, x.mid_rad_10exp(digits + UNSURE))
        size = abs(middle)
        ends = [rounded(size + shift, digits) for shift in (-radius, radius)]
        if size <= radius:
            return None
        if ends[0] != ends[1]:
            if radius > 10 ** (UNSURE - TIE):
                return None
            tie, lost = rounded(size, digits + 1)  # so near to the middle between two decimals that it may well be it
            kept, dropped = rounded(tie, digits)
            ends[0] = kept, lost + dropped
        kept, dropped = ends[0]
        return (kept if middle > 0 else -kept), exponent + dropped

    def text(self, x: Any, digits: int | None) -> str:
        """To so many digits; of an irrational number all of them stand there, zeros too. `0 ± 1e-90` where a number
        cannot be told from 0."""
        x, digits = self.value(x).value, min(digits or self.digits, self.digits)
        if isinstance(x, float):
            return "nan" if x != x else "inf" if x > 0 else "-inf"
        if isinstance(x, Fraction):
            return decimal(x, digits)
        found = self._certain(x, digits)
        while found is None and digits > 1 and not x.contains(0):  # given up: the digits that are certain
            digits -= 1
            found = self._certain(x, digits)
        if found is None:
            with self._precise():
                middle, radius, exponent = map(int, x.abs_upper().mid_rad_10exp(UNSURE))
            return f"0 ± 1e{len(str(middle + radius)) + exponent}"
        return written(*found, digits, pad=True)

    def exact(self, x: Any) -> str:
        return self.text(x, None)

    def read(self, text: str) -> Number:
        number, _, _ = text.partition(" ± ")
        if number in ("nan", "inf", "-inf"):
            return Number(self, float(number))
        return Number(self, self.decimal(number))

    def close(self, a: Any, b: Any, tolerance: float) -> bool:
        a, b = self.raw(a), self.raw(b)
        if any(isinstance(x, float) for x in (a, b)):
            return bool(a == b or (a != a and b != b)) if isinstance(a, float) and isinstance(b, float) else False
        with self._precise():
            a, b = self.ball(a).mid(), self.ball(b).mid()
            return bool(abs(a - b) <= self.flint.arb(tolerance) * max(abs(a), abs(b)))

    def as_mpmath(self, x: Number) -> Any:
        import mpmath

        with mpmath.workdps(self.digits + 5):
            return mpmath.mpf(self.text(x, None).partition(" ± ")[0])
