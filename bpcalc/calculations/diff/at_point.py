"""Formulas at a point: what the numbers there have to say of them, as kinks have no derivative."""

from __future__ import annotations

from bpcalc.algebra.floats import FLOATS
from bpcalc.calculations.diff.derivatives import Differentiator
from bpcalc.calculations.passes import run
from bpcalc.engine.forward import forward
from bpcalc.reports.circuit import Circuit
from bpcalc.reports.names import Names
from bpcalc.reports.options import Options
from bpcalc.reports.warning import Warning
from bpcalc.telling.warnings import warnings


def at_point(d: Differentiator) -> Circuit | None:
    """Both passes with numbers, at the values of the variables; None where there are others than numbers."""
    names = d.program.variables
    if not names or not {*names} <= d.values.keys() or any(gate.of_arrays for gate in d.program.graph.kinds):
        return None
    if any(one.shape or one.graph.variables for one in d.values.values()):
        return None
    values = {name: forward(FLOATS, one.graph, {})[one.output] for name, one in d.values.items()}
    of = d.request.of if d.request.of in d.program.names else None
    return run(FLOATS, d.program, values, Options(wrt=[name for name in d.variables if name in names], of=of))


def warnings_at(d: Differentiator, circuit: Circuit | None, order: int) -> tuple[Warning, ...]:
    """What deserves a warning at the point that `at_point` calculated, of derivatives up to an order."""
    return () if circuit is None else warnings(circuit, Names(d.program, d.output), [], order=order)
