"""What `bpcalc grad` found."""

from __future__ import annotations

from bpcalc.reports.accuracy import Accuracy
from bpcalc.reports.answer import Answer
from bpcalc.reports.circuit import Circuit
from bpcalc.reports.formulas import Formulas
from bpcalc.reports.names import Names
from bpcalc.reports.rows import Row, Rows
from bpcalc.reports.uncertainty import Uncertainty
from bpcalc.reports.warning import Warning
from bpcalc.typed import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from bpcalc.reports.steps import Step


class _Report(NamedTuple):
    circuit: Circuit
    names: Names
    gradient: dict[str, Any]
    nodes: Rows[Row]
    hidden: int = 0
    warnings: tuple[Warning, ...] = ()
    steps: tuple[Step, ...] = ()
    accuracy: Accuracy | None = None
    uncertainty: Uncertainty | None = None


class Report(_Report, Answer):
    """The value and the gradient of an expression, and what was met on the way.

    circuit   the graph with the numbers of both passes, by node; `names`: what the nodes are called
    gradient  ∂of/∂name for each name asked for
    nodes     a row a node: inputs first, the output last; empty where no rows were asked for
    hidden    how many nodes of a large graph have no row
    steps     of the trace, where one was asked for
    uncertainty  of the output, where values are uncertain
    accuracy  how far the numbers are from the truth, where that was asked for
    """

    __slots__ = ()

    @property
    def of(self) -> str:
        """What the gradients are of: the output, or under another upstream than 1 a loss L behind it."""
        return self.circuit.of(self.names)

    @property
    def formulas(self) -> Formulas | None:
        """The gradients as formulas; None where these were not asked for."""
        return self.nodes.formulas

    def __repr__(self) -> str:
        gradient = ", ".join(f"{name}: {value!r}" for name, value in list(self.gradient.items())[:8])
        more = ", …" if len(self.gradient) > 8 else ""
        text = self.expression
        expression = text if len(text) <= 60 else text[:59] + "…"
        return f"Report({expression} -> {self.value!r}, gradient={{{gradient}{more}}})"

    def __getitem__(self, name: str) -> Row:  # type: ignore[override]
        """The row called `name`: a report is asked by name, never by place."""
        return self.nodes.called(name)
