"""Brackets to nodes: calls of gates and of the program's functions, and the stacks that operators wait on."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, NamedTuple

from bpcalc.errors import BpcalcError, Source
from bpcalc.gate import ARGUMENT, COMPARISON, CONSTANT, GRAD, INPUT, POWER, Gate
from bpcalc.gates import GATES
from bpcalc.graph import CONSTANTS, Graph
from bpcalc.reading import mistakes
from bpcalc.reading.lexer import canonical, is_word, tokenize

LIMIT = 50_000_000  # nodes: what functions of functions may expand to before the memory of a laptop is full


class Operator:
    """An operator that waits for its right operand.

    gate   None: an open bracket, or a sign that does nothing
    least  how tightly an operator before it must bind to be applied first
    """

    __slots__ = ("binding", "gate", "least")

    def __init__(self, binding: int, gate: Gate | None) -> None:
        self.binding = binding
        self.gate = gate
        # powers are right associative, and a comparison never follows another
        self.least = binding + 1 if binding in (POWER, COMPARISON) else binding


class Function(NamedTuple):
    """A function of the program: a graph of its own, copied into the caller's graph at each call."""

    parameters: tuple[str, ...]
    graph: Graph
    output: int


class Frame:
    """An open bracket: of a call with its arguments so far, or a plain one."""

    __slots__ = ("arguments", "called", "keyword", "keywords", "options", "place")

    def __init__(self, place: int, called: Gate | Function | None) -> None:
        self.place = place
        self.called = called
        self.arguments: list[int] = []
        self.keywords: dict[str, int] = {}
        self.keyword = ""
        self.options: dict[str, Any] = {}


OPEN = Operator(0, None)


