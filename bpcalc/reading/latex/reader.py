r"""One expression of LaTeX, by explicit stacks: what waits for an operand, what is open. Nothing recurses.

    expression  = term { ( "+" | "-" ) term }                      also compared, but with = in brackets only
    term        = product { ( \odot | \circ ) product }
    product     = factor { ( \cdot | / | … | nothing ) factor }
    factor      = ( "-" | "+" ) factor | function term | \sum… term
                | operand { "^" … | "_" … | "!" | "[" … "]" }
    operand     = number | name | bracket expression bracket | \frac a b | \sqrt a | environment

A function without brackets takes what stands behind it up to the next sign; a sum takes products in. A body of a sum
may be read several times: the stacks and the place then go back to where it begins.
"""

from __future__ import annotations

from bpcalc.gate import COMPARISON, PRODUCT, SUM, UNARY
from bpcalc.gates.arrays import GATES, SPELLINGS
from bpcalc.reading.latex import calls, commands, environments, names, postfix, products, refusals, sums, variables
from bpcalc.reading.latex.options import option
from bpcalc.reading.latex.scene import APPLIED, BOTH, ENTRIES, OPEN, EntryByEntryError, Open, Scene, Value, Waiting
from bpcalc.reading.lexer import END

OPERAND, OPERATOR, DONE = "operand", "operator", "done"
GROUPS = {"(": "group", "[": "group", r"\{": "group", "{": "group", "|": "abs", r"\|": "norm", "||": "norm",
          r"\lvert": "abs", r"\lVert": "norm", r"\lfloor": "floor", r"\lceil": "ceil", r"\langle": "angle"}  # fmt: skip
BARS = ("|", "||", r"\|")
SIGNS = {"+": Waiting(SUM, "infix", gate=GATES["add"]), "-": Waiting(SUM, "infix", gate=GATES["subtract"])}
BEGIN = frozenset((r"\frac", r"\sqrt", r"\infty", r"\sum", r"\prod"))  # operands beside names and functions
JOINTS = {word: Waiting(BOTH, "infix", gate=GATES["multiply"]) for word in commands.BOTH} | {
    word: Waiting(BOTH, "infix", gate=GATES["max"]) for word in commands.EITHER
}


