"""How each kind of gate goes on: its next coefficient from those of its inputs, and its own earlier ones.

Each rule is a generator (see `Series.rule`), made for the algebra `m` of series, the gate's own node `y`, the gate and
its inputs. Products and quotients ask for no coefficient that is multiplied by 0.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from fractions import Fraction
from itertools import count
from typing import Any

from bpcalc.algebra.series.asking import Rule, copied, finite, is_endless, is_steady, leading, regular
from bpcalc.algebra.series.conditions import COMPARISONS, beyond, chosen, compared, extreme, unbroken
from bpcalc.algebra.series.node import (
    START,
    CircleError,
    FractionalError,
    Need,
    NoSeriesError,
    Series,
    UndecidedError,
)
from bpcalc.gate import LESSON, Gate

EXPONENTS = {"sqrt": Fraction(1, 2), "cbrt": Fraction(1, 3)}
# What has poles, as a quotient: about a pole it begins with a negative exponent.
QUOTIENTS: dict[str, Any] = {
    "tan": lambda m, x: m.divide(m.sin(x), m.cos(x)), "cot": lambda m, x: m.divide(m.cos(x), m.sin(x)),
    "sec": lambda m, x: m.divide(1, m.cos(x)), "csc": lambda m, x: m.divide(1, m.sin(x)),
    "coth": lambda m, x: m.divide(m.cosh(x), m.sinh(x)), "csch": lambda m, x: m.divide(1, m.sinh(x)),
}  # fmt: skip


# Sums and products


def total(m: Any, y: Series, gate: Gate, a: Series, b: Series) -> Rule:
    """a + b or a - b."""
    combined = m.real.function(gate)
    yield Need(a, START)
    yield Need(b, START)
    low = min(a.start, b.start)
    yield low
    for k in count(low):
        if a.is_whole and b.is_whole and k >= max(a.end, b.end):
            return
        yield Need(a, k)
        yield Need(b, k)
        yield combined(a[k], b[k])


def opposite(m: Any, y: Series, gate: Gate, a: Series) -> Rule:
    """-a."""
    yield Need(a, START)
    yield a.start
    for k in count(a.start):
        if a.is_whole and k >= a.end:
            return
        yield Need(a, k)
        yield m.real.negate(a[k])


def product(m: Any, y: Series, gate: Gate, a: Series, b: Series) -> Rule:
    """a*b, by Cauchy's rule."""
    yield Need(a, START)
    yield Need(b, START)
    low = a.start + b.start
    yield low
    first, other = a.start, b.start  # the first exponents whose coefficients are not known to be 0
    for k in count(low):
        if a.is_whole and b.is_whole and k > a.end + b.end - 2:
            return
        while first + other <= k:
            yield Need(a, first)
            if a[first] == 0:
                first += 1
                continue
            yield Need(b, other)
            if b[other] != 0:
                break
            other += 1
        if (a.is_whole and first >= a.end) or (b.is_whole and other >= b.end):
            return
        terms = []
        for j in range(first, k - other + 1):
            if not a.has(j):
                yield Need(a, j)
            if a[j] == 0:
                continue
            if not b.has(k - j):
                yield Need(b, k - j)
            if b[k - j] != 0:
                terms.append(m.real.multiply(a[j], b[k - j]))
        yield m.sum_of(terms)


def quotient(m: Any, y: Series, gate: Gate, a: Series, b: Series) -> Rule:
    """a/b: what is left of a, divided by the first term of b."""
    first = yield from leading(m, b)
    if first is None:
        raise NoSeriesError("it divides by 0")
    yield Need(a, START)
    low = a.start - first
    yield low
    for k in count(low):
        if a.is_whole and k + first >= a.end and ((b.is_whole and b.end == first + 1) or not a.coefficients):
            return
        yield Need(a, k + first)
        terms = [a[k + first]] if a[k + first] != 0 else []
        for j in range(low, k):
            if y[j] == 0:
                continue
            if not b.has(first + k - j):
                yield Need(b, first + k - j)
            if b[first + k - j] != 0:
                terms.append(m.real.negate(m.real.multiply(b[first + k - j], y[j])))
        yield m.quotient_of(m.sum_of(terms), b[first])


# Powers


def power(m: Any, y: Series, gate: Gate, x: Series, n: Series) -> Rule:
    """x^n for a constant n."""
    if n.is_constant:
        return root(m, y, gate, x, n[0])
    return exponential(m, y, gate, x, n)


