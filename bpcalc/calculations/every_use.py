"""Both passes of a circuit as nodes of one graph, with a line for every use of a node: what a page computes again.

`calculations.code` writes few lines, to be read; here each local gradient and each gradient of a branch has its own.
"""

from __future__ import annotations

from typing import Any

from bpcalc.algebra.everywhere import Everywhere
from bpcalc.algebra.symbols import Symbol, standing_for
from bpcalc.engine.reverse import edges
from bpcalc.reports.circuit import Circuit
from bpcalc.reports.derivation import Derivation, Line, Parameter
from bpcalc.reports.names import Names


def every_use(circuit: Circuit, names: Names) -> Derivation:
    """The derivation of a circuit of single numbers, at every point.

    Its `gradient` has the nodes of all numbers: by `value N` and `gradient N` those of the program's node N, by
    `local N K` and `downstream N K` those of the use of its gate's input K. What nothing flows to is not there.
    """
    return _Uses(circuit, names).derivation()


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
        circuit, m, output = self.circuit, self.m, self.circuit.output
        nodes = [m.symbol(node) for node in range(output + 1)]
        self.upstream[output] = self._line(output, m.constant(float(circuit.seed)))
        wanted = self.graph.ancestors(output)
        for node in range(output, -1, -1):
            if not wanted[node]:
                continue
            self.found[f"value {node}"] = node
            if node not in self.upstream:
                continue
            if self.uses.get(node, 0) > 1:
                self.upstream[node] = self._line(node, self.upstream[node])
            self.found[f"gradient {node}"] = self.upstream[node].node
            if self.graph.inputs[node]:
                self._hand_back(node, nodes)
        operations = [node for node in range(output + 1) if wanted[node] and self.graph.inputs[node]]
        return Derivation(
            "", m.graph, self.names.labels, self.names.given, output, operations, self.lines, self.found,
            self._parameters(), None, circuit.seed, is_bound=True, convention=circuit.options.convention,
            circuit=circuit, is_given=True,
        )  # fmt: skip

    def _hand_back(self, node: int, nodes: list[Symbol]) -> None:
        """The lines of the uses of a gate's inputs."""
        circuit, m = self.circuit, self.m
        found = edges(m, m.graph, nodes, node, self.upstream[node], circuit.needed, circuit.options.convention)
        for place, (source, (local, downstream)) in enumerate(zip(self.graph.inputs[node], found, strict=True)):
            if local is not None and circuit.needed[source]:
                symbol = local if isinstance(local, Symbol) else m.constant(float(local))
                self.found[f"local {node} {place}"] = symbol.node
            if downstream is None:
                continue
            share = self._line(source, downstream)
            self.found[f"downstream {node} {place}"] = share.node
            before = self.upstream.get(source)
            self.upstream[source] = share if before is None else before + share
            self.uses[source] = self.uses.get(source, 0) + 1

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
