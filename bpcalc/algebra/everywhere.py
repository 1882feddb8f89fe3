"""The graph itself as a number system, at every point: the formulas of a program that is written down once and run with
any numbers. What hangs on the point (the exceptional points of rules, ties) becomes a condition of the formula.
"""

from __future__ import annotations

from typing import Any

from bpcalc.algebra.floats import FLOATS
from bpcalc.algebra.folding import COMPARISONS, is_truth
from bpcalc.algebra.protocol import Algebra
from bpcalc.algebra.shapes import SHAPES, Shaped
from bpcalc.algebra.symbols import Mixed, Switched, Symbol, Symbols
from bpcalc.gate import CONSTANT
from bpcalc.gates import GATES
from bpcalc.graph import Graph

ADD, EQUAL, GREATER, LESS, WHERE = (GATES[name] for name in ("add", "equal", "greater", "less", "where"))
EXTREMES = (GATES["max"], GATES["min"])
AT_TIES = {GREATER: "greater_equal", LESS: "less_equal"}  # a router's truth, and the same with ties
FINITE = frozenset((ADD, *(GATES[name] for name in ("subtract", "multiply", "negate")), *COMPARISONS))


class Everywhere(Symbols):
    """Nodes of `graph` as numbers, wherever its inputs lie.

    shapes   the shape of each node of the graph, a `Shaped` each; None: all are single numbers
    numbers  the algebra of the shapes, SHAPES
    is_singular  whether matrices without an inverse are expected, for which a determinant's gradient has cofactors
    """

    def __init__(
        self, graph: Graph, shapes: list[Any] | None = None, numbers: Algebra | None = None, is_singular: bool = False
    ) -> None:
        super().__init__(graph, shapes, numbers or (FLOATS if shapes is None else SHAPES))
        self.is_singular = is_singular
        self._finite: list[bool] = []

    def placeholder(self, name: str, shape: tuple[int, ...]) -> Symbol:
        """A new input of the graph: a gradient that has a line of its own, and appears by name from there on."""
        node = self.graph.variable(name)
        if self.values is not None and node == len(self.values):
            self.values.append(Shaped(shape))
        return Symbol(self, node)

    def value(self, number: Any) -> Symbol:
        """A constant, or an array literal: numbers are written down, and never computed with here."""
        return self._literal(number.tolist() if hasattr(number, "tolist") else number)

    def known(self, truth: Any) -> float | None:
        """The number that a truth always is; None where it hangs on the point."""
        return self.graph.number(truth.node) if isinstance(truth, Symbol) else float(truth)

    def holds(self, truth: Any) -> bool:
        number = self.known(truth)
        if number is not None:
            return bool(number)
        gate, inputs = self.graph.gates[truth.node], self.graph.inputs[truth.node]
        if gate.name == "singular":
            return self.is_singular
        # equal entries of a reduction: the shares of ties are those of a single winner too. Any other rule that asks
        # has two formulas for one thing, and gets the usual one
        return gate is GREATER and self.graph.gates[inputs[0]].name == "sum" and self.graph.number(inputs[1]) == 1

    def everywhere(self, truth: Any) -> bool:
        return bool(self.known(truth))

    def is_finite(self, x: Any) -> bool:
        """Is it finite whatever the inputs are? Comparisons and numbers are, and sums and products of these."""
        if not isinstance(x, Symbol):
            return True
        graph = self.graph
        for node in range(len(self._finite), len(graph)):
            gate = graph.gates[node]
            number = graph.number(node) if gate is CONSTANT else None
            parts = graph.inputs[node][1:] if gate is WHERE else graph.inputs[node]
            flat = gate.family == "shape" or gate in FINITE or gate is WHERE or gate.name == "one_hot"
            self._finite.append(number - number == 0 if number is not None else flat and self._all_finite(parts))
        return self._finite[x.node]

    def _all_finite(self, nodes: tuple[int, ...]) -> bool:
        return all(self._finite[node] for node in nodes)

    def except_at(self, condition: Any, special: Any, usual: Any) -> Any:
        number = self.known(condition)
        if number is not None:
            return special if number else usual
        tied = self._tied(condition.node)
        if tied is None:
            return self.where(condition, special, usual)
        share = self._at_tie(special, tied)
        if share is None or not isinstance(usual, Symbol):
            return self.where(condition, special, usual)
        gate = self.graph.gates[usual.node]
        if share == 0 or (share == 1 and gate not in AT_TIES):
            return usual
        first, second = (Symbol(self, node) for node in self.graph.inputs[usual.node])
        return self.call(AT_TIES[gate], first, second) if share == 1 else self.where(
            self.equal(*sorted((first, second), key=lambda one: one.node)), share, usual
        )  # fmt: skip

    def _tied(self, node: int) -> tuple[int, int] | None:
        """For `(a == max(a, b)) + (b == max(a, b)) > 1`, which is a == b, the two comparisons."""
        graph = self.graph
        if graph.gates[node] is not GREATER or graph.number(graph.inputs[node][1]) != 1:
            return None
        total = graph.inputs[node][0]
        hits = graph.inputs[total]
        if graph.gates[total] is not ADD or any(graph.gates[hit] is not EQUAL for hit in hits):
            return None
        (a, largest), (b, same) = (graph.inputs[hit] for hit in hits)
        is_one = largest == same and graph.gates[largest] in EXTREMES and graph.inputs[largest] == (a, b)
        return (hits[0], hits[1]) if is_one else None

    def _at_tie(self, special: Any, hits: tuple[int, int]) -> float | None:
        """The share of an input where both comparisons are true; None where it is no number then."""
        if not isinstance(special, Symbol):
            return float(special)
        graph, found = self.graph, dict.fromkeys(hits, 1.0)
        for node in range(min(hits), special.node + 1):
            inputs = [found.get(one, graph.number(one)) for one in graph.inputs[node]]
            if node not in found and inputs and all(one is not None for one in inputs):
                found[node] = FLOATS.function(graph.gates[node])(*inputs)
        return found.get(special.node, graph.number(special.node))

    # Gradients

    def scale(self, upstream: Symbol, local: Any) -> Symbol:
        if isinstance(upstream, Switched) and self.is_finite(local):  # 0 where nothing flows, and stays it
            product = self.call("multiply", upstream, local)
            return Switched(self, upstream.condition, upstream.when, product, product.node)
        return super().scale(upstream, local)

    def route(self, upstream: Symbol, weight: Any) -> Symbol | None:
        if not isinstance(weight, Symbol) or self.known(weight) is not None or is_truth(self.graph, weight.node):
            return super().route(upstream, weight)
        graph = self.graph
        if graph.gates[weight.node] is not WHERE:
            return self._weighted(upstream, weight)
        tie, share, usual = (Symbol(self, node) for node in graph.inputs[weight.node])
        sides = {*graph.inputs[usual.node]}
        if graph.gates[usual.node] not in AT_TIES or graph.gates[tie.node] is not EQUAL or (
            {*graph.inputs[tie.node]} != sides
        ):  # fmt: skip
            return self._weighted(upstream, weight)
        # an input that wins or is tied: the whole gradient, or its share
        lets = self.call(AT_TIES[graph.gates[usual.node]], *(Symbol(self, node) for node in graph.inputs[usual.node]))
        flow = upstream.flow if isinstance(upstream, Switched) else upstream
        both = upstream.truth() * lets if isinstance(upstream, Switched) else lets
        return self.switch(both, self.where(tie, self.call("multiply", flow, share), flow))

    def _weighted(self, upstream: Symbol, weight: Symbol) -> Symbol:
        scaled = super().scale(upstream, weight)
        lets = self.call("not_equal", weight, 0)
        if isinstance(scaled, Switched):
            return Switched(self, (scaled.truth() * lets).node, True, scaled.flow)
        return Switched(self, lets.node, True, scaled)

    def _mixed(self, gradient: Any, flows: bool) -> Any:
        if gradient is None or isinstance(gradient, Switched):
            return gradient
        return Mixed(self, gradient.node)
