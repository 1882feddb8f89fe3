"""Second derivatives, forward over reverse: the backward pass on dual numbers, once for each direction.

`m` is an algebra of dual numbers, `m.real` the one that their values come from. The Hessian times a vector takes one
forward and one backward pass, and never forms the matrix.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from bpcalc.engine.jacobian import unit
from bpcalc.engine.reverse import backpropagate
from bpcalc.engine.tangent import tangents
from bpcalc.graph import Graph
from bpcalc.typed import Any


def hessian_vector(
    m: Any, graph: Graph, values: Sequence[Any], output: int, direction: Mapping[int, Any], needed: Sequence[int]
) -> list[Any]:
    """How the gradient of a single-number output at each node changes in the direction `direction`.

    direction  a tangent by input node; nothing moves at the others
    None where nothing changes.
    """
    return [m.change(gradient) for gradient in dual_gradients(m, graph, values, output, direction, needed)]


def dual_gradients(
    m: Any, graph: Graph, values: Sequence[Any], output: int, direction: Mapping[int, Any], needed: Sequence[int]
) -> list[Any]:
    """The gradient at each node as a dual number: with it its change in the direction. None where nothing flows."""
    moved = tangents(m.real, graph, values, direction, output, m.convention)
    return backpropagate(m, graph, m.lift(values, moved), output, m.one, needed, m.convention)


def hessian(
    m: Any, graph: Graph, values: Sequence[Any], output: int, wrt: Sequence[int], needed: Sequence[int]
) -> Iterator[tuple[int, tuple[int, ...], dict[int, Any]]]:
    """Row by row: an input, the place of an entry in it, and the second derivatives for that and each input of `wrt`.

    Each row takes one pass. A row has no entry for an input where nothing changes.
    """
    wrt = list(dict.fromkeys(wrt))
    for node in wrt:
        for place, one in _units(m, values[node]):
            changes = hessian_vector(m, graph, values, output, {node: one}, needed)
            reached = ((other, changes[other]) for other in wrt if other <= output)
            yield node, place, {other: change for other, change in reached if change is not None}


def _units(m: Any, value: Any) -> Iterator[tuple[tuple[int, ...], Any]]:
    """Each entry of a value: its place, and the direction in which it alone moves."""
    shape = m.shape(value)
    for place in m.places(shape):
        yield place, unit(m.real, shape, place)
