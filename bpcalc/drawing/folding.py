"""Parts of a circuit that are drawn as one box: a call of one of the program's functions, or a whole statement."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import NamedTuple

from bpcalc.gate import INPUT
from bpcalc.reading.program import Program
from bpcalc.reports.names import Names

PART = "folded"  # what the gate of a box is called that a part is


class Fold(NamedTuple):
    """A part of a circuit.

    sign     what stands in its box
    text     what is computed there, `swish(s)`
    nodes    those within it, its result among them
    sources  the nodes that it takes, its arguments in their order first
    """

    sign: str
    text: str
    nodes: frozenset[int]
    sources: tuple[int, ...]


def calls(program: Program, names: Names, opened: Collection[str]) -> dict[int, Fold]:
    """The calls of the program's functions that are not opened, by the node of their result."""
    parts = _Parts(program, names)
    found: dict[int, Fold] = {}
    for name, result, arguments in program.calls:
        if name not in opened and "all" not in opened and parts.is_gate(result) and result not in arguments:
            told = ", ".join(parts.text(one) for one in arguments)
            found.setdefault(result, parts.fold(result, arguments, name, f"{name}({told})"))
    return _outermost(found)


def statements(program: Program, names: Names, word: int) -> dict[int, Fold]:
    """Every statement that has a name, and the output, each as a box with as much of its text as `word` characters."""
    parts = _Parts(program, names)
    ends = [node for node in {*names.given, names.node} if parts.is_gate(node)]
    found = {}
    for node in sorted(ends):
        text = parts.statement(node)
        fold = parts.fold(node, (), text if len(text) <= word else f"{text[: word - 1]}…", text)
        if len(fold.nodes) > 1:
            found[node] = fold
    return found


def _outermost(found: dict[int, Fold]) -> dict[int, Fold]:
    """Without the calls that stand within others."""
    inside = {node for result, fold in found.items() for node in fold.nodes if node != result}
    return {result: fold for result, fold in found.items() if result not in inside}


class _Parts:
    def __init__(self, program: Program, names: Names) -> None:
        self.graph, self.names = program.graph, names
        self.wanted = program.graph.ancestors(names.node)
        self.users: dict[int, list[int]] = {}
        for node, inputs in enumerate(self.graph.inputs[: names.node + 1]):
            for source in inputs if self.wanted[node] else ():
                self.users.setdefault(source, []).append(node)

    def is_gate(self, node: int) -> bool:
        """Is it drawn as a gate?"""
        is_operation = bool(self.graph.inputs[node]) and node in self.names.labels
        return is_operation and bool(self.wanted[node]) and not self.graph.is_literal(node)

    def text(self, node: int) -> str:
        from bpcalc.writing.unparse import shortened

        return self.names.labels.get(node) or shortened(self.graph, node, self.names.labels, 24)

    def statement(self, node: int) -> str:
        """What stands behind the equals sign of a statement."""
        from bpcalc.writing.unparse import shortened

        return shortened(self.graph, node, self.names.given, 200)

    def fold(self, result: int, arguments: Iterable[int], sign: str, text: str) -> Fold:
        """All that only the result needs, back to the arguments, to inputs and to what has a name."""
        arguments = tuple(arguments)
        given = self.names.given
        reached, stack = {result}, [result]
        while stack:
            for source in self.graph.inputs[stack.pop()]:
                is_stop = source in given or source in arguments
                if source not in reached and not is_stop and self.is_gate(source):
                    reached.add(source)
                    stack.append(source)
        inside = {result}
        for node in sorted(reached, reverse=True):  # users come behind what they use
            if node != result and inside.issuperset(self.users[node]):
                inside.add(node)
        drawn = [one for one in arguments if self._is_drawn(one)]
        taken = [source for node in sorted(inside) for source in self.graph.inputs[node]]
        outside = dict.fromkeys(one for one in taken if one not in inside and self._is_drawn(one))
        sources = [one for one in dict.fromkeys((*drawn, *outside)) if one in outside]
        return Fold(sign, text, frozenset(inside), tuple(sources))

    def _is_drawn(self, node: int) -> bool:
        return self.is_gate(node) or node in self.names.labels or self.graph.gates[node] is INPUT
