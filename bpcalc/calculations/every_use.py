"""Both passes of a circuit as nodes of one graph, with a line for every use of a node: what a page computes again.

`calculations.code` writes few lines, to be read; here each local gradient and each gradient of a branch has its own.
Arrays are opened into their entries.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from bpcalc.algebra.everywhere import Everywhere
from bpcalc.algebra.symbols import Symbol, standing_for
from bpcalc.engine.forward import ShapeError, forward
from bpcalc.engine.reverse import edges
from bpcalc.graph import Graph
from bpcalc.reports.circuit import Circuit
from bpcalc.reports.derivation import Derivation, Line, Parameter
from bpcalc.reports.names import Names

ENTRIES = 64  # an array with more is not opened
MOST = 20_000  # nodes of both passes


class CannotOpenError(Exception):
    """Why a circuit is not opened into single numbers."""


def every_use(circuit: Circuit, names: Names) -> Derivation:
    """The derivation of a circuit, of single numbers, at every point.

    Its `gradient` has the nodes of all numbers: by `value N` and `gradient N` those of the program's node N, by
    `local N K` and `downstream N K` those of the use of its gate's input K; of an array by `value N E` and so on those
    of its entries, row by row. What nothing flows to is not there. A parameter of a program with arrays is one entry.

    Raises CannotOpenError for large arrays, and for a gate that is not put in terms of entries.
    """
    if not circuit.m.shaped:
        return _Uses(circuit, names).derivation()
    from bpcalc.algebra.grids import NotOpenedError

    try:
        return _Entries(circuit, names).derivation()
    except NotOpenedError as error:
        raise CannotOpenError(f"{error} is not put in terms of entries") from error
    except ShapeError as error:  # the entries of a gate that wants numbers
        gate = circuit.program.graph.gates[error.node]
        raise CannotOpenError(f"{gate.spelling} is not put in terms of entries") from error


class _Uses:
    def __init__(self, circuit: Circuit, names: Names) -> None:
        self.circuit, self.names = circuit, names
        self.graph = circuit.program.graph
        self.m = Everywhere(self.graph.copy())
        self.lines: list[Line] = []
        self.found: dict[str, int] = {}
        self.upstream: dict[int, Any] = {}
        self.uses: dict[int, int] = {}  # how many were added up

    def derivation(self) -> Derivation:
        circuit, output = self.circuit, self.circuit.output
        nodes, numbers = self._forward()
        last = len(self.m.graph) - 1
        self.upstream[output] = self._line(output, self._seed(numbers))
        wanted = self.graph.ancestors(output)
        for node in range(output, -1, -1):
            if not wanted[node] or node in circuit.labels:
                continue
            self._find(f"value {node}", nodes[node])
            if node not in self.upstream:
                continue
            if self.uses.get(node, 0) > 1:
                self.upstream[node] = self._line(node, self.upstream[node])
            self._find(f"gradient {node}", self.upstream[node])
            if self.graph.inputs[node]:
                self._hand_back(numbers, node, nodes)
        return self._derived(wanted, last)

    def _derived(self, wanted: Sequence[int], last: int) -> Derivation:
        circuit, output = self.circuit, self.circuit.output
        operations = [node for node in range(output + 1) if wanted[node] and self.graph.inputs[node]]
        return Derivation(
            "", self.m.graph, self.names.labels, self.names.given, output, operations, self.lines, self.found,
            self._parameters(), None, circuit.seed, is_bound=True, convention=circuit.options.convention,
            circuit=circuit, is_given=True,
        )  # fmt: skip

    def _forward(self) -> tuple[Sequence[Any], Any]:
        """The number of each node, and their algebra."""
        return [self.m.symbol(node) for node in range(self.circuit.output + 1)], self.m

    def _seed(self, numbers: Any) -> Any:
        return numbers.constant(float(self.circuit.seed))

    def _hand_back(self, numbers: Any, node: int, nodes: Sequence[Any]) -> None:
        """The lines of the uses of a gate's inputs."""
        circuit = self.circuit
        found = edges(numbers, self.graph, nodes, node, self.upstream[node], circuit.needed, circuit.options.convention)
        for place, (source, (local, downstream)) in enumerate(zip(self.graph.inputs[node], found, strict=True)):
            if local is not None and circuit.needed[source]:
                self._find(f"local {node} {place}", local)
            if downstream is None:
                continue
            share = self._line(source, downstream)
            self._find(f"downstream {node} {place}", share)
            before = self.upstream.get(source)
            self.upstream[source] = share if before is None else before + share
            self.uses[source] = self.uses.get(source, 0) + 1

    def _find(self, name: str, number: Any) -> None:
        """Keeps the node of a number."""
        self.found[name] = (number if isinstance(number, Symbol) else self.m.constant(float(number))).node

    def _line(self, of: int, total: Any) -> Any:
        """A number gets a name."""
        symbol = self.m.placeholder(f"line {len(self.lines)}", ())
        self.lines.append(Line(of, total.node, symbol.node, "", of))
        return standing_for(total, symbol)

    def _parameters(self) -> list[Parameter]:
        program, circuit = self.circuit.program, self.circuit
        return [
            Parameter(name, node, (), circuit.values[node], node in circuit.labels, False, circuit.values[node])
            for name, node in ((name, program.names[name]) for name in program.variables)
        ]


