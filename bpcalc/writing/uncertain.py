"""A number with its uncertainty as text, `10.0 ± 0.8`, rounded by the rule of the Particle Data Group.

Source: Review of Particle Physics, Introduction, "Rounding": the three highest digits of the uncertainty decide. From
100 to 354 it keeps two digits, from 355 to 949 one, and above that it is rounded up to 1000 and keeps two.
"""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Context, Decimal

FINE = Context(prec=800, rounding=ROUND_HALF_EVEN)  # digits enough for any double beside any other
LARGE, SMALL = 7, -5  # powers of ten from which on there is an exponent


def with_uncertainty(value: float, uncertainty: float) -> str:
    """`10.0 ± 0.8`; `(5.00 ± 0.30)e-7` where it is far from 1."""
    if not (value - value == 0 and uncertainty - uncertainty == 0):
        return f"{value:.6g} ± {uncertainty:.3g}"
    number, spread = Decimal(repr(value)), Decimal(repr(uncertainty))
    if not spread:
        return f"{value:.15g} ± 0"
    last = place(spread)
    leading = max(number.adjusted() if number else last, spread.adjusted())
    power = leading if leading >= LARGE or leading <= SMALL or last > 3 else 0
    number, spread, last = number.scaleb(-power, FINE), spread.scaleb(-power, FINE), last - power
    unit = Decimal(1).scaleb(last)
    texts = []
    for one in (number, spread):
        kept = one.quantize(unit, context=FINE)
        texts.append(f"{kept + 0:f}" if kept else f"{abs(kept):f}")
    if power:
        return f"({texts[0]} ± {texts[1]})e{power}"
    return f"{texts[0]} ± {texts[1]}"


def place(uncertainty: Decimal) -> int:
    """The power of ten of the last digit that is kept."""
    first = uncertainty.adjusted()
    three = int(uncertainty.scaleb(2 - first, FINE).quantize(Decimal(1), context=FINE))
    if three >= 1000:
        return first
    return first - 1 if three < 355 else first
