"""Forms with a sum below, over one divisor: 1/(1 + e) + e/(1 + e) is 1, and (1 - f)*f of a sigmoid is one fraction."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from bpcalc.algebra.exact.forms import TERMS, ZERO, Form, Forms, Product, Raw

HIGHEST = 6  # power of a divisor
STEPS = 4  # of a division, beyond the terms that there are
WORK = 60  # terms that are worth it


def over_one(forms: Forms, x: Raw) -> Raw:
    """The number with every sum that divides a part of it dividing the whole, and cancelled where it divides that too.
    One that would become long stays as it is."""
    if not isinstance(x, Form):
        return x
    for at in {at for product in x.terms for at, exponent in product if exponent < 0 and forms.atoms[at].name == "sum"}:
        if isinstance(x, Form):
            x = _over(forms, x, at)
    return x


def _over(forms: Forms, x: Form, at: int) -> Raw:
    powers = {product: dict(product).get(at, ZERO) for product in x.terms}
    most, divisor = -min(powers.values()), forms.atoms[at].arguments[0]
    if most > HIGHEST or len(x.terms) * len(divisor.terms) ** int(most) > WORK:
        return x
    if any(power.denominator > 1 or power > 0 for power in powers.values()):
        return x
    above: Raw = ZERO
    for product, power in powers.items():
        part: Raw = forms.made({tuple(one for one in product if one[0] != at): x.terms[product]})
        for _ in range(int(most + power)):
            part = forms.times(part, divisor)
        above = forms.plus(above, part)
        if len(forms.terms(above)) > TERMS:
            return x
    while most and above != ZERO:
        quotient = _quotient(forms, above, divisor)
        if quotient is None:
            break
        above, most = quotient, most - 1
    below = ((at, -most),) if most else ()
    found: Raw = ZERO
    for product, factor in forms.terms(above).items():
        found = forms.plus(found, forms.made({tuple(sorted((*product, *below))): factor}))
    return found


def _quotient(forms: Forms, above: Raw, divisor: Form) -> Raw | None:
    """A number divided by a sum, as polynomials of their atoms; None where there is a rest."""
    atoms = sorted({at for x in (above, divisor) for product in forms.terms(x) for at, _ in product})

    def rank(product: Product) -> tuple[Fraction, ...]:
        exponents = dict(product)
        return tuple(exponents.get(at, ZERO) for at in atoms)

    lead = max(divisor.terms, key=rank)
    rest, found = above, ZERO
    for _ in range(len(forms.terms(above)) + STEPS):  # one that leaves a rest may have no end
        terms: Any = forms.terms(rest)
        if not terms:
            return found
        first = max(terms, key=rank)
        part = _ratio(first, lead), terms[first] / divisor.terms[lead]
        one = forms.made({part[0]: part[1]})
        found, rest = forms.plus(found, one), forms.plus(rest, forms.times(-one, divisor))
        if first in forms.terms(rest):  # the product was another form
            return None
    return None


def _ratio(product: Product, by: Product) -> Product:
    exponents = dict(product)
    for at, exponent in by:
        exponents[at] = exponents.get(at, ZERO) - exponent
    return tuple(sorted((at, exponent) for at, exponent in exponents.items() if exponent))
