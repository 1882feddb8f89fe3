"""The warnings of a program with arrays: where entries lie on a kink, and where NaN or infinity arose."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from bpcalc.algebra.floats import FLOATS
from bpcalc.engine.findings import arose_in_tangents
from bpcalc.engine.onesided import gate_side
from bpcalc.gate import Gate
from bpcalc.gates import GATES
from bpcalc.reports.circuit import Circuit
from bpcalc.reports.names import Names
from bpcalc.reports.report import Warning
from bpcalc.writing.unparse import unparse

LOOKED_AT = 200_000  # entries of a gate that are looked at one by one for a kink


def array_notices(circuit: Circuit, names: Names, tangents: Sequence[Any] | None = None) -> Iterator[Warning]:
    """Forward pass, kinks, then backward pass or, in forward mode, tangents."""
    yield from _forward(circuit, names)
    yield from array_kinks(circuit, names)
    yield from _backward(circuit, names) if tangents is None else _tangents(circuit, names, tangents)


def _title(circuit: Circuit, names: Names, node: int) -> str:
    expression = unparse(circuit.program.graph, node, names.labels)
    return f"{names.labels[node]} = {expression}" if node in names.labels else expression


def _name(circuit: Circuit, names: Names, node: int) -> str:
    return names.labels.get(node) or unparse(circuit.program.graph, node, names.labels)


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


def _forward(circuit: Circuit, names: Names) -> Iterator[Warning]:
    graph, values = circuit.program.graph, circuit.values
    wanted = graph.ancestors(circuit.output)
    for node, value in enumerate(values[: circuit.output + 1]):
        if not wanted[node] or not graph.inputs[node] or _is_finite(value):
            continue
        if _only_untaken(circuit, node):
            continue
        if all(_is_finite(values[source]) for source in graph.inputs[node]):
            bad = ~np.isfinite(value)
            kind = "NaN" if np.any(np.isnan(value)) else "infinity"
            message = f"{kind} first arises in the forward pass at {_title(circuit, names, node)}"
            yield Warning("nonfinite", _name(circuit, names, node), message + _of_entries(bad) + _entry(bad))
            return


def _only_untaken(circuit: Circuit, node: int) -> bool:
    """Does every use of the node choose only its finite entries (where(x > 0, log(x), 0))?"""
    graph, values = circuit.program.graph, circuit.values
    uses = [user for user, inputs in enumerate(graph.inputs[: circuit.output + 1]) if node in inputs]
    return bool(uses) and all(
        graph.gates[user].name == "where" and _is_finite(values[user]) and graph.inputs[user][0] != node
        for user in uses
    )


def _backward(circuit: Circuit, names: Names) -> Iterator[Warning]:
    graph = circuit.program.graph
    for node in range(circuit.output, -1, -1):
        gradient = circuit.gradients[node]
        if gradient is None:
            continue
        if not _is_finite(circuit.m.dense(gradient)):
            bad = ~np.isfinite(circuit.m.dense(gradient))
            users = [user for user, inputs in enumerate(graph.inputs[: circuit.output + 1]) if node in inputs]
            if any(np.any(np.isnan(circuit.values[user])) for user in users):
                return  # the forward pass was at fault
            kind = "NaN" if np.any(np.isnan(circuit.m.dense(gradient))) else "infinity"
            behind = f" from {_title(circuit, names, users[-1])}" if users else ""
            message = (
                f"{kind} first arises in the backward pass in the gradient of {_name(circuit, names, node)}{behind}"
            )
            yield Warning("nonfinite", _name(circuit, names, node), message + _of_entries(bad) + _entry(bad))
            return


def _tangents(circuit: Circuit, names: Names, tangents: Sequence[Any]) -> Iterator[Warning]:
    dense = [None if tangent is None else circuit.m.dense(tangent) for tangent in tangents]
    node = arose_in_tangents(circuit.program.graph, circuit.values, dense, circuit.output, _is_finite)
    if node is not None:
        tangent: Any = dense[node]
        bad = ~np.isfinite(tangent)
        kind = "NaN" if np.any(np.isnan(tangent)) else "infinity"
        message = f"{kind} first arises in the tangents at {_title(circuit, names, node)}"
        if not circuit.program.graph.inputs[node]:
            message = f"the tangent of {_name(circuit, names, node)} has {kind} in it from the start,"
        yield Warning("nonfinite", _name(circuit, names, node), message + _of_entries(bad) + _entry(bad))


def array_kinks(circuit: Circuit, names: Names) -> Iterator[Warning]:
    graph, values, convention = circuit.program.graph, circuit.values, circuit.options.convention
    for node, upstream in enumerate(circuit.gradients):
        gate, inputs = graph.gates[node], graph.inputs[node]
        if upstream is None or not any(circuit.needed[source] for source in inputs):
            continue
        places = _touched(circuit.m, gate, [values[source] for source in inputs], values[node])
        if places is not None and np.any(places):
            rule = gate.kink.says(convention)  # type: ignore[union-attr]
            yield Warning(
                "kink", _name(circuit, names, node),
                f"{_title(circuit, names, node)} has no derivative{_of_entries(places)}{_entry(places)}"
                f"{_sides(circuit, names, node, places)}; rule used ({convention}): {rule}",
            )  # fmt: skip


def _sides(circuit: Circuit, names: Names, node: int, places: Any) -> str:
    """At the first entry on the kink: the inputs, and the derivative from either side."""
    graph, values = circuit.program.graph, circuit.values
    gate, inputs, place = graph.gates[node], graph.inputs[node], tuple(np.argwhere(places)[0])
    twins = [twin for twin in GATES.values() if twin.alone == gate.name]
    if gate.pullback and not twins:
        return ""
    y = float(values[node][place])
    if twins:  # max of one array: like max(a, b) of two entries that are tied
        left, right = _both(twins[0], y, [y, y], 0)
        tied = _name(circuit, names, inputs[0])
        return f" (for equal entries {y:z.6g} of {tied}: {left:z.6g} from the left, {right:z.6g} from the right)"
    xs = [float(x[place]) for x in np.broadcast_arrays(*(values[source] for source in inputs))]
    told = []
    for position, source in enumerate(inputs):
        if circuit.needed[source]:
            left, right = _both(gate, y, xs, position)
            name = _name(circuit, names, source)
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
