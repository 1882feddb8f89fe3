"""Sums of quotients over one denominator, without common factors: x/(x^2 - 1) - 1/(x^2 - 1) is 1/(x + 1).

A formula is read as a polynomial in kernels: variables, functions, roots, powers of e, and sums that are divided by.
Some kernels are roots of others: sqrt(u)^2 is u, sin(u)^2 is 1 - cos(u)^2. What comes out is equal to the formula
wherever that is finite. SymPy has all this too, but takes longer to load than `diff` to answer.
"""

from __future__ import annotations

from fractions import Fraction
from math import lcm

from bpcalc.algebra import polynomials
from bpcalc.algebra.polynomials import Polynomial
from bpcalc.algebra.textbook import constants
from bpcalc.algebra.textbook.quotients import (
    DEGREE,
    FINEST,
    UNIT,
    Monomial,
    Quotient,
    TooLargeError,
    apart,
    back,
    inverse,
    joined,
    lowest_powers,
    plus,
    primitive,
    raised,
    times,
)
from bpcalc.algebra.textbook.terms import ONE, Operations, Product, Terms, plain
from bpcalc.gate import CONSTANT
from bpcalc.gates.arrays import GATES
from bpcalc.typed import Any

MOST = 12  # kernels, or parts of the sum
DEEP = 6  # sums within sums
NAMED = {"tan": ("sin", "cos"), "tanh": ("sinh", "cosh")}
# f^2 is 1 + sign*g^2
SQUARES = {"sin": ("cos", -1), "cosh": ("sinh", 1)}


def fractions(m: Operations, terms: Terms) -> list[Terms]:
    """Forms of the sum as one fraction: with its denominator in factors, and multiplied out."""
    if not _is_worth_it(m, terms):
        return []
    try:
        return [m.in_shape(one, terms.shape) for one in _Fraction(m, terms).forms()]
    except TooLargeError:
        return []


def _is_worth_it(m: Operations, terms: Terms) -> bool:
    """Is something divided by that may cancel?"""
    if not terms.parts or len(terms.parts) > MOST or m.special.keys() & {b for p in terms.parts for b, _ in p}:
        return False
    bases = {base for product in terms.parts for base, _ in product}
    below = [base for product in terms.parts for base, one in product if not isinstance(one, Terms) and one < 0]
    sums = any(base in m.meanings or m.written(base).parts != {((base, 1),): 1} for base in below)
    powers = any(isinstance(one, Terms) for product in terms.parts for _, one in product)
    return sums or (len(bases) > 1 and len(terms.parts) > 1 and (bool(below) or powers))


