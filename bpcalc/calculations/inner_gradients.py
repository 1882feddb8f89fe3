"""`grad(L, w)` inside a program: each such place becomes the nodes that compute the gradient.

The parser can only leave a `GRAD` node there: a gradient depends on shapes, and on the formulas that hold at the bound
values.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import compress
from math import log10

from bpcalc.algebra.protocol import Algebra
from bpcalc.algebra.symbols import Symbols
from bpcalc.calculations.rebuild import rebuilt
from bpcalc.engine import orders
from bpcalc.engine.forward import MISFITS, ShapeError
from bpcalc.engine.reverse import backpropagate
from bpcalc.errors import BpcalcError
from bpcalc.gate import ARGUMENT, CONSTANT, GRAD, INPUT, Gate
from bpcalc.graph import Graph
from bpcalc.reading.program import Program
from bpcalc.telling.misfits import misfit, place
from bpcalc.telling.orders import moved
from bpcalc.typed import Any, NamedTuple
from bpcalc.writing.unparse import shortened

LONG = 40  # characters of an expression that is quoted in a message
LARGEST = 1_000_000  # nodes that a gradient may be taken over
COMMUTATIVE = ("add", "multiply", "max", "min", "equal", "not_equal", "hypot")
TELLING = 1_000  # nodes from which on their growth tells how many there will be


def derive(
    program: Program, values: Mapping[str, Any], m: Algebra, convention: str, symbols: type[Symbols] = Symbols
) -> Program:
    """The program with every gradient in it written out, at these values of its variables.

    m        the algebra of the values: FLOATS, ARRAYS, or SHAPES where only shapes are known
    symbols  what the formulas are written with: `Symbols`, which takes those that hold at the values
    Raises BpcalcError, with the place, where shapes do not fit or a gradient is that of several numbers.
    """
    if GRAD not in program.graph.kinds:
        return program
    writer = _Writer(program, values, m, convention, symbols)
    try:
        written = rebuilt(program, writer.graph, writer.operation)
    except ShapeError as error:
        raise misfit(program, error) from error
    written.inner = [Inner(written, m, writer.values, *one) for one in writer.passes]
    # the arguments of functions were kept apart for the differentiation only; and what only served it is left behind
    graph = Graph()
    gates = written.graph.gates
    return rebuilt(
        written, graph, lambda node, inputs: inputs[0] if gates[node] is ARGUMENT else graph.apply(gates[node], inputs)
    )


class Inner(NamedTuple):
    """The backward pass of one gradient, over the copied program.

    title      the gradient as the program has it
    gradients  of the nodes that it reached; `needed`: the nodes that it could reach
    """

    program: Program
    m: Algebra
    values: list[Any]
    title: str
    output: int
    gradients: dict[int, Any]
    needed: frozenset[int]


class _Writer:
    """Copies a program and computes each node's value. A gradient comes after its inputs, so inner ones come first."""

    def __init__(
        self, program: Program, bound: Mapping[str, Any], m: Algebra, convention: str, symbols: type[Symbols]
    ) -> None:
        self.symbols = symbols
        self.program = program
        self.bound = bound
        self.m = m
        self.convention = convention
        self.graph = Graph()
        self.values: list[Any] = []
        self.titles = {node: name for name, node in program.names.items()}
        self.passes: list[tuple[str, int, dict[int, Any], frozenset[int]]] = []
        self.above = _above(program.graph)
        self.largest: dict[int, int] = {}  # how many nodes a gradient was taken over, by those that stand above it

    def operation(self, node: int, inputs: tuple[int, ...]) -> int:
        """Puts an operation on its copied inputs; a gradient becomes the node that computes it."""
        gate = self.program.graph.gates[node]
        try:
            self.evaluate()
            copied = self.gradient(node, *inputs) if gate is GRAD else self.graph.apply(gate, inputs)
            self.evaluate()
        except MISFITS as error:
            sources = self.program.graph.inputs[node]
            known = {source: self.values[copy] for source, copy in zip(sources, inputs, strict=True)}
            raise ShapeError(node, known) from error
        return copied

    def evaluate(self) -> None:
        """Computes the values of the nodes that have none yet."""
        m, graph, values = self.m, self.graph, self.values
        for node in range(len(values), len(graph)):
            gate, inputs = graph.gates[node], graph.inputs[node]
            if gate is INPUT:
                values.append(m.value(self.bound[str(graph.leaves[node])]))
            elif gate is CONSTANT:
                values.append(m.constant(graph.leaves[node]))
            elif gate is ARGUMENT:
                values.append(values[inputs[0]])
            else:
                values.append(m.function(gate)(*[values[source] for source in inputs]))

    def gradient(self, node: int, output: int, source: int) -> int:
        """The node of the gradient of `output` with respect to `source`: zeros where nothing flows."""
        self.check(node, output)
        m = self.symbols(self.graph, self.values, self.m)
        found = m.constant(0.0)
        part, places = between(self.graph, source, output)
        if source in places:
            start, end = places.index(source), len(places) - 1
            self.check_size(node, len(part))
            needed = part.carries([start], end)
            self.check_orders(node, part, end, needed, places)
            symbols = [m.symbol(one) for one in places]
            gradients = backpropagate(m, part, symbols, end, m.constant(1.0), needed, self.convention)
            found = found if gradients[start] is None else gradients[start]
            if self.meets_kink(part, places):
                flows = dict(zip(places, gradients, strict=True))
                self.passes.append((self.text(node), output, flows, frozenset(compress(places, needed))))
        else:
            self.check_part(node, output, source)
        written = m.spread(found, m.symbol(source)).node
        if self.graph.gates[written] is CONSTANT and written not in self.graph.named and node in self.titles:
            return self.graph.constant(self.graph.leaves[written], self.titles[node])  # as `g = 3` has its own node
        return written

    def meets_kink(self, part: Graph, places: list[int]) -> bool:
        """Is a node of the part at its kink? Of arrays, which take longer to look at: has one a kink at all?"""
        if all(gate.kink is None for gate in part.kinds):
            return False
        return self.m.shaped or any(
            gate.kink is not None
            and gate.kink.touched(self.m, self.values[places[node]], *[self.values[places[one]] for one in inputs])
            for node, (gate, inputs) in enumerate(zip(part.gates, part.inputs, strict=True))
        )

    def check(self, node: int, output: int) -> None:
        """Raises BpcalcError for the gradient of several numbers."""
        shape = getattr(self.values[output], "shape", ())
        if shape:
            given = self.name(self.program.graph.inputs[node][0])
            message = f"grad takes the gradient of a single number, but {given} has the shape {shape}"
            raise BpcalcError(message, hint="sum(...) the first input", span=place(self.program, node))

    def check_orders(self, node: int, part: Graph, end: int, needed: Sequence[int], places: list[int]) -> None:
        """Raises BpcalcError where the gradient would flow into the order of a gate."""
        found = orders.moving(part, end, needed)
        if found is not None:
            there = orders.Moving(places[found.node], places[found.order])
            raise moved(self.graph, there, {}, place(self.program, node))

    def check_size(self, node: int, size: int) -> None:
        """Raises BpcalcError where gradients of gradients grow beyond all bounds: each may double the one inside it."""
        above = self.above[node]
        self.largest[above] = max(size, self.largest.get(above, 0))
        inside = self.largest.get(above + 1, size)
        expected = size * (size / inside) ** above
        if size > TELLING and expected > LARGEST:
            depth = max(self.above.values()) + 1
            raise BpcalcError(
                f"gradients nested {depth} deep would be taken over more than 10^{int(log10(expected))} nodes",
                hint=f"nested {depth - above} deep they have {size:,} already; bpcalc diff has --order and --taylor",
                span=place(self.program, node),
            )

    def check_part(self, node: int, output: int, source: int) -> None:
        """Raises BpcalcError where a gradient of 0 would answer another question than the one that was asked.

        Nothing flows to `source`. That is 0 for a variable, for what has a name and for an argument of a function:
        each is one place of the program. An expression that is written there only is no place at all.
        """
        given = self.program.graph.inputs[node][1]
        gate = self.program.graph.gates[given]
        if gate in (INPUT, ARGUMENT) or given in self.titles:
            return
        first, second = self.name(self.program.graph.inputs[node][0]), self.name(given)
        message = f"{first} is not computed from {second}"
        hint = "the second input is a variable, or a part of the first: give it a name, and use that in both"
        if gate.name == "array":
            hint = "write a gradient for each entry, [grad(L, x), grad(L, y)], or give the array a name and use that"
        same = same_part(self.graph, output, source)
        if same is not None:
            message += f", but from {shortened(self.graph, same, {}, LONG)}"
            hint = "write it alike in both, or give it a name: q = …; grad(…q…, q)"
        raise BpcalcError(message, hint=hint, span=place(self.program, node))

    def name(self, node: int) -> str:
        """A node of the program, as it is quoted in a message."""
        return self.titles.get(node) or self.text(node)

    def text(self, node: int) -> str:
        return shortened(self.program.graph, node, self.titles, LONG)


