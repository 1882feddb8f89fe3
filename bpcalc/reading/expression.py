"""Expressions to nodes: operators and brackets wait on explicit stacks, so that nothing recurses.

The grammar stands in `parse`.
"""

from __future__ import annotations

from bpcalc.gate import COMPARISON, GRAD, POWER, PRODUCT, UNARY, Gate
from bpcalc.gates import GATES, SPELLINGS
from bpcalc.reading import misreadings, mistakes
from bpcalc.reading.calls import OPEN, Calls, Frame, Function, Operator
from bpcalc.reading.lexer import END, SAME, SUPERSCRIPTS, canonical, is_word

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


class Expressions(Calls):
    """Reads one expression at a time; nothing recurses."""

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

    def called(self, token: str) -> Gate | Function:
        """The function of a name with a bracket behind it; the program's own functions come first."""
        called = self.functions.get(token) or FUNCTIONS.get(token) or self.functions.get(canonical(token))
        if called is None and token == GRAD.name:
            return GRAD
        if called is None:
            from bpcalc.reading import array_syntax  # noqa: F401 (the gates of arrays are loaded when a word may be one)

            called = SPELLINGS.get(token)
        if called is None:
            raise mistakes.no_function(self, canonical(token))
        return called

    def called_by_brackets(self) -> Gate:
        """The gate of an array literal, a call without a name."""
        from bpcalc.reading import array_syntax  # noqa: F401 (its gates)

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
            from bpcalc.reading.array_syntax import option_word

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
            elif token in ("[", ".T", "ᵀ"):
                from bpcalc.reading.array_syntax import behind

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

    def matrix_product(self) -> Operator:
        from bpcalc.reading import array_syntax  # noqa: F401 (its gates)

        BINARY["@"] = Operator(PRODUCT, GATES["matmul"])
        return BINARY["@"]

    def superscript(self, token: str) -> None:
        try:
            exponent = float(token.translate(FROM_SUPERSCRIPT))
        except ValueError:
            raise mistakes.no_operand(self) from None
        self.reduce(POWERS.least)
        self.operands[-1] = self.graph.apply(GATES["power"], (self.operands[-1], self.graph.constant(exponent)))

    def is_function_name(self, token: str) -> bool:
        """Is the word known as a function, and read as a variable only for want of brackets?"""
        name = canonical(token) if is_word(token) else ""
        is_variable = self.graph.leaves.get(self.scope.get(token, -1)) == name and name not in self.bound
        return is_variable and (name in SPELLINGS or name in self.functions)

    def leave_out_times(self, token: str) -> None:
        """Multiplies by the operand that stands here without an operator before it, where that has one meaning."""
        before = self.tokens[self.place - 1]
        is_operand = token in {"(", "√"} or is_word(token) or token[:1] in DIGITS
        is_factor = before in (")", "]") or before[:1] in DIGITS or before[:1] in SUPERSCRIPTS
        is_factor = is_factor or (token == "√" and is_word(before))  # 2π√(x) has one meaning
        if not (is_operand and is_factor) or token[0] == "_" or (before not in (")", "]") and token[0] in DIGITS):
            raise mistakes.no_operator(self)
        if before[:1] in SUPERSCRIPTS and token == "(" and self.is_function_name(self.tokens[self.place - 2]):
            raise misreadings.power_of_function(self)
        waiting = [operator for operator in self.pending[-3:] if operator not in SIGNS.values()]
        if waiting and waiting[-1] in (DIVISION, POWERS, ROOT):
            raise misreadings.two_readings(self, waiting[-1] is DIVISION)
        self.reduce(PRODUCT)
        self.pending.append(TIMES)
