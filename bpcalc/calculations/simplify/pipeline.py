"""Which formulas are simplified, and which of them stay as they are, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bpcalc.algebra.symbols import Symbols
from bpcalc.calculations.simplify.equality import difference
from bpcalc.calculations.simplify.process import answers
from bpcalc.calculations.simplify.worker import packed, unpacked
from bpcalc.gate import INPUT
from bpcalc.reports.circuit import Circuit
from bpcalc.writing.unparse import lengths

LONG = 5_000  # characters of a formula that SymPy is not asked to work on


def simplified(circuit: Circuit, m: Symbols, formulas: dict[int, int]) -> tuple[dict[int, int], dict[int, str]]:
    """For each node's formula a simpler one with the same values, or the same one where SymPy has none.

    Also, by node, why its formula is not simplified, where SymPy could not work on it or found another function.
    """
    if circuit.m.shaped:
        return formulas, dict.fromkeys(formulas, "SymPy simplifies formulas of single numbers only")
    graph, values = m.graph, circuit.values
    inputs = (node for node, gate in enumerate(graph.gates) if gate is INPUT and node < len(values))
    here = {str(graph.leaves[node]): float(values[node]) for node in inputs if values[node] is not None}
    different = list(dict.fromkeys(formulas.values()))
    known, failed = simpler(m, different, here)
    return (
        {node: known[formula] for node, formula in formulas.items()},
        {node: failed[formula] for node, formula in formulas.items() if formula in failed},
    )


def simpler(
    m: Symbols, formulas: Sequence[int], here: Mapping[str, float]
) -> tuple[dict[int, int], dict[int, str]]:
    """For each of these nodes that of a shorter formula with the same values wherever it is finite, or the same one.

    here  a point that the formulas are compared at, and around, before any others
    Also, by node, why a formula was not simplified.
    """
    graph, known, failed = m.graph, dict(zip(formulas, formulas, strict=True)), dict[int, str]()
    sizes = lengths(graph, {}, max(formulas, default=-1) + 1)
    asked = [formula for formula in known if graph.inputs[formula] and sizes[formula] <= LONG]
    failed |= {
        formula: f"SymPy is not asked to work on {sizes[formula]:,} characters"
        for formula in known if sizes[formula] > LONG
    }  # fmt: skip
    for formula, answer in zip(asked, answers([packed(graph, one) for one in asked]), strict=True):
        if "failed" in answer:
            failed[formula] = answer["failed"]
            continue
        candidate = unpacked(
            answer["nodes"], lambda gate, inputs: m.keep(gate, tuple(inputs)), graph.variable,
            lambda payload: m.constant(payload).node,
        )  # fmt: skip
        if lengths(graph, {}, candidate + 1)[candidate] < sizes[formula]:
            reason = difference(graph, formula, candidate, here)
            if reason:
                failed[formula] = reason
            else:
                known[formula] = candidate
    return known, failed
