"""What is drawn: the boxes and wires of a circuit with their texts, before anything has a place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

from bpcalc.drawing.flows import edges_of
from bpcalc.drawing.folding import PART, Fold
from bpcalc.gate import INPUT, Gate
from bpcalc.gates import GATES
from bpcalc.reading.program import Program
from bpcalc.reports.circuit import Circuit
from bpcalc.reports.names import Names
from bpcalc.writing.numerals import block, count, is_array
from bpcalc.writing.unparse import lengths, shortened, unparse

ENTRIES = 9  # an array with more is drawn as its shape
FOLDED = 10  # characters of a number that is written into its gate, as in `+1`
WORDS = 24  # characters of what stands in a box, or as a formula on a wire

Lines = tuple[str, ...]


class Box(NamedTuple):
    """A node of the circuit.

    node        its id in the program's graph
    kind        "input", "label" (an input that carries no gradient), "constant" or "gate"
    sign        what stands in the box: a name, a number, the gate as the lectures draw it (`*`, `+1`, `σ`)
    name        what the program calls it, "" where it has no name of its own; of the output what it is called anyway
    label       what a report calls it
    gate        the name of the gate; pattern: what it does in the backward pass
    expression  in the language, on named nodes
    value       the lines above its wire; gradient: those below, none where no gradient arrives
    """

    node: int
    kind: str
    sign: str
    name: str
    label: str
    gate: str
    pattern: str
    expression: str
    value: Lines = ()
    gradient: Lines = ()


class Wire(NamedTuple):
    """A use of a box by another.

    source, target  their places among the boxes
    place           which of the gate's wires it is, from the top and from 0; of: out of how many
    input           which of the gate's inputs it is: a number that is written into the gate has no wire
    gradient        what this use hands on, where the source has several uses
    local           the local gradient in one line, where it is asked for
    state           "flows"; "zero" where the gradient is 0; "still" where none is handed on
    """

    source: int
    target: int
    place: int
    of: int
    input: int
    gradient: Lines = ()
    local: Lines = ()
    state: str = "flows"


class Mark(NamedTuple):
    """A wrong claim, on the wire of its box.

    box    its place among the boxes; right: how many lines of its gradient are the right one; the others are the claim
    """

    box: int
    right: int


class Picture(NamedTuple):
    """Boxes in forward order, the output last, and the wires between them.

    output   what the output is called; heading: the program in a line
    valued   whether there are numbers on the wires
    summary  in words, for those who cannot see it
    marked   the boxes on the paths that are marked; None where none are
    wrong    the wire whose gradient was claimed to be another; None where there is none
    """

    boxes: list[Box]
    wires: list[Wire]
    output: str
    heading: str
    valued: bool
    summary: str
    marked: frozenset[int] | None = None
    wrong: Mark | None = None


def named(box: Box) -> Lines:
    """What stands above the wire of a box: its name in front of its value."""
    if not box.name:
        return box.value
    if len(box.value) == 1:
        return (f"{box.name}  {box.value[0]}",)
    return (box.name, *box.value)


def uses(picture: Picture) -> Counter[int]:
    """How many wires leave each box."""
    return Counter(wire.source for wire in picture.wires)


def handed_back(picture: Picture, wire: Wire, used: Counter[int]) -> Lines:
    """The gradient on a wire: what comes through it where its box has several uses, else that of the box."""
    return wire.gradient if used[wire.source] > 1 else picture.boxes[wire.source].gradient


def behind(picture: Picture) -> list[str]:
    """The state of the wire behind each box, before it branches: that of its uses where they are alike."""
    states: list[set[str]] = [set() for _ in picture.boxes]
    for wire in picture.wires:
        states[wire.source].add(wire.state)
    return [next(iter(found)) if len(found) == 1 else "flows" for found in states]


def has_locals(picture: Picture) -> bool:
    """Are there local gradients on the wires?"""
    return any(wire.local for wire in picture.wires)


def is_claimed(picture: Picture, box: int, line: int) -> bool:
    """Is a line of a box's gradient what was claimed, not what is right?"""
    return picture.wrong is not None and picture.wrong.box == box and line >= picture.wrong.right


class Looks(NamedTuple):
    """What is put on the wires.

    precision  significant digits; None: all
    locals     whether local gradients stand on the wires; constants: whether numbers are boxes of their own
    formulas   what stands below the wires in the place of the gradients, by node
    folds      the parts that are one box each, by the node of their result
    """

    precision: int | None = 3
    locals: bool = False
    constants: bool = False
    formulas: Mapping[int, str] | None = None
    folds: Mapping[int, Fold] = MappingProxyType({})


def picture(
    program: Program, names: Names, circuit: Circuit | None, looks: Looks, marked: int | None = None
) -> Picture:
    """The picture of what the output of `names` is computed from; without a circuit, the structure alone.

    marked  the node whose paths to the output are marked
    """
    found = _Maker(program, names, circuit, looks).picture()
    if marked is None:
        return found
    box = next((result for result, fold in looks.folds.items() if marked in fold.nodes), marked)
    return found._replace(marked=_behind(found, box))


