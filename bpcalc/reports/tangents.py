"""What `bpcalc jvp` found: the rows of a report in forward mode, each node with its tangent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bpcalc.gate import INPUT
from bpcalc.reports.answer import Answer
from bpcalc.reports.circuit import Circuit
from bpcalc.reports.names import Names
from bpcalc.reports.rows import Row, Rows
from bpcalc.reports.warning import Warning
from bpcalc.typed import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from bpcalc.reports.steps import Step


class TangentRow(Row):
    """One node in forward mode."""

    __slots__ = ()
    _rows: TangentRows

    @property
    def role(self) -> str:
        circuit = self._rows.circuit
        is_input = circuit.program.graph.gates[self.node] is INPUT
        return "label" if is_input and self.node in circuit.labels else super().role

    @property
    def tangent(self) -> Any:
        """How fast the node changes as the inputs move along the direction."""
        return self._rows.tangent(self.node)


class TangentRows(Rows[TangentRow]):
    """The nodes `listed` of a circuit, with the tangents of all; None where nothing moves a node."""

    row = TangentRow

    def __init__(self, circuit: Circuit, names: Names, listed: Sequence[int], tangents: Sequence[Any]) -> None:
        super().__init__(circuit, names, listed)
        self.tangents = tangents

    @property
    def derivatives(self) -> Sequence[Any]:
        return self.tangents

    def tangent(self, node: int) -> Any:
        """A node's tangent in the node's shape: 0 where nothing moves it."""
        tangent = self.tangents[node] if node < len(self.tangents) else None
        m = self.circuit.m
        if tangent is None:
            return m.zero_like(self.circuit.values[node])
        return m.dense(tangent)


class Passes(NamedTuple):
    """How many passes of either mode the full Jacobian takes: one for each input entry, one for each output entry."""

    forward: int
    reverse: int


class _JvpReport(NamedTuple):
    circuit: Circuit
    names: Names
    direction: Mapping[str, Any]
    nodes: TangentRows
    hidden: int
    passes: Passes
    steps: tuple[Step, ...] = ()
    warnings: tuple[Warning, ...] = ()


class JvpReport(_JvpReport, Answer):
    """The derivative of an expression along a direction, and that of every node.

    circuit    the graph with its numbers, by node; `names`: what the nodes are called
    direction  the tangents that were given, by input; the other inputs stay still
    nodes      a row a node: inputs first, the output last; `hidden`: how many nodes of a large graph have none
    """

    __slots__ = ()

    @property
    def tangent(self) -> Any:
        """That of the output: the Jacobian times the direction."""
        return self.nodes.tangent(self.circuit.output)

    def __getitem__(self, name: str) -> TangentRow:  # type: ignore[override]
        """The row called `name`: a report is asked by name, never by place."""
        return self.nodes.called(name)
