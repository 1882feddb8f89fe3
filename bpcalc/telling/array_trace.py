"""The trace of a program with vectors, matrices or tensors: pullbacks as formulas with their shapes, then the numbers.

Every equation is true: a formula's value, computed from the values of the nodes in it, is the gradient that stands
below it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bpcalc.reports.circuit import Circuit
from bpcalc.reports.names import Names
from bpcalc.reports.report import GAP, ROW, Step
from bpcalc.telling.array_notices import array_notices
from bpcalc.telling.array_words import copies, jacobian, shape_of, signature, spoken, tuple_text
from bpcalc.telling.one_gate import Alone, agree
from bpcalc.telling.trace import Teller, changes, letter
from bpcalc.writing.numerals import block, eye
from bpcalc.writing.unparse import unparse

LONG = 70  # columns of a formula, beyond which its shared part gets a name
TERMS = 8  # branch gradients that are added by name


class ArrayTeller(Teller):
    def __init__(self, circuit: Circuit, names: Names) -> None:
        super().__init__(circuit, names)
        self.values = circuit.values
        marked = {warning.node for warning in array_notices(circuit, names) if warning.kind == "kink"}
        self.kinks = [node for node in self.order if self.labels[node] in marked]
        self.parts = 0  # the names given to parts of long formulas so far
        self.branches: dict[int, list[str]] = {}  # what the branch gradients in `waiting` are called

    def shown(self, start: str, value: Any, shapes: str) -> list[str]:
        """An equation with what it gives: a number behind it, an array on the next lines."""
        if not shape_of(value):
            equals = "" if start.endswith(":") else " ="
            return [f"{start}{equals} {eye(value, self.precision)}{GAP}{shapes}"]
        first, *rows = block(value, self.precision)
        if not first.startswith("["):
            rows = []  # of a large array the shape, the norm and the extremes do
        return [f"{start}{GAP}{shapes}", ROW + first, *(ROW + row for row in rows)]

    def scalar(self, node: int) -> bool:
        """Is the gate's output a number, and are all its inputs?"""
        nodes = (node, *self.graph.inputs[node])
        return not self.graph.gates[node].pullback and not any(shape_of(self.values[one]) for one in nodes)

    # Forward

    def forward(self, node: int) -> Step:
        if self.scalar(node):
            return super().forward(node)
        label, value, gate = self.labels[node], self.values[node], self.graph.gates[node]
        symbols = unparse(self.graph, node, self.labels)
        lines = self.shown(f"{label} = {symbols}", value, signature(self.graph, self.values, node))
        return Step("forward", self.order[node], label, gate.name, "", symbols, tuple(lines), value=value)

    # Backward

    def number(self, gradient: Any) -> Any:
        return self.circuit.m.value(self.circuit.m.dense(gradient))

    def backward(self) -> Iterator[Step]:
        output, seed = self.circuit.output, self.circuit.seed
        label, name = self.labels[output], self.partial(output)
        lines = [f"{name} = {eye(seed, self.precision)}"]
        if shape_of(seed):
            lines = self.shown(f"{name}, the upstream gradient that was given", seed, tuple_text(shape_of(seed)))
        yield Step("backward", 0, label, "seed", "", "", tuple(lines), upstream=seed, downstream={label: seed})
        for node in reversed(self.order):
            upstream = self.circuit.gradients[node]
            if upstream is None:
                continue
            if self.scalar(node):
                yield from self.block(node, float(self.number(upstream)))
            else:
                yield from self.mixed(node, upstream)

    def mixed(self, node: int, upstream: Any) -> Iterator[Step]:
        """The block of a gate with arrays, and the sums at the copy gates that it completes."""
        circuit, graph, inputs = self.circuit, self.graph, self.graph.inputs[node]
        gate, convention = graph.gates[node], circuit.options.convention
        alone = Alone(circuit.m, graph, self.values, self.labels, node)
        needed = [bool(circuit.needed[source]) and source in self.labels for source in inputs]
        amounts = alone.downstream(upstream, needed, convention)
        formulas = alone.formulas(self.number(upstream), self.partial(node), needed, convention)
        locals_ = alone.locals(convention)
        lines: list[str] = []
        downstream: dict[str, Any] = {}
        for place, (source, amount) in enumerate(zip(inputs, amounts, strict=True)):
            if amount is None and (not needed[place] or formulas[place] is None):
                lines += self.nothing(node, place)
                continue
            # where a router blocks all of it, its formula gives zeros
            number = circuit.m.zero_like(self.values[source]) if amount is None else self.number(amount)
            label = self.labels[source]
            name = self.branch(node, source, place)
            lines += [*self.told(name, alone, formulas[place], number), *self.remarks(node, source, locals_[place])]
            self.waiting.setdefault(source, []).append(number)
            self.branches.setdefault(source, []).append(name)
            downstream[label] = downstream[label] + number if label in downstream else number
        if not downstream and gate.differentiable:
            return  # the gradient was asked for up to here
        title, said = unparse(graph, node, self.labels), spoken(gate, shape_of(self.values[inputs[0]]))
        yield Step(
            "backward", self.order[node], self.labels[node], gate.name, said, f"{self.labels[node]} = {title}",
            tuple(lines), self.number(upstream), downstream,
        )  # fmt: skip
        yield from self.copies(inputs)

    def told(self, name: str, alone: Alone, formula: int | None, number: Any) -> list[str]:
        """`∂f/∂W = X.T @ ∂f/∂Q   (3,2)@(2,4) -> (3,4)` and the numbers."""
        if formula is None:
            return [f"{name}: no gradient flows to it"]
        before = self.part(alone, formula)
        text, shapes = alone.text(formula), signature(alone.graph, alone.values, formula)
        if agree(alone.values[formula], number):
            return [*before, *self.shown(f"{name} = {text}", number, shapes)]
        # where a router further on let nothing through, an infinite local gradient makes no NaN
        upstream, value = alone.upstream
        if shape_of(value) == shape_of(number):
            m = self.circuit.m
            if agree(m.where(value != 0, alone.values[formula], 0.0), number):
                return [*before, *self.shown(f"{name} = where({upstream} != 0, {text}, 0)", number, shapes)]
        return [*before, *self.shown(f"{name}, where something flows, is {text}:", number, shapes)]

    def part(self, alone: Alone, formula: int) -> list[str]:
        """What a long formula has more than once gets a name first: `part1 = …`"""
        shared = alone.shared(formula) if len(alone.text(formula)) > LONG else None
        if shared is None:
            return []
        self.parts += 1
        while (name := f"part{self.parts}") in self.labels.values():
            self.parts += 1
        lines = self.shown(
            f"{name} = {alone.text(shared)}", alone.values[shared], signature(alone.graph, alone.values, shared)
        )
        alone.names[shared] = name
        return lines

    def nothing(self, node: int, place: int) -> list[str]:
        """What is said of an input that gets no gradient."""
        gate, source = self.graph.gates[node], self.graph.inputs[node][place]
        if source not in self.labels or (gate.rules(self.circuit.options.convention)[place] is not None):
            return []
        if gate.family == "loss":
            return [f"{self.labels[source]}: labels carry no gradient"]
        return [f"{self.labels[source]}: no gradient flows to it"] * (self.graph.inputs[source] != ())

    def remarks(self, node: int, source: int, local: Any) -> Iterator[str]:
        """How broadcasting copied the input, and the Jacobian that was not formed."""
        gate, m, y = self.graph.gates[node], self.circuit.m, self.values[node]
        x, name = shape_of(self.values[source]), self.labels[source]
        if told := copies(gate, x, shape_of(y)):
            yield f"{name} {told}"
        if not gate.pullback and x == shape_of(y) and shape_of(local):
            local = m.spread(local, y)
        if told := jacobian(gate, (self.labels[node], name), x, shape_of(y), local):
            yield told

    def copy(self, source: int) -> Step:
        """Where the branches of a node meet: a copy gate, whose gradients add."""
        total = self.total(source)
        if not shape_of(total):
            self.waiting[source] = [float(term) for term in self.waiting[source]]
            return super().copy(source)
        names, label = self.branches[source], self.labels[source]
        said = f"copy: used {len(names)} times, so its branch gradients add"
        terms = " + ".join(f"({name})" if "," in name else name for name in names)
        start = f"{self.partial(source)} = {terms}"
        if len(names) > TERMS:
            start = f"{self.partial(source)}, the sum of the {len(names)} branch gradients"
        lines = self.shown(start, total, tuple_text(shape_of(total)))
        return Step("backward", 0, label, "copy", said, label, tuple(lines), None, {label: total})

    def total(self, source: int) -> Any:
        return self.number(self.circuit.gradients[source])

    def count_uses(self) -> dict[int, int]:
        """For each node how many branch gradients reach it."""
        uses: dict[int, int] = {}
        convention, needed = self.circuit.options.convention, self.circuit.needed
        for node in self.order:
            gate, inputs = self.graph.gates[node], self.graph.inputs[node]
            rules = gate.rules(convention) if not gate.variadic else [True] * len(inputs)
            for source, rule in zip(inputs, rules, strict=True):
                if rule is not None and needed[source] and self.circuit.gradients[node] is not None:
                    uses[source] = uses.get(source, 0) + 1
        return uses

    # Meaning

    def mean(self, name: str, node: int) -> str:
        """What the gradient at an input says of the output: for an array, by its largest entry."""
        f, gradient = self.circuit.of(self.names), self.circuit.gradient(node)
        ruled = self.ruled(node)
        h = letter(self.labels.values())
        gradient = self.circuit.m.value(gradient)
        if (gradient != gradient).any():
            return f"the gradient of {name} is NaN" + (" in some entries" if shape_of(gradient) else "")
        if not shape_of(gradient):
            return f"if {name} grows by a small {h}, {f} {changes(float(gradient), h, self.precision)}{ruled}"
        if not (gradient != 0).any():
            return f"whichever entry of {name} grows by a small {h}, {f} hardly changes{ruled}"
        entry, rate = _steepest(gradient)
        norm = eye(float(self.circuit.m.norm(gradient)), self.precision)
        return (
            f"if {name}[{entry}] grows by a small {h}, {f} {changes(rate, h, self.precision)}{ruled}; "
            f"the gradient of {name} has the norm {norm}"
        )

    def ruled(self, node: int) -> str:
        """What is to be said where a gate behind the input lies on a kink: there its gradient is a rule's choice."""
        for kink in self.kinks:
            if self.graph.carries([node], kink)[kink]:
                return f", by the rule used where {self.labels[kink]} has no derivative"
        return ""


def _steepest(gradient: Any) -> tuple[str, float]:
    """The entry of largest size, as an index and a number."""
    flat = int(abs(gradient).argmax())
    rate, places = float(gradient.reshape(-1)[flat]), []
    for size in reversed(gradient.shape):
        flat, place = divmod(flat, size)
        places.append(str(place))
    return ", ".join(reversed(places)), rate