def _behind(picture: Picture, node: int) -> frozenset[int]:
    """The boxes on the paths from a node to the output."""
    marked = {place for place, box in enumerate(picture.boxes) if box.node == node}
    for wire in sorted(picture.wires, key=lambda wire: wire.target):
        if wire.source in marked:
            marked.add(wire.target)
    return frozenset(marked)


class _Maker:
    def __init__(self, program: Program, names: Names, circuit: Circuit | None, looks: Looks) -> None:
        self.program, self.names, self.circuit, self.looks = program, names, circuit, looks
        self.graph, self.labels = program.graph, names.labels
        self.lengths = lengths(self.graph, self.labels, names.node + 1)

    def picture(self) -> Picture:
        """Boxes and wires. A number is drawn at each of its uses, or written into the gate."""
        boxes: list[Box] = []
        wires: list[Wire] = []
        at: dict[int, int] = {}
        for node in self._drawn():
            feeds: list[tuple[int, int]] = []  # the place of an input, and its box
            folded = self._folded(node)
            for place, source in enumerate(self._inputs(node)):
                if source not in at and place != folded:
                    boxes.append(self._box(source))
                feeds += [(place, at.get(source, len(boxes) - 1))] * (place != folded)
            if self._is_gate(node) or self._is_shared(node):
                at[node] = len(boxes)
                boxes.append(self._box(node, folded))
            wires += self._wires(node, at.get(node, 0), feeds)
        if not boxes:
            boxes.append(self._box(self.names.node))
        heading = self.names.expression()
        return Picture(boxes, wires, self.names.output, heading, self.circuit is not None, self._summary(boxes))

    def _drawn(self) -> list[int]:
        """The nodes that the output is computed from, numbers and what stands behind them left out."""
        output = self.names.node
        wanted, stack = {output}, [output]
        while stack:
            node = stack.pop()
            for source in self._inputs(node):
                if source not in wanted and (self._is_gate(source) or self._is_shared(source)):
                    wanted.add(source)
                    stack.append(source)
        return sorted(wanted)

    def _inputs(self, node: int) -> tuple[int, ...]:
        """What a box takes: of a gate its inputs, of a part that is folded what is used within it."""
        if node in self.looks.folds:
            return self.looks.folds[node].sources
        return tuple(self.graph.inputs[node]) if self._is_gate(node) else ()

    def _is_shared(self, node: int) -> bool:
        """Is it an input, or a number with a name: one box, whatever uses it?"""
        return node in self.labels or self.graph.gates[node] is INPUT

    def _folded(self, node: int) -> int:
        """Which input is a number that is written into the gate; -1 for none."""
        gate, inputs = self.graph.gates[node], self.graph.inputs[node]
        if self.looks.constants or not gate.infix or not self._is_gate(node) or node in self.looks.folds:
            return -1
        short = [self.lengths[one] <= FOLDED and not self._is_shared(one) for one in inputs]
        numbers = [place for place, one in enumerate(short) if one]
        return numbers[0] if len(numbers) == 1 else -1

    def _is_gate(self, node: int) -> bool:
        """Is it an operation on something that varies? What is computed from numbers alone is one of them."""
        return bool(self.graph.inputs[node]) and node in self.labels and not self.graph.is_literal(node)

    def _box(self, node: int, folded: int = -1) -> Box:
        graph, gate, circuit = self.graph, self.graph.gates[node], self.circuit
        given = self.names.given.get(node, "")
        label = self.labels.get(node, "")
        if self._is_gate(node):
            kind, sign = "gate", self._sign(node, folded)
        elif gate is INPUT:
            kind = "label" if circuit and node in circuit.labels and not circuit.options.wrt else "input"
            sign = given
        else:
            kind, sign = "constant", given or self._short(node)
        expression = label if gate is INPUT else shortened(graph, node, self.labels, 200)
        value: Lines = ()
        gradient = self._gradient(node)
        if circuit is not None and (given or kind != "constant" or is_array(circuit.m, circuit.values[node])):
            value = self._number(circuit.values[node])
        name = "" if kind != "gate" else self.names.output if node == self.names.node else given
        fold = self.looks.folds.get(node)
        if fold is not None:
            return Box(node, kind, fold.sign, name, label, PART, "", fold.text, value, gradient)
        return Box(node, kind, sign, name, label, gate.name, gate.pattern, expression, value, gradient)

    def _gradient(self, node: int) -> Lines:
        if self.looks.formulas is not None:
            return (_cut(self.looks.formulas[node]),) if node in self.looks.formulas else ()
        if node not in self.labels or self.circuit is None:
            return ()
        found = self.circuit.gradient(node)
        return () if found is None else self._number(found)

    def _wires(self, node: int, box: int, feeds: Sequence[tuple[int, int]]) -> list[Wire]:
        circuit = self.circuit
        edges = edges_of(circuit, node, self.looks.folds) if circuit is not None and feeds else ()
        wires = []
        for order, (place, source) in enumerate(feeds):
            wire = Wire(source, box, order, len(feeds), place)
            if circuit is not None:
                edge, m = edges[place], circuit.m
                state = "flows" if edge.carries else "still"
                if edge.carries and (edge.downstream is None or not _any(m, edge.downstream)):
                    state = "zero"
                downstream = edge.downstream
                if edge.carries and downstream is None:
                    downstream = m.zero_like(circuit.values[edge.source])
                gradient = self._number(downstream) if edge.carries else ()
                local = self._local(edge.local) if self.looks.locals and edge.carries else ()
                wire = wire._replace(gradient=gradient, local=local, state=state)
            wires.append(wire)
        return wires

    def _sign(self, node: int, folded: int) -> str:
        """What stands in a gate: its operator, with a number that is written into it; or its name."""
        graph, gate, inputs = self.graph, self.graph.gates[node], self.graph.inputs[node]
        if gate.infix:
            symbol, number = gate.infix[0], self._short(inputs[folded]) if folded >= 0 else ""
            if folded < 0:
                return symbol
            behind = folded == 1 or symbol in ("+", "*")
            return f"{symbol}{number}" if behind else f"{number}{symbol}x"
        if gate.prefix:
            return f"{gate.prefix}x"
        if gate.name in ("index", "transpose"):
            text = unparse(graph, node, dict.fromkeys(inputs, "\0"))
            return _cut(text.replace("\0", ""))
        if gate.name == "array":
            return "[ ]"
        return _cut(" ".join((_letter(gate), *_options(gate))))

    def _short(self, node: int) -> str:
        """A number, or a part without a variable, as it is written."""
        return shortened(self.graph, node, {}, WORDS)

    def _number(self, value: Any) -> Lines:
        """The lines of a number, with the digits that are asked for."""
        assert self.circuit is not None
        return entries(self.circuit.m, value, self.looks.precision)

    def _local(self, value: Any) -> Lines:
        """A local gradient in one line, for wires enter a gate close to each other; where entries mix there is none."""
        if value is None:
            return ()
        lines = self._number(value)
        assert self.circuit is not None
        m = self.circuit.m
        return (f"×{lines[0]}",) if len(lines) == 1 else ("× " + " × ".join(map(str, m.shape(value))),)

    def _summary(self, boxes: Sequence[Box]) -> str:
        """The picture in words."""
        circuit = self.circuit
        gates = [box for box in boxes if box.kind == "gate"]
        inputs = [box.sign for box in boxes if box.kind in ("input", "label")]
        told = f"A circuit of {len(gates)} gate{'s' * (len(gates) != 1)}"
        if inputs:
            told += f" with the input{'s' * (len(inputs) != 1)} {', '.join(inputs[:12])}{', …' * (len(inputs) > 12)}"
        if circuit is not None:
            told += f". Its output {self.names.output} is {' '.join(self._number(circuit.values[self.names.node]))}"
            told += "".join(
                f"; its gradient with respect to {name} is {' '.join(self._number(circuit.gradient(node)))}"
                for name, node in [*circuit.wrt.items()][:12]
                if circuit.gradient(node) is not None
            )
        return told + "."


