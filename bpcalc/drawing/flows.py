"""What flows back through the wires of a box: of a gate what it hands back, of a part what all its gates do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bpcalc.drawing.folding import Fold
from bpcalc.reports.circuit import Circuit
from bpcalc.reports.edges import Edge


def uses_of(circuit: Circuit, fold: Fold, source: int) -> list[Edge]:
    """The uses of one input by the gates within a part, in the order of the backward pass."""
    every = (edge for one in sorted(fold.nodes, reverse=True) for edge in circuit.edges(one))
    return [edge for edge in every if edge.source == source]


def edges_of(circuit: Circuit, node: int, folds: Mapping[int, Fold]) -> Sequence[Edge]:
    """What flows through each input of a box: into a folded part, all that its gates hand back on that input."""
    fold = folds.get(node)
    if fold is None:
        return circuit.edges(node)
    return [_joined(uses_of(circuit, fold, source)) for source in fold.sources]


def _joined(edges: Sequence[Edge]) -> Edge:
    """Uses of one input by a part as one: their gradients add up."""
    flowing = [edge.downstream for edge in edges if edge.downstream is not None]
    total = flowing[0] if flowing else None
    for one in flowing[1:]:
        total = total + one
    local = edges[0].local if len(edges) == 1 else None
    return edges[0]._replace(downstream=total, local=local, carries=any(edge.carries for edge in edges))
