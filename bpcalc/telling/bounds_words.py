"""What is to be told of a calculation with bounds: where its numbers stop being known, and where gates may go two ways.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from bpcalc.engine.reverse import callables
from bpcalc.gate import COMPARISON, Gate
from bpcalc.gates import GATES
from bpcalc.reports.circuit import Circuit
from bpcalc.reports.names import Names
from bpcalc.reports.warning import Warning
from bpcalc.writing.unparse import shortened

QUOTED = 200  # characters of an expression
LENGTHS = frozenset(("hypot", "norm", "std"))  # which have their kink where they are 0
BOTH = "so the bounds of the gradient have the slopes of both sides"

BESIDE = "; second derivatives are those beside it, for a slope that jumps has none"


def found(circuit: Circuit, names: Names, order: int) -> Iterator[Warning]:
    """The warnings, in forward order. order: of the derivatives that were taken"""
    m, graph, values = circuit.m, circuit.program.graph, circuit.values
    with m.quiet():
        ends = True  # are all numbers known, and do they end?
        for node, gate in enumerate(graph.gates[: circuit.output + 1]):
            xs = [values[source] for source in graph.inputs[node]]
            if values[node] is None or not xs:
                continue
            title = _title(circuit, names, node)
            if not m.all_finite(values[node]) and all(map(m.all_finite, xs)):
                said = "has no end: the values go to a pole, or are beyond all numbers that are looked at"
                if m.holds(m.is_nan(values[node])):
                    said = "is not known: the values go over a pole, or out of the domain"
                ends = False
                yield Warning("nonfinite", title, None, f"{title} {said}")
            elif said := _said(circuit, node, gate, xs):
                yield Warning("kink", title, None, f"{title}: {said}{BESIDE if order > 1 else ''}")
        if ends:
            slopes = ((f"∂{names.output}/∂{name}", name, circuit.gradient_by(name)) for name in circuit.wrt)
            yield from unbounded(m, slopes)


def unbounded(m: Any, parts: Iterable[tuple[str, str, Any]]) -> Iterator[Warning]:
    """The first block of derivatives that is not known or has no end; each with its title and the name it is about."""
    for title, name, block in parts:
        if not m.all_finite(block):
            said = "is not known" if m.holds(m.is_nan(block)) else "has no end"
            yield Warning("nonfinite", name, None, f"{title} {said} within the bounds")
            return


def _title(circuit: Circuit, names: Names, node: int) -> str:
    graph, labels = circuit.program.graph, names.labels
    text = shortened(graph, node, labels, QUOTED)
    return f"{labels[node]} = {text}" if node in labels and text != labels[node] else text


def _said(circuit: Circuit, node: int, gate: Gate, xs: list[Any]) -> str:
    """What is said of a gate where the slope is not one; "" for nothing."""
    m, y = circuit.m, circuit.values[node]
    if gate.kink is not None and gate.kink.limit is not None and gate is not GATES["power"]:  # it jumps at 0^0 only
        return "it may jump within the bounds; its gradient is that between the jumps" if _varies(m, y) else ""
    if gate.infix is not None and gate.infix[1] == COMPARISON:
        return "it is at its edge, and only what it is there is looked at" if _at_edge(circuit, node, xs) else ""
    if circuit.gradients[node] is None or not any(circuit.needed[one] for one in circuit.program.graph.inputs[node]):
        return ""
    if gate.name in LENGTHS:
        return f"it may be 0, where it has a kink, {BOTH}" if _may_be_zero(m, y) else ""
    if gate.kink is None and gate is not GATES["where"]:
        return ""
    return _two_ways(circuit, node, gate, xs) if _is_open(circuit, node, gate, xs) else ""


def _two_ways(circuit: Circuit, node: int, gate: Gate, xs: list[Any]) -> str:
    if gate is GATES["where"]:
        return "the condition may hold or not, so the bounds have both branches; a jump between them is no gradient"
    if gate.variadic or gate.pullback:
        return "which input takes the gradient is open, so the bounds have every way"
    return f"the input may lie on either side of the kink, {BOTH}"


def _at_edge(circuit: Circuit, node: int, xs: list[Any]) -> bool:
    """Are two sides certainly equal somewhere, and does one of them move with what is differentiated by?"""
    m, inputs = circuit.m, circuit.program.graph.inputs[node]
    moves = any(circuit.needed[one] for one in inputs)
    return moves and bool(m.holds(m.equal(*xs)))


def _varies(m: Any, y: Any) -> bool:
    return any(m.entries.range_of(m.entry(y, place)) for place in m.places(m.shape(y)))


def _may_be_zero(m: Any, y: Any) -> bool:
    return any(not m.entries.sure(m.entry(y, place) != 0) for place in m.places(m.shape(y)))


def _is_open(circuit: Circuit, node: int, gate: Gate, xs: list[Any]) -> bool:
    """Does the gate's rule meet a slope that may be several?"""
    m, y = circuit.m, circuit.values[node]
    ways: Any = m.entries.ways
    before, ways.met = ways.met, {}
    try:
        rules = m.rules(gate, circuit.options.convention)
        if callable(rules):
            rules(m, y, *xs)
        else:
            for rule in callables(rules):
                if rule is not None:
                    rule(m, m.ones(shape=m.shape(y)), y, *xs) if gate.pullback else rule(m, y, *xs)
        return bool(ways.met)
    finally:
        ways.met = before
