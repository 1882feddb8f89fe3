"""One-sided derivatives: of the gates whose entries mix, and of whole programs; and what is made of them."""

from __future__ import annotations

import itertools
import math
from collections import Counter
from typing import Any

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mpmath import mpf
from reference import FORWARD

from bpcalc.algebra.arrays import ARRAYS
from bpcalc.calculations.passes import prepare, run
from bpcalc.engine.findings import Whole, at_edges, at_kinks, kinks
from bpcalc.engine.onesided import gate_side
from bpcalc.errors import Source
from bpcalc.gate import Gate
from bpcalc.gates.arrays import GATES
from bpcalc.reports.options import Options
from bpcalc.telling.sentences import looked_at

STEP = 2.0**-30

# Inputs at the kink of every gate whose entries mix, with its options. Rows that are not at it come along.
X = ((3.0, 1.0, 3.0), (3.0, 1.0, 1.0))
ZEROS = ((0.0, 0.0, 0.0), (3.0, 4.0, 12.0))
EQUAL = ((2.0, 2.0, 2.0), (1.0, 2.0, 6.0))
MIXED: dict[str, list[tuple[tuple[Any, ...], dict[str, Any]]]] = {
    **{
        name: [((X,), {"axis": axis, "keepdims": keep}) for axis in (None, 0, 1, -1, (0, 1)) for keep in (False, True)]
        for name in ("amax", "amin")
    },
    "norm": [
        ((ZEROS,), {"axis": 1}), (((0.0, 0.0),), {}), ((((0.0, 0.0), (0.0, 1.0)),), {"axis": 0, "keepdims": True}),
        (((0.0, 2.0),), {"order": 1}), (((2.0, -2.0, 1.0),), {"order": math.inf}), (((0.0, 0.0),), {"order": 3}),
        (((0.0, 2.0),), {"order": -math.inf}), ((((1.0, 2.0), (3.0, 2.0)),), {"order": 1}),
        ((((0.0, 2.0), (3.0, 1.0)),), {"order": math.inf, "axis": (1, 0)}), ((((2.0, 0.0), (0.0, 2.0)),), {"order": 2}),
        ((((2.0, 0.0), (0.0, 0.0)),), {"order": "nuc"}),
    ],
    "std": [((EQUAL,), {"axis": 1}), (((5.0, 5.0, 5.0),), {}), ((((1.0, 2.0), (1.0, 3.0)),), {"axis": 0})],
    "svm_loss": [
        ((((1.0, 2.0, 1.0), (0.0, 5.0, 1.0)), (1.0, 1.0), 1.0), {"reduction": reduction})
        for reduction in ("sum", "mean", "none")
    ] + [(((1.0, 2.0, 4.0), 1.0, 1.0), {})],
    "sort": [((X,), {"axis": axis}) for axis in (-1, 0, None)],
    "median": [((X,), {"axis": axis}) for axis in (1, None)] + [(((2.0, 2.0, 2.0, 1.0),), {})],
    "quantile": [((X,), {"axis": 1, "q": 0.3, "keepdims": True}), (((3.0, 1.0, 1.0, 3.0),), {"q": 0.1})],
    "eigvalsh": [((((2.0, 0.0), (0.0, 2.0)),), {}), ((((1.0, 0.0, 0.0), (0.0, 3.0, 0.0), (0.0, 0.0, 1.0)),), {})],
    "svdvals": [((((2.0, 0.0), (0.0, 2.0)),), {}), ((((1.0, 0.0, 0.0), (0.0, 0.0, 0.0)),), {})],
    "max_pool2d": [(((((3.0, 1.0, 3.0), (3.0, 1.0, 1.0)),),), {"kernel_size": 2, "stride": 1})],
}  # fmt: skip


def test_every_gate_with_a_kink_is_tried_there() -> None:
    assert set(MIXED) == {gate.name for gate in GATES.values() if gate.kink and gate.pullback}


@pytest.mark.parametrize("name", MIXED)
def test_the_one_sided_derivative_of_a_gate_whose_entries_mix(name: str) -> None:
    """Against differences on one side, in directions that keep ties and that break them."""
    generator = np.random.default_rng(7)
    for inputs, options in MIXED[name]:
        gate: Gate = GATES[name].bind(options)
        xs = [np.array(x) for x in inputs]
        function = ARRAYS.function(gate)
        y = function(*xs)
        assert gate.kink is not None
        assert np.any(gate.kink.touched(ARRAYS, y, *xs))
        for sign, draw in itertools.product((1.0, -1.0), range(6)):
            ts: list[Any] = [sign * generator.integers(-2, 3, x.shape).astype(float) for x in xs]
            if name == "svm_loss":  # labels do not move
                ts[1] = None
                ts[2] = None if draw % 2 else ts[2]
            with ARRAYS.quiet():
                found = gate_side(ARRAYS, gate, y, xs, ts)
            beyond = function(*(x if t is None else x + STEP * t for x, t in zip(xs, ts, strict=True)))
            np.testing.assert_allclose(found, (beyond - y) / STEP, rtol=1e-5, atol=1e-5, err_msg=f"{inputs} "
             f"{options} {ts}")