def same_part(graph: Graph, output: int, source: int) -> int | None:
    """The node that `output` is computed from and that is `source` with its terms or factors in another order."""
    kinds: dict[tuple[Gate, tuple[int, ...]], int] = {}
    kind: list[int] = []  # of each node: the first node that is the same but for the order of terms and factors
    for node, (gate, inputs) in enumerate(zip(graph.gates, graph.inputs, strict=True)):
        alike = [kind[one] for one in inputs]
        key = (gate, tuple(sorted(alike) if gate.name in COMMUTATIVE else alike))
        kind.append(kinds.setdefault(key, node) if inputs else node)
    computed = graph.ancestors(output)
    return next((node for node in range(output) if computed[node] and kind[node] == kind[source]), None)


def _above(graph: Graph) -> dict[int, int]:
    """For each gradient how many others are taken of it, one of the other."""
    found: dict[int, int] = {}
    levels = [0] * len(graph)
    for node in range(len(graph) - 1, -1, -1):
        is_gradient = graph.gates[node] is GRAD
        if is_gradient:
            found[node] = levels[node]
        for source in graph.inputs[node]:
            levels[source] = max(levels[source], levels[node] + is_gradient)
    return found


def between(graph: Graph, source: int, output: int) -> tuple[Graph, list[int]]:
    """What `output` is computed from since `source`, as a graph of its own, and each node's place in `graph`.

    So a gradient costs no more than the part of a program that it is taken over. What stands before is a leaf.
    """
    reached, stack = {output}, [output]
    while stack:
        for one in graph.inputs[stack.pop()]:
            if one not in reached:
                reached.add(one)
                if one > source:
                    stack.append(one)
    part, places, copies = Graph(), sorted(reached), dict[int, int]()
    for one in places:
        inputs = graph.inputs[one] if one > source else ()
        copies[one] = (
            part.apply(graph.gates[one], tuple([copies[other] for other in inputs]))
            if inputs
            else part.variable(str(one))
        )
    return part, places
