"""What a calculation found: plain frozen data that the renderers take and the Python API returns. Imports nothing.

Named tuples, here and wherever every start of bpcalc passes: a frozen dataclass takes five times as long to define.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

# What is said of a row that is no operation, by its role.
INPUTS = {"input": "input", "label": "input, no gradient"}
# In the lines of a step:
GAP = "   "  # stands between an equation and the shapes in it
ROW = "    "  # begins a line that is a row of an array, and belongs to the line above


class Row(NamedTuple):
    """One node: an input, an intermediate node, a named constant or the output.

    role        "input", "label" (an input that carries no gradient), "constant", "node" or "output"
    expression  its gate on named nodes: `x + y`, `n1*z`
    local       ∂node/∂input for each input; None where no gradient flows
    gradient    ∂output/∂node; None where it was not asked for
    symbolic    the same as a program of the language, or "" where it was not made
    brief       the same for the eye: long ones in terms of other rows
    """

    name: str
    role: str
    gate: str
    expression: str
    inputs: tuple[str, ...]
    value: float
    gradient: float | None
    local: tuple[float | None, ...] = ()
    symbolic: str = ""
    brief: str = ""


class Warning(NamedTuple):
    """`kind` is "kink", "nonfinite" or "unused"; `node` the name of the row or binding that it is about."""

    kind: str
    node: str
    message: str


class Step(NamedTuple):
    """A step of the trace. `lines` are its equations for the eye; the rest is the same as data.

    phase     "forward", "backward" or "meaning"
    number    which forward step the node is
    tangent   of the node, in forward mode
    """

    phase: str
    number: int
    node: str
    gate: str
    pattern: str
    title: str
    lines: tuple[str, ...]
    upstream: float | None = None
    downstream: Mapping[str, float] = {}
    value: float | None = None
    tangent: float | None = None


class Report(NamedTuple):
    """The value and the gradient of an expression, and what was met on the way.

    of        what the gradients are of: the output, or under another upstream than 1 a loss L behind it
    gradient  ∂of/∂name for each name asked for
    nodes     a row a node: inputs first, the output last; empty where no rows were asked for
    hidden    how many nodes of a large graph have no row
    """

    expression: str
    output: str
    of: str
    value: float
    gradient: dict[str, float]
    nodes: tuple[Row, ...] = ()
    hidden: int = 0
    warnings: tuple[Warning, ...] = ()
    steps: tuple[Step, ...] = ()

    def __repr__(self) -> str:
        gradient = ", ".join(f"{name}: {value!r}" for name, value in list(self.gradient.items())[:8])
        more = ", …" if len(self.gradient) > 8 else ""
        expression = self.expression if len(self.expression) <= 60 else self.expression[:59] + "…"
        return f"Report({expression} -> {self.value!r}, gradient={{{gradient}{more}}})"

    def __getitem__(self, name: str) -> Row:  # type: ignore[override]
        """The row called `name`: a report is asked by name, never by place."""
        for row in self.nodes:
            if row.name == name:
                return row
        raise KeyError(name)