class _Entries(_Uses):
    """The same of arrays: each entry a number of its own, in a graph of single numbers."""

    def __init__(self, circuit: Circuit, names: Names) -> None:
        super().__init__(circuit, names)
        from bpcalc.algebra.grids import Grids

        self.m = Everywhere(Graph())
        self.grids = Grids(self.m)
        self.opened: dict[str, Any] = {}

    def _forward(self) -> tuple[Sequence[Any], Any]:
        circuit, program = self.circuit, self.circuit.program
        self._measure()
        for name in program.variables:
            node = program.names[name]
            value = circuit.values[node]
            if node in circuit.labels:
                self.opened[name] = value
                continue
            self.opened[name] = self.grids.input(
                lambda place, name=name: self.m.placeholder(f"{name} {place}", ()), circuit.m.shape(value)  # type: ignore[misc]
            )
        return forward(self.grids, self.graph, self.opened, [circuit.output]), self.grids

    def _measure(self) -> None:
        circuit = self.circuit
        wanted = self.graph.ancestors(circuit.output)
        for node, value in enumerate(circuit.values[: circuit.output + 1]):
            if wanted[node] and value is not None:
                size = sum(1 for _ in circuit.m.places(circuit.m.shape(value)))
                if size > ENTRIES:
                    name = self.names.labels.get(node) or "a part"
                    raise CannotOpenError(f"{name} has {size:,} entries, and {ENTRIES} are the most")

    def _seed(self, numbers: Any) -> Any:
        return numbers.value(self.circuit.seed)

    def _find(self, name: str, number: Any) -> None:
        for place, cell in self._cells(number):
            self.found[f"{name}{place}"] = self.grids.symbol(cell).node

    def _cells(self, number: Any) -> Iterator[tuple[str, Any]]:
        """The entries, each with what stands behind the name of its array."""
        cells = getattr(number, "cells", None)
        if cells is None or not cells.ndim:
            yield "", number if cells is None else cells[()]
            return
        yield from ((f" {place}", cell) for place, cell in enumerate(cells.flat))

    def _line(self, of: int, total: Any) -> Any:
        if len(self.m.graph) > MOST:
            raise CannotOpenError(f"both passes take more than {MOST:,} operations of single numbers")
        cells = list(total.cells.flat)

        def named(place: int) -> Any:
            cell = cells[place]
            return None if cell is None else super(_Entries, self)._line(of, cell)

        return self.grids.input(named, self.grids.shape(total))

    def _derived(self, wanted: Sequence[int], last: int) -> Derivation:
        graph = self.m.graph
        found = super()._derived(wanted, last)
        parts = graph.ancestors(*(node for name, node in self.found.items() if name.startswith("value")))
        operations = [node for node in range(last + 1) if parts[node] and graph.inputs[node]]
        labels: dict[int, str] = {}
        for name, node in self.found.items():
            kind, of, *place = name.split(" ")
            if kind == "value":
                labels.setdefault(node, "_".join([self.names.labels.get(int(of), "t"), *place]))
        lines = [line._replace(of=-1, gate=-1) for line in self.lines]
        return found._replace(labels=labels, given={}, output=last, operations=operations, lines=lines)

    def _parameters(self) -> list[Parameter]:
        found = []
        for name, grid in self.opened.items():
            if self.circuit.program.names[name] not in self.circuit.labels:
                for place, cell in self._cells(grid):
                    found.append(Parameter(f"{name}{place}".replace(" ", "_"), cell.node, (), 0.0, False, False))
        return found
