"""Which number system a calculation runs on."""

from __future__ import annotations

from collections.abc import Iterable

from bpcalc.algebra.protocol import Algebra
from bpcalc.errors import BpcalcError
from bpcalc.gate import Gate
from bpcalc.typed import Any


def algebra_for(kinds: Iterable[Gate], values: Iterable[Any], numbers: Algebra | None = None) -> Algebra:
    """The number system that is asked for; else floats for single numbers, and arrays with NumPy where there are any.

    Raises BpcalcError where arrays meet a system of single numbers.
    """
    if numbers is not None:
        arrays = [gate.spelling for gate in kinds if gate.of_arrays]
        if not numbers.shaped and arrays:
            raise BpcalcError(f'these numbers are single ones, and "{arrays[0]}" is for arrays')
        return numbers
    if any(gate.of_arrays for gate in kinds) or any(getattr(value, "shape", ()) for value in values):
        from bpcalc.algebra.arrays import ARRAYS

        return ARRAYS
    from bpcalc.algebra.floats import FLOATS

    return FLOATS
