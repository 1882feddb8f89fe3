"""Is a formula 0 everywhere? Proved by SymPy, where it can be trusted with the question."""

from __future__ import annotations

from bpcalc.calculations.simplify.process import answers
from bpcalc.calculations.simplify.worker import packed
from bpcalc.gate import CONSTANT
from bpcalc.graph import Graph
from bpcalc.writing.unparse import lengths

# What SymPy's rules hold for on the whole real line: it takes numbers under roots to be positive.
PROVABLE = {
    "constant", "input", "add", "subtract", "multiply", "divide", "negate", "power", "exp", "log", "sqrt", "sin", "cos",
    "tan", "sinh", "cosh", "tanh", "sigmoid", "atan", "asin", "acos", "sec", "csc", "cot",
}  # fmt: skip
PROVED = 200  # characters of a formula beyond which no proof is looked for


def is_zero(graph: Graph, node: int) -> bool:
    """Does SymPy prove that a formula of single numbers is 0? No where it cannot, or is not to be trusted with it."""
    wanted = [one for one, is_one in enumerate(graph.ancestors(node)) if is_one]
    if lengths(graph, {}, node + 1)[node] > PROVED or any(graph.gates[one].name not in PROVABLE for one in wanted):
        return False
    powers = [graph.number(graph.inputs[one][1]) for one in wanted if graph.gates[one].name == "power"]
    if any(power is None or power % 1 for power in powers):
        return False
    (answer,) = answers([packed(graph, node)])
    return answer.get("nodes") == [[CONSTANT.name, "0.0"]]
