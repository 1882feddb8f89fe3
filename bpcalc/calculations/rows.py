"""Which nodes of a circuit have a row in its report, and their gradients as formulas."""

from __future__ import annotations

from bpcalc.gate import INPUT
from bpcalc.reports.circuit import Circuit
from bpcalc.reports.formulas import Formulas, Taught
from bpcalc.reports.names import Names
from bpcalc.reports.rows import readable
from bpcalc.reports.warning import Warning

SHOWN = 200  # nodes up to which every node is a row of a table, with its symbolic gradient


def listed(circuit: Circuit, names: Names) -> tuple[list[int], int]:
    """The nodes that have a row, and how many of a large graph have none.

    Inputs first, then the others in forward order, the output last; or the nodes that were asked for by name.
    """
    if circuit.options.nodes is not None:
        return [names.find(name) for name in circuit.options.nodes], 0
    graph, labels, output = circuit.program.graph, names.labels, circuit.output
    inputs = [circuit.program.names[name] for name in circuit.program.variables]
    others = sorted(node for node in labels if graph.gates[node] is not INPUT and node != output)
    hidden = 0
    if len(labels) > SHOWN and not circuit.options.all:
        hidden = sum(node not in names.given for node in others)
        others = [node for node in others if node in names.given]
    return [*inputs, *others, *([] if output in inputs else [output])], hidden


def formulas(circuit: Circuit, names: Names) -> Formulas | None:
    """The gradient of every node as a formula, where formulas are asked for; unasked, where the graph is small."""
    wanted = circuit.options.symbolic
    if wanted is False or (wanted is None and len(names.labels) > SHOWN):
        return None
    from bpcalc.calculations.symbolic import symbolic_gradients

    m, found = symbolic_gradients(circuit)
    failed: dict[int, str] = {}
    if circuit.options.simplify:
        from bpcalc.calculations.simplify.pipeline import simplified

        found, failed = simplified(circuit, m, found)
    return Formulas(m.graph, found, names, readable(circuit, names), failed, lambda: _taught(circuit, names))


def _taught(circuit: Circuit, names: Names) -> Taught:
    from bpcalc.calculations.taught import taught

    with circuit.m.quiet():
        return taught(circuit, names)


def unsimplified(formulas: Formulas | None, names: Names) -> tuple[Warning, ...]:
    """Which formulas SymPy could not work on, a warning for each reason."""
    nodes: dict[str, list[int]] = {}
    for node, reason in (formulas.failed if formulas else {}).items():
        if node in names.labels:
            nodes.setdefault(reason, []).append(node)
    return tuple(
        Warning("formula", names.labels[first], None, f"the gradient of {names.labels[first]}{_more(others)} is not "
                f"simplified: {reason}")
        for reason, (first, *others) in nodes.items()
    )  # fmt: skip


def _more(others: list[int]) -> str:
    return f" (and {len(others)} more)" if others else ""