def entries(m: Any, value: Any, precision: int | None) -> Lines:
    """The lines of a number: a small array entry by entry, a large one as its shape."""
    if not is_array(m, value):
        return (m.text(value, precision),)
    shape = m.shape(value)
    if count(m, value) <= ENTRIES and shape[-1] <= 5:
        return tuple(block(m, value, precision))
    return (" × ".join(map(str, shape)) if len(shape) > 1 else f"{shape[0]} entries",)


def _any(m: Any, gradient: Any) -> bool:
    """Is any entry other than 0?"""
    return not m.everywhere(m.is_zero(m.value(m.dense(gradient))))


def _letter(gate: Gate) -> str:
    """The sign of a function: σ for sigmoid, else its name."""
    return gate.unicode if len(gate.unicode) == 1 else gate.spelling


def _options(gate: Gate) -> list[str]:
    """The options that are not at their default, in brief."""
    if not gate.parameters and not gate.variadic:
        return []
    usual = GATES[gate.name].options if gate.name in GATES else {}
    chosen = {name: value for name, value in gate.options.items() if value != usual.get(name) and value is not None}
    return [
        value if isinstance(value, str) else f"{name}={_listed(value)}" for name, value in chosen.items()
    ]


def _listed(value: Any) -> str:
    return ",".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _cut(text: str) -> str:
    return text if len(text) <= WORDS else text[: WORDS - 1] + "…"
