'''Text to graph. Nothing recurses: operators and brackets wait on explicit stacks.

May import errors, lexer, mistakes, gate, gates, graph.

    program     = statement { (";" | newline) statement }      the last one is the output
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
'''

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

import bpcalc.gates  # noqa: F401 (fills GATES)
from bpcalc import mistakes
from bpcalc.errors import BpcalcError, Source
from bpcalc.gate import COMPARISON, CONSTANT, GATES, INPUT, POWER, PRODUCT, SPELLINGS, UNARY, Gate
from bpcalc.graph import CONSTANTS, Graph
from bpcalc.lexer import END, SAME, SUPERSCRIPTS, canonical, is_word, tokenize

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


class Program:
    """What a text means: its graph, its output, and its names.

    names      every name of the program and its node: inputs, given names
    variables  the inputs' names, in the order of their first use
    constants  the names that the program gives to a plain number
    used       the token where each variable is first used
    idle       the first and last token of each statement without a name before the last: nothing can use it
    """

    __slots__ = ("constants", "graph", "idle", "names", "output", "source", "used", "variables")

    def __init__(
        self, source: Source, graph: Graph, names: dict[str, int], output: int, used: dict[str, int],
        idle: Sequence[tuple[int, int]],
    ) -> None:  # fmt: skip
        self.source = source
        self.graph = graph
        self.names = names
        self.output = output
        self.used = used
        self.idle = idle
        self.variables = [name for name, node in names.items() if graph.leaves.get(node) == name]
        self.constants = [name for name, node in names.items() if graph.gates[node] is CONSTANT]


OPEN = Operator(0, None)
SIGNS = {"-": Operator(UNARY, GATES["negate"]), "+": Operator(UNARY, None)}
SIGNS["−"] = SIGNS["-"]
SQRT = GATES["sqrt"]
ROOT = Operator(POWER + 1, SQRT)
BINARY = {gate.infix[0]: Operator(gate.infix[1], gate) for gate in GATES.values() if gate.infix}
BINARY |= {pasted: BINARY[own] for pasted, own in SAME.items()}
TIMES, POWERS, DIVISION = BINARY["*"], BINARY["^"], BINARY["/"]
FUNCTIONS: dict[str, Gate] = SPELLINGS | {"σ": GATES["sigmoid"]}  # those of scalars; SPELLINGS grows with the others
DIGITS = frozenset("0123456789.")
OPENING = frozenset("(=")  # behind a name: a call's bracket, or the value of an argument with a name
STOPS = frozenset((END, ";", "\n"))
FROM_SUPERSCRIPT = str.maketrans(SUPERSCRIPTS, "0123456789-")


def parse(source: Source, bound: Collection[str] = ()) -> Program:
    """The program of a text. `bound` has the names that bindings give a value: they win over the constants.

    Raises BpcalcError, with the place, for any text that is no program.
    """
    return _Parser(source, bound).program()


def place_of(program: Program, node: int) -> tuple[int, int] | None:
    """The first and the last token of what made a node: an operator's sign, or a call with its brackets.

    The text is parsed once more for it, so that a program without mistakes pays nothing for places.
    """
    parser = _Parser(program.source, program.variables)
    parser.graph = watched = _Watched(parser, node)
    parser.program()
    place, gate = watched.place, program.graph.gates[node]
    if place is None:
        return None
    first = last = min(place, len(parser.tokens) - 2)
    depth = 0
    sign = gate.infix[0] if gate.infix else ""
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
    """A graph that notes where the parser stands when one node is made."""

    __slots__ = ("node", "parser", "place")

    def __init__(self, parser: _Parser, node: int) -> None:
        super().__init__()
        self.parser = parser
        self.node = node
        self.place: int | None = None

    def apply(self, gate: Gate, inputs: tuple[int, ...]) -> int:
        node = super().apply(gate, inputs)
        if node == self.node and self.place is None:
            self.place = self.parser.place
        return node


