"""Something else in the place of the gradient: another node's gradient, a value, the integral of the output."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from bpcalc.calculations.check.moving import Moving
from bpcalc.calculations.check.scene import Candidate, Scene

MOST = 40  # other nodes
# Gauss and Legendre's points and weights on [-1, 1], half of them: exact for polynomials up to degree 19.
HALF = (
    (0.1488743389816312, 0.2955242247147529), (0.4333953941292472, 0.2692667193099963),
    (0.6794095682990244, 0.2190863625159820), (0.8650633666889845, 0.1494513491505806),
    (0.9739065285171717, 0.0666713443086881),
)  # fmt: skip


def candidates(scene: Scene) -> Iterator[Candidate]:
    name, f = scene.named(scene.target), scene.names.output
    yield Candidate("value", f"that is the value of {name}, not its gradient", 4.8, lambda s: s.values[s.target])
    if scene.output != scene.target:
        yield Candidate("value", f"that is the value of {f}, not a gradient", 4.8, lambda s: s.values[s.output])
    m, labels = scene.m, scene.names.labels
    for node in [node for node in labels if node < scene.output and node != scene.target][:MOST]:
        if m.shape(scene.values[node]) == m.shape(scene.values[scene.target]):
            is_input = not scene.graph.inputs[node]
            rank = 3.95 if is_input else 5 if node in scene.names.given else 8
            yield Candidate("variable", f"that is ∂{f}/∂{labels[node]}, the gradient of {labels[node]}", rank,
                            lambda s, node=node: s.circuit.gradient(node))  # fmt: skip
    if not m.shaped:
        yield Candidate("integrated", f"{f} is integrated over {name}, not differentiated", 5, _integral)


def _integral(s: Scene) -> Any:
    """The integral of the output from 0 to the target's value."""
    moving = Moving(s.m, s.graph, s.values, s.output, s.circuit.seed, [s.target])
    x = s.values[s.target]
    points = [(sign * at, weight) for at, weight in HALF for sign in (1, -1)]
    found = sum(weight * float(moving({s.target: x * (1 + at) / 2})) for at, weight in points) * x / 2
    return found if math.isfinite(found) else None
