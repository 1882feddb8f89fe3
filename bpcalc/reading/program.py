"""What a text means, once it is read."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from bpcalc.errors import Source
from bpcalc.graph import Graph
from bpcalc.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bpcalc.reading.bar_roles import Written
    from bpcalc.reading.state import State


class Program:
    """What a text means: its graph, its output, and its names.

    names      every name of the program and its node: inputs, given names
    variables  the inputs' names, in the order of their first use
    constants  the names that the program gives to a plain number
    used       the token where each variable is first used
    sizes      the variables that shapes were made of (`ones(n)`), and their values
    idle       the first and last token of each statement without a name before the last, which nothing can use, and of
               those that nothing uses in front of a line that begins with a sign
    remarks    what is to be told about the reading: a kind of warning, a name and a sentence each
    known      the names that had a value when the text was read, and those that were asked for (see `State`)
    functions  the names of its own functions; calls: of these outside of other functions, the name, the node of the
               result, and those of the arguments
    bars       the operands between bars: what these are, and their places
    dots       the products with the sign of paper, `w·x`
    written    of names that LaTeX spells otherwise (\\hat{y}): the first and the last token of each
    inner      the backward passes of the gradients inside the program, once they are written out
    """

    __slots__ = (
        "bars", "calls", "constants", "dots", "functions", "graph", "idle", "inner", "known", "names", "output",
        "remarks", "sizes", "source", "used", "variables", "written",
    )  # fmt: skip

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
        self.bars: Mapping[int, Written] = {}
        self.dots: Mapping[int, bool] = {}
        self.written: Mapping[str, tuple[int, int]] = {}
        self.functions: Sequence[str] = ()
        self.calls: Sequence[tuple[str, int, tuple[int, ...]]] = ()
        self.remarks: Sequence[tuple[str, str, str]] = ()
        self.known: tuple[Collection[str], Collection[str] | None] = (), None
        self.variables = [*graph.variables]
        if [*map(names.get, self.variables)] != [*graph.variables.values()]:  # some are no names of this program
            self.variables = [name for name, node in names.items() if graph.leaves.get(node) == name]
        self.constants = [name for name, node in names.items() if node in graph.named] if graph.named else []

    @classmethod
    def of(cls, state: State, output: int, idle: Sequence[tuple[int, int]]) -> Program:
        """The program that has been read."""
        program = cls(state.source, state.graph, state.names, output, state.used, idle, state.sizes)
        program.written = state.written
        program.bars = state.bars.get(id(state.graph), {})
        program.dots = state.dots.get(id(state.graph), {})
        program.tell(state.remarks, (state.bound, state.asked), state.copies, state.functions)
        return program

    def tell(
        self, remarks: Sequence[tuple[str, str, str]], known: tuple[Collection[str], Collection[str] | None],
        calls: Sequence[tuple[str, int, tuple[int, ...]]], functions: Iterable[str],
    ) -> None:  # fmt: skip
        """What the reading found beside the graph."""
        self.remarks, self.known, self.calls, self.functions = remarks, known, calls, (*functions,)

    @property
    def shaped(self) -> list[int]:
        """The nodes whose shapes tell what a sign means: operands between bars, factors beside a dot."""
        return [*self.bars, *(factor for node in self.dots for factor in self.graph.inputs[node])]
