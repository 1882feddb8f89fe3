"""The trace of forward mode for a program with vectors, matrices or tensors: tangents as formulas, then the numbers.

Every equation is true: a formula's value, computed from the values and tangents in it, is the tangent that stands
below it.
"""

from __future__ import annotations

from typing import Any

from bpcalc.reports.circuit import Circuit
from bpcalc.reports.names import Names
from bpcalc.reports.report import Step
from bpcalc.telling.array_trace import ArrayTeller
from bpcalc.telling.array_words import shape_of, signature, tuple_text
from bpcalc.telling.one_gate import Alone
from bpcalc.telling.tangent_trace import TangentTeller
from bpcalc.telling.trace import changes, letter


class ArrayTangentTeller(TangentTeller):
    """Tells the forward pass over a program of arrays with its tangents."""

    teller: ArrayTeller

    def primal(self, circuit: Circuit, names: Names) -> ArrayTeller:
        return ArrayTeller(circuit, names)

    def tangent(self, node: int) -> Any:
        """A node's tangent in its shape."""
        found = self.tangents[node] if node < len(self.tangents) else None
        m = self.circuit.m
        return m.zeros(shape=m.shape(self.circuit.values[node])) if found is None else m.dense(found)

    def input(self, node: int) -> list[str]:
        value, tangent = self.circuit.values[node], self.moving.get(node)
        label, dot = self.teller.labels[node], self.dots[node]
        if not shape_of(value):
            return super().input(node)
        if tangent is None:
            return [f"{dot} is 0: {label} stays still"]
        return self.teller.shown(dot, tangent, tuple_text(shape_of(tangent)))

    def step(self, node: int) -> Step:
        told = self.teller.forward(node)
        return told._replace(lines=(*told.lines, *self.lines(node)), tangent=self.tangent(node))

    def lines(self, node: int) -> list[str]:
        gate, dot, tangent = self.graph.gates[node], self.dots[node], self.tangent(node)
        if self.teller.scalar(node):
            return super().lines(node)
        if not gate.differentiable:
            return [f"{dot} is 0: the gate {gate.says}"]
        inputs = self.graph.inputs[node]
        ts = [self.tangents[source] for source in inputs]
        if all(t is None for t in ts):
            return [f"{dot} is 0: nothing in it moves"]
        alone = Alone(self.circuit.m, self.graph, self.circuit.values, self.teller.labels, node)
        names = [self.dots.get(source, "") for source in inputs]
        formula = alone.tangent(ts, names, self.circuit.options.convention, tangent)
        if formula is None:
            return self.teller.shown(f"{dot}, where something flows", tangent, tuple_text(shape_of(tangent)))
        text = alone.names.get(formula) or alone.text(formula)
        return self.teller.shown(f"{dot} = {text}", tangent, signature(alone.graph, alone.values, formula))

    def mean(self) -> str:
        """What the tangent of the output says; at a kink it is a rule's choice."""
        output, f, m = self.circuit.output, self.output, self.circuit.m
        h = letter(self.teller.labels.values())
        tangent = m.value(self.tangent(output))
        moving = [node for node, t in self.moving.items() if m.holds(m.not_equal(t, 0)) and node <= output]
        if not moving:
            return f"nothing that {f} depends on moves, so {f} stays as it is"
        ruled = next((told for node in moving if (told := self.teller.ruled(node))), "")
        if (tangent != tangent).any():
            return f"the tangent of {f} is NaN" + (" in some entries" if shape_of(tangent) else "")
        if not shape_of(tangent):
            return f"if {self.moves(h)}, {f} {changes(float(tangent), h, self.precision)}{ruled}"
        return f"if {self.moves(h)}, each entry of {f} changes by about {h} times its tangent{ruled}"
