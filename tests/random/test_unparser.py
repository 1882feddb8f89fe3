"""Texts of many nodes at once are the texts of each node alone, for every gate, on names, numbers and parts."""

import random

from bpcalc.gates import GATES
from bpcalc.graph import Graph
from bpcalc.writing.unparse import Unparser, unparse

NUMBERS = (2.0, 0.0, -0.0, -3.0, 0.5, 1e-7, 1e22, float("inf"), float("-inf"), float("nan"))


def test_texts_of_many_nodes_are_those_of_each_alone() -> None:
    draw = random.Random(5)
    gates = [gate for gate in GATES.values() if not gate.options and (gate.parameters or gate.variadic)]
    by_pattern = 0
    for _ in range(150):
        graph = Graph()
        nodes = [graph.variable(name) for name in ("x", "y", "w_1", "operand0")]
        nodes += [graph.constant(number) for number in draw.sample(NUMBERS, 5)] + [graph.constant("pi")]
        for _ in range(40):
            gate = draw.choice(gates)
            count = draw.randint(1, 3) if gate.variadic else len(gate.parameters)
            nodes.append(graph.apply(gate, tuple(draw.choice(nodes) for _ in range(count))))
        names = {node: f"n{node}" for node in nodes if draw.random() < 0.5 and graph.inputs[node]}
        names |= dict.fromkeys(draw.sample(nodes, 2), draw.choice(("-3.25", "(inf - inf)", "[1, 2]")))
        texts = Unparser(graph, names)
        for node in nodes:
            assert texts.expression(node) == unparse(graph, node, names)
            assert texts.operand(node) == (names.get(node) or unparse(graph, node, names))
        by_pattern += sum(map(bool, texts._patterns.values()))
    assert by_pattern > 1000
