"""The computational graph: a flat list of nodes in topological order (a Wengert list).

A node is its place in the list; its inputs stand before it, so every pass is one loop and nothing recurses or sorts.
Equal nodes are one node.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable
from itertools import product

from bpcalc.gate import ARGUMENT, CONSTANT, INPUT, Gate, Literal

CONSTANTS = {"pi": math.pi, "e": math.e, "tau": math.tau, "inf": math.inf, "nan": math.nan}
FEW = 20  # leaves, whose pairs are looked for sooner than all nodes are gone through
SURE = 15  # digits: so many come back from every double that has all its own
SMALLEST = 2.2250738585072014e-308  # the smallest double that has
LONGEST = 18  # digits of an exponent: what a number system of many digits has room for


def literal(text: str) -> float:
    """The number that a decimal writes: a float that prints as the same decimal, else a `Literal`.

    Raises ValueError for a text that is no decimal.
    """
    number = float(text)
    size = abs(number)
    if (len(text) <= SURE and size >= SMALLEST) or size == math.inf or text == repr(number):
        return number
    exponent = text.lower().partition("e")[2]
    if len(exponent.lstrip("+-0")) > LONGEST or _decimal(text) == _decimal(repr(number)):
        return number
    return Literal(text)


def decimal_text(number: float) -> str:
    """The decimal that a constant's payload stands for: as it was typed, or else the shortest of its double."""
    return number.text if isinstance(number, Literal) else repr(number)


def is_whole(number: float) -> bool:
    """Is it a whole number of more digits than a double has?"""
    return isinstance(number, Literal) and number.text.isdecimal()


def _decimal(text: str) -> str:
    """A decimal in one spelling: its digits without zeros around them, and the power of ten of the last."""
    sign = "-" if text[0] == "-" else ""
    mantissa, _, exponent = text.lower().partition("e")
    whole, _, fraction = mantissa.lstrip("-").partition(".")
    digits = (whole + fraction).lstrip("0")
    kept = digits.rstrip("0")
    if not kept:
        return sign
    power = int(exponent[:1].strip("0123456789") + (exponent.lstrip("+-0") or "0"))
    return f"{sign}{kept}e{power - len(fraction) + len(digits) - len(kept)}"


def _key(value: float | str) -> str:
    """What equal constants have in common, for those that are no plain float."""
    if isinstance(value, str):
        return value
    return _decimal(value.text) if isinstance(value, Literal) else value.hex()


class _Apart(dict[tuple[int, ...], int]):
    """What is known of a gate whose nodes are never one: nothing."""

    def setdefault(self, inputs: tuple[int, ...], fresh: int) -> int:
        return fresh


class _Known(dict[Gate, dict[tuple[int, ...], int]]):
    """For each gate: its nodes by their inputs."""

    def __missing__(self, gate: Gate) -> dict[tuple[int, ...], int]:
        known = self[gate] = _Apart() if gate is ARGUMENT else {}
        return known


