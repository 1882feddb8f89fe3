"""Expressions of the languages that programs are written in: how each gate is put, and with which brackets."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from bpcalc.algebra.folding import COMPARISONS, is_truth
from bpcalc.emit import CannotSayError
from bpcalc.emit.formulas import FIRST_ORDER, formula
from bpcalc.gate import CONSTANT, Gate
from bpcalc.gates import GATES
from bpcalc.graph import CONSTANTS, Graph

# How tightly what is written binds, loosest first.
OPEN, CHOICE, OR, AND, NOT, COMPARE, SUM, PRODUCT, SIGN, POWER, ATOM = range(11)
SYMBOLS = {gate: gate.infix[0] for gate in COMPARISONS if gate.infix}
ADD, MULTIPLY, MAX, EQUAL = (GATES[name] for name in ("add", "multiply", "max", "equal"))


class Operand(NamedTuple):
    """A node in a place that asks for a binding. is_truth: what stands there is a condition, no number."""

    node: int
    place: int
    is_truth: bool = False


Parts = list[str | Operand]
Written = tuple[Parts, int]


class Form(NamedTuple):
    """A template: texts and the places of inputs between them, and how tightly the whole binds."""

    texts: tuple[str, ...]
    places: tuple[tuple[int, int, bool], ...]
    own: int


def form(template: str, own: int = ATOM, *asks: int) -> Form:
    """`form("{0} + {1}", SUM, SUM, PRODUCT)`: inputs in braces, `{0?}` as a condition; what each input's place asks."""
    pieces = re.split(r"\{(\d+)(\??)\}", template)
    places = [
        (int(one), asks[int(one)] if int(one) < len(asks) else OPEN, bool(mark))
        for one, mark in zip(pieces[1::3], pieces[2::3], strict=True)
    ]
    return Form(tuple(pieces[::3]), tuple(places), own)


# What is written alike in every language here.
ARITHMETIC: Mapping[str, Way] = {
    "add": form("{0} + {1}", SUM, SUM, PRODUCT),
    "subtract": form("{0} - {1}", SUM, SUM, PRODUCT),
    "multiply": form("{0} * {1}", PRODUCT, PRODUCT, SIGN),
    "divide": form("{0} / {1}", PRODUCT, PRODUCT, SIGN),
}


def calls(names: Mapping[str, str]) -> dict[str, Form]:
    """Functions of one input and their names: {"exp": "math.exp"}."""
    return {gate: form(f"{name}({{0}})") for gate, name in names.items()}


# A gate's way of being written: a template, or a function of the expression and the node.
Way = Form | Callable[["Expression", int], Written]


class Table(NamedTuple):
    """How a language writes things.

    ways      of the gates; number: of a literal
    truth     a condition as a number, a template
    words     and, or, not
    compares  the signs of comparisons, where they are others than ours
    nonzero   a number as a condition, a template
    named     constants by name: {"pi": "math.pi"}
    cells     what writes expressions, where that is not `Expression` itself
    has_functions  whether a program has functions of its own, for gates that the language lacks
    taken     what none of these may be called: `mod` is a word of Rust
    """

    ways: Mapping[str, Way]
    number: Callable[[float], str]
    truth: Form
    words: tuple[str, str, str]
    nonzero: Form
    compares: Mapping[str, str] = {}
    named: Mapping[str, str] = {}
    has_functions: bool = False
    cells: type[Expression] | None = None
    taken: Collection[str] = ()


