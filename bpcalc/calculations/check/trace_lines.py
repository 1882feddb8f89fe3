"""The lines of the trace that a gradient comes from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bpcalc.calculations.gradient import describe
from bpcalc.reports.circuit import Circuit
from bpcalc.telling.lines import Told
from bpcalc.telling.teller import tell

LARGE = 60  # nodes above which no trace is made for one line of it
LONG = 100  # characters of a line that a sentence has room for


def told(circuit: Circuit, values: Mapping[str, Any]) -> tuple[Told, ...]:
    """The trace of a circuit in words."""
    asked = circuit.options._replace(trace=True, nodes=(), symbolic=False)
    return tell(describe(circuit._replace(options=asked), values), 6)


def line(steps: tuple[Told, ...], name: str) -> str:
    """The line that gives the gradient of a node: the last one, where its branches have met; "" where there is none."""
    found = [
        one.text for step in steps if step.phase == "backward"
        for one in step.lines if one.is_equation and one.text.partition(" = ")[0].endswith(f"/∂{name}") and not one.rows
    ]  # fmt: skip
    return found[-1] if found else ""
