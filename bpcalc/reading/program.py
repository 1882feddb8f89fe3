"""What a text means, once it is read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bpcalc.errors import Source
from bpcalc.graph import Graph


class Program:
    """What a text means: its graph, its output, and its names.

    names      every name of the program and its node: inputs, given names
    variables  the inputs' names, in the order of their first use
    constants  the names that the program gives to a plain number
    used       the token where each variable is first used
    sizes      the variables that shapes were made of (`ones(n)`), and their values
    idle       the first and last token of each statement without a name before the last: nothing can use it
    inner      the backward passes of the gradients inside the program, once they are written out
    """

    __slots__ = ("constants", "graph", "idle", "inner", "names", "output", "sizes", "source", "used", "variables")

    def __init__(
        self, source: Source, graph: Graph, names: dict[str, int], output: int, used: dict[str, int],
        idle: Sequence[tuple[int, int]], sizes: Mapping[str, Any],
    ) -> None:  # fmt: skip
        self.source = source
        self.graph = graph
        self.names = names
        self.output = output
        self.used = used
        self.idle = idle
        self.sizes = sizes
        self.inner: Sequence[Any] = ()
        self.variables = [name for name, node in names.items() if graph.leaves.get(node) == name]
        self.constants = [name for name, node in names.items() if node in graph.named]
