"""The trace of a program with vectors, matrices or tensors: pullbacks as formulas with their shapes, then the numbers.

May import alone, arraywords, trace and what that may. Every equation is true: a formula's value, computed from the
values of the nodes in it, is the gradient that stands below it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from bpcalc.alone import Alone, same
from bpcalc.arraywords import copies, jacobian, shape_of, signature, spoken, tuple_text
from bpcalc.gate import INPUT
from bpcalc.names import Names
from bpcalc.report import Step
from bpcalc.show.arraytext import block
from bpcalc.show.numbers import eye
from bpcalc.show.trace import GAP, ROW
from bpcalc.trace import Teller, _changes, _sum
from bpcalc.equation import true_equation
from bpcalc.unparse import unparse

if TYPE_CHECKING:
    from bpcalc.calculate import Calculation

TERMS = 8  # branch gradients that are added by name


class ArrayTeller(Teller):
    def __init__(self, calculation: Calculation, names: Names) -> None:
        super().__init__(calculation, names)
        self.values = calculation.values
        self.waits: dict[int, list[tuple[str, Any]]] = {}  # the branches that have reached a copy gate, with names

    def shown(self, start: str, value: Any, shapes: str) -> list[str]:
        """An equation with what it gives: a number behind it, an array on the next lines."""
        if not shape_of(value):
            return [f"{start} = {eye(value, self.precision)}{GAP}{shapes}"]
        return [f"{start}{GAP}{shapes}", *(ROW + row for row in block(value, self.precision))]

    def scalar(self, node: int) -> bool:
        """Is the gate's output a number, and are all its inputs?"""
        nodes = (node, *self.graph.inputs[node])
        return not self.graph.gates[node].pullback and not any(shape_of(self.values[one]) for one in nodes)

    # Forward

    def forward(self, node: int) -> Step:
        if self.scalar(node):
            return super().forward(node)
        symbols = unparse(self.graph, node, self.labels)
        lines = self.shown(f"{self.labels[node]} = {symbols}", self.values[node], signature(self.graph, self.values, node))
        name = self.graph.gates[node].name
        return Step("forward", self.order[node], self.labels[node], name, "", symbols, tuple(lines), value=self.values[node])

    # Backward

    def flows(self, node: int) -> Any:
        """The upstream gradient of a gate; None where nothing reaches it, or a router blocked all of a number."""
        gradient = self.calculation.gradients[node]
        blocked = not shape_of(self.values[node]) and not getattr(gradient, "live", True)
        return None if gradient is None or blocked else gradient

    def number(self, gradient: Any) -> Any:
        return self.calculation.m.value(self.calculation.m.dense(gradient))

    def backward(self) -> Iterator[Step]:
        output, seed = self.calculation.output, self.calculation.seed
        label, name = self.labels[output], self.partial(output)
        lines = [f"{name} = {eye(seed, self.precision)}"]
        if shape_of(seed):
            lines = self.shown(f"{name}, the upstream gradient that was given", seed, tuple_text(shape_of(seed)))
        yield Step("backward", 0, label, "seed", "", "", tuple(lines), upstream=seed, downstream={label: seed})
        for node in reversed(self.order):
            upstream = self.flows(node)
            if upstream is None:
                continue
            if self.scalar(node):
                yield from self.block(node, float(self.number(upstream)))
            else:
                yield from self.mixed(node, upstream)

    def mixed(self, node: int, upstream: Any) -> Iterator[Step]:
        """The block of a gate with arrays, and the sums at the copy gates that it completes."""
        calculation, graph, inputs = self.calculation, self.graph, self.graph.inputs[node]
        gate, convention = graph.gates[node], calculation.options.convention
        alone = Alone(calculation.m, graph, self.values, self.labels, node)
        needed = [bool(calculation.needed[source]) and source in self.labels for source in inputs]
        amounts = alone.downstream(upstream, needed, convention)
        formulas = alone.formulas(self.number(upstream), self.partial(node), needed, convention)
        lines: list[str] = []
        downstream: dict[str, Any] = {}
        for place, (source, amount) in enumerate(zip(inputs, amounts, strict=True)):
            if amount is None:
                lines += self.nothing(gate, place, source)
                continue
            number, label = self.number(amount), self.labels[source]
            name = self.branch(node, source, place)
            lines += self.told(name, alone, formulas[place], number) + self.remarks(node, alone, place)
            self.waits.setdefault(source, []).append((name, number))
            downstream[label] = downstream[label] + number if label in downstream else number
        if not downstream and gate.differentiable:
            return  # the gradient was asked for up to here
        yield Step(
            "backward", self.order[node], self.labels[node], gate.name, spoken(gate, shape_of(self.values[inputs[0]])),
            f"{self.labels[node]} = {unparse(graph, node, self.labels)}", tuple(lines), self.number(upstream), downstream,
        )  # fmt: skip
        yield from self.copies(inputs)
