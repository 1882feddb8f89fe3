"""The computational graph: a flat list of nodes in topological order (a Wengert list).

May import gate. A node is its place in the list; its inputs stand before it, so every pass is one loop and nothing
recurses or sorts. Equal nodes are one node.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

from bpcalc.gate import CONSTANT, INPUT, Gate

CONSTANTS = {"pi": math.pi, "e": math.e, "tau": math.tau, "inf": math.inf}


class Graph:
    """Append-only and interned.

    gates     the gate of each node
    inputs    the nodes that feed it
    leaves    the payload of each leaf: an input's name, a constant's value, or the name of one of `CONSTANTS`
    """

    __slots__ = ("_known", "_leaves", "gates", "inputs", "leaves")

    def __init__(self) -> None:
        self.gates: list[Gate] = []
        self.inputs: list[tuple[int, ...]] = []
        self.leaves: dict[int, str | float] = {}
        self._known: dict[Gate, dict[tuple[int, ...], int]] = {}
        self._leaves: dict[tuple[str, str], int] = {}

    def __len__(self) -> int:
        return len(self.gates)

    def apply(self, gate: Gate, inputs: tuple[int, ...]) -> int:
        """The node that puts `gate` on `inputs`: the one that stands already, else a new one."""
        known = self._known.get(gate)
        if known is None:
            known = self._known[gate] = {}
        node = known.get(inputs)
        if node is None:
            node = known[inputs] = len(self.gates)
            self.gates.append(gate)
            self.inputs.append(inputs)
        return node

    def _leaf(self, gate: Gate, key: str, payload: str | float) -> int:
        node = self._leaves.get((gate.name, key))
        if node is None:
            node = self._leaves[gate.name, key] = len(self.gates)
            self.gates.append(gate)
            self.inputs.append(())
            self.leaves[node] = payload
        return node

    def variable(self, name: str) -> int:
        """The input called `name`."""
        return self._leaf(INPUT, name, name)

    def constant(self, value: float | str, name: str = "") -> int:
        """A number, or one of `CONSTANTS`; with a name of its own, a node of its own.

        `0.0` and `-0.0` are two constants: 1/x tells them apart.
        """
        return self._leaf(CONSTANT, f"{name}={value if isinstance(value, str) else value.hex()}", value)

    def number(self, node: int) -> float | None:
        """The value of a constant node; None for any other node."""
        if self.gates[node] is not CONSTANT:
            return None
        payload = self.leaves[node]
        return CONSTANTS[payload] if isinstance(payload, str) else payload

    def carries(self, sources: Iterable[int], stop: int) -> bytearray:
        """For each node up to `stop`: 1 where its value depends on one of `sources` through differentiable inputs."""
        marks = bytearray(len(self.gates))
        for node in sources:
            marks[node] = 1
        opaque = {gate for gate in self._known if not gate.differentiable}
        for node, inputs in enumerate(self.inputs[: stop + 1]):
            for source in inputs:
                if marks[source] and self.gates[node] not in opaque:
                    marks[node] = 1
                    break
        return marks

    def ancestors(self, output: int) -> bytearray:
        """For each node: 1 where `output` is computed from it, or it is `output`."""
        marks = bytearray(len(self.gates))
        marks[output] = 1
        for node in range(output, -1, -1):
            if marks[node]:
                for source in self.inputs[node]:
                    marks[source] = 1
        return marks
