"""Second derivatives of every scalar gate at its sample points: they are those of mpmath, and symmetric."""

from __future__ import annotations

import math

import mpmath
import pytest
from every import every
from mpmath import mpf
from reference import DIGITS, FORWARD, SCALARS, STEP, TAKEN_AS_CONSTANT, real

from bpcalc import gradient
from bpcalc import hessian as hessian_of
from bpcalc.algebra.duals import Dual, Duals
from bpcalc.algebra.floats import FLOATS
from bpcalc.engine.forward import forward
from bpcalc.engine.reverse import backpropagate
from bpcalc.engine.second import hessian
from bpcalc.engine.tangent import pusher, tangents
from bpcalc.gate import CONVENTIONS, Gate
from bpcalc.gates import GATES
from bpcalc.graph import Graph

CASES = [(gate, sample) for gate in SCALARS.values() for sample in gate.samples if gate.differentiable]
EVERY_SAMPLE = every("gate, sample", CASES, by=lambda case: case[0].name)
INF = math.inf
FLAT = {*TAKEN_AS_CONSTANT, ("where", 0)}  # a condition is taken for the same nearby


def on_variables(gate: Gate, inputs: tuple[float, ...]) -> tuple[Graph, list[int], int, list[float]]:
    """The gate on variables: the graph, their nodes, the gate's own, and the values of all nodes."""
    graph = Graph()
    nodes = [graph.variable(f"x{place}") for place in range(len(inputs))]
    output = graph.apply(gate, tuple(nodes))
    return graph, nodes, output, forward(FLOATS, graph, {f"x{place}": x for place, x in enumerate(inputs)})


def passes(gate: Gate, inputs: tuple[float, ...], convention: str = "torch") -> list[list[float]]:
    """The matrix as it is computed: a row for each input, in whose direction the pass was made."""
    graph, nodes, output, values = on_variables(gate, inputs)
    rows = hessian(Duals(FLOATS, pusher, convention), graph, values, output, nodes, graph.carries(nodes, output))
    return [[row.get(node, 0.0) for node in nodes] for _, _, row in rows]


def exact(name: str, inputs: tuple[float, ...], first: int, second: int) -> mpf | None:
    """∂²/∂first∂second by central differences with hundreds of digits; None where it is no real number."""
    with mpmath.workdps(DIGITS):
        steps = [STEP * (abs(mpf(x)) or 1) for x in inputs]
        total = mpf(0)
        for a in (1, -1):
            for b in (1, -1):
                point = list(map(mpf, inputs))
                point[first] += a * steps[first]
                point[second] += b * steps[second]
                value = real(FORWARD[name](*point))
                if value is None:
                    return None
                total += a * b * value
        return total / (4 * steps[first] * steps[second])


@EVERY_SAMPLE
def test_the_second_derivatives_are_those_of_mpmath(gate: Gate, sample: tuple[float, ...]) -> None:
    rows = passes(gate, sample)
    for first, row in enumerate(rows):
        for second, found in enumerate(row):
            if {(gate.name, first), (gate.name, second)} & FLAT:
                assert found == 0
                continue
            expected = exact(gate.name, sample, first, second)
            if expected is None:
                assert math.isnan(found) or found == 0  # the exponent of a negative number
            else:
                assert found == pytest.approx(float(expected), rel=1e-14, abs=1e-300)


@EVERY_SAMPLE
def test_the_passes_give_a_symmetric_matrix_to_rounding(gate: Gate, sample: tuple[float, ...]) -> None:
    rows = passes(gate, sample)
    for row, column in zip(rows, zip(*rows, strict=True), strict=True):
        assert row == pytest.approx(column, rel=1e-14, abs=1e-300, nan_ok=True)


@EVERY_SAMPLE
def test_the_gradient_beside_the_tangents_is_that_of_the_plain_pass_bit_for_bit(
    gate: Gate, sample: tuple[float, ...]
) -> None:
    graph, nodes, output, values = on_variables(gate, sample)
    needed = graph.carries(nodes, output)
    plain = backpropagate(FLOATS, graph, values, output, 1.0, needed, "torch")
    duals = Duals(FLOATS, pusher)
    moved = tangents(FLOATS, graph, values, dict.fromkeys(nodes, 0.5), output, "torch")
    found = backpropagate(duals, graph, duals.lift(values, moved), output, 1.0, needed, "torch")
    for node in nodes:
        value = found[node].value if isinstance(found[node], Dual) else found[node]
        assert repr(value) == repr(plain[node])