class Expression:
    """Writes nodes of one graph in one language.

    names    the nodes that appear by name
    wants    what the ways have asked for so far: helpers and imports, in the order of their first use
    asked    the functions for gates that the language lacks, each with the shapes of its inputs, by name
    before   those that the rest of the program has asked for: a name means one of them
    """

    def __init__(
        self, graph: Graph, table: Table, names: dict[int, str], shape: Callable[[int], Any],
        before: Mapping[str, tuple[Gate, list[Any]]] | None = None,
    ) -> None:  # fmt: skip
        self.graph = graph
        self.table = table
        self.names = names
        self.shape = shape
        self.wants: dict[str, None] = {}
        self.asked: dict[str, tuple[Gate, list[Any]]] = {}
        self.before = before or {}

    def want(self, *words: str) -> None:
        self.wants |= dict.fromkeys(words)

    def text(self, root: int, place: int = OPEN) -> str:
        """The expression of a node, not by its own name."""
        return "".join(self._pieces(root, place))

    def operand(self, node: int, place: int = OPEN) -> str:
        """A node as an operand: by its name where it has one."""
        return self.names.get(node) or self.text(node, place)

    def _pieces(self, root: int, place: int) -> Iterable[str]:
        stack: Parts = [Operand(root, place)]
        first = True
        while stack:
            item = stack.pop()
            if isinstance(item, str):
                yield item
                continue
            parts, own = self._parts(item, first)
            first = False
            if own < item.place:
                parts = ["(", *parts, ")"]
            stack.extend(reversed(parts))

    def _parts(self, item: Operand, is_root: bool) -> Written:
        node, _, wants_truth = item
        if wants_truth and not (node in self.names and not is_root):
            return self._condition(node)
        if node in self.names and not is_root:
            name = self.names[node]
            if wants_truth:
                return self._templated(self.table.nonzero, (node,))
            return [name], SIGN if name.startswith("-") else ATOM
        gate = self.graph.gates[node]
        if gate is CONSTANT:
            text = self.constant(node)
            return [text], SIGN if text.startswith("-") else ATOM
        if gate in SYMBOLS:
            parts, own = self._condition(node)
            return self._around(self.table.truth, parts, own)
        return self.way(node)

    def constant(self, node: int) -> str:
        """A number of the program, or one of pi, e, …"""
        payload = self.graph.leaves[node]
        if isinstance(payload, str):
            if payload in self.table.named:
                if payload in ("pi", "e", "tau", "inf", "nan"):
                    self.want("constants")
                return self.table.named[payload]
            payload = CONSTANTS[payload]
        return self.number(float(payload))

    def number(self, value: float) -> str:
        if value != value or value in (float("inf"), -float("inf")):
            self.want("constants")
        return self.table.number(value)

    def way(self, node: int) -> Written:
        """How an operation is written."""
        gate = self.graph.gates[node]
        way = self.table.ways.get(gate.name)
        if way is None and self.table.has_functions:
            inputs = self.graph.inputs[node]
            if gate.name in FIRST_ORDER and self.graph.number(inputs[0]) == 1:
                return self._called(FIRST_ORDER[gate.name], inputs[1:])
            if formula(gate):
                return self._called(gate, inputs)
        if way is None:
            raise CannotSayError(title(gate))
        return self._templated(way, self.graph.inputs[node]) if isinstance(way, Form) else way(self, node)

    def _chain(self, inputs: tuple[int, ...]) -> Written | None:
        """`lo <= x <= hi` for two comparisons that share a side, as Python has it."""
        steps = []
        for one in inputs:
            if self.graph.gates[one] not in SYMBOLS or one in self.names:
                return None
            sign, (a, b) = SYMBOLS[self.graph.gates[one]], self.graph.inputs[one]
            if sign in ("==", "!="):
                return None
            steps.append((a, sign, b) if "<" in sign else (b, sign.replace(">", "<"), a))
        first, second = steps if steps[0][2] == steps[1][0] else steps[::-1]
        if first[2] != second[0]:
            return None
        return [Operand(first[0], SUM), f" {first[1]} ", Operand(first[2], SUM), f" {second[1]} ",
                Operand(second[2], SUM)], COMPARE  # fmt: skip

    def _called(self, gate: Gate, inputs: tuple[int, ...]) -> Written:
        """A gate that the language lacks: a function of the program's own, written from the gate's record."""
        asked = (gate, [self.shape(one) for one in inputs])
        known = {**self.before, **self.asked}
        names = (one for one in _numbered(gate.name) if one not in self.table.taken)
        name = next(one for one in names if known.get(one, asked) == asked)
        self.asked[name] = asked
        return _listed(f"{name}(", inputs)

    def _templated(self, way: Form, inputs: tuple[int, ...]) -> Written:
        parts: Parts = [way.texts[0]]
        for (place, asks, is_condition), text in zip(way.places, way.texts[1:], strict=True):
            parts += [Operand(inputs[place], asks, is_condition), text]
        return parts, way.own

    def _around(self, way: Form, parts: Parts, own: int) -> Written:
        asks = way.places[0][1]
        inner: Parts = ["(", *parts, ")"] if own < asks else parts
        return [way.texts[0], *inner, way.texts[1]], way.own

    def _condition(self, node: int) -> Written:
        """A node as a condition: comparisons, and what they are put together to."""
        gate, inputs = self.graph.gates[node], self.graph.inputs[node]
        both, either, negated = self.table.words
        if gate in SYMBOLS:
            if gate is EQUAL and self.graph.number(inputs[1]) == 0 and is_truth(self.graph, inputs[0]):
                return [negated, Operand(inputs[0], NOT if negated == "not " else ATOM, True)], NOT
            sign = self.table.compares.get(SYMBOLS[gate], SYMBOLS[gate])
            return [Operand(inputs[0], SUM), f" {sign} ", Operand(inputs[1], SUM)], COMPARE
        truths = [is_truth(self.graph, one) for one in inputs]
        chain = self._chain(inputs) if gate is MULTIPLY and both == "and" else None
        if chain:
            return chain
        if inputs and all(truths) and gate in (ADD, MAX, MULTIPLY):
            word, own = (both, AND) if gate is MULTIPLY else (either, OR)
            tight = word in ("&", "|")  # NumPy's, which bind closer than comparisons
            # && within || gets brackets, which compilers ask for
            asks = ATOM if tight else own if word.isalpha() else COMPARE
            parts: Parts = [Operand(inputs[0], asks, True)]
            for one in inputs[1:]:
                parts += [f" {word} ", Operand(one, asks + (asks == own), True)]
            return parts, COMPARE if tight else own
        return self._templated(self.table.nonzero, (node,))


