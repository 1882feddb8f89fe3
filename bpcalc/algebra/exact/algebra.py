"""The number system of `--exact`.

A comparison is decided by digits, as many as it takes; numbers that 1,000 digits do not tell apart are held against the
identities of trigonometry and logarithms, and what is open then is an error.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from functools import cached_property
from typing import Any

from bpcalc.algebra import flint_, matrices
from bpcalc.algebra.decimals import decimal
from bpcalc.algebra.exact import functions
from bpcalc.algebra.exact.forms import ONE, ZERO, Form, Forms, taken_apart
from bpcalc.algebra.exact.fractions import over_one
from bpcalc.algebra.exact.radicals import denested
from bpcalc.algebra.flint_ import Rows, are_fractions
from bpcalc.algebra.number import Number
from bpcalc.algebra.protocol import UndecidedError
from bpcalc.algebra.rationals import Rationals
from bpcalc.errors import BpcalcError

FIRST, LAST = 128, 4096  # bits that a comparison is tried with
LONG = 262_144  # bits of a fraction: beyond them nobody reads it
SHOWN = 60  # characters of a number that people are shown; one with more is shown as a decimal


class Exact(Rationals):
    """Fractions and forms. Without python-flint there are only fractions."""

    called = "--exact"

    def __init__(self) -> None:
        self.forms = Forms()
        self._values: dict[int, dict[int, Any]] = {}
        self._arrays: Any = None
        super().__init__()

    @property
    def arrays(self) -> Any:
        if self._arrays is None:
            from bpcalc.algebra.entrywise import Entrywise

            self._arrays = Entrywise(self)
        return self._arrays

    @cached_property
    def balls(self) -> Any:
        """What tells the digits of irrational numbers."""
        from bpcalc.algebra.balls import Balls

        return Balls(6, f"{self.called} of irrational numbers")

    @cached_property
    def sines(self) -> dict[Fraction, Any]:
        return functions.sines(self)

    @cached_property
    def tangents(self) -> dict[Fraction, Any]:
        return functions.tangents(self)

    def number(self, x: Any) -> Number:
        return Number(self, x)

    # Irrational numbers

    def raw(self, x: Any) -> Any:
        return x if isinstance(x, Form) else super().raw(x)

    def functions(self) -> Iterable[str]:
        return (
            "exp", "expm1", "log", "log1p", "sqrt", "cbrt", "sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh",
            "tanh", "asinh", "acosh", "atanh", "erf", "erfc", "gamma", "lgamma", "digamma", "log2", "log10",
            "erfcx", "erfinv", "lambertw", "expint", "sinint", "cosint", "fresnels", "fresnelc",
        )  # fmt: skip

    def call(self, name: str, x: Any) -> Any:
        self.balls  # noqa: B018 (which says what is missing)
        if name == "cbrt":
            found = denested(self, x, 3) if isinstance(x, Form) else None
            if found is not None:
                return found
            sign = self.order_of(x)
            return self.times(Fraction(sign), self.raised(self.absolute(x), Fraction(1, 3)))
        simpler = functions.FUNCTIONS.get(name)
        found = simpler(self, x) if simpler else None
        if found is not None:
            return found
        if name in functions.ODD | functions.EVEN and self._leads_with_minus(x):
            found = self.__dict__[name](self.number(self.negative(x))).value
            return found if name in functions.EVEN else self.negative(found)
        return self.forms.atom(name, x)

    def _leads_with_minus(self, x: Any) -> bool:
        terms = self.forms.terms(x)
        return terms[min(terms)] < 0

    def named(self, name: str) -> Any:
        self.balls  # noqa: B018
        return Form({((self.forms.pi if name == "pi" else self.forms.e, ONE),): ONE})

    def bessel_of(self, name: str, n: Any, x: Any) -> Any:
        return self.forms.atom(name, n, x)

    def polygamma_of(self, n: int, x: Any) -> Any:
        return self.forms.atom("polygamma", Fraction(n), x)

    def irrational(self, name: str, a: Any, b: Any) -> Any:
        if name == "plus":
            return self._simpler(self.forms.plus(a, b))
        if name == "over":
            b = self.forms.inverse(b) if isinstance(b, Form) else 1 / b
        return self._simpler(self.forms.times(a, b))

    def power_of(self, x: Any, n: Any) -> Any:
        if isinstance(x, Fraction) and isinstance(n, Fraction):
            if n.denominator == 1:
                raise self._too_long()
            self.balls  # noqa: B018
            return self.forms.root(x, n)
        if isinstance(n, Fraction):
            root = denested(self, x, n.denominator) if n.denominator > 1 else None
            return self.forms.power(x, n) if root is None else self.raised(root, Fraction(n.numerator))
        return functions.exp(self, self.times(n, self.log(self.number(x)).value))

    def _simpler(self, x: Any) -> Any:
        """A sum over one divisor, or with the identities of trigonometry, where these make it shorter."""
        if not isinstance(x, Form) or len(x.terms) < 2:
            return x
        other: Any = x
        if self.forms.has(x, "sum"):
            other = over_one(self.forms, x)
        elif self.forms.has(x, "sin", "cos", "sinh", "cosh", "log"):
            other = self._by_identities(x)
        return other if len(self.forms.terms(other)) < len(x.terms) else x

    def _by_identities(self, x: Form) -> Any:
        """cos^2 as 1 - sin^2, cosh^2 as 1 + sinh^2, logarithms of fractions as sums of those of primes."""
        forms, total = self.forms, ZERO
        for product, factor in x.terms.items():
            part: Any = factor
            for at, exponent in product:
                atom = forms.atoms[at]
                if atom.name in ("cos", "cosh") and exponent >= 2:
                    sign, other = (-ONE, "sin") if atom.name == "cos" else (ONE, "sinh")
                    sine = forms.atom(other, *atom.arguments)
                    square = forms.plus(ONE, forms.times(sign, forms.times(sine, sine)))
                    for _ in range(int(exponent // 2)):
                        part = forms.times(part, square)
                    part = forms.times(part, forms.made({((at, exponent % 2),) if exponent % 2 else (): ONE}))
                elif atom.name == "log" and exponent == 1 and isinstance(atom.arguments[0], Fraction):
                    part = forms.times(part, self._log_of_primes(atom.arguments[0]))
                else:
                    part = forms.times(part, Form({((at, exponent),): ONE}))
            total = forms.plus(total, part)
        return over_one(forms, total)

    def _log_of_primes(self, x: Fraction) -> Any:
        total: Any = ZERO
        for part, way in ((x.numerator, 1), (x.denominator, -1)):
            for prime, count in taken_apart(part).items():
                total = self.forms.plus(
                    total, self.forms.times(Fraction(count * way), self.forms.atom("log", Fraction(prime)))
                )
        return total

    # Comparisons

    def between(self, a: Any, b: Any) -> int:
        rest = self.forms.plus(a, self.negative(b))
        return self.order_of(rest)

    def order_of(self, x: Any) -> int:
        """The sign of a number."""
        if isinstance(x, Fraction):
            return (x > 0) - (x < 0)
        bits = FIRST
        while bits <= LAST:
            ball = self.ball(x, bits)
            if ball is not None and not ball.contains(0):
                return 1 if ball > 0 else -1
            bits *= 2
        if self._by_identities(x) == ZERO:
            return 0
        hint = "it is, to 1,000 digits; --digits N"
        raise BpcalcError(f"whether {self._quoted(x)} is 0 cannot be decided", hint=hint)

    def _quoted(self, x: Any) -> str:
        text = self.forms.text(x)
        return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"

    def ball(self, x: Any, bits: int) -> Any:
        """A number with so many bits; None where they do not do."""
        balls, forms = self.balls, self.forms
        balls.bits, balls.strict = bits, True
        known = self._values.setdefault(bits, {})
        with balls.quiet():
            try:
                for at in forms.inside(x):
                    if at not in known:
                        known[at] = self._atom_value(at, known)
                return balls.ball(self._sum_value(x, known))
            except UndecidedError:
                return None

    def _atom_value(self, at: int, known: dict[int, Any]) -> Any:
        balls, atom = self.balls, self.forms.atoms[at]
        if atom.name in ("e", "pi"):
            return balls.named(atom.name)
        values = [self._sum_value(part, known) for part in atom.arguments]
        if atom.name in ("prime", "sum"):
            return values[0]
        return getattr(balls, atom.name)(*(Number(balls, value) for value in values)).value

    def _sum_value(self, x: Any, known: dict[int, Any]) -> Any:
        balls, total = self.balls, ZERO
        for product, factor in self.forms.terms(x).items():
            part: Any = factor
            for at, exponent in product:
                part = balls.times(part, balls.raised(known[at], exponent))
            total = balls.plus(total, part)
        return total

    def whole_below(self, x: Any) -> int:
        bits = FIRST
        while bits <= LAST:
            ball = self.ball(x, bits)
            with self.balls.quiet():
                found = None if ball is None else ball.floor().unique_fmpz()
            if found is not None:
                return int(found)
            bits *= 2
        raise BpcalcError(f"whether {self._quoted(x)} is a whole number cannot be decided")

    def nearest(self, x: Any) -> float:
        if isinstance(x, Form):
            return float(self._decimal(x, 17).partition(" ± ")[0])
        if isinstance(x, float):
            return x
        try:
            return float(x)
        except OverflowError:
            return float("inf") if x > 0 else -float("inf")

    def bounded(self, x: Fraction) -> Any:
        if x.numerator.bit_length() + x.denominator.bit_length() > LONG:
            raise self._too_long()
        return x

    def longest(self) -> int:
        return LONG

    def _too_long(self) -> BpcalcError:
        digits = int(LONG * 0.30103)
        return BpcalcError(f"an exact number would have more than {digits:,} digits", hint="--digits N has its first")

    # Matrices of fractions

    def _flint(self) -> Any:
        try:
            return self.balls.flint
        except BpcalcError:
            return None

    def native_product(self, a: Rows, b: Rows) -> Rows | None:
        flint = self._flint() if are_fractions(a, b) else None
        return None if flint is None else flint_.product(flint, a, b)

    def native_det(self, rows: Rows) -> Any:
        if not are_fractions(rows):  # without a division, which forms keep as it stands
            return matrices.adjugate(self, rows)[1]
        flint = self._flint()
        return None if flint is None else flint_.det(flint, rows)

    def native_solve(self, rows: Rows, right: Rows) -> Rows | None:
        if not are_fractions(rows):
            back, det = matrices.adjugate(self, rows)
            return None if self.compare(det, ZERO) == 0 else self._divided(matrices.product(self, back, right), det)
        flint = self._flint() if are_fractions(right) else None
        return None if flint is None else flint_.solve(flint, rows, right)

    def _divided(self, rows: Rows, by: Any) -> Rows:
        return [[self.over(x, by) for x in row] for row in rows]

    # Texts

    def _decimal(self, x: Any, digits: int) -> str:
        """The first digits of an irrational number."""
        balls = self.balls
        balls.digits, bits = digits, FIRST
        while True:
            ball = self.ball(x, bits)
            if ball is not None and (bits >= LAST or balls.is_told(ball)):
                text = str(balls.text(Number(balls, ball), digits))
                return text.rstrip("0").removesuffix(".") if "." in text and "e" not in text else text
            if bits >= LAST:
                raise BpcalcError(f"{self._quoted(x)} has more digits than are worked with")
            bits *= 2

    def exact(self, x: Any) -> str:
        x = self.value(x).value
        if isinstance(x, float):
            return "nan" if x != x else "inf" if x > 0 else "-inf"
        return self.forms.text(x)

    def text(self, x: Any, digits: int | None) -> str:
        """The whole number, exactly; one that is long to read as a decimal, with a sign that says so."""
        found = self.exact(x)
        if digits is None or len(found) <= SHOWN:
            return found
        raw = self.raw(x)
        if isinstance(raw, Form):
            return f"≈ {self._decimal(raw, digits)}"
        return f"≈ {decimal(raw, digits)}"

    def beside(self, x: Any, digits: int | None) -> str:
        raw = self.raw(x)
        if not isinstance(raw, Form) or self.text(x, digits).startswith("≈"):
            return ""
        return self._decimal(raw, digits or 17)

    def shows(self, x: Any, shown: str) -> bool:
        return not shown.startswith("≈")

    def read(self, text: str) -> Number:
        return Number(self, Fraction(text.partition(" ≈ ")[0]))

    def close(self, a: Any, b: Any, tolerance: float) -> bool:
        a, b = self.raw(a), self.raw(b)
        if not (isinstance(a, Form) or isinstance(b, Form)) or isinstance(a, float) or isinstance(b, float):
            return self.compare(a, b) == 0 or (self.is_nan(a) and self.is_nan(b))
        first, second = self.ball(a, LAST), self.ball(b, LAST)  # two forms of one number are not always known to be
        return first is not None and second is not None and bool(self.balls.close(first, second, tolerance))

    def as_mpmath(self, x: Number) -> Any:
        import mpmath

        if isinstance(x.value, Form):
            return mpmath.mpf(self._decimal(x.value, mpmath.mp.dps + 5))
        if isinstance(x.value, float):
            return mpmath.mpf(x.value)
        return mpmath.mpf(x.value.numerator) / x.value.denominator
