"""The rows of a report: every node with its value, its gradient, and the gradient as a formula."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from bpcalc.engine.reverse import local_gradients
from bpcalc.gate import CONSTANT, INPUT
from bpcalc.reports.circuit import Circuit
from bpcalc.reports.names import Names
from bpcalc.reports.report import Row
from bpcalc.writing.unparse import lengths, numeral, program_text, shortened, unparse

SHOWN = 200  # nodes up to which every node is a row of a table, with its symbolic gradient
BRIEF = 36  # characters of a formula in terms of the inputs, beyond which it is put in terms of other rows
ENDLESS = 2_000  # characters of a formula in terms of other rows, which it is cut at
FULL = 200  # characters of a formula, beyond which its shared parts become definitions


def order(circuit: Circuit, names: Names) -> tuple[list[int], int]:
    """The nodes that have a row: inputs, then the others in forward order, the output last; and how many have none."""
    graph, labels, output = circuit.program.graph, names.labels, circuit.output
    inputs = [circuit.program.names[name] for name in circuit.program.variables]
    others = sorted(node for node in labels if graph.gates[node] is not INPUT and node != output)
    hidden = 0
    if len(labels) > SHOWN and not circuit.options.all:
        hidden = sum(node not in names.given for node in others)
        others = [node for node in others if node in names.given]
    return [*inputs, *others, *([] if output in inputs else [output])], hidden


def rows(circuit: Circuit, names: Names, wanted: Iterable[int]) -> tuple[Row, ...]:
    """The rows of the nodes `wanted`."""
    wanted = list(wanted)
    options = circuit.options
    symbolic: dict[int, tuple[str, str]] = {}
    if options.symbolic or (options.symbolic is None and len(names.labels) <= SHOWN):
        symbolic = formulas(circuit, names, wanted)
    labels = readable(circuit, names)
    return tuple(_row(circuit, labels, node, *symbolic.get(node, ("", ""))) for node in wanted)


def readable(circuit: Circuit, names: Names) -> dict[int, str]:
    """The names of the nodes, and for parts without a variable that are long to write out, their numbers."""
    labels, values = dict(names.labels), circuit.values
    for node, length in enumerate(lengths(circuit.program.graph, names.labels, circuit.output + 1)):
        if length > FULL and node not in labels and not getattr(values[node], "shape", ()) and values[node] is not None:
            labels[node] = numeral(float(values[node]))
    return labels


def _row(circuit: Circuit, labels: Mapping[int, str], node: int, symbolic: str, brief: str) -> Row:
    graph, values = circuit.program.graph, circuit.values
    gate, inputs = graph.gates[node], graph.inputs[node]
    role = "input" if gate is INPUT else "output" if node == circuit.output else "node"
    if role == "input" and not circuit.options.wrt and circuit.gradient(node) is None:
        role = "label"
    xs = [values[source] for source in inputs]
    needed = [circuit.needed[source] for source in inputs]
    convention = circuit.options.convention
    local = local_gradients(circuit.m, gate, values[node], xs, convention, needed) if inputs else []
    return Row(
        name=labels[node],
        role="constant" if role == "node" and gate is CONSTANT else role,
        gate=gate.name,
        expression=labels[node] if gate is INPUT else unparse(graph, node, labels),
        inputs=tuple(labels.get(source) or unparse(graph, source, labels) for source in inputs),
        value=values[node],
        gradient=circuit.gradient(node),
        local=tuple(
            _local(circuit.m, factor, values[node]) if circuit.needed[source] else None
            for source, factor in zip(inputs, local, strict=True)
        ),
        symbolic=symbolic,
        brief=brief,
    )


def _local(m: Any, factor: Any, y: Any) -> Any:
    """A local gradient where it has the shape of the node's value, else None."""
    if factor is None or not getattr(y, "shape", ()):
        return None if factor is None else float(factor)
    if not getattr(factor, "shape", ()):
        return m.ones(shape=y.shape) * factor
    return factor if getattr(factor, "shape", ()) == y.shape else None


def formulas(circuit: Circuit, names: Names, wanted: Iterable[int]) -> dict[int, tuple[str, str]]:
    """For each node the symbolic gradient as a program, and as it is put for the eye."""
    from bpcalc.calculations.symbolic import symbolic_gradients

    found = symbolic_gradients(circuit)
    if circuit.options.simplify:
        from bpcalc.calculations.simplify import simplified

        found = simplified(circuit, found)
    graph = circuit.program.graph
    inputs = {node: label for node, label in names.labels.items() if graph.gates[node] is INPUT}
    given, labels = names.given, readable(circuit, names)
    full_lengths = lengths(graph, inputs, len(graph))
    given_lengths = lengths(graph, given, len(graph))
    texts: dict[int, tuple[str, str]] = {}
    for node in wanted:
        gradient = found.get(node)
        if gradient is None:
            texts[node] = _nothing(circuit.gradient(node))
            continue
        program = (
            unparse(graph, gradient, inputs)
            if full_lengths[gradient] <= FULL
            else _program(circuit, names, gradient)
        )
        shown = given if given_lengths[gradient] <= BRIEF else labels
        eye = shown.get(gradient) or shortened(graph, gradient, shown, ENDLESS)
        texts[node] = program, eye
    return texts


def _nothing(gradient: Any) -> tuple[str, str]:
    """The formula of a gradient of zeros."""
    if gradient is None:
        return "", ""
    shape = getattr(gradient, "shape", ())
    text = f"zeros({', '.join(map(str, shape))})" if shape else "0"
    return text, text


def _program(circuit: Circuit, names: Names, gradient: int) -> str:
    """A long formula as a program: what it uses more than once, and the nodes of the program, get definitions."""
    graph = circuit.program.graph
    uses: dict[int, int] = {}
    stack = [gradient]
    while stack:
        for source in graph.inputs[stack.pop()]:
            if source not in uses and graph.inputs[source]:
                stack.append(source)
            uses[source] = uses.get(source, 0) + 1
    inputs = {node: label for node, label in names.labels.items() if graph.gates[node] is INPUT}
    definitions: dict[int, str] = {}
    taken, count = set(names.labels.values()), 0
    for node in sorted(uses):
        if uses[node] > 1 and graph.inputs[node] and node != gradient:
            label = names.labels.get(node)
            while label is None or label in definitions.values():
                count += 1
                label = f"g{count}" if f"g{count}" not in taken else None
            definitions[node] = label
    return program_text(graph, gradient, definitions, inputs | definitions)
