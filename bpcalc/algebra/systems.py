"""The number systems that a person can ask for by a word. None is loaded before it is asked for."""

from __future__ import annotations

from bpcalc.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from bpcalc.algebra.protocol import Algebra

LARGEST = 100_000  # digits that can be asked for


def with_digits(digits: int) -> Algebra:
    """`--digits N`. Raises BpcalcError where python-flint is not installed."""
    from bpcalc.algebra.balls import Balls

    return Balls(digits)


def of_doubles(digits: int) -> Algebra:
    """What `--ulp` holds doubles against: numbers with so many digits, of which a double is exactly what it is."""
    from bpcalc.algebra.balls import Balls

    return Balls(digits, "--ulp", as_doubles=True)


def bounded() -> Algebra:
    """`--bounds`. Raises BpcalcError where python-flint is not installed."""
    from bpcalc.algebra.bounds.algebra import Intervals

    return Intervals()


def exact() -> Algebra:
    """`--exact`"""
    from bpcalc.algebra.exact import Exact

    return Exact()
