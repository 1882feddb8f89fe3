"""Edges: what each use of an input hands on. They add up to the gradients, in every algebra, bit for bit."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from every import several
from formulas import VARIABLES, expressions, values
from hypothesis import example, given
from hypothesis import strategies as st
from reference import SCALARS

from bpcalc import gradient
from bpcalc.algebra.duals import Duals, tangent_of, value_of
from bpcalc.algebra.floats import FLOATS
from bpcalc.algebra.symbols import Symbols
from bpcalc.calculations.gradient import calculate
from bpcalc.engine.forward import forward
from bpcalc.engine.reverse import backpropagate, edges
from bpcalc.engine.tangent import pusher, tangents
from bpcalc.errors import Source
from bpcalc.gate import CONVENTIONS
from bpcalc.graph import Graph
from bpcalc.reports.circuit import Circuit
from bpcalc.reports.options import Options

three = st.tuples(values, values, values)


def gradients_of_edges(circuit: Circuit) -> list[Any]:
    """The gradients as sums of what flows along the edges, from the output to the inputs."""
    totals: list[Any] = [None] * circuit.output + [circuit.seed]
    for node in range(circuit.output, -1, -1):
        for edge in circuit.edges(node):
            assert (edge.node, circuit.program.graph.inputs[node][edge.place]) == (node, edge.source)
            if edge.downstream is not None:
                before = totals[edge.source]
                totals[edge.source] = edge.downstream if before is None else before + edge.downstream
    return totals


def same(a: Any, b: Any) -> bool:
    """Are two floats the same, bit for bit, or both NaN; or is there neither?"""
    if a is None or b is None:
        return a is b
    return a == b and math.copysign(1, a) == math.copysign(1, b) if a == a else b != b


def assert_edges_add_up(circuit: Circuit) -> None:
    for node, (found, wanted) in enumerate(zip(gradients_of_edges(circuit), circuit.gradients, strict=True)):
        assert same(found, wanted), f"node {node}: {found!r} instead of {wanted!r}"


@given(expressions(), three, st.sampled_from(CONVENTIONS), st.sampled_from((1.0, -2.5, 0.0)))
@example("x*x + y/x", (3.0, -2.0, 0.0), "torch", 1.0)
@example("where(x > 0, sqrt(x), 2)*x", (-1.0, 0.0, 0.0), "torch", 1.0)
@example("max(x, y, z)*min(x, z) + relu(x)", (1.0, 1.0, 1.0), "first", 1.0)
@example("relu(-1/x)", (0.0, 1.0, 1.0), "torch", 1.0)
def test_the_edges_into_a_node_add_up_to_its_gradient(
    program: str, point: tuple[float, ...], convention: str, upstream: float
) -> None:
    bound = dict(zip(VARIABLES, point, strict=True))
    assert_edges_add_up(calculate(Source(program), bound, Options(convention=convention, upstream=upstream)).circuit)


@given(expressions(), three)
def test_downstream_is_upstream_times_local(program: str, point: tuple[float, ...]) -> None:
    circuit = gradient(program, dict(zip(VARIABLES, point, strict=True))).circuit
    for node, upstream in enumerate(circuit.gradients):
        for edge in circuit.edges(node):
            assert same(edge.upstream, upstream)
            if edge.downstream is not None:
                assert same(edge.downstream, edge.upstream * edge.local)
            elif edge.local is not None:  # nothing reaches the gate, or a router blocks it
                assert upstream is None or (circuit.program.graph.gates[node].routes and edge.local == 0)


def one_gate(name: str, count: int, twice: bool) -> tuple[Graph, int]:
    """A gate on so many inputs, or on the first for all of them."""
    graph = Graph()
    inputs = tuple(graph.variable(f"x{0 if twice else place}") for place in range(count))
    return graph, graph.apply(SCALARS[name], inputs)


GATES_AT_SAMPLES = [
    (name, sample, twice)
    for name, gate in SCALARS.items()
    for sample in gate.samples
    for twice in ((False, True) if len(sample) > 1 else (False,))
]


def summed(m: Any, graph: Graph, values: Sequence[Any], output: int, seed: Any) -> tuple[list[Any], list[Any]]:
    """The gradients of a gate's inputs as sums over its edges, and as the backward pass has them."""
    needed = bytearray(b"\1") * len(graph)
    totals: list[Any] = [None] * output
    found = edges(m, graph, values, output, seed, needed, "torch")
    for source, (_, downstream) in zip(graph.inputs[output], found, strict=True):
        if downstream is not None:
            totals[source] = downstream if totals[source] is None else totals[source] + downstream
    return totals, backpropagate(m, graph, values, output, seed, needed, "torch")[:output]


