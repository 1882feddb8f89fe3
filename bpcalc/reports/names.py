"""What the nodes of a program are called in a report: by its own names, else f for the output and n1, n2, … ."""

from __future__ import annotations

from bpcalc.errors import BpcalcError, did_you_mean
from bpcalc.reading.lexer import canonical, without_comments
from bpcalc.reading.program import Program
from bpcalc.writing.unparse import are_longer, needed, unparse

LONG = 20_000  # characters: an expression is not written out beyond this


class Names:
    """The names of the nodes that `output` is computed from.

    given   the nodes that the program names (the first name, where one node has two), inputs included
    output  the output's name
    With `numbered` false no other node has a name.
    """

    def __init__(self, program: Program, output: int, numbered: bool = True) -> None:
        self.program = program
        self.node = output
        self.given: dict[int, str] = {}
        for name, node in program.names.items():
            self.given.setdefault(node, name)
        self.output = self.given.get(output) or fresh("f", program.names)
        self._labels: dict[int, str] | None = None if numbered else self.given
        self._nodes: dict[str, int] | None = None  # by label, where one is looked for

    @property
    def labels(self) -> dict[int, str]:
        """The name of every node that has a row. A part without a variable in it is a number, and has none."""
        if self._labels is None:
            self._labels = self._number()
        return self._labels

    def _number(self) -> dict[int, str]:
        graph, output, given = self.program.graph, self.node, self.given
        varies = bytearray(len(graph))
        for name in self.program.variables or self.program.constants:
            varies[self.program.names[name]] = 1
        wanted, labels = graph.ancestors(output), dict(given)
        taken, count = self.program.names.keys() | {self.output}, 0
        for node, sources in enumerate(graph.inputs):
            for source in sources:
                if varies[source]:
                    break
            else:
                continue
            varies[node] = 1
            if wanted[node] and node not in given and node != output:
                count += 1
                while (name := f"n{count}") in taken:
                    count += 1
                labels[node] = name
        labels[output] = self.output
        return labels

    def find(self, name: str) -> int:
        """The node called `name`. Raises BpcalcError where none is."""
        node = self.program.names.get(name)
        if node is None and not name.isidentifier():
            node = self.program.names.get(canonical(name))  # w_{0}
        if node is not None:
            return node
        if name == self.output:
            return self.node
        if self._nodes is None:
            self._nodes = {label: node for node, label in self.labels.items()}
        node = self._nodes.get(name)
        if node is not None:
            return node
        known = list(self.labels.values())
        hint = (
            did_you_mean(name, known) or f"the names here are {', '.join(known[:12])}{', …' if len(known) > 12 else ''}"
        )
        raise BpcalcError(f'no node is called "{name}"', hint=hint)

    def statements(self) -> list[int] | None:
        """The named nodes that the output is written with, in their order; None where the whole is endless to write."""
        graph = self.program.graph
        given = {node: name for node, name in self.given.items() if node != self.node}
        definitions = [node for node, name in given.items() if graph.leaves.get(node) != name]
        written = (node for node in (*definitions, self.node) if node <= self.node)
        if are_longer(graph, given, (source for node in written for source in graph.inputs[node]), LONG):
            return None
        return needed(graph, self.node, definitions, given)

    def expression(self) -> str:
        """The program as it was understood: named nodes as statements, then the output."""
        statements, graph = self.statements(), self.program.graph
        if statements is None:
            return one_line(self.program.source.text)
        given = {node: name for node, name in self.given.items() if node != self.node}
        lines = [f"{given[node]} = {unparse(graph, node, given)}" for node in statements]
        return "; ".join([*lines, unparse(graph, self.node, given)])


def one_line(text: str) -> str:
    """A program as it was typed, in one line: no comments, a semicolon for each line break between statements."""
    depth, pieces = 0, []
    for line in without_comments(text).split("\n"):
        depth += line.count("(") - line.count(")")
        pieces.append(f"{line};" if depth <= 0 else f"{line}\n")
    statements = (" ".join(statement.split()) for statement in "".join(pieces).split(";"))
    return "; ".join(statement for statement in statements if statement)


def fresh(name: str, taken: object) -> str:
    """`name`, or where that is taken name2, name3, …"""
    if name not in taken:  # type: ignore[operator]
        return name
    return next(f"{name}{n}" for n in range(2, 10**9) if f"{name}{n}" not in taken)  # type: ignore[operator]
