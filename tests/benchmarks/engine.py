"""The engine alone: both passes over a graph that is in memory already, in a process of its own.

`python engine.py bpcalc|tape sum|product|sines N` builds N operations and prints the seconds that the passes take, the
value, and the sum of the inputs' gradients.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

Append = Callable[[str, int, int], int]


def build(kind: str, count: int, append: Append, inputs: list[int]) -> int:
    """`count` operations on the inputs: a sum or a product of them all, or a chain of sines."""
    operation = {"sum": "+", "product": "*", "sines": "sin"}[kind]
    node = inputs[0]
    for place in range(count):
        node = append(operation, node, inputs[0] if kind == "sines" else inputs[place + 1])
    return node


def bindings(kind: str, count: int) -> list[float]:
    """Factors so near to 1 that a million of them make a number."""
    return [1.5] if kind == "sines" else [1 + (place % 7 - 3) * 1e-7 for place in range(count + 1)]


def run_tape(kind: str, count: int) -> tuple[float, float, float]:
    import tape

    inputs = [tape.append("", 0, 0, value) for value in bindings(kind, count)]
    output = build(kind, count, tape.append, inputs)
    start = time.perf_counter()
    tape.forward()
    gradients = tape.backward(output)
    return time.perf_counter() - start, tape.values[output], sum(gradients[node] for node in inputs)


def run_bpcalc(kind: str, count: int) -> tuple[float, float, float]:
    from bpcalc.algebra.floats import FLOATS
    from bpcalc.engine.forward import forward
    from bpcalc.engine.reverse import backpropagate
    from bpcalc.gates.arithmetic import ADD, MULTIPLY
    from bpcalc.graph import Graph
    from bpcalc.gate import GATES

    graph = Graph()
    values = {f"x{place}": value for place, value in enumerate(bindings(kind, count))}
    inputs = [graph.variable(name) for name in values]

    def append(operation: str, a: int, b: int) -> int:
        if operation == "sin":
            return graph.apply(GATES["sin"], (a,))
        return graph.apply(ADD if operation == "+" else MULTIPLY, (a, b))

    output = build(kind, count, append, inputs)
    start = time.perf_counter()
    computed = forward(FLOATS, graph, values)
    needed = graph.carries(inputs, output)
    gradients = backpropagate(FLOATS, graph, computed, output, 1.0, needed, "torch")
    return time.perf_counter() - start, computed[output], sum(gradients[node] for node in inputs)


if __name__ == "__main__":
    who, kind, count = sys.argv[1:]
    print(*map(repr, (run_tape if who == "tape" else run_bpcalc)(kind, int(count))))
