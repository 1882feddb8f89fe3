"""What the signs and the words of a program stand for. None of these tables changes with use.

They know the gates of numbers. Those of arrays are asked for where a sign or a word may be one: `gates.arrays`.
"""

from __future__ import annotations

from bpcalc.gate import AMPERSAND, AND, BAR, CHOICE, COMPARISON, NOT, OR, POWER, PRODUCT, UNARY, Gate
from bpcalc.gates import GATES, SPELLINGS
from bpcalc.graph import Graph
from bpcalc.reading.lexer import FRACTIONS, SAME


class Operator:
    """An operator that waits for its right operand.

    gate   None: an open bracket, or a sign that does nothing
    joins  the gate, where it is put on the operands on both sides
    least  how tightly an operator before it must bind to be applied first
    """

    __slots__ = ("binding", "gate", "joins", "least")

    def __init__(self, binding: int, gate: Gate | None) -> None:
        self.binding = binding
        self.gate = gate
        self.joins = gate if gate is not None and gate.infix is not None else None
        # powers and choices are right associative, and a comparison that follows another makes a chain with it
        self.least = binding + 1 if binding in (POWER, COMPARISON, CHOICE) else binding


OPEN = Operator(0, None)
SIGNS = {"-": Operator(UNARY, GATES["negate"]), "+": Operator(UNARY, None)}
SIGNS["−"] = SIGNS["-"]
SQRT, LOG, FACTORIAL = GATES["sqrt"], GATES["log"], GATES["factorial"]
LOGS = {2.0: GATES["log2"], 10.0: GATES["log10"]}  # the logarithms with a gate of their own, by their bases
ROOT = Operator(POWER + 1, SQRT)
BINARY = {gate.infix[0]: Operator(gate.infix[1], gate) for gate in GATES.values() if gate.infix and not gate.of_arrays}
BINARY |= {pasted: BINARY[own] for pasted, own in SAME.items()}
DIGITS = frozenset((*"0123456789.", *FRACTIONS))  # what a number begins with
BARS = frozenset(("|", "||", "‖", "∥"))
# What conditions are joined by: no gates of the catalogue, `conditions` makes them of such.
CONDITIONS = {binding: Gate("", "") for binding in (CHOICE, OR, AND, NOT, BAR, AMPERSAND)}
JOINED = {"or": OR, "||": OR, "∨": OR, "and": AND, "&&": AND, "∧": AND, "&": AMPERSAND}  # | may be a bar: `bars`
BINARY |= {sign: Operator(binding, CONDITIONS[binding]) for sign, binding in JOINED.items() if sign != "||"}
# What closes a bracket; any other opening, a function's name too, has ).
CLOSING = {"[": "]", "{": "}", "?": ":", "if": "else"} | {bar: bar for bar in BARS}
# Products with the sign of paper, w·x, which between two arrays has more than one meaning there: `reading.dots`.
DOTS = ("·", "⋅", "∙", "×")
DOTTED = Gate("", "")
BINARY |= dict.fromkeys(DOTS, Operator(PRODUCT, DOTTED))
TIMES, POWERS, DIVISION, REMAINDER = BINARY["*"], BINARY["^"], BINARY["/"], BINARY["%"]
# S⁻¹ on paper: of a matrix the inverse, else this power. Shapes tell which: `calculations/inverses.py`.
INVERTED = GATES["power"].copy()
FUNCTIONS = {word: gate for word, gate in SPELLINGS.items() if not gate.of_arrays} | {
    "σ": GATES["sigmoid"], "log_2": GATES["log2"], "log_10": GATES["log10"], "log_e": LOG,
}  # fmt: skip
# Those of one input, and of nothing else.
SINGLE = {
    word for word, gate in FUNCTIONS.items()
    if len(gate.parameters) == 1 and not (gate.variadic or gate.options or gate.alone)
}  # fmt: skip


def log_of_base(graph: Graph, x: int, base: int) -> int:
    """The node of log(x, b) = log(x)/log(b)."""
    own = LOGS.get(graph.number(base) or 0)
    if own is not None:
        return graph.apply(own, (x,))
    return graph.apply(GATES["divide"], (graph.apply(LOG, (x,)), graph.apply(LOG, (base,))))