def exponential(m: Any, y: Series, gate: Gate, x: Series, n: Series) -> Rule:
    """x^n from y' = y*(n*log(x))'."""
    yield from regular(x, gate)
    yield from regular(n, gate)
    start = m.real.power(x[0], n[0])
    finite(m, start, gate)
    yield 0
    yield start
    rate = y * m.derivative(n * m.log(x))
    for k in count(1):
        yield Need(rate, k - 1)
        if rate.is_whole and k > rate.end:
            return
        yield m.quotient_of(rate[k - 1], k)


def root(m: Any, y: Series, gate: Gate, x: Series, n: Any = None) -> Rule:
    """x^n, sqrt(x) and cbrt(x) from x*y' = n*x'*y. The power of the first term of x is as the gate itself has it."""
    exact = EXPONENTS.get(gate.name) or m.rational(n)
    first = yield from leading(m, x)
    if first is None and exact is not None and exact > 0:
        yield 0
        return
    if first is None or (first and exact is None):
        raise NoSeriesError(f"{gate.name} has no series at 0")
    low = first * exact if first else Fraction(0)
    if exact is None or exact.denominator > 1:
        m.sided = m.sided or first != 0
        if low.denominator > 1:
            raise FractionalError(low.denominator)
    begin = m.real.function(gate)(*([x[first]] if gate.name in EXPONENTS else [x[first], n]))
    finite(m, begin, gate)
    yield int(low)
    yield begin
    factor = n if exact is None else exact
    is_polynomial = exact is not None and exact.denominator == 1 and exact > 0
    for k in count(1):
        if x.is_whole and (x.end == first + 1 or (is_polynomial and k > (exact or 0) * (x.end - 1 - first))):
            return
        terms = []
        for j in range(1, k + 1):
            if y[y.start + k - j] == 0:
                continue
            if not x.has(first + j):
                yield Need(x, first + j)
            if x[first + j] != 0:
                one = m.real.multiply(factor * j - (k - j), x[first + j])
                terms.append(m.real.multiply(one, y[y.start + k - j]))
        yield m.quotient_of(m.sum_of(terms), m.real.multiply(k, x[first]))


# Any other gate


def by_local(m: Any, y: Series, gate: Gate, *xs: Series) -> Rule:
    """A gate by its local gradients: y' = local*x'."""
    yield from ordinary(m, gate, xs)
    start = m.applied(gate, [x[0] for x in xs])
    if gate.name in QUOTIENTS and (is_endless(m, start) or not is_steady(m, gate, xs)):
        yield from copied(m.lift(QUOTIENTS[gate.name](m, *xs)))
        return
    if not is_steady(m, gate, xs):
        raise UndecidedError(f"it cannot be told whether {gate.name} has a pole or a jump there")
    if gate.kink is not None and gate.kink.limit is not None:
        start = yield from beyond(m, gate, start, xs)
    elif gate.kink is not None:
        yield from unbroken(m, gate, start, xs)
    finite(m, start, gate)
    yield 0
    yield start
    if not gate.differentiable:
        return
    moves = []
    for x in xs:
        moves.append((yield from moving(m, x)))
    rate = m.pusher(m, gate, LESSON)(y, xs, moves) if any(move is not None for move in moves) else None
    if rate is None:
        return
    k = 1
    try:
        yield from regular(rate, gate)
        for k in count(1):
            yield Need(rate, k - 1)
            if rate.is_whole and k > rate.end:
                return
            yield m.quotient_of(rate[k - 1], k)
    except CircleError:
        if gate.packed is None:
            raise
        yield from copied(m.lift(gate.packed(m, *xs)), k)


def ordinary(m: Any, gate: Gate, xs: Sequence[Series]) -> Rule:
    """Raises UndecidedError where an input grows beyond all bounds, or is an order that moves."""
    for x in xs:
        yield from regular(x, gate)
    for place in gate.orders:
        if (yield from moving(m, xs[place])) is not None:
            raise UndecidedError(f"the order of {gate.name} moves")


def moving(m: Any, x: Series) -> Generator[Need, Any, Series | None]:
    """The derivative of a series; None where that is known to be 0."""
    yield Need(x, START)
    if not x.is_whole:  # to look at its coefficients may be a circle: of exp(y), where y' is made of exp(y)
        derived: Series = m.derivative(x)
        return derived
    try:
        first = yield from leading(m, x, 1)
    except NoSeriesError:
        first = 1
    return None if first is None else m.derivative(x)


RULES: dict[str, Any] = {
    "add": total, "subtract": total, "negate": opposite, "multiply": product, "divide": quotient, "power": power,
    "sqrt": root, "cbrt": root, "where": chosen, "max": extreme, "min": extreme,
    **{gate.name: compared for gate in COMPARISONS},
}  # fmt: skip
