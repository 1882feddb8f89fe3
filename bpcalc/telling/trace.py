"""The trace: both passes told step by step, as the lectures tell them. Every line with an equals sign is true.

A line that puts numbers into a formula is computed again from its own printed text before it is kept.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator
from typing import Any

from bpcalc.algebra.symbols import Symbol, Symbols
from bpcalc.engine.onesided import EDGE, sides
from bpcalc.engine.reverse import local_gradients
from bpcalc.errors import BpcalcError
from bpcalc.gate import INPUT, Gate
from bpcalc.reports.circuit import Circuit
from bpcalc.reports.names import Names
from bpcalc.reports.report import Step
from bpcalc.telling.equation import Numbers, product, share, true_equation
from bpcalc.writing.numerals import eye
from bpcalc.writing.unparse import unparse

MOST = 20_000  # nodes: a longer trace is for nobody to read
AGREE = 1e-9  # how closely the lectures' form of a local gradient must agree with the exact one to be shown
TOLD = 12  # inputs whose meaning is told


class Teller:
    """Tells the passes over a scalar program. Raises BpcalcError for a graph of more than `MOST` nodes."""

    def __init__(self, circuit: Circuit, names: Names) -> None:
        if len(circuit.program.graph) > MOST:
            hint = "-o json has every node's numbers"
            raise BpcalcError(f"a trace of more than {MOST:,} nodes is too long", hint=hint)
        self.circuit = circuit
        self.names = names
        self.graph = circuit.program.graph
        self.labels = names.labels | self._unnamed(names)
        self.precision = circuit.options.trace
        self.m = Symbols(self.graph, circuit.values, circuit.m)
        self.numbers = Numbers(self.graph, circuit.values, self.labels, self.precision)
        nodes = [node for node in range(circuit.output + 1) if node in self.labels and self.graph.inputs[node]]
        wanted = self.graph.ancestors(circuit.output)
        self.order = {node: number for number, node in enumerate((node for node in nodes if wanted[node]), start=1)}
        self.waiting: dict[int, list[Any]] = {}  # the branch gradients that have reached a copy gate so far
        self.uses = self.count_uses()
        self.leaves = [node for node in self.labels if not self.graph.inputs[node]]
        self.kinked = any(gate.kink is not None or gate in EDGE for gate in self.graph.kinds)

    def _unnamed(self, names: Names) -> dict[int, str]:
        """Names for what is computed from numbers alone, where the gradient of one of these was asked for."""
        circuit, found = self.circuit, dict[int, str]()
        if all(self.graph.gates[node] is INPUT for node in circuit.wrt.values()):
            return found
        wanted = self.graph.ancestors(circuit.output)
        taken, count = set(names.labels.values()), 0
        for node, inputs in enumerate(self.graph.inputs[: circuit.output]):
            if inputs and wanted[node] and circuit.needed[node] and node not in names.labels:
                count += 1
                while f"n{count}" in taken:
                    count += 1
                found[node] = f"n{count}"
        return found

    def steps(self) -> tuple[Step, ...]:
        return (*map(self.forward, self.order), *self.backward(), *self.meaning())

    # Forward

    def forward(self, node: int) -> Step:
        gate, value = self.graph.gates[node], self.circuit.values[node]
        symbols = unparse(self.graph, node, self.labels)
        line = true_equation(
            f"{self.labels[node]} = {symbols}",
            lambda digits: unparse(self.graph, node, self.numbers.at(digits)),
            value, self.precision,
        )  # fmt: skip
        return Step("forward", self.order[node], self.labels[node], gate.name, "", symbols, (line,), value=value)

    # Backward

    def partial(self, node: int) -> str:
        """`∂f/∂x`"""
        return f"∂{self.circuit.of(self.names)}/∂{self.labels[node]}"

    def backward(self) -> Iterator[Step]:
        output, seed = self.circuit.output, self.circuit.seed
        line = f"{self.partial(output)} = {eye(seed, self.precision)}"
        label = self.labels[output]
        yield Step("backward", 0, label, "seed", "", "", (line,), upstream=seed, downstream={label: seed})
        for node in reversed(self.order):
            upstream = self.circuit.gradients[node]
            if upstream is not None:
                yield from self.block(node, upstream)

    def block(self, node: int, upstream: float) -> Iterator[Step]:
        """A gate's block, and the sums at the copy gates that it completes."""
        graph, gate, inputs = self.graph, self.graph.gates[node], self.graph.inputs[node]
        values = self.circuit.values
        xs = [values[source] for source in inputs]
        convention = self.circuit.options.convention
        locals_ = local_gradients(self.circuit.m, gate, values[node], xs, convention)
        lines: list[str] = []
        downstream: dict[str, float] = {}
        formulas: list[int | float] = []
        for position, (source, local) in enumerate(zip(inputs, locals_, strict=True)):
            if source not in self.labels or (local is not None and not self.circuit.needed[source]):
                continue
            if local is None:
                lines += [f"{self.labels[source]}: no gradient flows to it"] * (graph.inputs[source] != ())
                continue
            formula = self.formula(node, gate, position, float(local))
            formulas.append(formula)
            amount = 0.0 if gate.routes and not local else upstream * float(local)
            lines.append(self.line(node, source, position, upstream, amount, formula))
            downstream[self.labels[source]] = downstream.get(self.labels[source], 0.0) + amount
            self.waiting.setdefault(source, []).append(amount)
        if not lines and gate.differentiable:
            return  # the gradient was asked for up to here
        yield Step(
            "backward", self.order[node], self.labels[node], gate.name, self.says(node, formulas),
            f"{self.labels[node]} = {unparse(graph, node, self.labels)}", tuple(lines), upstream, downstream,
        )  # fmt: skip
        yield from self.copies(inputs)

    def copies(self, inputs: tuple[int, ...]) -> Iterator[Step]:
        """The sums at the copy gates whose last branch gradient has come."""
        for source in dict.fromkeys(inputs):
            if self.uses.get(source, 0) > 1 and len(self.waiting.get(source, ())) == self.uses[source]:
                yield self.copy(source)

    def formula(self, node: int, gate: Gate, position: int, local: float, taught: bool = True) -> int | float:
        """The local gradient as the lectures write it, as a node of the graph; a plain number for a router.

        taught  whether a form of the lectures' own goes before that of the gate's rule
        """
        if gate.routes:
            return local
        y, xs = self.m.symbol(node), [self.m.symbol(source) for source in self.graph.inputs[node]]
        rules = [*(r for r in [gate.lesson] if r and taught), gate.rules(self.circuit.options.convention)]
        for rule in (rules[position] for rules in rules):
            found: Any = rule(self.m, y, *xs) if callable(rule) else rule
            if not isinstance(found, Symbol):
                if found is not None:
                    return float(found)
            elif _agrees(self.circuit.values[found.node], local):
                return found.node
        return local

    def line(self, node: int, source: int, position: int, upstream: float, amount: float, formula: int | float) -> str:
        """`∂f/∂q = ∂f/∂f * z = 1*(-4) = -4`"""
        name = self.branch(node, source, position)
        if self.graph.gates[node].routes and not formula and not math.isfinite(upstream):
            return f"{name} = 0 (the gate blocks the gradient, whatever it is)"
        symbols = f"{self.partial(node)} * {product(self.graph, formula, self.near(node, self.labels))}"
        return true_equation(
            f"{name} = {symbols}",
            lambda digits: (
                f"{eye(upstream, digits)}"
                f"*{product(self.graph, formula, self.near(node, self.numbers.at(digits)), digits)}"
            ),
            amount, self.precision,
        )  # fmt: skip

    def local(self, node: int, formula: int) -> str:
        """The local gradient of the gate at `node`, as text."""
        names = self.near(node, self.labels)
        return names.get(formula) or unparse(self.graph, formula, names)

    def near(self, node: int, texts: dict[int, str]) -> dict[int, str]:
        """The texts of a gate's output and inputs, and of variables: its local gradient is told in these alone."""
        return {place: texts[place] for place in (node, *self.graph.inputs[node], *self.leaves) if place in texts}

    def branch(self, node: int, source: int, position: int) -> str:
        """What an input's gradient is called: `∂f/∂x`, or `∂f/∂x via n1` where it is one of several."""
        if self.uses[source] < 2:
            return self.partial(source)
        twice = self.graph.inputs[node].count(source) > 1
        return f"{self.partial(source)} via {self.labels[node]}" + (f", input {position + 1}" if twice else "")

    def copy(self, source: int) -> Step:
        """Where the branches of a node meet: a copy gate, whose gradients add."""
        terms, total, label = self.waiting[source], self.total(source), self.labels[source]
        line = true_equation(self.partial(source), lambda digits: added(terms, digits), total, self.precision)
        says = f"copy: used {len(terms)} times, so its branch gradients add"
        return Step("backward", 0, label, "copy", says, label, (line,), None, {label: total})

    def total(self, source: int) -> float:
        return self.circuit.gradients[source] or 0.0

    def says(self, node: int, formulas: list[int | float]) -> str:
        gate = self.graph.gates[node]
        if gate.says:
            # beside a constant there is only one input that gets anything
            return f"{gate.name}: {gate.says.removesuffix(' to both inputs') if len(formulas) < 2 else gate.says}"
        if len(formulas) == 1:
            (formula,) = formulas
            text = share(formula) if isinstance(formula, float) else self.local(node, formula)
            return f"{gate.name}: scales by its local gradient {text}"
        return f"{gate.name}: scales by the local gradient of each input"

    def count_uses(self) -> dict[int, int]:
        """For each node how many branch gradients reach it."""
        uses: dict[int, int] = {}
        for node in self.order:
            if self.circuit.gradients[node] is None:
                continue
            gate, inputs = self.graph.gates[node], self.graph.inputs[node]
            rules = gate.local if not gate.variadic else [True] * len(inputs)
            for source, rule in zip(inputs, rules, strict=True):
                if rule is not None and self.circuit.needed[source]:
                    uses[source] = uses.get(source, 0) + 1
        return uses

    # Meaning

    def meaning(self) -> Iterator[Step]:
        told = 0
        for name, node in self.circuit.wrt.items():
            if node == self.circuit.output and self.graph.gates[node] is not INPUT:
                continue
            if told < TOLD:
                yield Step("meaning", 0, name, "", "", "", (self.mean(name, node),))
            told += 1
        if told > TOLD:
            yield Step("meaning", 0, "", "", "", "", (f"… and {told - TOLD} more",))

    def mean(self, name: str, node: int) -> str:
        """What the gradient at an input says of the output; at a kink, what the output does on either side."""
        circuit, f = self.circuit, self.circuit.of(self.names)
        gradient, upstream = circuit.gradient(node), circuit.seed
        h = letter(self.labels.values())
        grows = f"if {name} grows by a small {h}, {f}"
        left = right = gradient
        if self.kinked and node <= circuit.output:
            left, right = sides(circuit.m, self.graph, circuit.values, circuit.output, node)
            left, right = left * upstream, right * upstream
        value = circuit.values[circuit.output]
        if any(rate != rate for rate in (value, gradient, left, right)):
            return f"at this {name}, {f} has no rate of change"
        if math.isclose(left, right) and math.isclose(gradient, right):
            return f"{grows} {changes(gradient, h, self.precision)}"
        used = f"the gradient by the rule used is {eye(gradient, self.precision)}"
        if math.isclose(left, right):
            return f"{grows} {changes(right, h, self.precision)}; {used}"
        falls = changes(-left, h, self.precision)
        return f"{grows} {changes(right, h, self.precision)}; if it falls by {h}, {f} {falls}; {used}"


def _agrees(a: float, b: float) -> bool:
    return math.isclose(a, b, rel_tol=AGREE) or (a != a and b != b)


def added(terms: list[float], digits: int | None) -> str:
    """The terms added, as text: `4 + (-2)`."""
    first, *rest = (eye(term, digits) for term in terms)
    return " + ".join([first, *(f"({text})" if text.startswith("-") else text for text in rest)])


def changes(rate: float, h: str, precision: int | None) -> str:
    """`changes by about -4h`"""
    if rate == 0:
        return "hardly changes"
    if math.isinf(rate):
        return "changes infinitely fast"
    return f"changes by about {times(rate, h, precision)}"


def times(rate: float, h: str, precision: int | None) -> str:
    """`-4h`, `h`, `1e-05*h`"""
    text = eye(rate, precision)
    return {"1": "", "-1": "-"}.get(text, text + "*" if text[-1:].isalpha() or "e" in text else text) + h


def letter(taken: Collection[str]) -> str:
    """What a small step is called where the names in `taken` are in use."""
    return next(one for one in ("h", "δ", "ε", "small_step") if one not in taken)
