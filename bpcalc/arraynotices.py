"""The warnings of a program with arrays: where entries lie on a kink, and where NaN or infinity arose.

May import algebra, engine, gate, names, report, unparse and NumPy (this file is loaded for arrays only).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from bpcalc.algebra.floats import FLOATS
from bpcalc.engine.findings import arose_in_tangents
from bpcalc.engine.onesided import gate_side
from bpcalc.gate import GATES, Gate
from bpcalc.names import Names
from bpcalc.report import Warning
from bpcalc.unparse import unparse

if TYPE_CHECKING:
    from bpcalc.calculate import Calculation

LOOKED_AT = 200_000  # entries of a gate that are looked at one by one for a kink


def array_notices(calculation: Calculation, names: Names, tangents: Sequence[Any] | None = None) -> Iterator[Warning]:
    """Forward pass, kinks, then backward pass or, in forward mode, tangents."""
    yield from _forward(calculation, names)
    yield from array_kinks(calculation, names)
    yield from _backward(calculation, names) if tangents is None else _tangents(calculation, names, tangents)


def _title(calculation: Calculation, names: Names, node: int) -> str:
    expression = unparse(calculation.program.graph, node, names.labels)
    return f"{names.labels[node]} = {expression}" if node in names.labels else expression


def _name(calculation: Calculation, names: Names, node: int) -> str:
    return names.labels.get(node) or unparse(calculation.program.graph, node, names.labels)


def _entry(places: Any) -> str:
    """The first place of an array of truth, as an index."""
    if not np.shape(places):
        return ""
    first = np.argwhere(places)[0]
    return f", first at entry [{', '.join(map(str, first))}]"


def _of_entries(places: Any) -> str:
    return f" in {np.count_nonzero(places)} of {np.size(places)} entries" if np.shape(places) else ""


def _is_finite(value: Any) -> bool:
    """A finite sum has finite terms, and takes half the time of looking at each."""
    return bool(np.isfinite(np.sum(value)) or np.all(np.isfinite(value)))


def _forward(calculation: Calculation, names: Names) -> Iterator[Warning]:
    graph, values = calculation.program.graph, calculation.values
    wanted = graph.ancestors(calculation.output)
    for node, value in enumerate(values[: calculation.output + 1]):
        if not wanted[node] or not graph.inputs[node] or _is_finite(value):
            continue
        if _only_untaken(calculation, node):
            continue
        if all(_is_finite(values[source]) for source in graph.inputs[node]):
            bad = ~np.isfinite(value)
            kind = "NaN" if np.any(np.isnan(value)) else "infinity"
            message = f"{kind} first arises in the forward pass at {_title(calculation, names, node)}"
            yield Warning("nonfinite", _name(calculation, names, node), message + _of_entries(bad) + _entry(bad))
            return


def _only_untaken(calculation: Calculation, node: int) -> bool:
    """Does every use of the node choose only its finite entries (where(x > 0, log(x), 0))?"""
    graph, values = calculation.program.graph, calculation.values
    uses = [user for user, inputs in enumerate(graph.inputs[: calculation.output + 1]) if node in inputs]
    return bool(uses) and all(
        graph.gates[user].name == "where" and _is_finite(values[user]) and graph.inputs[user][0] != node
        for user in uses
    )


def _backward(calculation: Calculation, names: Names) -> Iterator[Warning]:
    graph = calculation.program.graph
    for node in range(calculation.output, -1, -1):
        gradient = calculation.gradients[node]
        if gradient is None:
            continue
        if not _is_finite(calculation.m.dense(gradient)):
            bad = ~np.isfinite(calculation.m.dense(gradient))
            users = [user for user, inputs in enumerate(graph.inputs[: calculation.output + 1]) if node in inputs]
            if any(np.any(np.isnan(calculation.values[user])) for user in users):
                return  # the forward pass was at fault
            kind = "NaN" if np.any(np.isnan(calculation.m.dense(gradient))) else "infinity"
            behind = f" from {_title(calculation, names, users[-1])}" if users else ""
            message = (
                f"{kind} first arises in the backward pass in the gradient of {_name(calculation, names, node)}{behind}"
            )
            yield Warning("nonfinite", _name(calculation, names, node), message + _of_entries(bad) + _entry(bad))
            return


def _tangents(calculation: Calculation, names: Names, tangents: Sequence[Any]) -> Iterator[Warning]:
    dense = [None if tangent is None else calculation.m.dense(tangent) for tangent in tangents]
    node = arose_in_tangents(calculation.program.graph, calculation.values, dense, calculation.output, _is_finite)
    if node is not None:
        tangent: Any = dense[node]
        bad = ~np.isfinite(tangent)
        kind = "NaN" if np.any(np.isnan(tangent)) else "infinity"
        message = f"{kind} first arises in the tangents at {_title(calculation, names, node)}"
        if not calculation.program.graph.inputs[node]:
            message = f"the tangent of {_name(calculation, names, node)} has {kind} in it from the start,"
        yield Warning("nonfinite", _name(calculation, names, node), message + _of_entries(bad) + _entry(bad))


def array_kinks(calculation: Calculation, names: Names) -> Iterator[Warning]:
    graph, values, convention = calculation.program.graph, calculation.values, calculation.options.convention
    for node, upstream in enumerate(calculation.gradients):
        gate, inputs = graph.gates[node], graph.inputs[node]
        if upstream is None or not any(calculation.needed[source] for source in inputs):
            continue
        places = _touched(calculation.m, gate, [values[source] for source in inputs], values[node])
        if places is not None and np.any(places):
            rule = gate.kink.says(convention)  # type: ignore[union-attr]
            yield Warning(
                "kink", _name(calculation, names, node),
                f"{_title(calculation, names, node)} has no derivative{_of_entries(places)}{_entry(places)}"
                f"{_sides(calculation, names, node, places)}; rule used ({convention}): {rule}",
            )  # fmt: skip


def _sides(calculation: Calculation, names: Names, node: int, places: Any) -> str:
    """At the first entry on the kink: the inputs, and the derivative from either side."""
    graph, values = calculation.program.graph, calculation.values
    gate, inputs, place = graph.gates[node], graph.inputs[node], tuple(np.argwhere(places)[0])
    twins = [twin for twin in GATES.values() if twin.alone == gate.name]
    if gate.pullback and not twins:
        return ""
    y = float(values[node][place])
    if twins:  # max of one array: like max(a, b) of two entries that are tied
        left, right = _both(twins[0], y, [y, y], 0)
        tied = _name(calculation, names, inputs[0])
        return f" (for equal entries {y:z.6g} of {tied}: {left:z.6g} from the left, {right:z.6g} from the right)"
    xs = [float(x[place]) for x in np.broadcast_arrays(*(values[source] for source in inputs))]
    told = []
    for position, source in enumerate(inputs):
        if calculation.needed[source]:
            left, right = _both(gate, y, xs, position)
            name = _name(calculation, names, source)
            told.append(f"∂/∂{name} at {xs[position]:z.6g} is {left:z.6g} from the left, {right:z.6g} from the right")
    return f" ({'; '.join(told)})" if told else ""


def _both(gate: Gate, y: float, xs: list[float], position: int) -> tuple[float, float]:
    step = [1.0 if place == position else 0.0 for place in range(len(xs))]
    return -gate_side(FLOATS, gate, y, xs, [-t for t in step]), gate_side(FLOATS, gate, y, xs, step)


def _touched(m: Any, gate: Gate, xs: list[Any], y: Any) -> Any:
    """Which entries of a gate's result lie on its kink; None for a gate without one."""
    if gate.kink is not None and gate.pullback:
        return gate.kink.touched(m, y, *xs)
    if gate.kink is None or np.size(y) > LOOKED_AT:
        return None
    return np.vectorize(gate.kink.touched, otypes=[bool])(*np.broadcast_arrays(*xs))
