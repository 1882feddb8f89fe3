"""Which nodes of a derivation have a line of their own in a program, and what they are called there."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, NamedTuple

from bpcalc.algebra.folding import is_truth
from bpcalc.emit.expression import Expression, Table
from bpcalc.emit.legal import Legal
from bpcalc.gate import Gate
from bpcalc.reports.derivation import Derivation, Line

LONG = 64  # characters of an expression, beyond which a part of it gets a name


class Statement(NamedTuple):
    """A line of a program: `name = text`, and what is said beside it. node: whose value it is."""

    name: str
    text: str
    note: str
    node: int


class Plan:
    """A derivation, ready to be written in a language.

    squares   whether a square is written as a product, so that what is squared needs a name
    every     which of the program's operations get a line beside those that need one
    gradient  the name of a gradient, from that of what it is the gradient of
    inputs    names for the parameters, where they are not to be chosen; prefix: in front of all others
    copies    whether a gradient that only has another name gets a line
    before    see `Expression`

    It then has:

    inputs    the parameters' legal names, by node
    forward, backward  the statements of both passes
    gradient  for each name that a gradient is asked for, the text that has it
    output    the text that has the value
    wants     the helpers that the statements call
    """

    def __init__(
        self, derivation: Derivation, table: Table, legal: Legal, *, squares: bool = True,
        every: Callable[[int], bool] | None = None, gradient: Callable[[str], str] = "grad_{}".format,
        inputs: dict[int, str] | None = None, prefix: str = "", copies: bool = True,
        before: Mapping[str, tuple[Gate, list[Any]]] | None = None,
    ) -> None:  # fmt: skip
        self.derivation = d = derivation
        self.legal = legal
        self.squares = squares
        self.prefix = prefix
        self.copies = copies
        self.gradient_name = gradient
        self.inputs = inputs or {one.node: legal.name(one.name) for one in d.parameters}
        self.lines = _used(d)
        self.names: dict[int, str] = dict(self.inputs)
        self.expression = (table.cells or Expression)(d.graph, table, self.names, d.shape, before)
        self.parts = self._parts(every)
        self.forward = list(self._forward())
        self.backward = list(self._backward())
        self.output = self.expression.operand(d.output)
        self.gradient = {name: self.expression.operand(node) for name, node in d.gradient.items()}

    @property
    def wants(self) -> Iterable[str]:
        return self.expression.wants

    def _parts(self, every: Callable[[int], bool] | None) -> set[int]:
        """The operations that get a name: those of the program, those used more than once, and parts of long ones."""
        d, graph = self.derivation, self.derivation.graph
        roots = [d.output, *(line.node for line in self.lines), *d.gradient.values()]
        wanted = graph.ancestors(*roots)
        leaves = set(self.inputs)
        uses = dict.fromkeys(roots, 1)
        for node, inputs in enumerate(graph.inputs):
            if wanted[node] and node not in leaves:
                for source in inputs:
                    uses[source] = uses.get(source, 0) + 1
        named = {line.symbol for line in self.lines}
        computed = {line.node for line in self.lines}
        found: set[int] = set()
        labels = dict(self.inputs) | {line.symbol: f"grad_{d.labels.get(line.of, 'n')}" for line in self.lines}
        sizes: list[int] = []
        for node, inputs in enumerate(graph.inputs):
            size = len(labels[node]) if node in labels else 3 + sum(sizes[one] for one in inputs) if inputs else 2
            if wanted[node] and inputs and node not in leaves and node not in named:
                own = node in d.given or node == d.output or bool(every and node <= d.output and every(node))
                shared = uses.get(node, 0) > 1 and not self._is_cheap(node, labels, found)
                if own or shared or (size > LONG and node not in computed and not is_truth(graph, node)):
                    found.add(node)
                    size = 4
                if self.squares and graph.gates[node].name == "power" and graph.number(inputs[1]) == 2:
                    base = inputs[0]
                    if graph.inputs[base] and base not in leaves and base not in named:
                        found.add(base)
            sizes.append(size)
        return found

    def _is_cheap(self, node: int, labels: dict[int, str], found: set[int]) -> bool:
        """Is it as well written twice: a comparison, a sign, a transpose of what has a name?"""
        graph = self.derivation.graph
        gate, inputs = graph.gates[node], graph.inputs[node]
        simple = gate.prefix or gate.name in ("transpose", "array", "index", "zeros", "ones", "eye") or (
            is_truth(graph, node) and len(inputs) == 2
        )  # fmt: skip
        return bool(simple) and all(one in labels or one in found or not graph.inputs[one] for one in inputs)

    def _forward(self) -> Iterable[Statement]:
        d = self.derivation
        chosen = [node for node in d.operations if node in self.parts]
        for count, node in enumerate(chosen, start=1):
            yield self._statement(node, d.labels.get(node, f"t{count}"), node in d.given)

    def _statement(self, node: int, wish: str, is_given: bool, note: str = "") -> Statement:
        text = self.expression.text(node)
        name = self.names[node] = self.legal.name(f"{self.prefix}{wish}", is_own=not is_given, told=not self.prefix)
        return Statement(name, text, note, node)

    def _backward(self) -> Iterable[Statement]:
        d, count = self.derivation, 0
        done = {node for node in self.parts if node in self.names}
        for line in self.lines:
            for node in self._pending(line.node, done):
                count += 1
                done.add(node)
                yield self._statement(node, f"t{count}", False)
            text = self.expression.operand(line.node)
            if not self.copies and (line.node in self.names or line.node in d.graph.leaves):
                self.names[line.symbol] = text
                continue
            if line.node in d.graph.leaves and line.node not in self.names and not set(text) & set(".enf"):
                text = f"{text}.0"  # a gradient is no integer
            wish = self.gradient_name(self.names.get(line.of) or self.legal._spelled(d.labels.get(line.of, "n")))
            name = self.names[line.symbol] = self.legal.name(wish, is_own=True)
            if line.node > d.output and d.graph.inputs[line.node]:  # another gradient may be the same
                self.names.setdefault(line.node, name)
                done.add(line.node)
            yield Statement(name, text, line.note, line.symbol)

    def _pending(self, root: int, done: set[int]) -> list[int]:
        """The parts that a line needs and that have no line yet, in their order."""
        graph, found, stack = self.derivation.graph, set(), [root]
        seen = {root}
        while stack:
            node = stack.pop()
            if node in self.parts and node not in done and node != root:
                found.add(node)
            if node in self.names:
                continue
            for one in graph.inputs[node]:
                if one not in seen and one not in self.names:
                    seen.add(one)
                    stack.append(one)
        return sorted(found)


def planned(make: Callable[[frozenset[str]], Plan], helpers: Callable[[Plan], Collection[str]]) -> Plan:
    """A plan whose names are none of those that its own helpers have.

    make     `make(reserved)`: the plan with these names reserved too; helpers: the names of the helpers that it calls
    """
    plan = make(frozenset())
    called = frozenset(helpers(plan))
    return make(called) if called & plan.legal.taken else plan


def _used(d: Derivation) -> list[Line]:
    """The lines that the gradients which are asked for come from."""
    if not d.gradient:
        return []
    symbols = {line.symbol: line for line in d.lines}
    wanted = {node for node in d.gradient.values() if node in symbols}
    for line in reversed(d.lines):
        if line.symbol in wanted:
            wanted |= _sources(d, line.node, symbols)
    return [line for line in d.lines if line.symbol in wanted]


def _sources(d: Derivation, root: int, symbols: dict[int, Line]) -> set[int]:
    """The gradients that a formula is put in terms of."""
    found, stack, seen = set[int](), [root], {root}
    limit = d.lines[0].symbol
    while stack:
        node = stack.pop()
        if node in symbols:
            found.add(node)
            continue
        for one in d.graph.inputs[node]:
            if one not in seen and one >= limit:
                seen.add(one)
                stack.append(one)
    return found