def _listed(opening: str, inputs: Iterable[int], closing: str = ")", between: str = ", ") -> Written:
    parts: Parts = [opening]
    for place, one in enumerate(inputs):
        parts += [between] * bool(place) + [Operand(one, OPEN)]
    return [*parts, closing], ATOM


def listed(opening: str, e: Expression, node: int, closing: str = ")") -> Written:
    """`opening` with all inputs, and what closes it."""
    return _listed(opening, e.graph.inputs[node], closing)


def called(name: str, e: Expression, node: int, between: str = ", ") -> Written:
    """A call with all inputs."""
    return _listed(f"{name}(", e.graph.inputs[node], between=between)


def helper(name: str, e: Expression, node: int) -> Written:
    """A call of a helper of the program."""
    e.want(name)
    return called(name, e, node)


def nested(name: str, e: Expression, node: int) -> Written:
    """A function of two for several: f(f(a, b), c)."""
    first, *rest = e.graph.inputs[node]
    parts: Parts = [f"{name}(" * len(rest), Operand(first, OPEN)]
    for one in rest:
        parts += [", ", Operand(one, OPEN), ")"]
    return parts, ATOM


def power(general: Callable[[Expression, int], Written], e: Expression, node: int, times: str = " * ") -> Written:
    """x*x for a square."""
    x, n = e.graph.inputs[node]
    if e.graph.number(n) == 2:
        return [Operand(x, PRODUCT), times, Operand(x, SIGN)], PRODUCT
    return general(e, node)


def _numbered(name: str) -> Iterator[str]:
    """sigmoid, sigmoid2, …"""
    yield name
    yield from (f"{name}{count}" for count in itertools.count(2))


def title(gate: Gate) -> str:
    """A gate as a message names it."""
    if gate.name in ("digamma", "polygamma"):  # which gradients have in them, and few programs
        return f'"{gate.spelling}", the {gate.formula}'
    return "arrays" if gate.of_arrays and gate.name in ("array", "index") else f'"{gate.spelling}"'