class Reader:
    """Moves a scene on to the end of an expression."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene

    def expression(self) -> int:
        """The node of the expression that begins at the scene's place and ends at its stop."""
        scene, mode = self.scene, OPERAND
        scene.operands, scene.pending, scene.opens = [], [OPEN], []
        while mode != DONE:
            try:
                mode = self.operand() if mode == OPERAND else self.operator()
            except EntryByEntryError:
                sums.write_out(scene)
                mode = OPERAND
        value = scene.operands[0]
        return value.node

    # Operands

    def operand(self) -> str:
        """Reads one sign, one opening bracket or one operand; gives what must come next."""
        scene = self.scene
        token = scene.token()
        if token in ("+", "-"):
            return self.sign(token)
        if token[:1].isdigit() or (token[:1] == "." and token[1:].isdigit()):
            return self.number(token)
        if token in GROUPS:
            scene.open(GROUPS[token])
            return OPERAND
        if token in (r"\frac", r"\sqrt"):
            return self.with_braces(token)
        if token == r"\infty":
            return self.push(Value(scene.own.graph.constant("inf"), scene.place), 1)
        return self.in_environment(token) or self.function(token) or self.name()

    def sign(self, token: str) -> str:
        scene = self.scene
        if scene.pending[-1].kind == "apply":
            raise scene.error("a sign behind a function without brackets", "put brackets around the argument")
        if token == "-":
            scene.pending.append(Waiting(UNARY, "sign", scene.place, GATES["negate"]))
        scene.place += 1
        return OPERAND

    def in_environment(self, token: str) -> str:
        """What stands in environments where an operand does not: what must come next, or nothing."""
        scene = self.scene
        if environments.word_of_cases(scene):
            return OPERAND
        if token == "&" and not scene.opens and self._is_aligned():
            scene.place += 1
            return OPERAND
        if environments.ends_cell(scene):
            return OPERATOR if environments.empty_cell(scene) else OPERAND
        return OPERAND if token.startswith(r"\begin{") and environments.begin(scene) else ""

    def function(self, token: str) -> str:
        """Enters a sum or a function, where one begins."""
        scene = self.scene
        if option(scene):
            return OPERATOR
        is_call = token in (r"\sum", r"\prod") and scene.token(1) == "("
        if kind := sums.begins(scene):
            sums.begin(scene, kind)
        elif is_call:
            calls.begin(scene, SPELLINGS[token[1:]])
        elif (called := calls.callee(scene, scene.place)) is not None:
            calls.begin(scene, called)
        else:
            return ""
        return OPERAND

    def _is_aligned(self) -> bool:
        """Does a line go on at the & or the line break at this place: does a sign stand beside it?"""
        scene = self.scene
        beside = {scene.tokens[scene.place - 1], scene.token(1)} if scene.place else {scene.token(1)}
        return not beside.isdisjoint(("&", "\\\\", END, "+", "-", *commands.GIVES, *products.SIGNS))

    def push(self, value: Value, tokens: int = 0) -> str:
        """An operand has been read, of so many tokens."""
        self.scene.operands.append(value)
        self.scene.place += tokens
        return OPERATOR

    def number(self, token: str) -> str:
        scene = self.scene
        scene.own.place = scene.place
        after = scene.token(1)
        if after in ("e", "E") and not scene.is_apart(scene.place + 1):
            exponent = scene.token(2) if scene.token(2) not in ("+", "-") else scene.token(3)
            if exponent.isdigit():
                text = scene.written(scene.place, scene.place + 2 + (scene.token(2) in ("+", "-")))
                sign = "-" * (scene.token(2) == "-")
                hint = rf"write {token} \cdot 10^{{{sign}{exponent}}} for a number, {token} \, e for a product"
                raise scene.error(f'"{text}" can be read two ways', hint, scene.place, scene.place + 2)
        return self.push(Value(scene.own.number(token), scene.place, digits=token), 1)

    def with_braces(self, token: str) -> str:
        r"""\frac and \sqrt, whose arguments stand in braces, or are one sign each."""
        scene, place = self.scene, self.scene.place
        scene.place += 1
        if token == r"\frac":
            postfix.check_derivative(scene, place)
            return self.argument("frac", (place,))
        root = postfix.root(scene) if scene.token() == "[" else None
        if scene.token() == "(" and root is None:
            raise scene.error(r"\sqrt takes braces", r"write \sqrt{x}", place)
        return self.argument("sqrt", (place, root))

    def argument(self, kind: str, more: tuple[object, ...]) -> str:
        """Enters the braces of an argument, or reads the one sign that is one."""
        scene = self.scene
        if scene.token() == "{":
            scene.open(kind, more)
            return OPERAND
        value = postfix.single(scene)
        return self.complete(kind, more, value)

    def complete(self, kind: str, more: tuple[object, ...], value: Value) -> str:
        """An argument has been read."""
        scene = self.scene
        if kind == "frac" and len(more) == 1:
            return self.argument("frac", (*more, value))
        place = more[0]
        assert isinstance(place, int)
        if kind == "frac":
            above = more[1]
            assert isinstance(above, Value)
            found = scene.entrywise("divide", (above, value), place)
        elif kind == "sqrt":
            found = postfix.rooted(scene, place, more[1], value)
        else:
            base = more[1]
            assert isinstance(base, Value)
            found = products.raised(scene, base, value, place)._replace(raised=True)
        return self.push(found._replace(first=place if kind != "power" else found.first))

    def name(self) -> str:
        scene, place = self.scene, self.scene.place
        if postfix.indicator(scene):
            return OPERAND
        token = scene.token()
        name = names.read(scene, place) if names.starts_name(token) else None
        if name is None:
            raise refusals.unknown(scene)
        behind = scene.tokens[name.stop] if name.stop < scene.stop else END
        if behind == "(" and name.after.startswith("_prime"):
            raise scene.error("a derivative is not read here", commands.REFUSED["nabla"], place, name.stop)
        scene.place = name.stop
        return self.push(variables.value_of(scene, name, behind)._replace(first=place))

    # Operators

    def operator(self) -> str:
        """Reads one operator, or closes a bracket; gives what must come next."""
        scene = self.scene
        token = scene.token()
        if token == END:
            return self.end()
        if environments.ends_cell(scene):
            if not self.settle(0.1):
                return OPERAND
            return OPERATOR if environments.end_cell(scene, scene.operands.pop()) else OPERAND
        if token in ("^", "_", "!", "'") or postfix.is_index(scene):
            return self.postfix(token)
        is_bar = token in BARS and bool(scene.opens) and scene.opens[-1].closes == token
        if token in commands.CLOSING or token == r"\right." or is_bar:
            return self.close()
        if token == "||" and scene.opens and scene.opens[-1].closes == "|":
            return self.between_bars()
        if token in SIGNS:
            return self.infix(SIGNS[token])
        if token in products.SIGNS:
            return self.times(token)
        if token in commands.COMPARISONS and (scene.opens or token != "="):
            return self.compare(token)
        if token in (",", ";", r"\mid") and scene.opens:
            return self.comma()
        joint = names.plain(token).lower() if token.startswith(r"\text{") else token
        if scene.opens and joint in JOINTS:
            return self.infix(JOINTS[joint])
        if token in ("&", "\\\\") and not scene.opens and self._is_aligned():
            scene.place += 1
            return OPERATOR
        return self.beside(token)

    def infix(self, sign: Waiting) -> str:
        """A sign that stands between two operands."""
        if self.settle(sign.binding):
            self.scene.pending.append(sign._replace(place=self.scene.place))
            self.scene.place += 1
        return OPERAND

    def end(self) -> str:
        scene = self.scene
        if scene.opens:
            raise refusals.never_closed(scene)
        return DONE if self.settle(0.1) else OPERAND

    def times(self, token: str) -> str:
        scene = self.scene
        waiting = scene.pending[-1]
        if token == "/" and waiting.kind in ("apply", "beside") and any(
            one.kind == "apply" for one in scene.pending[-2:]
        ):
            word = scene.tokens[next(one.place for one in reversed(scene.pending) if one.kind == "apply")]
            hint = f"write {word}(…)/… or {word}(…/…)"
            raise scene.error("a slash behind a function without brackets can be read two ways", hint)
        binding = ENTRIES if token in products.ENTRYWISE else PRODUCT
        if self.settle(binding):
            scene.pending.append(Waiting(binding, products.SIGNS[token], scene.place))
            scene.place += 1
        return OPERAND

    def beside(self, token: str) -> str:
        """An operand begins behind another: a product, where something begins at all."""
        scene = self.scene
        is_operand = token in GROUPS or token[:1].isdigit() or token in BEGIN
        is_operand = is_operand or names.starts_name(token) or token.startswith((r"\begin{", r"\operatorname{"))
        if not is_operand and calls.callee(scene, scene.place) is None and token[1:] not in commands.FUNCTIONS:
            raise refusals.unknown(scene)
        if any(one.kind == "apply" for one in scene.pending[-2:]) and scene.pending[-1].kind in ("apply", "beside"):
            joins = not token[:1].isdigit() and calls.factor_or_end(scene)
            if not self.settle(APPLIED + 0.1 if joins else PRODUCT):
                return OPERAND
        elif not self.settle(PRODUCT if scene.pending[-1].kind != "slash" else UNARY):
            return OPERAND
        products.side_by_side(scene)
        return OPERAND

    def compare(self, token: str) -> str:
        """A comparison; a chain of them holds where each does."""
        scene = self.scene
        if not self.settle(COMPARISON + 0.1):
            return OPERAND
        if scene.pending[-1].binding == COMPARISON:
            waiting = scene.pending.pop()
            b, a = scene.operands.pop(), scene.operands.pop()
            scene.operands += [scene.entrywise(waiting.gate, (a, b), waiting.place), b]
            scene.pending.append(Waiting(BOTH, "infix", waiting.place, GATES["multiply"]))
        scene.pending.append(Waiting(COMPARISON, "infix", scene.place, GATES[commands.COMPARISONS[token]]))
        scene.place += 1
        return OPERAND

    def comma(self) -> str:
        scene = self.scene
        opened = scene.opens[-1]
        if opened.kind not in ("call", "angle"):
            raise scene.error(f'unexpected "{scene.token()}" in brackets', "an array is written as a bmatrix")
        if not self.settle(0.1):
            return OPERAND
        value = scene.operands.pop()
        if opened.kind == "call":
            calls.argument(scene, opened, value)
        else:
            scene.opens[-1] = opened._replace(more=value)
        scene.place += 1
        return OPERAND if not option(scene) else OPERATOR

    def postfix(self, token: str) -> str:
        """What stands behind an operand and belongs to it."""
        scene, value = self.scene, self.scene.operands[-1]
        if token != "^":
            scene.operands[-1] = postfix.applied(scene, token, value)
            return OPERATOR
        if value.loose:
            raise products.loose_sum(scene, value, scene.place)
        if value.raised:
            raise scene.error("two exponents stand behind each other", "put braces around the base or the exponent")
        special = products.special_exponent(scene, value)
        if special is not None:
            scene.operands[-1] = special
            return OPERATOR
        place = scene.place
        scene.operands.pop()
        scene.place += 1
        if scene.token() in ("+", "-", "("):
            raise scene.error("an exponent stands in braces", f"write ^{{{scene.token()}…}}", place, scene.place)
        return self.argument("power", (place, value))

    def settle(self, least: float) -> bool:
        """Applies what binds at least as tightly. False where the body of a sum is read once more, from its start."""
        scene = self.scene
        while scene.pending[-1].binding >= least:
            waiting = scene.pending.pop()
            if waiting.kind == "big":
                try:
                    is_read = sums.finish(scene, waiting)
                except EntryByEntryError:
                    scene.pending.append(waiting)
                    raise
                if not is_read:
                    return False
                continue
            b = scene.operands.pop()
            if waiting.kind == "sign":
                scene.own.place = waiting.place
                found = b._replace(node=scene.own.signed(waiting.gate, b.node), first=waiting.place, digits="")
            elif waiting.kind == "apply":
                found = calls.applied(scene, waiting, b)
            else:
                a = scene.operands.pop()
                try:
                    found = (scene.entrywise(waiting.gate, (a, b), waiting.place) if waiting.kind == "infix" else
                             products.multiplied(scene, waiting, a, b))  # fmt: skip
                except EntryByEntryError:
                    scene.pending.append(waiting)
                    raise
            scene.operands.append(found)
        return True

    def close(self) -> str:
        """Closes a bracket."""
        scene = self.scene
        rounds = scene.token() == r"\rceil" and bool(scene.opens) and scene.opens[-1].kind == "floor"
        if not scene.opens or (scene.opens[-1].closes != scene.token() and not (rounds and "round" in GATES)):
            if scene.token() == r"\right.":
                return self.close_open_side()
            raise refusals.never_opened(scene)
        options = scene.tokens[scene.place - 1].startswith(r"\text{") and "=" in scene.tokens[scene.place - 1]
        if not options and not self.settle(0.1):
            return OPERAND
        opened = scene.opens.pop()
        scene.pending.pop()
        scene.place += 1
        if opened.kind == "call":
            value = None if options else scene.operands.pop()
            return self.push(calls.closed(scene, opened, value))
        value = scene.operands.pop()
        if opened.kind == "order":
            calls.go_on(scene, opened.more._replace(base=value))
            return OPERAND
        if opened.kind in ("frac", "sqrt", "power"):
            return self.complete(opened.kind, opened.more, value)
        return self.push(postfix.grouped(scene, opened, value))

    def between_bars(self) -> str:
        """The || in |x||y|, which closes one bar and opens another."""
        scene = self.scene
        if not self.settle(0.1):
            return OPERAND
        opened = scene.opens.pop()
        scene.pending.pop()
        scene.operands.append(postfix.grouped(scene, opened, scene.operands.pop()))
        if not self.settle(PRODUCT):
            return OPERAND
        scene.pending += [Waiting(PRODUCT, "beside", scene.place), OPEN]
        scene.opens.append(Open("abs", scene.place, "|"))
        scene.place += 1
        return OPERAND

    def close_open_side(self) -> str:
        r"""\right. closes \left\{ around cases."""
        scene = self.scene
        opened = scene.opens[-1] if scene.opens else None
        if opened is None or opened.closes != r"\}":
            raise refusals.never_opened(scene)
        scene.opens.pop()
        scene.pending.pop()
        scene.place += 1
        return OPERATOR
