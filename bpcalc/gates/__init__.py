"""The calculus: every gate's record, by family. Importing this package fills `bpcalc.gate.GATES` with the scalar gates,
importing `bpcalc.gates.arrays` with all.

Each module may import gate, and nothing else of bpcalc. In the rules `m` is the algebra, `y` the gate's output, `g` the
upstream gradient, and `m.except_at(condition, value, formula)` is the formula but at isolated points where it gives 0/0
or 0*inf.
"""

from bpcalc.gates import activation, arithmetic, exponential, hyperbolic, piecewise, powers, special, trigonometry

__all__ = ["activation", "arithmetic", "exponential", "hyperbolic", "piecewise", "powers", "special", "trigonometry"]
