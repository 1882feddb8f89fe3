"""The number system of `--bounds`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from fractions import Fraction
from functools import partial, reduce
from typing import Any, TypeVar

from bpcalc.algebra import flint_
from bpcalc.algebra.ball_functions import OWN, RENAMED, SAME, function
from bpcalc.algebra.bounds import arithmetic, circular, linear, special, texts
from bpcalc.algebra.bounds.kinks import RULES, bent
from bpcalc.algebra.bounds.narrowed import JUMPS, Narrowed
from bpcalc.algebra.bounds.spans import (
    ONE,
    PRECISION,
    ZERO,
    Span,
    both,
    ends,
    from_ball,
    hull,
    inf,
    is_narrow,
    is_unbounded,
    is_unknown,
    nan,
    span,
    to_ball,
)
from bpcalc.algebra.bounds.truths import Maybe, Signs, extreme
from bpcalc.algebra.bounds.ways import Ways
from bpcalc.algebra.flint_ import Rows
from bpcalc.algebra.number import Number
from bpcalc.algebra.protocol import UndecidedError
from bpcalc.algebra.rationals import Rationals
from bpcalc.errors import BpcalcError
from bpcalc.gate import Gate
from bpcalc.gates import GATES

Found = TypeVar("Found")

WIDE = 64  # bits for a range
FEW, MOST = 100, 40_000  # bits of a function at a number, and with how many it is tried

RISING = frozenset((
    "exp", "expm1", "log", "log2", "log10", "log1p", "sqrt", "cbrt", "asin", "atan", "sinh", "tanh", "asinh", "acosh",
    "atanh", "erf", "erfinv", "lambertw",
))  # fmt: skip
FALLING = frozenset(("acos", "erfc", "erfcx", "expint"))
# Gates that have what they need here, or in `arithmetic`.
OWN_WAY = frozenset((
    "add", "subtract", "multiply", "divide", "negate", "power", "abs", "sign", "floor", "ceil", "max", "min", "where",
    "sin", "cos", "tan", "cosh", "atan2", "hypot", "less", "less_equal", "greater", "greater_equal", "equal",
    "not_equal", "stop_gradient", "relu", "clip", "mod", "heaviside", "selu",
)) | RISING | FALLING  # fmt: skip


class Intervals(Rationals):
    """Numbers between bounds. There is one instance for a calculation, for it remembers the `ways` of its gates."""

    called = "--bounds"
    encloses = True

    def __init__(self) -> None:
        self.flint = flint_.load(self.called)
        self.ways = Ways()
        self.narrowed = Narrowed(self)
        self._arrays: Any = None
        super().__init__()
        self.__dict__["atan2"] = self.on_numbers(partial(circular.angle, self))
        for name, ordered in special.FUNCTIONS.items():
            self.__dict__[name] = self.on_numbers(partial(ordered, self, name))
        for name, gate in GATES.items():
            natural = self.__dict__.get(name)
            if natural is not None and name not in OWN_WAY and not gate.of_arrays:
                self.__dict__[name] = self.narrowed.function(gate, natural)

    @property
    def arrays(self) -> Any:
        if self._arrays is None:
            from bpcalc.algebra.bounds.arrays import BoundedArrays

            self._arrays = BoundedArrays(self)
        return self._arrays

    @contextmanager
    def precise(self, bits: int = PRECISION) -> Iterator[None]:
        context = self.flint.ctx
        before, context.prec = context.prec, bits
        try:
            yield
        finally:
            context.prec = before

    def bits_for(self, *numbers: Any) -> int:
        """How many bits Arb calculates with: a range has no use for many."""
        return WIDE if any(isinstance(x, Span) and not is_narrow(x) for x in numbers) else PRECISION

    def settled(self, calculate: Callable[[], Found], numbers: Callable[[Found], Iterable[Any]]) -> Found:
        try:
            return calculate()
        except UndecidedError as error:
            hint = "narrower ranges may decide it"
            raise BpcalcError(f"--bounds cannot follow both ways: {error}", hint=hint) from None

    # Numbers

    def raw(self, x: Any) -> Any:
        kind = x.__class__
        if kind is Span or kind is Fraction:
            return x
        return x.value if isinstance(x, Number) else super().raw(x)

    def value(self, number: Any) -> Number:
        within = getattr(number, "within", None)
        return super().value(number if within is None else within(self))

    def wrapped(self, raw: Any) -> Number:
        return Number(self, raw)

    def between_ends(self, lo: Any, hi: Any) -> Number:
        """The range from one number to another."""
        return Number(self, hull(self.raw(lo), self.raw(hi)))

    def hull(self, a: Any, b: Any) -> Number:
        """Whatever is in either of two numbers."""
        return Number(self, hull(self.value(a).value, self.value(b).value))

    def both(self, a: Any, b: Any) -> Number:
        """What is in two enclosures of the same number."""
        return Number(self, both(self.value(a).value, self.value(b).value))

    def range_of(self, x: Any) -> tuple[Any, Any] | None:
        """The ends of a number that is a range; None where it is a point, or not known."""
        raw = self.raw(x)
        return (raw.lo, raw.hi) if isinstance(raw, Span) and not is_narrow(raw) else None

    def functions(self) -> Iterable[str]:
        return (*SAME, *RENAMED, *OWN)

    def bounded(self, x: Fraction) -> Any:
        return x if x.numerator.bit_length() + x.denominator.bit_length() <= 4096 else span(x, x)

    def named(self, name: str) -> Any:
        with self.precise():
            return from_ball(self.flint.arb.pi() if name == "pi" else self.flint.arb.const_e())

    def nearest(self, x: Any) -> float:
        if isinstance(x, Span):
            lo, hi = ends(x)
            x = hi if lo == -inf else lo if hi == inf else (lo + hi) / 2
        try:
            return float(x)
        except OverflowError:
            return inf if x > 0 else -inf

    def is_finite(self, x: Any) -> bool:
        return not is_unknown(raw := self.raw(x)) and not is_unbounded(raw)

    def is_zero(self, x: Any) -> bool:
        return bool(self.raw(x) == 0)

    # Arithmetic

    def plus(self, a: Any, b: Any) -> Any:
        if isinstance(a, Fraction) and isinstance(b, Fraction):
            return self.bounded(a + b)
        return arithmetic.plus(a, b)

    def minus(self, a: Any, b: Any) -> Any:
        return arithmetic.minus(a, b)

    def negative(self, a: Any) -> Any:
        return arithmetic.negative(a)

    def times(self, a: Any, b: Any) -> Any:
        if isinstance(a, Fraction) and isinstance(b, Fraction):
            return self.bounded(a * b)
        for one, other in ((a, b), (b, a)):
            if isinstance(one, Fraction) and one == 1:
                return other
        return arithmetic.times(a, b)

    def over(self, a: Any, b: Any) -> Any:
        if isinstance(a, Fraction) and isinstance(b, Fraction) and b:
            return self.bounded(a / b)
        return a if isinstance(b, Fraction) and b == 1 else arithmetic.over(a, b)

    def absolute(self, x: Any) -> Any:
        return arithmetic.absolute(x)

    def raised(self, x: Any, n: Any) -> Any:
        if not isinstance(x, Span) and not isinstance(n, Span):
            return super().raised(x, n)
        if any(isinstance(one, float) for one in (x, n)):
            return nan
        return arithmetic.power(x, n, super().raised)

    def power_of(self, x: Any, n: Any) -> Any:
        with self.precise():
            exponent = to_ball(self.flint, n)
            if isinstance(n, Fraction) and n.denominator == 1:
                exponent = self.flint.fmpz(n.numerator)
            return from_ball(to_ball(self.flint, x) ** exponent)

    def floored(self, x: Any) -> Any:
        if not isinstance(x, Span):
            return super().floored(x)
        return hull(*(super(Intervals, self).floored(one) for one in ends(x)))

    def _sign(self, x: Any) -> Any:
        found = self.compare(x, ZERO)
        if found is None:
            return span(-ONE, ONE)
        may = found.may if isinstance(found, Signs) else (found,)
        return hull(*map(Fraction, may))

    # Which is larger

    def compare(self, a: Any, b: Any) -> Any:
        """-1, 0 or 1; `Signs` where that is open; None where one is not known."""
        if is_unknown(a) or is_unknown(b):
            return None
        if a is b:
            return 0
        (a_lo, a_hi), (b_lo, b_hi) = ends(a), ends(b)
        may = [-1] * (a_lo < b_hi) + [0] * (a_lo <= b_hi and b_lo <= a_hi) + [1] * (a_hi > b_lo)
        return may[0] if len(may) == 1 else Signs(self, *may)

    def between(self, a: Any, b: Any) -> int:
        raise TypeError("the order of spans may be open: see compare")

    def irrational(self, name: str, a: Any, b: Any) -> Any:
        return getattr(self, name)(a, b)

    def _truth(self, holds: Callable[[int], bool], of_nan: Fraction = ZERO) -> Callable[[Any, Any], Number]:
        def compared(a: Any, b: Any) -> Any:
            sign = self.compare(a, b)
            found = Maybe(self) if sign is None else holds(sign)
            return found.value if isinstance(found, Number) else ONE if found else ZERO

        return self.on_numbers(compared)

    def truth(self, condition: Any) -> bool | None:
        """Does it hold? None: it may."""
        if isinstance(condition, bool):
            return condition
        sign = self.compare(self.value(condition).value, ZERO)
        found = None if sign is None else sign != 0
        return found if isinstance(found, bool) else None

    def sure(self, condition: Any) -> bool:
        """Does it certainly hold?"""
        return self.truth(condition) is True

    def holds(self, truth: Any) -> bool:
        return self.sure(truth)

    everywhere = holds

    def where(self, condition: Any, a: Any, b: Any) -> Number:
        found = self.truth(condition)
        return self.hull(a, b) if found is None else self.value(a if found else b)

    def except_at(self, condition: Any, special: Any, usual: Any) -> Any:
        return self.where(condition, special, usual)

    def _extreme(self, way: int, inputs: Any) -> Number:
        return Number(self, reduce(partial(extreme, way), [self.value(x).value for x in inputs]))

    # Slopes, and the ways that they may be

    def rules(self, gate: Gate, convention: str) -> Any:
        if gate.of_arrays:
            return gate.rules(convention)
        if gate.name in RULES:
            return RULES[gate.name]
        rules = gate.rules("torch")
        if gate.kink is not None and gate.kink.limit is None:
            return tuple(rule and partial(bent, gate, place, rule) for place, rule in enumerate(rules))
        if self.narrowed.inner or gate.kink is not None or gate.turns is not None or gate.name in JUMPS:
            return rules
        return tuple(partial(self.narrowed.slope, gate, rule) if callable(rule) else rule for rule in rules)

    def open(self, key: Any, options: Sequence[Any]) -> Number:
        """A slope that may be several: that which is taken now, or else all."""
        found = [self.value(one).value for one in options]
        way = None if self.narrowed.inner else self.ways.taken(key, found)
        return Number(self, hull(*found) if way is None else found[way])

    def route(self, upstream: Any, weight: Any) -> Any:
        return None if self.is_zero(self.value(weight)) else upstream * weight

    # Gates

    def on_numbers(self, operation: Callable[..., Any]) -> Callable[..., Number]:
        """An operation on numbers of any kind. What it cannot decide is not known."""
        plain = super().on_numbers(operation)

        def gate(*inputs: Any) -> Number:
            try:
                return plain(*inputs)
            except UndecidedError:
                return Number(self, nan)

        return gate

    def point(self, name: str, x: Any) -> Any:
        """A function at a single number."""
        return super()._function(name)(x)

    def _function(self, name: str) -> Callable[[Any], Any]:
        at = super()._function(name)

        def found(x: Any) -> Any:
            if not isinstance(x, Span):
                return at(x)
            if name in ("sin", "cos"):
                return circular.wave(self, name, x)
            if name in ("tan", "cosh"):
                return getattr(circular, name)(self, x)
            if name in RISING or name in FALLING or (name == "digamma" and not special.has_pole(x)):
                return hull(*map(at, ends(x)))
            return self.call(name, x)

        return found

    def call(self, name: str, x: Any) -> Any:
        if is_unbounded(x):
            return nan
        bits = self.bits_for(x)
        while True:
            with self.precise(bits):
                found = function(name)(to_ball(self.flint, x))
                if isinstance(x, Span) or found.rel_accuracy_bits() > FEW or bits > MOST:
                    return from_ball(found)
            bits *= 4  # of sin(1e300) the first bits go into finding the angle

    def bessel_of(self, name: str, n: Any, x: Any) -> Any:
        return special.bessel(self, name, n, x)

    def polygamma_of(self, n: int, x: Any) -> Any:
        return special.polygamma(self, n, x)

    def __getattr__(self, name: str) -> Any:
        found = super().__getattr__(name)
        gate = GATES[name]
        if gate.of_arrays or name in OWN_WAY:
            return found
        self.__dict__[name] = made = self.narrowed.function(gate, found)
        return made

    def known(self, function: Callable[..., Any], *inputs: Any) -> Number:
        """What a function gives; what it cannot decide is not known."""
        try:
            return self.value(function(*inputs))
        except UndecidedError:
            return Number(self, nan)

    # Matrices: of fractions as such, of points as Arb has them, of ranges entry by entry

    def native_product(self, a: Rows, b: Rows) -> Rows | None:
        return linear.product(self, a, b)

    def native_det(self, rows: Rows) -> Any:
        return linear.det(self, rows)

    def native_exp(self, rows: Rows) -> Rows | None:
        return linear.exponential(self, rows)

    def native_solve(self, rows: Rows, right: Rows) -> Rows | None:
        return linear.solve(self, rows, right)

    # Numbers as texts

    def text(self, x: Any, digits: int | None) -> str:
        return texts.text(self.value(x).value, min(digits or texts.DIGITS, 50))

    def exact(self, x: Any) -> str:
        return texts.exact(self.value(x).value)

    def json(self, x: Any) -> Any:
        return texts.json(self.value(x).value)

    def read(self, text: str) -> Number:
        return Number(self, texts.read(text, self.decimal))

    def shows(self, x: Any, shown: str) -> bool:
        return True  # certain digits, and bounds, are what they say

    def whole_below(self, x: Any) -> int:
        raise UndecidedError("a number may lie on either side of a whole one")

    def as_mpmath(self, x: Number) -> Any:
        return texts.as_mpmath(x.value)
