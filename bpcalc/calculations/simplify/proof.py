"""Is a formula 0 everywhere? Proved by SymPy, where it can be trusted with the question."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bpcalc.calculations.simplify.process import answers
from bpcalc.calculations.simplify.worker import packed
from bpcalc.gate import CONSTANT
from bpcalc.graph import CONSTANTS, Graph
from bpcalc.writing.unparse import lengths

# What SymPy's rules hold for on the whole real line: it takes numbers under roots to be positive.
PROVABLE = {
    "constant", "input", "add", "subtract", "multiply", "divide", "negate", "power", "exp", "log", "sqrt", "sin", "cos",
    "tan", "sinh", "cosh", "tanh", "sigmoid", "atan", "asin", "acos", "sec", "csc", "cot",
}  # fmt: skip
PROVED = 200  # characters of a formula beyond which no proof is looked for

Formula = tuple[Graph, int]


def are_zero(formulas: Sequence[Formula]) -> list[bool]:
    """Which formulas of single numbers SymPy proves to be 0, within its time for all of them together.

    None that it cannot prove, or is not to be trusted with.
    """
    trusted = [_is_trusted(*formula) for formula in formulas]
    asked = (packed(*formula) for formula, one in zip(formulas, trusted, strict=True) if one)
    found = answers([*asked])
    return [one and _is_number_zero(next(found).get("nodes")) for one in trusted]


def _is_trusted(graph: Graph, node: int) -> bool:
    wanted = [one for one, is_one in enumerate(graph.ancestors(node)) if is_one]
    if lengths(graph, {}, node + 1)[node] > PROVED or any(graph.gates[one].name not in PROVABLE for one in wanted):
        return False
    powers = [graph.number(graph.inputs[one][1]) for one in wanted if graph.gates[one].name == "power"]
    return all(power is not None and not power % 1 for power in powers)


def _is_number_zero(nodes: list[list[Any]] | None) -> bool:
    """Is a formula as data the number 0?"""
    if not nodes or nodes[-1][0] != CONSTANT.name:
        return False
    return nodes[-1][1] not in CONSTANTS and float(nodes[-1][1]) == 0
