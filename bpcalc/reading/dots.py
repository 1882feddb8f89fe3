"""Products with the sign of paper, `w·x` and `u×v`: of numbers the product, of two arrays one of several.

Shapes tell which, and are not known here: the program keeps the products, for `telling.dots`.
"""

from __future__ import annotations

from bpcalc.gates import GATES
from bpcalc.reading.state import State


def dotted(state: State, right: int) -> int:
    """The node of a product whose right operand has been read."""
    state.operands.pop()
    node = state.graph.apply(GATES["multiply"], (state.operands[-1], right))
    state.dots.setdefault(id(state.graph), {})[node] = True
    return node
