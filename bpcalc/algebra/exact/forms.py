"""Irrational numbers as sums of products of powers of atoms, with fractions before them: 1/2 + 3*sqrt(2)*pi^2.

Atoms are e, pi, primes (whose powers are fractions: sqrt(2) is 2^(1/2)), functions of numbers that have no simpler
form (cos(1)), and sums that are divided by or have a root. Sums and products are written out as far as that is short,
so that what is equal by the rules of arithmetic is one form. Nothing recurses: an atom is made after those inside it,
and keeps its text.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from math import gcd, lcm
from typing import Any, NamedTuple

from bpcalc.algebra.decimals import figures_of, fraction_text
from bpcalc.algebra.points import whole_root
from bpcalc.errors import BpcalcError

ZERO, ONE, HALF = Fraction(0), Fraction(1), Fraction(1, 2)
TERMS = 60  # that a product is written out in
LONGEST = 20_000  # characters of a form
DIVISORS = 10_000  # that are tried to take a number apart

Product = tuple[tuple[int, Fraction], ...]  # atoms by their number, each with its exponent, in their order
Raw = Any  # a Fraction or a Form


class Form:
    """A number: by product of atoms the fraction before it. At least one product is not empty."""

    __slots__ = ("terms",)

    def __init__(self, terms: dict[Product, Fraction]) -> None:
        self.terms = terms

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Form) and self.terms == other.terms

    def __hash__(self) -> int:
        return hash(frozenset(self.terms.items()))

    def __neg__(self) -> Form:
        return Form({product: -factor for product, factor in self.terms.items()})

    @property
    def single(self) -> tuple[Product, Fraction] | None:
        """The only term; None where there are several."""
        return next(iter(self.terms.items())) if len(self.terms) == 1 else None


class Atom(NamedTuple):
    """What products are made of. name: "e", "pi", "prime", "sum" or that of a function; text: what stands for it."""

    name: str
    arguments: tuple[Raw, ...]
    text: str


class Forms:
    """Arithmetic on forms, and the atoms that they are made of."""

    def __init__(self) -> None:
        self.atoms: list[Atom] = []
        self._known: dict[tuple[str, tuple[Raw, ...]], int] = {}
        self.e, self.pi = self._number("e", ()), self._number("pi", ())

    def _number(self, name: str, arguments: tuple[Raw, ...]) -> int:
        """The number of an atom."""
        key = (name, arguments)
        found = self._known.get(key)
        if found is None:
            inside = ", ".join(map(self.text, arguments))
            text = name if not arguments else inside if name in ("prime", "sum") else f"{name}({inside})"
            found = self._known[key] = len(self.atoms)
            self.atoms.append(Atom(name, arguments, text))
        return found

    def atom(self, name: str, *arguments: Raw) -> Form:
        """An atom as a number."""
        return Form({((self._number(name, arguments), ONE),): ONE})

    def has(self, x: Form, *names: str) -> bool:
        """Is there an atom of one of these names in a number?"""
        return any(self.atoms[at].name in names for product in x.terms for at, _ in product)

    # Arithmetic

    def made(self, terms: dict[Product, Fraction]) -> Raw:
        """The number of these terms; a Fraction where it is one."""
        kept = {product: factor for product, factor in terms.items() if factor}
        if not kept.keys() - {()}:
            return kept.get((), ZERO)
        return Form(kept)

    def terms(self, x: Raw) -> dict[Product, Fraction]:
        return x.terms if isinstance(x, Form) else {(): x} if x else {}

    def plus(self, a: Raw, b: Raw) -> Raw:
        total = dict(self.terms(a))
        for product, factor in self.terms(b).items():
            total[product] = total.get(product, ZERO) + factor
        return self.made(total)

    def times(self, a: Raw, b: Raw) -> Raw:
        left, right = self.terms(a), self.terms(b)
        for one, other in ((a, b), (b, a)):
            if isinstance(one, Form) and one.single is None and (at := self._divides(one, other)) is not None:
                return self._scaled(self._raised(at, other), self.content(one)[0])
        if len(left) * len(right) > TERMS and len(left) > 1 and len(right) > 1:
            return self._side_by_side(a, b)
        total: Raw = ZERO
        for one, x in left.items():
            for other, y in right.items():
                total = self.plus(total, self._scaled(self._merged(one, other), x * y))
        return total

    def _divides(self, x: Form, other: Raw) -> int | None:
        """The atom of a sum, where every term of the other number is divided by it."""
        at = self._known.get(("sum", (self.content(x)[1],)))
        terms = self.terms(other)
        is_below = at is not None and terms and all(dict(product).get(at, ZERO) < 0 for product in terms)
        return at if is_below else None

    def _raised(self, at: int, x: Raw) -> Raw:
        """A number times an atom that every term of it is divided by."""
        total: Raw = ZERO
        for product, factor in self.terms(x).items():
            total = self.plus(total, self._scaled(self._merged(product, ((at, ONE),)), factor))
        return total

    def _side_by_side(self, a: Form, b: Form) -> Raw:
        """The product of two long sums, each as one atom."""
        (x, one), (y, other) = self.content(a), self.content(b)
        places = [self._number("sum", (part,)) for part in (one, other)]
        return self._scaled(self.product([(at, Fraction(places.count(at))) for at in {*places}]), x * y)

    def _scaled(self, x: Raw, factor: Fraction) -> Raw:
        return self.made({product: one * factor for product, one in self.terms(x).items()})

    def _merged(self, a: Product, b: Product) -> Raw:
        """The product of two products."""
        powers = dict(a)
        for at, exponent in b:
            powers[at] = powers.get(at, ZERO) + exponent
        return self.product(powers.items())

    def product(self, powers: Iterable[tuple[int, Fraction]]) -> Raw:
        """The product of atoms with these exponents: whole powers of primes are numbers, and those of sums, if that is
        short, are written out."""
        factor, kept, sums = ONE, [], []
        for at, exponent in powers:
            name, arguments = self.atoms[at].name, self.atoms[at].arguments
            if name == "prime":
                whole = exponent.numerator // exponent.denominator
                factor, exponent = factor * arguments[0] ** whole, exponent - whole  # noqa: PLW2901
            if name == "sum" and exponent >= 1:
                sums.append((at, exponent))
            elif exponent:
                kept.append((at, exponent))
        if not self._is_short(sums):
            return self.made({tuple(sorted(kept + sums)): factor})
        kept += [(at, exponent % 1) for at, exponent in sums if exponent % 1]
        found = self.made({tuple(sorted(kept)): factor})
        for at, exponent in sums:
            for _ in range(int(exponent // 1)):
                found = self.times(found, self.atoms[at].arguments[0])
        return found

    def _is_short(self, sums: list[tuple[int, Fraction]]) -> bool:
        """Is a product of sums short when it is written out? One sum alone is as long as it is."""
        if len(sums) == 1 and sums[0][1] < 2:
            return True
        length = 1
        for at, exponent in sums:
            length *= len(self.atoms[at].arguments[0].terms) ** min(int(exponent // 1), TERMS)
        return length <= TERMS

    def content(self, x: Form) -> tuple[Fraction, Form]:
        """The number as a fraction times a sum of whole numbers without a common divisor, the first more than 0."""
        factors = x.terms.values()
        factor = Fraction(gcd(*(one.numerator for one in factors)), lcm(*(one.denominator for one in factors)))
        factor = factor if x.terms[min(x.terms)] > 0 else -factor
        return factor, Form({product: one / factor for product, one in x.terms.items()})

    def powers(self, x: Form, exponent: Fraction) -> Raw:
        """A power of a number as one product; of one that is more than 0, unless the exponent is whole."""
        if x.single is not None:
            product, factor = x.single
            powers = self.product([(at, one * exponent) for at, one in product])
            return self.times(powers, self.root(factor, exponent))
        factor, rest = self.content(x)
        if factor < 0 and exponent.denominator > 1:
            factor, rest = -factor, -rest
        return self.times(self.made({((self._number("sum", (rest,)), exponent),): ONE}), self.root(factor, exponent))

    def inverse(self, x: Form) -> Raw:
        """1/x, with no root in the divisor where one step takes it out: 1/(1 + sqrt(2)) is sqrt(2) - 1."""
        if len(x.terms) == 2:
            (one, a), (other, b) = x.terms.items()
            left, right = self.made({one: a}), self.made({other: -b})
            below = self.times(x, self.plus(left, right))
            if isinstance(below, Fraction) and below:
                return self._scaled(self.plus(left, right), 1 / below)
        return self.powers(x, -ONE)

    def power(self, x: Form, exponent: Fraction) -> Raw:
        if exponent == -1:
            return self.inverse(x)
        if x.single is None and exponent.denominator == 1:
            base = x if exponent > 0 else self.inverse(x)
            if len(x.terms) ** min(abs(exponent), Fraction(TERMS)) <= TERMS and isinstance(base, Form):
                found: Raw = ONE
                for _ in range(abs(int(exponent))):
                    found = self.times(found, base)
                return found
        return self.powers(x, exponent)

    def root(self, x: Fraction, exponent: Fraction) -> Raw:
        """A power of a fraction, which is more than 0 unless the exponent is whole."""
        if exponent.denominator == 1:
            return x**exponent.numerator
        powers: dict[int, Fraction] = {}
        for part, way in ((x.numerator, 1), (x.denominator, -1)):
            for prime, count in taken_apart(part).items():
                powers[self._number("prime", (Fraction(prime),))] = count * way * exponent
        return self.product(powers.items())

    # Texts

    def text(self, x: Raw) -> str:
        """The number in the language: `1 - 3*sqrt(2)*pi^2/4`. Raises BpcalcError for one that is too long to tell."""
        if not isinstance(x, Form):
            return fraction_text(x)
        parts = [self._term(product, x.terms[product]) for product in sorted(x.terms)]
        found = "".join(part if part.startswith("-") or not at else f"+{part}" for at, part in enumerate(parts))
        if len(found) > LONGEST:
            raise BpcalcError(
                f"an exact number would have more than {LONGEST:,} characters", hint="--digits N has its first digits"
            )
        text = parts[0]
        for part in parts[1:]:
            text += f" - {part[1:]}" if part.startswith("-") else f" + {part}"
        return text

    def _term(self, product: Product, factor: Fraction) -> str:
        above, below = [], []
        roots: dict[Fraction, int] = {}
        for at, exponent in product:
            atom = self.atoms[at]
            if atom.name == "prime":
                roots[exponent] = roots.get(exponent, 1) * int(atom.arguments[0])
            elif exponent < 0 and atom.name not in ("e", "exp"):
                below.append(self._powered(atom, -exponent))
            else:
                above.append(self._powered(atom, exponent))
        above = [_rooted(number, exponent) for exponent, number in sorted(roots.items())] + above
        size = abs(factor)
        if size.numerator != 1 or not above:
            above.insert(0, figures_of(size.numerator))
        if size.denominator != 1:
            below.insert(0, figures_of(size.denominator))
        text = "-" * (factor < 0) + "*".join(above)
        if not below:
            return text
        return f"{text}/{below[0]}" if len(below) == 1 else f"{text}/({'*'.join(below)})"

    def _powered(self, atom: Atom, exponent: Fraction) -> str:
        if atom.name == "e":
            return "e" if exponent == 1 else f"exp({exponent})"
        if atom.name == "exp":
            inside = self.times(atom.arguments[0], exponent)
            return f"exp({self.text(inside)})"
        text = f"({atom.text})" if atom.name == "sum" else atom.text
        if exponent.numerator == 1 and exponent.denominator in (2, 3):
            return f"{'sqrt' if exponent.denominator == 2 else 'cbrt'}({atom.text})"
        return text if exponent == 1 else f"{text}^{exponent}" if exponent.denominator == 1 else f"{text}^({exponent})"

    def inside(self, x: Raw) -> list[int]:
        """The atoms that a number is made of, and those inside them, each after those inside it."""
        found: set[int] = set()
        stack = [x]
        while stack:
            one = stack.pop()
            for product in self.terms(one):
                for at, _ in product:
                    if at not in found:
                        found.add(at)
                        stack += [part for part in self.atoms[at].arguments if isinstance(part, Form)]
        return sorted(found)


def _rooted(number: int, exponent: Fraction) -> str:
    root = exponent.denominator
    if root in (2, 3):
        return f"{'sqrt' if root == 2 else 'cbrt'}({number**exponent.numerator})"
    return f"{number}^({exponent})"


def taken_apart(x: int) -> dict[int, int]:
    """The prime factors of a whole number, and how often each divides it. What small ones leave over counts as one."""
    found: dict[int, int] = {}
    divisor = 2
    while divisor * divisor <= x and divisor < DIVISORS:
        while x % divisor == 0:
            found[divisor] = found.get(divisor, 0) + 1
            x //= divisor
        divisor += 1 if divisor == 2 else 2
    if x > 1:
        base, count = _perfect(x)
        found[base] = found.get(base, 0) + count
    return found


def _perfect(x: int) -> tuple[int, int]:
    """A whole number as a power, of the highest order that there is up to 7."""
    for order in (7, 6, 5, 4, 3, 2):
        root = whole_root(x, order)
        if root is not None and root > 1:
            return root, order
    return x, 1