# Where a formula overflows, vanishes, or divides 0 by 0 although the second derivative is known.
SPECIAL: list[tuple[str, tuple[float, ...], list[list[float]]]] = [
    ("power", (0.0, 2.0), [[2, 0], [0, 0]]),
    ("power", (0.0, 3.0), [[0, 0], [0, 0]]),
    ("power", (0.0, 4.0), [[0, 0], [0, 0]]),
    ("power", (5.0, 1.0), [[0, 1 + math.log(5)], [1 + math.log(5), 5 * math.log(5) ** 2]]),
    ("power", (2.0, 0.0), [[0, 0.5], [0.5, math.log(2) ** 2]]),
    ("power", (-3.0, 3.0), [[-18, math.nan], [math.nan, math.nan]]),
    ("tanh", (0.0,), [[0]]),
    ("tanh", (30.0,), [[-8 * math.exp(-60)]]),
    ("tanh", (-300.0,), [[8 * math.exp(-600)]]),
    ("tanh", (400.0,), [[0]]),
    ("tanh", (800.0,), [[0]]),
    ("tanh", (-800.0,), [[0]]),
    ("sigmoid", (800.0,), [[0]]),
    ("sigmoid", (-800.0,), [[0]]),
    ("sigmoid", (-700.0,), [[math.exp(-700)]]),
    ("softplus", (-800.0,), [[0]]),
    ("softplus", (800.0,), [[0]]),
    ("silu", (-800.0,), [[0]]),
    ("silu", (800.0,), [[0]]),
    ("gelu", (1e155,), [[0]]),
    ("erf", (1e200,), [[0]]),
    ("erfc", (-1e200,), [[0]]),
    ("atan", (1e160,), [[0]]),
    ("atan", (0.0,), [[0]]),
    ("asinh", (1e200,), [[0]]),
    ("log1p", (0.0,), [[-1]]),
    ("logit", (0.5,), [[0]]),
    ("sqrt", (0.0,), [[-INF]]),
    ("log", (0.0,), [[-INF]]),
    ("exp", (800.0,), [[INF]]),
    ("divide", (0.0, 2.0), [[0, -0.25], [-0.25, 0]]),
    ("divide", (1.0, INF), [[0, 0], [0, 0]]),
    ("multiply", (0.0, 0.0), [[0, 1], [1, 0]]),
    ("hypot", (3e200, 4e200), [[1.28e-201, -9.6e-202], [-9.6e-202, 7.2e-202]]),
    ("hypot", (0.0, 2.0), [[0.5, 0], [0, 0]]),
    ("atan2", (0.0, 2.0), [[0, -0.25], [-0.25, 0]]),
    ("abs", (-2.0,), [[0]]),
    ("relu", (3.0,), [[0]]),
    ("relu", (-3.0,), [[0]]),
    ("elu", (-2.0, 1.5), [[1.5 * math.exp(-2), math.exp(-2)], [math.exp(-2), 0]]),
    ("elu", (1000.0, 1.0), [[0, 0], [0, 0]]),
    ("leaky_relu", (-2.0, 0.1), [[0, 1], [1, 0]]),
    ("max", (1.0, 2.0), [[0, 0], [0, 0]]),
    ("clip", (0.5, 0.0, 1.0), [[0] * 3] * 3),
    ("where", (1.0, 3.0, 4.0), [[0] * 3] * 3),
    ("gamma", (1.0,), [[float(mpmath.euler**2 + mpmath.pi**2 / 6)]]),
    ("lgamma", (1.0,), [[math.pi**2 / 6]]),
]  # fmt: skip


@pytest.mark.parametrize(("name", "inputs", "expected"), SPECIAL, ids=[f"{case[0]}{case[1]}" for case in SPECIAL])
def test_special_points(name: str, inputs: tuple[float, ...], expected: list[list[float]]) -> None:
    for row, wanted in zip(passes(GATES[name], inputs), expected, strict=True):
        assert row == pytest.approx(wanted, rel=1e-13, abs=1e-305, nan_ok=True)


@pytest.mark.parametrize("convention", CONVENTIONS)
@pytest.mark.parametrize("name", ["max", "min", "relu", "abs", "clip", "leaky_relu"])
def test_a_gate_of_straight_pieces_has_no_second_derivative_at_its_kink_either(name: str, convention: str) -> None:
    inputs = {"max": (1.0, 1.0), "min": (1.0, 1.0), "clip": (1.0, 0.0, 1.0), "leaky_relu": (0.0, 0.1)}.get(name, (0.0,))
    rows = passes(GATES[name], inputs, convention)
    for place, row in enumerate(rows):
        assert row[place] == 0
        assert name == "leaky_relu" or not any(row)  # slope*x is bent in slope and x together


@pytest.mark.parametrize("gate", ["tanh", "sigmoid", "softplus", "gelu", "silu", "erf", "erfc", "elu", "atan", "asinh"])
@pytest.mark.parametrize("x", [-1e5, -1000.0, -750.0, 750.0, 1000.0, 1e5])
def test_far_out_second_derivatives_are_numbers(gate: str, x: float) -> None:
    """All of these are straight there, or as good as: what is left of their curvature is below 1e-5."""
    inner = gradient(f"grad({gate}(x), x)", x=x, symbolic=False).gradient["x"]
    again = gradient(f"grad(grad({gate}(x), x), x)", x=x, symbolic=False).value
    entries = gradient(f"sum(grad(sum({gate}(x)), x))", x=[x, 1.0], symbolic=False).gradient["x"]
    for found in (inner, again, hessian_of(f"{gate}(x)", x=x).hessian["x"]["x"], entries[0]):
        assert abs(float(found)) < 1e-5


@pytest.mark.parametrize("x", [1.0, 20.0, 299.0, 301.0, 340.0])
def test_the_curvature_of_tanh_keeps_its_digits(x: float) -> None:
    with mpmath.workdps(400):
        exact = -2 * mpmath.tanh(mpmath.mpf(x)) * mpmath.sech(mpmath.mpf(x)) ** 2
    assert gradient("grad(tanh(x), x)", x=x).gradient["x"] == pytest.approx(float(exact), rel=1e-13)
