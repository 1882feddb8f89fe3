"""Edges: one use of an input by a gate, with what flows through it. Plain frozen data; `Circuit.edges` makes them."""

from __future__ import annotations

from typing import Any, NamedTuple


class Edge(NamedTuple):
    """One use of an input by a gate in the backward pass. The gradients that leave a node's uses add up to its own.

    node        the gate's node; source: the input's; place: which of the gate's inputs it is, from 0
    upstream    ∂output/∂node; None where nothing reaches the gate
    local       ∂node/∂source through this use, in fewer entries than the node where it is the same for many; None where
                the entries mix, where no gradient flows and where none was asked for
    downstream  what this use adds to ∂output/∂source, in the shape of the source; None where nothing flows
    carries     whether a gradient is handed on here, if only one that is blocked on its way: the gate has a rule for
                this input, and the gradient was asked for
    """

    node: int
    place: int
    source: int
    upstream: Any
    local: Any
    downstream: Any
    carries: bool
