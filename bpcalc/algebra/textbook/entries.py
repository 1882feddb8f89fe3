"""The entries of a formula one by one: how a matrix of a few rows and columns is written where it has no other form."""

from __future__ import annotations

from collections.abc import Generator

from bpcalc.algebra.textbook import matrices
from bpcalc.algebra.textbook.terms import Operations, Terms
from bpcalc.gates.arrays import GATES
from bpcalc.gates.indexing import is_plain
from bpcalc.typed import Any


def is_scattered(m: Operations, terms: Terms) -> bool:
    """Is a vector a sum of what belongs to single entries?"""
    bases = (base for product in terms.parts for base, _ in product)
    return len(terms.shape) == 1 and any(m.graph.gates[base].name == "scatter" for base in bases)


def entries(m: Operations, terms: Terms) -> list[Terms]:
    return [entry(m, terms, place) for place in range(terms.shape[0])]


def entry(m: Operations, terms: Terms, place: int) -> Terms:
    """The entry of a vector.

    Formulas stand inside each other as deep as programs do, so nothing recurses: `_entry` asks for the entries that it
    needs, and each is found once.
    """
    known: dict[Asked, Terms] = {}
    stack: list[tuple[Asked, Steps]] = [((terms, place), _entry(m, terms, place))]
    found: Terms | None = None
    while stack:
        asked, steps = stack[-1]
        try:
            wanted = steps.send(found)
        except StopIteration as end:
            found = known[asked] = end.value
            stack.pop()
            continue
        found = known.get(wanted)
        if found is None:
            stack.append((wanted, _entry(m, *wanted)))
    assert found is not None
    return found


Asked = tuple[Terms, int]  # a formula, and the place of the entry that is wanted of it
Steps = Generator[Asked, Any, Any]


def _entry(m: Operations, terms: Terms, place: int) -> Steps:
    if terms.shape == ():
        return terms
    total = m.lift(0)
    for product, coefficient in terms.parts.items():
        one = m.lift(coefficient)
        for base, exponent in product:
            power = (yield exponent, place) if isinstance(exponent, Terms) else exponent
            one = one * m.power((yield from _of_node(m, base, place)), power)
        total = total + one
    return total


def _of_node(m: Operations, node: int, place: int) -> Steps:
    gate, inputs = m.graph.gates[node], m.graph.inputs[node]
    if m.shapes[node] in ((), (1,)):
        return m.atom(node) if m.shapes[node] == () else m.index(m.atom(node), (0,))
    if node in m.meanings:
        return (yield m.meanings[node], place)
    links = matrices.links(m, node)
    if len(links) > 1:
        return (yield from _of_product(m, links, place))
    if gate.name == "array":
        return m.written(inputs[place])
    if gate.name == "scatter" and is_plain(gate.options["key"]):
        taken = _places(gate.options["key"], gate.options["shape"][0])
        return (yield m.written(inputs[0]), taken.index(place)) if place in taken else m.lift(0)
    if gate.name == "index" and len(m.shapes[inputs[0]]) == 1 and is_plain(gate.options["key"]):
        return (yield m.written(inputs[0]), _places(gate.options["key"], m.shapes[inputs[0]][0])[place])
    if inputs and not gate.of_arrays:
        parts = []
        for source in inputs:
            parts.append((yield m.written(source), place))
        return m.function(gate)(*parts)
    return m.index(m.atom(node), (place,))


def _places(key: tuple[int | tuple[int | None, ...], ...], size: int) -> list[int]:
    """The places that an index of a vector reads."""
    (part,) = key
    return list(range(*slice(*part).indices(size))) if isinstance(part, tuple) else [part % size]


def _of_product(m: Operations, links: list[int], place: int) -> Steps:
    """The entry of A@v: the sum of A[place, k]*v[k]."""
    rest = matrices.chain(m, links[1:])
    total = m.lift(0)
    for column in range(rest.shape[0]):
        total = total + _of_matrix(m, links[0], place, column) * (yield rest, column)
    return total


def _of_matrix(m: Operations, node: int, row: int, column: int) -> Terms:
    gate, inputs = m.graph.gates[node], m.graph.inputs[node]
    if gate.name == "transpose":
        return _of_matrix(m, inputs[0], column, row)
    if gate is GATES["array"] and m.graph.gates[inputs[row]] is GATES["array"]:
        return m.written(m.graph.inputs[inputs[row]][column])
    return m.index(m.atom(node), (row, column))
