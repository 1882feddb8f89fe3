"""What every report of a calculation with numbers can be asked, whatever else it holds."""

from __future__ import annotations

from bpcalc.reports.shown import Shown
from bpcalc.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bpcalc.reports.circuit import Circuit
    from bpcalc.reports.names import Names


class Answer(Shown):
    """A report that holds a `circuit`, and `names` for its nodes."""

    __slots__ = ()

    if TYPE_CHECKING:

        @property
        def circuit(self) -> Circuit: ...

        @property
        def names(self) -> Names: ...

    @property
    def expression(self) -> str:
        """The program as it was understood, in the language."""
        return self.names.expression()

    @property
    def output(self) -> str:
        """The output's name."""
        return self.names.output

    @property
    def value(self) -> Any:
        """That of the output."""
        return self.circuit.values[self.circuit.output]

    @property
    def inputs(self) -> dict[str, tuple[int, ...]]:
        """The shape of each input that is differentiated by."""
        circuit = self.circuit
        return {name: circuit.m.shape(circuit.part(name, circuit.values[node])) for name, node in circuit.wrt.items()}
