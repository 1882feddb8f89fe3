"""Which number system a calculation runs on."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from bpcalc.algebra.protocol import Algebra
from bpcalc.gate import Gate


def algebra_for(kinds: Iterable[Gate], values: Iterable[Any]) -> Algebra:
    """Floats for a program of single numbers; arrays, and with them NumPy, for any other."""
    if any(gate.of_arrays for gate in kinds) or any(getattr(value, "shape", ()) for value in values):
        from bpcalc.algebra.arrays import ARRAYS

        return ARRAYS
    from bpcalc.algebra.floats import FLOATS

    return FLOATS
