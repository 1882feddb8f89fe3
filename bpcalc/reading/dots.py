"""Products with the sign of paper, `w·x` and `u×v`: of numbers the product, of two arrays one of several.

Shapes tell which, and are not known here: the program keeps the products and their places, for `telling.dots`.
"""

from __future__ import annotations

from bpcalc.gates import GATES
from bpcalc.reading.extents import DEPTH
from bpcalc.reading.operators import DOTS
from bpcalc.reading.state import State


def dotted(state: State, right: int) -> int:
    """The node of a product whose right operand has been read."""
    at, depth = state.place - 1, 0
    while depth or state.tokens[at] not in DOTS:
        depth -= DEPTH.get(state.tokens[at], 0)
        at -= 1
    state.operands.pop()
    node = state.graph.apply(GATES["multiply"], (state.operands[-1], right))
    state.dots.setdefault(id(state.graph), {})[node] = at
    return node
