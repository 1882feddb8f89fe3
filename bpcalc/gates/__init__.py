"""The calculus: every gate's record, by family.

Comes in:  nothing
Goes out:  the catalogue: `GATES` and `SPELLINGS`; taken from `gates.arrays` they have those that only arrays use too
May use:   gate

In the rules `m` is the algebra, `y` the gate's output, `g` the upstream gradient, and `m.except_at(condition, value,
formula)` is the formula but at isolated points where it gives 0/0 or 0*inf.
"""

from bpcalc.gate import GATES, SPELLINGS
from bpcalc.gates import (
    activation,
    arithmetic,
    bessel,
    exponential,
    hyperbolic,
    integral,
    normal,
    piecewise,
    powers,
    special,
    trigonometry,
)

__all__ = [
    "GATES", "SPELLINGS", "activation", "arithmetic", "bessel", "exponential", "hyperbolic", "integral", "normal",
    "piecewise", "powers", "special", "trigonometry",
]  # fmt: skip
