"""Text to graph. Nothing recurses: operators and brackets wait on explicit stacks.

    program     = statement { (";" | newline) statement }      the last one is the output; of functions only, the last
                                                             function of its parameters
    statement   = name "=" expression                          names a node
                | name "(" name { "," name } ")" "=" expression    defines a function
                | expression
    expression  = comparison: sum [ ("<" | "<=" | ">" | ">=" | "==" | "!=") sum ]
    sum         = product { ("+" | "-") product }
    product     = unary { ("*" | "/" | left out) unary }
    unary       = { "-" | "+" } power
    power       = atom [ ("^" | "**") unary | superscript ]    right associative
    atom        = number | name | "(" expression ")" | "√" atom
                | name "(" expression { "," expression } { "," name "=" expression } ")"

How tightly an operator binds comes from its gate's record. Brackets may run over several lines.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from bpcalc.errors import Source
from bpcalc.gate import CONSTANT, Gate
from bpcalc.gates import SPELLINGS
from bpcalc.graph import CONSTANTS, Graph
from bpcalc.reading import mistakes
from bpcalc.reading.calls import Frame, Function
from bpcalc.reading.expression import STOPS, Expressions
from bpcalc.reading.lexer import END, SAME, canonical, is_word


class Program:
    """What a text means: its graph, its output, and its names.

    names      every name of the program and its node: inputs, given names
    variables  the inputs' names, in the order of their first use
    constants  the names that the program gives to a plain number
    used       the token where each variable is first used
    sizes      the variables that shapes were made of (`ones(n)`), and their values
    idle       the first and last token of each statement without a name before the last: nothing can use it
    inner      the backward passes of the gradients inside the program, once `derive` has made them
    """

    __slots__ = ("constants", "graph", "idle", "inner", "names", "output", "sizes", "source", "used", "variables")

    def __init__(
        self, source: Source, graph: Graph, names: dict[str, int], output: int, used: dict[str, int],
        idle: Sequence[tuple[int, int]], sizes: Mapping[str, Any],
    ) -> None:  # fmt: skip
        self.source = source
        self.graph = graph
        self.names = names
        self.output = output
        self.used = used
        self.idle = idle
        self.sizes = sizes
        self.inner: Sequence[Any] = ()
        self.variables = [name for name, node in names.items() if graph.leaves.get(node) == name]
        self.constants = [name for name, node in names.items() if node in graph.named]


def parse(source: Source, bound: Collection[str] = ()) -> Program:
    """The program of a text. `bound` has the names that bindings give a value: they win over the constants.

    With their values, as a mapping, names may stand in shapes: `ones(n)`.

    Raises BpcalcError, with the place, for any text that is no program.
    """
    return _Parser(source, bound).program()


class _Parser(Expressions):
    """Statements; their expressions are read by the base."""

    def program(self) -> Program:
        output, last = None, 0
        nameless: list[tuple[int, int]] = []
        while True:
            start = self.place
            token = self.tokens[start]
            if token == END:
                break
            if token in STOPS:
                self.place += 1
                continue
            node = self.statement()
            if node is not None:
                output, last = node, start
                if self.tokens[start + 1] != "=":
                    nameless.append((start, self.place - 1))
        if output is None:
            output = self.last_function()
        idle = [statement for statement in nameless if statement[0] < last]
        return Program(self.source, self.graph, self.names, output, self.used, idle, self.sizes)

    def last_function(self) -> int:
        """The output of a program that only defines functions: the last of them, of its parameters."""
        name = next(reversed(self.functions), "")
        if not name or name in SPELLINGS:
            raise mistakes.nothing(self)
        place = next(at for at, token in enumerate(self.tokens) if canonical(token) == name and self.defines(at))
        frame, function = Frame(place + 1, self.functions[name]), self.functions[name]
        for at in range(place + 2, place + 2 + 2 * len(function.parameters), 2):
            word = canonical(self.tokens[at])
            if word not in self.names:
                self.used.setdefault(word, at)
                self.names[word] = self.scope[word] = self.graph.variable(word)
            frame.arguments.append(self.names[word])
        output = self.copy(function, frame)
        if name not in self.names and self.graph.inputs[output]:
            self.names[name] = output
        return output

    def statement(self) -> int | None:
        """Reads one statement; gives its node, or None for the definition of a function."""
        tokens, place = self.tokens, self.place
        if tokens[place + 1] == "=" and is_word(tokens[place]):
            self.place += 2
            return self.give(canonical(tokens[place]), self.expression(), place)
        if tokens[place + 1] == "(" and self.defines(place):
            self.define(place)
            return None
        return self.expression()

    def give(self, name: str, node: int, place: int) -> int:
        if name in self.names or name in self.used:
            raise mistakes.given_before(self, name, place)
        if self.graph.gates[node] is CONSTANT:
            # a node of its own, so that `a = 2; b = 2` has two gradients
            node = self.graph.constant(self.graph.leaves[node], name)
        elif self.graph.gates[node].name == "array":
            node = self.graph.named_literal(node)
        if name in CONSTANTS:
            self.graph.shadowed.add(name)
        self.names[name] = self.scope[name] = self.scope[self.tokens[place]] = node
        return node

    def defines(self, place: int) -> bool:
        """Does `name(name, …) =` stand here?"""
        tokens, last = self.tokens, len(self.tokens) - 3
        at = place + 2
        while at < last and is_word(tokens[at]) and tokens[at + 1] == ",":
            at += 2
        return at < last and is_word(tokens[at]) and tokens[at + 1] == ")" and tokens[at + 2] == "="

    def define(self, place: int) -> None:
        name = canonical(self.tokens[place])
        if name in self.functions:
            raise mistakes.given_before(self, name, place)
        stop = self.tokens.index("=", place)
        spellings = self.tokens[place + 2 : stop - 1 : 2]
        if len({canonical(spelling) for spelling in spellings}) < len(spellings):
            raise mistakes.repeated_parameter(self, place + 2, stop - 2)
        outer = self.graph, self.scope, self.calls
        self.graph, self.scope, self.calls, self.defining = Graph(), {}, {}, name
        # the bracket keeps a parameter apart from a variable of the program that has its name
        payloads = tuple(canonical(spelling) + "(" for spelling in spellings)
        for spelling, payload in zip(spellings, payloads, strict=True):
            self.scope[spelling] = self.scope[canonical(spelling)] = self.graph.variable(payload)
        self.place = stop + 1
        output = self.expression()
        self.functions[name] = Function(payloads, self.graph, output)
        (self.graph, self.scope, self.calls), self.defining = outer, ""


def place_of(program: Program, node: int) -> tuple[int, int] | None:
    """The first and the last token of what made a node: an operator's sign, or a call with its brackets.

    The text is parsed once more for it, so that a program without mistakes pays nothing for places.
    """
    parser = _Parser(program.source, dict.fromkeys(program.variables) | dict(program.sizes))
    parser.graph = watched = _Watched(parser, node)
    parser.program()
    place, gate = watched.place, program.graph.gates[node]
    if place is None or watched.gates[node] is not gate:  # --expand has made another graph of it
        return None
    first = last = min(place, len(parser.tokens) - 2)
    depth = 0
    sign = gate.infix[0] if gate.infix and not watched.is_copied else ""
    at = place - 1 if sign else place
    while at >= 0:
        token = parser.tokens[at]
        depth += (token in (")", "]")) - (token in ("(", "["))
        if sign and depth == 0 and SAME.get(token, token) == sign:
            return at, at
        if not sign and depth == 0 and token in ("(", "["):
            return at - (parser.tokens[at - 1][:1].isalpha()), place
        at -= 1
    return first, last


class _Watched(Graph):
    """A graph that notes where the parser stands when one node is made, and whether it copies a function there."""

    __slots__ = ("is_copied", "node", "parser", "place")

    def __init__(self, parser: Expressions, node: int) -> None:
        super().__init__()
        self.parser = parser
        self.node = node
        self.place: int | None = None
        self.is_copied = False

    def apply(self, gate: Gate, inputs: tuple[int, ...]) -> int:
        node = super().apply(gate, inputs)
        if node == self.node and self.place is None:
            self.place = self.parser.place
            for frame in self.parser.frames[-1:]:
                called = frame.called
                self.is_copied = isinstance(called, Function) and len(frame.arguments) == len(called.parameters)
        return node
