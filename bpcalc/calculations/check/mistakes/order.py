"""The visiting order: a node hands its gradient on before all of its branches have come together."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import Any

from bpcalc.calculations.check.scene import Candidate, Scene
from bpcalc.engine.reverse import edges

STEPS = 2_000


def candidates(scene: Scene) -> Iterator[Candidate]:
    if not any(True for _ in scene.copies()):
        return
    early = "a node hands its gradient on before all its branches have come together: the visiting order is wrong"
    again = "a node hands its gradient on again whenever a branch comes in: what came before counts twice"
    for rank, text, once in ((4.6, early, True), (4.7, again, False)):
        for first in (True, False):
            for reverse in (False, True):
                yield Candidate("visiting-order", text, rank,
                                lambda s, o=once, f=first, r=reverse: _visited(s, o, f, r))  # fmt: skip


def _visited(s: Scene, once: bool, first: bool, reverse: bool) -> Any:
    """A pass from the output along the edges, first in first out or the other way, each node visited once or again."""
    m, graph, found = s.m, s.graph, [None] * (s.output + 1)
    gradients: list[Any] = found
    gradients[s.output] = s.circuit.seed
    queue, seen, steps = deque([s.output]), {s.output}, 0
    while queue:
        node = queue.popleft() if first else queue.pop()
        steps += 1
        if steps > STEPS:
            return None
        inputs = graph.inputs[node]
        if node == s.target or not inputs:
            continue
        flows = edges(m, graph, s.values, node, gradients[node], s.path, s.circuit.options.convention)
        uses = [(source, flow) for source, (_, flow) in zip(inputs, flows, strict=True) if s.path[source]]
        for source, flow in reversed(uses) if reverse else uses:
            if flow is None:
                continue
            gradients[source] = flow if gradients[source] is None else gradients[source] + flow
            if not once or source not in seen:
                seen.add(source)
                if source not in queue:
                    queue.append(source)
    return s.of(gradients)