class _Fraction:
    """A sum as a polynomial over powers of kernels.

    keys       what each kernel is, to tell them apart; kernels: as a formula
    relations  of a kernel that is a root, or a sum: what its power 1 (of sin: 2) is
    signs      of the exponents of e, as they are met first
    """

    def __init__(self, m: Operations, terms: Terms) -> None:
        self.m = m
        self.keys: dict[Any, int] = {}
        self.kernels: list[Terms] = []
        self.relations: dict[int, tuple[int, Quotient]] = {}
        self.names = self._functions(terms)
        # where abs(u) stands below the bar u is not 0, and sign(u) is u/abs(u)
        self.below = {b for p in terms.parts for b, one in p if not isinstance(one, Terms) and one < 0}
        self.signs: dict[Product, int] = {}
        self.depth = 0
        self.whole = self.read(terms)

    def _functions(self, terms: Terms) -> set[tuple[str, int]]:
        """The functions among the factors, and those of the sums, with what they are of."""
        m, found, seen, stack = self.m, set[tuple[str, int]](), set[int](), [terms]
        while stack:
            for product in stack.pop().parts:
                for base, _ in product:
                    if base in seen or len(seen) > 10 * MOST:
                        continue
                    seen.add(base)
                    if base in m.meanings:
                        stack.append(m.meanings[base])
                    elif len(m.graph.inputs[base]) == 1:
                        found.add((m.graph.gates[base].name, m.graph.inputs[base][0]))
        return found

    # Reading

    def kernel(self, key: Any, terms: Terms) -> int:
        place = self.keys.setdefault(key, len(self.kernels))
        if place == len(self.kernels):
            if place >= MOST:
                raise TooLargeError
            self.kernels.append(terms)
        return place

    def read(self, terms: Terms) -> Quotient:
        self.depth += 1
        if self.depth > DEEP:
            raise TooLargeError
        total: Quotient = {}
        for product, coefficient in terms.parts.items():
            one: Quotient = {UNIT: Fraction(coefficient)}
            for base, exponent in product:
                one = times(one, self.factor(base, exponent))
            total = plus(total, one)
        self.depth -= 1
        return total

    def factor(self, base: int, exponent: Any) -> Quotient:
        m = self.m
        if isinstance(exponent, Terms):
            return self._symbolic(base, exponent)
        gate, exact = m.graph.gates[base], Fraction(exponent)
        if exact.denominator > FINEST:
            raise TooLargeError
        if gate is CONSTANT and not isinstance(m.graph.leaves[base], str):
            number = m.known(base).number
            assert number is not None
            return self._of_number(Fraction(number), exact)
        meaning = m.meanings.get(base) or m.written(base)
        if meaning.parts != {((base, 1),): 1}:
            return self._of_sum(base, self.read(meaning), exact)
        if gate.name in NAMED and {(one, m.graph.inputs[base][0]) for one in NAMED[gate.name]} & self.names:
            top, bottom = (m.call(one, m.written(m.graph.inputs[base][0])) for one in NAMED[gate.name])
            return times(raised(self.read(top), exact), raised(self.read(bottom), -exact))
        if gate.name in ("sign", "abs") and (over := m.apply(GATES["abs"], *m.graph.inputs[base])) in self.below:
            inner = self.read(m.written(m.graph.inputs[base][0]))
            place = self.kernel(over, m.atom(over))
            self.relations.setdefault(place, (2, raised(inner, Fraction(2))))
            ratio = times(inner, {((place, Fraction(-1)),): Fraction(1)})
            return raised(ratio, exact) if gate.name == "sign" else {((place, exact),): Fraction(1)}
        place = self.kernel(base, m.atom(base))
        if gate.name in SQUARES and place not in self.relations:
            name, sign = SQUARES[gate.name]
            names = {name, "tan" if name == "cos" else "tanh"}
            if {(one, m.graph.inputs[base][0]) for one in names} & self.names:
                other = self.read(m.call(name, m.written(m.graph.inputs[base][0])))
                self.relations[place] = (2, plus({UNIT: Fraction(1)}, times(raised(other, Fraction(2)), sign)))
        return {((place, exact),): Fraction(1)}

    def _symbolic(self, base: int, exponent: Terms) -> Quotient:
        """e^(2*x - y) as (e^x)^2/e^y; x^(n - 1) as x^n/x."""
        m = self.m
        if base == m.euler and exponent.shape == ():
            found: Quotient = {UNIT: Fraction(1)}
            for product, coefficient in exponent.parts.items():
                sign = self.signs.setdefault(product, 1 if coefficient > 0 else -1)  # e^-x stays a power of e^-x
                place = self.kernel((base, product), m.power(m.atom(base), Terms(m, (), {product: sign})))
                found = times(found, {((place, Fraction(sign * coefficient)),): Fraction(1)})
            return found
        whole = exponent.parts.get(ONE, 0)
        if not isinstance(whole, int):
            whole = 0
        rest = m.add(exponent, m.lift(-whole))
        place = self.kernel((base, rest), m.power(m.atom(base), rest))
        found = {((place, Fraction(1)),): Fraction(1)}
        return times(found, self.factor(base, whole)) if whole else found

    def _of_sum(self, base: int, meaning: Quotient, exponent: Fraction) -> Quotient:
        if exponent.denominator == 1 and exponent > 0:
            if exponent > DEGREE:
                raise TooLargeError
            return raised(meaning, exponent)
        if not meaning:
            raise TooLargeError
        common, scale, rest = primitive(meaning)
        if exponent.denominator == 1:
            ahead = times(raised({common: Fraction(1)}, exponent), scale ** int(exponent))
            same = self.m.meanings.get(base) if rest == meaning else None
            return times(ahead, self._kernel_power(rest, exponent, same)) if rest != {UNIT: 1} else ahead
        if common != UNIT:  # the root of a product is no product of roots, but where both are positive
            place = self.kernel(base, self.m.atom(base))
            self.relations.setdefault(place, (1, meaning))
            return {((place, exponent),): Fraction(1)}
        if scale < 0:
            scale, rest = -scale, times(rest, -1)
        same = self.m.meanings.get(base) if rest == meaning else None
        return times(self._of_number(scale, exponent), self._kernel_power(rest, exponent, same))

    def _of_number(self, number: Fraction, exponent: Fraction) -> Quotient:
        """A power of a number: 5*sqrt(2) for sqrt(50)."""
        found: Quotient = {UNIT: Fraction(1)}
        for whole, power in ((number.numerator, exponent), (number.denominator, -exponent)):
            outside, inside = apart(whole, power.denominator) if whole > 0 else (1, whole)
            exact = constants.number_power(outside, power)
            if exact is None:
                raise TooLargeError
            found = times(found, Fraction(exact))
            if inside != 1:
                place = self.kernel(self.m.node(self.m.lift(inside)), self.m.lift(inside))
                self.relations.setdefault(place, (1, {UNIT: Fraction(inside)}))
                found = times(found, {((place, power),): Fraction(1)})
        return found

    def _kernel_power(self, inner: Quotient, exponent: Fraction, same: Terms | None = None) -> Quotient:
        """A power of a sum that stays together; `same` is how it is written already."""
        place = self.kernel(frozenset(inner.items()), same or self.write(inner))
        self.relations.setdefault(place, (1, inner))
        return {((place, exponent),): Fraction(1)}

    # Writing

    def write(self, whole: Quotient) -> Terms:
        """The sum as a formula, the highest powers first."""
        m = self.m
        total = m.zeros(())
        for monomial, number in sorted(whole.items(), key=lambda one: -sum(exponent for _, exponent in one[0])):
            total = m.add(total, m.times(plain(number), self._written(monomial)))
        return total

    def _written(self, monomial: Monomial) -> Terms:
        total = self.m.lift(1)
        for place, exponent in monomial:
            total = self.m.multiply(total, self.m.power(self.kernels[place], self.m.lift(plain(exponent))))
        return total

    # The forms

    def forms(self) -> list[Terms]:
        ahead, top = self.reduced(self.whole)
        if not top:
            return [self.m.zeros(())]
        ahead, top = self.cancelled(ahead, top)
        found = [self.m.multiply(self._written(ahead), self.write(top))]
        sums = {place for place, (degree, _) in self.relations.items() if degree == 1}
        below = {place: -int(one) for place, one in ahead if place in sums and one < 0 and one.denominator == 1}
        if below and sum(below.values()) <= DEGREE:
            bottom: Quotient = {UNIT: Fraction(1)}
            for place, one in below.items():
                bottom = times(bottom, raised(self.relations[place][1], Fraction(one)))
            front, bottom = self.reduced(bottom)
            rest = tuple(factor for factor in ahead if factor[0] not in below)
            top, bottom = self._without_common(top, bottom)
            factors = self.m.multiply(self._written(rest), self.m.power(self._written(front), self.m.lift(-1)))
            whole = self.m.multiply(self.write(top), self.m.power(self.write(bottom), self.m.lift(-1)))
            found.append(self.m.multiply(factors, whole))
        return found

    def reduced(self, whole: Quotient) -> tuple[Monomial, Quotient]:
        """The lowest powers of all kernels, and what they are multiplied by: a polynomial without the kernels that can
        be written in others."""
        ahead: Monomial = UNIT
        for _ in range(2 * MOST):
            lowest = lowest_powers(whole)
            ahead, whole = joined(ahead, lowest), times(whole, {inverse(lowest): Fraction(1)})
            reducible = (one for monomial in whole for one, power in monomial if self._is_reducible(one, power))
            place = max(reducible, default=None)
            if place is None:
                return ahead, whole
            degree, meaning = self.relations[place]
            total: Quotient = {}
            for monomial, number in whole.items():
                power = dict(monomial).get(place, Fraction(0)) // degree
                rest = joined(monomial, ((place, Fraction(-power * degree)),))
                total = plus(total, times(raised(meaning, Fraction(power)), {rest: number}))
            whole = total
            if not whole:
                return ahead, whole
        raise TooLargeError

    def _is_reducible(self, place: int, power: Fraction) -> bool:
        return place in self.relations and power >= self.relations[place][0]

    def cancelled(self, ahead: Monomial, top: Quotient) -> tuple[Monomial, Quotient]:
        """Without factors that the polynomial shares with a sum that is divided by."""
        exponents = dict(ahead)
        for place in [one for one, exponent in ahead if exponent < 0 and one in self.relations]:
            degree, meaning = self.relations[place]
            while degree == 1 and exponents[place] < 0 and len(meaning) > 1:
                divided = self._quotient(top, meaning)
                if divided is None:
                    break
                top = divided
                exponents[place] += 1
            if degree == 1 and exponents[place] < 0 and exponents[place].denominator == 1 and len(meaning) > 1:
                rest, below = self._without_common(top, meaning)
                if below != meaning:  # (x^2 - 1)^-2 as (x - 1)^-2*(x + 1)^-2, with one x - 1 less
                    common = self._quotient(meaning, below)
                    assert common is not None
                    count = exponents.pop(place)
                    top = rest
                    for part, power in ((below, count), (common, count + 1)):
                        if power and part != {UNIT: 1}:
                            one = self._kernel_power(part, Fraction(1))
                            ((factor, _),) = next(iter(one))
                            exponents[factor] = exponents.get(factor, Fraction(0)) + power
        return tuple(sorted((place, one) for place, one in exponents.items() if one)), top

    def _quotient(self, a: Quotient, b: Quotient) -> Quotient | None:
        top, bottom, units = self._whole(a, b)
        (scale, one), (other, two) = top, bottom
        found = polynomials.quotient(one, two)
        return None if found is None else times(back(found, units), scale / other)

    def _without_common(self, a: Quotient, b: Quotient) -> tuple[Quotient, Quotient]:
        """Both without their greatest common divisor."""
        (scale, top), (other, bottom), units = self._whole(a, b)
        common = polynomials.divisor(top, bottom)
        if polynomials.is_constant(common):
            return a, b
        one, two = polynomials.quotient(top, common), polynomials.quotient(bottom, common)
        assert one is not None
        assert two is not None
        return times(back(one, units), scale), times(back(two, units), other)

    def _whole(
        self, *given: Quotient
    ) -> tuple[tuple[Fraction, Polynomial], tuple[Fraction, Polynomial], list[int]]:
        """Both as a number times a primitive polynomial in roots of the kernels, and which roots these are."""
        units = [1] * len(self.kernels)
        for whole in given:
            for monomial in whole:
                for place, exponent in monomial:
                    units[place] = lcm(units[place], exponent.denominator)
        found = []
        for whole in given:
            common = lcm(*(number.denominator for number in whole.values()))
            one: Polynomial = {}
            for monomial, number in whole.items():
                exponents = dict(monomial)
                key = tuple(int(exponents.get(place, 0) * unit) for place, unit in enumerate(units))
                if min(key, default=0) < 0:
                    raise TooLargeError
                one[key] = int(number * common)
            scale = polynomials.content(one)
            found.append((Fraction(scale, common), {key: number // scale for key, number in one.items()}))
        return found[0], found[1], units
