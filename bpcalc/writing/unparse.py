"""Graph to text: the language itself, with no more brackets than needed. `latex` and `unicode` add dialects.

Nothing recurses: a node's text is put together on an explicit stack. A part that is used twice is written twice, so a
text may be without end though its graph is small: every text is cut with `…`, which is no word of the language, once it
has written far more operations than the graph has. Whoever needs the whole gives names to shared parts (`definitions`).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Mapping

from bpcalc.gate import ARGUMENT, ATOM, COMPARISON, CONSTANT, INPUT, POWER, PRODUCT, SUM, UNARY, Gate, as_typed
from bpcalc.gates import GATES
from bpcalc.gates.indexing import key_text
from bpcalc.graph import CONSTANTS, Graph, decimal_text, is_whole
from bpcalc.typed import Any, NamedTuple

ENDLESS = 10_000  # operations that a text may write, beyond those that its graph has
CUT = "…"  # stands where a text was cut
COMPOUND = frozenset("*/^ ")  # in the text of a number that is no single word

Namer = Mapping[int, str]
Numeral = Callable[[float], str]
# An operation's parts: texts, and operands as (node, the binding that its place asks for).
Parts = list[str | tuple[int, int]]


class Dialect(NamedTuple):
    """A way to write a graph: the language itself, LaTeX, or what one writes by hand.

    number    the text of a number; word: of a name
    parts     `parts(graph, node, names)`: what an operation is written as, and how tightly the whole binds
    brackets  what stands around an operand that binds too loosely for its place
    binding   how tightly a number or a name binds: `-2` has a sign
    """

    number: Numeral
    word: Callable[[str], str]
    parts: Callable[[Graph, int, Namer], tuple[Parts, int]]
    brackets: tuple[str, str]
    binding: Callable[[str], int]


def numeral(value: float) -> str:
    """The shortest text that reads back to the same double; a whole number has all its digits and no point."""
    if value != value:
        return "(inf - inf)"
    text = decimal_text(value) if is_whole(value) else repr(value)
    return text[:-2] if text.endswith(".0") else text


def unparse(graph: Graph, node: int, names: Namer, number: Numeral = numeral) -> str:
    """The expression of a node in the language; nodes in `names` appear by name, but not `node` itself."""
    return write(graph, node, names, LANGUAGE if number is numeral else LANGUAGE._replace(number=number))


class Unparser:
    """`unparse` for many nodes of one graph: an operation on names and plain numbers is put into its gate's pattern."""

    def __init__(self, graph: Graph, names: Namer) -> None:
        self.graph = graph
        self.names = names
        self._patterns: dict[Gate, str] = {}
        self._numbers: dict[int, str] = {}

    def operand(self, node: int) -> str:
        """What stands for a node where another uses it: its name, or its expression."""
        return self.names.get(node) or self._number(node) or unparse(self.graph, node, self.names)

    def expression(self, node: int) -> str:
        """The expression of a node, as `unparse` gives it."""
        pattern = self.pattern(self.graph.gates[node])
        if pattern:
            operands = [self.plain(source) for source in self.graph.inputs[node]]
            if all(operands):
                return pattern % tuple(operands)
        return unparse(self.graph, node, self.names)

    def pattern(self, gate: Gate) -> str:
        """How an operation on names is written, for `%`: "%s + %s"; "" where it depends on what the names stand for."""
        pattern = self._patterns.get(gate)
        if pattern is None:
            pattern = self._patterns[gate] = _pattern(gate)
        return pattern

    def plain(self, node: int) -> str:
        """A node's name or plain number; "" for what may need brackets: what else there is, and where a sign or a
        bracket stands in front."""
        text = self.names.get(node) or self._number(node)
        return "" if text and text[0] in "-([" else text

    def _number(self, node: int) -> str:
        """The text of a plain number without a sign; "" for all else."""
        text = self._numbers.get(node)
        if text is None:
            number = self.graph.leaves.get(node)
            is_plain = isinstance(number, float) and number == number and math.copysign(1.0, number) > 0
            text = self._numbers[node] = numeral(number) if is_plain else ""  # type: ignore[arg-type]
        return text


