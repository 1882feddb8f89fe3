"""One gate taken out of the circuit: its local gradients, its downstream gradients and its tangent as formulas."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import copy
from typing import Any

from bpcalc.algebra.symbols import Symbol, Symbols
from bpcalc.engine.reverse import backpropagate
from bpcalc.engine.tangent import push
from bpcalc.gate import CONSTANT, INPUT, Gate
from bpcalc.gates import GATES
from bpcalc.graph import Graph
from bpcalc.reports.circuit import Circuit
from bpcalc.reports.formulas import AGREE
from bpcalc.telling.equation import factor, written
from bpcalc.telling.shape_words import signature
from bpcalc.writing.unparse import unparse

DIVIDE = GATES["divide"]


class Tangents(Symbols):
    """Symbols that write forward mode as textbooks do: local*tangent, and `ȧ*b + a*ḃ` for a product.

    leaves  the tangents, each with the input that it belongs to
    """

    leaves: dict[int, int]

    def scale(self, upstream: Symbol, local: Any) -> Symbol:
        beside = self.leaves.get(upstream.node)
        if beside is None or not isinstance(local, Symbol):
            return super().scale(upstream, local)
        gate, inputs = self.graph.gates[local.node], self.graph.inputs[local.node]
        if gate is DIVIDE and self.graph.number(inputs[0]) == 1:
            return self.call("divide", upstream, self.symbol(inputs[1]))
        leads = gate is INPUT and beside < local.node
        return self.call("multiply", *((upstream, local) if leads else (local, upstream)))

    # A gate whose entries mix hands ones to its pullback, and what comes back is multiplied with a tangent of the
    # whole shape. There the number 1 does as well as an array of ones, and reads better.

    def ones(self, shape: tuple[int, ...]) -> Symbol:
        return self.constant(1.0)

    def zeros(self, shape: tuple[int, ...]) -> Symbol:
        return self.call("zeros", shape=shape) if shape else self.constant(0.0)

    def reshape(self, x: Symbol, shape: tuple[int, ...]) -> Symbol:
        return super().reshape(x, shape) if self.shape(x) else x

    def spread(self, x: Symbol, like: Symbol) -> Symbol:
        return super().spread(x, like) if self.shape(x) else x


class OneGate:
    """A gate in a graph of its own, whose named inputs, each use for itself, are leaves under their names.

    The engine's own passes run over this little graph, so no rule is told twice. What they append is gone with it: the
    trace of a large program holds the formulas of one gate at a time, and the program's graph stays as it is.

    places  its inputs; output: its own node; names and values: of the nodes
    """

    def __init__(self, circuit: Circuit, texts: Mapping[int, str], node: int) -> None:
        program = circuit.program.graph
        self.m = circuit.m
        self.convention = circuit.options.convention
        self.gate = program.gates[node]
        self.graph = Graph()
        self.graph.shadowed = program.shadowed
        self.values: list[Any] = []
        self.names: dict[int, str] = {}
        self._from = program, circuit.values, texts
        self._numbers: dict[int | None, dict[int, str]] = {}
        self.places = [self._leaf(source, f"input {place}") for place, source in enumerate(program.inputs[node])]
        self.output = self.graph.apply(self.gate, tuple(self.places))
        self._keep(circuit.values[node], texts[node])

    def _keep(self, value: Any, label: str = "") -> int:
        """The newest node's value and name."""
        if len(self.values) < len(self.graph):
            self.values.append(value)
            if label:
                self.names[len(self.values) - 1] = label
        return len(self.graph) - 1

    def _leaf(self, source: int, payload: str) -> int:
        _, values, texts = self._from
        if source in texts:
            self.graph.variable(payload)
            return self._keep(values[source], texts[source])
        return self._written_out(source)

    def _written_out(self, root: int) -> int:
        """An unnamed part, which has no variable in it, as it stands."""
        graph, values, texts = self._from
        part, stack = set(), [root]
        while stack:
            node = stack.pop()
            if node not in part:
                part.add(node)
                stack += [] if node in texts else graph.inputs[node]
        copied: dict[int, int] = {}
        for node in sorted(part):
            if node in texts or graph.gates[node] is INPUT:
                copied[node] = self.graph.variable(f"named {node}")
            elif graph.gates[node] is CONSTANT:
                copied[node] = self.graph.constant(graph.leaves[node])
            else:
                copied[node] = self.graph.apply(graph.gates[node], tuple(copied[one] for one in graph.inputs[node]))
            self._keep(values[node], texts.get(node, ""))
        return copied[root]

    # Texts

    def numbers(self, digits: int | None) -> dict[int, str]:
        """The numbers of the named nodes as texts with so many digits, to be put in for the names."""
        if digits not in self._numbers:
            self._numbers[digits] = {node: written(self.m, self.values[node], digits) for node in self.names}
        return self._numbers[digits]

    @property
    def inputs(self) -> list[str]:
        """What the inputs are called; a number as it is written, a longer part in brackets."""
        return [self.names.get(place) or factor(self.graph, place, self.names) for place in self.places]

    def expression(self, names: Mapping[int, str]) -> str:
        """The gate on its inputs, which have these names."""
        return unparse(self.graph, self.output, names)

    def text(self, node: int) -> str:
        """A formula in the language, with blanks around what the upstream is multiplied with."""
        text = self.names.get(node) or unparse(self.graph, node, self.names)
        if "upstream" not in self.graph.variables:
            return text
        upstream = self.names[self.graph.variables["upstream"]]
        for sign in "*/@":
            text = text.replace(f"{sign}{upstream}", f" {sign} {upstream}")
            text = text.replace(f"{upstream}{sign}", f"{upstream} {sign} ")
        for behind in (".T", "["):
            text = text.replace(f"{upstream}{behind}", f"({upstream}){behind}")
        return text

    def signature(self, node: int) -> str:
        """The shapes that meet in a formula's last step."""
        return signature(self.graph, self.values, node)

    def shared(self, formula: int) -> int | None:
        """The largest part without a name that a formula has more than once."""
        uses: dict[int, int] = {}
        stack = [formula]
        while stack:
            for source in self.graph.inputs[stack.pop()]:
                if source not in uses and source not in self.names:
                    stack.append(source)
                uses[source] = uses.get(source, 0) + 1
        return max((n for n, count in uses.items() if count > 1 and self._is_compound(n)), default=None)

    def agree(self, a: Any, b: Any) -> bool:
        """Are two numbers or arrays equal, but for the last digits?"""
        return self.m.everywhere(self.m.close(a, b, AGREE))

    def _is_compound(self, node: int) -> bool:
        return node not in self.names and any(self.graph.inputs[source] for source in self.graph.inputs[node])

    # Formulas, as nodes of this graph

    def local(self, place: int, number: Any, taught: bool = True) -> int | None:
        """The local gradient for one input; None where a plain number says it, as for a router.

        number  what it is; taught: whether the lectures' form of it goes before that of the gate's rule
        """
        if self.gate.routes:
            return None
        m = Symbols(self.graph, self.values, self.m)
        y, xs = m.symbol(self.output), [m.symbol(one) for one in self.places]
        rules = [*([self.gate.lesson] if self.gate.lesson and taught else []), self.gate.rules(self.convention)]
        for rule in (rules[place] for rules in rules):
            found = rule(m, y, *xs) if callable(rule) else rule
            if isinstance(found, Symbol):
                if self.agree(self.values[found.node], number):
                    return found.node
            elif found is not None:
                return None
        return None

    def downstream(self, upstream: Any, name: str, needed: Sequence[bool]) -> list[int | None]:
        """What each use of an input gets, from an upstream gradient that is called `name`; None where nothing flows.

        Of the forms that a rule has, the lectures' one is taken where its numbers agree with the exact one's.
        """
        leaf = self.graph.variable("upstream")
        self._keep(upstream, name)
        m = Symbols(self.graph, self.values, self.m)
        exact = self._pulled(m, leaf, needed)
        if not self.gate.lesson:
            return exact
        self.graph.exchange(self.output, _as_taught(self.gate, self.convention))
        taught = self._pulled(m, leaf, needed)
        self.graph.exchange(self.output, self.gate)
        values = self.values
        return [
            one if one is not None and safe is not None and self.agree(values[one], values[safe]) else safe
            for one, safe in zip(taught, exact, strict=True)
        ]

    def _pulled(self, m: Symbols, leaf: int, needed: Sequence[bool]) -> list[int | None]:
        marks = bytearray(len(self.graph))
        for place, wanted in zip(self.places, needed, strict=True):
            marks[place] |= wanted
        symbols = [m.symbol(node) for node in range(self.output + 1)]
        found = backpropagate(m, self.graph, symbols, self.output, m.symbol(leaf), marks, self.convention)
        return [
            found[place].node if wanted and found[place] is not None else None
            for place, wanted in zip(self.places, needed, strict=True)
        ]

    def tangent(self, tangents: Sequence[Any], names: Sequence[str], result: Any) -> int | None:
        """The tangent of the gate's output; None where no formula gives the `result`.

        tangents  of each input, None where it does not move; leaves called `names`
        """
        m = Tangents(self.graph, self.values, self.m)
        m.leaves = {}
        leaves: list[Symbol | None] = []
        for place, tangent, name in zip(self.places, tangents, names, strict=True):
            if tangent is not None:
                leaf = self.graph.variable(f"tangent {place}")
                self._keep(tangent, name)
                m.leaves[leaf] = place
            leaves.append(None if tangent is None else m.symbol(leaf))
        xs = [m.symbol(place) for place in self.places]
        for gate in (*([_as_taught(self.gate, self.convention)] if self.gate.lesson else []), self.gate):
            found = push(m, gate, m.symbol(self.output), xs, leaves, self.convention)
            value = None if found is None else self.values[found.node]
            if value is not None and self.m.shape(value) == self.m.shape(result) and self.agree(value, result):
                return int(found.node)
        return None


def _as_taught(gate: Gate, convention: str) -> Gate:
    """The gate with the local gradients as the lectures write them."""
    taught = copy(gate)
    taught.conventions = {}
    taught.local = tuple(lesson or rule for lesson, rule in zip(gate.lesson, gate.rules(convention), strict=True))
    return taught
