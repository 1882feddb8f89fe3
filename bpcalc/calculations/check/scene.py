"""A backward pass towards one node, of which any step can be made otherwise: what a mistake does, done on purpose."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from functools import cached_property
from typing import Any, NamedTuple

from bpcalc.engine.forward import MISFITS
from bpcalc.engine.reverse import callables, edges, local_gradients
from bpcalc.gate import Gate
from bpcalc.reports.circuit import Circuit
from bpcalc.reports.names import Names
from bpcalc.writing.unparse import unparse

Edge = tuple[int, int]  # a node, and the place of one of its inputs
Otherwise = Callable[["Use"], Any]  # what flows through an edge, from the upstream there; None: nothing


class Use(NamedTuple):
    """An edge with the gradient that comes from upstream."""

    scene: Scene
    node: int
    place: int
    upstream: Any

    @property
    def gate(self) -> Gate:
        return self.scene.graph.gates[self.node]

    @property
    def y(self) -> Any:
        return self.scene.values[self.node]

    @property
    def xs(self) -> list[Any]:
        return [self.scene.values[source] for source in self.scene.graph.inputs[self.node]]

    @property
    def x(self) -> Any:
        return self.xs[self.place]

    @property
    def local(self) -> Any:
        """The local gradient; None where the entries mix."""
        scene = self.scene
        return local_gradients(scene.m, self.gate, self.y, self.xs, scene.circuit.options.convention)[self.place]

    def downstream(self, upstream: Any = None) -> Any:
        """What flows on, of the upstream that is there or of another one."""
        scene = self.scene
        given = self.upstream if upstream is None else upstream
        convention = scene.circuit.options.convention
        return edges(scene.m, scene.graph, scene.values, self.node, given, scene.path, convention)[self.place][1]

    def ones(self) -> Any:
        """An upstream of 1 in every entry."""
        m = self.scene.m
        return m.spread(m.one, self.y)


class Scene:
    """A circuit, and the node whose gradient is claimed.

    path  for each node: does the output get to the target through it?
    """

    def __init__(self, circuit: Circuit, names: Names, target: int) -> None:
        self.circuit = circuit
        self.names = names
        self.m = circuit.m
        self.graph = circuit.program.graph
        self.values = circuit.values
        self.output = circuit.output
        self.target = target
        above, below = self.graph.carries([target], self.output), self.graph.ancestors(self.output)
        self.path = bytearray(a & b for a, b in zip(above, below, strict=True))

    def at(self, circuit: Circuit) -> Scene:
        """The same at another point."""
        return Scene(circuit, self.names, self.target)

    @cached_property
    def edges(self) -> list[Edge]:
        """Every edge on a way from the output to the target, the nearest to the output first."""
        return [
            (node, place)
            for node in range(self.output, self.target, -1) if self.path[node]
            for place, source in enumerate(self.graph.inputs[node])
            if self.path[source] and self._flows(node, place)
        ]  # fmt: skip

    def _flows(self, node: int, place: int) -> bool:
        gate = self.graph.gates[node]
        return gate.variadic or gate.rules("torch")[place] is not None

    @cached_property
    def uses(self) -> dict[int, list[Edge]]:
        """Of each node on the way, the edges that it is used by."""
        found: dict[int, list[Edge]] = {}
        for edge in self.edges:
            found.setdefault(self.source(edge), []).append(edge)
        return found

    def source(self, edge: Edge) -> int:
        return self.graph.inputs[edge[0]][edge[1]]

    @cached_property
    def gradients(self) -> list[Any]:
        return self.passed({})

    @property
    def true(self) -> Any:
        return self.of(self.gradients)

    def of(self, gradients: list[Any]) -> Any:
        """The target's gradient of a pass, as a value: 0 where nothing flows."""
        found = gradients[self.target]
        return self.m.zero_like(self.values[self.target]) if found is None else self.m.value(self.m.dense(found))

    def upstream(self, node: int) -> Any:
        """The gradient of a node on the way, as a value: 0 where nothing flows."""
        found = self.gradients[node]
        return self.m.zero_like(self.values[node]) if found is None else self.m.dense(found)

    def passed(
        self, otherwise: Mapping[Edge, Otherwise], cut: Collection[int] = (), given: Mapping[int, Any] | None = None,
        start: int | None = None, seed: Any = None,
    ) -> list[Any]:  # fmt: skip
        """A backward pass: each node's gradient, None where nothing flows.

        otherwise  what is done at an edge in the place of upstream x local
        cut        nodes that nothing flows through, as if they were constants
        given      gradients that are taken for those of their nodes
        start      where it begins, and `seed` what flows in there: the output, and its upstream
        """
        m, graph, given = self.m, self.graph, given or {}
        begin = self.output if start is None else start
        found: list[Any] = [None] * (self.output + 1)
        found[begin] = self.circuit.seed if seed is None else seed
        for node in range(begin, self.target, -1):
            if node in given:
                found[node] = given[node]
            upstream, inputs = found[node], graph.inputs[node]
            if upstream is None or not self.path[node] or not inputs or node in cut:
                continue
            usual = None
            for place, source in enumerate(inputs):
                if not self.path[source] or not self._flows(node, place):
                    continue
                if (node, place) in otherwise:
                    passed = otherwise[node, place](Use(self, node, place, upstream))
                    if passed is not None and m.shaped:
                        passed = m.settle(passed, self.values[source])
                else:
                    if usual is None:
                        usual = edges(m, graph, self.values, node, upstream, self.path, self.circuit.options.convention)
                    passed = usual[place][1]
                if passed is not None:
                    found[source] = passed if found[source] is None else found[source] + passed
        if self.target in given:
            found[self.target] = given[self.target]
        return found

    def found(self, otherwise: Mapping[Edge, Otherwise], cut: Collection[int] = ()) -> Any:
        """The target's gradient, with these edges otherwise."""
        return self.of(self.passed(otherwise, cut))

    def inner(self, node: int) -> Any:
        """∂node/∂target, entry by entry: for single numbers, and arrays of one shape where entries do not mix."""
        if node == self.target:
            return self.m.spread(self.m.one, self.values[node])
        return self.of(self.passed({}, start=node, seed=self.m.spread(self.m.one, self.values[node])))

    def instead(self, node: int, part: Any) -> Any:
        """The target's gradient where what flows through `node` is `part`."""
        return self.of(self.passed({}, cut=[node])) + part

    def is_elementwise(self, *nodes: int) -> bool:
        """Have the nodes the target's shape?"""
        shape = self.m.shape
        return all(shape(self.values[node]) == shape(self.values[self.target]) for node in nodes)

    # Words

    def said(self, node: int) -> str:
        """A node with what it is: `q = x + y`."""
        label = self.names.labels.get(node)
        return self.written(node) if label is None or not self.graph.inputs[node] else f"{label} = {self.written(node)}"

    def written(self, node: int) -> str:
        labels = {other: label for other, label in self.names.labels.items() if other != node}
        return self.named(node) if not self.graph.inputs[node] else unparse(self.graph, node, labels)

    def named(self, node: int) -> str:
        return self.names.labels.get(node) or unparse(self.graph, node, self.names.labels)

    def copies(self) -> Iterator[int]:
        """The copy gates on the way: nodes that are used more than once."""
        return (node for node, uses in self.uses.items() if len(uses) > 1)


class Candidate(NamedTuple):
    """A mistake that someone may have made.

    rank      how simple it is: the simplest first
    gradient  `gradient(scene)`: what it gives, which may not exist (None) or have another shape than the node
    """

    kind: str
    sentence: str
    rank: float
    gradient: Any

    def at(self, scene: Scene) -> Any:
        """The gradient that it gives here; None where shapes do not fit."""
        try:
            return self.gradient(scene)
        except MISFITS:
            return None


def rule(scene: Scene, node: int, place: int, convention: str = "torch") -> Any:
    """The rule of a local gradient as a function (m, y, *inputs); None for a gate whose entries mix."""
    gate = scene.graph.gates[node]
    if gate.pullback or gate.variadic:
        return None
    return callables(gate.rules(convention))[place]
