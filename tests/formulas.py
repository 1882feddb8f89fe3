"""Random formulas of all gates on single numbers, points for them, and how a printed number is held against a value."""

from __future__ import annotations

import math

from hypothesis import strategies as st
from reference import SCALARS

VARIABLES = ("x", "y", "z")
CONSTANTS = ("0", "1", "2", "3", "0.1", "2.5", "1e-3", "pi")
NOTEWORTHY = (0.0, 1.0, -1.0, 2.0, -2.0, 0.5, 1 / 3, -1e-5, 100.0)


@st.composite
def expressions(draw: st.DrawFn, depth: int = 4) -> str:
    """A formula of any gates. Twice the same part gives copy gates."""
    if depth == 0 or draw(st.integers(0, 5)) == 0:
        return draw(st.sampled_from((*VARIABLES, *VARIABLES, *VARIABLES, *CONSTANTS)))
    gate = draw(st.sampled_from(sorted(SCALARS.values(), key=lambda gate: gate.name)))
    least = 2 if gate.variadic else len(gate.parameters) - len(gate.defaults)
    count = draw(st.integers(least, 3 if gate.variadic else len(gate.parameters)))
    ordered = [place in gate.orders for place in range(count)]  # an order that moves has no gradient
    inputs = [draw(st.sampled_from("0123") if order else expressions(depth=depth - 1)) for order in ordered]
    if draw(st.booleans()):
        inputs[-1] = inputs[0]
    if gate.infix:
        return f"({inputs[0]}) {gate.infix[0]} ({inputs[1]})"
    return f"-({inputs[0]})" if gate.prefix else f"{gate.name}({', '.join(inputs)})"


values = st.sampled_from(NOTEWORTHY) | st.floats(-5, 5).filter(lambda value: abs(value) > 1e-9)
precisions = st.integers(3, 12) | st.none()


def rounds_to(value: float, printed: str, precision: int | None) -> bool:
    """Is `printed` the value, rounded to so many significant digits? (A double is good to about 16.)"""
    shown = float(printed)
    if value != value or shown != shown or math.isinf(value) or math.isinf(shown):
        return value == shown or (value != value and shown != shown)
    if shown == 0 or value == 0:
        return abs(value - shown) < 1e-300
    unit = 0.0 if precision is None else 10.0 ** (math.floor(math.log10(abs(shown))) - precision + 1)
    return abs(value - shown) <= 0.5 * unit * (1 + 1e-6) + 1e-13 * abs(shown)
