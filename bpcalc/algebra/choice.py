"""Which number system a calculation runs on."""

from __future__ import annotations

from collections.abc import Iterable

from bpcalc.algebra.protocol import Algebra
from bpcalc.errors import BpcalcError
from bpcalc.gate import Gate
from bpcalc.typed import Any


def algebra_for(kinds: Iterable[Gate], values: Iterable[Any], numbers: Algebra | None = None) -> Algebra:
    """The number system that is asked for, or else doubles: of single numbers, or of arrays where there are any.

    Raises BpcalcError where arrays meet a system of single numbers.
    """
    if numbers is not None:
        arrays = [gate.spelling for gate in kinds if gate.of_arrays]
        if numbers.shaped or not (arrays or any(getattr(value, "shape", ()) for value in values)):
            return numbers
        if numbers.arrays is None:
            what = f'"{arrays[0]}" is for arrays' if arrays else "a value is an array"
            raise BpcalcError(f"these numbers are single ones, and {what}")
        return numbers.arrays
    if any(gate.of_arrays for gate in kinds) or any(getattr(value, "shape", ()) for value in values):
        from bpcalc.algebra.arrays import ARRAYS

        return ARRAYS
    from bpcalc.algebra.floats import FLOATS

    return FLOATS
