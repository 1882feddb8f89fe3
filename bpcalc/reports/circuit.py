"""A program's graph with its numbers: what both passes found, node by node. Every report is made from one."""

from __future__ import annotations

from collections.abc import Mapping

from bpcalc.algebra.protocol import Algebra
from bpcalc.reading.program import Program
from bpcalc.reports.names import Names, fresh
from bpcalc.reports.options import Options
from bpcalc.typed import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from bpcalc.reading.parts import Part
    from bpcalc.reports.edges import Edge


class Circuit(NamedTuple):
    """Both passes over a program.

    m          the algebra that the numbers come from
    values     each node's value
    seed       the gradient that flows into the output
    gradients  ∂output/∂node by node; None where nothing flows
    needed     for each node, whether its gradient was asked for
    wrt        the names that the gradient is taken for, and their nodes
    labels     the inputs that carry no gradient: class labels, sizes
    parts      of these names those that are parts of arrays, `x[0,0]`; the node is then the array
    """

    m: Algebra
    program: Program
    output: int
    values: list[Any]
    seed: Any
    gradients: list[Any]
    needed: bytearray
    wrt: dict[str, int]
    labels: frozenset[int]
    options: Options
    parts: Mapping[str, Part] = {}

    def of(self, names: Names) -> str:
        """What the gradients are of: the output; under another upstream than 1, a loss behind it."""
        upstream = self.options.upstream
        plain = upstream is None or (not getattr(upstream, "shape", ()) and upstream == 1)
        return names.output if plain else fresh("L", names.labels.values())

    @property
    def value(self) -> Any:
        """The output's."""
        return self.values[self.output]

    def gradient(self, node: int) -> Any:
        """∂output/∂node: 0 where nothing flows, None where it was not asked for."""
        if node == self.output:
            return self.seed
        reached = self.gradients[node] if node < self.output else None
        if reached is not None:
            return self.m.dense(reached)
        return self.m.zero_like(self.values[node]) if self.needed[node] or node in self.wrt.values() else None

    def gradient_by(self, name: str) -> Any:
        """∂output/∂name for a name that was asked for, which may be a part of an array."""
        return self.part(name, self.gradient(self.wrt[name]))

    def gradients_by_name(self) -> dict[str, Any]:
        """∂output/∂name for each name that was asked for."""
        if self.parts:
            return {name: self.gradient_by(name) for name in self.wrt}
        return {name: self.gradient(node) for name, node in self.wrt.items()}

    def part(self, name: str, array: Any, before: int = 0) -> Any:
        """Of what has an entry for each of the array behind a name, behind other axes, those of its part. What has no
        axes is a plain number."""
        found = self.parts[name].of(array, before) if name in self.parts else array
        return found[()] if hasattr(found, "ndim") else found

    def edges(self, node: int) -> tuple[Edge, ...]:
        """Every use of an input by the gate of `node`, with what comes from upstream and what goes downstream."""
        from bpcalc.engine.reverse import edges
        from bpcalc.reports.edges import Edge

        m, graph, convention = self.m, self.program.graph, self.options.convention
        gate, inputs = graph.gates[node], graph.inputs[node]
        upstream = self.gradients[node] if node <= self.output else None
        with m.quiet():
            found = edges(m, graph, self.values, node, upstream, self.needed, convention)
        rules = [True] * len(inputs) if gate.variadic else gate.rules(convention)
        return tuple(
            Edge(
                node, place, source, plain(m, upstream), plain(m, local), plain(m, downstream),
                carries=rules[place] is not None and bool(self.needed[source]),
            )
            for place, (source, (local, downstream)) in enumerate(zip(inputs, found, strict=True))
        )  # fmt: skip


def plain(m: Algebra, number: Any) -> Any:
    """A gradient as a value of the algebra, without what routers keep beside it."""
    return None if number is None else m.value(m.dense(number))