def _pattern(gate: Gate) -> str:
    """How an operation on names is written, for `%`: "%s + %s"; "" where it depends on what the names stand for."""
    if gate.variadic or gate.defaults or not (gate.infix or (gate.parameters and not gate.options and not gate.prefix)):
        return ""
    graph = Graph()
    operands = tuple(graph.variable(f"operand{place}") for place in range(len(gate.parameters)))
    text = unparse(graph, graph.apply(gate, operands), {}).replace("%", "%%")
    for place in range(len(operands)):
        text = text.replace(f"operand{place}", "%s")
    return text


def write(graph: Graph, node: int, names: Namer, dialect: Dialect) -> str:
    """The same in any dialect."""
    return "".join(_pieces(graph, node, names, dialect))


def _pieces(graph: Graph, root: int, names: Namer, dialect: Dialect) -> Iterable[str]:
    """The texts that the text of a node is put together from, cut where it would have no end."""
    stack: Parts = [(root, 0)]
    left = ENDLESS + len(graph)
    while stack:
        item = stack.pop()
        if isinstance(item, str):
            yield item
            continue
        node, place = item
        while graph.gates[node] is ARGUMENT:
            (node,) = graph.inputs[node]
        atom = _atom(graph, node, names, dialect, node == root)
        left -= atom is None
        if left < 0:
            yield CUT
            return
        parts, own = ([atom], dialect.binding(atom)) if atom is not None else dialect.parts(graph, node, names)
        if own < place:
            parts = [dialect.brackets[0], *parts, dialect.brackets[1]]
        stack.extend(reversed(parts))


def _atom(graph: Graph, node: int, names: Namer, dialect: Dialect, is_root: bool) -> str | None:
    """The text of a leaf or of a node that has a name; None for an operation to be written out."""
    gate = graph.gates[node]
    if node in names and not (is_root and gate is not INPUT):
        return dialect.word(names[node])
    if gate is not CONSTANT and gate is not INPUT:
        return None
    payload = graph.leaves[node]
    if isinstance(payload, str) and payload in graph.shadowed and gate is CONSTANT:
        payload = CONSTANTS[payload]
    return dialect.word(payload) if isinstance(payload, str) else dialect.number(payload)


def binding(atom: str) -> int:
    """How tightly a number or a name binds: `-2` has a sign, `1/3` is a quotient, `1 + sqrt(2)` a sum."""
    if COMPOUND.isdisjoint(atom) or "∂" in atom:
        return UNARY if atom.startswith("-") else ATOM
    depth, found = 0, UNARY if atom.startswith("-") else ATOM
    for place, character in enumerate(atom):
        depth += (character in "([") - (character in ")]")
        if not depth and place and character in "+-*/^" and atom[place - 1] not in "eE":
            found = min(found, {"+": SUM, "-": SUM, "^": POWER}.get(character, PRODUCT))
    return found


# A sign in front of a right operand gets brackets (`z*(-x)`): it reads better, and asks for more than any operator.
SIGN_FREE = UNARY + 1


