"""The short cuts of the passes on single numbers are what they stand for."""

import math
import random
import struct

import pytest

from bpcalc.algebra.duals import Duals
from bpcalc.algebra.floats import FLOATS
from bpcalc.algebra.shaken import Shaken
from bpcalc.engine import shortcuts
from bpcalc.engine.forward import FAILS, forward
from bpcalc.engine.reverse import backpropagate
from bpcalc.engine.tangent import pusher
from bpcalc.errors import Source
from bpcalc.gate import CONVENTIONS
from bpcalc.gates import GATES
from bpcalc.graph import Graph
from bpcalc.reading.parser import parse

SPECIAL = (
    0.0, -0.0, 1.0, -1.0, 0.5, -0.5, 2.0, 1e-300, -1e-300, 5e-324, 1e300, -1e300, 709.7, 710.5, -745.0, math.pi,
    math.inf, -math.inf, math.nan,
)  # fmt: skip


def bits(x: float) -> bytes:
    return b"nan" if x != x else struct.pack("d", x)


@pytest.mark.parametrize("name", sorted(FLOATS.quick))
def test_a_quick_function_raises_or_is_the_same(name: str) -> None:
    quick, total = FLOATS.quick[name], getattr(FLOATS, name)
    draw = random.Random(7)
    points = [*SPECIAL, *(draw.uniform(-1, 1) * 10 ** draw.uniform(-20, 20) for _ in range(300))]
    pairs = [(a, b) for a in SPECIAL for b in SPECIAL] if name == "divide" else [(x,) for x in points]
    raised = 0
    for inputs in pairs:
        try:
            found = quick(*inputs)
        except FAILS:
            raised += 1
            total(*inputs)  # which has a result
        else:
            assert bits(found) == bits(total(*inputs)), inputs
    assert raised, "a function that never raises needs no total one"


def test_what_is_found_of_a_rule_is_what_the_rule_gives() -> None:
    kinds = set()
    for gate in GATES.values():
        if gate.variadic or gate.pullback or len(gate.parameters) > 2 or not gate.parameters:
            continue
        for convention in CONVENTIONS:
            rules = gate.rules(convention)
            kind, name = shortcuts.shape(tuple(rules))
            kinds.add(kind)
            for inputs in gate.samples:
                xs = [float(x) for x in inputs]
                y = FLOATS.function(gate)(*xs)
                exact = [rule(FLOATS, y, *xs) if callable(rule) else rule for rule in rules]
                if kind is shortcuts.HANDS:
                    assert exact == [1, 1]
                elif kind is shortcuts.SWAPS:
                    assert exact == [xs[1], xs[0]]
                elif kind is shortcuts.OUTPUT:
                    assert exact == [y]
                elif kind is shortcuts.CALL:
                    assert exact == [getattr(FLOATS, name)(xs[0])]
    assert kinds == {
        shortcuts.HANDS, shortcuts.SWAPS, shortcuts.OUTPUT, shortcuts.CALL, shortcuts.PAIR, shortcuts.SINGLE,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("rules", "kind"),
    [
        ((lambda m, y, x: m.cos(x),), ("call", "cos")),
        ((lambda m, y, x: m.cos(y),), ("single", "")),  # of the output, not of the input
        ((lambda m, y, x: m.atan2(x, x),), ("single", "")),
        ((lambda m, y, x: -m.sin(x),), ("single", "")),
        ((lambda m, y, x: x,), ("single", "")),
        ((lambda m, y, x: y,), ("output", "")),
        ((None,), ("single", "")),
        ((1,), ("single", "")),
        ((1, 1), ("hands", "")),
        ((1, -1), ("pair", "")),
        ((1, None), ("pair", "")),
        ((lambda m, y, a, b: a, lambda m, y, a, b: b), ("pair", "")),  # a + b with weights, no product
        ((lambda m, y, a, b: b, lambda m, y, a, b: a), ("swaps", "")),
        ((lambda m, y, a, b: b, None), ("pair", "")),
    ],
)
def test_the_shape_of_rules(rules: tuple[object, ...], kind: tuple[str, str]) -> None:
    assert shortcuts.shape(rules) == kind


