"""`--expand`: packed gates written out in elementary ones (`sigmoid` -> negate, exp, add 1, reciprocal)."""

from __future__ import annotations

from collections.abc import Iterable

from bpcalc.algebra.symbols import Symbols
from bpcalc.calculations.rebuild import rebuilt
from bpcalc.errors import BpcalcError, did_you_mean
from bpcalc.gate import Gate
from bpcalc.gates import GATES, SPELLINGS
from bpcalc.graph import Graph
from bpcalc.reading.program import Program


def expand(program: Program, words: Iterable[str]) -> Program:
    """The program with the gates that `words` name ("all": every packed one) opened up.

    Raises BpcalcError for a word that names no packed gate.
    """
    chosen = {gate.name for word in words for gate in _packed(word)}
    # a packed gate may be made of another one (silu of sigmoid): once more until none is left
    is_open = True
    while is_open:
        program, is_open = _expand_once(program, chosen)
    return program


def _packed(word: str) -> list[Gate]:
    gate = SPELLINGS.get(word)
    if gate is None:
        from bpcalc.gates import arrays

        gate = arrays.SPELLINGS.get(word)
    packed = [gate for gate in GATES.values() if gate.packed]
    if word == "all":
        return packed
    if gate in packed:
        return [gate]
    names = ", ".join(gate.name for gate in packed)
    if gate is not None:
        raise BpcalcError(f'"{word}" is an elementary gate', hint=f"these can be expanded: {names}")
    raise BpcalcError(
        f'no gate is called "{word}"', hint=did_you_mean(word, names.split(", ")) or f"choose from {names}, all"
    )


def _expand_once(program: Program, chosen: set[str]) -> tuple[Program, bool]:
    """The program with the gates of these names opened once, and whether there were any that can be."""
    graph, found = Graph(), False
    m = Symbols(graph)

    def opened(node: int, inputs: tuple[int, ...]) -> int:
        nonlocal found
        gate = program.graph.gates[node]
        parts = gate.packed(m, *map(m.symbol, inputs)) if gate.name in chosen else None
        found = found or parts is not None
        return graph.apply(gate, inputs) if parts is None else parts.node

    copy = rebuilt(program, graph, opened)
    return copy, found