def language_parts(graph: Graph, node: int, names: Namer) -> tuple[Parts, int]:
    """What an operation is written as in the language, and how tightly the whole binds."""
    gate, inputs = graph.gates[node], graph.inputs[node]
    if gate.infix:
        symbol, binding = gate.infix
        a, b = inputs
        if symbol == "%":  # as loose as a sum, so that it gets brackets in products: 2*(a % b)
            return [(a, PRODUCT), " % ", (b, SIGN_FREE)], SUM
        spaced = binding < PRODUCT or (symbol == "@" and any(_is_compound(graph, one, names) for one in inputs))
        shown = f" {symbol} " if spaced else symbol
        if binding == POWER:
            return [(a, ATOM), shown, (b, UNARY + 1 if is_signed(graph, b, names) else POWER)], POWER
        # n != -1 reads well as it is
        signed = binding != COMPARISON and leads_with_sign(graph, b, names)
        right = SIGN_FREE if signed else binding + 1
        # a comparison cannot follow another without brackets
        left = binding + (binding == COMPARISON or _mixes_products(graph, symbol, a, names))
        return [(a, left), shown, (b, right)], binding
    if gate.prefix:
        (a,) = inputs
        # -x*y reads (-x)*y, which is the same double as -(x*y)
        below = graph.gates[a]
        plain = a in names or not below.infix or below.infix[1] != PRODUCT or leads_with_sign(graph, a, names)
        return [gate.prefix, (a, UNARY + 1 if plain else PRODUCT)], UNARY if plain else PRODUCT
    if gate.name == "index" or (gate.name == "transpose" and gate.options["axes"] is None):
        behind = ".T" if gate.name == "transpose" else f"[{key_text(gate.options['key'])}]"
        # 1.T would be read as the number 1. and a T
        digits = gate.name == "transpose" and inputs[0] not in names and isinstance(graph.leaves.get(inputs[0]), float)
        return [(inputs[0], ATOM + digits), behind], ATOM
    if gate.name == "array":
        return ["[", *arguments(graph, node), "]"], ATOM
    return [f"{gate.spelling}(", *arguments(graph, node), ")"], ATOM


LANGUAGE = Dialect(numeral, str, language_parts, ("(", ")"), binding)


def _mixes_products(graph: Graph, symbol: str, node: int, names: Namer) -> bool:
    """Is the left operand a product of the other kind, (x@y)*x or (u@v*A) @ B, which brackets help to read?"""
    if node in names or symbol not in ("*", "@"):
        return False
    first = graph.inputs[node][0] if symbol == "@" and graph.gates[node].name == "multiply" else node
    return first not in names and graph.gates[first].name == "matmul" and (symbol == "*" or first != node)


def _is_compound(graph: Graph, node: int, names: Namer) -> bool:
    """Is the operand of a matrix product a sum or a product, so that blanks around the @ help the eye?"""
    gate = graph.gates[node]
    return node not in names and gate.infix is not None and gate.infix[0] != "@" and gate.infix[1] <= PRODUCT


def arguments(graph: Graph, node: int) -> Parts:
    """What stands between the brackets of a call."""
    gate = graph.gates[node]
    parts: Parts = [f'"{gate.options["equation"]}"'] if "equation" in gate.options else []
    for source in _given(graph, gate, graph.inputs[node]):
        parts += [", "] * bool(parts) + [(source, 0)]
    options = [_option(gate, name, value) for name, value in gate.options.items()]
    for text in options if gate.parameters else [_made(gate)]:
        parts += ([", "] * bool(parts) + [text]) * bool(text)
    return parts


def _option(gate: Gate, name: str, value: Any) -> str:
    """An option as it is written; nothing where it is at its default."""
    if value == GATES[gate.name].options[name] and not (isinstance(value, float) and as_typed(value)):
        return ""
    if name == "equation":
        return ""  # it stands before the inputs
    if name == "key":
        return f'key="{key_text(value)}"'
    if name == "shape":
        return ", ".join(map(str, value)) if value else "shape=None"
    return f"{name}={_listed(value)}"


def _listed(value: Any) -> str:
    """An option's value: numbers in brackets, also pairs of them."""
    if isinstance(value, tuple):
        return f"[{', '.join(map(_listed, value))}]"
    return (as_typed(value) or numeral(value)) if isinstance(value, float) else str(value)


def _made(gate: Gate) -> str:
    """The options of a gate without inputs, in their order: zeros(2, 3), arange(0, 1, 0.1), linspace(0, 1, 5)."""
    named, texts = False, []
    for place, (name, value) in enumerate(gate.options.items()):
        if name == "shape":
            texts.append(_option(gate, name, value))
        elif value is None:
            named = True  # what follows is told by name
        # the first two tell what is made; behind them the defaults are left out
        elif place < 2 or value != GATES[gate.name].options[name]:
            texts.append(f"{name}={_listed(value)}" if named else _listed(value))
    return ", ".join(texts)