@pytest.mark.parametrize(
    ("text", "gradient"),
    [
        ("x + y", {"x": 1.0, "y": 1.0}),  # x = 4, y = 2
        ("x - y", {"x": 1.0, "y": -1.0}),
        ("x*y", {"x": 2.0, "y": 4.0}),
        ("x/y", {"x": 0.5, "y": -1.0}),
        ("x + x", {"x": 2.0}),
        ("x*x", {"x": 8.0}),
        ("x/x", {"x": 0.0}),
        ("-x", {"x": -1.0}),
        ("sqrt(x)", {"x": 0.25}),
        ("exp(x)", {"x": math.exp(4)}),
        ("sin(x)", {"x": math.cos(4)}),
        ("max(x, y)", {"x": 1.0, "y": 0.0}),
        ("floor(x)", {}),
    ],
)
def test_what_is_not_needed_has_no_gradient_whatever_the_shape(text: str, gradient: dict[str, float]) -> None:
    """And what is needed has the same one, whatever else is."""
    program = parse(Source(text), ("x", "y"))
    values = {name: {"x": 4.0, "y": 2.0}[name] for name in program.variables}
    graph, output, nodes = program.graph, program.output, program.graph.variables
    computed = forward(FLOATS, graph, values)
    for wanted in ([], ["x"], ["y"], ["x", "y"]):
        for flag in (0, 1):  # whether the output's own, which is the seed, is called for
            needed = bytearray(len(graph))
            needed[output] = flag
            for name in set(wanted) & nodes.keys():
                needed[nodes[name]] = 1
            found = backpropagate(FLOATS, graph, computed, output, 1.0, needed, "torch")
            assert found[output] == 1
            for name, node in nodes.items():
                expected = gradient.get(name) if name in wanted else None
                if expected is None or expected == 0:  # nothing flows, or nothing is added
                    assert not found[node]
                else:
                    assert found[node] == pytest.approx(expected, rel=1e-15)
                if name not in wanted:
                    assert found[node] is None


def test_a_gate_that_is_exchanged_is_one_of_the_kinds() -> None:
    graph = Graph()
    x, y = graph.variable("x"), graph.variable("y")
    output = graph.apply(GATES["add"], (x, y))
    graph.exchange(output, GATES["multiply"])
    computed = forward(FLOATS, graph, {"x": 3.0, "y": 5.0})
    assert computed[output] == 15
    found = backpropagate(FLOATS, graph, computed, output, 1.0, graph.carries([x, y], output), "torch")
    assert found == [5, 3, 1]


def test_where_a_quick_function_raises_the_rest_of_the_pass_is_the_same() -> None:
    program = parse(Source("s = sin(x) + exp(y); s*log(z) + 1/w + exp(v)"), ("x", "y", "z", "w", "v"))
    values = {"x": 0.5, "y": 1.0, "z": 0.0, "w": 0.0, "v": 1000.0}
    computed = forward(FLOATS, program.graph, values)
    s = math.sin(0.5) + math.e
    assert computed[program.names["s"]] == s
    needed = program.graph.carries(program.graph.variables.values(), program.output)
    found = backpropagate(FLOATS, program.graph, computed, program.output, 1.0, needed, "torch")
    gradients = {name: found[node] for name, node in program.graph.variables.items()}
    assert gradients["x"] == -math.inf
    assert gradients["z"] == math.inf
    assert gradients["w"] == -math.inf
    assert gradients["v"] == math.inf


def test_what_stands_over_floats_has_functions_of_its_own() -> None:
    assert not Shaken(FLOATS, 0).quick
    assert not Duals(FLOATS, pusher, "torch").quick


def test_what_carries_a_gradient_is_what_depends_on_a_source() -> None:
    """Against the definition, on random graphs with constants alone, shared, and combined."""
    draw = random.Random(3)
    combined = 0
    for _ in range(200):
        graph = Graph()
        nodes = [graph.variable(name) for name in "xyz"]
        nodes += [graph.constant(float(k)) for k in range(draw.choice((0, 2, 30)))]
        for _ in range(draw.randint(1, 60)):
            gate = GATES[draw.choice(("add", "multiply", "sin", "floor" if draw.random() < 0.1 else "exp", "max"))]
            count = 2 if gate.variadic else len(gate.parameters)
            nodes.append(graph.apply(gate, tuple(draw.choice(nodes) for _ in range(count))))
        sources = draw.sample(nodes, draw.randint(1, 4)) if draw.random() < 0.5 else nodes[:3]
        depends = [node in sources for node in range(len(graph))]
        for node, inputs in enumerate(graph.inputs):
            if graph.gates[node].differentiable and any(depends[one] for one in inputs):
                depends[node] = True
        marks = graph.carries(sources, len(graph) - 1)
        assert [bool(mark) for mark in marks] == depends
        combined += any(inputs and not depends[node] for node, inputs in enumerate(graph.inputs))
    assert combined > 20
