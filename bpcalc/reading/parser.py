"""Tokens to a graph. Nothing recurses: operators and brackets wait on explicit stacks.

    program     = [ statement ] { ( ";" | newline ) [ statement ] }
    statement   = name "=" expression                              names a node
                | name "(" name { "," name } ")" "=" expression    defines a function
                | expression
    expression  = sum [ ( "<" | "<=" | ">" | ">=" | "==" | "!=" ) sum ]
    sum         = product { ( "+" | "-" ) product }
    product     = unary { ( "*" | "/" | "@" ) unary | power }      a power alone: the sign is left out
    unary       = { "+" | "-" } power
    power       = base [ ( "^" | "**" ) unary ]                    right associative
    base        = ( root | part ) { superscript { access } }       √x² is (√x)²
    root        = "√" ( root | part | ( "+" | "-" ) unary )
    part        = atom { access }
    atom        = number | name | "(" expression ")" | "{" expression "}" | array | call
    call        = ( name | "√" ) "(" argument { "," argument } ")"
    argument    = entry | name "=" ( entry | word ) | quotes
    word        = "True" | "False" | "None" | "true" | "false" | text | quotes
    array       = "[" row { ";" row } "]"
    row         = entry { "," entry } | expression { expression }
    entry       = expression | tuple
    tuple       = "(" expression "," [ expression { "," expression } ] ")"
    access      = index | ".T" | "ᵀ" | "⊤" | "'" | ".'" | "’" | "′"
    index       = "[" place { "," place } [ "," ] "]"
    place       = whole | [ end ] ":" [ end ] [ ":" [ end ] ]
    whole       = [ "+" | "-" ] digits
    end         = whole | size
    size        = [ "-" ] term { ( "+" | "-" ) term }
    term        = factor { "*" factor }
    factor      = ( name | digits ) [ ( "^" | "**" ) digits ]

Tokens: a `name` is letters, digits and _, and begins with none of the digits; a `number` is 12, 1.5, .5 or 1e-3, and
`digits` one without a point; a `superscript` is ², ⁻¹; `text` is a word that an option may be, and `quotes` one of
them, an index or the letters of `einsum`, in quotes. `lexer.SAME` has what is pasted for a sign (· for *). A # and
what follows in its line is nothing, and so are newlines inside brackets, except those of an index.

Beyond the grammar: the output is the last statement; of functions only, the last function of its parameters. The sign
of a product may be left out behind a number, a superscript or a closing bracket, and in front of √; a number needs a
bracket before it; and 1/2x and x^2y, with two readings, are mistakes. A name without a value may be a product of such
as have one: `products`. Behind a name with a bracket stands a call. An argument with a name comes after those without,
and is an input or an option of the gate; an option is made of plain numbers, brackets and sizes (`ones(n - 1)`), or is
a word. How tightly a sign binds comes from its gate's record.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import cache
from types import ModuleType

from bpcalc.errors import Source
from bpcalc.gate import ARGUMENT, COMPARISON, CONSTANT, GRAD, PRODUCT, Gate
from bpcalc.gates import GATES
from bpcalc.graph import CONSTANTS, Graph, literal
from bpcalc.reading import functions, misreadings, mistakes, products
from bpcalc.reading.arrayness import is_bound_to_array
from bpcalc.reading.lexer import END, FROM_SUPERSCRIPT, STOPS, SUPERSCRIPTS, TRANSPOSES, canonical, is_word
from bpcalc.reading.operators import (
    BINARY,
    CLOSING,
    DIVISION,
    FUNCTIONS,
    INVERTED,
    LOG,
    OPEN,
    POWERS,
    ROOT,
    SIGNS,
    SQRT,
    TIMES,
    Operator,
    log_of_base,
)  # fmt: skip
from bpcalc.reading.program import Program
from bpcalc.reading.state import Frame, Function, State

DIGITS = frozenset("0123456789.")
CLOSED = frozenset((")", "]", "}"))
ACCESSES = TRANSPOSES | {"["}
OPENING = frozenset("(=")  # behind a name: a call's bracket, or the value of an argument with a name
INFINITE = float("inf")
# Asked for every second token, and for every call: Python calls the method of an imported name slowly.
binary, scalar_function = BINARY.get, FUNCTIONS.get


def parse(source: Source, bound: Collection[str] = (), asked: Collection[str] | None = None) -> Program:
    """The program of a text. `bound` has the names that bindings give a value: they win over the constants.

    With their values, as a mapping, names may stand in shapes: `ones(n)`. Where names without a value are variables
    too, `asked` has those that are asked for; else every name needs a value.

    Raises BpcalcError, with the place, for any text that is no program.
    """
    return Parser(source, bound, asked).program()


class Parser(State):
    """Moves the state on, one rule of the grammar a method."""

    # Statements

    def program(self) -> Program:
        if not self.source.text.isascii():
            self.check_names()
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
            output = self.copy(*functions.last_function(self))
            functions.name_output(self, output)
        idle = [statement for statement in nameless if statement[0] < last]
        program = Program(self.source, self.graph, self.names, output, self.used, idle, self.sizes)
        program.tell(self.remarks, (self.bound, self.asked), self.copies, self.functions)
        return program

    def check_names(self) -> None:
        words = {token for token in set(self.tokens) if is_word(token) and not canonical(token).isidentifier()}
        if words:
            raise mistakes.no_name(self, min(map(self.tokens.index, words)))

    def statement(self) -> int | None:
        """Reads one statement; gives its node, or None for the definition of a function."""
        tokens, place = self.tokens, self.place
        if tokens[place + 1] == "=" and is_word(tokens[place]):
            self.place += 2
            return self.give(canonical(tokens[place]), self.expression(), place)
        if tokens[place + 1] == "(" and is_word(tokens[place]) and functions.defines(tokens, place):
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

    def define(self, place: int) -> None:
        """Reads `f(a, b) = a*b`."""
        name, payloads = functions.head(self, place)
        outer = self.graph, self.scope, self.calls
        self.graph, self.scope, self.calls, self.defining = Graph(), {}, {}, name
        functions.open_body(self, place, payloads)
        output = self.expression()
        self.functions[name] = Function(payloads, self.graph, output)
        (self.graph, self.scope, self.calls), self.defining = outer, ""

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
        tokens, scope, bound = self.tokens, self.scope, self.bound
        while True:
            token = tokens[self.place]
            node = scope.get(token)
            if node is not None and tokens[self.place + 1] not in OPENING:
                break
            if (token[:1].isalpha() and token != "ᵀ") or token[:1] == "_":  # `is_word`, without a call
                if tokens[self.place + 1] == "(":
                    self.open_call(self.called(token))
                elif tokens[self.place + 1] == "=" and self.starts_argument():
                    node = self.keyword(token)
                    if node is not None:
                        break
                else:
                    # w12 is no product, which is told sooner than that it has a value
                    is_name = token[1:].isdigit() or token in bound or self.has_value(token)
                    node = self.name(token) if is_name else self.free_name(token)
                    break
            elif token in {"(", "["}:
                self.frames.append(Frame(self.place, array_gate() if token == "[" else None))
                self.pending.append(OPEN)
            elif token in SIGNS:
                self.pending.append(SIGNS[token])
            elif token[:1] in DIGITS:
                node = scope[token] = self.number(token)
                break
            elif token[:1] in ("{", "'", '"') and (node := products.rare_operand(self, token)) is not None:
                break
            elif token != "\n" or not self.frames:
                self.rare_sign(token)
            self.place += 1
        self.operands.append(node)
        self.place += 1

    def operator(self) -> bool:
        """Reads closing brackets and one operator, and pushes that. True at the end of the statement."""
        tokens, pending = self.tokens, self.pending
        while True:
            token = tokens[self.place]
            waiting = binary(token) or (matrix_product() if token == "@" else None)
            if waiting is not None:
                if pending[-1].binding >= waiting.least:
                    self.reduce(waiting.least)
                if waiting.binding == COMPARISON and pending[-1].binding == COMPARISON:
                    raise mistakes.chained_comparison(self)
                pending.append(waiting)
                self.place += 1
                return False
            if token in CLOSED:
                self.close()
            elif token == "," and self.frames and (self.frames[-1].called is not None or self.opens_tuple()):
                if tokens[self.place + 1] != ")" or tokens[self.frames[-1].place] != "(":  # else (2,)
                    self.argument()
                    self.place += 1
                    return False
            elif token in ACCESSES and not self.starts_entry():
                self.access(token)
            elif token in STOPS and not (token == "\n" and self.frames):
                if not self.frames:
                    self.reduce(1)
                    return True
                array_rows().check_row(self)
                self.argument()
                array_rows().end_row(self)
                return False
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

    def number(self, digits: str) -> int:
        try:
            value = literal(digits)
        except ValueError:
            raise mistakes.no_operand(self) from None  # a dot without digits
        if abs(value) == INFINITE:
            raise mistakes.too_large(self)
        return self.graph.constant(value)

    def rare_sign(self, token: str) -> None:
        """Reads `{` or `√`, and nothing else."""
        if token == "{":
            self.frames.append(Frame(self.place, None))
            self.pending.append(OPEN)
        elif token != "√":
            raise mistakes.no_operand(self)
        elif self.tokens[self.place + 1] == "(":
            self.open_call(SQRT)
        else:
            self.pending.append(ROOT)

    def superscript(self, token: str) -> None:
        self.reduce(POWERS.least)
        if token == "⁻" and self.tokens[self.place + 1] == "ᵀ":
            token = "⁻¹"  # of S⁻ᵀ: the sign of the transpose comes next
        exponent = self.number(token.translate(FROM_SUPERSCRIPT))
        gate = INVERTED if token == "⁻¹" else GATES["power"]
        self.operands[-1] = self.graph.apply(gate, (self.operands[-1], exponent))

    def access(self, token: str) -> None:
        """An index or `.T` behind an operand; leaves the place at its last token."""
        from bpcalc.reading import array_syntax

        if token == "[":
            array_syntax.index(self)
        else:
            array_syntax.transpose(self)

    def leave_out_times(self, token: str) -> None:
        """Multiplies by the operand that stands here without an operator before it, where that has one meaning."""
        before = self.tokens[self.place - 1]
        if (before in CLOSED or before in TRANSPOSES) and is_word(token) and is_bound_to_array(self, canonical(token)):
            mistakes.check_factors(self)
        is_operand = token in {"(", "√", "{"} or is_word(token) or token[:1] in DIGITS
        if self.starts_entry() and (is_operand or token == "["):
            array_rows().check_entry(self)
            self.argument()
            return
        is_factor = before in CLOSED or before[:1] in DIGITS or before[:1] in SUPERSCRIPTS
        is_factor = is_factor or (token == "√" and is_word(before))  # 2π√(x) has one meaning
        if not (is_operand and is_factor) or token[0] == "_" or (before not in CLOSED and token[0] in DIGITS):
            raise mistakes.no_operator(self)
        if (before == "0" and token[0] in "xXbBoO") or (token in ("e", "E") and self.tokens[self.place + 1] in SIGNS):
            mistakes.check_number(self)
        if before[:1] in SUPERSCRIPTS and token == "(" and self.is_function_name(self.tokens[self.place - 2]):
            raise misreadings.power_of_function(self)
        waiting = self.waiting()
        if waiting in (DIVISION, POWERS, ROOT):
            raise misreadings.two_readings(self, waiting is DIVISION)
        self.reduce(PRODUCT)
        self.pending.append(TIMES)

    def free_name(self, token: str) -> int:
        """The node of a name that nothing gives; of a product, that of the last factor."""
        *factors, last = products.factors(self, token)
        for factor in factors:
            self.operands.append(factor)
            self.reduce(PRODUCT)
            self.pending.append(TIMES)
        return last

    def opens_tuple(self) -> bool:
        """Does a comma part the entries of an array in round brackets here?"""
        return bool(array_rows().opens_tuple(self))

    def starts_entry(self) -> bool:
        """Is the operand at this place another entry of an array whose entries blanks part?"""
        is_inside = bool(self.frames) and self.tokens[self.frames[-1].place] == "["
        return is_inside and array_rows().is_entry(self)

    def is_function_name(self, token: str) -> bool:
        """Is the word known as a function, and read as a variable only for want of brackets?"""
        from bpcalc.gates.arrays import SPELLINGS

        name = canonical(token) if is_word(token) else ""
        is_variable = self.graph.leaves.get(self.scope.get(token, -1)) == name and name not in self.bound
        return is_variable and (name in SPELLINGS or name in self.functions)

    # Calls

    def called(self, token: str) -> Gate | Function:
        """The function of a name with a bracket behind it; the program's own functions come first."""
        called = self.functions.get(token) or scalar_function(token) or self.functions.get(canonical(token))
        if called is None and token == GRAD.name:
            return GRAD
        if called is None:
            from bpcalc.gates.arrays import SPELLINGS

            called = SPELLINGS.get(token)
        if called is None:
            raise mistakes.no_function(self, canonical(token))
        return called

    def open_call(self, called: Gate | Function) -> None:
        """Enters the brackets of a call; the place is then its bracket."""
        self.frames.append(Frame(self.place, called))
        self.pending.append(OPEN)
        self.place += 1

    def starts_argument(self) -> bool:
        """Does an argument of a call start at this place?"""
        if not self.frames or self.frames[-1].called is None:
            return False
        before = self.place - 1
        while self.tokens[before] == "\n":
            before -= 1
        return self.tokens[before] in ("(", ",")

    def keyword(self, token: str) -> int | None:
        """Reads `name=`, and what stands behind it where that is an option's word (keepdims=True).

        The frame has the word. For the argument stands the node that this gives, and the place is then the word.
        """
        frame = self.frames[-1]
        frame.keyword = token
        self.place += 1
        if not isinstance(frame.called, Gate) or not (frame.called.options or frame.called.alone):
            return None
        from bpcalc.reading.array_syntax import option_word

        return self.graph.constant(0.0) if option_word(self) else None

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
        if self.tokens[self.place] != CLOSING.get(self.tokens[frame.place], ")"):
            raise mistakes.never_opened(self)
        if frame.called is None:
            self.reduce(1)
        else:
            self.argument()
            called = frame.called
            opening = self.tokens[frame.place]
            if opening == "(" or (opening == "[" and (frame.options or len(frame.arguments) == 1)):
                array_rows().end_array(self, frame)
            node = self.copy(called, frame) if isinstance(called, Function) else self.call(called, frame)
            self.operands.append(node)
        self.frames.pop()
        self.pending.pop()

    def call(self, gate: Gate, frame: Frame) -> int:
        """The node of a call of a gate."""
        arguments = frame.arguments
        if gate.alone and len(arguments) == 1:
            from bpcalc.gates import arrays

            gate = frame.called = arrays.GATES[gate.alone]
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
            if gate is LOG and len(arguments) == 2:
                return log_of_base(self.graph, *arguments)
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
            return functions.copied(self, function, frame.arguments)
        # equal calls are one node, though the arguments of each call are kept apart
        call = (function, *frame.arguments)
        if call not in self.calls:
            apart = [self.graph.apply(ARGUMENT, (one,)) for one in frame.arguments]
            self.calls[call] = functions.copied(self, function, apart)
        return self.calls[call]

@cache
def array_rows() -> ModuleType:
    """What reads the entries and the rows of arrays, loaded when one is met."""
    from bpcalc.reading import array_rows

    return array_rows


@cache
def array_gate() -> Gate:
    """The gate of an array literal, a call without a name."""
    from bpcalc.gates import arrays

    return arrays.GATES["array"]


@cache
def matrix_product() -> Operator:
    """The operator `@`, whose gate is loaded when it is met."""
    from bpcalc.reading.array_syntax import MATRIX_PRODUCT

    return MATRIX_PRODUCT
