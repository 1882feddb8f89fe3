"""Rows that are alike, written together: those of one gate differ in names and numbers only.

A row of each gate is written with marks in their place, by what writes any row; what comes out is the pattern that the
names and numbers of the others are put into. A row that has no pattern is left to be written by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from math import isfinite

from bpcalc.gate import INPUT, Gate
from bpcalc.reports.rows import Rows
from bpcalc.typed import Any

# Stand where a text has a name, the names of inputs, and numbers. No program has these characters.
NAME, VALUE, DERIVATIVE = "\ue000", "\ue001", "\ue002"
OPERANDS, LOCALS = ("\ue003", "\ue004"), ("\ue005", "\ue006")
MARKS = frozenset((NAME, VALUE, DERIVATIVE, *OPERANDS, *LOCALS))
LEFT_OUT = "%.0s"  # in a pattern: what is put in there is not written

# The text of a row, by its node, the nodes that feed it, and the texts of name, value and derivative; "" for none.
Write = Callable[[int, tuple[int, ...], str, str, str], str]


class _Marks:
    """Stands for a number system: a number is a mark, and so is its text."""

    shaped = False

    @staticmethod
    def shape(x: str) -> tuple[int, ...]:
        return ()

    @staticmethod
    def exact(x: str) -> str:
        return x

    json = exact


class _Marked:
    """Stands for the row of a gate, or of an input."""

    name, value, gradient, tangent, symbolic = NAME, VALUE, DERIVATIVE, DERIVATIVE, ""

    def __init__(self, gate: Gate, expression: str) -> None:
        self.gate = gate.name
        self.role = "input" if gate is INPUT else "node"
        self.expression = expression
        self.inputs = OPERANDS[: len(gate.parameters)]
        self.local = LOCALS[: len(gate.parameters)]


def alike(
    m: Any, rows: Rows[Any], write: Callable[[Any, Any], str], number: Callable[[Any], str],
    alone: Callable[[Any], Iterable[str]],
) -> Iterator[str]:  # fmt: skip
    """The texts of rows that `have_patterns`.

    m       the number system that writes the numbers
    write   `write(m, row)`: the text of a row; number: of a number as it stands there, or of None
    alone   all that is written of a row which is not put into a pattern
    """
    writers = _Writers(m, rows, write, number)
    circuit, derivatives = rows.circuit, rows.derivatives
    graph, values, output = circuit.program.graph, circuit.values, circuit.output
    gates, inputs = graph.gates, graph.inputs
    text, called, shown = writers.text, writers.called, writers.shown
    before, derivative = None, ""
    for place, node in enumerate(rows.listed):
        sources, flow = inputs[node], derivatives[node]
        if flow is not None and node != output:
            value = shown[node] = text(values[node])
            if flow is not before:
                before, derivative = flow, text(flow)
            if found := writers[gates[node]](node, sources, called[node], value, derivative):
                yield found
                continue
        yield from alone(rows[place])
        for source in sources:  # a part without a row is told of once, in front of the first row that has it
            called[source] = called[source] or rows.unparser.plain(source)


def have_patterns(rows: Rows[Any]) -> bool:
    """Are the numbers floats, is nothing else told of a node, and is every node called by a name of the language?"""
    if not rows.circuit.m.quick or rows.formulas is not None or rows.circuit.options.nodes is not None:
        return False
    return "".join(rows.names.labels.values()).isidentifier()


class _Writers(dict[Gate, Write]):
    """For each gate what writes its rows.

    called  by node what it is called where another one uses it; "" for a part without a row that was not met yet
    shown   by node the text of its value, of those that had their turn
    text    of a number
    """

    def __init__(
        self, m: Any, rows: Rows[Any], write: Callable[[Any, Any], str], number: Callable[[Any], str]
    ) -> None:
        self.m, self.circuit = m, rows.circuit
        self.unparser = rows.unparser
        self._write, self._number = write, number
        is_plain = m is rows.circuit.m and _are_ordinary(rows.circuit.values) and _are_ordinary(rows.derivatives)
        self.text: Callable[[Any], str] = repr if is_plain else number
        self.called = [""] * len(rows.circuit.values)
        for node, name in rows.names.labels.items():
            self.called[node] = name
        self.shown = [""] * len(rows.circuit.values)

    def __missing__(self, gate: Gate) -> Write:
        expression = self.unparser.pattern(gate)
        if gate is INPUT:
            made = self._of_inputs(gate)
        elif not expression or gate.pullback or len(gate.parameters) > 2:
            made = _none
        else:
            made = (self._of_one if len(gate.parameters) == 1 else self._of_two)(gate, expression)
        self[gate] = made
        return made

    def _of_inputs(self, gate: Gate) -> Write:
        pattern, labels = self._pattern(gate, NAME, (NAME, NAME, VALUE, DERIVATIVE)), self.circuit.labels

        def write(node: int, sources: tuple[int, ...], name: str, value: str, derivative: str) -> str:
            return "" if node in labels else pattern % (name, name, value, derivative)

        return write if pattern else _none

    def _of_one(self, gate: Gate, expression: str) -> Write:
        m, called, local_text = self.m, self.called, self._local
        values, needed = self.circuit.values, self.circuit.needed
        x, mark = OPERANDS[0], LOCALS[0]
        pattern = self._pattern(gate, expression % x, (NAME, x, x, VALUE, DERIVATIVE, mark))
        nothing, (rule,) = self._rules(gate, pattern)

        def write(node: int, sources: tuple[int, ...], name: str, value: str, derivative: str) -> str:
            (source,) = sources
            operand = called[source]
            if not operand:
                return ""
            local = nothing
            if needed[source]:
                local = rule if type(rule) is str else local_text(rule(m, values[node], values[source]))
            return pattern % (name, operand, operand, value, derivative, local)

        return write if pattern else _none

    def _of_two(self, gate: Gate, expression: str) -> Write:
        m, called, local_text = self.m, self.called, self._local
        values, needed = self.circuit.values, self.circuit.needed
        order = (NAME, *OPERANDS, *OPERANDS, VALUE, DERIVATIVE, *LOCALS)
        pattern = self._pattern(gate, expression % OPERANDS, order)
        nothing, (first, second) = self._rules(gate, pattern)
        shown = self.shown

        def write(node: int, sources: tuple[int, ...], name: str, value: str, derivative: str) -> str:
            a, b = sources
            left, right = called[a], called[b]
            if not (left and right):
                return ""
            by_a = by_b = nothing
            x, z = values[a], values[b]
            if needed[a]:
                if type(first) is str:
                    by_a = first
                else:
                    local = first(m, values[node], x, z)
                    by_a = shown[b] if local is z and shown[b] else local_text(local)
            if needed[b]:
                if type(second) is str:
                    by_b = second
                else:
                    local = second(m, values[node], x, z)
                    by_b = shown[a] if local is x and shown[a] else local_text(local)
            return pattern % (name, left, right, left, right, value, derivative, by_a, by_b)

        return write if pattern else _none

    def _pattern(self, gate: Gate, expression: str, order: Iterable[str]) -> str:
        return _pattern(self._write(_Marks, _Marked(gate, expression)), order)

    def _rules(self, gate: Gate, pattern: str) -> tuple[str, Sequence[Any]]:
        """What stands for a local gradient that nobody needs, and the local gradients: functions, or texts of what is
        the same everywhere. No texts where the rows do not have them."""
        if pattern.endswith(LEFT_OUT):
            return "", [""] * len(gate.parameters)
        rules = self.m.rules(gate, self.circuit.options.convention)
        same = [None if rule is None or callable(rule) else self.m.value(rule) for rule in rules]
        texts = [rule if callable(rule) else self._number(one) for rule, one in zip(rules, same, strict=True)]
        return self._number(None), texts

    def _local(self, local: Any) -> str:
        """The text of a local gradient."""
        is_ordinary = type(local) is float and local - local == 0
        return self.text(local) if is_ordinary else self._number(self.m.value(local))


def _none(node: int, sources: tuple[int, ...], name: str, value: str, derivative: str) -> str:
    return ""


def _are_ordinary(numbers: Sequence[Any]) -> bool:
    """Are they all finite floats?"""
    return set(map(type, numbers)) <= {float, type(None)} and isfinite(sum(filter(None, numbers)))


def _pattern(text: str, order: Iterable[str]) -> str:
    """A text with marks as a pattern for `%` of what they stand for, in that order; "" where it has another."""
    for mark in (VALUE, DERIVATIVE, *LOCALS):
        text = text.replace(f'"{mark}"', mark)  # as JSON has them
    waiting, found = [*order][::-1], ""
    for character in text.replace("%", "%%"):
        if character not in MARKS:
            found += character
            continue
        while waiting and waiting[-1] != character:
            found += LEFT_OUT
            waiting.pop()
        if not waiting:
            return ""
        waiting.pop()
        found += "%s"
    return found + LEFT_OUT * len(waiting)
