"""The gradients of a circuit as a textbook writes them, for the formula column: what `diff` knows, at this point.

The backward pass runs once more, with the formulas of `algebra/textbook` in the place of numbers, and the local
gradients as the lectures write them. A formula is taken where it gives the number that is shown beside it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial, reduce

from bpcalc.algebra.textbook.algebra import Textbook
from bpcalc.algebra.textbook.collect import collected
from bpcalc.algebra.textbook.terms import Gradient, Terms, gradient
from bpcalc.engine.forward import ShapeError, forward
from bpcalc.engine.reverse import backpropagate
from bpcalc.gate import CONSTANT, LESSON
from bpcalc.gates import GATES
from bpcalc.graph import CONSTANTS, Graph
from bpcalc.reports.circuit import Circuit
from bpcalc.reports.formulas import AGREE, Shown
from bpcalc.reports.names import Names
from bpcalc.typed import Any

MULTIPLY, SUBTRACT = GATES["multiply"], GATES["subtract"]
LONG = 80  # characters of a formula, about, beyond which no shorter form is looked for
MOST = 60  # nodes of a program, beyond which its gradients are shown as they were computed


class AtTies(Textbook):
    """Formulas of routers where inputs are equal: a share of the upstream, (x == f)/((x == f) + (y == f))."""

    @staticmethod
    def except_at(condition: Any, special: Any, usual: Any) -> Any:
        return special if isinstance(condition, Terms) and isinstance(special, Terms) else usual

    @staticmethod
    def holds(truth: Any) -> bool:
        return isinstance(truth, Terms) or truth is True

    def route(self, upstream: Terms, weight: Any) -> Gradient | None:
        return gradient(self.multiply(upstream, weight))


def taught(circuit: Circuit, names: Names) -> tuple[dict[int, Shown], dict[int, Shown]]:
    """By node the formulas of the gradients, in terms of what the program names, and of all rows.

    A node is missing where its formula does not give its number: outside the domain of a rule, where digits are lost.
    """
    if len(names.labels) > MOST or circuit.options.numbers is not None:
        return {}, {}
    try:
        return _in_terms_of(circuit, names, names.given), _in_terms_of(circuit, names, names.labels)
    except (ArithmeticError, ValueError):  # matrix notation has no formula of this shape: it stays as it was computed
        return {}, {}


def _in_terms_of(circuit: Circuit, names: Names, terms: Mapping[int, str]) -> dict[int, Shown]:
    """The gradients as formulas of the nodes in `terms`."""
    found = dict(_passed(Textbook, LESSON, circuit, names, terms))
    has_kinks = any(gate.kink for gate in circuit.program.graph.kinds)
    if has_kinks and circuit.m.shaped and len(found) < sum(one is not None for one in circuit.gradients):
        found = dict(_passed(AtTies, circuit.options.convention, circuit, names, terms)) | found
    return found


def _passed(
    algebra: type[Textbook], convention: str, circuit: Circuit, names: Names, terms: Mapping[int, str]
) -> Iterator[tuple[int, Shown]]:
    """The same by one backward pass."""
    program, output = circuit.program, circuit.output
    m = algebra(Graph(), decimals=has_decimals(program.graph) or circuit.options.upstream is not None)
    m.graph.shadowed = program.graph.shadowed | (CONSTANTS.keys() & set(names.labels.values()))
    values = _values(m, circuit, terms)
    seed = _seed(m, circuit)
    if seed is None:
        return
    flows = backpropagate(m, program.graph, values, output, gradient(seed), circuit.needed, convention)
    reached = {node: flow for node, flow in enumerate(flows) if flow is not None and node in names.labels}
    formulas = {node: _as_lectured(m, _shortest(m, flow)) for node, flow in reached.items()}
    called = {m.graph.variables[name]: name for name in terms.values() if name in m.graph.variables}
    packed = _packed(m, circuit, names, values, terms)
    for node in _agreeing(m, circuit, terms, formulas):
        yield node, Shown(m.graph, formulas[node], called, packed)


def _shortest(m: Textbook, flow: Terms) -> int:
    """The node of a formula in its shortest form; of a long one, which is cut where it is shown, in its own."""
    node = m.node(flow)
    return m.node(collected(m, flow)) if m.lengths[node] <= LONG else node


def _values(m: Textbook, circuit: Circuit, terms: Mapping[int, str]) -> list[Any]:
    """Each node as a formula: those in `terms` are variables."""
    graph, wanted = circuit.program.graph, circuit.program.graph.ancestors(circuit.output)
    values: list[Any] = []
    for node in range(circuit.output + 1):
        gate = graph.gates[node]
        if not wanted[node]:
            values.append(None)
        elif node in terms:
            values.append(m.variable(terms[node], circuit.m.shape(circuit.values[node])))
        elif gate is CONSTANT:
            values.append(m.constant(graph.leaves[node]))
        else:
            values.append(m.function(gate)(*(values[source] for source in graph.inputs[node])))
    return values


def _seed(m: Textbook, circuit: Circuit) -> Any:
    """The upstream gradient; None where it is no single number."""
    seed = circuit.seed
    if not circuit.m.shape(seed):
        return m.lift(float(seed))
    first = float(seed.reshape(-1)[0]) if seed.size else 1.0
    return m.in_shape(m.lift(first), circuit.m.shape(seed)) if (seed == first).all() else None


def _as_lectured(m: Textbook, formula: int) -> int:
    """The formula with its products of f and 1 - f written as (1 - f)*f."""
    graph, made = m.graph, dict[int, int]()
    for node in _parts(graph, formula):
        gate, inputs = graph.gates[node], graph.inputs[node]
        copied = m.apply(gate, *(made[one] for one in inputs)) if inputs else node
        made[node] = _with_complement_first(m, copied) if gate is MULTIPLY else copied
    return made[formula]


def _parts(graph: Graph, formula: int) -> list[int]:
    """The nodes that a formula is computed from, in their order."""
    found, stack = {formula}, [formula]
    while stack:
        new = set(graph.inputs[stack.pop()]) - found
        found |= new
        stack += new
    return sorted(found)


def _with_complement_first(m: Textbook, product: int) -> int:
    """Behind its numbers: 2*(1 - f)*f*x."""
    graph, factors, first = m.graph, list[int](), product
    while graph.gates[first] is MULTIPLY:
        first, last = graph.inputs[first]
        factors.append(last)
    factors = [first, *factors[::-1]]
    for rest in factors:
        inputs = graph.inputs[rest]
        if graph.gates[rest] is SUBTRACT and graph.number(inputs[0]) == 1 and inputs[1] in factors:
            numbers = [one for one in factors if graph.gates[one] is CONSTANT]
            ahead = [*numbers, rest, inputs[1]]
            factors = [*ahead, *(one for one in factors if one not in ahead)]
            return reduce(partial(m.apply, MULTIPLY), factors)
    return product


def _packed(
    m: Textbook, circuit: Circuit, names: Names, values: list[Any], terms: Mapping[int, str]
) -> dict[int, str]:
    """The nodes that packed gates make, with their names: the lectures write (1 - f)*f."""
    graph, found = circuit.program.graph, dict[int, str]()
    for node, label in names.labels.items():
        if node <= circuit.output and node not in terms and graph.gates[node].packed and values[node] is not None:
            made = m.sole(values[node])
            if made is not None:
                found[made] = label
    return found


def _agreeing(m: Textbook, circuit: Circuit, terms: Mapping[int, str], formulas: Mapping[int, int]) -> list[int]:
    """The nodes whose formula gives their gradient."""
    numbers = circuit.m
    bound = {terms[node]: circuit.values[node] for node in terms if terms[node] in m.graph.variables}
    try:
        values = forward(numbers, m.graph, bound, formulas.values())
    except ShapeError:
        return []
    agreeing = []
    for node, formula in formulas.items():
        value, number = values[formula], circuit.gradient(node)
        if numbers.shape(value) == numbers.shape(number):
            close = numbers.close(value, number, AGREE)
            if numbers.everywhere(close) if numbers.shaped else close:
                agreeing.append(node)
    return agreeing


def has_decimals(graph: Graph) -> bool:
    """Does the program write numbers as decimals?"""
    payloads = (graph.leaves[node] for node, gate in enumerate(graph.gates) if gate is CONSTANT)
    return any(isinstance(payload, float) and payload != payload // 1 for payload in payloads)
