"""One gate on each algebra: its value, and the gradients of its inputs under an upstream of ordinary numbers.

What the algebras give is made comparable: arrays of plain numbers, zeros where nothing flows, `None` for a refusal.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from bpcalc.algebra.arrays import ARRAYS
from bpcalc.algebra.duals import Dual, Duals
from bpcalc.algebra.protocol import Algebra
from bpcalc.algebra.shapes import SHAPES, Shaped
from bpcalc.algebra.symbols import Symbols
from bpcalc.algebra.textbook.algebra import Textbook
from bpcalc.algebra.textbook.terms import gradient as upstream_of
from bpcalc.engine.forward import MISFITS, ShapeError, forward
from bpcalc.engine.reverse import backpropagate
from bpcalc.engine.tangent import pusher, tangents
from bpcalc.gate import LESSON, Gate
from bpcalc.gates.arrays import GATES
from bpcalc.graph import Graph

# Which input is no number that could move.
LABELS = {
    "pick": 1, "softmax_loss": 1, "svm_loss": 1, "one_hot": 0, "nll_loss": 1, "take_along": 1, "put_along": 1,
}  # fmt: skip
WHERE = GATES["where"]


class Circuit(NamedTuple):
    """A gate on variables x0, x1, …; with a mask behind a router: where(mask, gate, 0)."""

    gate: Gate
    inputs: Sequence[Any]
    mask: Any = None

    def graph(self) -> tuple[Graph, list[int], int]:
        """The graph, its input nodes and its output."""
        graph = Graph()
        nodes = [graph.variable(name) for name in self.values if name != "mask"]
        output = graph.apply(self.gate, tuple(nodes))
        if self.mask is not None:
            output = graph.apply(WHERE, (graph.variable("mask"), output, graph.constant(0.0)))
        return graph, nodes, output

    @property
    def values(self) -> dict[str, Any]:
        found = {f"x{place}": x for place, x in enumerate(self.inputs)}
        return found if self.mask is None else {**found, "mask": self.mask}

    def behind(self, mask: Any) -> Circuit:
        return self._replace(mask=mask)


class Found(NamedTuple):
    value: Any
    gradients: list[Any]


def upstream(shape: tuple[int, ...]) -> Any:
    return (0.5 + 0.25 * np.arange(np.prod(shape, dtype=int))).reshape(shape)[()]


def plain(m: Algebra, gradient: Any, x: Any) -> Any:
    return np.zeros(np.shape(x)) if gradient is None else np.asarray(m.dense(gradient))


def bound(m: Algebra, circuit: Circuit) -> dict[str, Any]:
    return {name: m.value(x) for name, x in circuit.values.items()}


def on_numbers(m: Algebra, circuit: Circuit, convention: str = "torch") -> Found | None:
    """On floats or arrays. Only the forward pass may refuse."""
    graph, nodes, output = circuit.graph()
    with m.quiet():
        try:
            values = forward(m, graph, bound(m, circuit), [output])
        except ShapeError:
            return None
        seed = m.value(upstream(m.shape(values[output])))
        found = backpropagate(m, graph, values, output, seed, graph.carries(nodes, output), convention)
    for node, x in zip(nodes, circuit.inputs, strict=True):
        assert found[node] is None or m.shape(m.dense(found[node])) == np.shape(x)
    return Found(values[output], [plain(m, found[node], x) for node, x in zip(nodes, circuit.inputs, strict=True)])


def on_duals(m: Algebra, circuit: Circuit, convention: str = "torch") -> Found | None:
    """On dual numbers over floats or arrays, the inputs moving alike: the values of what comes out."""
    duals, (graph, nodes, output) = Duals(m, pusher, convention), circuit.graph()
    moving = {
        node: m.value(np.full(np.shape(x), 0.5))
        for place, (node, x) in enumerate(zip(nodes, circuit.inputs, strict=True))
        if place != LABELS.get(circuit.gate.name)
    }
    with m.quiet():
        given = bound(m, circuit)
        for node, tangent in moving.items():
            given[str(graph.leaves[node])] = duals.dual(given[str(graph.leaves[node])], tangent)
        try:
            values = forward(duals, graph, given, [output])
        except (ShapeError, *MISFITS):
            return None
        plain_values = [x.value if isinstance(x, Dual) else x for x in values]
        lifted = duals.lift(plain_values, tangents(m, graph, plain_values, moving, output, convention))
        seed = m.value(upstream(m.shape(plain_values[output])))
        found = backpropagate(duals, graph, lifted, output, seed, graph.carries(nodes, output), convention)
        dense = [None if found[node] is None else duals.dense(found[node]) for node in nodes]
    for one, x in zip(dense, circuit.inputs, strict=True):
        assert not isinstance(one, Dual) or m.shape(one.tangent) == m.shape(one.value) == np.shape(x)
    parts = [one.value if isinstance(one, Dual) else one for one in dense]
    return Found(plain_values[output], [plain(m, one, x) for one, x in zip(parts, circuit.inputs, strict=True)])


def on_symbols(m: Algebra, circuit: Circuit, convention: str = "torch") -> Found | None:
    """The gradients as formulas at the point, and these evaluated again by a forward pass of their own."""
    graph, nodes, output = circuit.graph()
    with m.quiet():
        try:
            values = forward(m, graph, bound(m, circuit), [output])
        except ShapeError:
            return None
        given = m.value(upstream(m.shape(values[output])))
        seed = graph.variable("seed")
        symbols = Symbols(graph, [*values, given], m)
        flows = backpropagate(
            symbols, graph, [symbols.symbol(node) for node in range(output + 1)], output, symbols.symbol(seed),
            graph.carries(nodes, output), convention,
        )  # fmt: skip
        wanted = [flows[node].node for node in nodes if flows[node] is not None]
        again = forward(m, graph, {**bound(m, circuit), "seed": given}, [output, *wanted])
    for node in wanted:
        assert np.array_equal(again[node], symbols.values[node], equal_nan=True)
    gradients = [
        np.broadcast_to(0.0 if flows[node] is None else again[flows[node].node], np.shape(x))
        for node, x in zip(nodes, circuit.inputs, strict=True)
    ]
    return Found(again[output], gradients)


def on_textbook(circuit: Circuit) -> Found | None:
    """As `bpcalc diff` has it: formulas for every point of these shapes, evaluated at this one."""
    graph, nodes, output = circuit.graph()
    m = Textbook(Graph())
    variables = {name: m.variable(name, np.shape(x)) for name, x in circuit.values.items()}
    try:
        values = forward(m, graph, variables, [output])
    except ShapeError:
        return None
    seed = upstream_of(m.variable("seed", values[output].shape))
    flows = backpropagate(m, graph, values, output, seed, graph.carries(nodes, output), LESSON)
    formulas = [values[output], *(m.zero_like(values[node]) if flows[node] is None else flows[node] for node in nodes)]
    written = [m.node(m.shortest(one)) for one in formulas]
    given = {**bound(ARRAYS, circuit), "seed": ARRAYS.value(upstream(values[output].shape))}
    with ARRAYS.quiet():
        found = forward(ARRAYS, m.graph, {name: given[name] for name in m.graph.variables}, written)
    return Found(found[written[0]], [found[node] for node in written[1:]])


def shape_alone(circuit: Circuit) -> tuple[int, ...] | None:
    try:
        return SHAPES.function(circuit.gate)(*(Shaped(np.shape(x)) for x in circuit.inputs)).shape
    except ValueError:
        return None


def same(a: Any, b: Any) -> bool:
    """The same shape and the same doubles, where NaN is NaN and -0 is 0."""
    return np.shape(a) == np.shape(b) and np.array_equal(a, b, equal_nan=True)


def near(a: Any, b: Any, tolerance: float, floor: float = 0.0) -> Any:
    """Equal but for rounding, by entry; `floor`: what is 0 beside the other numbers."""
    with ARRAYS.quiet():
        return ARRAYS.close(a, b, tolerance) | (np.abs(np.subtract(a, b)) <= floor)
