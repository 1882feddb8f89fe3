"""A simplification changes no double: for all sorts of operands, the simpler node has the value of the gate itself."""

from __future__ import annotations

import itertools
import math

import pytest
from reference import same

from bpcalc.algebra.floats import FLOATS
from bpcalc.algebra.folding import SIMPLIFY, is_truth
from bpcalc.algebra.symbols import Symbol, Symbols
from bpcalc.gates import GATES
from bpcalc.graph import Graph

CONSTANTS = (0.0, -0.0, 1.0, -1.0, 2.0, -3.0, 0.5, 53.0, 2.0**53, 1e300, math.inf, -math.inf, math.nan)
POINTS = ((0.0, -0.0), (1.0, 1.0), (-2.5, 3.0), (1e300, -1e300), (math.inf, math.nan), (5e-324, 1.0))


def operands(m: Symbols) -> list[Symbol]:
    """Constants, and every form of an operation that a simplification looks at."""
    x, y = m.symbol(m.graph.variable("x")), m.symbol(m.graph.variable("y"))
    plain = [("negate", x), ("negate", y), ("subtract", x, y), ("less", x, y), ("less", y, x), ("multiply", x, y)]
    found = [x, y, *(m.apply(GATES[name], tuple(s.node for s in sources)) for name, *sources in plain)]
    less, more = found[5], found[6]
    found += [m.apply(GATES[name], (less.node, more.node)) for name in ("multiply", "max", "equal")]
    found.append(m.apply(GATES["max"], (x.node, y.node)))
    return [*found, *map(m.constant, CONSTANTS), m.constant("e"), m.constant("pi")]


@pytest.mark.parametrize("name", sorted(SIMPLIFY))
def test_the_simpler_node_has_the_same_double(name: str) -> None:
    gate = GATES[name]
    changed = 0
    for x, y in POINTS:
        m = Symbols(Graph(), [x, y], FLOATS)
        given = operands(m)
        for inputs in itertools.product(given, repeat=len(gate.parameters)):
            simpler = m.call(name, *inputs)
            itself = m.apply(gate, tuple(symbol.node for symbol in inputs))
            changed += simpler.node != itself.node
            assert same(m.values[simpler.node], m.values[itself.node]), (name, [m.values[s.node] for s in inputs])
    assert changed


def test_three_inputs_of_max_are_looked_at_one_by_one() -> None:
    m = Symbols(Graph(), [1.0, 2.0], FLOATS)
    x, y = operands(m)[:2]
    assert m.values[m.call("max", x, x, y).node] == 2
    assert m.call("max", x, x, x).node == x.node


def test_a_truth_is_always_0_or_1() -> None:
    for x, y in POINTS:
        m = Symbols(Graph(), [x, y], FLOATS)
        truths = [symbol for symbol in operands(m) if is_truth(m.graph, symbol.node)]
        assert len(truths) == 5
        assert {m.values[symbol.node] for symbol in truths} <= {0.0, 1.0}


def test_a_product_with_zero_stays() -> None:
    m = Symbols(Graph(), [math.inf, 1.0], FLOATS)
    x = operands(m)[0]
    assert math.isnan(m.values[m.call("multiply", x, 0).node])