@several("name, sample, twice", GATES_AT_SAMPLES)
def test_the_edges_of_every_gate_add_up_on_floats_and_on_dual_numbers(
    name: str, sample: Sequence[float], twice: bool
) -> None:
    graph, output = one_gate(name, len(sample), twice)
    numbers = forward(FLOATS, graph, {f"x{place}": x for place, x in enumerate(sample)})
    assert all(map(same, *summed(FLOATS, graph, numbers, output, 1.5)))
    m = Duals(FLOATS, pusher)
    moved = tangents(FLOATS, graph, numbers, {0: 1.0}, output, "torch")
    for found, wanted in zip(*summed(m, graph, m.lift(numbers, moved), output, m.value(1.5)), strict=True):
        assert same(value_of(found), value_of(wanted))
        assert same(tangent_of(found), tangent_of(wanted))


@several("name", [name for name, gate in SCALARS.items() if gate.samples])
def test_the_edges_are_formulas_in_the_algebra_of_formulas(name: str) -> None:
    """What goes downstream is the very node that the backward pass makes."""
    count = len(SCALARS[name].samples[0])
    graph, output = one_gate(name, count, twice=False)
    numbers = forward(FLOATS, graph, {f"x{place}": x for place, x in enumerate(SCALARS[name].samples[0])})
    m = Symbols(graph, numbers, FLOATS)
    nodes, needed = [m.symbol(node) for node in range(output + 1)], bytearray(b"\1") * (output + 1)
    wanted = backpropagate(m, graph, nodes, output, m.constant(1.5), needed, "torch")
    found = edges(m, graph, nodes, output, m.constant(1.5), needed, "torch")
    for source, (_, downstream) in zip(graph.inputs[output], found, strict=True):
        assert getattr(downstream, "node", None) == getattr(wanted[source], "node", None)


def test_a_row_has_its_edges() -> None:
    report = gradient("q = x+y; f = q*z", x=-2, y=5, z=-4)
    assert [(edge.upstream, edge.local, edge.downstream) for edge in report["f"].edges] == [(1, -4, -4), (1, 3, 3)]
    assert [edge.source for edge in report["q"].edges] == [report["x"].node, report["y"].node]
    assert report["x"].edges == ()


def test_edges_with_infinite_numbers_are_no_warning_of_numpy() -> None:
    (edge,) = gradient("sum(log(x))", x=[0, 1])["n1"].edges
    assert list(edge.downstream) == [math.inf, 1]


def test_each_use_of_an_input_is_an_edge_of_its_own() -> None:
    report = gradient("x*x", x=3)
    assert [(edge.place, edge.local, edge.downstream) for edge in report["f"].edges] == [(0, 3, 3), (1, 3, 3)]


def test_nothing_flows_where_a_router_blocks_and_where_nothing_is_asked() -> None:
    report = gradient("max(x, y) + z", x=1, y=2, z=3, wrt="x,y")
    to_x, to_y = report["n1"].edges
    assert (to_x.local, to_x.downstream) == (0, None)
    assert (to_y.local, to_y.downstream) == (1, 1)
    to_n1, to_z = report["f"].edges
    assert (to_n1.carries, to_z.carries) == (True, False)
    assert (to_z.upstream, to_z.local, to_z.downstream) == (1, None, None)
