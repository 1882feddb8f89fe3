"""Where nothing flows at all there is no gradient: None, in every algebra and both modes; and what it would have met
further down makes no NaN of it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from bpcalc import gradient, hessian, jvp
from bpcalc.algebra.arrays import ARRAYS
from bpcalc.algebra.duals import Duals
from bpcalc.algebra.floats import FLOATS
from bpcalc.algebra.protocol import Algebra
from bpcalc.algebra.symbols import Symbols
from bpcalc.engine.forward import forward
from bpcalc.engine.reverse import backpropagate
from bpcalc.engine.tangent import pusher, tangents
from bpcalc.errors import Source
from bpcalc.graph import Graph
from bpcalc.reading.parser import parse

# Each with all inputs blocked at x = [-1, -2]; behind the router a gate whose entries mix.
BLOCKED = ["relu(x)", "sum(relu(x))", "where(x > 0, cumsum(x), 0)", "max(x, 3)", "clip(x, 5, 6)", "relu(max(x))",
           "sum(where(x > 0, [x[1], x[0]], 1))"]  # fmt: skip


def passes(m: Algebra, program: str, point: Any) -> tuple[Any, Any]:
    """The gradient of x, and the tangent of the output as x moves."""
    read = parse(Source(program))
    graph, output, x = read.graph, read.output, read.names["x"]
    with m.quiet():
        values = forward(m, graph, {"x": m.value(point)}, [output])
        seed = m.spread(m.one, values[output])
        gradients = backpropagate(m, graph, values, output, seed, graph.carries([x], output), "torch")
        return gradients[x], tangents(m, graph, values, {x: m.spread(m.one, values[x])}, output, "torch")[output]


@pytest.mark.parametrize("program", BLOCKED)
def test_a_gradient_that_is_blocked_in_every_entry_is_none(program: str) -> None:
    assert passes(ARRAYS, program, [-1.0, -2.0]) == (None, None)


@pytest.mark.parametrize("program", ["relu(x)", "max(x, 3)", "clip(x, 5, 6)", "where(x > 0, log(x), 0)"])
def test_single_numbers_say_so_likewise(program: str) -> None:
    assert passes(FLOATS, program, -1.0) == (None, None)
    assert passes(ARRAYS, program, -1.0) == (None, None)


def test_a_gradient_that_is_blocked_in_some_entries_is_none_of_them() -> None:
    found, tangent = passes(ARRAYS, "relu(x)", [-1.0, 2.0])
    assert ARRAYS.is_switched(found)
    assert ARRAYS.is_switched(tangent)
    assert ARRAYS.lists(ARRAYS.dense(found)) == ARRAYS.lists(ARRAYS.dense(tangent)) == [0.0, 1.0]
    assert ARRAYS.live(found).tolist() == [False, True]
    m = Duals(ARRAYS, pusher)
    assert m.live(m.dual(None, found)).tolist() == m.live(m.dual(found, None)).tolist() == [False, True]
    assert m.is_switched(m.dual(None, found))
    assert not m.live(None)
    assert not ARRAYS.is_switched(passes(ARRAYS, "exp(x)", [-1.0, 2.0])[0])


@pytest.mark.parametrize(
    ("program", "point"),
    [
        # the untaken branch ends in a gate whose entries mix, and whose pullback is NaN or infinite there
        ("where(max(x) > 5, 1/sum(x), 0)", [1.0, -1.0]),
        ("where(x > 9, std(1/x), 0)", [0.0, 1.0]),
        ("where(max(x) > 5, sum(inv(outer(x, x))), 0)", [1.0, 2.0]),
        ("where(max(x) > 5, norm(log(x)), 0)", [0.0, 1.0]),
        ("relu(sum(log(x)))", [0.0, 1.0]),
        ("relu(-norm(1/x))", [0.0, 1.0]),
        ("sum(where(x > 9, softmax(1/x), 0))", [0.0, 1.0]),
        ("sum(where(x > 9, log(x/sum(x)), 0))", [0.0, 0.0]),
    ],
)
def test_what_is_blocked_makes_no_nan_further_down(program: str, point: list[float]) -> None:
    report = gradient(program, {"x": point}, upstream=1.0)
    assert not np.asarray(report.gradient["x"]).any()
    assert not np.asarray(jvp(program, {"x": point}, tangent={"x": [1.0, 1.0]}).tangent).any()
    # and the formula beside it says the same
    for row in report.nodes:
        if row.symbolic:
            shown = gradient(row.symbolic, {"x": point}, symbolic=False, upstream=1.0).value
            assert np.array_equal(np.broadcast_to(shown, np.shape(row.gradient)), row.gradient), row.symbolic
    inside = gradient(f"g = grad(sum({program}), x); sum(g*g)", {"x": point}, symbolic=False)
    assert inside.value == 0


@pytest.mark.parametrize(
    ("gate", "expected"),
    [("cumsum(exp(y), axis=0)", [1.0, 0.0]), ("[exp(y[0]) + exp(y[1]), y[0]]", [1.0, 1.0]), ("M@exp(y)", [3.0, 4.0])],
)
def test_what_is_blocked_at_the_point_may_flow_in_the_direction(gate: str, expected: list[float]) -> None:
    """As t moves away from 0, the gradient of y is t*expected: of a dual number that has no value, only a tangent."""
    values = {"x": [1.0, -1.0], "t": 0.0, "y": [0.0, 0.0], "M": [[3.0, 4.0], [5.0, 6.0]]}
    found = hessian(f"sum(where(x > 0, t*({gate}), 0))", values)
    assert found.gradient["y"].tolist() == [0.0, 0.0]
    assert found.hessian["t"]["y"].tolist() == found.hessian["y"]["t"].tolist() == expected
    assert not found.hessian["y"]["y"].any()


def test_symbols_switch_and_never_forget() -> None:
    """A formula is for other points too, so a router that blocks all of it here is written down."""
    graph = Graph()
    x = graph.variable("x")
    m = Symbols(graph, [np.array([-1.0, -2.0])], ARRAYS)
    weight = m.symbol(x) > 0
    found = m.route(m.value([1.0, 1.0]), weight)
    assert found is not None
    assert m.is_switched(found)
    assert not m.holds(m.live(found))
    assert m.everywhere(m.live(m.route(m.value([1.0, 1.0]), m.symbol(x) < 0)))
    assert m.route(m.one, 0) is None
