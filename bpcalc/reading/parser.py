"""Tokens to a graph. Nothing recurses: operators and brackets wait on explicit stacks.

    program     = [ statement ] { ( ";" | newline ) [ statement ] }
    statement   = name { "," name } "=" expression { "," expression }    names a node, or several
                | name ( "+" | "-" | "*" | "/" | "@" | "^" | "**" ) "=" expression     names what it becomes
                | name "(" name { "," name } ")" "=" expression    defines a function
                | expression
    expression  = either [ "?" expression ":" expression | "if" expression "else" expression ]     where(c, a, b)
    either      = both { ( "or" | "||" | "∨" ) both }
    both        = opposite { ( "and" | "&&" | "∧" ) opposite }
    opposite    = { "not" | "¬" } comparison
    comparison  = mask { ( "<" | "<=" | ">" | ">=" | "==" | "!=" ) mask }
    mask        = masks { "|" masks }                              as NumPy has it
    masks       = sum { "&" sum }
    sum         = product { ( "+" | "-" ) product }
    product     = unary { ( "*" | "/" | "%" | "@" ) unary | power }      a power alone: the sign is left out
    unary       = { "+" | "-" } power
    power       = base [ ( "^" | "**" ) unary ]                    right associative
    base        = ( root | part ) { superscript { access } }       √x² is (√x)²
    root        = "√" ( root | part | ( "+" | "-" ) unary )
    part        = atom { access }
    atom        = number | name | "(" expression ")" | "{" expression "}" | bars | array | call
    bars        = "|" expression "|" | norm [ name | subscript | "_" ( "∞" | "{" "∞" "}" ) ]
    norm        = "||" expression "||" | "‖" expression "‖" | "∥" expression "∥"
    call        = ( name | "√" ) "(" argument { "," argument } ")" | name "{" argument { "," argument } "}"
    argument    = entry | name "=" ( entry | word ) | quotes
    word        = "True" | "False" | "None" | "true" | "false" | text | quotes
    array       = "[" row { ";" row } "]"
    row         = entry { "," entry } | expression { expression }
    entry       = expression | tuple
    tuple       = "(" expression "," [ expression { "," expression } ] ")"
    access      = "!" | index | method | ".T" | "ᵀ" | "⊤" | "'" | ".'" | "’" | "′"
    method      = "." ( "sum" | "mean" ) "(" ")"                   and the others of `reading.python`
    index       = "[" place { "," place } [ "," ] "]"              `indices` has more
    place       = whole | [ end ] ":" [ end ] [ ":" [ end ] ] | "None" | places
    places      = "[" whole { "," whole } [ "," ] "]"
    whole       = [ "+" | "-" ] digits
    end         = whole | size
    size        = [ "-" ] term { ( "+" | "-" ) term }
    term        = factor { "*" factor }
    factor      = ( name | digits ) [ ( "^" | "**" ) digits ]

Tokens: a `name` is letters, digits and _, and begins with none of the digits; a `number` is 12, 1.5, .5, 1e-3 or ½, and
`digits` one without a point; a `superscript` is ², ⁻¹, a `subscript` ₂; `text` is a word that an option may be, and
`quotes` one of them, an index or the letters of `einsum`, in quotes. `lexer.SAME` has what is pasted for a sign (· for
*). A # and what follows in its line is nothing, and so are newlines inside brackets, except those of an index.

Beyond the grammar: the output is the last statement; of functions only, the last function of its parameters. The sign
of a product may be left out behind a number, a superscript, a closing bracket or bar, and in front of √; a number needs
a bracket before it; and 1/2x and x^2y, with two readings, are mistakes (x^{2}y has one). A name without a value may be
a product of such as have one: `products`. What a bar means: `bars`. `and` and `or` are names where no operator can
stand, `not` where it has a value or no operand follows. Behind a name with a bracket stands a call. An argument with a
name comes after those without, and is an input or an option of the gate; an option is made of plain numbers, brackets
and sizes (`ones(n - 1)`), or is a word. Modules, methods and lines of Python are read by a front end of
their own, `reading.python`, which ends in the same calls. How tightly a sign binds comes from its gate's record.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import cache
from types import ModuleType

from bpcalc.errors import Source
from bpcalc.gate import ARGUMENT, COMPARISON, CONSTANT, GRAD, PRODUCT, Gate
from bpcalc.gates import GATES
from bpcalc.graph import CONSTANTS, literal
from bpcalc.reading import bars, conditions, dots, functions, misreadings, mistakes, products
from bpcalc.reading.arrayness import is_bound_to_array
from bpcalc.reading.bar_roles import OPENS
from bpcalc.reading.lexer import END, FROM_SUPERSCRIPT, STOPS, SUPERSCRIPTS, TRANSPOSES, canonical, is_latex, is_word
from bpcalc.reading.operators import (
    BARS,
    BINARY,
    CLOSING,
    CONDITIONS,
    DIGITS,
    DIVISION,
    DOTTED,
    FUNCTIONS,
    INVERTED,
    LOG,
    OPEN,
    POWERS,
    REMAINDER,
    ROOT,
    SIGNS,
    SINGLE,
    SQRT,
    TIMES,
    Operator,
    log_of_base,
)  # fmt: skip
from bpcalc.reading.program import Program
from bpcalc.reading.state import Borrowed, Frame, Function, State

CLOSED = frozenset((")", "]", "}"))
FACTORS = CLOSED | BARS  # behind these the sign of a product may be left out
JOINED = {*CONDITIONS.values()}
CALLS = frozenset("({")  # behind a name: the brackets of a call
ACCESSES = TRANSPOSES | {"[", ".", "!"}  # what stands behind an operand
QUOTES = frozenset("\"'")
RARE = QUOTES | {"{"}  # what an operand may begin with that `products.rare_operand` knows
ELSEWHERE = {"dim": "axis", "keepdim": "keepdims"}  # PyTorch's names of options
# The words that begin statements of Python, as far as a word, a number or a text follows.
PYTHON = frozenset((
    "import", "from", "def", "for", "while", "if", "else", "elif", "with", "class", "assert", "return", "raise", "try",
    "except", "del", "global", "print", "pass", "yield", "async",
))  # fmt: skip
OPENING = frozenset("(=")  # behind a name: a call's bracket, or the value of an argument with a name
BEHIND_WORDS = OPENING | CALLS  # behind a word without a value
INFINITE = float("inf")
# Asked for every second token, and for many calls: Python calls the method of an imported name slowly.
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
        if is_latex(self.source):
            from bpcalc.reading.latex.statements import read

            return read(self, self)
        if not self.source.text.isascii():
            self.check_names()
        output, last, before, end, nameless, tokens = None, 0, 0, 0, list[tuple[int, int]](), self.tokens
        signed = list[tuple[int, int, int]]()  # statements in front of a line that begins with a sign
        while (token := tokens[self.place]) != END:
            if token in STOPS:
                self.place += 1
                continue
            start = self.place
            node = self.statement()
            if node is not None:
                if output is not None and token in SIGNS and tokens[start - 1] == "\n" and tokens[start - 2] != ";":
                    signed.append((last, end, output))
                output, last, before, end = node, start, last, self.place - 1
                if "=" not in tokens[start + 1 : start + 3] and tokens[start + 1] != ",":
                    nameless.append((start, self.place - 1))
        if output is None:
            output = self.copy(*functions.last_function(self))
            functions.name_output(self, output)
        named = before if self.source.output is not None else last  # what `--of` leaves may be without a name
        idle = [statement for statement in nameless if statement[0] < named]
        if signed:  # the line was to go on with the one before, perhaps: L = a\n + b
            wanted = self.graph.ancestors(output)
            idle += [(first, end) for first, end, one in signed if not wanted[one] and (first, end) not in idle]
        return Program.of(self, output, sorted(idle))

    def check_names(self) -> None:
        words = {token for token in set(self.tokens) if is_word(token) and not canonical(token).isidentifier()}
        if words:
            raise mistakes.no_name(self, min(map(self.tokens.index, words)))

    def statement(self) -> int | None:
        """Reads one statement; gives its node, or None for the definition of a function."""
        tokens, place = self.tokens, self.place
        token = tokens[place]
        if tokens[place + 1] == "=" and is_word(token):
            if tokens[place + 2] == "lambda" and (is_word(tokens[place + 3]) or tokens[place + 3] == ":"):
                functions.define(self, python().statements.anonymous(self))
                return None
            self.place = place + 2
            return self.give(canonical(token), self.expression(), place)
        if tokens[place + 1] == "(" and is_word(tokens[place]) and functions.defines(tokens, place):
            functions.define(self, functions.head(self, place))
            return None
        is_augmented = (tokens[place + 1] in BINARY or tokens[place + 1] == "@") and tokens[place + 2] == "="
        is_attribute = tokens[place + 1] == "." and tokens[place + 3 : place + 4] == ["="]  # n.label = 'n'
        if is_augmented or tokens[place + 1] == "," or is_attribute or tokens[place] in PYTHON:
            node: int | None = python().statements.statement(self)
            return node
        return self.expression()

    def give(self, name: str, node: int, place: int) -> int:
        names, scope, graph, token = self.names, self.scope, self.graph, self.tokens[place]
        if name in names or name in self.used:
            raise mistakes.given_before(self, name, place)
        gate = graph.gates[node]
        if gate is CONSTANT:
            # a node of its own, so that `a = 2; b = 2` has two gradients
            node = graph.constant(graph.leaves[node], name)
        elif gate.name == "array":
            node = graph.named_literal(node)
        if name in CONSTANTS:
            graph.shadowed.add(name)
        names[name] = scope[name] = node
        if token is not name:
            scope[token] = node
        return node

    # Expressions

    def expression(self) -> int:  # noqa: PLR0912 (each call that it spares is spared a million times)
        """Reads up to the end of the statement.

        This loop meets every token. What a million tokens consist of it reads itself: names, numbers, round brackets,
        calls and binary operators. `operand` and `behind_operand` read all else.
        """
        operands, pending, frames, tokens, place = self.operands, self.pending, self.frames, self.tokens, self.place
        apply, scope, bound, reduce = self.graph.apply, self.scope, self.bound, self.reduce
        while True:
            token = tokens[place]
            node = scope.get(token)
            if token == "(":
                frames.append(Frame(place, None, True))
                pending.append(OPEN)
            elif node is None or tokens[place + 1] in OPENING:
                self.place = place
                if token in bound and tokens[place + 1] not in BEHIND_WORDS:
                    node = self.name(token)
                elif token in FUNCTIONS and tokens[place + 1] == "(" and token not in self.functions:
                    node = None
                    frames.append(Frame(place, FUNCTIONS[token], token in SINGLE))
                    pending.append(OPEN)
                    self.place += 1
                else:
                    node = self.operand(token)
                place = self.place
            place += 1
            if node is None:
                continue
            operands.append(node)
            while True:  # behind an operand
                token = tokens[place]
                sign = binary(token)
                self.place = place
                if sign is not None:
                    if pending[-1].binding >= sign.least:
                        reduce(sign.least)
                    if sign.binding == COMPARISON == pending[-1].binding:
                        conditions.chain(self)
                    pending.append(sign)
                    place += 1
                    break
                if token == ")" and frames and frames[-1].holds_one:
                    if pending[-1].binding:
                        reduce(1)
                    pending.pop()
                    if type(called := frames.pop().called) is Gate:
                        operands[-1] = apply(called, (operands[-1],))
                elif token in STOPS and not frames:
                    reduce(1)
                    return operands.pop()
                elif self.behind_operand(token):
                    place = self.place
                    break
                place = self.place + 1

    def operand(self, token: str) -> int | None:
        """Reads what stands where an operand may; gives its node, or None where the operand is still to come.

        The place is then the last token that was read.
        """
        if (token[:1].isalpha() and token != "ᵀ") or token[:1] == "_":  # `is_word`, without a call
            after = self.tokens[self.place + 1]
            if token == "not" and conditions.negates(self):
                self.pending.append(conditions.negation(self))
            elif after in CALLS:
                self.open_call(self.called(token))
            elif after != "=" or not self.starts_argument():
                return self.named(token)
            else:
                return self.keyword(token)
        elif token == "[":
            self.frames.append(Frame(self.place, array_gate()))
            self.pending.append(OPEN)
        elif token in SIGNS:
            self.pending.append(SIGNS[token] if self.pending[-1] is not REMAINDER else functions.percent(self))
        elif token[:1] in DIGITS:
            node = self.scope[token] = self.number(token)
            return node
        elif token != "\n" or not self.frames:
            return self.rare_sign(token)
        return None

    def behind_operand(self, token: str) -> bool:
        """Reads what rarely stands behind an operand. True where an operand follows, which is then at the place.

        Else the place is the last token that was read.
        """
        if token in CLOSED:
            self.close()
        elif token == "," and self.frames and (self.frames[-1].called is not None or self.opens_tuple()):
            if self.tokens[self.place + 1] != ")" or self.tokens[self.frames[-1].place] != "(":  # else (2,)
                self.argument()
                self.place += 1
                return True
        elif token == "@":
            self.reduce(PRODUCT)
            self.pending.append(matrix_product())
            self.place += 1
            return True
        elif token in ACCESSES and not self.starts_entry():
            return self.access(token)
        elif token in STOPS and not (token == "\n" and self.frames):
            array_rows().check_row(self)
            self.argument()
            array_rows().end_row(self)
            return True
        elif token[:1] in SUPERSCRIPTS and token:
            self.superscript(token)
        elif token != "\n":
            return self.rare_operator(token)
        return False

    def reduce(self, least: int) -> None:
        """Applies the waiting operators that bind at least as tightly as `least`."""
        pending, operands, apply = self.pending, self.operands, self.graph.apply
        while pending[-1].binding >= least:
            operator = pending.pop()
            if operator.joins is not None:
                b = operands.pop()
                operands[-1] = apply(operator.joins, (operands[-1], b))
            elif operator.gate is not None:
                operands[-1] = self.signed(operator.gate, operands[-1])

    def signed(self, gate: Gate, node: int) -> int:
        if gate in JOINED:
            return conditions.combined(self, gate, node)
        if gate is DOTTED:
            return dots.dotted(self, node)
        payload = self.graph.leaves.get(node)
        if gate.prefix and isinstance(payload, float) and node not in self.graph.named:
            return self.graph.constant(-payload)  # so -2 is a number
        return self.graph.apply(gate, (node,))

    def number(self, digits: str) -> int:
        try:
            value = literal(digits)
        except ValueError:
            return functions.fraction(self, digits)
        if abs(value) == INFINITE:
            raise mistakes.too_large(self)
        return self.graph.constant(value)

    def rare_sign(self, token: str) -> int | None:
        """Reads `{`, `√`, a bar or `¬`, and nothing else; but the T of ^{T} and texts in quotes are operands."""
        if token[:1] in RARE and (node := products.rare_operand(self, token)) is not None:
            return node
        if token == "{":
            self.frames.append(Frame(self.place, None))
            self.pending.append(OPEN)
        elif token[:1] in QUOTES and self.is_borrowed():
            return int(python().names.quoted(self))
        elif token in BARS:
            bars.open_bar(self)
        elif token == "¬":
            self.pending.append(conditions.negation(self))
        elif token != "√":
            raise mistakes.no_operand(self)
        elif self.tokens[self.place + 1] == "(":
            self.open_call(SQRT)
        else:
            self.pending.append(ROOT)
        return None

    def rare_operator(self, token: str) -> bool:
        """Reads a bar, the signs of a choice, or a product without its sign. True where an operand follows."""
        if token in BARS and self.roles.roles[self.place] != OPENS:
            return bars.behind_operand(self)
        if token == "?" or (token == "if" and conditions.is_choice(self)):
            conditions.open_choice(self)
        elif token not in {":", "else"} or not conditions.other_choice(self):
            self.leave_out_times(token)
        return True

    def superscript(self, token: str) -> None:
        self.reduce(POWERS.least)
        if token == "⁻" and self.tokens[self.place + 1] == "ᵀ":
            token = "⁻¹"  # of S⁻ᵀ: the sign of the transpose comes next
        exponent = self.number(token.translate(FROM_SUPERSCRIPT))
        gate = INVERTED if token == "⁻¹" else GATES["power"]
        self.operands[-1] = self.graph.apply(gate, (self.operands[-1], exponent))

    def access(self, token: str) -> bool:
        """An index, `.T`, `!` or a method behind an operand; True where the place is then a method's first argument."""
        if token == "!":
            functions.factorial(self)
            return False
        from bpcalc.reading import array_syntax, indices

        if token == ".":
            is_open = python().methods.method(self)
            if is_open:
                return True
            if is_open is False:  # nothing between its brackets
                self.operands.append(self.node_of(self.frames[-1]))
                self.frames.pop()
        elif token == "[":
            indices.index(self)
        else:
            array_syntax.transpose(self)
        return False

    def is_borrowed(self) -> bool:
        """Is the innermost call one of another library's function, whose arguments may be words?"""
        return bool(self.frames) and isinstance(self.frames[-1].called, Borrowed)

    def leave_out_times(self, token: str) -> None:
        """Multiplies by the operand that stands here without an operator before it, where that has one meaning."""
        before = self.tokens[self.place - 1]
        if (before in FACTORS or before in TRANSPOSES) and is_word(token) and is_bound_to_array(self, canonical(token)):
            mistakes.check_factors(self)
        if before == "]":
            misreadings.check_brackets(self)
        is_operand = token in {"(", "√", "{"} or token in BARS or is_word(token) or token[:1] in DIGITS
        if self.starts_entry() and (is_operand or token in {"[", "¬"}):
            array_rows().check_entry(self)
            self.argument()
            return
        is_factor = before in FACTORS or before[-1:] in ("}", "!") or before[:1] in DIGITS or before[:1] in SUPERSCRIPTS
        # 2π√(x) and λ‖w‖ have one meaning
        is_factor = is_factor or (token in {"√", "‖", "∥"} and is_word(before) and not self.is_function_name(before))
        if not (is_operand and is_factor) or token[0] == "_" or (before not in FACTORS and token[0] in DIGITS):
            raise mistakes.no_operator(self)
        if (before == "0" and token[0] in "xXbBoO") or (token in ("e", "E") and self.tokens[self.place + 1] in SIGNS):
            mistakes.check_number(self)
        if before[:1] in SUPERSCRIPTS and token == "(" and self.is_function_name(self.tokens[self.place - 2]):
            raise misreadings.power_of_function(self)
        waiting = self.waiting()
        if waiting is POWERS and before == "}":  # x^{2}y is clear, 1/x^{2}y is not
            waiting = self.waiting(1)
        if waiting in (DIVISION, POWERS, ROOT):
            raise misreadings.two_readings(self, waiting is DIVISION)
        self.reduce(PRODUCT)
        self.pending.append(TIMES)

    def named(self, token: str) -> int | None:
        """The node of a name without brackets behind it; None where it was a module's, and a call is open."""
        if self.tokens[self.place + 1] == "." or self.is_borrowed():
            node: int | None = python().names.name(self, token)
            if node is not None:
                return node if node >= 0 else None
        # w12 is no product, which is told sooner than that it has a value
        is_name = token[1:].isdigit() or token in self.bound or self.has_value(token)
        return self.name(token) if is_name else self.free_name(token)

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

    def called(self, token: str) -> Gate | Function | Borrowed:
        """The function of a name with a bracket behind it; the program's own functions come first."""
        called = self.functions.get(token) or scalar_function(token) or self.functions.get(canonical(token))
        called = called or scalar_function(canonical(token))
        if called is None and token == GRAD.name:
            return GRAD
        if called is None:
            from bpcalc.gates.arrays import SPELLINGS

            called = SPELLINGS.get(token) or python().names.builtin(self, token)
        if called is None:
            raise mistakes.no_function(self, canonical(token))
        return called

    def open_call(self, called: Gate | Function | Borrowed) -> None:
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
        frame.holds_one = False
        is_gate = isinstance(frame.called, Gate)
        frame.keyword = ELSEWHERE.get(token, token) if is_gate else token
        self.place += 1
        if isinstance(frame.called, Borrowed):
            word: int | None = python().names.keyword_word(self)
            return word
        if not isinstance(frame.called, Gate) or not (frame.called.options or frame.called.alone):
            return None
        from bpcalc.reading.array_syntax import option_word

        return self.graph.constant(0.0) if option_word(self) else None

    def argument(self) -> None:
        """Closes an argument of the innermost call."""
        if self.pending[-1].binding:
            self.reduce(1)
        frame, node = self.frames[-1], self.operands.pop()
        frame.holds_one = False
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
        opening = self.tokens[frame.place]
        closing = CLOSING.get(opening) or (")" if opening == "(" or self.tokens[frame.place + 1] != "{" else "}")
        if self.tokens[self.place] != closing:
            raise mistakes.never_opened(self)
        if frame.called is None:
            self.reduce(1)
        else:
            self.argument()
            opening = self.tokens[frame.place]
            if opening == "(" or (opening == "[" and (frame.options or len(frame.arguments) == 1)):
                array_rows().end_array(self, frame)
            self.operands.append(self.node_of(frame))
        self.frames.pop()
        self.pending.pop()

    def node_of(self, frame: Frame) -> int:
        """The node of a call whose arguments have been read."""
        if isinstance(frame.called, Gate):
            return self.call(frame.called, frame)
        return self.copy(frame.called, frame) if isinstance(frame.called, Function) else python().call(self, frame)

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
def python() -> ModuleType:
    """The front end for Python's notation, loaded when that is met."""
    from bpcalc.reading.python import front_end

    return front_end


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
