"""The engine alone: both passes over a graph that is in memory already, in a process of its own.

`python engine.py bpcalc|tape sum|product|sines|wide|chain N` builds N operations (the last two: reads the programs of
`texts`) and prints the seconds that the passes take
(the median, where N is small enough to repeat them), the value, and the sum of the inputs' gradients.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable

import texts

Append = Callable[[str, int, int], int]
Passes = Callable[[], tuple[float, list[float]]]  # both passes: the value, and every node's gradient

PROGRAMS = {"wide": texts.wide, "chain": texts.chain}


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


def run_tape(kind: str, count: int) -> tuple[Passes, list[int]]:
    import tape

    if kind in PROGRAMS:
        text, values = PROGRAMS[kind](count)
        output = tape.read_program(text.splitlines(), values)
        inputs = [tape.places[name] for name in values]
    else:
        inputs = [tape.append("", 0, 0, value) for value in bindings(kind, count)]
        output = build(kind, count, tape.append, inputs)

    def passes() -> tuple[float, list[float]]:
        tape.forward()
        return tape.values[output], tape.backward(output)

    return passes, inputs


def run_bpcalc(kind: str, count: int) -> tuple[Passes, list[int]]:
    from bpcalc.algebra.floats import FLOATS
    from bpcalc.engine.forward import forward
    from bpcalc.engine.reverse import backpropagate
    from bpcalc.errors import Source
    from bpcalc.gates import GATES
    from bpcalc.graph import Graph
    from bpcalc.reading.parser import parse

    if kind in PROGRAMS:
        text, values = PROGRAMS[kind](count)
        program = parse(Source(text), values)
        graph, output = program.graph, program.output
        values = {name: values[name] for name in graph.variables}  # as the command hands them to the passes
        inputs = [graph.variables[name] for name in values]
    else:
        graph = Graph()
        values = {f"x{place}": value for place, value in enumerate(bindings(kind, count))}
        inputs = [graph.variable(name) for name in values]

    def append(operation: str, a: int, b: int) -> int:
        if operation == "sin":
            return graph.apply(GATES["sin"], (a,))
        return graph.apply(GATES["add"] if operation == "+" else GATES["multiply"], (a, b))

    if kind not in PROGRAMS:
        output = build(kind, count, append, inputs)

    def passes() -> tuple[float, list[float]]:
        computed = forward(FLOATS, graph, values)
        needed = graph.carries(inputs, output)
        return computed[output], backpropagate(FLOATS, graph, computed, output, 1.0, needed, "torch")

    return passes, inputs


def main(who: str, kind: str, count: int) -> None:
    passes, inputs = (run_tape if who == "tape" else run_bpcalc)(kind, count)
    times = []
    for _ in range(max(1, 100_000 // count)):
        start = time.perf_counter()
        value, gradients = passes()
        times.append(time.perf_counter() - start)
    print(statistics.median(times), value, sum(gradients[node] for node in inputs))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
