"""The gradients of a circuit's nodes as formulas: nodes of a graph of their own, and what to write them in terms of."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property

from bpcalc.gate import INPUT
from bpcalc.graph import Graph
from bpcalc.reports.names import Names
from bpcalc.typed import NamedTuple
from bpcalc.writing.unparse import lengths, program_text, shortened, unparse

BRIEF = 36  # characters of a formula in terms of the inputs, beyond which it is put in terms of other nodes
SMALL = 16  # characters of one that a textbook made as short, beyond which it must not be over twice as long as that
ENDLESS = 2_000  # characters of a formula in terms of other nodes, which it is cut at
FULL = 200  # characters of a formula, beyond which its shared parts become definitions
AGREE = 1e-9  # how closely the lectures' form of a gradient must give its number to be shown


class Shown(NamedTuple):
    """A formula for the eye.

    names   what nodes of the graph are called; packed: the same of packed gates, where one stands there twice
    """

    graph: Graph
    node: int
    names: Mapping[int, str]
    packed: Mapping[int, str] = {}

    @property
    def text(self) -> str:
        return self.names.get(self.node) or shortened(self.graph, self.node, self.names, ENDLESS)

    def with_packed(self) -> Shown:
        """The same with the name of each packed gate that would be written out twice: (1 - f)*f."""
        text = self.text
        twice = {
            node: name for node, name in self.packed.items()
            if node != self.node and text.count(unparse(self.graph, node, self.names)) > 1
        }  # fmt: skip
        return self._replace(names={**self.names, **twice}) if twice else self


# By node, formulas in terms of what the program names, and of all rows.
Taught = tuple[Mapping[int, Shown], Mapping[int, Shown]]


def _length(shown: Shown) -> int:
    return len(shown.text)


class Formulas:
    """The gradients as nodes of `graph`, which begins with the nodes of the program.

    nodes     for each node of the program that the gradient reaches, the node that computes its gradient
    names     of the program's nodes; labels: the same, and numbers for long parts without a variable
    failed    why the gradient of a node could not be simplified
    taught    finds the same gradients as a textbook writes them, for the eye
    """

    def __init__(
        self, graph: Graph, nodes: Mapping[int, int], names: Names, labels: Mapping[int, str],
        failed: Mapping[int, str], taught: Callable[[], Taught] = lambda: ({}, {}),
    ) -> None:  # fmt: skip
        self.graph = graph
        self.nodes = nodes
        self.names = names
        self.labels = labels
        self.failed = failed
        self._find_taught = taught
        self.inputs = {node: label for node, label in names.labels.items() if graph.gates[node] is INPUT}

    @cached_property
    def _full_lengths(self) -> list[int]:
        return lengths(self.graph, self.inputs, len(self.graph))

    @cached_property
    def _given_lengths(self) -> list[int]:
        return lengths(self.graph, self.names.given, len(self.graph))

    def program(self, node: int) -> str:
        """The gradient of a node as a program of the language that stands alone."""
        formula = self.nodes[node]
        if self._full_lengths[formula] <= FULL:
            return unparse(self.graph, formula, self.inputs)
        definitions = self.definitions(formula)
        return program_text(self.graph, formula, definitions, self.inputs | definitions)

    @cached_property
    def _taught(self) -> Taught:
        return self._find_taught()

    def shown(self, node: int) -> Shown:
        """The gradient of a node for the eye: in terms of what the program names where that is short, else of all rows.

        As a textbook writes it, where that is no longer.
        """
        formula = self.nodes[node]
        is_short = self._given_lengths[formula] <= BRIEF
        own = Shown(self.graph, formula, self.names.given if is_short else self.labels)
        if self._is_plain(own):
            return own
        given, others = ([one[node].with_packed()] if node in one else [] for one in self._taught)
        given = [one for one in (*given, *[own] * is_short) if len(one.text) <= BRIEF]
        other = min((*others, own._replace(names=self.labels)), key=_length)
        best = min(given, key=_length, default=other)
        return best if is_short or len(best.text) <= max(SMALL, 2 * len(other.text)) else other

    def _is_plain(self, shown: Shown) -> bool:
        """Is it a name, a number, or one operation on different ones? No book has it shorter."""
        graph, node = shown.graph, shown.node
        if node not in shown.names and graph.gates[node].prefix:
            (node,) = graph.inputs[node]
        inputs = () if node in shown.names else graph.inputs[node]
        return len(set(inputs)) == len(inputs) and all(one in shown.names or not graph.inputs[one] for one in inputs)

    def brief(self, node: int) -> str:
        """The gradient of a node for the eye, in the language: cut where even in terms of other nodes it has no end."""
        return self.shown(node).text

    def programs(self, nodes: Sequence[int]) -> tuple[dict[str, str], dict[int, str]]:
        """The gradients of many nodes, what they share written once: definitions by name, in order, and each gradient.

        A gradient behind the definitions is a program of the language. Together they are as long as the graph.
        """
        formulas = [self.nodes[node] for node in nodes]
        named = self._named(self._uses(formulas))
        names = self.inputs | named
        definitions = {name: unparse(self.graph, node, names) for node, name in named.items()}
        return definitions, {
            node: names.get(formula) or unparse(self.graph, formula, names)
            for node, formula in zip(nodes, formulas, strict=True)
        }

    def definitions(self, formula: int) -> dict[int, str]:
        """Names for the parts of a formula that are used more than once: the program's own, else g1, g2, … ."""
        uses = self._uses([formula])
        del uses[formula]
        return self._named(uses)

    def _named(self, uses: Mapping[int, int]) -> dict[int, str]:
        """Names for the operations that are used more than once."""
        named: dict[int, str] = {}
        known, count = self.names.labels, 0
        taken, given = set(known.values()), set[str]()
        for node in sorted(uses):
            if uses[node] > 1 and self.graph.inputs[node]:
                label = known.get(node)
                while label is None or label in given:
                    count += 1
                    label = f"g{count}" if f"g{count}" not in taken else None
                named[node] = label
                given.add(label)
        return named

    def _uses(self, formulas: Sequence[int]) -> dict[int, int]:
        """How often each node is an operand in the formulas, or one of them."""
        uses: dict[int, int] = {}
        stack: list[int] = []
        for formula in formulas:
            if formula not in uses:
                stack.append(formula)
            uses[formula] = uses.get(formula, 0) + 1
            while stack:
                for source in self.graph.inputs[stack.pop()]:
                    if source not in uses and self.graph.inputs[source]:
                        stack.append(source)
                    uses[source] = uses.get(source, 0) + 1
        return uses
