"""Where a function of an exact number is something simpler: cos(pi) = -1, log(sqrt(2)) = log(2)/2, atan(1) = pi/4.

Each function gets the number system `m` and a number of its domain, a fraction or a form, and gives one; None where
there is nothing simpler than the function itself.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from bpcalc.algebra.exact.forms import HALF, ONE, ZERO, Form
from bpcalc.algebra.exact.radicals import rooted
from bpcalc.algebra.points import whole_root

ODD = frozenset((
    "sin", "tan", "asin", "atan", "sinh", "tanh", "asinh", "atanh", "erf", "erfinv", "sinint", "fresnels", "fresnelc",
))  # fmt: skip
EVEN = frozenset(("cos", "cosh"))
GAMMA = 50  # gamma(n + 1/2) has its digits up to here


def turns(m: Any, x: Any) -> Fraction | None:
    """How many times pi the number is, where that is a fraction."""
    if isinstance(x, Fraction):
        return ZERO if not x else None
    if x.single is None:
        return None
    product, factor = x.single
    return factor if product == ((m.forms.pi, ONE),) else None


def sine_of_turns(m: Any, q: Fraction) -> Any:
    """sin(q*pi), where roots of whole numbers tell it."""
    q %= 2
    if q > 1:
        found = sine_of_turns(m, q - 1)
        return None if found is None else -found
    q = 1 - q if q > HALF else q
    return m.sines.get(q)


def sines(m: Any) -> dict[Fraction, Any]:
    """The sine of parts of pi."""
    def root(x: int) -> Any:
        return m.forms.root(Fraction(x), HALF)

    def sum_of(a: Any, b: Any) -> Any:
        return m.forms.times(m.forms.plus(a, b), Fraction(1, 4))

    def nested(a: Any, b: Any, part: int) -> Any:
        return m.forms.times(m.forms.power(m.forms.plus(a, b), HALF), Fraction(1, part))

    return {
        ZERO: ZERO, Fraction(1, 6): HALF, Fraction(1, 4): m.forms.times(HALF, root(2)),
        Fraction(1, 3): m.forms.times(HALF, root(3)), HALF: ONE,
        Fraction(1, 12): sum_of(root(6), -root(2)), Fraction(5, 12): sum_of(root(6), root(2)),
        Fraction(1, 10): sum_of(root(5), -ONE), Fraction(3, 10): sum_of(root(5), ONE),
        Fraction(1, 8): nested(Fraction(2), -root(2), 2), Fraction(3, 8): nested(Fraction(2), root(2), 2),
        Fraction(1, 5): nested(Fraction(10), -m.forms.times(Fraction(2), root(5)), 4),
        Fraction(2, 5): nested(Fraction(10), m.forms.times(Fraction(2), root(5)), 4),
    }  # fmt: skip


def sin(m: Any, x: Any) -> Any:
    q = turns(m, x)
    if q is None:
        return _shifted(m, "sin", x)
    found = sine_of_turns(m, q)
    return _angle(m, "sin", q) if found is None else found


def cos(m: Any, x: Any) -> Any:
    q = turns(m, x)
    if q is None:
        return _shifted(m, "cos", x)
    found = sine_of_turns(m, HALF - q)
    return _angle(m, "cos", q) if found is None else found


def _angle(m: Any, name: str, q: Fraction) -> Any:
    """The function of q*pi as that of an angle in the first quarter."""
    q, sign = q % 2, ONE
    if q > 1:
        q, sign = (q - 1, -sign) if name == "sin" else (2 - q, sign)
    if q > HALF:
        q, sign = 1 - q, sign if name == "sin" else -sign
    return m.times(sign, m.forms.atom(name, m.times(q, m.named("pi"))))


def _shifted(m: Any, name: str, x: Any) -> Any:
    """Of a number beside a whole number of half turns."""
    q = x.terms.get(((m.forms.pi, ONE),)) if isinstance(x, Form) else None
    if q is None or q.denominator != 1:
        return None
    rest = getattr(m, name)(m.minus(x, m.times(q, m.named("pi")))).value
    return rest if q % 2 == 0 else m.negative(rest)


def tan(m: Any, x: Any) -> Any:
    q = turns(m, x)
    if q is None:
        return None
    q %= 1
    if q == HALF:  # as 1/cos, which is 1/0 there
        return float("inf")
    found = m.tangents.get(min(q, 1 - q))
    return found if found is None or q < HALF else m.negative(found)


def tangents(m: Any) -> dict[Fraction, Any]:
    """The tangent of parts of pi: the sine over the cosine, which squared is a sum of roots."""
    found = {}
    for q, sine in m.sines.items():
        cosine = m.sines.get(HALF - q)
        if q < HALF and cosine is not None:
            square = m.over(m.times(sine, sine), m.times(cosine, cosine))
            found[q] = m.raised(square, HALF)
    return found


def asin(m: Any, x: Any) -> Any:
    return _found(m, m.sines, x)


def _found(m: Any, known: dict[Fraction, Any], x: Any) -> Any:
    """The part of pi that has this sine or tangent, also below 0."""
    for q, value in known.items():
        if x in (value, -value):
            return m.times(q if x == value else -q, m.named("pi"))
    return None


def acos(m: Any, x: Any) -> Any:
    if m.order_of(x) < 0:
        return m.minus(m.named("pi"), m.acos(m.negative(x)).value)
    angle = asin(m, x)
    return None if angle is None else m.minus(m.times(HALF, m.named("pi")), angle)


def atan(m: Any, x: Any) -> Any:
    return _found(m, m.tangents, x)


def exp(m: Any, x: Any) -> Any:
    forms = m.forms
    found: Any = ONE
    for product, factor in forms.terms(x).items():
        found = m.times(found, _exp(m, product, factor))
    return found


def _exp(m: Any, product: Any, factor: Fraction) -> Any:
    forms = m.forms
    if not product:
        return forms.product([(forms.e, factor)])
    if len(product) == 1 and product[0][1] == 1 and forms.atoms[product[0][0]].name == "log":
        return m.raised(forms.atoms[product[0][0]].arguments[0], factor)
    return forms.powers(forms.atom("exp", Form({product: ONE})), factor)


def log(m: Any, x: Any) -> Any:
    if isinstance(x, Fraction):
        return _log(m, x)
    if x.single is None:
        return None
    product, factor = x.single
    names = {m.forms.atoms[at].name for at, _ in product}
    if not names <= {"e", "exp", "prime"} or factor < 0:
        return None
    found = m.log(factor).value
    for at, exponent in product:
        atom = m.forms.atoms[at]
        known = {"e": ONE, "exp": atom.arguments[0] if atom.arguments else ONE}
        one = known[atom.name] if atom.name in known else m.log(atom.arguments[0]).value
        found = m.plus(found, m.times(exponent, one))
    return found


def _log(m: Any, x: Fraction) -> Any:
    """Of a fraction: log(1/8) is -3*log(2)."""
    if x < 1:
        return m.negative(m.log(1 / x).value)
    for order in (7, 5, 3, 2):
        roots = [whole_root(part, order) for part in (x.numerator, x.denominator)]
        if None not in roots and x != 1:
            return m.times(Fraction(order), m.log(Fraction(roots[0] or 0, roots[1] or 1)).value)
    return None


def _to_base(base: int) -> Callable[[Any, Any], Any]:
    def logarithm(m: Any, x: Any) -> Any:
        ratio = m.over(m.log(x if isinstance(x, Fraction) else m.number(x)).value, m.log(base).value)
        return ratio if isinstance(ratio, Fraction) else None

    return logarithm


def sinh(m: Any, x: Any) -> Any:
    return _by_exp(m, x, lambda y: m.times(HALF, m.minus(y, m.over(ONE, y))))


def cosh(m: Any, x: Any) -> Any:
    return _by_exp(m, x, lambda y: m.times(HALF, m.plus(y, m.over(ONE, y))))


def tanh(m: Any, x: Any) -> Any:
    return _by_exp(m, m.times(Fraction(2), x), lambda y: m.over(m.minus(y, ONE), m.plus(y, ONE)))


def _by_exp(m: Any, x: Any, function: Callable[[Any], Any]) -> Any:
    """A hyperbolic function, where exp is a fraction."""
    y = exp(m, x)
    return function(y) if isinstance(y, Fraction) else None


def asinh(m: Any, x: Any) -> Any:
    """log(x + sqrt(x^2 + 1)), where that is the logarithm of a fraction; so is acosh."""
    return _by_log(m, x, ONE)


def acosh(m: Any, x: Any) -> Any:
    return _by_log(m, x, -ONE)


def _by_log(m: Any, x: Any, beside: Fraction) -> Any:
    root = rooted(x * x + beside, 2) if isinstance(x, Fraction) else None
    return None if root is None else m.log(m.number(x + root)).value


def atanh(m: Any, x: Any) -> Any:
    return m.times(HALF, m.log(m.number((1 + x) / (1 - x))).value) if isinstance(x, Fraction) else None


def lambertw(m: Any, x: Any) -> Any:
    """The y with y*e^y = x, where x shows it: e, -1/e, 2*e^2."""
    for y in (x.single[1], ONE, -ONE) if isinstance(x, Form) and x.single else ():
        if y >= -1 and m.times(y, exp(m, y)) == x:
            return y
    return None


def gamma(m: Any, x: Any) -> Any:
    """gamma(n + 1/2) is a fraction times sqrt(pi) (DLMF 5.5.1)."""
    if not isinstance(x, Fraction) or x.denominator != 2 or abs(x) > GAMMA:
        return None
    found: Any = m.raised(m.named("pi"), HALF)
    at = HALF
    while at < x:
        found, at = m.times(found, at), at + 1
    while at > x:
        at -= 1
        found = m.over(found, at)
    return found


def lgamma(m: Any, x: Any) -> Any:
    if not isinstance(x, Fraction) or x.denominator > 2 or abs(x) > GAMMA:
        return None
    return m.log(m.number(m.absolute(m.gamma(x).value))).value


FUNCTIONS: dict[str, Callable[[Any, Any], Any]] = {
    "sin": sin, "cos": cos, "tan": tan, "asin": asin, "acos": acos, "atan": atan, "exp": exp, "log": log,
    "log2": _to_base(2), "log10": _to_base(10), "sinh": sinh, "cosh": cosh, "tanh": tanh, "gamma": gamma,
    "lgamma": lgamma, "asinh": asinh, "acosh": acosh, "atanh": atanh, "lambertw": lambertw,
    "log1p": lambda m, x: m.log(m.number(m.plus(ONE, x))).value,
    "expm1": lambda m, x: m.minus(m.exp(m.number(x)).value, ONE),
    "sqrt": lambda m, x: m.raised(x, HALF),
}  # fmt: skip
