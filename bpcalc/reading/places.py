"""From a node back to the text: where the operation stands that made it."""

from __future__ import annotations

from bpcalc.gate import Gate
from bpcalc.graph import Graph
from bpcalc.reading.lexer import SAME, SUPERSCRIPTS, is_latex
from bpcalc.reading.parser import Parser
from bpcalc.reading.program import Program
from bpcalc.reading.state import CALLED, Function, State


def place_of(program: Program, node: int) -> tuple[int, int] | None:
    """The first and the last token of what made a node: an operator's sign, or a call with its brackets.

    The text is parsed once more for it, so that a program without mistakes pays nothing for places.
    """
    parser = Parser(program.source, *program.known)
    parser.graph = watched = _Watched(parser, node)
    parser.program()
    place, gate = watched.place, program.graph.gates[node]
    if place is None or watched.gates[node] is not gate:  # --expand has made another graph of it
        return None
    if is_latex(program.source):
        return place, place
    first = last = min(place, len(parser.tokens) - 2)
    if parser.tokens[first][:1] in (*SUPERSCRIPTS,) and gate.infix and not watched.is_copied:
        return first, last
    depth = 0
    sign = gate.infix[0] if gate.infix and not watched.is_copied else ""
    at = place - 1 if sign else place
    while at >= 0:
        token = parser.tokens[at]
        depth += (token in (")", "]")) - (token in ("(", "["))
        if sign and depth == 0 and SAME.get(token, token) == sign:
            return at, at
        if not sign and depth == 0 and token in ("(", "["):
            return at - (parser.tokens[at - 1][:1].isalpha()), place
        at -= 1
    return first, last


class _Watched(Graph):
    """A graph that notes where the parser stands when one node is made, and whether it copies a function there."""

    __slots__ = ("is_copied", "node", "place", "state")

    def __init__(self, state: State, node: int) -> None:
        super().__init__()
        self.state = state
        self.node = node
        self.place: int | None = None
        self.is_copied = False

    def apply(self, gate: Gate, inputs: tuple[int, ...]) -> int:
        node = super().apply(gate, inputs)
        if node == self.node and self.place is None:
            self.place = self.state.place
            for frame in self.state.frames[-1:]:
                called = frame.called
                is_own = isinstance(called, Function) and len(frame.arguments) == len(called.parameters)
                self.is_copied = is_own or CALLED in frame.options  # that of another library is read to its end
        return node