class Graph:
    """Append-only and interned.

    gates     the gate of each node
    inputs    the nodes that feed it
    leaves    the payload of each leaf: an input's name, a constant's value (a `Literal` where that is not the decimal
              that was typed), or the name of one of `CONSTANTS`
    variables the inputs, by name
    named     the constants that have a name in the program (`g = 9.8`), arrays of numbers among them
    shadowed  the names of `CONSTANTS` that mean something else here
    """

    __slots__ = ("_constants", "_known", "gates", "inputs", "leaves", "named", "shadowed", "variables")

    def __init__(self) -> None:
        self.gates: list[Gate] = []
        self.inputs: list[tuple[int, ...]] = []
        self.leaves: dict[int, str | float] = {}
        self.variables: dict[str, int] = {}
        self.named: set[int] = set()
        self.shadowed: set[str] = set()
        self._known = _Known()
        self._constants: dict[str | float, int] = {}

    def copy(self) -> Graph:
        """Another graph with the same nodes under the same numbers: what is appended to it leaves this one alone."""
        copy = Graph()
        copy.gates, copy.inputs, copy.leaves = [*self.gates], [*self.inputs], {**self.leaves}
        copy.variables, copy.named, copy.shadowed = {**self.variables}, {*self.named}, {*self.shadowed}
        copy._constants = {**self._constants}
        for gate, known in self._known.items():
            copy._known[gate] = known if isinstance(known, _Apart) else {**known}
        return copy

    @property
    def constants(self) -> Iterable[int]:
        """The nodes of the constants."""
        return self._constants.values()

    @property
    def kinds(self) -> Iterable[Gate]:
        """The different gates of the operations."""
        return self._known

    def __len__(self) -> int:
        return len(self.gates)

    def apply(self, gate: Gate, inputs: tuple[int, ...]) -> int:
        """The node that puts `gate` on `inputs`: the one that stands already, else a new one."""
        gates = self.gates
        fresh = len(gates)
        node = self._known[gate].setdefault(inputs, fresh)
        if node == fresh:
            gates.append(gate)
            self.inputs.append(inputs)
        return node

    def exchange(self, node: int, gate: Gate) -> None:
        """Puts another gate on the inputs of `node`."""
        self.gates[node] = gate
        self._known.setdefault(gate, {})  # it is one of the kinds now

    def named_literal(self, node: int) -> int:
        """A node of its own for an array of plain numbers that the program names; any other node as it is.

        So `a = [1, 2]; b = [1, 2]` has two gradients, and `[[1, 2], [3, 4]]` elsewhere does not use `a`.
        """
        if not self.is_literal(node):
            return node
        self.gates.append(self.gates[node])
        self.inputs.append(self.inputs[node])
        self.named.add(len(self.gates) - 1)
        return len(self.gates) - 1

    def is_literal(self, node: int) -> bool:
        """Is the node a number, one of `CONSTANTS`, or an array of such?"""
        stack, seen = [node], {node}
        while stack:
            one = stack.pop()
            if self.gates[one].name != "array" and self.gates[one] is not CONSTANT:
                return False
            stack.extend(source for source in self.inputs[one] if source not in seen)
            seen.update(self.inputs[one])
        return True

    def variable(self, name: str) -> int:
        """The input called `name`."""
        fresh = len(self.gates)
        node = self.variables.setdefault(name, fresh)
        if node == fresh:
            if name in CONSTANTS:
                self.shadowed.add(name)
            self.gates.append(INPUT)
            self.inputs.append(())
            self.leaves[node] = name
        return node

    def constant(self, value: float | str, name: str = "") -> int:
        """A number, or one of `CONSTANTS`; with a name of its own, a node of its own.

        `0.0` and `-0.0` are two constants: 1/x tells them apart. So are two decimals that have one double.
        """
        key: str | float
        if type(value) is float and not name and abs(value) > 0:
            key = value
        else:
            key = f"{name}={value.hex() if type(value) is float else _key(value)}"
        node = self._constants.get(key)
        if node is None:
            node = self._constants[key] = len(self.gates)
            self.gates.append(CONSTANT)
            self.inputs.append(())
            self.leaves[node] = value
            if name:
                self.named.add(node)
        return node

    def number(self, node: int) -> float | None:
        """The value of a plain number or one of `CONSTANTS`; None for any other node."""
        if self.gates[node] is not CONSTANT or node in self.named:
            return None
        payload = self.leaves[node]
        return CONSTANTS[payload] if isinstance(payload, str) else payload

    def carries(self, sources: Iterable[int], stop: int) -> bytearray:
        """For each node up to `stop`: 1 where its value depends on one of `sources` through differentiable inputs."""
        sources = [*sources]
        gates, opaque = self.gates, {gate for gate in self._known if not gate.differentiable}
        leaves = self.leaves.keys()
        # As a rule these are all variables in their order. That is seen sooner than a set of a million is made.
        idle = () if sources == [*leaves] else leaves - sources
        if not opaque and (not idle or (leaves >= {*sources} and not self._combines(idle))):
            marks = bytearray(b"\1") * len(gates)
            for node in idle:
                marks[node] = 0
            return marks
        marks = bytearray(len(gates))
        for node in sources:
            marks[node] = 1
        for node, inputs in enumerate(self.inputs[: stop + 1]):
            for source in inputs:
                if marks[source]:
                    if not opaque or gates[node] not in opaque:
                        marks[node] = 1
                    break
        return marks

    def _combines(self, leaves: Collection[int]) -> bool:
        """Is there an operation on nothing but these leaves? Of more than a few, yes is said without a look."""
        if len(leaves) > FEW or any(
            gate.variadic or len(gate.parameters) > 2 or gate is ARGUMENT for gate in self._known
        ):
            return True
        return any(
            inputs in known
            for gate, known in self._known.items()
            for inputs in product(leaves, repeat=len(gate.parameters))
        )

    def ancestors(self, *outputs: int) -> bytearray:
        """For each node: 1 where one of `outputs` is computed from it, or it is one of them."""
        marks = bytearray(len(self.gates))
        for output in outputs:
            marks[output] = 1
        for node in range(max(outputs), -1, -1):
            if marks[node]:
                for source in self.inputs[node]:
                    marks[source] = 1
        return marks
