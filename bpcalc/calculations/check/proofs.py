"""Is a claimed formula the gradient? Proved where both are one formula, have one normal form, or SymPy finds no
difference between them."""

from __future__ import annotations

from bpcalc.algebra.textbook.algebra import Textbook
from bpcalc.algebra.textbook.collect import collected
from bpcalc.calculations.check.forms import Form
from bpcalc.calculations.symbolic import symbolic_gradients
from bpcalc.engine.forward import MISFITS, ShapeError, forward
from bpcalc.gate import CONSTANT, INPUT
from bpcalc.gates import GATES
from bpcalc.graph import Graph
from bpcalc.reports.circuit import Circuit

LARGE = 200  # nodes of a program up to which a proof is tried
SAME, EQUAL = "the same formula", "equal as formulas"


def proved(circuit: Circuit, form: Form, node: int) -> str:
    """How a formula is seen to be the gradient of a node; "" where it is not."""
    if form.program is None or len(circuit.program.graph) > LARGE:
        return ""
    m, found = symbolic_gradients(circuit)
    if node not in found:
        return ""
    claim = _joined(m.graph, form)
    if claim == found[node]:
        return SAME
    try:
        return EQUAL if _is_same(circuit, m.graph, found[node], claim) else ""
    except (ShapeError, NotImplementedError, AttributeError, *MISFITS):  # the textbook has no such gate
        return ""


def difference(circuit: Circuit, form: Form, node: int) -> tuple[Graph, int] | None:
    """What SymPy is to prove to be 0, if the claim is the gradient: a graph and a node; None where it is not asked."""
    if circuit.m.shaped or form.program is None or len(circuit.program.graph) > LARGE:
        return None
    m, found = symbolic_gradients(circuit)
    if node not in found:
        return None
    return m.graph, m.graph.apply(GATES["subtract"], (found[node], _joined(m.graph, form)))


def _joined(graph: Graph, form: Form) -> int:
    """The node of a claim in the graph of the gradients, its names being the program's nodes."""
    assert form.program is not None
    own, place = form.program.graph, list[int]()
    for node, (gate, inputs) in enumerate(zip(own.gates, own.inputs, strict=True)):
        if gate is INPUT:
            place.append(form.places[str(own.leaves[node])])
        elif gate is CONSTANT:
            place.append(graph.constant(own.leaves[node]))
        else:
            place.append(graph.apply(gate, tuple(place[source] for source in inputs)))
    return place[form.program.output]


def _is_same(circuit: Circuit, graph: Graph, a: int, b: int) -> bool:
    """Have both the same normal form?"""
    textbook = Textbook(Graph(), frozenset(), False)
    shapes = {name: circuit.m.shape(circuit.values[node]) for name, node in circuit.program.graph.variables.items()}
    bound = {name: textbook.variable(name, shapes[name]) for name in graph.variables}
    values = forward(textbook, graph, bound, [a, b])
    if values[a].shape != values[b].shape:
        return False
    return not collected(textbook, textbook.subtract(values[a], values[b])).parts