@pytest.mark.parametrize("name", MIXED)
def test_a_gate_whose_entries_mix_is_told_at_its_kink(name: str) -> None:
    for inputs, options in MIXED[name]:
        gate = GATES[name].bind(options)
        names = "xyz"[: len(inputs)]
        chosen = [f"{key}={list(one) if isinstance(one, tuple) else one}" for key, one in options.items()]
        values = {key: np.array(x) for key, x in zip(names, inputs, strict=True)}
        circuit = run_of(f"sum({gate.spelling}({', '.join([*names, *chosen])}))", values)
        with ARRAYS.quiet():
            (touched,) = kinks(looked_at(circuit))
        assert gate.kink is not None
        at = np.asarray(gate.kink.touched(ARRAYS, circuit.values[touched.node], *values.values()))
        assert touched.places == (at.sum(), at.size, tuple(np.argwhere(at)[0]) if at.shape else ())
        place, left, right = touched.sides[0]
        unit = np.zeros(np.shape(inputs[0]))
        unit[place] = STEP
        function, y = ARRAYS.function(gate), circuit.values[touched.node]
        for side, sign in ((left, -1.0), (right, 1.0)):
            slope = sign * (function(np.array(inputs[0]) + sign * unit, *map(np.array, inputs[1:])) - y) / STEP
            aligned = at.shape == np.shape(slope)  # else the entry goes into one result
            found = slope[touched.places.first] if aligned else np.sum(slope)
            assert found == pytest.approx(side, rel=1e-6, abs=1e-6)


def run_of(program: str, values: dict[str, Any]) -> Any:
    m, parsed = prepare(Source(program), values, Options())
    with m.quiet():
        return run(m, parsed, values, Options(symbolic=False))


# Programs of gates that are exact on small whole numbers, so that a tie of floats is one of mathematics.
def _grow(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.tuples(inner, st.sampled_from("+-*"), inner).map(lambda t: f"({t[0]} {t[1]} {t[2]})"),
        st.tuples(st.sampled_from(("max", "min")), inner, inner).map(lambda t: f"{t[0]}({t[1]}, {t[2]})"),
        st.tuples(st.sampled_from(("abs", "relu")), inner).map(lambda t: f"{t[0]}({t[1]})"),
        st.tuples(inner, inner).map(lambda t: f"clip({t[0]}, {t[1]}, 1)"),
        inner.map(lambda t: f"({t})^2"),
        st.tuples(inner, st.sampled_from(("<", "<=", ">", ">=")), inner, inner, inner).map(
            lambda t: f"where({t[0]} {t[1]} {t[2]}, {t[3]}, {t[4]})"
        ),
    )


PROGRAMS = st.recursive(st.sampled_from(("x", "y", "x", "y", "0", "1", "2")), _grow, max_leaves=7)
DIRECTIONS = ((1.0, 0.0), (-1.0, 0.0), (0.0, 1.0), (0.0, -1.0), (1.0, 1.0), (1.0, -1.0), (-3.0, 2.0), (-1.0, -2.0))


def exact(graph: Any, output: int, values: dict[str, Any]) -> Any:
    """The value of a program by mpmath."""
    found: list[Any] = []
    for node, (gate, inputs) in enumerate(zip(graph.gates, graph.inputs, strict=True)):
        payload = graph.leaves.get(node)
        if node in graph.leaves:
            found.append(values[payload] if isinstance(payload, str) else mpf(payload))
        else:
            found.append(FORWARD[gate.name](*(found[one] for one in inputs)))
    return found[output]


def slope(graph: Any, output: int, point: dict[str, float], direction: tuple[float, ...]) -> Any:
    """The quotient of a step of 1e-40."""
    step = mpf("1e-40")
    start, end = (
        exact(graph, output, {name: mpf(x) + h * t for (name, x), t in zip(point.items(), direction, strict=True)})
        for h in (0, step)
    )
    return (end - start) / step


def test_where_nothing_is_told_the_gradient_is_the_derivative() -> None:
    """In every direction. And what is told of the output's sides is so."""
    counts: Counter[str] = Counter()

    @given(PROGRAMS, st.tuples(st.sampled_from((0.0, 1.0, -1.0, 2.0)), st.sampled_from((0.0, 1.0, -1.0))))
    @settings(max_examples=1500)
    def law(program: str, point: tuple[float, float]) -> None:
        values = dict(zip("xy", point, strict=True))
        circuit = run_of(f"{program} + 0*x + 0*y", values)
        watched = looked_at(circuit)
        if not [*kinks(watched), *at_edges(watched)]:
            return
        found = list(at_kinks(watched))
        with mpmath.workdps(100):
            if not found:
                counts["silent"] += 1
                check_all_directions(circuit, values)
            for one in found:
                if isinstance(one, Whole):
                    counts["told"] += 1
                    check_sides(circuit, values, one)

    law()
    assert counts["silent"] > 40
    assert counts["told"] > 40


def check_all_directions(circuit: Any, values: dict[str, float]) -> None:
    slopes = [float(circuit.gradient(circuit.wrt[name])) for name in values]
    for direction in DIRECTIONS:
        expected = sum(g * t for g, t in zip(slopes, direction, strict=True))
        assert abs(slope(circuit.program.graph, circuit.output, values, direction) - expected) < 1e-30


def check_sides(circuit: Any, values: dict[str, float], told: Whole) -> None:
    axis = tuple(float(circuit.wrt[name] == told.node) for name in values)
    for side, sign in ((told.left, -1.0), (told.right, 1.0)):
        way = tuple(sign * t for t in axis)
        true = sign * slope(circuit.program.graph, circuit.output, values, way)
        assert (abs(side) == np.inf and abs(true) > 1e20 and side * true > 0) or abs(side - true) < 1e-12
