"""`--ulp`: the doubles of both passes held against the truth, and where digits are lost.

The truth is that of the function at the doubles that the inputs and the numbers of the program are: x=0.1 is the double
beside 0.1, and pi that beside pi, for a calculation can do no better than be right for what it was given.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any, NamedTuple

from bpcalc.algebra.protocol import Algebra
from bpcalc.algebra.systems import of_doubles
from bpcalc.calculations.rewrites import rewrites
from bpcalc.engine.forward import forward
from bpcalc.engine.reverse import backpropagate
from bpcalc.errors import BpcalcError
from bpcalc.gate import CONSTANT, INPUT
from bpcalc.graph import CONSTANTS, Graph
from bpcalc.reports.accuracy import Accuracy, Beyond, Cancelled, Grown
from bpcalc.reports.circuit import Circuit
from bpcalc.reports.names import Names

DIGITS = 25  # of the truth
MOST = 200_000  # entries of all nodes together
PLENTY = 8  # ulps that are worth a word
LEAST = 2  # digits that cancel, before it is told
DOUBLE = 17  # digits of a double


class Truth(NamedTuple):
    """Both passes in numbers of many digits; `gradients` of every node, whether it was asked for or not."""

    m: Any
    values: list[Any]
    gradients: list[Any]


def accuracy(circuit: Circuit) -> Accuracy:
    """How far the numbers of a calculation in doubles are from the truth.

    Raises BpcalcError where python-flint is missing, and where the truth cannot be told.
    """
    graph, output, names = circuit.program.graph, circuit.output, Names(circuit.program, circuit.output)
    entries = sum(math.prod(circuit.m.shape(value)) for value in circuit.values if value is not None)
    if entries > MOST:
        raise BpcalcError(f"--ulp looks at every entry, and {entries:,} are more than {MOST:,}")
    m: Any = of_doubles(DIGITS)
    m = m.arrays if circuit.m.shaped else m
    inputs = {name: circuit.values[node] for name, node in graph.variables.items()}
    truth = m.settled(lambda: _truth(m, circuit, graph, output, inputs), _numbers)
    with m.quiet():
        values = {
            node: ulps(m, circuit.values[node], truth.values[node])
            for node in names.labels
            if circuit.values[node] is not None and truth.values[node] is not None
        }
        gradients = {
            node: ulps(m, gradient, _gradient(truth, node))
            for node in names.labels
            if (gradient := circuit.gradient(node)) is not None and node <= output
        }
        right = truth.values[output]
        return Accuracy(
            "" if m.shape(right) else m.text(right, DOUBLE),
            values,
            gradients,
            _roundings(circuit, truth),
            tuple(_lost(circuit, truth, names, values)),
            rewrites(circuit, names, lambda rewritten, at: _errors(circuit, truth, rewritten, at), _same(circuit, m)),
        )


def _truth(m: Any, circuit: Circuit, graph: Graph, output: int, inputs: Mapping[str, Any]) -> Truth:
    bound = {name: m.value(value) for name, value in inputs.items()}
    values = forward(m, _in_doubles(graph), bound, (output, *circuit.program.names.values()) if m.shaped else ())
    seed = m.spread(m.value(circuit.seed), values[output])
    every = bytearray(b"\1") * len(graph)
    return Truth(m, values, backpropagate(m, graph, values, output, seed, every, circuit.options.convention))


def _in_doubles(graph: Graph) -> Graph:
    """The graph with the doubles that its numbers are: pi is the double beside it."""
    copy = graph.copy()
    copy.leaves = {
        node: payload if graph.gates[node] is INPUT else float(CONSTANTS.get(payload, payload))  # type: ignore[arg-type]
        for node, payload in graph.leaves.items()
    }
    return copy


def _numbers(truth: Truth) -> Iterator[Any]:
    yield from (value for value in truth.values if value is not None)
    yield from (truth.m.dense(gradient) for gradient in truth.gradients if gradient is not None)


def _gradient(truth: Truth, node: int) -> Any:
    found = truth.gradients[node]
    return truth.m.zero_like(truth.values[node]) if found is None else truth.m.dense(found)


def ulps(m: Any, doubles: Any, right: Any) -> float:
    """How far doubles are from the right numbers, in units in the last place of these; of arrays the worst entry."""
    places = m.places(m.shape(right))
    spread = m.spread(m.value(doubles), right) if m.shaped else doubles
    return max((_ulps(float(m.entry(spread, place)), m.entry(right, place)) for place in places), default=0.0)


def _ulps(double: float, right: Any) -> float:
    nearest = float(right)
    if (double == nearest and not math.isfinite(double)) or (double != double and nearest != nearest):
        return 0.0
    if not (math.isfinite(double) and math.isfinite(nearest)):
        return math.inf
    return abs(float((right - Fraction(double)) * (1 / Fraction(math.ulp(nearest)))))


def _roundings(circuit: Circuit, truth: Truth) -> dict[int, float]:
    """By node how far its own rounding moves the output: its gradient times what its gate, at the doubles that went
    in, is off."""
    m, graph, output = truth.m, circuit.program.graph, circuit.output
    if circuit.m.shape(circuit.values[output]) or not math.isfinite(float(truth.values[output])):
        return {}
    unit, found = Fraction(math.ulp(float(truth.values[output]))), dict[int, float]()
    for node in range(output + 1):
        gate, gradient, double = graph.gates[node], truth.gradients[node], circuit.values[node]
        if gate in (INPUT, CONSTANT) or gradient is None or double is None or not circuit.m.all_finite(double):
            continue
        right = m.function(gate)(*[m.value(circuit.values[source]) for source in graph.inputs[node]])
        moved = m.dense(gradient) * (right - m.value(double))
        if m.all_finite(moved):
            whole = m.sum(abs(moved)) if m.shape(moved) else abs(moved)
            found[node] = float(whole * (1 / unit))
    return found


def _lost(
    circuit: Circuit, truth: Truth, names: Names, errors: Mapping[int, float]
) -> Iterator[Cancelled | Grown | Beyond]:
    """Where errors become large, in the order of the forward pass."""
    graph = circuit.program.graph
    met, beyond = graph.ancestors(circuit.output), set[int]()
    for node, inputs in enumerate(graph.inputs[: circuit.output + 1]):
        if not inputs or not met[node] or circuit.values[node] is None:
            continue
        if not beyond.isdisjoint(inputs):  # what comes of it is no news
            beyond.add(node)
            continue
        side = _beyond(circuit.m, truth, circuit.values[node], node)
        if side is not None:
            beyond.add(node)
            yield Beyond(node, side)
            continue
        error = errors[node] if node in errors else ulps(truth.m, circuit.values[node], truth.values[node])
        before = max((errors.get(source, 0.0) for source in inputs), default=0.0)
        digits = _cancelled(truth, graph, node) if error > PLENTY else 0
        if digits >= LEAST:
            yield Cancelled(node, min(digits, DOUBLE), DOUBLE)
        elif error > PLENTY * max(before, 1):
            yield Grown(node, error / max(before, 0.5))


def _beyond(m: Any, truth: Truth, double: Any, node: int) -> bool | None:
    """Has a result an entry that no double can be: too large (True), or too small (False)? None: it has not."""
    right = truth.m
    for place in right.places(right.shape(truth.values[node])):
        x, exact = float(m.entry(double, place)), right.entry(truth.values[node], place)
        entries = right.entries
        if entries.is_finite(exact) and (not math.isfinite(x) or (x == 0 and not entries.is_zero(exact))):
            nearest = float(exact)
            if math.isinf(nearest) or nearest == 0:
                return math.isinf(nearest)
    return None


def _cancelled(truth: Truth, graph: Graph, node: int) -> int:
    """How many digits the terms of a sum have in common, which cancel; of arrays the most of any entry."""
    m, gate, y = truth.m, graph.gates[node].name, truth.values[node]
    xs = [truth.values[source] for source in graph.inputs[node]]
    if gate in ("add", "subtract"):
        largest = m.max(abs(xs[0]), abs(xs[1]))
    elif gate in ("sum", "mean"):
        largest = m.function(graph.gates[node])(abs(xs[0]))
    else:
        return 0
    ratios = (
        float(m.entry(largest, place) / m.entry(abs(y), place))
        for place in m.places(m.shape(y))
        if m.entry(y, place) != 0
    )
    return max((int(math.log10(ratio)) for ratio in ratios if 1 < ratio < math.inf), default=0)


def _errors(circuit: Circuit, truth: Truth, graph: Graph, output: int) -> tuple[float, float]:
    """How far value and gradient of a rewritten program are from the truth in doubles."""
    m, own = circuit.m, circuit.program.graph
    bound = {name: circuit.values[node] for name, node in own.variables.items()}
    values = forward(m, graph, bound, [output, *graph.variables.values()] if m.shaped else ())
    needed = bytearray(b"\1") * len(graph)
    gradients = backpropagate(m, graph, values, output, circuit.seed, needed, circuit.options.convention)
    asked = {name: node for name, node in circuit.wrt.items() if name in own.variables and node <= circuit.output}
    errors = [0.0]
    for name, node in asked.items():
        at = graph.variables[name]
        found = gradients[at] if at <= output else None
        double = m.zero_like(values[at]) if found is None else m.dense(found)
        errors.append(ulps(truth.m, double, _gradient(truth, node)))
    return ulps(truth.m, values[output], truth.values[circuit.output]), max(errors)


def _same(circuit: Circuit, m: Algebra) -> Any:
    """Whether another graph has the same output: here, and a little beside."""
    from bpcalc.calculations.rewrites import is_same

    own = circuit.program.graph
    given = {name: circuit.values[node] for name, node in own.variables.items()}
    return lambda graph, output: is_same(m, (_in_doubles(own), circuit.output), (_in_doubles(graph), output), given)
