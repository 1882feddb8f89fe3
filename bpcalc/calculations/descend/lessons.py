"""What a teacher would say of a path beside how it ended: its first step, kinks that it crosses, dead ReLUs."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from bpcalc.calculations.descend.loss import Loss
from bpcalc.calculations.descend.rays import falling_rate
from bpcalc.calculations.descend.watching import Watch
from bpcalc.engine.reverse import local_gradients
from bpcalc.gates import GATES
from bpcalc.reports.circuit import Circuit
from bpcalc.reports.names import Names
from bpcalc.telling.descent_words import number
from bpcalc.telling.sentences import Words

SHOWN = 3  # names in a sentence


def lessons(watch: Watch, loss: Loss, method: str, rate: float | None, ended: str) -> list[str]:
    """The remarks on a path, the most telling first."""
    found = [*_dead(loss, watch)]
    if ended != "diverged" and watch.risen and watch.risen[2] == 0 and rate is not None:
        found += _first_step(watch, loss, method, rate)
    return found


def _first_step(watch: Watch, loss: Loss, method: str, rate: float) -> list[str]:
    """Why the first step went the wrong way."""
    assert watch.risen is not None
    before, after, _ = watch.risen
    f, (rises, fall) = Names(loss.program, loss.start.output).output, ("rises", "fall")
    if loss.sign < 0:
        rises, fall = "falls", "rise"
    told = f"the first step is too long: {f} {rises} from {number(loss.sign * before.value)} to "
    told += number(loss.sign * after)
    if method == "gradient" and math.isfinite(after):
        largest = falling_rate(loss, before.at, before.value, before.gradient, rate)
        if largest is not None and largest < rate:
            told += f"; any rate below {number(largest, 3)} would still {fall} here"
    return [told]


def crossed(watch: Watch, loss: Loss) -> Iterator[str]:
    """The kinks that lie between the last two points, told once."""
    points = [point.at for point in watch.path()[-2:]]
    if len(points) < 2:
        return
    one, other = (loss.circuit(at) for at in points)
    words = Words(one, Names(one.program, one.output))
    found = [
        words.title(node)
        for node, gate in enumerate(one.program.graph.gates[: one.output + 1])
        if gate.name in PIECES and one.needed[node] and _differ(one, other, node)
    ]  # fmt: skip
    if found:
        more = f" and {len(found) - SHOWN} more" if len(found) > SHOWN else ""
        kinks = f"kink{'s' * (len(found) > 1)}"
        yield (f"the last step crosses the {kinks} of {', '.join(found[:SHOWN])}{more}: the gradient jumps there, "
               "and does not get smaller on the way to it, so steps of a fixed rate do not settle")  # fmt: skip


def _differ(one: Circuit, other: Circuit, node: int) -> bool:
    """Does a gate hand on the gradient otherwise at two points: has its kink been crossed?"""
    gate, inputs, m = one.program.graph.gates[node], one.program.graph.inputs[node], one.m
    with m.quiet():
        pairs = [
            local_gradients(m, gate, circuit.values[node], [circuit.values[source] for source in inputs],
                            circuit.options.convention)
            for circuit in (one, other)
        ]  # fmt: skip
        return any(
            a is not None and b is not None and m.holds(m.not_equal(m.value(a * 1.0), m.value(b * 1.0)))
            for a, b in zip(*pairs, strict=True)
        )


PIECES = ("abs", "relu", "leaky_relu", "max", "min", "clip", "hardtanh", "relu6", "where")  # of pieces


def _dead(loss: Loss, watch: Watch) -> Iterator[str]:
    """The ReLUs whose input is negative wherever they are: no gradient gets through."""
    if GATES["relu"] not in loss.program.graph.kinds or not math.isfinite(watch.here.value):
        return
    circuit = loss.circuit(watch.here.at)
    words, m, graph = Words(circuit, Names(circuit.program, circuit.output)), circuit.m, circuit.program.graph
    for node, gate in enumerate(graph.gates[: circuit.output + 1]):
        if gate.name != "relu" or not circuit.needed[node]:
            continue
        told = _off(m, circuit.values[graph.inputs[node][0]])
        if told:
            still = ": the whole gradient is 0, and stays it" if watch.last.norm == 0 else ""
            yield f"dead: the input of {words.title(node)} is {told}, so no gradient gets through there{still}"


def _off(m: Any, x: Any) -> str:
    """Where the input of a ReLU is negative: everywhere, or in all rows of some columns; "" where in neither."""
    shape = m.shape(x)
    if m.everywhere(x < 0):
        return "negative" + (" in every entry" if shape else "")
    if len(shape) < 2:
        return ""
    dead = (x < 0).all(axis=tuple(range(len(shape) - 1)))
    count = int(dead.sum())
    return f"negative in every row in {count} of {shape[-1]} columns" if count else ""
