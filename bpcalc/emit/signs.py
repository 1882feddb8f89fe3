"""What is known of a node's sign whatever the inputs are: where a division cannot be by 0, a root not of less."""

from __future__ import annotations

from bpcalc.algebra.folding import COMPARISONS
from bpcalc.gate import CONSTANT
from bpcalc.gates import GATES
from bpcalc.graph import Graph

FREE, AT_LEAST, ABOVE = range(3)  # nothing is known; 0 or more, or NaN; above 0, or NaN
POSITIVE = frozenset(GATES[name] for name in ("exp", "abs", "sqrt", "sigmoid", "softplus", "relu"))


class Signs:
    """The signs of the nodes of a graph, which may still grow."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self._found: list[int] = []

    def __getitem__(self, node: int) -> int:
        for one in range(len(self._found), node + 1):
            self._found.append(self._of(one))
        return self._found[node]

    def _of(self, node: int) -> int:
        graph, gate = self.graph, self.graph.gates[node]
        if gate is CONSTANT:
            number = graph.number(node)
            return FREE if number is None or not number >= 0 else ABOVE if number > 0 else AT_LEAST
        inputs = graph.inputs[node]
        signs = [self._found[one] for one in inputs]
        if gate.name == "cosh":
            return ABOVE
        if gate in POSITIVE or gate in COMPARISONS:
            return AT_LEAST
        if gate.name == "power" and graph.number(inputs[1]) == 2:
            return AT_LEAST
        if gate.name in ("add", "max"):
            # the larger of what is known, for a sum of two that are not below 0
            enough = gate.name == "max" or min(signs) >= AT_LEAST
            return max(signs) if enough else FREE
        if gate.name in ("multiply", "divide"):
            return min(AT_LEAST, *signs)
        return min(signs[1:]) if gate.name == "where" else FREE

    def is_nonzero(self, node: int) -> bool:
        """Can a division by it never fail?"""
        number = self.graph.number(node)
        return self[node] == ABOVE or (number is not None and number != 0)

    def below_zero(self, node: int) -> bool:
        """Is it the negative of what is 0 or more, so that exp of it does not overflow?"""
        return self.graph.gates[node].name == "negate" and self[self.graph.inputs[node][0]] >= AT_LEAST
