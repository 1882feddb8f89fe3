"""Formulas at a point: what the numbers there have to say of them, as kinks have no derivative.

May import everything up to derivatives.
"""

from __future__ import annotations

from bpcalc import notices
from bpcalc.algebra.floats import FLOATS
from bpcalc.calculate import Calculation, Options, run
from bpcalc.derivatives import Differentiator
from bpcalc.engine.forward import forward
from bpcalc.names import Names
from bpcalc.report import Warning


def at_point(d: Differentiator) -> Calculation | None:
    """Both passes with numbers, at the values of the variables; None where there are others than numbers."""
    names = d.program.variables
    if not names or not {*names} <= d.values.keys() or any(gate.of_arrays for gate in d.program.graph.kinds):
        return None
    if any(one.shape or one.graph.variables for one in d.values.values()):
        return None
    values = {name: forward(FLOATS, one.graph, {})[one.output] for name, one in d.values.items()}
    of = d.request.of if d.request.of in d.program.names else None
    return run(d.program, values, Options(wrt=[name for name in d.variables if name in names], of=of))


def warnings_at(d: Differentiator, calculation: Calculation | None) -> tuple[Warning, ...]:
    """What deserves a warning at the point that `at_point` calculated."""
    return () if calculation is None else notices.notices(calculation, Names(d.program, d.output), [])
