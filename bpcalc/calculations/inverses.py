"""The inverses of a program that are written as on paper: S⁻¹ is inv(S) where S is a matrix, and 1/x where it is not.

The parser does not know shapes: it leaves a power that is marked, `INVERTED`.
"""

from __future__ import annotations

from collections.abc import Mapping

from bpcalc.algebra.shapes import SHAPES, Shaped
from bpcalc.calculations.rebuild import rebuilt
from bpcalc.engine.forward import ShapeError, forward
from bpcalc.errors import BpcalcError
from bpcalc.gate import GRAD
from bpcalc.gates import GATES
from bpcalc.graph import Graph
from bpcalc.reading.operators import INVERTED
from bpcalc.reading.program import Program
from bpcalc.typed import Any


def inverted(program: Program, shapes: Mapping[str, Any]) -> Program:
    """The program with what it means. `shapes` has an object with the shape of each variable.

    Raises BpcalcError behind a gradient, whose shape is not known yet.
    """
    if INVERTED not in program.graph.kinds:
        return program
    old, graph = program.graph, Graph()
    bases = {node: inputs[0] for node, inputs in enumerate(old.inputs) if old.gates[node] is INVERTED}
    bound = {name: Shaped(getattr(shapes.get(name), "shape", ())) for name in old.variables}
    if any(gate is GRAD and old.ancestors(*bases.values())[node] for node, gate in enumerate(old.gates)):
        raise BpcalcError("⁻¹ behind a gradient can be read two ways", hint="write inv(…) or 1/…")
    try:
        shaped = forward(SHAPES, old, bound, bases.values())
    except ShapeError:
        return program  # the pass with values tells what does not fit
    matrices = {node for node, base in bases.items() if len(shaped[base].shape) > 1}

    def operation(node: int, inputs: tuple[int, ...]) -> int:
        if node in matrices:
            import bpcalc.gates.arrays  # noqa: F401 (fills GATES)

            return graph.apply(GATES["inv"], inputs[:1])
        return graph.apply(GATES["power"] if node in bases else old.gates[node], inputs)

    return rebuilt(program, graph, operation)