class Calls:
    """One pass over the tokens: `operands` and `pending` are the two stacks, `frames` the open brackets."""

    def __init__(self, source: Source, bound: Collection[str]) -> None:
        self.source = source
        self.bound = bound
        self.tokens = tokenize(source)
        self.place = 0
        self.graph = Graph()
        self.names: dict[str, int] = {}  # the program's own
        self.scope: dict[str, int] = {}  # every spelling that is known here: also constants, and a body's parameters
        self.used: dict[str, int] = {}  # where a name that nothing gives was first used
        self.sizes: dict[str, Any] = {}  # the values of variables that shapes were made of
        self.functions: dict[str, Function] = {}
        self.calls: dict[tuple[Any, ...], int] = {}  # of functions with a gradient inside: function, arguments -> node
        self.defining = ""  # the function whose body is read
        self.operands: list[int] = []
        self.pending: list[Operator] = []
        self.frames: list[Frame] = []
        if not source.text.isascii():
            words = {token for token in set(self.tokens) if is_word(token) and not canonical(token).isidentifier()}
            if words:
                raise mistakes.no_name(self, min(map(self.tokens.index, words)))

    def reduce(self, least: int) -> None:
        """Applies the waiting operators that bind at least as tightly as `least`."""
        pending, operands, apply = self.pending, self.operands, self.graph.apply
        while pending[-1].binding >= least:
            gate = pending.pop().gate
            if gate is None:
                continue
            if gate.infix:
                b = operands.pop()
                operands[-1] = apply(gate, (operands[-1], b))
            else:
                operands[-1] = self.signed(gate, operands[-1])

    def signed(self, gate: Gate, node: int) -> int:
        payload = self.graph.leaves.get(node)
        if gate.prefix and isinstance(payload, float) and node not in self.graph.named:
            return self.graph.constant(-payload)  # so -2 is a number
        return self.graph.apply(gate, (node,))

    def name(self, token: str) -> int:
        """The node of a name that is read for the first time."""
        name = canonical(token)
        node = self.names.get(name)
        if self.defining and (node is not None or name not in CONSTANTS or name in self.bound):
            self.used.setdefault(name, self.place) if node is None else None
            node = self.graph.variable(name)
        elif node is None:
            self.used.setdefault(name, self.place)
            if name in CONSTANTS and name not in self.bound:
                node = self.graph.constant(name)
            else:
                node = self.names[name] = self.graph.variable(name)
        self.scope[token] = node
        return node

    def argument(self) -> None:
        """Closes an argument of the innermost call."""
        if self.pending[-1].binding:
            self.reduce(1)
        frame, node = self.frames[-1], self.operands.pop()
        if not frame.keyword:
            if frame.keywords:
                raise mistakes.keyword_first(self)
            frame.arguments.append(node)
        elif frame.keyword in frame.keywords:
            raise mistakes.wrong_option(self, frame)
        else:
            frame.keywords[frame.keyword] = node
        frame.keyword = ""

    def close(self) -> None:
        """Closes a bracket."""
        if not self.frames:
            raise mistakes.never_opened(self)
        frame = self.frames[-1]
        if (self.tokens[self.place] == "]") != (self.tokens[frame.place] == "["):
            raise mistakes.never_opened(self)
        if frame.called is None:
            self.reduce(1)
        else:
            self.argument()
            called = frame.called
            node = self.copy(called, frame) if isinstance(called, Function) else self.call(called, frame)
            self.operands.append(node)
        self.frames.pop()
        self.pending.pop()

    def call(self, gate: Gate, frame: Frame) -> int:
        arguments = frame.arguments
        if gate.alone and len(arguments) == 1:
            from bpcalc.reading import array_syntax  # noqa: F401 (its gates)

            gate = frame.called = GATES[gate.alone]
        if gate.options:
            from bpcalc.reading.array_syntax import options_of

            gate, arguments = options_of(self, gate, frame)
        if frame.keywords or (len(arguments) != len(gate.parameters) and not gate.variadic):
            for parameter in gate.parameters[len(arguments) :]:
                if parameter in frame.keywords:
                    arguments.append(frame.keywords.pop(parameter))
                elif parameter in gate.defaults:
                    arguments.append(self.graph.constant(gate.defaults[parameter]))
            if frame.keywords:
                raise mistakes.wrong_option(self, frame)
            if len(arguments) != len(gate.parameters):
                raise mistakes.wrong_count(self, frame, gate.parameters, gate.defaults)
        if gate is GRAD and arguments[1] not in self.graph.named and self.graph.is_literal(arguments[1]):
            raise mistakes.no_variable(self, frame)
        return self.graph.apply(gate, tuple(arguments))

    def copy(self, function: Function, frame: Frame) -> int:
        """The node of a call of one of the program's functions."""
        if frame.keywords:
            raise mistakes.wrong_option(self, frame)
        if len(frame.arguments) != len(function.parameters):
            raise mistakes.wrong_count(self, frame, [name[:-1] for name in function.parameters], {})
        if GRAD not in function.graph.kinds:
            return self.copied(function, frame.arguments)
        # equal calls are one node, though the arguments of each call are kept apart
        call = (function, *frame.arguments)
        if call not in self.calls:
            self.calls[call] = self.copied(function, [self.graph.apply(ARGUMENT, (one,)) for one in frame.arguments])
        return self.calls[call]

    def copied(self, function: Function, arguments: list[int]) -> int:
        """Copies a function's graph into this one, with the arguments for its parameters."""
        values = dict(zip(function.parameters, arguments, strict=True))
        graph, body = self.graph, function.graph
        place: list[int] = []
        for node, (gate, inputs) in enumerate(zip(body.gates, body.inputs, strict=True)):
            if inputs:
                copied = graph.apply(gate, tuple([place[source] for source in inputs]))
            elif gate is INPUT:
                name = str(body.leaves[node])
                copied = values[name] if name in values else self.name(name)
            elif gate is CONSTANT:
                copied = graph.constant(body.leaves[node])
            else:
                copied = graph.apply(gate, ())
            place.append(copied)
        if len(graph) > LIMIT:
            raise BpcalcError(f"the functions expand to more than {LIMIT:,} operations")
        return place[function.output]