def _given(graph: Graph, gate: Gate, inputs: tuple[int, ...]) -> tuple[int, ...]:
    """The inputs but for those that are at their default."""
    if gate.defaults:
        last = gate.parameters[-1]
        if graph.number(inputs[-1]) == gate.defaults.get(last):
            return inputs[:-1]
    return inputs


def is_signed(graph: Graph, node: int, names: Namer) -> bool:
    """Does the text of the node begin with a sign?"""
    if node in names:
        return names[node].startswith("-")
    number = graph.leaves.get(node)  # a float for a plain number only: names are text
    return bool(graph.gates[node].prefix) or (isinstance(number, float) and math.copysign(1.0, number) < 0)


def leads_with_sign(graph: Graph, node: int, names: Namer) -> bool:
    """Does the text of the node, or of the first factor of a product, begin with a sign?"""
    while node not in names:
        gate = graph.gates[node]
        if not gate.infix or gate.infix[1] != PRODUCT:
            break
        node = graph.inputs[node][0]
    return is_signed(graph, node, names)


def shortened(graph: Graph, node: int, names: Namer, most: int) -> str:
    """The expression of a node, cut at about `most` characters: a part that is used often may be without end."""
    text = ""
    for piece in _pieces(graph, node, names, LANGUAGE):
        text += piece
        if len(text) > most:
            return f"{text[:most]}{CUT}"
    return text


def lengths(graph: Graph, names: Namer, stop: int, most: int = 10**9) -> list[int]:
    """About how many characters each node's text takes when only the nodes in `names` are named."""
    found: list[int] = []
    for node, inputs in enumerate(graph.inputs[:stop]):
        own = _own_length(graph, node, names)
        found.append(min(most, own + sum([found[source] for source in inputs])) if node not in names else own)
    return found


def lengths_of_others(graph: Graph, names: Namer, stop: int, most: int = 10**9) -> dict[int, int]:
    """The same of the nodes that have no name."""
    found: dict[int, int] = {}
    for node in range(stop):
        if node not in names:
            parts = [found[one] if one in found else len(names[one]) for one in graph.inputs[node]]
            found[node] = min(most, _own_length(graph, node, names) + sum(parts))
    return found


def are_longer(graph: Graph, names: Namer, nodes: Iterable[int], most: int) -> bool:
    """Do the texts of some nodes take about so many characters or more? No more than that is looked at."""
    stack = [*nodes]
    while stack and most >= 0:
        node = stack.pop()
        most -= _own_length(graph, node, names)
        if node not in names:
            stack.extend(graph.inputs[node])
    return most < 0


def _own_length(graph: Graph, node: int, names: Namer) -> int:
    """About how many characters the text of a node takes beside those of its inputs."""
    if node in names:
        return len(names[node])
    if node in graph.leaves:
        payload = graph.leaves[node]
        return len(payload) if isinstance(payload, str) else len(numeral(payload))
    gate = graph.gates[node]
    return 3 if gate.infix or gate.prefix else len(gate.name) + 2 * len(graph.inputs[node])


def needed(graph: Graph, output: int, definitions: Collection[int], names: Namer) -> list[int]:
    """Those of the nodes `definitions` that the text of `output` is put in terms of, in their order.

    A node in `names` that is no definition is not looked into.
    """
    wanted, stack = set(), [output]
    while stack:
        for source in graph.inputs[stack.pop()]:
            if source not in wanted and (source not in names or source in definitions):
                wanted.add(source)
                stack.append(source)
    return sorted(wanted.intersection(definitions))


def program_text(graph: Graph, output: int, definitions: Mapping[int, str], names: Namer) -> str:
    """A program whose last statement is `output`: the definitions that it needs, in order, then the expression."""
    statements = needed(graph, output, definitions, names)
    lines = [f"{definitions[node]} = {unparse(graph, node, names)}" for node in statements]
    return "; ".join([*lines, unparse(graph, output, names)])