class _Parser:
    """One pass over the tokens. `operands` and `pending` are the two stacks, `frames` the open brackets."""

    def __init__(self, source: Source, bound: Collection[str]) -> None:
        self.source = source
        self.bound = bound
        self.tokens = tokenize(source)
        self.place = 0
        self.graph = Graph()
        self.names: dict[str, int] = {}  # the program's own
        self.scope: dict[str, int] = {}  # every spelling that is known here: also constants, and a body's parameters
        self.used: dict[str, int] = {}  # where a name that nothing gives was first used
        self.functions: dict[str, Function] = {}
        self.defining = ""  # the function whose body is read
        self.operands: list[int] = []
        self.pending: list[Operator] = []
        self.frames: list[Frame] = []
        if not source.text.isascii():
            words = {token for token in set(self.tokens) if is_word(token) and not canonical(token).isidentifier()}
            if words:
                raise mistakes.no_name(self, min(map(self.tokens.index, words)))

    # Statements

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
            raise mistakes.nothing(self)
        idle = [statement for statement in nameless if statement[0] < last]
        return Program(self.source, self.graph, self.names, output, self.used, idle)

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
        outer = self.graph, self.scope
        self.graph, self.scope, self.defining = Graph(), {}, name
        # the bracket keeps a parameter apart from a variable of the program that has its name
        payloads = tuple(canonical(spelling) + "(" for spelling in spellings)
        for spelling, payload in zip(spellings, payloads, strict=True):
            self.scope[spelling] = self.scope[canonical(spelling)] = self.graph.variable(payload)
        self.place = stop + 1
        output = self.expression()
        self.functions[name] = Function(payloads, self.graph, output)
        (self.graph, self.scope), self.defining = outer, ""

    # Expressions

    def expression(self) -> int:
        """Reads up to the end of the statement."""
        self.operands, self.pending, self.frames = [], [OPEN], []
        while True:
            self.operand()
            if self.operator():
                return self.operands[0]

    def operand(self) -> None:
        """Reads signs, open brackets and one operand, and pushes that."""
        tokens, scope = self.tokens, self.scope
        while True:
            token = tokens[self.place]
            node = scope.get(token)
            if node is not None and tokens[self.place + 1] not in OPENING:
                break
            if token[:1].isalpha() or token[:1] == "_":
                if tokens[self.place + 1] == "(":
                    self.open_call(self.called(token))
                elif tokens[self.place + 1] == "=" and self.starts_argument():
                    self.frames[-1].keyword = token
                    self.place += 1
                    self.option()
                else:
                    node = self.name(token)
                    break
            elif token in {"(", "["}:
                self.frames.append(Frame(self.place, self.called_by_brackets() if token == "[" else None))
                self.pending.append(OPEN)
            elif token in SIGNS:
                self.pending.append(SIGNS[token])
            elif token[:1] in DIGITS:
                node = scope[token] = self.number(token)
                break
            elif token == "√" and tokens[self.place + 1] == "(":
                self.open_call(SQRT)
            elif token == "√":
                self.pending.append(ROOT)
            elif token != "\n" or not self.frames:
                raise mistakes.no_operand(self)
            self.place += 1
        self.operands.append(node)
        self.place += 1

    def number(self, token: str) -> int:
        try:
            value = float(token)
        except ValueError:
            raise mistakes.no_operand(self) from None  # a dot without digits
        if value in (float("inf"), -float("inf")):
            raise mistakes.too_large(self)
        return self.graph.constant(value)

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

    def called(self, token: str) -> Gate | Function:
        """The function of a name with a bracket behind it; the program's own functions come first."""
        called = self.functions.get(token) or FUNCTIONS.get(token) or self.functions.get(canonical(token))
        if called is None:
            from bpcalc import brackets  # noqa: F401 (the gates of arrays are loaded when a word may be one)

            called = SPELLINGS.get(token)
        if called is None:
            raise mistakes.no_function(self, canonical(token))
        return called

    def called_by_brackets(self) -> Gate:
        """The gate of an array literal, a call without a name."""
        from bpcalc import brackets  # noqa: F401 (its gates)

        return GATES["array"]

    def open_call(self, called: Gate | Function) -> None:
        """Enters the brackets of a call; the place is then its bracket."""
        self.frames.append(Frame(self.place, called))
        self.pending.append(OPEN)
        self.place += 1

    def option(self) -> None:
        """Reads the value behind this `=` where it is an option's word (keepdims=True)."""
        called = self.frames[-1].called
        if isinstance(called, Gate) and (called.options or called.alone):
            from bpcalc.brackets import option_word

            option_word(self)

    def starts_argument(self) -> bool:
        """Does an argument of a call start at this place?"""
        return self.tokens[self.place - 1] in ("(", ",") and bool(self.frames) and self.frames[-1].called is not None

    def operator(self) -> bool:
        """Reads closing brackets and one operator, and pushes that. True at the end of the statement."""
        tokens, pending = self.tokens, self.pending
        while True:
            token = tokens[self.place]
            waiting = BINARY.get(token) or (self.matrix_product() if token == "@" else None)
            if waiting is not None:
                if pending[-1].binding >= waiting.least:
                    self.reduce(waiting.least)
                if waiting.binding == COMPARISON and pending[-1].binding == COMPARISON:
                    raise mistakes.chained_comparison(self)
                pending.append(waiting)
                self.place += 1
                return False
            if token in (")", "]"):
                self.close()
            elif token in ("[", ".T"):
                from bpcalc.brackets import behind

                behind(self, token)
            elif token == "," and self.frames and self.frames[-1].called is not None:
                self.argument()
                self.place += 1
                return False
            elif token in STOPS and not (token == "\n" and self.frames):
                if self.frames:
                    raise mistakes.never_closed(self)
                self.reduce(1)
                return True
            elif token[:1] in SUPERSCRIPTS and token:
                self.superscript(token)
            elif token != "\n":
                self.leave_out_times(token)
                return False
            self.place += 1

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

    def matrix_product(self) -> Operator:
        from bpcalc import brackets  # noqa: F401 (its gates)

        BINARY["@"] = Operator(PRODUCT, GATES["matmul"])
        return BINARY["@"]

    def superscript(self, token: str) -> None:
        try:
            exponent = float(token.translate(FROM_SUPERSCRIPT))
        except ValueError:
            raise mistakes.no_operand(self) from None
        self.reduce(POWERS.least)
        self.operands[-1] = self.graph.apply(GATES["power"], (self.operands[-1], self.graph.constant(exponent)))

    def leave_out_times(self, token: str) -> None:
        """Multiplies by the operand that stands here without an operator before it, where that has one meaning."""
        before = self.tokens[self.place - 1]
        is_operand = token in {"(", "√"} or is_word(token) or token[:1] in DIGITS
        is_factor = before in (")", "]") or before[:1] in DIGITS or before[:1] in SUPERSCRIPTS
        if not (is_operand and is_factor) or token[0] == "_" or (before not in (")", "]") and token[0] in DIGITS):
            raise mistakes.no_operator(self)
        waiting = [operator for operator in self.pending[-3:] if operator not in SIGNS.values()]
        if waiting and waiting[-1] in (DIVISION, POWERS, ROOT):
            raise mistakes.two_readings(self, waiting[-1] is DIVISION)
        self.reduce(PRODUCT)
        self.pending.append(TIMES)

    # Calls

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
            from bpcalc import brackets  # noqa: F401 (its gates)

            gate = frame.called = GATES[gate.alone]
        if gate.options:
            from bpcalc.brackets import options_of

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
        return self.graph.apply(gate, tuple(arguments))

    def copy(self, function: Function, frame: Frame) -> int:
        """Copies a function's graph into this one, with the arguments for its parameters."""
        if frame.keywords:
            raise mistakes.wrong_option(self, frame)
        if len(frame.arguments) != len(function.parameters):
            raise mistakes.wrong_count(self, frame, [name[:-1] for name in function.parameters], {})
        values = dict(zip(function.parameters, frame.arguments, strict=True))
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
