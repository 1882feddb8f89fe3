"""What is known exactly: functions at special points, roots of whole numbers, signs that come out of a function."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import reduce
from math import ceil, factorial, floor, gcd, lcm

from bpcalc.algebra.shapes import broadcast
from bpcalc.algebra.textbook.terms import ONE, Exponent, Number, Operations, Terms, plain

LARGEST = 20_000  # bits of a number that a power makes
ODD = frozenset((
    "sin", "tan", "asin", "atan", "sinh", "tanh", "asinh", "atanh", "erf", "cbrt", "sign", "erfinv",
    "sinint", "fresnels", "fresnelc", "softsign", "hardtanh",
))  # fmt: skip
POLES = frozenset(("csc", "cot", "acsc", "csch", "coth", "acsch", "acoth"))  # odd too, but not 0 at 0
EVEN = frozenset(("cos", "cosh", "abs", "sec", "sech", "sinc", "normal_pdf"))
HALF = Fraction(1, 2)
VALUES: dict[tuple[str, Number], Number] = {
    **{(name, 0): 0 for name in ODD},
    **{(name, 0): 0 for name in ("expm1", "log1p", "abs", "relu", "silu", "gelu", "mish", "selu", "relu6", "lambertw")},
    ("cos", 0): 1, ("cosh", 0): 1, ("log", 1): 0, ("log2", 1): 0, ("log10", 1): 0, ("log2", 2): 1, ("log10", 10): 1,
    ("acosh", 1): 0, ("acos", 1): 0, ("erfc", 0): 1, ("sigmoid", 0): HALF, ("logit", HALF): 0, ("lgamma", 1): 0,
    ("lgamma", 2): 0, ("sec", 0): 1, ("sech", 0): 1, ("sinc", 0): 1, ("erfcx", 0): 1, ("normal_cdf", 0): HALF,
    ("asec", 1): 0, ("asech", 1): 0,
}  # fmt: skip
# Functions whose whole orders below 0 are those above, but for the sign where the order is odd.
ORDERS = {"besselj": -1, "bessely": -1, "besseli": 1, "besselk": 1}
# Functions of an order and 0, by the order.
AT_ZERO: dict[str, Callable[[int], Number | None]] = {
    "besselj": lambda n: int(n == 0),
    "besseli": lambda n: int(n == 0),
    "polysinc": lambda n: None if n < 0 else 0 if n % 2 else Fraction((-1) ** (n // 2), n + 1),
}
ROUNDING: dict[str, Callable[[Number], Number]] = {
    "abs": lambda x: x if x > 0 else -x,
    "sign": lambda x: (x > 0) - (x < 0),
    "floor": floor,
    "ceil": ceil,
}
# What a comparison of a formula with itself gives.
SAME = {"less": 0, "less_equal": 1, "greater": 0, "greater_equal": 1, "equal": 1, "not_equal": 0}
# At 0, pi/4, pi/2, and so on, up to 7*pi/4; not told where it is a root, or at a pole.
EIGHTHS: dict[str, dict[int, Number]] = {
    "sin": {0: 0, 2: 1, 4: 0, 6: -1}, "cos": {0: 1, 2: 0, 4: -1, 6: 0},
    "tan": {0: 0, 1: 1, 3: -1, 4: 0, 5: 1, 7: -1}, "cot": {1: 1, 2: 0, 3: -1, 5: 1, 6: 0, 7: -1},
    "sec": {0: 1, 4: -1}, "csc": {2: 1, 6: -1}, "sinc": {0: 0, 4: 0},
}  # fmt: skip
ENDLESS = {"tan": (2, 6), "sec": (2, 6), "cot": (0, 4), "csc": (0, 4)}  # the poles, counted alike


def content(terms: Terms) -> Fraction:
    """The largest number that all coefficients are whole multiples of; negative where they all are."""
    coefficients = [Fraction(coefficient) for coefficient in terms.parts.values()]
    largest = (
        Fraction(1)
        if not _alike(coefficients)
        else Fraction(
            reduce(gcd, (one.numerator for one in coefficients)), reduce(lcm, (one.denominator for one in coefficients))
        )
    )
    return largest if any(one > 0 for one in coefficients) else -largest


def _alike(coefficients: list[Fraction]) -> bool:
    """All whole, or none: x/4 - y/2 is a quarter of x - 2*y, but x - pi/2 is no half of 2*x - pi."""
    return len({one.denominator == 1 for one in coefficients}) == 1


def number_power(base: Number, exponent: Exponent) -> Number | None:
    """base^exponent where that is a rational number of a reasonable size, else None."""
    if isinstance(exponent, Terms):
        return 1 if base == 1 else None
    base, exponent = Fraction(base), Fraction(exponent)
    if base == 0:
        return 0 if exponent > 0 else None
    top, bottom = _root(base.numerator, exponent.denominator), _root(base.denominator, exponent.denominator)
    if top is None or bottom is None or (exponent.denominator > 1 and base < 0):
        return None
    if abs(exponent.numerator) * max(top.bit_length(), bottom.bit_length()) > LARGEST:
        return None
    return plain(Fraction(top, bottom) ** exponent.numerator)  # type: ignore[no-any-return]


def _root(number: int, degree: int) -> int | None:
    """The whole root of a whole number; None if it has none."""
    if degree == 1 or number in (0, 1):
        return number
    if number < 0 or degree > 64 or number.bit_length() > LARGEST:
        return None
    found = round(number ** (1 / degree)) if number < 2**50 else 0
    return found if found and found**degree == number else None


def exact(m: Operations, name: str, inputs: list[Terms]) -> Terms | None:
    """The value of a gate at numbers where that is known exactly."""
    if name in AT_ZERO and inputs[1].number == 0 and isinstance(inputs[0].number, int):
        found = AT_ZERO[name](inputs[0].number)
        return None if found is None else m.in_shape(m.lift(found), broadcast(*(x.shape for x in inputs)))
    if len(inputs) != 1:
        return _compared(m, name, inputs)
    x = inputs[0]
    number = x.number
    value: Number | None = None
    if number is not None:
        value = VALUES.get((name, number))
        if name in ROUNDING:
            value = ROUNDING[name](number)
        elif name in ("gamma", "factorial") and isinstance(number, int):
            whole = number - (name == "gamma")
            value = factorial(whole) if 0 <= whole < 100 else value
    elif name in EIGHTHS and (eighths := _eighths(m, x)) in EIGHTHS[name]:
        value = EIGHTHS[name][eighths or 0]
    return None if value is None else Terms(m, x.shape, {ONE: plain(Fraction(value))} if value else {})


def is_pole(m: Operations, name: str, inputs: list[Terms]) -> bool:
    """Is a gate at a pole that is a symbol: tan(pi/2)?"""
    return name in ENDLESS and _eighths(m, inputs[0]) in ENDLESS[name]


def _eighths(m: Operations, x: Terms) -> int | None:
    """How many eighths of a full turn an angle is, but for full turns; None for what is no multiple of pi/4."""
    if x.shape != () or x.single is None or "pi" in m.graph.variables:
        return None
    coefficient, product = x.single
    is_pi = len(product) == 1 and product[0][1] == 1 and m.graph.leaves.get(product[0][0]) == "pi"
    eighths = Fraction(4 * coefficient)
    return int(eighths) % 8 if is_pi and eighths.denominator == 1 else None


def _compared(m: Operations, name: str, inputs: list[Terms]) -> Terms | None:
    """A comparison, a maximum or a minimum of numbers, or of two formulas that are one: max(x, x) is x."""
    if name not in SAME and name not in ("max", "min"):
        return None
    if len(inputs) == 2 and inputs[0] == inputs[1]:
        return inputs[0] if name not in SAME else Terms(m, inputs[0].shape, {ONE: 1} if SAME[name] else {})
    numbers = [x.number for x in inputs]
    if any(number is None for number in numbers) or not numbers:
        return None
    shape = broadcast(*(x.shape for x in inputs))
    if name in ("max", "min"):
        return m.in_shape(m.lift({"max": max, "min": min}[name](numbers)), shape)  # type: ignore[type-var]
    a, b = numbers
    truths = {"less": a < b, "less_equal": a <= b, "greater": a > b, "greater_equal": a >= b, "equal": a == b,  # type: ignore[operator]
              "not_equal": a != b}  # fmt: skip
    return m.in_shape(m.lift(int(truths[name])), shape)


def parity(m: Operations, name: str, inputs: list[Terms]) -> tuple[int, list[Terms]]:
    """sin(-x) is -sin(x), and cos(-x) is cos(x); besselj(-1, x) is -besselj(1, x)."""
    if name in ORDERS and isinstance(order := inputs[0].number, int) and order < 0:
        return -1 if order % 2 and ORDERS[name] < 0 else 1, [m.times(-1, inputs[0]), inputs[1]]
    if name not in ODD and name not in EVEN and name not in POLES:
        return 1, inputs
    (x,) = inputs
    single = x.single
    if single is None or single[0] > 0:
        return 1, inputs
    return 1 if name in EVEN else -1, [m.times(-1, x)]
